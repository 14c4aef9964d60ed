"""The panel of pace: reductions over any so many days as bars, with published figures as lines."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from taper import wording
from taper.chart.canvas import Axis, Canvas, Panel, literal, scale, shortened
from taper.chart.ink import Theme
from taper.equivalents import Scale
from taper.pace import Change, Window, changes, total_changes, unswitched, windows
from taper.plan import Plan
from taper.reference.facts import drug_in
from taper.reference.guidance import CEILING, Figure, figures_for
from taper.schedule import Schedule
from taper.steps import Course

TALL: Final = 90
_ROW: Final = 13
_DASHES: Final = ("dash", "dot", "dashdot", "longdash")
_DAY_MS: Final = 86_400_000


@dataclass(frozen=True)
class Published:
    """A published figure that a line can stand for: at most `percent` in so many days."""

    id: str
    percent: Fraction
    in_days: int
    label: str
    short: str


def published(plan: Plan) -> tuple[Published, ...]:
    """Return the figures for a plan's drugs that are a percentage in so many days.

    A figure that is of the first dose is none of them: the bars are of the dose before each.
    """
    found: dict[str, Published] = {}
    for drug in plan.drugs:
        known = drug_in(drug)
        for figure in figures_for(known.drug_class, known.name) if known else ():
            line = _line(figure)
            if line and figure.base != "start":
                found.setdefault(figure.id, line)
    return tuple(found.values())


def _line(figure: Figure) -> Published | None:
    if figure.ceiling:
        percent, in_days = figure.ceiling.percent, figure.ceiling.in_days
    elif figure.percent_high and figure.every_days_low:
        percent, in_days = figure.percent_high, figure.every_days_low
    else:
        return None
    source = wording.source_name(figure.source)
    label = f"{wording.percentage(percent)} in {wording.days(in_days)}, {figure.what}: {source}"
    if figure.what != CEILING and figure.every_days_high != figure.every_days_low:
        label = label.replace(": ", ", its fastest: ", 1)
    short = shortened(f"{wording.percentage(percent)} {source}", 46)
    return Published(figure.id, percent, in_days, label, short)


@dataclass(frozen=True)
class _Bars:
    """The reductions of one drug, or of the total, each from the day of its first change on."""

    name: str
    found: tuple[Change, ...]
    made: tuple[Window, ...]
    at: int


def bars(schedule: Schedule, in_days: int, by: Scale | None) -> tuple[_Bars, ...]:
    """Work out the reductions: of the total by a scale that has all drugs, else of each drug.

    Where drugs stand for themselves, what a switch replaces is no reduction.
    """
    plan, made = schedule.plan, Course(schedule.steps, schedule.ends, (), ())
    if by and not by.lacking:
        ends = [total_changes(plan, made, weights) for weights in (by.low, by.high)]
        judged = [windows(found, in_days) for found in ends]
        both = {window.changes[0].on: window for window in judged[1]}
        for window in judged[0]:
            other = both.get(window.changes[0].on)
            if other is None or window.percent > other.percent:
                both[window.changes[0].on] = window
        ordered = tuple(both[day] for day in sorted(both))
        return (_Bars("the total", ends[0], ordered, -1),)
    several = len(plan.drugs) > 1
    found = [(unswitched if several else changes)(plan, made, drug) for drug in plan.drugs]
    return tuple(
        _Bars(drug, all_, windows(all_, in_days), at)
        for at, (drug, all_) in enumerate(zip(plan.drugs, found, strict=True))
    )


def panel(made: Sequence[_Bars], in_days: int, chosen: Sequence[Published], theme: Theme) -> Panel:
    """Measure the panel; its key names each figure that was turned on."""
    every = [window for one in made for window in one.made]
    # The last step to 0 is always 100 %: at its scale all that comes before could not be told.
    rest = [window.percent for window in every if window.changes[-1].after]
    tops = rest or [window.percent for window in every]
    tops += [line.percent for line in chosen]
    ceiling, tick = scale(float(max(tops, default=Fraction(10))))
    what = f"within any {in_days} days, % of the dose before"
    if any(one.at < 0 for one in made):
        what += ", of the total"
    elif len(made) > 1:
        what += ", each drug without what is switched"
    ordered = sorted(chosen, key=lambda line: (line.percent, line.label))
    key = tuple((line.label, line.short) for line in ordered)
    tall = TALL + 6 * len(chosen)
    if any(window.percent > ceiling for window in every):
        key = (("the bar to 0, 100\u00a0%, is cut off",) * 2, *key)
    short = f"in any {in_days} days, %"
    return Panel("Reduction", what, theme.text, tall, ceiling, tick, short, key)


def draw(
    canvas: Canvas, row: int, made: Sequence[_Bars], in_days: int, chosen: Sequence[Published],
    axis: Axis, theme: Theme,
) -> None:  # fmt: skip
    """Draw the bars, and a line with its name for each figure that was turned on."""
    shown = [one for one in made if one.made]
    for turn, one in enumerate(shown):
        ink = theme.text if one.at < 0 else theme.drug(one.at).line
        _bars(canvas, row, one, (turn, len(shown)), in_days, axis, ink)
    low, high = canvas.domain(row)
    ceiling = canvas.panels[row].ceiling * 1.04
    label_at = 0.0
    lines = sorted({line.percent for line in chosen})
    for turn, percent in enumerate(lines):
        y = low + (high - low) * float(percent) / ceiling
        canvas.shape(
            "line", xref="paper", yref="paper", x0=0, x1=1, y0=y, y1=y,
            line={"color": theme.mark, "width": 1.4, "dash": _DASHES[turn % len(_DASHES)]},
        )  # fmt: skip
        # The figure stands on its line, or over the figure before where the lines are too close.
        label_at = max(y * canvas.inside + 1, label_at)
        canvas.note(
            wording.percentage(percent), 11, theme.mark, xref="paper", yref="paper", x=0,
            y=label_at / canvas.inside, xanchor="left", yanchor="bottom", xshift=2,
            bgcolor=theme.paper, borderpad=0,
        )  # fmt: skip
        label_at += _ROW


def _bars(
    canvas: Canvas, row: int, one: _Bars, turn: tuple[int, int], in_days: int, axis: Axis, ink: str
) -> None:
    """Draw a bar from each change to the next, beside those of the other drugs."""
    day = _DAY_MS if axis.dated else 1
    nexts = {change.on: after.on for change, after in zip(one.found, one.found[1:], strict=False)}
    starts = [window.changes[0].on for window in one.made]
    spans = [max(1, (min(nexts.get(on, axis.end), axis.end) - on).days) for on in starts]
    place, among = turn
    canvas.trace(
        row, type="bar",
        x=[axis.at(on) for on in starts],
        y=[float(window.percent) for window in one.made],
        width=[span * day * 0.9 / among for span in spans],
        offset=[span * day * (0.05 + 0.9 * place / among) for span in spans],
        marker={"color": ink, "opacity": 0.75 if place % 2 == 0 else 0.45,
                "line": {"width": 1, "color": ink}},
        customdata=[min(window.changes[0].step, window.changes[-1].step) for window in one.made],
        hovertext=[_hover(one, window, in_days, axis) for window in one.made],
        hovertemplate="%{hovertext}<extra></extra>",
    )  # fmt: skip


def _hover(one: _Bars, window: Window, in_days: int, axis: Axis) -> str:
    first, last = window.changes[0], window.changes[-1]
    doses = f"{wording.ideal_mg(first.before)} → {wording.ideal_mg(last.after)}"
    on = wording.short_day(first.on) if axis.dated else f"day {(first.on - axis.start).days + 1}"
    name = one.name if one.at < 0 else wording.lettered(one.name)
    return (
        f"<b>{literal(name)} −{wording.percentage(window.percent, 1)}</b> ({doses})<br>"
        f"within {wording.days(in_days)} from {on} on"
    )

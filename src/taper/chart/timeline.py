"""A record over time: doses planned by version and taken, symptoms and visits on one axis."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Any, Final

from taper import wording
from taper.chart import marks
from taper.chart.canvas import Axis, Canvas, Panel, literal, scale, shortened
from taper.chart.drawing import Drawing, drawn, title
from taper.chart.ink import DARK, LIGHT, Theme
from taper.followup import Day, days
from taper.record import Record, Version
from taper.summary import known_symptom, score_words
from taper.visit import MOST_LEVEL

_DAY: Final = timedelta(1)
_TALL: Final = (190, 120, 96, 80)
_MARKS: Final = {
    "emergency": ("x", 11),
    "severe": ("diamond", 11),
    "moderate": ("square", 9),
    "mild": ("circle", 8),
    "": ("circle-open", 8),
}
_KEY: Final = "✕ emergency  ◆ severe  ■ moderate  ● mild  ○ own words"
_LINES: Final = "thin: planned, by version  ·  thick: taken, as told  ·  ▾ visit"
_LINES_SHORT: Final = "thin: planned · thick: taken · ▾ visit"


def timeline(
    record: Record, *, dark: bool = False, today: date | None = None, beside: int | None = None
) -> Drawing:
    """Draw a record from its first day to the end of its last plan.

    `beside` is the number of a version whose whole course is drawn as well, dotted.
    """
    theme = DARK if dark else LIGHT
    plans = [version.plan for version in record.versions if version.plan]
    end = _end(record)
    axis = Axis(record.versions[0].start, end, True, False, None)
    told = list(days(record, end))
    drugs = list(dict.fromkeys(drug for plan in plans for drug in plan.drugs))
    tall = _TALL[min(len(drugs), len(_TALL)) - 1]
    panels = [_panel(record, told, drug, at, tall, theme) for at, drug in enumerate(drugs)]
    scored = any(visit.symptoms for visit in record.visits)
    if scored:
        what, key = f"0 to {MOST_LEVEL}", ((_KEY, _KEY),)
        top = float(MOST_LEVEL)
        panels.append(Panel("Symptoms", what, theme.text, 110, top, top / 2, key=key))
    now = [(today, "today")] if today and axis.within(today) else []
    canvas = Canvas(panels, len(now))
    for row in range(len(panels)):
        title(canvas, row, len(drugs), theme)
    shown = record.versions[beside - 1] if beside else None
    for at, drug in enumerate(drugs):
        _doses(canvas, at, drug, told, axis, theme, at)
        if shown and shown.schedule:
            _other(canvas, at, drug, shown, axis, theme)
    if scored:
        _symptoms(canvas, len(drugs), record, axis, theme)
    starts = [(version.start, f"version {at}") for at, version in enumerate(record.versions, 1)]
    _bands(canvas, starts, axis, theme)
    _visits(canvas, record, axis, theme)
    marks.lines(canvas, now, 0, axis, theme)
    return drawn(canvas, axis, theme, description(record))


def description(record: Record) -> str:
    """Say in words what the figure shows."""
    count, seen = len(record.versions), len(record.visits)
    text = (
        f"Doses planned by {count} version{'' if count == 1 else 's'} and taken, from"
        f" {wording.day(record.versions[0].start)}, with {seen} visit{'' if seen == 1 else 's'}."
    )
    scores = (score for visit in record.visits for score in visit.symptoms)
    strongest = max(scores, key=lambda score: score.level, default=None)
    if strongest:
        text += f" The strongest symptom told: {score_words(strongest)}."
    return f"{text} The same is told in words beside it."


def _end(record: Record) -> date:
    """Return the day after the last plan's last step, or after the last visit."""
    last = record.versions[-1]
    ends = [last.start + _DAY, *(visit.on + _DAY for visit in record.visits)]
    if last.schedule:
        ends.append(last.schedule.steps[-1].end + _DAY)
    return max(ends)


def _total(doses: Any, drug: str) -> float:
    return float(sum(doses.get(drug, {}).values()))


def _panel(
    record: Record, told: Sequence[Day], drug: str, at: int, tall: int, theme: Theme
) -> Panel:
    most = max(max(_total(one.planned, drug), _total(one.taken or {}, drug)) for one in told)
    for version in record.versions:
        for step in version.schedule.steps if version.schedule else ():
            most = max(most, float(step.total(drug)))
    ceiling, tick = scale(most or 1.0)
    name = shortened(wording.lettered(drug), 32)
    return Panel(
        name, "mg a day", theme.drug(at).line, tall, ceiling, tick,
        key=((_LINES, _LINES_SHORT),) if not at else (),
    )  # fmt: skip


def _doses(
    canvas: Canvas, row: int, drug: str, told: Sequence[Day], axis: Axis, theme: Theme, at: int
) -> None:
    ink = theme.drug(at)
    planned = [(one.on, _total(one.planned, drug)) for one in told]
    taken = [(one.on, None if one.taken is None else _total(one.taken, drug)) for one in told]
    for line, colour, width, fill in (
        (taken, ink.line, 3.4, "tozeroy"),
        (planned, theme.ideal, 1.2, "none"),
    ):
        points = list(_steps(line))
        canvas.trace(
            row, type="scatter", mode="lines", x=[axis.at(on) for on, _ in points],
            y=[dose for _, dose in points], fill=fill, fillcolor=ink.fill, hoverinfo="skip",
            line={"color": colour, "width": width, "shape": "hv"}, connectgaps=False,
        )  # fmt: skip


def _steps(line: Sequence[tuple[date, float | None]]) -> Iterator[tuple[date, float | None]]:
    """Yield where a line changes; a day of which nothing is known leaves a gap."""
    before: float | None = None
    for on, dose in line:
        if dose != before:
            if before is not None and dose is None:
                yield on, before
            yield on, dose
        before = dose
    if before is not None:
        yield line[-1][0] + _DAY, before


def _other(canvas: Canvas, row: int, drug: str, version: Version, axis: Axis, theme: Theme) -> None:
    """Draw the whole course of one version, also where another one holds."""
    assert version.schedule
    steps = version.schedule.steps
    line = [(step.start, float(step.total(drug))) for step in steps]
    line.append((steps[-1].end + _DAY, line[-1][1]))
    canvas.trace(
        row, type="scatter", mode="lines", x=[axis.at(on) for on, _ in line],
        y=[dose for _, dose in line], hoverinfo="skip",
        line={"color": theme.mark, "width": 1.6, "shape": "hv", "dash": "dot"},
    )  # fmt: skip


def _symptoms(canvas: Canvas, row: int, record: Record, axis: Axis, theme: Theme) -> None:
    """Draw each symptom told at the day of its visit; its shape is its severity."""
    for grade, (shape, size) in _MARKS.items():
        told = [
            (visit.on, score)
            for visit in record.visits
            for score in visit.symptoms
            if _grade(score.symptom) == grade
        ]
        if not told:
            continue
        canvas.trace(
            row, type="scatter", mode="markers", x=[axis.at(on) for on, _ in told],
            y=[score.level for _, score in told], cliponaxis=False,
            marker={
                "symbol": shape, "size": size,
                "color": theme.mark if grade in ("emergency", "severe") else theme.text,
            },
            hovertext=[
                f"{wording.day(on)}<br>{literal(score_words(score))}" for on, score in told
            ],
            hovertemplate="%{hovertext}<extra></extra>",
        )  # fmt: skip


def _visits(canvas: Canvas, record: Record, axis: Axis, theme: Theme) -> None:
    """Mark each visit at the top of the first panel."""
    on = [visit.on for visit in record.visits]
    canvas.trace(
        0, type="scatter", mode="markers", x=[axis.at(day) for day in on], cliponaxis=False,
        y=[canvas.panels[0].ceiling for _ in on],
        marker={"symbol": "triangle-down", "size": 9, "color": theme.quiet},
        hovertext=[f"visit, {wording.day(day)}" for day in on],
        hovertemplate="%{hovertext}<extra></extra>",
    )  # fmt: skip


def _grade(symptom: str) -> str:
    known = known_symptom(symptom)
    return known.severity if known else ""


def _bands(canvas: Canvas, starts: Sequence[tuple[date, str]], axis: Axis, theme: Theme) -> None:
    """Name the versions along the top, as wide as each holds."""
    low, high = canvas.strip
    ends = [*(start for start, _ in starts[1:]), axis.right]
    for turn, ((first, _), after) in enumerate(zip(starts, ends, strict=True)):
        shown = axis.clipped(first, after)
        if shown is None:
            continue
        canvas.shape(
            "rect", xref="x", yref="paper", x0=axis.at(shown[0]), x1=axis.at(shown[1]),
            ysizemode="pixel", yanchor=1, y0=low, y1=high, line={"width": 0},
            fillcolor=theme.band[turn % 2],
        )  # fmt: skip
        wide = axis.pixel(shown[1]) - axis.pixel(shown[0]) - 4
        canvas.label(
            f"version {turn + 1}", (wide, wide / 2), 12, theme.text, short=f"{turn + 1}",
            xref="x", yref="paper", x=axis.at(shown[0]), y=1, xshift=2,
            yshift=(low + high) // 2, xanchor="left", yanchor="middle",
        )  # fmt: skip

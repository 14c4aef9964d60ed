"""The chart as a whole: its panels, what lies over them, and the figure made of both."""

import json
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

from taper import wording
from taper.chart import dose, marks, rate, total
from taper.chart.canvas import (
    BELOW,
    KEY,
    NARROW,
    WIDE,
    Axis,
    Canvas,
    Panel,
    y_axis,
)
from taper.chart.ink import DARK, LIGHT, Theme
from taper.equivalents import Scale
from taper.schedule import Schedule
from taper.steps import Step

if TYPE_CHECKING:
    import plotly.graph_objects as go

_TALL: Final = (228, 122, 100, 84)
"""The height of each drug's panel, for one drug, two, three, or more."""
_FONT: Final = '"Source Sans", "Source Sans Pro", Helvetica, Arial, sans-serif'
LEFT: Final = 38
RIGHT: Final = 8


@dataclass(frozen=True)
class Shown:
    """What the clinician wants to see of a plan beyond its doses; nothing of it at first.

    `pace_days` asks for the reductions over any so many days, with the published `figures` (their
    ids) as lines; `equivalents` is the source for a total in mg of diazepam; `dates` are the
    first and last day to show, `None` for the whole taper; `step` is the number of a chosen step.
    """

    pace_days: int | None = None
    figures: tuple[str, ...] = ()
    equivalents: str | None = None
    dates: tuple[date, date] | None = None
    step: int | None = None


PLAIN: Final = Shown()


@dataclass(frozen=True)
class Drawing:
    """A figure as plain data, its height in pixels, its words, and which labels a phone has."""

    traces: list[dict[str, Any]]
    layout: dict[str, Any]
    height: int
    description: str
    says: str
    """What the chosen panels leave out."""
    wide_only: tuple[int, ...]
    narrow_only: tuple[int, ...]

    @property
    def figure(self) -> "go.Figure":
        """The same for a notebook; the app does without, and starts faster."""
        import plotly.graph_objects as go

        # Checked by a test instead of here, which would take as long as all the rest.
        return go.Figure({"data": self.traces, "layout": self.layout}, _validate=False)

    @cached_property
    def text(self) -> str:
        """The figure as the drawing library in a browser reads it."""
        figure = {"data": self.traces, "layout": self.layout}
        return json.dumps(figure, ensure_ascii=False, separators=(",", ":"))


def drawn(canvas: Canvas, axis: Axis, theme: Theme, description: str, says: str = "") -> Drawing:
    """Return what was collected on a canvas as a drawing."""
    return Drawing(
        canvas.traces, layout(canvas, axis, theme), canvas.height, description, says,
        tuple(canvas.wide_only), tuple(canvas.narrow_only),
    )  # fmt: skip


def draw(
    schedule: Schedule, shown: Shown = PLAIN, *, example: bool = False, dated: bool = True,
    dark: bool = False, today: date | None = None,
) -> Drawing:  # fmt: skip
    """Draw a schedule with what is chosen to be shown.

    `dated` is false where the plan has no start date yet: the axis then counts days.
    """
    theme = DARK if dark else LIGHT
    canvas, axis = ink(schedule, shown, theme, example=example, dated=dated, today=today)
    by = total.scale_of(schedule, shown.equivalents)
    said = description(schedule, shown, dated=dated)
    return drawn(canvas, axis, theme, said, total.says(schedule, by) if by else "")


def ink(
    schedule: Schedule,
    shown: Shown,
    theme: Theme,
    *,
    example: bool,
    dated: bool,
    today: date | None,
    hovers: bool = True,
) -> tuple[Canvas, Axis]:
    """Collect the ink of a chart, for the screen and, without `hovers`, for paper."""
    axis = Axis.of(schedule, dated, _days_shown(schedule, shown))
    drugs = _taken(schedule)
    tall = _TALL[min(max(1, len(drugs)), len(_TALL)) - 1]
    panels: list[Panel] = [
        dose.panel(schedule, drug, at, tall, theme) for at, drug in enumerate(drugs)
    ] or [Panel("No dose", "mg a day", theme.quiet, tall, 1.0, 0.5)]
    by = total.scale_of(schedule, shown.equivalents)
    if by:
        panels.append(total.panel(schedule, by, theme))
    lines = [
        line
        for line in rate.published(schedule.plan) if shown.pace_days
        if line.id in shown.figures and line.in_days == shown.pace_days
    ]  # fmt: skip
    bars = rate.bars(schedule, shown.pace_days, by) if shown.pace_days else ()
    if shown.pace_days:
        panels.append(rate.panel(bars, shown.pace_days, lines, theme))
    visits, now = marks.dated(schedule, axis, today)
    canvas = Canvas(panels, bool(visits) + bool(now), hovers=hovers)
    for row in range(len(panels)):
        title(canvas, row, len(drugs), theme)
    for at, drug in enumerate(drugs):
        dose.draw(canvas, at, drug, schedule, axis, theme, at)
    row = max(1, len(drugs))
    if by:
        total.draw(canvas, row, schedule, by, axis, theme)
        row += 1
    if shown.pace_days:
        rate.draw(canvas, row, bars, shown.pace_days, lines, axis, theme)
    marks.phases(canvas, schedule, axis, theme)
    marks.lines(canvas, visits, 0, axis, theme)
    marks.lines(canvas, now, bool(visits), axis, theme)
    if step := _chosen(schedule, shown):
        marks.chosen(canvas, step, axis, theme)
    if example:
        canvas.note(
            "EXAMPLE", 64, theme.quiet, xref="paper", yref="paper", x=0.5, y=0.5, textangle=-16,
            opacity=0.16,
        )  # fmt: skip
    return canvas, axis


def description(schedule: Schedule, shown: Shown = PLAIN, *, dated: bool = True) -> str:
    """Say in words what the figure shows."""
    lines = []
    for drug in schedule.plan.drugs:
        taken = [step for step in schedule.steps if step.total(drug)]
        if taken:
            first, last = taken[0], taken[-1]
            span = f" from {wording.day(first.start)} to {wording.day(last.end)}" if dated else ""
            doses = f"{wording.mg(first.total(drug))} to {wording.mg(last.total(drug))} a day"
            lines.append(f"{wording.lettered(drug)}: {doses}{span}")
    count = len(schedule.steps)
    text = f"Daily dose, {count} step{'' if count == 1 else 's'}. {'; '.join(lines)}."
    text += _also(schedule, shown, total.scale_of(schedule, shown.equivalents), dated)
    return f"{text} The same doses are in the table below."


def _also(schedule: Schedule, shown: Shown, by: Scale | None, dated: bool) -> str:
    """Say what the chosen panels show."""
    said = []
    totals = [found for step in schedule.steps if (found := by.total(step))] if by else []
    if by and totals:
        most = max(high for _, high in totals)
        source = wording.source_name(by.source)
        said.append(f" Total up to {wording.ideal_mg(most)} of diazepam a day, by {source}.")
    if shown.pace_days:
        made = rate.bars(schedule, shown.pace_days, by)
        worst = max((window.percent for one in made for window in one.made), default=None)
        if worst is not None:
            within = f"within any {wording.days(shown.pace_days)}"
            said.append(f" Largest reduction {within}: {wording.percentage(worst, 1)}.")
    if shown.dates and dated:
        said.append(f" Only {wording.short_span(*shown.dates)} is shown.")
    return "".join(said)


def _taken(schedule: Schedule) -> list[str]:
    return [drug for drug in schedule.plan.drugs if any(s.total(drug) for s in schedule.steps)]


def _chosen(schedule: Schedule, shown: Shown) -> Step | None:
    return next((step for step in schedule.steps if step.number == shown.step), None)


def _days_shown(schedule: Schedule, shown: Shown) -> tuple[date, date] | None:
    """Return the days to show within those of the plan; None for all of them."""
    if shown.dates is None:
        return None
    start, end = schedule.plan.start, schedule.steps[-1].end + timedelta(1)
    first, last = max(start, shown.dates[0]), min(end, shown.dates[1] + timedelta(1))
    return (first, last) if first < last else None


def title(canvas: Canvas, row: int, drugs: int, theme: Theme) -> None:
    """Write the title of a panel over it; the first `drugs` panels are larger."""
    panel = canvas.panels[row]
    where: dict[str, Any] = {
        "xref": "paper", "yref": "paper", "x": 0, "y": canvas.domain(row)[1], "xanchor": "left",
        "yanchor": "bottom", "bgcolor": theme.paper, "borderpad": 0,
    }  # fmt: skip
    for at, (line, short) in enumerate(reversed(panel.key)):
        canvas.label(
            line, (WIDE, NARROW), 11, theme.text, short=short, yshift=3 + KEY * at, **where
        )
    canvas.label(
        panel.what, (WIDE, NARROW), 13 if row < drugs else 12, panel.colour, short=panel.short,
        bold=panel.title, yshift=2 + KEY * len(panel.key), **where,
    )  # fmt: skip


def layout(canvas: Canvas, axis: Axis, theme: Theme) -> dict[str, Any]:
    """Return the layout that the figure is made with."""
    days, names = axis.ticks()
    scales = {
        f"yaxis{y_axis(row).removeprefix('y')}": {
            "range": [0, panel.ceiling * 1.04], "dtick": panel.tick, "tick0": 0,
            "tickformat": "~g", "gridcolor": theme.grid, "zeroline": True,
            "zerolinecolor": theme.quiet, "zerolinewidth": 1, "fixedrange": True,
            "domain": canvas.domain(row), "anchor": "x",
        }
        for row, panel in enumerate(canvas.panels)
    }  # fmt: skip
    return {
        **scales,
        "xaxis": {
            "range": [axis.at(axis.left), axis.at(axis.right)], "fixedrange": True,
            "showgrid": False, "zeroline": False, "anchor": y_axis(len(canvas.panels) - 1),
            "type": "date" if axis.dated else "linear", "tickvals": days, "ticktext": names,
            "ticks": "outside", "ticklen": 3, "tickcolor": theme.quiet, "tickangle": 0,
        },
        "shapes": canvas.shapes,
        "annotations": canvas.notes,
        "height": canvas.height,
        "margin": {"l": LEFT, "r": RIGHT, "t": canvas.above, "b": BELOW},
        "showlegend": False,
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "font": {"color": theme.quiet, "size": 12, "family": _FONT},
        "hoverlabel": {
            "align": "left", "bgcolor": theme.paper, "bordercolor": theme.quiet,
            "font": {"color": theme.text, "size": 12},
        },
        "barmode": "overlay",
        "bargap": 0,
        "hovermode": "closest",
        "dragmode": False,
        "template": {"layout": {"xaxis": {"automargin": False}, "yaxis": {"automargin": True}}},
    }  # fmt: skip

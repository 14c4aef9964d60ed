"""What lies over all panels: phases, holds and switches by name, visits, today, the chosen step."""

from datetime import date, timedelta

from taper import plan_words
from taper.chart.canvas import NARROW, WIDE, Axis, Canvas, shortened
from taper.chart.ink import Theme
from taper.phases import Phase, Reduce, Switch
from taper.schedule import Schedule
from taper.steps import Step

Dated = tuple[date, str]


def phases(canvas: Canvas, schedule: Schedule, axis: Axis, theme: Theme) -> None:
    """Name the phases along the top, as wide as each is."""
    spans: dict[int, tuple[date, date]] = {}
    for step in schedule.steps:
        first = spans.get(step.phase, (step.start, step.end))[0]
        spans[step.phase] = first, step.end + timedelta(1)
    low, high = canvas.strip
    for turn, (at, whole) in enumerate(sorted(spans.items())):
        shown = axis.clipped(*whole)
        if shown is None:
            continue
        first, after = shown
        canvas.shape(
            "rect", xref="x", yref="paper", x0=axis.at(first), x1=axis.at(after),
            ysizemode="pixel", yanchor=1, y0=low, y1=high, line={"width": 0},
            fillcolor=theme.band[turn % 2],
        )  # fmt: skip
        room = [axis.pixel(after, wide) - axis.pixel(first, wide) - 4 for wide in (WIDE, NARROW)]
        phase = schedule.plan.phases[at]
        names = [f"{at + 1} {name}" for name in _names(phase)]
        fits = next((name for name in names if len(name) * 12 * 0.56 <= room[0]), f"{at + 1}")
        canvas.label(
            fits, (room[0], room[1]), 12, theme.text, short=f"{at + 1}",
            xref="x", yref="paper", x=axis.at(first), y=1, xshift=2,
            yshift=(low + high) // 2, xanchor="left", yanchor="middle",
        )  # fmt: skip


def _names(phase: Phase) -> tuple[str, ...]:
    """Name a phase, the longest name first."""
    if isinstance(phase, Reduce):
        how = plan_words.short_pace(phase.by)
        return (f"reduce {phase.drug} {how}".strip(), f"reduce {how}".strip(), "reduce")
    if isinstance(phase, Switch):
        return (f"switch {phase.from_drug} to {phase.to_drug}", f"switch to {phase.to_drug}",
                "switch")  # fmt: skip
    return ("typed steps", "typed") if phase.kind == "set" else (phase.kind,)


def dated(schedule: Schedule, axis: Axis, today: date | None) -> tuple[list[Dated], list[Dated]]:
    """Return the visits to mark, and today, where they are shown."""
    if not axis.dated:
        return [], []
    visits = [
        (visit.on, f"visit: {shortened(visit.what, 40)}" if visit.what else "visit")
        for visit in sorted(schedule.plan.visits, key=lambda visit: visit.on)
        if axis.within(visit.on)
    ]
    return visits, [(today, "today")] if today and axis.within(today) else []


def lines(canvas: Canvas, marked: list[Dated], lane: int, axis: Axis, theme: Theme) -> None:
    """Draw a line for each day, named in a lane of its own where the name has room."""
    if not marked:
        return
    today = any(text == "today" for _, text in marked)
    ink, dash = (theme.mark, "solid") if today else (theme.quiet, "dot")
    for (day, text), (after, _) in zip(marked, [*marked[1:], (axis.right, "")], strict=True):
        canvas.shape(
            "line", xref="x", yref="paper", x0=axis.at(day), x1=axis.at(day), y0=0, y1=1,
            line={"color": ink, "width": 1.2 if today else 1, "dash": dash},
        )  # fmt: skip
        canvas.shape(
            "line", xref="x", yref="paper", x0=axis.at(day), x1=axis.at(day),
            ysizemode="pixel", yanchor=1, y0=0, y1=canvas.lane(lane) + 5,
            line={"color": ink, "width": 1.2 if today else 1, "dash": dash},
        )  # fmt: skip
        _label(canvas, text, (day, after), lane, axis, (ink, theme.paper))


def _label(
    canvas: Canvas,
    text: str,
    days: tuple[date, date],
    lane: int,
    axis: Axis,
    inks: tuple[str, str],
) -> None:
    """Name a day on its right up to the next one, or on its left where it is the last."""
    (day, after), (ink, paper) = days, inks
    spots = [(axis.pixel(day, wide), axis.pixel(after, wide)) for wide in (WIDE, NARROW)]
    room = [right - left - 6 for left, right in spots]
    short = text.partition(":")[0]
    where = {"xref": "x", "yref": "paper", "x": axis.at(day), "y": 1, "yshift": canvas.lane(lane),
             "yanchor": "middle", "bgcolor": paper, "borderpad": 0}  # fmt: skip
    canvas.label(
        text, (room[0], room[1]), 11, ink, short=short, xanchor="left", xshift=3, **where
    ) or (
        text == "today"
        and canvas.label(
            text, (spots[0][0], spots[1][0]), 11, ink, xanchor="right", xshift=-3, **where
        )
    )  # fmt: skip


def chosen(canvas: Canvas, step: Step, axis: Axis, theme: Theme) -> None:
    """Frame the step that is chosen."""
    shown = axis.clipped(step.start, step.end + timedelta(1))
    if shown:
        canvas.shape(
            "rect", xref="x", yref="paper", x0=axis.at(shown[0]), x1=axis.at(shown[1]),
            y0=0, y1=1, line={"color": theme.chosen, "width": 2}, fillcolor="rgba(0,0,0,0)",
        )  # fmt: skip

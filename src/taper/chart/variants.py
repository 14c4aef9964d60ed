"""Up to four schedules in one chart: one panel a drug, one line a schedule."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any, Final

from taper import wording
from taper.chart import dose
from taper.chart.canvas import Axis, Canvas, Panel, literal, scale
from taper.chart.drawing import Drawing, drawn, title
from taper.chart.ink import DARK, LIGHT, Theme
from taper.schedule import Schedule

DASHES: Final = ("solid", "dash", "dot", "dashdot")
"""How the lines differ besides their colour."""
_TALL: Final = (240, 110, 90, 76)


def draw(named: Mapping[str, Schedule], *, dark: bool = False) -> Drawing:
    """Draw schedules by name, the first one's line on top."""
    theme = DARK if dark else LIGHT
    schedules = list(named.values())
    axis = Axis(
        min(schedule.plan.start for schedule in schedules),
        max(schedule.steps[-1].end for schedule in schedules) + timedelta(1),
    )
    drugs = tuple(dict.fromkeys(drug for one in schedules for drug in _taken(one)))
    tall = _TALL[min(len(drugs), len(_TALL)) - 1]
    canvas = Canvas([_panel(drug, schedules, tall, theme) for drug in drugs], 0)
    for row, drug in enumerate(drugs):
        title(canvas, row, len(drugs), theme)
        for at, (name, schedule) in reversed(list(enumerate(named.items()))):
            _line(canvas, row, drug, name, schedule, at, axis, theme)
    said = "; ".join(f"{name}: {_says(one)}" for name, one in named.items())
    return drawn(canvas, axis, theme, f"Daily doses of {len(named)} plans. {said}.")


def _taken(schedule: Schedule) -> list[str]:
    return [drug for drug in schedule.plan.drugs if any(s.total(drug) for s in schedule.steps)]


def _panel(drug: str, schedules: list[Schedule], tall: int, theme: Theme) -> Panel:
    top = max(float(step.total(drug)) for one in schedules for step in one.steps)
    return Panel(wording.lettered(drug), "mg a day", theme.text, tall, *scale(top or 1.0))


def _line(
    canvas: Canvas, row: int, drug: str, name: str, schedule: Schedule, at: int, axis: Axis,
    theme: Theme,
) -> None:  # fmt: skip
    x: list[Any] = [axis.at(step.start) for step in schedule.steps]
    y = [float(step.total(drug)) for step in schedule.steps]
    y = dose.while_taken([*y, _end(schedule, drug)])
    said = [
        f"{literal(name)}<br>{axis.span(step)}<br>{wording.mg(step.total(drug))} a day"
        for step in schedule.steps
    ]
    after = schedule.steps[-1].end + timedelta(1)
    canvas.trace(
        row, type="scatter", mode="lines", x=[*x, axis.at(after)], y=y,
        line={"color": theme.drug(at).line, "width": 2.2, "shape": "hv", "dash": DASHES[at]},
        text=[*said, ""], hoverinfo="text",
    )  # fmt: skip


def _end(schedule: Schedule, drug: str) -> float:
    ends = schedule.ends.drugs if schedule.ends else ()
    return next((float(part.total) for part in ends if part.drug == drug), 0.0)


def _says(schedule: Schedule) -> str:
    first, last = schedule.steps[0].start, schedule.steps[-1].end
    drugs = ", ".join(
        f"{drug} {wording.mg(schedule.steps[0].total(drug))} at first"
        for drug in _taken(schedule)
        if schedule.steps[0].total(drug)
    )
    return f"{drugs}, {_until(schedule, first, last)}"


def _until(schedule: Schedule, first: date, last: date) -> str:
    return f"{len(schedule.steps)} steps, {wording.short_span(first, last)}"

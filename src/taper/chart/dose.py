"""The panel of one drug: its daily dose as dispensed in steps, over the ideal as a thin line."""

from collections.abc import Iterator
from typing import Any, Final

from taper import plan_words, wording
from taper.chart.canvas import NARROW, WIDE, Axis, Canvas, Panel, literal, scale, shortened
from taper.chart.ink import Theme
from taper.schedule import Schedule
from taper.steps import DrugStep, Step

_DAY_MS: Final = 86_400_000
_LONGEST: Final = 32
"""The longest name of a drug over its panel; its whole name is in the table."""


def panel(schedule: Schedule, drug: str, at: int, tall: int, theme: Theme) -> Panel:
    """Measure the panel of a drug."""
    totals = [float(dose) for part in _parts(schedule, drug) for dose in (part.total, part.ideal)]
    ceiling, tick = scale(max(totals, default=0.0) or 1.0)
    name = shortened(wording.lettered(drug), _LONGEST)
    return Panel(name, "mg a day", theme.drug(at).line, tall, ceiling, tick)


def _parts(schedule: Schedule, drug: str) -> Iterator[DrugStep]:
    ends = schedule.ends.drugs if schedule.ends else ()
    for parts in (*(step.drugs for step in schedule.steps), ends):
        yield from (part for part in parts if part.drug == drug)


def draw(
    canvas: Canvas, row: int, drug: str, schedule: Schedule, axis: Axis, theme: Theme, at: int
) -> None:
    """Draw a drug's doses on a panel."""
    ink = theme.drug(at)
    parts = [_part(step, drug) for step in schedule.steps]
    total = [float(part.total) if part else 0.0 for part in parts]
    ideal = [float(part.ideal) if part else 0.0 for part in parts]
    end = _end(schedule, drug, axis)
    x = [axis.at(step.start) for step in schedule.steps] + [axis.at(axis.end)]
    for y, width, colour, fill in (
        # The thin ideal line lies under the dispensed one: it shows where the two differ.
        (ideal, 1.2, theme.ideal, "none"),
        (total, 2.2, ink.line, "tozeroy"),
    ):
        canvas.trace(
            row, type="scatter",
            x=x, y=while_taken([*y, end]), mode="lines", fill=fill, fillcolor=ink.fill,
            line={"color": colour, "width": width, "shape": "hv"}, hoverinfo="skip",
        )  # fmt: skip
    taken = [step for step in schedule.steps if step.total(drug)]
    if canvas.hovers:
        hovers(canvas, row, axis, taken, [_hover(schedule, step, drug, axis) for step in taken])
    _edits(canvas, row, drug, schedule, axis, theme)


def _end(schedule: Schedule, drug: str, axis: Axis) -> float:
    """Return what is drawn from the day after the last step on."""
    if schedule.ends is None:  # as far as it goes: nothing says that the dose ends here
        return float(schedule.steps[-1].total(drug))
    going_on = schedule.ends.drugs if axis.goes_on else ()
    return next((float(part.total) for part in going_on if part.drug == drug), 0.0)


def while_taken(doses: list[float]) -> list[Any]:
    """Draw no line along 0 before a drug is first taken and after it has ended."""
    around = zip([0.0, *doses], doses, [*doses[1:], 0.0], strict=False)
    return [dose if dose or before or after else None for before, dose, after in around]


def _part(step: Step, drug: str) -> DrugStep | None:
    return next((part for part in step.drugs if part.drug == drug), None)


def hovers(canvas: Canvas, row: int, axis: Axis, steps: list[Step], said: list[str]) -> None:
    """Lay an unseen bar over each step, so that a point anywhere above it is the step's.

    A click on it is the choice of that step: `customdata` is its number.
    """
    day = _DAY_MS if axis.dated else 1
    canvas.trace(
        row,
        type="bar",
        x=[axis.at(step.start) for step in steps],
        y=[canvas.panels[row].ceiling for _ in steps],
        width=[step.days * day for step in steps],
        offset=0,
        marker={"color": "rgba(0,0,0,0)", "line": {"width": 0}},
        customdata=[step.number for step in steps],
        hovertext=said,
        hovertemplate="%{hovertext}<extra></extra>",
    )


def _hover(schedule: Schedule, step: Step, drug: str, axis: Axis) -> str:
    part = _part(step, drug)
    assert part is not None, "only steps that take the drug are asked"
    change = f"{wording.change_mg(part.change)} ({wording.percent(part.percent)})"
    lines = [
        f"<b>Step {step.number}</b>, {axis.span(step)}, {wording.days(step.days)}",
        f"<b>{literal(wording.lettered(drug))} {wording.mg(part.total)} a day</b>, {change}",
    ]
    for dose in part.doses:
        made = wording.taken(schedule.plan, dose.take)
        lines.append(
            f"{literal(dose.time)} {wording.mg(dose.mg)}" + (f": {literal(made)}" if made else "")
        )
    basis = literal(plan_words.basis(schedule.plan, part))
    lines.extend(_wrapped(basis, 64))
    return "<br>".join(lines)


def _wrapped(text: str, width: int) -> Iterator[str]:
    line = ""
    for word in text.split(" "):
        if line and len(line) + len(word) >= width:
            yield line
            line = ""
        line = f"{line} {word}".strip()
    yield line


def _edits(
    canvas: Canvas, row: int, drug: str, schedule: Schedule, axis: Axis, theme: Theme
) -> None:
    """Mark the steps changed by hand, with the reason where it has room before the next mark."""
    reasons = {edit.step: edit.why for edit in schedule.plan.edits}
    edited = [step for step in schedule.steps if step.edited and step.total(drug)]
    shown = [step for step in edited if axis.within(step.start)]
    if not shown:
        return
    canvas.trace(
        row, type="scatter",
        x=[axis.at(step.start) for step in shown],
        y=[float(step.total(drug)) for step in shown],
        mode="markers",
        marker={
            "size": 9, "symbol": "circle", "color": theme.paper,
            "line": {"width": 2, "color": theme.mark},
        },
        hoverinfo="skip", cliponaxis=False,
    )  # fmt: skip
    tall = canvas.panels[row].tall
    for step, after in zip(shown, [*shown[1:], None], strict=True):
        where = after.start if after else axis.right
        why = reasons.get(step.number)
        text = shortened(f"by hand: {why}" if why else "by hand", 40)
        room = [
            axis.pixel(where, wide) - axis.pixel(step.start, wide) - 14 for wide in (WIDE, NARROW)
        ]
        share = float(step.total(drug)) / (canvas.panels[row].ceiling * 1.04)
        canvas.label(
            text, (room[0], room[1]), 11, theme.mark, short="by hand",
            xref="x", yref="paper", x=axis.at(step.start),
            y=canvas.domain(row)[0] + share * tall / canvas.inside,
            xanchor="left", yanchor="bottom", xshift=7, yshift=2,
        )  # fmt: skip

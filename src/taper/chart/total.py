"""The panel of the total in diazepam equivalents, by the source that the clinician picked."""

from typing import Final

from taper import wording
from taper.chart.canvas import Axis, Canvas, Panel, literal, scale, shortened
from taper.chart.dose import hovers
from taper.chart.ink import Theme
from taper.equivalents import Scale, counted, scales
from taper.schedule import Schedule

TALL: Final = 90


def scale_of(schedule: Schedule, source: str | None) -> Scale | None:
    """Return the scale of a source for the drugs of a plan; None where it has none."""
    found = scales(counted(schedule.plan.drugs)) if source else ()
    return next((scale for scale in found if scale.source == source), None)


def says(schedule: Schedule, scale: Scale) -> str:
    """Say which drugs a total leaves out; nothing where it leaves out none."""
    said = []
    if scale.lacking:
        said.append(
            f"{wording.source_name(scale.source)} gives no ratio for"
            f" {wording.joined(list(map(wording.lettered, scale.lacking)))}:"
            " no total is drawn while it is taken."
        )
    within = counted(schedule.plan.drugs)
    if others := [wording.lettered(drug) for drug in schedule.plan.drugs if drug not in within]:
        said.append(f"Not counted, as it has no equivalents: {wording.joined(others)}.")
    return " ".join(said)


def panel(schedule: Schedule, by: Scale, theme: Theme) -> Panel:
    """Measure the panel."""
    totals = [float(most) for _, most in filter(None, map(by.total, schedule.steps))]
    ceiling, tick = scale(max(totals, default=0.0) or 1.0)
    source = wording.source_name(by.source)
    what, short = f"mg of diazepam a day, by {source}", shortened(f"mg, {source}", 36)
    return Panel("Total", what, theme.text, TALL, ceiling, tick, short)


def draw(canvas: Canvas, row: int, schedule: Schedule, by: Scale, axis: Axis, theme: Theme) -> None:
    """Draw the total, its least and its most as two lines where the source gives a range."""
    totals = [by.total(step) for step in schedule.steps]
    x = [axis.at(step.start) for step in schedule.steps] + [axis.at(axis.end)]
    ranged = any(total and total[0] != total[1] for total in totals)
    for end in (0, 1) if ranged else (0,):
        y = [None if total is None else float(total[end]) for total in totals]
        canvas.trace(
            row, type="scatter", x=x, y=[*y, y[-1]], mode="lines", hoverinfo="skip",
            line={"color": theme.text, "width": 1.6, "shape": "hv",
                  "dash": "dot" if end else "solid"},
        )  # fmt: skip
    known = [
        (step, total)
        for step, total in zip(schedule.steps, totals, strict=True)
        if total is not None
    ]
    source = literal(wording.source_name(by.source))
    said = []
    for step, (least, most) in known:
        doses = wording.ideal_mg(least)
        if least != most:
            doses = f"{doses} to {wording.ideal_mg(most)}"
        said.append(
            f"<b>Step {step.number}</b>, {axis.span(step)}<br>"
            f"<b>{doses}</b> of diazepam a day, by {source}"
        )
    if canvas.hovers:
        hovers(canvas, row, axis, [step for step, _ in known], said)

"""The whole taper on one page for the file: its chart, its doses, how it ends."""

from typing import Any, Final

from taper import chart
from taper.schedule import Schedule
from taper.sheets.days import Naming
from taper.sheets.options import Options
from taper.sheets.patient import Block, same_doses
from taper.sheets.words import reviewed
from taper.steps import DrugStep
from taper.wording import days, end_sentences, joined, mg

MERGED: Final = "Steps that change nothing stand in one row."
CUT: Final = "The table has no room for the doses after this; the chart shows them all."


def overview(schedule: Schedule, options: Options) -> dict[str, Any]:
    """Return the content of the one page; steps that change nothing are one row of its table."""
    plan, naming = schedule.plan, Naming(schedule.plan.start, options.dated)
    blocks = same_doses(schedule)
    several = len({part.drug for block in blocks for part in block.drugs}) > 1
    drug = blocks[0].drugs[0].drug if blocks[0].drugs else plan.drugs[0]
    return {
        "kind": "overview",
        "title": "The taper on one page",
        "span": naming.from_to(schedule.steps[0].start, schedule.steps[-1].end),
        "medicine": None if several else drug,
        "rows": [_row(block, naming, several) for block in blocks],
        "chart": chart.svg(schedule, example=options.example, dated=options.dated),
        "alt": chart.description(schedule, dated=options.dated),
        "merged": MERGED if len(blocks) < len(schedule.steps) else "",
        "cut": CUT,
        "end": end_sentences(plan, schedule.ends, naming.full),
        "reviewed": reviewed(options.confirmed, schedule),
    }


def _row(block: Block, naming: Naming, several: bool) -> list[str]:
    return [
        naming.short(block.start),
        days(block.days),
        "; ".join(_doses(part, several) for part in block.drugs) or "no dose",
    ]


def _doses(part: DrugStep, several: bool) -> str:
    """Write a day's doses: "0.5 mg morning and 1 mg bedtime, whole day 1.5 mg"."""
    doses = joined([f"{mg(dose.mg)} {dose.time}" for dose in part.doses])
    whole = f", whole day {mg(part.total)}" if len(part.doses) > 1 else ""
    return f"{part.drug} {doses}{whole}" if several else f"{doses}{whole}"

"""The pharmacy's sheet: what to supply, by period, and the directions in full words."""

from dataclasses import replace
from itertools import groupby
from typing import Any, Final

from taper.plan import Plan
from taper.schedule import Schedule
from taper.sheets.days import Naming
from taper.sheets.options import Options
from taper.sheets.patient import contact
from taper.sheets.words import label_directions
from taper.supply import Supply
from taper.wording import days, end_sentences, how_many, product_name, supplied

_UNSUPPLIED: Final = ("dose.no-products", "dose.not-makeable")


def pharmacy(schedule: Schedule, options: Options) -> dict[str, Any]:
    """Return the content of the pharmacy's sheet."""
    plan, naming = schedule.plan, Naming(schedule.plan.start, options.dated)
    return {
        "kind": "pharmacy",
        "title": "Supply for the pharmacy",
        "span": naming.from_to(schedule.steps[0].start, schedule.steps[-1].end),
        "call": options.call or contact(plan),
        "supply": [
            {
                "from": naming.short(start),
                "to": naming.short(end),
                "rows": [_row(plan, row) for row in rows],
            }
            for (start, end), rows in groupby(schedule.supply, key=lambda row: (row.start, row.end))
        ],
        "whole": [_row(plan, row) for row in _whole(schedule)],
        "unsupplied": [found.text for found in schedule.findings if found.code in _UNSUPPLIED],
        "steps": [
            {
                "number": step.number,
                "from": naming.short(step.start),
                "to": naming.short(step.end),
                "days": days(step.days),
                "directions": [
                    {"drug": part.drug, "text": label_directions(plan, part)} for part in step.drugs
                ],
            }
            for step in schedule.steps
        ],
        "end": end_sentences(plan, schedule.ends, naming.full),
    }


def _whole(schedule: Schedule) -> list[Supply]:
    """Add up each product's supply over all periods."""
    whole: dict[int, Supply] = {}
    for row in schedule.supply:
        first = whole.get(row.product)
        whole[row.product] = row if first is None else _added(first, row)
    return [whole[product] for product in sorted(whole)]


def _added(first: Supply, row: Supply) -> Supply:
    packs = None if first.packs is None or row.packs is None else first.packs + row.packs
    return replace(
        first, end=row.end, count=first.count + row.count, packs=packs, used=first.used + row.used
    )


def _row(plan: Plan, row: Supply) -> dict[str, str]:
    product = plan.products[row.product]
    packed = product.packed
    handed = row.count if row.packs is None or packed is None else row.packs * packed
    left = handed - row.used
    return {
        "product": product_name(product),
        "supply": supplied(product, row),
        "used": how_many(product, row.used),
        "left": how_many(product, left) if left else "none",
    }

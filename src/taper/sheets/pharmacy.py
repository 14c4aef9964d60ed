"""The pharmacy's sheet: what to supply, by period, and the directions in full words."""

from dataclasses import replace
from itertools import groupby
from typing import Any, Final

from taper.plan import Plan
from taper.schedule import Schedule
from taper.sheets.patient import contact
from taper.sheets.words import from_to, label_directions
from taper.supply import Supply
from taper.wording import day, days, end_sentences, how_many, product_name, supplied

_UNSUPPLIED: Final = ("dose.no-products", "dose.not-makeable")


def pharmacy(schedule: Schedule) -> dict[str, Any]:
    """Return the content of the pharmacy's sheet."""
    plan = schedule.plan
    return {
        "kind": "pharmacy",
        "title": "Supply for the pharmacy",
        "span": from_to(schedule.steps[0].start, schedule.steps[-1].end),
        "call": contact(plan),
        "supply": [
            {
                "from": day(start),
                "to": day(end),
                "rows": [_row(plan, row) for row in rows],
            }
            for (start, end), rows in groupby(schedule.supply, key=lambda row: (row.start, row.end))
        ],
        "whole": [_row(plan, row) for row in _whole(schedule)],
        "unsupplied": [found.text for found in schedule.findings if found.code in _UNSUPPLIED],
        "steps": [
            {
                "number": step.number,
                "from": day(step.start),
                "to": day(step.end),
                "dates": from_to(step.start, step.end),
                "days": days(step.days),
                "directions": [
                    {"drug": part.drug, "text": label_directions(plan, part)} for part in step.drugs
                ],
            }
            for step in schedule.steps
        ],
        "end": end_sentences(plan, schedule.ends),
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
    return {
        "product": product_name(product),
        "supply": supplied(product, row),
        "used": how_many(product, row.used),
    }

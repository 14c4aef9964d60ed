"""The patient's sheet: what to take, from when to when, in plain words."""

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any, Final

from taper.dispensing import Take
from taper.parts import Liquid, Solid
from taper.phases import Maintain
from taper.plan import Plan
from taper.schedule import Schedule
from taper.sheets.words import (
    UNMADE,
    from_on,
    from_to,
    keep_taking,
    medicine,
    no_more,
    no_more_of_plan,
    to_take,
)
from taper.steps import Dose, DrugStep
from taper.wording import ALWAYS, EMERGENCY, day, days, mg, spelled_day

MOST_BLOCKS: Final = 40
"""A plan of more doses than this is printed as a table, one row a dose."""
SHORT_DAYS: Final = 3
SHORT_RUN: Final = 4
"""From so many doses on that follow one another and are short, they stand in a table."""
_COLUMNS: Final = {0: 99, 1: 50, 2: 23, 3: 15, 4: 11}
_COLUMNS_IN_TABLE: Final = {0: 99, 1: 30, 2: 15}
"""The most letters of a word in a column, by how many columns there are; in a table of dates with
several drugs fewer fit. With more times of day each has its line instead."""
MOST_PICTURES: Final = 12


@dataclass(frozen=True, slots=True)
class _Block:
    """The same doses from `start` to `end`; `over` are the drugs that end with its first day."""

    start: date
    end: date
    drugs: tuple[DrugStep, ...]
    absent: tuple[str, ...]
    over: tuple[str, ...]

    @property
    def days(self) -> int:
        return (self.end - self.start).days + 1


def patient(schedule: Schedule) -> dict[str, Any]:
    """Return the content of the patient's sheet."""
    plan = schedule.plan
    blocks = _blocks(schedule)
    parts = [part for step in schedule.steps for part in step.drugs]
    parts += schedule.ends.drugs if schedule.ends else ()
    taken = {part.drug for part in parts}
    takes = {take for part in parts for dose in part.doses for take in dose.take or ()}
    products = {take.product for take in takes}
    return {
        "kind": "patient",
        "title": "Your medicine plan",
        "span": from_to(schedule.steps[0].start, schedule.steps[-1].end),
        "emergency": EMERGENCY,
        "always": ALWAYS,
        "call": contact(plan),
        "medicines": [_medicine(plan, drug, products) for drug in plan.drugs if drug in taken],
        "pictures": _pictures(plan, takes),
        **_layout(schedule, blocks),
        "visits": visits(plan),
    }


def contact(plan: Plan) -> str | None:
    """Return who to call, None where the plan does not say."""
    who = plan.clinician
    return ", ".join(filter(None, (who.name, who.role, who.contact))) or None if who else None


def visits(plan: Plan) -> list[str]:
    """Return the visits of a plan in order."""
    ordered = sorted(plan.visits, key=lambda visit: visit.on)
    return [f"{spelled_day(visit.on)}: {visit.what}" for visit in ordered]


def _medicine(plan: Plan, drug: str, products: Collection[int]) -> dict[str, Any]:
    """Describe what is taken of a drug; its products that no dose needs are left out."""
    lines = [medicine(item) for at, item in plan.products_of(drug) if at in products]
    return {"drug": drug, "lines": lines}


# ------------------------------------------------------------------------------------------ blocks


def _blocks(schedule: Schedule) -> list[_Block]:
    """Put steps with the same doses together, and say in each which drugs end or pause."""
    groups = [
        list(steps)
        for _, steps in groupby(schedule.steps, key=lambda step: [_doses(d) for d in step.drugs])
    ]
    later: list[set[str]] = [
        {part.drug for part in schedule.ends.drugs} if schedule.ends else set()
    ]
    for group in reversed(groups):
        later.append(later[-1] | {part.drug for part in group[0].drugs})
    later.reverse()
    known = {entry.drug for entry in schedule.plan.regimen}
    blocks = []
    for group, coming in zip(groups, later, strict=False):
        now = {part.drug for part in group[0].drugs}
        pausing, over = (known & coming) - now, known - coming
        blocks.append(
            _Block(
                group[0].start,
                group[-1].end,
                group[0].drugs,
                tuple(drug for drug in schedule.plan.drugs if drug in pausing),
                tuple(drug for drug in schedule.plan.drugs if drug in over),
            )
        )
        known = (known & coming) | now
    return blocks


def _doses(part: DrugStep) -> tuple[object, ...]:
    return part.drug, tuple((dose.time, dose.mg, dose.take) for dose in part.doses)


def _layout(schedule: Schedule, blocks: Sequence[_Block]) -> dict[str, Any]:
    """Return the sections of the sheet, and how a day is laid out in them."""
    plan = schedule.plan
    every = [block.drugs for block in blocks]
    every += [schedule.ends.drugs] if schedule.ends else []
    used = {dose.time for drugs in every for part in drugs for dose in part.doses}
    times = [time for time in plan.times if time in used]
    shown = [_block(plan, block, times) for block in blocks]
    sections = [
        {"table": table, "blocks": [block for _, block in run]}
        for table, run in groupby(
            zip(_in_tables(blocks), shown, strict=True), key=lambda pair: pair[0]
        )
    ]
    end = _end(schedule, times)
    longest = _longest([*shown, end] if end else shown, times)
    drugs = len({part.drug for drugs in every for part in drugs})
    return {
        "times": [_capital(time) for time in times],
        "columns": longest <= _COLUMNS.get(len(times), 0),
        "table_columns": longest
        <= (_COLUMNS if drugs == 1 else _COLUMNS_IN_TABLE).get(len(times), 0),
        "drugs": drugs,
        "sections": sections,
        "end": end,
    }


def _capital(time: str) -> str:
    return time[:1].upper() + time[1:]


def _longest(blocks: Iterable[dict[str, Any]], times: Sequence[str]) -> int:
    """Return the letters of the longest word that a column of a time has to hold."""
    words = [
        text
        for block in blocks
        for row in block["rows"]
        for cell in row["cells"]
        for part in cell or ()
        for text in (part["figure"], part["of"])
    ]
    return max(len(word) for text in ("", *words, *times) for word in re.split("[ -]", text))


def _in_tables(blocks: Sequence[_Block]) -> Iterator[bool]:
    """Yield for each block whether it is a row of a table, and does not stand on its own."""
    for short, run in groupby(blocks, key=lambda block: block.days <= SHORT_DAYS):
        count = sum(1 for _ in run)
        yield from [len(blocks) > MOST_BLOCKS or (short and count >= SHORT_RUN)] * count


def _block(plan: Plan, block: _Block, times: Sequence[str]) -> dict[str, Any]:
    parts = {part.drug: part for part in block.drugs}
    return {
        "heading": from_to(block.start, block.end),
        "from": day(block.start),
        "to": day(block.end),
        "weekdays": [f"{block.start:%A}", f"{block.end:%A}"],
        "one": block.days == 1,
        "days": days(block.days),
        "over": [no_more(drug, block.start) for drug in block.over],
        "rows": [
            _row(plan, drug, parts.get(drug), times)
            for drug in plan.drugs
            if drug in parts or drug in block.absent
        ],
    }


def _row(plan: Plan, drug: str, part: DrugStep | None, times: Sequence[str]) -> dict[str, Any]:
    doses = {dose.time: dose for dose in part.doses} if part else {}
    return {
        "drug": drug,
        "cells": [_cell(plan, doses[time]) if time in doses else None for time in times],
        "total": mg(part.total) if part else None,
    }


def _cell(plan: Plan, dose: Dose) -> list[dict[str, Any]]:
    """Return what is taken at one time: each product with its words and its pictures."""
    if dose.take is None:
        amount = {"figure": mg(dose.mg), "of": "", "words": UNMADE, "solid": False}
        return [{**amount, "shape": None, "whole": 0, "quarters": 0}]
    cell = []
    for take in dose.take:
        product = plan.products[take.product]
        figure, of, words = to_take(product, take.count)
        whole, rest = divmod(take.count, 1)
        drawn = isinstance(product, Solid) and take.count <= MOST_PICTURES
        cell.append(
            {
                "figure": figure,
                "of": of,
                "words": words,
                "solid": isinstance(product, Solid),
                "shape": _shape(product) if drawn else None,
                "whole": int(whole) if drawn else 0,
                "quarters": int(rest * 4) if drawn else 0,
            }
        )
    return cell


def _shape(product: Solid | Liquid) -> str:
    if isinstance(product, Liquid) or product.form == "capsule":
        return product.form
    return "scored" if product.breaks_into > 1 else "plain"


def _pictures(plan: Plan, takes: Iterable[Take]) -> list[tuple[int, str]]:
    """Return the pictures that need a word, by their quarters; none where no tablet is broken."""
    broken = {
        int(take.count % 1 * 4)
        for take in takes
        if isinstance(plan.products[take.product], Solid) and take.count % 1
    }
    names = {4: "a whole tablet", 3: "three quarters", 2: "a half", 1: "a quarter"}
    return [item for item in names.items() if item[0] in broken | {4}] if broken else []


# --------------------------------------------------------------------------------------------- end


def _end(schedule: Schedule, times: Sequence[str]) -> dict[str, Any] | None:
    """Say how the plan ends: each drug that is over, and the doses that go on."""
    ends, plan = schedule.ends, schedule.plan
    if ends is None:
        return None
    going_on = {part.drug for part in ends.drugs}
    last = [part.drug for part in schedule.steps[-1].drugs if part.drug not in going_on]
    over = [no_more(drug, ends.on) for drug in last]
    if ends.how == "stopped":
        return {"over": over or [no_more_of_plan(ends.on)], "rows": []}
    phase = plan.phases[-1]
    return {
        "over": over,
        "heading": from_on(ends.on),
        "keep": keep_taking(phase.review_on if isinstance(phase, Maintain) else None),
        "rows": [_row(plan, part.drug, part, times) for part in ends.drugs],
    }

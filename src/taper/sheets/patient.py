"""The patient's sheet: what to take, from when to when, in plain words."""

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any, Final

from taper.parts import Solid
from taper.phases import Maintain
from taper.plan import Plan
from taper.schedule import Schedule
from taper.sheets import pictures, plain
from taper.sheets.days import Naming
from taper.sheets.options import Options
from taper.sheets.words import (
    UNMADE,
    keep_taking,
    medicine,
    no_more,
    no_more_of_plan,
    to_take,
)
from taper.steps import Dose, DrugStep
from taper.wording import ALWAYS, EMERGENCY, days, mg

MOST_BLOCKS: Final = 40
"""A plan of more doses than this is printed as a table, one row a dose."""
SHORT_DAYS: Final = 3
SHORT_RUN: Final = 4
"""From so many doses on that follow one another and are short, they stand in a table."""
MOST_COLUMNS: Final = 4
"""With more times of day than this, or longer words, each time has its line instead."""


@dataclass(frozen=True, slots=True)
class Block:
    """The same doses from `start` to `end`; `over` are the drugs that end with its first day."""

    start: date
    end: date
    drugs: tuple[DrugStep, ...]
    absent: tuple[str, ...]
    over: tuple[str, ...]

    @property
    def days(self) -> int:
        return (self.end - self.start).days + 1


def patient(schedule: Schedule, options: Options) -> dict[str, Any]:
    """Return the content of the patient's sheet."""
    plan, naming = schedule.plan, Naming(schedule.plan.start, options.dated)
    blocks = same_doses(schedule)
    parts = [part for step in schedule.steps for part in step.drugs]
    parts += schedule.ends.drugs if schedule.ends else ()
    taken = {part.drug for part in parts}
    takes = {take for part in parts for dose in part.doses for take in dose.take or ()}
    products = {take.product for take in takes}
    return {
        "kind": "patient",
        "title": "Your medicine plan",
        "span": naming.from_to(schedule.steps[0].start, schedule.steps[-1].end),
        "day_one": None if options.dated else plain.DAY_ONE,
        "emergency_now": plain.EMERGENCY_NOW,
        "emergency": EMERGENCY,
        "emergency_call": plain.EMERGENCY_CALL,
        "emergency_number": options.emergency_number,
        "always": ALWAYS,
        "questions": plain.QUESTIONS,
        "call": options.call or contact(plan),
        "medicines": [_medicine(plan, drug, products) for drug in plan.drugs if drug in taken],
        "pictures_show": plain.PICTURES,
        "pictures": pictures.broken(plan, takes),
        "syringes": pictures.syringes(plan, takes),
        "none_of_these": plain.NONE_OF_THESE,
        **_layout(schedule, blocks, options),
        "to_write": [
            _to_write(plain.MISSED, options.missed_dose),
            _to_write(plain.WORSE, options.feeling_worse),
            _to_write(plain.SUPPORTS, options.supports),
            _to_write(plain.COPING, options.coping),
        ],
        "visits": visits(plan, naming),
    }


def _to_write(said: tuple[str, str], text: str) -> dict[str, Any]:
    title, body = said
    return {"title": title, "body": body, "lines": text.splitlines() if text.strip() else []}


def contact(plan: Plan) -> str | None:
    """Return who to call, None where the plan does not say."""
    who = plan.clinician
    return ", ".join(filter(None, (who.name, who.role, who.contact))) or None if who else None


def visits(plan: Plan, naming: Naming) -> list[str]:
    """Return the visits of a plan in order; none where the days have no dates."""
    ordered = sorted(plan.visits, key=lambda visit: visit.on) if naming.dated else ()
    return [f"{naming.full(visit.on)}: {visit.what}" for visit in ordered]


def _medicine(plan: Plan, drug: str, products: Collection[int]) -> dict[str, Any]:
    """Describe what is taken of a drug; its products that no dose needs are left out."""
    lines = [medicine(item) for at, item in plan.products_of(drug) if at in products]
    return {"drug": drug, "lines": lines}


# ------------------------------------------------------------------------------------------ blocks


def same_doses(schedule: Schedule) -> list[Block]:
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
            Block(
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


def _layout(schedule: Schedule, blocks: Sequence[Block], options: Options) -> dict[str, Any]:
    """Return the sections of the sheet, and how a day is laid out in them."""
    plan, naming = schedule.plan, Naming(schedule.plan.start, options.dated)
    every = [block.drugs for block in blocks]
    every += [schedule.ends.drugs] if schedule.ends else []
    used = {dose.time for drugs in every for part in drugs for dose in part.doses}
    times = [time for time in plan.times if time in used]
    shown = [_block(plan, block, times, naming) for block in blocks]
    end = _end(schedule, times, naming)
    rows = [row for block in ([*shown, end] if end else shown) for row in block["rows"]]
    longest = _longest(rows, times)
    drugs = len({part.drug for drugs in every for part in drugs})
    room = _Room(options.size, len(times), max(len(row["total"] or "") for row in [*rows, _NO_ROW]))
    table_columns = longest <= room.letters(beside=1 if drugs == 1 else 2)
    # Beside date and medicine, large print leaves no room for lines of times and amounts.
    tables = table_columns or drugs == 1 or options.size != "large"
    sections = [
        {"table": table, "blocks": [block for _, block in run]}
        for table, run in groupby(
            zip(_in_tables(blocks), shown, strict=True), key=lambda pair: tables and pair[0]
        )
    ]
    return {
        "times": [_capital(time) for time in times],
        "columns": longest <= room.letters(beside=1),
        "table_columns": table_columns,
        "drugs": drugs,
        "sections": sections,
        "end": end,
    }


_NO_ROW: Final = {"total": None}


@dataclass(frozen=True, slots=True)
class _Room:
    """How much room there is beside the columns of times, in points of the standard print."""

    size: str
    times: int
    total: int

    def letters(self, beside: int) -> int:
        """Return how many letters fit a line of a time's column, with so many columns beside it.

        A page is 498 points wide, a medicine or date takes up to 125, a letter 6.4; large print
        takes 144 of a hundred. 0 where no column may stand.
        """
        if not self.times:
            return 99
        if self.times > MOST_COLUMNS:
            return 0
        wide = 498 * 100 // (144 if self.size == "large" else 100)
        total = max(68, self.total * 7 + 8)
        return max(0, ((wide - 125 * beside - total) // self.times - 8) * 10 // 64)


def _capital(time: str) -> str:
    return time[:1].upper() + time[1:]


def _longest(rows: Iterable[dict[str, Any]], times: Sequence[str]) -> int:
    """Return the letters of the longest word that a column of a time has to hold."""
    words = {
        text
        for row in rows
        for cell in row["cells"]
        for part in cell or ()
        for text in (part["figure"], part["of"])
    }
    return max(len(word) for text in ("", *words, *times) for word in re.split("[ -]", text))


def _in_tables(blocks: Sequence[Block]) -> Iterator[bool]:
    """Yield for each block whether it is a row of a table, and does not stand on its own."""
    for short, run in groupby(blocks, key=lambda block: block.days <= SHORT_DAYS):
        count = sum(1 for _ in run)
        yield from [len(blocks) > MOST_BLOCKS or (short and count >= SHORT_RUN)] * count


def _block(plan: Plan, block: Block, times: Sequence[str], naming: Naming) -> dict[str, Any]:
    parts = {part.drug: part for part in block.drugs}
    return {
        "heading": naming.from_to(block.start, block.end),
        "from": naming.short(block.start),
        "to": naming.short(block.end),
        "weekdays": [naming.weekday(block.start), naming.weekday(block.end)],
        "one": block.days == 1,
        "days": days(block.days),
        "over": [no_more(drug, naming.full(block.start)) for drug in block.over],
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
    """Return what is taken at one time: each product with its words and its picture."""
    if dose.take is None:
        return [{"figure": mg(dose.mg), "of": "", "words": UNMADE, "solid": False, "shape": None}]
    cell = []
    for take in dose.take:
        product = plan.products[take.product]
        figure, of, words = to_take(product, take.count)
        solid = isinstance(product, Solid)
        cell.append(
            {"figure": figure, "of": of, "words": words, "solid": solid}
            | pictures.drawn(product, take.count)
        )
    return cell


# --------------------------------------------------------------------------------------------- end


def _end(schedule: Schedule, times: Sequence[str], naming: Naming) -> dict[str, Any] | None:
    """Say how the plan ends: each drug that is over, and the doses that go on."""
    ends, plan = schedule.ends, schedule.plan
    if ends is None:
        return None
    first = naming.full(ends.on)
    going_on = {part.drug for part in ends.drugs}
    last = [part.drug for part in schedule.steps[-1].drugs if part.drug not in going_on]
    over = [no_more(drug, first) for drug in last]
    if ends.how == "stopped":
        return {"over": over or [no_more_of_plan(first)], "rows": []}
    phase = plan.phases[-1]
    review = phase.review_on if isinstance(phase, Maintain) else None
    return {
        "over": over,
        "from": naming.short(ends.on),
        "heading": naming.from_on(ends.on),
        "keep": keep_taking(naming.full(review) if review else None),
        "rows": [_row(plan, part.drug, part, times) for part in ends.drugs],
    }

"""P10: Every output says the same as the schedule, day by day and dose by dose."""

import csv
import io
import re
from collections.abc import Iterator, Sequence
from datetime import date, time, timedelta
from fractions import Fraction
from itertools import groupby, islice
from random import Random

import pytest

from random_plans import random_plan
from read_back import Taken, calendar_days, days, fhir_days, fhir_json, reminder_days
from read_patient import Part, read_patient
from sheet_plans import ON, PLANS, flat, texts
from taper import InvalidPlan, Plan, Schedule, build_schedule
from taper.amount import plain
from taper.exchange import calendar_file, csv_text, directions, directions_by_step, fhir_bundle
from taper.parts import Liquid
from taper.sheets import Options, pdf
from taper.steps import Dose, DrugStep, Step
from taper.wording import day, for_file, how_many, mg, spelled_day, strength, taken

IN_A_BLOCK = 25
HOW = (
    Options(),
    Options(size="large"),
    Options(dated=False),
    Options(size="large", dated=False, paper="letter"),
)
"""The ways to print a patient's sheet that lay it out differently."""


def random_schedules(block: int, count: int) -> Iterator[Schedule]:
    """Yield the schedules of so many random plans; a block always has the same."""
    yield from islice(_random(Random(f"agreement {block}")), count)


def _random(rng: Random) -> Iterator[Schedule]:
    while True:
        try:
            yield build_schedule(Plan.from_document(random_plan(rng)))
        except InvalidPlan:
            continue


def row(drug: str, moment: str, amount: str, take: str) -> str:
    """Write one dose as the calendar has it."""
    return f"{drug} {moment}: {amount} mg" + (f" ({take})" if take else "")


def expected(schedule: Schedule) -> Taken:
    """Write out each day of the schedule itself."""
    found: Taken = {}
    for step in schedule.steps:
        lines = [
            row(part.drug, dose.time, plain(dose.mg), for_file(taken(schedule.plan, dose.take)))
            for part in step.drugs
            for dose in part.doses
        ]
        for on in days(step.start, step.end):
            found[on] = lines
    return found


def rows(schedule: Schedule, shape: str) -> list[dict[str, str]]:
    text = csv_text(schedule, shape).decode("utf-8-sig")
    read = list(csv.DictReader(io.StringIO(text, newline=""), strict=True))
    return [
        {name: re.sub(r"^'(?=[=+\-@])", "", cell) for name, cell in line.items()} for line in read
    ]


def check_csv(schedule: Schedule, every: Taken) -> None:
    found: Taken = {}
    for line in rows(schedule, "daily"):
        doses = found.setdefault(date.fromisoformat(line["date"]), [])
        if line["drug"]:
            doses.append(row(line["drug"], line["time"], line["dose_mg"], line["take"]))
    assert found == every
    by_step: Taken = {}
    for line in rows(schedule, "steps"):
        for on in days(date.fromisoformat(line["start"]), date.fromisoformat(line["end"])):
            doses = by_step.setdefault(on, [])
            if line["drug"]:
                doses.append(row(line["drug"], line["time"], line["dose_mg"], line["take"]))
    assert by_step == every
    supplied = [(line["from"], line["to"], line["count"]) for line in rows(schedule, "supply")]
    assert supplied == [
        (each.start.isoformat(), each.end.isoformat(), plain(each.count))
        for each in schedule.supply
    ]


def check_calendar(schedule: Schedule, every: Taken) -> None:
    last = schedule.steps[-1].end
    clock = {name: time(at // 60, at % 60) for at, name in enumerate(schedule.plan.times)}
    data = calendar_file(schedule, identity="a", on=ON, reminders=clock)
    assert calendar_days(data, last) == every
    reminded = {
        (on, at, line) for (on, at), lines in reminder_days(data, last).items() for line in lines
    }
    assert reminded == {
        (on, clock[dose.time], row(part.drug, "", plain(dose.mg), take).replace(" : ", " "))
        for step in schedule.steps
        for part in step.drugs
        for dose in part.doses
        for take in [for_file(taken(schedule.plan, dose.take))]
        for on in days(step.start, step.end)
    }


def check_fhir(schedule: Schedule) -> None:
    found, faults = fhir_days(fhir_json(fhir_bundle(schedule, identity="a", on=ON)))
    assert not faults
    for step in schedule.steps:
        doses = {(part.drug, dose.time): dose.mg for part in step.drugs for dose in part.doses}
        for on in days(step.start, step.end):
            assert found.get(on, {}) == doses


def check_text(schedule: Schedule) -> None:
    whole = re.sub(r"\s+", " ", directions(schedule))
    lines = directions_by_step(schedule).splitlines()
    for step, line in zip(schedule.steps, lines, strict=False):
        drugs = [
            f"{part.drug} {mg(part.total)} a day: "
            + ", ".join(
                f"{dose.time} {mg(dose.mg)}"
                + (f" ({taken(schedule.plan, dose.take)})" if dose.take else "")
                for dose in part.doses
            )
            for part in step.drugs
        ] or ["no dose"]
        dates = f"{spelled_day(step.start)} to {spelled_day(step.end)}"
        count = f"{step.days} day{'' if step.days == 1 else 's'}"
        said = f"Step {step.number}: {dates}, {count} {' '.join(drugs)}".replace("\u00a0", " ")
        assert said in whole
        on = dates if step.days > 1 else spelled_day(step.start)
        assert line.endswith(for_file(f". {on}: {'; '.join(drugs)}."))


def check_sheets(schedule: Schedule) -> None:
    """Compare each step's dates and doses on what the pharmacy fills and on the record."""
    plan = schedule.plan
    pharmacy, record = (
        flat(" ".join(texts(pdf(schedule, Options((name,), prepared_on=ON)))))
        for name in ("pharmacy", "clinician")
    )
    filled: list[str] = []
    recorded: list[str] = []
    for step in schedule.steps:
        for part in step.drugs:
            for dose in part.doses:
                filled.append(f"{dose.time}: ")
                for take in dose.take or ():
                    product = plan.products[take.product]
                    number = how_many(product, take.count).split("\u00a0")[0]
                    filled += [number, strength(product)]
                made = f" ({taken(plan, dose.take)})" if dose.take else ""
                recorded.append(f"{dose.time} {mg(dose.mg)}{made}")
            filled.append(f"Whole day: {mg(part.total)}.")
    # A table sets a step's dates after the first of its rows, so they are compared on their own.
    starts = [day(step.start) for step in schedule.steps]
    directions_ = pharmacy[pharmacy.rindex("Directions by step") :]
    for parts, text in ((filled, directions_), (recorded, record)):
        in_order(parts, text)
        in_order(starts, text)


def check_patient(schedule: Schedule, how: Options) -> None:
    """Compare each dose, time of day and total of each block on what the patient follows."""
    read = read_patient(pdf(schedule, how), schedule.plan.start)
    said = [(block.start, block.end, block.doses, block.totals) for block in read.blocks]
    made: list[tuple[date, date | None, tuple[DrugStep, ...]]] = [
        (steps[0].start, steps[-1].end, steps[0].drugs) for steps in blocks(schedule)
    ]
    assert schedule.ends is not None
    if schedule.ends.drugs:
        made.append((schedule.ends.on, None, schedule.ends.drugs))
    assert said == [(start, end, *shown(schedule, drugs)) for start, end, drugs in made]
    assert read.over == over(schedule)


def shown(
    schedule: Schedule, drugs: Sequence[DrugStep]
) -> tuple[dict[str, dict[str, list[Part]]], dict[str, Fraction]]:
    """Return what the patient's sheet has to say of the doses of a day, and the day's totals."""
    doses = {}
    totals = {}
    for part in drugs:
        name = part.drug.replace(" ", "")
        doses[name] = {
            dose.time[:1].upper() + dose.time[1:]: pieces(schedule, dose) for dose in part.doses
        }
        totals[name] = sum((dose.mg for dose in part.doses), Fraction(0))
        in_pieces = sum(count * each for made in doses[name].values() for count, _, each in made)
        assert in_pieces == totals[name]
    return doses, totals


def pieces(schedule: Schedule, dose: Dose) -> list[Part]:
    if dose.take is None:
        return [(dose.mg, "mg", Fraction(1))]
    found = []
    for take in dose.take:
        product = schedule.plan.products[take.product]
        each = product.mg_per_ml if isinstance(product, Liquid) else product.strength_mg
        found.append((take.count, product.form, each))
    return found


def over(schedule: Schedule) -> dict[str, date]:
    """Return the first day without each drug that is over."""
    assert schedule.ends is not None
    first = {entry.drug: schedule.plan.start for entry in schedule.plan.regimen}
    for step in schedule.steps:
        first |= {part.drug: step.end + timedelta(1) for part in step.drugs}
    stays = {part.drug for part in schedule.ends.drugs}
    return {drug.replace(" ", ""): on for drug, on in first.items() if drug not in stays}


def blocks(schedule: Schedule) -> list[list[Step]]:
    """Return the steps, those that change nothing together."""

    def doses(step: Step) -> object:
        return [(drug.drug, [(d.time, d.mg, d.take) for d in drug.doses]) for drug in step.drugs]

    return [list(steps) for _, steps in groupby(schedule.steps, key=doses)]


def in_order(parts: list[str], text: str) -> None:
    at = 0
    for part in map(flat, parts):
        found = text.find(part, at)
        assert found >= 0, f"{part!r} is not in {text[at : at + 400]!r}"
        at = found + len(part)


def check(schedule: Schedule, how: Options) -> None:
    every = expected(schedule)
    check_csv(schedule, every)
    check_calendar(schedule, every)
    check_fhir(schedule)
    check_text(schedule)
    check_sheets(schedule)
    check_patient(schedule, how)


@pytest.mark.parametrize("name", [name for name in PLANS if name != "hostile"])
def test_all_say_the_same_of_a_plan_to_print(name: str) -> None:
    check(build_schedule(Plan.from_document(PLANS[name])), Options())


@pytest.mark.parametrize("how", HOW)
@pytest.mark.parametrize("name", ["four times, two drugs", "seven times", "hostile"])
def test_the_patient_reads_each_dose_however_it_is_printed(name: str, how: Options) -> None:
    check_patient(build_schedule(Plan.from_document(PLANS[name])), how)


def test_all_say_the_same_of_random_plans() -> None:
    for at, schedule in enumerate(random_schedules(block=0, count=8)):
        check(schedule, HOW[at % len(HOW)])


@pytest.mark.long
@pytest.mark.parametrize("block", range(20))
def test_all_say_the_same_of_500_random_plans(block: int) -> None:
    for at, schedule in enumerate(random_schedules(block, IN_A_BLOCK)):
        check(schedule, HOW[at % len(HOW)])

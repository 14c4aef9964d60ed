"""What other programs read in the files: each day's doses, from the structured data alone."""

import json
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from fractions import Fraction
from math import ceil
from typing import Any

from icalendar import Calendar

Json = dict[str, Any]
Taken = dict[date, list[str]]  # what is taken on each day, one line a dose
TIMES = {"MORN": "morning", "NOON": "noon", "EVE": "evening", "HS": "bedtime", "NIGHT": "night"}


def days(start: date, end: date) -> Iterator[date]:
    for after in range((end - start).days + 1):
        yield start + timedelta(after)


# -------------------------------------------------------------------------------------- FHIR


def fhir_json(data: bytes) -> Json:
    """Return the bundle with every number that has a point as a fraction, never as a float."""
    bundle: Json = json.loads(data, parse_float=Fraction)
    return bundle


def requests(bundle: Json) -> list[Json]:
    return [entry["resource"] for entry in bundle.get("entry", [])]


@dataclass
class Counted:
    """What one request says, day by day; `faults` are days and sums that do not fit."""

    doses: dict[date, list[tuple[str, Fraction, str]]] = field(default_factory=dict)
    open_from: date | None = None
    faults: list[str] = field(default_factory=list)


def time_of(instruction: Json) -> str:
    repeat = instruction["timing"]["repeat"]
    if "when" in repeat:
        (code,) = repeat["when"]
        return TIMES[code]
    if "timeOfDay" in repeat:
        (clock,) = repeat["timeOfDay"]
        return str(clock).removesuffix(":00")
    return "".join(row["text"] for row in instruction.get("additionalInstruction", []))


def count_days(request: Json) -> Counted:
    """Expand a request's bounds, both days included, and hold them against what it supplies."""
    counted = Counted()
    sequences: dict[date, set[int]] = defaultdict(set)
    for instruction in request["dosageInstruction"]:
        repeat = instruction["timing"]["repeat"]
        assert (repeat["frequency"], repeat["period"], repeat["periodUnit"]) == (1, 1, "d")
        (rate,) = instruction["doseAndRate"]
        quantity = rate["doseQuantity"]
        bounds = repeat["boundsPeriod"]
        start = date.fromisoformat(bounds["start"])
        if "end" not in bounds:
            counted.open_from = start
        for day in days(start, date.fromisoformat(bounds.get("end", bounds["start"]))):
            sequences[day].add(instruction["sequence"])
            taken = counted.doses.setdefault(day, [])
            if quantity["value"]:
                amount = Fraction(quantity["value"])
                taken.append((time_of(instruction), amount, quantity["unit"]))
    for day in days(min(sequences), max(sequences)):
        if len(sequences[day]) != 1:
            counted.faults.append(f"{day} has {len(sequences[day])} instructions")
    supply = request.get("dispenseRequest")
    if supply:
        counted.faults += _supplied(request, supply, counted)
    return counted


def _supplied(request: Json, supply: Json, counted: Counted) -> Iterator[str]:
    used = sum((amount for day in counted.doses.values() for _, amount, _ in day), Fraction(0))
    per_item, unit = strength_of(request)
    if unit != "mL":
        used = Fraction(ceil(used / per_item))
    if supply["quantity"]["value"] != used:
        yield f"{used} are taken, {supply['quantity']['value']} supplied"
    taking = [day for day, taken in counted.doses.items() if taken]
    span = (max(taking) - min(taking)).days + 1
    if supply["expectedSupplyDuration"]["value"] < span:
        yield f"{span} days are for {supply['expectedSupplyDuration']['value']}"


def strength_of(request: Json) -> tuple[Fraction, str]:
    """Return the mg in one tablet or mL, and which of them; 1 where no strength is given."""
    (medication,) = request["contained"]
    for ingredient in medication.get("ingredient", []):
        strength = ingredient["strength"]
        assert strength["denominator"]["value"] == 1
        return Fraction(strength["numerator"]["value"]), strength["denominator"]["unit"]
    return Fraction(1), ""


def drug_of(request: Json) -> str:
    (medication,) = request["contained"]
    for ingredient in medication.get("ingredient", []):
        return str(ingredient["itemCodeableConcept"]["text"])
    return str(medication["code"]["text"])


def fhir_days(bundle: Json) -> tuple[dict[date, dict[tuple[str, str], Fraction]], list[str]]:
    """Add up the mg of each drug and time on each day over all requests; and their faults."""
    total: dict[date, dict[tuple[str, str], Fraction]] = defaultdict(lambda: defaultdict(Fraction))
    faults: list[str] = []
    for request in requests(bundle):
        counted = count_days(request)
        faults += counted.faults
        if counted.open_from:
            continue
        per_ml, _ = strength_of(request)
        for day, taken in counted.doses.items():
            for moment, amount, unit in taken:
                mg = amount * per_ml if unit == "mL" else amount
                total[day][drug_of(request), moment] += mg
    return {day: dict(doses) for day, doses in total.items()}, faults


# ---------------------------------------------------------------------------------- calendar


def events(data: bytes) -> list[Any]:
    calendar: Any = Calendar.from_ical(data)
    return list(calendar.walk("VEVENT"))


def calendar_days(data: bytes, last: date) -> Taken:
    """Expand the changes: each day up to the last has the doses of the change before it."""
    changes = []
    for event in events(data):
        summary = str(event["summary"]).removeprefix("DRAFT: ")
        on = event.decoded("dtstart")
        if not isinstance(on, datetime) and summary.startswith("From today: "):
            said = str(event["description"]).split("\n\n")[0].splitlines()[1:]
            changes.append((on, [line for line in said if re.search(r" mg\b", line)]))
    changes.sort()
    found: Taken = {}
    for (start, lines), after in zip(
        changes, [*changes[1:], (last + timedelta(1), [])], strict=True
    ):
        for day in days(start, after[0] - timedelta(1)):
            found[day] = lines
    return found


def reminder_days(data: bytes, last: date) -> dict[tuple[date, time], list[str]]:
    """Expand the reminders up to the last day: day and floating time → doses."""
    found: dict[tuple[date, time], list[str]] = {}
    for event in events(data):
        start = event.decoded("dtstart")
        if isinstance(start, datetime):
            assert start.tzinfo is None
            often = event["rrule"].get("count", [(last - start.date()).days + 1])[0]
            for after in range(often):
                at = start.date() + timedelta(after), start.time()
                if at[0] <= last:
                    assert at not in found
                    found[at] = str(event["description"]).split("\n\n")[0].splitlines()
    return found

"""The schedule as FHIR R4: a Bundle of MedicationRequests, https://hl7.org/fhir/R4/.

A request is of one product in one supply period, since it says one quantity to dispense; where the
plan says no period there is one request a product. A dose that two products make stands in both.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from typing import Any, Final

from taper.amount import plain
from taper.confirmation import Confirmation
from taper.exchange.standing import same_id, standing
from taper.parts import Liquid, Product
from taper.plan import Plan
from taper.schedule import ENGINE, Schedule
from taper.steps import Dose, DrugStep
from taper.supply import Supply
from taper.wording import (
    SUPERVISION,
    end_sentences,
    for_file,
    items,
    mg,
    product_name,
    spelled_day,
    unlabelled_mark,
)

UCUM: Final = "http://unitsofmeasure.org"
WHEN: Final[Mapping[str, str]] = {
    "morning": "MORN",
    "noon": "NOON",
    "afternoon": "AFT",
    "evening": "EVE",
    "night": "NIGHT",
    "bedtime": "HS",
}
"""The codes of times of day, http://hl7.org/fhir/ValueSet/event-timing; other names stay words."""
_CLOCK: Final = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]", re.ASCII)
_URI: Final = "urn:ietf:rfc:3986"
_NOBODY: Final[Mapping[str, Any]] = {
    "extension": [
        {
            "url": "http://hl7.org/fhir/StructureDefinition/data-absent-reason",
            "valueCode": "masked",
        }
    ],
    "type": "Patient",
    "display": "not named by Taper",
}
_UNMADE: Final = "No product of the plan makes these doses."


@dataclass(frozen=True, slots=True)
class _Stretch:
    """What is taken from `start` to `end`, both included; None where it goes on."""

    number: int
    start: date
    end: date | None
    drugs: tuple[DrugStep, ...]


@dataclass(frozen=True, slots=True)
class _Request:
    """One request: of a product, or of a drug's doses that no product makes."""

    part: str
    drug: str
    product: int | None
    supply: Supply | None
    stretches: tuple[_Stretch, ...]


def fhir_bundle(
    schedule: Schedule,
    *,
    identity: str,
    on: date,
    confirmed: Confirmation | None = None,
) -> bytes:
    """Write a schedule as a FHIR R4 Bundle, in JSON.

    Each request covers its days without a gap, both bounds included; days on which its product is
    not taken stand there with a dose of 0. Doses of tablets are in mg, of liquids in mL. Requests
    are drafts until `confirmed`, keep their ids while the plan of the same `identity` changes, and
    name no patient. The same arguments give the same bytes. Raises `ValueError` for a confirmation
    of another schedule.
    """
    status = standing(schedule, confirmed)
    ends = " ".join(end_sentences(schedule.plan, schedule.ends))
    mark = f"Taper: {unlabelled_mark(schedule.plan, ENGINE)}"
    notes = [f"{status}. {SUPERVISION} {mark}.", *([ends] if ends else [])]
    group = {"system": _URI, "value": f"urn:uuid:{same_id(identity, 'bundle')}"}
    common = {
        "status": "active" if confirmed else "draft",
        "intent": "plan",
        "subject": _NOBODY,
        "authoredOn": on.isoformat(),
        "groupIdentifier": group,
    }
    if confirmed:
        common["requester"] = {"display": f"{confirmed.name}, {confirmed.role}"}
    entries = []
    for request in _requests(schedule):
        own = str(same_id(identity, request.part))
        resource = {
            "resourceType": "MedicationRequest",
            "id": own,
            "contained": [_medication(schedule.plan, request)],
            "identifier": [{"system": _URI, "value": f"urn:uuid:{own}"}],
            **common,
            "medicationReference": {"reference": "#medication"},
            "note": [
                {"text": for_file(text)}
                for text in (*notes, *([_UNMADE] if request.product is None else []))
            ],
            "dosageInstruction": list(_instructions(schedule.plan, request)),
        }
        if request.supply:
            resource["dispenseRequest"] = _dispense(schedule.plan, request.supply)
        entries.append({"fullUrl": f"urn:uuid:{own}", "resource": resource})
    bundle = {"resourceType": "Bundle", "type": "collection", "identifier": group}
    return (_written(bundle | ({"entry": entries} if entries else {})) + "\n").encode()


def _written(value: object, before: str = "\n") -> str:
    """Write JSON in which a quantity is the exact decimal; through a float it might not be."""
    if isinstance(value, Fraction):
        return plain(value)
    inner = f"{before}  "
    if isinstance(value, Mapping):
        parts = (f"{inner}{json.dumps(key)}: {_written(value[key], inner)}" for key in value)
        return f"{{{','.join(parts)}{before}}}"
    if isinstance(value, list):
        return f"[{','.join(f'{inner}{_written(item, inner)}' for item in value)}{before}]"
    return json.dumps(value, ensure_ascii=False)


def _requests(schedule: Schedule) -> Iterator[_Request]:
    """Yield the requests: of each product by period, of doses not made, and of those that go on."""
    steps = [_Stretch(step.number, step.start, step.end, step.drugs) for step in schedule.steps]
    last = schedule.steps[-1].end
    for at, product in enumerate(schedule.plan.products):
        rows = [row for row in schedule.supply if row.product == at]
        for number, row in enumerate(rows):
            until = rows[number + 1].start - timedelta(1) if number + 1 < len(rows) else last
            part = f"{product.same} {number}"
            stretches = tuple(_clipped(steps, row.start, until))
            yield _Request(part, product.drug, at, row, stretches)
    for drug in _not_made(steps):
        yield _Request(f"{drug} not made", drug, None, None, tuple(steps))
    if schedule.ends is None or not schedule.ends.drugs:
        return
    on = [_Stretch(steps[-1].number + 1, schedule.ends.on, None, schedule.ends.drugs)]
    used = {
        take.product
        for part in schedule.ends.drugs
        for dose in part.doses
        for take in dose.take or ()
    }
    for at in sorted(used):
        product = schedule.plan.products[at]
        yield _Request(f"{product.same} goes on", product.drug, at, None, tuple(on))
    for drug in _not_made(on):
        yield _Request(f"{drug} not made goes on", drug, None, None, tuple(on))


def _clipped(stretches: Iterable[_Stretch], start: date, end: date) -> Iterator[_Stretch]:
    for part in stretches:
        first, last = max(part.start, start), min(part.end or end, end)
        if first <= last:
            yield _Stretch(part.number, first, last, part.drugs)


def _not_made(stretches: Iterable[_Stretch]) -> list[str]:
    """Return the drugs with a dose that their products cannot make, in order."""
    return list(
        dict.fromkeys(
            part.drug
            for stretch in stretches
            for part in stretch.drugs
            if any(dose.take is None for dose in part.doses)
        )
    )


def _medication(plan: Plan, request: _Request) -> dict[str, Any]:
    """Describe what is taken in words and with its strength; no code, as the plan has none."""
    if request.product is None:
        name: dict[str, Any] = {"code": {"text": request.drug}}
    else:
        product = plan.products[request.product]
        name = {
            "code": {"text": for_file(product_name(product))},
            "form": {"text": product.form},
            "ingredient": [
                {
                    "itemCodeableConcept": {"text": product.drug},
                    "strength": _strength(product),
                }
            ],
        }
    return {"resourceType": "Medication", "id": "medication", **name}


def _strength(product: Product) -> dict[str, Any]:
    if isinstance(product, Liquid):
        return {"numerator": _quantity(product.mg_per_ml, "mg"), "denominator": _count(product, 1)}
    return {"numerator": _quantity(product.strength_mg, "mg"), "denominator": _count(product, 1)}


def _quantity(value: Fraction, unit: str, code: str = "") -> dict[str, Any]:
    return {"value": value, "unit": unit, "system": UCUM, "code": code or unit}


def _count(product: Product, count: Fraction | int) -> dict[str, Any]:
    """Write a number of tablets, which UCUM has as a bare number with a remark, or of mL."""
    if isinstance(product, Liquid):
        return _quantity(Fraction(count), "mL")
    return _quantity(Fraction(count), product.form, f"{{{product.form.split()[-1]}}}")


def _instructions(plan: Plan, request: _Request) -> Iterator[dict[str, Any]]:
    """Yield one instruction a step and time; one with a dose of 0 for steps without any."""
    idle: tuple[int, date] | None = None
    for stretch in request.stretches:
        doses = list(_doses(plan, request, stretch))
        if not doses:
            idle = idle or (stretch.number, stretch.start)
            continue
        if idle:
            yield _none(plan, request, idle, stretch.start - timedelta(1))
            idle = None
        for dose, quantity, words in doses:
            yield _instruction(stretch.number, stretch.start, stretch.end, quantity, dose, words)
    if idle:
        yield _none(plan, request, idle, request.stretches[-1].end)


def _doses(
    plan: Plan, request: _Request, stretch: _Stretch
) -> Iterator[tuple[Dose, dict[str, Any], str]]:
    """Yield the doses of a request's product: how much of it, and the words for that."""
    for part in stretch.drugs:
        for dose in part.doses if part.drug == request.drug else ():
            if dose.take is None and request.product is None:
                yield dose, _quantity(dose.mg, "mg"), mg(dose.mg)
            for take in dose.take or ():
                if take.product == request.product:
                    yield dose, *_taken(plan.products[take.product], take.count, dose)


def _taken(product: Product, count: Fraction, dose: Dose) -> tuple[dict[str, Any], str]:
    """Write what a dose takes of a product, and in words whether that is all of the dose."""
    words = items(product, count)
    if isinstance(product, Liquid):
        amount, quantity = product.mg_per_ml * count, _quantity(count, "mL")
    else:
        amount = product.strength_mg * count
        quantity = _quantity(amount, "mg")
    part = "" if amount == dose.mg else f", a part of {mg(dose.mg)}"
    return quantity, f"{words} ({mg(amount)}{part})"


def _none(
    plan: Plan, request: _Request, idle: tuple[int, date], end: date | None
) -> dict[str, Any]:
    liquid = request.product is not None and isinstance(plan.products[request.product], Liquid)
    quantity = _quantity(Fraction(0), "mL" if liquid else "mg")
    return _instruction(*idle, end, quantity, None, "none of this")


def _instruction(
    number: int,
    start: date,
    end: date | None,
    quantity: dict[str, Any],
    dose: Dose | None,
    words: str,
) -> dict[str, Any]:
    bounds = {"start": start.isoformat()} | ({"end": end.isoformat()} if end else {})
    repeat: dict[str, Any] = {
        "boundsPeriod": bounds, "frequency": 1, "period": Fraction(1), "periodUnit": "d"
    }  # fmt: skip
    time = dose.time if dose else ""
    dates = f"From {spelled_day(start)}" + (f" to {spelled_day(end)}" if end else " on")
    said: dict[str, Any] = {
        "sequence": number,
        "text": for_file(f"{dates}: {f'{time}: ' if time else ''}{words}"),
    }
    if time in WHEN:
        repeat["when"] = [WHEN[time]]
    elif _CLOCK.fullmatch(time):
        repeat["timeOfDay"] = [f"{time}:00"]
    elif time:
        said["additionalInstruction"] = [{"text": time}]
    return said | {
        "timing": {"repeat": repeat},
        "asNeededBoolean": False,
        "doseAndRate": [{"doseQuantity": quantity}],
    }


def _dispense(plan: Plan, row: Supply) -> dict[str, Any]:
    days = Fraction((row.end - row.start).days + 1)
    return {
        "validityPeriod": {"start": row.start.isoformat(), "end": row.end.isoformat()},
        "numberOfRepeatsAllowed": 0,
        "quantity": _count(plan.products[row.product], row.count),
        "expectedSupplyDuration": _quantity(days, "day", "d"),
    }

"""The plan document: what a clinician sets. Validation, JSON, fingerprint.

`read` finds every fault of a document at once, each with its place, what is accepted and what was
seen; a document without a fault becomes a `Plan`. Nothing that changes a dose has a default.
"""

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Annotated, Any, Final, Self

from pydantic import Field, TypeAdapter, ValidationError

from taper.amount import seen
from taper.document import Fault, InvalidPlan, join, loads
from taper.leaf import Day, Fingerprint, Text, Word, one_of
from taper.parts import (
    MOST_STEPS,
    PRODUCTS,
    TABLET,
    Care,
    Clinician,
    Days,
    Edit,
    Limit,
    OnHand,
    Part,
    Product,
    Regimen,
    Rounding,
    Times,
    Visit,
    grid_mg,
)
from taper.phases import (
    PHASES,
    EqualSteps,
    Maintain,
    Phase,
    Reduce,
    Set,
    Stop,
    Switch,
    twice,
)
from taper.reading import in_our_words, nulls, read_part

FORMAT: Final = "taper-plan/1"
DEFAULT_TIMES: Final = ("morning", "noon", "evening", "bedtime")
WEEKDAYS: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")

MOST_DAYS: Final = 1830
MOST_UNITS: Final = 100_000
"""A dose is at most this many times the grid of its drug's products (`grid_mg`)."""

# The format sets no bound to these; without one a small document could keep a machine busy for
# minutes (docs/promises.md P20). No patient comes near them.
MOST_TIMES: Final = 24
MOST_DRUGS: Final = 20
MOST_PRODUCTS: Final = 100
MOST_LIMITS: Final = 20
MOST_VISITS: Final = 200

__all__ = ["MOST_DAYS", "MOST_STEPS", "Fault", "InvalidPlan", "Plan", "Reading", "loads", "read"]


class Plan(Part):
    """A taper as a clinician set it, without a fault in itself.

    Quantities are exact `Fraction`s in mg, mL, mg per mL or percent. Its arithmetic is checked by
    `taper.build_schedule`, which may still find that it makes no schedule.
    """

    format: Annotated[str, Word((FORMAT,))]
    label: Annotated[str, Text(most=60)] | None = None
    start: Annotated[date, Day()]
    times: Times = DEFAULT_TIMES
    regimen: Annotated[tuple[Regimen, ...], Field(min_length=1)]
    products: tuple[Product, ...] = ()
    rounding: Rounding | None = None
    changes_on: Annotated[str, Word(WEEKDAYS)] | None = None
    phases: Annotated[tuple[Phase, ...], Field(min_length=1)]
    edits: tuple[Edit, ...] = ()
    dispense_every_days: Days | None = None
    visits: tuple[Visit, ...] = ()
    limits: tuple[Limit, ...] = ()
    on_hand: tuple[OnHand, ...] = ()
    replaces: Annotated[str, Fingerprint()] | None = None
    care: Care | None = None
    clinician: Clinician | None = None
    notes: Annotated[str, Text(breaks=True)] | None = None

    @classmethod
    def from_document(cls, document: object) -> Self:
        """Make the plan that a decoded JSON document states; raises `InvalidPlan`."""
        reading = read(document)
        if reading.faults:
            raise InvalidPlan(reading.faults)
        return cls.model_construct(**dict(reading.plan or ()))

    @classmethod
    def from_json(cls, text: str | bytes) -> Self:
        """Make the plan that a JSON text states; raises `InvalidPlan`."""
        return cls.from_document(loads(text))

    def to_document(self) -> dict[str, Any]:
        """Return the canonical document: plain digits, keys in one order, the times named."""
        document = self.model_dump(mode="json", by_alias=True, exclude_none=True)
        for product in document["products"]:
            if product["form"] != TABLET:
                product.pop("pieces", None)
        return {key: value for key, value in document.items() if value != []}

    def to_json(self) -> str:
        """Return the canonical document as indented JSON text."""
        return json.dumps(self.to_document(), ensure_ascii=False, indent=2) + "\n"

    @cached_property
    def fingerprint(self) -> str:
        """SHA-256 of the canonical document, in hexadecimal digits."""
        canonical = json.dumps(self.to_document(), ensure_ascii=False, separators=(",", ":"))
        return hashlib.sha256(canonical.encode()).hexdigest()

    @cached_property
    def drugs(self) -> tuple[str, ...]:
        """Every drug: in regimen order, then as phases first name them, then edits by step."""
        return tuple(dict.fromkeys(self._names()))

    def _names(self) -> Iterator[str]:
        yield from (entry.drug for entry in self.regimen)
        for phase in self.phases:
            if isinstance(phase, Reduce | Stop):
                yield phase.drug
            elif isinstance(phase, Switch):
                yield from (phase.from_drug, phase.to_drug)
            elif isinstance(phase, Set):
                for step in phase.steps:
                    yield from step.doses_mg
        for edit in sorted(self.edits, key=lambda edit: edit.step):
            yield from edit.doses_mg or ()

    def products_of(self, drug: str) -> tuple[tuple[int, Product], ...]:
        """Return a drug's products, each with its place in the plan's list."""
        return tuple((at, item) for at, item in enumerate(self.products) if item.drug == drug)


def json_schema() -> dict[str, Any]:
    """Return the JSON Schema of a plan document.

    It accepts what `read` accepts, but for contradictions between parts (a time that the plan does
    not name, a drug twice) and for the arithmetic.
    """
    dialect = "https://json-schema.org/draft/2020-12/schema"
    return {"$schema": dialect, **_without_null(Plan.model_json_schema(by_alias=True))}


def _without_null(schema: Any) -> Any:
    """Drop null from a schema: what is optional is left out, and never null."""
    if isinstance(schema, list):
        return [_without_null(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    kept = {key: _without_null(value) for key, value in schema.items() if key != "title"}
    if kept.get("default", ...) is None:
        del kept["default"]
    some = [item for item in kept.get("anyOf", []) if item != {"type": "null"}]
    if len(some) == 1:
        del kept["anyOf"]
        kept |= some[0]
    return kept


# ----------------------------------------------------------------------------------------- reading


@dataclass(frozen=True, slots=True)
class Reading:
    """What a document says: its faults, and the plan as far as it is sound.

    With no fault `plan` is all of it. Else it ends before the first faulty phase, and is None where
    what every phase rests on (start, times, regimen, products, rounding) is at fault.
    """

    plan: Plan | None
    faults: tuple[Fault, ...]


_Values = dict[str, Any]
"""The keys of a document with what they say; None for what is at fault."""


def read(document: object) -> Reading:
    """Read a decoded document: find all its faults at once, guess nothing."""
    if not isinstance(document, dict):
        return Reading(None, (Fault("", f"must be an object, got {seen(document)}"),))
    faults = [Fault(str(key), "unknown key") for key in document if key not in Plan.model_fields]
    values: _Values = {}
    for key, field in Plan.model_fields.items():
        if key in document:
            values[key] = _value(key, document[key], faults)
        elif field.is_required():
            faults.append(Fault(key, "is needed, got nothing"))
    faults.extend(_together(values))
    known = {fault.place for fault in faults}
    faults.extend(fault for fault in nulls(document, "") if fault.place not in known)
    return Reading(_sound(values, faults), tuple(faults))


def _sound(values: _Values, faults: Sequence[Fault]) -> Plan | None:
    """Make the plan of what is not at fault, up to the first faulty phase."""
    if not faults:
        return Plan.model_construct(**values)
    at_fault = {fault.place.partition(".")[0] for fault in faults}
    first = next(
        (at for at in range(len(values.get("phases") or ())) if f"phases[{at}]" in at_fault), None
    )
    resting = ("start", "times", "regimen", "products", "rounding", "changes_on")
    heads = {place.partition("[")[0] for place in at_fault}
    if heads.intersection(resting) or "phases" in at_fault:
        return None
    kept = {key: value for key, value in values.items() if key not in heads}
    kept["phases"] = values["phases"][:first]
    kept["edits"] = tuple(
        edit
        for at, edit in enumerate(values.get("edits") or ())
        if edit is not None and f"edits[{at}]" not in at_fault
    )
    return Plan.model_construct(format=FORMAT, **{k: v for k, v in kept.items() if k != "format"})


_PARTS: Final[Mapping[str, type[Part] | tuple[str, Mapping[str, type[Part]]]]] = {
    "regimen": Regimen,
    "products": ("form", PRODUCTS),
    "phases": ("kind", PHASES),
    "edits": Edit,
    "visits": Visit,
    "limits": Limit,
    "on_hand": OnHand,
}
_SINGLE: Final[Mapping[str, TypeAdapter[Any]]] = {
    key: TypeAdapter(Annotated[field.annotation, None, *field.metadata])  # type: ignore[arg-type]
    for key, field in Plan.model_fields.items()
    if key not in _PARTS
}


def _value(key: str, raw: object, faults: list[Fault]) -> Any:
    """Return what a key says, None where it is at fault; in a list None for such an entry."""
    if key in _SINGLE:
        try:
            value = _SINGLE[key].validate_python(raw)
        except ValidationError as error:
            faults.extend(in_our_words(key, error))
            return None
        if isinstance(value, Part) and isinstance(raw, dict):
            more = value.contradictions(raw)
            faults.extend(Fault(join(key, where), text) for where, text in more)
        return value
    if not isinstance(raw, list):
        faults.append(Fault(key, f"must be a list, got {seen(raw)}"))
        return None
    if not raw and Plan.model_fields[key].is_required():
        faults.append(Fault(key, "at least one is needed, got none"))
    return tuple(
        read_part(f"{key}[{at}]", _PARTS[key], entry, faults) for at, entry in enumerate(raw)
    )


# ------------------------------------------------------- what the parts say against each other


def _together(values: _Values) -> Iterator[Fault]:
    """Find what the sound parts of a document say against each other."""
    parts = {
        key: [(f"{key}[{at}]", part) for at, part in enumerate(values.get(key) or ()) if part]
        for key in _PARTS
    }
    yield from _unknown_times(values.get("times", DEFAULT_TIMES), parts)
    yield from _doubled(parts["regimen"], "drug", lambda entry: entry.drug)
    yield from _doubled(parts["products"], "", lambda product: product.same)
    yield from _doubled(parts["edits"], "step", lambda edit: edit.step)
    yield from _doubled(parts["on_hand"], "product", lambda held: held.product)
    for place, held in parts["on_hand"]:
        count = len(values.get("products") or ())
        if held.product >= count:
            text = f"must be the place of a product, 0 to {count - 1}" if count else "no products"
            yield Fault(f"{place}.product", f"{text}, got {held.product}")
    drugs = set(_named_drugs(parts))
    if len(drugs) > MOST_DRUGS:
        yield Fault(
            "phases", f"must name at most {MOST_DRUGS} drugs with all else, got {len(drugs)}"
        )
    for key, most in _MOST.items():
        count = len(values.get(key) or ())
        if count > most:
            yield Fault(key, f"must be at most {most}, got {count}")
    for place, phase in parts["phases"]:
        if isinstance(phase, Maintain) and phase is not values["phases"][-1]:
            yield Fault(place, "maintain must be the last phase")
    yield from _rounding_needed(values, parts)
    yield from _too_large(parts)


_Placed = list[tuple[str, Any]]
_MOST: Final = {
    "regimen": MOST_DRUGS,
    "products": MOST_PRODUCTS,
    "times": MOST_TIMES,
    "limits": MOST_LIMITS,
    "visits": MOST_VISITS,
}


def _named_drugs(parts: Mapping[str, _Placed]) -> Iterator[str]:
    yield from (drug for _, drug, _ in _typed(parts))
    for _, phase in parts["phases"]:
        if isinstance(phase, Reduce):
            yield phase.drug
        elif isinstance(phase, Switch):
            yield from (phase.from_drug, phase.to_drug)


def _doubled(parts: _Placed, key: str, same: Callable[[Any], object]) -> Iterator[Fault]:
    first: dict[object, str] = {}
    for place, part in parts:
        earlier = first.setdefault(same(part), place)
        if earlier != place:
            yield Fault(join(place, key), f"must not be the same as {earlier}")


def _unknown_times(times: Sequence[str] | None, parts: Mapping[str, _Placed]) -> Iterator[Fault]:
    if times is None:
        return
    for where, text in twice("times", list(times)):
        yield Fault(where, text)
    known = list(dict.fromkeys(times))
    for place, name in _named_times(parts):
        if name not in known:
            text = f"must be one of the plan's times, {one_of(known)}, got {seen(name)}"
            yield Fault(place, text)


def _typed(parts: Mapping[str, _Placed]) -> Iterator[tuple[str, str, Mapping[str, Any]]]:
    """Yield every map of typed doses: its place, the drug, time → mg."""
    for place, entry in parts["regimen"]:
        yield f"{place}.doses_mg", entry.drug, entry.doses_mg
    for place, phase in parts["phases"]:
        if isinstance(phase, Set):
            for at, step in enumerate(phase.steps):
                for drug, doses in step.doses_mg.items():
                    yield f"{place}.steps[{at}].doses_mg.{drug}", drug, doses
    for place, edit in parts["edits"]:
        for drug, doses in (edit.doses_mg or {}).items():
            yield f"{place}.doses_mg.{drug}", drug, doses


def _named_times(parts: Mapping[str, _Placed]) -> Iterator[tuple[str, str]]:
    for place, _, doses in _typed(parts):
        for name in doses:
            yield f"{place}.{name}", name
    for place, phase in parts["phases"]:
        if isinstance(phase, Reduce):
            field = "taking_from.in_turn" if phase.in_turn else "taking_from"
            for at, name in enumerate(phase.order or ()):
                yield f"{place}.{field}[{at}]", name
        elif isinstance(phase, Switch) and not isinstance(phase.moving, EqualSteps):
            for at, name in enumerate(phase.moving):
                yield f"{place}.moving[{at}]", name


def _rounding_needed(values: _Values, parts: Mapping[str, _Placed]) -> Iterator[Fault]:
    if "rounding" in values:
        return
    made = {product.drug for _, product in parts["products"]}
    for place, phase in parts["phases"]:
        worked: tuple[str, ...] = ()
        if isinstance(phase, Reduce):
            worked = (phase.drug,)
        elif isinstance(phase, Switch):
            worked = (phase.from_drug, phase.to_drug)
        for drug in [drug for drug in worked if drug in made][:1]:
            if phase.rounding is None:
                text = f"is needed here or for the plan, as {drug} has products, got nothing"
                yield Fault(f"{place}.rounding", text)


def _too_large(parts: Mapping[str, _Placed]) -> Iterator[Fault]:
    for place, drug, doses in _typed(parts):
        grid = grid_mg(product for _, product in parts["products"] if product.drug == drug)
        for name, dose in doses.items():
            if grid and dose > MOST_UNITS * grid:
                yield Fault(f"{place}.{name}", too_large(drug))


def too_large(drug: str) -> str:
    """Say that a dose is beyond what the drug's products are counted in."""
    return f"must be at most {MOST_UNITS} times the smallest part that the products of {drug} share"

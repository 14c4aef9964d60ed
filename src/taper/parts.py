"""The parts of a plan document: one frozen type for each thing that a clinician sets."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from fractions import Fraction
from functools import cached_property
from typing import Annotated, Any, Final

from pydantic import BaseModel, ConfigDict, Field

from taper import amount
from taper.leaf import Day, Quantity, Text, Whole, Word

MOST_STEPS: Final = 600

DOSE_MG: Final = Quantity(over_zero=False)
NAME: Final = Text(most=60, name=True)
"""The name of a drug or of a time of day."""

DoseMg = Annotated[Fraction, DOSE_MG]
OverZero = Annotated[Fraction, Quantity()]
Percent = Annotated[Fraction, Quantity(below=100)]
Days = Annotated[int, Whole(1, 365, " days")]
Pack = Annotated[int, Whole(1, amount.LARGEST)]
Name = Annotated[str, NAME]
Time = Annotated[str, NAME]
Line = Annotated[str, Text(most=500)]
Rounding = Annotated[str, Word(("nearest", "down", "up"))]
DosesMg = dict[Time, DoseMg]
DrugDosesMg = dict[Name, DosesMg]
Times = Annotated[tuple[Time, ...], Field(strict=False, min_length=1)]


class Part(BaseModel):
    """A part of the document: every key known, every type exact, never changed once made."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, validate_by_name=True)

    @classmethod
    def contradictions(cls, raw: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
        """Yield (place within the part, what is accepted) for keys that cannot stand together.

        Looks at the document as it came, so that these are found along with the faults of its
        single values.
        """
        yield from ()


class Regimen(Part):
    """What is taken now of one drug: mg at each time of day."""

    drug: Name
    doses_mg: DosesMg

    @property
    def total_mg(self) -> Fraction:
        """The daily total."""
        return sum(self.doses_mg.values(), Fraction(0))

    @classmethod
    def contradictions(cls, raw: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
        doses = raw.get("doses_mg")
        if isinstance(doses, dict) and all(is_zero(dose) for dose in doses.values()):
            yield "doses_mg", "at least one dose must be over 0"


TABLET: Final = "tablet"
MODIFIED_RELEASE: Final = "modified-release tablet"
CAPSULE: Final = "capsule"
LIQUID: Final = "oral liquid"


class Solid(Part):
    """A tablet or capsule. A plain tablet says into how many pieces it may be broken."""

    drug: Name
    form: Annotated[str, Word((TABLET, MODIFIED_RELEASE, CAPSULE))]
    strength_mg: OverZero
    pieces: Annotated[int, Whole(1, 4)] | None = None
    pack: Pack | None = None
    label: Line | None = None

    @classmethod
    def contradictions(cls, raw: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
        pieces = raw.get("pieces")
        if raw.get("form") == TABLET:
            if "pieces" not in raw:
                yield "pieces", "is needed: 1 whole, 2 halves, 4 quarters"
            elif pieces == 3:
                yield "pieces", "must be 1 whole, 2 halves or 4 quarters, got 3"
        elif "pieces" in raw and pieces != 1:
            yield "pieces", f"must be 1 or left out: a {raw.get('form')} is never broken"

    @property
    def breaks_into(self) -> int:
        """The pieces that one is broken into at most; 1 is never broken."""
        return self.pieces or 1

    @cached_property
    def unit_mg(self) -> Fraction:
        """The amount of which it makes the multiples."""
        return self.strength_mg / self.breaks_into

    @property
    def packed(self) -> Fraction | None:
        """Tablets or capsules in a pack."""
        return None if self.pack is None else Fraction(self.pack)

    @property
    def same(self) -> tuple[object, ...]:
        """What makes two products the same."""
        return self.drug, self.form, self.strength_mg, self.breaks_into


class Liquid(Part):
    """An oral liquid, measured in multiples of `measurable_ml`."""

    drug: Name
    form: Annotated[str, Word((LIQUID,))]
    mg_per_ml: OverZero
    measurable_ml: OverZero
    pack_ml: OverZero | None = None
    label: Line | None = None

    @cached_property
    def unit_mg(self) -> Fraction:
        """The amount of which it makes the multiples."""
        return self.mg_per_ml * self.measurable_ml

    @property
    def packed(self) -> Fraction | None:
        """The mL in a pack."""
        return self.pack_ml

    @property
    def same(self) -> tuple[object, ...]:
        """What makes two products the same."""
        return self.drug, self.form, self.mg_per_ml, self.measurable_ml


PRODUCTS: Final[dict[str, type[Part]]] = {
    TABLET: Solid,
    MODIFIED_RELEASE: Solid,
    CAPSULE: Solid,
    LIQUID: Liquid,
}
Product = Solid | Liquid


def grid_mg(products: Iterable[Product]) -> Fraction:
    """Return the largest amount of which every product's unit is a whole multiple, in mg."""
    grid = Fraction(0)
    for product in products:
        grid = _common(grid, product.unit_mg)
    return grid


def _common(a: Fraction, b: Fraction) -> Fraction:
    """Return the greatest common divisor of two fractions."""
    while b:
        a, b = b, a % b
    return a


class Edit(Part):
    """A step changed by hand: its days, or the doses at the times named, or both."""

    step: Annotated[int, Whole(1, MOST_STEPS)]
    days: Days | None = None
    doses_mg: DrugDosesMg | None = None
    was_mg: dict[Name, Annotated[Fraction, Quantity(over_zero=False, most=10_000_000)]] | None = (
        None
    )
    why: Line | None = None

    @classmethod
    def contradictions(cls, raw: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
        doses = raw.get("doses_mg")
        if "days" not in raw and "doses_mg" not in raw:
            yield "", "must change days or doses_mg, got neither"
        elif doses == {} and "days" not in raw:
            yield "doses_mg", "must name a drug, got nothing"
        elif isinstance(doses, dict):
            for drug, times in doses.items():
                if times == {}:
                    yield f"doses_mg.{drug}", "must name a time of day, got nothing"


class Visit(Part):
    """A visit; drawn, printed, in the calendar file."""

    on: Annotated[date, Day()]
    what: Line


class Limit(Part):
    """The clinician's own ceiling: a reduction of more in so many days is a finding."""

    drug: Name
    percent: Percent
    in_days: Days


class OnHand(Part):
    """What the patient still has of a product at the start: tablets or capsules, or mL.

    The supply counts it in first; no dose depends on it.
    """

    product: Annotated[int, Whole(0, 99)]
    count: OverZero


FACTORS: Final = (
    "past-seizure",
    "past-complicated-withdrawal",
    "pregnancy",
    "opioid",
    "alcohol",
    "other-sedative",
    "older-than-65",
    "liver-disease",
    "unstable-mental-state",
)
"""What the clinician may tick about the patient; what sources say of each: `reference`."""
PLACES: Final = ("outpatient", "residential", "inpatient")


class Care(Part):
    """What the clinician ticked about the patient, where the taper is supervised, and why.

    Printed on the clinician's record; never scored, and no dose depends on it.
    """

    factors: Annotated[tuple[Annotated[str, Word(FACTORS)], ...], Field(strict=False)] = ()
    place: Annotated[str, Word(PLACES)] | None = None
    why: Line | None = None

    @classmethod
    def contradictions(cls, raw: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
        found = raw.get("factors")
        factors = found if isinstance(found, list) else []
        for at, factor in enumerate(factors):
            if factor in factors[:at]:
                yield f"factors[{at}]", "must be ticked once, got it twice"


class Clinician(Part):
    """Who plans; printed."""

    name: Line | None = None
    role: Line | None = None
    contact: Line | None = None


def is_zero(value: object) -> bool:
    """Say whether a value of the document is a dose of 0."""
    try:
        return isinstance(value, str) and amount.parse(value) == 0
    except amount.InvalidAmount:
        return False

"""The parts of a plan document: one frozen type for each thing that a clinician sets."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from fractions import Fraction
from functools import cached_property
from typing import Annotated, Any, Final

from pydantic import BaseModel, ConfigDict, Discriminator, Field, Tag

from taper import amount
from taper.amount import seen
from taper.leaf import END, Day, Quantity, Text, Whole, Word

MOST_STEPS: Final = 600

DoseMg = Annotated[Fraction, Quantity(over_zero=False)]
TotalMg = Annotated[Fraction, Quantity(over_zero=False, most=10_000_000)]
OverZero = Annotated[Fraction, Quantity()]
Percent = Annotated[Fraction, Quantity(below=100)]
Days = Annotated[int, Whole(1, 365, " days")]
Pack = Annotated[int, Whole(1, amount.LARGEST)]
Name = Annotated[str, Text(most=60, name=True)]
Time = Annotated[str, Text(name=True)]
Line = Annotated[str, Text()]
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
PIECES: Final = (1, 2, 4)


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


class PercentOfCurrent(Part):
    """Next = ideal × (1 − percent/100); never 0."""

    percent_of_current: Percent


class PercentOfStart(Part):
    """Next = ideal − percent/100 of the ideal total at the phase's start."""

    percent_of_start: Percent


class AmountMg(Part):
    """Next = ideal − amount."""

    amount_mg: OverZero


class EqualSteps(Part):
    """From the phase's starting ideal to `until_mg` in this many equal reductions."""

    equal_steps: Annotated[int, Whole(1, MOST_STEPS)]


class MakeableSteps(Part):
    """Next = the n-th total below the ideal that the drug's products can make."""

    makeable_steps: Annotated[int, Whole(1, 100)]


class OccupancyPoints(Part):
    """Next = the dose whose occupancy is so many points lower (hyperbolic taper).

    Occupancy = max × dose / (dose + ED50).
    """

    occupancy_points: Percent
    ed50_mg: OverZero
    max_percent: Annotated[Fraction, Quantity(most=100)]


BY: Final = {
    "percent_of_current": PercentOfCurrent,
    "percent_of_start": PercentOfStart,
    "amount_mg": AmountMg,
    "equal_steps": EqualSteps,
    "makeable_steps": MakeableSteps,
    "occupancy_points": OccupancyPoints,
}
By = PercentOfCurrent | PercentOfStart | AmountMg | EqualSteps | MakeableSteps | OccupancyPoints

# Tags stand in pydantic's places, where the format has nothing; they are left out
# of the places that a fault names.
TAG: Final = "\0"


def _which_by(raw: object) -> str | None:
    keys = [key for key in BY if key in raw] if isinstance(raw, dict) else []
    return TAG + keys[0] if len(keys) == 1 else None


def _which_shape(raw: object) -> str | None:
    shapes = (str, "str"), (list, "list"), (tuple, "list"), (dict, "dict")
    return next((TAG + name for shape, name in shapes if isinstance(raw, shape)), None)


AnyBy = Annotated[
    Annotated[PercentOfCurrent, Tag(f"{TAG}percent_of_current")]
    | Annotated[PercentOfStart, Tag(f"{TAG}percent_of_start")]
    | Annotated[AmountMg, Tag(f"{TAG}amount_mg")]
    | Annotated[EqualSteps, Tag(f"{TAG}equal_steps")]
    | Annotated[MakeableSteps, Tag(f"{TAG}makeable_steps")]
    | Annotated[OccupancyPoints, Tag(f"{TAG}occupancy_points")],
    Discriminator(_which_by),
]


class InTurn(Part):
    """Each reduction is taken from one time, the next from the next in the list."""

    in_turn: Times


PROPORTIONAL: Final = "proportional"
TakingFrom = Annotated[
    Annotated[str, Word((PROPORTIONAL,)), Tag(f"{TAG}str")]
    | Annotated[Times, Tag(f"{TAG}list")]
    | Annotated[InTurn, Tag(f"{TAG}dict")],
    Discriminator(_which_shape),
]
Moving = Annotated[
    Annotated[Times, Tag(f"{TAG}list")] | Annotated[EqualSteps, Tag(f"{TAG}dict")],
    Discriminator(_which_shape),
]


class Hold(Part):
    """One step: the doses as they are."""

    kind: Annotated[str, Word(("hold",))]
    days: Days


class Reduce(Part):
    """Lowers one drug's daily total in steps."""

    model_config = ConfigDict(
        json_schema_extra={
            "allOf": [
                {
                    "if": {"properties": {"by": {"required": ["equal_steps"]}}},
                    "then": {"required": ["until_mg"], "properties": {"steps": False}},
                    "else": {"oneOf": [{"required": ["until_mg"]}, {"required": ["steps"]}]},
                },
                {
                    "if": {"properties": {"by": {"required": ["percent_of_current"]}}},
                    "then": {"properties": {"until_mg": {"pattern": rf"^(?!0(\.0{{1,4}})?{END})"}}},
                },
            ]
        }
    )

    kind: Annotated[str, Word(("reduce",))]
    drug: Name
    by: AnyBy
    every_days: Days
    until_mg: DoseMg | None = None
    steps: Annotated[int, Whole(1, MOST_STEPS)] | None = None
    taking_from: TakingFrom | None = None
    rounding: Rounding | None = None

    @classmethod
    def contradictions(cls, raw: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
        by = raw.get("by")
        if isinstance(by, dict) and "equal_steps" in by:
            if "steps" in raw:
                yield "steps", "must be left out: equal_steps says how many"
            if "until_mg" not in raw:
                yield "until_mg", "is needed, got nothing"
        elif "until_mg" in raw and "steps" in raw:
            yield "steps", "must be left out where until_mg is given: a phase has one end"
        elif "until_mg" not in raw and "steps" not in raw:
            yield "until_mg", "is needed, or steps: the phase has no end"
        if isinstance(by, dict) and "percent_of_current" in by and is_zero(raw.get("until_mg")):
            yield "until_mg", "must be over 0: a percentage of the current dose never reaches 0"
        named = raw.get("taking_from")
        yield from twice("taking_from", named)
        if isinstance(named, dict):
            yield from twice("taking_from.in_turn", named.get("in_turn"))

    @property
    def in_turn(self) -> bool:
        """Whether each reduction is taken from one time, the next from the next."""
        return isinstance(self.taking_from, InTurn)

    @property
    def order(self) -> tuple[str, ...] | None:
        """The times that `taking_from` lists; None where it is proportional or left out."""
        if isinstance(self.taking_from, InTurn):
            return self.taking_from.in_turn
        return None if isinstance(self.taking_from, str) else self.taking_from


class Switch(Part):
    """Replaces one drug by another at the clinician's own ratio."""

    kind: Annotated[str, Word(("switch",))]
    from_drug: Annotated[Name, Field(alias="from")]
    to_drug: Annotated[Name, Field(alias="to")]
    to_mg_per_from_mg: OverZero
    every_days: Days
    moving: Moving
    rounding: Rounding | None = None

    @classmethod
    def contradictions(cls, raw: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
        if isinstance(raw.get("to"), str) and raw.get("from") == raw["to"]:
            yield "to", f"must be another drug than {seen(raw['to'])}"
        yield from twice("moving", raw.get("moving"))


class TypedStep(Part):
    """Doses typed as they are; a time left out is 0, a drug not named is unchanged."""

    days: Days
    doses_mg: DrugDosesMg


class Set(Part):
    """Typed steps; with `repeat` the list runs that often."""

    kind: Annotated[str, Word(("set",))]
    steps: Annotated[tuple[TypedStep, ...], Field(strict=False, min_length=1)]
    repeat: Annotated[int, Whole(2, 300)] | None = None


class Stop(Part):
    """The drug is 0 from this day; takes no time."""

    kind: Annotated[str, Word(("stop",))]
    drug: Name


class Maintain(Part):
    """The doses as they are go on with no end date."""

    kind: Annotated[str, Word(("maintain",))]
    review_on: Annotated[date, Day()] | None = None


PHASES: Final[dict[str, type[Part]]] = {
    "hold": Hold,
    "reduce": Reduce,
    "switch": Switch,
    "set": Set,
    "stop": Stop,
    "maintain": Maintain,
}
Phase = Hold | Reduce | Switch | Set | Stop | Maintain


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


def twice(place: str, names: object) -> Iterator[tuple[str, str]]:
    """Yield the places at which a list names a time again."""
    if isinstance(names, list):
        for at, name in enumerate(names):
            if isinstance(name, str) and name in names[:at]:
                yield f"{place}[{at}]", f"must name each time once, got {seen(name)} twice"

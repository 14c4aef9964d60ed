"""The phases of a plan: how the doses go down, one frozen type for each kind."""

from collections.abc import Iterator, Mapping
from datetime import date
from fractions import Fraction
from typing import Annotated, Any, Final

from pydantic import ConfigDict, Discriminator, Field, Tag

from taper.amount import seen
from taper.leaf import END, Day, Quantity, Whole, Word
from taper.parts import (
    MOST_STEPS,
    Days,
    DoseMg,
    DrugDosesMg,
    Name,
    OverZero,
    Part,
    Percent,
    Rounding,
    Times,
    is_zero,
)


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


def twice(place: str, names: object) -> Iterator[tuple[str, str]]:
    """Yield the places at which a list names a time again."""
    if isinstance(names, list):
        for at, name in enumerate(names):
            if isinstance(name, str) and name in names[:at]:
                yield f"{place}[{at}]", f"must name each time once, got {seen(name)} twice"

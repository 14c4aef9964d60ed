"""What published sources say of equivalents, pace, symptoms and places of care, side by side.

Every value stands with its source and where in it. Nothing is averaged, ranked or recommended.
"""

from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from typing import Annotated, Final, Self

from pydantic import Field, model_validator

from taper.leaf import Quantity, Whole, Word
from taper.reference.source import MANY, Cited, Entry, Line, entries

EQUIVALENTS: Final = "equivalents.toml"
PACE: Final = "pace.toml"
SYMPTOMS: Final = "symptoms.toml"
CARE: Final = "care.toml"
SPLITTING: Final = "splitting.toml"

CONVERSION: Final = "conversion"
CUT_OFF: Final = "risk band cut-off"
KINDS: Final = (CONVERSION, CUT_OFF)
AUTHORITIES: Final = ("guideline", "health service", "reference work", "teaching site")
TYPICAL: Final = "typical pace"
CEILING: Final = "ceiling"
LABEL: Final = "label pace"
STUDIES: Final = "found in studies"
NO_FIGURE: Final = "no figure"
WHAT: Final = (TYPICAL, CEILING, LABEL, STUDIES, NO_FIGURE)
CLASSES: Final = ("benzodiazepine", "Z-drug", "opioid", "gabapentinoid", "antidepressant")
BASES: Final = ("current", "start", "not stated")
SEVERITIES: Final = ("mild", "moderate", "severe", "emergency")
NEXT_VISIT: Final = "next visit"
BEFORE_CHANGE: Final = "prescriber before the next change"
SAME_DAY: Final = "same day"
NOW: Final = "emergency now"
DESTINATIONS: Final = (NEXT_VISIT, BEFORE_CHANGE, SAME_DAY, NOW)
"""Where to go with a symptom, the least urgent first."""
PLACES: Final = ("outpatient", "residential", "inpatient")
BANDS: Final = ("low", "moderate", "high")
RISKS: Final = ("rare", "lower, but possible", "yes, rising with dose and duration")

TEN_MG: Final = 10
"""The amount of diazepam against which sources are compared."""

Mg = Annotated[Fraction, Quantity()]
Percent = Annotated[Fraction, Quantity(below=100)]
Days = Annotated[int, Whole(1, 365, " days")]
Band = Annotated[str, Word(BANDS)]
Destination = Annotated[str, Word(DESTINATIONS)]
DrugClass = Annotated[str, Word(CLASSES)]
Place = Annotated[str, Word(PLACES)]


def _in_order(what: str, low: Fraction | int | None, high: Fraction | int | None) -> None:
    """Raise `ValueError` where a range runs downwards, or has a low end and no high one."""
    if low is not None and (high is None or low > high):
        raise ValueError(f"{what}: the low end must be at most the high end")


# ------------------------------------------------------------------------------------- equivalents


class Equivalent(Cited):
    """How many mg of a drug a source sets equal to how many mg of diazepam, as it states it."""

    drug: Line
    low_mg: Mg
    high_mg: Mg
    reference_drug: Annotated[str, Word(("diazepam",))]
    reference_low_mg: Mg | None = None
    reference_mg: Mg
    kind: Annotated[str, Word(KINDS)]
    authority: Annotated[str, Word(AUTHORITIES)]
    note: Line | None = None

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        _in_order("mg", self.low_mg, self.high_mg)
        _in_order("reference_mg", self.reference_low_mg, self.reference_mg)
        return self

    @property
    def converts(self) -> bool:
        """Whether it gives a ratio: not a cut-off, nor a range set against a range."""
        return self.kind == CONVERSION and self.reference_low_mg is None

    def equal_mg(self, diazepam_mg: Fraction) -> tuple[Fraction, Fraction]:
        """Return the least and the most mg that equal an amount of diazepam."""
        self._must_convert()
        share = diazepam_mg / self.reference_mg
        return self.low_mg * share, self.high_mg * share

    def diazepam_mg(self, mg: Fraction) -> tuple[Fraction, Fraction]:
        """Return the least and the most mg of diazepam that equal an amount of the drug."""
        self._must_convert()
        return mg * self.reference_mg / self.high_mg, mg * self.reference_mg / self.low_mg

    def _must_convert(self) -> None:
        if not self.converts:
            raise LookupError(f"{self.source} gives no single ratio for {self.drug}")


@dataclass(frozen=True)
class Spread:
    """How far the sources lie apart: mg of a drug that they set equal to 10 mg of diazepam."""

    smallest_mg: Fraction
    largest_mg: Fraction
    sources: tuple[str, ...]

    @property
    def factor(self) -> Fraction:
        """How many times the smallest goes into the largest."""
        return self.largest_mg / self.smallest_mg


@cache
def all_equivalents() -> tuple[Equivalent, ...]:
    """Return every equivalent, by drug and source."""
    return entries(
        EQUIVALENTS,
        "equivalent",
        Equivalent,
        lambda row: (row.drug, row.source, row.kind, row.reference_mg),
    )


def equivalents(drug: str) -> tuple[Equivalent, ...]:
    """Return what each source says of a drug, cut-offs of risk bands included."""
    name = drug.strip().casefold()
    return tuple(row for row in all_equivalents() if row.drug == name)


def conversions(drug: str) -> tuple[Equivalent, ...]:
    """Return what each source says that gives a ratio to diazepam."""
    return tuple(row for row in equivalents(drug) if row.converts)


def spread(drug: str) -> Spread | None:
    """Return how far the sources lie apart for a drug; None where no source gives a ratio."""
    rows = conversions(drug)
    if not rows:
        return None
    ranges = [row.equal_mg(Fraction(TEN_MG)) for row in rows]
    return Spread(
        min(low for low, _ in ranges),
        max(high for _, high in ranges),
        tuple(row.source for row in rows),
    )


# -------------------------------------------------------------------------------------------- pace


class Ceiling(Entry):
    """At most so many percent within so many days."""

    percent: Percent
    in_days: Days


class Figure(Cited):
    """What a source says of how fast a dose goes down, with what the figure is and for whom.

    A high end without a low one means "at most".
    """

    id: Line
    what: Annotated[str, Word(WHAT)]
    classes: Annotated[tuple[DrugClass, ...], MANY]
    drugs: Annotated[tuple[Line, ...], MANY] = ()
    percent_low: Percent | None = None
    percent_high: Percent | None = None
    base: Annotated[str, Word(BASES)] | None = None
    mg_low: Mg | None = None
    mg_high: Mg | None = None
    mg_of: Line | None = None
    from_mg: Mg | None = None
    down_to_mg: Mg | None = None
    every_days_low: Days | None = None
    every_days_high: Days | None = None
    ceiling: Ceiling | None = None
    scope: Line
    says: Line

    @model_validator(mode="after")
    def _whole(self) -> Self:
        _in_order("percent", self.percent_low, self.percent_high)
        _in_order("mg", self.mg_low, self.mg_high)
        _in_order("every_days", self.every_days_low, self.every_days_high)
        if self.from_mg is not None:
            _in_order("from_mg", self.down_to_mg, self.from_mg)
        if not self.classes:
            raise ValueError("classes: at least one is needed")
        in_percent = self.percent_high is not None or self.ceiling is not None
        if in_percent != (self.base is not None):
            raise ValueError("base: belongs to a percentage, and each percentage needs one")
        in_mg = self.mg_high is not None
        if in_mg != (self.mg_of is not None):
            raise ValueError("mg_of: belongs to an amount in mg, and each amount needs one")
        if (self.what == NO_FIGURE) == (in_percent or in_mg or self.every_days_high is not None):
            raise ValueError(f"what: {NO_FIGURE!r} is for a source that names no figure")
        if self.what == CEILING and self.ceiling is None and self.mg_low == self.mg_high:
            raise ValueError("ceiling: a percentage in days, or an amount that has no low end")
        return self


@cache
def figures() -> tuple[Figure, ...]:
    """Return every figure of pace."""
    return entries(PACE, "figure", Figure, lambda row: row.id)


def figure(figure_id: str) -> Figure:
    """Return one figure by its id; raises `LookupError` where there is none."""
    for row in figures():
        if row.id == figure_id:
            return row
    raise LookupError(f"there is no figure {figure_id}")


def figures_for(drug_class: str, drug: str | None = None) -> tuple[Figure, ...]:
    """Return the figures for a class, and of those for single drugs only this drug's."""
    name = drug.strip().casefold() if drug else None
    return tuple(
        row
        for row in figures()
        if drug_class in row.classes and (not row.drugs or name in row.drugs)
    )


# ---------------------------------------------------------------------------------------- symptoms


class Listing(Cited):
    """Where a symptom stands in a list of withdrawal symptoms."""


class Sent(Cited):
    """Where a source sends someone who has a symptom, in our words."""

    go: Destination
    says: Line


class Symptom(Sent):
    """A symptom, and the most urgent destination that a source read gives for it."""

    id: Line
    words: Line
    severity: Annotated[str, Word(SEVERITIES)]
    sign: Line | None = None
    also: Annotated[tuple[Sent, ...], MANY] = ()
    listed: Listing | None = None

    @model_validator(mode="after")
    def _most_urgent(self) -> Self:
        if any(urgency(other.go) > urgency(self.go) for other in self.also):
            raise ValueError("go: another source named here is more urgent")
        if self.severity == "emergency" and self.go != NOW:
            raise ValueError(f"go: an emergency goes to {NOW!r}")
        return self


class Grouping(Entry):
    """What a grade of severity gathers. The grades are Taper's own; destinations are sourced."""

    severity: Annotated[str, Word(SEVERITIES)]
    words: Line
    note: Line


def urgency(go: str) -> int:
    """Return the rank of a destination; a higher one is more urgent."""
    return DESTINATIONS.index(go)


@cache
def symptoms() -> tuple[Symptom, ...]:
    """Return every symptom, the mild first."""
    found = entries(SYMPTOMS, "symptom", Symptom, lambda row: row.id)
    return tuple(sorted(found, key=lambda row: SEVERITIES.index(row.severity)))


@cache
def groupings() -> tuple[Grouping, ...]:
    """Return what each grade of severity gathers, the mild first."""
    return entries(SYMPTOMS, "grouping", Grouping, lambda row: row.severity)


# -------------------------------------------------------------------------------------------- care


class PlaceOfCare(Cited):
    """What a source says that a place of care does."""

    id: Place
    words: Line
    does: Line


class Criterion(Cited):
    """What a source names as a reason for a place of care."""

    id: Line
    place: Place
    says: Line


class Factor(Cited):
    """Something about a patient, and what a source says of it; `place` only where it names one."""

    id: Line
    words: Line
    says: Line
    place: Place | None = None


class DoseBand(Cited):
    """A band of daily dose in diazepam equivalents."""

    id: Band
    from_mg: Mg | None = None
    to_mg: Mg | None = None
    says: Line

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.from_mg is None and self.to_mg is None:
            raise ValueError("from_mg or to_mg is needed")
        if self.from_mg is not None and self.to_mg is not None:
            _in_order("mg", self.from_mg, self.to_mg)
        return self


class Risk(Cited):
    """The risk of withdrawal that matters clinically, by duration, days a week and dose."""

    id: Line
    from_months: Annotated[int, Whole(1, 12)] | None = None
    to_months: Annotated[int, Whole(1, 12)] | None = None
    days_a_week_low: Annotated[int, Whole(1, 7)] | None = None
    days_a_week_high: Annotated[int, Whole(1, 7)] | None = None
    bands: Annotated[tuple[Band, ...], MANY]
    risk: Annotated[str, Word(RISKS)]

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.to_months is not None:
            _in_order("months", self.from_months, self.to_months)
        if self.days_a_week_high is not None:
            _in_order("days_a_week", self.days_a_week_low, self.days_a_week_high)
        if not self.bands:
            raise ValueError("bands: at least one is needed")
        return self


class Gap(Cited):
    """What a source says of tolerance after days without a medicine, or with less of it."""

    id: Line
    drug_class: DrugClass = Field(alias="class")
    words: Line
    says: Line


@cache
def places() -> tuple[PlaceOfCare, ...]:
    """Return what the sources say of each place of care."""
    return entries(CARE, "place", PlaceOfCare, lambda row: (row.id, row.source))


@cache
def criteria() -> tuple[Criterion, ...]:
    """Return the reasons for a place of care."""
    return entries(CARE, "criterion", Criterion, lambda row: row.id)


@cache
def factors() -> tuple[Factor, ...]:
    """Return what the sources say of each factor; several of one id stand side by side."""
    return entries(CARE, "factor", Factor, lambda row: (row.id, row.source))


@cache
def bands() -> tuple[DoseBand, ...]:
    """Return the bands of daily dose, the low first."""
    return entries(CARE, "band", DoseBand, lambda row: row.id)


@cache
def risks() -> tuple[Risk, ...]:
    """Return the rows of the risk table, in the order of the source."""
    return entries(CARE, "risk", Risk, lambda row: row.id)


@cache
def gaps() -> tuple[Gap, ...]:
    """Return what the sources say of tolerance and days without."""
    return entries(CARE, "gap", Gap, lambda row: row.id)


# --------------------------------------------------------------------------------------- splitting


class Study(Cited):
    """What a study found of broken tablets."""

    id: Line
    says: Line


@cache
def studies() -> tuple[Study, ...]:
    """Return what studies found of broken tablets."""
    return entries(SPLITTING, "study", Study, lambda row: row.id)

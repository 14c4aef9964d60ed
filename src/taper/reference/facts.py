"""What published sources say of medicines and of the products that contain them, side by side.

Every value stands with its source and where in it. None of them fills a field.
"""

from fractions import Fraction
from functools import cache
from typing import Annotated, Final, Self

from pydantic import Field, model_validator

from taper.leaf import Quantity, Word
from taper.reference.source import MANY, Cited, Entry, InvalidReference, Line, entries

DRUGS: Final = "drugs.toml"
PRODUCTS: Final = "products.toml"
REGIONS: Final = ("US", "UK", "CA", "AU")
CLASSES: Final = (
    *("benzodiazepine", "Z-drug", "opioid", "gabapentinoid"),
    *("antidepressant", "antipsychotic", "corticosteroid"),
)
ELIMINATION: Final = "elimination"
BIOLOGICAL: Final = "biological"
"""How long the effect lasts, which outlives the drug in blood: so for corticosteroids."""

PLAN_FORMS: Final = {
    "tablet": "tablet",
    "modified-release tablet": "modified-release tablet",
    "capsule": "capsule",
    "modified-release capsule": "capsule",
    "oral liquid": "oral liquid",
}
"""The form that a plan's product has, by the form of a product; a capsule is never broken."""

OTHER_FORMS: Final = (
    *("orodispersible tablet", "sublingual tablet"),
    *("oral drops", "oral film", "oral powder"),
)
"""Forms that no plan can use."""

Hours = Annotated[Fraction, Quantity()]
Mg = Annotated[Fraction, Quantity()]
Ml = Annotated[Fraction, Quantity()]
Region = Annotated[str, Word(REGIONS)]
Lines = Annotated[tuple[Line, ...], MANY]


class TallMan(Cited):
    """A name in the mixed case that a list recommends for one region."""

    text: Line
    region: Region


class LookAlike(Cited):
    """Names with which a source says that a name is confused."""

    names: Lines = Field(min_length=1)


class HalfLife(Cited):
    """Hours from `low_h` to `high_h` after which half of a drug, or of its metabolite, is left."""

    low_h: Hours
    high_h: Hours
    of: Line
    kind: Annotated[str, Word((ELIMINATION, BIOLOGICAL))] = ELIMINATION
    note: Line | None = None

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.low_h > self.high_h:
            raise ValueError("low_h must be at most high_h")
        return self


class ActiveMetabolites(Cited):
    """Whether a source says that a drug has active metabolites, and which it names."""

    present: bool
    names: Lines = ()

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if self.names and not self.present:
            raise ValueError("names: none may stand where they are not present")
        return self


class Listed(Cited):
    """A source that lists a drug as in use in a region."""

    region: Region


class Drug(Entry):
    """A medicine by its generic name, with what sources say of it."""

    name: Line
    drug_class: Annotated[str, Word(CLASSES)] = Field(alias="class")
    also_known: Lines = ()
    tall_man: Annotated[tuple[TallMan, ...], MANY] = ()
    look_alike: Annotated[tuple[LookAlike, ...], MANY] = ()
    half_life: Annotated[tuple[HalfLife, ...], MANY] = ()
    active_metabolites: Annotated[tuple[ActiveMetabolites, ...], MANY] = ()
    listed: Annotated[tuple[Listed, ...], MANY] = ()

    @model_validator(mode="after")
    def _spelled_alike(self) -> Self:
        for tall in self.tall_man:
            if tall.text.lower() != self.name.lower():
                raise ValueError(f"tall_man: {tall.text!r} spells another name")
        if len({tall.region for tall in self.tall_man}) < len(self.tall_man):
            raise ValueError("tall_man: one form for each region")
        return self

    def lettered(self, region: str | None = None) -> str:
        """Return the name in tall-man letters: of the region's list, else of the US list.

        The plain name where neither lists it.
        """
        forms = {tall.region: tall.text for tall in self.tall_man}
        return forms.get(region or "US") or forms.get("US") or self.name


class Scored(Cited):
    """Whether a source says that one maker's tablet bears a score to break it at."""

    is_scored: bool = Field(alias="is")
    maker: Line
    note: Line | None = None


class Product(Cited):
    """A product that a source lists for a region: one strength of one form."""

    drug: Line
    region: Region
    form: Annotated[str, Word((*PLAN_FORMS, *OTHER_FORMS))]
    strength_mg: Mg | None = None
    mg: Mg | None = None
    per_ml: Ml | None = None
    scored: Annotated[tuple[Scored, ...], MANY] = ()
    note: Line | None = None

    @model_validator(mode="after")
    def _one_strength(self) -> Self:
        liquid = (self.mg is not None, self.per_ml is not None)
        if liquid != ((False, False) if self.strength_mg is not None else (True, True)):
            raise ValueError("either strength_mg, or mg and per_ml")
        if (self.form == "oral liquid") and self.strength_mg is not None:
            raise ValueError("a liquid says how many mg are in how many mL")
        if self.scored and self.form != "tablet":
            raise ValueError(f"scored: a {self.form} is never broken")
        return self

    @property
    def mg_per_ml(self) -> Fraction | None:
        """The mg in each mL of a liquid."""
        return None if self.mg is None or self.per_ml is None else self.mg / self.per_ml

    @property
    def plan_form(self) -> str | None:
        """The form that it has as a plan's product; None where no plan can use it."""
        return PLAN_FORMS.get(self.form)

    @property
    def same(self) -> tuple[object, ...]:
        """What makes two products the same."""
        return self.drug, self.region, self.form, self.strength_mg, self.mg_per_ml


@cache
def drugs() -> dict[str, Drug]:
    """Return every drug by its generic name, in the order of the file."""
    found = entries(DRUGS, "drug", Drug, lambda drug: drug.name)
    names = [name for drug in found for name in (drug.name, *drug.also_known)]
    if len(set(names)) < len(names):
        raise InvalidReference(f"{DRUGS}: a name stands for two drugs")
    return {drug.name: drug for drug in found}


def drug_named(name: str) -> Drug | None:
    """Return the drug of a name or of another name for it, in whatever case.

    >>> drug_named("Diazepam").lettered()
    'diazePAM'
    """
    wanted = name.strip().lower()
    for drug in drugs().values():
        if wanted in {known.lower() for known in (drug.name, *drug.also_known)}:
            return drug
    return None


def drug_in(name: str) -> Drug | None:
    """Return the drug of a name, or of its first word where more is said of it: "morphine SR"."""
    first, *_ = [*name.split(maxsplit=1), ""]
    return drug_named(name) or drug_named(first)


@cache
def _products() -> tuple[Product, ...]:
    found = entries(PRODUCTS, "product", Product, lambda product: product.same)
    for product in found:
        if product.drug not in drugs():
            raise InvalidReference(f"{PRODUCTS}: no drug {product.drug!r} in {DRUGS}")
    return found


def products(region: str | None = None, drug: str | None = None) -> tuple[Product, ...]:
    """Return the products of a region, of a drug, of both, or all."""
    if region is not None and region not in REGIONS:
        raise ValueError(f"no such region: {region!r}")
    return tuple(
        product
        for product in _products()
        if region in (None, product.region) and drug in (None, product.drug)
    )

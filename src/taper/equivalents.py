"""Totals in diazepam equivalents: what each source makes of several drugs together, exactly."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from taper.reference.facts import drug_in
from taper.reference.guidance import conversions
from taper.steps import Step

DIAZEPAM: Final = "diazepam"
_CLASSES: Final = ("benzodiazepine", "Z-drug")


@dataclass(frozen=True, slots=True)
class Scale:
    """Mg of diazepam for 1 mg of each drug by one source; the ends differ where it gives a range.

    `lacking` are the drugs for which the source gives no ratio.
    """

    source: str
    low: Mapping[str, Fraction]
    high: Mapping[str, Fraction]
    lacking: tuple[str, ...]

    def total(self, step: Step) -> tuple[Fraction, Fraction] | None:
        """Return a step's daily total in mg of diazepam, least and most.

        None where a drug is taken for which the source gives no ratio.
        """
        if any(step.total(drug) for drug in self.lacking):
            return None
        return self._sum(step, self.low), self._sum(step, self.high)

    @staticmethod
    def _sum(step: Step, weights: Mapping[str, Fraction]) -> Fraction:
        return sum((part.total * weights.get(part.drug, 0) for part in step.drugs), Fraction(0))


def counted(drugs: Iterable[str]) -> tuple[str, ...]:
    """Return the drugs that equivalents are about: benzodiazepines and Z-drugs."""
    known = {drug: drug_in(drug) for drug in drugs}
    return tuple(drug for drug, found in known.items() if found and found.drug_class in _CLASSES)


def scales(drugs: Sequence[str]) -> tuple[Scale, ...]:
    """Return the scale of each source that gives a ratio for one of the drugs, by source.

    None where there is nothing to convert: no drug, or diazepam alone.
    """
    others = [drug for drug in drugs if drug.casefold() != DIAZEPAM]
    rows = {drug: {row.source: row for row in conversions(drug)} for drug in others}
    made = []
    for source in sorted({source for by_source in rows.values() for source in by_source}):
        low, high = ({drug: Fraction(1) for drug in drugs if drug not in others} for _ in range(2))
        for drug in others:
            if source in rows[drug]:
                low[drug], high[drug] = rows[drug][source].diazepam_mg(Fraction(1))
        lacking = tuple(drug for drug in others if source not in rows[drug])
        made.append(Scale(source, low, high, lacking))
    return tuple(made)

"""What is chosen for a print: which sheets, how, reviewed by whom, the clinician's own words."""

from dataclasses import dataclass
from datetime import date
from typing import Final

from taper.confirmation import Confirmation
from taper.leaf import Text

PAPERS: Final = ("a4", "letter")
SIZES: Final = ("standard", "large")
MOST_IN_LINE: Final = 200
MOST_LETTERS: Final = 1000
_LINES: Final = ("call", "emergency_number")
_TEXTS: Final = ("missed_dose", "feeling_worse", "supports", "coping")


@dataclass(frozen=True, slots=True)
class Options:
    """How sheets are printed. Nothing here touches a dose.

    `prepared_on` of None leaves a line to write the day on; without `dated` the days are counted
    from day 1. `replaces` is the first day of the version before; `replaced_on` that of the one
    after, which then stands on each page. A `confirmed` that is not of the schedule printed leaves
    it a DRAFT. Texts left empty leave lines to write on.
    """

    sheets: tuple[str, ...] = ("patient",)
    paper: str = "a4"
    size: str = "standard"
    prepared_on: date | None = None
    dated: bool = True
    confirmed: Confirmation | None = None
    replaces: date | None = None
    replaced_on: date | None = None
    example: bool = False
    call: str = ""
    emergency_number: str = ""
    missed_dose: str = ""
    feeling_worse: str = ""
    supports: str = ""
    coping: str = ""

    def __post_init__(self) -> None:
        """Refuse what cannot be printed, with its place, as `ValueError`."""
        _one_of("paper", self.paper, PAPERS)
        _one_of("size", self.size, SIZES)
        for place, text in self.words().items():
            leaf = (
                Text(most=MOST_IN_LINE) if place in _LINES else Text(most=MOST_LETTERS, breaks=True)
            )
            try:
                leaf.check(text)
            except ValueError as error:
                raise ValueError(f"{place}: {error}") from None

    def words(self) -> dict[str, str]:
        """Return the words that were written for the patient, by their place."""
        return {place: getattr(self, place) for place in (*_LINES, *_TEXTS)}


def _one_of(place: str, value: str, accepted: tuple[str, ...]) -> None:
    if value not in accepted:
        raise ValueError(f"{place} must be one of {', '.join(accepted)}, got {value}")

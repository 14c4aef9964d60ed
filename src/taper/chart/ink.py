"""The inks of the chart, for light and dark screens; the light ones also for paper."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class Ink:
    """A drug's line, and the fill under it."""

    line: str
    fill: str


@dataclass(frozen=True)
class Theme:
    """The colours of a scheme; each drug has its own, and its name beside its panel.

    `paper` is the colour of what lies under the chart.
    """

    text: str
    quiet: str
    grid: str
    band: tuple[str, str]
    ideal: str
    mark: str
    chosen: str
    paper: str
    drugs: tuple[Ink, ...]

    def drug(self, at: int) -> Ink:
        """Return the ink of the drug at a place."""
        return self.drugs[at % len(self.drugs)]


LIGHT: Final = Theme(
    "#1b2733", "#55616d", "#e4e6e4", ("#e3ebf3", "#f0f3f5"), "#1b2733", "#a61b1b", "#0b5394",
    "#fcfcfa",
    (
        Ink("#0b5394", "rgba(11,83,148,0.12)"),
        Ink("#8a5200", "rgba(138,82,0,0.12)"),
        Ink("#4b3f8f", "rgba(75,63,143,0.12)"),
        Ink("#1d6b52", "rgba(29,107,82,0.12)"),
    ),
)  # fmt: skip
DARK: Final = Theme(
    "#e6e8ea", "#a9b2bb", "#2a323a", ("#263646", "#1e2831"), "#e6e8ea", "#ff9a94", "#8fbdf0",
    "#14181d",
    (
        Ink("#7db4ee", "rgba(125,180,238,0.18)"),
        Ink("#e5aa5c", "rgba(229,170,92,0.18)"),
        Ink("#b3a6f2", "rgba(179,166,242,0.18)"),
        Ink("#6fcaa8", "rgba(111,202,168,0.18)"),
    ),
)  # fmt: skip

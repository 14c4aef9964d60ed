"""What a finding is, and what rules share."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from taper.plan import Plan
from taper.steps import Course, DrugStep, Step

SERIOUS: Final = "serious"
NOTE: Final = "note"
INFORMATION: Final = "information"
SEVERITIES: Final = (SERIOUS, NOTE, INFORMATION)
"""Most serious first."""

OWN_PLAN: Final = "plan"
"""The source of a fact that the plan alone shows."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One fact that stands out; `steps` are the numbers of the steps that it is seen in.

    `source` is the id of a source in `taper.reference`, or "plan" or "clinician".
    """

    code: str
    severity: str
    steps: tuple[int, ...]
    text: str
    source: str


Rule = Callable[[Plan, Course], Iterator[Finding]]


def parts(made: Course) -> Iterator[tuple[Step, DrugStep]]:
    """Yield each drug's part of each step."""
    for step in made.steps:
        for part in step.drugs:
            yield step, part


def numbers(steps: Iterable[Step]) -> tuple[int, ...]:
    """Return the numbers of steps, each once and in order."""
    return tuple(sorted({step.number for step in steps}))

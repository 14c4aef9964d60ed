"""A clinician's word that they reviewed exactly this schedule."""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Self

from taper.findings import UNCHECKED
from taper.leaf import Text
from taper.schedule import ENGINE, Schedule


@dataclass(frozen=True, slots=True)
class Confirmation:
    """Who reviewed which schedule, and when; `at` carries the clinician's own time zone."""

    name: str
    role: str
    at: datetime
    fingerprint: str
    engine: str

    def holds_for(self, schedule: Schedule) -> bool:
        """Say whether this very schedule was reviewed, made by this engine."""
        return (self.fingerprint, self.engine) == (schedule.plan.fingerprint, ENGINE)

    def to_document(self) -> dict[str, str]:
        """Return what is kept of it, all as texts."""
        return {**asdict(self), "at": self.at.isoformat()}

    @classmethod
    def from_document(cls, document: dict[str, Any]) -> Self:
        """Read what `to_document` made."""
        return cls(**{**document, "at": datetime.fromisoformat(document["at"])})


def confirm(schedule: Schedule, name: str, role: str, at: datetime) -> Confirmation:
    """Confirm a schedule.

    Raises `ValueError` where the plan is unfinished, a check could not run, a word is missing or
    no record can keep it.
    """
    if schedule.ends is None:
        raise ValueError("a plan that does not say how it ends cannot be confirmed")
    if any(finding.code == UNCHECKED for finding in schedule.findings):
        raise ValueError("a check could not run, so that this schedule cannot be confirmed")
    if not name.strip() or not role.strip():
        raise ValueError("a confirmation needs the clinician's name and role")
    for word in (name, role):
        Text(most=500).check(word.strip())
    return Confirmation(name.strip(), role.strip(), at, schedule.plan.fingerprint, ENGINE)

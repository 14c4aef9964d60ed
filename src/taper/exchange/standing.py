"""What a file for other programs says of itself: confirmed or draft, and which one it replaces."""

from typing import Final
from uuid import UUID, uuid5

from taper.confirmation import Confirmation
from taper.schedule import Schedule
from taper.wording import DRAFT, day

_PLANS: Final = UUID("6d1bf0a2-5a0c-4e0e-9b5a-0c6a2f5f0e57")
"""The namespace of the ids; never changes."""


def standing(schedule: Schedule, confirmed: Confirmation | None) -> str:
    """Say that a schedule is a draft, or who confirmed it and when.

    Raises `ValueError` where the confirmation is of another schedule.
    """
    if confirmed is None:
        return DRAFT
    if not confirmed.holds_for(schedule):
        raise ValueError("the confirmation is of another schedule: review this one")
    return f"Confirmed by {confirmed.name}, {confirmed.role}, on {day(confirmed.at.date())}"


def same_id(identity: str, part: str) -> UUID:
    """Return the id that a part of a plan keeps while the plan changes.

    `identity` is what tells the plan from others, such as its draft's id; the result doesn't give
    it away. Raises `ValueError` where it is empty.
    """
    if not identity.strip():
        raise ValueError("an identity is needed, so that a later file can replace this one")
    return uuid5(_PLANS, f"{identity}\n{part}")

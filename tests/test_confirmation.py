import json
from datetime import UTC, datetime
from typing import Any

import pytest

from taper import Plan, Schedule, build_schedule
from taper.confirmation import Confirmation, confirm
from taper.schedule import sketch

AT = datetime(2026, 12, 1, 14, 3, tzinfo=UTC)
DOCUMENT: dict[str, Any] = {
    "format": "taper-plan/1",
    "start": "2027-01-04",
    "regimen": [{"drug": "diazepam", "doses_mg": {"bedtime": "4"}}],
    "phases": [
        {"kind": "hold", "days": 14},
        {"kind": "stop", "drug": "diazepam"},
    ],
}


def schedule(**changed: Any) -> Schedule:
    return build_schedule(Plan.from_document(DOCUMENT | changed))


def test_a_confirmation_holds_for_the_schedule_that_was_reviewed_and_for_no_other() -> None:
    confirmed = confirm(schedule(), " A. Clinician ", "psychiatrist", AT)
    assert confirmed.name == "A. Clinician"
    assert confirmed.holds_for(schedule())
    assert not confirmed.holds_for(schedule(start="2027-01-05"))


@pytest.mark.parametrize(("name", "role"), [("", "nurse"), ("A. Clinician", "  ")])
def test_nobody_confirms_without_name_and_role(name: str, role: str) -> None:
    with pytest.raises(ValueError, match="name and role"):
        confirm(schedule(), name, role, AT)


def test_an_unfinished_plan_is_not_confirmed() -> None:
    drawn = sketch(DOCUMENT | {"phases": [{"kind": "hold", "days": 14}]}).schedule
    assert drawn
    with pytest.raises(ValueError, match="how it ends"):
        confirm(drawn, "A. Clinician", "psychiatrist", AT)


def test_a_confirmation_comes_back_from_its_document() -> None:
    confirmed = confirm(schedule(), "A. Clinician", "psychiatrist", AT)
    assert Confirmation.from_document(json.loads(json.dumps(confirmed.to_document()))) == confirmed

"""The Follow-up page's states: the visit, what goes on, versions, the record as a file."""

import base64
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from sheet_plans import texts
from taper import Plan
from taper.drafts import Drafts, default_path
from taper.record import Record
from taper.ui import server
from test_app import field, menu, opened, plan_id, put, saved, sound
from test_app import shown as drawn

PLAN: dict[str, Any] = {
    "format": "taper-plan/1",
    "start": "2027-01-04",
    "times": ["morning", "bedtime"],
    "regimen": [{"drug": "diazepam", "doses_mg": {"morning": "4", "bedtime": "6"}}],
    "products": [
        {"drug": "diazepam", "form": "tablet", "strength_mg": "2", "pieces": 2, "pack": 28}
    ],
    "rounding": "nearest",
    "dispense_every_days": 28,
    "phases": [
        {
            "kind": "reduce", "drug": "diazepam", "by": {"amount_mg": "1"}, "every_days": 14,
            "until_mg": "0", "taking_from": ["morning", "bedtime"],
        },
    ],
}  # fmt: skip
NOW = datetime(2027, 1, 4, 9, 30, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TAPER_DATA_DIR", str(tmp_path))


def shown(app: AppTest) -> str:
    return drawn(app).replace("\u00a0", " ")


def followed(app: AppTest) -> AppTest:
    """Turn to the Follow-up page."""
    return click(app, "go-Follow-up")


def click(app: AppTest, key: str) -> AppTest:
    return sound(app.button(key=key).click().run())


def draft(**changed: Any) -> str:
    return Drafts(default_path()).create(PLAN | changed, NOW).id


def on_page(key: str) -> AppTest:
    return followed(opened(key))


def record(app: AppTest) -> Record:
    found = Drafts(default_path()).record(plan_id(app))
    assert found
    return Record.from_document(found[1])


def visited(app: AppTest, on: str = "2027-02-01", kind: str = "") -> AppTest:
    app = put(app, "Date of the visit", date.fromisoformat(on))
    app = click(app, "as-planned")
    if kind:
        app = put(app, "What goes on", kind)
    return click(app, "save-visit")


def test_an_example_and_an_unfinished_plan_have_no_record() -> None:
    assert "a plan of your own" in shown(followed(opened()))
    app = on_page(draft(phases=[]))
    assert "A record begins with a whole plan" in shown(app)
    assert "a first phase" in shown(app)


def test_the_first_visit_begins_the_record_with_the_plan() -> None:
    app = visited(on_page(draft()))
    kept = record(app)
    assert kept.versions[0].plan == Plan.from_document(PLAN)
    period = kept.visits[0].taken[0]
    assert (period.start, period.end, period.took) == (
        date(2027, 1, 4),
        date(2027, 1, 31),
        "planned",
    )
    assert "1 Feb 2027: visit" in shown(app)
    assert "not made yet" not in shown(app)


def test_the_second_visit_goes_on_from_the_day_after() -> None:
    app = visited(visited(on_page(draft())), "2027-02-15")
    assert [len(visit.taken) for visit in record(app).visits] == [1, 1]
    assert record(app).visits[1].taken[0].start == date(2027, 2, 1)


def test_a_visit_that_was_saved_is_said_to_be_until_the_next_one_is_begun() -> None:
    app = visited(on_page(draft()))
    said = "The visit of 1 February 2027 is saved."
    assert said in shown(app)
    assert said not in shown(put(app, "Date of the visit", date(2027, 2, 8)))


def test_a_sign_of_an_emergency_says_at_once_where_to_go() -> None:
    app = on_page(draft())
    signs: Any = next(group for group in app.get("button_group") if group.key == "signs-now")
    app = sound(signs.set_value(["seizure"]).run())
    assert "Emergency: now" in shown(app)
    app = put(app, "Date of the visit", date(2027, 1, 18))
    app = click(app, "save-visit")
    assert "must be 0 to 10" in shown(app) or "got nothing" in shown(app)
    app = put(app, "a seizure (fit): how strong, 0 to 10", "11")
    assert "must be 0 to 10" in shown(app)
    app = click(put(app, "a seizure (fit): how strong, 0 to 10", "9"), "save-visit")
    (visit,) = record(app).visits
    assert [(score.symptom, score.level) for score in visit.symptoms] == [("seizure", 9)]


def test_what_is_typed_outlives_a_refresh(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "hashed", lambda _: "this browser")
    key = draft()
    app = on_page(key)
    app = sound(app.multiselect(key="signs-other").set_value(["tremor", "own words"]).run())
    app = put(app, "trembling hands: how strong, 0 to 10", "4")
    again = on_page(key)
    assert field(again, "trembling hands: how strong, 0 to 10").value == "4"
    assert again.multiselect(key="signs-other").value == ["tremor", "own words"]
    assert Drafts(default_path()).beside(key, "visit this browser")["visit"]["symptoms"]
    Drafts(default_path()).delete(key)
    assert Drafts(default_path()).beside(key, "visit this browser") == {}


def test_a_hold_becomes_the_next_version_and_the_plan() -> None:
    app = visited(on_page(draft()), kind="Hold")
    assert record(app).visits[0].goes_on == "hold"
    assert app.button(key="make-version").disabled
    app = put(app, "Next version from", date(2027, 2, 1))
    app = put(app, "Days", "21")
    app = put(app, "Why", "tremor")
    assert field(app, "Taken now: diazepam, bedtime, mg").value == ""
    app = click(app, "put-told")
    assert field(app, "Taken now: diazepam, bedtime, mg").value == "6"
    app = click(app, "make-version")
    last = record(app).versions[-1]
    assert (last.start, last.why) == (date(2027, 2, 1), "tremor")
    assert last.plan
    assert last.plan.replaces == Plan.from_document(PLAN).fingerprint
    assert saved(app) == last.plan.to_document()
    assert last.schedule
    assert last.schedule.steps[0].days == 21
    assert "replaced on 1 Feb 2027" in shown(app)
    assert "21 days longer" in shown(app) or "shorter" in shown(app)


def test_a_version_before_what_is_told_is_refused_at_its_field() -> None:
    app = visited(on_page(draft()), kind="Hold")
    app = put(app, "Next version from", date(2027, 1, 20))
    assert "must be after 2027-01-31" in shown(app)
    assert app.button(key="make-version").disabled


def test_after_days_without_nothing_is_offered() -> None:
    app = on_page(draft())
    app = put(app, "Date of the visit", date(2027, 1, 18))
    app = click(app, "add-period")
    app = put(app, "Period 1: to", date(2027, 1, 17))
    source = "ASAM patient guide (2025)"
    assert source not in shown(app)
    app = put(app, "Period 1: what was taken", "nothing")
    assert shown(app).count(source) == 1
    app = click(put(app, "What goes on", "A new pace"), "save-visit")
    assert "nothing restarts by itself" in shown(app)
    assert shown(app).count(source) == 1
    assert not [button for button in app.button if button.key == "put-told"]
    app = put(app, "Next version from", date(2027, 1, 18))
    assert "doses of diazepam taken now" in shown(app)
    assert app.button(key="make-version").disabled


def test_other_doses_are_told_and_gone_on_from() -> None:
    app = on_page(draft())
    app = put(app, "Date of the visit", date(2027, 1, 18))
    app = click(app, "add-period")
    app = put(app, "Period 1: to", date(2027, 1, 17))
    app = put(app, "Period 1: what was taken", "other doses")
    app = put(app, "Period 1: diazepam, bedtime, mg", "7.5")
    app = click(put(app, "What goes on", "Stay at this dose"), "save-visit")
    assert "was taken: diazepam 7.5 mg bedtime" in shown(app)
    app = click(app, "put-told")
    assert field(app, "Taken now: diazepam, bedtime, mg").value == "7.5"
    assert field(app, "Taken now: diazepam, morning, mg").value == ""


def test_what_is_left_to_set_is_set_on_the_plan_page_and_made_there() -> None:
    app = visited(on_page(draft()), kind="A new pace")
    app = put(app, "Next version from", date(2027, 2, 1))
    app = click(click(app, "put-told"), "rest-on-plan")
    assert "Version 2 from 1 Feb 2027, not made yet" in shown(app)
    app = click(app, "go-Plan")
    assert app.button(key="make-plan-version").disabled
    key = plan_id(app)
    document = saved(app)
    document["phases"][0] |= {"by": {"amount_mg": "0.5"}, "every_days": 28}
    drafts = Drafts(default_path())
    held = drafts.load(key)
    assert held
    drafts.save(held, document, NOW)
    app = click(opened(key), "make-plan-version")
    assert len(record(app).versions) == 2
    assert "not made yet" not in shown(app)


def test_a_change_after_the_version_is_said_but_not_a_new_name() -> None:
    app = visited(on_page(draft()))
    app = click(app, "go-Plan")
    app = put(app, "Name of this plan, nothing that identifies the patient", "plan 7")
    assert "Changed after version" not in shown(app)
    app = put(app, "diazepam, bedtime, mg", "7")
    assert "Changed after version 1" in shown(app)


def test_a_stop_is_a_version_without_a_plan() -> None:
    app = visited(on_page(draft()), kind="Stop the taper")
    app = click(put(app, "Next version from", date(2027, 2, 1)), "make-version")
    assert record(app).versions[-1].plan is None
    assert "The taper was stopped on 1 Feb 2027." in shown(app)


def reviewed(app: AppTest) -> AppTest:
    """Confirm the plan on the Sheets page, and turn to the Follow-up page."""
    app = click(app, "print")
    app.text_input(key="reviewer-name").set_value("A. \u202eClinician")
    app.text_input(key="reviewer-role").set_value("GP")
    app = click(app, "reviewed")
    assert "U+202E is not allowed" in shown(app)
    app.text_input(key="reviewer-name").set_value("A. Clinician")
    app.text_input(key="reviewer-role").set_value("GP")
    return followed(click(app, "reviewed"))


def test_a_plan_that_was_reviewed_begins_a_record_that_says_so() -> None:
    app = reviewed(opened(draft()))
    app = visited(visited(app), "2027-02-15")
    kept = record(app)
    ((number, said),) = kept.confirmations
    assert (number, said.name, said.role) == (1, "A. Clinician", "GP")
    assert said.fingerprint == Plan.from_document(PLAN).fingerprint
    assert "A. Clinician, GP, " in shown(app)


def test_a_version_reviewed_later_is_recorded_but_no_other_plan() -> None:
    app = visited(on_page(draft()))
    app = put(click(app, "go-Plan"), "diazepam, bedtime, mg", "7")
    assert record(reviewed(app)).confirmations == ()
    app = put(click(app, "go-Plan"), "diazepam, bedtime, mg", "6")
    assert [number for number, _ in record(reviewed(app)).confirmations] == [1]


def held_twice(**changed: Any) -> AppTest:
    """A taper whose second version, a hold, replaces the first from 1 February."""
    app = visited(on_page(draft(**changed)), kind="Hold")
    app = put(put(app, "Next version from", date(2027, 2, 1)), "Days", "21")
    return click(click(app, "put-told"), "make-version")


def handed_out(app: AppTest) -> bytes:
    return base64.b64decode(app.session_state["session"].file["base64"])


def test_the_sheets_of_a_next_version_say_which_plan_they_replace() -> None:
    app = click(click(held_twice(), "go-Sheets"), "save PDF")
    said = "from 1 February 2027 it replaces the plan from 4 January 2027"
    assert said in texts(handed_out(app))[0]


def test_an_old_version_is_printed_only_as_replaced() -> None:
    versions = menu(held_twice(), "print-version")
    assert versions.options == ["Version 1"]
    printed = texts(handed_out(sound(versions.click("Version 1").run())))
    assert all("REPLACED on 1 February 2027" in text and "DRAFT" in text for text in printed)
    assert "4 January 2027" in printed[0]


def test_an_old_version_that_cannot_be_printed_says_why() -> None:
    app = menu(held_twice(label="\U00013000"), "print-version").click("Version 1").run()
    assert "Version 1 is not printed: label" in shown(sound(app))
    assert app.session_state["session"].file is None

"""The taper you set, without a browser: every state of a phase's sentence, and what is done to it.

The pattern of driving the app is that of test_app.py.
"""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

import pytest
from streamlit.testing.v1 import AppTest

from taper.drafts import Drafts, default_path

APP = str(Path(__file__).parent.parent / "app.py")
REDUCE: dict[str, Any] = {
    "kind": "reduce", "drug": "clonazepam", "by": {"percent_of_current": "10"}, "every_days": 14,
    "until_mg": "0.5", "taking_from": ["morning", "bedtime"],
}  # fmt: skip
HOLD: dict[str, Any] = {"kind": "hold", "days": 14}
SWITCH: dict[str, Any] = {
    "kind": "switch", "from": "clonazepam", "to": "diazepam", "to_mg_per_from_mg": "20",
    "every_days": 14, "moving": ["bedtime", "morning"],
}  # fmt: skip
STEP = {"days": 7, "doses_mg": {"clonazepam": {"bedtime": "1"}}}
CURVE = {"occupancy_points": "5", "ed50_mg": "2.86", "max_percent": "92"}
COMPLETE: list[tuple[dict[str, Any], str]] = [
    ({"kind": "hold", "days": 14}, "day 1 – 14 · 1.5 mg · 1 step, 2 weeks"),
    (REDUCE, "day 1 – 154 · 1.5 → 0.5 mg · 11 steps, 22 weeks"),
    ({**REDUCE, "by": {"percent_of_start": "10"}}, "ideal doses 1.35 → 1.2 → 1.05 mg …"),
    ({**REDUCE, "by": {"amount_mg": "0.25"}}, "ideal doses 1.25 → 1 → 0.75 mg …"),
    ({**REDUCE, "by": {"equal_steps": 2}}, "ideal doses 1 → 0.5 mg"),
    ({**REDUCE, "by": {"makeable_steps": 1}}, "ideal doses 1.25 → 1 → 0.75 mg …"),
    ({**REDUCE, "by": CURVE, "until_mg": "0"}, "ideal doses "),
    ({**REDUCE, "taking_from": "proportional"}, "ideal doses 1.35 → 1.215 → 1.0935 mg …"),
    ({**REDUCE, "taking_from": {"in_turn": ["bedtime", "morning"]}}, "11 steps"),
    (SWITCH, "clonazePAM 1.5 → 0 mg, diazePAM 0 → 30 mg · 2 steps, 4 weeks"),
    ({**SWITCH, "moving": {"equal_steps": 3}}, "3 steps, 6 weeks"),
    ({"kind": "set", "steps": [STEP], "repeat": 2}, "1.5 → 1 mg · 2 steps, 2 weeks"),
    ({"kind": "stop", "drug": "clonazepam"}, "from day 1 · 1.5 → 0 mg"),
    ({"kind": "maintain"}, "from day 1 · 1.5 mg goes on"),
]


@pytest.fixture(autouse=True)
def _own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TAPER_DATA_DIR", str(tmp_path))


def opened(*phases: dict[str, Any], products: bool = True) -> AppTest:
    document = {
        "format": "taper-plan/1",
        "times": ["morning", "noon", "evening", "bedtime"],
        "regimen": [{"drug": "clonazepam", "doses_mg": {"morning": "0.5", "bedtime": "1"}}],
        "rounding": "nearest",
        "phases": list(phases),
    }
    tablet = {"drug": "clonazepam", "form": "tablet", "strength_mg": "0.5", "pieces": 2}
    if products:
        document["products"] = [tablet]
    app = AppTest.from_file(APP, default_timeout=20)
    app.context = {"timezone": "Europe/London", "theme": "light"}
    app.query_params["plan"] = Drafts(default_path()).create(document, datetime.now(UTC)).id
    return sound(app.run())


def sound(app: AppTest) -> AppTest:
    assert not app.exception, [str(error.value) for error in app.exception]
    return app


def phases(app: AppTest) -> list[dict[str, Any]]:
    held = app.query_params["plan"]
    draft = Drafts(default_path()).load(held if isinstance(held, str) else held[0])
    assert draft is not None
    found: list[dict[str, Any]] = draft.document["phases"]
    return found


def shown(app: AppTest) -> str:
    return "\n".join(element.value for element in app.html).replace("\u00a0", " ")


def field(app: AppTest, label: str) -> Any:
    found: list[Any] = [
        widget
        for kind in (app.text_input, app.selectbox, app.date_input, app.text_area)
        for widget in kind
        if cast(Any, widget).label == label
    ]
    assert len(found) == 1, (label, len(found))
    return found[0]


def put(app: AppTest, label: str, value: Any) -> AppTest:
    return sound(field(app, label).set_value(value).run())


def press(app: AppTest, label: str) -> AppTest:
    return sound(next(one for one in app.button if one.label == label).click().run())


def choose(app: AppTest, option: str, at: int = 0) -> AppTest:
    menus = [menu for menu in app.get("menu_button") if option in cast(Any, menu).options]
    return sound(cast(Any, menus[at]).click(option).run())


def numbers(app: AppTest) -> list[str]:
    """The buttons that stand before the phases: a number, or a folded phase in words."""
    return [one.label for one in app.button if (one.key or "").startswith("turn")]


class TestSentences:
    @pytest.mark.parametrize(("phase", "line"), COMPLETE)
    def test_a_complete_phase_says_what_it_does(self, phase: dict[str, Any], line: str) -> None:
        app = opened(phase)
        assert line in shown(app)
        assert 'class="fault" role' not in shown(app)

    @pytest.mark.parametrize("kind", ["hold", "reduce", "switch", "set", "stop", "maintain"])
    def test_a_new_phase_is_blank_and_no_fault(self, kind: str) -> None:
        app = sound(opened().button(key=f"add-{kind}").click().run())
        blanks = [*app.text_input, *app.selectbox, *app.date_input]
        named = [box for box in blanks if "Phase 1" in box.label and "drug" not in box.label]
        assert all(box.value in ("", None) for box in named)
        assert 'class="fault" role' not in shown(app)

    @pytest.mark.parametrize(
        ("phase", "fault"),
        [
            ({"kind": "hold", "days": 0}, "must be 1 to 365 days, got 0"),
            ({**REDUCE, "until_mg": "2"}, "must be under the 1.5 mg taken then"),
            ({**REDUCE, "by": {"percent_of_current": "10,5"}}, "use a point: 10.5"),
            ({**REDUCE, "by": {"equal_steps": "x"}}, "a whole number"),
            ({**REDUCE, "taking_from": ["morning"]}, "must name every time"),
            ({**REDUCE, "steps": 3}, "must be left out where until_mg is given"),
            ({**SWITCH, "to_mg_per_from_mg": "0"}, "must be over 0"),
            ({**SWITCH, "to": "clonazepam"}, "must be another drug"),
            ({"kind": "set", "steps": [{**STEP, "days": 400}]}, "must be 1 to 365 days, got 400"),
            ({"kind": "stop", "drug": "other"}, "must be a drug with a dose over 0 then"),
        ],
    )
    def test_what_is_wrong_stands_beside_it(self, phase: dict[str, Any], fault: str) -> None:
        text = shown(opened(phase))
        assert fault in text.partition('class="fault" role')[2]

    def test_an_end_after_a_number_of_steps_takes_the_place_of_a_dose(self) -> None:
        app = choose(opened(REDUCE), "End after a number of steps")
        assert "until_mg" not in phases(app)[0]
        app = put(app, "Reduce, Phase 1: for so many steps", "3")
        assert phases(app)[0]["steps"] == 3
        assert "3 steps, 6 weeks" in shown(app)
        app = choose(app, "End at a dose")
        assert "steps" not in phases(app)[0]


class TestBothReadings:
    """A percentage is of the current dose or of the start; both are seen before the choice."""

    CURRENT = "10 % of the current dose: 1.5 → 1.35 → 1.215 → 1.0935 mg …"
    START = "10 % of the dose at this phase's start: 1.5 → 1.35 → 1.2 → 1.05 mg …"

    def readings(self, app: AppTest) -> tuple[bool, bool]:
        text = shown(app).replace("&#x27;", "'")
        return self.CURRENT in text, self.START in text

    def test_stand_side_by_side_before_the_choice(self) -> None:
        app = sound(opened(products=False).button(key="add-reduce").click().run())
        assert self.readings(app) == (False, False)
        app = put(app, "Reduce, Phase 1: how much", "10")
        assert self.readings(app) == (True, True)
        assert "<details>" not in shown(app)

    def test_stay_findable_afterwards(self) -> None:
        app = opened(REDUCE)
        assert self.readings(app) == (True, True)
        assert "<details>" in shown(app)

    def test_are_not_there_for_an_amount(self) -> None:
        app = opened({**REDUCE, "by": {"amount_mg": "0.25"}})
        assert "<details>" not in shown(app)


class TestFolding:
    def test_one_line_says_the_whole_phase_with_its_dates(self) -> None:
        app = opened(HOLD, REDUCE)
        app = sound(next(one for one in app.button if "fold phase 2" in one.label).click().run())
        line = numbers(app)[1].replace("\\", "").replace("\u00a0", " ")
        assert "Reduce clonazePAM by 10 % of the current dose, every 14 days" in line
        assert "day 15 – 168" in line
        assert not [box for box in app.text_input if "Phase 2" in box.label]
        assert phases(app) == [HOLD, REDUCE]

    def test_all_at_once_and_open_again(self) -> None:
        app = press(opened(HOLD, REDUCE), "Fold all")
        assert not [label for label in numbers(app) if "fold phase" in label]
        app = press(app, "Open all")
        assert field(app, "Hold, Phase 1: days").value == "14"

    def test_a_long_plan_opens_folded_but_for_what_is_not_complete(self) -> None:
        app = opened(*[HOLD] * 6, {"kind": "hold"})
        assert [label for label in numbers(app) if "fold phase" in label] == [numbers(app)[6]]
        assert "Open all" in [one.label for one in app.button]
        app = put(app, "Hold, Phase 7: days", "7")
        assert field(app, "Hold, Phase 7: days").value == "7"

    def test_a_fault_of_a_folded_phase_is_still_told(self) -> None:
        app = press(opened(HOLD, {**REDUCE, "until_mg": "2"}), "Fold all")
        assert "must be under the 1.5 mg taken then" in shown(app)


class TestOrderOfPhases:
    def test_a_phase_is_added_after_the_one_whose_menu_asked(self) -> None:
        app = choose(opened({"kind": "hold", "days": 1}, REDUCE), "Add a phase after this")
        assert "Add after 1" in shown(app)
        app = sound(app.button(key="add-switch").click().run())
        assert [phase["kind"] for phase in phases(app)] == ["hold", "switch", "reduce"]
        app = sound(app.button(key="add-stop").click().run())
        assert phases(app)[-1]["kind"] == "stop"

    def test_a_copy_stands_behind_and_is_its_own(self) -> None:
        app = choose(opened({"kind": "hold", "days": 1}, REDUCE), "Copy")
        app = put(app, "Hold, Phase 2: days", "2")
        assert [phase.get("days") for phase in phases(app)] == [1, 2, None]

    def test_a_phase_is_removed_alone(self) -> None:
        app = choose(opened({"kind": "hold", "days": 1}, REDUCE), "Remove", 1)
        assert [phase["kind"] for phase in phases(app)] == ["reduce"]


class TestPastedRows:
    def pasting(self, text: str) -> AppTest:
        app = opened({"kind": "set", "steps": [STEP]})
        uid = app.session_state["session"].document["phases"][0].uid
        app.session_state[f"pasting{uid}"] = True
        return put(sound(app.run()), "Rows from a spreadsheet", text)

    def test_what_was_read_is_shown_before_it_is_used(self) -> None:
        app = self.pasting("days\tmorning\tbedtime\n7\t0.25\t1\n14\t\t0.5\n")
        assert "Read: 2 steps, 3 weeks" in shown(app)
        assert "clonazepam 0.25 mg morning and 1 mg bedtime" in shown(app)
        assert phases(app)[0]["steps"] == [STEP]
        used = press(app, "Use these rows as the steps")
        assert [step["days"] for step in phases(used)[0]["steps"]] == [7, 14]

    def test_rows_are_put_behind_the_typed_ones(self) -> None:
        app = press(self.pasting("days\tbedtime\n14\t0.5"), "Add these after the typed steps")
        assert [step["days"] for step in phases(app)[0]["steps"]] == [7, 14]

    def test_what_is_wrong_is_told_by_row_and_nothing_is_lost(self) -> None:
        text = "days\tbedtime\n7\t0,5\nx\t1"
        app = self.pasting(text)
        assert "row 2, bedtime: use a point: 0.5" in shown(app)
        assert "row 3, days: must be a whole number" in shown(app)
        assert field(app, "Rows from a spreadsheet").value == text
        assert "Use these rows as the steps" not in [one.label for one in app.button]


class TestTemplates:
    def listed(self, app: AppTest) -> AppTest:
        app.session_state["templates"] = True
        return sound(app.run())

    def test_are_kept_by_name_added_blank_and_deleted(self) -> None:
        app = self.listed(opened(REDUCE))
        app = put(app, "Name of the template", "slow")
        app = press(app, "Keep")
        app = put(app, "Template", "slow")
        app = press(app, "Add its phases")
        added = phases(app)[1]
        assert added["by"] == {"percent_of_current": "10"}
        assert "until_mg" not in added
        app = press(app, "Delete it")
        assert not [box for box in app.selectbox if box.label == "Template"]

    def test_without_a_name_nothing_is_kept(self) -> None:
        app = press(self.listed(opened(REDUCE)), "Keep")
        assert not [box for box in app.selectbox if box.label == "Template"]

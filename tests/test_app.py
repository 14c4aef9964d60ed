"""The app's states, without a browser: what a page shows, and what a click does to the plan."""

from datetime import date
from pathlib import Path
from typing import Any, cast

import pytest
from streamlit.testing.v1 import AppTest

from taper.drafts import Drafts, default_path

APP = str(Path(__file__).parent.parent / "app.py")


@pytest.fixture(autouse=True)
def _own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TAPER_DATA_DIR", str(tmp_path))


def opened(plan: str = "") -> AppTest:
    app = AppTest.from_file(APP, default_timeout=20)
    app.context = {"timezone": "Europe/London", "theme": "light"}
    if plan:
        app.query_params["plan"] = plan
    return sound(app.run())


def sound(app: AppTest) -> AppTest:
    assert not app.exception, [str(error.value) for error in app.exception]
    return app


def empty_plan() -> AppTest:
    return sound(opened().button(key="start").click().run())


def saved(app: AppTest) -> dict[str, Any]:
    draft = Drafts(default_path()).load(plan_id(app))
    assert draft is not None
    return draft.document


def plan_id(app: AppTest) -> str:
    held = app.query_params["plan"]
    return held if isinstance(held, str) else held[0]


def field(app: AppTest, label: str) -> Any:
    found: list[Any] = [
        widget
        for kind in (app.text_input, app.selectbox, app.date_input, app.get("button_group"))
        for widget in kind
        if cast(Any, widget).label == label
    ]
    assert len(found) == 1, (label, len(found))
    return found[0]


def put(app: AppTest, label: str, value: Any) -> AppTest:
    return sound(field(app, label).set_value(value).run())


def press(app: AppTest, label: str) -> AppTest:
    return sound(next(b for b in app.button if b.label == label).click().run())


def shown(app: AppTest) -> str:
    return "\n".join(element.value for element in app.html)


def reducing() -> AppTest:
    """A finished plan: clonazepam 10 % of current every 14 days to 0.5 mg, then stopped."""
    app = empty_plan()
    app = put(app, "Drug 1", "clonazepam")
    app = put(app, "clonazepam, morning, mg", "0.5")
    app = put(app, "clonazepam, bedtime, mg", "1")
    app = press(app, "reduce clonazepam")
    app = put(app, "Reduce, Phase 1: how much", "10")
    app = put(app, "Reduce, Phase 1: of what", "% of the current dose")
    app = put(app, "Reduce, Phase 1: days between steps", "14")
    app = put(app, "Reduce, Phase 1: until this daily dose in mg", "0.5")
    app = put(app, "Reduce, Phase 1: taking from", "morning, then bedtime")
    return press(app, "stop clonazepam")


def start_on(app: AppTest, day: str) -> AppTest:
    return put(app, "Start date", date.fromisoformat(day))


class TestExample:
    """The first visit shows a worked example that cannot be mistaken for a patient's plan."""

    def test_is_marked_and_read_only(self) -> None:
        app = opened()
        assert "EXAMPLE" in shown(app)
        assert "EXAMPLE" in app.get("plotly_chart")[0].proto.spec
        assert all(box.disabled for box in app.text_input)

    def test_opening_saves_nothing(self) -> None:
        app = opened()
        assert "plan" not in app.query_params
        assert not default_path().exists()

    def test_the_copy_has_no_label_and_no_start(self) -> None:
        app = sound(opened().button(key="duplicate").click().run())
        document = saved(app)
        assert "label" not in document
        assert "start" not in document
        assert document["phases"]


class TestEmptyPlan:
    """Nothing that changes a dose is filled in; what is blank is no error, but still needed."""

    def test_nothing_is_filled_in(self) -> None:
        app = empty_plan()
        doses = [box for box in app.text_input if not box.label.startswith("Time of day")]
        assert {box.value for box in doses} == {""}
        assert all(box.value is None for box in app.selectbox)
        assert field(app, "Start date").value is None

    def test_says_what_is_still_needed(self) -> None:
        text = shown(empty_plan())
        assert "Still needed:" in text
        assert "start date" in text
        assert 'class="fault" role' not in text

    def test_every_page_says_that_a_clinician_supervises(self) -> None:
        assert "A clinician has to supervise every taper" in shown(empty_plan())


class TestTyping:
    """What is typed is saved as typed; what is wrong is said beside the field."""

    @pytest.mark.parametrize(
        ("typed", "said"),
        [
            (".5", "write 0.5"),
            ("2,5", "use a point: 2.5"),
            ("1,000", "write 1000"),
            ("-5", "must not be below 0"),
            ("½", "write 0.5"),
            ("5 mg", "write 5 without a unit"),
            ("1e1", "plain digits"),
        ],
    )
    def test_a_wrong_dose(self, typed: str, said: str) -> None:
        app = put(put(empty_plan(), "Drug 1", "diazepam"), "diazepam, bedtime, mg", typed)
        assert said in shown(app)
        assert saved(app)["regimen"][0]["doses_mg"] == {"bedtime": typed}
        assert field(app, "diazepam, bedtime, mg").value == typed

    def test_days_are_whole_numbers(self) -> None:
        app = put(reducing(), "Reduce, Phase 1: days between steps", "0")
        assert "must be 1 to 365 days, got 0" in shown(app)
        app = put(app, "Reduce, Phase 1: days between steps", "7.5")
        assert "a whole number" in shown(app)

    def test_a_number_does_not_outlive_its_unit(self) -> None:
        app = put(reducing(), "Reduce, Phase 1: of what", "mg")
        assert field(app, "Reduce, Phase 1: how much").value == ""

    def test_a_typed_line_is_read_back_before_it_is_used(self) -> None:
        app = put(
            empty_plan(),
            "Or type a line: drug, then amount, mg and time, with commas between",
            "clonazepam 0.5 mg morning, 1 mg bedtime",
        )
        assert "Read as clonazepam: morning 0.5" in shown(app)
        assert saved(app)["regimen"][0]["drug"] == ""
        app = press(app, "Use this")
        doses = {"morning": "0.5", "bedtime": "1"}
        assert saved(app)["regimen"] == [{"drug": "clonazepam", "doses_mg": doses}]

    def test_hostile_text_is_shown_literally(self) -> None:
        for text in ("**x**", "$x$", ":red[x]", "<script>alert(1)</script>"):
            app = put(put(empty_plan(), "Drug 1", text), "Name of this plan, nothing that "
                      "identifies the patient", text)  # fmt: skip
            assert "<script>" not in shown(app)
            labels = [button.label for button in app.button]
            assert text not in " ".join(labels)


class TestFinishedPlan:
    """A finished plan has an end, a chart and a table; without a start date days are counted."""

    def test_without_a_start_date_days_are_counted(self) -> None:
        text = shown(reducing())
        assert "day 155" in text
        assert "Still needed:" in text

    def test_with_a_start_date_it_is_whole(self) -> None:
        app = start_on(reducing(), "2027-01-04")
        assert "Still needed" not in shown(app)
        assert "first day without" in shown(app)
        table = app.dataframe[0].value
        assert table["Dates"][0] == "4 Jan – 17 Jan 2027"

    def test_the_last_step_to_nothing_is_told_apart(self) -> None:
        assert ", then to 0" in shown(start_on(reducing(), "2027-01-04"))

    def test_it_comes_back_by_its_link(self) -> None:
        app = start_on(reducing(), "2027-01-04")
        again = opened(plan_id(app))
        assert field(again, "clonazepam, bedtime, mg").value == "1"
        assert "Still needed" not in shown(again)

    def test_undo_and_redo(self) -> None:
        app = start_on(reducing(), "2027-01-04")
        app = put(app, "Reduce, Phase 1: days between steps", "21")
        app = sound(app.button(key="undo").click().run())
        assert field(app, "Reduce, Phase 1: days between steps").value == "14"
        assert saved(app)["phases"][0]["every_days"] == 14
        app = sound(app.button(key="redo").click().run())
        assert field(app, "Reduce, Phase 1: days between steps").value == "21"

    def test_a_phase_takes_its_numbers_along_when_it_moves(self) -> None:
        app = press(reducing(), "hold")
        app = put(app, "Hold, Phase 3: days", "9")
        menu: Any = app.get("menu_button")[-1]
        app = sound(menu.click("Move up").run())
        assert [phase["kind"] for phase in saved(app)["phases"]] == ["reduce", "hold", "stop"]
        assert field(app, "Hold, Phase 2: days").value == "9"


class TestSheets:
    """What stands on the screen is printed; what is unfinished is not."""

    def test_an_unfinished_plan_says_what_is_missing(self) -> None:
        app = sound(reducing().button(key="print").click().run())
        assert "Not ready to print" in [heading.value for heading in app.subheader]
        assert "start date" in shown(app)

    def test_a_finished_plan_shows_its_pages_and_files(self) -> None:
        app = start_on(reducing(), "2027-01-04")
        app = sound(app.button(key="print").click().run())
        labels = [button.label for button in app.button]
        assert {"PDF", "Steps", "Each day", "Supply", "Plan file"} <= set(labels)
        assert len(app.get("image")) >= 1
        assert "clonazepam" in app.code[0].value


class TestEdits:
    """A step changed by hand says so; one made for another dose is kept or removed, not used."""

    def edited(self) -> AppTest:
        app = start_on(reducing(), "2027-01-04")
        app.session_state["session"].step = 3
        app = sound(app.run())
        app = put(app, "days", "28")
        return sound(next(b for b in app.button if b.label == "Save as edit").click().run())

    def test_is_saved_with_what_it_was(self) -> None:
        document = saved(self.edited())
        assert document["edits"] == [{"step": 3, "days": 28, "was_mg": {"clonazepam": "1.094"}}]

    def test_a_stale_edit_is_kept_or_removed(self) -> None:
        app = put(self.edited(), "clonazepam, bedtime, mg", "2")
        assert "another dose now" in shown(app)
        kept = press(app, "Keep")
        assert "another dose now" not in shown(kept)
        assert saved(kept)["edits"][0]["was_mg"] != {"clonazepam": "1.094"}
        assert "edits" not in saved(press(kept, "Remove"))


class TestSaving:
    """A link to nothing, two windows, and a disk that refuses are told plainly."""

    def test_an_unknown_link(self) -> None:
        app = opened("no-such-plan")
        assert "There is no plan under this link" in shown(app)
        assert not app.text_input or all(box.value == "" for box in app.text_input)

    def test_another_window_changed_the_plan(self) -> None:
        first = put(empty_plan(), "Drug 1", "diazepam")
        second = opened(plan_id(first))
        put(second, "Drug 1", "lorazepam")
        first = put(first, "diazepam, bedtime, mg", "4")
        assert "changed in another window" in shown(first)
        assert saved(first)["regimen"][0]["drug"] == "lorazepam"
        mine = sound(first.button(key="keep-mine").click().run())
        assert plan_id(mine) != plan_id(second)
        assert saved(mine)["regimen"][0] == {"drug": "diazepam", "doses_mg": {"bedtime": "4"}}

    def test_a_disk_that_refuses(self, monkeypatch: pytest.MonkeyPatch) -> None:
        app = put(empty_plan(), "Drug 1", "diazepam")

        def full(*_: object) -> None:
            raise OSError(28, "No space left on device")

        with monkeypatch.context() as broken:
            broken.setattr(Drafts, "save", full)
            app = put(app, "diazepam, bedtime, mg", "4")
            assert "Not saved: " in shown(app)
            assert field(app, "diazepam, bedtime, mg").value == "4"
        app = put(app, "diazepam, morning, mg", "2")
        assert "Not saved" not in shown(app)
        assert saved(app)["regimen"][0]["doses_mg"] == {"bedtime": "4", "morning": "2"}

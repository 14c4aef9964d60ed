"""Care for whole plans: the list, my details, two windows, what cannot be saved."""

import os
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from taper.cli import main
from taper.drafts import Drafts, default_path
from taper.ui import server
from test_app import field, menu, opened, plan_id, put, saved, shown, sound

DOCUMENT: dict[str, Any] = {
    "format": "taper-plan/1",
    "label": "plan 7",
    "times": ["morning", "noon", "evening", "bedtime"],
    "regimen": [{"drug": "diazepam", "doses_mg": {"morning": "2.50", "bedtime": "x"}}],
    "phases": [],
}
NOW = datetime(2027, 1, 4, 9, 30, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TAPER_DATA_DIR", str(tmp_path))


@pytest.fixture
def one_browser(monkeypatch: pytest.MonkeyPatch) -> None:
    """AppTest sends no cookie; here each of its sessions comes with the same one."""
    monkeypatch.setattr(server, "hashed", lambda _: "this browser")


def drafts() -> Drafts:
    return Drafts(default_path())


def draft(**changed: Any) -> str:
    return drafts().create(DOCUMENT | changed, NOW).id


def click(app: AppTest, key: str) -> AppTest:
    return sound(app.button(key=key).click().run())


def more(app: AppTest, option: str) -> AppTest:
    return sound(menu(app, "plan-more").click(option).run())


class TestList:
    @pytest.mark.usefixtures("one_browser")
    def test_what_was_opened_and_made_is_listed_and_opens(self) -> None:
        old = draft()
        opened(old)
        new = plan_id(put(click(opened(), "start"), "Drug 1", "lorazepam"))
        app = click(opened(), "open")
        rows = {
            button.key: button.label
            for button in app.button
            if (button.key or "").startswith("open-")
        }
        assert rows == {f"open-{new}": "lorazepam", f"open-{old}": "plan 7"}
        assert "diazepam 2.5\u00a0mg morning" in shown(app)
        app = click(app, f"open-{old}")
        assert plan_id(app) == old
        assert field(app, "diazepam, morning, mg").value == "2.50"

    def test_another_browser_does_not_see_it(self) -> None:
        key = draft(label="canary")
        opened(key)
        app = click(opened(), "open")
        assert "canary" not in shown(app)
        assert not [button for button in app.button if button.key == f"open-{key}"]

    @pytest.mark.usefixtures("one_browser")
    def test_many_are_not_all_shown(self) -> None:
        for number in range(11):
            opened(draft(label=f"ward {number}", regimen=[]))
        app = click(opened(), "open")
        assert "3 more" in shown(app)
        assert app.text_input(key="sought").label

    @pytest.mark.usefixtures("one_browser")
    def test_a_plan_is_taken_off_the_list_and_stays(self) -> None:
        key = draft()
        app = click(opened(key), "open")
        sound(menu(app, f"more-listed-{key}").click("Take off this list").run())
        assert drafts().listed("this browser") == []
        assert drafts().load(key)


@pytest.mark.usefixtures("one_browser")
class TestMyDetails:
    def remembered(self) -> AppTest:
        app = more(opened(), "My details")
        app.text_input(key="my-name").set_value(" A. Clinician ")
        app.text_input(key="my-contact").set_value("555 0100")
        app.text_area(key="my-missed_dose").set_value("Skip it.\nCall us.")
        return click(app, "remember")

    def test_are_there_at_the_next_visit_and_begin_a_new_plan(self) -> None:
        self.remembered()
        assert drafts().kept("this browser", "details")["mine"] == {
            "name": "A. Clinician",
            "contact": "555 0100",
            "missed_dose": "Skip it.\nCall us.",
        }
        document = saved(click(opened(), "start"))
        assert document["clinician"] == {"name": "A. Clinician", "contact": "555 0100"}

    def test_never_overwrite_what_a_plan_has(self) -> None:
        self.remembered()
        key = draft(clinician={"name": "B. Clinician"})
        app = put(opened(key), "diazepam, bedtime, mg", "3")
        assert saved(app)["clinician"] == {"name": "B. Clinician"}

    def test_are_forgotten(self) -> None:
        self.remembered()
        app = click(more(opened(), "My details"), "forget-details")
        assert drafts().kept("this browser", "details") == {}
        assert "clinician" not in saved(click(app, "start"))

    def test_what_no_sheet_can_print_is_refused(self) -> None:
        app = more(opened(), "My details")
        app.text_input(key="my-name").set_value("A\u202eB")
        click(app, "remember")
        assert not default_path().exists()


class TestTwoWindows:
    def test_what_the_other_saved_is_told_before_anything_is_typed(self) -> None:
        first = opened(draft())
        put(opened(plan_id(first)), "diazepam, bedtime, mg", "3")
        first = sound(first.run())
        assert "changed in another window" in shown(first)
        assert "is not saved" not in shown(first)
        first = click(first, "take-saved")
        assert field(first, "diazepam, bedtime, mg").value == "3"
        assert "another window" not in shown(first)

    def test_an_undo_there_and_typing_here(self) -> None:
        first = put(opened(draft()), "diazepam, bedtime, mg", "3")
        second = opened(plan_id(first))
        click(second, "undo")
        first = put(first, "diazepam, morning, mg", "4")
        assert "What stands here is not saved" in shown(first)
        assert saved(first)["regimen"][0]["doses_mg"] == {"morning": "2.50", "bedtime": "x"}
        mine = click(first, "keep-mine")
        assert plan_id(mine) != plan_id(second)
        assert saved(mine)["regimen"][0]["doses_mg"] == {"morning": "4", "bedtime": "3"}

    def test_deleted_there(self) -> None:
        app = opened(draft())
        drafts().delete(plan_id(app))
        app = put(app, "diazepam, bedtime, mg", "3")
        assert "deleted in another window" in shown(app)
        assert field(app, "diazepam, bedtime, mg").value == "3"
        mine = click(app, "keep-mine")
        assert saved(mine)["regimen"][0]["doses_mg"]["bedtime"] == "3"


def test_what_a_killed_restore_left_is_gone_once_the_app_starts(tmp_path: Path) -> None:
    left = tmp_path / "restore-left"
    left.mkdir()
    os.utime(left, (0, 0))
    opened(draft())
    assert not left.exists()


class TestNotSaved:
    @pytest.mark.parametrize("harm", ["locked", "damaged"])
    def test_is_told_and_the_plan_can_be_taken_along(self, harm: str, tmp_path: Path) -> None:
        app = opened(draft())
        file = tmp_path / "drafts.sqlite3"
        sound_file = file.read_bytes()
        with closing(sqlite3.connect(file, isolation_level=None)) as other:
            if harm == "locked":
                other.execute("begin exclusive")
                said = "another program holds the file"
            else:
                file.write_bytes(b"nothing that a database would be" * 400)
                said = "the file of saved plans is damaged"
            app.default_timeout = 60
            app = put(app, "diazepam, bedtime, mg", "3")
        assert said in shown(app)
        assert "Not saved" in shown(app)
        assert field(app, "diazepam, bedtime, mg").value == "3"
        assert [button for button in app.button if button.label == "Download plan file"]
        file.write_bytes(sound_file)
        app = click(app, "try-again")
        assert "Not saved" not in shown(app)
        assert saved(app)["regimen"][0]["doses_mg"]["bedtime"] == "3"

    def test_a_new_plan_that_could_not_be_saved_is_saved_later(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def full(*_: object) -> None:
            raise OSError(28, "No space left on device")

        with monkeypatch.context() as broken:
            broken.setattr(Drafts, "create", full)
            app = put(click(opened(), "start"), "Drug 1", "diazepam")
            assert "Not saved: No space left on device" in shown(app)
            assert "plan" not in app.query_params
        app = put(app, "diazepam, bedtime, mg", "4")
        assert saved(app)["regimen"] == [{"drug": "diazepam", "doses_mg": {"bedtime": "4"}}]
        assert field(sound(app.run()), "diazepam, bedtime, mg").value == "4"


class TestKeeping:
    def test_unused_plans_are_deleted_at_the_start(self, monkeypatch: pytest.MonkeyPatch) -> None:
        now = datetime.now(UTC)
        kept, listed, gone = (
            drafts().create(DOCUMENT, now - timedelta(days=days)).id for days in (29, 40, 31)
        )
        drafts().list_for("a browser", listed, now - timedelta(days=1))
        monkeypatch.setenv("TAPER_KEEP_DAYS", "30")
        assert "There is no plan under this link" in shown(opened(gone))
        assert drafts().load(kept)
        assert drafts().load(listed)

    def test_a_wrong_setting_is_told(
        self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        monkeypatch.setenv("TAPER_KEEP_DAYS", "soon")
        assert main(["app"]) == 2
        assert "TAPER_KEEP_DAYS must be a whole number" in capsys.readouterr().err
        assert "TAPER_KEEP_DAYS must be" in shown(click(opened(), "start"))


def test_back_to_the_link_of_another_plan_and_to_none() -> None:
    """The browser's Back changes the link alone."""
    app = click(opened(), "start")
    made, other = plan_id(app), draft()
    for wanted, label in ((other, "plan 7"), (made, "")):
        app.query_params["plan"] = wanted
        app = sound(app.run())
        assert plan_id(app) == wanted
        assert field(app, "Name of this plan, nothing that identifies the patient").value == label
    del app.query_params["plan"]
    app = sound(app.run())
    assert "EXAMPLE, read only" in shown(app)
    assert "plan" not in app.query_params

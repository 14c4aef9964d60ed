"""Taking now, without a browser: the typed line's questions, names that match, times of day."""

from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from taper.reference import drugs
from taper.ui.known import half_life, matching
from test_app import empty_plan, field, press, put, saved, shown, sound

LINE = "Or type a line: drug, then amount, mg and time, with commas between"


@pytest.fixture(autouse=True)
def _own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TAPER_DATA_DIR", str(tmp_path))


def typed(line: str) -> AppTest:
    return put(empty_plan(), LINE, line)


def labels(app: AppTest) -> list[str]:
    return [button.label for button in app.button]


def asked_times(app: AppTest) -> Any:
    groups: list[Any] = list(app.get("button_group"))
    return next(group for group in groups if "which" in group.label)


def which(app: AppTest, times: list[str]) -> AppTest:
    """Choose times where the line asks for them."""
    return sound(asked_times(app).set_value(times).run())


class TestLine:
    """What an abbreviation leaves open is asked, and nothing is chosen before."""

    def test_times_and_strength_are_asked(self) -> None:
        app = typed("clonazepam 2 tabs BID")
        asked = asked_times(app)
        assert "which 2 times" in asked.label
        assert asked.options == ["morning", "noon", "evening", "bedtime"]
        assert not asked.value
        assert field(app, "clonazePAM 2 tabs BID: mg in one").value == ""
        assert "Use this" not in labels(app)
        app = put(app, "clonazePAM 2 tabs BID: mg in one", "0.5")
        assert "Use this" not in labels(app)
        app = which(app, ["bedtime", "morning"])
        assert (
            "Read as clonazePAM: morning 1\u00a0mg, bedtime 1\u00a0mg; 2\u00a0mg a day."
            in shown(app)
        )
        assert saved(app)["regimen"] == [{"drug": "", "doses_mg": {}}]
        doses = {"morning": "1", "bedtime": "1"}
        app = press(app, "Use this")
        assert saved(app)["regimen"] == [{"drug": "clonazepam", "doses_mg": doses}]

    def test_an_answer_is_for_the_words_it_answered(self) -> None:
        app = which(typed("a 1 mg BID"), ["morning", "noon"])
        assert "Use this" in labels(app)
        app = put(app, LINE, "a 2 mg BID")
        assert "Use this" not in labels(app)

    def test_too_many_times(self) -> None:
        app = which(typed("a 1 mg BID"), ["morning", "noon", "bedtime"])
        assert "choose only 2, got 3" in shown(app)
        assert "Use this" not in labels(app)

    def test_a_wrong_strength_is_said(self) -> None:
        app = put(typed("a 2 tabs noon"), "a 2 tabs noon: mg in one", ".5")
        assert "write 0.5" in shown(app)
        assert "Use this" not in labels(app)

    def test_as_needed_has_its_way_to_typed_steps_and_adds_nothing(self) -> None:
        app = typed("a 1 mg noon; b 2 mg prn")
        assert "Taper plans doses taken every day" in shown(app)
        assert saved(app)["regimen"] == [{"drug": "", "doses_mg": {}}]
        assert saved(app)["phases"] == []
        app = press(app, "Add typed steps")
        assert [phase["kind"] for phase in saved(app)["phases"]] == ["set"]

    def test_a_new_time_is_added_only_by_a_click(self) -> None:
        app = typed("a 1 mg 08:00")
        assert len(saved(app)["times"]) == 4
        app = sound(app.button(key="line-time").click().run())
        assert saved(app)["times"][-1] == "08:00"
        assert "Read as a: 08:00 1\u00a0mg." in shown(app)

    def test_a_drug_with_doses_is_not_replaced(self) -> None:
        app = press(typed("a 1 mg noon"), "Use this")
        app = put(app, LINE, "A 2 mg noon; b 1 mg noon")
        assert "A stands above already" in shown(app)
        assert "Use this" not in labels(app)

    def test_a_drug_without_doses_gets_them(self) -> None:
        app = press(put(put(empty_plan(), "Drug 1", "a"), LINE, "a 1 mg noon"), "Use this")
        assert saved(app)["regimen"] == [{"drug": "a", "doses_mg": {"noon": "1"}}]


class TestNames:
    """A name is typed or chosen; choosing one fills nothing else."""

    def test_names_that_match_are_offered_in_tall_man_letters(self) -> None:
        app = put(empty_plan(), "Drug 1", "clona")
        assert saved(app)["regimen"][0]["drug"] == "clona"
        app = press(app, "clonazePAM")
        assert saved(app)["regimen"] == [{"drug": "clonazepam", "doses_mg": {}}]
        assert "half-life" in shown(app)

    def test_an_own_name_stays(self) -> None:
        app = put(empty_plan(), "Drug 1", "own drug")
        assert "no facts in the reference" in shown(app)
        assert saved(app)["regimen"][0]["drug"] == "own drug"

    def test_what_matches(self) -> None:
        assert [drug.name for drug in matching("DIAZ")][:1] == ["diazepam"]
        assert "chlordiazepoxide" in [drug.name for drug in matching("diaz")]
        assert matching("d") == []

    def test_the_half_life_is_the_drugs_own_from_least_to_most(self) -> None:
        # drugs.toml: 6.3 to 26.9, 6 to 20 and 12 to 15 hours by four sources
        assert half_life(drugs()["alprazolam"]) == "half-life 6–26.9\u00a0h (by source)"
        # one source; its active metabolite is not counted
        assert half_life(drugs()["bromazepam"]) == "half-life 8–30\u00a0h"
        assert half_life(drugs()["chlordiazepoxide"]) == "half-life 5–100\u00a0h (by source)"

    def test_a_copied_space_is_a_plain_one(self) -> None:
        app = put(empty_plan(), "Drug 1", "morphine\u00a0SR")
        assert saved(app)["regimen"][0]["drug"] == "morphine SR"


class TestRows:
    """Drugs keep what was typed for them when they move."""

    def test_move_and_remove(self) -> None:
        app = press(typed("a 1 mg noon; b 2 mg noon"), "Use this")
        menus: list[Any] = list(app.get("menu_button"))
        second = [menu for menu in menus if "Remove" in menu.options][1]
        app = sound(second.click("Move up").run())
        assert [row["drug"] for row in saved(app)["regimen"]] == ["b", "a"]
        assert field(app, "b, noon, mg").value == "2"
        menus = list(app.get("menu_button"))
        app = sound(next(m for m in menus if "Remove" in m.options).click("Remove").run())
        assert [row["drug"] for row in saved(app)["regimen"]] == ["a"]


class TestTimes:
    """Times of day are named anew, moved and added; a name that cannot be is said, not dropped."""

    def opened(self) -> AppTest:
        app = press(typed("a 1 mg noon"), "Use this")
        app.session_state["times"] = True
        return sound(app.run())

    def test_doses_follow_the_new_name(self) -> None:
        app = put(self.opened(), "Time of day 2", "12:30")
        assert saved(app)["times"] == ["morning", "12:30", "evening", "bedtime"]
        assert saved(app)["regimen"][0]["doses_mg"] == {"12:30": "1"}

    @pytest.mark.parametrize(
        ("name", "said"),
        [("morning", "there is another morning"), ("", "a name is needed"), ("x\u200b", "U+200B")],
    )
    def test_a_name_that_cannot_be(self, name: str, said: str) -> None:
        app = put(self.opened(), "Time of day 2", name)
        assert said in shown(app)
        assert "it stays noon" in shown(app)
        assert field(app, "Time of day 2").value == name
        assert saved(app)["times"][1] == "noon"

    def test_a_time_moves_earlier(self) -> None:
        app = sound(self.opened().button(key="up-time1").click().run())
        assert saved(app)["times"] == ["noon", "morning", "evening", "bedtime"]
        assert field(app, "Time of day 1").value == "noon"

    def test_a_time_in_use_stays(self) -> None:
        app = self.opened()
        assert app.button(key="rm-time1").disabled
        app = sound(app.button(key="rm-time0").click().run())
        assert saved(app)["times"] == ["noon", "evening", "bedtime"]

    def test_many_times_each_stand_over_their_field(self) -> None:
        app = sound(self.opened().button(key="add-time").click().run())
        assert 'class="heads"' not in shown(app)
        assert shown(app).count('class="over"') == 5

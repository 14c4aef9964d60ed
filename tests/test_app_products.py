"""Can be dispensed, without a browser: listed strengths, the doses made, the table of sets."""

from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from test_app import field, opened, plan_id, press, put, reducing, saved, shown, sound, start_on


@pytest.fixture(autouse=True)
def _own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TAPER_DATA_DIR", str(tmp_path))


def open_up(app: AppTest, key: str) -> AppTest:
    app.session_state[key] = True
    return sound(app.run())


def listed() -> AppTest:
    return open_up(reducing(), "sold-clonazepam")


def dispensed() -> AppTest:
    """The plan of `reducing`, made of 0.5 mg tablets in halves."""
    app = put(listed(), "Region", "US")
    app = press(app, "Add 0.5\u00a0mg tablet")
    app = put(app, "Product 1: may be taken whole or broken", "halves")
    app = put(app, "Doses rounded to what can be made", "nearest")
    return start_on(app, "2027-01-04")


class TestListed:
    def test_no_region_is_chosen_at_first(self) -> None:
        app = listed()
        assert field(app, "Region").value is None
        assert not any(button.label.startswith("Add 0.5") for button in app.button)

    def test_a_pick_says_form_and_strength_and_leaves_the_pieces_open(self) -> None:
        app = press(put(listed(), "Region", "US"), "Add 0.5\u00a0mg tablet")
        assert saved(app)["products"] == [
            {"drug": "clonazepam", "form": "tablet", "strength_mg": "0.5"}
        ]
        assert "may it be broken" in shown(app)

    def test_each_stands_with_its_source_and_what_it_says_of_scoring(self) -> None:
        text = shown(put(listed(), "Region", "US"))
        assert "RxNorm" in text
        assert "has a score line" in text
        assert "https://" in text

    def test_a_form_that_no_plan_has_cannot_be_picked(self) -> None:
        app = put(listed(), "Region", "US")
        assert "A plan has no such form." in shown(app)
        assert not any("orodispersible" in button.label for button in app.button)

    def test_a_liquid_is_picked_as_its_bottle_says_it(self) -> None:
        app = put(listed(), "Region", "UK")
        app = press(app, "Add oral liquid 2\u00a0mg in 5\u00a0mL")
        assert saved(app)["products"][0]["mg_per_ml"] == "0.4"
        assert field(app, "Product 1: mg on the label").value == "2"
        assert field(app, "Product 1: in how many mL").value == "5"
        again = opened(plan_id(app))
        assert field(again, "Product 1: mg on the label").value == "0.4"
        assert field(again, "Product 1: in how many mL").value == "1"

    def test_the_region_of_the_own_details_is_shown(self) -> None:
        app = reducing()
        app.session_state["session"].details["region"] = "AU"
        assert field(open_up(app, "sold-clonazepam"), "Region").value == "AU"


class TestDosesMade:
    def test_the_line_says_in_words_what_it_draws(self) -> None:
        text = shown(dispensed())
        assert "makes every 0.25\u00a0mg up to" in text
        assert "furthest from your plan" in text
        assert 'role="img" aria-label="Single doses of clonazepam' in text

    def test_without_products_there_is_none(self) -> None:
        assert "Single doses of" not in shown(start_on(reducing(), "2027-01-04"))


class TestSets:
    def test_is_worked_out_only_while_it_is_open(self, monkeypatch: pytest.MonkeyPatch) -> None:
        asked: list[Any] = []

        def with_products(*given: Any) -> str:
            asked.append(given)
            return "not worked out here"

        monkeypatch.setattr("taper.makeable.with_products", with_products)
        app = dispensed()
        assert not asked
        open_up(app, "product-sets")
        assert asked

    def test_rows_say_with_which_pieces_they_are_worked_out(self) -> None:
        text = shown(open_up(dispensed(), "product-sets"))
        assert "these products" in text
        assert "with 2\u00a0mg tablet, whole only" in text
        assert "with 2\u00a0mg tablet, in halves" in text
        assert "scored: M C 15" in text
        assert "with 0.5" not in text

    def test_each_ideal_dose_that_cannot_be_made_has_its_pair(self) -> None:
        text = shown(open_up(dispensed(), "product-sets"))
        assert "0.35\u00a0mg: 0.25\u00a0mg below it, 0.5\u00a0mg above it" in text

    def test_liquids_wait_for_their_measure(self) -> None:
        app = open_up(put(listed(), "Region", "UK"), "product-sets")
        app = start_on(app, "2027-01-04")
        assert "oral liquid" not in "".join(t for t in [shown(app)] if "<caption>" in t)
        app = put(app, "Listed liquids measured to, in mL", "0,5")
        assert "use a point: 0.5" in shown(app)
        app = put(app, "Doses rounded to what can be made", "nearest")
        app = put(app, "Listed liquids measured to, in mL", "0.5")
        assert "measured to 0.5\u00a0mL" in shown(app)

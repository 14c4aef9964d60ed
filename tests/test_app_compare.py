"""The Compare page: copies kept, swapped and removed; what is drawn and said of them."""

from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from taper.drafts import Drafts, default_path
from taper.ui import compare_page, view
from test_app import field, figures, plan_id, press, put, reducing, saved, shown, sound, start_on


@pytest.fixture(autouse=True)
def _own_folder(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TAPER_DATA_DIR", str(tmp_path_factory.mktemp("data")))


def compare(app: AppTest) -> AppTest:
    return press(app, "Compare")


def plan(app: AppTest) -> AppTest:
    return press(app, "Plan")


def two_plans() -> AppTest:
    """The plan as it is, a step every 21 days, and a copy of it with one every 14 days."""
    app = compare(start_on(reducing(), "2027-01-04"))
    app = press(put(app, "Name of the copy", "faster"), "Keep a copy of this plan")
    app = put(plan(app), "Reduce, Phase 1: days between steps", "21")
    return compare(app)


def lines(app: AppTest) -> int:
    """Count what is drawn on the chart."""
    return len(figures(app)[0]["data"])


def kept(app: AppTest) -> dict[str, Any]:
    return Drafts(default_path()).beside(plan_id(app), "copies")


def test_a_copy_stays_as_it_was_while_the_plan_goes_on() -> None:
    app = two_plans()
    assert saved(app)["phases"][0]["every_days"] == 21
    assert kept(app)["faster"]["phases"][0]["every_days"] == 14
    assert lines(app) == 2
    assert "shorter" not in shown(app)
    assert "longer: to" in shown(app)


def test_a_copy_becomes_the_plan_and_the_plan_the_copy() -> None:
    app = press(two_plans(), "make it the plan")
    assert saved(app)["phases"][0]["every_days"] == 14
    assert kept(app)["faster"]["phases"][0]["every_days"] == 21
    app = sound(app.button(key="undo").click().run())
    assert saved(app)["phases"][0]["every_days"] == 21


def test_a_copy_is_removed_and_goes_with_the_plan() -> None:
    app = press(two_plans(), "remove")
    assert kept(app) == {}
    assert lines(app) == 1
    app = two_plans()
    Drafts(default_path()).delete(plan_id(app))
    assert kept(app) == {}


def test_four_at_most_each_with_a_name_of_its_own() -> None:
    app = two_plans()
    app = press(put(app, "Name of the copy", "faster"), "Keep a copy of this plan")
    app = press(app, "Keep a copy of this plan")
    assert list(kept(app)) == ["faster", "faster 2", "copy 3"]
    assert lines(app) == 4
    assert app.button(key="keep-copy").disabled


def test_the_table_is_put_in_order_by_a_figure() -> None:
    app = two_plans()
    head = shown(app).index
    assert head('<th scope="col">This plan') < head('<th scope="col">faster')
    app = put(app, "Order of the table", "Length")
    head = shown(app).index
    assert head('<th scope="col">faster') < head('<th scope="col">This plan')


def test_words_of_the_clinician_stay_words() -> None:
    app = compare(start_on(reducing(), "2027-01-04"))
    name = "<b>%{x}</b> $1 :red[x]"
    app = press(put(app, "Name of the copy", name), "Keep a copy of this plan")
    assert list(kept(app)) == [name]
    assert "&lt;b&gt;" in shown(app)
    assert "<b>%" not in shown(app)


def test_an_unfinished_plan_is_compared_as_far_as_it_goes_and_a_plan_without_a_start_is_not() -> (
    None
):
    app = compare(reducing())
    assert "once it has a start date" in shown(app)
    assert field(app, "Name of the copy")


def test_what_was_worked_out_is_not_worked_out_again(monkeypatch: pytest.MonkeyPatch) -> None:
    app = two_plans()
    before = shown(app)

    def again(*_: object) -> None:
        raise AssertionError("worked out again")

    monkeypatch.setattr(view, "sketch", again)
    for name in ("figures", "differences"):
        monkeypatch.setattr(compare_page, name, again)
    assert shown(sound(app.run())) == before

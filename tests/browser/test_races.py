"""Two things done at once in one tab, on a disk that is slow to answer."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

import screens
from serving import served
from test_app_followup import PLAN

PAUSE_MS = 400
"""Over the pause after which what is typed counts (`fields.PAUSE`)."""
SLOW = """
import time

import streamlit as st

from taper.drafts import Drafts
from taper.ui import server, state
from taper.ui.main import run

def slow(self, draft):
    found = quick(self, draft)
    time.sleep(0.6)
    return found

def late():
    time.sleep(0.6)
    undo()

if Drafts.last_save.__name__ == "last_save":
    quick, undo = Drafts.last_save, state.undo
    Drafts.last_save, state.undo = slow, late
if __name__ == "__main__":
    run()
else:
    app = st.App(__file__, routes=server.ROUTES, middleware=server.MIDDLEWARE)
"""


@pytest.fixture(scope="module")
def slow_url(tmp_path_factory: pytest.TempPathFactory, server_log: Path) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("slow")
    script = folder / "slow.py"
    script.write_text(SLOW, "utf-8")
    with served(script, folder / "server.log", server_log.with_name("data")) as url:
        yield url


@pytest.fixture
def slow_link(slow_url: str, server_log: Path) -> str:
    return screens.link(slow_url, server_log, PLAN)


def test_typing_on_while_the_saved_plan_is_looked_at_finds_no_other_window(
    page: Page, slow_link: str
) -> None:
    """A run that still looks at the saved plan takes no newer save of its own tab for another's."""
    page.goto(slow_link)
    label = page.get_by_role("textbox", name=re.compile("^Name of this plan"))
    label.click()
    page.keyboard.type("slow", delay=PAUSE_MS)  # each key is a save, while the last one is drawn
    screens.settled(page)
    expect(page.locator(".saved")).to_have_text(re.compile("^Saved"))
    page.close()


def test_a_click_that_comes_with_what_was_just_typed_counts(page: Page, slow_link: str) -> None:
    """While the server is busy both reach it as one; the change has the chart drawn alone."""
    page.goto(slow_link)
    days = page.get_by_role("textbox", name="Reduce, Phase 1: days between steps")
    days.fill("2")
    page.keyboard.press("Enter")
    page.wait_for_timeout(PAUSE_MS)  # the rest of the page is being drawn
    page.keyboard.type("1")
    page.get_by_role("button", name="Sheets", exact=True).click()
    expect(page.get_by_role("button", name="Directions", exact=True)).to_be_visible()
    page.get_by_role("button", name="Plan", exact=True).click()
    expect(days).to_have_value("21")
    page.close()


def test_a_click_counts_though_the_chart_asks_for_the_rest_of_the_page(
    page: Page, slow_link: str
) -> None:
    """The run of the click is broken off by the one that the chart asks for once it is painted."""
    page.goto(slow_link)
    days = page.get_by_role("textbox", name="Reduce, Phase 1: days between steps")
    for typed, button in (("21", "Open"), ("28", "Sheets")):
        screens.settled(page)
        box = page.get_by_role("button", name=button, exact=True).first.bounding_box()
        assert box
        days.fill(typed)
        page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
        if button == "Open":
            page.wait_for_timeout(5 * PAUSE_MS)
            screens.settled(page)
            expect(page.get_by_role("dialog")).to_be_visible()
            page.keyboard.press("Escape")
            expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page.get_by_role("button", name="Directions", exact=True)).to_be_visible()
    page.close()


# What the server sends reaches the page late; the page itself sends at once.
LATE = """
const listen = WebSocket.prototype.addEventListener
WebSocket.prototype.addEventListener = function (kind, take, ...more) {
  const late = (event) => setTimeout(() => take.call(this, event), window.late ? 700 : 0)
  return listen.call(this, kind, kind === "message" ? late : take, ...more)
}
"""


@pytest.fixture
def late_page(page: Page, app_url: str, server_log: Path) -> Iterator[Page]:
    """A plan that is drawn; from now on the browser hears late of what the server answers."""
    page.add_init_script(LATE)
    page.goto(screens.link(app_url, server_log, PLAN))
    expect(page.locator(".js-plotly-plot path.js-line")).not_to_have_count(0)
    screens.settled(page)
    page.evaluate("window.late = true")
    yield page
    page.close()


def test_the_chart_that_asks_late_turns_no_page_back(late_page: Page) -> None:
    """The page is turned, but the browser has not heard of it: it asks for the page before."""
    late_page.get_by_role("button", name="Compare", exact=True).click()
    late_page.wait_for_timeout(500)
    late_page.evaluate("window.__taperMind.run('chart')")
    late_page.wait_for_timeout(2_000)
    screens.settled(late_page)
    expect(late_page.locator("table.compared thead th")).to_have_text(["This plan"])


def test_who_has_gone_on_by_tab_before_the_answer_came_is_not_called_back(late_page: Page) -> None:
    """The click's answer names a field for the focus, which is elsewhere by now."""
    late_page.get_by_role("button", name="hold", exact=True).press("Enter")
    late_page.keyboard.press("Shift+Tab")
    late_page.evaluate("window.here = document.activeElement")
    expect(late_page.get_by_role("textbox", name="Hold, Phase 2: days")).to_be_visible()
    late_page.wait_for_timeout(2_000)
    screens.settled(late_page)
    assert late_page.evaluate("document.activeElement === window.here")


def typed_before(app_url: str, server_log: Path, *typed: object) -> str:
    """Return the link of a plan into which these days were typed an hour ago, one state each."""
    drafts, then = screens.store(server_log), datetime.now(UTC) - timedelta(hours=1)
    draft = drafts.create(PLAN, then)
    for days in typed:
        phases = [PLAN["phases"][0] | {"every_days": days}, *PLAN["phases"][1:]]
        draft = drafts.save(draft, PLAN | {"phases": phases}, then)
    return f"{app_url}/?plan={draft.id}"


def saved_days(page: Page, server_log: Path) -> str:
    return str(screens.saved(page.url, server_log)["phases"][0]["every_days"])


def test_undo_and_redo_as_fast_as_keys_go_keep_the_field_and_the_plan_one(
    page: Page, app_url: str, server_log: Path
) -> None:
    """A run that is broken off by the next key may never have told the browser its texts."""
    page.goto(typed_before(app_url, server_log, 21, "", 28))
    days = page.get_by_role("textbox", name="Reduce, Phase 1: days between steps")
    expect(days).to_have_value("28")
    screens.settled(page)
    page.get_by_role("heading", name="The taper you set").click()
    for keys in ("Control+z", "Control+y"):
        for _ in range(3):
            page.keyboard.press(keys)
            page.wait_for_timeout(150)
    page.wait_for_timeout(1_000)
    screens.settled(page)
    expect(days).to_have_value(saved_days(page, server_log))
    redo = page.get_by_role("button", name="Redo")
    for _ in range(3):  # a key that came before its button was there did nothing
        if saved_days(page, server_log) == "28":
            break
        redo.click()  # waits until it can be clicked
        page.wait_for_timeout(1_000)
        screens.settled(page)
    expect(days).to_have_value("28")
    assert saved_days(page, server_log) == "28"


# What the server sends is kept until it is asked for.
KEPT = """
const listen = WebSocket.prototype.addEventListener
window.kept = []
window.hear = (count = window.kept.length) => window.kept.splice(0, count).forEach((take) => take())
WebSocket.prototype.addEventListener = function (kind, take, ...more) {
  const keep = (event) => window.keeps
    ? window.kept.push(() => take.call(this, event)) : take.call(this, event)
  return listen.call(this, kind, kind === "message" ? keep : take, ...more)
}
"""


def test_a_text_that_the_browser_was_told_and_says_again_late_is_no_change(
    page: Page, app_url: str, server_log: Path
) -> None:
    """It has heard of the first undo alone when it sends the redo, with the text it shows then."""
    page.add_init_script(KEPT)
    page.goto(typed_before(app_url, server_log, 21, 35, 28))
    days = page.get_by_role("textbox", name="Reduce, Phase 1: days between steps")
    expect(days).to_have_value("28")
    screens.settled(page)
    page.evaluate("window.keeps = true")
    heard = []
    for _ in range(2):
        page.keyboard.press("Control+z")
        page.wait_for_timeout(1_000)
        heard.append(page.evaluate("window.kept.length"))
    assert saved_days(page, server_log) == "21"
    page.evaluate("window.hear", heard[0])
    expect(days).to_have_value("35")
    page.keyboard.press("Control+y")
    page.wait_for_timeout(1_000)
    page.evaluate("() => { window.keeps = false; window.hear() }")
    screens.settled(page)
    assert saved_days(page, server_log) == "35"
    expect(days).to_have_value("35")
    page.keyboard.press("Control+y")
    expect(days).to_have_value("28")
    assert saved_days(page, server_log) == "28"
    page.close()


def test_undo_at_once_takes_back_what_was_just_typed(
    page: Page, app_url: str, server_log: Path
) -> None:
    """The change that waits for the next run is saved before it is undone."""
    page.goto(typed_before(app_url, server_log, 21))
    days = page.get_by_role("textbox", name="Reduce, Phase 1: days between steps")
    screens.settled(page)
    days.fill("9")
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_role("button", name="Redo")).to_be_enabled()
    expect(days).to_have_value("21")
    assert saved_days(page, server_log) == "21"


def test_a_copy_removed_right_after_another_became_the_plan_stays_removed(
    page: Page, slow_url: str, server_log: Path
) -> None:
    """What became the plan waits to be saved until the chart is on its way; so do the copies."""
    drafts = screens.store(server_log)
    draft = drafts.create(PLAN, datetime.now(UTC)).id
    names = ("first", "second", "third")
    copies = {name: PLAN | {"label": f"was {name}"} for name in names}
    drafts.keep_beside(draft, "copies", copies)
    page.goto(f"{slow_url}/?plan={draft}")
    page.get_by_role("button", name="Compare", exact=True).click()
    take = page.get_by_role("button", name="make it the plan")
    expect(take).to_have_count(3)
    screens.settled(page)
    take.nth(2).click()
    page.wait_for_timeout(PAUSE_MS)  # the rest of the page is being drawn
    both = take.nth(1).or_(page.get_by_role("button", name="remove", exact=True).first)
    both.evaluate_all("both => both.reverse().forEach(button => button.click())")
    expect(take).to_have_count(2)
    screens.settled(page)
    label = page.get_by_role("textbox", name=re.compile("^Name of this plan"))
    expect(label).to_have_value("was second")
    kept = drafts.beside(draft, "copies")
    assert {name: copy.get("label") for name, copy in kept.items()} == {
        "second": "was third", "third": None,
    }  # fmt: skip
    page.close()


def test_of_two_pages_clicked_at_once_the_later_one_is_drawn(page: Page, slow_link: str) -> None:
    page.goto(slow_link)
    expect(page.locator(".js-plotly-plot path.js-line")).not_to_have_count(0)
    screens.settled(page)
    for later in ("Compare", "Plan"):
        page.evaluate(
            "names => names.forEach(name =>"
            " document.querySelector(`.st-key-go-${name} button`).click())",
            ["Sheets", later],
        )
        expect(page).to_have_title(f"{later} · Taper")
        expect(page.locator(".js-plotly-plot path.js-line")).not_to_have_count(0)
        screens.settled(page)
    page.close()


def test_a_click_is_done_to_its_end_although_another_one_comes(page: Page, slow_link: str) -> None:
    page.goto(slow_link)
    days = page.get_by_role("textbox", name="Reduce, Phase 1: days between steps")
    expect(days).to_have_value("14")
    days.fill("21")
    page.keyboard.press("Enter")
    undo = page.get_by_role("button", name="Undo")
    expect(undo).to_be_enabled()
    screens.settled(page)
    undo.click()
    page.wait_for_timeout(PAUSE_MS // 2)  # it waits to be done
    page.get_by_role("button", name="Sheets", exact=True).click()
    expect(page.get_by_role("button", name="Directions", exact=True)).to_be_visible()
    page.get_by_role("button", name="Plan", exact=True).click()
    expect(days).to_have_value("14")
    page.close()

"""No barrier that axe knows, on any page, light and dark; what is Streamlit's own is listed."""

import re
from pathlib import Path
from typing import Any, Final

import pytest
from playwright.sync_api import Page, expect

import screens
from looked import Looked, Scheme
from taper.record import read_visit
from test_record import PLAN, VISIT, begun, next_version

DIALOG: Final = "section[role=dialog]"
POPOVER: Final = "[data-testid=stPopoverBody]"
DARK: Final = pytest.param("dark", marks=pytest.mark.long)
SCHEMES: Final = pytest.mark.parametrize("scheme", ["light", DARK])
LONG_SCHEMES: Final = pytest.mark.parametrize(
    "scheme", [pytest.param("light", marks=pytest.mark.long), DARK]
)
"""The pages with both sets of colours and what opens over the plan's are looked at always; all
other states, in the long run: each is seconds of a browser that is kept busy."""


def test_no_barrier_on_any_page(page: Page, app_url: str, server_log: Path) -> None:
    page.goto(screens.link(app_url, server_log, screens.FULL))
    looked = Looked(page)
    for name in screens.pages(page):
        screens.turn_to(page, name)
        looked.at(name)
        looked.with_other_colours(name)
    looked.nothing()


TYPED: Final[dict[str, Any]] = screens.FULL | {
    "phases": [
        *screens.FULL["phases"][:1],
        {"kind": "set", "steps": [{"days": 14, "doses_mg": {"lorazepam": {"morning": "1"}}}]},
        *screens.FULL["phases"][1:],
    ]
}


@LONG_SCHEMES
def test_no_barrier_in_any_state_of_a_plan(
    page: Page, app_url: str, server_log: Path, scheme: Scheme
) -> None:
    looked = Looked(page, scheme)
    page.goto(app_url)
    expect(page.locator(".js-plotly-plot")).to_be_visible()
    looked.at("the example")
    page.get_by_role("button", name="Start an empty plan").click()
    expect(page.get_by_text("Still needed")).to_be_visible()
    drug = page.get_by_role("textbox", name="Drug 1", exact=True)
    drug.fill("loraz")
    expect(page.get_by_role("button", name="LORazepam", exact=True)).to_be_visible()
    looked.at("the empty plan with names to choose from")
    wrong = TYPED | {"start": "4 January", "regimen": [{"drug": "x", "doses_mg": {"noon": "1,5"}}]}
    page.goto(screens.link(app_url, server_log, wrong))
    expect(page.get_by_text(re.compile("entries are not right"))).to_be_visible()
    looked.at("wrong entries")
    looked.nothing()


@SCHEMES
def test_no_barrier_in_what_opens_over_the_plan_page(
    page: Page, app_url: str, server_log: Path, scheme: Scheme
) -> None:
    looked = Looked(page, scheme)
    page.goto(screens.link(app_url, server_log, TYPED))
    screens.pages(page)
    button: Any = "button"
    more = (button, "^More$")
    for name in ("^Times of day", "^Facts on", "^Listed", "^Templates", "^Show$", "^Paste"):
        looked.over(POPOVER, (button, name))
    looked.over(DIALOG, (button, "^Signs that"))
    away = (button, "take off"), ("menuitem", "^Delete for good")
    looked.over(DIALOG, (button, "^Open"), *away)
    looked.over(DIALOG, more, ("menuitem", "^My details"))
    looked.over(DIALOG, more, ("menuitem", "^Delete this"))
    looked.over(DIALOG, (button, "^Change step 2"))
    looked.nothing()


@LONG_SCHEMES
def test_no_barrier_in_what_folds_and_drops_down_on_the_plan_page(
    page: Page, app_url: str, server_log: Path, scheme: Scheme
) -> None:
    looked = Looked(page, scheme)
    stale = [{"step": 4, "days": 21, "was_mg": {"lorazepam": "9", "diazepam": "5"}}]
    limits = [{"drug": "lorazepam", "percent": "10", "in_days": 14}]
    page.goto(screens.link(app_url, server_log, TYPED | {"edits": stale, "limits": limits}))
    screens.pages(page)
    for which in ("product-sets", "folded"):
        page.locator(f".st-key-{which} summary").click()
        screens.settled(page)
    for region in page.get_by_role("radio", name="US", exact=True).all():
        region.click()
    line = page.get_by_role("textbox", name=re.compile("^Or type a line"))
    line.fill("clonazepam 2 tabs BID")
    expect(page.get_by_text("one has")).to_be_visible()
    looked.at("all that folds, with a stale edit and a question")
    line.fill("")
    page.get_by_role("combobox", name="Reduce, Phase 3: of what").click()
    looked.at("a list to choose from")
    page.keyboard.press("Escape")
    page.get_by_role("spinbutton", name="year, Start date").click()
    looked.at("a calendar")
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Phase 1: move").click()
    looked.at("a menu")
    looked.nothing()


PRODUCTS: Final[dict[str, Any]] = {
    "products": [{"drug": "diazepam", "form": "tablet", "strength_mg": "2", "pieces": 2}],
    "rounding": "nearest",
}


@LONG_SCHEMES
def test_no_barrier_in_what_opens_on_other_pages(
    page: Page, app_url: str, server_log: Path, scheme: Scheme
) -> None:
    looked = Looked(page, scheme)
    record = begun().with_visit(read_visit(VISIT))
    record = record.with_version(next_version(record, "2027-02-01", **PRODUCTS))
    plan = record.versions[-1].plan
    assert plan
    address = screens.link(app_url, server_log, plan.to_document())
    screens.keep_record(address, server_log, record)
    drafts = screens.store(server_log)
    copies = dict.fromkeys(("as it was", "again", "once more"), PLAN)
    drafts.keep_beside(address[-22:], "copies", copies)
    page.goto(address)
    button: Any = "button"

    screens.pages(page)
    screens.turn_to(page, "Compare")
    expect(page.get_by_text("Differences in words")).to_be_visible()
    looked.at("four variants")

    screens.turn_to(page, "Sheets")
    page.locator(".st-key-own-words summary").click()
    page.get_by_role("button", name="I have reviewed").click()
    expect(page.get_by_text("Not confirmed")).to_be_visible()
    looked.at("sheets with own words and no name")
    looked.over(DIALOG, (button, "^Directions"))

    screens.turn_to(page, "Follow-up")
    for kind in screens.GOING_ON:
        page.get_by_role("combobox", name="What goes on").click()
        page.get_by_role("option", name=kind, exact=True).click()
        expect(page.get_by_role("heading", name="Version 3")).to_be_visible()
        looked.at(kind)
    page.get_by_role("spinbutton", name="year, Next version from").click()
    page.keyboard.type("20270301")
    page.keyboard.press("Escape")
    page.locator(".st-key-left-over summary").click()
    expect(page.get_by_role("textbox", name=re.compile("^Left of"))).to_be_visible()
    looked.at("the next version")
    looked.over(DIALOG, (button, "^Visit summary"))
    page.get_by_role("button", name="Otherwise, for some days").click()
    page.get_by_role("combobox", name="Period 1: what was taken").click()
    page.get_by_role("option", name="other doses").click()
    page.get_by_role("button", name="thoughts of suicide").click()
    page.locator(".st-key-visit-more summary").click()
    page.get_by_role("button", name="Add a scale").click()
    page.get_by_role("button", name="Save this visit").click()
    expect(page.get_by_text("Not saved yet")).to_be_visible()
    looked.at("a visit with blanks")
    looked.nothing()

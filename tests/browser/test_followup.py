"""A visit in a browser: how many actions it takes, and the record as a file that comes back."""

from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page, expect

import screens
from sheet_plans import texts
from taper.record import read_visit
from taper.summary import visit_text
from test_app_followup import PLAN
from test_record import VISIT, full

READY = "[data-testid=stApp][data-test-script-state=notRunning]"


def test_a_visit_as_planned_with_one_symptom_and_the_record_comes_back(
    page: Page, app_url: str, server_log: Path, tmp_path: Path
) -> None:
    page.goto(screens.link(app_url, server_log, PLAN | {"start": "2026-01-05"}))
    page.wait_for_selector(READY)
    level = page.get_by_role("textbox", name="trembling hands: how strong, 0 to 10")
    actions: list[Callable[[], None]] = [
        page.get_by_role("button", name="Follow-up", exact=True).click,
        page.get_by_role("button", name="Today", exact=True).click,
        page.get_by_role("button", name="As planned until").click,
        page.get_by_role("combobox", name="Other symptoms").click,
        lambda: page.keyboard.type("trembling"),
        lambda: page.keyboard.press("Enter"),
        lambda: page.keyboard.press("Escape"),
        level.click,
        lambda: page.keyboard.type("4"),
        page.get_by_role("combobox", name="What goes on").click,
        page.get_by_role("option", name="As planned", exact=True).click,
        page.get_by_role("button", name="Save this visit", exact=True).click,
    ]
    for act in actions:
        act()
        page.wait_for_selector(READY)
    expect(page.get_by_text("trembling hands 4 of 10; as planned")).to_be_visible()
    assert len(actions) <= 15

    with page.expect_download() as saved:
        page.get_by_role("button", name="Record file", exact=True).click()
    record = tmp_path / "record.json"
    saved.value.save_as(record)
    before = page.url
    page.locator(".st-key-open button").first.click()
    page.locator("input[type=file]").set_input_files(record)
    page.wait_for_url(lambda url: "plan=" in url and url != before)
    page.get_by_role("button", name="Follow-up", exact=True).click()
    expect(page.get_by_text("trembling hands 4 of 10; as planned")).to_be_visible()


def test_a_visit_is_saved_as_text_and_as_a_pdf_that_opens_its_record(
    page: Page, app_url: str, server_log: Path, tmp_path: Path
) -> None:
    record = full().with_visit(read_visit(VISIT | {"taken": [], "note": "\U00013000"}))
    plan = record.versions[0].plan
    assert plan
    address = screens.link(app_url, server_log, plan.to_document())
    screens.keep_record(address, server_log, record)
    page.goto(address)
    page.get_by_role("button", name="Follow-up", exact=True).click()
    page.get_by_role("button", name="Visit summary", exact=True).click()
    page.get_by_role("button", name="Save as PDF", exact=True).click()
    expect(page.get_by_text("Not printed: note: the sheets cannot print")).to_be_visible()

    page.get_by_role("combobox", name="Visit", exact=True).click()
    page.get_by_role("option", name="1: 1 February 2027", exact=True).click()
    expect(page.get_by_text("Not printed")).to_be_hidden()
    files = {}
    for kind in ("text", "PDF"):
        with page.expect_download() as saved:
            page.get_by_role("button", name=f"Save as {kind}", exact=True).click()
        files[kind] = tmp_path / saved.value.suggested_filename
        saved.value.save_as(files[kind])
    assert files["text"].read_text("utf-8") == visit_text(record, 1)
    assert "Taken 25 Jan – 26 Jan 2027 nothing" in texts(files["PDF"].read_bytes())[0]
    page.keyboard.press("Escape")

    before = page.url
    page.locator(".st-key-open button").first.click()
    page.locator("input[type=file]").set_input_files(files["PDF"])
    page.wait_for_url(lambda url: "plan=" in url and url != before)
    expect(page.get_by_role("dialog")).to_be_hidden()
    screens.settled(page)
    assert screens.record(page.url, server_log) == record

"""The server goes away in the middle of a visit, and comes back."""

import re
from pathlib import Path

from playwright.sync_api import Page, expect

import screens
from conftest import Watch
from serving import ROOT, free_port, served
from test_app_followup import PLAN

SAYS = "() => getComputedStyle(document.querySelector('.saved'), '::after').content"
SETTLES_MS = 1500
GONE = "Not connected: fields are locked"


def test_while_the_server_is_gone_nothing_is_called_saved_and_later_only_what_is(
    page: Page, watch: Watch, tmp_path: Path
) -> None:
    log, port = tmp_path / "server.log", free_port()
    label = page.get_by_role("textbox", name=re.compile("^Name of this plan"))
    saved = page.locator(".saved")

    def stored() -> str:
        return str(screens.saved(link, log).get("label"))

    with served(ROOT / "app.py", log, tmp_path / "data", port) as url:
        link = screens.link(url, log, PLAN)
        page.goto(link)
        label.fill("before")
        label.press("Enter")
        screens.settled(page)
        screens.until(page, lambda: stored() == "before")
        expect(saved).to_have_text(re.compile("^Saved"))
        assert page.evaluate(SAYS) == "none"
    expect(page.get_by_test_id("stApp")).not_to_have_attribute(
        "data-test-connection-state", "CONNECTED"
    )
    assert page.evaluate(SAYS) == f'"{GONE}"'
    expect(label).to_be_disabled()  # what is typed is taken in, or not typed at all
    with served(ROOT / "app.py", log, tmp_path / "data", port):
        expect(page.get_by_test_id("stApp")).to_have_attribute(
            "data-test-connection-state", "CONNECTED", timeout=60_000
        )
        label.fill("at once")  # before the page is drawn anew: taken in or plainly not there
        label.press("Enter")
        # Until the page is drawn anew it does not say "Saved".
        expect(page.locator("[data-testid=stApp][data-reading]")).to_have_count(0)
        page.wait_for_timeout(SETTLES_MS)
        screens.settled(page)
        expect(saved).to_have_text(re.compile("^Saved"))
        assert page.evaluate(SAYS) == "none"
        screens.until(page, lambda: label.input_value() == stored())
        label.fill("later")
        label.press("Enter")
        screens.until(page, lambda: stored() == "later")
        page.close()
    gone = re.compile("ERR_CONNECTION|WebSocket|reaching server endpoint|server is not responding")
    assert [said for said in watch.errors if not gone.search(said)] == []
    watch.errors.clear()

"""Two things done at once in one tab, on a disk that is slow to answer."""

import re
from collections.abc import Iterator
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
from taper.drafts import Drafts
from taper.ui.main import run

def slow(self, draft):
    found = quick(self, draft)
    time.sleep(0.6)
    return found

if Drafts.last_save.__name__ == "last_save":
    quick = Drafts.last_save
    Drafts.last_save = slow
run()
"""


@pytest.fixture
def slow_link(tmp_path: Path, server_log: Path) -> Iterator[str]:
    script = tmp_path / "slow.py"
    script.write_text(SLOW, "utf-8")
    log = tmp_path / "server.log"
    with served(script, log, server_log.with_name("data")) as url:
        yield screens.link(url, server_log, PLAN)


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

"""The app's pages and a plan with something in every part, for tests that look at all of them."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from playwright.sync_api import Locator, Page, expect

from taper.drafts import Drafts
from taper.plan import Plan
from taper.record import Record, Version, read_visit

FULL: dict[str, Any] = {
    "format": "taper-plan/1",
    "label": "two drugs, one switched",
    "times": ["morning", "noon", "evening", "bedtime"],
    "start": "2027-01-04",
    "regimen": [
        {"drug": "lorazepam", "doses_mg": {"morning": "1", "noon": "1", "bedtime": "1.5"}},
        {"drug": "diazepam", "doses_mg": {"bedtime": "5"}},
    ],
    "products": [
        {"drug": "lorazepam", "form": "tablet", "strength_mg": "0.5", "pieces": 2},
        {"drug": "diazepam", "form": "tablet", "strength_mg": "2", "pieces": 2},
        {"drug": "diazepam", "form": "oral liquid", "mg_per_ml": "0.4", "measurable_ml": "0.5"},
    ],
    "rounding": "nearest",
    "phases": [
        {"kind": "hold", "days": 14},
        {
            "kind": "reduce",
            "drug": "lorazepam",
            "by": {"percent_of_current": "10"},
            "every_days": 14,
            "until_mg": "1",
            "taking_from": "proportional",
        },
        {"kind": "stop", "drug": "lorazepam"},
        {
            "kind": "reduce",
            "drug": "diazepam",
            "by": {"amount_mg": "1"},
            "every_days": 14,
            "until_mg": "1",
            "taking_from": ["bedtime"],
        },
        {"kind": "stop", "drug": "diazepam"},
    ],
    "visits": [{"on": "2027-03-01", "what": "phone"}],
    "edits": [{"step": 4, "days": 21, "was_mg": {"lorazepam": "2.5", "diazepam": "5"}}],
}


GOING_ON: Final = (
    "Stop the taper",
    "New products",
    "A new pace",
    "Stay at this dose",
    "Hold",
    "Back to an earlier dose",
)
"""What opens the form of a next version."""


def followed() -> Record:
    """Make a record of that plan: three versions, visits with symptoms, days that are not told."""
    at = datetime(2027, 1, 4, 9, tzinfo=UTC)
    record = Record.begin(Plan.from_document(FULL), at)
    for start, why in (("2027-02-01", "tremor"), ("2027-03-01", "a reason of many words " * 4)):
        last = record.versions[-1].plan
        assert last
        later = FULL | {"start": start, "replaces": last.fingerprint, "edits": []}
        made = Plan.from_document(later)
        record = record.with_version(Version(made.start, at, made, why=why.strip()))
        visit = {
            "on": start,
            "recorded": at.isoformat(),
            "symptoms": [{"symptom": name, "level": 7} for name in ("seizure", "tremor", "W" * 60)],
            "note": "slept badly",
        }
        record = record.with_visit(read_visit(visit))
    return record


def store(server_log: Path) -> Drafts:
    """Return the drafts of the app that writes that log."""
    return Drafts(server_log.with_name("data") / "drafts.sqlite3")


def link(app_url: str, server_log: Path, document: dict[str, Any]) -> str:
    """Return the address of a draft of a document, as the app would have saved it."""
    drafts = store(server_log)
    return f"{app_url}/?plan={drafts.create(document, datetime.now(UTC)).id}"


def saved(address: str, server_log: Path) -> dict[str, Any]:
    """Return the document of a draft as it is saved, by the address of its page."""
    draft = store(server_log).load(address.split("plan=")[1])
    assert draft
    return draft.document


def keep_record(address: str, server_log: Path, record: Record) -> None:
    """Keep the record of a draft, by the address of its page."""
    drafts = store(server_log)
    drafts.keep_record(address.split("plan=")[1], 1, record.to_document(), datetime.now(UTC))


def record(address: str, server_log: Path) -> Record:
    """Return the record of a draft as it is kept, by the address of its page."""
    found = store(server_log).record(address.split("plan=")[1])
    assert found
    return Record.from_document(found[1])


def escape(page: Page) -> None:
    """Close what is open by its key, which goes to what has the focus."""
    settled(page)
    page.wait_for_function("() => document.activeElement !== document.body")
    page.keyboard.press("Escape")


def settled(page: Page) -> None:
    """Wait until the page has drawn the last change."""
    expect(page.locator("[data-testid=stApp]")).to_have_attribute(
        "data-test-script-state", "notRunning"
    )


def drawn_by(field: Locator) -> str:
    """Return what a field is known by to the process that drew it, and to no other."""
    number = "field => field.closest('[class*=st-key-f]').className.match(/st-key-f[0-9]+/)[0]"
    return str(field.evaluate(number))


def reconnected(page: Page) -> None:
    """Wait until the page is with a server again, and drawn anew by it."""
    app = page.get_by_test_id("stApp")
    expect(app).to_have_attribute("data-test-connection-state", "CONNECTED")
    expect(page.locator("[data-testid=stApp][data-reading]")).to_have_count(0)
    settled(page)


def until(page: Page, holds: Callable[[], bool]) -> None:
    """Wait for what the page itself does not show."""
    for _ in range(300):
        if holds():
            return
        page.wait_for_timeout(100)
    assert holds()


def pages(page: Page) -> list[str]:
    """Return the names of all pages, from the line that stands on each."""
    names = page.locator('[class*="st-key-go-"] button')
    expect(names.first).to_be_visible()
    return [name.strip() for name in names.all_inner_texts()]


def turn_to(page: Page, name: str) -> None:
    """Turn to a page and wait until it stands there."""
    button = page.locator(f".st-key-go-{name} button")
    button.click()
    expect(button).to_have_attribute("kind", "secondary")
    settled(page)

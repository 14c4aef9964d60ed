"""Takes the pictures of the documents from the real app: `make pictures`."""

import json
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from PIL import Image
from playwright.sync_api import Page, expect, sync_playwright

from taper import Plan
from taper.drafts import Drafts
from taper.record import Record, read_visit

TOP: Final = Path(__file__).parents[1]
sys.path.insert(0, str(TOP / "tests"))
import chromium  # noqa: E402
import screens  # noqa: E402
from serving import served  # noqa: E402

FLAGS: Final = ("--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking")
PICTURES: Final = TOP / "docs/pictures"
VISITED: Final = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
VISIT: Final[dict[str, Any]] = {
    "on": "2026-03-02",
    "recorded": "2026-03-02T09:30:00+00:00",
    "taken": [{"from": "2026-01-05", "to": "2026-03-01", "took": "planned"}],
    "symptoms": [{"symptom": "trembling hands", "level": 3}],
    "goes_on": "as planned",
}


def main() -> None:
    """Start the app and picture its pages, each with the example."""
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder)
        with served(TOP / "app.py", data / "app.log", data) as url:
            pictures(url, visited(data))


def visited(data: Path) -> str:
    """Save the example, begun in the past, with one visit; returns the draft's id."""
    plan = json.loads((TOP / "src/taper/ui/example.json").read_text("utf-8"))
    plan |= {"start": "2026-01-05", "visits": []}
    drafts = Drafts(data / "drafts.sqlite3")
    draft = drafts.create(plan, VISITED)
    record = Record.begin(Plan.from_document(plan), VISITED).with_visit(read_visit(VISIT))
    drafts.keep_record(draft.id, 1, record.to_document(), VISITED)
    return draft.id


def pictures(url: str, draft: str) -> None:
    """Save plan.png, sheets.png and follow-up.png."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium.find(), args=[*FLAGS])
        page = browser.new_page(viewport={"width": 1366, "height": 768}, timezone_id="UTC")
        page.goto(url)
        drawn(page)
        save(page, "plan")
        screens.turn_to(page, "Sheets")
        expect(page.get_by_alt_text("Page 1 of")).to_be_visible()
        save(page, "sheets")
        page.goto(f"{url}/?plan={draft}")
        drawn(page)
        screens.turn_to(page, "Follow-up")
        page.get_by_text("trembling hands 3 of 10").wait_for()
        save(page, "follow-up")
        browser.close()


def drawn(page: Page) -> None:
    """Wait until the Plan page stands there with its chart."""
    page.locator(".js-plotly-plot path.js-line").first.wait_for()
    screens.settled(page)


def save(page: Page, name: str) -> None:
    """Save what stands on the page, once all of it is drawn and nothing moves any more."""
    screens.settled(page)
    expect(page.get_by_test_id("stSkeleton")).to_have_count(0)
    page.wait_for_timeout(2000)
    file = PICTURES / f"{name}.png"
    page.screenshot(path=file)
    with Image.open(file) as picture:
        # Few colours make a small file; this way the rare ones, red above all, stay what they are.
        few = picture.convert("RGB").quantize(method=Image.Quantize.MAXCOVERAGE)
        few.save(file, optimize=True)


if __name__ == "__main__":
    main()

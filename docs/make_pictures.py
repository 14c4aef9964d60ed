"""Takes the pictures of the documents from the real app: `make pictures`."""

import sys
import tempfile
from pathlib import Path
from typing import Final

from playwright.sync_api import sync_playwright

TOP: Final = Path(__file__).parents[1]
sys.path.insert(0, str(TOP / "tests"))
import chromium  # noqa: E402
from serving import served  # noqa: E402

FLAGS: Final = ("--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking")


def main() -> None:
    """Start the app and picture its first page, which shows the example."""
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder)
        with served(TOP / "app.py", data / "app.log", data) as url:
            picture(url)


def picture(url: str) -> None:
    """Save docs/pictures/plan.png."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium.find(), args=[*FLAGS])
        page = browser.new_page(viewport={"width": 1366, "height": 768}, timezone_id="UTC")
        page.goto(url)
        page.get_by_text("first day without").wait_for()
        page.wait_for_timeout(1500)
        page.screenshot(path=TOP / "docs/pictures/plan.png")
        browser.close()


if __name__ == "__main__":
    main()

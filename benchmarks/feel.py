"""How long an edit takes until the chart is painted, beside a page with chart and table alone.

From the Enter key to the frame in which the one chart on the page shows other lines, in Chromium,
the app and the yardstick in turn.
"""

import statistics
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import edits
from playwright.sync_api import Browser, Page, sync_playwright

from taper.drafts import Drafts

TOP: Final = Path(__file__).parents[1]
sys.path.insert(0, str(TOP / "tests"))
import chromium  # noqa: E402
from serving import served  # noqa: E402

FLAGS: Final = ("--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking")
_WARM: Final = 5
"""So many edits go before those that count."""
FIELDS: Final = ("Reduce, Phase 2: how much", "Percent")
"""What is typed into, in the app and on the yardstick."""
_WATCH: Final = """
(() => {
  const lines = () => {
    const charts = document.querySelectorAll('.js-plotly-plot');
    if (charts.length !== 1) return null;
    return [...charts[0].querySelectorAll('path.js-line')].map(p => p.getAttribute('d')).join();
  };
  window.paintedAfter = what => new Promise((done, failed) => {
    setTimeout(failed, 20_000, new Error('the chart was not painted within 20 s'));
    const before = lines();
    addEventListener(what, () => {
      const start = performance.now();
      const frame = () => {
        const now = lines();
        if (!now || now === before) return requestAnimationFrame(frame);
        const channel = new MessageChannel();
        channel.port1.onmessage = () => done(performance.now() - start);
        channel.port2.postMessage(0);  // runs after this frame has been painted
      };
      requestAnimationFrame(frame);
    }, {once: true, capture: true});
  });
})()
"""


def opened(browser: Browser, url: str) -> Page:
    """Open a page that can say when its chart was painted."""
    context = browser.new_context(viewport={"width": 1366, "height": 768}, timezone_id="UTC")
    page = context.new_page()
    page.add_init_script(_WATCH)
    page.goto(url)
    page.locator(".js-plotly-plot path.js-line").first.wait_for()
    settle(page)
    return page


def settle(page: Page) -> None:
    """Wait until the page has drawn the last change and the server has cleaned up after it."""
    page.locator('[data-testid=stApp][data-test-script-state="notRunning"]').wait_for()
    page.wait_for_timeout(250)


def edit(page: Page, field: str, text: str) -> float:
    """Type a text anew; returns the milliseconds from Enter to the painted chart."""
    box = page.get_by_role("textbox", name=field, exact=True)
    box.evaluate("box => box.select()")
    page.keyboard.insert_text(text)
    return painted(page, "keydown", lambda: page.keyboard.press("Enter"))


def painted(page: Page, event: str, act: Callable[[], None]) -> float:
    """Do something; returns the milliseconds from its event to the painted chart."""
    page.evaluate("event => { window.painted = paintedAfter(event) }", event)
    act()
    took = float(page.evaluate("() => window.painted"))
    settle(page)
    return took


def measured(
    browser: Browser, app: str, plain: str, data: Path
) -> Iterator[tuple[str, list[float], list[float]]]:
    """Yield for each plan: its steps, the app's times, the yardstick's times."""
    drafts = Drafts(data / "drafts.sqlite3")
    for steps in edits.SIZES:
        typed = edits.percents(steps)
        draft = drafts.create(edits.document(steps, typed[0]), datetime.now(UTC))
        pages = (
            opened(browser, f"{app}/?plan={draft.id}"),
            opened(browser, f"{plain}/?steps={steps}"),
        )
        times: tuple[list[float], list[float]] = ([], [])
        for percent in [*typed[1 : _WARM + 1], *typed]:
            for page, field, took in zip(pages, FIELDS, times, strict=True):
                page.bring_to_front()
                took.append(edit(page, field, percent))
        for page in pages:
            page.context.close()
        yield f"{steps} steps", times[0][_WARM:], times[1][_WARM:]


def p95(times: Sequence[float]) -> float:
    """Return the time that 95 in 100 stay under."""
    return statistics.quantiles(times, n=20)[-1]


Measured = Callable[[Browser, str, str, Path], Iterator[tuple[str, list[float], list[float]]]]


def table(head: str, yardstick: str, measure: Measured) -> None:
    """Print a row for each thing that is measured, beside the page that is its yardstick."""
    print(f"\n{head:<34}{'p50':>8}{'p95':>8}{'yardstick p50':>16}{'p95':>8}{'p95 ratio':>12}")
    with ExitStack() as open_while, tempfile.TemporaryDirectory() as folder:
        data = Path(folder)
        app = open_while.enter_context(served(TOP / "app.py", data / "app.log", data))
        page = Path(__file__).with_name(yardstick)
        plain = open_while.enter_context(served(page, data / "plain.log", data / "plain"))
        playwright = open_while.enter_context(sync_playwright())
        browser = playwright.chromium.launch(executable_path=chromium.find(), args=[*FLAGS])
        for name, ours, theirs in measure(browser, app, plain, data):
            ratio = p95(ours) / p95(theirs)
            print(
                f"{name:<34}{statistics.median(ours):>8.0f}{p95(ours):>8.0f}"
                f"{statistics.median(theirs):>16.0f}{p95(theirs):>8.0f}{ratio:>12.2f}"
            )
        browser.close()


def main() -> None:
    """Print the rows."""
    table("an edit, to the painted chart (ms)", "baseline_page.py", measured)


if __name__ == "__main__":
    main()

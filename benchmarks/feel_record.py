"""How long the Follow-up and Compare pages of a long record take until their chart is painted.

On Follow-up another version is compared, on Compare a copy becomes the plan; each beside a page
with the same chart and the same rows alone, in turn.
"""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import edits
import records
from feel import opened, painted, settle, table
from playwright.sync_api import Browser, Page

from taper.drafts import Drafts

VERSION: Final = "Version to compare with"
KEPT: Final = (1, 5, 9)
"""The versions that are copies beside the last one."""
_WARM: Final = 5


def choose(page: Page, turn: int) -> float:
    """Compare another version."""
    page.get_by_role("combobox", name=VERSION, exact=True).click()
    version = str(turn % (records.VERSIONS - 1) + 1)
    page.keyboard.type(version)  # a list that is long shows only a part of it
    option = page.get_by_role("option", name=version, exact=True)
    option.wait_for()
    return painted(page, "click", option.click)


def take(page: Page, turn: int) -> float:
    """Make a copy the plan."""
    copies = page.get_by_role("button", name="make it the plan", exact=True)
    return painted(page, "click", copies.nth(turn % len(KEPT)).click)


def measured(
    browser: Browser, app: str, plain: str, data: Path
) -> Iterator[tuple[str, list[float], list[float]]]:
    """Yield for each page: its name, the app's times, the yardstick's times."""
    record = records.record()
    plans = {number: version.plan for number, version in enumerate(record.versions, 1)}
    documents = {number: plan.to_document() for number, plan in plans.items() if plan}
    drafts = Drafts(data / "drafts.sqlite3")
    now = datetime.now(UTC)
    draft = drafts.create(documents[records.VERSIONS], now).id
    drafts.keep_record(draft, 1, record.to_document(), now)
    drafts.keep_beside(draft, "copies", {f"version {at}": documents[at] for at in KEPT})
    acts: dict[str, Callable[[Page, int], float]] = {"follow-up": choose, "compare": take}
    for name, act in acts.items():
        pages = (
            opened(browser, f"{app}/{name}?plan={draft}"),
            opened(browser, f"{plain}/?page={name}"),
        )
        times: tuple[list[float], list[float]] = ([], [])
        for turn in range(_WARM + edits.EDITS):
            for page, took in zip(pages, times, strict=True):
                page.bring_to_front()
                took.append(act(page, turn))
                settle(page)
        for page in pages:
            page.context.close()
        yield name, times[0][_WARM:], times[1][_WARM:]


def main() -> None:
    """Print the rows."""
    table("a long record, to the painted chart", "baseline_record.py", measured)


if __name__ == "__main__":
    main()

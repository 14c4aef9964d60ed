"""The benchmarks in a browser still measure; how long it takes is for `make bench` to say."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser

from serving import ROOT, served

EDITS = 2


@pytest.mark.long
def test_the_edit_benchmark_times_each_edit_on_both_pages(
    browser: Browser, app_url: str, server_log: Path, tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.syspath_prepend(ROOT / "benchmarks")
    import edits
    import feel

    monkeypatch.setattr(edits, "SIZES", edits.SIZES[:1])
    monkeypatch.setattr(edits, "EDITS", EDITS)
    monkeypatch.setattr(feel, "_WARM", 1)
    page = ROOT / "benchmarks" / "baseline_page.py"
    with served(page, tmp_path / "plain.log", tmp_path / "plain") as plain:
        rows = list(feel.measured(browser, app_url, plain, server_log.with_name("data")))
    assert [(steps, len(ours), len(theirs)) for steps, ours, theirs in rows] == [
        (f"{edits.SIZES[0]} steps", EDITS, EDITS)
    ]
    assert all(took > 0 for _, ours, theirs in rows for took in (*ours, *theirs))


@pytest.mark.long
def test_the_record_benchmark_times_each_change_on_both_pages(
    browser: Browser, app_url: str, server_log: Path, tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.syspath_prepend(ROOT / "benchmarks")
    import edits
    import feel_record

    monkeypatch.setattr(edits, "EDITS", EDITS)
    monkeypatch.setattr(feel_record, "_WARM", 0)
    page = ROOT / "benchmarks" / "baseline_record.py"
    with served(page, tmp_path / "plain.log", tmp_path / "plain") as plain:
        rows = list(feel_record.measured(browser, app_url, plain, server_log.with_name("data")))
    assert [name for name, _, _ in rows] == ["follow-up", "compare"]
    assert all(len(ours) == len(theirs) == EDITS for _, ours, theirs in rows)
    assert all(took > 0 for _, ours, theirs in rows for took in (*ours, *theirs))

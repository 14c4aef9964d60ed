"""A new version comes while visits go on: installed and started anew as docs/deploy.md says."""

import json
import os
import re
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

import screens
from conftest import Watch
from deployed import GONE, SHIPPED, deployed
from serving import ROOT
from test_app_followup import PLAN

LAST_CHANGE = "insert into beside select name, 'visit ' || browser"
"""What came with the last change of the file's format."""
PACKED = ("app.py", ".streamlit", "LICENSE", "README.md", "pyproject.toml", "requirements", "src")


def git(*asked: str) -> bytes:
    return subprocess.run(["git", *asked], cwd=ROOT, check=True, capture_output=True).stdout


@pytest.fixture(scope="module")
def old(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The source before the last change of the file's format; needs this repository's history."""
    first = git("log", f"-S{LAST_CHANGE}", "--format=%H", "--", "src").split()[-1].decode()
    folder = tmp_path_factory.mktemp("old")
    archive = git("archive", f"{first}~1")
    subprocess.run(["tar", "-x"], cwd=folder, input=archive, check=True)
    assert not any(LAST_CHANGE in file.read_text("utf-8") for file in folder.rglob("src/**/*.py"))
    return folder


@pytest.fixture(scope="module")
def new(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the present version is, after the commands of the page."""
    top = tmp_path_factory.mktemp("opt") / "taper"
    folder = top / "1.0.0"
    folder.mkdir(parents=True)
    for name in PACKED:
        copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy2
        copy(ROOT / name, folder / name)
    page = (SHIPPED.parent / "deploy.md").read_text("utf-8")
    commands = re.findall(r"```sh\n(.*?)```", page, re.DOTALL)[0]
    assert "/opt/taper/current" in commands
    commands = commands.replace("/opt/taper", str(top))
    clean = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    subprocess.run(["sh", "-euc", commands], cwd=folder, env=clean, check=True)
    return top / "current/.venv/bin"


def begun(old: Path, data: Path) -> tuple[str, int]:
    """Return a draft that the old version made, and the format of the file that it is in."""
    write = (
        "import sys, json; from datetime import UTC, datetime; from pathlib import Path;"
        "from taper.drafts import Drafts;"
        "print(Drafts(Path(sys.argv[1])).create(json.load(sys.stdin), datetime.now(UTC)).id)"
    )
    made = subprocess.run(
        [sys.executable, "-c", write, str(data / "drafts.sqlite3")],
        env=os.environ | {"PYTHONPATH": str(old / "src")},
        input=json.dumps(PLAN), text=True, check=True, capture_output=True,
    )  # fmt: skip
    return made.stdout.strip(), read(data, "pragma user_version")


def read(data: Path, what: str) -> int:
    """Read a number from the file as it is: the present version would bring it to its format."""
    with closing(sqlite3.connect(data / "drafts.sqlite3")) as connection:
        return int(connection.execute(what).fetchone()[0])


@pytest.mark.long
def test_a_visit_begun_on_the_old_version_goes_on_with_the_new_one(
    page: Page, browser: Browser, watch: Watch, tmp_path: Path, old: Path, new: Path
) -> None:
    days = page.get_by_role("textbox", name="Reduce, Phase 1: days between steps")
    said = page.locator(".saved")
    with deployed(tmp_path, source=old) as site:
        draft, form = begun(old, tmp_path / "data")
        link = f"{site.url}/?plan={draft}"

        def type_days(number: int) -> None:
            before = read(tmp_path / "data", "select saves from draft")
            days.fill(str(number))
            screens.until(page, lambda: read(tmp_path / "data", "select saves from draft") > before)
            screens.settled(page)
            expect(said).to_have_text(re.compile("^Saved"))

        page.goto(link)
        type_days(21)
        drawn = screens.drawn_by(days)
        mine = site.process_of(lambda: page.request.get(f"{site.url}/healthz"))
        for port, process in sorted(site.processes.items(), key=lambda one: one[0] == mine):
            if port == mine:
                # The new version has brought the file to its format; the old one goes on with it.
                assert read(tmp_path / "data", "pragma user_version") > form
                type_days(28)
            process.end()
            process.start(new)
            process.wait()
            if port != mine:
                with browser.new_context() as other:
                    there = other.new_page()
                    there.goto(link.replace(site.url, f"http://127.0.0.1:{port}"))
                    expect(there.locator(".js-plotly-plot path.js-line")).not_to_have_count(0)
        # The page of that version is drawn anew only once it is used, and what was typed is plainly
        # not there; a later version draws it by itself and locks its fields until then.
        days.fill("30")
        screens.until(page, lambda: screens.drawn_by(days) != drawn)
        screens.reconnected(page)
        expect(days).to_have_value("28")
        type_days(35)
        for then in ("28", "21", "14"):
            page.get_by_role("button", name="Undo").click()
            expect(days).to_have_value(then)
        expect(page.locator(".st-key-trouble")).to_have_count(0)
        assert screens.saved(link, tmp_path / "log")["phases"] == PLAN["phases"]
        page.close()
        logs = "".join(process.log.read_text("utf-8") for process in site.processes.values())
        assert "Traceback" not in logs
    assert [error for error in watch.errors if not GONE.search(error)] == []
    watch.errors.clear()

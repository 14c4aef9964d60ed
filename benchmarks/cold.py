"""Cold starts, each beside a yardstick that starts in turn with it."""

import json
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Final

from playwright.sync_api import Browser, sync_playwright
from run import three_years

TOP: Final = Path(__file__).parents[1]
sys.path.insert(0, str(TOP / "tests"))
import chromium  # noqa: E402
from serving import served  # noqa: E402

FLAGS: Final = ("--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking")
ROUNDS: Final = 3
_HELLO: Final = "import streamlit as st\n\nst.write('first day without')\n"


def waited(work: Callable[[], object]) -> float:
    """Return the milliseconds by the clock that a piece of work takes."""
    start = time.perf_counter()
    work()
    return (time.perf_counter() - start) * 1000


def command() -> tuple[float, float]:
    """Return the median ms of `taper schedule` of three years, and of Python doing nothing."""
    plan = json.dumps(three_years(random.Random(1)))
    lines = ["-m", "taper.cli", "schedule", "-", "--json"], ["-c", "pass"]

    def run(line: list[str]) -> None:
        subprocess.run([sys.executable, *line], input=plan, text=True, check=True,
                       stdout=subprocess.DEVNULL)  # fmt: skip

    pairs = [[waited(partial(run, line)) for line in lines] for _ in range(ROUNDS)]
    ours, nothing = (statistics.median(times) for times in zip(*pairs, strict=True))
    return ours, nothing


def app() -> tuple[float, float]:
    """Return the median ms from starting the server to the first page drawn, ours and hello."""
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        hello = Path(folder) / "hello.py"
        hello.write_text(_HELLO, "utf-8")
        browser = playwright.chromium.launch(executable_path=chromium.find(), args=[*FLAGS])
        scripts = TOP / "app.py", hello
        pairs = [
            [waited(partial(_first_page, browser, script, Path(folder))) for script in scripts]
            for _ in range(ROUNDS)
        ]
        browser.close()
    ours, theirs = (statistics.median(times) for times in zip(*pairs, strict=True))
    return ours, theirs


def _first_page(browser: Browser, script: Path, data: Path) -> None:
    with served(script, data / "log", data) as url:
        page = browser.new_page()
        page.goto(url)
        page.get_by_text("first day without").wait_for()
        page.close()


def rows() -> Iterator[tuple[str, float, str, float]]:
    """Yield what starts and its ms, the yardstick and its ms."""
    ours, nothing = command()
    yield "`taper schedule`, three years", ours, "Python that does nothing", nothing
    ours, hello = app()
    yield "the app, to the first page with its figures", ours, "a Streamlit page of one line", hello

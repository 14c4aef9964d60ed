"""The Chromium that browser tests drive: found, or installed. `make test` runs this file."""

import os
import shutil
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

import programs

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def find() -> str:
    """Return the path of a Chromium: `CHROME_BIN`, one on `PATH`, or Playwright's own."""
    if named := os.environ.get("CHROME_BIN"):
        if path := shutil.which(named):
            return path
        raise programs.NoProgram(f"CHROME_BIN is {named!r}, which can't be run")
    for name in NAMES:
        if path := shutil.which(name):
            return path
    with sync_playwright() as playwright:
        own = playwright.chromium.executable_path
    if Path(own).exists():
        return own
    raise programs.NoProgram("no Chromium found")


def main() -> int:
    """Say which Chromium there is, after installing one by apt, or else Playwright's own."""
    ways = [
        *programs.by_apt("chromium"),
        [sys.executable, "-m", "playwright", "install", "chromium"],
    ]
    return programs.ready(
        "Chromium",
        find,
        [] if os.environ.get("CHROME_BIN") else ways,
        "The browser tests need Chromium or Chrome: install one, "
        "or set CHROME_BIN to the one you have.",
    )


if __name__ == "__main__":
    sys.exit(main())

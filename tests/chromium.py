"""The Chromium that browser tests drive: found, or installed. `make test` runs this file."""

import os
import shutil
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

import programs

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


class NoChromium(RuntimeError):
    """No Chromium on this machine."""


def find() -> str:
    """Return the path of a Chromium: `CHROME_BIN`, one on `PATH`, or Playwright's own."""
    if named := os.environ.get("CHROME_BIN"):
        if path := shutil.which(named):
            return path
        raise NoChromium(f"CHROME_BIN is {named!r}, which can't be run")
    for name in NAMES:
        if path := shutil.which(name):
            return path
    with sync_playwright() as playwright:
        own = playwright.chromium.executable_path
    if Path(own).exists():
        return own
    raise NoChromium("no Chromium found")


def install() -> None:
    """Try apt, then Playwright's own download; show what they said if neither works."""
    own = [sys.executable, "-m", "playwright", "install", "chromium"]
    try:
        programs.install([*programs.by_apt("chromium"), own])
    except programs.NoProgram as failed:
        raise NoChromium(str(failed)) from failed


def main() -> int:
    """Say which Chromium there is, after installing one where there is none."""
    try:
        try:
            path = find()
        except NoChromium:
            if os.environ.get("CHROME_BIN"):
                raise
            print("Installing Chromium for the browser tests", flush=True)
            install()
            path = find()
    except NoChromium as missing:
        print(
            f"{missing}\nThe browser tests need Chromium or Chrome: install one, "
            "or set CHROME_BIN to the one you have.",
            file=sys.stderr,
        )
        return 1
    print(f"Chromium: {path}")
    return 0


if __name__ == "__main__":
    sys.exit(main())

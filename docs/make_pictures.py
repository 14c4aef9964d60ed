"""Takes the pictures of the documents from the real app: `make pictures`."""

import os
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Final
from urllib.error import URLError
from urllib.request import urlopen

from playwright.sync_api import sync_playwright

TOP: Final = Path(__file__).parents[1]
sys.path.insert(0, str(TOP / "tests"))
import chromium  # noqa: E402

FLAGS: Final = ("--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking")


def main() -> None:
    """Start the app and picture its first page, which shows the example."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
    command = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.headless", "true"]
    with tempfile.TemporaryDirectory() as folder:
        environment = os.environ | {"TAPER_DATA_DIR": folder}
        server = subprocess.Popen([*command, "--server.port", port], cwd=TOP, env=environment)
        try:
            picture(f"http://127.0.0.1:{port}")
        finally:
            server.terminate()
            server.wait()


def picture(url: str) -> None:
    """Save docs/pictures/plan.png."""
    for _ in range(200):
        try:
            urlopen(f"{url}/_stcore/health").close()  # noqa: S310
            break
        except (URLError, ConnectionError):
            time.sleep(0.1)
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

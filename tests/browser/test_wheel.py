"""The built package works where there is no source tree: commands, fonts, data and the app."""

import os
import re
import subprocess
import sys
import sysconfig
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from pypdf import PdfReader

from serving import HERE, free_port, healthy

TOP = Path(__file__).parents[2]
README = (TOP / "README.md").read_text("utf-8")


def run(*command: str | Path, folder: Path) -> str:
    done = subprocess.run(
        [str(word) for word in command], cwd=folder, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the wheel in a .venv of its own; its libraries are those of this one."""
    folder = tmp_path_factory.mktemp("alone")
    pip = (sys.executable, "-m", "pip")
    build = ("wheel", "-q", "--no-deps", "--no-build-isolation", "-w", folder, TOP)
    run(*pip, *build, folder=folder)
    run(sys.executable, "-m", "venv", "--without-pip", ".venv", folder=folder)
    there = run(
        folder / ".venv/bin/python", "-c", "import sysconfig; print(sysconfig.get_path('purelib'))",
        folder=folder,
    ).strip()  # fmt: skip
    # The .pth file of the source tree lies in the folder that this one names: it is not followed.
    (Path(there) / "libraries.pth").write_text(sysconfig.get_path("purelib"), "utf-8")
    (wheel,) = folder.glob("*.whl")
    run(*pip, "--python", folder / ".venv", "install", "-q", "--no-deps", wheel, folder=folder)
    found = run(folder / ".venv/bin/python", "-c", "import taper; print(taper.__file__)",
                folder=folder)  # fmt: skip
    assert found.startswith(str(folder))
    return folder


@pytest.mark.long
def test_a_sheet_is_printed_with_its_fonts(installed: Path) -> None:
    (plan,) = re.findall(r"```json\n(.*?)```", README, re.DOTALL)
    (installed / "plan.json").write_text(plan, "utf-8")
    taper = installed / ".venv/bin/taper"
    run(taper, "print", "plan.json", "--sheet", "all", "-o", "all.pdf", folder=installed)
    printed = PdfReader(installed / "all.pdf")
    assert "Your medicine plan" in printed.pages[0].extract_text()
    resources: Any = printed.pages[0]["/Resources"]
    fonts = [font.get_object()["/BaseFont"] for font in resources["/Font"].values()]
    assert any("SourceSansPro" in font for font in fonts)


@pytest.fixture
def address(installed: Path) -> Iterator[str]:
    """Where `taper app` of the wheel serves."""
    port = free_port()
    with (
        (installed / "app.log").open("wb") as log,
        subprocess.Popen(
            [installed / ".venv/bin/taper", "app", "--port", str(port)],
            cwd=installed,
            env=os.environ | {"TAPER_DATA_DIR": str(installed / "data")},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
        ) as server,
    ):
        url = f"http://{HERE}:{port}"
        try:
            assert healthy(url, server), (installed / "app.log").read_text("utf-8")
            yield url
        finally:
            server.terminate()


@pytest.mark.long
def test_the_app_opens_on_the_example(page: Page, address: str, installed: Path) -> None:
    page.goto(address)
    expect(page.get_by_text("first day without")).to_be_visible()
    expect(page.locator(".js-plotly-plot path.js-line").first).to_be_visible()
    page.get_by_role("button", name="Reference", exact=True).click()
    expect(page.get_by_text("Half-lives").first).to_be_visible()
    assert "Traceback" not in (installed / "app.log").read_text("utf-8")

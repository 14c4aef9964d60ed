"""Several processes behind nginx, as docs/deploy.md has them: one is killed, the visit goes on."""

import json
import re
import signal
import ssl
from collections.abc import Iterator
from email.message import Message
from functools import partial
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest
from playwright.sync_api import Page, expect

import screens
from conftest import Watch
from deployed import GONE, NAME, Site, deployed
from taper.ui.server import COOKIE
from test_app_followup import PLAN

pytestmark = pytest.mark.long  # three processes and nginx: a minute of the machine


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with deployed(tmp_path_factory.mktemp("site")) as site:
        yield site


def test_one_of_three_is_killed_in_mid_visit_and_the_visit_goes_on(
    page: Page, watch: Watch, site: Site, tmp_path: Path
) -> None:
    log = site.folder / "log"
    link = screens.link(site.url, log, PLAN)
    days = page.get_by_role("textbox", name="Reduce, Phase 1: days between steps")
    label = page.get_by_role("textbox", name=re.compile("^Name of this plan"))
    said = page.locator(".saved")

    def stored() -> object:
        return screens.saved(link, log)["phases"][0]["every_days"]

    def saves() -> int:
        draft = screens.store(log).load(link.split("plan=")[1])
        assert draft
        return draft.saves

    def process() -> str:
        # With the page's own cookie.
        return site.process_of(lambda: page.request.get(f"{site.url}/healthz"))

    def type_days(number: int) -> None:
        days.fill(str(number))
        screens.until(page, lambda: stored() == number)
        screens.settled(page)
        expect(said).to_have_text(re.compile("^Saved"))

    def undo(days_then: str) -> None:
        before = saves()
        page.get_by_role("button", name="Undo").click()
        screens.until(page, lambda: saves() == before + 1)
        expect(days).to_have_value(days_then)

    page.goto(link)
    type_days(21)
    first, drawn = process(), screens.drawn_by(days)
    assert {process() for _ in range(5)} == {first}

    label.press_sequentially("half a na")
    site.processes[first].end(signal.SIGKILL)
    assert page.request.get(link).ok  # nginx meets the dead process with a link in hand
    screens.until(page, lambda: screens.drawn_by(days) != drawn)
    screens.reconnected(page)
    second = process()
    assert second != first
    expect(said).to_have_text(re.compile("^Saved"))
    expect(days).to_have_value("21")
    assert stored() == 21
    # What was half typed is there and saved, or is not there.
    half = str(screens.saved(link, log).get("label", ""))
    assert "half a na".startswith(half)
    expect(label).to_have_value(half)

    type_days(28)
    undo("21")
    if half:
        undo("21")
    undo("14")  # what was typed before the kill
    assert stored() == 14
    for trouble in (".st-key-trouble", "[data-testid=stException]", "[role=dialog]"):
        expect(page.locator(trouble)).to_have_count(0)

    # The process comes back, the open page stays with the other one and takes its files.
    site.processes[first].start()
    site.processes[first].wait()
    screens.until(page, lambda: process() == first)
    file = tmp_path / "other.json"
    file.write_text(json.dumps(PLAN | {"label": "from a file"}), "utf-8")
    page.get_by_role("button", name="Open", exact=True).first.click()
    page.locator("input[type=file]").set_input_files(file)
    expect(label).to_have_value("from a file")
    page.close()

    assert [error for error in watch.errors if not GONE.search(error)] == []
    watch.errors.clear()
    draft = link.split("plan=")[1]
    site.logged(f"/_stcore/stream 101 (?:.*, )?127.0.0.1:{second} ")
    logs = site.said("access.log") + site.said("error.log")
    logs += "".join(process.log.read_text("utf-8") for process in site.processes.values())
    assert "Traceback" not in logs
    assert draft not in logs
    assert "plan=" not in logs


def ask(site: Site, path: str, *, known: bool = True, **headers: str) -> Message:
    """Ask over TLS, as somebody with a certificate or without; returns the answer's headers."""
    trusting = ssl.create_default_context(cafile=str(site.folder / "pair.pem"))
    trusting.check_hostname = False
    if known:
        trusting.load_cert_chain(site.folder / "pair.pem", site.folder / "key.pem")
    asked = Request(f"{site.encrypted}{path}", headers=headers)  # noqa: S310
    with urlopen(asked, context=trusting, timeout=20) as answer:  # noqa: S310
        found: Message = answer.headers
        return found


def test_each_browser_stays_with_one_process_and_all_processes_are_used(site: Site) -> None:
    used = set()
    for number in range(30):
        healthz = partial(ask, site, "/healthz", Cookie=f"other=1; {COOKIE}={number:043}")
        asked = {site.process_of(healthz) for _ in range(3)}
        assert len(asked) == 1
        used |= asked
    assert used == set(site.processes)


def test_a_browser_without_a_cookie_gets_one_which_over_tls_stays_there(site: Site) -> None:
    healthz = partial(ask, site, "/healthz")
    assert site.process_of(healthz) == site.process_of(healthz)
    cookies = ask(site, "/_stcore/health").get_all("Set-Cookie", [])
    (given,) = (cookie for cookie in cookies if cookie.startswith(COOKIE))
    assert given.endswith("; Secure")


def test_it_answers_to_the_names_that_the_unit_lets_it(site: Site) -> None:
    assert ask(site, "/", Host=NAME)["Content-Type"].startswith("text/html")
    with pytest.raises(HTTPError, match="421"):
        ask(site, "/", Host="evil.example")


def test_over_a_network_nobody_comes_in_without_a_certificate(site: Site) -> None:
    with pytest.raises(HTTPError, match="400"):
        ask(site, "/", known=False)

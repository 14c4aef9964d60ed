"""Signing in at a real OpenID Connect provider: whose a plan is, as the browsers of two show it."""

import json
import re
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from secrets import token_hex
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

import screens
from deployed import SHIPPED, put
from looked import Looked
from serving import HERE, ROOT, free_port, served
from taper.cli import main
from taper.drafts import Drafts
from taper.drafts.seal import opened
from test_strangers import enter, labelled, run

WAIT_MS = 30_000
CANARY = "canary-7Qx"
NAMES = {"ann": "Ann Archer", "bob": "Bob Baker"}


@pytest.fixture(scope="module")
def provider() -> Iterator[str]:
    """An identity provider that asks for a name and believes it."""
    port = free_port()
    users = [
        {"sub": sub, "name": name, "email": f"{sub}@clinic.example"} for sub, name in NAMES.items()
    ]
    claims = [part for user in users for part in ("--user-claims", json.dumps(user))]
    command = [sys.executable, "-W", "ignore", "-m", "oidc_provider_mock", "-p", str(port), *claims]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            url = f"http://{HERE}:{port}"
            while process.poll() is None and not answers(url):
                time.sleep(0.1)
            yield url
        finally:
            process.terminate()


def answers(url: str) -> bool:
    try:
        with urlopen(url, timeout=5):  # noqa: S310
            return True
    except (URLError, TimeoutError):
        return False


@dataclass
class Clinic:
    """The app with sign-in, and those who use it, each in a browser of their own."""

    url: str
    log: Path
    people: Callable[[], BrowserContext]

    def page(self, person: str) -> Page:
        """Open a page in a new browser, as someone who signs in there."""
        page = self.people().new_page()
        page.goto(self.url)
        sign_in(page, person)
        return page

    def label(self, link: str) -> str:
        """Return the name of a plan as it is saved, whoever owns it."""
        with closing(sqlite3.connect(self.log.with_name("data") / "drafts.sqlite3")) as file:
            (document,) = file.execute(
                "select document from state where draft = ? order by number desc",
                (link.split("plan=")[1],),
            ).fetchone()
        return str(opened(document)["label"])


def sign_in(page: Page, person: str) -> None:
    page.get_by_role("button", name="Sign in").click()
    page.get_by_placeholder("sub").fill(person)
    page.get_by_role("button", name="Authorize").click()
    expect(page.locator(".st-key-sign-out")).to_be_visible()
    screens.settled(page)


@pytest.fixture(scope="module")
def site(provider: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    """The app with sign-in: its address and its log."""
    folder, port = tmp_path_factory.mktemp("sign-in"), free_port()
    secrets, url = folder / "secrets.toml", f"http://{HERE}:{port}"
    given = {
        "https://taper.clinic.example": url,
        "https://id.clinic.example": provider,
        "MADE BY: openssl rand -hex 32": token_hex(32),
    }
    secrets.write_text(put((SHIPPED / "secrets.toml").read_text("utf-8"), given), "utf-8")
    log, named = folder / "log", {"STREAMLIT_SECRETS_FILES": str(secrets)}
    with served(ROOT / "app.py", log, folder / "data", port, **named):
        yield url, log
    assert "Traceback" not in log.read_text("utf-8")


@pytest.fixture
def clinic(browser: Browser, site: tuple[str, Path]) -> Iterator[Clinic]:
    with ExitStack() as at_end:

        def people() -> BrowserContext:
            context = browser.new_context(locale="en-US", timezone_id="UTC")
            context.set_default_timeout(WAIT_MS)
            at_end.callback(context.close)
            return context

        yield Clinic(*site, people)


def menu(page: Page, name: str) -> None:
    page.get_by_role("button", name="More", exact=True).click()
    page.get_by_role("menuitem", name=name).click()
    expect(page.get_by_role("dialog")).to_be_visible()


def name(page: Page) -> Locator:
    return page.get_by_role("textbox", name=re.compile("^Name of this plan"))


def made(page: Page, label: str) -> str:
    """Make a plan of that name; returns its link."""
    page.get_by_role("button", name="Start an empty plan").click()
    name(page).fill(label)
    name(page).press("Enter")
    screens.settled(page)
    expect(page.locator(".saved")).to_have_text(re.compile("^Saved"))
    return page.url


def test_a_plan_is_its_owners_until_they_share_it_and_again_when_they_end_that(
    clinic: Clinic, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    ann, bob = clinic.page("ann"), clinic.page("bob")
    link = made(ann, CANARY)
    label = name(bob)

    bob.goto(link)
    expect(bob.get_by_text("it was deleted, or is not shared with you")).to_be_visible()
    bob.get_by_role("button", name="See the example").click()
    expect(bob.get_by_text("EXAMPLE, read only")).to_be_visible()
    screens.settled(bob)
    bob.locator(".st-key-open button").first.click()
    expect(bob.get_by_text("Plans that you make or open will be listed here")).to_be_visible()
    assert CANARY not in bob.content()

    menu(ann, "Share this plan")
    dialog = ann.get_by_role("dialog")
    address = dialog.get_by_role("textbox")
    address.fill("carol@clinic.example")
    dialog.get_by_role("button", name="Share", exact=True).click()
    expect(dialog.get_by_text("has signed in here yet")).to_be_visible()
    address.fill("Bob@clinic.example")
    dialog.get_by_role("button", name="Share", exact=True).click()
    expect(dialog.get_by_text("Bob Baker")).to_be_visible()
    expect(address).to_have_value("")
    barriers = Looked(ann)
    barriers.at("a shared plan")
    barriers.nothing()

    bob.goto(clinic.url)
    bob.locator(".st-key-open button").first.click()
    bob.get_by_role("button", name=CANARY, exact=True).click()
    expect(label).to_have_value(CANARY)
    label.fill("Bob was here")
    label.press("Enter")
    screens.until(bob, lambda: clinic.label(link) == "Bob was here")
    bob.get_by_role("button", name="More", exact=True).click()
    expect(bob.get_by_role("menuitem")).to_have_text(["My details", "Share this plan"])
    bob.keyboard.press("Escape")

    dialog.get_by_role("button", name="End", exact=True).click()
    expect(dialog.get_by_text("Bob Baker")).to_be_hidden()
    label.fill("after the end")
    label.press("Enter")
    expect(bob.get_by_text("it was deleted, or is not shared with you")).to_be_visible()
    assert "Bob was here" not in bob.content()
    assert clinic.label(link) == "Bob was here"

    monkeypatch.setenv("TAPER_DATA_DIR", str(clinic.log.with_name("data")))
    assert main(["audit", "--plan", link]) == 0
    rows = [line.split(",") for line in capfd.readouterr().out.splitlines()[1:]]
    assert [(row[1], row[3]) for row in rows] == [
        ("Ann Archer", "made"), ("Ann Archer", "shared"),
        ("Bob Baker", "opened"), ("Ann Archer", "ended sharing"),
    ]  # fmt: skip


def test_signing_out_ends_access_in_every_window_and_for_a_copied_cookie(clinic: Clinic) -> None:
    ann = clinic.page("ann")
    link = made(ann, CANARY)
    other = ann.context.new_page()
    other.goto(link)
    expect(name(other)).to_have_value(CANARY)
    cookies: list[Any] = ann.context.cookies()
    ann.get_by_role("button", name="Sign out").click()
    ann.get_by_role("button", name="End session").click()  # the provider asks too
    expect(ann.get_by_role("button", name="Sign in")).to_be_visible()
    barriers = Looked(ann)
    barriers.at("the way in")
    barriers.nothing()

    other.get_by_role("button", name="Sheets").click()
    expect(other.get_by_role("button", name="Sign in")).to_be_visible()
    assert CANARY not in other.content()
    for page in (other, ann):
        page.goto(link)
        expect(page.get_by_role("button", name="Sign in")).to_be_visible()
        assert CANARY not in page.content()
    thief = clinic.people()
    thief.add_cookies(cookies)
    copied = thief.new_page()
    copied.goto(link)
    expect(copied.get_by_role("button", name="Sign in")).to_be_visible()

    sign_in(ann, "ann")  # and comes to the plan whose link was opened
    expect(name(ann)).to_have_value(CANARY)
    assert ann.url == link


def test_who_has_not_signed_in_is_shown_nothing_and_has_no_other_way(clinic: Clinic) -> None:
    drafts = Drafts(clinic.log.with_name("data") / "drafts.sqlite3")
    plan = drafts.create(labelled(CANARY), datetime.now(UTC)).id
    host = clinic.url.removeprefix("http://")
    for cookie in ("", "_streamlit_user=forged", "taper-browser=" + "b" * 43):
        with enter(host, cookie) as stream:
            for page in ("", "sheets", "follow-up", "compare", "reference", "about"):
                _, said = run(stream, f"plan={plan}", page)
                assert b"Sign in" in said
                assert CANARY.encode() not in said
    for path in (
        "/",
        "/sheets",
        "/follow-up",
        "/_stcore/host-config",
        "/_stcore/health",
        "/healthz",
    ):
        with urlopen(f"{clinic.url}{path}?plan={plan}", timeout=20) as answer:  # noqa: S310
            assert CANARY.encode() not in answer.read()
    for path in ("/_stcore/upload_file/guessed/1", "/auth/nothing", "/media/guessed.pdf"):
        with pytest.raises(HTTPError):
            urlopen(Request(f"{clinic.url}{path}?plan={plan}", method="PUT"), timeout=20)  # noqa: S310
    found = drafts.load(plan)
    assert found
    assert found.owner == ""

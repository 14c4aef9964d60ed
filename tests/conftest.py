import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from hypothesis import HealthCheck, settings
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    expect,
    sync_playwright,
)
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

import chromium
import postgresql
import programs
from serving import HERE, ROOT, NotServed, served
from taper.drafts import versions

WAIT_MS = 30_000
BROWSER_TESTS = "tests/browser/"
WAITING_TESTS = tuple(
    f"tests/browser/test_{name}.py" for name in ("connection", "races", "sign_in")
)

# How long an example takes says something about the machine, not about the code.
settings.register_profile(
    "ci",
    max_examples=200,
    derandomize=True,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.register_profile(
    "night", settings.get_profile("ci"), max_examples=20_000, derandomize=False
)
# Every test is run again and again in one process.
settings.register_profile(
    "mutants",
    settings.get_profile("ci"),
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.differing_executors],
)
settings.load_profile("ci")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.nodeid.startswith(BROWSER_TESTS):
            item.add_marker("browser")


class BrowserTestsTogether(LoadScopeScheduling):
    """Browser tests on one worker, which they keep busy: they share its server and its browser.

    Those that mostly wait, for a slow server or one that is gone, stand beside them on the other.
    `--dist loadgroup` would do it, but groups nothing under pytest 9.2 (pytest-xdist issue 1386).
    """

    def _split_scope(self, nodeid: str) -> str:
        if nodeid.startswith(WAITING_TESTS):
            return "waiting"
        return BROWSER_TESTS if nodeid.startswith(BROWSER_TESTS) else nodeid


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> BrowserTestsTogether:
    return BrowserTestsTogether(config, log)


@pytest.fixture(scope="session")
def chromium_executable() -> str:
    try:
        return chromium.find()
    except programs.NoProgram as missing:
        pytest.fail(f"{missing}: run `make test`, which installs one, or set CHROME_BIN")


@pytest.fixture(scope="session")
def cluster() -> Iterator[postgresql.Cluster]:
    """A PostgreSQL server of this run of the tests."""
    try:
        with postgresql.cluster() as made:
            yield made
    except programs.NoProgram as missing:
        pytest.fail(f"{missing}: run `make test`, which installs one")


@pytest.fixture(params=["sqlite", "postgresql"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Path | str:
    """Where drafts are kept: nothing is there yet."""
    if request.param == "sqlite":
        return tmp_path / "folder" / "drafts.sqlite3"
    cluster: postgresql.Cluster = request.getfixturevalue("cluster")
    return cluster.new()


LATER = """
import sqlalchemy as sa
from alembic import op

revision = "8"
down_revision = "7"


def upgrade() -> None:
    op.add_column("draft", sa.Column("colour", sa.Text))
    op.execute("insert into kept values ('later', 'once', 'more', '{}')")
"""


@pytest.fixture
def later(tmp_path: Path) -> Path:
    """The versions of the tables with one more, which can be made only once."""
    folder = tmp_path / "versions"
    shutil.copytree(versions.__path__[0], folder)
    (folder / "version_8.py").write_text(LATER)
    return folder


@pytest.fixture(scope="session")
def browser(chromium_executable: str) -> Iterator[Browser]:
    expect.set_options(timeout=WAIT_MS)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium_executable,
            args=[
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-quic",
                "--no-first-run",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
                "--process-per-site",
            ],
        )
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def server_log(tmp_path_factory: pytest.TempPathFactory) -> Path:
    log = tmp_path_factory.mktemp("app") / "server.log"
    log.touch()
    return log


@pytest.fixture(scope="session")
def app_url(server_log: Path) -> Iterator[str]:
    """The app, on a server of its own, with drafts of its own."""
    try:
        with served(ROOT / "app.py", server_log, server_log.with_name("data")) as url:
            yield url
    except NotServed as failed:
        pytest.fail(f"the app did not start:\n{failed}")


@dataclass
class Watch:
    """What must not happen. A test that brings it about checks the list and clears it."""

    errors: list[str] = field(default_factory=list)
    """On the page's console."""
    foreign: list[str] = field(default_factory=list)
    """Addresses on other machines that the page asked."""

    def page(self, page: Page) -> None:
        page.on("console", self.message)
        page.on("pageerror", lambda thrown: self.errors.append(str(thrown)))
        page.on("request", lambda request: self.asked(request.url))
        page.on("websocket", lambda opened: self.asked(opened.url))

    def message(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.errors.append(f"{message.text} ({message.location.get('url', '')})")

    def asked(self, url: str) -> None:
        where = urlsplit(url)
        if where.scheme in {"http", "https", "ws", "wss"} and where.hostname != HERE:
            self.foreign.append(url)


@pytest.fixture
def watch() -> Watch:
    return Watch()


@pytest.fixture(scope="session")
def visitor(browser: Browser, app_url: str) -> Iterator[BrowserContext]:
    """What all pages share: Streamlit's and Plotly's scripts, read once and not for each test."""
    context = browser.new_context(
        viewport={"width": 1366, "height": 768},
        accept_downloads=True,
        locale="en-US",
        timezone_id="UTC",
    )
    context.set_default_timeout(WAIT_MS)
    context.new_page().goto(f"{app_url}/healthz")  # of one site: its process serves all tests
    yield context
    context.close()


@pytest.fixture
def page(visitor: BrowserContext, watch: Watch, server_log: Path) -> Iterator[Page]:
    """An empty page of a new visitor.

    At its end: no trace in the server's log, no error on the console, no other machine asked.
    """
    logged = server_log.stat().st_size
    visitor.on("page", watch.page)
    yield visitor.new_page()
    visitor.remove_listener("page", watch.page)
    for opened in visitor.pages[1:]:
        opened.close()
    visitor.clear_cookies()
    said = server_log.read_bytes()[logged:].decode(errors="replace")
    if "Traceback" in said:
        pytest.fail(f"the app raised:\n{said}")
    assert not watch.errors
    assert not watch.foreign

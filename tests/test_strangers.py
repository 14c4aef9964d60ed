"""Strangers at the door: what an intruder would try against the app as it is started for use."""

import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Origin, Subprotocol

from serving import HERE, free_port, healthy
from taper.drafts import Drafts

MEGABYTE = 1_000_000
CANARY = "canary-7Qx"
CARELESS = """
[logger]
level = "debug"
[server]
address = "0.0.0.0"
enableCORS = false
enableXsrfProtection = false
allowedHosts = ["*"]
enableStaticServing = true
[browser]
gatherUsageStats = true
"""
"""Settings of some other app, in the folder that Taper is started from."""


class Door:
    """The running app as a stranger on the same machine sees it."""

    def __init__(
        self, port: int, folder: Path, log: Path, server: "subprocess.Popen[bytes]"
    ) -> None:
        self.host = f"{HERE}:{port}"
        self.port = port
        self.drafts = Drafts(folder / "data" / "drafts.sqlite3")
        self.log = log
        self.server = server

    def ask(self, path: str, method: str = "GET", body: bytes = b"", **headers: str) -> bytes:
        """Send exactly these bytes, as no client library would; returns the answer."""
        sent = {"Host": self.host, "Connection": "close", "Content-Length": str(len(body))}
        sent |= {name.replace("_", "-"): value for name, value in headers.items()}
        lines = [f"{method} {path} HTTP/1.1", *(f"{name}: {sent[name]}" for name in sent), "", ""]
        with socket.create_connection((HERE, self.port), timeout=20) as out:
            out.sendall("\r\n".join(lines).encode("latin-1") + body)
            return b"".join(iter(lambda: out.recv(65_536), b""))

    def status(self, path: str, method: str = "GET", body: bytes = b"", **headers: str) -> int:
        return int(self.ask(path, method, body, **headers).split(b" ", 2)[1])

    def plan(self, label: str) -> str:
        """Save a plan; returns its id."""
        return self.drafts.create(labelled(label), datetime.now(UTC)).id

    def enter(
        self, browser: str, origin: str = "", session: str = ""
    ) -> AbstractContextManager[ClientConnection]:
        """Open a page's connection, as the browser with that id."""
        return enter(self.host, f"taper-browser={browser}", origin, session)


def enter(
    host: str, cookie: str, origin: str = "", session: str = ""
) -> AbstractContextManager[ClientConnection]:
    """Open a page's connection."""
    names = ["streamlit", "xsrf", session] if session else ["streamlit"]
    return connect(
        f"ws://{host}/_stcore/stream",
        origin=Origin(origin or f"http://{host}"),
        subprotocols=[Subprotocol(name) for name in names],
        additional_headers={"Cookie": cookie} if cookie else {},
        max_size=None,
    )


def labelled(label: str) -> dict[str, Any]:
    """Return a plan document that is told from others by its name and its drug."""
    row = {"drug": f"drug {label}", "doses_mg": {"morning": "1"}}
    empty = {"format": "taper-plan/1", "times": ["morning"], "phases": []}
    return {**empty, "label": label, "regimen": [row]}


def run(page: ClientConnection, query: str = "", name: str = "") -> tuple[str, bytes]:
    """Run the script of a page; returns the session's id and all that was sent."""
    wanted = BackMsg()
    wanted.rerun_script.query_string = query
    wanted.rerun_script.page_name = name
    page.send(wanted.SerializeToString())
    session, said = "", b""
    while True:
        answer = ForwardMsg()
        raw = page.recv(timeout=30)
        assert isinstance(raw, bytes)
        answer.ParseFromString(raw)
        said += raw
        kind = answer.WhichOneof("type")
        if kind == "new_session":
            session = answer.new_session.initialize.session_id
        elif kind == "script_finished":
            return session, said


def drain(page: ClientConnection) -> None:
    """Read until the server closes the connection."""
    while True:
        page.recv(timeout=20)


@pytest.fixture(scope="module")
def door(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Door]:
    """The app, started by its command from a folder with another app's careless settings."""
    folder = tmp_path_factory.mktemp("strangers")
    (folder / ".streamlit").mkdir()
    (folder / ".streamlit" / "config.toml").write_text(CARELESS, "utf-8")
    log, port = folder / "log", free_port()
    with (
        log.open("wb") as output,
        pytest.MonkeyPatch.context() as patched,
    ):
        patched.setenv("TAPER_DATA_DIR", str(folder / "data"))
        patched.setenv("STREAMLIT_SERVER_HEADLESS", "true")
        patched.setenv("STREAMLIT_SERVER_ADDRESS", "0.0.0.0")  # noqa: S104
        with subprocess.Popen(
            [sys.executable, "-m", "taper.cli", "app", "--port", str(port)],
            cwd=folder, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT,
        ) as server:  # fmt: skip
            try:
                assert healthy(f"http://{HERE}:{port}", server), log.read_text()
                yield Door(port, folder, log, server)
            finally:
                server.terminate()


def addresses() -> list[str]:
    """Other addresses of this machine."""
    found = {"127.0.0.2", "::1"}
    found |= {str(one[4][0]) for one in socket.getaddrinfo(socket.gethostname(), None)}
    return sorted(found - {HERE})


@pytest.mark.parametrize("address", addresses())
def test_the_app_listens_to_this_machine_alone(door: Door, address: str) -> None:
    with pytest.raises(OSError):  # noqa: PT011 - refused, or no such address
        socket.create_connection((address, door.port), timeout=2).close()


@pytest.mark.parametrize(
    "path",
    [
        "/static/../../../../../../etc/passwd",
        "/static/..%2f..%2f..%2f..%2f..%2fetc/passwd",
        "/static/%2e%2e/%2e%2e/%2e%2e/config.py",
        "/static//etc/passwd",
        "/..%5c..%5cetc/passwd",
        "/media/../../app.py",
        "/component/x/../../../app.py",
        "/_stcore/bidi-components/taper_save_file/../../../app.py",
        "/_stcore/upload_file/x/../../../../etc/passwd",
        "/app/static/app.py",
        "/.streamlit/config.toml",
        "/app.py",
        "/data/drafts.sqlite3",
        "//evil.example/x",
        "/%00",
    ],
)
def test_no_path_leads_to_a_file_of_the_machine(door: Door, path: str) -> None:
    """It is refused, or is the empty page that every address of the app has."""
    head, _, body = door.ask(path).partition(b"\r\n\r\n")
    status = int(head.split(b" ", 2)[1])
    assert status in {400, 404, 405} or (status == 200 and b'<div id="root"></div>' in body)
    for secret in (b"root:", b"import streamlit", b"[server]", b"SQLite format"):
        assert secret not in body


@pytest.mark.parametrize("path", ["/", "/healthz", "/static/x.js", "/media/x", "/_stcore/health"])
@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "TRACE", "CONNECT", "FOO"])
def test_nothing_but_reading_is_answered(door: Door, method: str, path: str) -> None:
    assert door.status(path, method) in {400, 404, 405}


def test_headers_without_end_and_half_requests_do_no_harm(door: Door) -> None:
    assert door.status("/", X="a" * MEGABYTE) == 431
    assert door.status("/" + "a" * MEGABYTE) in {400, 414, 431}
    with socket.create_connection((HERE, door.port)) as half:
        half.sendall(b"GET / HTTP/1.1\r\nHost: ")
        assert door.status("/healthz") == 200


def test_another_name_or_page_gets_nothing(door: Door) -> None:
    """DNS rebinding, and the page of another program on this machine."""
    assert door.status("/", Host="evil.example") == 421
    assert door.status("/_stcore/health", Origin="http://localhost:3000") == 403
    for origin in ("http://evil.example", "http://localhost:3000", f"https://{HERE}:1", "null"):
        with pytest.raises(InvalidStatus, match="403"), door.enter("A" * 43, origin):
            pass


def test_a_file_comes_only_from_our_own_page_and_not_too_big(door: Door) -> None:
    with door.enter("U" * 43) as page:
        session, _ = run(page)
        boundary = "x"
        form = f'--{boundary}\r\nContent-Disposition: form-data; name="f"; filename="f"\r\n\r\n'
        body = form.encode() + b"x\r\n--x--\r\n"
        kind = {"Content_Type": f"multipart/form-data; boundary={boundary}"}
        cookie = re.search(rb"_streamlit_xsrf=([^;]+)", door.ask("/_stcore/health"))
        assert cookie
        token = cookie[1].decode()
        own = kind | {"Cookie": f"_streamlit_xsrf={token}", "X_Xsrftoken": token}

        place = f"/_stcore/upload_file/{session}/f"
        assert door.status(place, "PUT", body, **kind) == 403
        assert door.status(place, "PUT", body, **own | {"X_Xsrftoken": "forged"}) == 403
        assert door.status(place, "DELETE", b"", **kind) == 403
        assert door.status("/_stcore/upload_file/other/f", "PUT", body, **own) == 404
        assert door.status(place, "PUT", body, **own | {"Origin": "http://evil.example"}) == 403
        assert door.status(place, "PUT", body, **own | {"Content_Length": str(11 * 2**20)}) == 413
        assert door.status(place, "PUT", body, **own) == 204


def test_two_browsers_never_see_each_others_plans(door: Door) -> None:
    """Interleaved on one server, over everything that it sends; P15."""
    mine, yours = "M" * 43, "Y" * 43
    plans = {who: door.plan(f"{CANARY}-{who[0]}") for who in (mine, yours)}
    with door.enter(mine) as first, door.enter(yours) as second:
        for _ in range(3):
            _, here = run(first, f"plan={plans[mine]}")
            _, there = run(second, f"plan={plans[yours]}")
            assert f"drug {CANARY}-M".encode() in here
            assert f"drug {CANARY}-Y".encode() in there
            for said, others in ((here, yours), (there, mine)):
                for word in (f"{CANARY}-{others[0]}", plans[others]):
                    assert word.encode() not in said
    with door.enter("S" * 43) as stranger:
        assert CANARY.encode() not in run(stranger)[1]


def test_no_connection_is_taken_over(door: Door) -> None:
    """An open page's connection has a name of 122 random bits, which only that page knows."""
    with door.enter("M" * 43) as mine:
        session, said = run(mine, f"plan={door.plan(CANARY)}")
        assert CANARY.encode() in said
        assert re.fullmatch(
            r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-\w{12}", session
        )
        for guessed in (session[:-1], session.upper(), "%", f"{session[:-1]}x", "0" * 36):
            with door.enter("X" * 43, session=guessed) as page:
                other, seen = run(page)
            assert other != session
            assert CANARY.encode() not in seen
        with door.enter("M" * 43, session=session) as again:  # the page itself, after a lost line
            assert run(again)[0] == session
    assert session not in door.log.read_text("utf-8", "replace")


@pytest.mark.parametrize("query", ["plan=%00", "plan=%27%20or%201%3D1--", "plan=../x", "plan=%FF"])
def test_a_link_that_leads_nowhere_says_so(door: Door, query: str) -> None:
    door.plan(CANARY)
    with door.enter("L" * 43) as page:
        _, said = run(page, query)
    assert b"There is no plan under this link" in said
    assert CANARY.encode() not in said


def test_rubbish_on_the_connection_ends_only_that_one(door: Door) -> None:
    with door.enter("R" * 43) as page:
        run(page)
        page.send(b"\xff" * 1000)
        with pytest.raises(ConnectionClosed, match="1002"):
            drain(page)
    assert door.status("/healthz") == 200


def test_the_log_names_no_plan_and_no_text(door: Door) -> None:
    """After all of the above."""
    plan = door.plan(f"{CANARY}-log")
    with door.enter("M" * 43) as page:
        assert f"{CANARY}-log".encode() in run(page, f"plan={plan}")[1]
    said = door.log.read_text("utf-8", "replace")
    assert "Taper: http" in said
    for secret in (CANARY, plan, "plan=", "MMMM"):
        assert secret not in said


def test_no_door_stays_open_once_the_app_is_ended(door: Door) -> None:
    """Comes last, for it ends the app."""
    door.server.terminate()
    assert door.server.wait(20) == 0
    with pytest.raises(ConnectionRefusedError):
        door.ask("/")

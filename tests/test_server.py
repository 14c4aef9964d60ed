"""What the web server adds to every answer, and how it tells one browser from another."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from http.cookies import Morsel, SimpleCookie
from typing import Any

import pytest
import streamlit as st
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route, WebSocketRoute

from taper.ui.server import COOKIE, MIDDLEWARE, ROUTES, hashed

CONNECTING = "/_stcore/health"
STREAM = "/_stcore/stream"
OLD = "A" * 43


async def _page(_request: object) -> PlainTextResponse:
    return PlainTextResponse("page")


async def _two_cookies(_request: object) -> PlainTextResponse:
    answer = PlainTextResponse("in")
    for name in ("user", "tokens"):
        answer.set_cookie(name, "signed", httponly=True, samesite="lax")
    return answer


async def _connection(_socket: object) -> None:
    """Say nothing: whoever gets here was let in."""


async def _upload(_request: object) -> PlainTextResponse:
    """Say what Streamlit says of a page that is not open with this process."""
    return PlainTextResponse("Invalid session_id", 400)


APP = Starlette(
    routes=[
        *ROUTES,
        WebSocketRoute(STREAM, _connection),
        Route("/_stcore/upload_file/{any:path}", _upload, methods=["PUT"]),
        Route("/two-cookies", _two_cookies, methods=["GET"]),
        Route("/{any:path}", _page, methods=["GET", "POST"]),
    ],
    middleware=MIDDLEWARE,
)


def call(scope: dict[str, Any], headers: dict[str, str]) -> list[dict[str, Any]]:
    """Ask the app; returns the messages it sends."""
    sent: list[dict[str, Any]] = []
    scope |= {
        "query_string": b"",
        "headers": [
            (name.replace("_", "-").lower().encode(), value.encode())
            for name, value in headers.items()
        ],
    }

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b""}

    async def send(message: Any) -> None:
        sent.append(dict(message))

    with ThreadPoolExecutor(1) as apart:  # a browser test may have left a loop in this thread
        apart.submit(lambda: asyncio.run(APP(scope, receive, send))).result()
    return sent


def ask(
    path: str, scheme: str = "http", method: str = "GET", **headers: str
) -> tuple[int, SimpleCookie, dict[str, str]]:
    scope = {"type": "http", "method": method, "path": path, "scheme": scheme}
    sent = call(scope, {"Host": "127.0.0.1:8501"} | headers)
    answered = {name.decode(): value.decode() for name, value in sent[0]["headers"]}
    return sent[0]["status"], SimpleCookie(answered.get("set-cookie", "")), answered


def connect(**headers: str) -> list[dict[str, Any]]:
    return call({"type": "websocket", "path": STREAM, "scheme": "ws"}, headers)


def given(path: str = CONNECTING, scheme: str = "http", **headers: str) -> Morsel[str] | None:
    return ask(path, scheme, **headers)[1].get(COOKIE)


def test_a_new_browser_gets_an_id_that_no_script_and_no_other_site_sees() -> None:
    first, second = given(), given(Sec_Fetch_Site="same-origin")
    assert first
    assert second
    assert first.value != second.value
    assert len(first.value) == 43  # 256 bits, six to a character
    assert (first["httponly"], first["samesite"], first["path"]) == (True, "Strict", "/")
    assert not first["secure"]
    encrypted = given(scheme="https")
    assert encrypted
    assert encrypted["secure"]


def test_no_cookie_of_a_sign_in_goes_over_an_open_line() -> None:
    scope = {"type": "http", "method": "GET", "path": "/two-cookies", "scheme": "https"}
    answer, _ = call(scope, {"Host": "127.0.0.1:8501"})
    cookies = [value for name, value in answer["headers"] if name == b"set-cookie"]
    assert [cookie.endswith(b"; Secure") for cookie in cookies] == [True, True]


def test_a_known_browser_keeps_its_id() -> None:
    kept = given(Cookie=f"other=1; {COOKIE}={OLD}")
    assert kept
    assert kept.value == OLD


@pytest.mark.parametrize("forged", ["", "short", "B" * 44, "ü" * 43])
def test_what_is_no_id_is_replaced_and_opens_nothing(forged: str) -> None:
    made = given(Cookie=f"{COOKIE}={forged}")
    assert made
    assert made.value != forged
    assert hashed(forged) is None


@pytest.mark.parametrize("site", ["cross-site", "same-site", "none"])
@pytest.mark.parametrize("path", ["/", CONNECTING])
def test_a_link_from_elsewhere_takes_no_id_away(site: str, path: str) -> None:
    """The browser leaves a strict cookie out there; a new one would replace it."""
    status, cookies, _ = ask(path, Sec_Fetch_Site=site, Sec_Fetch_Mode="navigate")
    assert (status, cookies) == (200, {})


def test_only_a_hash_of_the_id_is_stored() -> None:
    stored = hashed(OLD)
    assert stored
    assert OLD not in stored
    assert stored == hashed(OLD) != hashed("B" * 43)
    assert hashed(None) is None


@pytest.mark.parametrize(
    ("path", "answer"),
    [("/", 200), (CONNECTING, 200), ("/healthz", 200), ("/media/x.png", 200), ("/auth/login", 404)],
)
def test_every_answer_has_the_headers(path: str, answer: int) -> None:
    status, _, headers = ask(path)
    assert status == answer
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["x-frame-options"] == "DENY"
    assert headers["cross-origin-opener-policy"] == "same-origin"
    assert headers["cross-origin-resource-policy"] == "same-origin"
    assert headers["cache-control"] == "no-store"


def test_a_page_may_run_and_load_only_its_own() -> None:
    _, _, headers = ask("/", Host="localhost:8501")
    allowed = dict(part.split(" ", 1) for part in headers["content-security-policy"].split("; "))
    assert allowed["default-src"] == "'self'"
    assert "unsafe" not in allowed["script-src"]
    assert allowed["connect-src"] == "'self' ws://localhost:8501 wss://localhost:8501"
    assert {allowed[key] for key in ("object-src", "base-uri", "form-action")} == {"'none'"}
    assert allowed["frame-ancestors"] == "'none'"
    for sources in allowed.values():
        assert not [one for one in sources.split() if one.startswith("http") or "*" in one]


@pytest.mark.parametrize("host", ["127.0.0.1:8501", "LOCALHOST", "[::1]:8501"])
def test_this_machine_is_let_in(host: str) -> None:
    assert ask("/", Host=host)[0] == 200


@pytest.mark.parametrize(
    "host",
    [
        "",
        "evil.example",
        "evil.example:8501",
        "127.0.0.1.evil.example",
        "localhost@evil.example",
        "evil.example/localhost",
        "localhost; script-src *",
        "127.0.0.1:8501, evil.example",
        "192.0.2.7:8501",
    ],
)
def test_a_name_that_was_bent_to_this_machine_leads_nowhere(host: str) -> None:
    """DNS rebinding: without sign-in, the name is all that tells such a page from our own."""
    status, cookies, headers = ask(CONNECTING, Host=host)
    assert (status, cookies) == (421, {})
    assert host not in headers["content-security-policy"] or not host


def test_another_name_is_let_in_where_the_deployer_says_so() -> None:
    known = st.config.get_option("server.allowedHosts")
    st.config.set_option("server.allowedHosts", ["taper.example"])
    try:
        assert ask("/", Host="taper.example")[0] == 200
    finally:
        st.config.set_option("server.allowedHosts", known)
    assert ask("/", Host="taper.example")[0] == 421


@pytest.mark.parametrize(
    "sent",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "http://localhost:3000"},
        {"Sec_Fetch_Site": "cross-site", "Sec_Fetch_Mode": "no-cors"},
        {"Sec_Fetch_Site": "same-site", "Sec_Fetch_Mode": "cors"},
    ],
)
def test_another_site_can_ask_nothing(sent: dict[str, str]) -> None:
    assert ask(CONNECTING, **sent)[0] == 403


def test_a_link_from_elsewhere_opens_the_page() -> None:
    found = ask("/", Sec_Fetch_Site="cross-site", Sec_Fetch_Mode="navigate")
    assert found[0] == 200
    posted = ask("/", "http", "POST", Sec_Fetch_Site="cross-site", Sec_Fetch_Mode="navigate")
    assert posted[0] == 403


@pytest.mark.parametrize(
    "path",
    ["/_stcore/metrics", "/_stcore/agent/interact", "/_stcore/x", "/auth/login", "/component/x/y"],
)
def test_what_the_page_does_not_need_is_not_served(path: str) -> None:
    assert ask(path)[0] == 404


def test_a_file_for_a_page_of_another_process_is_not_found_here() -> None:
    assert ask("/_stcore/upload_file/session/file", method="PUT")[0] == 404


def test_headers_without_end_are_not_read() -> None:
    assert ask("/", Cookie="a" * 70_000)[0] == 431


@pytest.mark.parametrize(
    "origin", ["", "null", "http://localhost:3000", "http://127.0.0.1:3000", "https://evil.example"]
)
def test_no_other_page_opens_the_connection(origin: str) -> None:
    """Streamlit would let in any port of this machine, and ask another machine for its address."""
    sent = connect(Host="127.0.0.1:8501", **({"Origin": origin} if origin else {}))
    assert sent == [{"type": "websocket.close", "code": 1008}]
    assert connect(Host="evil.example", Origin="http://evil.example")[0]["code"] == 1008
    assert connect(Host="127.0.0.1:8501", Origin="http://127.0.0.1:8501") == []

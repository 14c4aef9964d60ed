"""What the web server adds to every answer, and how it tells one browser from another."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from http.cookies import Morsel, SimpleCookie
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from taper.ui.server import COOKIE, MIDDLEWARE, ROUTES, hashed

CONNECTING = "/_stcore/health"
OLD = "A" * 43


async def _page(_request: object) -> PlainTextResponse:
    return PlainTextResponse("page")


APP = Starlette(routes=[*ROUTES, Route("/{any:path}", _page)], middleware=MIDDLEWARE)


def ask(
    path: str, scheme: str = "http", **headers: str
) -> tuple[int, SimpleCookie, dict[str, str]]:
    sent: list[dict[str, Any]] = []
    scope = {
        "type": "http", "method": "GET", "path": path, "query_string": b"", "scheme": scheme,
        "headers": [
            (name.replace("_", "-").lower().encode(), value.encode())
            for name, value in headers.items()
        ],
    }  # fmt: skip

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b""}

    async def send(message: Any) -> None:
        sent.append(dict(message))

    with ThreadPoolExecutor(1) as apart:  # a browser test may have left a loop in this thread
        apart.submit(lambda: asyncio.run(APP(scope, receive, send))).result()
    answered = {name.decode(): value.decode() for name, value in sent[0]["headers"]}
    return sent[0]["status"], SimpleCookie(answered.get("set-cookie", "")), answered


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
def test_a_link_from_elsewhere_takes_no_id_away(site: str) -> None:
    """The browser leaves a strict cookie out there; a new one would replace it."""
    assert given(Sec_Fetch_Site=site) is None
    assert given("/", Sec_Fetch_Site=site) is None


def test_only_a_hash_of_the_id_is_stored() -> None:
    stored = hashed(OLD)
    assert stored
    assert OLD not in stored
    assert stored == hashed(OLD) != hashed("B" * 43)
    assert hashed(None) is None


@pytest.mark.parametrize("path", ["/", CONNECTING, "/healthz", "/media/x.png"])
def test_every_answer_has_the_headers(path: str) -> None:
    status, _, headers = ask(path)
    assert status == 200
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["x-frame-options"] == "DENY"
    assert headers["content-security-policy"] == "frame-ancestors 'none'"

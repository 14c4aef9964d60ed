"""What stands around the pages: who is let in, the browser's id, security headers, a health route.

Streamlit's own server sets no such headers, answers under every name, and lets in the pages of
other programs on this machine; a page's script runs after the answer was sent and can set no
cookie.
"""

import re
import secrets
from base64 import b64encode
from hashlib import sha256
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

import streamlit as st
from starlette.datastructures import Headers, MutableHeaders
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from taper.ui import plot, sign_in

COOKIE: Final = "taper-browser"
_ID: Final = re.compile(r"[\w-]{43}", re.ASCII)
_ID_BYTES: Final = 32
_KEPT_SECONDS: Final = 400 * 24 * 60 * 60
"""The longest that browsers keep a cookie; each visit starts it anew."""
_BEFORE_CONNECTING: Final = "/_stcore/health"
"""Streamlit's page asks this of its own server before it opens the connection."""
_HEADERS: Final = {
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
_HERE: Final = frozenset({"127.0.0.1", "localhost", "[::1]"})
"""The names under which only this machine is reached."""
_NAMED: Final = re.compile(r"([\w.-]+|\[[0-9a-f:]+\])(?::[0-9]{1,5})?", re.ASCII | re.IGNORECASE)
"""The value of a Host header."""
_ASSETS: Final = ("/static/", plot.LIBRARY)
"""The page's own scripts, styles and fonts: the same for everybody, and named by their content."""
_INSIDE: Final = "/_stcore/"
_ASKED: Final = ("health", "host-config", "stream", "upload_file/")
"""What the page asks for under `_INSIDE`; what else Streamlit serves there, it needs not."""
_UPLOADS: Final = f"{_INSIDE}upload_file/"
_UNUSED: Final = ("/component/",)
_SIGN_IN: Final = ("/auth/", "/oauth2callback")
_MOST_HEADERS: Final = 65_536
"""So many bytes of headers no browser sends; their parsers need not read more."""


def _own_scripts() -> str:
    """Return what lets the scripts within Streamlit's page run and no others: their hashes."""
    page = (Path(st.__file__).parent / "static" / "index.html").read_text("utf-8")
    within = re.findall(r"<script>(.*?)</script>", page, re.DOTALL)
    hashes = (b64encode(sha256(script.encode()).digest()).decode() for script in within)
    return " ".join(f"'sha256-{found}'" for found in hashes)


_POLICY: Final = "; ".join(
    (
        "default-src 'self'",
        f"script-src 'self' blob: {_own_scripts()}",  # a component's script comes as a blob
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data: blob:",
        "font-src 'self' data:",
        "connect-src 'self' ws://{host} wss://{host}",  # not every browser takes 'self' for these
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
    )
)
"""Whatever got into a page: it could ask no other machine, and run no script of its own."""


def hashed(cookie: object) -> str | None:
    """Return what is stored of a browser's id: its SHA-256, so that the file lets no one in.

    None for what is no id.
    """
    known = isinstance(cookie, str) and _ID.fullmatch(cookie)
    return sha256(known[0].encode()).hexdigest() if known else None


class Guard:
    """ASGI middleware: lets only our own page in, gives each browser an id, every answer headers.

    The id has 256 random bits. Its cookie is strict: a page reached by a link from another site
    comes without it. Such a request must not get a new id in place of the old one, so only requests
    of our own page do.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        refused = _refused(scope)
        if scope["type"] == "websocket":
            if refused:  # before it is accepted: the browser sees a plain 403
                await send({"type": "websocket.close", "code": 1008})
            else:
                await self._app(scope, receive, send)
            return
        cookie = "" if refused else _cookie(scope)
        host = "" if refused else Headers(scope=scope)["Host"]

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.update(_HEADERS)
                headers["Content-Security-Policy"] = _POLICY.format(host=host)
                if not scope["path"].startswith(_ASSETS):
                    headers["Cache-Control"] = "no-store"
                if cookie:
                    headers.append("Set-Cookie", cookie)
                if scope.get("scheme") == "https":
                    message["headers"] = [*map(_secured, message["headers"])]
                if message["status"] == 400 and scope["path"].startswith(_UPLOADS):
                    message["status"] = 404  # a proxy asks the process that has the page open
            await send(message)

        await (refused or self._app)(scope, receive, guarded)


def _refused(scope: Scope) -> Response | None:
    """Return the answer to a request that our own page would not make; None where it may pass.

    Another site that this browser has open, or a name that leads here, may neither speak for the
    clinician nor read along.
    """
    headers = Headers(scope=scope)
    host = headers.get("Host", "")
    origin = headers.get("Origin", "")
    site = headers.get("Sec-Fetch-Site", "")
    if sum(len(name) + len(value) for name, value in headers.raw) > _MOST_HEADERS:
        return PlainTextResponse("The request's headers are too long", 431)
    if not _here(host):
        return PlainTextResponse("Taper is not served under this name", 421)
    if scope["type"] == "websocket":
        foreign = urlsplit(origin).netloc != host
    else:
        # A browser leaves the origin out, or says "null", where our own page asks.
        foreign = origin not in {"", "null"} and urlsplit(origin).netloc != host
        entering = headers.get("Sec-Fetch-Mode") == "navigate" and scope["method"] == "GET"
        foreign |= site in {"cross-site", "same-site"} and not entering
    if foreign:
        return PlainTextResponse("Only Taper's own page may ask this", 403)
    path = scope["path"]
    within = path.startswith(_INSIDE) and not path.removeprefix(_INSIDE).startswith(_ASKED)
    unused = _UNUSED if sign_in.setup().on else _UNUSED + _SIGN_IN
    if within or path.startswith(unused):
        return PlainTextResponse("Not found", 404)
    return None


def _here(host: str) -> bool:
    """Say whether a request means this machine, or a name that `server.allowedHosts` lists."""
    found = _NAMED.fullmatch(host)
    names = _HERE.union(st.config.get_option("server.allowedHosts"))
    return found is not None and found[1].lower() in names


def _cookie(scope: Scope) -> str:
    """Return the cookie to set with the answer to this request, "" for none."""
    if scope["path"] != _BEFORE_CONNECTING:
        return ""
    headers = Headers(scope=scope)
    if headers.get("Sec-Fetch-Site", "same-origin") != "same-origin":
        return ""
    found = SimpleCookie(headers.get("Cookie", "")).get(COOKIE)
    known = found.value if found and _ID.fullmatch(found.value) else ""
    return (
        f"{COOKIE}={known or secrets.token_urlsafe(_ID_BYTES)}; Path=/; Max-Age={_KEPT_SECONDS};"
        " HttpOnly; SameSite=Strict"
    )


def _secured(header: tuple[bytes, bytes]) -> tuple[bytes, bytes]:
    """Let no cookie go over an open line, that of the sign-in included."""
    name, value = header
    secured = name != b"set-cookie" or b"; secure" in value.lower()
    return name, value if secured else value + b"; Secure"


async def _health(_request: Request) -> Response:
    return PlainTextResponse("ok")


MIDDLEWARE: Final = (Middleware(Guard),)
ROUTES: Final[tuple[BaseRoute, ...]] = (Route("/healthz", _health), plot.ROUTE)

"""What the web server adds around the pages: the browser's id, security headers, a health route.

Streamlit's own server sets none of these; a page's script runs after the answer was sent and can
set no cookie.
"""

import re
import secrets
from hashlib import sha256
from http.cookies import SimpleCookie
from typing import Final

from starlette.datastructures import Headers, MutableHeaders
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

COOKIE: Final = "taper-browser"
_ID: Final = re.compile(r"[\w-]{43}", re.ASCII)
_ID_BYTES: Final = 32
_KEPT_SECONDS: Final = 400 * 24 * 60 * 60
"""The longest that browsers keep a cookie; each visit starts it anew."""
_BEFORE_CONNECTING: Final = "/_stcore/health"
"""Streamlit's page asks this of its own server before it opens the connection."""
_HEADERS: Final = {
    "Content-Security-Policy": "frame-ancestors 'none'",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}


def hashed(cookie: object) -> str | None:
    """Return what is stored of a browser's id: its SHA-256, so that the file lets no one in.

    None for what is no id.
    """
    known = isinstance(cookie, str) and _ID.fullmatch(cookie)
    return sha256(known[0].encode()).hexdigest() if known else None


class Guard:
    """ASGI middleware: gives each browser an id of 256 random bits, and every answer the headers.

    The cookie is strict: a page reached by a link from another site comes without it. Such a
    request must not get a new id in place of the old one, so only requests of our own page do.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        cookie = _cookie(scope)

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.update(_HEADERS)
                if cookie:
                    headers.append("Set-Cookie", cookie)
            await send(message)

        await self._app(scope, receive, guarded)


def _cookie(scope: Scope) -> str:
    """Return the cookie to set with the answer to this request, "" for none."""
    if scope["path"] != _BEFORE_CONNECTING:
        return ""
    headers = Headers(scope=scope)
    if headers.get("Sec-Fetch-Site", "same-origin") != "same-origin":
        return ""
    found = SimpleCookie(headers.get("Cookie", "")).get(COOKIE)
    known = found.value if found and _ID.fullmatch(found.value) else ""
    secure = "; Secure" if scope.get("scheme") == "https" else ""
    return (
        f"{COOKIE}={known or secrets.token_urlsafe(_ID_BYTES)}; Path=/; Max-Age={_KEPT_SECONDS};"
        f" HttpOnly; SameSite=Strict{secure}"
    )


async def _health(_request: Request) -> Response:
    return PlainTextResponse("ok")


MIDDLEWARE: Final = (Middleware(Guard),)
ROUTES: Final[tuple[BaseRoute, ...]] = (Route("/healthz", _health),)

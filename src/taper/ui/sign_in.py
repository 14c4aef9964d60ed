"""Signing in by OpenID Connect, where that is set up: Streamlit's own login, asked at every run."""

import tomllib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import streamlit as st

from taper.drafts import Person, SignedOut, address

_LASTS: Final = timedelta(hours=12)
"""A working day: then the provider is asked again, who may have closed the account since."""
_NEEDED: Final = (
    "redirect_uri",
    "cookie_secret",
    "client_id",
    "client_secret",
    "server_metadata_url",
)
_SHORTEST_SECRET: Final = 32
_HERE: Final = ("127.0.0.1", "localhost", "::1")


@dataclass(frozen=True, slots=True)
class Setup:
    """Whether people have to sign in, and what is wrong with how that is set up; "" for nothing."""

    on: bool
    fault: str = ""


@cache
def setup() -> Setup:
    """Read whether people sign in here: they do where a file of secrets has the part `[auth]`.

    A file that is named but cannot be read lets nobody in: it may have that part.
    """
    named = st.config.is_manually_set("secrets.files")
    auth: dict[str, Any] | None = None
    for name in st.config.get_option("secrets.files"):
        file = Path(name)
        if not named and not file.exists():
            continue
        try:
            found = tomllib.loads(file.read_text("utf-8"))
        except (OSError, ValueError) as error:
            why = getattr(error, "strerror", None) or error
            return Setup(on=True, fault=f"{file.name} cannot be read: {why}")
        auth = found.get("auth", auth)
    return Setup(on=False) if auth is None else Setup(on=True, fault=_fault(auth))


def _fault(auth: object) -> str:
    if not isinstance(auth, dict):
        return "auth must be a part of its own, [auth]"
    for key in _NEEDED:
        if not isinstance(auth.get(key), str) or not auth[key]:
            return f"auth.{key} is missing"
    if len(auth["cookie_secret"]) < _SHORTEST_SECRET:
        return f"auth.cookie_secret must have at least {_SHORTEST_SECRET} characters"
    for key in ("redirect_uri", "server_metadata_url"):
        url = urlsplit(auth[key])
        if url.scheme != "https" and not (url.scheme == "http" and url.hostname in _HERE):
            return f"auth.{key} must begin with https://"
    if not auth["redirect_uri"].endswith("/oauth2callback"):
        return "auth.redirect_uri must end with /oauth2callback"
    return ""


def person() -> Person | None:
    """Return who signed in; None where nobody has to.

    Raises `SignedOut` where somebody has to, and did not or longer ago than a working day.
    """
    if not setup().on:
        return None
    said = st.user.to_dict() if st.user.is_logged_in else {}
    subject, issuer, at = said.get("sub"), said.get("iss"), said.get("iat")
    if not (subject and issuer and isinstance(at, int)) or setup().fault:
        raise SignedOut
    since = datetime.fromtimestamp(at, UTC)
    if datetime.now(UTC) - since > _LASTS:
        raise SignedOut
    # An address that the provider says nobody has shown to be theirs leads to nobody.
    email = "" if said.get("email_verified") is False else str(said.get("email") or "")
    return Person(
        id=sha256(f"{issuer}\n{subject}".encode()).hexdigest(),
        name=str(said.get("name") or said.get("preferred_username") or email or "no name"),
        email=address(email),
        since=since,
    )

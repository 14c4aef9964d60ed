"""How sign-in is set up, and whom it lets in; the whole way through it is in a browser test."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import streamlit as st
from streamlit import config
from streamlit.testing.v1 import AppTest

from serving import HERE, ROOT
from taper.drafts import Drafts, Person, SignedOut, Unavailable
from taper.ui import sign_in, stored
from test_app import shown

WHOLE = {
    "redirect_uri": "https://taper.clinic.example/oauth2callback",
    "cookie_secret": "s" * 32,
    "client_id": "taper",
    "client_secret": "secret",
    "server_metadata_url": "https://id.clinic.example/.well-known/openid-configuration",
}
SAID: dict[str, Any] = {
    "is_logged_in": True, "iss": "https://id.clinic.example", "sub": "1", "name": "Ann Archer",
    "email": "Ann@Clinic.example",
}  # fmt: skip


def written(auth: dict[str, str]) -> str:
    return "[auth]\n" + "".join(f'{key} = "{value}"\n' for key, value in auth.items())


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The file of secrets that this machine names; nothing is there yet."""
    file = tmp_path / "secrets.toml"
    before = config.get_option("secrets.files")
    config.set_option("secrets.files", [str(file)])
    sign_in.setup.cache_clear()
    monkeypatch.setenv("TAPER_DATA_DIR", str(tmp_path))
    yield file
    config.set_option("secrets.files", before, "<default>")
    sign_in.setup.cache_clear()


@pytest.mark.parametrize(
    ("text", "on", "fault"),
    [
        (written(WHOLE), True, ""),
        ("[other]\nkey = 'x'\n", False, ""),
        ("[auth\n", True, "secrets.toml cannot be read: "),
        ("auth = 1\n", True, "auth must be a part of its own"),
        *((written({**WHOLE, key: ""}), True, f"auth.{key} is missing") for key in WHOLE),
        (written(WHOLE | {"cookie_secret": "s" * 31}), True, "must have at least 32 characters"),
        (written(WHOLE | {"redirect_uri": "http://taper.clinic.example/oauth2callback"}), True,
         "auth.redirect_uri must begin with https://"),
        (written(WHOLE | {"redirect_uri": f"http://{HERE}:8501/oauth2callback"}), True, ""),
        (written(WHOLE | {"redirect_uri": "https://taper.clinic.example/"}), True,
         "auth.redirect_uri must end with /oauth2callback"),
        (written(WHOLE | {"server_metadata_url": "id.clinic.example"}), True,
         "auth.server_metadata_url must begin with https://"),
    ],
)  # fmt: skip
def test_what_is_set_up_counts_and_what_is_wrong_lets_nobody_in(
    file: Path, text: str, on: bool, fault: str
) -> None:
    file.write_text(text)
    found = sign_in.setup()
    assert found.on is on
    assert fault in found.fault if fault else found.fault == ""


def test_a_file_that_is_named_and_not_there_lets_nobody_in(file: Path) -> None:
    assert sign_in.setup() == sign_in.Setup(
        on=True, fault=f"{file.name} cannot be read: No such file or directory"
    )


def said(monkeypatch: pytest.MonkeyPatch, **claims: Any) -> None:
    claims = {"iat": int(datetime.now(UTC).timestamp())} | SAID | claims
    user = SimpleNamespace(to_dict=lambda: claims, is_logged_in=claims["is_logged_in"])
    monkeypatch.setattr(st, "user", user)


def test_a_person_is_who_the_provider_says(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file.write_text(written(WHOLE))
    said(monkeypatch)
    ann = sign_in.person()
    assert ann
    assert (ann.name, ann.email) == ("Ann Archer", "ann@clinic.example")
    said(monkeypatch, name="Ann Baker", email="baker@clinic.example")
    assert sign_in.person() == Person(ann.id, "Ann Baker", "baker@clinic.example", ann.since)
    others = []
    for other in ({"sub": "2"}, {"iss": "https://id.hospital.example"}):
        said(monkeypatch, **other)
        others.append(sign_in.person())
    assert len({ann.id, *(other.id for other in others if other)}) == 3


@pytest.mark.parametrize(
    "claims",
    [
        {"is_logged_in": False},
        {"sub": ""},
        {"iss": None},
        {"iat": None},
        {"iat": int((datetime.now(UTC) - timedelta(hours=13)).timestamp())},
    ],
)
def test_who_is_not_let_in(
    file: Path, monkeypatch: pytest.MonkeyPatch, claims: dict[str, Any]
) -> None:
    file.write_text(written(WHOLE))
    said(monkeypatch, **claims)
    with pytest.raises(SignedOut):
        sign_in.person()


def test_with_a_fault_in_the_setup_nobody_is_let_in(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file.write_text(written(WHOLE | {"cookie_secret": "short"}))
    said(monkeypatch)
    with pytest.raises(SignedOut):
        sign_in.person()


def test_the_page_says_why_nobody_can_sign_in_and_draws_nothing_else(file: Path) -> None:
    file.write_text(written(WHOLE | {"client_id": ""}))
    page = AppTest.from_file(str(ROOT / "app.py"), default_timeout=20).run()
    assert not page.exception
    assert "Nobody can sign in: auth.client_id is missing." in shown(page)
    assert [button.label for button in page.button] == ["Try again"]
    assert not page.text_input


def test_an_address_that_was_not_shown_to_be_theirs_leads_to_nobody(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file.write_text(written(WHOLE))
    said(monkeypatch, email_verified=False)
    ann = sign_in.person()
    assert ann
    assert ann.email == ""


def test_where_people_signed_in_nothing_opens_without(file: Path, tmp_path: Path) -> None:
    """One process of several that has lost its setting must not be a way round it."""
    file.write_text("")
    drafts = Drafts(tmp_path / "drafts.sqlite3")
    drafts.of(Person("ann", "Ann", "", datetime.now(UTC)), datetime.now(UTC)).people.arrive()
    with pytest.raises(Unavailable, match="belong to people who sign in"):
        stored.store()

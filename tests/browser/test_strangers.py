"""Hostile texts, secrets and other machines, in a real browser on every page."""

import io
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect
from pypdf import PdfReader

import screens
from screens import FULL, link, pages, settled, turn_to, until
from serving import ROOT, served

CANARY = "canary-7Qx"

DRUG = "<img src=x onerror=hit()> **b** $x$ :red[r] `c`"
OTHER = '=HYPERLINK("x") _i_ [l](//evil.test) ![p](//evil.test)'
TIME = "<b>t</b> **t** $t$"
LABEL = ":rainbow[z] <script>hit()</script> #h :material/home:"
WORDS = f"{DRUG} {OTHER} </style><style>body {{ display: none }}</style>"
EMOJI = "\U0001f600"

TAKEN_FOR = """() => [
  ...document.querySelectorAll(
    'img[src="x"], img[src*="evil"], a[href*="evil"], .katex, .stMarkdownColoredText, body script'
  ),
  ...[...document.querySelectorAll(
    'b, strong, em, i, code, h1, span[style*="color"], [data-testid="stIconMaterial"]'
  )].filter((one) => ['b', 'i', 't', 'c', 'r', 'z', 'h', 'home'].includes(one.textContent.trim())),
].filter((one) => one.checkVisibility()).map((one) => one.outerHTML).concat(window.wasHit ?? [])"""
"""What a text was taken for, where it was not shown as it stands. A hidden label is no text."""
FIELDS = '[class*="st-key-"]:has(> .stTextInput), [class*="st-key-"]:has(> .stTextArea)'


def hostile() -> dict[str, Any]:
    """A full plan with a text in every place that means something to one program or another."""
    text = json.dumps(FULL)
    named = {"lorazepam": DRUG, "diazepam": OTHER, "morning": TIME, FULL["label"]: LABEL}
    for word, name in named.items():
        text = text.replace(word, json.dumps(name)[1:-1])
    document: dict[str, Any] = json.loads(text)
    document["products"][0]["label"] = WORDS
    document["visits"][0]["what"] = WORDS
    document["edits"][0]["why"] = WORDS
    document["clinician"] = {"name": WORDS, "role": WORDS, "contact": WORDS}
    document["notes"] = WORDS
    return document


def literal(page: Page) -> None:
    settled(page)
    assert page.evaluate(TAKEN_FOR) == []


def test_hostile_text_is_shown_as_it_stands(page: Page, app_url: str, server_log: Path) -> None:
    """B57 to B59 on the plan's page, in dialogs and menus; the next test sees the other pages."""
    page.add_init_script("window.hit = () => { window.wasHit = ['a script ran'] }")
    page.goto(link(app_url, server_log, hostile()))
    expect(page.locator("table.steps")).to_contain_text(DRUG)
    expect(page.locator(".js-plotly-plot")).to_contain_text("onerror")
    literal(page)
    for key, shown in (("open", "dialog"), ("plan-more", "menu")):
        page.locator(f".st-key-{key} button").first.click()
        expect(page.get_by_role(shown)).to_be_visible()  # type: ignore[arg-type]
        literal(page)
        page.keyboard.press("Escape")
    page.get_by_role("button", name="Step 4", exact=True).click()
    page.get_by_role("button", name="Change step 4 by hand").click()
    expect(page.get_by_role("dialog")).to_contain_text(DRUG)
    literal(page)


@dataclass
class Watched:
    """The app with a home, a temp folder and drafts that only this run of it uses."""

    url: str
    folder: Path

    def found(self) -> set[str]:
        """Return the files, by their places, that hold the canary or are named after it."""
        return {
            str(file.relative_to(self.folder))
            for file in self.folder.rglob("*")
            if CANARY in file.name or (file.is_file() and CANARY.encode() in file.read_bytes())
        }


@pytest.fixture
def watched(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Watched]:
    for name in ("home", "temp"):
        (tmp_path / name).mkdir()
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("TMPDIR", str(tmp_path / "temp"))
    with served(ROOT / "app.py", tmp_path / "log", tmp_path / "data") as url:
        yield Watched(url, tmp_path)


def keys(page: Page, what: str) -> list[str]:
    """Return the style classes by which the app tells its visible widgets apart."""
    found: list[str] = page.locator(what).evaluate_all(
        """(all) => all.filter((one) => one.checkVisibility()).map(
            (one) => [...one.classList].find((name) => name.startsWith('st-key-')))"""
    )
    return found


def type_everywhere(page: Page, text: str) -> int:
    """Type into every field that the page shows; returns how many there were."""
    filled = 0
    for key in keys(page, FIELDS):
        box = page.locator(f".{key}").locator("input, textarea").first
        if box.count() and box.is_enabled():
            box.fill(text)
            filled += 1
    page.keyboard.press("Tab")
    settled(page)
    return filled


def test_a_secret_is_found_only_where_it_belongs(page: Page, watched: Watched) -> None:
    """P15: in the draft's file and in what prints it; B62: in no file's name.

    The texts are hostile too, and are shown as they stand wherever they are typed.
    """
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.add_init_script("window.hit = () => { window.wasHit = ['a script ran'] }")
    text = json.dumps(hostile()).replace("<img src=x", f"{CANARY}<img src=x")
    document = json.loads(text) | {"label": CANARY, "notes": f"{CANARY} {WORDS}"}
    draft = link(watched.url, watched.folder / "log", document)
    page.goto(draft)
    turn_to(page, "Sheets")
    expect(page.get_by_role("button", name="PDF", exact=True)).to_be_visible()
    made = {}
    for key in keys(page, '[class*="st-key-save-"]'):
        if key not in {"st-key-save-Print", "st-key-save-file"}:
            with page.expect_download() as waiting:
                page.locator(f".{key} button").first.click()
            made[waiting.value.suggested_filename] = Path(waiting.value.path()).read_bytes()
    assert {name.rpartition(".")[2] for name in made} >= {"pdf", "csv", "json", "ics"}
    for name, data in made.items():
        assert re.fullmatch(r"taper-[0-9a-f]{8}(-[a-z-]+)?\.[a-z]+", name)
        if name.endswith(".pdf"):
            assert CANARY not in str(PdfReader(io.BytesIO(data)).metadata)
    assert any(CANARY.encode() in data for data in made.values())

    filled = 0
    for name in pages(page):
        turn_to(page, name)
        literal(page)
        filled += type_everywhere(page, f"{CANARY} {WORDS} {EMOJI}")
        literal(page)
    assert filled >= 30
    assert CANARY not in "".join(asked)
    assert all(file.startswith("data/drafts.sqlite3") for file in watched.found())
    assert watched.found()


def test_two_people_at_once(page: Page, browser: Browser, app_url: str, server_log: Path) -> None:
    """Neither sees what the other opened; of two who type at once, one is told."""
    draft = link(app_url, server_log, FULL | {"label": CANARY})
    page.goto(draft)
    expect(page.locator("table.steps")).to_be_visible()
    with browser.new_context() as elsewhere:
        other = elsewhere.new_page()
        other.goto(app_url)
        other.locator(".st-key-open button").first.click()
        expect(other.get_by_text("will be listed here")).to_be_visible()
        assert CANARY not in other.content()
        mine, yours = (
            {cookie["name"]: cookie for cookie in context.cookies()}["taper-browser"]
            for context in (page.context, elsewhere)
        )
        assert mine["value"] != yours["value"]
        assert (mine["httpOnly"], mine["sameSite"]) == (True, "Strict")

        other.goto(draft)
        field = "Reduce, Phase 2: how much"
        expect(other.get_by_role("textbox", name=field, exact=True)).to_have_value("10")
        typed = {"11": page, "12": other}
        store = screens.store(server_log)
        first = store.load(draft.partition("=")[2])
        for text, window in typed.items():
            window.get_by_role("textbox", name=field, exact=True).fill(text)
        told = "This plan was changed in another window"
        until(page, lambda: store.load(draft.partition("=")[2]) != first)
        kept = store.load(draft.partition("=")[2])
        assert kept
        won = kept.document["phases"][1]["by"]["percent_of_current"]
        lost = typed[{"11": "12", "12": "11"}[won]]
        expect(lost.get_by_text(told)).to_be_visible()

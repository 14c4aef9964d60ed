"""No barrier that axe knows, on any page, light and dark; what is Streamlit's own is listed."""

import re
from pathlib import Path
from typing import Any, Final, Literal

from axe_playwright_python.base import AXE_SCRIPT  # type: ignore[import-untyped]
from playwright.sync_api import Page, expect

import screens
from serving import ROOT

Scheme = Literal["light", "dark"]

SIGNS: Final[dict[Scheme, str]] = {"light": "rgb(166, 27, 27)", "dark": "rgb(255, 154, 148)"}
"""The colour of the way to the signs, which stands on every page."""
COLOUR: Final = ("color-contrast", "link-in-text-block")
"""The rules whose answer depends on the scheme; the others are asked once."""
ROW: Final = re.compile(r"\| ([a-z0-9-]+) \| `([^`]+)` \| .+ \| .+ \|")
LISTED: Final = [
    found.groups()
    for line in (ROOT / "docs/accessibility.md").read_text("utf-8").splitlines()
    if (found := ROW.fullmatch(line))
]
AXE: Final = """async ([rules, listed]) => {
  const only = rules.length ? { runOnly: { type: 'rule', values: rules } } : {}
  const found = await axe.run(document, { resultTypes: ['violations'], ...only })
  return found.violations.flatMap(one => one.nodes.filter(node => {
    const element = document.querySelector(node.target[0])
    return !listed.some(([rule, selector]) => rule === one.id && element.matches(selector))
  }).map(node => `${one.id} ${node.html.slice(0, 200)} ${node.failureSummary.slice(0, 300)}`))
}"""
STILL: Final = """() => document.getAnimations().every(
  one => one.playState !== 'running' || one.effect.getTiming().iterations === Infinity)"""
NAMED: Final = re.compile(
    r"- (?:button|link|textbox|searchbox|combobox|checkbox|radio|switch|spinbutton|menuitem|"
    r"option|tab|slider)\b(?: \"((?:[^\"\\]|\\.)*)\")?(.*)"
)
ICON: Final = re.compile(r"[a-z]+_[a-z]+")
"""The name of a drawn icon, which is no word: "expand_more"."""


class Looked:
    """What was found so far, on one page."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.scheme: Scheme = "light"
        self.found: list[str] = []

    def at(self, state: str) -> None:
        """Look at the page as it stands, with both sets of colours."""
        screens.settled(self.page)
        self._axe(state, ())
        for line in self.page.locator("body").aria_snapshot().splitlines():
            if named := NAMED.match(line.strip()):
                name = named[1] or ""
                if not re.search("[A-Za-z0-9]", name) or ICON.search(name):
                    self.found.append(f"{state}: no name: {line.strip()}")
        self.turn("dark" if self.scheme == "light" else "light")
        self._axe(state, COLOUR)

    def turn(self, scheme: Scheme) -> None:
        self.scheme = scheme
        self.page.emulate_media(color_scheme=scheme)
        expect(self.page.locator(".st-key-signs button")).to_have_css("color", SIGNS[scheme])
        self.page.wait_for_function(STILL)
        screens.settled(self.page)

    def _axe(self, state: str, rules: tuple[str, ...]) -> None:
        if not self.page.evaluate("'axe' in window"):
            self.page.evaluate(AXE_SCRIPT)
        said = self.page.evaluate(AXE, [rules, LISTED])
        self.found += [f"{state}, {self.scheme}: {one}" for one in said]

    def nothing(self) -> None:
        assert not "\n".join(dict.fromkeys(self.found))


def test_no_barrier_on_any_page(page: Page, app_url: str, server_log: Path) -> None:
    page.goto(screens.link(app_url, server_log, screens.FULL))
    looked = Looked(page)
    for name in screens.pages(page):
        screens.turn_to(page, name)
        looked.at(name)
    looked.nothing()


TYPED: Final[dict[str, Any]] = screens.FULL | {
    "phases": [
        *screens.FULL["phases"][:1],
        {"kind": "set", "steps": [{"days": 14, "doses_mg": {"lorazepam": {"morning": "1"}}}]},
        *screens.FULL["phases"][1:],
    ]
}


def test_no_barrier_in_any_state_of_a_plan(page: Page, app_url: str, server_log: Path) -> None:
    looked = Looked(page)
    page.goto(app_url)
    expect(page.locator(".js-plotly-plot")).to_be_visible()
    looked.at("the example")
    page.get_by_role("button", name="Start an empty plan").click()
    expect(page.get_by_text("Still needed")).to_be_visible()
    drug = page.get_by_role("textbox", name="Drug 1", exact=True)
    drug.fill("loraz")
    expect(page.get_by_role("button", name="LORazepam", exact=True)).to_be_visible()
    looked.at("the empty plan with names to choose from")
    wrong = TYPED | {"start": "4 January", "regimen": [{"drug": "x", "doses_mg": {"noon": "1,5"}}]}
    page.goto(screens.link(app_url, server_log, wrong))
    expect(page.get_by_text(re.compile("entries are not right"))).to_be_visible()
    looked.at("wrong entries")
    looked.nothing()

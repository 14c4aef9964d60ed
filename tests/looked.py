"""What axe and a screen reader's names say of a page, but for what is listed as Streamlit's own."""

import re
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
AXE: Final = """async ([within, rules, listed]) => {
  const only = rules.length ? { runOnly: { type: 'rule', values: rules } } : {}
  const found = await axe.run(within || document, { resultTypes: ['violations'], ...only })
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
    """What was found so far, on one page that was opened with a set of colours."""

    def __init__(self, page: Page, scheme: Scheme = "light") -> None:
        self.page = page
        self.scheme = scheme
        self.found: list[str] = []
        page.emulate_media(color_scheme=scheme)

    def at(self, state: str) -> None:
        """Look at the page as it stands."""
        screens.settled(self.page)
        self._look(state)

    def with_other_colours(self, state: str) -> None:
        """Turn to the other set of colours, and look at them alone."""
        self.scheme = "dark" if self.scheme == "light" else "light"
        self.page.emulate_media(color_scheme=self.scheme)
        expect(self.page.locator(".st-key-signs button")).to_have_css("color", SIGNS[self.scheme])
        self.page.wait_for_function(STILL)
        screens.settled(self.page)
        self._axe(state, "", COLOUR)

    def over(self, within: str, *clicks: tuple[Any, str]) -> None:
        """Click one after the other, look at what they opened, and close it again."""
        layer = self.page.locator(within)
        for role, name in clicks:
            self.page.get_by_role(role, name=re.compile(name)).first.click()
            screens.settled(self.page)
        expect(layer).to_be_visible()
        self.page.wait_for_function(STILL)
        self._look(" / ".join(name for _, name in clicks), within)
        screens.escape(self.page)
        expect(layer).to_be_hidden()

    def _look(self, state: str, within: str = "") -> None:
        self._axe(state, within, ())
        for line in self.page.locator(within or "body").aria_snapshot().splitlines():
            if named := NAMED.match(line.strip()):
                name = named[1] or ""
                if not re.search("[A-Za-z0-9]", name) or ICON.search(name):
                    self.found.append(f"{state}: no name: {line.strip()}")

    def _axe(self, state: str, within: str, rules: tuple[str, ...]) -> None:
        if not self.page.evaluate("'axe' in window"):
            self.page.evaluate(AXE_SCRIPT)
        said = self.page.evaluate(AXE, [within, rules, LISTED])
        self.found += [f"{state}, {self.scheme}: {one}" for one in said]

    def nothing(self) -> None:
        assert not "\n".join(dict.fromkeys(self.found))

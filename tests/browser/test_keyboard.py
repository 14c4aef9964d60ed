"""A visit by the keyboard alone: from the empty plan to a step changed by hand."""

from pathlib import Path

from playwright.sync_api import Page, expect

import screens

NAME = """() => {
  const on = document.activeElement
  return (on.getAttribute('aria-label') || on.innerText || on.textContent || '').trim()
}"""


class Keys:
    """What a person does who has no mouse."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def to(self, name: str, key: str = "Tab", most: int = 90) -> None:
        """Go on by a key until what has the focus begins with a name."""
        seen = []
        for _ in range(most):
            self.page.keyboard.press(key)
            seen.append(self.page.evaluate(NAME))
            if seen[-1].startswith(name):
                return
        raise AssertionError(f"{name} is not reached, only {seen}")

    def on(self, name: str) -> None:
        """Wait until the focus came by itself to what has that name."""
        self.page.wait_for_function(f"name => ({NAME})().startsWith(name)", arg=name)

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)

    def type(self, text: str) -> None:
        self.page.keyboard.type(text)

    def choose(self, name: str, option: str) -> None:
        """Choose from a list by typing what stands there."""
        self.to(name)
        self.type(option)
        expect(self.page.get_by_role("option", name=option)).to_be_visible()
        self.press("ArrowDown", "Enter")
        expect(self.page.get_by_role("combobox", name=name)).to_have_value(option)


def test_a_visit_without_a_mouse(page: Page, app_url: str, server_log: Path) -> None:
    page.goto(app_url)
    expect(page.get_by_role("button", name="Start an empty plan")).to_be_visible()
    screens.settled(page)
    keys = Keys(page)
    keys.to("Start an empty plan")
    keys.press("Enter")
    expect(page.get_by_text("Still needed")).to_be_visible()
    keys.on("Drug 1")
    keys.to("Or type a line")
    keys.type("clonazepam 0.5 mg morning, 1 mg bedtime")
    use = page.get_by_role("button", name="Use this")
    expect(use).to_be_visible()
    keys.to("Use this")
    keys.press("Enter")
    expect(use).to_be_hidden()
    keys.on("Or type a line")

    keys.to("Add clonazepam product")
    keys.press("Enter")
    keys.on("tablet")
    keys.press("Enter")
    keys.on("Product 1: strength in mg")
    keys.type("0.5")
    keys.press("Tab", "ArrowRight", "ArrowRight", "Space")
    expect(page.get_by_role("radio", name="quarters")).to_be_checked()
    keys.to("year, Start date")
    keys.type("20270104")
    keys.press("Escape")
    keys.to("nearest")
    keys.press("Space")
    expect(page.get_by_role("radio", name="nearest")).to_be_checked()

    keys.to("hold")
    keys.press("Enter")
    keys.on("Hold, Phase 1: days")
    keys.type("7")
    screens.settled(page)
    keys.to("reduce clonazepam")
    keys.press("Enter")
    keys.on("Reduce, Phase 2: how much")
    keys.type("10")
    keys.choose("Reduce, Phase 2: of what", "% of the current dose")
    keys.to("Reduce, Phase 2: days between steps")
    keys.type("14")
    keys.to("Reduce, Phase 2: until this daily dose in mg")
    keys.type("0.5")
    keys.choose("Reduce, Phase 2: taking from", "morning, then bedtime")
    keys.to("hold")
    keys.press("Enter")
    keys.on("Hold, Phase 3: days")
    keys.to("Phase 3: move", "Shift+Tab")
    keys.press("Enter")
    keys.on("Move up")
    keys.press("End", "Enter")
    keys.on("hold")  # what stands where the phase was
    keys.to("stop clonazepam")
    keys.press("Enter")
    expect(page.get_by_text("first day without")).to_be_visible()
    screens.settled(page)

    for words in ("1\u2002Hold for 7\u00a0days", "1"):  # folded, and open again
        keys.to("1", "Shift+Tab")
        keys.press("Enter")
        keys.on(words)
        screens.settled(page)
        keys.press("Tab")

    keys.to("Step 1")
    keys.press("ArrowDown", "Enter")
    expect(page.locator("tr.chosen")).to_have_attribute("data-act", "step:2")
    screens.settled(page)
    keys.to("Change step 2 by hand")
    keys.press("Enter")
    drawer = page.get_by_role("dialog")
    expect(drawer).to_contain_text("Step 2")
    keys.to("clonazepam, bedtime, mg")
    keys.press("Control+a")
    keys.type("0.75")
    keys.to("Why")
    keys.type("slept badly")
    keys.to("Save as edit")
    keys.press("Enter")
    expect(drawer).to_be_hidden()
    expect(page.get_by_text("Changed by hand")).to_be_visible()
    screens.settled(page)
    expect(page.get_by_text("Not saved")).to_have_count(0)
    keys.to("step ")  # the first finding's way to its step

    document = screens.saved(page.url, server_log)
    (edit,) = document.pop("edits")
    assert (edit["step"], edit["doses_mg"], edit["why"]) == (
        2, {"clonazepam": {"bedtime": "0.75"}}, "slept badly",
    )  # fmt: skip
    assert document == {
        "format": "taper-plan/1",
        "times": ["morning", "noon", "evening", "bedtime"],
        "start": "2027-01-04",
        "regimen": [{"drug": "clonazepam", "doses_mg": {"morning": "0.5", "bedtime": "1"}}],
        "products": [{"drug": "clonazepam", "form": "tablet", "strength_mg": "0.5", "pieces": 4}],
        "rounding": "nearest",
        "phases": [
            {"kind": "hold", "days": 7},
            {
                "kind": "reduce",
                "drug": "clonazepam",
                "by": {"percent_of_current": "10"},
                "every_days": 14,
                "until_mg": "0.5",
                "taking_from": ["morning", "bedtime"],
            },
            {"kind": "stop", "drug": "clonazepam"},
        ],
    }

"""Four variants of a plan by clicks alone: made, seen side by side, put in order, one kept."""

from pathlib import Path

from playwright.sync_api import Page, expect

import screens
from test_app_followup import PLAN

PACE = "Reduce, Phase 1: days between steps"


def test_four_variants_are_made_compared_put_in_order_and_one_is_kept(
    page: Page, app_url: str, server_log: Path
) -> None:
    page.goto(screens.link(app_url, server_log, PLAN))
    screens.settled(page)
    lines = page.locator(".js-plotly-plot path.js-line")
    heads = page.locator("table.compared thead th")
    days = page.get_by_role("textbox", name=PACE, exact=True)
    for at, (name, pace) in enumerate((("two weeks", "28"), ("four weeks", "7"), ("", "21")), 2):
        screens.turn_to(page, "Compare")
        if name:  # without one it gets a name of its own
            page.get_by_role("textbox", name="Name of the copy", exact=True).fill(name)
        page.get_by_role("button", name="Keep a copy of this plan").click()
        expect(heads).to_have_count(at)
        screens.turn_to(page, "Plan")
        days.fill(pace)
        days.press("Enter")
        screens.settled(page)
    screens.turn_to(page, "Compare")
    expect(heads).to_have_text(["This plan", "two weeks", "four weeks", "copy 3"])
    expect(lines).to_have_count(4)
    expect(page.get_by_role("button", name="Keep a copy of this plan")).to_be_disabled()
    # 10 mg less 1 mg a step: nine steps until none is left.
    lengths = [f"{9 * days // 7}\u00a0weeks" for days in (21, 14, 28, 7)]
    row = page.locator("table.compared tr", has_text="Length")
    expect(row.locator("td")).to_have_text(lengths)

    page.get_by_role("combobox", name="Order of the table").click()
    page.get_by_role("option", name="Length", exact=True).click()
    expect(heads).to_have_text(["copy 3", "two weeks", "This plan", "four weeks"])

    against = page.get_by_role("combobox", name="Against which")
    against.click()
    against.fill("four")  # a menu that the scrolling closed opens again
    page.get_by_role("option", name="four weeks", exact=True).click()
    expect(page.get_by_text("63\u00a0days shorter: to")).to_be_visible()

    page.get_by_role("button", name="make it the plan").nth(1).click()
    expect(row.locator("td")).to_have_text([lengths[3], lengths[1], lengths[0], lengths[2]])
    for left in (2, 1, 0):
        page.get_by_role("button", name="remove", exact=True).first.click()
        expect(page.get_by_role("button", name="remove", exact=True)).to_have_count(left)
    expect(lines).to_have_count(1)
    screens.turn_to(page, "Plan")
    expect(days).to_have_value("28")

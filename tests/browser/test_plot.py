"""The drawing library does not come: the page goes on without it, and draws once it is there."""

from pathlib import Path

from playwright.sync_api import Page, Route, expect

import screens
from conftest import Watch
from test_app_followup import PLAN


def test_the_page_does_without_the_chart_until_it_can_be_drawn(
    page: Page, watch: Watch, app_url: str, server_log: Path
) -> None:
    asked: list[Route] = []

    def late(route: Route) -> None:
        asked.append(route)
        if len(asked) == 1:
            route.abort()
        elif len(asked) > 2:
            route.continue_()

    page.route("**/plotly-*.js", late)
    page.goto(screens.link(app_url, server_log, PLAN))
    says = page.get_by_text("The chart could not be drawn here. The table has the same doses.")
    days = page.get_by_role("textbox", name="Reduce, Phase 1: days between steps")
    expect(says).to_be_visible()
    days.fill("21")
    page.keyboard.press("Enter")  # asked for again, and no answer comes
    expect(page.get_by_role("button", name="Undo")).to_be_enabled()
    expect(page.locator(".js-plotly-plot")).to_have_count(0)
    asked[1].continue_()
    expect(page.locator(".js-plotly-plot path.js-line").first).to_be_visible()
    expect(says).to_be_hidden()
    assert any("plotly" in error or "library" in error for error in watch.errors)
    watch.errors.clear()

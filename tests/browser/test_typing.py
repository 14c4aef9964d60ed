"""How the page feels: fast typing, where the keyboard stands, motion."""

from pathlib import Path

from playwright.sync_api import Page

import screens

KEY_MS = 40
PAUSE_MS = 1000
"""Over the pause after which the last field sends what was typed."""
STOPS = 70
"""So many presses of the Tab key pass every kind of control of the Plan page."""
MOST_MS = 1
MOVING = """
() => {
  const all = [...document.querySelectorAll('.stApp *')]
  const times = all.map(at => getComputedStyle(at)).flatMap(style =>
    [style.transitionDuration, style.animationDuration].flatMap(text => text.split(', ')))
  const ms = times.map(text => parseFloat(text) * (text.endsWith('ms') ? 1 : 1000))
  return { seen: all.length, longest: Math.max(...ms) }
}
"""
SEEN = """
async () => {
  const looks = at => {
    const told = []
    for (let n = 0; at && n < 4; n++, at = at.parentElement) {
      const style = getComputedStyle(at)
      told.push(style.outlineStyle, style.outlineWidth, style.boxShadow, style.borderTopColor,
        style.backgroundColor)
    }
    return told.join()
  }
  const frame = () => new Promise(done => requestAnimationFrame(done))
  await frame()
  await frame()
  const [left, focused] = window.passed || []
  const told = left && left.isConnected && left !== document.body
    ? [looks(left) !== focused, `${left.tagName} ${left.getAttribute('aria-label') || ''}`] : null
  window.passed = [document.activeElement, looks(document.activeElement)]
  return told
}
"""


def test_typing_at_forty_milliseconds_a_key_loses_no_key_and_no_place(
    page: Page, app_url: str, server_log: Path
) -> None:
    link = screens.link(app_url, server_log, screens.FULL)
    page.goto(link)
    screens.settled(page)
    typed = {"morning": "12.25", "noon": "3.75", "evening": "1.5", "bedtime": "10.125"}
    first = page.get_by_role("textbox", name="lorazepam, morning, mg")
    first.click()
    for text in typed.values():
        page.keyboard.press("Control+A")
        page.keyboard.type(text, delay=KEY_MS)
        page.keyboard.press("Tab")
    page.wait_for_timeout(PAUSE_MS)
    screens.settled(page)
    assert screens.saved(link, server_log)["regimen"][0]["doses_mg"] == typed


def test_the_focus_is_seen_on_every_control(page: Page, app_url: str, server_log: Path) -> None:
    page.goto(screens.link(app_url, server_log, screens.FULL))
    page.locator(".js-plotly-plot").first.wait_for()
    screens.settled(page)
    page.add_style_tag(content="* { transition: none !important }")  # as it looks at the end
    unseen, stops = [], 0
    for _ in range(STOPS):
        page.keyboard.press("Tab")
        told = page.evaluate(SEEN)
        if told:
            stops += 1
            if not told[0]:
                unseen.append(told[1])
    assert stops > STOPS // 2
    assert not unseen


def test_who_asked_for_less_motion_sees_none(page: Page, app_url: str, server_log: Path) -> None:
    page.emulate_media(reduced_motion="reduce")
    page.goto(screens.link(app_url, server_log, screens.FULL))
    page.locator(".js-plotly-plot").first.wait_for()
    screens.settled(page)
    moving = page.evaluate(MOVING)
    assert moving["seen"] > STOPS
    assert moving["longest"] <= MOST_MS

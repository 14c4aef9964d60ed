"""Typing as fast as a clinician does, and where the keyboard's place is seen."""

from pathlib import Path

from playwright.sync_api import Page

import screens
from taper.drafts import Drafts

KEY_MS = 40
PAUSE_MS = 1000
"""Over the pause after which the last field sends what was typed."""
STOPS = 70
"""So many presses of Tab pass every kind of control of the Plan page."""
SEEN = """
(() => {
  const looks = at => {
    const told = []
    for (let n = 0; at && n < 4; n++, at = at.parentElement) {
      const style = getComputedStyle(at)
      told.push(style.outlineStyle, style.outlineWidth, style.boxShadow, style.borderTopColor,
        style.backgroundColor)
    }
    return told.join()
  }
  const at = document.activeElement
  if (at === document.body) return null
  const focused = looks(at)
  at.blur()
  const left = looks(at)
  at.focus({ focusVisible: true })
  const name = at.getAttribute('aria-label') || at.textContent.slice(0, 30)
  return [focused !== left, `${at.tagName} ${at.getAttribute('role') || ''} ${name}`]
})()
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
    kept = Drafts(server_log.with_name("data") / "drafts.sqlite3").load(link.rpartition("=")[2])
    assert kept
    assert kept.document["regimen"][0]["doses_mg"] == typed


def test_the_focus_is_seen_on_every_control(page: Page, app_url: str, server_log: Path) -> None:
    page.goto(screens.link(app_url, server_log, screens.FULL))
    screens.settled(page)
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

"""Text with buttons in it, as one element of the page: a table of steps, a list of findings.

A widget for each button would cost time at every keystroke; here a row or a link is plain HTML, and
what was clicked is told by name. Rows that stand under each other are one stop of the Tab key and
are walked through by the arrow keys.
"""

from collections.abc import Callable
from typing import Final

import streamlit as st

_JS: Final = """
export default function (component) {
  const { data, parentElement, setTriggerValue } = component
  const box = parentElement.querySelector(".clickable")
  const focused = () => box.contains(document.activeElement) && document.activeElement.dataset.act
  if (box.shown !== data.html) {
    const kept = focused()
    const open = [...box.querySelectorAll("details")].map((part) => part.open)
    const scroller = box.querySelector(".scrolled")
    const at = scroller ? scroller.scrollTop : 0
    box.innerHTML = data.html
    box.shown = data.html
    box.querySelectorAll("details").forEach((part, turn) => { part.open = !!open[turn] })
    const anew = box.querySelector(".scrolled")
    if (anew) anew.scrollTop = at
    if (kept) {
      const again = [...box.querySelectorAll("button")].find((one) => one.dataset.act === kept)
      if (again) again.focus({ preventScroll: true })
    }
  }
  const row = box.querySelector("tr.chosen")
  const table = box.querySelector(".scrolled")
  const chosen = row ? row.dataset.act : ""
  if (row && table && box.chosen !== chosen) {
    const head = table.querySelector("thead").offsetHeight
    if (row.offsetTop - head < table.scrollTop) table.scrollTop = row.offsetTop - head
    const below = row.offsetTop + row.offsetHeight - table.clientHeight
    if (below > table.scrollTop) table.scrollTop = below
  }
  box.chosen = chosen
  box.onclick = (event) => {
    const part = event.target.closest("[data-act]")
    if (!part || (part.tagName !== "BUTTON" && String(getSelection()))) return
    setTriggerValue("act", part.dataset.act)
  }
  box.onkeydown = (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key]
    const rows = [...box.querySelectorAll("button.row")]
    const at = rows.indexOf(document.activeElement)
    if (at < 0 || !(step || event.key === "Home" || event.key === "End")) return
    event.preventDefault()
    const to = step ? rows[at + step] : rows[event.key === "Home" ? 0 : rows.length - 1]
    if (!to) return
    rows[at].tabIndex = -1
    to.tabIndex = 0
    to.focus()
  }
}
"""

_component = st.components.v2.component(
    "taper_clickable", html='<div class="clickable"></div>', js=_JS, isolate_styles=False
)


def draw(key: str, html: str, act: Callable[[str], None]) -> None:
    """Draw `html`, in which whatever has a `data-act` can be clicked; `act` is given its value."""
    _component(key=key, data={"html": html}, on_act_change=lambda: _told(key, act))


def _told(key: str, act: Callable[[str], None]) -> None:
    told = st.session_state.get(key, {}).get("act")  # empty once the page was left
    if told:
        act(str(told))

"""Where the focus goes: to what was just added, into a menu, and to the names under a field."""

import secrets
from typing import Final

import streamlit as st

from taper.ui.state import Session

_LOOK: Final = """
// A menu that is opened by a key leaves the focus on its button, where no arrow reaches it.
const enter = (opener, end) => {
  if (document.activeElement !== opener || Date.now() > end) return
  const item = document.querySelector("[role=menu] [role=menuitem]")
  if (item) item.focus()
  else setTimeout(() => enter(opener, end), 30)
}

// The names under a drug's field are reached by the arrow down, and walked through by arrows.
const walk = (event, on) => {
  const step = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 }[event.key]
  const row = step && on.closest("[class*=st-key-drug-]")
  if (!row) return
  const field = row.querySelector("input")
  const stops = [field, ...row.querySelectorAll("[class*=st-key-name] button")]
  const at = stops.indexOf(on)
  if (at < 0 || stops.length < 2 || (on === field && event.key !== "ArrowDown")) return
  event.preventDefault()
  stops[Math.min(at + step, stops.length - 1)].focus()
}

const listen = () => {
  const mind = window.__taperMind = { eye: "", away: false, there: false }
  document.addEventListener("pointerdown", () => { mind.away = true }, true)
  document.addEventListener("keydown", (event) => {
    mind.away ||= mind.there || event.key === "Tab"
    const on = document.activeElement
    const opens = on.matches("[data-testid=stMenuButtonButton]")
    if (opens && (event.key === "Enter" || event.key === " ")) enter(on, Date.now() + 2000)
    walk(event, on)
  }, true)
  return mind
}

export default function (component) {
  const mind = window.__taperMind || listen()
  const eye = component.data
  if (!eye || mind.eye === eye.nonce) return
  Object.assign(mind, { eye: eye.nonce, away: false, there: false })
  const end = Date.now() + 2000
  const look = () => {
    if (mind.away || Date.now() > end) return
    setTimeout(look, 40)
    const on = document.activeElement
    if (mind.there && on !== document.body && on.tagName !== "BUTTON") return
    if (on.matches("input, textarea")) return
    const place = document.querySelector(`.st-key-${eye.place}`)
    const fields = place ? [...place.querySelectorAll("input, [role=spinbutton]")] : []
    const to = eye.blank
      ? fields.find((one) => !one.disabled && !one.value) : place?.querySelector("button")
    if (!to || on === to) return
    to.scrollIntoView({ block: "nearest" })
    to.focus({ preventScroll: true })
    mind.there = true
  }
  look()
}
"""

_component = st.components.v2.component("taper_eye", js=_LOOK)


def to(held: Session, place: str, *, blank: bool = True) -> None:
    """Let the eye go to a place once it is drawn: to its first blank field, else its button."""
    held.eye = {"nonce": secrets.token_hex(8), "place": place, "blank": blank}


def draw(held: Session) -> None:
    """Tell the browser where the eye goes; it looks once. Drawn always, so that it is ready."""
    _component(key="eye", data=held.eye)

"""Where the focus goes: to what was just added, into a menu, to the names under a field.

It is never lost: what goes away with the click on it leaves it near.
"""

import secrets
from typing import Final

import streamlit as st

from taper.ui import runs
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

// What is acted on may go away with it: a row that is removed, a menu, a dialog. The focus then
// goes to what stands in its place, where the browser would leave it nowhere and Tab begin anew.
const CONTROLS = ':is(button, input, textarea):enabled:not([tabindex="-1"]), summary'
const stay = (mind, on) => {
  let from = on.closest("[role=menu]") ? mind.opener : on
  const places = []
  for (let up = from; up; up = up.parentElement) {
    const name = [...up.classList].find((each) => each.startsWith("st-key-"))
    const controls = name ? [...up.querySelectorAll(CONTROLS)] : []
    if (name) places.push([name, controls.indexOf(from)])
    from = controls[0] || from
  }
  const turn = mind.turn
  const end = Date.now() + 5000
  let idle = 0
  const look = () => {
    if (mind.turn !== turn || Date.now() > end) return
    setTimeout(look, 50)
    const runs = document.querySelector("[data-testid=stApp][data-test-script-state=running]")
    idle = runs || document.activeElement !== document.body ? 0 : idle + 1
    if (idle < 4) return
    const dialog = document.querySelector("section[role=dialog]")
    const near = places.map(([name, at]) => {
      const place = (dialog || document).querySelector(`.${CSS.escape(name)}`)
      const controls = place ? [...place.querySelectorAll(CONTROLS)] : []
      return controls[Math.min(Math.max(at, 0), controls.length - 1)]
    })
    const to = near.find(Boolean) || dialog || (mind.opener?.isConnected && mind.opener)
    if (!to) return
    to.focus({ preventScroll: true })
    mind.acted = to
  }
  look()
}

const listen = () => {
  const mind = window.__taperMind = { eye: "", away: false, there: false, turn: 0 }
  const opener = (on) => on?.closest("[data-testid=stMenuButtonButton]")
  document.addEventListener("pointerdown", () => { mind.away = true; mind.turn += 1 }, true)
  document.addEventListener("click", (event) => {
    mind.opener = opener(event.target) || mind.opener
    const on = event.target.closest("button, [role=menuitem]")
    if (!on) return
    mind.acted = on
    stay(mind, on)
  }, true)
  document.addEventListener("keydown", (event) => {
    mind.away ||= mind.there || event.key === "Tab"
    mind.turn += 1
    const on = document.activeElement
    if (on.matches("input, textarea")) mind.acted = null
    const opens = opener(on)
    if (opens && (event.key === "Enter" || event.key === " ")) {
      mind.opener = on
      enter(on, Date.now() + 5000)
    }
    if (event.key === "Escape" || on.matches("[role=menuitem]")) stay(mind, on)
    walk(event, on)
    // The browser's own undo would change a field behind the plan's, whose buttons have these keys.
    const undoes = (event.ctrlKey || event.metaKey) && !event.altKey && /^[zy]$/i.test(event.key)
    if (undoes && !on.closest("textarea, [role=dialog]")) event.preventDefault()
  }, true)
  // A server that was started anew knows none of the fields.
  const app = document.querySelector("[data-testid=stApp]")
  const connected = () => app.dataset.testConnectionState === "CONNECTED"
  let was = connected()
  new MutationObserver(() => {
    const reading = app.dataset.reading
    if (connected() && !was) { app.dataset.reading = "soon"; mind.run("page") }
    else if (reading && app.dataset.testScriptState === "running") app.dataset.reading = "now"
    else if (reading === "now") delete app.dataset.reading  // the page is drawn anew
    was = connected()
  }).observe(app, { attributeFilter: ["data-test-connection-state", "data-test-script-state"] })
  return mind
}

export default function (component) {
  const mind = window.__taperMind || listen()
  mind.run = (why) => component.setTriggerValue("asked", why)
  const eye = component.data
  if (!eye || mind.eye === eye.nonce) return
  Object.assign(mind, { eye: eye.nonce, away: false, there: false })
  const end = Date.now() + 2000
  const look = () => {
    if (mind.away || Date.now() > end) return
    setTimeout(look, 40)
    const on = document.activeElement
    if (mind.there && on !== document.body && on.tagName !== "BUTTON") return
    // Who has gone on since the click that this answers stays there.
    if (!mind.there && ![document.body, mind.acted, mind.opener].includes(on)) return
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
    """Tell the browser where the eye goes; it looks once. Drawn always, so that it is ready.

    It asks for a run where the page needs one that nobody clicked for (`plot.py`, a connection
    that is back).
    """

    def asked() -> None:
        why = st.session_state.get("eye", {}).get("asked")  # empty once the page was left
        if why == runs.CHART:
            runs.rest_of_page()
        held.late = why is None

    _component(key="eye", data=held.eye, on_asked_change=asked)

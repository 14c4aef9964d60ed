"""The eye goes to a phase that was just added: it comes into view, its first blank has focus."""

import secrets
from typing import Final

import streamlit as st

from taper.ui.state import Part, Session

_LOOK: Final = """
export default function (component) {
  const eye = component.data
  if (!eye || window.__taperEye === eye.nonce) return
  window.__taperEye = eye.nonce
  const end = Date.now() + 2000
  const look = () => {
    const phase = document.querySelector(`.st-key-phase-${eye.part}`)
    const fields = phase ? [...phase.querySelectorAll("input, [role=spinbutton]")] : []
    const field = fields.find((one) => !one.disabled && !one.value)
    if (field) {
      phase.scrollIntoView({ block: "nearest" })
      field.focus({ preventScroll: true })
    } else if (Date.now() < end) {
      setTimeout(look, 40)
    }
  }
  look()
}
"""

_component = st.components.v2.component("taper_eye", js=_LOOK)


def to(held: Session, phase: Part) -> None:
    """Let the eye go to a phase once it is drawn."""
    held.eye = {"nonce": secrets.token_hex(8), "part": phase.uid}


def draw(held: Session) -> None:
    """Tell the browser where the eye goes; it looks once."""
    if held.eye:
        _component(key="eye", data=held.eye)

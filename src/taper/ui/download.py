"""Files that hold what stands on the screen, even where one types and clicks at once.

A download button would hand out the file of the run before. Here the click is an ordinary button:
it brings the text just typed with it, the run makes the file, and the browser saves it.
"""

import base64
import secrets
from collections.abc import Callable
from typing import Final

import streamlit as st

from taper.ui import fields
from taper.ui.state import Session

_SAVE: Final = """
const SVG = "image/svg+xml"

export default function (component) {
  const file = component.data
  if (!file || window.__taperSaved === file.nonce) return
  window.__taperSaved = file.nonce
  const bytes = Uint8Array.from(atob(file.base64), (sign) => sign.charCodeAt(0))
  if (file.mime === "image/png") paint(bytes, (blob) => save(blob, file.name))
  else save(new Blob([bytes], { type: file.mime }), file.name, file.print)
}

// A picture is drawn by the browser, which has letters for every name that it shows.
function paint(bytes, done) {
  const url = URL.createObjectURL(new Blob([bytes], { type: SVG }))
  const picture = new Image()
  picture.onload = () => {
    const canvas = document.createElement("canvas")
    canvas.width = 2 * picture.naturalWidth
    canvas.height = 2 * picture.naturalHeight
    canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height)
    URL.revokeObjectURL(url)
    canvas.toBlob(done, "image/png")
  }
  picture.src = url
}

function save(blob, name, print) {
  const url = URL.createObjectURL(blob)
  if (print && window.open(url)) return
  const link = document.createElement("a")
  link.href = url
  link.download = name
  document.body.append(link)
  link.click()
  link.remove()
  setTimeout(() => URL.revokeObjectURL(url), 10000)
}
"""


_component = st.components.v2.component("taper_save_file", js=_SAVE)


def button(
    held: Session, label: str, name: str, mime: str, make: Callable[[], bytes], *,
    primary: bool = False, disabled: bool = False, says: str | None = None, prints: bool = False,
) -> None:  # fmt: skip
    """Draw a button whose click makes a file and has the browser save it.

    Where it `prints`, the browser shows the file in its own viewer instead; it is saved where the
    browser allows no new window.

    Its key may not change with the plan, as the file's name does: a click that arrives together
    with what was typed would then belong to a button that is no more. For a PNG `make` returns SVG.
    """
    if fields.pressed(
        label, f"save {label}", type="primary" if primary else "secondary", disabled=disabled,
        help=says, width="stretch",
    ):  # fmt: skip
        hand_out(held, name, mime, make(), prints=prints)
        held.clicked = None  # once only


def hand_out(held: Session, name: str, mime: str, file: bytes, *, prints: bool = False) -> None:
    """Have the browser save a file, or show it where it `prints`, as the page is drawn next."""
    held.file = {
        "nonce": secrets.token_hex(8),
        "base64": base64.b64encode(file).decode(),
        "name": name,
        "mime": mime,
        "print": "yes" if prints else "",
    }


def deliver(held: Session, key: str = "save-file") -> None:
    """Hand the file that was made last to the browser; it saves each once."""
    if held.file:
        _component(key=key, data=held.file)

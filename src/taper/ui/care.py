"""What the clinician ticks about the patient, and where the taper is supervised.

Nothing here touches a dose: a tick brings up what sources say, and is printed on the record.
"""

from typing import Any, Final

import streamlit as st

from taper.parts import FACTORS
from taper.reference.guidance import factors, places
from taper.ui import fields
from taper.ui.part import Part
from taper.ui.state import change, save, session
from taper.ui.view import View

_WHY: Final = "Why there"


def draw(view: View) -> None:
    """Draw the ticks and the place of care."""
    care = view.document.get("care")
    known = care if isinstance(care, Part) else Part()
    words = {factor.id: factor.words for factor in factors()}
    with st.container(horizontal=True, gap="small", key="care"):
        for factor in FACTORS:
            widget = fields.key_of(view.document, f"care-{factor}")
            st.checkbox(
                words[factor], key=widget, disabled=view.locked, on_change=_tick,
                value=bool(fields.default(widget, factor in known.get("factors", []))),
                args=(widget, factor),
            )  # fmt: skip
    with st.container(horizontal=True, vertical_alignment="center", gap="xsmall"):
        fields.words("Supervised")
        where = {place.words: place.id for place in places()}
        fields.choice(view, known, "place", "Place of care", where, 190, "where", write=_set)
        fields.text(view, known, "why", _WHY, 220, "why there", write=_set)
    fields.faults(view, ("care", ""))


def _tick(widget: str, factor: str) -> None:
    document = session().document
    care = document.get("care")
    ticked = list(care.get("factors", [])) if isinstance(care, Part) else []
    wanted = bool(st.session_state.get(widget))
    if wanted == (factor in ticked):
        return
    kept = {*ticked, factor} if wanted else set(ticked) - {factor}
    _put("factors", [name for name in FACTORS if name in kept], False)


def _set(part: Part, key: str, value: Any, typing: bool) -> None:
    _put(key, value, typing)


def _put(key: str, value: Any, typing: bool) -> None:
    """Set a key of `care`, which stands in the document only while it says something."""
    document = session().document
    care = document.get("care")
    if not isinstance(care, Part):
        if not value:
            return
        care = document["care"] = Part()
    if value:
        change(care, key, value, typing)
        return
    care.pop(key, None)
    if not care:
        del document["care"]
    save()

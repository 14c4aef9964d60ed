"""What one browser tab holds: the plan document as it stands on screen, and its saved draft.

All session state is the one `Session`; the rest of Streamlit's session state is widgets, which are
shown from the document and never read as truth.
"""

import secrets
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any, Final

import streamlit as st

from taper.document import loads
from taper.drafts import Conflict, Draft
from taper.record import Record
from taper.ui import server, sign_in
from taper.ui.looks import Looks
from taper.ui.part import Part, alive, empty
from taper.ui.stored import begun, store, why

_SAME_TYPING: Final = timedelta(seconds=4)
_EXAMPLE: Final = Path(__file__).with_name("example.json")


@dataclass
class Session:
    """The plan of this tab. `draft` is None where nothing is saved yet (the example)."""

    document: Part
    draft: Draft | None = None
    example: bool = False
    unknown: str = ""
    """The id of a link that leads to no draft."""
    trouble: str = ""
    """Why the last change is not saved."""
    conflict: bool = False
    """Whether the draft was changed or deleted from elsewhere since this tab loaded it."""
    theirs: datetime | None = None
    """When it was saved from elsewhere; None where it was deleted."""
    browser: str = ""
    """Which browser this is, as the store knows it."""
    person: str = ""
    """Who signed in, by their id; "" where nobody has to."""
    details: dict[str, Any] = field(default_factory=dict)
    """The clinician's own details, remembered for them or for this browser; never a dose."""
    asked_to_delete: str = ""
    """The draft of the list that is deleted with the second click."""
    typed: tuple[int, str] | None = None
    """The field that the last save came from."""
    told: dict[str, tuple[tuple[Any, ...], float]] = field(default_factory=dict)
    """What the browser may still show in a field that was told a value, and when it was told
    last."""
    charted: bool = False
    """Whether the page has a chart that can be drawn alone."""
    asked: str = ""
    """What the next drawing of the chart is for (`taper.ui.runs`); "" once it is drawn."""
    owed: bool = False
    """Whether the chart was drawn alone since the whole page was."""
    page: str = ""
    """The page that was drawn last, by its address."""
    late: bool = False
    """Whether what asked for this run stood on a page that was left meanwhile."""
    turn: str | None = None
    """The page that was clicked last, by its address, until it is drawn."""
    clicked: tuple[str, Any] | None = None
    """The button that was clicked last, by its key, and what of it, until the whole page is drawn.
    A run that is broken off leaves it to the next."""
    later: bool = False
    """Whether a save waits for the next run."""
    waiting: Callable[[], None] | None = None
    """The save that waits."""
    step: int | None = None
    """The step that the drawer shows."""
    opened: int = 0
    """Counts the openings of the drawer, so that its fields start anew."""
    file: dict[str, str] | None = None
    """The file that the browser saves next."""
    looks: Looks = field(default_factory=Looks)
    drawn: Any = None
    """The last drawing of the chart, with what it was made of."""
    folded: set[int] | None = None
    """The phases that this tab shows as one line, by their parts' numbers; None at first."""
    after: int | None = None
    """The phase after which the next one is added; None at the end."""
    eye: dict[str, Any] | None = None
    """What was just added, where the eye goes."""
    beside: dict[str, dict[str, Any]] = field(default_factory=dict)
    """What is kept beside the plan, as far as it was asked for (`taper.ui.beside`)."""
    prepared: dict[str, Any] = field(default_factory=dict)
    """What was chosen on a page and is no part of the plan."""
    record: Record | None = None
    """The record of this taper; read once, then grown. Ask `record()`."""
    grown: int | None = None
    """How often the record grew, as this tab knows it; None where it was not read yet."""
    record_trouble: str = ""
    """Why the record cannot be read, or what was not kept in it."""
    coming: Part | None = None
    """The visit that is not saved yet, and what goes on; ask `coming()`."""
    tried: bool = False
    """Whether the visit was to be saved and could not: then blanks are faults."""
    visit_saved: date | None = None
    """The day of the visit that was saved last."""
    compared: tuple[int, int] | None = None
    """The versions that are compared; None for the last two."""
    differing: Any = None
    """How they differ in words, with which they are."""
    timeline: Any = None
    """The last drawing of the record, with what it was made of."""

    @property
    def unsaved(self) -> bool:
        """Whether what stands here is in no saved draft."""
        return not self.example and (self.draft is None or self.document != self.draft.document)


def mine(draft: Draft) -> bool:
    """Say whether a draft belongs to who is here; without sign-in each does."""
    return draft.owner == session().person


def browser() -> str:
    """Return the id of this browser as the store knows it; without a cookie, that of this tab."""
    held: Session | None = st.session_state.get("session")
    if held and held.browser:
        return held.browser
    return server.hashed(st.context.cookies.get(server.COOKIE)) or secrets.token_hex(32)


def session() -> Session:
    """Return the tab's session; opens the plan that the link names."""
    wanted = st.query_params.get("plan") or ""
    held: Session | None = st.session_state.get("session")
    here = (held.draft.id if held.draft else held.unknown) if held else ""
    if held is None or wanted != here:  # a link, or the browser's Back
        held = _turn_to(_opened(wanted))
    return held


def look_elsewhere() -> None:
    """Notice, once a run, what another window did to this plan, before anything builds on it."""
    held = session()
    if held.draft and not held.conflict:
        with suppress(OSError):  # the next save says so
            last = store().last_save(held.draft.id)
            if last is None and not mine(held.draft):  # it is shared no longer
                _turn_to(Session(empty(), unknown=held.draft.id))
            elif last != (held.draft.saves, held.draft.saved):
                held.conflict, held.theirs = True, last and last[1]


def _turn_to(held: Session) -> Session:
    """Put another plan into this tab; what belongs to the browser goes along."""
    save_waiting()
    before: Session | None = st.session_state.get("session")
    held.browser = browser()
    here = sign_in.person()
    held.person = here.id if here else ""
    held.details = before.details if before else _remembered(held.browser)
    st.session_state["session"] = held
    _list(held)
    return held


def _remembered(browser: str) -> dict[str, Any]:
    """Return the details kept for a browser; where nothing was ever saved, nothing is made."""
    try:
        return store().kept(browser, "details").get("mine", {}) if begun() else {}
    except OSError:
        return {}


def _list(held: Session) -> None:
    """Put the tab's draft on the list of those that this browser opened."""
    if held.draft:
        with suppress(OSError):  # the next opening lists it
            store().list_for(held.browser, held.draft.id, datetime.now(UTC))


def _opened(wanted: str) -> Session:
    if not wanted:
        document = alive(loads(_EXAMPLE.read_bytes()))
        return Session(document, example=True)
    try:
        draft = store().load(wanted)
    except OSError as error:
        return Session(empty(), unknown=wanted, trouble=why(error))
    if draft is None:
        return Session(empty(), unknown=wanted)
    return Session(alive(draft.document), draft)


def begin_empty() -> None:
    """Go on with an empty plan; who plans is known where this browser remembers it."""
    document = empty()
    who = {key: told for key in ("name", "role", "contact") if (told := session().details.get(key))}
    if who:
        document["clinician"] = alive(who)
    begin(document)


def open_draft(draft: str) -> None:
    """Go on with a saved draft."""
    st.query_params["plan"] = draft
    session()


def listed() -> list[Draft]:
    """Return the drafts that this browser opened, the last saved first."""
    try:
        return store().listed(browser()) if begun() else []
    except OSError:
        return []


def unlist(draft: str) -> None:
    """Take a draft off this browser's list."""
    with suppress(OSError):
        store().unlist(browser(), draft)


def remember(details: dict[str, Any]) -> None:
    """Remember the clinician's own details for this browser; none forgets them."""
    session().details = details
    if details:
        keep("details", "mine", details)
    else:
        drop("details", "mine")


def begin(document: Part) -> None:
    """Go on with a document as a new draft."""
    held = _turn_to(Session(document))
    save()
    if held.draft is None:
        st.query_params.pop("plan", None)


def change(part: Part, key: str, value: Any, typing: bool = False) -> None:
    """Set a key of a part, or take it out where the value is blank, and save."""
    if value in (None, "", []):
        if key not in part:
            return
        del part[key]
    elif key in part and part[key] == value and type(part[key]) is type(value):
        return
    else:
        part[key] = value
    save((part.uid, key) if typing else None)


def save(
    typed: tuple[int, str] | None = None, beside: Mapping[str, dict[str, Any]] | None = None
) -> None:
    """Save the document as the next state of its draft, with what is kept `beside` that.

    What is typed into one field without a pause becomes one state, so that undo takes back a
    number, not a digit.
    """
    held: Session = st.session_state["session"]
    if held.later:
        held.waiting = partial(save, typed, beside)
        return
    held.waiting = None  # it is of the same document
    now = datetime.now(UTC)

    def next_state() -> Draft:
        if held.draft is None:
            return store().create(held.document, now)
        recent = abs(now - held.draft.saved) < _SAME_TYPING
        same = bool(typed) and typed == held.typed and held.draft.can_undo and recent
        return store().save(held.draft, held.document, now, instead=same, beside=beside)

    first = held.draft is None
    if not held.conflict:
        _keep(held, next_state)
    held.typed = typed
    if first and held.draft:
        st.query_params["plan"] = held.draft.id
        _list(held)


def save_waiting() -> None:
    """Save what waits for it."""
    held: Session | None = st.session_state.get("session")
    if held and held.waiting:
        held.waiting()


def _keep(held: Session, action: Callable[[], Draft]) -> bool:
    try:
        held.draft = action()
    except Conflict:
        look_elsewhere()
    except OSError as error:
        held.trouble = why(error)
    else:
        held.trouble = ""
        return True
    return False


def kept(kind: str) -> dict[str, Any]:
    """Return what this browser keeps of a kind, by name; nothing where it cannot be read."""
    try:
        return store().kept(browser(), kind)
    except OSError as error:
        session().trouble = why(error)
        return {}


def keep(kind: str, name: str, document: Any) -> None:
    """Keep a document for this browser under a name."""
    trying(lambda: store().keep(browser(), kind, name, document))


def drop(kind: str, name: str) -> None:
    """Forget what this browser keeps under a name."""
    trying(lambda: store().drop(browser(), kind, name))


def trying(action: Callable[[], None]) -> None:
    """Do something with the store; where it fails, the page says why."""
    try:
        action()
    except OSError as error:
        session().trouble = why(error)


def confirm(said: dict[str, Any]) -> None:
    """Keep a clinician's confirmation of exactly the saved state."""
    save_waiting()
    held = session()
    draft = held.draft
    if draft:
        _keep(held, lambda: store().confirm(draft, said, datetime.now(UTC)))


def undo() -> None:
    """Go back to the state before, if there is one."""
    save_waiting()
    draft = session().draft
    if draft and draft.can_undo:
        _go(lambda: store().undo(draft, datetime.now(UTC)))


def redo() -> None:
    """Go on to the state that was undone, unless something was changed since."""
    save_waiting()
    draft = session().draft
    if draft and draft.can_redo:
        _go(lambda: store().redo(draft, datetime.now(UTC)))


def _go(action: Callable[[], Draft]) -> None:
    held = session()
    if _keep(held, action):
        assert held.draft
        held.document = alive(held.draft.document, held.document)
        held.typed = None


def delete(draft: str) -> None:
    """Delete a draft for good; where it stands on the screen, go back to the example."""
    held = session()
    try:
        store().delete(draft)
    except OSError as error:
        held.trouble = why(error)
        return
    if held.draft and held.draft.id == draft:
        forget()


def keep_mine() -> None:
    """After a conflict: go on with what stands on this screen, as a new draft."""
    begin(session().document)


def take_saved() -> None:
    """After a conflict: go on with what was saved from elsewhere."""
    held = session()
    _turn_to(_opened(held.draft.id if held.draft else ""))


def duplicate() -> None:
    """Go on with a copy of the plan of this tab."""
    begin_copy(alive(session().document))


def begin_copy(copied: Part) -> None:
    """Go on with a plan as a new draft; what belongs to one patient's plan is left out of it."""
    for key in ("label", "start", "replaces", "visits"):
        copied.pop(key, None)
    begin(alive(dict(copied)))


def forget() -> None:
    """Leave a link that leads nowhere, and show the example."""
    st.query_params.pop("plan", None)
    _turn_to(_opened(""))


def put_plan(document: dict[str, Any]) -> None:
    """Make a document the plan of this tab, as its next state."""
    held = session()
    held.document = alive(document, held.document)
    save()

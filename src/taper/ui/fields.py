"""The fields: each shows one key of one part of the document, and writes there what was typed.

A field always shows what the document holds, so undo, a reload and a moved phase show the right
text. Doses, days and counts are texts too: the engine reads them by its one grammar and says what
is wrong with them, where a number field of the browser would change a comma without a word.
"""

import re
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from functools import partial
from html import escape
from typing import Any, Final, Literal

import streamlit as st

from taper.amount import InvalidAmount, grouped, parse, plain
from taper.phases import BY
from taper.ui.part import Part
from taper.ui.runs import chart_first
from taper.ui.state import change, session
from taper.ui.view import View

PAUSE: Final = "350ms"
"""What is typed counts after this pause: long enough not to read half a number."""
_ECHO_SECONDS: Final = 3
_WHOLE: Final = re.compile("0|[1-9][0-9]{0,5}")

Write = Callable[[Part, str, Any, bool], None]


def literal(text: str) -> str:
    """Escape a text so that a Markdown label shows it as it was typed."""
    return re.sub(r"([!-/:-@\[-`{-~])", r"\\\1", text).replace(":", ":\u2060")


def hidden(label: str) -> str:
    """Make a label that is heard, not seen, load no picture.

    Such a label is read out as it stands and is drawn as Markdown besides.
    """
    return label.replace("![", "!\u2060[")


def words(text: str, kind: str = "") -> None:
    """Write a piece of a sentence, literally."""
    if not text:
        return
    st.html(f'<span class="words {kind}">{escape(text)}</span>', width="content")


def note(text: str, kind: str = "quiet") -> None:
    """Write a line under a field, literally; "fault" for what is wrong."""
    role = ' role="status"' if kind == "fault" else ""
    st.html(f'<div class="{kind}"{role}>{escape(text)}</div>')


def key_of(part: Part, key: str) -> str:
    """Return the widget key of a part's key."""
    return f"f{part.uid}-{key}"


def plain_text(widget: str, value: str, label: str, **drawn: Any) -> None:
    """Draw a text field that shows `value` and is no key of the document."""
    st.text_input(
        hidden(label),
        value=default(widget, value) or "",
        key=widget,
        label_visibility="collapsed",
        autocomplete="off",
        **drawn,
    )


def more(label: str, options: Sequence[str], key: str, **drawn: Any) -> str | None:
    """Draw a menu of what is done seldom, shown as three dots; returns what was chosen."""
    # style.css draws the dots over the label, by which each menu has a name of its own.
    return st.menu_button(label, list(options), key=f"more-{key}", type="tertiary", **drawn)


def pressed(label: str, key: str, **drawn: Any) -> bool:
    """Draw a button whose click the run answers as it comes by; says whether it was clicked.

    It is said until a whole run came to its end (`Session.clicked`): the framework forgets a click
    where its run is broken off.
    """
    st.button(label, key=key, on_click=clicked, args=(key,), **drawn)
    last = session().clicked
    return last is not None and last[0] == key


def clicked(key: str) -> None:
    """Keep a click until it is answered; of two that wait, the later one."""
    session().clicked = key, st.session_state.get(key)  # None once the page was left


def cross(name: str, key: str, on_click: Callable[..., None], *args: Any) -> None:
    """Draw a cross that removes what stands beside it: "Remove visit 2"."""
    # style.css draws the cross over the label, which is heard and not seen.
    st.button(
        f"Remove {name}", key=f"cross-{key}", type="tertiary", on_click=on_click, args=args
    )  # fmt: skip


def together() -> Any:
    """Return a container whose words and fields stay on one line while the sentence wraps."""
    return st.container(
        horizontal=True, wrap=False, width="content", vertical_alignment="center", gap="xsmall"
    )


def text(
    view: View,
    part: Part,
    key: str,
    label: str,
    width: int | Literal["stretch"] = 64,
    placeholder: str = "",
    whole: bool = False,
    write: Write = change,
) -> None:
    """Draw a text field; a whole number becomes a number of the document, else the text stays."""
    widget = key_of(part, key)
    st.text_input(
        hidden(label),
        value=str(default(widget, str(part.get(key, ""))) or ""),
        key=widget,
        label_visibility="collapsed",
        placeholder=placeholder,
        width=width,
        live=PAUSE,
        autocomplete="off",
        disabled=view.locked,
        on_change=_changed(view, _typed),
        args=(widget, part, key, whole, write),
    )


def _changed(view: View, act: Callable[..., None]) -> Callable[..., None]:
    return partial(chart_first, act) if view.beside_chart else act


def default(widget: str, value: Any) -> Any:
    """Make a widget show a value; returns the default to draw it with.

    The value is put into the widget only where it shows another one, since that takes away what is
    being typed. It is the default besides, so that a browser which builds the field anew (a change
    of page, a lost connection) starts from the document and never from a blank.

    A run that the next one breaks off may never reach the browser, so that one tells it again.
    """
    if widget not in st.session_state:
        return value
    told, shown = st.session_state["session"].told, st.session_state[widget]
    before = _lately(told, widget)
    if shown == value and not before:
        return value
    others = (one for one in before if one not in (shown, value))
    told[widget] = (*others, shown, value), time.monotonic()
    st.session_state[widget] = value
    return None


def _lately(told: Mapping[str, tuple[tuple[Any, ...], float]], widget: str) -> tuple[Any, ...]:
    """Return what the browser may still show, or come to show, in a field that was told a value."""
    before, when = told.get(widget, ((), 0.0))
    return before if time.monotonic() - when < _ECHO_SECONDS else ()


def _answered(widget: str) -> bool:
    """Say whether a change of a field is the clinician's.

    It is not where the page was left before the browser was done, or where the browser says again
    what it showed before `default`, or was told then: it hears late, or never where a run was
    broken off.
    """
    told = session().told
    if widget not in st.session_state or st.session_state[widget] in _lately(told, widget):
        return False
    told.pop(widget, None)
    return True


def _typed(widget: str, part: Part, key: str, whole: bool, write: Write) -> None:
    if not _answered(widget):
        return
    typed = st.session_state[widget] or ""
    value: Any = typed if typed.strip() else ""
    if whole and _WHOLE.fullmatch(value):
        value = int(value)
    if value != part.get(key, ""):
        write(part, key, value, True)


def choice(
    view: View,
    part: Part,
    key: str,
    label: str,
    options: Mapping[str, Any] | Sequence[str],
    width: int = 160,
    placeholder: str = "choose",
    *,
    write: Write = change,
    shown: str | None = None,
) -> None:
    """Draw a list to choose from, empty at first; options are words → what the document holds."""
    values: dict[str, Any] = (
        dict(options) if isinstance(options, Mapping) else {word: word for word in options}
    )
    now = part.get(key)
    if shown is None and now not in (None, ""):
        shown = next((word for word, value in values.items() if value == now), str(now))
    if shown is not None:
        values.setdefault(str(shown), now)
    widget = key_of(part, key)
    start = default(widget, shown)
    st.selectbox(
        hidden(label),
        list(values),
        key=widget,
        index=None if start is None else list(values).index(start),
        placeholder=placeholder,
        label_visibility="collapsed",
        width=width,
        disabled=view.locked,
        on_change=_changed(view, _chosen),
        args=(widget, part, key, values, shown, write),
    )


def _chosen(
    widget: str, part: Part, key: str, values: Mapping[str, Any], shown: str | None, write: Write
) -> None:
    if not _answered(widget):
        return
    chosen = st.session_state[widget]
    # A browser that builds the page anew reports every field once: no change is not a change.
    if chosen != shown:
        write(part, key, values.get(chosen) if chosen is not None else None, False)


def pick(
    view: View, part: Part, key: str, label: str, options: Mapping[str, Any], write: Write = change
) -> None:
    """Draw a few words of which one is picked, none at first."""
    widget = key_of(part, key)
    shown = next((word for word, value in options.items() if value == part.get(key)), None)
    st.segmented_control(
        hidden(label),
        list(options),
        default=default(widget, shown),
        key=widget,
        label_visibility="collapsed",
        disabled=view.locked,
        on_change=_changed(view, _chosen),
        args=(widget, part, key, options, shown, write),
    )


def day(
    view: View, part: Part, key: str, label: str, width: int = 150, write: Write = change
) -> None:
    """Draw a date, empty at first."""
    widget = key_of(part, key)
    try:
        shown = date.fromisoformat(str(part.get(key)))
    except ValueError:
        shown = None
    st.date_input(
        hidden(label),
        key=widget,
        value=default(widget, shown),
        min_value=date(2000, 1, 1),
        max_value=date(2100, 12, 31),
        format="YYYY-MM-DD",
        label_visibility="collapsed",
        width=width,
        disabled=view.locked,
        on_change=_changed(view, _dated),
        args=(widget, part, key, write),
    )


def _dated(widget: str, part: Part, key: str, write: Write) -> None:
    if not _answered(widget):
        return
    chosen: date | None = st.session_state[widget]
    write(part, key, chosen.isoformat() if chosen else None, False)


def faults(
    view: View,
    *places: tuple[str, str],
    read: Mapping[str, Any] | None = None,
    notice: str = "",
) -> None:
    """Write what is wrong at these places, each as (place, what the field is called).

    `read` holds typed doses in mg: each is echoed where it is printed otherwise than typed.
    `notice` is what is worth a look and no fault.

    Always draws one element, so that the fields below keep their place in the page.
    """
    lines = []
    for place, name in places:
        for where, said in view.under(place):
            inside = name or _inside(where.removeprefix(place))
            head = f"<b>{escape(inside)}</b>: " if inside else ""
            lines.append(f"<div>{head}{escape(said)}</div>")
    shown = f'<div class="fault" role="status">{"".join(lines)}</div>' if lines else ""
    for name, raw in (read or {}).items():
        if understood := echo(raw):
            shown += f'<div class="quiet">{escape(name)}: read as {understood}\u00a0mg</div>'
    if notice:
        shown += f'<div class="quiet" role="status">{escape(notice)}</div>'
    st.html(shown or "<div></div>")


_NAMES: Final = {
    "every_days": "days",
    "until_mg": "until",
    "taking_from": "taking from",
    "to_mg_per_from_mg": "mg for each 1 mg",
    "review_on": "review",
    "by": "by",
    "strength_mg": "strength",
    "mg_per_ml": "mg in 1 mL",
    "measurable_ml": "measured to",
    "pack_ml": "bottle",
    "doses_mg": "dose",
}


def _inside(rest: str) -> str:
    """Name the field inside a part: ".every_days" is "days", ".doses_mg.morning" is "morning"."""
    key = re.sub(r"\[\d+\]", "", rest).strip(".")
    if key.startswith("doses_mg."):
        return key.rpartition(".")[2]
    head = key.partition(".")[0]
    return _NAMES.get(head, head.replace("_", " "))


def echo(raw: Any) -> str:
    """Return how a typed number is read, where that looks different; else nothing."""
    try:
        number = grouped(plain(parse(raw)))
    except (InvalidAmount, TypeError):
        return ""
    return "" if number == raw else number


def marks(view: View) -> None:
    """Outline the fields whose entries are wrong."""
    keys = [_widget_at(view.document, place) for place in view.faults]
    boxes = ('[data-testid="stTextInputRootElement"]', '[role="group"]', "button")
    rules = [f".st-key-{key} {box}" for key in keys if key for box in boxes]
    if rules:
        st.html(f"<style>{', '.join(rules)} {{ border-color: var(--wrong) !important }}</style>")


def _widget_at(document: Part, place: str) -> str:
    """Return the widget key (as a style class) of the field at a place."""
    at: Any = document
    steps = re.findall(r"([^.\[\]]+)|\[(\d+)\]", place)
    part, last = document, ""
    for name, index in steps:
        if isinstance(at, list) and index and int(index) < len(at):
            at = at[int(index)]
        elif isinstance(at, Part) and name:
            part, last = at, name
            at = at.get(name)
        else:
            return ""
    shown = "amount" if last in BY else last  # one field, whatever is reduced by
    return re.sub(r"[^\w-]", "-", key_of(part, shown)) if last else ""

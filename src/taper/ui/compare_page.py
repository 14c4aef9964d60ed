"""The Compare page: the plan and up to three copies of it on one chart and in one table."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from html import escape
from typing import Any, Final

import streamlit as st

from taper import wording
from taper.chart import variants
from taper.compare import differences
from taper.figures import LARGEST_IN_DAYS, Figures, end_words, figures, largest_words, then_to_zero
from taper.schedule import Schedule
from taper.ui import beside, fields, frame, plot, runs, state
from taper.ui.view import KEPT, View, look, worked_out

MOST: Final = 4
_PLAN: Final = "This plan"
_SHOWN: Final = 6
"""So many differences stand open; the rest is one click away."""


def draw() -> None:
    """Draw the page once."""
    held = state.session()
    view = look(held)
    frame.toolbar(view)
    if held.unknown and held.draft is None:
        return
    copies = beside.copies()
    named = _named(view, copies)
    _copies(view, copies, named)
    if not named:
        fields.note("A plan is compared once it has a start date and its first phase is complete.")
        return
    ordered = list(named)
    if len(named) > 1:
        with st.container(key="legend", horizontal=True, vertical_alignment="center", gap="small"):
            _legend(named)
            ordered = _ordered(named)
    runs.chart(view, _chart)
    table({name: named[name] for name in ordered})
    if len(named) > 1:
        _differences(named)


@dataclass(frozen=True, eq=False)
class Variant:
    """A plan that is compared; worked out once, for nothing of it changes."""

    schedule: Schedule

    @cached_property
    def figures(self) -> Figures:
        """What it is compared by."""
        return figures(self.schedule)

    @cached_property
    def cells(self) -> tuple[str, ...]:
        """What stands in the table, row by row."""
        return tuple(row[1](self.schedule, self.figures) for row in _ROWS)


@lru_cache(maxsize=KEPT)
def _made(text: str) -> Variant | None:
    """Work out a document as far as it goes."""
    schedule = worked_out(json.loads(text)).schedule
    return Variant(schedule) if schedule else None


@lru_cache(maxsize=MOST * (MOST - 1))
def _differing(old: Variant, new: Variant) -> tuple[str, ...]:
    return differences(old.schedule, new.schedule)


def _named(view: View, copies: Mapping[str, Any]) -> dict[str, Variant]:
    """Return what can be drawn, the plan first."""
    found = {}
    plan = _made(json.dumps(view.document)) if view.whole else None
    if view.schedule and view.dated:
        found[_PLAN] = plan or Variant(view.schedule)
    for name, document in copies.items():
        made = _made(json.dumps(document))
        if made:
            found[name] = made
    return found


def _chart(view: View, ask: str) -> bool:
    """Draw the chart of what can be drawn (`runs.chart`)."""
    named = _named(view, beside.copies())
    if named:
        drawn = {name: variant.schedule for name, variant in named.items()}
        dark = st.context.theme.type == "dark"
        plot.draw("compared", variants.draw(drawn, dark=dark), ask=ask)
    return bool(named)


# ---------------------------------------------------------------------------------------- copies


def _copies(view: View, copies: Mapping[str, Any], named: Mapping[str, Variant]) -> None:
    """Let copies be kept, taken up as the plan, and removed."""
    with st.container(key="copies", horizontal=True, vertical_alignment="center", gap="small"):
        if view.locked:
            fields.note("The example is only looked at. Duplicate it to compare variants.")
            return
        full = len(copies) >= MOST - 1
        fields.plain_text(
            "copy-name", st.session_state.get("copy-name") or "", "Name of the copy", width=200,
            placeholder=f"copy {len(copies) + 1}", disabled=full,
        )  # fmt: skip
        st.button(
            "Keep a copy of this plan", key="keep-copy", on_click=_keep, disabled=full,
            help="Then change the plan and come back: both are drawn here",
        )  # fmt: skip
        for at, name in enumerate(copies):
            whole = "" if name in named else " (not complete, so not drawn)"
            with st.container(
                key=f"copy-{at}", horizontal=True, vertical_alignment="center", gap="xsmall",
                width="content",
            ):  # fmt: skip
                fields.words(f"{name}{whole}:", "strong")
                st.button(
                    "make it the plan", key=f"take-copy-{at}", on_click=runs.chart_first,
                    args=(beside.swap_copy, name), type="tertiary",
                    help=f"{fields.literal(name)} becomes the plan, and the plan a copy",
                )  # fmt: skip
                st.button(
                    "remove", key=f"drop-copy-{at}", on_click=beside.drop_copy, args=(name,),
                    type="tertiary", help=f"Remove {fields.literal(name)}",
                )  # fmt: skip


def _keep() -> None:
    copies = beside.copies()
    typed = str(st.session_state.get("copy-name") or "").strip()[:60]
    name = typed or f"copy {len(copies) + 1}"
    number = 2
    while name in copies or name == _PLAN:
        name, number = f"{typed or 'copy'} {number}", number + 1
    beside.keep_copy(name)
    st.session_state["copy-name"] = ""


# ----------------------------------------------------------------------------------------- drawn


def _legend(named: Mapping[str, Variant]) -> None:
    keys = "".join(
        f'<span class="key"><i class="line-{at}"></i>{escape(name)}</span>'
        for at, name in enumerate(named)
    )
    st.html(f'<div class="legend">{keys}</div>', width="content")


_Row = tuple[str, Callable[[Schedule, Figures], str], Callable[[Schedule, Figures], Any]]
"""What a row says of a plan, and what plans are put in order by."""


def _largest(schedule: Schedule, found: Figures) -> str:
    change = found.headline.largest
    if change is None:
        return "to 0" if found.headline.to_zero else "none"
    share, doses = largest_words(schedule, change)
    return f"{share} ({doses}){then_to_zero(found.headline)}"


def _share(found: Figures) -> Any:
    change = found.headline.largest
    return 1 - change.after / change.before if change else -1


def _dispensed(schedule: Schedule) -> str:
    """Write what is dispensed over the whole plan, each product once."""
    total: dict[int, Any] = {}
    for row in schedule.supply:
        count, packs = total.get(row.product, (0, 0))
        more = None if row.packs is None or packs is None else packs + row.packs
        total[row.product] = (count + row.count, more)
    said = []
    for at, (count, packs) in sorted(total.items()):
        product = schedule.plan.products[at]
        packed = "" if packs is None else f", {packs:,}\u00a0pack{'' if packs == 1 else 's'}"
        said.append(f"{product.drug} {wording.items(product, count)}{packed}")
    return "; ".join(said) or "no products"


_ROWS: Final[tuple[_Row, ...]] = (
    ("End", lambda s, f: " ".join(reversed(end_words(s))), lambda s, f: f.headline.days),
    ("Steps", lambda s, f: str(f.headline.steps), lambda s, f: f.headline.steps),
    ("Length", lambda s, f: wording.length(f.headline.days), lambda s, f: f.headline.days),
    ("Largest step", _largest, lambda s, f: _share(f)),
    (
        f"Largest reduction in {LARGEST_IN_DAYS} days",
        lambda s, f: wording.percent(-f.in_window) if f.in_window else "none",
        lambda s, f: f.in_window or -1,
    ),
    (
        "Furthest from ideal",
        lambda s, f: wording.ideal_mg(f.headline.furthest),
        lambda s, f: f.headline.furthest,
    ),
    (
        "Days under a quarter of the largest dose",
        lambda s, f: str(f.low_days),
        lambda s, f: f.low_days,
    ),
    ("Broken tablets", lambda s, f: f"{f.broken:,} pieces", lambda s, f: f.broken),
    ("Most to take in a day", lambda s, f: str(f.items), lambda s, f: f.items),
    ("To dispense", lambda s, f: _dispensed(s), lambda s, f: sum(row.count for row in s.supply)),
    ("Visits planned", lambda s, f: str(f.visits), lambda s, f: f.visits),
    (
        "What stands out",
        lambda s, f: (
            ", ".join(f"{count} {severity}" for severity, count in f.findings.items()) or "nothing"
        ),
        lambda s, f: tuple(f.findings.get(severity, 0) for severity in ("serious", "note")),
    ),
)


def _ordered(named: Mapping[str, Variant]) -> list[str]:
    """Return the names in the order that is asked for: as they were kept, or by a figure."""
    by = st.selectbox(
        "Order of the table", [row[0] for row in _ROWS], index=None, key="order-by", width=260,
        placeholder="table in the order kept", label_visibility="collapsed",
    )  # fmt: skip
    row = next((row for row in _ROWS if row[0] == by), None)
    if row is None:
        return list(named)
    return sorted(named, key=lambda name: row[2](named[name].schedule, named[name].figures))


def table(named: Mapping[str, Variant]) -> None:
    """Draw the figures of each, side by side."""
    head = "".join(f'<th scope="col">{escape(name)}</th>' for name in named)
    body = "".join(
        f'<tr><th scope="row">{escape(row[0])}</th>'
        + "".join(f"<td>{escape(variant.cells[at])}</td>" for variant in named.values())
        + "</tr>"
        for at, row in enumerate(_ROWS)
    )
    st.html(
        '<div class="wide"><table class="compared"><caption>Side by side</caption>'
        f"<thead><tr><td></td>{head}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def _differences(named: Mapping[str, Variant]) -> None:
    """Say how one differs from another, in words."""
    names = list(named)
    with st.container(key="differences", gap="xsmall"):
        st.subheader("Differences in words", anchor=False)
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            new = st.selectbox(
                "Which", names, index=0, key="differs", label_visibility="collapsed", width=200
            )
            fields.words("against")
            old = st.selectbox(
                "Against which", names, index=1, key="against", label_visibility="collapsed",
                width=200,
            )  # fmt: skip
        if new not in named or old not in named or new == old:
            fields.note("Choose two that are not the same.")
            return
        said = _differing(named[old], named[new])
        if not said:
            fields.note("Day by day the same doses.")
        _said(said[:_SHOWN])
        if said[_SHOWN:]:
            more = st.expander(
                f"{len(said) - _SHOWN} more", key="more-differences", on_change="rerun"
            )
            if more.open:
                with more:
                    _said(said[_SHOWN:])


def _said(lines: Sequence[str]) -> None:
    st.html(f'<ul class="said">{"".join(f"<li>{escape(line)}</li>" for line in lines)}</ul>')

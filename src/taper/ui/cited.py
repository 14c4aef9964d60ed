"""Tables of facts as real HTML, where each figure stands with its source, one click from its place.

A cell is HTML made here, out of escaped text; a search looks at what a reader sees of a row, not at
the folded titles.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cache, cached_property
from html import escape, unescape
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

import streamlit as st

from taper import wording
from taper.amount import NO_BREAK, grouped, plain, with_unit
from taper.reference import drugs, sources
from taper.reference.source import UNDATED, Cited

_STYLE: Final = Path(__file__).with_name("reference.css")
_FOLDED: Final = re.compile(r'<div class="cite">.*?</div>', re.DOTALL)
_TAG: Final = re.compile(r"<[^>]+>")
_PARTED: Final = re.compile(r"(?<=[0-9]) (?=(?:mg|mL|h)\b|%)")


# -------------------------------------------------------------------------------------------- words


def said(text: str) -> str:
    """Escape a text; its medicines in tall-man letters, no line break between number and unit."""
    names, pattern = _lettered()
    return escape(_kept_together(pattern.sub(lambda found: names[found[0]], text)))


def _kept_together(text: str) -> str:
    return _PARTED.sub(NO_BREAK, text)


@cache
def _lettered() -> tuple[dict[str, str], re.Pattern[str]]:
    names = {drug.name: drug.lettered() for drug in drugs().values()}
    changed = sorted(name for name, tall in names.items() if tall != name)
    return names, re.compile(rf"\b({'|'.join(map(re.escape, changed))})\b")


def quiet(text: str) -> str:
    """Write a line beside the fact, in a quieter colour."""
    return f'<div class="quiet">{said(text)}</div>' if text else ""


def lines(items: Iterable[str]) -> str:
    """Write HTML items one below the other; a dash where there is none."""
    found = list(items)
    if not found:
        return '<span class="quiet">–</span>'
    return f"<ul>{''.join(f'<li>{item}</li>' for item in found)}</ul>"


def span(low: Fraction | None, high: Fraction, unit: str) -> str:
    """Write a range with its unit once: "6.3 to 26.9 h"; "at most" where it has no low end."""
    top = wording.percentage(high) if unit == "%" else with_unit(high, unit)
    if low is None:
        return f"at most {top}"
    return top if low == high else f"{grouped(plain(low))} to {top}"


# ------------------------------------------------------------------------------------------ sources


def source(*facts: Cited) -> str:
    """Name the one source of some facts; unfolded: its title, publisher, places in it and link."""
    read = sources()[facts[0].source]
    where = "; ".join(dict.fromkeys(fact.where for fact in facts))
    year = "" if read.year == UNDATED else f", {read.year}"
    return (
        f'<details class="source"><summary>{escape(_kept_together(read.named))}</summary>'
        '<div class="cite">'
        f"<i>{escape(read.title)}</i>. {escape(read.publisher)}{year}.<br>"
        f"In it: {escape(where)}.<br>"
        f'<a href="{escape(read.url)}" target="_blank" rel="noopener noreferrer">'
        f"Open {escape(urlsplit(read.url).netloc)}</a>"
        f" (read on {escape(wording.day(read.read_on))})</div></details>"
    )


# ------------------------------------------------------------------------------------------- tables


def seen(html: str) -> str:
    """Return what a reader sees of some HTML while its sources are folded, in lower case."""
    return _bare(html).casefold()


def _bare(html: str) -> str:
    return " ".join(unescape(_TAG.sub(" ", _FOLDED.sub(" ", html))).split())


@dataclass(frozen=True)
class Row:
    """A row: its head and its cells, all HTML. `words` are searched besides what is seen.

    With `only` the words are searched in place of the cells.
    """

    head: str
    cells: tuple[str, ...]
    words: str = ""
    only: bool = False

    @cached_property
    def text(self) -> str:
        """What a search looks at."""
        shown = self.head if self.only else " ".join((self.head, *self.cells))
        return f"{seen(shown)} {self.words.casefold()}"


@dataclass(frozen=True)
class Group:
    """Rows that belong together, under a heading of their own where `head` is given."""

    rows: tuple[Row, ...]
    head: str = ""


@dataclass(frozen=True)
class Table:
    """A table. `columns` are the column heads, the first over the heads of the rows."""

    caption: str
    columns: tuple[str, ...]
    groups: tuple[Group, ...]
    kind: str = ""

    @property
    def count(self) -> int:
        """How many rows it has."""
        return sum(len(group.rows) for group in self.groups)

    def narrowed(self, search: str) -> "Table":
        """Keep the rows in which each word of a search is seen; those whose head says it first."""
        wanted = search.casefold().split()
        if not wanted:
            return self
        caption = seen(self.caption)
        groups = []
        for group in self.groups:
            above = f"{caption} {seen(group.head)} "
            rows = [row for row in group.rows if all(word in above + row.text for word in wanted)]
            rows.sort(key=lambda row: not all(word in seen(row.head) for word in wanted))
            if rows:
                groups.append(replace(group, rows=tuple(rows)))
        return replace(self, groups=tuple(groups))

    def html(self) -> str:
        """Write the table; its roles are named, since on a narrow screen its rows become blocks."""
        heads = "".join(
            f'<th scope="col" role="columnheader">{said(name)}</th>' for name in self.columns
        )
        return (
            f'<table class="facts {self.kind}" role="table"><caption>{self.caption}</caption>'
            f'<thead role="rowgroup"><tr role="row">{heads}</tr></thead>'
            f"{''.join(self._group(group) for group in self.groups)}</table>"
        )

    def _group(self, group: Group) -> str:
        head = (
            f'<tr role="row" class="group"><th scope="rowgroup" role="rowheader"'
            f' colspan="{len(self.columns)}">{group.head}</th></tr>'
            if group.head
            else ""
        )
        return f'<tbody role="rowgroup">{head}{"".join(map(self._row, group.rows))}</tbody>'

    def _row(self, row: Row) -> str:
        cells = "".join(
            f'<td role="cell" data-head="{said(name)}">{cell}</td>'
            for name, cell in zip(self.columns[1:], row.cells, strict=True)
        )
        # A browser leaves what can be folded out of a head's name.
        name = f' aria-label="{escape(_bare(row.head))}"' if row.head.startswith("<details") else ""
        head = f'<th scope="row" role="rowheader"{name}>{row.head}</th>'
        return f'<tr role="row">{head}{cells}</tr>'


def draw(tables: Sequence[Table]) -> None:
    """Draw tables one below the other."""
    st.html("".join(table.html() for table in tables))


def style() -> None:
    """Draw what the tables look like."""
    st.html(_STYLE)

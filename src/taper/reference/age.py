"""Which facts were read so long ago that they should be read again."""

from collections.abc import Iterator
from datetime import date
from typing import Any, NamedTuple

from taper.reference.source import Source, document, files_of_facts, sources


class Stale(NamedTuple):
    """A fact whose source was read too long ago: its file, the entry it stands in, the source."""

    file: str
    entry: str
    source: Source

    def __str__(self) -> str:
        """Write it in one line."""
        return f"{self.file}: {self.entry}: {self.source.id}, read on {self.source.read_on}"


def stale(today: date, years: int) -> tuple[Stale, ...]:
    """Return the facts whose source was read more than that many years before `today`.

    In the order of the files and of their entries; each entry and source once.
    """
    if years < 0:
        raise ValueError(f"years must be 0 or more, got {years}")
    last = _years_before(today, years)
    old = {source.id for source in sources().values() if source.read_on < last}
    found = (
        Stale(file, entry, sources()[source])
        for file in files_of_facts()
        for entry, source in _cited(file)
        if source in old
    )
    return tuple(dict.fromkeys(found))


def _years_before(today: date, years: int) -> date:
    """Return the same day so many years earlier; 28 February for 29 February."""
    try:
        return today.replace(year=today.year - years)
    except ValueError:
        return today.replace(year=today.year - years, day=28)


def _cited(file: str) -> Iterator[tuple[str, str]]:
    """Yield (entry, id of the source) for each fact of a file."""
    for table, raw in document(file).items():
        for number, entry in enumerate(raw, 1):
            name = next((entry[key] for key in ("name", "drug", "id") if key in entry), number)
            for source in _sources_in(entry):
                yield f"{table} {name}", source


def _sources_in(raw: Any) -> Iterator[str]:
    if isinstance(raw, dict):
        if isinstance(raw.get("source"), str):
            yield raw["source"]
        for value in raw.values():
            yield from _sources_in(value)
    elif isinstance(raw, list):
        for value in raw:
            yield from _sources_in(value)

"""Where a fact was read, and how the files of facts are read: nothing stands without its source."""

import re
import tomllib
from collections.abc import Callable, Hashable, Iterator
from datetime import date
from functools import cache
from importlib.resources import files
from itertools import pairwise
from typing import Annotated, Any, Final, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from taper.amount import NO_BREAK, seen
from taper.leaf import Day, Leaf, Text

SOURCES: Final = "sources.toml"
UNDATED: Final = "n.d."
"""Stands for the year of a source that bears none."""


class InvalidReference(ValueError):
    """A file of facts that does not hold together: it names the file, the place and the fault."""


class _Year(Leaf):
    """The year of a publication, or that it bears none."""

    def check(self, value: object) -> int | str:
        whole = isinstance(value, int) and not isinstance(value, bool)
        if value == UNDATED or (whole and 1950 <= value <= 2100):  # type: ignore[operator]
            return value  # type: ignore[return-value]
        raise ValueError(f'must be a year such as 2023, or "{UNDATED}", got {seen(value)}')


class _Address(Leaf):
    """A page on the web."""

    def check(self, value: object) -> str:
        if isinstance(value, str) and re.fullmatch(r"https?://\S+", value):
            return value
        raise ValueError(f"must be an address that starts with https://, got {seen(value)}")


Line = Annotated[str, Text(name=True)]
"""Words that are there, on one line."""


class Entry(BaseModel):
    """An entry in a file of facts: every key known, every type exact, never changed once made."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class Source(Entry):
    """A publication, and the day on which the facts were read in it."""

    id: Line
    short: Line
    title: Line
    publisher: Line
    year: Annotated[int | str, _Year()]
    url: Annotated[str, _Address()]
    read_on: Annotated[date, Day()]

    @property
    def named(self) -> str:
        """How the source is named beside a fact: in short, with its year."""
        year = f"no{NO_BREAK}year" if self.year == UNDATED else self.year
        return f"{self.short} ({year})"


class Cited(Entry):
    """A fact with its source, and where in the source it stands: page, table, section."""

    source: Line
    where: Line


SomeEntry = TypeVar("SomeEntry", bound=Entry)

MANY: Final = Field(strict=False)
"""Marks a field that is a list in the file and a tuple here: `Annotated[tuple[X, ...], MANY]`."""


@cache
def sources() -> dict[str, Source]:
    """Return every source by its id, in the order of the ids."""
    found = _entries(SOURCES, "source", Source)
    refuse_repeated(SOURCES, found, lambda source: source.id)
    ids = [source.id for source in found]
    for earlier, later in pairwise(ids):
        if earlier > later:
            raise InvalidReference(f"{SOURCES}: sorted by id, {later!r} comes before {earlier!r}")
    return {source.id: source for source in found}


def entries(
    file: str,
    table: str,
    kind: type[SomeEntry],
    same: Callable[[SomeEntry], Hashable],
) -> tuple[SomeEntry, ...]:
    """Read the tables of one name, `[[table]]`, from a file of facts beside this module.

    No two may have the same `same(entry)`. Raises `InvalidReference` for an unknown key, a value
    that is not accepted, a source that is not in sources.toml, and a repeated entry.
    """
    found = _entries(file, table, kind)
    refuse_repeated(file, found, same)
    for entry in found:
        for cited in citations(entry):
            if cited.source not in sources():
                raise InvalidReference(f"{file}: no source {cited.source!r} in {SOURCES}")
    return found


def refuse_repeated(
    file: str, found: tuple[SomeEntry, ...], same: Callable[[SomeEntry], Hashable]
) -> None:
    """Raise `InvalidReference` where two entries say the same thing of the same thing."""
    met: set[Hashable] = set()
    for entry in found:
        if same(entry) in met:
            raise InvalidReference(f"{file}: repeated: {same(entry)!r}")
        met.add(same(entry))


def citations(value: object) -> Iterator[Cited]:
    """Yield each cited fact in an entry, the entry itself included."""
    if isinstance(value, Cited):
        yield value
    if isinstance(value, Entry):
        for name in type(value).model_fields:
            yield from citations(getattr(value, name))
    elif isinstance(value, tuple):
        for part in value:
            yield from citations(part)


def files_of_facts() -> tuple[str, ...]:
    """Return the names of the files of facts, sorted; sources.toml is none."""
    beside = (found.name for found in files(__package__).iterdir())
    return tuple(sorted(name for name in beside if name.endswith(".toml") and name != SOURCES))


@cache
def document(file: str) -> dict[str, Any]:
    """Return a file of facts as TOML reads it; the loaders make entries of it."""
    return tomllib.loads((files(__package__) / file).read_text(encoding="utf-8"))


def _entries(file: str, table: str, kind: type[SomeEntry]) -> tuple[SomeEntry, ...]:
    found = []
    for number, raw in enumerate(document(file).get(table, ()), 1):
        try:
            found.append(kind.model_validate(raw))
        except ValidationError as error:
            faults = "; ".join(
                f"{'.'.join(str(part) for part in fault['loc'])}: {fault['msg']}"
                for fault in error.errors()
            )
            raise InvalidReference(f"{file}: {table} {number}: {faults}") from None
    return tuple(found)

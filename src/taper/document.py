"""The door for documents: JSON text in, plain values out, and what a fault says.

Fractions come as `Decimal`, so that none is ever binary; no key comes twice.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from itertools import pairwise
from typing import Any, Final

from taper.amount import seen

MOST_BYTES: Final = 1_000_000
MOST_LEVELS: Final = 32
MOST_FAULTS: Final = 40
MOST_SIGNS: Final = 300
_HALF: Final = re.compile("[\ud800-\udfff]")
"""Half a character: what no file and no page can be given."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong with a document: the place, then what is accepted and what was seen."""

    place: str
    text: str

    def __str__(self) -> str:
        line = f"{self.place}: {self.text}" if self.place else self.text
        line = "".join(sign if sign.isprintable() else "\ufffd" for sign in line)
        return line if len(line) <= MOST_SIGNS else f"{line[: MOST_SIGNS - 1]}…"


class InvalidDocument(ValueError):
    """A document that is not what it should be; `faults` says all that is wrong, 40 at most."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        self.faults = tuple(faults[:MOST_FAULTS])
        super().__init__("\n".join(map(str, self.faults)))


class InvalidPlan(InvalidDocument):
    """A document that is no plan."""


def loads(text: str | bytes) -> object:
    """Decode a JSON document; fractions come as `Decimal`, so that none is ever binary.

    Raises `InvalidPlan` for what is no JSON, over 1 MB, over 32 levels deep, or has a key twice.
    """
    raw = text.encode(errors="surrogatepass") if isinstance(text, str) else text
    if len(raw) > MOST_BYTES:
        raise InvalidPlan([Fault("", f"must be at most {MOST_BYTES} bytes, got {len(raw)}")])
    try:
        document = json.loads(
            raw.decode("utf-8-sig"),
            object_pairs_hook=_Object,
            parse_float=_fraction,
            parse_int=lambda digits: int(digits) if len(digits) <= 20 else Decimal(digits),
            parse_constant=_no_constant,
        )
    except UnicodeDecodeError as error:
        raise InvalidPlan([Fault("", f"must be UTF-8 text, byte {error.start} is not")]) from None
    except json.JSONDecodeError as error:
        place = f"line {error.lineno} column {error.colno}"
        raise InvalidPlan([Fault(place, f"must be JSON: {error.msg}")]) from None
    except RecursionError:
        raise InvalidPlan([Fault("", f"must be at most {MOST_LEVELS} levels deep")]) from None
    faults = list(_walk(document, "", 1))
    if faults:
        raise InvalidPlan(faults)
    return document


class _Object(dict[str, Any]):
    """A JSON object that remembers which keys came twice."""

    def __init__(self, pairs: list[tuple[str, Any]]) -> None:
        super().__init__(pairs)
        ordered = sorted(key for key, _ in pairs) if len(pairs) > len(self) else []
        self.twice = sorted({a for a, b in pairwise(ordered) if a == b})


def _fraction(digits: str) -> Decimal:
    try:
        return Decimal(digits)
    except InvalidOperation:
        raise InvalidPlan([Fault("", "must be JSON with numbers of a sensible size")]) from None


def _no_constant(name: str) -> object:
    raise InvalidPlan([Fault("", f"must be JSON: {name} is not a JSON number")])


def _walk(value: object, place: str, level: int) -> Iterator[Fault]:
    if isinstance(value, dict | list) and level > MOST_LEVELS:
        yield Fault(place, f"must be at most {MOST_LEVELS} levels deep")
    elif isinstance(value, str):
        if half := _HALF.search(value):
            yield Fault(place, f"the character U+{ord(half[0]):04X} is not allowed")
    elif isinstance(value, _Object):
        for key in value:
            if half := _HALF.search(key):
                yield Fault(place, f"the character U+{ord(half[0]):04X} is not allowed in a key")
        for key in value.twice:
            yield Fault(join(place, key), "must stand there once, got it twice")
        for key, item in value.items():
            yield from _walk(item, join(place, key), level + 1)
    elif isinstance(value, list):
        for at, item in enumerate(value):
            yield from _walk(item, f"{place}[{at}]", level + 1)


def other_format(document: Mapping[str, Any], wanted: str) -> Iterator[Fault]:
    """Find a document whose `format` is not the one that is read here."""
    if document.get("format") != wanted:
        got = seen(document["format"]) if "format" in document else "nothing"
        yield Fault("format", f"must be {wanted}, got {got}")


def join(place: str, key: str) -> str:
    """Write the place of a key."""
    return f"{place}.{key}" if place and key else place or key

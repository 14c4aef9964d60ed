"""The parts of a document, read one by one: its faults in the words of the format, with places."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from pydantic import ValidationError

from taper.amount import seen
from taper.document import Fault, join
from taper.leaf import one_of
from taper.parts import Part
from taper.phases import BY, TAG


def read_part(
    place: str,
    kind: type[Part] | tuple[str, Mapping[str, type[Part]]],
    raw: object,
    faults: list[Fault],
) -> Part | None:
    """Return the part that an object says, None where it is at fault.

    `kind` is its type, or the key that says which of several types it is.
    """
    if not isinstance(raw, dict):
        faults.append(Fault(place, f"must be an object, got {seen(raw)}"))
        return None
    if isinstance(kind, tuple):
        word, kinds = kind
        choice = raw.get(word)
        if not isinstance(choice, str) or choice not in kinds:
            got = seen(choice) if word in raw else "nothing"
            faults.append(Fault(f"{place}.{word}", f"must be {one_of(tuple(kinds))}, got {got}"))
            return None
        kind = kinds[choice]
    part, found = None, []
    try:
        part = kind.model_validate(raw, by_name=False, by_alias=True)
    except ValidationError as error:
        found = list(in_our_words(place, error))
    places = {fault.place for fault in found}
    for where, text in kind.contradictions(raw):
        if join(place, where) not in places:
            found.append(Fault(join(place, where), text))
    faults.extend(found)
    return None if found else part


def in_our_words(base: str, error: ValidationError) -> Iterator[Fault]:
    """Say what the validation library found in the words of the format."""
    for found in error.errors(include_url=False):
        value, kind = found["input"], found["type"]
        place = _place(base, found["loc"])
        if kind == "value_error":
            text = str(found["ctx"]["error"])
        elif kind == "missing":
            text = "is needed, got nothing"
        elif kind == "extra_forbidden":
            text = "unknown key"
        elif kind == "too_short" and value:
            continue  # the entries are there, and each is at fault itself
        elif kind == "too_short":
            text = "at least one is needed, got none"
        elif kind.startswith("union_tag"):
            got = seen(value) if not isinstance(value, dict) else one_of(list(value) or ["nothing"])
            text = f"must be {_UNIONS[place.rpartition('.')[2]]}, got {got}"
        elif kind in ("tuple_type", "list_type"):
            text = f"must be a list, got {seen(value)}"
        else:
            text = f"must be an object, got {seen(value)}"
        yield Fault(place, text)


_UNIONS: Final = {
    "by": f"exactly one of {one_of(tuple(BY))}",
    "taking_from": '"proportional", a list of times or {"in_turn": [times]}',
    "moving": 'a list of times or {"equal_steps": n}',
}


def _place(base: str, loc: Sequence[int | str]) -> str:
    for item in loc:
        if isinstance(item, int):
            base = f"{base}[{item}]"
        elif not item.startswith(TAG) and item != "[key]":
            base = join(base, item)
    return base


def nulls(value: object, place: str) -> Iterator[Fault]:
    """Find every null in a document: what is optional is left out instead."""
    if value is None:
        yield Fault(place, "must be left out or have a value, got null")
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from nulls(item, join(place, key))
    elif isinstance(value, list):
        for at, item in enumerate(value):
            yield from nulls(item, f"{place}[{at}]")

"""Whether a document from a file can stand on the screen: it may be unfinished, not misshapen.

A field shows what its key holds, right or wrong, as a text or a whole number; an object where a
text belongs could not be shown, nor mended there.
"""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any, Final

from taper.amount import seen
from taper.document import Fault, InvalidPlan, join, other_format
from taper.plan import FORMAT

_Shape = Any
"""`str` for text, `int` for text or a whole number, a list for a list, a mapping for an object."""
_DOSES: Final = {"*": {"*": str}}
_STEPS: Final = [{"days": int, "doses_mg": _DOSES}]
_PHASE: Final = {
    "kind": str,
    "drug": str,
    "from": str,
    "to": str,
    "by": {"*": int},
    "days": int,
    "every_days": int,
    "until_mg": str,
    "repeat": int,
    "to_mg_per_from_mg": str,
    "rounding": str,
    "review_on": str,
}
_PLAN: Final = {
    "label": str,
    "start": str,
    "times": [str],
    "regimen": [{"drug": str, "doses_mg": {"*": str}}],
    "products": [{"pieces": int, "pack": int, "*": str}],
    "rounding": str,
    "changes_on": str,
    "phases": [_PHASE],
    "edits": [
        {"step": int, "days": int, "doses_mg": _DOSES, "was_mg": {"*": str}, "why": str},
    ],
    "dispense_every_days": int,
    "visits": [{"*": str}],
    "limits": [{"in_days": int, "*": str}],
    "on_hand": [{"product": int, "count": str}],
    "replaces": str,
    "care": {"factors": [str], "*": str},
    "clinician": {"*": str},
    "notes": str,
}


def check(document: object) -> dict[str, Any]:
    """Return the document where each part can be shown; raises `InvalidPlan` with the places."""
    faults = list(_wrong("", _PLAN, document))
    if not faults and isinstance(document, dict):
        faults = list(_more(document))
    if faults or not isinstance(document, dict):
        raise InvalidPlan(faults)
    return document


def _wrong(place: str, shape: _Shape, value: object) -> Iterator[Fault]:
    if isinstance(shape, Mapping):
        if not isinstance(value, dict):
            yield Fault(place, f"must be an object, got {seen(value)}")
            return
        for key, item in value.items():
            inner = shape.get(key, shape.get("*"))
            if inner is not None:
                yield from _wrong(join(place, key), inner, item)
            else:
                yield from _kept(join(place, key), item)
    elif isinstance(shape, list):
        if not isinstance(value, list):
            yield Fault(place, f"must be a list, got {seen(value)}")
            return
        for at, item in enumerate(value):
            yield from _wrong(f"{place}[{at}]", shape[0], item)
    elif isinstance(value, bool) or not isinstance(value, str | shape):
        whole = "" if shape is str else " or a whole number"
        yield Fault(place, f"must be text{whole}, got {seen(value)}")


def _kept(place: str, value: object) -> Iterator[Fault]:
    """Find in what is not shown what cannot be saved either: numbers with a fraction."""
    if isinstance(value, dict):
        for key, item in value.items():
            yield from _kept(join(place, key), item)
    elif isinstance(value, list):
        for at, item in enumerate(value):
            yield from _kept(f"{place}[{at}]", item)
    elif isinstance(value, Decimal):
        yield Fault(place, f"must be text in quotes, got {seen(value)}")


def _more(document: dict[str, Any]) -> Iterator[Fault]:
    """Find what depends on more than the key: the steps and orders of phases, the names of times.

    The keys that this version does not know are not shown: the plan's own faults name them. A file
    of another format is none to mend: its known keys may mean something else.
    """
    yield from other_format(document, FORMAT)
    times = document.get("times")
    if times is not None and (not times or len(set(times)) < len(times)):
        yield Fault("times", "must be at least one, and each once")
    for at, phase in enumerate(document.get("phases", ())):
        place = f"phases[{at}]"
        steps = _STEPS if phase.get("kind") == "set" else int
        if "steps" in phase:
            yield from _wrong(join(place, "steps"), steps, phase["steps"])
        for key in ("taking_from", "moving"):
            yield from _order(join(place, key), phase.get(key, ""))


def _order(place: str, order: object) -> Iterator[Fault]:
    if isinstance(order, dict):
        yield from _wrong(place, {"in_turn": [str], "equal_steps": int}, order)
    else:
        yield from _wrong(place, [str] if isinstance(order, list) else str, order)

"""The plan document as it stands on the screen: decoded JSON whose objects keep their identity."""

import itertools
import secrets
from collections.abc import Iterable
from typing import Any, Final, cast

from taper.plan import DEFAULT_TIMES, FORMAT

_UIDS: Final = itertools.count(secrets.randbits(40))
"""Each start of the server counts from elsewhere. A browser that finds it started anew sends what
its fields held by their old numbers; one that is in use again would show that text unsaved.
"""


class Part(dict[str, Any]):
    """An object of the document that keeps its identity when it moves within its list.

    A widget is tied to its part, not to its place, so what is typed never lands in another field.
    `aside` holds texts of fields that are no key of the document (the two numbers of a liquid).
    """

    def __init__(self, values: Iterable[tuple[str, Any]] = (), uid: int | None = None) -> None:
        super().__init__(values)
        self.uid = next(_UIDS) if uid is None else uid
        self.aside: dict[str, str] = {}


def alive(value: Any, old: Any = None) -> Any:
    """Copy a decoded document into parts; where `old` has the same shape, identities stay."""
    if isinstance(value, dict):
        known = old if isinstance(old, Part) else Part()
        pairs = ((key, alive(item, known.get(key))) for key, item in value.items())
        return Part(pairs, known.uid)
    if isinstance(value, list):
        same = isinstance(old, list) and len(old) == len(value)
        return [alive(item, old[at] if same else None) for at, item in enumerate(value)]
    return value


def empty() -> Part:
    """Return a plan in which everything is still to be set."""
    row = {"drug": "", "doses_mg": {}}
    document = {"format": FORMAT, "times": list(DEFAULT_TIMES), "regimen": [row], "phases": []}
    return cast(Part, alive(document))

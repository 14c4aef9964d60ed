"""Documents with something wrong: a thing changed, removed or added at a random place."""

from copy import deepcopy
from random import Random
from typing import Any

VALUES: list[object] = [
    None, True, False, 0, 1, -1, 7, 366, 10**30, 7.5, "", "0", "0.0", "1", "5.0", ".5", "100",
    "99.99", "100000", "100001", "0.00001", "2,5", "x", " x", "x\n", "morning", "2026-02-30",
    "2026-1-1",
    "2101-01-01", [], {}, ["morning"], {"a": "1"}, {"equal_steps": 3}, "proportional", "nearest",
]  # fmt: skip


def spoil(document: dict[str, Any], rng: Random) -> None:
    """Change, remove or add one thing at a random place."""
    places: list[tuple[Any, Any]] = []

    def walk(value: Any) -> None:
        for key in value if isinstance(value, dict) else range(len(value)):
            places.append((value, key))
            if isinstance(value[key], dict | list):
                walk(value[key])

    walk(document)
    here, key = rng.choice(places)
    what = rng.randrange(6)
    if what == 0:
        del here[key]
    elif what == 1 and isinstance(here, dict):
        here[rng.choice(["unknown", "steps", "pieces", "until_mg", "repeat"])] = deepcopy(
            rng.choice(VALUES)
        )
    else:
        here[key] = deepcopy(rng.choice(VALUES))


def spoil_text(text: bytes, rng: Random) -> bytes:
    """Flip, cut, double or strew in some bytes."""
    at, size = rng.randrange(len(text) + 1), rng.randint(1, 40)
    what = rng.randrange(5)
    if what == 0:
        return text[:at]
    if what == 1:
        return text[:at] + text[at + size :]
    if what == 2:
        return text[:at] + text[max(at - size, 0) :]
    if what == 3:
        return text[:at] + rng.randbytes(size) + text[at:]
    flipped = bytearray(text)
    for _ in range(size):
        flipped[rng.randrange(len(flipped))] ^= 1 << rng.randrange(8)
    return bytes(flipped)

"""The plans of the edit benchmark, and the edits: one percentage typed anew a hundred times."""

import random
from typing import Any, Final

EDITS: Final = 100
SIZES: Final = (26, 156)
"""Steps of the two plans: a year of a step a fortnight, three years of a step a week."""
_STARTS: Final = {26: (50, 10), 156: (100, 100)}


def percents(steps: int) -> list[str]:
    """Return what is typed, in a mixed order: 5 to 14.9 %, or 1 to 1.99 %."""
    first, scale = _STARTS[steps]
    typed = [f"{(first + at) / scale:g}" for at in range(EDITS)]
    random.Random(steps).shuffle(typed)
    return typed


def document(steps: int, percent: str) -> dict[str, Any]:
    """Make the plan of so many steps, two doses a day, three strengths."""
    return {
        "format": "taper-plan/1",
        "times": ["morning", "noon", "evening", "bedtime"],
        "start": "2027-01-04",
        "regimen": [{"drug": "clonazepam", "doses_mg": {"morning": "2", "bedtime": "4"}}],
        "products": [
            {"drug": "clonazepam", "form": "tablet", "strength_mg": strength, "pieces": 4}
            for strength in ("0.5", "1", "2")
        ],
        "rounding": "nearest",
        "phases": [
            {"kind": "hold", "days": 14},
            {
                "kind": "reduce",
                "drug": "clonazepam",
                "by": {"percent_of_current": percent},
                "every_days": 14 if steps == SIZES[0] else 7,
                "steps": steps - 1,
                "taking_from": "proportional",
            },
            {"kind": "stop", "drug": "clonazepam"},
        ],
    }

"""A template: a plan's phases without its doses, to start another plan's phases from.

What stays are the clinician's own numbers that are no dose: days, percentages, counts of steps,
the order of times, rounding. Every amount in mg, every ratio, drug and date is a blank again.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from taper.phases import PHASES

FORMAT: Final = "taper-template/1"

_KEPT: Final = ("kind", "days", "every_days", "repeat", "rounding")
_DOSES: Final = ("amount_mg", "ed50_mg")


def blanked(phases: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Make a template of a document's phases, finished or not.

    >>> blanked([{"kind": "reduce", "drug": "a", "by": {"amount_mg": "1"}, "until_mg": "2"}])
    {'format': 'taper-template/1', 'phases': [{'kind': 'reduce', 'by': {'amount_mg': ''}}]}
    """
    return {"format": FORMAT, "phases": [_blanked(phase) for phase in phases]}


def _blanked(phase: Mapping[str, Any]) -> dict[str, Any]:
    kept = {key: phase[key] for key in _KEPT if key in phase}
    if phase.get("kind") == "set":
        return kept | {"steps": [_typed(step) for step in phase.get("steps", ())]}
    if "steps" in phase:
        kept["steps"] = phase["steps"]
    by = phase.get("by")
    if isinstance(by, dict):
        kept["by"] = {key: "" if key in _DOSES else value for key, value in by.items()}
    for key in ("taking_from", "moving"):
        if key in phase:
            kept[key] = phase[key]
    return kept


def _typed(step: Mapping[str, Any]) -> dict[str, Any]:
    days = {"days": step["days"]} if "days" in step else {}
    return days | {"doses_mg": {}}


def phases(template: object, drugs: Sequence[str], times: Sequence[str]) -> list[dict[str, Any]]:
    """Make phases of a template, for a regimen of these drugs at these times of day.

    The drug stands in them where only one can be meant; an order that names a time which this
    plan does not have is left out. Nothing is made of what is no template.
    """
    if not isinstance(template, dict) or template.get("format") != FORMAT:
        return []
    found: list[dict[str, Any]] = [
        _blanked(phase)
        for phase in template.get("phases", ())
        if isinstance(phase, dict) and phase.get("kind") in PHASES
    ]
    one = drugs[0] if len(set(drugs)) == 1 else ""
    if any(phase["kind"] == "switch" for phase in found):
        one = ""  # after a switch another drug may be meant
    for phase in found:
        for key in ("taking_from", "moving"):
            if _foreign(phase.get(key), times):
                del phase[key]
        if one and phase["kind"] in ("reduce", "stop"):
            phase["drug"] = one
        if one and phase["kind"] == "set":
            for step in phase["steps"]:
                step["doses_mg"] = {one: {times[0]: ""}}
    return found


def _foreign(order: object, times: Sequence[str]) -> bool:
    """Whether an order of times names one that the plan does not have."""
    if isinstance(order, dict):
        order = order.get("in_turn")
    return isinstance(order, list) and any(name not in times for name in order)

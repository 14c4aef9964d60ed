"""What each phase of a plan does, in words: its days, its doses, and the first of them."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from fractions import Fraction
from itertools import islice
from typing import Any, Final

from pydantic import ValidationError

from taper.amount import NO_BREAK
from taper.phases import BY, PHASES, By, Maintain, MakeableSteps, Phase, Reduce, Stop
from taper.reduction import Doses, Standing, moves
from taper.steps import Stretch
from taper.wording import ideal_mg, length, lettered, mg, percentage, short_day, short_span

FIRST: Final = 3
"""So many of a reduction's doses are named."""

_KINDS: Final = {
    "percent_of_current": "of the current dose",
    "percent_of_start": "of the dose at this phase's start",
}
"""The two percentages that are so easily taken for one another."""


def phase_of(raw: Mapping[str, Any]) -> Phase | None:
    """Read one phase of a document; None where it is not complete in itself."""
    kind = PHASES.get(str(raw.get("kind")))
    if kind is None or any(kind.contradictions(raw)):
        return None
    try:
        phase: Any = kind.model_validate(raw, by_name=False, by_alias=True)
    except ValidationError:
        return None
    return phase  # type: ignore[no-any-return]


def does(stretch: Stretch, phase: Phase, day_one: date | None = None) -> str:
    """Say what a phase does: "4 Jan – 17 Jan 2027 · 30 → 27 mg · 1 step, 2 weeks".

    `day_one` is the plan's first day where days are counted, as there is no start date yet.
    """
    parts = [when(stretch, day_one), _doses(stretch, phase)]
    if stretch.steps:
        count = len(stretch.steps)
        days = (stretch.until - stretch.start).days
        parts.append(f"{count}{NO_BREAK}step{'' if count == 1 else 's'}, {length(days)}")
    return " · ".join(filter(None, parts))


def when(stretch: Stretch, day_one: date | None = None) -> str:
    """Write the days of a phase; counted from `day_one` where there is no start date yet."""
    last = stretch.until - timedelta(1)
    if day_one is not None:
        first = (stretch.start - day_one).days + 1
        if not stretch.steps:
            return f"from day {first}"
        return f"day {first} – {(last - day_one).days + 1}"
    if not stretch.steps:
        return f"from {short_day(stretch.start)}"
    return short_span(stretch.start, last)


def _doses(stretch: Stretch, phase: Phase) -> str:
    """Write each drug's daily total before and after, of what is dispensed."""
    after = stretch.after or {}
    totals = {
        drug: (standing.dispensed_total, after[drug].dispensed_total)
        for drug, standing in stretch.before.items()
        if drug in after
    }
    changed = {drug: ends for drug, ends in totals.items() if ends[0] != ends[1]}
    shown = changed or {drug: ends for drug, ends in totals.items() if any(ends)}
    named = len(totals) > 1 and not isinstance(phase, Reduce | Stop)
    said = []
    for drug, (first, last) in shown.items():
        doses = mg(first) if first == last else f"{_number(mg(first))} → {mg(last)}"
        said.append(f"{lettered(drug)} {doses}" if named else doses)
    more = " goes on" if isinstance(phase, Maintain) and said else ""
    return ", ".join(said) + more


def first_ideals(stretch: Stretch, drug: str) -> str:
    """Write the first ideal doses of a reduction: "25.2 → 22.68 → 20.412 mg …"."""
    ideals = [part.ideal for step in stretch.steps for part in step.drugs if part.drug == drug]
    return in_turn(ideals[:FIRST], more=len(ideals) > FIRST)


def in_turn(doses: Sequence[Fraction], more: bool) -> str:
    """Write doses that follow one another; nothing where there are none."""
    if not doses:
        return ""
    *earlier, last = map(ideal_mg, doses)
    return " → ".join([*map(_number, earlier), last]) + (f"{NO_BREAK}…" if more else "")


def _number(text: str) -> str:
    return text.rpartition(NO_BREAK)[0]


def first_doses(by: object, start: Fraction, until: Fraction | None = None) -> str:
    """Write the first ideal doses that a way to reduce would give, from a daily total in mg.

    `by` is as it stands in a document; nothing is said of one that is not complete, or that needs
    more of the plan than the dose.
    """
    parsed = _by(by)
    if parsed is None or not start or (until is not None and until >= start):
        return ""
    ideals = list(islice(_ideals(parsed, start, until), FIRST + 1))
    return in_turn(ideals[:FIRST], more=len(ideals) > FIRST)


def _by(raw: object) -> By | None:
    if not isinstance(raw, dict):
        return None
    kind: Any = next((BY[key] for key in raw if key in BY), None)
    if kind is None or kind is MakeableSteps or "equal_steps" in raw:
        return None
    try:
        return kind.model_validate(dict(raw))  # type: ignore[no-any-return]
    except ValidationError:
        return None


def _ideals(by: By, start: Fraction, until: Fraction | None) -> Iterable[Fraction]:
    """Yield the daily totals of a reduction as the engine makes them, with 0 at their end."""
    only, drug = "day", "drug"
    now = Doses((only,))
    now[drug] = now.typed({only: start})
    phase = Reduce.model_construct(kind="reduce", drug=drug, by=by, every_days=1, until_mg=until)
    for move in moves(phase, now, {}, None):
        doses, total = move.worked[drug]
        now[drug] = Standing(doses, doses, total, total)
        yield total
    if not now[drug].total:
        yield now[drug].total


def either_way(number: object, start: Fraction, until: Fraction | None = None) -> tuple[str, ...]:
    """Write what a percentage gives of the current dose, and of the dose at the phase's start."""
    lines = []
    for kind, words in _KINDS.items():
        by = _by({kind: number})
        doses = first_doses({kind: number}, start, until)
        if by is not None and doses:
            first = f"{_number(ideal_mg(start))} → "
            lines.append(f"{percentage(getattr(by, kind))} {words}: {first}{doses}")
    return tuple(lines)

"""A record in words: what each visit told, and what was taken before a day. Facts alone."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

from taper import plan_words, wording
from taper.amount import plain
from taper.followup import Day, Doses, day
from taper.record import Record
from taper.reference import guidance
from taper.visit import MOST_LEVEL, NOTHING, PLANNED, UNKNOWN, Score, Visit

_DAY = timedelta(1)
_TOOK = {PLANNED: "as planned", NOTHING: "nothing", UNKNOWN: "not known"}


# ---------------------------------------------------------------------------------- what was taken


@dataclass(frozen=True, slots=True)
class Told:
    """What the record tells of the doses before a next version.

    `doses` are those of the last day told; None where nothing can be gone on from: nothing is told,
    or days since the visit before are not told, not known or without the medicine (`gap`).
    """

    until: date | None
    doses: Doses | None
    gap: bool
    words: str


def told(record: Record) -> Told:
    """Say what the last visit told of the doses taken."""
    until = record.told_until
    last = next((visit for visit in reversed(record.visits) if visit.taken), None)
    if until is None or last is None:
        return Told(None, None, False, "No visit has told what was taken.")
    before = [end for visit in record.visits if visit is not last for end in _ends(visit)]
    first = max(before, default=record.versions[0].start - _DAY) + _DAY
    count = max(0, (last.on - first).days)
    seen = [day(record, first + ahead * _DAY) for ahead in range(count)]
    gap = any(map(_gap, seen))
    doses = day(record, until).taken
    said = f"On {wording.short_day(until)} was taken: {doses_words(doses)}."
    return Told(until, None if gap else doses, gap, said)


def _ends(visit: Visit) -> Iterator[date]:
    return (period.end for period in visit.taken)


def _gap(one: Day) -> bool:
    """Say whether a drug that was planned was not taken, or nobody knows what was."""
    if one.taken is None:
        return True
    return any(
        any(doses.values()) and not one.taken.get(drug) for drug, doses in one.planned.items()
    )


def doses_words(doses: Doses | None) -> str:
    """Write doses: "diazepam 1 mg morning and 6 mg bedtime"; "not known" where nobody knows."""
    if doses is None:
        return "not known"
    return plan_words.typed_doses(doses) if doses else "nothing"


def daily_words(doses: Doses) -> str:
    """Write what is taken a day: "diazepam 7 mg a day"."""
    said = [f"{drug} {wording.mg(sum(at.values(), Fraction(0)))}" for drug, at in doses.items()]
    return f"{wording.joined(said)} a day" if said else "no dose"


# ---------------------------------------------------------------------------------------- a visit


def symptom_words(symptom: str) -> str:
    """Name a symptom: the reference's words for an id of it, else the own words."""
    known = known_symptom(symptom)
    return known.words if known else symptom


def known_symptom(symptom: str) -> guidance.Symptom | None:
    """Return the reference's symptom of that id, None for own words."""
    return next((row for row in guidance.symptoms() if row.id == symptom), None)


def score_words(score: Score) -> str:
    """Write a symptom with its level: "trembling hands 6 of 10"."""
    return f"{symptom_words(score.symptom)} {_level(score)}"


def _level(score: Score) -> str:
    return f"{score.level} of {MOST_LEVEL}"


def visit_title(record: Record, number: int) -> str:
    """Name a visit, counted from 1."""
    return f"Visit {number}, {wording.day(record.visits[number - 1].on)}"


def visit_rows(record: Record, number: int) -> Iterator[tuple[str, str]]:
    """Yield what a visit told: of what, and the words."""
    visit = record.visits[number - 1]
    version = record.version_on(visit.on)
    if version:
        yield f"By the plan, version {version}", daily_words(day(record, visit.on).planned)
    for period in visit.taken:
        what = _TOOK[period.took] if period.took else plan_words.typed_doses(period.doses_mg or {})
        yield f"Taken {wording.short_span(period.start, period.end)}", what
    if not visit.taken:
        yield "Taken", "not told"
    for score in sorted(visit.symptoms, key=_urgency, reverse=True):
        known = known_symptom(score.symptom)
        grade = known.severity if known else "own words"
        yield symptom_words(score.symptom), f"{_level(score)} ({grade})"
    for scale in visit.scales:
        yield scale.name, plain(scale.total)
    if visit.blood_pressure:
        pressure = visit.blood_pressure
        yield "Blood pressure", f"{pressure.systolic}/{pressure.diastolic} mmHg"
    if visit.pulse is not None:
        yield "Pulse", f"{visit.pulse} a minute"
    if visit.goes_on:
        yield "Goes on", visit.goes_on
    if visit.note:
        yield "Note", visit.note
    if visit.by and visit.by.name:
        yield "Written down by", visit.by.name


def visit_text(record: Record, number: int) -> str:
    """Write the summary of a visit, counted from 1, as plain text."""
    said = (f"{name}: {words}" for name, words in visit_rows(record, number))
    return "\n".join((visit_title(record, number), wording.SUPERVISION, *said)) + "\n"


def _urgency(score: Score) -> int:
    known = known_symptom(score.symptom)
    return guidance.SEVERITIES.index(known.severity) if known else -1


# -------------------------------------------------------------------------------- the whole record


def story(record: Record) -> tuple[str, ...]:
    """Say what happened, the oldest first: versions and visits, each with its doses of that day.

    What stands side by side is not said to have brought about one another.
    """
    said = [(version.start, 0, _version(record, at)) for at, version in enumerate(record.versions)]
    said += [(visit.on, 1, _visit(record, visit)) for visit in record.visits]
    return tuple(text for _, _, text in sorted(said, key=lambda row: row[:2]))


def _version(record: Record, at: int) -> str:
    version = record.versions[at]
    head = f"{wording.short_day(version.start)}: version {at + 1}"
    why = f" ({version.why})" if version.why else ""
    if version.schedule is None:
        return f"{head}{why}, the taper was stopped."
    first = version.schedule.steps[0]
    doses = {part.drug: {dose.time: dose.mg for dose in part.doses} for part in first.drugs}
    return f"{head}{why} begins with {daily_words(doses)} for {wording.days(first.days)}."


def _visit(record: Record, visit: Visit) -> str:
    known = day(record, visit.on - _DAY) if visit.on > record.versions[0].start else None
    at = ""
    if known and known.taken is not None:
        at = f", {daily_words(known.taken)} taken the day before"
    told_symptoms = [score_words(score) for score in visit.symptoms]
    what = wording.joined(told_symptoms) if told_symptoms else "no symptom told"
    goes_on = f"; {visit.goes_on}" if visit.goes_on else ""
    return f"{wording.short_day(visit.on)}: visit{at}: {what}{goes_on}."

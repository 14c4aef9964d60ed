"""A record in words: what each visit told, and what was taken before a day. Facts alone."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

from taper import wording
from taper.amount import plain
from taper.followup import Day, Doses, day
from taper.record import MOST_LEVEL, NOTHING, PLANNED, UNKNOWN, Record, Score, Taken, Visit
from taper.reference import guidance

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
    return wording.typed_doses(doses) if doses else "nothing"


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
    return f"{symptom_words(score.symptom)} {score.level} of {MOST_LEVEL}"


def period_words(period: Taken) -> str:
    """Write what was taken in a period: "4 Jan to 17 Jan 2027: as planned"."""
    what = _TOOK[period.took] if period.took else wording.typed_doses(period.doses_mg or {})
    return f"{wording.short_span(period.start, period.end)}: {what}"


def visit_lines(record: Record, number: int) -> tuple[str, ...]:
    """Return the summary of a visit, counted from 1, as lines of plain text."""
    visit = record.visits[number - 1]
    lines = [f"Visit {number}, {wording.day(visit.on)}", wording.SUPERVISION]
    version = record.version_on(visit.on)
    if version:
        lines.append(f"By the plan, version {version}: {_planned(record, visit.on)}")
    lines += [f"Taken {period_words(period)}" for period in visit.taken]
    if not visit.taken:
        lines.append("What was taken was not told.")
    for score in sorted(visit.symptoms, key=_urgency, reverse=True):
        known = known_symptom(score.symptom)
        lines.append(f"{score_words(score)} ({known.severity if known else 'own words'})")
    lines += [f"{scale.name}: {plain(scale.total)}" for scale in visit.scales]
    if visit.blood_pressure:
        pressure = visit.blood_pressure
        lines.append(f"Blood pressure {pressure.systolic}/{pressure.diastolic} mmHg")
    if visit.pulse is not None:
        lines.append(f"Pulse {visit.pulse} a minute")
    if visit.goes_on:
        lines.append(f"Goes on: {visit.goes_on}")
    if visit.note:
        lines += ["Note:", visit.note]
    if visit.by and visit.by.name:
        lines.append(f"Written down by {visit.by.name}")
    return tuple(lines)


def _urgency(score: Score) -> int:
    known = known_symptom(score.symptom)
    return guidance.SEVERITIES.index(known.severity) if known else -1


def _planned(record: Record, on: date) -> str:
    return daily_words(day(record, on).planned)


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

"""The record of a taper: its versions, confirmations and visits, in the order they were said.

Nothing that was said is rewritten: a record only grows (`with_version`, `with_visit`,
`with_confirmation`). Each version is a whole plan from a date on; what was before that date stays
as the versions before have it. The document is described in docs/record-format.md.
"""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Annotated, Any, Final, Self, TypeVar

from pydantic import Field

from taper.amount import seen
from taper.confirmation import Confirmation
from taper.document import Fault, InvalidDocument, InvalidPlan, join, loads, other_format
from taper.leaf import Day, Fingerprint, Moment, Whole
from taper.parts import Clinician, Line, Part
from taper.plan import Plan, read
from taper.reading import nulls, read_part
from taper.schedule import Schedule, build_schedule
from taper.visit import Taken, Visit, visit_at

FORMAT: Final = "taper-record/1"
MOST_VERSIONS: Final = 200
MOST_VISITS: Final = 500


class InvalidRecord(InvalidDocument):
    """A document that is no record, or something that may not be added to one."""


# ---------------------------------------------------------------------------- versions, the record


class _Head(Part):
    """What is said of a version beside its plan."""

    start: Annotated[date, Day(), Field(alias="from")]
    made: Annotated[datetime, Moment()]
    by: Clinician | None = None
    why: Line | None = None


@dataclass(frozen=True)
class Version:
    """A plan that holds from `start` on; without a plan the taper was stopped on that day."""

    start: date
    made: datetime
    plan: Plan | None
    by: Clinician | None = None
    why: str | None = None

    @cached_property
    def schedule(self) -> Schedule | None:
        """The schedule of its plan."""
        return build_schedule(self.plan) if self.plan else None

    def to_document(self) -> dict[str, Any]:
        """Return the version as it stands in a record's document."""
        head = _Head.model_construct(start=self.start, made=self.made, by=self.by, why=self.why)
        plan = {"plan": self.plan.to_document()} if self.plan else {}
        return head.model_dump(mode="json", by_alias=True, exclude_none=True) | plan


class _Confirmed(Part):
    """A confirmation as it stands in a record's document."""

    version: Annotated[int, Whole(1, MOST_VERSIONS)]
    name: Line
    role: Line
    at: Annotated[datetime, Moment()]
    fingerprint: Annotated[str, Fingerprint()]
    engine: Line


@dataclass(frozen=True)
class Record:
    """All versions, confirmations and visits of one taper; versions are counted from 1."""

    versions: tuple[Version, ...]
    confirmations: tuple[tuple[int, Confirmation], ...] = ()
    """Each with the number of its version."""
    visits: tuple[Visit, ...] = ()

    @classmethod
    def begin(cls, plan: Plan, made: datetime, by: Clinician | None = None) -> Self:
        """Begin a record with its first version. Raises `InvalidPlan` where it has no schedule."""
        build_schedule(plan)
        return cls((Version(plan.start, made, plan, by),))

    @classmethod
    def from_document(cls, document: object) -> Self:
        """Make the record that a decoded JSON document states; raises `InvalidRecord`."""
        faults: list[Fault] = []
        record = _read(document, faults)
        if faults or record is None:
            raise InvalidRecord(faults)
        return cls(record.versions, record.confirmations, record.visits)

    @classmethod
    def from_json(cls, text: str | bytes) -> Self:
        """Make the record that a JSON text states; raises `InvalidPlan` or `InvalidRecord`."""
        return cls.from_document(loads(text))

    def to_document(self) -> dict[str, Any]:
        """Return the document, in its canonical form."""
        document: dict[str, Any] = {
            "format": FORMAT,
            "versions": [version.to_document() for version in self.versions],
            "confirmations": [
                _Confirmed.model_construct(
                    version=number, name=said.name, role=said.role, at=said.at,
                    fingerprint=said.fingerprint, engine=said.engine,
                ).model_dump(mode="json")
                for number, said in self.confirmations
            ],
            "visits": [_without_empty(visit) for visit in self.visits],
        }  # fmt: skip
        return {key: value for key, value in document.items() if value != []}

    def to_json(self) -> str:
        """Return the document as indented JSON text."""
        return json.dumps(self.to_document(), ensure_ascii=False, indent=2) + "\n"

    def confirmed(self, number: int) -> tuple[Confirmation, ...]:
        """Return the confirmations of a version, the oldest first."""
        return tuple(said for version, said in self.confirmations if version == number)

    # ------------------------------------------------------------------------------------- growing

    def with_version(self, version: Version) -> Self:
        """Go on from a day with another plan, or stop. Raises `InvalidRecord`, `InvalidPlan`."""
        return self._grown(replace(self, versions=(*self.versions, version)))

    def with_visit(self, visit: Visit) -> Self:
        """Add a visit. Raises `InvalidRecord`."""
        return self._grown(replace(self, visits=(*self.visits, visit)))

    def with_confirmation(self, confirmed: Confirmation) -> Self:
        """Add the confirmation of the last version. Raises `InvalidRecord`."""
        said = (*self.confirmations, (len(self.versions), confirmed))
        return self._grown(replace(self, confirmations=said))

    def _grown(self, grown: Self) -> Self:
        faults = list(_together(grown))
        if grown.versions != self.versions:
            faults.extend(_whole(len(self.versions), grown.versions[-1]))
            faults.extend(_rewrites(self, grown.versions[-1]))
        if faults:
            raise InvalidRecord(faults)
        return grown

    # ------------------------------------------------------------------------------------- looking

    @cached_property
    def taken(self) -> tuple[Taken, ...]:
        """What all visits say was taken, day after day."""
        return tuple(period for visit in self.visits for period in visit.taken)

    @property
    def told_until(self) -> date | None:
        """The last day of which a visit says what was taken."""
        return max((period.end for period in self.taken), default=None)

    @property
    def last_plan(self) -> Plan | None:
        """The plan that holds last; None where the taper was stopped."""
        return self.versions[-1].plan

    def replaced_by(self, plan: Plan) -> Version | None:
        """Return the version before that the plan replaces, where it is the plan that holds last.

        What the patient takes is what makes it that plan, not its label.
        """
        if self.last_plan is None or self.last_plan.fingerprint != plan.fingerprint:
            return None
        return next((version for version in self.versions[-2::-1] if version.plan), None)

    def version_on(self, day: date) -> int | None:
        """Return the number of the version that holds on a day, None before the first."""
        return next(
            (at for at in range(len(self.versions), 0, -1) if self.versions[at - 1].start <= day),
            None,
        )


def read_visit(document: object) -> Visit:
    """Read a visit as it stands in a record's document; raises `InvalidRecord`."""
    faults: list[Fault] = []
    visit = visit_at("", document, faults)
    if faults or visit is None:
        raise InvalidRecord(faults)
    return visit


def _without_empty(visit: Visit) -> dict[str, Any]:
    document = visit.model_dump(mode="json", by_alias=True, exclude_none=True)
    return {key: value for key, value in document.items() if value != []}


# ----------------------------------------------------------------------------------------- reading

_Item = TypeVar("_Item")


def _read(document: object, faults: list[Fault]) -> Record | None:
    if not isinstance(document, dict):
        faults.append(Fault("", f"must be an object, got {seen(document)}"))
        return None
    keys = ("format", "versions", "confirmations", "visits")
    faults.extend(Fault(str(key), "unknown key") for key in document if key not in keys)
    faults.extend(other_format(document, FORMAT))
    versions = _listed(document, "versions", MOST_VERSIONS, _version, faults)
    if not document.get("versions"):
        faults.append(Fault("versions", "at least one is needed, got none"))
    confirmed = _listed(document, "confirmations", 10 * MOST_VERSIONS, _confirmed, faults)
    visits = _listed(document, "visits", MOST_VISITS, visit_at, faults)
    known = {fault.place for fault in faults}
    faults.extend(fault for fault in nulls(document, "") if fault.place not in known)
    record = Record(tuple(versions), tuple(confirmed), tuple(visits))
    if not faults:
        faults.extend(_together(record))
    return record


def _listed(
    document: dict[str, Any],
    key: str,
    most: int,
    one: Callable[[str, object, list[Fault]], _Item | None],
    faults: list[Fault],
) -> list[_Item]:
    raw = document.get(key, [])
    if not isinstance(raw, list):
        faults.append(Fault(key, f"must be a list, got {seen(raw)}"))
        return []
    if len(raw) > most:
        faults.append(Fault(key, f"must be at most {most}, got {len(raw)}"))
        return []
    found = (one(f"{key}[{at}]", entry, faults) for at, entry in enumerate(raw))
    return [item for item in found if item is not None]


def _version(place: str, raw: object, faults: list[Fault]) -> Version | None:
    plan = None
    if isinstance(raw, dict) and "plan" in raw:
        reading = read(raw["plan"])
        faults.extend(_inside(f"{place}.plan", reading.faults))
        plan = None if reading.faults else Plan.from_document(raw["plan"])
        raw = {key: value for key, value in raw.items() if key != "plan"}
    head = read_part(place, _Head, raw, faults)
    if not isinstance(head, _Head):
        return None
    version = Version(head.start, head.made, plan, head.by, head.why)
    found = list(_whole_at(f"{place}.plan", version))
    faults.extend(found)
    return None if found else version


def _confirmed(place: str, raw: object, faults: list[Fault]) -> tuple[int, Confirmation] | None:
    said = read_part(place, _Confirmed, raw, faults)
    if not isinstance(said, _Confirmed):
        return None
    confirmed = Confirmation(said.name, said.role, said.at, said.fingerprint, said.engine)
    return said.version, confirmed


def _inside(place: str, faults: Sequence[Fault]) -> Iterator[Fault]:
    return (Fault(join(place, fault.place), fault.text) for fault in faults)


# ------------------------------------------------------- what the parts say against each other


def _whole(at: int, version: Version) -> Iterator[Fault]:
    return _whole_at(f"versions[{at}].plan", version)


def _whole_at(place: str, version: Version) -> Iterator[Fault]:
    """Find what keeps a version's plan from making a schedule."""
    try:
        _ = version.schedule
    except InvalidPlan as error:
        yield from _inside(place, error.faults)


def _together(record: Record) -> Iterator[Fault]:
    before: Version | None = None
    replaced: str | None = None
    for at, version in enumerate(record.versions):
        yield from _follows(f"versions[{at}]", version, before, replaced)
        replaced = version.plan.fingerprint if version.plan else replaced
        before = version
    for at, (number, said) in enumerate(record.confirmations):
        place = f"confirmations[{at}]"
        if number > len(record.versions):
            yield Fault(f"{place}.version", f"must be 1 to {len(record.versions)}, got {number}")
            continue
        plan = record.versions[number - 1].plan
        if plan is None or plan.fingerprint != said.fingerprint:
            yield Fault(f"{place}.fingerprint", f"must be that of version {number}")
    yield from _visited(record)
    yield from _told(record)
    yield from _known(record)


def _follows(
    place: str, version: Version, before: Version | None, replaced: str | None
) -> Iterator[Fault]:
    if version.plan and version.plan.start != version.start:
        text = f"must be the day from which the version holds, {version.start}"
        yield Fault(f"{place}.plan.start", f"{text}, got {version.plan.start}")
    if before is None:
        if version.plan is None:
            yield Fault(f"{place}.plan", "is needed: the first version has a plan, got nothing")
        return
    if version.start < before.start:
        text = f"must not be before the version before, {before.start}"
        yield Fault(f"{place}.from", f"{text}, got {version.start}")
    if version.plan is None and before.plan is None:
        yield Fault(f"{place}.plan", "is needed: the taper was stopped already, got nothing")
    if version.plan and version.plan.replaces != replaced:
        got = seen(version.plan.replaces) if version.plan.replaces else "nothing"
        yield Fault(f"{place}.plan.replaces", f"must be the plan's that it replaces, got {got}")


def _visited(record: Record) -> Iterator[Fault]:
    visited = date.min
    for at, visit in enumerate(record.visits):
        place = f"visits[{at}]"
        if visit.on < visited:
            text = f"must not be before the visit before, {visited}, got {visit.on}"
            yield Fault(f"{place}.on", text)
        visited = max(visited, visit.on)
        names = [score.symptom for score in visit.symptoms]
        for which, name in enumerate(names):
            if name in names[:which]:
                yield Fault(f"{place}.symptoms[{which}].symptom", "must stand there once")


def _told(record: Record) -> Iterator[Fault]:
    """Find what is told of days that are told already, or are still to come."""
    after = record.versions[0].start
    for at, visit in enumerate(record.visits):
        for which, period in enumerate(visit.taken):
            place = f"visits[{at}].taken[{which}]"
            if period.start < after:
                text = f"must be {after} or later: what was taken before is told already"
                if not record.taken or period is record.taken[0]:
                    text = f"must be {after} or later, when the first version starts"
                yield Fault(f"{place}.from", f"{text}, got {period.start}")
            if period.end > visit.on:
                yield Fault(f"{place}.to", f"must not be after the visit, got {period.end}")
            after = max(after, period.end + timedelta(1))


def _known(record: Record) -> Iterator[Fault]:
    """Find drugs and times in what was taken that no version has."""
    plans = [version.plan for version in record.versions if version.plan]
    drugs = {drug for plan in plans for drug in plan.drugs}
    times = {time for plan in plans for time in plan.times}
    for at, visit in enumerate(record.visits):
        for which, period in enumerate(visit.taken):
            for drug, doses in (period.doses_mg or {}).items():
                place = f"visits[{at}].taken[{which}].doses_mg.{drug}"
                if drug not in drugs:
                    yield Fault(place, "must be a drug of the plan")
                for time in doses:
                    if time not in times:
                        yield Fault(f"{place}.{time}", "must be a time of the plan")


def _rewrites(record: Record, version: Version) -> Iterator[Fault]:
    """Find where a new version would change days of which it is told what was taken."""
    told = record.told_until
    if told and version.start <= told:
        text = f"must be after {told}, the last day of which is told what was taken"
        yield Fault(f"versions[{len(record.versions)}].from", f"{text}, got {version.start}")

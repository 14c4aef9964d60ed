"""Two schedules side by side: on which days they differ, in what, and how to say it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

from taper.followup import Doses, planned_on
from taper.schedule import Schedule
from taper.wording import days, joined, mg, product_name, short_day, short_span

_DAY = timedelta(1)


@dataclass(frozen=True, slots=True)
class Span:
    """Days in a row, first and last included, on which one drug is dosed otherwise.

    `end` is None where that goes on with no end.
    """

    start: date
    end: date | None
    drug: str
    before: dict[str, Fraction]
    """Time → mg in the first schedule; empty where the drug is not taken."""
    after: dict[str, Fraction]

    def words(self) -> str:
        """Say the difference, the second schedule first."""
        old, new = (sum(doses.values(), Fraction(0)) for doses in (self.before, self.after))
        when = short_span(self.start, self.end) if self.end else f"from {short_day(self.start)} on"
        if old != new:
            return f"{when}: {self.drug} {mg(new)} instead of {mg(old)} a day"
        split = f"{_split(self.after)} instead of {_split(self.before)}"
        return f"{when}: {self.drug} {mg(new)} a day as {split}"


def _split(doses: dict[str, Fraction]) -> str:
    return joined([f"{mg(dose)} {time}" for time, dose in doses.items()])


def spans(before: Schedule, after: Schedule, start: date) -> tuple[Span, ...]:
    """Return on which days from `start` on the doses differ, each span as long as it goes."""
    open_: dict[str, Span] = {}
    found: list[Span] = []
    drugs = tuple(dict.fromkeys((*before.plan.drugs, *after.plan.drugs)))
    for first, last, old, new in _stretches(before, after, start):
        for drug in drugs:
            was, now = old.get(drug, {}), new.get(drug, {})
            span = open_.get(drug)
            if span and (span.before, span.after) == (was, now):
                open_[drug] = Span(span.start, last, drug, was, now)
                continue
            if span:
                found.append(open_.pop(drug))
            if was != now:
                open_[drug] = Span(first, last, drug, was, now)
    found.extend(open_.values())
    return tuple(sorted(found, key=lambda span: (span.start, drugs.index(span.drug))))


def _stretches(
    before: Schedule, after: Schedule, start: date
) -> Iterator[tuple[date, date | None, Doses, Doses]]:
    """Yield stretches of days in which neither schedule changes its doses, with both doses.

    The last one has no end: after both schedules are over, what they end with goes on.
    """
    begins = {start}
    for schedule in (before, after):
        begins.update(step.start for step in schedule.steps)
        begins.add(_over(schedule))
    ordered = sorted(day for day in begins if day >= start)
    lasts = [following - _DAY for following in ordered[1:]]
    for first, last in zip(ordered, [*lasts, None], strict=True):
        yield first, last, planned_on(before, first)[1], planned_on(after, first)[1]


def _over(schedule: Schedule) -> date:
    """Return the day after a schedule's last step."""
    return schedule.steps[-1].end + _DAY


def differences(before: Schedule, after: Schedule, start: date | None = None) -> tuple[str, ...]:
    """Say in words how the second schedule differs from the first, from a day on.

    Without a day both are compared from the first day of the one that starts first.
    """
    start = start or min(before.plan.start, after.plan.start)
    said = [*_ends(before, after), *_products(before, after)]
    said.extend(span.words() for span in spans(before, after, start))
    return tuple(said)


def _ends(before: Schedule, after: Schedule) -> Iterator[str]:
    old, new = before.ends, after.ends
    if old is None or new is None or (old.how, old.on) == (new.how, new.on):
        return
    if old.how != new.how:
        how = {"stopped": "ends without the medicine", "maintained": "goes on with no end"}
        said = [f"{how[ends.how]} from {short_day(ends.on)}" for ends in (new, old)]
        yield f"{said[0]}; the other {said[1]}"
        return
    count = (new.on - old.on).days
    than = f"{short_day(new.on)} instead of {short_day(old.on)}"
    yield f"{days(abs(count))} {'longer' if count > 0 else 'shorter'}: to {than}"


def _products(before: Schedule, after: Schedule) -> Iterator[str]:
    old, new = (
        {product.same: product_name(product) for product in schedule.plan.products}
        for schedule in (before, after)
    )
    added = [name for same, name in new.items() if same not in old]
    gone = [name for same, name in old.items() if same not in new]
    if added:
        yield f"with {joined(added)}"
    if gone:
        yield f"without {joined(gone)}"

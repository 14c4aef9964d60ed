"""Findings about how fast the doses go down, against published figures and the clinician's own."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Final

from taper import wording
from taper.equivalents import scales
from taper.findings.finding import INFORMATION, NOTE, OWN_PLAN, SERIOUS, Finding
from taper.pace import Change, Window, changes, total_changes, unswitched, windows
from taper.plan import Plan
from taper.reference.facts import drug_in
from taper.reference.guidance import (
    CEILING,
    LABEL,
    TYPICAL,
    Figure,
    figures_for,
)
from taper.steps import Course

FAR_OVER: Final = 2
"""A reduction of over so many times a ceiling is serious; our own figure."""
ZERO: Final = Fraction(0)
ABRUPT: Final = Fraction(25)
"""A last dose before 0 of over so many percent of the highest is told; our own figure."""


@dataclass(frozen=True, slots=True)
class _Series:
    """The changes of a drug's daily total, or of a class's in equivalents by some sources."""

    name: str
    found: tuple[Change, ...]
    start: Fraction
    sources: tuple[str, ...] = ()
    _windows: dict[int, tuple[Window, ...]] = field(default_factory=dict, compare=False)

    def windows(self, days: int) -> tuple[Window, ...]:
        """Return the windows of so many days, worked out once for all figures that ask."""
        if days not in self._windows:
            self._windows[days] = windows(self.found, days)
        return self._windows[days]


def own_limit(plan: Plan, made: Course) -> Iterator[Finding]:
    """Tell where the clinician's own ceiling is broken."""
    for limit in plan.limits:
        if limit.drug not in plan.drugs:
            text = f"Your limit is for {limit.drug}, which the plan does not have."
            yield Finding("limit.no-such-drug", NOTE, (), text, "clinician")
        found = _series(plan, changes(plan, made, limit.drug), limit.drug)
        ceiling = (
            f"your limit is {wording.percentage(limit.percent)} in {wording.days(limit.in_days)}"
        )
        over = _over(found, limit.percent, limit.in_days)
        if over.rest or over.tail:
            text = f"{limit.drug} goes down by up to {_worst([*over.rest, *over.tail])}; {ceiling}."
            steps = _steps(made, [*over.rest, *over.tail])
            yield Finding("limit.exceeded", SERIOUS, steps, text, "clinician")
        if over.to_zero:
            text = f"The last step of {limit.drug} goes to 0, {_worst(over.to_zero)}; {ceiling}."
            steps = _steps(made, over.to_zero)
            yield Finding("limit.exceeded.to-zero", NOTE, steps, text, "clinician")


# --------------------------------------------------------------------------- windows over a figure


@dataclass(frozen=True, slots=True)
class _Over:
    """Windows over a figure: a tail of the same mg as before, the last step to 0, and the rest."""

    rest: tuple[Window, ...]
    tail: tuple[Window, ...]
    to_zero: tuple[Window, ...]


def _over(series: _Series, percent: Fraction, days: int, of: Fraction | None = None) -> _Over:
    """Sort the windows over a percentage in days, of the dose before or of the given dose."""
    rest: list[Window] = []
    tail: list[Window] = []
    to_zero: list[Window] = []
    sizes: set[Fraction] = set()
    """Of the changes before the window: in a tail each has been there before, in mg."""
    for each in series.windows(days):
        window = _of(each, of)
        tail_so_far = all(_size(change) in sizes for change in window.changes)
        sizes.add(_size(window.changes[0]))
        if window.percent <= percent:
            continue
        if not window.changes[-1].after:
            last = window.changes[-1]
            gone = _of(Window((last,), Fraction(100)), of)
            if gone.percent > percent and (not to_zero or to_zero[-1].changes != gone.changes):
                to_zero.append(gone)
            window = _of(_window(window.changes[:-1]), of)
            if window.percent <= percent:
                continue
        (tail if tail_so_far else rest).append(window)
    return _Over(tuple(rest), tuple(tail), tuple(to_zero))


def _size(change: Change) -> Fraction:
    return change.before - change.after


def _window(some: tuple[Change, ...]) -> Window:
    if not some:
        return Window((), Fraction(0))
    first, last = some[0], some[-1]
    return Window(some, (first.before - last.after) / first.before * 100)


def _of(window: Window, dose: Fraction | None) -> Window:
    """Return the window with its reduction as a share of another dose, where one is given."""
    if not dose or not window.changes:
        return window
    first, last = window.changes[0], window.changes[-1]
    return Window(window.changes, (first.before - last.after) / dose * 100)


def _worst(over: Sequence[Window]) -> str:
    worst = max(over, key=lambda window: window.percent)
    first, last = worst.changes[0], worst.changes[-1]
    doses = f"{wording.ideal_mg(first.before)} → {wording.ideal_mg(last.after)}"
    return f"{wording.percentage(worst.percent, 1)} ({doses})"


def _steps(made: Course, over: Sequence[Window]) -> tuple[int, ...]:
    """Return the steps that begin with one of the changes, the last step for the end after it."""
    found = {change.step for window in over for change in window.changes}
    return tuple(sorted({min(number, len(made.steps)) for number in found}))


# ------------------------------------------------------------------------------- published figures


def published(plan: Plan, made: Course) -> Iterator[Finding]:
    """Tell where doses go down faster than published figures, in any window of their days."""
    for group in _classes(plan):
        series = group.series(plan, made)
        yield from _ceilings(made, series, figures_for(group.name))
        yield from _usual(made, series, figures_for(group.name))


def _ceilings(
    made: Course, series: Sequence[_Series], figures: Sequence[Figure]
) -> Iterator[Finding]:
    said: set[tuple[object, ...]] = set()
    for figure in figures:
        limit = figure.ceiling
        if figure.what == CEILING and limit is not None:
            same = (limit.percent, limit.in_days, figure.base)
            if same not in said:
                said.add(same)
                yield from _against(made, series, figure, limit.percent, limit.in_days)


@dataclass(frozen=True, slots=True)
class _Class:
    """The drugs of a plan that belong to one class."""

    name: str
    drugs: tuple[str, ...]

    @property
    def together(self) -> str:
        """Name the drugs as one total."""
        return f"the total of {wording.joined(self.drugs)}"

    def series(self, plan: Plan, made: Course) -> list[_Series]:
        """Return the changes to judge: of the one drug, or of several in equivalents by source.

        Where no source sets all of them against each other, each drug stands for itself, without
        what a switch replaces.
        """
        if len(self.drugs) == 1:
            return [_series(plan, changes(plan, made, self.drugs[0]), self.drugs[0])]
        by_source = [
            _series(plan, total_changes(plan, made, weights), self.together, sources, weights)
            for sources, weights in _weights(self.drugs)
        ]
        return by_source or [
            _series(plan, unswitched(plan, made, drug), drug) for drug in self.drugs
        ]


def _series(
    plan: Plan,
    found: tuple[Change, ...],
    name: str,
    sources: tuple[str, ...] = (),
    weights: Mapping[str, Fraction] | None = None,
) -> _Series:
    start = sum(
        (
            entry.total_mg * (weights.get(entry.drug, 0) if weights else entry.drug == name)
            for entry in plan.regimen
        ),
        Fraction(0),
    )
    return _Series(name, found, start or max((c.before for c in found), default=ZERO), sources)


def _classes(plan: Plan) -> Iterator[_Class]:
    known = {drug: found.drug_class for drug in plan.drugs if (found := drug_in(drug))}
    for name in dict.fromkeys(known.values()):
        yield _Class(name, tuple(drug for drug in plan.drugs if known.get(drug) == name))


def _weights(drugs: Sequence[str]) -> Iterator[tuple[tuple[str, ...], Mapping[str, Fraction]]]:
    """Yield mg of diazepam for 1 mg of each drug, with the sources that say so.

    Both ends of a range stand for themselves; sources that agree are told together.
    """
    agreeing: list[tuple[Mapping[str, Fraction], dict[str, None]]] = []
    for scale in scales(drugs):
        for weights in (scale.low, scale.high) if not scale.lacking else ():
            same = next((by for known, by in agreeing if known == weights), None)
            if same is None:
                agreeing.append((weights, {scale.source: None}))
            else:
                same[scale.source] = None
    for weights, sources in agreeing:
        yield tuple(sources), weights


def _against(
    made: Course, series: Sequence[_Series], published: Figure, percent: Fraction, days: int
) -> Iterator[Finding]:
    """Tell where series go over one figure; the tail and the last step to 0 apart from the rest."""
    code = f"pace.{published.id.partition('.')[0]}"
    from_start = published.base == "start"
    judged = [(one, _over(one, percent, days, one.start if from_start else None)) for one in series]
    for kind, suffix in (("rest", "max"), ("tail", "tail"), ("to_zero", "to-zero")):
        over = [(one, found) for one, all_ in judged if (found := getattr(all_, kind))]
        if not over:
            continue
        one, found = max(over, key=lambda pair: max(window.percent for window in pair[1]))
        worst = max(window.percent for window in found)
        severity = {
            "max": SERIOUS if worst > FAR_OVER * percent else NOTE, "tail": NOTE
        }.get(suffix, INFORMATION)  # fmt: skip
        steps = _steps(made, [window for _, some in over for window in some])
        what = {
            "max": f"{one.name} goes down by up to {_worst(found)} in {wording.days(days)}",
            "tail": f"{one.name} in steps of the same size in mg: up to {_worst(found)}",
            "to-zero": f"The last step of {one.name} goes to 0 from {_last(found)}",
        }[suffix]
        more = _agreement(series, over) + _bases(one, found, published, suffix)
        text = f"{what}{more}. {published.says}"
        yield Finding(f"{code}.{suffix}", severity, steps, text, published.source)


def _last(found: Sequence[Window]) -> str:
    return wording.ideal_mg(found[-1].changes[-1].before)


def _bases(one: _Series, found: Sequence[Window], published: Figure, suffix: str) -> str:
    """Give the reduction of the first dose too, where the source leaves open of what it speaks."""
    if suffix != "max" or published.base != "not stated" or not one.start:
        return ""
    worst = max(_of(window, one.start).percent for window in found)
    return f"; that is {wording.percentage(worst, 1)} of the first dose"


def _agreement(series: Sequence[_Series], over: Sequence[tuple[_Series, object]]) -> str:
    """Say by which sources of equivalents it is so, and by which it is not."""
    if not series[0].sources:
        return ""
    by = {source for one, _ in over for source in one.sources}
    others = {source for one in series for source in one.sources} - by
    if not others:
        return " by the equivalents of every source"
    yes, no = wording.source_names(by), wording.source_names(others)
    return f" by the equivalents of {yes}, not by those of {no}"


def label_paces(plan: Plan, made: Course) -> Iterator[Finding]:
    """Tell where a drug goes down by more mg in so many days than a label or guideline names."""
    for drug in plan.drugs:
        known = drug_in(drug)
        for published in figures_for(known.drug_class, known.name) if known else ():
            if published.what not in (LABEL, CEILING) or published.mg_high is None:
                continue
            days = published.every_days_high
            # The last step to 0 is told apart, by `abrupt_end` and beside each ceiling.
            found = [change for change in unswitched(plan, made, drug) if change.after]
            if days is None or published.mg_of != (known and known.name):
                continue
            over = [
                window
                for window in windows(found, days)
                if window.changes[0].before - window.changes[-1].after > published.mg_high
                and window.changes[0].before > (published.down_to_mg or 0)
            ]
            if over:
                most = max(w.changes[0].before - w.changes[-1].after for w in over)
                fall = f"{drug} goes down by up to {wording.ideal_mg(most)} in {wording.days(days)}"
                text = f"{fall}. {published.says}"
                code = f"pace.{published.id}"
                yield Finding(code, NOTE, _steps(made, over), text, published.source)


def _usual(made: Course, series: Sequence[_Series], figures: Sequence[Figure]) -> Iterator[Finding]:
    """Tell how many figures describe a slower usual pace; one finding for a class of drugs."""
    usual = [
        (figure, figure.percent_high, figure.every_days_low)
        for figure in figures
        if figure.what == TYPICAL and figure.percent_high and figure.every_days_low
    ]
    over = []
    for figure, percent, days in usual:
        for one in series:
            found = _over(one, percent, days).rest
            if found:
                over.append((percent / days, figure, one, found, percent, days))
                break
    if not over:
        return
    _, figure, one, found, _, days = min(over, key=lambda row: row[0])
    far = [row for row in over if max(window.percent for window in row[3]) > FAR_OVER * row[4]]
    capped = any(figure.ceiling for figure in figures)
    severity = SERIOUS if not capped and 2 * len(far) > len(usual) else INFORMATION
    text = (
        f"{one.name} goes down by up to {_worst(found)} in {wording.days(days)}, faster than the"
        f" usual pace of {len(over)} of {len(usual)} published figures. {figure.says}"
    )
    yield Finding("pace.typical", severity, _steps(made, found), text, figure.source)


def abrupt_end(plan: Plan, made: Course) -> Iterator[Finding]:
    """Tell of a drug whose last dose before 0 is a large share of its first."""
    for drug in plan.drugs:
        found = unswitched(plan, made, drug)
        first = max((change.before for change in found), default=Fraction(0))
        if found and not found[-1].after and first:
            share = found[-1].before / first * 100
            if share > ABRUPT:
                text = (
                    f"{drug} ends from {wording.ideal_mg(found[-1].before)},"
                    f" {wording.percentage(share, 1)} of its highest dose."
                )
                steps = _steps(made, [Window(found[-1:], Fraction(100))])
                yield Finding("pace.abrupt-end", NOTE, steps, text, OWN_PLAN)

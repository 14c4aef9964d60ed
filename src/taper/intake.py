"""A typed line becomes what is taken now in a plan document.

The grammar is strict: what it does not name is refused with what to write instead, and what an
abbreviation leaves open is asked, never guessed.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any, Final

from taper.amount import parse, plain, seen
from taper.leaf import one_of
from taper.parts import DOSE_MG, NAME

MOST_SIGNS: Final = 1000
"""So long a text is still read at once; no regimen comes near it."""


class InvalidIntake(ValueError):
    """A line that says no regimen; the message says what to write."""


class AsNeeded(InvalidIntake):
    """A dose that is not taken every day."""


class UnknownTime(InvalidIntake):
    """A time of day that the plan does not have; `time` is how it is written."""

    def __init__(self, time: str, times: Sequence[str]) -> None:
        super().__init__(f"the time must be {one_of(times)}, got {seen(time)}")
        self.time = time


@dataclass(frozen=True)
class Dose:
    """One part of a typed line, as far as it says what is taken.

    `count` tablets are of a strength still to be said where `mg` is None. `times` are named, or
    `how_often` times a day are still to be chosen. `words` is the part as it was typed.
    """

    words: str
    mg: str | None
    count: Fraction | None = None
    noun: str = ""
    times: tuple[str, ...] = ()
    how_often: int = 0

    def of_strength(self, strength_mg: str) -> "Dose":
        """Say how many mg each tablet has; raises `InvalidIntake`."""
        assert self.count is not None
        return replace(self, mg=_multiplied(self.count, strength_mg))

    def at(self, times: Sequence[str]) -> "Dose":
        """Say at which times it is taken, as many as it is taken; raises `InvalidIntake`."""
        if len(set(times)) != self.how_often:
            raise InvalidIntake(f"choose {_counted_times(self.how_often)}")
        return replace(self, times=tuple(times), how_often=0)


@dataclass(frozen=True)
class Taken:
    """A drug of a typed line with its doses."""

    drug: str
    doses: tuple[Dose, ...]

    def entry(self, times: Sequence[str]) -> dict[str, Any]:
        """Return an entry of a plan's regimen, in the order of the times; raises `InvalidIntake`.

        Every dose says its mg and its times by now.
        """
        _each_once(self.doses)
        said = {time: str(dose.mg) for dose in self.doses for time in dose.times}
        if not any(parse(mg) for mg in said.values()):
            raise InvalidIntake("at least one dose must be over 0")
        return {"drug": self.drug, "doses_mg": {time: said[time] for time in times if time in said}}


# ------------------------------------------------------------------------------------- typed line

_TABLET: Final = r"tab|tabs|tablet|tablets|cap|caps|capsule|capsules"
_AMOUNT: Final = re.compile(
    rf"""(?P<times>\S+)\s*[x×]\s*(?P<each>[0-9.]+)\s*mg(\s+({_TABLET}))?(?=\s|$)
    |(?P<mg>[0-9.]+|\S+(?=\s))\s*mg(?=\s|$)
    |(?P<count>[0-9.]+|\S+(?=\s))\s*(?P<noun>{_TABLET})\b""",
    re.VERBOSE | re.IGNORECASE,
)
_BEGINS: Final = re.compile(
    rf"\s(?=([^a-z\s]*\d\S*|\S*[½¼¾]|half|one|two|three|four)(\s|$)|\S+\s+(mg|{_TABLET})\b)",
    re.IGNORECASE,
)
"""Where the drug's name ends: before a number, or before a word with a unit after it."""

_AS_NEEDED: Final = re.compile(
    r"\b(prn|p\.r\.n\.?|sos|((as|if|when|where)\s+(needed|required|necessary)))(?!\w)",
    re.IGNORECASE,
)
_NOT_DAILY: Final = re.compile(
    r"\b(qod|eod|(every\s+(other|second|third|[2-9])|alternate)\s+(days?|weeks?)|(once\s+)?weekly"
    r"|(once\s+)?a\s+week|(mon|tues|wednes|thurs|fri|satur|sun)days?)\b",
    re.IGNORECASE,
)
_WRONG_UNIT: Final = tuple(
    (re.compile(rule, re.IGNORECASE), mend)
    for rule, mend in (
        (
            r"mg\s*(/|per\b|a\b|an\b)\s*(d|day|24\s*h)\w*|mg\s+(daily|each\s+day|every\s+day)\b",
            "say at which times a day's dose is taken: an amount for each time, or once a day",
        ),
        (
            r"(?<![a-z])(mcg|ug|µg|μg|micrograms?|microg)\b",
            "write the dose in mg; 1 mg is 1000 micrograms",
        ),
        (r"\S*[\d½¼¾]\s*(g|grams?|gm)\b", "write the dose in mg; 1 g is 1000 mg"),
        (
            r"\S*[\d½¼¾]\s*(ml|mls|cc|drops?|teaspoons?|tsp)\b",
            "write the dose in mg; how many mg are in 1 mL is said for a product",
        ),
    )
)
_COMMA: Final = re.compile(r"(?<!\S)[0-9]+,[0-9]+(?!\S)")
_DAILY: Final = {
    1: r"qd|od|q\.d\.?|o\.d\.?|once\s+(?:a\s+day|daily)|nightly|nocte",
    2: r"bid|bd|b\.i\.d\.?|(?:twice|two\s+times|2\s+times)\s+(?:a\s+day|daily)",
    3: r"tid|tds|t\.i\.d\.?|(?:three\s+times|3\s+times)\s+(?:a\s+day|daily)",
    4: r"qid|qds|q\.i\.d\.?|(?:four\s+times|4\s+times)\s+(?:a\s+day|daily)",
}
_HOW_OFTEN: Final = tuple(
    (number, re.compile(rule, re.IGNORECASE)) for number, rule in _DAILY.items()
)
_MEANT: Final = {"qam": "morning", "qhs": "bedtime"}
"""The time that an abbreviation names; asked where the plan has none of that name."""

_TOO_SHORT: Final = {
    "hs": "write bedtime: hs is also read as half strength",
    "qpm": "write afternoon, evening or bedtime: qpm leaves open which",
    "am": "write morning, or a time such as 08:00",
    "pm": "write afternoon, evening or bedtime, or a time such as 20:00",
}
_LEAD: Final = re.compile(r"(?:in\s+the|at|every|each)\s+", re.IGNORECASE)
_CLOCK: Final = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]")


def regimen(text: str, times: Sequence[str]) -> tuple[Taken, ...]:
    """Read "clonazepam 0.5 mg morning, 1 mg bedtime": a drug, then an amount for each time.

    Drugs are parted by semicolons or line breaks. Raises `InvalidIntake`; `AsNeeded` and
    `UnknownTime` where there is a way on.

    >>> (taken,) = regimen("clonazepam 0.5 mg morning, 1 mg bedtime", ["morning", "bedtime"])
    >>> taken.entry(["morning", "bedtime"])
    {'drug': 'clonazepam', 'doses_mg': {'morning': '0.5', 'bedtime': '1'}}
    """
    if len(text) > MOST_SIGNS:
        raise InvalidIntake(f"must be at most {MOST_SIGNS} characters, got {len(text)}")
    found: list[Taken] = []
    for line in re.split(r"[;\n\r]", text):
        if line.strip():
            taken = _taken(" ".join(line.split()), times)
            if taken.drug.casefold() in (other.drug.casefold() for other in found):
                raise InvalidIntake(f"{taken.drug} must stand there once")
            found.append(taken)
    if not found:
        raise InvalidIntake("write what is taken now")
    return tuple(found)


def _taken(line: str, times: Sequence[str]) -> Taken:
    if found := _AS_NEEDED.search(line):
        raise AsNeeded(
            "Taper plans doses taken every day; put as-needed doses in as typed steps, each with"
            f" its days, or leave them out, got {seen(found[0])}"
        )
    if found := _NOT_DAILY.search(line):
        raise AsNeeded(
            "Taper plans doses taken every day; put other days in as typed steps, each with its"
            f" days, got {seen(found[0])}"
        )
    if found := _COMMA.search(line):
        _parsed(found[0])
    if re.search(r"\d,\d", line):
        raise InvalidIntake(f"put a space after each comma between doses, got {seen(line)}")
    for rule, mend in _WRONG_UNIT:
        if found := rule.search(line):
            raise InvalidIntake(f"{mend}, got {seen(found[0].strip())}")
    first, *rest = (part.strip() for part in line.split(","))
    start = _BEGINS.search(first)
    if start is None:
        raise InvalidIntake(
            "write the drug, then each amount with mg and its time, such as"
            f" clonazepam 0.5 mg {times[0]}, got {seen(line)}"
        )
    drug = _drug(first[: start.start()].strip())
    doses = tuple(_dose(part, times) for part in (first[start.end() :], *rest))
    _each_once(doses)
    return Taken(drug, doses)


def _each_once(doses: Sequence[Dose]) -> None:
    named = [time for dose in doses for time in dose.times]
    for time in named:
        if named.count(time) > 1:
            raise InvalidIntake(f"{time} must stand there once")


def _drug(name: str) -> str:
    if any(sign.isdigit() for sign in name):
        raise InvalidIntake(f"the name must have no digits in a typed line, got {seen(name)}")
    try:
        return NAME.check(name)
    except ValueError as error:
        raise InvalidIntake(f"the drug's name: {error}") from None


def _dose(part: str, times: Sequence[str]) -> Dose:
    found = _AMOUNT.match(part)
    if found is None:
        number = re.match(r"\S*\d\S*", part)
        if number:
            _parsed(number[0])
            raise InvalidIntake(f"write mg after the amount, got {seen(part)}")
        raise InvalidIntake(f"write an amount, mg and one time of day, got {seen(part)}")
    mg, count, noun = None, None, ""
    rest = part[found.end() :].strip()
    if found["each"] is not None:
        mg = _multiplied(_parsed(found["times"]), found["each"])
    elif found["mg"] is not None:
        mg = _amount(found["mg"])
    else:
        count, noun = _parsed(found["count"]), found["noun"].lower()
        if not count:
            raise InvalidIntake(f"must be over 0, got {seen(found[0])}")
        if of := re.match(r"of\s+([0-9.]+)\s*mg(?=\s|$)", rest, re.IGNORECASE):
            mg, count, rest = _multiplied(count, of[1]), None, rest[of.end() :].strip()
    return _timed(Dose(part, mg, count, noun), rest, times)


def _timed(dose: Dose, said: str, times: Sequence[str]) -> Dose:
    """Say when a dose is taken: at a time of the plan, or so many times a day."""
    if not said:
        raise InvalidIntake(f"write an amount, mg and one time of day, got {seen(dose.words)}")
    for text in (said, _LEAD.sub("", said, count=1)):
        for time in times:
            if text.casefold() == time.casefold():
                return replace(dose, times=(time,))
    number = next((number for number, rule in _HOW_OFTEN if rule.fullmatch(said)), 0)
    meant = _MEANT.get(said.lower())
    if meant:
        if meant in times:
            return replace(dose, times=(meant,))
        number = 1
    if number > len(times):
        raise InvalidIntake(
            f"the plan has only {_counted_times(len(times))} of day: add one under Times of day,"
            f" got {seen(said)}"
        )
    if number:
        return replace(dose, how_often=number)
    raise _unknown(said, times)


def _unknown(said: str, times: Sequence[str]) -> InvalidIntake:
    """Say why a text is no time; only what could be one may be added to the plan."""
    if mend := _TOO_SHORT.get(said.lower()):
        return InvalidIntake(f"{mend}, got {seen(said)}")
    if re.search(r"\bmg\b", said):
        return InvalidIntake(
            "put a comma between the doses of a drug and a semicolon between drugs,"
            f" got {seen(said)}"
        )
    if re.search(r"\d", said) and not _CLOCK.fullmatch(_LEAD.sub("", said, count=1)):
        return InvalidIntake(f"the time must be {one_of(times)}, or as 08:00, got {seen(said)}")
    try:
        return UnknownTime(NAME.check(_LEAD.sub("", said, count=1)), times)
    except ValueError as error:
        return InvalidIntake(f"the time of day: {error}")


def _counted_times(number: int) -> str:
    return f"{number} time{'' if number == 1 else 's'}"


def _multiplied(count: Fraction, strength_mg: str) -> str:
    """Return so many times a strength in mg, as exactly as a document says it."""
    strength = _parsed(strength_mg)
    if not strength:
        raise InvalidIntake(f"the strength must be over 0, got {seen(strength_mg)}")
    return _amount(plain(count * strength))


def _amount(text: str) -> str:
    _parsed(text)
    return text


def _parsed(text: str) -> Fraction:
    """Read a dose; raises `InvalidIntake` with what to write instead."""
    try:
        return DOSE_MG.check(text)
    except ValueError as error:
        raise InvalidIntake(str(error)) from None

"""Exact quantities: the one door from text to value and from value to text.

A quantity is a `fractions.Fraction`. Text becomes one only through `parse`, and a value becomes
text only through the printers below, so no binary float ever touches a dose.
"""

import re
from fractions import Fraction
from typing import Final

GRAMMAR: Final = r"(0|[1-9][0-9]*)(\.[0-9]{1,4})?"
"""What every dose, strength, ratio, volume and percentage looks like in a document."""

LARGEST: Final = 100_000
"""No dose, strength, ratio or volume is over this (mg, mL, or mg per mg)."""

NO_BREAK: Final = "\u00a0"
"""Stands between a number and its unit, so that no line break parts them (docs/hazards.md H02)."""

_NUMBER: Final = re.compile(GRAMMAR)
_MOST_DIGITS: Final = 12
_SHOWN: Final = 40
_MENDS: Final = tuple(
    (re.compile(rule, re.ASCII), mend)
    for rule, mend in (
        ("", "a number is needed"),
        ("½|1/2", "write 0.5"),
        ("¼|1/4", "write 0.25"),
        ("¾|3/4", "write 0.75"),
        ("[-−].*", "must not be below 0"),
        (r"\+([0-9]{1,6}(?:\.[0-9]{1,4})?)", r"write \1"),
        (r"0+([0-9]{1,6}(?:\.[0-9]{1,4})?)", r"write \1"),
        (r"(\.[0-9]{1,4})", r"write 0\1"),
        (r"([0-9]{1,6})\.", r"write \1"),
        (r"([0-9]{1,3}),([0-9]{3})", r"write \1\2 without a comma, or \1.\2 with a point"),
        (r"([0-9]{1,6}),([0-9]{1,4})", r"use a point: \1.\2"),
        (r"([0-9]+(?:\.[0-9]{1,4})?)\s?(?:mg|mcg|µg|μg|ug|g|ml|mL|%)", r"write \1 without a unit"),
        (r"[0-9]+\.[0-9]{5,}", "at most 4 digits after the point"),
        (r"[0-9]{7,}(?:\.[0-9]+)?", "must be at most 100000"),
        (r"([0-9]{1,6}(?:\.[0-9]{1,4})?)", r"write \1 without spaces"),
        (r"[0-9.]*([OolI])[0-9.OolI]*", r"has the letter \1 where a digit belongs"),
    )
)
"""What to write instead, by the look of the text; the first that fits."""


class InvalidAmount(ValueError):
    """A text that is no plain number; the message says what to write instead."""


def parse(text: object) -> Fraction:
    """Read a quantity written in plain digits.

    Raises `InvalidAmount` for everything that the grammar does not allow, floats included, with
    what to write instead.

    >>> parse("0.5")
    Fraction(1, 2)
    >>> parse(".5")
    Traceback (most recent call last):
        ...
    taper.amount.InvalidAmount: write 0.5, got '.5'
    """
    if not isinstance(text, str):
        raise TypeError(f"a quantity is read from text, got {seen(text)}")
    if len(text) <= _MOST_DIGITS and _NUMBER.fullmatch(text):
        return Fraction(text)
    raise InvalidAmount(f"{_instead(text)}, got {seen(text)}")


def _instead(text: str) -> str:
    """Say what to write instead of a text that `parse` refuses."""
    compact = text.strip()
    for rule, mend in _MENDS:
        found = rule.fullmatch(compact)
        if found:
            return found.expand(mend)
    if any(sign.isdigit() and not sign.isascii() for sign in compact):
        return "use the digits 0 to 9"
    return "must be a number in plain digits such as 0.5 or 12"


def seen(value: object) -> str:
    """Show what was found in a document, short enough for one line of a message."""
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, dict):
        return "an object"
    if isinstance(value, list):
        return "a list"
    text = repr(value) if isinstance(value, str) else str(value)
    return text if len(text) <= _SHOWN else f"{text[: _SHOWN - 1]}…"


def plain(value: Fraction) -> str:
    """Print a quantity exactly, as it stands in files: no trailing zero, no comma.

    Raises `ValueError` where no finite decimal says it exactly.

    >>> plain(Fraction(5, 2)), plain(Fraction(20)), plain(Fraction(-1, 8))
    ('2.5', '20', '-0.125')
    """
    top, bottom = value.numerator, value.denominator
    if bottom == 1:
        return str(top)
    places, power = 0, 1
    while power % bottom:
        places += 1
        power *= 10
        if places > _MOST_DIGITS:
            raise ValueError(f"{value} has no exact decimal")
    return _decimal(top * (power // bottom), places)


def rounded(value: Fraction, places: int) -> Fraction:
    """Round half to even at that many decimal places.

    >>> rounded(Fraction("0.0125"), 3), rounded(Fraction("0.0135"), 3)
    (Fraction(3, 250), Fraction(7, 500))
    """
    return Fraction(_round_half_even(value, places), 10**places)


def plain_rounded(value: Fraction, places: int) -> str:
    """Print a quantity rounded half to even, without trailing zeros and without a minus before 0.

    >>> plain_rounded(Fraction(2, 3), 3), plain_rounded(Fraction(-1, 3000), 2)
    ('0.667', '0')
    """
    return _decimal(_round_half_even(value, places), places)


def _round_half_even(value: Fraction, places: int) -> int:
    """Return the nearest whole number of the last place; integers only, as it runs per dose."""
    scale: int = 10**places
    whole, rest = divmod(value.numerator * scale, value.denominator)
    double = 2 * rest
    if double > value.denominator or (double == value.denominator and whole % 2):
        whole += 1
    return whole


def _decimal(scaled: int, places: int) -> str:
    sign = "-" if scaled < 0 else ""
    digits = str(abs(scaled)).rjust(places + 1, "0")
    if not places:
        return sign + digits
    part = digits[-places:].rstrip("0")
    return f"{sign}{digits[:-places]}.{part}" if part else f"{sign}{digits[:-places]}"


def grouped(number: str) -> str:
    """Write a printed number for screen and paper: a comma from 1,000, a true minus.

    >>> grouped("12500.5"), grouped("-0.5")
    ('12,500.5', '−0.5')
    """
    sign, digits = ("−", number[1:]) if number.startswith("-") else ("", number)
    whole, point, part = digits.partition(".")
    return f"{sign}{int(whole):,}{point}{part}"


def with_unit(value: Fraction, unit: str = "mg", places: int | None = None) -> str:
    """Write a quantity with its unit for screen and paper; the two are never parted.

    >>> with_unit(Fraction(1, 2)).split(NO_BREAK)
    ['0.5', 'mg']
    """
    number = plain(value) if places is None else plain_rounded(value, places)
    return f"{grouped(number)}{NO_BREAK}{unit}"

"""What in the name of a plan looks as if it told who the patient is.

A notice, never a refusal: a name of two words may be that of a taper.
"""

import re
from datetime import date
from typing import Final

from taper.reference import drug_named

_EMAIL: Final = re.compile(r"\S@\S+\.\S")
_DATE: Final = re.compile(
    r"\b(?:[0-9]{1,2}[-/. ][0-9]{1,2}[-/. ]((?:19|20)[0-9]{2})"
    r"|((?:19|20)[0-9]{2})[-/. ][0-9]{1,2}[-/. ][0-9]{1,2}"
    r"|[0-9]{1,2}\.? [A-Z][a-z]{2,8}\.? ((?:19|20)[0-9]{2}))\b"
)
_NUMBER: Final = re.compile(r"[0-9](?:[ -]?[0-9]){6,}")
"""Numbers of hospitals and of health services have seven digits and more."""
_WORD: Final = re.compile(r"[^\W\d_]+(?:['’.-][^\W\d_]*)*")
_OF_TAPERS: Final = re.compile(
    "an?|and|at|by|copy|daily|dose|draft|fast|fortnightly|from|hold|liquid|monthly|month|new|night|"
    "of|off|old|or|plan|reduction|slow|start|steps?|stop|switch|tablets?|taper|test|the|then|to|"
    "visit|weekly|weeks?|with",
    re.IGNORECASE,
)


def looks_like(label: str, today: date) -> str:
    """Say what a name of a plan looks like that may identify the patient; "" for nothing."""
    if _EMAIL.search(label):
        return "an email address"
    dates = [int(next(filter(None, found))) for found in _DATE.findall(label)]
    if any(year < today.year for year in dates):
        return "a date of birth"
    if _NUMBER.search(_DATE.sub("", label)):
        return "a patient’s number"
    return "a person’s name" if _is_name(label) else ""


def _is_name(label: str) -> bool:
    words = label.replace(",", " ").split()
    if len(words) < 2 or not all(_WORD.fullmatch(word) and word[0].isupper() for word in words):
        return False
    return not any(_OF_TAPERS.fullmatch(word) or drug_named(word) for word in words)

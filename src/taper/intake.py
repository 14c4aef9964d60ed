"""Typed lines become parts of a plan document: a regimen in one line, steps out of a spreadsheet.

The grammar is strict: what it does not name is refused with what to write instead, never guessed.
"""

import re
from collections.abc import Sequence
from typing import Any, Final

from taper.amount import InvalidAmount, parse, seen
from taper.leaf import one_of

_DOSE: Final = re.compile(r"(?P<amount>\S+)\s+mg\s+(?P<time>\S.*?)\s*")


class InvalidIntake(ValueError):
    """A line that says no regimen, or rows that say no steps; the message says what to write."""


def regimen(line: str, times: Sequence[str]) -> dict[str, Any]:
    """Read "clonazepam 0.5 mg morning, 1 mg bedtime": a drug, then an amount for each time.

    Returns an entry of a plan's regimen. Raises `InvalidIntake`.

    >>> regimen("clonazepam 0.5 mg morning, 1 mg bedtime", ["morning", "bedtime"])
    {'drug': 'clonazepam', 'doses_mg': {'morning': '0.5', 'bedtime': '1'}}
    """
    first, *rest = (part.strip() for part in line.split(","))
    start = re.search(r"\s(?=\S+\s+mg(\s|$))", first)
    if start is None:
        raise InvalidIntake(
            "write the drug, then each amount with mg and its time, such as"
            f" clonazepam 0.5 mg {times[0]}, got {seen(line)}"
        )
    drug = first[: start.start()].strip()
    if any(sign.isdigit() for sign in drug):
        raise InvalidIntake(f"the name must have no digits in a typed line, got {seen(drug)}")
    doses: dict[str, str] = {}
    for part in (first[start.end() :], *rest):
        found = _DOSE.fullmatch(part)
        if found is None:
            raise InvalidIntake(f"write an amount, mg and one time of day, got {seen(part)}")
        time = found["time"]
        if time not in times:
            raise InvalidIntake(f"the time must be {one_of(times)}, got {seen(time)}")
        if time in doses:
            raise InvalidIntake(f"{time} must stand there once")
        doses[time] = _amount(found["amount"])
    if not any(parse(dose) for dose in doses.values()):
        raise InvalidIntake("at least one dose must be over 0")
    return {"drug": drug, "doses_mg": doses}


def rows(text: str, drug: str, times: Sequence[str]) -> list[dict[str, Any]]:
    r"""Read typed steps of a drug out of spreadsheet rows: days, then a dose for each time of day.

    The first row may name the columns (`days`, then times), else they are all times in the plan's
    order. Columns are parted by tabs, semicolons or spaces. Raises `InvalidIntake`.

    >>> rows("days\tbedtime\n7\t8", "diazepam", ["morning", "bedtime"])
    [{'days': 7, 'doses_mg': {'diazepam': {'bedtime': '8'}}}]
    """
    lines = [_cells(line) for line in text.splitlines() if line.strip()]
    names = list(times)
    first = 0
    if lines and lines[0][0].lower() == "days":
        names, first = lines[0][1:], 1
        unknown = [name for name in names if name not in times]
        if unknown or len(set(names)) < len(names) or not names:
            raise InvalidIntake(f"row 1: after days, name each time once: {', '.join(times)}")
    found = []
    for number, cells in enumerate(lines[first:], first + 1):
        try:
            found.append(_step(cells, drug, names))
        except InvalidIntake as error:
            raise InvalidIntake(f"row {number}: {error}") from None
    if not found:
        raise InvalidIntake("at least one row is needed")
    return found


def _cells(line: str) -> list[str]:
    for mark in ("\t", ";"):
        if mark in line:
            return [cell.strip() for cell in line.split(mark)]
    return line.split()


def _step(cells: list[str], drug: str, names: Sequence[str]) -> dict[str, Any]:
    if len(cells) != 1 + len(names):
        raise InvalidIntake(
            f"needs days and a dose for {', '.join(names)}, got {len(cells)} cells; a first row"
            f" such as days, {names[0]} says which times the cells are for"
        )
    if not re.fullmatch("[1-9][0-9]{0,2}", cells[0]):
        raise InvalidIntake(f"days must be a whole number from 1 to 365, got {seen(cells[0])}")
    doses = {name: _amount(cell) for name, cell in zip(names, cells[1:], strict=True) if cell}
    if not doses:
        raise InvalidIntake("needs a dose; write 0 for none")
    return {"days": int(cells[0]), "doses_mg": {drug: doses}}


def _amount(text: str) -> str:
    try:
        parse(text)
    except InvalidAmount as error:
        raise InvalidIntake(str(error)) from None
    return text

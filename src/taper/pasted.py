"""Rows pasted from a spreadsheet become typed steps: days, and doses in mg.

The grammar is strict: what it does not name is refused, row by row, with what to write instead.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from taper.amount import seen
from taper.leaf import one_of
from taper.parts import DOSE_MG

DAYS: Final = "days"
DRUG: Final = "drug"
MOST_ROWS: Final = 600

_WHOLE: Final = re.compile("[1-9][0-9]{0,2}")
_MOST_DAYS: Final = 365


class InvalidRows(ValueError):
    """Rows that say no steps; `faults` says of each place what to write instead."""

    def __init__(self, faults: Sequence[str]) -> None:
        self.faults = tuple(faults)
        super().__init__("; ".join(faults))


@dataclass(frozen=True, slots=True)
class _Row:
    """A row as it stands in the spreadsheet: its number there, and a text for each column."""

    number: int
    cells: Mapping[str, str]


def steps(
    text: str, drugs: Sequence[str], times: Sequence[str], drug: str | None = None
) -> list[dict[str, Any]]:
    r"""Read typed steps out of spreadsheet rows; `drug` is meant where there is no drug column.

    A first row may name the columns (`days`, `drug`, times), in any order; without it they are the
    days, then all times in the plan's order. Columns are parted by tabs, semicolons or spaces. A
    row without days belongs to the step above it. Raises `InvalidRows`.

    >>> steps("days\tbedtime\n7\t8\n7\t6", ["diazepam"], ["morning", "bedtime"], "diazepam")[0]
    {'days': 7, 'doses_mg': {'diazepam': {'bedtime': '8'}}}
    """
    lines = [
        (number, line) for number, line in enumerate(text.splitlines(), 1) if line.strip(" \t;")
    ]
    if len(lines) > MOST_ROWS:
        raise InvalidRows([f"at most {MOST_ROWS} rows, got {len(lines)}"])
    mark = next((mark for mark in "\t;" if any(mark in line for _, line in lines)), None)
    table = [(number, [cell.strip() for cell in line.split(mark)]) for number, line in lines]
    columns = [DAYS, *times]
    if table and DAYS in map(str.lower, table[0][1]):
        columns = _columns(*table.pop(0), times)
    if DRUG not in columns and drug is None:
        raise InvalidRows(["choose the drug of these rows, or add a column named drug"])
    return _read(_rows(table, columns, trimmed=mark is not None), drugs, drug)


def _columns(number: int, heads: list[str], times: Sequence[str]) -> list[str]:
    """Read the row that names the columns."""
    known = {name.lower(): name for name in (*times, DRUG, DAYS)}
    while not heads[-1]:
        heads.pop()
    columns = [known.get(head.lower(), "") for head in heads]
    faults = [
        f"row {number}: a column must be {one_of((DAYS, DRUG, *times))}, got {seen(head)}"
        for head, column in zip(heads, columns, strict=True)
        if not column
    ]
    faults += [
        f"row {number}: the column {column} must stand there once"
        for column in dict.fromkeys(columns)
        if column and columns.count(column) > 1
    ]
    if not faults and not set(columns) & set(times):
        faults.append(f"row {number}: a column for a time is needed: {one_of(times)}")
    if faults:
        raise InvalidRows(faults)
    return columns


def _rows(table: list[tuple[int, list[str]]], columns: list[str], *, trimmed: bool) -> list[_Row]:
    """Put the cells under their columns; blank cells at a row's end may have been left out."""
    rows, faults = [], []
    for number, said in table:
        cells = list(said)
        while len(cells) > len(columns) and not cells[-1]:
            cells.pop()
        if trimmed:
            cells += [""] * (len(columns) - len(cells))
        if len(cells) == len(columns):
            rows.append(_Row(number, dict(zip(columns, cells, strict=True))))
        else:
            faults.append(
                f"row {number}: needs {', '.join(columns)}, got {len(cells)} cells; a first row"
                f" such as {DAYS}, {columns[-1]} says what the cells are for"
            )
    if faults:
        raise InvalidRows(faults)
    return rows


def _read(rows: Sequence[_Row], drugs: Sequence[str], drug: str | None) -> list[dict[str, Any]]:
    known = {name.lower(): name for name in drugs}
    found: list[dict[str, Any]] = []
    faults: list[str] = []
    for row in rows:
        said = row.cells.get(DRUG, drug or "")
        name = known.get(said.lower(), said)
        wrong = list(_wrong(row, name, drugs, first=not found))
        faults += [f"row {row.number}, {fault}" for fault in wrong]
        if row.cells[DAYS] or not found:
            found.append({"days": 0, "doses_mg": {}})
            if not wrong:
                found[-1]["days"] = int(row.cells[DAYS])
        if name in found[-1]["doses_mg"]:
            faults.append(f"row {row.number}: {name} must stand once in a step; write its days")
        found[-1]["doses_mg"][name] = {
            time: dose for time, dose in row.cells.items() if dose and time not in (DAYS, DRUG)
        }
    if faults or not found:
        raise InvalidRows(faults or ["at least one row is needed"])
    return found


def _wrong(row: _Row, drug: str, drugs: Sequence[str], *, first: bool) -> list[str]:
    """Say what is wrong in a row, each as "column: what to write"."""
    said, faults = row.cells[DAYS], []
    more = not said and DRUG in row.cells and not first
    if not more and not (_WHOLE.fullmatch(said) and int(said) <= _MOST_DAYS):
        got = seen(said) if said else "nothing"
        faults.append(f"{DAYS}: must be a whole number from 1 to {_MOST_DAYS}, got {got}")
    if drug not in drugs:
        got = seen(drug) if drug else "nothing"
        faults.append(f"{DRUG}: must be {one_of(drugs)}, got {got}")
    doses = {name: cell for name, cell in row.cells.items() if cell and name not in (DAYS, DRUG)}
    for name, dose in doses.items():
        try:
            DOSE_MG.check(dose)
        except ValueError as error:
            faults.append(f"{name}: {error}")
    if not doses:
        faults.append("doses: at least one is needed; write 0 for none")
    return faults

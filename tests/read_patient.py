"""What a patient reads off the printed sheet: each block's days, doses and totals, from the PDF."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from typing import Final

from read_tags import Tag, tags

_DAY: Final = r"\w+day \d+ \w+ \d{4}|[Dd]ay [\d,]+"
_SPAN: Final = re.compile(
    rf"(?:From |On )?(?P<first>{_DAY})(?: to (?P<last>{_DAY}))?(?P<on> on)?"
    r"(?: (?P<days>[\d,]+) days?)?"
)
_OVER: Final = re.compile(rf"From (?P<day>{_DAY}): take no more (?P<drug>.+)\.")
_NUMBER: Final = r"[\d,]+(?:\.\d+)?"
_SIGNS: Final = {"": Fraction(0), "¼": Fraction(1, 4), "½": Fraction(1, 2), "¾": Fraction(3, 4)}
_PARTS: Final = {"a quarter": _SIGNS["¼"], "a half": _SIGNS["½"], "three quarters": _SIGNS["¾"]}
_ONES: Final = (
    *("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"),
    *("eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen"),
    *("eighteen", "nineteen", "twenty"),
)
_IN_WORDS: Final = f"{'|'.join(_PARTS)}|(?:{'|'.join(_ONES)})(?: and (?:{'|'.join(_PARTS)}))?"
_PART: Final = re.compile(
    rf"(?P<count>(?:{_NUMBER})?[¼½¾]?) (?P<form>[\w -]*?(?:tablet|capsule))s?"
    rf" of (?P<mg>{_NUMBER}) mg"
    rf"(?: \(?(?P<words>{_IN_WORDS})\b\)?)?"  # in a column the words stand under the figures
    rf"|(?P<ml>{_NUMBER}) mL of the liquid \((?P<in_one>{_NUMBER}) mg in 1 mL\)"
    rf"|(?P<unmade>{_NUMBER}) mg \(as your pharmacist tells you\)"
)

Part = tuple[Fraction, str, Fraction]
"""How many, of what, mg in one; "mg" is a dose that no product makes."""


@dataclass
class Block:
    """The doses from a day to a day; `end` is None where they go on. A drug has no spaces."""

    start: date
    end: date | None
    doses: dict[str, dict[str, list[Part]]] = field(default_factory=dict)
    totals: dict[str, Fraction] = field(default_factory=dict)


@dataclass
class Read:
    """A patient's sheet: its blocks, and from which day on a drug is over."""

    start: date
    blocks: list[Block] = field(default_factory=list)
    over: dict[str, date] = field(default_factory=dict)


def read_patient(data: bytes, start: date) -> Read:
    """Read a sheet; `start` is day 1 where its days are counted."""
    read = Read(start)
    for tag in tags(data):
        if tag.kind == "Table":
            _table(read, tag)
        elif not _over(read, tag.text) and tag.kind == "H2":
            _block(read, tag.text)
    return read


def _block(read: Read, text: str) -> bool:
    """Begin the block whose days the text names; a day goes on where it is said again."""
    found = _SPAN.fullmatch(text)
    if not found:
        return False
    start = _date(read, found["first"])
    end = _date(read, found["last"] or found["first"])
    if found["days"]:
        assert (end - start).days + 1 == int(found["days"].replace(",", "")), text
    block = Block(start, None if found["on"] else end)
    if not read.blocks or (read.blocks[-1].start, read.blocks[-1].end) != (block.start, block.end):
        read.blocks.append(block)
    return True


def _over(read: Read, text: str) -> bool:
    found = _OVER.fullmatch(text)
    if found:
        drug = found["drug"].replace(" ", "")
        assert drug not in read.over
        read.over[drug] = _date(read, found["day"])
    return found is not None


def _date(read: Read, text: str) -> date:
    if text[:3] in ("day", "Day"):
        return read.start + timedelta(int(text[4:].replace(",", "")) - 1)
    day = datetime.strptime(text, "%A %d %B %Y").replace(tzinfo=UTC).date()
    assert text.startswith(f"{day:%A} ")
    return day


def _table(read: Read, table: Tag) -> None:
    heads = {head.id: head for head in table.all("TH")}
    drug = ""
    for head in heads.values():
        # Over the columns stand the days of a table that goes over pages, or its only drug.
        if not _block(read, head.text) and head.text not in ("Date", "Medicine"):
            drug = drug or head.text.replace(" ", "")
    for row in table.all("TR"):
        doses: dict[str, str] = {}
        for cell in row.all("TD"):
            if _over(read, cell.text):
                continue
            head = heads[cell.heads[-1]]
            assert not cell.text or abs(cell.left - head.left) < 1, (cell.text, head.text)
            if head.text == "Date":
                assert _block(read, cell.text), cell.text
            elif head.text == "Medicine":
                drug = cell.text.replace(" ", "")
            elif head.text == "What to take":
                doses |= _lines(cell)
            else:
                doses[head.text] = cell.text
        if doses:
            _dose(read.blocks[-1], drug, doses)


def _lines(cell: Tag) -> dict[str, str]:
    """Read the doses of a drug that stand on lines: a time and its amount each."""
    if cell.text == "none":
        return {}
    (grid,) = cell.kids
    pairs = zip(grid.kids[::2], grid.kids[1::2], strict=True)
    return {time.text: amount.text for time, amount in pairs}


def _dose(block: Block, drug: str, doses: dict[str, str]) -> None:
    total = doses.pop("Whole day")
    taken = {time: list(_parts(text)) for time, text in doses.items() if text != "none"}
    assert (total == "none") == (not taken), (total, doses)
    if taken:
        assert drug not in block.doses
        block.doses[drug] = taken
        assert total.endswith(" mg")
        block.totals[drug] = _number(total.removesuffix(" mg"))


def _parts(text: str) -> Iterator[Part]:
    """Read an amount: "2½ tablets of 2 mg (two and a half) and 1 capsule of 5 mg (one)"."""
    at = 0
    while at < len(text):
        at += len(" and ") if at else 0
        found = _PART.match(text, at)
        assert found, text
        assert at == 0 or text[:at].endswith(" and "), text
        at = found.end()
        if found["unmade"]:
            yield _number(found["unmade"]), "mg", Fraction(1)
        elif found["ml"]:
            yield _number(found["ml"]), "oral liquid", _number(found["in_one"])
        else:
            count = _number(found["count"])
            assert (found["words"] is None) == (count >= len(_ONES)), text
            assert found["words"] is None or count == _in_words(found["words"]), text
            yield count, found["form"], _number(found["mg"])


def _number(text: str) -> Fraction:
    sign = text[-1:] if text[-1:] in _SIGNS else ""
    figures = text.removesuffix(sign).replace(",", "")
    return Fraction(figures or 0) + _SIGNS[sign]


def _in_words(words: str) -> Fraction:
    whole, _, part = words.partition(" and ")
    if whole in _PARTS:
        return _PARTS[whole]
    return Fraction(_ONES.index(whole)) + (_PARTS[part] if part else Fraction(0))

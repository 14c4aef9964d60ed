"""The CSV tables as LibreOffice opens them, cell by cell."""

import csv
import io
import re
import shutil
import subprocess
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from sheet_plans import PLANS, made
from taper.exchange import SHAPES, csv_text

OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
# Comma, double quote, UTF-8, from line 1, numbers and dates as in English (US).
AS_CSV = "CSV:44,34,UTF8,1,,1033,false,true"


def opened(files: list[Path]) -> None:
    program = shutil.which("soffice")
    if program is None:
        pytest.fail("soffice is missing: install LibreOffice Calc to run this test")
    folder = files[0].parent
    subprocess.run(
        [
            program,
            "--headless",
            f"-env:UserInstallation={(folder / 'profile').as_uri()}",
            *("--convert-to", "fods", f"--infilter={AS_CSV}", "--outdir", str(folder)),
            *map(str, files),
        ],
        check=True,
        capture_output=True,
        timeout=300,
    )


def cells(file: Path) -> Iterator[list[tuple[str, str, str]]]:
    """Yield each row: (type, value, formula) of its cells."""
    for row in ET.parse(file).iter(f"{TABLE}table-row"):  # noqa: S314
        line: list[tuple[str, str, str]] = []
        for cell in row.iter(f"{TABLE}table-cell"):
            kind = cell.get(f"{OFFICE}value-type", "")
            value = {
                "float": cell.get(f"{OFFICE}value"),
                "date": cell.get(f"{OFFICE}date-value"),
                "time": cell.get(f"{OFFICE}time-value"),
            }.get(kind) or "".join(cell.find(f"{TEXT}p").itertext() if kind == "string" else ())  # type: ignore[union-attr]
            times = int(cell.get(f"{TABLE}number-columns-repeated", "1"))
            line += [(kind, value, cell.get(f"{TABLE}formula", ""))] * min(times, 12)
        yield line


@pytest.mark.long
def test_libreoffice_reads_every_cell_as_it_was_written(tmp_path: Path) -> None:
    """P10, P16: numbers as numbers, days as days, names as words, and no formula."""
    written = {}
    for at, name in enumerate(PLANS):
        for shape in SHAPES:
            file = tmp_path / f"{at}-{shape}.csv"
            file.write_bytes(csv_text(made(name), shape))
            written[file] = list(
                csv.reader(io.StringIO(file.read_text("utf-8-sig"), newline=""), strict=True)
            )
    opened(list(written))
    for file, rows in written.items():
        found = list(cells(file.with_suffix(".fods")))
        for row, line in zip(rows, found, strict=False):
            for cell, (kind, value, formula) in zip(row, line, strict=False):
                assert not formula
                if kind == "float":
                    assert Fraction(value) == Fraction(cell)
                elif kind == "time":
                    assert re.sub(r"PT(\d\d)H(\d\d)M00S", r"\1:\2", value) == cell
                else:
                    assert value == cell
            assert len(line) >= len(row)
        assert len(found) >= len(rows)

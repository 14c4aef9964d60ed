"""A visit printed for the file says what its text says, and carries the record."""

import io
from collections.abc import Iterator
from functools import cache, partial
from typing import Any

import pytest
from PIL import Image
from pypdf import PdfReader

from sheet_plans import ON, flat, texts
from taper import sheets
from taper.exchange import open_file
from taper.record import Record, read_visit
from taper.sheets import PAPERS, MissingGlyph, Options, visit_pdf
from taper.sheets.press import press_pages
from taper.summary import visit_rows, visit_text
from taper.wording import SUPERVISION
from test_record import AT, VISIT, full, plan

LONG = "W" * 60
MANY: dict[str, Any] = VISIT | {
    "by": {"name": LONG},
    "taken": [
        {"from": f"2027-01-{day:02}", "to": f"2027-01-{day:02}", "doses_mg": {LONG: {"noon": "1"}}}
        for day in range(4, 32)
    ],
    "symptoms": [{"symptom": f"{'S' * 58}{at:02}", "level": 10} for at in range(40)],
    "scales": [{"name": LONG, "total": "100000"}],
    "note": "\n".join(["N" * 400, "word " * 600, "last line"]),
}


def long() -> Record:
    """A record of 60 visits, the last with everything as long as it may be."""
    regimen = [{"drug": LONG, "doses_mg": {"morning": "2", "noon": "4"}}]
    phases = [{"kind": "reduce", "drug": LONG, "by": {"amount_mg": "1"}, "every_days": 14,
               "until_mg": "0", "taking_from": ["morning", "noon"]}]  # fmt: skip
    record = Record.begin(plan(label="Q" * 60, regimen=regimen, phases=phases), AT)
    for _ in range(59):
        record = record.with_visit(
            read_visit({"on": "2027-01-31", "recorded": VISIT["recorded"], "note": "well"})
        )
    return record.with_visit(read_visit(MANY))


RECORDS = {"short": (full(), 1), "long": (long(), 60)}


@cache
def printed(name: str, paper: str = "a4") -> bytes:
    return visit_pdf(*RECORDS[name], Options(paper=paper, prepared_on=ON))


def joined(text: str) -> str:
    """Return text without its spaces: a long word is broken, a line goes on over the foot."""
    return "".join(text.split())


def body(pages: list[str]) -> Iterator[str]:
    """Yield what stands on the pages between head and foot."""
    for page in pages:
        _, _, rest = page.rpartition("Name ")
        yield rest.removeprefix("Date of birth ").partition(SUPERVISION)[0]


@pytest.mark.parametrize("name", RECORDS)
@pytest.mark.parametrize("paper", PAPERS)
def test_the_pages_say_line_by_line_what_the_text_says(name: str, paper: str) -> None:
    record, number = RECORDS[name]
    pages = texts(printed(name, paper))
    title, supervision, *said = visit_text(record, number).splitlines()
    assert all(flat(title) in page and supervision in page for page in pages)
    rows = [flat(f"{row} {words}") for row, words in visit_rows(record, number)]
    stands = joined("".join(body(pages))).casefold()  # names of drugs stand in tall letters
    assert stands == joined("".join(rows)).casefold()
    assert joined(" ".join(rows)) == joined("\n".join(said).replace(": ", " "))


@pytest.mark.parametrize("name", RECORDS)
def test_every_page_says_that_it_is_no_plan_to_follow(name: str) -> None:
    record, number = RECORDS[name]
    pages = texts(printed(name))
    version = record.version_on(record.visits[number - 1].on)
    assert version
    held = record.versions[version - 1].plan
    assert held
    for at, page in enumerate(pages, 1):
        said = "a record of what was told, not a plan to follow."
        assert f"Prepared on 1 December 2026; {said}" in page
        assert f"Fingerprint {held.fingerprint[:8]}, engine" in page
        assert f"page {at} of {len(pages)}" in page
        assert "DRAFT" not in page
        assert "This page:" not in page


def test_after_a_stop_the_plan_before_is_named() -> None:
    visit = VISIT | {"on": "2027-03-02", "taken": []}
    record = full().with_visit(read_visit(visit))
    held = record.versions[1].plan
    assert held
    assert held.fingerprint[:8] in texts(visit_pdf(record, 2, Options()))[0]


def test_a_visit_before_the_first_version_names_its_plan() -> None:
    before = {"on": "2027-01-02", "recorded": VISIT["recorded"]}
    record = Record.begin(plan(), AT).with_visit(read_visit(before))
    page = texts(visit_pdf(record, 1, Options()))[0]
    assert plan().fingerprint[:8] in page
    assert "By the plan" not in page


@pytest.mark.parametrize("name", RECORDS)
def test_the_record_comes_back_out_of_the_pdf(name: str) -> None:
    assert Record.from_document(open_file(printed(name))) == RECORDS[name][0]


def test_it_is_archivable_accessible_and_the_same_each_time() -> None:
    made = printed("short")
    assert made == visit_pdf(*RECORDS["short"], Options(prepared_on=ON))
    reader = PdfReader(io.BytesIO(made))
    assert reader.metadata
    assert flat(str(reader.metadata.title)) == "Visit 1, 1 February 2027"
    meta = reader.trailer["/Root"]["/Metadata"].get_data().decode()  # type: ignore[index]
    assert "<pdfaid:part>3</pdfaid:part>" in meta
    assert "<pdfuaid:part>1</pdfuaid:part>" in meta


@pytest.mark.parametrize("paper", PAPERS)
def test_nothing_runs_over_the_margins_or_the_foot(
    paper: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    ppi = 36
    monkeypatch.setattr(sheets, "press_pdf", partial(press_pages, ppi=ppi))
    found: Any = visit_pdf(*RECORDS["long"], Options(paper=paper))
    assert len(found) > 2
    for page in found:
        image = Image.open(io.BytesIO(page)).convert("L")
        width, height = image.size
        edge = ppi * 8 // 25
        foot = height - 56
        for box in (
            (0, 0, width, edge // 2),
            (0, 0, edge, height),
            (width - edge, 0, width, height),
            (0, height - edge, width, height),
            (0, foot + 2, width, foot + 5),
        ):
            assert min(image.crop(box).tobytes()) >= 250, box


def test_a_character_without_a_letter_is_refused_by_its_place() -> None:
    record = full().with_visit(read_visit(VISIT | {"taken": [], "note": "\U00013000"}))
    with pytest.raises(MissingGlyph, match=r"^note: .*U\+13000"):
        visit_pdf(record, 2, Options())

"""The sheets as files and on paper: their bytes, the plan in them, names, ink."""

import io
import json
import os
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from importlib.resources import files
from itertools import combinations
from typing import Any

import pytest
from PIL import Image, ImageFont
from pypdf import PdfReader, PdfWriter
from typst import TypstError

from read_tags import tags
from sheet_plans import (
    PLANS,
    SPACED,
    UNSPACED,
    made,
    plan,
    printed,
    read,
    tablet,
    texts,
    typed,
    whole,
)
from taper import Plan, Schedule, build_schedule
from taper.confirmation import confirm
from taper.sheets import (
    FOR_PATIENTS,
    SHEETS,
    MissingGlyph,
    Options,
    attached_document,
    drawings,
    pages,
    pdf,
)
from taper.sheets.press import press_pdf

# ------------------------------------------------------------------------------- the file itself


def test_the_same_arguments_give_the_same_bytes_anywhere() -> None:
    code = """
import hashlib, json, sys
from taper import Plan, build_schedule
from taper.sheets import Options, pdf
schedule = build_schedule(Plan.from_document(json.load(sys.stdin)))
print(hashlib.sha256(pdf(schedule, Options(sheets=("patient", "pharmacy")))).hexdigest())
"""
    sources = os.pathsep.join(path for path in sys.path if path)
    hashes = {
        subprocess.run(
            [sys.executable, "-c", code],
            input=json.dumps(PLANS["one drug"]),
            capture_output=True,
            text=True,
            check=True,
            env={"PYTHONPATH": sources, "TZ": zone, "PYTHONHASHSEED": seed, "PATH": ""},
        ).stdout
        for zone, seed in (("Pacific/Kiritimati", "1"), ("Pacific/Honolulu", "2"))
    }
    assert len(hashes) == 1


def test_twenty_threads_print_what_one_prints() -> None:
    def document(at: int) -> Schedule:
        start = (date(2026, 12, 7) + timedelta(at)).isoformat()
        return build_schedule(Plan.from_document(PLANS["one drug"] | {"start": start}))

    schedules = [document(at) for at in range(20)]
    alone = [pdf(schedule) for schedule in schedules]
    with ThreadPoolExecutor(20) as pool:
        assert list(pool.map(pdf, schedules)) == alone
    assert len(set(alone)) == 20


@pytest.mark.parametrize("name", PLANS)
def test_the_plan_comes_back_out_of_the_sheet(name: str) -> None:
    plan_ = Plan.from_json(attached_document(printed(name)))
    assert plan_.fingerprint == made(name).plan.fingerprint


def test_what_carries_no_plan_is_refused_in_plain_words() -> None:
    blank, locked = PdfWriter(), PdfWriter(clone_from=io.BytesIO(printed("one drug")))
    blank.add_blank_page(100, 100)
    locked.encrypt("secret", algorithm="RC4-128")
    intact = printed("one drug")
    for data, word in (
        (b"", "not a PDF"),
        (b"GIF89a", "not a PDF"),
        (intact[:5000], "damaged|carries no plan"),
        (b"%PDF-1.7\nnothing", "damaged"),
        (_saved(blank), "carries no plan"),
        (_saved(locked), "locked"),
    ):
        with pytest.raises(ValueError, match=word):
            attached_document(data)


@pytest.mark.parametrize("at", range(0, 40_000, 3_999))
def test_a_damaged_file_gives_the_plan_or_a_plain_word(at: int) -> None:
    data = bytearray(printed("one drug"))
    data[at : at + 40] = b"\x00" * 40
    said = ""
    try:
        attached_document(bytes(data))
    except ValueError as error:
        said = str(error)
    assert not said or said.startswith("This ")


def _saved(writer: PdfWriter) -> bytes:
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def test_the_file_says_that_it_is_archivable_and_accessible() -> None:
    reader = PdfReader(io.BytesIO(printed("one drug")))
    xmp = reader.trailer["/Root"]["/Metadata"].get_data().decode()  # type: ignore[index]
    assert "<pdfaid:part>3<" in xmp
    assert "<pdfuaid:part>1<" in xmp
    assert reader.metadata is not None
    assert reader.metadata.title == "Your medicine plan"


@pytest.mark.parametrize(("paper", "size"), [("a4", (595, 842)), ("letter", (612, 792))])
def test_paper(paper: str, size: tuple[int, int]) -> None:
    box = PdfReader(io.BytesIO(printed("one drug", "patient", paper))).pages[0].mediabox
    assert (round(box.width), round(box.height)) == size


def test_sheets_printed_together_count_their_own_pages() -> None:
    found = texts(pdf(made("one drug"), Options(sheets=tuple(SHEETS))))
    counts = [re.search(r"page (\d+) of (\d+)", text) for text in found]
    numbers = [(int(count[1]), int(count[2])) for count in counts if count]
    lengths = [len(read("one drug", sheet)) for sheet in SHEETS]
    assert numbers == [(at, count) for count in lengths for at in range(1, count + 1)]


@pytest.mark.parametrize("wrong", [{"sheets": ()}, {"sheets": ("x",)}, {"paper": "a5"}])
def test_what_cannot_be_printed_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="must be one of"):
        pdf(made("one drug"), Options(**wrong))


@pytest.mark.parametrize(
    ("place", "most", "said"),
    [
        ("call", 200, "call: must be at most 200 characters, got 201"),
        ("coping", 1000, "coping: must be at most 1000 characters, got 1001"),
    ],
)
def test_words_for_the_patient_have_their_length(place: str, most: int, said: str) -> None:
    longest: Any = {place: "x" * most}
    assert Options(**longest).words()[place] == longest[place]
    with pytest.raises(ValueError, match=f"^{said}$"):
        Options(**{place: longest[place] + "x"})


def test_drawn_on_the_screen_it_has_the_pages_of_the_print() -> None:
    drawn = drawings(made("one drug"), Options())
    assert len(drawn) == len(read("one drug"))
    assert all(page.startswith("<svg ") for page in drawn)


# ----------------------------------------------------------------------------------------- names


@pytest.mark.parametrize("sheet", SHEETS)
def test_names_are_printed_as_typed(sheet: str) -> None:
    said = whole("hostile", sheet)
    for name in ('#panic("x")', "*bold* _and_ $x$ <script>", SPACED):
        assert name in said, name
    assert UNSPACED in said.replace(" ", "")


@pytest.mark.parametrize(
    ("character", "code"),
    [("日", "U+65E5"), ("😀", "U+1F600"), ("\ue000", "U+E000")],
)
@pytest.mark.parametrize("make", [pdf, pages, drawings])
def test_a_character_without_a_letter_is_refused_by_name(
    character: str, code: str, make: Any
) -> None:
    schedule = build_schedule(
        Plan.from_document(
            plan(
                {f"drug {character}": {"noon": "1"}},
                {"kind": "hold", "days": 1},
                {"kind": "maintain"},
            )
        )
    )
    with pytest.raises(MissingGlyph, match=re.escape(code)) as caught:
        make(schedule, Options())
    assert caught.value.character == character
    assert caught.value.place == "regimen[0].drug"
    with pytest.raises(MissingGlyph, match=r"^coping: ") as caught:
        make(made("one drug"), Options(coping=character))
    confirmed = confirm(
        made("one drug"), "A. Clinician", f"GP {character}", datetime(2026, 12, 1, tzinfo=UTC)
    )
    with pytest.raises(MissingGlyph, match=r"^role: "):
        make(made("one drug"), Options(confirmed=confirmed))


def test_what_typst_itself_finds_wrong_is_not_taken_for_a_letter() -> None:
    with pytest.raises(TypstError, match='does not contain key "size"'):
        press_pdf({"sheet": "{}"}, dict)


@pytest.mark.parametrize("name", ["Łoperamid", "зопиклон", "γ-hydroxy", "naïve é ü ß ş", "a — b"])
def test_letters_of_europe_are_printed(name: str) -> None:
    document = plan({name: {"noon": "1"}}, {"kind": "hold", "days": 1}, {"kind": "maintain"})
    text = " ".join(texts(pdf(build_schedule(Plan.from_document(document)))))
    assert f"{name} 1 mg (as your pharmacist tells you) 1 mg" in text


# ------------------------------------------------------------------------------------------- ink


PPI = 36
FOOT = 49
"""98 points; the longest label needs a line more."""


def darkest(image: Image.Image, box: tuple[int, int, int, int]) -> int:
    return min(image.crop(box).tobytes())


def between_text_and_foot(image: Image.Image, more: int = 0) -> int:
    """Return the darkest of the band above the foot, where text that runs over would stand."""
    foot = image.height - FOOT - more
    return darkest(image, (0, foot + 2, image.width, foot + 5))


HOWS = {
    "a4": Options(),
    "letter": Options(paper="letter"),
    "large": Options(size="large"),
    "large, letter, without dates": Options(size="large", paper="letter", dated=False),
}


def margins_are_clear(schedule: Schedule, how: Options, more: int = 0) -> None:
    sheets = FOR_PATIENTS if how.size == "large" else tuple(SHEETS)
    for page in pages(schedule, replace(how, sheets=sheets, example=True), PPI):
        image = Image.open(io.BytesIO(page)).convert("L")
        width, height = image.size
        edge = PPI * 8 // 25
        for box in (
            (0, 0, width, edge // 2),
            (0, 0, edge, height),
            (width - edge, 0, width, height),
            (0, height - edge, width, height),
        ):
            assert darkest(image, box) >= 250, box
        # The marks behind the text are light.
        assert between_text_and_foot(image, more) >= 200


@pytest.mark.parametrize("how", HOWS.values(), ids=HOWS)
@pytest.mark.parametrize("name", ["hostile", "four times, two drugs", "seven times"])
def test_no_ink_in_the_margins_nor_between_text_and_foot(name: str, how: Options) -> None:
    margins_are_clear(made(name), how, 7 if name == "hostile" else 0)


def largest() -> Schedule:
    """The longest names with the longest figures, at four times of the day."""
    wide, other = UNSPACED, "M" * 60
    most = dict.fromkeys(("morning", "noon", "evening", "bedtime"), "99999.9999")
    return build_schedule(
        Plan.from_document(
            plan(
                {wide: most, other: {"noon": "0.0001"}},
                typed((7, {wide: most, other: most}), (7, {other: {"noon": "88888.8888"}})),
                {"kind": "maintain"},
            )
        )
    )


@pytest.mark.parametrize("how", HOWS.values(), ids=HOWS)
def test_the_largest_doses_stay_out_of_margins_and_foot(how: Options) -> None:
    margins_are_clear(largest(), how)


@pytest.mark.parametrize(
    ("sheet", "size"), [("clinician", "standard"), ("patient", "standard"), ("patient", "large")]
)
def test_no_figure_runs_into_the_next(sheet: str, size: str) -> None:
    face = str(files("font_source_sans_pro") / "files" / "SourceSansPro-Regular.ttf")
    font = ImageFont.truetype(face, 100)
    found: list[tuple[float, float, float]] = []

    def seen(text: str, page: list[float], line: list[float], _: object, points: float) -> None:
        if text.strip().endswith(("mg", "%")):
            x, y = page[4] + line[4], page[5] + line[5]
            found.append((x, x + font.getlength(text.strip()) / 100 * points, y))

    count = 0
    for page in PdfReader(io.BytesIO(pdf(largest(), Options((sheet,), size=size)))).pages:
        found.clear()
        page.extract_text(visitor_text=seen)
        count += len(found)
        for (first, end, y), (start, _, other) in combinations(sorted(found), 2):
            assert end <= start or abs(y - other) > 6, (first, end, start, y)
    assert count > 8


def test_doses_too_many_for_a_page_go_on_on_the_next() -> None:
    times = [f"time {hour}" for hour in range(24)]
    drugs = [f"medicine {at}" for at in range(4)]
    schedule = build_schedule(
        Plan.from_document(
            plan(
                {drug: dict.fromkeys(times, "17.5") for drug in drugs},
                {"kind": "hold", "days": 1},
                {"kind": "maintain"},
                times=times,
                products=[tablet(drug, mg) for drug in drugs for mg in ("10", "5")],
            )
        )
    )
    found = pages(schedule, Options(sheets=tuple(SHEETS)), PPI)
    assert len(found) > 6
    for page in found:
        assert between_text_and_foot(Image.open(io.BytesIO(page)).convert("L")) >= 250


def test_large_print_sets_days_under_headings_where_a_table_has_no_room() -> None:
    """Date, medicine, time and amount side by side ran into one another."""
    for size, kind in (("standard", "Table"), ("large", "H2")):
        found = tags(pdf(made("seven times"), Options(size=size)))
        assert [tag.kind for tag in found if "Monday 18 January 2027" in tag.text] == [kind]

"""What leaves for other programs: CSV and text to paste, compared with the schedule."""

import csv
import io
import json
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from PIL import Image
from pypdf import PdfWriter

from sheet_plans import UNSPACED, made, plan, printed, tablet
from strategies import contract_examples, schedules
from taper import InvalidPlan, Plan, Schedule, build_schedule
from taper.amount import plain
from taper.confirmation import confirm
from taper.document import Fault
from taper.exchange import (
    SHAPES,
    csv_text,
    directions,
    directions_by_step,
    frame,
    open_file,
)
from taper.sheets import pages


def rows_of(schedule: Schedule, shape: str) -> list[dict[str, str]]:
    text = csv_text(schedule, shape).decode("utf-8")
    assert text.startswith("\ufeff")
    assert text.count("\r\n") == text.count("\n")
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"), newline=""), strict=True))


def days_of(schedule: Schedule) -> Iterator[tuple[date, str, str, Fraction]]:
    for step in schedule.steps:
        for after in range(step.days):
            for part in step.drugs:
                for dose in part.doses:
                    yield step.start + timedelta(after), part.drug, dose.time, dose.mg


class TestSameEverywhere:
    """P10: Every output says the same as the schedule, row for row."""

    @given(schedules)
    def test_daily(self, schedule: Schedule) -> None:
        rows = rows_of(schedule, "daily")
        taken = [
            (date.fromisoformat(row["date"]), row["drug"], row["time"], Fraction(row["dose_mg"]))
            for row in rows
            if row["drug"]
        ]
        assert taken == list(days_of(schedule))
        # P4: every day is there, a day without a dose as well.
        last = schedule.steps[-1].end
        every = {
            schedule.plan.start + timedelta(n) for n in range((last - schedule.plan.start).days + 1)
        }
        assert {date.fromisoformat(row["date"]) for row in rows} == every

    @given(schedules)
    def test_supply(self, schedule: Schedule) -> None:
        rows = rows_of(schedule, "supply")
        assert [
            (row["from"], row["to"], row["drug"], row["count"], row["packs"]) for row in rows
        ] == [
            (
                row.start.isoformat(),
                row.end.isoformat(),
                schedule.plan.products[row.product].drug,
                plain(row.count),
                "" if row.packs is None else str(row.packs),
            )
            for row in schedule.supply
        ]

    @given(schedules)
    def test_directions(self, schedule: Schedule) -> None:
        text = directions(schedule)
        assert max(map(len, text.splitlines())) <= 72
        assert "A clinician has to supervise" in text
        flat = re.sub(r"\s+", " ", text)
        for step in schedule.steps:
            assert (
                f"Step {step.number}: {step.start:%A} {step.start.day} {step.start:%B %Y} to"
                in flat
            )
            for part in step.drugs:
                assert f"{part.drug} {plain(part.total)} mg a day" in re.sub(
                    r"(?<=\d),(?=\d{3})", "", flat
                )


class TestText:
    def test_the_longest_names_stay_within_72_columns(self) -> None:
        time = "T" * 60
        document = plan(
            {UNSPACED: {time: "49999.5"}},
            {"kind": "hold", "days": 7},
            {"kind": "maintain"},
            times=[time],
            label="Q" * 60,
            products=[tablet(UNSPACED, "0.5", 1, label="B" * 500)],
        )
        text = directions(build_schedule(Plan.from_document(document)))
        assert max(map(len, text.splitlines())) <= 72
        for whole in (UNSPACED, time, "Q" * 60, "B" * 500, "49,999.5 mg", "99,999 tablets"):
            assert whole.replace(" ", "") in re.sub(r"\s", "", text)

    def test_one_line_a_step(self) -> None:
        lines = directions_by_step(made("alternate days")).splitlines()
        assert len(lines) == len(made("alternate days").steps) + 1
        assert lines[1] == (
            "DRAFT, not yet confirmed by a clinician. Monday 21 December 2026 to"
            " Sunday 3 January 2027: prednisone 5 mg a day: morning 5 mg (1 tablet of 5 mg)."
        )
        assert lines[4].endswith("Wednesday 6 January 2027: no dose.")
        assert lines[-1].endswith("2027: no more doses.")

    def test_a_confirmed_schedule_says_by_whom(self) -> None:
        schedule = made("one drug")
        confirmed = confirm(schedule, "A. Clinician", "GP", datetime(2026, 12, 1, tzinfo=UTC))
        for text in (directions(schedule, confirmed), directions_by_step(schedule, confirmed)):
            flat = re.sub(r"\s+", " ", text)
            assert "Confirmed by A. Clinician, GP, on 1 December 2026." in flat
            assert "DRAFT" not in flat


def named(drug: str, label: str = "box") -> Schedule:
    return build_schedule(
        Plan.from_document(
            {
                "format": "taper-plan/1",
                "start": "2027-01-04",
                "times": ["=morning"],
                "regimen": [{"drug": drug, "doses_mg": {"=morning": "1500"}}],
                "products": [
                    {
                        "drug": drug,
                        "form": "tablet",
                        "strength_mg": "1000",
                        "pieces": 2,
                        "label": label,
                    }
                ],
                "phases": [
                    {
                        "kind": "set",
                        "steps": [{"days": 2, "doses_mg": {drug: {"=morning": "500"}}}],
                    },
                    {"kind": "set", "steps": [{"days": 1, "doses_mg": {drug: {}}}]},
                    {"kind": "stop", "drug": "other"},
                ][:2],
            }
        )
    )


class TestSafe:
    """P16: Exports cannot run code."""

    @pytest.mark.parametrize("drug", ["=HYPERLINK(1)", "+1", "-1", "@SUM", '="a";b,"c'])
    def test_b57_a_cell_never_starts_a_formula(self, drug: str) -> None:
        made = named(drug)
        for shape in SHAPES:
            for row in rows_of(made, shape):
                cells = [
                    cell for cell in row.values() if cell and not re.fullmatch(r"-?[0-9.]+", cell)
                ]
                assert not [cell for cell in cells if cell[0] in "=+-@\t\r"]
                assert f"'{drug}" in cells or not row["drug"]

    def test_a_change_down_stays_a_number(self) -> None:
        assert rows_of(named("a"), "steps")[0]["change_mg"] == "-1000"

    def test_numbers_have_no_comma_in_files(self) -> None:
        assert "1,000" not in csv_text(named("a"), "steps").decode()
        assert "1000 mg" in csv_text(named("a"), "steps").decode()

    def test_what_was_typed_keeps_its_comma(self) -> None:
        text = csv_text(named("a", label="0,125 g"), "supply").decode()
        assert "1000 mg tablet (0,125 g)" in text

    def test_a_day_without_a_dose_has_its_row(self) -> None:
        rows = rows_of(named("a"), "daily")
        assert [(row["date"], row["drug"], row["dose_mg"]) for row in rows] == [
            ("2027-01-04", "a", "500"),
            ("2027-01-05", "a", "500"),
            ("2027-01-06", "", "0"),
        ]


class TestOpen:
    def test_a_json_file(self) -> None:
        plan = Plan.from_document(contract_examples()["page-sample"]["plan"])
        assert (
            Plan.from_document(open_file(plan.to_json().encode())).fingerprint == plan.fingerprint
        )

    @pytest.mark.parametrize(
        "data", [b"", b"\x89PNG", b"%PDF-1.7", b"%PDF-1.7\n%%EOF", b"PK\x03\x04"]
    )
    def test_what_is_no_plan_is_refused_with_a_plain_word(self, data: bytes) -> None:
        with pytest.raises(InvalidPlan) as caught:
            open_file(data)
        assert str(caught.value)

    @pytest.mark.parametrize("before", [b"", b"\r\n", b"X-Mail: a line put before it\r\n\r\n"])
    def test_a_pdf_with_lines_before_it(self, before: bytes) -> None:
        plan = Plan.from_document(open_file(before + printed("one drug")))
        assert plan.fingerprint == made("one drug").plan.fingerprint

    def test_a_plan_that_names_a_pdf_is_no_pdf(self) -> None:
        document = contract_examples()["page-sample"]["plan"] | {"label": "%PDF-1.7"}
        assert open_file(json.dumps(document).encode()) == document

    def test_a_sheet_that_was_printed_and_scanned(self) -> None:
        image = Image.open(io.BytesIO(pages(made("one drug"), ppi=36)[0])).convert("L")
        scan = io.BytesIO()
        image.save(scan, "PDF")
        with pytest.raises(InvalidPlan, match="A scan or a photo of a sheet carries none"):
            open_file(scan.getvalue())

    def test_a_plan_in_a_pdf_is_read_as_strictly_as_one_alone(self) -> None:
        file, packed = PdfWriter(), io.BytesIO()
        file.add_blank_page(100, 100)
        file.add_attachment("plan.json", b'{"a": 1, "a": 2}')
        file.write(packed)
        with pytest.raises(InvalidPlan) as caught:
            open_file(packed.getvalue())
        assert caught.value.faults == (Fault("a", "must stand there once, got it twice"),)

    def test_what_grows_when_it_is_unpacked_is_refused(self) -> None:
        bomb = PdfWriter()
        bomb.add_blank_page(100, 100)
        for _ in range(3):
            bomb.add_attachment("plan.json", b" " * 100_000_000)
        packed = io.BytesIO()
        bomb.write(packed)
        with pytest.raises(InvalidPlan, match="too large"):
            open_file(packed.getvalue())


@pytest.mark.parametrize("shape", SHAPES)
@given(schedule=schedules)
def test_a_data_frame_says_what_the_csv_says(shape: str, schedule: Schedule) -> None:
    made = frame(schedule, shape)
    rows = list(csv.reader(io.StringIO(csv_text(schedule, shape).decode("utf-8-sig"), newline="")))
    assert list(made.columns) == rows[0]
    for row, cells in zip(made.itertuples(index=False), rows[1:], strict=True):
        assert ["" if value is None else str(value) for value in row] == [
            cell.removeprefix("'") for cell in cells
        ]

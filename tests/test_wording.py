"""No dangerous shorthand in any output: a lint over the words of generated plans (P18)."""

import io
import json
import re
from collections.abc import Iterator
from random import Random
from typing import Any

import pytest
from pypdf import PdfReader

from random_plans import random_plan
from strategies import contract_examples
from taper import InvalidPlan, Plan, Schedule, build_schedule
from taper.exchange import SHAPES, csv_text, directions
from taper.sheets import SHEETS, Options, pdf
from taper.wording import lettered, lettered_text

UNIT = r"(?:mg|mL|%|tablets?|capsules?|days?)"
FORBIDDEN = {
    "a trailing zero": rf"\d\.\d*0[ \u00a0]{UNIT}",
    "a bare decimal point": rf"(?<![\d.])\.\d+[ \u00a0]{UNIT}",
    "a point without digits": rf"\d\.[ \u00a0]{UNIT}\b",
    "no space before the unit": r"\d(?:mg|mL)\b",
    "a fraction with a slash": r"\b[1-9]/[2-9]\b",
    "an abbreviation": r"\b(?:QD|QOD|BID|TID|QHS|qd|bid|mcg|µg|μg|tsp|teaspoons?|cc)\b",
    "mL without a capital": r"\d[ \u00a0]ml\b",
    "a reduction by": r"\bdecrease",
    # Taken out of a PDF, the next cell of a table may follow a sentence without a space.
    "a stop after the unit": r"\bmg\.(?=[a-z,;])",
    "minus zero": r"[-−]0[ \u00a0](?:mg|%)",
}
PATIENT = {"a reduction": r"(?i)\breduc|\bdecreas|\btaper"}


def words_of(schedule: Schedule) -> Iterator[tuple[str, str]]:
    """Yield every text output but the PDF, by name."""
    document = schedule.to_document()
    said = [part["basis"] for step in document["steps"] for part in step["drugs"]]
    yield "basis", "\n".join(said)
    yield "findings", "\n".join(finding["text"] for finding in document["findings"])
    yield "directions", directions(schedule)
    for shape in SHAPES:
        yield f"csv {shape}", csv_text(schedule, shape).decode()


def lint(name: str, text: str, rules: dict[str, str]) -> list[str]:
    # Names that were typed are not ours: labels, drugs, times of day such as 06:00.
    return [
        f"{name}: {what}: {text[max(0, found.start() - 30) : found.end() + 20]!r}"
        for what, rule in rules.items()
        for found in re.finditer(rule, text)
    ]


def generated(seeds: range) -> Iterator[Schedule]:
    for seed in seeds:
        try:
            yield build_schedule(Plan.from_document(random_plan(Random(seed))))
        except InvalidPlan:
            continue


def lint_texts(seeds: range) -> int:
    count = 0
    for schedule in generated(seeds):
        count += 1
        for name, text in words_of(schedule):
            assert lint(name, text, FORBIDDEN) == [], schedule.plan.to_json()
            # A comma from 1,000 stands on screen and paper, none in files.
            in_file = name != "directions"
            assert not (in_file and re.search(r"[0-9],[0-9]{3}[ \u00a0]mg", text)), name
    return count


def lint_sheets(schedules: Iterator[Schedule]) -> int:
    count = 0
    for schedule in schedules:
        count += 1
        for sheet in SHEETS:
            reader = PdfReader(io.BytesIO(pdf(schedule, Options(sheets=(sheet,)))))
            text = "\n".join(page.extract_text() for page in reader.pages)
            assert lint(sheet, text, FORBIDDEN) == []
            if sheet == "patient":
                assert lint(sheet, text.replace("Taper", ""), PATIENT) == []
    return count


def test_text_outputs_of_generated_plans() -> None:
    assert lint_texts(range(20_000, 20_150)) > 90


def test_sheets_of_some_plans() -> None:
    plans = [case["plan"] for case in contract_examples().values()][::7]
    assert lint_sheets(build_schedule(Plan.from_document(plan)) for plan in plans) == len(plans)


@pytest.mark.long
@pytest.mark.parametrize("block", range(14))
def test_text_outputs_at_length(block: int) -> None:
    """With the quick test, over 5,000 plans that make a schedule."""
    assert lint_texts(range(30_000 + 500 * block, 30_500 + 500 * block)) > 350


@pytest.mark.long
@pytest.mark.parametrize("block", range(8))
def test_sheets_at_length(block: int) -> None:
    """Over 300 plans, three sheets each."""
    assert lint_sheets(generated(range(40_000 + 60 * block, 40_060 + 60 * block))) > 38


@pytest.mark.parametrize(
    "wrong",
    [
        "take 5.0 mg", "take .5 mg", "take 5. mg", "take 5mg", "1/2 tablet", "5 mg QD", "20 µg",
        "a teaspoon", "5 ml", "decrease 5 mg", "-0 mg",
    ],
)  # fmt: skip
def test_the_lint_sees_what_it_is_for(wrong: str) -> None:
    assert lint("", wrong, FORBIDDEN)


class TestTallMan:
    """Tall-man letters for clinicians and pharmacists; plain for patients, as typed in files."""

    def plan(self) -> dict[str, Any]:
        document: dict[str, Any] = json.loads(
            json.dumps(contract_examples()["page-sample"]["plan"])
        )
        return document

    def test_names_on_the_list(self) -> None:
        assert lettered("alprazolam") == "ALPRAZolam"
        assert lettered("clonazepam") == "clonazePAM"
        assert lettered("own mixture") == "own mixture"
        text = "clonazepam 1 mg, clonazepamide 1 mg"
        assert lettered_text(text, ["clonazepam"]) == "clonazePAM 1 mg, clonazepamide 1 mg"

    def test_each_output_has_its_letters(self) -> None:
        schedule = build_schedule(Plan.from_document(self.plan()))
        for sheet, tall in (("patient", False), ("pharmacy", True), ("clinician", True)):
            reader = PdfReader(io.BytesIO(pdf(schedule, Options(sheets=(sheet,)))))
            text = "\n".join(page.extract_text() for page in reader.pages)
            assert ("clonazePAM" in text) == tall
            assert ("clonazepam" in text) != tall
        for shape in SHAPES:
            assert "clonazePAM" not in csv_text(schedule, shape).decode()
        assert "clonazePAM" not in json.dumps(schedule.to_document())

"""The printed sheets say what the schedule says, on every page."""

import importlib
import io
import json
import re
import warnings
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from itertools import groupby
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader

from sheet_plans import ON, PLANS, lines, made, plan, read, reduce, tablet, texts, typed, whole
from taper import Plan, Schedule, build_schedule
from taper.confirmation import Confirmation, confirm
from taper.dispensing import Take
from taper.plan_words import phase_sentence
from taper.schedule import ENGINE, sketch
from taper.sheets import SHEETS, SIZES, Options, pdf, pictures, plain, words
from taper.sheets.days import Naming
from taper.steps import DrugStep, Step
from taper.wording import ALWAYS, EMERGENCY, lettered_text

EXAMPLES = sorted((Path(__file__).parent / "cases" / "examples").glob("*.json"))[::6]

# ---------------------------------------------------------------- written apart from the sheets


def spelled(day: date) -> str:
    return f"{day:%A} {day.day} {day:%B} {day.year}"


def dates(start: date, end: date) -> str:
    return spelled(start) if start == end else f"{spelled(start)} to {spelled(end)}"


def number(value: Fraction) -> str:
    return f"{float(value):,.4f}".rstrip("0").rstrip(".")


def amount(schedule: Schedule, take: Take) -> str:
    product = schedule.plan.products[take.product].model_dump()
    if product["form"] == "oral liquid":
        strength = number(Fraction(product["mg_per_ml"]))
        return f"{number(take.count)} mL of the liquid ({strength} mg in 1 mL)"
    whole, part = divmod(take.count, 1)
    sign = {0: "", 1: "¼", 2: "½", 3: "¾"}[int(part * 4)]
    figure = (f"{whole}" if whole or not sign else "") + sign
    noun = product["form"] + ("s" if take.count > 1 else "")
    return f"{figure} {noun} of {number(Fraction(product['strength_mg']))} mg"


def blocks(schedule: Schedule) -> Iterator[tuple[str, tuple[DrugStep, ...]]]:
    """Yield the dates of the same doses with these doses."""

    def doses(step: Step) -> object:
        return [(drug.drug, [(d.time, d.mg, d.take) for d in drug.doses]) for drug in step.drugs]

    for _, group in groupby(schedule.steps, key=doses):
        steps = list(group)
        yield dates(steps[0].start, steps[-1].end), steps[0].drugs


def stands_in_order(parts: list[str], text: str) -> None:
    at = 0
    for part in parts:
        found = text.find(part, at)
        assert found >= 0, f"{part!r} is not in {text[at : at + 300]!r}"
        at = found + len(part)


# ------------------------------------------------------------------------------ the patient's sheet


@pytest.mark.parametrize("name", [name for name in PLANS if name != "hostile"])
def test_every_dose_of_the_schedule_stands_under_its_dates(name: str) -> None:
    schedule = made(name)
    text = whole(name)
    # In a table with several drugs a date is set after the first row that it stands beside.
    beside = name == "seven times"
    before = at = 0
    found = list(blocks(schedule))
    for (heading, drugs), after in zip(found, [*found[1:], ("", ())], strict=True):
        start = text.find(heading, at)
        assert start >= 0, heading
        end = text.find(after[0], start + len(heading)) if after[0] else len(text)
        assert end > start, after[0]
        block = text[before if beside else start : end]
        before, at = start + len(heading), end
        for drug in drugs:
            parts = [drug.drug] if len(schedule.plan.regimen) > 1 else []
            for dose in drug.doses:
                if dose.take is None:
                    parts.append(f"{number(dose.mg)} mg (as your pharmacist tells you)")
                parts += [amount(schedule, take) for take in dose.take or ()]
            stands_in_order([*parts, f"{number(drug.total)} mg"], block)
        if not drugs:
            assert "none none" in block


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_examples_print_with_all_their_dates(path: Path) -> None:
    schedule = build_schedule(Plan.from_document(json.loads(path.read_text())["plan"]))
    text = " ".join(texts(pdf(schedule)))
    stands_in_order([heading for heading, _ in blocks(schedule)], text)


def test_a_number_of_tablets_is_written_in_words_too() -> None:
    text = whole("alternate days")
    assert "¾ tablet of 5 mg (three quarters)" in text
    assert "1½ tablets of 5 mg (one and a half)" in text
    assert "four tablets" not in text
    assert "4 tablets of 2 mg (four)" in whole("sixty steps")


@pytest.mark.parametrize("name", PLANS)
def test_emergency_signs_and_what_is_always_said_come_before_the_first_dose(name: str) -> None:
    first = read(name)[0]
    said = [
        "Your medicine plan", "Name", "Date of birth", "Get emergency help now for:", *EMERGENCY,
        "Call", *ALWAYS, "Call",
    ]  # fmt: skip
    stands_in_order(said, first)
    heading = next(blocks(made(name)))[0]
    text = whole(name)
    assert text.find(heading, text.find(ALWAYS[-1])) > 0


@pytest.mark.parametrize("sheet", SHEETS)
@pytest.mark.parametrize("name", PLANS)
def test_every_page_says_who_supervises_which_plan_and_which_page(name: str, sheet: str) -> None:
    found = read(name, sheet)
    plan_ = made(name).plan
    for at, text in enumerate(found, 1):
        assert "A clinician has to supervise this plan." in text
        assert "Prepared on 1 December 2026; replaces every sheet prepared before." in text
        assert f"page {at} of {len(found)}" in text
        assert f"Fingerprint {plan_.fingerprint[:8]}, engine" in text
        assert plan_.label is None or plan_.label in text.replace(" ", "") or plan_.label in text
        assert "DRAFT, not yet confirmed by a clinician" in text
        assert re.search(r"(This page|The plan): ", text)
        assert (f"continued on page {at + 1}" in text) == (at < len(found))


def test_the_dates_of_a_page_are_those_of_its_doses() -> None:
    schedule = made("sixty steps")
    spans = []
    for text in read("sixty steps"):
        for first, last in re.findall(r"This page: (\d+ \w+ \d+) to (\d+ \w+ \d+)\.", text):
            spans.append((first, last))
    starts = {f"{step.start.day} {step.start:%B} {step.start.year}" for step in schedule.steps}
    ends = [f"{step.end.day} {step.end:%B} {step.end.year}" for step in schedule.steps]
    assert len(spans) > 3
    assert all(first in starts and last in ends for first, last in spans)
    assert spans[-1][1] == ends[-1]


def test_marks_are_printed_as_asked_for() -> None:
    schedule = made("one drug")
    reviewed = confirm(schedule, "A. Clinician", "GP", datetime(2026, 12, 1, 14, 3, tzinfo=UTC))
    final = texts(pdf(schedule, Options(confirmed=reviewed)))
    example = texts(pdf(schedule, Options(confirmed=reviewed, example=True)))
    assert not any("DRAFT" in text or "EXAMPLE" in text for text in final)
    said = "Reviewed by A. Clinician, GP, on 1 December 2026 at 14:03."
    assert all(said in text for text in final)
    assert all(text.count("EXAMPLE") == 2 and "DRAFT" not in text for text in example)
    of_another = texts(pdf(made("sixty steps"), Options(confirmed=reviewed)))
    assert all("DRAFT" in text and said not in text for text in of_another)
    assert all(text.count("DRAFT") == 2 for text in texts(pdf(schedule)))


def test_a_replaced_version_says_so_on_each_page_and_replaces_nothing() -> None:
    schedule = made("one drug")
    options = Options(tuple(SHEETS), replaces=date(2026, 1, 4), replaced_on=date(2027, 2, 1))
    printed = texts(pdf(schedule, options))
    assert len(printed) > len(SHEETS)
    assert all("REPLACED on 1 February 2027" in text for text in printed)
    assert all("; replaced on 1 February 2027." in text for text in printed)
    assert not any("replaces" in text for text in printed)


def test_the_foot_is_as_high_as_its_lines() -> None:
    schedule = made("one drug")

    def height(replaces: date | None = None, replaced_on: date | None = None) -> float:
        found: list[float] = []

        def seen(text: str, page: list[float], line: list[float], *rest: object) -> None:
            if "A clinician has to supervise" in text:
                found.append(page[5] + page[3] * line[5])

        options = Options(prepared_on=ON, replaces=replaces, replaced_on=replaced_on)
        first = PdfReader(io.BytesIO(pdf(schedule, options))).pages[0]
        first.extract_text(visitor_text=seen)
        return found[0]

    before, after = date(2026, 11, 2), date(2027, 2, 1)
    assert height(replaces=before) - height() == pytest.approx(14, abs=0.1)
    assert height(replaces=before, replaced_on=after) == pytest.approx(height(), abs=0.1)


def test_without_a_day_there_is_a_line_to_write_it_on() -> None:
    assert "Prepared on ; replaces every sheet" in texts(pdf(made("one drug")))[0]


def test_a_later_version_says_which_plan_it_replaces() -> None:
    options = Options(prepared_on=ON, replaces=date(2026, 11, 2))
    said = "replaces the plan from 2 November 2026 and every sheet prepared before."
    for text in texts(pdf(made("one drug"), options)):
        assert f"Prepared on 1 December 2026; from 7 December 2026 it {said}" in text
    dateless = texts(pdf(made("one drug"), replace(options, dated=False)))
    assert all(f"Prepared on 1 December 2026; {said}" in text for text in dateless)


@pytest.mark.parametrize("name", PLANS)
def test_the_patient_reads_only_the_dose_to_take(name: str) -> None:
    text = whole(name).lower()
    for word in ("reduc", "decreas", "taper", "ideal", "%", "mcg", "µg", "qd", "prn"):
        assert word not in text, word


@pytest.mark.parametrize("sheet", SHEETS)
@pytest.mark.parametrize("name", PLANS)
def test_no_amount_can_be_misread(name: str, sheet: str) -> None:
    text = whole(name, sheet)
    text = re.sub(r"engine \d+\.\d+\.\d+|\d\d:\d\d|[0-9a-f]{64}", "", text)
    assert not re.search(r"\d\.\d*0(?!\d)", text), "trailing zero"
    assert not re.search(r"(^|[\s(+−-])\.\d", text), "no leading zero"
    assert not re.search(r"\d(mg|mL|g\b|ml\b)", text), "no space before the unit"
    assert not re.search(r"\d/\d|½\d|\bml\b|\b[1-9]\d{3,} mg", text)


@pytest.mark.parametrize("name", PLANS)
def test_no_line_break_parts_a_number_from_its_unit(name: str) -> None:
    for text in lines(name):
        assert not re.search(r"[\d½¼¾]\s*\n\s*(mg|mL|tablet|capsule)", text)


def test_the_end_is_said_plainly() -> None:
    def end(name: str) -> str:
        return whole(name)

    last = made("one drug").steps[-1].end + timedelta(1)
    assert f"From {spelled(last)}: take no more diazepam." in end("one drug")
    review = "Keep taking this dose until your review on Wednesday 1 December 2027."
    assert review in end("four times, two drugs")
    stays = end("a drug ends, another stays")
    assert "From Monday 7 December 2026: take no more clonazepam." in stays
    assert stays.count("take no more") == 1
    assert "diazepam none none" in stays  # it pauses for three days
    assert "Keep taking this dose until your clinician tells you what comes next." in stays
    over = made("alternate days").steps[-1].end + timedelta(1)
    assert f"From {spelled(over)}: this plan is over." in end("alternate days")


def test_visits_and_whom_to_call() -> None:
    text = whole("one drug")
    stands_in_order(
        ["Call: A. Clinician, GP, extension 12", "If you miss a dose", "If you feel worse",
         "Your visits", "Monday 21 December 2026: clinic", "Monday 1 February 2027: phone"],
        text,
    )  # fmt: skip


def test_products_are_described_as_they_come() -> None:
    text = read("one drug")[0]
    assert "Liquid with 0.4 mg in 1 mL. The box says: 2 mg in 5 mL. If the bottle says" in text
    text = read("four times, two drugs")[0]
    assert "Modified-release tablets of 10 mg. Do not break them." in text


def test_more_than_can_be_taken_in_at_a_glance_is_not_drawn() -> None:
    plan = made("one drug").plan
    tablets, liquid = plan.products
    assert pictures.drawn(tablets, Fraction("12.5") - 1)["whole"] == 11
    assert pictures.drawn(tablets, Fraction(12))["whole"] == 12
    assert pictures.drawn(tablets, Fraction("12.5")) == {"shape": None}
    assert [fill["full"] for fill in pictures.drawn(liquid, Fraction(30))["fills"]] == [1000] * 3
    assert pictures.drawn(liquid, Fraction("30.5")) == {"shape": None, "fills": []}


def test_days_without_any_dose_say_so() -> None:
    days = plan({"x": {"noon": "1"}}, typed((3, {"x": {}})))
    text = " ".join(texts(pdf(build_schedule(Plan.from_document(days)), Options())))
    assert (
        "From Monday 7 December 2026 to Wednesday 9 December 2026 3 days From Monday 7 December"
        " 2026: take no more x. Take none of these medicines. From Thursday 10 December 2026: this"
        " plan is over."
    ) in text


def test_an_unfinished_plan_prints_as_a_draft_only() -> None:
    unfinished = sketch(plan({"diazepam": {"bedtime": "4"}}, {"kind": "hold", "days": 7})).schedule
    assert unfinished is not None
    assert "This plan is not finished" in " ".join(
        texts(pdf(unfinished, Options(sheets=tuple(SHEETS))))
    )
    reviewed = Confirmation(
        "A", "GP", datetime(2026, 12, 1, tzinfo=UTC), unfinished.plan.fingerprint, ENGINE
    )
    assert all("DRAFT" in text for text in texts(pdf(unfinished, Options(confirmed=reviewed))))


# ------------------------------------------------------------------------- pharmacy and clinician


@pytest.mark.parametrize("name", PLANS)
def test_the_supply_adds_up(name: str) -> None:
    document = PLANS[name] | {"dispense_every_days": 14}
    schedule = build_schedule(Plan.from_document(document))
    text = " ".join(texts(pdf(schedule, Options(sheets=("pharmacy",)))))
    periods, _, rest = text.partition("To supply over the whole plan")
    in_all = rest.partition("Directions by step")[0]
    for product in {row.product for row in schedule.supply}:
        rows = [row for row in schedule.supply if row.product == product]
        counted = sum((row.count for row in rows), Fraction(0))
        assert re.search(
            rf"(?<![\d.,]){re.escape(number(counted))} (modified-|tablet|capsule|mL)", in_all
        )
        for row in rows:
            assert f"{number(row.count)} " in periods


def test_the_directions_are_in_full_words() -> None:
    text = whole("one drug", "pharmacy")
    assert "bedtime: 1½ (one and a half) tablets of 2 mg and " in text
    assert "of the liquid (0.4 mg in 1 mL). Whole day: " in text


def test_the_record_shows_the_plan_its_working_and_what_stands_out() -> None:
    document = PLANS["one drug"] | {
        "limits": [{"drug": "diazepam", "percent": "10", "in_days": 7}],
        "notes": "first\nsecond",
        "edits": [{"step": 2, "doses_mg": {"diazepam": {"bedtime": "3"}}, "why": "wedding"}],
    }
    schedule = build_schedule(Plan.from_document(document))
    made_of = schedule.to_document()
    text = " ".join(texts(pdf(schedule, Options(sheets=("clinician",)))))
    assert "Reduce diazePAM by 0.6 mg, every 7 days, until none is left." in text
    assert "changed by hand: wedding" in text
    assert schedule.plan.fingerprint in text.replace(" ", "")
    assert all(lettered_text(found["text"], ["diazepam"]) in text for found in made_of["findings"])
    for step in made_of["steps"]:
        assert step["drugs"][0]["basis"] in text
        assert f"{step['drugs'][0]['total_mg']} mg" in text
    stands_in_order(["Notes", "first", "second", "I have reviewed this schedule."], text)


def test_each_way_to_reduce_is_said_as_it_was_set() -> None:
    phases = [
        reduce("diazepam", "1", steps=1) | {"by": {"percent_of_current": "10"}},
        reduce("diazepam", "1", steps=2),
        reduce("diazepam", "1", until_mg="0.5") | {"by": {"equal_steps": 1}},
        reduce("diazepam", "1", until_mg="0.2") | {"by": {"equal_steps": 3}},
    ]
    for phase in phases[:2]:
        del phase["until_mg"]
    read = Plan.from_document(plan({"diazepam": {"bedtime": "9"}}, *phases))
    said = [phase_sentence(phase).replace("\u00a0", " ") for phase in read.phases]
    assert said == [
        "Reduce diazepam by 10 % of the current dose, every 14 days, 1 time.",
        "Reduce diazepam by 1 mg, every 14 days, 2 times.",
        "Reduce diazepam by equal amounts in 1 step, every 14 days, until 0.5 mg.",
        "Reduce diazepam by equal amounts in 3 steps, every 14 days, until 0.2 mg.",
    ]


@pytest.mark.parametrize(
    ("care", "said"),
    [
        ({"factors": ["opioid"]}, ["Ticked An opioid taken too"]),
        ({"place": "inpatient", "why": "seizures"}, ["Supervised In hospital: seizures"]),
        ({"why": "seizures"}, ["Supervised seizures"]),
    ],
)
def test_the_record_shows_what_was_ticked_and_what_it_goes_on_from(
    care: dict[str, Any], said: list[str]
) -> None:
    document = PLANS["one drug"] | {"care": care, "replaces": "0123456789abcdef" * 4}
    del document["rounding"], document["products"]
    shown = words.settings(Plan.from_document(document), Naming(ON, dated=True))
    lines = [" ".join(pair) for pair in shown]
    assert lines[-1] == "Goes on from the plan with the fingerprint 01234567"
    assert lines[2:-1] == said


def test_the_record_shows_how_far_a_dose_is_from_the_ideal() -> None:
    document = plan(
        {"diazepam": {"bedtime": "10"}},
        reduce("diazepam", "1", until_mg="9") | {"by": {"percent_of_current": "7"}},
        {"kind": "maintain"},
        products=[tablet("diazepam", "5", 4)],
    )
    text = " ".join(
        texts(pdf(build_schedule(Plan.from_document(document)), Options(sheets=("clinician",))))
    )
    assert "diazePAM 9.3 mg 8.75 mg −0.55 mg −1.25 mg" in text


def test_who_reviewed_it_stands_on_the_record() -> None:
    schedule = made("one drug")
    said = confirm(schedule, "A. Clinician", "GP", datetime(2026, 12, 1, 14, 3, tzinfo=UTC))
    text = texts(pdf(schedule, Options(sheets=("clinician",), confirmed=said)))[-1]
    stands_in_order(
        ["Reviewed by A. Clinician, GP, on 1 December 2026 at 14:03.",
         "I have reviewed this schedule."],
        text,
    )  # fmt: skip


# ------------------------------------------------------------------------------ how it is printed


@pytest.mark.parametrize("name", ["four times, two drugs", "alternate days", "one drug"])
def test_the_calendar_has_a_box_for_every_dose(name: str) -> None:
    schedule = made(name)
    doses = [len({(part.drug, dose.time) for part in step.drugs for dose in part.doses}) * step.days
             for step in schedule.steps]  # fmt: skip
    for dated in (True, False):
        text = " ".join(texts(pdf(schedule, Options(sheets=("calendar",), dated=dated))))
        assert text.count("☐") == sum(doses)


@pytest.mark.parametrize("name", ["four times, two drugs", "seven times", "one drug"])
@pytest.mark.parametrize("size", SIZES)
def test_without_dates_the_days_are_counted(name: str, size: str) -> None:
    schedule = made(name)
    start = schedule.plan.start
    handed = ("patient", "calendar", "pharmacy", "overview")  # the record keeps what was set
    options = Options(sheets=handed, dated=False, size=size, prepared_on=ON)
    text = " ".join(texts(pdf(schedule, options)))
    for step in schedule.steps:
        first, last = (step.start - start).days + 1, (step.end - start).days + 1
        assert f"ay {first}" in text
        assert f"ay {last}" in text
    assert "Write its date here" in text
    said = text.replace("1 December 2026", "")
    assert not re.search(r"\b\d+ (January|February|March|December) 20\d\d", said)


def test_words_of_the_clinician_are_printed_and_blanks_are_left_otherwise() -> None:
    said = Options(
        call="Dr A, extension 5", emergency_number="911", missed_dose="Leave it.\nGo on.",
        feeling_worse="Stay on this dose.", supports="My sister", coping="A walk",
    )  # fmt: skip
    text = " ".join(texts(pdf(made("one drug"), said)))
    stands_in_order(
        ["Call for help at once: 911", "Call: Dr A, extension 5", "If you miss a dose",
         "Leave it. Go on.", "If you feel worse", "Stay on this dose.", "My sister", "A walk"],
        text,
    )  # fmt: skip


def test_our_own_sentences_can_be_read_by_a_twelve_year_old() -> None:
    """Flesch-Kincaid grade, Kincaid 1975; what the clinician wrote is left out."""
    said = [
        *ALWAYS, plain.EMERGENCY_CALL, plain.QUESTIONS, plain.DAY_ONE, plain.PICTURES,
        plain.SYRINGE, plain.NONE_OF_THESE, *plain.MISSED, *plain.WORSE, *plain.SUPPORTS,
        *plain.COPING, plain.TICK, plain.LETTERS, *plain.DIARY, plain.syringes([5]),
        words.no_more("it", "today"), words.no_more_of_plan("today"), words.keep_taking(None),
        words.keep_taking("Monday"), words.replacing("Monday", "Friday"),
    ]  # fmt: skip
    lines = "\n".join(part for line in said for part in line.split(". "))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # its own sources make Python warn
        readability = importlib.import_module("readability")
    grades = readability.getmeasures(lines, lang="en")["readability grades"]
    assert grades["Kincaid"] <= 6


@pytest.mark.parametrize("size", SIZES)
def test_a_day_that_no_page_holds_breaks_between_medicines(size: str) -> None:
    times = ("morning", "noon", "evening", "bedtime")
    drugs = [f"medicine {at}" for at in range(9)]
    schedule = build_schedule(
        Plan.from_document(
            plan(
                {drug: dict.fromkeys(times, "1250.375") for drug in drugs},
                {"kind": "hold", "days": 14},
                *({"kind": "stop", "drug": drug} for drug in drugs),
            )
        )
    )
    found = texts(pdf(schedule, Options(size=size)))
    holding = [text for text in found if "Whole day" in text]
    assert len(holding) > 1
    for text in holding:
        assert "From Monday 7 December 2026 to Sunday 20 December 2026 14 days" in text
        assert "This page: 7 December 2026 to 20 December 2026." in text
        # Each medicine of the page stands there with all its times and its total.
        begun = text.partition("Whole day")[2].split(" medicine ")[1:]
        assert all(part.count("1,250.375 mg") == 4 and "5,001.5 mg" in part for part in begun)


@pytest.mark.parametrize("size", SIZES)
def test_an_end_that_no_page_holds_says_on_each_from_when(size: str) -> None:
    times = ("morning", "noon", "evening", "bedtime")
    document = plan(
        {f"medicine {at}": dict.fromkeys(times, "1250.375") for at in range(9)},
        {"kind": "hold", "days": 14},
        {"kind": "maintain"},
    )
    found = texts(pdf(build_schedule(Plan.from_document(document)), Options(size=size)))
    ending = [text for text in found if "From Monday 21 December 2026 on" in text]
    assert len(ending) > 1
    for text in ending:
        assert re.search(r"This page: from (7|21) December 2026 on\.", text)


@pytest.mark.parametrize("name", ["sixty steps", "hostile", "seven times", "four times, two drugs"])
def test_the_whole_taper_is_on_one_page(name: str) -> None:
    (text,) = read(name, "overview")
    for heading, _ in list(blocks(made(name)))[:5]:
        first = heading.split(" to ")[0].partition(" ")[2]
        assert first in text


def test_what_does_not_fit_one_page_is_said() -> None:
    document = plan(
        {"diazepam": {"morning": "30", "bedtime": "30"}},
        reduce("diazepam", "0.1", 3, taking_from=["morning", "bedtime"]),
    )
    (text,) = texts(
        pdf(build_schedule(Plan.from_document(document)), Options(sheets=("overview",)))
    )
    assert "The table has no room for the doses after this; the chart shows them all." in text


def test_every_page_of_the_calendar_says_what_its_letters_stand_for() -> None:
    pages = texts(pdf(made("four times, two drugs"), Options(sheets=("calendar",))))
    with_boxes = [text for text in pages if "□" in text or "☐" in text]
    assert len(with_boxes) > 3
    assert all("A oxycodone, B pregabalin" in text for text in with_boxes)

"""The schedule against an independent recount, and its promises as properties."""

import json
import os
import re
import subprocess
import sys
from collections import Counter, defaultdict
from copy import deepcopy
from datetime import date, timedelta
from fractions import Fraction
from itertools import zip_longest
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from oracle import Refused, expected_schedule
from random_plans import random_plan
from strategies import contract_examples, documents, schedules
from taper import InvalidPlan, Plan, Schedule, build_schedule
from taper.amount import plain
from taper.exchange import directions
from taper.parts import Liquid
from taper.phases import Maintain, Reduce, Set, Switch
from taper.plan import MOST_DAYS, MOST_STEPS, read
from taper.plan_words import basis
from taper.schedule import ENGINE, sketch
from taper.wording import end_sentences, for_file, spelled_day

EXAMPLES = contract_examples()


def compared(document: dict[str, Any]) -> dict[str, Any]:
    """Return what the format settles of a schedule: steps without the words of their basis."""
    kept = {key: deepcopy(document[key]) for key in ("steps", "ends", "supply")}
    days = [*kept["steps"], *([kept["ends"]] if "drugs" in kept["ends"] else [])]
    for day in days:
        for part in day["drugs"]:
            part.pop("basis", None)
    return kept


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_formats_own_examples(name: str) -> None:
    """P5: the arithmetic is right."""
    case = EXAMPLES[name]
    made = build_schedule(Plan.from_json(json.dumps(case["plan"]))).to_document()
    assert compared(made) == case["schedule"]


def agrees(seed: int) -> str:
    """Compare one random plan with the recount; say what became of it."""
    plan = random_plan(Random(seed))
    try:
        expected = expected_schedule(plan)
    except Refused as refused:
        with pytest.raises(InvalidPlan):
            build_schedule(Plan.from_document(plan))
        return f"refused: {refused.place.partition('[')[0]}"
    assert compared(build_schedule(Plan.from_document(plan)).to_document()) == expected, seed
    return "scheduled"


@pytest.mark.parametrize("block", range(4))
def test_random_plans_agree_with_an_exhaustive_search(block: int) -> None:
    """P5: written by a different method, sharing no code, and searching every way to dispense."""
    outcomes = Counter(agrees(seed) for seed in range(100 * block, 100 * (block + 1)))
    assert outcomes["scheduled"] > 60
    assert len(outcomes) > 1


@pytest.mark.long
@pytest.mark.parametrize("block", range(20))
def test_thousands_of_random_plans_agree(block: int) -> None:
    """P5, at length."""
    outcomes = Counter(agrees(seed) for seed in range(10_000 + 500 * block, 10_500 + 500 * block))
    assert outcomes["scheduled"] > 300


class TestDays:
    """P4: Every day from first to last has exactly one instruction."""

    @given(schedules)
    def test_steps_follow_one_another(self, schedule: Schedule) -> None:
        day = schedule.plan.start
        for number, step in enumerate(schedule.steps, 1):
            assert step.number == number
            assert step.start == day
            assert step.end == step.start + timedelta(step.days - 1)
            day = step.end + timedelta(1)
        assert schedule.ends
        assert schedule.ends.on == day
        assert (day - schedule.plan.start).days <= MOST_DAYS

    @given(schedules)
    def test_changes_fall_on_the_weekday_that_was_set(self, schedule: Schedule) -> None:
        plan = schedule.plan
        for step in schedule.steps:
            phase = plan.phases[step.phase]
            typed = isinstance(phase, Set) or (
                step.edited and any(edit.step == step.number and edit.days for edit in plan.edits)
            )
            if plan.changes_on and not typed:
                assert f"{step.end + timedelta(1):%A}".lower() == plan.changes_on

    def test_b22_a_leap_day_and_b24_a_year_end(self) -> None:
        held = {"kind": "hold", "days": 365}
        made = scheduled("2024-02-29", [held, {"kind": "stop", "drug": "d"}])
        assert made.steps[0].end == date(2025, 2, 27)

    @pytest.mark.parametrize("start", ["2026-03-28", "2026-10-24", "2026-11-01"])
    def test_b23_clock_changes_do_not_move_a_day(self, start: str) -> None:
        days = [{"kind": "hold", "days": 1}] * 4
        made = scheduled(start, [*days, {"kind": "stop", "drug": "d"}])
        first = date.fromisoformat(start)
        assert [step.start for step in made.steps] == [first + timedelta(n) for n in range(4)]


def scheduled(start: str, phases: list[dict[str, Any]], **more: Any) -> Schedule:
    """Make the schedule of 10 mg of d at bedtime, with 5 mg tablets in halves."""
    return build_schedule(
        Plan.from_document(
            {
                "format": "taper-plan/1",
                "start": start,
                "regimen": [{"drug": "d", "doses_mg": {"bedtime": "10"}}],
                "products": [{"drug": "d", "form": "tablet", "strength_mg": "5", "pieces": 2}],
                "rounding": "nearest",
                "phases": phases,
                **more,
            }
        )
    )


class TestTablets:
    """P6: Each dose can be made from the chosen tablets, and those shown add up to it."""

    @given(schedules)
    def test_what_is_taken_adds_up(self, schedule: Schedule) -> None:
        for step in schedule.steps:
            for part in step.drugs:
                assert sum(dose.mg for dose in part.doses) == part.total
                for dose in part.doses:
                    if dose.take is not None:
                        assert dose.take
                        assert (
                            sum(_mg(schedule.plan, take.product, take.count) for take in dose.take)
                            == dose.mg
                        )
                        assert all(
                            schedule.plan.products[take.product].drug == part.drug
                            for take in dose.take
                        )

    @given(schedules)
    def test_nothing_is_broken_that_may_not_be(self, schedule: Schedule) -> None:
        for step in schedule.steps:
            for part in step.drugs:
                for take in (take for dose in part.doses for take in dose.take or ()):
                    item = schedule.plan.products[take.product]
                    unit = (
                        item.measurable_ml
                        if isinstance(item, Liquid)
                        else Fraction(1, item.breaks_into)
                    )
                    assert (take.count / unit).denominator == 1


def _mg(plan: Plan, product: int, count: Fraction) -> Fraction:
    item = plan.products[product]
    return count * (item.mg_per_ml if isinstance(item, Liquid) else item.strength_mg)


class TestNeverUp:
    """P7: It never goes up unless the clinician asked for that."""

    @given(schedules)
    def test_a_reduction_never_raises_what_is_dispensed(self, schedule: Schedule) -> None:
        plan = schedule.plan
        before = {entry.drug: sum(entry.doses_mg.values()) for entry in plan.regimen}
        for step in schedule.steps:
            phase = plan.phases[step.phase]
            lowered = (
                phase.drug
                if isinstance(phase, Reduce)
                else phase.from_drug
                if isinstance(phase, Switch)
                else None
            )
            if lowered and not step.edited and plan.products_of(lowered):
                assert step.total(lowered) <= before.get(lowered, 0)
            before = {drug: step.total(drug) for drug in plan.drugs}

    @given(schedules)
    def test_a_phase_leaves_other_drugs_alone(self, schedule: Schedule) -> None:
        plan = schedule.plan
        before = {entry.drug: sum(entry.doses_mg.values()) for entry in plan.regimen}
        stopped: set[str] = set()
        for step in schedule.steps:
            phase = plan.phases[step.phase]
            if isinstance(phase, Reduce) and not step.edited:
                for drug in plan.drugs:
                    if drug != phase.drug and step.total(drug) != before.get(drug, 0):
                        assert not step.total(drug), "only a stop comes between"
                        stopped.add(drug)
            before = {drug: step.total(drug) for drug in plan.drugs}


class TestRounding:
    """P8: Rounding is small, shown and does not pile up."""

    @given(schedules)
    def test_the_ideal_is_never_rounded_from_step_to_step(self, schedule: Schedule) -> None:
        """Each step's dispensed total is the nearest allowed one to its own ideal total."""
        plan = schedule.plan
        for step in schedule.steps:
            phase = plan.phases[step.phase]
            if not isinstance(phase, Reduce) or step.edited or not plan.products_of(phase.drug):
                continue
            smallest = min(item.unit_mg for _, item in plan.products_of(phase.drug))
            for part in step.drugs:
                rounding = phase.rounding or plan.rounding
                if part.drug == phase.drug and rounding == "down":
                    assert 0 <= part.ideal - part.total < smallest
                if part.drug == phase.drug and rounding == "up":
                    assert 0 <= part.total - part.ideal < smallest


class TestSupply:
    """P9: The supply is exactly enough."""

    @given(schedules)
    def test_it_is_what_the_days_add_up_to(self, schedule: Schedule) -> None:
        used: defaultdict[tuple[int, int], Fraction] = defaultdict(Fraction)
        length = schedule.plan.dispense_every_days or MOST_DAYS
        for step in schedule.steps:
            for after in range(step.days):
                day = (step.start - schedule.plan.start).days + after
                for part in step.drugs:
                    for take in (take for dose in part.doses for take in dose.take or ()):
                        used[day // length, take.product] += take.count
        rows = {
            ((row.start - schedule.plan.start).days // length, row.product): row
            for row in schedule.supply
        }
        assert rows.keys() == used.keys()
        for key, row in rows.items():
            assert row.used == used[key]
            item = schedule.plan.products[row.product]
            measure = item.measurable_ml if isinstance(item, Liquid) else 1
            pack = item.packed or 1
            assert 0 <= row.count - row.used < measure
            assert row.packs is None or (row.packs - 1) * pack < row.count <= row.packs * pack

    @pytest.mark.parametrize(("count", "rows"), [("13", [1]), ("14", []), ("20", [])])
    def test_what_is_on_hand_is_not_supplied(self, count: str, rows: list[int]) -> None:
        """Two tablets a day for a week."""
        phases: list[dict[str, Any]] = [{"kind": "hold", "days": 7}, {"kind": "maintain"}]
        made = scheduled("2027-01-04", phases, on_hand=[{"product": 0, "count": count}])
        assert [row.count for row in made.supply] == rows

    def test_k3_seven_days_are_seven_days(self) -> None:
        """The taper example of a health-data standard loses a day and counts 51 for 49 tablets."""
        doses = ["4", "3", "2", "1"]
        plan = {
            "format": "taper-plan/1",
            "start": "2027-01-16",
            "regimen": [{"drug": "prednisolone", "doses_mg": {"morning": "5"}}],
            "products": [
                {"drug": "prednisolone", "form": "tablet", "strength_mg": "1", "pieces": 1}
            ],
            "phases": [
                {
                    "kind": "set",
                    "steps": [
                        {"days": 7, "doses_mg": {"prednisolone": {"morning": dose}}}
                        for dose in doses
                    ],
                },
                {"kind": "stop", "drug": "prednisolone"},
            ],
        }
        made = build_schedule(Plan.from_document(plan))
        assert [(step.start.day, step.end.day) for step in made.steps] == [
            (16, 22),
            (23, 29),
            (30, 5),
            (6, 12),
        ]
        assert [row.count for row in made.supply] == [70]


def _bytes_of(args: list[str], **environment: str) -> bytes:
    env = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), **environment}
    return subprocess.run([sys.executable, *args], env=env, capture_output=True, check=True).stdout


ALL = (
    "import sys, json; from pathlib import Path; from taper import *\n"
    "for f in sorted(Path(sys.argv[1]).glob('*.json')):\n"
    "    plan = Plan.from_document(json.loads(f.read_text('utf-8'))['plan'])\n"
    "    print(f.stem, json.dumps(build_schedule(plan).to_document(), ensure_ascii=True))"
)


class TestAnywhere:
    """P11: Same entries, same schedule, anywhere, any time."""

    def test_time_zones_hash_seeds_and_optimised(self) -> None:
        run = ["-c", ALL, str(Path(__file__).parent / "cases" / "examples")]
        outputs = {
            _bytes_of(run, TZ="Pacific/Kiritimati", PYTHONHASHSEED="0", LC_ALL="tr_TR.UTF-8"),
            _bytes_of(run, TZ="Pacific/Honolulu", PYTHONHASHSEED="1", LC_ALL="de_DE.UTF-8"),
            _bytes_of(["-O", *run], TZ="UTC", PYTHONHASHSEED="2", LC_ALL="C.UTF-8"),
        }
        assert len(outputs) == 1
        assert outputs.pop().count(b"\n") == len(EXAMPLES)

    @given(schedules, st.integers(1, 4))
    def test_another_start_moves_dates_alone(self, schedule: Schedule, weeks: int) -> None:
        moved = timedelta(7 * weeks)
        document = schedule.plan.to_document()
        document["start"] = (schedule.plan.start + moved).isoformat()
        later = build_schedule(Plan.from_document(document))
        assert [step.drugs for step in later.steps] == [step.drugs for step in schedule.steps]
        assert [step.start for step in later.steps] == [s.start + moved for s in schedule.steps]

    @given(documents)
    def test_the_order_of_keys_does_not_count(self, document: dict[str, Any]) -> None:
        assume(not read(document).faults)
        plan = Plan.from_document(document)
        turned = Plan.from_document(dict(reversed(document.items())))
        assert turned.fingerprint == plan.fingerprint
        assert Plan.from_json(plan.to_json()).fingerprint == plan.fingerprint


NUMBER = r"(?:(?<![0-9] )−)?[0-9]+(?:\.[0-9]+)?"


def _number(text: str) -> Fraction:
    return Fraction(text.replace("−", "-"))


def recount(line: str) -> tuple[Fraction, Fraction] | None:
    """Work a basis line out again: (what its arithmetic gives, what it states), if it has any."""
    worked = line.partition("; ")[0].partition(", not under")[0]
    left, equals, right = worked.rpartition(" = ")
    if not equals or " make" in left or "or less" in right:
        return None
    left = left.rpartition(": ")[2].replace(" mg", "")
    left = re.sub(r"replaced by .*$", "", left)
    left = re.sub(rf"({NUMBER}) − ({NUMBER}) % of ({NUMBER})", r"\1 − \3 × \2 ÷ 100", left)
    left = re.sub(rf"({NUMBER}) − ({NUMBER}) %", r"\1 − \1 × \2 ÷ 100", left)
    left = re.sub(rf"({NUMBER}) [^()÷−+×]+ ×", r"\1 ×", left)
    code = re.sub(NUMBER, lambda found: f"Fraction('{found[0]}')", left)
    code = code.replace("×", "*").replace("÷", "/").replace("−", "-")
    return eval(code, {"Fraction": Fraction}), _number(right.removesuffix(" mg"))  # noqa: S307


def shown_to(line: str) -> Fraction:
    """Return how far a line may be off, as its ideal doses are shown to 0.001 mg."""
    if "occupancy" in line:
        return Fraction(line.split()[-2]) / 100 + Fraction(1, 1000)
    ratio = re.search(rf"× ({NUMBER}) =", line)
    return (1 + Fraction(ratio[1] if ratio else 1)) / 1000


class TestByHand:
    """P12: A clinician can check any row by hand."""

    @given(schedules)
    def test_the_basis_works_out(self, schedule: Schedule) -> None:
        for step in schedule.steps:
            for part in step.drugs:
                line = for_file(basis(schedule.plan, part))
                worked = recount(line)
                if worked:
                    assert abs(worked[0] - worked[1]) <= shown_to(line), line
                assert line.endswith(" mg")
                last = Fraction(line.split()[-2].replace(",", ""))
                assert abs(last - part.total) <= Fraction(1, 2000) or abs(
                    last - part.ideal
                ) <= Fraction(1, 2000)

    @given(schedules)
    def test_a_line_goes_on_from_the_step_before(self, schedule: Schedule) -> None:
        """Read from the document alone: what a line lowers is the ideal dose of the step before."""
        ideal = {entry.drug: plain(entry.total_mg) for entry in schedule.plan.regimen}
        for step in schedule.to_document()["steps"]:
            rows = {part["drug"]: part for part in step["drugs"]}
            for drug in rows.keys() & ideal.keys():
                line = rows[drug]["basis"]
                lowered = re.search(rf"(?:^|% × | below )({NUMBER}) mg(?: [−+÷]| that)", line)
                if line.startswith("0 mg + "):
                    continue  # it had ended in between
                if lowered:
                    off = abs(Fraction(lowered[1]) - Fraction(ideal[drug]))
                    assert off <= Fraction(1, 1000), line
                else:
                    assert line.startswith(("held at", "typed:", "changed by hand from")), line
            ideal = {drug: part["ideal_mg"] for drug, part in rows.items()}

    def test_the_line_says_what_was_done(self) -> None:
        made = scheduled(
            "2027-01-04",
            [
                {"kind": "hold", "days": 7},
                {
                    "kind": "reduce",
                    "drug": "d",
                    "by": {"percent_of_current": "10"},
                    "every_days": 7,
                    "until_mg": "7",
                },
                {
                    "kind": "reduce",
                    "drug": "d",
                    "by": {"amount_mg": "4"},
                    "every_days": 7,
                    "until_mg": "0",
                },
            ],
        )
        lines = [for_file(basis(made.plan, part)) for step in made.steps for part in step.drugs]
        make = "that 5 mg tablets in halves make"
        assert lines == [
            "held at 10 mg",
            f"10 mg − 10 % = 9 mg; nearest {make}: 10 mg",
            f"9 mg − 10 % = 8.1 mg; nearest {make}: 7.5 mg",
            f"8.1 mg − 10 % = 7.29 mg; nearest {make}: 7.5 mg",
            f"7.29 mg − 10 % = 6.561 mg, not under 7 mg: 7 mg; nearest {make}: 7.5 mg",
            f"7 mg − 4 mg = 3 mg; nearest {make}: 2.5 mg",
        ]

    @pytest.mark.parametrize(
        ("rounding", "said"),
        [("nearest", "nearest {}: 10 mg"), ("down", "next below {}: 7.5 mg"),
         ("up", "next above {}: 10 mg")],
    )  # fmt: skip
    def test_the_line_says_which_way_it_was_rounded(self, rounding: str, said: str) -> None:
        """A reduction to 9 mg, and a switch that brings 9 mg of another drug."""
        reduce = {"kind": "reduce", "drug": "d", "by": {"amount_mg": "1"}, "steps": 1}
        switch = {
            "kind": "switch", "from": "d", "to": "e", "to_mg_per_from_mg": "0.9",
            "moving": ["bedtime"],
        }  # fmt: skip
        tablets = [
            {"drug": drug, "form": "tablet", "strength_mg": "5", "pieces": 2} for drug in "de"
        ]
        for phase in (reduce, switch):
            phases: list[dict[str, Any]] = [
                {**phase, "every_days": 7, "rounding": rounding},
                {"kind": "maintain"},
            ]
            made = scheduled("2027-01-04", phases, products=tablets)
            line = for_file(basis(made.plan, made.steps[0].drugs[0]))
            assert line.endswith(said.format("that 5 mg tablets in halves make"))


class TestEnd:
    """P19: The end is clear."""

    @given(schedules)
    def test_it_stops_or_goes_on_and_says_which(self, schedule: Schedule) -> None:
        assert schedule.ends
        maintained = schedule.plan.phases[-1].kind == "maintain"
        assert schedule.ends.how == ("maintained" if maintained else "stopped")
        goes_on = {part.drug: part.total for part in schedule.ends.drugs}
        last = {part.drug: part.total for part in schedule.steps[-1].drugs}
        if maintained:
            assert all(last[drug] == total for drug, total in goes_on.items())
        else:
            assert not goes_on

    @given(schedules)
    def test_it_is_said_with_its_day_wherever_the_doses_stand(self, schedule: Schedule) -> None:
        plan, ends = schedule.plan, schedule.ends
        assert ends
        said = end_sentences(plan, ends)
        drugs = [part.drug for part in ends.drugs]
        assert len(said) == max(len(drugs), 1)
        for sentence, drug in zip_longest(said, drugs):
            assert spelled_day(ends.on) in sentence
            assert (f"{drug} " if drug else "no more doses") in sentence
        last = plan.phases[-1]
        if drugs and isinstance(last, Maintain) and last.review_on:
            assert all(spelled_day(last.review_on) in sentence for sentence in said)
        text = re.sub(r"\s+", " ", directions(schedule))
        assert all(re.sub(r"\s+", " ", sentence) in text for sentence in said)


class TestAlways:
    """P20: It always answers; what would never end is refused."""

    @given(documents)
    def test_a_document_makes_a_schedule_or_says_why_not(self, document: dict[str, Any]) -> None:
        made = sketch(document)
        assert all(fault.place for fault in made.faults)
        if made.faults:
            with pytest.raises(InvalidPlan) as refused:
                build_schedule(Plan.from_document(document))
            assert refused.value.faults == made.faults
        else:
            assert made.schedule == build_schedule(Plan.from_document(document))

    def test_products_that_can_be_put_together_in_too_many_ways_are_refused(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Where one dose is made of them, and where a total is spread over the day."""
        said = (
            "phases[0]: the products of d can be put together in too many ways: they need fewer"
            " products, or strengths that share a larger part"
        )
        day = {"morning": "50", "noon": "40", "bedtime": "31"}
        reduce: dict[str, Any] = {
            "kind": "reduce", "drug": "d", "by": {"amount_mg": "9"}, "every_days": 7, "steps": 1,
            "taking_from": "proportional",
        }  # fmt: skip
        for strengths, doses, phase in (
            (range(201, 231), {"noon": "50000"}, {"kind": "hold", "days": 7}),
            (range(2, 5), day, reduce),
        ):
            plan = {
                "format": "taper-plan/1",
                "start": "2027-01-04",
                "regimen": [{"drug": "d", "doses_mg": doses}],
                "products": [
                    {"drug": "d", "form": "capsule", "strength_mg": str(strength)}
                    for strength in strengths
                ],
                "rounding": "nearest",
                "phases": [phase, {"kind": "maintain"}],
            }
            assert [str(fault) for fault in sketch(plan).faults] == [said]
            monkeypatch.setattr("taper.dispensing._MOST_WAYS", 1)

    def test_a_taper_without_an_end_is_refused(self) -> None:
        phase = {
            "kind": "reduce",
            "drug": "d",
            "by": {"percent_of_current": "0.0001"},
            "every_days": 1,
        }
        with pytest.raises(InvalidPlan, match="600 steps"):
            scheduled("2027-01-04", [{**phase, "until_mg": "0.5"}])


class TestFindingsNeverChangeADose:
    """P21: A notice never changes a dose."""

    @given(schedules)
    def test_limits_change_nothing_but_findings(self, schedule: Schedule) -> None:
        document = schedule.plan.to_document()
        document["limits"] = [
            {"drug": drug, "percent": "1", "in_days": 30} for drug in schedule.plan.drugs
        ]
        limited = build_schedule(Plan.from_document(document))
        assert limited.steps == schedule.steps
        assert limited.supply == schedule.supply

    def test_without_any_check_the_schedule_is_the_same(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        for case in EXAMPLES.values():
            plan = Plan.from_document(case["plan"])
            checked = build_schedule(plan).to_document()
            with monkeypatch.context() as unchecked:
                unchecked.setattr("taper.findings.RULES", ())
                bare = build_schedule(plan).to_document()
            assert bare == {**checked, "findings": []}


class TestMetamorphic:
    """What must hold between two plans, without knowing either schedule."""

    @given(schedules, st.integers(1, 30))
    def test_a_hold_first_moves_the_rest(self, schedule: Schedule, days: int) -> None:
        document = schedule.plan.to_document()
        if "edits" in document or "changes_on" in document:
            return
        document["phases"] = [{"kind": "hold", "days": days}, *document["phases"]]
        longest = (schedule.steps[-1].end - schedule.plan.start).days + 1 + days
        assume(longest <= MOST_DAYS and len(schedule.steps) < MOST_STEPS)
        later = build_schedule(Plan.from_document(document))
        moved = [(step.drugs, step.days) for step in later.steps[1:]]
        assert [(d, n) for d, n in moved[1:]] == [(s.drugs, s.days) for s in schedule.steps[1:]]
        assert later.steps[1].start == schedule.steps[0].start + timedelta(days)

    @given(schedules)
    def test_the_order_of_products_changes_no_dose(self, schedule: Schedule) -> None:
        document = schedule.plan.to_document()
        document["products"] = list(reversed(document.get("products", [])))
        turned = build_schedule(Plan.from_document(document))
        for one, other in zip(schedule.steps, turned.steps, strict=True):
            assert [(d.time, d.mg) for p in one.drugs for d in p.doses] == [
                (d.time, d.mg) for p in other.drugs for d in p.doses
            ]

    @given(schedules)
    def test_a_phase_cut_off_leaves_the_steps_before_it(self, schedule: Schedule) -> None:
        document = schedule.plan.to_document()
        cut = len(document["phases"]) - 1
        if not cut or "edits" in document:
            return
        document["phases"][cut] = {"kind": "unfinished"}
        made = sketch(document)
        before = tuple(step for step in schedule.steps if step.phase < cut)
        assert (made.schedule.steps if made.schedule else ()) == before
        assert [fault.place for fault in made.faults] == [f"phases[{cut}].kind"]


def test_a_schedule_says_what_it_is_and_of_which_plan() -> None:
    plan = Plan.from_document(contract_examples()["page-sample"]["plan"])
    made = build_schedule(plan).to_document()
    assert list(made)[:3] == ["format", "plan_fingerprint", "engine"]
    assert made["format"] == "taper-schedule/1"
    assert made["plan_fingerprint"] == plan.fingerprint
    assert made["engine"] == ENGINE

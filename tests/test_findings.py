"""What stands out: each rule seen firing and seen silent, each fact with its source."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given

from strategies import CASES as FOLDER
from strategies import schedules
from taper import Plan, Schedule, build_schedule
from taper.confirmation import confirm
from taper.findings import RULES, SEVERITIES, UNCHECKED, Finding
from taper.reference import sources
from taper.steps import Course

TABLETS: list[dict[str, Any]] = [
    {"drug": "d", "form": "tablet", "strength_mg": "5", "pieces": 2},
]


def made(*phases: dict[str, Any], **more: Any) -> Schedule:
    """Make the schedule of 10 mg of d at bedtime."""
    document = {
        "format": "taper-plan/1",
        "start": "2027-01-04",
        "regimen": [{"drug": "d", "doses_mg": {"bedtime": "10"}}],
        "products": TABLETS,
        "rounding": "nearest",
        "phases": list(phases),
        **more,
    }
    return build_schedule(Plan.from_document(document))


def found(schedule: Schedule, code: str) -> list[Finding]:
    return [finding for finding in schedule.findings if finding.code == code]


def typed(*doses: str, days: int = 14, drug: str = "d") -> dict[str, Any]:
    """Make a phase of typed steps."""
    steps = [{"days": days, "doses_mg": {drug: {"bedtime": dose}}} for dose in doses]
    return {"kind": "set", "steps": steps}


def taking(drug: str, mg: str, *times: str) -> dict[str, Any]:
    return {
        "regimen": [{"drug": drug, "doses_mg": dict.fromkeys(times or ("bedtime",), mg)}],
        "products": [],
    }


def stop(drug: str = "d") -> dict[str, Any]:
    return {"kind": "stop", "drug": drug}


MAINTAIN = {"kind": "maintain", "review_on": "2028-01-03"}
HALVE = {
    "kind": "reduce",
    "drug": "d",
    "by": {"percent_of_current": "50"},
    "every_days": 7,
    "until_mg": "0.5",
}


def steps_of(drug: str, *doses: str, days: int = 14, mg: str = "10") -> Schedule:
    return made(typed(*doses, days=days, drug=drug), MAINTAIN, **taking(drug, mg))


LORAZEPAM = {"regimen": [{"drug": "lorazepam", "doses_mg": {"bedtime": "2"}}], "products": []}


def switched(ratio: str) -> Schedule:
    switch = {
        "kind": "switch",
        "from": "lorazepam",
        "to": "diazepam",
        "to_mg_per_from_mg": ratio,
        "every_days": 14,
        "moving": ["bedtime"],
    }
    return made(switch, MAINTAIN, **LORAZEPAM)


SUPPLIED = {"dispense_every_days": 14}

CAPSULE = [{"drug": "d", "form": "capsule", "strength_mg": "30"}]
QUARTERS = [{**TABLETS[0], "strength_mg": "1", "pieces": 4}]
OWN = {"limits": [{"drug": "d", "percent": "25", "in_days": 14}]}

# code: (a plan in which it is found, its steps, its severity, one in which it is not)
CASES: dict[str, tuple[Schedule, tuple[int, ...], str, Schedule]] = {
    "dose.rounded-to-nothing": (
        made(HALVE, {"kind": "hold", "days": 7}, MAINTAIN, regimen=[
            {"drug": "d", "doses_mg": {"bedtime": "10"}},
            {"drug": "e", "doses_mg": {"bedtime": "1"}},
        ]),
        (2,), "serious",
        made(HALVE, stop(), products=[{**TABLETS[0], "strength_mg": "1"}]),
    ),
    "dose.not-makeable": (
        made(typed("9", "7.5"), stop()), (1,), "serious", made(typed("7.5"), stop()),
    ),
    "dose.needs-breaking": (
        made(typed("15", "30"), stop(), products=CAPSULE),
        (1,), "serious",
        made(typed("30"), stop(), products=CAPSULE),
    ),
    "dose.no-products": (
        made(typed("9"), stop(), products=[]), (1,), "note", made(typed("5"), stop()),
    ),
    "dose.far-from-ideal": (
        made({**HALVE, "by": {"percent_of_current": "10"}, "until_mg": "8"}, stop()), (1, 2, 3),
        "note",
        made({**HALVE, "until_mg": "2.5"}, stop()),
    ),
    "dose.many-items": (
        made(typed("22.5", "40", "42.5"), stop()), (3,), "information", made(typed("40"), stop()),
    ),
    "dose.small-quarters": (
        made(typed("0.25"), stop(), products=QUARTERS),
        (1,), "information",
        made(typed("0.5"), stop(), products=QUARTERS),
    ),
    "limit.exceeded": (
        made(typed("7"), MAINTAIN, **OWN),
        (1,), "serious",
        made(typed("7.5"), MAINTAIN, **OWN),
    ),
    "limit.exceeded.to-zero": (
        made(typed("10"), stop(), **OWN),
        (1,), "note",
        made(typed("10"), MAINTAIN, **OWN),
    ),
    # ASAM 2025, key takeaway 5: typically not more than 25 % in 2 weeks.
    "pace.asam-2025.max": (
        steps_of("diazepam", "7", "6"), (1,), "note", steps_of("diazepam", "7.5"),
    ),
    "pace.asam-2025.tail": (
        steps_of("diazepam", "9", "8", "7", "6", "5", "4", "3", "2"), (8,), "note",
        steps_of("diazepam", "9", "8", "7", "6", "5", "4"),
    ),
    "pace.asam-2025.to-zero": (
        made(typed("10", drug="diazepam"), stop("diazepam"), **taking("diazepam", "10")),
        (1,), "information",
        steps_of("diazepam", "10"),
    ),
    # US label of alprazolam: at most 0.5 mg every 3 days.
    "pace.label-alprazolam.ceiling": (
        steps_of("alprazolam", "3", mg="4"), (1,), "note", steps_of("alprazolam", "3.5", mg="4"),
    ),
    # CDC 2022: 10 % a month or slower, among others.
    "pace.typical": (
        steps_of("oxycodone", "4", days=7), (1,), "serious", steps_of("oxycodone", "9.9"),
    ),
    "pace.abrupt-end": (made(typed("5"), stop()), (1,), "note", made(typed("2.5"), stop())),
    "step.unchanged": (
        made({**HALVE, "by": {"percent_of_current": "5"}, "until_mg": "9"}, stop()), (1, 2, 3),
        "information",
        made({**HALVE, "until_mg": "2.5"}, stop()),
    ),
    "dose.rises": (made(typed("5", "7.5"), stop()), (2,), "note", switched("10")),
    "maintain.no-review": (
        made(typed("5"), {"kind": "maintain"}), (1,), "note", made(typed("5"), MAINTAIN),
    ),
    "supply.no-visit": (
        made(typed("5", "2.5"), stop(), **SUPPLIED), (1,), "information",
        made(typed("5", "2.5"), stop(), **SUPPLIED, visits=[{"on": "2027-01-17", "what": "phone"}]),
    ),
    "switch.ratio-outside-sources": (switched("20"), (1,), "note", switched("10")),
    "dose.once-daily": (
        made(typed("2", drug="lorazepam"), MAINTAIN, **LORAZEPAM), (1,), "information",
        steps_of("diazepam", "10"),
    ),
    "dose.diazepam-equivalents": (
        steps_of("diazepam", "10"), (), "information", made(typed("5"), stop()),
    ),
    "care.past-seizure": (
        made(typed("5"), stop(), care={"factors": ["past-seizure"]}), (), "note",
        made(typed("5"), stop(), care={"factors": ["pregnancy"]}),
    ),
}  # fmt: skip


class TestRules:
    @pytest.mark.parametrize("code", CASES)
    def test_it_fires_and_is_silent(self, code: str) -> None:
        firing, steps, severity, silent = CASES[code]
        first = found(firing, code)
        assert first, [finding.code for finding in firing.findings]
        assert {finding.severity for finding in first} == {severity}
        assert first[0].steps == steps
        assert not found(silent, code)

    def test_every_rule_has_a_case(self) -> None:
        fired = set()
        for firing, *_ in CASES.values():
            known = Course(firing.steps, firing.ends, firing.rounded_away, ())
            fired |= {rule.__name__ for rule in RULES if any(rule(firing.plan, known))}
        assert fired == {rule.__name__ for rule in RULES}

    def test_a_dose_that_cannot_be_made_names_those_around_it(self) -> None:
        (finding,) = found(CASES["dose.not-makeable"][0], "dose.not-makeable")
        assert "9\u00a0mg (below it 7.5\u00a0mg, above it 10\u00a0mg)" in finding.text

    def test_in_a_file_it_stands_in_plain_words(self) -> None:
        (finding,) = [
            finding
            for finding in CASES["dose.not-makeable"][0].to_document()["findings"]
            if finding["code"] == "dose.not-makeable"
        ]
        assert finding == {
            "code": "dose.not-makeable",
            "severity": "serious",
            "steps": [1],
            "text": "The products of d cannot make 9 mg (below it 7.5 mg, above it 10 mg)."
            " Not in the supply.",
            "source": "plan",
        }

    def test_two_cuts_of_15_percent_a_week_apart_break_the_ceiling(self) -> None:
        """27.75 % within 14 days; 14 days apart they are not added up."""
        week = found(steps_of("diazepam", "8.5", "7.225", days=7), "pace.asam-2025.max")
        assert "27.8\u00a0%" in week[0].text
        assert not found(steps_of("diazepam", "8.5", "7.225", days=14), "pace.asam-2025.max")

    def test_a_switch_passes_by_one_source_and_fails_by_another(self) -> None:
        """Lorazepam 2 mg is 10 mg of diazepam by VA/DoD 2021 and 20 mg by Ashton 2002."""
        (finding,) = found(switched("5"), "pace.asam-2025.max")
        assert "not by those of" in finding.text
        assert not found(switched("10"), "pace.asam-2025.max")

    def test_most_serious_first(self) -> None:
        schedule = made(typed("9"), {"kind": "maintain"})
        ranks = [SEVERITIES.index(finding.severity) for finding in schedule.findings]
        assert len(ranks) > 1
        assert ranks == sorted(ranks)

    @given(schedules)
    def test_each_says_its_fact_with_a_source(self, schedule: Schedule) -> None:
        seen = [(finding.code, finding.text, finding.steps) for finding in schedule.findings]
        assert len(seen) == len(set(seen))
        for finding in schedule.findings:
            assert finding.severity in SEVERITIES
            assert finding.text[-1] == "."
            assert finding.source in {"plan", "clinician", *sources()}
            assert set(finding.steps) <= {step.number for step in schedule.steps}


class TestNothingIsSilent:
    """What ends or is not taken is told, however the plan goes on."""

    def test_a_stop_before_maintain_breaks_the_clinicians_limit(self) -> None:
        schedule = made(
            {"kind": "hold", "days": 14}, stop(), MAINTAIN, **OWN,
            regimen=[
                {"drug": "d", "doses_mg": {"bedtime": "10"}},
                {"drug": "e", "doses_mg": {"bedtime": "1"}},
            ],
        )  # fmt: skip
        assert found(schedule, "limit.exceeded.to-zero")
        assert found(schedule, "pace.abrupt-end")

    def test_a_switch_to_what_cannot_be_made(self) -> None:
        switch = {
            "kind": "switch",
            "from": "d",
            "to": "e",
            "to_mg_per_from_mg": "0.1",
            "every_days": 7,
            "moving": ["bedtime"],
        }
        products = [*TABLETS, {"drug": "e", "form": "capsule", "strength_mg": "10"}]
        schedule = made(switch, MAINTAIN, products=products)
        (finding,) = found(schedule, "dose.rounded-to-nothing")
        assert (finding.severity, finding.steps) == ("serious", (1,))
        assert "e is not taken" in finding.text

    def test_a_limit_for_no_drug_of_the_plan(self) -> None:
        limits = [{"drug": "D", "percent": "25", "in_days": 14}]
        assert found(made(typed("5"), stop(), limits=limits), "limit.no-such-drug")


class TestACheckThatBreaks:
    """B75, H28: its silence is never taken for "nothing found"."""

    def test_says_that_it_could_not_run(self, monkeypatch: pytest.MonkeyPatch) -> None:
        def pace_of_steps(plan: Plan, known: Course) -> Iterator[Finding]:
            yield from ()
            raise ZeroDivisionError("10 mg of d")

        monkeypatch.setattr("taper.findings.RULES", (pace_of_steps, *RULES))
        broken = made(typed("5"), {"kind": "maintain"})
        first, *others = broken.findings
        assert (first.code, first.severity) == (UNCHECKED, "serious")
        assert first.text.startswith("The check “pace of steps” could not run")
        assert [finding.code for finding in others] == ["maintain.no-review"]
        with pytest.raises(ValueError, match="could not run"):
            confirm(broken, "A. Clinician", "GP", datetime(2026, 12, 1, tzinfo=UTC))


class TestPublishedTapers:
    """A good published taper gives few findings, a rapid one serious ones."""

    @pytest.mark.parametrize(
        "name",
        [
            "scotland-lorazepam-2mg-to-diazepam",
            "cks-diazepam-40mg-smallest-steps",
            "eular-pmr-prednisone-10mg",
            "nhs-fife-gabapentin-1800mg",
            "va-opioid-slower-morphine-270mg",
        ],
    )
    def test_few_for_a_good_one(self, name: str) -> None:
        beyond = [
            finding
            for finding in published(name).findings
            if not finding.code.endswith((".tail", ".to-zero"))
            # The case names no products, as its source does not.
            and finding.code != "dose.no-products"
        ]
        assert len(beyond) <= 3, [finding.code for finding in beyond]
        assert not [finding for finding in beyond if finding.severity == "serious"]

    @pytest.mark.parametrize(
        "name",
        [
            "va-opioid-rapid-morphine-270mg",
            "fda-label-alprazolam-4mg",
            "fda-label-clonazepam-1mg",
            "fpnotebook-rapid-alprazolam-10mg-to-diazepam",
        ],
    )
    def test_serious_ones_for_a_rapid_one(self, name: str) -> None:
        serious = [f.code for f in published(name).findings if f.severity == "serious"]
        assert any(code.startswith("pace.") for code in serious)


def published(name: str) -> Schedule:
    case = json.loads((FOLDER / "published" / f"{name}.json").read_text("utf-8"))
    return build_schedule(Plan.from_document(case["plan"]))

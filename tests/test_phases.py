"""What each phase does in words, templates of phases, rows out of a spreadsheet."""

from datetime import timedelta
from fractions import Fraction
from typing import Any

import pytest

from taper import template
from taper.pasted import InvalidRows, steps
from taper.phasing import does, either_way, first_doses, first_ideals, phase_of, when
from taper.schedule import sketch

TIMES = ["morning", "noon", "evening", "bedtime"]
HOLD = {"kind": "hold", "days": 14}
SWITCH = {
    "kind": "switch", "from": "clonazepam", "to": "diazepam", "to_mg_per_from_mg": "20",
    "every_days": 7, "moving": ["bedtime", "morning"],
}  # fmt: skip
REDUCE: dict[str, Any] = {
    "kind": "reduce", "drug": "diazepam", "by": {"percent_of_current": "10"}, "every_days": 14,
    "until_mg": "15", "taking_from": ["morning", "bedtime"],
}  # fmt: skip
STOP = {"kind": "stop", "drug": "diazepam"}


def plan(*phases: dict[str, Any]) -> dict[str, Any]:
    return {
        "format": "taper-plan/1",
        "start": "2027-01-04",
        "times": TIMES,
        "regimen": [{"drug": "clonazepam", "doses_mg": {"morning": "0.5", "bedtime": "1"}}],
        "phases": list(phases),
    }


def said(*phases: dict[str, Any]) -> list[str]:
    lines = []
    for stretch, raw in zip(sketch(plan(*phases)).stretches, phases, strict=False):
        read = phase_of(raw)
        if read and stretch.after is not None:
            lines.append(does(stretch, read).replace("\u00a0", " "))
    return lines


class TestWhatAPhaseDoes:
    def test_its_dates_doses_steps_and_weeks(self) -> None:
        assert said(HOLD, SWITCH, REDUCE, STOP) == [
            "4 Jan – 17 Jan 2027 · clonazePAM 1.5 mg · 1 step, 2 weeks",
            "18 Jan – 31 Jan 2027 · clonazePAM 1.5 → 0 mg, diazePAM 0 → 30 mg · 2 steps, 2 weeks",
            "1 Feb – 9 May 2027 · 30 → 15 mg · 7 steps, 14 weeks",
            "from 10 May 2027 · 15 → 0 mg",
        ]

    def test_the_last_step_to_nothing_counts_as_its_end(self) -> None:
        down = {**REDUCE, "by": {"amount_mg": "10"}, "until_mg": "0"}
        assert said(SWITCH, down)[1] == "18 Jan – 14 Feb 2027 · 30 → 0 mg · 2 steps, 4 weeks"

    def test_up_to_the_first_phase_that_is_not_complete(self) -> None:
        assert len(said(HOLD, {"kind": "hold"}, HOLD)) == 1
        assert phase_of(REDUCE)
        assert phase_of({**REDUCE, "steps": 3}) is None
        assert phase_of({"kind": "hop"}) is None

    def test_first_ideal_doses(self) -> None:
        made = sketch(plan(SWITCH, REDUCE, STOP)).stretches[1]
        assert first_ideals(made, "diazepam") == "27 → 24.3 → 21.87\u00a0mg\u00a0…"

    def test_they_are_the_same_before_the_phase_is_complete(self) -> None:
        made = sketch(plan(SWITCH, REDUCE, STOP)).stretches[1]
        waiting = sketch(plan(SWITCH, {**REDUCE, "every_days": 0})).stretches[1]
        start = waiting.before["diazepam"].total
        assert first_doses(REDUCE["by"], start) == first_ideals(made, "diazepam")

    def test_none_are_written_of_what_needs_more_than_the_dose(self) -> None:
        made = sketch(plan(SWITCH, REDUCE, STOP)).stretches[1]
        assert first_ideals(made, "lorazepam") == ""
        for by in (None, {"makeable_steps": 1}, {"equal_steps": 2}, {"amount_mg": ""}):
            assert first_doses(by, Fraction(30)) == ""

    def test_a_dose_that_goes_down_to_nothing_is_written_with_its_0(self) -> None:
        assert first_doses({"amount_mg": "10"}, Fraction(20)) == "10 → 0\u00a0mg"
        assert first_doses({"amount_mg": "10"}, Fraction(20), Fraction(5)) == "10 → 5\u00a0mg"

    def test_days_are_counted_where_there_is_no_start_date(self) -> None:
        hold, stop = sketch(plan(HOLD, STOP | {"drug": "clonazepam"})).stretches
        assert when(hold, hold.start - timedelta(9)) == "day 10 – 23"
        assert when(stop, hold.start) == "from day 15"

    def test_both_readings_of_a_percentage(self) -> None:
        assert [line.replace("\u00a0", " ") for line in either_way("10", Fraction(30))] == [
            "10 % of the current dose: 30 → 27 → 24.3 → 21.87 mg …",
            "10 % of the dose at this phase's start: 30 → 27 → 24 → 21 mg …",
        ]

    @pytest.mark.parametrize("number", ["", "10,5", "0", "100", 10])
    def test_a_number_that_is_no_percentage_says_nothing(self, number: object) -> None:
        assert either_way(number, Fraction(30)) == ()


class TestTemplate:
    def test_holds_no_dose_no_drug_and_no_date(self) -> None:
        typed = {"kind": "set", "steps": [{"days": 7, "doses_mg": {"a": {"noon": "333"}}}]}
        curve = {"occupancy_points": "5", "ed50_mg": "333", "max_percent": "92"}
        phases = [
            HOLD,
            {**SWITCH, "to_mg_per_from_mg": "333"},
            {**REDUCE, "until_mg": "333"},
            {**REDUCE, "by": {"amount_mg": "333"}, "until_mg": "333"},
            {**REDUCE, "by": curve},
            typed,
            STOP,
            {"kind": "maintain", "review_on": "2333-01-01"},
        ]
        kept = str(template.blanked(phases))
        assert "333" not in kept
        assert "azepam" not in kept
        assert "'percent_of_current': '10'" in kept
        assert "'every_days': 14" in kept

    def test_makes_phases_with_the_one_drug_that_can_be_meant(self) -> None:
        kept = template.blanked([REDUCE])
        (phase,) = template.phases(kept, ["lorazepam"], TIMES)
        assert phase["drug"] == "lorazepam"
        assert "until_mg" not in phase
        assert "drug" not in template.phases(kept, ["a", "b"], TIMES)[0]
        assert "drug" not in template.phases(template.blanked([SWITCH, REDUCE]), ["a"], TIMES)[1]
        typed = {"kind": "set", "steps": [{"days": 7, "doses_mg": {"b": {"noon": "3"}}}]}
        assert template.phases(template.blanked([typed]), ["a"], TIMES) == [
            {"kind": "set", "steps": [{"days": 7, "doses_mg": {"a": {"morning": ""}}}]}
        ]

    def test_counts_of_steps_are_no_doses(self) -> None:
        assert template.blanked([{**REDUCE, "steps": 6}])["phases"][0]["steps"] == 6

    def test_leaves_out_an_order_of_times_that_the_plan_does_not_have(self) -> None:
        kept = template.blanked([REDUCE])
        assert "taking_from" not in template.phases(kept, ["a"], ["08:00"])[0]
        assert template.phases(kept, ["a"], TIMES)[0]["taking_from"] == ["morning", "bedtime"]
        turns = {**REDUCE, "taking_from": {"in_turn": ["morning", "bedtime"]}}
        kept = template.blanked([turns])
        assert "taking_from" not in template.phases(kept, ["a"], ["08:00"])[0]
        assert template.phases(kept, ["a"], TIMES)[0]["taking_from"] == turns["taking_from"]

    @pytest.mark.parametrize("other", [None, [], {}, {"format": "taper-plan/1", "phases": [HOLD]}])
    def test_nothing_comes_of_what_is_no_template(self, other: object) -> None:
        assert template.phases(other, ["a"], TIMES) == []


class TestPastedRows:
    def test_sixty_rows_with_a_header_blank_cells_and_blank_lines_at_the_end(self) -> None:
        text = "Days\tMorning\tBedtime\t\r\n" + "7\t\t8\r\n" * 60 + "\t\t\r\n\r\n"
        found = steps(text, ["diazepam"], TIMES, "diazepam")
        assert found == [{"days": 7, "doses_mg": {"diazepam": {"bedtime": "8"}}}] * 60

    def test_blank_cells_beyond_the_columns_are_left_out(self) -> None:
        found = steps("days\tnoon\n7\t2\t\t\n", ["a"], TIMES, "a")
        assert found == [{"days": 7, "doses_mg": {"a": {"noon": "2"}}}]

    def test_several_drugs_in_a_column(self) -> None:
        text = "drug\tdays\tbedtime\nDiazepam\t7\t8\nclonazepam\t\t0.5\ndiazepam\t7\t6"
        assert steps(text, ["diazepam", "clonazepam"], TIMES) == [
            {
                "days": 7,
                "doses_mg": {"diazepam": {"bedtime": "8"}, "clonazepam": {"bedtime": "0.5"}},
            },
            {"days": 7, "doses_mg": {"diazepam": {"bedtime": "6"}}},
        ]

    @pytest.mark.parametrize(
        ("text", "fault"),
        [
            ("days\tnoon\n7\t2\n7\t2,5", "row 3, noon: use a point: 2.5, got '2,5'"),
            ("days\tnoon\n\n7\t2 mg", "row 3, noon: write 2 without a unit, got '2 mg'"),
            ("days\tnoon\n7.5\t2", "row 2, days: must be a whole number from 1 to 365, got '7.5'"),
            ("days\tnoon\n\t2", "row 2, days: must be a whole number from 1 to 365, got nothing"),
            ("days\tnoon\n7\t", "row 2, doses: at least one is needed; write 0 for none"),
            ("days\tnone\n7\t2", "row 1: a column must be days, drug, morning"),
            ("days\tnoon\tnoon\n7\t2\t2", "row 1: the column noon must stand there once"),
            ("days\tdrug\tnoon\n7\tb\t2", "row 2, drug: must be a, got 'b'"),
            ("days\tdrug\tnoon\n7\ta\t2\n\ta\t2", "row 3: a must stand once in a step"),
            ("7 2", "row 1: needs days, morning, noon, evening, bedtime, got 2 cells"),
            ("7\t1\t1\t1\t1\t9", "got 6 cells"),
            ("days\tnoon", "at least one row is needed"),
            ("days\tdrug\n7\ta", "row 1: a column for a time is needed: morning, noon, evening or"),
            ("7\t1\n" * 601, "at most 600 rows, got 601"),
        ],
    )
    def test_what_is_wrong_is_said_by_row(self, text: str, fault: str) -> None:
        with pytest.raises(InvalidRows) as refused:
            steps(text, ["a"], TIMES, "a")
        assert fault in "\n".join(refused.value.faults)

    def test_every_wrong_row_is_told_at_once(self) -> None:
        with pytest.raises(InvalidRows) as refused:
            steps("days\tnoon\n7\t.5\nx\t1\n7\t½", ["a"], TIMES, "a")
        assert [fault[:5] for fault in refused.value.faults] == ["row 2", "row 3", "row 4"]

    def test_the_drug_is_asked_for(self) -> None:
        with pytest.raises(InvalidRows, match="choose the drug"):
            steps("7\t1\t1\t1\t1", ["a", "b"], TIMES)

"""The plan document: all its faults at once, each with its place; nothing guessed."""

import json
from collections.abc import Callable
from copy import deepcopy
from datetime import date
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from spoiled import spoil
from strategies import contract_examples, documents
from taper import InvalidPlan, Plan, build_schedule
from taper.document import MOST_BYTES, MOST_FAULTS, MOST_SIGNS, loads
from taper.plan import json_schema, read
from taper.schedule import sketch

BASE: dict[str, Any] = {
    "format": "taper-plan/1",
    "start": "2027-01-04",
    "regimen": [{"drug": "diazepam", "doses_mg": {"morning": "5", "bedtime": "10"}}],
    "products": [
        {"drug": "diazepam", "form": "tablet", "strength_mg": "2", "pieces": 2},
        {"drug": "diazepam", "form": "oral liquid", "mg_per_ml": "0.4", "measurable_ml": "0.5"},
    ],
    "rounding": "nearest",
    "phases": [
        {"kind": "hold", "days": 14},
        {
            "kind": "reduce",
            "drug": "diazepam",
            "by": {"percent_of_current": "10"},
            "every_days": 14,
            "until_mg": "5",
            "taking_from": ["morning", "bedtime"],
        },
        {
            "kind": "switch",
            "from": "diazepam",
            "to": "clonazepam",
            "to_mg_per_from_mg": "0.05",
            "every_days": 7,
            "moving": ["bedtime", "morning"],
        },
        {"kind": "set", "steps": [{"days": 7, "doses_mg": {"clonazepam": {"bedtime": "0.25"}}}]},
        {"kind": "stop", "drug": "clonazepam"},
    ],
    "edits": [{"step": 1, "days": 21, "why": "holiday"}],
}


def changed(path: str, value: object) -> dict[str, Any]:
    """Return the base document with one place changed; `...` removes it."""
    document = deepcopy(BASE)
    *steps, last = [int(part) if part.isdigit() else part for part in path.split("/")]
    here: Any = document
    for step in steps:
        here = here[step]
    if value is ...:
        del here[last]
    elif isinstance(here, list) and last == len(here):
        here.append(value)
    else:
        here[last] = value
    return document


def test_the_base_is_a_plan() -> None:
    assert not sketch(BASE).faults


REDUCE: dict[str, Any] = BASE["phases"][1]
NO_TIME = "must be one of the plan's times, morning, noon, evening or bedtime, got 'night'"
NOT_LISTED = "must name every time at which diazepam is taken, not bedtime"
NO_DRUG = "must name a drug, got nothing"
NO_FINGERPRINT = "must be a plan's fingerprint, 64 signs of 0-9 and a-f"
NO_DOSE = "must be a drug with a dose over 0 then, and 'lorazepam' has none"
TABLET: dict[str, Any] = BASE["products"][0]
TOO_LARGE = "must be at most 100000 times the smallest part that the products of diazepam share"
ONE_CUT = {key: value for key, value in REDUCE.items() if key != "until_mg"} | {
    "by": {"percent_of_current": "33.3331"},
    "steps": 1,
}
"""From 15 mg to 10.000035 mg."""

# id of the bad input, what is changed, the place named, what the message says
BAD: list[tuple[str, str, object, str, str]] = [
    ("B01", "regimen/0/doses_mg/morning", "", "regimen[0].doses_mg.morning", "a number is needed"),
    ("B03", "regimen/0/doses_mg", {"morning": "0.0"}, "regimen[0].doses_mg", "over 0"),
    ("B05", "regimen/0/doses_mg/morning", ".5", "regimen[0].doses_mg.morning", "write 0.5"),
    ("B08", "phases/1/until_mg", "2,5", "phases[1].until_mg", "use a point: 2.5"),
    ("B12", "regimen/0/doses_mg/morning", True, "regimen[0].doses_mg.morning", "got true"),
    ("B15", "regimen/0/doses_mg/morning", "5 mg", "regimen[0].doses_mg.morning", "write 5 without"),
    (
        "B19",
        "regimen/0/doses_mg/morning",
        "999999",
        "regimen[0].doses_mg.morning",
        "at most 100000",
    ),
    ("B20", "start", ..., "start", "is needed, got nothing"),
    ("B21", "start", "2025-02-29", "start", "there is no such day"),
    ("B21b", "start", "2025-04-31", "start", "there is no such day"),
    ("B27", "start", "20250102", "start", "YYYY-MM-DD"),
    ("B27b", "start", "2025-W01-4", "start", "YYYY-MM-DD"),
    ("B28", "start", "03/04/2025", "start", "YYYY-MM-DD"),
    ("B29", "start", "9999-12-31", "start", "from 2000 to 2100"),
    ("B30", "regimen/0/doses_mg/bedtime", "", "regimen[0].doses_mg.bedtime", "a number is needed"),
    (
        "B31",
        "phases/1/by",
        {"percent_of_current": "0"},
        "phases[1].by.percent_of_current",
        "over 0",
    ),
    (
        "B32",
        "phases/1/by",
        {"percent_of_current": "100"},
        "phases[1].by.percent_of_current",
        "under 100",
    ),
    (
        "B32b",
        "phases/1/by",
        {"percent_of_start": "150"},
        "phases[1].by.percent_of_start",
        "under 100",
    ),
    (
        "B32c",
        "phases/1/by",
        {"percent_of_start": "-10"},
        "phases[1].by.percent_of_start",
        "below 0",
    ),
    ("B33", "phases/1/by", "10", "phases[1].by", "exactly one of percent_of_current"),
    ("B33b", "phases/1/by", {}, "phases[1].by", "exactly one of"),
    ("B36", "phases/1/until_mg", "0", "phases[1].until_mg", "never reaches 0"),
    ("B36b", "phases/1/until_mg", ..., "phases[1].until_mg", "the phase has no end"),
    ("B37", "phases/1/every_days", 0, "phases[1].every_days", "must be 1 to 365 days, got 0"),
    ("B37b", "phases/1/every_days", "1 week", "phases[1].every_days", "must be 1 to 365 days"),
    ("B37c", "phases/1/every_days", 366, "phases[1].every_days", "must be 1 to 365 days, got 366"),
    ("B40", "phases/1/until_mg", "15", "phases[1].until_mg", "must be under the 15 mg"),
    ("B41", "phases/0/days", 0, "phases[0].days", "must be 1 to 365 days, got 0"),
    ("B41b", "phases/5", {"kind": "hold", "days": 7}, "phases[5]", "none is taken then"),
    ("B43", "phases/2/to", "diazepam", "phases[2].to", "another drug"),
    ("B44", "phases/2/to_mg_per_from_mg", "0", "phases[2].to_mg_per_from_mg", "over 0"),
    ("B44b", "phases/2/to_mg_per_from_mg", ..., "phases[2].to_mg_per_from_mg", "is needed"),
    (
        "B47",
        "products/0",
        {**TABLET, "form": "modified-release tablet"},
        "products[0].pieces",
        "never broken",
    ),
    ("B48", "products/0", {**TABLET, "form": "capsule"}, "products[0].pieces", "never broken"),
    (
        "B50",
        "products/2",
        {**TABLET, "pack": 30},
        "products[2]",
        "must not be the same as products[0]",
    ),
    ("B50b", "products/0/strength_mg", "0", "products[0].strength_mg", "over 0"),
    ("B51", "products/1/mg_per_ml", ..., "products[1].mg_per_ml", "is needed"),
    ("B56", "products/0/pieces", 3, "products[0].pieces", "1 whole, 2 halves or 4 quarters"),
    ("B56b", "products/0/pieces", ..., "products[0].pieces", "is needed"),
    ("B59", "label", "plan\n7", "label", "U+000A is not allowed"),
    ("B59b", "label", "plan \u202e7", "label", "U+202E is not allowed"),
    ("B59c", "regimen/0/drug", "x\ufeffy", "regimen[0].drug", "U+FEFF is not allowed"),
    ("B59d", "regimen/0/drug", "x\u200by", "regimen[0].drug", "U+200B is not allowed"),
    ("B59e", "times", ["noon", "noon\u2060"], "times[1]", "U+2060 is not allowed"),
    ("B59f", "phases/4/drug", "x\U000e0041", "phases[4].drug", "U+E0041 is not allowed"),
    ("B60", "label", "x" * 61, "label", "at most 60 characters, got 61"),
    ("B64", "extra", 1, "extra", "unknown key"),
    ("B64b", "format", "taper-plan/2", "format", "must be taper-plan/1"),
    ("B64c", "phases/1/every_days", 7.5, "phases[1].every_days", "got 7.5"),
    ("drugs", "phases/3/steps/0/doses_mg", {str(n): {} for n in range(21)}, "phases", "at most 20"),
    ("null", "label", None, "label", "got null"),
    ("null in a part", "phases/1/rounding", None, "phases[1].rounding", "got null"),
    ("rounding", "rounding", ..., "phases[1].rounding", "diazepam has products"),
    ("taking", "phases/1/taking_from", ..., "phases[1].taking_from", "is needed: diazepam is then"),
    ("listed", "phases/1/taking_from", ["morning"], "phases[1].taking_from", "not bedtime"),
    (
        "time",
        "regimen/0/doses_mg/night",
        "1",
        "regimen[0].doses_mg.night",
        "one of the plan's times",
    ),
    ("twice", "regimen/1", BASE["regimen"][0], "regimen[1].drug", "must not be the same as"),
    ("end", "phases/4", ..., "phases", "the plan does not say how it ends"),
    ("last", "phases/0", {"kind": "maintain"}, "phases[0]", "must be the last phase"),
    ("edit", "edits/0/step", 99, "edits[0].step", "must be a step of the plan, 1 to"),
    (
        "edits",
        "edits/1",
        {"step": 1, "days": 3},
        "edits[1].step",
        "must not be the same as edits[0]",
    ),
    ("stale", "edits/0/was_mg", {"diazepam": "14"}, "edits[0].was_mg.diazepam", "must be 15"),
    (
        "misplaced",
        "edits/0",
        {"step": 3, "doses_mg": {"diazepam": {"noon": "1"}}},
        "edits[0].doses_mg.diazepam.noon",
        "taking_from",
    ),
    (
        "large",
        "regimen/0/doses_mg/morning",
        "100000",
        "regimen[0].doses_mg.morning",
        "100000 times",
    ),
    ("no dose", "phases/4/drug", "oxazepam", "phases[4].drug", "'oxazepam' has none"),
    (
        "products",
        "phases/1",
        {**REDUCE, "by": {"makeable_steps": 1}, "drug": "lorazepam"},
        "phases[1].drug",
        "has none",
    ),
]


class TestRefusesRatherThanGuesses:
    """P3: It refuses rather than guesses, and says where, what is accepted and what was seen."""

    @pytest.mark.parametrize(
        ("path", "value", "place", "said"),
        [pytest.param(*row[1:], id=row[0]) for row in BAD],
    )
    def test_a_fault_has_its_place(self, path: str, value: object, place: str, said: str) -> None:
        made = sketch(changed(path, value))
        assert place in [fault.place for fault in made.faults if said in fault.text], made.faults
        document = changed(path, value)
        with pytest.raises(InvalidPlan) as caught:
            build_schedule(Plan.from_document(document))
        assert place in str(caught.value)

    @pytest.mark.parametrize(
        ("path", "value", "lines"),
        [
            ("odd", 1, ["odd: unknown key"]),
            ("start", ..., ["start: is needed, got nothing"]),
            ("on_hand", [{"product": 1, "count": "1"}], []),
            (
                "on_hand",
                [{"product": 2, "count": "1"}],
                ["on_hand[0].product: must be the place of a product, 0 to 1, got 2"],
            ),
            (
                "on_hand",
                [{"product": at, "count": "1"} for at in (0, 1, 0)],
                ["on_hand[2].product: must not be the same as on_hand[0]"],
            ),
            ("edits", [], []),
            ("edits/0", {"step": 1}, ["edits[0]: must change days or doses_mg, got neither"]),
            ("edits/0", {"step": 1, "doses_mg": {}}, [f"edits[0].doses_mg: {NO_DRUG}"]),
            (
                "edits/0",
                {"step": 1, "doses_mg": {"diazepam": {}}},
                ["edits[0].doses_mg.diazepam: must name a time of day, got nothing"],
            ),
            (
                "phases/1",
                ONE_CUT | {"by": {"equal_steps": 3}},
                [
                    "phases[1].steps: must be left out: equal_steps says how many",
                    "phases[1].until_mg: is needed, got nothing",
                ],
            ),
            (
                "replaces",
                "A" * 64,
                [f"replaces: {NO_FINGERPRINT}, got '{'A' * 38}…"],
            ),
            ("regimen", [], ["regimen: at least one is needed, got none"]),
            ("phases", [], ["phases: at least one is needed, got none"]),
            (
                "care",
                {"factors": ["opioid", "opioid"]},
                ["care.factors[1]: must be ticked once, got it twice"],
            ),
            (
                "products",
                [BASE["products"][0]] * 2,
                ["products[1]: must not be the same as products[0]"],
            ),
            ("times", "morning", ["times: must be a list, got 'morning'"]),
            ("times", [], ["times: at least one is needed, got none"]),
            (
                "times",
                ["morning", "bedtime", "morning"],
                ["times[2]: must name each time once, got 'morning' twice"],
            ),
            (
                "regimen",
                {},
                ["regimen: must be a list, got an object"],
            ),
            (
                "phases",
                [{"kind": "hold", "days": 7}, {"kind": "maintain"}, {"kind": "hold", "days": 7}],
                ["phases[1]: maintain must be the last phase"],
            ),
            (
                "phases",
                [{"kind": "maintain"}, {"kind": "hold", "days": 0}],
                [
                    "phases[1].days: must be 1 to 365 days, got 0",
                    "phases[0]: maintain must be the last phase",
                ],
            ),
            (
                "phases/1/taking_from",
                ["morning"],
                [f"phases[1].taking_from: {NOT_LISTED}"],
            ),
            (
                "phases",
                [ONE_CUT, REDUCE | {"until_mg": "12"}],
                ["phases[1].until_mg: must be under the 10 mg taken then, got 12"],
            ),
            # A limit is reached, and passed.
            ("phases/3/steps/0/doses_mg", {str(n): {} for n in range(18)}, []),
            (
                "phases/3/steps/0/doses_mg",
                {str(n): {} for n in range(19)},
                ["phases: must name at most 20 drugs with all else, got 21"],
            ),
            ("regimen/0/doses_mg/morning", "20000", []),
            (
                "regimen/0/doses_mg/morning",
                "20000.2",
                [f"regimen[0].doses_mg.morning: {TOO_LARGE}"],
            ),
            (
                "phases/1/taking_from",
                {"in_turn": ["bedtime", "night"]},
                [f"phases[1].taking_from.in_turn[1]: {NO_TIME}"],
            ),
            (
                "phases/1/taking_from/0",
                "night",
                [f"phases[1].taking_from[0]: {NO_TIME}"],
            ),
            (
                "phases/1/taking_from",
                ...,
                ["phases[1].taking_from: is needed: diazepam is then taken at morning, bedtime"],
            ),
            (
                "phases/1/until_mg",
                "16.0005",
                ["phases[1].until_mg: must be under the 15 mg taken then, got 16.0005"],
            ),
            (
                "phases/1",
                REDUCE | {"drug": "lorazepam"},
                [f"phases[1].drug: {NO_DOSE}"],
            ),
            (
                "phases/2/from",
                "lorazepam",
                [f"phases[2].from: {NO_DOSE}"],
            ),
            (
                "phases",
                [{"kind": "stop", "drug": "diazepam"}, {"kind": "hold", "days": 7}],
                ["phases[1]: hold needs a drug with a dose over 0, but none is taken then"],
            ),
        ],
    )
    def test_a_fault_is_told_in_full(self, path: str, value: object, lines: list[str]) -> None:
        assert [str(fault) for fault in sketch(changed(path, value)).faults] == lines

    def test_what_needs_a_product_that_is_not_there(self) -> None:
        document = changed("products", ...)
        document["on_hand"] = [{"product": 0, "count": "1"}]
        document["phases"][1]["by"] = {"makeable_steps": 1}
        assert [str(fault) for fault in sketch(document).faults] == [
            "on_hand[0].product: no products, got 0",
            "phases[1].by.makeable_steps: needs products of diazepam, got none",
        ]

    @pytest.mark.parametrize(
        ("key", "entry", "most"),
        [
            ("visits", lambda at: {"on": "2027-01-01", "what": "phone"}, 200),
            ("times", lambda at: ("morning", "bedtime")[at] if at < 2 else f"time {at}", 24),
            ("limits", lambda at: {"drug": "a", "percent": "10", "in_days": at + 1}, 20),
            ("products", lambda at: TABLET | {"strength_mg": str(at + 1)}, 100),
            ("regimen", lambda at: {"drug": str(at), "doses_mg": {"noon": "1"}}, 20),
        ],
    )
    def test_so_many_and_no_more(self, key: str, entry: Callable[[int], Any], most: int) -> None:
        def faults(count: int) -> list[str]:
            document = changed(key, [entry(at) for at in range(count)])
            if key == "regimen":  # as many drugs as a plan may name in all
                document["phases"] = [{"kind": "maintain"}]
            return [str(fault) for fault in read(document).faults if fault.place == key]

        assert not faults(most)
        assert faults(most + 1) == [f"{key}: must be at most {most}, got {most + 1}"]

    @pytest.mark.parametrize(
        ("document", "what"), [(None, "null"), ([], "a list"), ("x", "'x'"), (3, "3")]
    )
    def test_what_is_no_object_has_no_place(self, document: object, what: str) -> None:
        (fault,) = read(document).faults
        assert (fault.place, fault.text) == ("", f"must be an object, got {what}")

    def test_all_faults_come_at_once(self) -> None:
        document = changed("phases/1/every_days", 0)
        document["regimen"][0]["doses_mg"]["morning"] = ".5"
        document["phases"][2]["to"] = "diazepam"
        document["edits"].append({"step": 0, "days": 400})
        document["wrong"] = None
        assert [fault.place for fault in sketch(document).faults] == [
            "wrong",
            "regimen[0].doses_mg.morning",
            "phases[1].every_days",
            "phases[2].to",
            "edits[1].step",
            "edits[1].days",
        ]

    def test_arithmetic_and_form_are_checked_together(self) -> None:
        document = changed("phases/1/until_mg", "15")
        document["phases"][3] = {"kind": "hop"}
        assert [fault.place for fault in sketch(document).faults] == [
            "phases[3].kind",
            "phases[1].until_mg",
        ]

    def test_at_most_forty_lines_of_three_hundred_signs(self) -> None:
        document = changed("phases", [{"kind": "x" * 500, "y" * 900: 1}] * 100)
        with pytest.raises(InvalidPlan) as caught:
            Plan.from_document(document)
        lines = str(caught.value).splitlines()
        assert len(lines) == MOST_FAULTS
        assert max(map(len, lines)) <= MOST_SIGNS

    def test_a_fault_is_one_line_whatever_the_document_says(self) -> None:
        for name in ("a\nb", "a\u202eb", "\ud800", "\u2028"):
            with pytest.raises(InvalidPlan) as caught:
                Plan.from_document({**BASE, name: 1, "label": name})
            assert all(len(str(fault).splitlines()) == 1 for fault in caught.value.faults)
            "\n".join(map(str, caught.value.faults)).encode()

    @pytest.mark.parametrize("value", [None, 1, "x", [], [BASE], True])
    def test_a_plan_is_an_object(self, value: object) -> None:
        assert [fault.text[:17] for fault in read(value).faults] == ["must be an object"]

    def test_a_time_that_is_there_twice_is_listed_once(self) -> None:
        document = changed("times", ["morning", "bedtime", "morning"])
        document["regimen"][0]["doses_mg"]["night"] = "1"
        said = {fault.place: fault.text for fault in read(document).faults}
        assert said["regimen[0].doses_mg.night"] == (
            "must be one of the plan's times, morning or bedtime, got 'night'"
        )


class TestWhatIsSound:
    """What is not at fault is drawn while the rest is typed, up to the first faulty phase."""

    @pytest.mark.parametrize(
        "key", ["start", "times", "regimen", "products", "rounding", "phases", "changes_on"]
    )
    def test_nothing_is_drawn_of_what_all_else_rests_on(self, key: str) -> None:
        reading = read(changed(key, "x"))
        assert reading.faults
        assert reading.plan is None

    @pytest.mark.parametrize("key", ["format", "label", "visits", "odd"])
    def test_all_is_drawn_where_no_dose_rests_on_the_fault(self, key: str) -> None:
        reading = read(changed(key, 7))
        assert reading.faults
        assert reading.plan == read(BASE).plan

    @pytest.mark.parametrize("other", [{"step": 2, "days": "x"}, {"step": 1, "days": 7}, 7])
    def test_a_fault_of_one_edit_keeps_the_others(self, other: object) -> None:
        edits = [{"step": 1, "days": 21}, other, {"step": 3, "days": 7}]
        reading = read(changed("edits", edits))
        assert reading.plan
        assert [edit.step for edit in reading.plan.edits] == [1, 3]
        assert reading.plan.format == "taper-plan/1"

    @pytest.mark.parametrize(
        ("path", "value"),
        [("phases/2/every_days", "x"), ("phases/2/moving", {"equal_steps": 0}), ("phases/2", 7)],
    )
    def test_a_fault_of_a_phase_keeps_those_before(self, path: str, value: object) -> None:
        reading = read(changed(path, value))
        assert reading.plan
        assert reading.plan.phases == read(BASE).plan.phases[:2]  # type: ignore[union-attr]
        assert reading.plan.edits


class TestJson:
    """The door for text: JSON and nothing else, without a key twice."""

    def test_a_plan_is_written_to_be_read_by_people_too(self) -> None:
        text = Plan.from_document(BASE | {"label": "½ ü"}).to_json()
        head = '{\n  "format": "taper-plan/1",\n  "label": "½ ü",\n  "start": "2027-01-04",\n'
        assert text.startswith(head)
        assert text.endswith("\n}\n")

    @pytest.mark.parametrize(
        ("text", "said"),
        [
            ('{"a": 1, "a": 2}', "a: must stand there once"),
            ('{"p": [{"a": {"b": 1, "b": 1}}]}', r"p\[0\].a.b: must stand there once"),
            ('{"a": NaN}', "NaN is not a JSON number"),
            ('{"a": 1e999999999999999999999}', "numbers of a sensible size"),
            ("[1", "line 1 column 3: must be JSON"),
            ("", "must be JSON"),
            ("[" * 50 + "]" * 50, "at most 32 levels"),
            ("[" * 100_000, "at most 32 levels"),
            (b'"\xff"', "byte 1 is not"),
            (b" " * (MOST_BYTES + 1), "at most 1000000 bytes"),
        ],
    )
    def test_what_is_no_document_is_refused(self, text: str | bytes, said: str) -> None:
        with pytest.raises(InvalidPlan, match=said):
            loads(text)

    def test_huge_numbers_are_read_without_harm(self) -> None:
        text = json.dumps(BASE).replace("14,", "1" * 5000 + ",")
        with pytest.raises(InvalidPlan, match=r"phases\[1\].every_days"):
            Plan.from_json(text)
        with pytest.raises(InvalidPlan, match=r"phases\[1\].every_days"):
            Plan.from_json(json.dumps(BASE).replace("14,", "1e999999999,"))

    @given(documents)
    def test_a_saved_plan_comes_back_the_same(self, document: dict[str, Any]) -> None:
        """P14: A saved plan comes back the same."""
        reading = read(document)
        if reading.faults or not reading.plan:
            return
        again = Plan.from_json(reading.plan.to_json())
        assert again.to_document() == reading.plan.to_document()
        assert again.fingerprint == reading.plan.fingerprint

    def test_the_fingerprint_knows_every_change_of_a_dose(self) -> None:
        prints = {
            Plan.from_document(changed(path, value)).fingerprint
            for path, value in (
                ("label", "plan 7"),
                ("start", "2027-01-05"),
                ("regimen/0/doses_mg/morning", "5.5"),
                ("rounding", "down"),
                ("phases/1/until_mg", "6"),
                ("edits/0/days", 22),
            )
        }
        assert len(prints) == 6
        written = changed("regimen/0/doses_mg/morning", "5.0")
        assert Plan.from_document(written).fingerprint == Plan.from_document(BASE).fingerprint


SCHEMA = Draft202012Validator(json_schema())


def test_the_published_schema_is_the_one_in_force() -> None:
    published = Path(__file__).parents[1] / "docs" / "plan.schema.json"
    assert json.loads(published.read_text("utf-8")) == json_schema()


class TestSchema:
    """The published JSON Schema agrees with the validation."""

    def test_it_is_a_schema(self) -> None:
        Draft202012Validator.check_schema(json_schema())

    @given(documents)
    def test_what_is_read_is_valid(self, document: dict[str, Any]) -> None:
        if not read(document).faults:
            assert SCHEMA.is_valid(document)

    @given(
        st.integers(0, 2**32),
        st.sampled_from([case["plan"] for case in contract_examples().values()]),
    )
    def test_a_changed_leaf_is_refused_by_both_or_none(
        self, seed: int, plan: dict[str, Any]
    ) -> None:
        rng = Random(seed)
        document = deepcopy(plan)
        spoil(document, rng)
        if SCHEMA.is_valid(document):
            # Beyond the schema: what parts say against each other.
            assert all(
                BETWEEN in f.text or any(word in f.text for word in TOGETHER)
                for f in read(document).faults
            )
        else:
            assert read(document).faults


BETWEEN = "must not be the same as"
TOGETHER = (
    "one of the plan's times",
    "once",
    "another drug",
    "has products",
    "must be the last",
    "at least one dose must be over 0",
    "products of",
    "never broken",
    "no such day",
    "is needed: 1 whole",
    "must be at most",
    "never reaches 0",
    "must name",
    "got neither",
    "halves or 4",
)


@given(st.integers(0, 2**32), documents)
def test_any_document_is_read_or_refused(seed: int, document: dict[str, Any]) -> None:
    """P3, P20: no document makes a traceback; what has no fault makes a schedule."""
    rng = Random(seed)
    for _ in range(rng.randint(1, 3)):
        spoil(document, rng)
    made = sketch(document)
    assert made.faults or made.schedule
    for fault in made.faults:
        assert fault.text
        assert fault.place or "object" in fault.text


def test_dates_to_the_end_of_the_range() -> None:
    plan = changed("start", "2100-12-31")
    assert sketch(plan).schedule is not None
    assert Plan.from_document(plan).start == date(2100, 12, 31)

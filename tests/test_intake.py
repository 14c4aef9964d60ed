"""A typed line: read strictly, what it leaves open asked, everything else refused in words."""

import pytest

from taper.intake import AsNeeded, Dose, InvalidIntake, UnknownTime, regimen

TIMES = ["morning", "noon", "evening", "bedtime"]


def doses(line: str) -> list[tuple[str | None, tuple[str, ...], int]]:
    (taken,) = regimen(line, TIMES)
    assert taken.drug == "a"
    return [(dose.mg, dose.times, dose.how_often) for dose in taken.doses]


@pytest.mark.parametrize(
    ("line", "read"),
    [
        ("a 0.5 mg morning, 1 mg bedtime", [("0.5", ("morning",), 0), ("1", ("bedtime",), 0)]),
        ("a 0.5mg Morning,1 mg  at bedtime", [("0.5", ("morning",), 0), ("1", ("bedtime",), 0)]),
        ("a 1 mg in the evening", [("1", ("evening",), 0)]),
        ("a 2 x 0.5 mg noon", [("1", ("noon",), 0)]),
        ("a 3×0.25 mg tabs noon", [("0.75", ("noon",), 0)]),
        ("a 2 tablets of 0.5 mg noon", [("1", ("noon",), 0)]),
        ("a 1 mg QAM, 2 mg QHS", [("1", ("morning",), 0), ("2", ("bedtime",), 0)]),
        *((f"a 1 mg {word}", [("1", (), 1)]) for word in ("QD", "od", "once a day", "nocte")),
        *((f"a 1 mg {word}", [("1", (), 2)]) for word in ("BID", "bd", "b.i.d.", "twice a day")),
        *((f"a 1 mg {word}", [("1", (), 3)]) for word in ("TID", "tds", "three times daily")),
        *((f"a 1 mg {word}", [("1", (), 4)]) for word in ("QID", "qds", "4 times a day")),
        ("a 2 tabs BID", [(None, (), 2)]),
        ("a 1.5 tablets noon", [(None, ("noon",), 0)]),
    ],
)
def test_what_a_line_says(line: str, read: list[tuple[str | None, tuple[str, ...], int]]) -> None:
    assert doses(line) == read


def test_several_drugs_in_one_line_or_several() -> None:
    found = regimen("a 1 mg noon; b SR 2 mg noon\nc 3 mg noon;", TIMES)
    assert [taken.drug for taken in found] == ["a", "b SR", "c"]


def test_what_is_asked_becomes_an_entry_in_the_order_of_the_times() -> None:
    (taken,) = regimen("a 1.5 tabs BID, 2 mg noon", TIMES)
    tablets, noon = taken.doses
    asked = tablets.of_strength("0.5").at(["bedtime", "morning"])
    entry = type(taken)("a", (asked, noon)).entry(TIMES)
    assert entry == {"drug": "a", "doses_mg": {"morning": "0.75", "noon": "2", "bedtime": "0.75"}}
    assert list(entry["doses_mg"]) == ["morning", "noon", "bedtime"]


def test_nothing_taken_is_no_entry() -> None:
    (taken,) = regimen("a 0 mg noon", TIMES)
    with pytest.raises(InvalidIntake, match=r"^at least one dose must be over 0$"):
        taken.entry(TIMES)


@pytest.mark.parametrize("times", [[], ["noon"], ["noon", "noon"], TIMES[:3]])
def test_as_many_times_as_it_is_taken(times: list[str]) -> None:
    with pytest.raises(InvalidIntake, match="choose 2 times"):
        Dose("1 mg BID", "1", how_often=2).at(times)


@pytest.mark.parametrize("strength", ["", "0", ".5", "0,5", "1 mg", "0.00001"])
def test_a_strength_is_read_by_the_one_grammar(strength: str) -> None:
    (taken,) = regimen("a 2 tabs noon", TIMES)
    with pytest.raises(InvalidIntake):
        taken.doses[0].of_strength(strength)


def test_the_plan_has_qhs_and_qam_under_other_names() -> None:
    (taken,) = regimen("a 1 mg QHS, 2 mg QAM", ["08:00", "22:00"])
    assert [dose.how_often for dose in taken.doses] == [1, 1]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("", "write what is taken now"),
        ("a", "write the drug, then each amount"),
        ("1 mg noon", "write the drug, then each amount"),
        ("a 1 noon", "write mg after the amount"),
        ("a .5 mg noon", "write 0.5, got"),
        ("a 5. mg noon", "write 5, got"),
        ("a 2,5 mg noon", "use a point: 2.5"),
        ("a 1,000 mg noon", "write 1000 without a comma"),
        ("a -5 mg noon", "must not be below 0"),
        ("a 1e1 mg noon", "plain digits"),
        ("a O.5 mg noon", "letter O"),
        ("a ½ mg noon", "write 0.5"),
        ("a 1/2 tab noon", "write 0.5"),
        ("a two tabs noon", "plain digits"),
        ("a 0 tabs noon", "over 0"),
        ("a half a tab noon", "write an amount, mg"),
        ("a 500 mcg noon", "1 mg is 1000 micrograms"),
        ("a 500µg noon", "1 mg is 1000 micrograms"),
        ("a 1 g noon", "1 g is 1000 mg"),
        ("a 5 mL noon", "how many mg are in 1 mL"),
        ("a 2 mg/day", "at which times"),
        ("a 2 mg daily", "at which times"),
        ("a 200000 mg noon", "at most 100000"),
        ("a 0.5 x 0.0001 mg noon", "at most 4 digits"),
        ("a 1 mg", "one time of day"),
        ("a 1 mg noon, 2 mg Noon", "noon must stand there once"),
        ("a 1 mg noon; A 2 mg noon", "A must stand there once"),
        ("a 1 mg noon 1 mg bedtime", "put a comma between the doses"),
        ("a 1 mg 08:00,2 mg noon", "a space after each comma"),
        ("a 2 tabs 5 mg noon", "put a comma between the doses"),
        ("a 1 mg hs", "half strength"),
        ("a 1 mg 8am", "or as 08:00"),
        ("a 1 mg every 8 hours", "or as 08:00"),
        ("a 1 mg at \u200bx", r"^the time of day: the character U\+200B is not allowed"),
        ("a B12 1 mg noon", "no digits"),
        ("a\u200bb 1 mg noon", r"U\+200B is not allowed"),
        (f"{'a' * 61} 1 mg noon", "at most 60 characters"),
    ],
)
def test_what_is_refused(line: str, said: str) -> None:
    with pytest.raises(InvalidIntake, match=said):
        regimen(line, TIMES)


@pytest.mark.parametrize(
    "words", ["prn", "as needed", "If required", "when needed", "qod", "alternate days", "weekly"]
)
def test_a_dose_that_is_not_taken_every_day_is_outside(words: str) -> None:
    with pytest.raises(AsNeeded, match=r"doses taken every day; put .* in as typed steps"):
        regimen(f"a 1 mg noon, 1 mg {words}", TIMES)


@pytest.mark.parametrize(("words", "time"), [("08:00", "08:00"), ("at tea time", "tea time")])
def test_a_time_that_the_plan_has_not(words: str, time: str) -> None:
    with pytest.raises(UnknownTime, match="must be morning, noon, evening or bedtime") as caught:
        regimen(f"a 1 mg {words}", TIMES)
    assert caught.value.time == time
    (taken,) = regimen(f"a 1 mg {words}", [*TIMES, time])
    assert taken.doses[0].times == (time,)


def test_more_often_than_the_plan_has_times() -> None:
    with pytest.raises(InvalidIntake, match="the plan has only 2 times of day: add one"):
        regimen("a 1 mg TID", ["morning", "bedtime"])

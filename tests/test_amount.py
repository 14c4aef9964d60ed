"""Quantities: one door from text to value, one from value to text."""

import ast
from contextlib import suppress
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import taper
from taper import amount

plain_numbers = st.from_regex(amount.GRAMMAR, fullmatch=True, alphabet="0123456789.").filter(
    lambda text: len(text) <= 12
)
decimals = st.integers(-(10**12), 10**12).map(lambda units: Fraction(units, 10**8))

TAPER = Path(taper.__file__).parent
CORE = [
    module
    for file in sorted(TAPER.rglob("*.py"))
    if not (module := file.relative_to(TAPER).with_suffix("").as_posix()).startswith(
        ("chart/", "ui/")  # pixels on the screen, shares of a page
    )
]


class TestExact:
    """P1: Doses are exact; no binary fractions anywhere."""

    @pytest.mark.parametrize("module", CORE)
    def test_no_float_in_the_core(self, module: str) -> None:
        source = (TAPER / f"{module}.py").read_text("utf-8")
        for node in ast.walk(ast.parse(source)):
            assert not (isinstance(node, ast.Constant) and isinstance(node.value, float)), module
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                assert node.func.id not in ("float", "round"), (module, node.lineno)

    def test_a_float_is_refused_as_a_fault_of_the_program(self) -> None:
        with pytest.raises(TypeError):
            amount.parse(0.1)

    @given(plain_numbers, st.integers(1, 99))
    def test_a_cut_added_back_is_the_same(self, text: str, percent: int) -> None:
        dose = amount.parse(text)
        assert dose * (100 - percent) / 100 + dose * percent / 100 == dose


class TestPrinting:
    """P2: What is printed reads back as the same amount."""

    @given(decimals)
    def test_plain_is_exact(self, value: Fraction) -> None:
        assert Fraction(amount.plain(value)) == value

    @given(plain_numbers)
    def test_what_is_read_is_printed_and_read_again(self, text: str) -> None:
        printed = amount.plain(amount.parse(text))
        assert amount.parse(printed) == amount.parse(text)
        assert amount.plain(amount.parse(printed)) == printed

    @given(decimals)
    def test_safe_writing(self, value: Fraction) -> None:
        """P18: no trailing zero, always a leading zero, a space that does not break."""
        number, unit = amount.with_unit(value).split("\u00a0")
        assert unit == "mg"
        assert not number.startswith((".", "−."))
        assert "." not in number or number[-1] not in "0."
        assert number.replace(",", "").replace("−", "-") == amount.plain(value)
        whole = number.split(".")[0].lstrip("−")
        assert all(len(group) == 3 for group in whole.split(",")[1:])
        assert len(whole.split(",")[0]) <= 3

    @given(st.fractions(-100, 100), st.integers(0, 4))
    def test_rounding_is_half_to_even(self, value: Fraction, places: int) -> None:
        scale = 10**places
        near = amount.rounded(value, places)
        assert abs(near - value) * 2 * scale <= 1
        if abs(near - value) * 2 * scale == 1:
            assert near * scale % 2 == 0
        assert amount.plain(near) == amount.plain_rounded(value, places)

    def test_zero_has_no_minus(self) -> None:
        assert amount.plain_rounded(Fraction(-1, 10_000), 3) == "0"

    def test_no_finite_decimal_is_never_cut_short(self) -> None:
        with pytest.raises(ValueError, match="no exact decimal"):
            amount.plain(Fraction(1, 3))


NO_NUMBER = "must be a number in plain digits such as 0.5 or 12"
REFUSED = {
    "B01": {"": "a number is needed"},
    "B02": {"  ": "a number is needed", "\u00a0": "a number is needed"},
    "B04": {"-5": "must not be below 0", "−5": "must not be below 0"},
    "B05": {".5": "write 0.5"},
    "B06": {"5.": "write 5", "+5": "write 5", "005": "write 5", " 5": "write 5 without spaces"},
    "B08": {"2,5": "use a point: 2.5"},
    "B09": {"1,000": "write 1000 without a comma, or 1.000 with a point"},
    "B10": dict.fromkeys(("1.2.3", "10 10", "10-20", "<5", "~5", "5?"), NO_NUMBER),
    "B11": dict.fromkeys(("1e1", "0x10", "1_0", "NaN", "inf", "true", "None"), NO_NUMBER),
    "B12": {"-0": "must not be below 0"},
    "B13": dict.fromkeys(("１０", "١٠", "²"), "use the digits 0 to 9"),
    "B14": {
        text: f"has the letter {letter} where a digit belongs"
        for text, letter in (("O.5", "O"), ("l0", "l"), ("1O", "O"), ("1I", "I"), ("o5", "o"))
    },
    "B15": {"5mg": "write 5 without a unit", "5 mg": "write 5 without a unit"},
    "B17": {
        **dict.fromkeys(("½", "1/2"), "write 0.5"),
        **dict.fromkeys(("¼", "1/4"), "write 0.25"),
        **dict.fromkeys(("¾", "3/4"), "write 0.75"),
        "2 1/2": NO_NUMBER,
    },
    "B18": {"500 ug": "write 500 without a unit", "500 µg": "write 500 without a unit"},
    "B19": {
        "0.00001": "at most 4 digits after the point",
        "9" * 10_000: "must be at most 100000",
    },
}


class TestRefusals:
    """P3: It refuses rather than guesses. The ids are those of the list of bad inputs."""

    @pytest.mark.parametrize(
        ("text", "said"),
        [
            pytest.param(*row, id=f"{key}-{row[0][:6]!r}")
            for key in REFUSED
            for row in REFUSED[key].items()
        ],
    )
    def test_what_is_no_plain_number_is_refused(self, text: str, said: str) -> None:
        with pytest.raises(amount.InvalidAmount) as caught:
            amount.parse(text)
        assert str(caught.value) == f"{said}, got {amount.seen(text)}"
        assert len(str(caught.value)) < 200

    def test_b07_a_trailing_zero_is_read_and_not_shown(self) -> None:
        assert amount.plain(amount.parse("5.0")) == "5"

    @given(st.text())
    def test_any_text_is_read_or_refused(self, value: str) -> None:
        with suppress(amount.InvalidAmount):
            assert amount.parse(value) == Fraction(value)


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (None, "null"), (True, "true"), (False, "false"), ({"a": 1}, "an object"), ([1], "a list"),
        ("½", "'½'"), (12, "12"), ("a" * 38, f"'{'a' * 38}'"), ("a" * 39, f"'{'a' * 38}…"),
        (10**40, f"1{'0' * 38}…"),
    ],
)  # fmt: skip
def test_what_was_found_is_shown_on_one_short_line(value: object, shown: str) -> None:
    assert amount.seen(value) == shown


def test_a_quantity_is_never_parted_from_its_unit() -> None:
    """On screen and paper: a no-break space, a comma from 1,000, a true minus."""
    assert amount.with_unit(Fraction("12500.5")) == "12,500.5\u00a0mg"
    assert amount.with_unit(Fraction("-0.25"), "mL") == "−0.25\u00a0mL"
    assert amount.with_unit(Fraction(2, 3), places=1) == "0.7\u00a0mg"


@pytest.mark.parametrize(
    ("value", "places", "printed"),
    [
        ("1/2", 0, "0"), ("3/2", 0, "2"), ("5/2", 0, "2"), ("2", 0, "2"), ("-3/2", 0, "-2"),
        ("1/8", 2, "0.12"), ("3/8", 2, "0.38"), ("1/3", 3, "0.333"), ("1999/1000", 2, "2"),
        ("-1/400", 2, "0"), ("100", 2, "100"),
    ],
)  # fmt: skip
def test_half_goes_to_even(value: str, places: int, printed: str) -> None:
    assert amount.plain_rounded(Fraction(value), places) == printed


def test_the_longest_number_that_is_read_and_the_longest_that_is_printed() -> None:
    assert amount.parse("99999999.999") == Fraction("99999999.999")
    with pytest.raises(amount.InvalidAmount, match=r", got '99999999\.9999'$"):
        amount.parse("99999999.9999")
    assert amount.plain(Fraction(1, 10**12)) == "0.000000000001"
    with pytest.raises(ValueError, match="has no exact decimal"):
        amount.plain(Fraction(1, 10**13))

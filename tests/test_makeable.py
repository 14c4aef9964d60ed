"""What products make of a plan, against sums made the slow way."""

from fractions import Fraction
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given

from taper import Plan, build_schedule
from taper.makeable import (
    Fit,
    between,
    doses,
    exact_per_ml,
    fit,
    ideals,
    listed,
    same_strength,
    with_products,
)
from taper.parts import Liquid, Product, Solid
from taper.reference import facts
from taper.steps import Course
from test_dispensing import doses as amounts
from test_dispensing import sets, sums


@given(sets, amounts.filter(bool))
def test_the_doses_are_all_the_sums(products: list[Product], most: Fraction) -> None:
    found = doses(products, most)
    made = sums(products, most + 6)
    above = next(mg for mg in made if mg >= most)
    assert found.mg == tuple(mg for mg in made if 0 < mg <= above)
    assert found.most == above
    if found.even_from is not None:
        even = [mg for mg in (Fraction(0), *found.mg) if mg >= found.even_from]
        assert {after - before for before, after in pairwise(even)} == {found.apart}


@given(sets, amounts.filter(bool))
def test_the_pair_around_a_dose(products: list[Product], ideal: Fraction) -> None:
    made = sums(products, ideal + 6)
    found = between(products, [ideal, ideal])
    if ideal in made:
        assert found == ()
    else:
        (one,) = found
        assert one.below == max(mg for mg in made if mg < ideal)
        assert one.above == min(mg for mg in made if mg > ideal)


def tablet(strength: str, pieces: int = 1) -> Solid:
    return Solid.model_validate(
        {"drug": "clonazepam", "form": "tablet", "strength_mg": strength, "pieces": pieces}
    )


def plan(*products: Product, **more: Any) -> Plan:
    document = {
        "format": "taper-plan/1",
        "start": "2027-01-04",
        "regimen": [{"drug": "clonazepam", "doses_mg": {"morning": "1"}}],
        "products": [product.model_dump(mode="json", exclude_none=True) for product in products],
        "rounding": "nearest",
        "phases": [
            {
                "kind": "reduce",
                "drug": "clonazepam",
                "by": {"amount_mg": "0.1"},
                "every_days": 7,
                "until_mg": "0.5",
            },
            {"kind": "stop", "drug": "clonazepam"},
        ],
    }
    return Plan.from_document(document | more)


def test_how_halves_fit_a_plan_of_tenths() -> None:
    """0.9 0.8 0.7 0.6 0.5 mg from halves of 0.5: 1 0.75 0.75 0.5 0.5; two of them with a half."""
    halves = plan(tablet("0.5", 2))
    made = build_schedule(halves)
    found = fit(halves, Course(made.steps, made.ends, (), ()), "clonazepam")
    assert found == Fit(Fraction("0.1"), 3, 14, 2, 0)
    assert with_products(halves, "clonazepam", halves.products) == found
    assert ideals(made.steps, "clonazepam") == [Fraction(tenths, 10) for tenths in (9, 8, 7, 6, 5)]


def test_another_set_is_the_plan_with_those_products() -> None:
    halves = plan(tablet("0.5", 2))
    for products in ([tablet("0.5")], [tablet("0.5", 4), tablet("2", 2)], []):
        other = plan(*products)
        made = build_schedule(other)
        expected = fit(other, Course(made.steps, made.ends, (), ()), "clonazepam")
        assert with_products(halves, "clonazepam", products) == expected


def test_an_edit_made_for_another_dose_does_not_hide_a_set() -> None:
    edit = {"step": 1, "days": 9, "was_mg": {"clonazepam": "1"}}
    edited = plan(tablet("0.5", 2), edits=[edit])
    assert isinstance(with_products(edited, "clonazepam", [tablet("0.1")]), Fit)


def test_a_set_that_makes_no_schedule_says_why() -> None:
    without = {key: value for key, value in plan().to_document().items() if key != "rounding"}
    bare = Plan.from_document(without)
    assert with_products(bare, "clonazepam", [tablet("0.5")]) == "rounding is not set yet"
    phase = without["phases"][0] | {"by": {"makeable_steps": 1}}
    least = plan(tablet("0.5", 2), phases=[phase, without["phases"][1]])
    said = with_products(least, "clonazepam", [])
    assert isinstance(said, str)
    assert "needs products" in said


def test_listed_tablets_come_in_halves_only_where_a_source_says_scored() -> None:
    found = list(listed("clonazepam", "US"))
    halved = [row for row in found if isinstance(row.product, Solid) and row.product.pieces == 2]
    assert halved
    assert all(row.scored and all(said.is_scored for said in row.scored) for row in halved)
    assert all(row.fact.form == "tablet" for row in halved)
    solids = [row.product for row in found if isinstance(row.product, Solid)]
    assert {product.breaks_into for product in solids} == {1, 2}


@pytest.mark.parametrize("measure", ["", "0.5"])
def test_listed_liquids_need_their_measure(measure: str) -> None:
    liquids = [row.product for row in listed("diazepam", "UK", measure)]
    found = [product for product in liquids if isinstance(product, Liquid)]
    assert bool(found) == bool(measure)
    assert all(product.measurable_ml == Fraction("0.5") for product in found)


def test_a_concentration_that_four_decimals_do_not_say_is_not_listed() -> None:
    fact = next(fact for fact in facts.products("UK", "diazepam") if fact.mg_per_ml)
    assert exact_per_ml(fact) == "0.2"  # 1 mg in 5 mL
    third = fact.model_copy(update={"mg": Fraction(1), "per_ml": Fraction(3)})
    assert exact_per_ml(third) == ""


LIQUIDS = [
    Liquid.model_validate(
        {"drug": "d", "form": "oral liquid", "mg_per_ml": strength, "measurable_ml": measure}
    )
    for strength, measure in (("1", "0.5"), ("1", "1"), ("2", "1"))
]


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (tablet("1"), tablet("1", 4), True),
        (tablet("1"), tablet("2"), False),
        (tablet("1"), tablet("1").model_copy(update={"form": "capsule"}), False),
        (LIQUIDS[0], LIQUIDS[1], True),
        (LIQUIDS[1], LIQUIDS[2], False),
        (LIQUIDS[1], tablet("1"), False),
        (tablet("1"), LIQUIDS[1], False),
    ],
)
def test_pieces_and_measure_make_no_other_strength(
    one: Product, other: Product, same: bool
) -> None:
    assert same_strength(one, other) == same


def test_only_the_products_of_the_drug_itself_are_counted() -> None:
    """0.9 to 0.5 mg in liquid: nothing is broken, one measure a day; the other drug is left out."""
    liquid = LIQUIDS[1].model_copy(update={"drug": "clonazepam", "mg_per_ml": Fraction("0.1")})
    two = {
        "regimen": [
            {"drug": "clonazepam", "doses_mg": {"morning": "1"}},
            {"drug": "other", "doses_mg": {"morning": "3"}},
        ],
    }
    both = plan(liquid, **two)
    both = Plan.from_document(
        both.to_document() | {"phases": [both.to_document()["phases"][0], {"kind": "maintain"}]}
    )
    assert with_products(both, "clonazepam", [liquid]) == Fit(Fraction(0), 0, 0, 1, 0)
    assert ideals(build_schedule(both).steps, "clonazepam") == [
        Fraction(tenths, 10) for tenths in (9, 8, 7, 6, 5)
    ]

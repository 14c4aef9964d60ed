"""FHIR R4: valid, anonymous, and every day counted from the structured data alone."""

import json
import re
from datetime import UTC, date, datetime
from fractions import Fraction
from typing import Any

import pytest
from fhir.resources.R4B.bundle import Bundle

from read_back import TIMES, Json, count_days, fhir_days, fhir_json, requests
from sheet_plans import ON, PLANS, made, plan, tablet, typed
from taper import Plan, Schedule, build_schedule
from taper.confirmation import confirm
from taper.exchange import fhir_bundle
from taper.exchange.fhir import WHEN

AT = datetime(2026, 12, 1, 14, 3, tzinfo=UTC)


def bundle(schedule: Schedule, **more: Any) -> Json:
    return fhir_json(fhir_bundle(schedule, identity="draft 1", on=ON, **more))


@pytest.mark.parametrize("name", PLANS)
def test_it_is_valid(name: str) -> None:
    data = fhir_bundle(made(name), identity="x", on=ON)
    read = Bundle.model_validate_json(data)
    assert len(read.entry or ()) == len(requests(json.loads(data))) > 0
    for request in requests(fhir_json(data)):
        # Rules of R4 that the models leave out: tim-2, tim-10, dom-3, ref-1, ucum.
        assert request["medicationReference"] == {"reference": "#medication"}
        assert [medication["id"] for medication in request["contained"]] == ["medication"]
        for instruction in request["dosageInstruction"]:
            repeat = instruction["timing"]["repeat"]
            assert not {"when", "timeOfDay"} <= repeat.keys()
            assert repeat["boundsPeriod"]["start"] <= repeat["boundsPeriod"].get("end", "9")
            (rate,) = instruction["doseAndRate"]
            assert rate["doseQuantity"]["system"] == "http://unitsofmeasure.org"
            assert rate["doseQuantity"]["code"] in {"mg", "mL"}


def test_fhir_r4_example_of_a_taper_miscounts() -> None:
    """HL7's own: 7 days each in words, 5, 8 and 7 in its bounds, 51 tablets for 43.

    https://hl7.org/fhir/R4/medicationrequest0303.json.html
    """
    doses = (
        (4, "2015-01-16", "2015-01-20"),
        (2, "2015-01-23", "2015-01-30"),
        (1, "2015-01-31", "2015-02-06"),
    )
    example = {
        "contained": [{"resourceType": "Medication", "id": "med0311"}],
        "dosageInstruction": [
            {
                "sequence": number,
                "timing": {
                    "repeat": {
                        "boundsPeriod": {"start": start, "end": end},
                        "frequency": 1,
                        "period": 1,
                        "periodUnit": "d",
                    }
                },
                "doseAndRate": [{"doseQuantity": {"value": tablets, "unit": "TAB"}}],
            }
            for number, (tablets, start, end) in enumerate(doses, 1)
        ],
        "dispenseRequest": {"quantity": {"value": 51}, "expectedSupplyDuration": {"value": 21}},
    }
    assert count_days(example).faults == [
        "2015-01-21 has 0 instructions",
        "2015-01-22 has 0 instructions",
        "43 are taken, 51 supplied",
        "22 days are for 21",
    ]


@pytest.mark.parametrize("period", [None, 5, 28])
@pytest.mark.parametrize("name", PLANS)
def test_every_day_has_one_instruction_and_the_supply_is_their_sum(
    name: str, period: int | None
) -> None:
    document = PLANS[name] | ({"dispense_every_days": period} if period else {})
    schedule = build_schedule(Plan.from_document(document))
    found, faults = fhir_days(bundle(schedule))
    assert not faults
    for step in schedule.steps:
        expected = {(part.drug, dose.time): dose.mg for part in step.drugs for dose in part.doses}
        for day in (step.start, step.end):
            assert found.get(day, {}) == expected
    supplied: dict[int, Fraction] = {}
    for row in schedule.supply:
        supplied[row.product] = supplied.get(row.product, Fraction(0)) + row.count
    quantities = [
        Fraction(request["dispenseRequest"]["quantity"]["value"])
        for request in requests(bundle(schedule))
        if "dispenseRequest" in request
    ]
    assert sum(quantities) == sum(supplied.values())
    assert len(quantities) == len(schedule.supply)


def test_a_day_without_a_dose_is_said_to_have_none() -> None:
    document = plan(
        {"prednisone": {"morning": "5"}},
        typed((1, {"prednisone": {"morning": "5"}}), (2, {"prednisone": {}}), repeat=2),
        products=[tablet("prednisone", "5")],
    )
    (request,) = requests(bundle(build_schedule(Plan.from_document(document))))
    assert [
        (row["sequence"], row["doseAndRate"][0]["doseQuantity"]["value"])
        for row in request["dosageInstruction"]
    ] == [(1, 5), (2, 0), (3, 5), (4, 0)]
    assert request["dosageInstruction"][1]["text"].endswith(": none of this")


def test_a_dose_of_two_products_says_in_each_that_it_is_a_part() -> None:
    tablets, liquid = requests(bundle(made("one drug")))
    first = [request["dosageInstruction"][0] for request in (tablets, liquid)]
    assert [row["text"].split(": ", 1)[1] for row in first] == [
        "bedtime: 1½ tablets of 2 mg (3 mg, a part of 3.4 mg)",
        "bedtime: 1 mL of 0.4 mg in 1 mL (0.4 mg, a part of 3.4 mg)",
    ]
    assert [row["timing"]["repeat"]["when"] for row in first] == [["HS"], ["HS"]]


def test_doses_that_go_on_have_no_end() -> None:
    going_on = [
        request
        for request in requests(bundle(made("four times, two drugs")))
        if "dispenseRequest" not in request
    ]
    assert len(going_on) == 1  # pregabalin; oxycodone has ended
    for row in going_on[0]["dosageInstruction"]:
        assert row["timing"]["repeat"]["boundsPeriod"] == {"start": "2027-03-29"}
    assert "goes on until your review" in going_on[0]["note"][1]["text"]


def test_a_dose_that_nothing_makes_stands_in_mg_without_a_supply() -> None:
    document = plan(
        {"lithium": {"08:00": "300"}}, {"kind": "hold", "days": 3}, {"kind": "maintain"},
        times=["08:00"],
    )  # fmt: skip
    first, after = requests(bundle(build_schedule(Plan.from_document(document))))
    assert "dispenseRequest" not in first
    assert first["contained"][0]["code"] == {"text": "lithium"}
    (row,) = first["dosageInstruction"]
    assert row["timing"]["repeat"]["timeOfDay"] == ["08:00:00"]
    assert row["doseAndRate"][0]["doseQuantity"]["value"] == 300
    assert "end" not in after["dosageInstruction"][0]["timing"]["repeat"]["boundsPeriod"]


def test_a_time_of_day_of_ones_own_stands_beside_the_dose() -> None:
    document = plan({"x": {"with tea": "1"}}, {"kind": "hold", "days": 1}, {"kind": "maintain"},
                    times=["with tea"])  # fmt: skip
    row = requests(bundle(build_schedule(Plan.from_document(document))))[0]["dosageInstruction"][0]
    assert row["additionalInstruction"] == [{"text": "with tea"}]
    assert not {"when", "timeOfDay"} & row["timing"]["repeat"].keys()


def test_it_is_a_draft_until_this_very_schedule_is_confirmed() -> None:
    schedule = made("one drug")
    drafts = requests(bundle(schedule))
    assert {request["status"] for request in drafts} == {"draft"}
    assert all(request["note"][0]["text"].startswith("DRAFT, not yet") for request in drafts)
    confirmed = confirm(schedule, "A. Clinician", "GP", AT)
    active = requests(bundle(schedule, confirmed=confirmed))
    assert {(request["status"], request["intent"]) for request in active} == {("active", "plan")}
    assert "DRAFT" not in json.dumps(active, default=str)
    assert active[0]["requester"] == {"display": "A. Clinician, GP"}
    with pytest.raises(ValueError, match="another schedule"):
        bundle(made("alternate days"), confirmed=confirmed)


def test_it_names_no_patient_and_no_label() -> None:
    text = json.dumps(bundle(made("one drug")), default=str)
    assert "plan 7" not in text
    for request in requests(bundle(made("one drug"))):
        assert request["subject"]["display"] == "not named by Taper"
        assert not {"reference", "identifier"} & request["subject"].keys()
    assert "draft 1" not in text


def test_ids_stay_while_the_plan_changes_and_bytes_while_it_does_not() -> None:
    changed = build_schedule(Plan.from_document(PLANS["one drug"] | {"start": "2026-12-14"}))

    def ids(schedule: Schedule, identity: str) -> list[str]:
        read = fhir_json(fhir_bundle(schedule, identity=identity, on=ON))
        return [entry["fullUrl"] for entry in read["entry"]]

    assert ids(changed, "a") == ids(made("one drug"), "a")
    assert not set(ids(changed, "a")) & set(ids(changed, "b"))
    assert len(set(ids(changed, "a"))) == 2
    assert bundle(changed) == bundle(changed)
    with pytest.raises(ValueError, match="identity"):
        fhir_bundle(changed, identity=" ", on=date(2026, 1, 1))


def test_numbers_are_exact_decimals() -> None:
    document = plan(
        {"x": {"noon": "0.0003"}}, {"kind": "hold", "days": 1}, {"kind": "maintain"},
        products=[tablet("x", "0.0001", 1)],
    )  # fmt: skip
    data = fhir_bundle(build_schedule(Plan.from_document(document)), identity="a", on=ON).decode()
    assert re.findall(r'"value": ([0-9.eE-]+)', data)[:3] == ["0.0001", "1", "0.0003"]


def test_the_reader_knows_the_codes_that_are_written() -> None:
    assert TIMES.items() <= {code: name for name, code in WHEN.items()}.items()

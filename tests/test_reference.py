"""P22, H27: facts are few, each with its source; none is a memory, none is averaged."""

import re
import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

import taper.reference
from taper import amount
from taper.parts import PRODUCTS as PLAN_PRODUCTS
from taper.reference import drug_named, drugs, facts, products, sources, stale
from taper.reference import source as reading
from taper.reference.__main__ import main
from taper.reference.facts import (
    CLASSES,
    DRUGS,
    PLAN_FORMS,
    PRODUCTS,
    REGIONS,
    ActiveMetabolites,
    Drug,
    HalfLife,
    Product,
)
from taper.reference.source import (
    SOURCES,
    UNDATED,
    Cited,
    Entry,
    InvalidReference,
    Source,
    citations,
    document,
    entries,
    files_of_facts,
)

FOLDER = Path(taper.reference.__file__).parent
LISTS = {"ismp-2023", "ismp-2023-page", "fda-2026", "acsqhc-2024"}
"""The lists of tall-man letters that were read."""

CITED = {"source": "fda-2026", "where": "Appendix A"}


def _tables(raw: Any) -> Iterator[dict[str, Any]]:
    """Yield each table of a file, those within others included."""
    if isinstance(raw, dict):
        yield raw
        for value in raw.values():
            yield from _tables(value)
    elif isinstance(raw, list):
        for value in raw:
            yield from _tables(value)


def _facts() -> list[Cited]:
    return [fact for entry in (*drugs().values(), *products()) for fact in citations(entry)]


# ----------------------------------------------------------------------------------------- sources


def test_each_fact_has_a_source_with_year_and_address() -> None:
    assert len(_facts()) > 400
    for fact in _facts():
        source = sources()[fact.source]
        assert source.year == UNDATED or 1950 <= int(source.year) <= source.read_on.year
        assert re.fullmatch(r"https?://[^/\s]+\.[a-z]+(/\S*)?", source.url), source.url
        assert fact.where


@pytest.mark.parametrize("file", files_of_facts())
def test_each_source_named_in_a_file_is_there_and_says_where(file: str) -> None:
    named = [table for table in _tables(document(file)) if "source" in table]
    assert named
    for table in named:
        assert table["source"] in sources(), table
        assert table.get("where"), table


def test_each_source_is_used() -> None:
    used = {table.get("source") for file in files_of_facts() for table in _tables(document(file))}
    assert set(sources()) <= used


def test_no_source_stands_twice() -> None:
    """Two facts of one publication are told apart by where in it they stand, not by two ids."""
    same = [(source.url, source.title) for source in sources().values()]
    assert len(set(same)) == len(same)


@pytest.mark.parametrize("file", [SOURCES, DRUGS, PRODUCTS])
def test_no_value_rests_on_memory(file: str) -> None:
    text = (FOLDER / file).read_text(encoding="utf-8").lower()
    assert not re.search(r"memory|general knowledge|not checked|unverified|assumed", text)


def test_the_tables_of_a_file_are_all_read() -> None:
    assert set(document(DRUGS)) == {"drug"}
    assert set(document(PRODUCTS)) == {"product"}
    assert set(document(SOURCES)) == {"source"}


# ------------------------------------------------------------------------------------------- drugs


def test_each_drug_says_something_that_a_source_says() -> None:
    with_products = {product.drug for product in products()}
    for drug in drugs().values():
        assert any(citations(drug)) or drug.name in with_products, drug.name


def test_no_drug_has_two_entries_and_no_name_two_drugs() -> None:
    names = [name.lower() for drug in drugs().values() for name in (drug.name, *drug.also_known)]
    assert len(set(names)) == len(names)


def test_tall_man_letters_spell_the_name() -> None:
    for drug in drugs().values():
        for tall in drug.tall_man:
            assert tall.text.lower() == drug.name
            assert tall.text != drug.name
            assert tall.region in REGIONS
            assert tall.source in LISTS


def test_tall_man_letters_are_those_of_the_region_else_of_the_us_list() -> None:
    assert [drugs()["clonazepam"].lettered(region) for region in (None, *REGIONS)] == [
        *("clonazePAM", "clonazePAM", "clonazePAM", "clonazePAM", "CLONazepam")
    ]
    assert drugs()["temazepam"].lettered("US") == "temazepam"


def test_half_lives_run_upwards_and_are_not_averaged() -> None:
    for drug in drugs().values():
        said = [(life.source, life.of, life.kind, life.note) for life in drug.half_life]
        assert len(set(said)) == len(said), drug.name
        for life in drug.half_life:
            assert isinstance(life.low_h, Fraction)
            assert 0 < life.low_h <= life.high_h < 1000


def test_look_alike_names_are_other_names() -> None:
    for drug in drugs().values():
        for alike in drug.look_alike:
            assert drug.name not in alike.names
            assert len(set(alike.names)) == len(alike.names)


def test_a_drug_is_found_by_each_of_its_names_in_any_case() -> None:
    for drug in drugs().values():
        for name in (drug.name, *drug.also_known):
            assert drug_named(f" {name.upper()} ") is drug
    assert drug_named("nosuchazepam") is None


def test_each_class_is_there_and_benzodiazepines_come_first() -> None:
    order = [CLASSES.index(drug.drug_class) for drug in drugs().values()]
    assert order == sorted(order)
    assert set(order) == set(range(len(CLASSES)))


@pytest.mark.parametrize("region", REGIONS)
def test_each_region_has_benzodiazepines(region: str) -> None:
    names = {product.drug for product in products(region)}
    assert {"alprazolam", "clonazepam", "diazepam", "lorazepam", "temazepam"} <= names


# ---------------------------------------------------------------------------------------- products


def test_strengths_are_read_by_the_grammar_of_doses() -> None:
    for raw in document(PRODUCTS)["product"]:
        strengths = [raw[key] for key in ("strength_mg", "mg", "per_ml") if key in raw]
        assert len(strengths) == (2 if "mg" in raw else 1)
        for text in strengths:
            assert amount.plain(amount.parse(text)) == text


def test_no_product_stands_twice() -> None:
    same = [product.same for product in products()]
    assert len(set(same)) == len(same)


def test_products_are_found_by_region_and_drug() -> None:
    assert sum(len(products(region)) for region in REGIONS) == len(products())
    assert sum(len(products(drug=name)) for name in drugs()) == len(products())
    assert {product.strength_mg for product in products("US", "quazepam")} == {Fraction(15)}
    assert products("AU", "quazepam") == ()
    with pytest.raises(ValueError, match="no such region: 'FR'"):
        products("FR")


def test_a_form_that_a_plan_can_use_is_one_of_its_forms() -> None:
    assert set(PLAN_FORMS.values()) == set(PLAN_PRODUCTS)
    for product in products():
        if product.plan_form == "oral liquid":
            assert product.mg_per_ml is not None
            assert amount.plain(product.mg_per_ml)
        elif product.plan_form is not None:
            assert product.strength_mg is not None


def test_only_a_plain_tablet_may_be_said_to_be_scored() -> None:
    for product in products():
        makers = [scored.maker for scored in product.scored]
        assert len(set(makers)) == len(makers)
        assert not makers or product.form == "tablet"


def test_where_makers_differ_both_are_said() -> None:
    (tablet,) = (p for p in products("US", "clonazepam") if p.same[2:4] == ("tablet", 2))
    assert {scored.is_scored for scored in tablet.scored} == {True, False}


# ----------------------------------------------------------------------------------- strict reading


@pytest.mark.parametrize(
    ("kind", "raw", "fault"),
    [
        (Drug, {"name": "x", "class": "opioid", "dose": "5"}, "dose: Extra inputs"),
        (Drug, {"name": "x", "class": "tonic"}, "class: .*must be benzodiazepine"),
        (Drug, {"name": "x"}, "class: Field required"),
        (
            Drug,
            {
                "name": "lorazepam",
                "class": "benzodiazepine",
                "tall_man": [{"text": "LORAzepm", "region": "US", **CITED}],
            },
            "spells another name",
        ),
        (
            Drug,
            {
                "name": "lorazepam",
                "class": "benzodiazepine",
                "tall_man": [
                    {"text": text, "region": "US", **CITED} for text in ("LORazepam", "lorazePAM")
                ],
            },
            "one form for each region",
        ),
        (ActiveMetabolites, {"present": False, "names": ["x"], **CITED}, "none may stand where"),
        (HalfLife, {"low_h": 5, "high_h": "6", "of": "x", **CITED}, "low_h: .*text in quotes"),
        (HalfLife, {"low_h": ".5", "high_h": "6", "of": "x", **CITED}, "low_h: .*write 0.5"),
        (HalfLife, {"low_h": "7", "high_h": "6", "of": "x", **CITED}, "at most high_h"),
        (HalfLife, {"low_h": "5", "high_h": "6", "of": "x"}, "source: Field required"),
        (
            Product,
            {"drug": "x", "region": "US", "form": "tablet", **CITED},
            "either strength_mg, or mg and per_ml",
        ),
        (
            Product,
            {"drug": "x", "region": "US", "form": "oral liquid", "strength_mg": "1", **CITED},
            "how many mg are in how many mL",
        ),
        (
            Product,
            {
                "drug": "x",
                "region": "US",
                "form": "capsule",
                "strength_mg": "1",
                "scored": [{"maker": "x", "is": True, **CITED}],
                **CITED,
            },
            "a capsule is never broken",
        ),
        (
            Product,
            {"drug": "x", "region": "FR", "form": "tablet", "strength_mg": "1", **CITED},
            "region: .*must be US, UK, CA or AU",
        ),
        (
            Source,
            {"id": "x", "title": "x", "publisher": "x", "year": "2020", "url": "x", "read_on": "x"},
            "year: .*url: .*read_on: ",
        ),
    ],
)
def test_a_faulty_entry_is_refused(
    kind: type[Entry], raw: dict[str, Any], fault: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "document", lambda _: {"table": [raw]})
    with pytest.raises(InvalidReference, match=rf"^some\.toml: table 1: .*{fault}"):
        entries("some.toml", "table", kind, lambda entry: 0)


def test_a_source_that_is_not_there_and_a_repetition_are_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    sources()
    life = {"low_h": "5", "high_h": "6", "of": "x", "source": "hearsay", "where": "here"}
    drug = {"name": "x", "class": "opioid", "half_life": [life]}
    monkeypatch.setattr(reading, "document", lambda _: {"drug": [drug]})
    with pytest.raises(InvalidReference, match=r"no source 'hearsay' in sources\.toml"):
        entries("some.toml", "drug", Drug, lambda entry: entry.name)
    monkeypatch.setattr(reading, "document", lambda _: {"drug": [{**drug, "half_life": []}] * 2})
    with pytest.raises(InvalidReference, match="repeated: 'x'"):
        entries("some.toml", "drug", Drug, lambda entry: entry.name)


def test_what_files_say_against_each_other_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each loader keeps what it read, so it is called here without its memory."""
    raw = {file: document(file) for file in (SOURCES, DRUGS, PRODUCTS)}
    drug = {"name": "x", "class": "opioid"}
    product = {"drug": "nosuchazepam", "region": "US", "form": "tablet", "strength_mg": "1"}
    later, earlier = raw[SOURCES]["source"][1::-1]
    monkeypatch.setattr(reading, "document", lambda file: raw[file])
    for file, tables, load, fault in (
        (SOURCES, {"source": [later, earlier]}, sources, f"{earlier['id']!r} comes before"),
        (DRUGS, {"drug": [drug, drug | {"name": "y", "also_known": ["x"]}]}, drugs, "two drugs"),
        (
            PRODUCTS,
            {"product": [product | {"source": earlier["id"], "where": "p. 1"}]},
            facts._products,  # noqa: SLF001
            "no drug 'nosuchazepam' in drugs.toml",
        ),
    ):
        with monkeypatch.context() as patch:
            patch.setitem(raw, file, tables)
            with pytest.raises(InvalidReference, match=rf"^{file}: .*{fault}"):
                load.__wrapped__()


def test_sources_stand_in_the_order_of_their_ids() -> None:
    assert list(sources()) == sorted(sources())


# --------------------------------------------------------------------------------------------- age


def test_facts_grow_old_by_the_day_on_which_they_were_read() -> None:
    read = {source.read_on for source in sources().values()}
    first, last = min(read), max(read)
    assert not stale(last, 1)
    assert not stale(first.replace(year=first.year + 2), 2)
    everything = stale(last.replace(year=last.year + 3), 2)
    assert {fact.file for fact in everything} == set(files_of_facts())
    assert {fact.source.id for fact in everything} == set(sources())
    assert len(set(everything)) == len(everything)


def test_a_leap_day_is_a_day_like_others() -> None:
    assert not stale(date(2028, 2, 29), 50)
    with pytest.raises(ValueError, match="years must be 0 or more, got -1"):
        stale(date(2028, 2, 29), -1)


def test_the_report_lists_what_is_old(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--older-than", "1", "--today", "2026-12-31"]) == 0
    assert capsys.readouterr().out.endswith("0 facts of 0 sources\n")
    assert main(["--older-than", "2", "--today", "2030-01-01"]) == 1
    said = capsys.readouterr().out.splitlines()
    assert "drugs.toml: drug diazepam: web4health-overview, read on 2026-11-23" in said
    with pytest.raises(SystemExit):
        main(["--older-than", "2", "--today", "1/2/2030"])
    assert "must be a date written YYYY-MM-DD, got '1/2/2030'" in capsys.readouterr().err


def test_it_can_be_asked_by_its_command() -> None:
    command = [sys.executable, "-m", "taper.reference", "--older-than", "2"]
    asked = subprocess.run([*command, "--today", "2030-01-01"], capture_output=True, check=False)
    assert (asked.returncode, asked.stderr) == (1, b"")

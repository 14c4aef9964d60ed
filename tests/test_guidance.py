"""Equivalents, pace, symptoms and places of care: each value sourced, none merged with another."""

from collections.abc import Iterable
from fractions import Fraction
from typing import Any

import pytest
from pydantic import ValidationError

from taper import wording
from taper.reference import guidance, sources
from taper.reference.source import Cited, citations, document

TABLES: dict[str, dict[str, tuple[object, ...]]] = {
    guidance.EQUIVALENTS: {"equivalent": guidance.all_equivalents()},
    guidance.PACE: {"figure": guidance.figures()},
    guidance.SYMPTOMS: {"symptom": guidance.symptoms(), "grouping": guidance.groupings()},
    guidance.CARE: {
        "place": guidance.places(),
        "criterion": guidance.criteria(),
        "factor": guidance.factors(),
        "band": guidance.bands(),
        "risk": guidance.risks(),
        "gap": guidance.gaps(),
    },
}


def amounts(*texts: str) -> tuple[Fraction, ...]:
    return tuple(Fraction(text) for text in texts)


def cited(rows: Iterable[object]) -> list[Cited]:
    return [fact for row in rows for fact in citations(row)]


class TestSources:
    @pytest.mark.parametrize("file", TABLES)
    def test_every_table_of_a_file_is_read(self, file: str) -> None:
        assert set(document(file)) == set(TABLES[file])
        assert all(TABLES[file].values())

    @pytest.mark.parametrize("file", TABLES)
    def test_every_fact_names_a_source_that_exists(self, file: str) -> None:
        facts = cited(row for rows in TABLES[file].values() for row in rows)
        assert {fact.source for fact in facts} <= set(sources())
        assert len(facts) >= sum(
            len(rows) for name, rows in TABLES[file].items() if name != "grouping"
        )

    def test_no_text_advises(self) -> None:
        texts = [row.says for row in guidance.figures()]
        texts += [row.says for row in guidance.factors()] + [row.does for row in guidance.places()]
        for text in texts:
            for word in ("should", "must", "recommend", "we advise", "decrease", "reduce"):
                assert word not in text.casefold(), text


def ratio(drug: str, source: str) -> guidance.Equivalent:
    (found,) = (row for row in guidance.conversions(drug) if row.source == source)
    return found


class TestEquivalents:
    def test_the_columns_of_one_table_differ_two_fold_for_alprazolam(self) -> None:
        one = Fraction(1)
        assert ratio("alprazolam", "vadod-2021").diazepam_mg(one) == amounts("10", "10")
        assert ratio("alprazolam", "ashton-2002").diazepam_mg(one) == amounts("20", "20")
        found = guidance.spread("Alprazolam")
        assert found is not None
        assert (found.smallest_mg, found.largest_mg) == amounts("0.5", "1")
        assert found.factor == 2

    def test_a_range_stays_a_range(self) -> None:
        found = ratio("estazolam", "ashton-2002")
        assert found.diazepam_mg(Fraction(2)) == amounts("10", "20")

    def test_a_scale_of_5_mg_is_compared_at_10_mg(self) -> None:
        (row,) = (r for r in guidance.conversions("zopiclone") if r.reference_mg == 5)
        assert row.equal_mg(Fraction(10)) == amounts("15", "15")
        assert row.diazepam_mg(Fraction("7.5")) == amounts("5", "5")

    def test_diazepam_equals_itself_in_every_source(self) -> None:
        rows = guidance.conversions("diazepam")
        assert len(rows) > 1
        for row in rows:
            assert row.diazepam_mg(Fraction(3)) == amounts("3", "3")

    def test_the_spread_holds_every_source_and_no_more(self) -> None:
        for drug in {row.drug for row in guidance.all_equivalents()}:
            found = guidance.spread(drug)
            assert found is not None, drug
            ends = {end for r in guidance.conversions(drug) for end in r.equal_mg(Fraction(10))}
            assert (min(ends), max(ends)) == (found.smallest_mg, found.largest_mg)
            assert set(found.sources) == {row.source for row in guidance.conversions(drug)}

    def test_cut_offs_and_ranges_against_ranges_give_no_ratio(self) -> None:
        rows = guidance.equivalents("lorazepam")
        assert {row.kind for row in rows} == set(guidance.KINDS)
        for row in rows:
            if row.kind == guidance.CUT_OFF or row.reference_low_mg is not None:
                with pytest.raises(LookupError):
                    row.diazepam_mg(Fraction(1))
                assert row not in guidance.conversions("lorazepam")

    def test_an_unknown_drug_has_none(self) -> None:
        assert guidance.equivalents("aspirin") == ()
        assert guidance.spread("aspirin") is None

    def test_a_source_gives_one_ratio_for_a_drug(self) -> None:
        pairs = [(r.drug, r.source) for r in guidance.all_equivalents() if r.converts]
        assert len(pairs) == len(set(pairs))


GOOD: dict[str, Any] = {
    "id": "x.y",
    "what": "typical pace",
    "classes": ["opioid"],
    "percent_low": "5",
    "percent_high": "10",
    "base": "current",
    "every_days_low": 7,
    "every_days_high": 14,
    "scope": "all",
    "says": "so",
    "source": "s",
    "where": "w",
}


class TestPace:
    def test_the_guideline_of_2025_is_as_it_was_read(self) -> None:
        typical = guidance.figure("asam-2025.typical")
        assert (typical.percent_low, typical.percent_high) == amounts("5", "10")
        assert (typical.every_days_low, typical.every_days_high) == (14, 28)
        ceiling = guidance.figure("asam-2025.ceiling").ceiling
        assert ceiling is not None
        assert ceiling.percent == 25
        assert ceiling.in_days == 14

    def test_the_label_of_alprazolam_is_an_upper_limit(self) -> None:
        label = guidance.figure("label-alprazolam.ceiling")
        assert (label.what, label.mg_low, label.mg_high) == (guidance.LABEL, None, Fraction(1, 2))
        assert label.every_days_high == 3

    def test_every_class_has_figures_from_several_sources(self) -> None:
        for drug_class in ("benzodiazepine", "opioid"):
            found = {row.source for row in guidance.figures_for(drug_class)}
            assert len(found) >= 4, drug_class

    def test_figures_of_one_drug_do_not_stand_beside_another(self) -> None:
        ids = {row.id for row in guidance.figures_for("benzodiazepine", "Clonazepam")}
        assert "label-clonazepam.panic" in ids
        assert "label-alprazolam.ceiling" not in ids
        assert "asam-2025.ceiling" in ids

    def test_an_unknown_figure_is_refused(self) -> None:
        with pytest.raises(LookupError):
            guidance.figure("asam-2025.none")

    def test_a_sound_figure_is_read(self) -> None:
        assert guidance.Figure.model_validate(GOOD).percent_high == 10

    @pytest.mark.parametrize(
        "change",
        [
            {"percent_low": "11"},
            {"percent_high": "100"},
            {"percent_high": 10},
            {"every_days_low": 15},
            {"base": None},
            {"base": "original"},
            {"mg_high": "1"},
            {"mg_of": "diazepam"},
            {"from_mg": "5", "down_to_mg": "6"},
            {"what": "no figure"},
            {"classes": []},
            {"what": "ceiling"},
            {"ceiling": {"percent": "25", "in_days": 0}},
            {"pace": "fast"},
        ],
    )
    def test_a_figure_that_does_not_hold_together_is_refused(self, change: dict[str, Any]) -> None:
        with pytest.raises(ValidationError):
            guidance.Figure.model_validate(GOOD | change)


class TestSymptoms:
    def test_every_emergency_sign_of_the_sheets_stands_on_a_source(self) -> None:
        signs = {row.sign for row in guidance.symptoms() if row.severity == "emergency"}
        assert signs - {None} == set(wording.EMERGENCY)
        for row in guidance.symptoms():
            if row.sign is not None:
                assert row.go == guidance.NOW, row.id

    def test_they_run_from_mild_to_emergency(self) -> None:
        ranks = [guidance.SEVERITIES.index(row.severity) for row in guidance.symptoms()]
        assert ranks == sorted(ranks)
        assert set(ranks) == set(range(len(guidance.SEVERITIES)))

    def test_the_named_symptoms_are_there(self) -> None:
        ids = {row.id for row in guidance.symptoms()}
        assert ids >= {"restlessness", "anxiety", "headache", "sweating", "tremor", "shaking"}
        assert ids >= {"hallucinations-known", "hallucinations-believed", "delirium", "suicide"}

    def test_every_grade_says_that_it_is_our_own(self) -> None:
        assert [row.severity for row in guidance.groupings()] == list(guidance.SEVERITIES)
        assert all("own grouping" in row.note for row in guidance.groupings())

    def test_every_destination_is_used(self) -> None:
        assert {row.go for row in guidance.symptoms()} == set(guidance.DESTINATIONS)

    @pytest.mark.parametrize("change", [{"go": "same day"}, {"severity": "emergency"}])
    def test_a_less_urgent_destination_than_a_source_gives_is_refused(
        self, change: dict[str, Any]
    ) -> None:
        place = {"source": "s", "where": "w"}
        sent = {"go": "emergency now", "says": "go", **place}
        good = {"id": "x", "words": "x", "severity": "severe", "also": [sent], **sent}
        assert guidance.Symptom.model_validate(good).go == guidance.NOW
        change = {"go": "next visit", "also": []} | change if "severity" in change else change
        with pytest.raises(ValidationError):
            guidance.Symptom.model_validate(good | change)


class TestCare:
    def test_every_place_is_described(self) -> None:
        assert {row.id for row in guidance.places()} == set(guidance.PLACES)

    def test_the_reasons_for_hospital_are_the_three_of_the_guideline(self) -> None:
        rows = guidance.criteria()
        assert [row.where.partition(",")[0] for row in rows] == [
            "recommendation 5a",
            "recommendation 5b",
            "recommendation 5c",
        ]
        assert {row.place for row in rows} == {"inpatient"}

    def test_every_factor_is_there_in_one_wording(self) -> None:
        words: dict[str, set[str]] = {}
        for row in guidance.factors():
            words.setdefault(row.id, set()).add(row.words)
        assert set(words) == {
            "past-seizure",
            "past-complicated-withdrawal",
            "pregnancy",
            "opioid",
            "alcohol",
            "other-sedative",
            "older-than-65",
            "liver-disease",
            "unstable-mental-state",
        }
        assert {len(found) for found in words.values()} == {1}

    def test_the_bands_meet_and_leave_no_gap(self) -> None:
        low, moderate, high = guidance.bands()
        assert [row.id for row in (low, moderate, high)] == list(guidance.BANDS)
        assert (low.from_mg, high.to_mg) == (None, None)
        assert (low.to_mg, moderate.to_mg) == amounts("10", "15")
        assert (moderate.from_mg, high.from_mg) == amounts("10", "15")

    @pytest.mark.parametrize("ends", [{}, {"from_mg": "15", "to_mg": "10"}])
    def test_a_band_without_ends_or_upside_down_is_refused(self, ends: dict[str, str]) -> None:
        good = {"id": "low", "to_mg": "10", "says": "x", "source": "s", "where": "w"}
        assert guidance.DoseBand.model_validate(good).to_mg == 10
        del good["to_mg"]
        with pytest.raises(ValidationError):
            guidance.DoseBand.model_validate(good | ends)

    @pytest.mark.parametrize(
        "change",
        [
            {"bands": []},
            {"bands": ["extreme"]},
            {"from_months": 4},
            {"days_a_week_low": 6},
            {"days_a_week_high": 8},
        ],
    )
    def test_a_risk_that_does_not_hold_together_is_refused(self, change: dict[str, Any]) -> None:
        good: dict[str, Any] = {"id": "x", "from_months": 1, "to_months": 3, "days_a_week_low": 2}
        good |= {"days_a_week_high": 5, "bands": ["low"], "risk": "rare", "source": "s"}
        good |= {"where": "w"}
        assert guidance.Risk.model_validate(good).bands == ("low",)
        with pytest.raises(ValidationError):
            guidance.Risk.model_validate(good | change)

    def test_the_cut_offs_are_those_of_the_bands(self) -> None:
        cut_offs = {
            (row.drug, row.reference_mg): row.high_mg
            for row in guidance.all_equivalents()
            if row.kind == guidance.CUT_OFF
        }
        assert {mg for _, mg in cut_offs} == {row.to_mg for row in guidance.bands()} - {None}
        assert cut_offs["clonazepam", Fraction(10)] == Fraction(1, 2)
        assert cut_offs["lorazepam", Fraction(15)] == 3

    def test_each_use_falls_in_one_row_of_the_risk_table(self) -> None:
        for months in (Fraction(1, 2), Fraction(2), Fraction(4)):
            for days in range(1, 8):
                for band in guidance.BANDS:
                    rows = [
                        row
                        for row in guidance.risks()
                        if band in row.bands
                        and (row.from_months or 0) <= months
                        and (row.to_months is None or months < row.to_months)
                        and (row.days_a_week_low or 1) <= days <= (row.days_a_week_high or 7)
                    ]
                    assert len(rows) == 1, (months, days, band)

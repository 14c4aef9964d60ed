"""The Reference page without a browser: every fact is on it, each with its source."""

import re
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from taper import wording
from taper.reference import drugs, guidance, products, sources
from taper.reference.source import Cited, citations
from taper.ui.cited import Row, Table, seen
from taper.ui.reference_guides import lost_tolerance
from taper.ui.reference_page import SECTIONS

HOSTILE = "<b onclick=alert(1)>*x*</b> $y$ :red[z] </div>"


@pytest.fixture(autouse=True)
def _own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TAPER_DATA_DIR", str(tmp_path))


def page() -> None:
    """Stands as a script of its own, as AppTest wants it."""
    from taper.ui import reference_page

    reference_page.draw()


def opened(section: str = "Medicines", search: str = "") -> AppTest:
    app = AppTest.from_function(page, default_timeout=20)
    app.context = {"timezone": "Europe/London", "theme": "light"}
    app.run()
    sections: Any = app.get_by_key("reference-section")
    sections.set_value(section)
    app.text_input(key="reference-search").set_value(search)
    app.run()
    assert not app.exception, [str(error.value) for error in app.exception]
    return app


def shown(app: AppTest) -> str:
    return "\n".join(element.value for element in app.html)


def visible(app: AppTest) -> str:
    return seen(re.sub(r"<style>.*?</style>", "", shown(app), flags=re.DOTALL))


def in_section(name: str) -> str:
    return "".join(table.html() for table in SECTIONS[name]())


def facts(name: str) -> list[Cited]:
    rows: dict[str, tuple[object, ...]] = {
        "Medicines": (*drugs().values(), *products()),
        "Equivalents": guidance.all_equivalents(),
        "Pace": guidance.figures(),
        "Symptoms": guidance.symptoms(),
        "Place of care": (
            *(*guidance.places(), *guidance.criteria(), *guidance.factors()),
            *(*guidance.bands(), *guidance.risks(), *guidance.gaps()),
        ),
    }
    return [fact for row in rows[name] for fact in citations(row)]


class TestEveryFactIsThere:
    @pytest.mark.parametrize("name", SECTIONS)
    def test_with_its_source_place_and_link(self, name: str) -> None:
        html = in_section(name)
        for cited in re.findall(r"<details class=\"source\">.*?</details>", html):
            assert re.search(r"<summary>.+ \((\d{4}|no\u00a0year)\)</summary>", cited), cited
        text = unescape(html)
        for fact in facts(name):
            source = sources()[fact.source]
            for part in (source.title, source.publisher, fact.where, source.url):
                assert part in text, (fact, part)

    def test_every_medicine(self) -> None:
        heads = [row.text for table in SECTIONS["Medicines"]() for row in _rows(table)]
        assert len(heads) == len(drugs())
        for drug in drugs().values():
            assert any(drug.name in head for head in heads)
            assert f"<b>{drug.lettered()}</b>" in in_section("Medicines")

    def test_every_half_life_beside_its_source(self) -> None:
        row = next(row for row in _rows(SECTIONS["Medicines"]()[0]) if "<b>LORazepam" in row.head)
        for life in drugs()["lorazepam"].half_life:
            named = seen(sources()[life.source].named)
            assert f"{life.low_h} to {life.high_h} h {named}" in row.text

    def test_every_symptom_figure_factor_and_place(self) -> None:
        symptoms, care = seen(in_section("Symptoms")), seen(in_section("Place of care"))
        assert all(row.words in symptoms for row in guidance.symptoms())
        assert all(
            seen(row.says.replace("diazepam", "diazePAM")) in care for row in guidance.factors()
        )
        rows = [row for table in SECTIONS["Pace"]() for row in _rows(table)]
        assert len(rows) == sum(len(figure.classes) for figure in guidance.figures())

    def test_tolerance_and_days_without_for_the_medicines_that_are_taken(self) -> None:
        methadone = "Methadone: After 3 or more days missed, tolerance to opioids may be lower"
        receptors = "Benzodiazepines: In a slow taper the receptors behind tolerance"
        for names, there in (
            (["oxycodone"], (True, False)),
            (["diazepam", "lorazepam"], (False, True)),
            (["sertraline"], (False, False)),
            (["sertraline", "a drug of its own name"], (True, True)),
        ):
            told = re.sub("<[^>]+>", "", lost_tolerance(names))
            assert (methadone in told, receptors in told) == there, names

    def test_no_number_is_parted_from_its_unit(self) -> None:
        for name in SECTIONS:
            read = re.sub(r'<div class="cite">.*?</div>', "", in_section(name))
            assert not re.search(r"\d (mg|mL|%|h\b)", read)
            assert not re.search(
                r"\d\.\d*0\u00a0(mg|mL)|(?<![\d.])\.\d", re.sub(r"<[^>]+>", "", read)
            )


def _rows(table: Table) -> list[Row]:
    return [row for group in table.groups for row in group.rows]


class TestEquivalents:
    def test_each_source_side_by_side_with_the_factor(self) -> None:
        text = visible(opened("Equivalents"))
        assert "alprazolam 6 sources, 0.5 to 1 mg: the largest is 2 times the smallest" in text

    def test_a_range_against_a_range_and_a_cut_off_give_no_amount(self) -> None:
        for group in SECTIONS["Equivalents"]()[0].groups:
            for row in group.rows:
                none = "no single ratio" in row.cells[0] or "no conversion" in row.cells[0]
                cut_off = "cut-off" in row.cells[2]
                assert none == (cut_off or "is a range too" in row.cells[1])


class TestSearch:
    def test_opens_on_one_section_and_asks_for_nothing(self) -> None:
        app = opened()
        assert app.text_input(key="reference-search").value == ""
        assert "Nothing on this page fills a field of a plan." in shown(app)
        assert "clorazepate" in visible(app)
        assert "hospital" not in visible(app)

    def test_a_medicine_is_found_first_and_in_every_section(self) -> None:
        app = opened(search="  LORAZEPAM ")
        html = shown(app)
        assert "Medicines 3, Equivalents 8, Pace 1" in html
        assert html.index("<b>LORazepam</b>") < html.index("<b>ALPRAZolam</b>")
        assert "oxazepam" not in visible(app)

    def test_the_chosen_section_comes_first(self) -> None:
        html = shown(opened("Pace", "asam ceiling"))
        assert html.index(">Pace</h2>") < html.index("at most 25\u00a0%")
        assert "Family Practice" not in html

    def test_a_word_that_patients_do_not_use(self) -> None:
        text = visible(opened(search="hallucination"))
        assert "seeing or hearing things, and taking them for real emergency: now" in text

    @pytest.mark.parametrize("typed", [HOSTILE, "zzz", "\\d", "(?", "[a-", "x" * 5000])
    def test_what_finds_nothing_is_said_literally(self, typed: str) -> None:
        html = shown(opened(search=typed))
        assert "nothing found" in html
        assert "<table" not in html
        assert "onclick=alert(1)&gt;" in html or "onclick" not in typed
        assert "<b onclick" not in html


class TestSigns:
    def test_the_words_of_the_sheets_come_first(self) -> None:
        app = AppTest.from_function(_signs, default_timeout=20).run()
        assert not app.exception
        html = shown(app)
        at = [html.index(f"<li>{sign}</li>") for sign in wording.EMERGENCY]
        assert at == sorted(at)
        assert at[-1] < html.index("Sources: emergency") < html.index("<table")
        assert all(line in html for line in wording.ALWAYS)
        assert all(row.words in html for row in guidance.symptoms())
        for fact in facts("Symptoms"):
            assert sources()[fact.source].named in unescape(html)


def _signs() -> None:
    from taper.ui import signs

    signs.draw()

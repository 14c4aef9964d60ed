"""The name of a plan is not to tell who the patient is: what looks as if it did is told."""

from datetime import date
from pathlib import Path

import pytest

from taper.ui.identity import looks_like
from test_app import empty_plan, put, saved, shown

TODAY = date(2026, 11, 26)


@pytest.mark.parametrize(
    ("label", "what"),
    [
        ("anna@example.org", "an email address"),
        ("taper for j.o@clinic.nhs.uk", "an email address"),
        ("Anna Larsson", "a person’s name"),
        ("Mrs O’Neill-Smith", "a person’s name"),
        ("LARSSON, Anna", "a person’s name"),
        ("Émile de Vries", ""),  # words in small letters: not told from a title of a taper
        ("Émile Zola", "a person’s name"),
        ("943 476 5919", "a patient’s number"),
        ("9434765919 slow", "a patient’s number"),
        ("MRN 00123456", "a patient’s number"),
        ("12/03/1961", "a date of birth"),
        ("born 1961-03-12", "a date of birth"),
        ("12 March 1961", "a date of birth"),
        ("12.3.61", ""),
        ("slow 2026-12-01", ""),
        ("switch from 14/12/2026", ""),
        ("Clonazepam Taper", ""),
        ("Slow Diazepam", ""),
        ("Plan B", ""),
        ("Slow Taper", ""),
        ("clonazepam 10 % every 14 days", ""),
        ("0.5 mg 1 mg 2 mg", ""),
        ("Larsson", ""),  # one word may be anything
        ("", ""),
    ],
)
def test_what_looks_like_a_patient_is_told(label: str, what: str) -> None:
    assert looks_like(label, TODAY) == what


def test_the_notice_stands_under_the_name_and_the_plan_is_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TAPER_DATA_DIR", str(tmp_path))
    told = "This looks like a person’s name. Use a name that does not identify the patient."
    app = empty_plan()
    name = "Name of this plan, nothing that identifies the patient"
    app = put(app, name, "Anna Larsson")
    assert told in shown(app)
    assert saved(app)["label"] == "Anna Larsson"
    assert told not in shown(put(app, name, "slow"))

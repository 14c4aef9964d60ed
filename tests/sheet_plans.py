"""Plans to print, and what is read back from their sheets."""

import io
import re
from datetime import date
from functools import cache
from typing import Any

from pypdf import PdfReader

from taper import Plan, Schedule, build_schedule
from taper.sheets import Options, pdf

ON = date(2026, 12, 1)


def tablet(drug: str, strength: str, pieces: int = 2, **more: Any) -> dict[str, Any]:
    return {"drug": drug, "form": "tablet", "strength_mg": strength, "pieces": pieces, **more}


def reduce(drug: str, amount: str, days: int = 14, **more: Any) -> dict[str, Any]:
    by = {"amount_mg": amount}
    return {"kind": "reduce", "drug": drug, "by": by, "every_days": days, "until_mg": "0", **more}


def typed(*steps: tuple[int, dict[str, dict[str, str]]], **more: Any) -> dict[str, Any]:
    return {
        "kind": "set",
        "steps": [{"days": days, "doses_mg": doses} for days, doses in steps],
        **more,
    }


def plan(
    regimen: dict[str, dict[str, str]], *phases: dict[str, Any], **more: Any
) -> dict[str, Any]:
    return {
        "format": "taper-plan/1",
        "start": "2026-12-07",
        "regimen": [{"drug": drug, "doses_mg": doses} for drug, doses in regimen.items()],
        "rounding": "nearest",
        "phases": list(phases),
        **more,
    }


LIQUID = {"drug": "diazepam", "form": "oral liquid", "mg_per_ml": "0.4", "measurable_ml": "0.5"}
SPACED = "a name with spaces in it that is as long as a name may be, x"
UNSPACED = "W" * 60
PLANS: dict[str, dict[str, Any]] = {
    "one drug": plan(
        {"diazepam": {"bedtime": "4"}},
        reduce("diazepam", "0.6", 7),
        products=[tablet("diazepam", "2"), LIQUID | {"label": "2 mg in 5 mL"}],
        label="plan 7",
        clinician={"name": "A. Clinician", "role": "GP", "contact": "extension 12"},
        visits=[{"on": "2027-02-01", "what": "phone"}, {"on": "2026-12-21", "what": "clinic"}],
    ),
    "four times, two drugs": plan(
        {
            "oxycodone": {"morning": "15", "noon": "10", "evening": "12.5", "bedtime": "22.5"},
            "pregabalin": {"morning": "75", "noon": "25", "evening": "75", "bedtime": "100"},
        },
        {"kind": "hold", "days": 14},
        reduce("oxycodone", "7.5", taking_from="proportional"),
        {"kind": "maintain", "review_on": "2027-12-01"},
        products=[
            tablet("oxycodone", "5", 4),
            {"drug": "oxycodone", "form": "modified-release tablet", "strength_mg": "10"},
            {"drug": "pregabalin", "form": "capsule", "strength_mg": "25"},
        ],
    ),
    "alternate days": plan(
        {"prednisone": {"morning": "10"}},
        reduce("prednisone", "2.5", until_mg="5"),
        typed(
            (1, {"prednisone": {"morning": "5"}}),
            (1, {"prednisone": {"morning": "3.75"}}),
            (1, {"prednisone": {}}),
            repeat=20,
        ),
        products=[tablet("prednisone", "5", 4)],
    ),
    "a drug ends, another stays": plan(
        {"clonazepam": {"morning": "0.5", "bedtime": "0.5"}, "diazepam": {"bedtime": "2"}},
        {"kind": "stop", "drug": "clonazepam"},
        {"kind": "hold", "days": 7},
        typed((3, {"diazepam": {}}), (7, {"diazepam": {"bedtime": "1.5"}})),
        {"kind": "maintain"},
        products=[tablet("diazepam", "2")],
    ),
    "sixty steps": plan(
        {"diazepam": {"bedtime": "30"}},
        reduce("diazepam", "0.5"),
        products=[tablet("diazepam", "2", 4), tablet("diazepam", "10", 1)],
    ),
    "seven times": plan(
        {"morphine": {f"{hour:02d}:00": "10" for hour in range(6, 20, 2)}, "x": {"06:00": "1"}},
        reduce("morphine", "30", taking_from="proportional", until_mg="5"),
        typed((1, {"morphine": {"06:00": "5"}}), (2, {"morphine": {"18:00": "7.5"}}), repeat=4),
        {"kind": "stop", "drug": "morphine"},
        {"kind": "stop", "drug": "x"},
        times=[f"{hour:02d}:00" for hour in range(6, 20, 2)],
        products=[tablet("morphine", "5")],
    ),
    "hostile": plan(
        {
            '#panic("x")': {"noon": "3"},
            "*bold* _and_ $x$ <script>": {"morning": "10"},
            SPACED: {"morning": "10", "bedtime": "20"},
            UNSPACED: {"morning": "10", "noon": "5", "evening": "10", "bedtime": "12.5"},
        },
        {"kind": "hold", "days": 7},
        reduce(UNSPACED, "12.5", taking_from="proportional"),
        *({"kind": "stop", "drug": drug} for drug in ('#panic("x")', SPACED)),
        {"kind": "stop", "drug": "*bold* _and_ $x$ <script>"},
        products=[tablet(UNSPACED, "5", 2, label="A" * 80), tablet(SPACED, "10", 4)],
        label="Q" * 60,
        clinician={"name": "N" * 120, "contact": "R " * 60},
        visits=[{"on": "2027-01-01", "what": "v" * 150}],
        notes="n" * 400 + "\nline 2",
    ),
}


@cache
def made(name: str) -> Schedule:
    return build_schedule(Plan.from_document(PLANS[name]))


@cache
def printed(name: str, sheet: str = "patient", paper: str = "a4") -> bytes:
    return pdf(made(name), Options(sheets=(sheet,), paper=paper, prepared_on=ON))


def flat(text: str) -> str:
    """Return text as it is read: line breaks and spaces that don't break are spaces."""
    return re.sub(r"\s+", " ", text.replace("\u00a0", " ").replace("-\n", "-"))


def texts(data: bytes) -> list[str]:
    return [flat(page.extract_text()) for page in PdfReader(io.BytesIO(data)).pages]


@cache
def lines(name: str, sheet: str = "patient") -> tuple[str, ...]:
    """Return the text of each page, with its line breaks."""
    pages_ = PdfReader(io.BytesIO(printed(name, sheet))).pages
    return tuple(page.extract_text() for page in pages_)


def read(name: str, sheet: str = "patient") -> list[str]:
    """Return the text of each page."""
    return [flat(text) for text in lines(name, sheet)]


def whole(name: str, sheet: str = "patient") -> str:
    return " ".join(read(name, sheet))

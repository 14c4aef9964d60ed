"""The commands: exit codes, what goes where, and nothing written for a wrong document."""

import csv
import io
import json
import os
import subprocess
import sys
from datetime import date, time
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from read_back import calendar_days, fhir_days, fhir_json, reminder_days
from strategies import CASES, contract_examples
from taper import Plan, build_schedule
from taper.cli import main
from taper.exchange import directions, directions_by_step
from test_plan import BAD, changed

PAGE = contract_examples()["page-sample"]["plan"]


def run(*arguments: str, text: str = "", **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a command as a process of its own."""
    env = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), "PYTHONUTF8": "1", **environment}
    command = [sys.executable, "-m", "taper.cli", *arguments]
    return subprocess.run(command, input=text, env=env, capture_output=True, text=True, check=False)


@pytest.fixture
def page(tmp_path: Path) -> Path:
    file = tmp_path / "plan.json"
    file.write_text(json.dumps(PAGE), "utf-8")
    return file


def test_schedule_as_json(page: Path) -> None:
    made = run("schedule", str(page), "--json")
    assert (made.returncode, made.stderr) == (0, "")
    assert json.loads(made.stdout) == build_schedule(Plan.from_document(PAGE)).to_document()


def test_the_same_bytes_in_every_time_zone(page: Path) -> None:
    """P11: Same entries, same output, anywhere."""
    zones = ("Pacific/Kiritimati", "UTC", "Pacific/Honolulu")
    for shape in (["--json"], ["--csv", "steps"], ["--csv", "daily"], ["--csv", "supply"]):
        made = {run("schedule", str(page), *shape, TZ=zone, LC_ALL="C").stdout for zone in zones}
        assert len(made) == 1
        assert made.pop()


def test_a_plan_from_standard_input() -> None:
    made = run("check", "-", text=json.dumps(PAGE))
    assert made.returncode == 0
    assert made.stdout.startswith("serious: clonazepam goes down by up to 66.7 %")


def test_findings_as_json(page: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    assert main(["check", str(page), "--json"]) == 0
    found = json.loads(capfdbinary.readouterr().out)
    assert found == build_schedule(Plan.from_document(PAGE)).to_document()["findings"]


def test_csv_reads_back(page: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    assert main(["schedule", str(page), "--csv", "steps"]) == 0
    out = capfdbinary.readouterr().out
    assert out.startswith(b"\xef\xbb\xbfstep,start,end,")
    rows = list(csv.DictReader(io.StringIO(out.decode("utf-8-sig"), newline="")))
    steps = build_schedule(Plan.from_document(PAGE)).to_document()["steps"]
    doses = [
        (str(step["number"]), part["drug"], dose["time"], dose["dose_mg"], part["change_mg"])
        for step in steps
        for part in step["drugs"]
        for dose in part["doses"]
    ]
    named = ("step", "drug", "time", "dose_mg", "change_mg")
    assert [tuple(row[key] for key in named) for row in rows] == doses


def test_a_calendar(page: Path) -> None:
    given = ("--id", "a", "--prepared-on", "2026-12-01", "--revision", "2")
    made = run("calendar", str(page), *given, "--remind", "bedtime=22:00")
    assert (made.returncode, made.stderr) == (0, "")
    assert "SEQUENCE:2" in made.stdout
    schedule = build_schedule(Plan.from_document(PAGE))
    last = schedule.steps[-1].end
    moments = reminder_days(made.stdout.encode(), last)
    assert {clock for _, clock in moments} == {time(22)}
    whole = (last - schedule.plan.start).days + 1
    assert len(calendar_days(made.stdout.encode(), last)) == whole


def test_fhir(page: Path) -> None:
    made = run("fhir", str(page), "--id", "a", "--prepared-on", "2026-12-01")
    assert (made.returncode, made.stderr) == (0, "")
    found, faults = fhir_days(fhir_json(made.stdout.encode()))
    assert not faults
    assert found[date(2026, 12, 7)] == {
        ("clonazepam", "morning"): Fraction("0.5"),
        ("clonazepam", "bedtime"): 1,
    }


def test_text_to_paste(page: Path) -> None:
    schedule = build_schedule(Plan.from_document(PAGE))
    assert run("text", str(page)).stdout == directions(schedule)
    assert run("text", str(page), "--by-step").stdout == directions_by_step(schedule)


@pytest.mark.parametrize("remind", ["bedtime", "bedtime=24:00", "bedtime=8:00", "=08:00"])
def test_a_reminder_is_written_in_one_way(
    page: Path, remind: str, capfd: pytest.CaptureFixture[str]
) -> None:
    command = ["calendar", str(page), "--id", "a", "--prepared-on", "2026-12-01"]
    with pytest.raises(SystemExit) as caught:
        main([*command, "--remind", remind])
    assert caught.value.code == 2
    said = capfd.readouterr()
    assert "must be like morning=08:00" in said.err
    assert said.out == ""


def test_a_cut_pdf_says_one_plain_line(page: Path, tmp_path: Path) -> None:
    out = tmp_path / "cut.pdf"
    assert main(["print", str(page), "--sheet", "patient", "-o", str(out)]) == 0
    out.write_bytes(out.read_bytes()[:5000])
    made = run("open", str(out))
    assert (made.returncode, made.stdout) == (2, "")
    assert len(made.stderr.splitlines()) == 1
    assert "This PDF" in made.stderr


def test_print_and_open_again(page: Path, tmp_path: Path) -> None:
    out = tmp_path / "sheet.pdf"
    assert run("print", str(page), "--sheet", "all", "-o", str(out)).returncode == 0
    assert out.read_bytes().startswith(b"%PDF")
    opened = run("open", str(out))
    assert opened.returncode == 0
    assert json.loads(opened.stdout) == Plan.from_document(PAGE).to_document()
    assert run("open", str(page)).stdout == opened.stdout


@pytest.mark.parametrize(
    "command", [["schedule", "--json"], ["schedule", "--csv", "daily"], ["check"]]
)
@pytest.mark.parametrize(("path", "value", "place"), [row[1:4] for row in BAD])
def test_a_wrong_document(
    command: list[str],
    path: str,
    value: object,
    place: str,
    tmp_path: Path,
    capfd: pytest.CaptureFixture[str],
) -> None:
    """P3: exit 2, every error a line on standard error with its place, nothing written."""
    file = tmp_path / "plan.json"
    file.write_text(json.dumps(changed(path, value)), "utf-8")
    assert main([command[0], str(file), *command[1:]]) == 2
    said = capfd.readouterr()
    assert said.out == ""
    assert any(line.startswith(f"{place}: ") for line in said.err.splitlines())


@pytest.mark.parametrize(
    ("document", "said"),
    [
        ("", "must be JSON"),
        ("[]", "must be an object"),
        ("[" * 100_000, "32 levels"),
        ('{"a": 1, "a": 1}', "a: must stand there once"),
        ("%PDF-1.7 damaged", "must be JSON"),
    ],
)
def test_what_is_no_document(document: str, said: str) -> None:
    made = run("schedule", "-", "--json", text=document)
    assert (made.returncode, made.stdout) == (2, "")
    assert said in made.stderr
    assert "Traceback" not in made.stderr


def test_a_wrong_plan_prints_no_sheet(tmp_path: Path) -> None:
    out = tmp_path / "out.pdf"
    made = run("print", "-", "--sheet", "patient", "-o", str(out), text="{}")
    assert made.returncode == 2
    assert made.stderr.splitlines()[0] == "format: is needed, got nothing"
    assert not out.exists()


@pytest.mark.parametrize(
    "arguments", [[], ["schedule"], ["schedule", "x"], ["schedule", "x", "--csv", "y"], ["fly"]]
)
def test_a_wrong_command(arguments: list[str]) -> None:
    made = run(*arguments)
    assert (made.returncode, made.stdout) == (2, "")


@pytest.mark.parametrize("day", ["20270102", "2027-W01-4", "0001-01-01", "2027-02-30"])
def test_a_date_is_written_in_one_way(page: Path, tmp_path: Path, day: str) -> None:
    out = tmp_path / "out.pdf"
    command = ["print", str(page), "--sheet", "patient", "-o", str(out), "--prepared-on", day]
    with pytest.raises(SystemExit) as caught:
        main(command)
    assert caught.value.code == 2
    assert not out.exists()


@pytest.mark.parametrize("name", ["missing.json", "."])
def test_a_file_that_cannot_be_read(name: str, tmp_path: Path) -> None:
    made = run("schedule", str(tmp_path / name), "--json")
    assert (made.returncode, made.stdout) == (2, "")
    assert "Traceback" not in made.stderr


def test_a_folder_that_cannot_be_written(page: Path) -> None:
    made = run("print", str(page), "--sheet", "patient", "-o", "/nowhere/out.pdf")
    assert made.returncode == 2
    assert "Traceback" not in made.stderr


def test_examples_are_printed_as_the_format_says() -> None:
    for file in sorted((CASES / "examples").glob("0*.json")):
        case: dict[str, Any] = json.loads(file.read_text("utf-8"))
        made = run("schedule", "-", "--json", text=json.dumps(case["plan"]))
        document = json.loads(made.stdout)
        assert document["supply"] == case["schedule"]["supply"]
        assert document["ends"]["on"] == case["schedule"]["ends"]["on"]


@pytest.mark.parametrize(
    ("days", "code", "said"),
    [
        ("30", 9000, ""),
        ("", 9000, ""),
        ("0", 2, "must be a whole number of days from 1, got '0'\n"),
    ],
)
def test_the_app_starts_unless_a_setting_is_wrong(
    days: str,
    code: int,
    said: str,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("TAPER_KEEP_DAYS", days)
    monkeypatch.setattr("taper.ui.launch", lambda port: port)
    assert main(["app", "--port", "9000"]) == code
    assert capfd.readouterr().err.endswith(said)

"""The runner that other programs are held to the cases by: agrees with ours, sees what is wrong."""

import json
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import pytest

from cases import runner
from taper import InvalidPlan, Plan, build_schedule

CASES = runner.cases()
AGREE = f"{len(CASES)} of {len(CASES)} cases agree\n"


def ours(plan: str) -> runner.Answer:
    """Answer as `taper schedule - --json` does (test_cli.py)."""
    try:
        return 0, json.dumps(build_schedule(Plan.from_json(plan)).to_document()), ""
    except InvalidPlan as error:
        return 2, "", str(error)


def test_taper_agrees_with_every_case(capsys: pytest.CaptureFixture[str]) -> None:
    assert {name.partition("/")[0] for name in CASES} == {"published", "peers", "examples"}
    assert runner.report(ours) == 0
    assert capsys.readouterr().out == AGREE


def another(amount: str) -> str:
    return amount[:-1] + str((int(amount[-1]) + 1) % 10)


def spoil_dose(made: dict[str, Any]) -> None:
    dose = made["steps"][0]["drugs"][0]["doses"][0]
    dose["dose_mg"] = another(dose["dose_mg"])


def spoil_tablets(made: dict[str, Any]) -> None:
    (item, *_) = made["steps"][0]["drugs"][0]["doses"][0]["take"]
    item["count"] = another(item["count"])


def spoil_date(made: dict[str, Any]) -> None:
    made["steps"][0]["start"] = "2000-01-01"


def spoil_end(made: dict[str, Any]) -> None:
    made["ends"]["how"] = "paused"


def spoil_supply(made: dict[str, Any]) -> None:
    made["supply"][0]["count"] = another(made["supply"][0]["count"])


def add_a_step(made: dict[str, Any]) -> None:
    made["steps"].append(made["steps"][-1])


def add_a_drug(made: dict[str, Any]) -> None:
    drugs = made["steps"][0]["drugs"]
    drugs.append(drugs[0] | {"drug": "other"})


def keep_the_drug(made: dict[str, Any]) -> None:
    made["steps"][0].pop("drugs")


@pytest.mark.parametrize(
    "spoil",
    [
        spoil_dose, spoil_tablets, spoil_date, spoil_end, spoil_supply, add_a_step, add_a_drug,
        keep_the_drug,
    ],
)  # fmt: skip
@pytest.mark.parametrize("name", ["peers/half-of-the-large-tablet", "examples/page-sample"])
def test_what_is_wrong_is_seen(name: str, spoil: Callable[[dict[str, Any]], None]) -> None:
    case = CASES[name]
    code, printed, errors = ours(json.dumps(case["plan"]))
    assert list(runner.differences(case, (code, printed, errors))) == []
    made = json.loads(printed)
    spoil(made)
    assert list(runner.differences(case, (code, json.dumps(made), errors)))


def test_a_plan_to_refuse_must_be_refused_with_its_place() -> None:
    case = CASES["peers/no-halves-of-capsules"]
    assert next(runner.differences(case, (0, "{}", "")))[0] == "exit code"
    assert list(runner.differences(case, (2, "", "something is wrong")))


def test_a_finding_that_must_be_there() -> None:
    name = next(name for name, case in CASES.items() if case.get("expect", {}).get("findings"))
    code, printed, errors = ours(json.dumps(CASES[name]["plan"]))
    made = json.loads(printed) | {"findings": []}
    found = list(runner.differences(CASES[name], (code, json.dumps(made), errors)))
    assert {place for place, _, _ in found} == {"findings"}


def test_any_program_can_be_run() -> None:
    """One that prints nothing of use agrees nowhere; the exit code tells."""
    command = [sys.executable, runner.__file__, sys.executable, "-S", "-c", "print('[]')"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stdout.endswith(f"\n0 of {len(CASES)} cases agree\n")
    done = subprocess.run(command[:2], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (2, "")
    done = subprocess.run([*command[:2], "/none"], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)

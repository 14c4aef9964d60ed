"""Runs a program on every case and says where it differs: `python runner.py COMMAND…`.

The command gets a plan on standard input and prints the schedule as JSON, as
`taper schedule - --json` does; README.md beside this file says what is compared. It needs nothing
but Python. Exit 0 where every case agrees, 1 where one does not, 2 where the command cannot be run.
"""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
MOST_SHOWN = 5
SECONDS = 60

Answer = tuple[int, str, str]
"""Exit code, standard output, standard error."""
Difference = tuple[str, object, object]
"""Place, what the case expects, what came."""


def cases() -> dict[str, dict[str, Any]]:
    """Return every case by its name: "published/…", "peers/…", "examples/…"."""
    files = sorted(HERE.glob("*/*.json"))
    return {
        file.relative_to(HERE).with_suffix("").as_posix(): json.loads(file.read_text("utf-8"))
        for file in files
    }


def differences(case: dict[str, Any], answer: Answer) -> Iterator[Difference]:
    """Yield where a program's answer to a case's plan is not what the case expects."""
    code, printed, errors = answer
    expected = case.get("schedule") or case.get("expect") or case
    if "errors" in expected:
        if not code:
            yield "exit code", "other than 0", 0
        for place in expected["errors"]:
            if place not in errors:
                yield place, "named on standard error", errors.strip()
        return
    if code:
        yield "exit code", 0, f"{code}: {errors.strip()}"
        return
    try:
        made = json.loads(printed)
        if "rows" in expected:
            made["rows"] = [row_of(step) for step in made["steps"]]
            if "drugs" in made["ends"]:
                made["ends"]["doses_mg"] = row_of(made["ends"])["doses_mg"]
        found = made.get("findings", [])
    except (ValueError, LookupError, TypeError, AttributeError) as error:
        yield "standard output", "a schedule", f"{type(error).__name__}: {error}"
        return
    for key in ("rows", "steps", "ends", "supply"):
        if key in expected:
            yield from _unlike(expected[key], made.get(key), key)
    for wanted in expected.get("findings", ()):
        if not any(wanted.items() <= finding.items() for finding in found):
            yield "findings", wanted, "none such"


def row_of(step: dict[str, Any]) -> dict[str, Any]:
    """Return a step of a schedule, or what goes on at its end, as a row of a case."""
    drugs = {drug["drug"]: drug for drug in step["drugs"]}

    def of_doses(key: str) -> dict[str, dict[str, Any]]:
        return {
            name: {dose["time"]: dose[key] for dose in drug["doses"]}
            for name, drug in drugs.items()
        }

    return {
        "start": step.get("start"),
        "days": step.get("days"),
        "doses_mg": of_doses("dose_mg"),
        "take": {
            name: {time: _counts(take) for time, take in times.items()}
            for name, times in of_doses("take").items()
        },
        "ideal_mg": {name: drug["ideal_mg"] for name, drug in drugs.items()},
        "change_percent": {name: drug["change_percent"] for name, drug in drugs.items()},
    }


def _counts(take: list[dict[str, Any]] | None) -> dict[str, str] | None:
    """Return product → count; None where the dose can't be made."""
    return None if take is None else {str(item["product"]): item["count"] for item in take}


def _unlike(expected: Any, got: Any, place: str, strict: bool = False) -> Iterator[Difference]:
    """Compare all that is expected; other keys of an object are the program's own."""
    if isinstance(expected, dict) and isinstance(got, dict):
        for key, value in expected.items():
            # Names of drugs, times and products are data: there must be no others.
            data = key in ("doses_mg", "take", "ideal_mg", "change_percent") or strict
            if key in got:
                yield from _unlike(value, got[key], f"{place}.{key}", data)
            else:
                yield f"{place}.{key}", value, "nothing"
        if strict:
            yield from ((f"{place}.{key}", "nothing", got[key]) for key in got.keys() - expected)
    elif isinstance(expected, list) and isinstance(got, list):
        for at, (one, other) in enumerate(zip(expected, got, strict=False)):
            yield from _unlike(one, other, f"{place}[{at}]")
        if len(expected) != len(got):
            yield f"{place}: how many", len(expected), len(got)
    elif type(expected) is not type(got) or expected != got:
        yield place, expected, got


def run(command: Sequence[str], plan: str) -> Answer:
    """Run the command on a plan."""
    done = subprocess.run(
        command, input=plan, capture_output=True, encoding="utf-8", errors="replace",
        timeout=SECONDS, check=False,
    )  # fmt: skip
    return done.returncode, done.stdout, done.stderr


def report(ask: Callable[[str], Answer]) -> int:
    """Ask for every case, print where it differs, and return how many cases do."""
    wrong = 0
    known = cases()
    for name, case in known.items():
        found = list(differences(case, ask(json.dumps(case["plan"]))))
        wrong += bool(found)
        for place, expected, got in found[:MOST_SHOWN]:
            print(f"{name}: {place}: expected {expected}, got {got}")
        if len(found) > MOST_SHOWN:
            print(f"{name}: {len(found) - MOST_SHOWN} more")
    print(f"{len(known) - wrong} of {len(known)} cases agree")
    return wrong


def main(command: Sequence[str]) -> int:
    """Run the command on every case."""
    if not command:
        print("usage: python runner.py COMMAND…", file=sys.stderr)
        return 2
    try:
        return 1 if report(lambda plan: run(command, plan)) else 0
    except (OSError, subprocess.TimeoutExpired) as error:
        print(f"runner.py: {error}", file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

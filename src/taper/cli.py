"""The commands, from schedule and check to app, backup and audit.

Exit 0 on success. Where the document is wrong: every error on standard error, one a line, nothing
written, exit 2.
"""

import argparse
import json
import re
import sys
from collections.abc import Callable, Sequence
from datetime import date, time
from pathlib import Path
from typing import Any, Final

from taper.amount import seen
from taper.document import InvalidPlan, loads
from taper.leaf import Day
from taper.plan import Plan
from taper.schedule import ENGINE, Schedule, sketch

WRONG: Final = 2


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns its exit code."""
    options = _parser().parse_args(arguments)
    run: Callable[[argparse.Namespace], int] = options.run
    try:
        return run(options)
    except InvalidPlan as error:
        for fault in error.faults:
            print(fault, file=sys.stderr)
    except (OSError, ValueError) as error:
        print(f"{Path(sys.argv[0]).name}: {error}", file=sys.stderr)
    return WRONG


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="taper",
        description="Planning aid for clinicians. A clinician has to supervise every taper.",
    )
    parser.add_argument("--version", action="version", version=f"taper {ENGINE}")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    def command(name: str, run: Callable[[argparse.Namespace], int], words: str) -> Any:
        added = commands.add_parser(name, help=words, description=words)
        added.set_defaults(run=run)
        return added

    plan = "a plan document (JSON), or - for standard input"
    schedule = command("schedule", _schedule, "Print the schedule that a plan makes.")
    schedule.add_argument("plan", metavar="PLAN", help=plan)
    shape = schedule.add_mutually_exclusive_group(required=True)
    shape.add_argument("--json", action="store_true", help="as a taper-schedule/1 document")
    shape.add_argument("--csv", choices=("steps", "daily", "supply"), help="as CSV")

    check = command("check", _check, "Print what stands out in the schedule of a plan.")
    check.add_argument("plan", metavar="PLAN", help=plan)
    check.add_argument("--json", action="store_true", help="as JSON")

    printed = command("print", _print, "Print sheets of a plan as one PDF.")
    printed.add_argument("plan", metavar="PLAN", help=plan)
    printed.add_argument(
        "--sheet",
        required=True,
        choices=("patient", "clinician", "pharmacy", "overview", "all"),
        help="patient prints the calendar too, overview the whole taper on one page",
    )
    printed.add_argument("-o", dest="out", metavar="OUT.pdf", type=Path, required=True)
    printed.add_argument("--paper", choices=("a4", "letter"), default="a4")
    printed.add_argument("--size", choices=("standard", "large"), default="standard")
    printed.add_argument(
        "--no-dates", action="store_true", help="count the days from day 1, for a start not fixed"
    )
    printed.add_argument(
        "--prepared-on",
        type=_day,
        metavar="YYYY-MM-DD",
        help="the day to print as prepared on; without it a line to write on",
    )

    calendar = command(
        "calendar", _calendar, "Print dose changes and visits as a calendar file (iCalendar)."
    )
    _ask_for_file(calendar, plan)
    calendar.add_argument(
        "--revision",
        type=int,
        default=0,
        metavar="N",
        help="higher for each later file of the plan, so that its entries replace the earlier ones",
    )
    calendar.add_argument(
        "--remind",
        type=_reminder,
        action="append",
        default=[],
        metavar="TIME=HH:MM",
        help='remind at this time of day, for example "morning=08:00"; may be given several times',
    )

    fhir = command("fhir", _fhir, "Print the schedule as a FHIR R4 Bundle of MedicationRequests.")
    _ask_for_file(fhir, plan)

    text = command("text", _text, "Print directions to paste into a record system.")
    text.add_argument("plan", metavar="PLAN", help=plan)
    text.add_argument("--by-step", action="store_true", help="one line a step, however long")

    opened = command("open", _open, "Print the plan document in a JSON file or a printed PDF.")
    opened.add_argument(
        "file", metavar="FILE", help="a JSON file or a PDF, or - for standard input"
    )

    app = command("app", _app, "Start the app on this machine.")
    app.add_argument("--port", type=int, default=8501)

    backup = command("backup", _backup, "Write all saved plans into one new file.")
    backup.add_argument("file", metavar="FILE", type=Path, help="must not be there yet")

    restore = command("restore", _restore, "Put a backup in the place of the saved plans.")
    restore.add_argument("file", metavar="FILE", type=Path, help='made by "taper backup"')
    restore.add_argument(
        "--replace", action="store_true", help="give up the plans that are saved now"
    )

    move = command("move", _move, "Put a backup into the database at TAPER_DATABASE_URL.")
    move.add_argument("file", metavar="FILE", type=Path, help='made by "taper backup"')

    audit = command(
        "audit", _audit, "Print as CSV who opened which plan when, where people sign in."
    )
    audit.add_argument("--plan", metavar="LINK", default="", help="only of the plan with this link")
    return parser


def _ask_for_file(command: argparse.ArgumentParser, plan: str) -> None:
    command.add_argument("plan", metavar="PLAN", help=plan)
    command.add_argument(
        "--id",
        required=True,
        help="a word of your own for this plan, the same whenever it changes; names no patient",
    )
    command.add_argument(
        "--prepared-on", type=_day, metavar="YYYY-MM-DD", required=True, help="the day it is made"
    )


MOST_READ: Final = 50_000_000
"""No plan, nor any PDF that was printed of one, has so many bytes."""


def _day(text: str) -> date:
    """Read a date by the one grammar for dates."""
    return Day().check(text)


def _reminder(text: str) -> tuple[str, time]:
    """Read a time of day and when that is by the clock: "morning=08:00"."""
    name, _, clock = text.rpartition("=")
    if not name or not re.fullmatch(r"([01][0-9]|2[0-3]):[0-5][0-9]", clock, re.ASCII):
        raise argparse.ArgumentTypeError(f"must be like morning=08:00, got {seen(text)}")
    return name, time.fromisoformat(clock)


def _bytes(name: str) -> bytes:
    """Read a file, or standard input for "-"; no more than a plan or a printed PDF can be."""
    if name == "-":
        return sys.stdin.buffer.read(MOST_READ)
    with Path(name).open("rb") as file:
        return file.read(MOST_READ)


def _made(name: str) -> Schedule:
    """Make the schedule of the plan in a file. Raises `InvalidPlan` with all that is wrong."""
    made = sketch(loads(_bytes(name)))
    if made.faults or made.schedule is None:
        raise InvalidPlan(made.faults)
    return made.schedule


def _schedule(options: argparse.Namespace) -> int:
    made = _made(options.plan)
    if options.csv:
        from taper.exchange import csv_text

        _write(csv_text(made, options.csv))
    else:
        _write(_json(made.to_document()))
    return 0


def _check(options: argparse.Namespace) -> int:
    document = _made(options.plan).to_document()
    if options.json:
        _write(_json(document["findings"]))
        return 0
    lines = []
    for found in document["findings"]:
        steps = ", ".join(map(str, found["steps"]))
        where = f" (step{'s' if len(found['steps']) > 1 else ''} {steps})" if steps else ""
        lines.append(f"{found['severity']}: {found['text']}{where} [{found['code']}]\n")
    _write("".join(lines or ["nothing stands out\n"]).encode())
    return 0


def _print(options: argparse.Namespace) -> int:
    from taper.sheets import FOR_PATIENTS, SHEETS, Options, pdf

    several = {"all": tuple(SHEETS), "patient": FOR_PATIENTS}
    chosen = Options(
        sheets=several.get(options.sheet, (options.sheet,)),
        paper=options.paper,
        size=options.size,
        prepared_on=options.prepared_on,
        dated=not options.no_dates,
    )
    data = pdf(_made(options.plan), chosen)
    options.out.write_bytes(data)
    return 0


def _calendar(options: argparse.Namespace) -> int:
    from taper.exchange import calendar_file

    made = calendar_file(
        _made(options.plan),
        identity=options.id,
        on=options.prepared_on,
        revision=options.revision,
        reminders=dict(options.remind),
    )
    _write(made)
    return 0


def _fhir(options: argparse.Namespace) -> int:
    from taper.exchange import fhir_bundle

    _write(fhir_bundle(_made(options.plan), identity=options.id, on=options.prepared_on))
    return 0


def _text(options: argparse.Namespace) -> int:
    from taper.exchange import directions, directions_by_step

    made = _made(options.plan)
    _write((directions_by_step(made) if options.by_step else directions(made)).encode())
    return 0


def _open(options: argparse.Namespace) -> int:
    from taper.exchange import open_file

    _write(Plan.from_document(open_file(_bytes(options.file))).to_json().encode())
    return 0


def _app(options: argparse.Namespace) -> int:
    from taper.drafts import keep_days, place
    from taper.ui import launch

    # Told here where they are wrong, not on the first page.
    keep_days()
    where = place()
    if isinstance(where, str):
        from taper.drafts.server import parsed

        parsed(where)
    return launch(options.port)


def _live() -> Path:
    """Return the file of saved plans, where they are in a file."""
    from taper.drafts import place

    where = place()
    if isinstance(where, str):
        raise ValueError(
            "TAPER_DATABASE_URL is set, so plans are saved in PostgreSQL:"
            " pg_dump backs them up and pg_restore puts them back"
        )
    return where


def _backup(options: argparse.Namespace) -> int:
    from taper.drafts.backup import backup

    plans = backup(_live(), options.file)
    _write(f"{options.file}: saved plans: {plans}\n".encode())
    return 0


def _restore(options: argparse.Namespace) -> int:
    from taper.drafts.backup import restore

    live = _live()
    done = restore(options.file, live, replace=options.replace)
    if done.aside:
        _write(f"{live} was damaged and is now {done.aside}\n".encode())
    _write(f"{live}: saved plans: {done.plans}\n".encode())
    return 0


def _move(options: argparse.Namespace) -> int:
    from taper.drafts import place
    from taper.drafts.move import move

    where = place()
    if not isinstance(where, str):
        raise ValueError("TAPER_DATABASE_URL must be set to the database to move to")
    plans = move(options.file, where)
    _write(f"saved plans: {plans}\n".encode())
    return 0


def _audit(options: argparse.Namespace) -> int:
    from dataclasses import astuple, fields

    from taper.drafts import Drafts, Entry, place
    from taper.exchange.tables import Words, written

    found = Drafts(place()).people.audit(options.plan.rpartition("plan=")[2])
    names = [each.name for each in fields(Entry)]
    _write(written(names, (map(Words, astuple(entry)) for entry in found)))
    return 0


def _json(document: object) -> bytes:
    return (json.dumps(document, ensure_ascii=False, indent=2) + "\n").encode()


def _write(data: bytes) -> None:
    sys.stdout.buffer.write(data)
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    sys.exit(main())

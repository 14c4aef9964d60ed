"""Saved plans in PostgreSQL: what is its own; what holds in both stands in test_drafts.py."""

import re
import shlex
import socket
import sqlite3
import subprocess
import sys
import time
import traceback
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import IO, Any

import psycopg
import pytest
from sqlalchemy import make_url, select
from streamlit.testing.v1 import AppTest

import postgresql
from postgresql import PASSWORD, Cluster, tell
from serving import HERE
from taper.cli import main
from taper.drafts import Conflict, Drafts, Person, Unavailable, default_path, server
from taper.drafts.database import database
from taper.drafts.tables import TABLES
from test_app import field, opened, plan_id, put, shown
from test_app_care import DOCUMENT
from test_drafts import EARLIER
from test_kills import undone

NOW = datetime(2027, 1, 4, 9, 30, tzinfo=UTC)
STARTING = """
import os, sys
from pathlib import Path
import alembic.operations, alembic.script
from taper.drafts import Drafts, server, versions
for version in 7, 8:
    versions.PRESENT, versions._SCRIPTS = version, Path(sys.argv[2])
    wait, go = os.pipe()
    for _ in range(6):
        if os.fork() == 0:
            os.close(go)
            os.read(wait, 1)  # ends for all at once
            try:
                Drafts(sys.argv[1])
                print(version, flush=True)
            except OSError as error:
                print(error, flush=True)
            os._exit(0)
    os.close(go)
    for _ in range(6):
        os.wait()
"""
SAVING = """
import itertools, sys
from datetime import UTC, datetime
from taper.drafts import Drafts, Unavailable

drafts, now = Drafts(sys.argv[1]), datetime(2027, 1, 4, 9, 30, tzinfo=UTC)
for _ in sys.stdin:  # the same connections, whatever happened to the server
    draft = drafts.create({"n": 0}, now)
    print(draft.id, flush=True)
    try:
        for n in itertools.count(1):
            draft = drafts.save(draft, {"n": n, "filling": "x" * 5000}, now)
            print(n, flush=True)
    except Unavailable as error:
        print("told:", error, flush=True)
"""


@pytest.fixture
def url(cluster: Cluster) -> str:
    return cluster.new()


def refused(act: Callable[[], object]) -> str:
    """Return what is said of what cannot be done; nowhere in it, nor in a trace, the password."""
    with pytest.raises(Unavailable) as caught:
        act()
    assert PASSWORD not in "".join(traceback.format_exception(caught.value))
    return str(caught.value)


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"password": "wrong"}, "refuses this user or the password"),
        ({"username": "nobody"}, "refuses this user or the password"),
        ({"database": "nothing"}, "is not there: it has to be made first"),
        ({"port": 1}, "cannot be reached"),
        ({"host": "nowhere.invalid"}, "cannot be reached"),
    ],
)
def test_why_there_is_no_connection(url: str, changed: dict[str, str], said: str) -> None:
    there = make_url(url).set(**changed)  # type: ignore[arg-type]
    why = refused(lambda: Drafts(there.render_as_string(hide_password=False)))
    assert why == f"the database of saved plans {said}"


@pytest.mark.parametrize(
    "wrong",
    [
        f"postgresql://taper:{PASSWORD}/of@127.0.0.1:x/plans",
        f"mysql://taper:{PASSWORD}@127.0.0.1/plans",
        f"taper:{PASSWORD}",
    ],
)
def test_what_is_no_url_of_a_database_is_told_without_it(
    wrong: str, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    assert refused(lambda: Drafts(wrong)).startswith("TAPER_DATABASE_URL must be like postgresql:")
    monkeypatch.setenv("TAPER_DATABASE_URL", wrong)
    assert main(["app"]) == 2
    assert "TAPER_DATABASE_URL must be like postgresql:" in capfd.readouterr().err


def test_a_server_that_never_answers_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(server._CONNECTING, "connect_timeout", 2)  # noqa: SLF001
    with socket.socket() as deaf:
        deaf.bind((HERE, 0))
        deaf.listen()
        begun = time.monotonic()
        url = f"postgresql://taper:{PASSWORD}@{HERE}:{deaf.getsockname()[1]}/plans"
        assert refused(lambda: Drafts(url)).endswith("cannot be reached")
        assert time.monotonic() - begun < 10
        begun = time.monotonic()
        assert refused(lambda: Drafts(url)).endswith("cannot be reached")
        assert time.monotonic() - begun < 1, "a page that asks again waits again"


def test_a_connection_that_was_lost_is_made_anew(cluster: Cluster, url: str) -> None:
    drafts = Drafts(url)
    made = drafts.create({"n": 1}, NOW)
    with cluster.stopped():
        assert refused(lambda: drafts.load(made.id)).endswith("cannot be reached")
        assert refused(lambda: Drafts(url)).endswith("cannot be reached")
    assert drafts.load(made.id) == made
    tell(url, "select pg_terminate_backend(pid) from pg_stat_activity where pid <> pg_backend_pid()"
              " and application_name = 'taper'")  # fmt: skip
    assert drafts.save(made, {"n": 2}, NOW).document == {"n": 2}


def test_a_page_says_that_nothing_is_saved_and_saves_it_later(
    cluster: Cluster, url: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("TAPER_DATABASE_URL", url)
    monkeypatch.setenv("TAPER_DATA_DIR", str(tmp_path))
    app = opened(Drafts(url).create(DOCUMENT, NOW).id)
    with cluster.stopped():
        app = put(app, "diazepam, bedtime, mg", "3")
        assert "the database of saved plans cannot be reached" in shown(app)
        assert PASSWORD not in shown(app)
    app = put(app, "diazepam, bedtime, mg", "4")
    assert "Not saved" not in shown(app)
    assert field(app, "diazepam, bedtime, mg").value == "4"
    last = Drafts(url).load(plan_id(app))
    assert last
    assert last.document["regimen"][0]["doses_mg"]["bedtime"] == "4"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("53100", "the disk of the database of saved plans is full"),
        ("53200", "is out of memory or room"),
        ("42501", "does not let this user"),
        ("XX001", "is damaged"),
        ("23514", "refuses: said by a rule"),
    ],
)
def test_why_a_plan_is_not_saved(url: str, code: str, said: str) -> None:
    drafts = Drafts(url)
    made = drafts.create({"n": 1}, NOW)
    tell(
        url,
        "create function refuse() returns trigger language plpgsql as $$ begin raise exception"
        f" 'said by a rule' using errcode = '{code}'; end $$",
        "create trigger refused before insert on state execute function refuse()",
    )
    assert said in refused(lambda: drafts.save(made, {"label": "canary"}, NOW))
    assert drafts.load(made.id) == made


def test_a_database_that_can_only_be_read(url: str) -> None:
    drafts = Drafts(url)
    made = drafts.create({"n": 1}, NOW)
    only = Drafts(f"{url}%20-cdefault_transaction_read_only=on")
    assert only.load(made.id) == made
    assert refused(lambda: only.save(made, {}, NOW)).endswith("cannot be written to")
    assert refused(lambda: only.keep("mine", "template", "a\0", {})).endswith("the signs in it")


def test_a_row_that_another_program_holds_is_not_waited_for(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(server._SETTINGS, "lock_timeout", "100ms")  # noqa: SLF001
    drafts = Drafts(url)
    made = drafts.create({"n": 1}, NOW)
    with psycopg.connect(url) as other:
        other.execute("select * from draft for update")
        assert refused(lambda: drafts.save(made, {}, NOW)).endswith("takes too long to answer")
        assert drafts.load(made.id) == made
    assert drafts.save(made, {"n": 2}, NOW).document == {"n": 2}


def test_a_save_is_on_the_disk_before_it_is_told(url: str) -> None:
    with server.Server(url).transaction() as connection:
        said = {name: connection.exec_driver_sql(f"show {name}").scalar() for name in SETTINGS}
    assert said == SETTINGS


SETTINGS = {"synchronous_commit": "on", "lock_timeout": "3s", "statement_timeout": "10s"}


def at_once(count: int, act: Callable[[int], object]) -> list[object]:
    """Do the same from several threads; what raised a conflict returns None."""

    def one(number: int) -> object:
        try:
            return act(number)
        except Conflict:
            return None

    with ThreadPoolExecutor(count) as threads:
        return list(threads.map(one, range(count)))


def everything_at_once(drafts: Drafts) -> None:
    made = drafts.create({"n": 0}, NOW)

    def keep_record(number: int) -> bool:
        drafts.keep_record(made.id, 1, {"n": number}, NOW)
        return True

    for act in (lambda n: drafts.save(made, {"n": n}, NOW), keep_record):
        assert len([done for done in at_once(6, act) if done]) == 1
    last = drafts.load(made.id) or made
    assert all(at_once(6, lambda n: drafts.confirm(last, {"n": n}, NOW)))
    assert {each["n"] for each in drafts.confirmations(made.id)} == set(range(6))
    at_once(6, lambda n: drafts.keep("mine", made.id, "a name", n))
    at_once(6, lambda n: drafts.keep_beside(made.id, "words", {"n": n}))
    at_once(6, lambda _: drafts.list_for("mine", made.id, NOW))
    assert [each.id for each in drafts.listed("mine")] == [made.id]

    def list_and_delete(number: int) -> None:
        drafts.list_for(f"browser {number}", made.id, NOW)
        drafts.delete(made.id)

    at_once(6, list_and_delete)
    assert drafts.load(made.id) is None
    assert drafts.listed("mine") == []


def test_of_many_at_once_one_saves(url: str) -> None:
    """What is a conflict on one machine is one here too; none is told as a database that fails."""
    drafts = Drafts(url)
    for _ in range(8):
        everything_at_once(drafts)


def test_several_that_start_at_once_make_the_tables_once(url: str, later: Path) -> None:
    """And bring them once to a later version: twice it could not be done."""
    command = [sys.executable, "-c", STARTING, url, str(later)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    assert done.stdout.split() == ["7"] * 6 + ["8"] * 6
    with psycopg.connect(url) as connection:
        assert connection.execute("select version_num from alembic_version").fetchall() == [("8",)]


def test_a_database_of_an_earlier_version_is_brought_up_with_all_it_holds(
    cluster: Cluster, url: str
) -> None:
    drafts = Drafts(url)
    made = drafts.create({"n": 1}, NOW)
    tell(
        url, "drop table audit", "drop table share", "drop table person",
        "alter table draft drop column owner", "update alembic_version set version_num = '6'",
    )  # fmt: skip
    later, new = Drafts(url), cluster.new()
    Drafts(new)
    assert later.load(made.id) == made
    assert columns(url) == columns(new)


def columns(url: str) -> list[tuple[Any, ...]]:
    """Return each column of each table, with its type, and each constraint."""
    with psycopg.connect(url) as connection:
        return connection.execute(
            "select c.table_name, c.column_name, c.data_type, c.collation_name, c.is_nullable,"
            " c.column_default, k.constraint_name from information_schema.columns c"
            " left join information_schema.key_column_usage k using (table_name, column_name)"
            " where c.table_schema = 'public' order by 1, 2, 7"
        ).fetchall()


# ---------------------------------------------------------------------------------- P14: kills


@pytest.fixture
def in_earnest() -> Iterator[Cluster]:
    """A server that writes to the disk what it says it wrote."""
    with postgresql.cluster(sync=True) as made:
        yield made


def kill(cluster: Cluster, drafts: Drafts, ask: IO[str], answer: IO[str], rng: Random) -> None:
    """Kill the server while a program saves; what that was told is saved has to be there."""
    ask.write("go\n")
    ask.flush()
    draft, *said = [answer.readline().strip() for _ in range(1 + rng.randrange(12))]
    time.sleep(rng.random() / 100)
    cluster.kill()
    while not said or not said[-1].startswith("told:"):
        said.append(answer.readline().strip())
        assert said[-1]
    assert said.pop() == "told: the database of saved plans cannot be reached"
    acknowledged = int(said[-1]) if said else 0
    cluster.start()
    kept = drafts.load(draft)
    assert kept
    assert acknowledged <= kept.document["n"] <= acknowledged + 1
    undone(drafts, kept)


def kills(cluster: Cluster, rng: Random, count: int) -> None:
    url, pipe = cluster.url("postgres"), subprocess.PIPE
    command = [sys.executable, "-c", SAVING, url]
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True) as saving:
        assert saving.stdin
        assert saving.stdout
        drafts = Drafts(url)
        for _ in range(count):
            kill(cluster, drafts, saving.stdin, saving.stdout, rng)
        saving.stdin.close()


def test_three_kills_of_the_server(in_earnest: Cluster) -> None:
    kills(in_earnest, Random(3), 3)


@pytest.mark.long
def test_two_hundred_kills_of_the_server(in_earnest: Cluster) -> None:
    kills(in_earnest, Random(200), 200)


def test_the_about_page_says_where_plans_are(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("TAPER_DATA_DIR", str(tmp_path))
    for url, said in ("", "in one file in the data folder"), ("postgresql://", "in the PostgreSQL"):
        monkeypatch.setenv("TAPER_DATABASE_URL", url)
        page = AppTest.from_string("from taper.ui import about_page\nabout_page.draw()").run()
        assert said in shown(page)


# ------------------------------------------------------------------------------------- commands


def test_the_rights_and_the_backup_that_the_documents_name_are_enough(
    cluster: Cluster, tmp_path: Path
) -> None:
    page = (Path(__file__).parents[1] / "docs" / "deploy.md").read_text("utf-8")
    (made,) = re.findall(r"```sql\n(.*?)```", page, re.DOTALL)
    with psycopg.connect(cluster.url("postgres"), autocommit=True) as connection:
        for statement in made.strip().split("\n"):
            connection.execute(statement.strip().encode())
    url = cluster.url("taper", user="taper", password="%E2%80%A6")  # noqa: S106 - the page's own
    drafts = Drafts(url)
    made = drafts.create({"n": 1}, NOW)
    commands = re.findall(r"^pg_\w+ .*(?=\n)", page, re.MULTILINE)
    assert len(commands) == 2
    for command in commands:
        program, *options = shlex.split(command.replace("plans.dump", str(tmp_path / "plans.dump")))
        settings = {
            "PGHOST": HERE,
            "PGPORT": str(cluster.port),
            "PGUSER": "taper",
            "PGPASSWORD": "…",
        }
        subprocess.run([f"{cluster.programs}/{program}", *options], check=True, env=settings)
        assert drafts.load(made.id) == made
        drafts.delete(made.id)
    assert drafts.load(made.id) is None


def test_backup_and_restore_say_that_postgresql_has_its_own(
    url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("TAPER_DATABASE_URL", url)
    for command in ("backup", "restore"):
        assert main([command, str(tmp_path / "copy")]) == 2
        said = capfd.readouterr()
        assert "pg_dump backs them up and pg_restore puts them back" in said.err
        assert (said.out, said.err.count("\n")) == ("", 1)
        assert PASSWORD not in said.err
    assert list(tmp_path.iterdir()) == []


@pytest.fixture
def copy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a backup of all that can be saved, made of a file of an earlier version."""
    monkeypatch.setenv("TAPER_DATA_DIR", str(tmp_path / "data"))
    live = default_path()
    live.parent.mkdir()
    with closing(sqlite3.connect(live)) as old:
        old.executescript(EARLIER[-1].read_text("utf-8"))
        many = [(f"{n}", "{}") for n in range(250)]
        old.executemany("insert into kept values ('mine', 'template', ?, ?)", many)
        old.commit()
    drafts = Drafts(live)
    drafts.create({"label": "½ ü"}, NOW)
    ann, bob = (Person(name, name, f"{name}@clinic.example", NOW) for name in ("ann", "bob"))
    for each in (ann, bob):
        drafts.of(each, NOW).people.arrive()
    drafts.of(ann, NOW).people.share(drafts.of(ann, NOW).create({"n": 1}, NOW).id, bob.email)
    assert main(["backup", str(tmp_path / "copy")]) == 0
    return tmp_path / "copy"


def rows(place: Path | str) -> dict[str, list[Any]]:
    with database(place).transaction() as connection:
        return {
            table.name: list(connection.execute(select(table).order_by(*table.primary_key)))
            for table in TABLES.sorted_tables
        }


def test_a_clinic_moves_to_postgresql(
    url: str, copy: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("TAPER_DATABASE_URL", url)
    before = copy.read_bytes()
    assert main(["move", str(copy)]) == 0
    assert capfd.readouterr().out.endswith("saved plans: 3\n")
    assert copy.read_bytes() == before
    there = rows(url)
    assert there == rows(copy)
    assert all(there.values())
    drafts = Drafts(url)
    key = there["confirmation"][0].draft
    moved = drafts.load(key)
    assert moved
    drafts.confirm(drafts.save(moved, {"n": 1}, NOW), {"name": "B"}, NOW)
    assert [each["name"] for each in drafts.confirmations(key)] == ["A. Clinician", "B"]
    assert main(["move", str(copy)]) == 2
    assert "holds plans, details, templates or people already" in capfd.readouterr().err
    assert [file.name for file in default_path().parent.iterdir()] == [default_path().name]


def test_what_is_not_moved(
    url: str, copy: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    assert main(["move", str(copy)]) == 2
    assert "TAPER_DATABASE_URL must be set" in capfd.readouterr().err
    monkeypatch.setenv("TAPER_DATABASE_URL", url)
    Drafts(url).keep("mine", "template", "slow", {})
    assert main(["move", str(copy)]) == 2
    assert "holds plans, details, templates or people already" in capfd.readouterr().err
    Drafts(url).drop("mine", "template", "slow")
    whole = copy.read_bytes()
    copy.write_bytes(whole[:-4096])
    assert main(["move", str(copy)]) == 2
    assert "is not restored: " in capfd.readouterr().err
    copy.write_bytes(whole)
    # The last table that is filled refuses: nothing of the others stays.
    tell(url, "alter table opened add check (browser <> 'browser')")
    assert main(["move", str(copy)]) == 2
    said = capfd.readouterr().err
    assert "opened_browser_check" in said
    assert said.count("\n") == 1
    assert not any(rows(url).values())

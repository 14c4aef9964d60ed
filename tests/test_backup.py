"""Backup and restore: all saved plans in one file, and back, with nothing written over unasked."""

import os
import sqlite3
import stat
import subprocess
import sys
import time
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from taper.cli import main
from taper.drafts import Drafts, default_path

NOW = datetime(2027, 1, 4, 9, 30, tzinfo=UTC)
SAVING = """
import sys
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from taper.drafts import Drafts
drafts = Drafts(Path(sys.argv[1]))
draft = drafts.create({"n": 0, "filler": "x" * 9000}, datetime.now(UTC))
print(draft.id, flush=True)
for n in count(1):
    draft = drafts.save(draft, {"n": n, "filler": "x" * 9000}, datetime.now(UTC))
    print(n, flush=True)
"""

RULE_BROKEN = """
pragma writable_schema = on;
update sqlite_schema set sql = replace(sql, 'id TEXT', 'id TEXT check (id > ''~'')');
"""


@pytest.fixture
def live(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return where the plans are saved: nothing is there yet."""
    monkeypatch.setenv("TAPER_DATA_DIR", str(tmp_path / "data"))
    return default_path()


@pytest.fixture
def copy(live: Path, tmp_path: Path) -> Path:
    """Return a backup of two plans, one of them with two states; what was saved is gone."""
    drafts = Drafts(live)
    drafts.create({"label": "½ ü"}, NOW)
    drafts.save(drafts.create({"n": 1}, NOW), {"n": 2}, NOW)
    drafts.keep("mine", "details", "mine", {"name": "A"})
    assert main(["backup", str(tmp_path / "copy")]) == 0
    live.unlink()
    return tmp_path / "copy"


def ids(file: Path) -> list[str]:
    with closing(sqlite3.connect(file)) as connection:
        return [each for (each,) in connection.execute("select id from draft order by id")]


def contents(folder: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in folder.iterdir()}


def refused(capfd: pytest.CaptureFixture[str], *arguments: str | Path) -> str:
    """Run a command that has to exit with 2, and return what it says: one line."""
    capfd.readouterr()
    assert main([str(each) for each in arguments]) == 2
    said = capfd.readouterr()
    assert said.out == ""
    assert said.err.count("\n") == 1
    return said.err


def test_a_backup_while_another_program_saves(live: Path, tmp_path: Path) -> None:
    """All up to the last save that was acknowledged before is in it, and no half of a save."""
    command = [sys.executable, "-c", SAVING, str(live)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as saving:
        assert saving.stdout is not None
        draft = saving.stdout.readline().strip()
        for turn in range(5):
            acknowledged = [int(saving.stdout.readline()) for _ in range(10)][-1]
            file = tmp_path / f"copy-{turn}"
            assert main(["backup", str(file)]) == 0
            with closing(sqlite3.connect(file)) as connection:
                (states,) = connection.execute("select count(*) from state").fetchone()
            loaded = Drafts(file).load(draft)
            assert loaded
            assert loaded.document["n"] == states - 1 >= acknowledged
        assert saving.poll() is None
        saving.kill()


def test_a_backup_is_one_file_for_its_owner_alone(copy: Path) -> None:
    assert [file.name for file in copy.parent.iterdir() if file.name != "data"] == ["copy"]
    assert stat.S_IMODE(copy.stat().st_mode) & 0o077 == 0
    copy.chmod(0o400)
    with closing(sqlite3.connect(f"{copy.as_uri()}?mode=ro", uri=True)) as connection:
        assert connection.execute("pragma journal_mode").fetchone() == ("delete",)


def test_a_backup_is_on_the_disk_when_it_is_told(
    live: Path,
    tmp_path: Path,
    capfd: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    Drafts(live)
    synced: list[int] = []
    monkeypatch.setattr("os.fsync", lambda file: synced.append(os.fstat(file).st_ino))
    assert main(["backup", str(tmp_path / "copy")]) == 0
    assert synced == [(tmp_path / "copy").stat().st_ino]

    def failing(_: int) -> None:
        raise OSError("the disk is gone")

    monkeypatch.setattr("os.fsync", failing)
    assert "the disk is gone" in refused(capfd, "backup", tmp_path / "second")
    assert not list(tmp_path.glob("second*"))


def test_a_backup_writes_over_no_file(
    live: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    Drafts(live)
    other = tmp_path / "other"
    other.write_text("mine", "utf-8")
    assert f"{other} is there already" in refused(capfd, "backup", other)
    assert other.read_text("utf-8") == "mine"


def test_no_backup_of_plans_that_are_not_there_or_damaged(
    live: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "copy"
    assert f"no saved plans at {live}" in refused(capfd, "backup", file)
    drafts = Drafts(live)
    drafts.create({"filler": "x" * 50_000}, NOW)
    whole = live.read_bytes()
    live.write_bytes(whole[:8192] + bytes(8192) + whole[16384:])
    assert f"{file} is not written: the file of" in refused(capfd, "backup", file)
    live.write_bytes(whole)
    with closing(sqlite3.connect(live)) as connection:
        connection.execute("pragma user_version = 99")
    assert "newer" in refused(capfd, "backup", file)
    assert not live.parent.joinpath("copy").exists()
    assert list(tmp_path.glob("copy*")) == []


def test_a_restore_where_nothing_was_saved(
    copy: Path, live: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    before = copy.read_bytes()
    live.parent.rmdir()
    assert main(["restore", str(copy)]) == 0
    assert capfd.readouterr().out.endswith(f"{live}: saved plans: 2\n")
    drafts = Drafts(live)
    loaded = [drafts.load(each) for each in ids(copy)]
    documents = [each.document for each in loaded if each]
    assert sorted(documents, key=str) == [{"label": "½ ü"}, {"n": 2}]
    assert [drafts.undo(each, NOW).document for each in loaded if each and each.can_undo] == [
        {"n": 1}
    ]
    assert drafts.kept("mine", "details") == {"mine": {"name": "A"}}
    assert copy.read_bytes() == before
    assert [file.name for file in live.parent.iterdir()] == [live.name]


def test_a_restore_over_plans_only_where_told(
    copy: Path, live: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    running = Drafts(live)
    running.keep("mine", "template", "slow", {"phases": []})
    assert "holds 0 saved plans and 1 " in refused(capfd, "restore", copy)
    made = running.create({"secret": "canary"}, NOW)
    assert "holds 1 saved plans and 1 " in refused(capfd, "restore", copy)
    assert running.load(made.id) == made
    with closing(sqlite3.connect(live)) as open_elsewhere:
        assert open_elsewhere.execute("select saves from draft").fetchall() == [(1,)]
        assert main(["restore", "--replace", str(copy)]) == 0
        assert not [each for each in contents(live.parent).values() if b"canary" in each]
    assert running.load(made.id) is None
    back = running.load(ids(copy)[0])
    assert back
    assert running.save(back, {"n": 3}, NOW).document == {"n": 3}


def test_a_restore_waits_for_no_end(
    copy: Path, live: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("taper.drafts.file._PATIENCE_SECONDS", 0)
    Drafts(live)
    with closing(sqlite3.connect(live)) as other:
        other.execute("begin immediate")
        assert "another program holds" in refused(capfd, "restore", copy)
        monkeypatch.setattr("taper.drafts.backup._make_room", lambda *_, **__: None)
        assert "another program holds" in refused(capfd, "restore", copy)
    assert ids(live) == []


@pytest.mark.parametrize("part", ["0", "50", "4096", "half", "all but one"])
def test_a_backup_that_was_cut_off(
    copy: Path, live: Path, capfd: pytest.CaptureFixture[str], part: str
) -> None:
    whole = copy.read_bytes()
    length = {"half": len(whole) // 2, "all but one": len(whole) - 1}.get(part)
    copy.write_bytes(whole[: int(part) if length is None else length])
    assert f"{copy} is not restored" in refused(capfd, "restore", copy)
    assert not live.exists()


@pytest.mark.parametrize(
    ("statement", "word"),
    [
        ("pragma user_version = 99", "newer"),
        ("drop table draft", "no saved plans"),
        ("create table other (n)", "tables"),
        ("drop table kept", "damaged"),
        (RULE_BROKEN, "damaged"),
    ],
)
def test_a_backup_that_is_none_of_this_version(
    copy: Path, live: Path, capfd: pytest.CaptureFixture[str], statement: str, word: str
) -> None:
    with closing(sqlite3.connect(copy)) as connection:
        connection.executescript(statement)
    Drafts(live)
    said = refused(capfd, "restore", "--replace", copy)
    assert f"{copy} is not restored: " in said
    assert word in said
    assert ids(live) == []
    assert [file.name for file in live.parent.iterdir()] == [live.name]


def test_other_files_are_not_restored(
    live: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    other = tmp_path / "other"
    other.write_text('{"format": "taper-plan/1"}', "utf-8")
    assert f"{other} is not restored: it is no backup" in refused(capfd, "restore", other)
    assert "No such file" in refused(capfd, "restore", tmp_path / "nothing")
    with closing(sqlite3.connect(tmp_path / "empty")) as connection:
        connection.execute("vacuum")
    assert "no saved plans" in refused(capfd, "restore", tmp_path / "empty")
    assert not live.exists()


def test_a_backup_of_the_first_version_is_restored_into_a_running_app(
    live: Path, tmp_path: Path
) -> None:
    file = tmp_path / "old"
    with closing(sqlite3.connect(file, isolation_level=None)) as connection:
        connection.execute(
            "create table draft (id text primary key, saves integer not null,"
            " at integer not null, saved text not null) strict"
        )
        connection.execute(
            "create table state (draft text not null references draft (id) on delete cascade,"
            " number integer not null, document text not null, primary key (draft, number)"
            ") strict, without rowid"
        )
        connection.execute("insert into draft values ('a', 1, 0, ?)", (NOW.isoformat(),))
        connection.execute("""insert into state values ('a', 0, '{"n": 1}')""")
    running = Drafts(live)
    assert main(["restore", str(file)]) == 0
    loaded = running.load("a")
    assert loaded
    assert running.confirm(loaded, {"name": "A"}, NOW).confirmed == {"name": "A"}


def test_a_damaged_file_of_saved_plans_is_put_aside(
    copy: Path, live: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    for n, damage in enumerate((b"not a database", copy.read_bytes()[:-4096]), 1):
        live.write_bytes(damage)
        assert main(["restore", str(copy)]) == 0
        aside = live.with_name(f"{live.name}.damaged-{n}")
        assert f"{live} was damaged and is now {aside}\n" in capfd.readouterr().out
        assert aside.read_bytes() == damage
        assert ids(live) == ids(copy)


def test_a_damaged_file_is_put_aside_with_its_log(copy: Path, live: Path) -> None:
    Drafts(live).create({"filler": "x" * 50_000}, NOW)
    whole = live.read_bytes()
    damage = whole[:-8192] + bytes(4096) + whole[-4096:]
    live.write_bytes(damage)
    with closing(sqlite3.connect(live)) as other:
        other.execute("insert into kept values ('mine', 'details', 'mine', '{}')")
        other.commit()
        log = live.with_name(f"{live.name}-wal").read_bytes()
        assert main(["restore", str(copy)]) == 0
        aside = live.with_name(f"{live.name}.damaged-1")
        assert aside.read_bytes() == damage
        assert aside.with_name(f"{aside.name}-wal").read_bytes().startswith(log)
        assert ids(live) == ids(copy)


@pytest.mark.parametrize("table", ["state", "confirmation", "record", "beside", "kept"])
def test_a_document_that_is_not_what_was_saved_is_neither_backed_up_nor_restored(
    live: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str], table: str
) -> None:
    drafts = Drafts(live)
    draft = drafts.create({"dose": "11"}, NOW)
    drafts.confirm(draft, {"dose": "11"}, NOW)
    drafts.keep_record(draft.id, 1, {"dose": "11"}, NOW)
    drafts.keep_beside(draft.id, "copies", {"dose": "11"})
    drafts.keep("mine", "details", "mine", {"dose": "11"})
    assert main(["backup", str(tmp_path / "whole")]) == 0
    for file in (live, tmp_path / "whole"):
        with closing(sqlite3.connect(file)) as connection:
            change = f"update {table} set document = replace(document, '11', '19')"  # noqa: S608
            assert connection.execute(change).rowcount == 1
            connection.commit()
    assert "the file of saved plans is damaged" in refused(capfd, "backup", tmp_path / "copy")
    assert not (tmp_path / "copy").exists()
    live.unlink()
    assert "is not restored: " in refused(capfd, "restore", tmp_path / "whole")


def test_what_a_killed_restore_left_is_taken_away(copy: Path, live: Path) -> None:
    left, running = (live.parent / f"restore-{name}" for name in ("left", "running"))
    for folder in (left, running):
        folder.mkdir(parents=True)
        (folder / "copy").write_bytes(copy.read_bytes())
    hours_ago = time.time() - 7200
    os.utime(left, (hours_ago, hours_ago))
    assert main(["restore", str(copy)]) == 0
    assert not left.exists()
    assert running.exists()

"""Saved plans: what was saved comes back, whatever happens in between."""

import random
import re
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest.mock import Mock

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    precondition,
    rule,
    run_state_machine_as_test,
)

import postgresql
from taper.drafts import Conflict, Draft, Drafts, Unavailable, versions
from taper.drafts.file import File

NOW = datetime(2027, 1, 4, 9, 30, tzinfo=UTC)
SETTINGS = {"synchronous": 2, "secure_delete": 1, "foreign_keys": 1}


@pytest.fixture
def drafts(place: Path | str) -> Drafts:
    return Drafts(place)


def alter(place: Path | str, *statements: str) -> None:
    """Change the tables as no Taper does."""
    if isinstance(place, str):
        postgresql.tell(place, *statements)
        return
    with closing(sqlite3.connect(place)) as connection, connection:
        for statement in statements:
            connection.execute(statement)


def test_what_is_saved_comes_back(drafts: Drafts) -> None:
    made = drafts.create({"label": "½ ü", "regimen": []}, NOW)
    assert drafts.load(made.id) == made
    assert (made.document, made.saved, made.can_undo, made.can_redo) == (
        {"label": "½ ü", "regimen": []},
        NOW,
        False,
        False,
    )


def test_the_order_of_keys_is_kept(drafts: Drafts) -> None:
    made = drafts.create({"b": 1, "a": {"z": 1, "y": 2}}, NOW)
    assert str(drafts.load(made.id).document) == "{'b': 1, 'a': {'z': 1, 'y': 2}}"  # type: ignore[union-attr]


def test_two_tabs_never_overwrite_each_other(drafts: Drafts) -> None:
    first = drafts.create({"n": 0}, NOW)
    drafts.save(first, {"n": "theirs"}, NOW)
    with pytest.raises(Conflict):
        drafts.save(first, {"n": "mine"}, NOW)
    with pytest.raises(Conflict):
        drafts.undo(first, NOW)
    with pytest.raises(Conflict):
        drafts.redo(first, NOW)
    assert drafts.load(first.id).document == {"n": "theirs"}  # type: ignore[union-attr]


def test_ids_are_long_and_differ(drafts: Drafts) -> None:
    ids = {drafts.create({}, NOW).id for _ in range(50)}
    assert len(ids) == 50
    assert min(map(len, ids)) >= 22


def test_a_state_in_place_of_the_present_one(drafts: Drafts) -> None:
    made = drafts.save(drafts.create({"n": 0}, NOW), {"n": 1}, NOW)
    undone = drafts.undo(drafts.save(made, {"n": 2}, NOW), NOW)
    instead = drafts.save(undone, {"n": 3}, NOW, instead=True)
    assert (instead.document, instead.can_redo) == ({"n": 3}, False)
    with pytest.raises(Conflict):
        drafts.save(made, {"n": 4}, NOW, instead=True)
    back = drafts.undo(instead, NOW)
    assert (back.document, back.can_undo) == ({"n": 0}, False)


def test_an_unknown_id(drafts: Drafts) -> None:
    assert drafts.load("nothing") is None


def test_a_confirmation_dies_with_the_next_change(drafts: Drafts) -> None:
    made = drafts.create({"n": 0}, NOW)
    made = drafts.save(made, {"n": 1}, NOW)
    said = {"name": "A. Clinician", "fingerprint": "f1"}
    made = drafts.confirm(made, said, NOW)
    assert made.confirmed == said
    assert drafts.load(made.id) == made
    changes: list[Callable[[Draft], Draft]] = [
        lambda draft: drafts.save(draft, {"n": 1}, NOW),
        lambda draft: drafts.redo(drafts.undo(draft, NOW), NOW),
    ]
    for change in changes:
        made = change(made)
        assert made.confirmed is None
        assert drafts.load(made.id) == made
        made = drafts.confirm(made, {"name": "B. Clinician"}, NOW)
        assert made.confirmed == {"name": "B. Clinician"}
    names = [each["name"] for each in drafts.confirmations(made.id)]
    assert names == ["A. Clinician", "B. Clinician", "B. Clinician"]


def test_nobody_confirms_what_another_window_changed(drafts: Drafts) -> None:
    first = drafts.create({"n": 0}, NOW)
    drafts.save(first, {"n": 1}, NOW)
    with pytest.raises(Conflict):
        drafts.confirm(first, {"name": "A. Clinician"}, NOW)
    assert drafts.confirmations(first.id) == []


def test_a_browser_lists_what_it_opened_and_no_other_browser_does(drafts: Drafts) -> None:
    old, new, alien = (drafts.create({"n": n}, NOW + timedelta(minutes=n)) for n in (1, 2, 3))
    for each in (new, old, old):
        drafts.list_for("mine", each.id, NOW)
    drafts.list_for("theirs", alien.id, NOW)
    drafts.list_for("mine", "no such draft", NOW)
    assert drafts.listed("mine") == [new, old]
    drafts.unlist("mine", new.id)
    assert drafts.listed("mine") == [old]
    assert drafts.load(new.id) == new
    drafts.delete(old.id)
    assert drafts.listed("mine") == []
    assert drafts.listed("theirs") == [alien]


def test_what_is_kept_for_a_browser(drafts: Drafts) -> None:
    drafts.keep("mine", "details", "mine", {"name": "A"})
    drafts.keep("mine", "details", "mine", {"name": "B", "role": "ü"})
    drafts.keep("mine", "template", "slow", {"phases": []})
    assert drafts.kept("mine", "details") == {"mine": {"name": "B", "role": "ü"}}
    assert drafts.kept("theirs", "details") == {}
    drafts.drop("mine", "details", "mine")
    assert drafts.kept("mine", "details") == {}
    assert drafts.kept("mine", "template") == {"slow": {"phases": []}}


def test_what_is_kept_comes_in_one_order_everywhere(drafts: Drafts) -> None:
    """By the signs' numbers, whatever language the database was made for."""
    names = ["", "B", "a b", "a-c", "ab", "ä", "Ω", "😀"]
    for name in reversed(names):
        drafts.keep("mine", "template", name, {})
    assert list(drafts.kept("mine", "template")) == names


def test_unused_drafts_are_deleted(drafts: Drafts) -> None:
    old, listed, new = (drafts.create({}, NOW + timedelta(days=n)).id for n in (0, 0, 9))
    drafts.list_for("mine", listed, NOW + timedelta(days=9))
    drafts.list_for("mine", old, NOW)
    assert drafts.delete_unused(NOW + timedelta(days=1)) == 1
    assert [bool(drafts.load(each)) for each in (old, listed, new)] == [False, True, True]


def test_a_record_grows_and_is_never_written_over(drafts: Drafts) -> None:
    made = drafts.create({}, NOW)
    assert drafts.record(made.id) is None
    drafts.keep_record(made.id, 1, {"n": 1}, NOW)
    drafts.keep_record(made.id, 2, {"n": 2}, NOW)
    assert drafts.record(made.id) == (2, {"n": 2})
    for number in (1, 2, 4):
        with pytest.raises(Conflict):
            drafts.keep_record(made.id, number, {"n": "other"}, NOW)
    assert drafts.record(made.id) == (2, {"n": 2})
    drafts.delete(made.id)
    assert drafts.record(made.id) is None
    with pytest.raises(Conflict):
        drafts.keep_record(made.id, 1, {}, NOW)


def test_what_is_beside_a_draft_goes_with_it(drafts: Drafts) -> None:
    first, second = (drafts.create({}, NOW).id for _ in range(2))
    for draft in (first, second, "unknown"):
        drafts.keep_beside(draft, "copies", {"n": 1})
        drafts.keep_beside(draft, "copies", {"n": 2})
    assert drafts.beside(first, "copies") == {"n": 2}
    assert drafts.beside("unknown", "copies") == drafts.beside(first, "words") == {}
    drafts.delete(first)
    drafts.delete_unused(NOW + timedelta(days=1))
    assert drafts.load(second) is None
    assert drafts.beside(first, "copies") == drafts.beside(second, "copies") == {}


def test_a_plan_and_what_is_beside_it_are_saved_both_or_neither(drafts: Drafts) -> None:
    made = drafts.create({"n": 1}, NOW)
    drafts.save(made, {"n": 2}, NOW, beside={"copies": {"n": 1}})
    assert drafts.beside(made.id, "copies") == {"n": 1}
    with pytest.raises(Conflict):
        drafts.save(made, {"n": 3}, NOW, beside={"copies": {"n": 3}})
    assert drafts.beside(made.id, "copies") == {"n": 1}


def test_a_file_of_the_first_version_opens(tmp_path: Path) -> None:
    """As it was written before the file counted its versions."""
    file = tmp_path / "drafts.sqlite3"
    with closing(sqlite3.connect(file)) as connection:
        connection.executescript(FIRST_VERSION)
    drafts = Drafts(file)
    old = drafts.load("a-draft")
    assert old is not None
    assert (old.document, old.can_undo, old.can_redo) == ({"n": 1}, True, False)
    drafts.confirm(old, {"name": "A. Clinician"}, NOW)
    drafts.list_for("mine", old.id, NOW)
    again = Drafts(file)
    assert [each.confirmed for each in again.listed("mine")] == [{"name": "A. Clinician"}]


def test_what_a_later_version_made_is_left_alone(place: Path | str) -> None:
    Drafts(place)
    later = "pragma user_version = 99"
    if isinstance(place, str):
        later = "update alembic_version set version_num = '99'"
    alter(place, later)
    with pytest.raises(Unavailable, match="of saved plans was made by a newer Taper"):
        Drafts(place)


def test_a_later_version_finds_what_this_one_saved(
    place: Path | str, later: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = Drafts(place).create({"n": 1}, NOW)
    with monkeypatch.context() as patch:
        patch.setattr(versions, "PRESENT", 8)
        patch.setattr(versions, "_SCRIPTS", later)
        for _ in range(2):
            drafts = Drafts(place)
            assert drafts.load(made.id) == made
            assert drafts.kept("later", "once") == {"more": {}}
        alter(place, "update draft set colour = 'green'")
    with pytest.raises(Unavailable, match="newer"):
        Drafts(place)


def test_a_new_file_loads_only_what_it_needs(tmp_path: Path) -> None:
    """No migrations and no PostgreSQL: each takes long to load."""
    program = (
        "import sys; from pathlib import Path; from taper.drafts import Drafts;"
        " Drafts(Path(sys.argv[1])); print(*sys.modules)"
    )
    made = subprocess.run(
        [sys.executable, "-c", program, tmp_path / "drafts.sqlite3"],
        check=True, capture_output=True, text=True,
    )  # fmt: skip
    loaded = set(made.stdout.split())
    assert loaded & {"alembic", "psycopg", "sqlalchemy.dialects.postgresql"} == set()


FIRST_VERSION = """
pragma journal_mode = wal;
create table draft (
    id text primary key, saves integer not null, at integer not null, saved text not null
) strict;
create table state (
    draft text not null references draft (id) on delete cascade,
    number integer not null, document text not null, primary key (draft, number)
) strict, without rowid;
insert into draft values ('a-draft', 2, 1, '2026-11-01T09:30:00+00:00');
insert into state values ('a-draft', 0, '{"n": 0}'), ('a-draft', 1, '{"n": 1}');
"""


def test_deleted_is_gone_from_the_file(tmp_path: Path) -> None:
    drafts = Drafts(tmp_path / "folder" / "drafts.sqlite3")
    made = drafts.create({"label": "canary-7f3a"}, NOW)
    made = drafts.save(made, {"label": "canary-7f3b"}, NOW)
    made = drafts.confirm(made, {"name": "canary-7f3c"}, NOW)
    drafts.list_for("canary-7f3d", made.id, NOW)
    drafts.keep("mine", "details", "mine", {"name": "canary-7f3e"})
    drafts.delete(made.id)
    drafts.drop("mine", "details", "mine")
    assert drafts.load(made.id) is None
    with pytest.raises(Conflict):
        drafts.save(made, {}, NOW)
    kept = b"".join(file.read_bytes() for file in (tmp_path / "folder").iterdir())
    assert b"canary" not in kept


def test_a_file_that_is_no_database(tmp_path: Path) -> None:
    (tmp_path / "drafts.sqlite3").write_bytes(
        b"not a database, but long enough to be read as one" * 9
    )
    with pytest.raises(Unavailable):
        Drafts(tmp_path / "drafts.sqlite3")


class UndoAndRedo(RuleBasedStateMachine):
    """Undo and redo behave as two stacks, and every state outlives the program."""

    def __init__(self, drafts: Drafts) -> None:
        super().__init__()
        self.drafts = drafts

    @initialize(value=st.integers())
    def begin(self, value: int) -> None:
        self.draft = self.drafts.create({"value": value}, NOW)
        self.done, self.undone = [value], list[int]()

    @rule(value=st.integers())
    def save(self, value: int) -> None:
        self.kept(self.drafts.save(self.draft, {"value": value}, NOW))
        self.done.append(value)
        self.undone.clear()

    @precondition(lambda self: len(self.done) > 1)
    @rule()
    def undo(self) -> None:
        self.kept(self.drafts.undo(self.draft, NOW))
        self.undone.append(self.done.pop())

    @precondition(lambda self: self.undone)
    @rule()
    def redo(self) -> None:
        self.kept(self.drafts.redo(self.draft, NOW))
        self.done.append(self.undone.pop())

    def kept(self, draft: Draft) -> None:
        self.draft = draft

    @rule()
    def look(self) -> None:
        assert self.drafts.load(self.draft.id) == self.draft
        assert self.draft.document == {"value": self.done[-1]}
        assert (self.draft.can_undo, self.draft.can_redo) == (len(self.done) > 1, bool(self.undone))


def test_undo_and_redo(drafts: Drafts) -> None:
    run_state_machine_as_test(
        lambda: UndoAndRedo(drafts),  # type: ignore[arg-type]
        settings=settings(max_examples=25, stateful_step_count=20, deadline=None),
    )


def test_any_document_as_typed_comes_back(drafts: Drafts) -> None:
    text = st.text()

    @settings(max_examples=100)
    @given(
        st.recursive(st.none() | st.booleans() | text, lambda inner: st.dictionaries(text, inner))
    )
    def comes_back(value: object) -> None:
        made = drafts.create({"typed": value}, NOW)
        assert drafts.load(made.id).document == {"typed": value}  # type: ignore[union-attr]

    comes_back()


def test_a_document_that_was_altered_in_the_file_is_refused(
    drafts: Drafts, place: Path | str
) -> None:
    made = drafts.create({"doses_mg": {"morning": "10"}}, NOW)
    drafts.keep_record(made.id, 1, {"n": "10"}, NOW)
    drafts.keep("mine", "template", "slow", {"n": "10"})
    drafts.keep_beside(made.id, "copies", {"n": "10"})
    for table in ("state", "record", "kept", "beside"):
        alter(place, f"update {table} set document = replace(document, '10', '90')")  # noqa: S608
    reads: list[Callable[[], object]] = [
        lambda: drafts.load(made.id),
        lambda: drafts.record(made.id),
        lambda: drafts.kept("mine", "template"),
        lambda: drafts.beside(made.id, "copies"),
    ]
    for read in reads:
        with pytest.raises(Unavailable, match="damaged"):
            read()


@pytest.mark.parametrize(
    "statement",
    [
        "update state set document = 'x'",
        "update draft set saved = 'x'",
        "update draft set at = 7",
        "drop table state",
    ],
)
def test_a_damaged_row_is_told(drafts: Drafts, place: Path | str, statement: str) -> None:
    made = drafts.create({}, NOW)
    alter(place, statement)
    with pytest.raises(Unavailable, match="damaged"):
        drafts.load(made.id)


def test_any_byte_of_the_file_may_be_wrong(tmp_path: Path) -> None:
    file = tmp_path / "drafts.sqlite3"
    drafts = Drafts(file)
    made = drafts.create({"doses_mg": {"morning": "10"}}, NOW)
    drafts.save(made, {"doses_mg": {"morning": "9.5"}}, NOW)
    whole = file.read_bytes()
    known = [{"doses_mg": {"morning": dose}} for dose in ("10", "9.5")]
    chance = random.Random(8)
    for _ in range(150):
        broken = bytearray(whole)
        broken[chance.randrange(len(broken))] ^= 1 << chance.randrange(8)
        file.write_bytes(bytes(broken))
        with suppress(Unavailable):
            loaded = drafts.load(made.id)
            assert loaded is None or loaded.document in known
    for size in (0, 1, 100, 4096, len(whole) - 1):
        file.write_bytes(whole[:size])
        with suppress(Unavailable):
            loaded = drafts.load(made.id)
            assert loaded is None or loaded.document in known


def test_a_file_that_is_gone_is_told_and_not_made_anew(tmp_path: Path) -> None:
    file = tmp_path / "drafts.sqlite3"
    drafts = Drafts(file)
    made = drafts.create({}, NOW)
    file.unlink()
    acts: list[Callable[[], object]] = [
        lambda: drafts.load(made.id),
        lambda: drafts.create({}, NOW),
    ]
    for act in acts:
        with pytest.raises(Unavailable, match="moved or deleted"):
            act()
    assert not file.exists()


def test_a_full_disk_is_told_and_what_was_saved_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    drafts = Drafts(tmp_path / "drafts.sqlite3")
    made = drafts.create({"n": "1"}, NOW)
    connected = sqlite3.connect

    def small(*about: Any, **settings: Any) -> sqlite3.Connection:
        connection: sqlite3.Connection = connected(*about, **settings)
        connection.execute("pragma max_page_count = 1")  # never less than is there already
        return connection

    with monkeypatch.context() as patch:
        patch.setattr(sqlite3, "connect", small)
        with pytest.raises(Unavailable, match="the disk is full"):
            drafts.save(made, {"n": "9" * 100_000}, NOW)
    assert drafts.load(made.id) == made


def test_what_is_deleted_is_in_no_file_though_another_program_has_it_open(tmp_path: Path) -> None:
    file = tmp_path / "drafts.sqlite3"
    drafts = Drafts(file)
    with closing(sqlite3.connect(file)) as other:
        other.execute("select * from draft").fetchall()
        made = drafts.save(drafts.create({"label": "CANARY-1"}, NOW), {"label": "CANARY-2"}, NOW)
        assert any(b"CANARY" in each.read_bytes() for each in tmp_path.iterdir())
        drafts.delete(made.id)
        assert not any(b"CANARY" in each.read_bytes() for each in tmp_path.iterdir())


def test_a_clock_set_back_makes_nothing_old(drafts: Drafts) -> None:
    made = drafts.create({"n": 0}, NOW)
    made = drafts.save(made, {"n": 1}, NOW - timedelta(days=365))
    assert drafts.delete_unused(NOW - timedelta(days=30)) == 0
    assert (made.saved, drafts.undo(made, NOW).document) == (NOW, {"n": 0})


EARLIER = sorted((Path(__file__).parent / "cases" / "drafts").glob("version-*.sql"))


@pytest.mark.parametrize("dump", EARLIER, ids=lambda path: path.stem)
def test_a_file_of_every_earlier_version_opens_whole_and_goes_on(
    tmp_path: Path, dump: Path
) -> None:
    """Each was written by the code of its time: three states, gone back to the second."""
    version = int(dump.stem.removeprefix("version-"))
    file = tmp_path / "drafts.sqlite3"
    with closing(sqlite3.connect(file)) as old:
        old.executescript(dump.read_text("utf-8"))
        assert old.execute("pragma user_version").fetchone() == (version,)
        (key,) = old.execute("select id from draft").fetchone()
    drafts = Drafts(file)
    second = drafts.load(key)
    assert second
    assert (second.document["label"], second.saved) == ("second", NOW + timedelta(minutes=4))
    assert second.document["regimen"] == [{"drug": "diazepam", "doses_mg": {"bedtime": "7.5"}}]
    assert drafts.redo(second, NOW).document["label"] == "third"
    first = drafts.undo(drafts.undo(drafts.load(key) or second, NOW), NOW)
    assert first.document["label"] == "½ of an old plan"
    if version >= 2:
        assert drafts.confirmations(key) == [{"name": "A. Clinician", "role": "GP"}]
        assert [draft.id for draft in drafts.listed("browser")] == [key]
        assert drafts.kept("browser", "details") == {"mine": {"name": "A. Clinician"}}
    if version >= 3:
        assert drafts.record(key) == (1, {"format": "taper-record/1", "versions": []})
    if version >= 4:
        assert drafts.beside(key, "words") == {"coping": "a walk"}
    drafts.keep_record(key, 1 + (version >= 3), {"versions": []}, NOW)
    drafts.keep_beside(key, "words", {"coping": "tea"})
    drafts.confirm(first, {"name": "B"}, NOW)
    last = drafts.save(first, {"label": "on"}, NOW + timedelta(minutes=9))
    assert (drafts.load(key), last.can_undo, last.can_redo) == (last, True, False)
    Drafts(tmp_path / "new")
    assert tables(file) == tables(tmp_path / "new")


def tables(file: Path) -> list[tuple[Any, ...]]:
    """Return each column with its type, each key and each index, as SQLite has them."""
    with closing(sqlite3.connect(file)) as connection:
        return connection.execute(
            'select t.name, t.wr, t.strict, c.name, lower(c.type), c.pk or c."notnull", c.pk,'
            ' f."table", f."to", lower(f.on_delete), i.name, i."unique", i.origin'
            " from pragma_table_list t, pragma_table_info(t.name) c"
            ' left join pragma_foreign_key_list(t.name) f on f."from" = c.name'
            " left join pragma_index_list(t.name) i"
            " where t.name not like 'sqlite_%' order by 1, 4, i.name"
        ).fetchall()


def test_confirmations_of_an_earlier_file_keep_their_order(tmp_path: Path) -> None:
    file = tmp_path / "drafts.sqlite3"
    with closing(sqlite3.connect(file)) as old:
        old.executescript(EARLIER[0].with_name("version-5.sql").read_text("utf-8"))
        (key,) = old.execute("select id from draft").fetchone()
        old.execute("insert into draft values ('another', 1, 0, '')")
        for draft, name in ((key, "C"), ("another", "D"), (key, "B"), ("another", "A")):
            said = f'{{"name": "{name}"}}'
            old.execute("insert into confirmation values (?, 1, ?, '')", (draft, said))
        old.commit()
    drafts = Drafts(file)
    assert [each["name"] for each in drafts.confirmations(key)] == ["A. Clinician", "C", "B"]
    assert [each["name"] for each in drafts.confirmations("another")] == ["D", "A"]


def test_an_unsaved_visit_of_an_earlier_file_goes_with_its_draft(tmp_path: Path) -> None:
    file = tmp_path / "drafts.sqlite3"
    with closing(sqlite3.connect(file)) as old:
        old.executescript(EARLIER[0].with_name("version-4.sql").read_text("utf-8"))
        (key,) = old.execute("select id from draft").fetchone()
        for name in (key, "gone"):
            old.execute("insert into kept values ('mine', 'visit', ?, '{\"next\": {}}')", (name,))
        old.commit()
    drafts = Drafts(file)
    assert drafts.beside(key, "visit mine") == {"next": {}}
    assert drafts.kept("mine", "visit") == {}
    drafts.delete(key)
    assert drafts.beside(key, "visit mine") == {}


def test_a_clock_set_back_takes_no_opening_back(drafts: Drafts) -> None:
    draft = drafts.create({"n": 0}, NOW - timedelta(days=365)).id
    for at in (NOW, NOW - timedelta(days=300)):
        drafts.list_for("browser", draft, at)
    assert drafts.delete_unused(NOW - timedelta(days=30)) == 0
    assert drafts.load(draft)


def test_each_save_reaches_the_disk_before_it_is_told(tmp_path: Path) -> None:
    """2 is "full", 1 is "on" (SQLite, PRAGMA synchronous and secure_delete)."""
    with File(tmp_path / "drafts.sqlite3").transaction() as connection:
        said = [connection.exec_driver_sql(f"pragma {name}").scalar() for name in SETTINGS]
    assert dict(zip(SETTINGS, said, strict=True)) == SETTINGS


def test_a_copy_of_the_file_that_was_put_back_is_not_overwritten(tmp_path: Path) -> None:
    """The count of saves may be the same again; the time of the last save then differs."""
    file = tmp_path / "drafts.sqlite3"
    drafts = Drafts(file)
    first = drafts.create({"n": 0}, NOW)
    before = file.read_bytes()
    mine = drafts.save(first, {"n": "mine"}, NOW + timedelta(minutes=1))
    file.write_bytes(before)
    drafts.save(first, {"n": "theirs"}, NOW + timedelta(minutes=2))
    with pytest.raises(Conflict):
        drafts.save(mine, {"n": "mine, on"}, NOW + timedelta(minutes=3))


def test_a_text_without_end_is_not_kept_and_nothing_else_is_lost(drafts: Drafts) -> None:
    made = drafts.create({"label": "kept"}, NOW)
    with pytest.raises(Unavailable, match="at most 8,000,000 characters, got 10,000,0"):
        drafts.save(made, {"label": "x" * 10_000_000}, NOW)
    assert drafts.load(made.id) == made


def test_only_the_whole_id_as_it_was_made_finds_a_plan(drafts: Drafts) -> None:
    """128 random bits, six to a character; no wildcard, no other case, no statement."""
    ids = [drafts.create({"n": n}, NOW).id for n in range(20)]
    assert len(set(ids)) == 20
    assert all(re.fullmatch(r"[\w-]{22}", one, re.ASCII) for one in ids)
    known = ids[0]
    near = [known[:-1], known + "A", f" {known}", f"{known}\0", known.swapcase(), f"{known}%"]
    for wrong in (
        *near,
        "",
        "%",
        "_" * 22,
        "*",
        "' or '1'='1",
        f"{known}' --",
        "../drafts",
        "x" * 99,
    ):
        assert drafts.load(wrong) is None
        assert drafts.last_save(wrong) is None
    drafts.delete(known)
    assert drafts.load(known) is None


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(Unavailable, match=r"^the folder of saved plans cannot be written to$"):
        Drafts(tmp_path / "file" / "drafts.sqlite3")


@pytest.mark.parametrize(
    ("free", "said"),
    [
        (999_999, "the disk is full"),
        (1_000_000, "the file of saved plans cannot be read or written"),
    ],
)
def test_a_write_that_fails_is_told_as_a_full_disk_where_no_room_is_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, free: int, said: str
) -> None:
    drafts = Drafts(tmp_path / "drafts.sqlite3")
    failed = sqlite3.OperationalError("disk I/O error")
    failed.sqlite_errorcode = sqlite3.SQLITE_IOERR_WRITE
    monkeypatch.setattr("taper.drafts.file.connected", Mock(side_effect=failed))
    monkeypatch.setattr("shutil.disk_usage", lambda _: SimpleNamespace(free=free))
    with pytest.raises(Unavailable, match=f"^{said}$"):
        drafts.create({}, NOW)

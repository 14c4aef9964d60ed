"""Whose a plan is: nobody opens, lists, changes or guesses one that is another's."""

import csv
import inspect
import itertools
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from taper.cli import main
from taper.drafts import Conflict, Draft, Drafts, NotShared, Person, SignedOut
from taper.drafts.people import People

NOW = datetime(2027, 1, 4, 9, 30, tzinfo=UTC)
ANN = Person("ann", "Ann Archer", "ann@clinic.example", NOW)
BOB = Person("bob", "Bob Baker", "bob@clinic.example", NOW)
PLAN = {"label": "canary-7Qx", "regimen": []}


@pytest.fixture
def everyones(place: Path | str) -> Drafts:
    drafts = Drafts(place)
    for person in (ANN, BOB):
        drafts.of(person, NOW).people.arrive()
    return drafts


@pytest.fixture
def ann(everyones: Drafts) -> Drafts:
    return everyones.of(ANN, NOW)


@pytest.fixture
def bob(everyones: Drafts) -> Drafts:
    return everyones.of(BOB, NOW)


@pytest.fixture
def hers(ann: Drafts) -> Draft:
    """A plan of Ann's with something of every kind."""
    made = ann.create({"label": "before"}, NOW)
    made = ann.save(made, PLAN, NOW, beside={"words": {"coping": "canary-7Qx"}})
    ann.confirm(made, {"name": "canary-7Qx"}, NOW)
    ann.keep_record(made.id, 1, {"versions": ["canary-7Qx"]}, NOW)
    ann.list_for("shared desk", made.id, NOW)
    ann.keep("shared desk", "details", "mine", {"name": "canary-7Qx"})
    undone = ann.undo(ann.save(made, PLAN | {"more": 1}, NOW), NOW)
    found = ann.load(undone.id)
    assert found
    return found


TRIED: dict[str, Callable[[Drafts, Draft], object]] = {
    "load": lambda drafts, plan: drafts.load(plan.id),
    "last_save": lambda drafts, plan: drafts.last_save(plan.id),
    "save": lambda drafts, plan: drafts.save(plan, {"n": 0}, NOW, beside={"words": {}}),
    "undo": lambda drafts, plan: drafts.undo(plan, NOW),
    "redo": lambda drafts, plan: drafts.redo(plan, NOW),
    "confirm": lambda drafts, plan: drafts.confirm(plan, {"name": "B"}, NOW),
    "confirmations": lambda drafts, plan: drafts.confirmations(plan.id),
    "record": lambda drafts, plan: drafts.record(plan.id),
    "keep_record": lambda drafts, plan: drafts.keep_record(plan.id, 2, {}, NOW),
    "delete": lambda drafts, plan: drafts.delete(plan.id),
    "list_for": lambda drafts, plan: drafts.list_for("shared desk", plan.id, NOW),
    "listed": lambda drafts, _: drafts.listed("shared desk"),
    "listed as her": lambda drafts, _: drafts.listed(ANN.id),
    "unlist": lambda drafts, plan: drafts.unlist("shared desk", plan.id),
    "keep": lambda drafts, _: drafts.keep("shared desk", "details", "mine", {"name": "B"}),
    "kept": lambda drafts, _: drafts.kept("shared desk", "template"),
    "drop": lambda drafts, _: drafts.drop("shared desk", "details", "mine"),
    "beside": lambda drafts, plan: drafts.beside(plan.id, "words"),
    "keep_beside": lambda drafts, plan: drafts.keep_beside(plan.id, "words", {}),
    "shared": lambda drafts, plan: drafts.people.shared(plan.id),
    "share": lambda drafts, plan: drafts.people.share(plan.id, BOB.email),
    "end": lambda drafts, plan: drafts.people.end(plan.id, ANN.id),
}
OF_NO_PLAN = {"of", "people", "create", "delete_unused", "arrive", "leave", "any", "audit"}
"""What makes a plan, or is about none; deleting unused ones and the audit are for who runs it."""


def everything(drafts: Drafts, plan: Draft) -> list[Any]:
    return [
        drafts.load(plan.id), drafts.confirmations(plan.id), drafts.record(plan.id),
        drafts.beside(plan.id, "words"), drafts.listed("shared desk"),
        drafts.kept("shared desk", "details"), drafts.people.shared(plan.id),
    ]  # fmt: skip


def test_each_way_to_a_plan_is_tried() -> None:
    ways = {name for of in (Drafts, People) for name, _ in inspect.getmembers(of)}
    assert {name for name in ways if name[0] != "_"} - OF_NO_PLAN == {
        name.split()[0] for name in TRIED
    }


@pytest.mark.parametrize("way", TRIED)
def test_nobody_else_comes_to_a_plan(
    ann: Drafts, bob: Drafts, everyones: Drafts, hers: Draft, way: str
) -> None:
    before = everything(ann, hers)
    assert "canary-7Qx" in str(before)
    for stranger in (bob, everyones):  # another person, and a page that asks for nobody
        try:
            said = TRIED[way](stranger, hers)
        except (Conflict, NotShared, SignedOut):
            said = None
        assert not said
    assert everything(ann, hers) == before


@pytest.mark.parametrize("way", TRIED)
def test_what_was_signed_out_comes_to_nothing(ann: Drafts, hers: Draft, way: str) -> None:
    ann.people.leave()
    with pytest.raises(SignedOut):
        TRIED[way](ann, hers)


def test_who_never_arrived_comes_to_nothing(place: Path | str) -> None:
    with pytest.raises(SignedOut):
        Drafts(place).of(ANN, NOW).create(PLAN, NOW)


def test_a_sign_out_ends_that_sign_in_and_those_before_it(everyones: Drafts) -> None:
    later = replace(ANN, since=NOW + timedelta(hours=1))
    everyones.of(later, NOW).people.arrive()
    everyones.of(ANN, NOW).people.arrive()  # another window, still with the first
    everyones.of(later, NOW).people.leave()
    for ended in (ANN, later):
        with pytest.raises(SignedOut):
            everyones.of(ended, NOW).people.arrive()
    again = everyones.of(replace(ANN, since=NOW + timedelta(hours=2)), NOW)
    again.people.arrive()
    assert again.listed("") == []


def test_a_plan_is_shared_until_that_is_ended(ann: Drafts, bob: Drafts, hers: Draft) -> None:
    ann.people.share(hers.id, " BOB@Clinic.example ")
    ann.people.share(hers.id, BOB.email)
    assert [(each.name, each.email) for each in ann.people.shared(hers.id)] == [
        (BOB.name, BOB.email)
    ]
    assert [plan.id for plan in bob.listed("elsewhere")] == [hers.id]
    found = bob.load(hers.id)
    assert found
    assert (found.document, found.owner) == (PLAN, ANN.id)
    theirs = bob.save(found, {"label": "Bob's"}, NOW)
    bob.keep_beside(hers.id, "words", {"coping": "tea"})
    bob.delete(hers.id)  # is not his to delete,
    with pytest.raises(NotShared, match="only who made a plan can share it"):
        bob.people.share(hers.id, ANN.email)
    assert bob.people.shared(hers.id) == []  # and who else has it is not his to know
    assert ann.load(hers.id) == theirs
    ann.people.end(hers.id, BOB.id)
    assert (bob.load(hers.id), bob.listed(""), ann.people.shared(hers.id)) == (None, [], [])
    with pytest.raises(Conflict):
        bob.save(theirs, {"label": "late"}, NOW)
    assert ann.load(hers.id) == theirs
    ann.people.share(hers.id, BOB.email)
    ann.delete(hers.id)
    assert (bob.load(hers.id), bob.listed("")) == (None, [])


@pytest.mark.parametrize(
    ("email", "why"),
    [
        ("carol@clinic.example", "nobody with the address carol@clinic.example has signed in"),
        ("", "nobody with the address"),
        ("Ann@clinic.example", "your own address"),
    ],
)
def test_whom_a_plan_cannot_be_shared_with(
    ann: Drafts, everyones: Drafts, hers: Draft, email: str, why: str
) -> None:
    everyones.of(Person("no address", "N", "", NOW), NOW).people.arrive()
    with pytest.raises(NotShared, match=why):
        ann.people.share(hers.id, email)
    assert ann.people.shared(hers.id) == []


def test_an_address_leads_to_who_has_it_now(ann: Drafts, everyones: Drafts, hers: Draft) -> None:
    new = Person("new bob", "Bob Butcher", BOB.email, NOW)
    everyones.of(new, NOW).people.arrive()
    ann.people.share(hers.id, BOB.email)
    assert [each.id for each in ann.people.shared(hers.id)] == ["new bob"]
    assert everyones.of(BOB, NOW).load(hers.id) is None


def test_a_plan_from_before_belongs_to_the_first_who_opens_it(
    everyones: Drafts, ann: Drafts, bob: Drafts
) -> None:
    old = everyones.create(PLAN, NOW)
    everyones.list_for("desk", old.id, NOW)
    assert [[plan.owner for plan in one.listed("desk")] for one in (ann, bob)] == [[""], [""]]
    assert ann.listed("another desk") == []
    found = ann.load(old.id)
    assert found
    assert found.owner == ANN.id
    assert (bob.load(old.id), bob.listed("desk"), everyones.load(old.id)) == (None, [], None)
    ann.unlist("desk", old.id)
    assert ann.listed("desk") == []


def test_each_who_shares_a_desk_has_their_own(ann: Drafts, bob: Drafts) -> None:
    for who, name in ((ann, "A"), (bob, "B")):
        who.keep("desk", "details", "mine", {"name": name})
    assert ann.kept("desk", "details") == {"mine": {"name": "A"}}
    bob.keep(ANN.id, "details", "mine", {"name": "not hers"})
    bob.drop("desk", "details", "mine")
    assert (len(ann.kept("desk", "details")), bob.kept("desk", "details")) == (1, {})


def test_who_did_what_is_written_down_and_nothing_of_a_plan(everyones: Drafts) -> None:
    minutes = itertools.count(1)

    def of(person: Person) -> Drafts:
        return everyones.of(person, NOW + timedelta(minutes=next(minutes)))

    made = of(ANN).create(PLAN, NOW)
    of(ANN).people.share(made.id, BOB.email)
    of(BOB).load(made.id)
    of(ANN).people.end(made.id, BOB.id)
    of(BOB).load(made.id)
    of(ANN).delete(made.id)
    of(BOB).people.leave()
    found = everyones.people.audit(made.id)
    assert [(entry.name, entry.did, entry.whom) for entry in found] == [
        (ANN.name, "made", ""),
        (ANN.name, "shared", BOB.email),
        (BOB.name, "opened", ""),
        (ANN.name, "ended sharing", BOB.email),
        (ANN.name, "deleted", ""),
    ]
    whole = everyones.people.audit()
    assert {(entry.name, entry.did) for entry in whole[:2]} == {
        (ANN.name, "signed in"),
        (BOB.name, "signed in"),
    }
    assert (whole[-1].name, whole[-1].did, whole[-1].at) == (
        *(BOB.name, "signed out"),
        "2027-01-04T09:37:00.000000+00:00",
    )
    assert sorted(entry.at for entry in whole) == [entry.at for entry in whole]
    assert made.id not in str(whole)
    assert "canary-7Qx" not in str(whole)
    plain = everyones.create(PLAN, NOW)  # without sign-in there is nobody to write down
    assert everyones.load(plain.id)
    assert everyones.people.audit() == whole


def test_the_audit_is_printed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    monkeypatch.setenv("TAPER_DATA_DIR", str(tmp_path))
    ann = Drafts(tmp_path / "drafts.sqlite3").of(replace(ANN, name="=hyperlink(1)"), NOW)
    ann.people.arrive()
    first, _ = (ann.create(PLAN, NOW) for _ in range(2))
    assert main(["audit"]) == 0
    rows = list(csv.DictReader(capfdbinary.readouterr().out.decode("utf-8-sig").splitlines()))
    assert sorted(row["did"] for row in rows) == ["made", "made", "signed in"]
    assert {(row["name"], row["email"]) for row in rows} == {("'=hyperlink(1)", ANN.email)}
    assert main(["audit", "--plan", f"https://taper.clinic.example/sheets?plan={first.id}"]) == 0
    assert len(capfdbinary.readouterr().out.splitlines()) == 2

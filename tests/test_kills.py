"""P14: what was acknowledged as saved is there after a `kill -9`, and nothing is torn."""

import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import IO

import pytest

from taper.drafts import Draft, Drafts

NOW = datetime(2027, 1, 4, 9, 30, tzinfo=UTC)
IN_A_BLOCK = 200
WRITERS = """
import itertools, os, sys
from datetime import UTC, datetime
from pathlib import Path
from taper.drafts import Drafts

def write(path):
    drafts, now = Drafts(Path(path)), datetime(2027, 1, 4, 9, 30, tzinfo=UTC)
    draft = drafts.create({"n": 0}, now)
    print(os.getpid(), draft.id, flush=True)
    for n in itertools.count(1):
        draft = drafts.save(draft, {"n": n, "filling": "x" * 5000}, now)
        print("save", n, flush=True)
        if n % 3 == 0:
            drafts.keep_record(draft.id, n // 3, {"n": n}, now)
            print("record", n // 3, flush=True)

for path in sys.stdin:  # each writer starts warm, as a copy of this process
    child = os.fork()
    if child == 0:
        write(path.strip())
    os.waitpid(child, 0)
    print("dead", flush=True)
"""


@contextmanager
def writers() -> Iterator[tuple[IO[str], IO[str]]]:
    command = [sys.executable, "-c", WRITERS]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True) as process:
        assert process.stdin
        assert process.stdout
        yield process.stdin, process.stdout
        process.stdin.close()


def undone(drafts: Drafts, kept: Draft) -> None:
    """Hold the states before one to what was saved then."""
    saved = kept.document["n"]
    for before in range(saved - 1, max(-1, saved - 4), -1):
        kept = drafts.undo(kept, NOW)
        assert kept.document["n"] == before


def kill(file: Path, ask: IO[str], answer: IO[str], rng: Random) -> None:
    """Start a writer, kill it, and compare the file with what the writer was told is saved."""
    ask.write(f"{file}\n")
    ask.flush()
    pid, draft = answer.readline().split()
    said = [answer.readline() for _ in range(rng.randrange(12))]
    time.sleep(rng.random() / 500)
    os.kill(int(pid), signal.SIGKILL)
    while (line := answer.readline()) != "dead\n":
        said.append(line.removesuffix("dead\n"))
        if line.endswith("dead\n"):
            break
    acknowledged = {"save": 0, "record": 0}
    for line in said:
        if line.endswith("\n"):  # what was cut was not said
            what, number = line.split()
            acknowledged[what] = int(number)
    drafts = Drafts(file)
    kept = drafts.load(draft)
    assert kept
    saved = kept.document["n"]
    assert acknowledged["save"] <= saved <= acknowledged["save"] + 1
    record = drafts.record(draft) or (0, {"n": 0})
    assert acknowledged["record"] <= record[0] <= acknowledged["record"] + 1
    assert record[1]["n"] == record[0] * 3 <= saved
    undone(drafts, kept)
    with closing(sqlite3.connect(file)) as connection:
        assert connection.execute("pragma integrity_check").fetchone() == ("ok",)


def kills(folder: Path, rng: Random, count: int) -> None:
    with writers() as (ask, answer):
        for turn in range(count):
            # Each file outlives ten writers, so that a log left by one is met by the next.
            kill(folder / f"{turn // 10}.sqlite3", ask, answer, rng)


def test_fifty_kills(tmp_path: Path) -> None:
    kills(tmp_path, Random(50), 50)


@pytest.mark.long
@pytest.mark.parametrize("block", range(10))
def test_two_thousand_kills(tmp_path: Path, block: int) -> None:
    kills(tmp_path, Random(f"block {block}"), IN_A_BLOCK)

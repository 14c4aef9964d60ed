"""P3, P14, P20: whatever a file holds, it is read or refused in words, and soon."""

import json
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from copy import deepcopy
from functools import cache
from random import Random
from types import FrameType
from typing import Any

import pytest

from random_plans import random_plan
from spoiled import spoil, spoil_text
from taper import InvalidPlan, Plan
from taper.document import InvalidDocument, loads
from taper.exchange import open_file
from taper.record import Record
from taper.schedule import sketch
from taper.sheets import pdf
from taper.ui.shape import check
from test_record import full

IN_A_BLOCK = 5_000
PATIENCE_SECONDS = 60


@contextmanager
def no_hang(about: object) -> Iterator[None]:
    """Raise where what is inside does not end; far above what any document takes."""

    def hangs(_number: int, _frame: FrameType | None) -> None:
        pytest.fail(f"no answer: {about!r}")

    before = signal.signal(signal.SIGALRM, hangs)
    signal.alarm(PATIENCE_SECONDS)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


@cache
def sheet() -> bytes:
    """Return a sheet with its plan inside."""
    schedule = full().versions[0].schedule
    assert schedule
    return pdf(schedule)


@cache
def record() -> dict[str, Any]:
    return full().to_document()


def plan_is_read_or_refused(data: bytes) -> None:
    try:
        document = open_file(data)
        check(document)
        made = sketch(document)
        assert made.faults or made.schedule
        plan = Plan.from_document(document)
    except InvalidPlan as refused:
        said = str(refused)
    else:
        said = plan.to_json()
        assert Plan.from_json(said).fingerprint == plan.fingerprint
    assert said.strip()


def record_is_read_or_refused(data: bytes) -> None:
    try:
        record = Record.from_json(data)
    except InvalidDocument as refused:
        said = str(refused)
    else:
        said = record.to_json()
        assert Record.from_json(said) == record
    assert said.strip()


def written(document: Any, rng: Random) -> bytes:
    for _ in range(rng.randint(0, 3)):
        if document:
            spoil(document, rng)
    text = json.dumps(document, ensure_ascii=rng.random() < 0.5).encode(errors="surrogatepass")
    return spoil_text(text, rng) if rng.random() < 0.3 else text


def fuzz(rng: Random, count: int) -> None:
    for at in range(count):
        read = plan_is_read_or_refused
        if at % 50 == 49:
            data = spoil_text(sheet(), rng)
        elif at % 5 == 4:
            data, read = written(deepcopy(record()), rng), record_is_read_or_refused
        else:
            data = written(deepcopy(random_plan(rng)), rng)
        with no_hang(data):
            read(data)


def test_a_spoiled_document_is_read_or_refused() -> None:
    fuzz(Random(1), 250)


@pytest.mark.long
@pytest.mark.parametrize("block", range(20))
def test_100_000_spoiled_documents_are_read_or_refused(block: int) -> None:
    fuzz(Random(f"block {block}"), IN_A_BLOCK)


def test_what_nests_without_end_is_refused() -> None:
    for text in (b"[" * 100_000, b'{"a":' * 100_000, b"[" * 900 + b"]" * 900):
        with pytest.raises(InvalidPlan):
            loads(text)
        with pytest.raises(InvalidDocument):
            Record.from_json(text)

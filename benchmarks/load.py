"""How many clinicians edit at once on one server: `make load`.

Each is a tab as the server sees it: a websocket on which a percentage is typed anew every two
seconds. What comes back is read and thrown away but for the chart, whose time counts from when the
edit was due. The app and the yardstick page of `feel.py` in turn, on the machine that also types.
"""

import argparse
import asyncio
import itertools
import json
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, Self
from urllib.parse import urlsplit

import edits
import feel
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.runtime.state.session_state import STREAMLIT_INTERNAL_KEY_PREFIX
from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Origin, Subprotocol

from taper.drafts import Drafts

sys.path.insert(0, str(feel.TOP / "tests"))
from serving import served

STEPS: Final = edits.SIZES[0]
EVERY_SECONDS: Final = 2
EDITS: Final = 10
"""Each tab makes so many edits that count, after two that do not."""
MOST_SECONDS: Final = 1.0
"""What 95 in 100 edits have to stay under."""
MORE_TABS: Final = 5
COME_AND_GONE: Final = 1_000
AT_ONCE: Final = 10
PAGE_SECONDS: Final = 60


class Tab:
    """One tab: it answers as a browser would, and says when a chart came."""

    def __init__(self, socket: ClientConnection, query: str) -> None:
        self._socket = socket
        self._query = query
        self._texts: dict[str, str] = {}
        self._field = self._eye = self._hash = ""
        self._chart = asyncio.Event()
        self._idle = asyncio.Event()
        self._reader = asyncio.create_task(self._read())

    @classmethod
    async def opened(cls, url: str, query: str) -> Self:
        """Open a page, and wait until it is drawn."""
        where = urlsplit(url)._replace(scheme="ws", path="/_stcore/stream").geturl()
        socket = await connect(
            where, subprotocols=[Subprotocol("streamlit")], origin=Origin(url), max_size=None
        )
        tab = cls(socket, query)
        await tab._ask()
        await asyncio.wait_for(tab._chart.wait(), PAGE_SECONDS)
        await asyncio.wait_for(tab._idle.wait(), PAGE_SECONDS)
        return tab

    async def edit(self, text: str) -> None:
        """Type the percentage anew; returns once the chart came and the page is at rest."""
        self._chart.clear()
        self._texts[self._field] = text
        await self._ask()
        await self._chart.wait()

    async def rested(self) -> None:
        """Wait until the page is drawn whole."""
        await self._idle.wait()

    async def close(self) -> None:
        """Close the tab."""
        self._reader.cancel()
        await self._socket.close()

    async def _ask(self, asks: str = "") -> None:
        self._idle.clear()
        message = BackMsg()
        state = message.rerun_script
        state.query_string, state.page_script_hash = self._query, self._hash
        for widget, text in self._texts.items():
            state.widget_states.widgets.add(id=widget, string_value=text)
        if asks:
            trigger = json.dumps([{"event": "asked", "value": asks}])
            state.widget_states.widgets.add(id=self._eye, json_trigger_value=trigger)
        await self._socket.send(message.SerializeToString())

    async def _read(self) -> None:
        async for raw in self._socket:
            message = ForwardMsg.FromString(raw)
            what = message.WhichOneof("type")
            if what == "new_session":
                self._hash = message.new_session.page_script_hash
            elif what == "delta":
                await self._drawn(message.delta.new_element)
            elif what == "script_finished":
                self._idle.set()

    async def _drawn(self, element: Any) -> None:
        kind = element.WhichOneof("type")
        if kind == "text_input":
            field = element.text_input
            self._texts[field.id] = field.value if field.set_value else field.default
            if field.label in feel.FIELDS:
                self._field = field.id
        elif kind == "plotly_chart":
            self._chart.set()
        elif kind == "bidi_component":
            component = element.bidi_component
            if component.component_name.endswith("taper_eye"):
                self._eye = f"{STREAMLIT_INTERNAL_KEY_PREFIX}_{component.id}__events"
            elif component.component_name.endswith("taper_plot"):
                self._chart.set()
                if json.loads(component.json)["ask"]:
                    await self._ask("chart")


async def edited(tab: Tab, due: float, typed: Sequence[str]) -> list[float]:
    """Type on time, and return the seconds that each edit took from when it was due."""
    took = []
    for at, text in enumerate(typed):
        start = due + at * EVERY_SECONDS
        await asyncio.sleep(max(start - time.monotonic(), 0))
        await tab.edit(text)
        took.append(time.monotonic() - start)
        await tab.rested()
    return took[2:]


async def loaded(urls: Sequence[str], queries: Sequence[str]) -> list[float]:
    """Return the seconds of all edits of as many tabs as there are queries."""
    tabs = []
    for at, query in enumerate(queries):
        tabs.append(await Tab.opened(urls[at % len(urls)], query))
    typed = edits.percents(STEPS)[1 : EDITS + 3]
    start = time.monotonic() + 1
    dues = [start + at * EVERY_SECONDS / len(tabs) for at in range(len(tabs))]
    took = await asyncio.gather(
        *(edited(tab, due, typed) for tab, due in zip(tabs, dues, strict=True))
    )
    for tab in tabs:
        await tab.close()
    return [second for each in took for second in each]


async def come_and_gone(url: str, query: str) -> None:
    """Open so many tabs, a few at a time, and close each."""

    async def visit() -> None:
        await (await Tab.opened(url, query)).close()

    for _ in range(COME_AND_GONE // AT_ONCE):
        await asyncio.gather(*(visit() for _ in range(AT_ONCE)))


def memory_mb(url: str) -> float:
    """Return the memory of the server at an address."""
    port = str(urlsplit(url).port).encode()
    for process in Path("/proc").glob("[0-9]*"):
        if port in (process / "cmdline").read_bytes().split(b"\0"):
            pages = int((process / "statm").read_text().split()[1])
            return pages * 4096 / 1e6
    raise ProcessLookupError(url)


class Server:
    """The app or the yardstick, in one or more processes, with the tabs that it held."""

    def __init__(self, urls: Sequence[str], data: Path | None) -> None:
        self.urls = urls
        self._drafts = Drafts(data / "drafts.sqlite3") if data else None
        self.held = 0
        self.over = False

    def query(self) -> str:
        """Return the query of a page of its own."""
        if self._drafts is None:
            return f"steps={STEPS}"
        plan = edits.document(STEPS, edits.percents(STEPS)[0])
        return f"plan={self._drafts.create(plan, datetime.now(UTC)).id}"

    def hold(self, tabs: int) -> float:
        """Return the p95 of so many tabs."""
        took = feel.p95(asyncio.run(loaded(self.urls, [self.query() for _ in range(tabs)])))
        self.over = took > MOST_SECONDS
        self.held = self.held if self.over else tabs
        return took


@contextmanager
def serving(script: Path, processes: int, data: Path | None) -> Iterator[Server]:
    """Serve a page in so many processes over the same drafts."""
    with ExitStack() as open_while, tempfile.TemporaryDirectory() as folder:
        where = data or Path(folder)
        urls = [
            open_while.enter_context(served(script, Path(folder, f"{at}.log"), where))
            for at in range(processes)
        ]
        server = Server(urls, data)
        for url in urls:  # what a process does once
            asyncio.run(loaded([url], [server.query()]))
        yield server


def main() -> None:
    """Print what is held by one process beside the yardstick, and by more of them."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--processes", type=int, nargs="*", default=[1, 2, 3])
    arguments.add_argument("--first", type=int, default=MORE_TABS, help="tabs to begin with")
    chosen = arguments.parse_args()
    plain = Path(__file__).with_name("baseline_page.py")
    print(f"{'processes':>9}{'tabs':>6}{'p95, s':>8}{'yardstick, s':>14}")
    for processes in chosen.processes:
        with (
            tempfile.TemporaryDirectory() as folder,
            serving(feel.TOP / "app.py", processes, Path(folder)) as app,
            serving(plain, processes, None) as yardstick,
        ):
            before = memory_mb(app.urls[0])
            for tabs in itertools.count(chosen.first, MORE_TABS):
                said = [f"{one.hold(tabs):.2f}" if not one.over else "" for one in (app, yardstick)]
                print(f"{processes:>9}{tabs:>6}{said[0]:>8}{said[1]:>14}", flush=True)
                if app.over and yardstick.over:
                    break
            print(f"held: {app.held}, yardstick {yardstick.held}", flush=True)
            if processes == 1:
                grown = (memory_mb(app.urls[0]) - before) / max(app.held, 1)
                print(f"memory: {before:.0f} MB at first, {grown:.1f} MB more a tab that was held")
                asyncio.run(come_and_gone(app.urls[0], app.query()))
                print(f"{COME_AND_GONE} tabs later: {memory_mb(app.urls[0]):.0f} MB")


if __name__ == "__main__":
    main()

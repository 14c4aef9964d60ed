"""The paper of the chart: panels on one axis of dates, and the ink collected on them.

The only floats of the package are in `chart`, and they place ink: no dose is read off them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from html import escape
from typing import Any, Final, Self
from unicodedata import east_asian_width

from taper import wording
from taper.schedule import Schedule
from taper.steps import Step

WIDE: Final = 640
"""How many pixels the panels are wide at least on a laptop: labels that need more are shortened."""
NARROW: Final = 296
"""The same on a phone."""
TITLE: Final = 30
"""The height of a panel's title with the room over it."""
KEY: Final = 15
"""The height of a line of a panel's key."""
BELOW: Final = 26
_LANE: Final = 16
_STRIP: Final = 19


@dataclass(frozen=True)
class Panel:
    """A panel of the chart: its title, what lies on it, its height in pixels and its scale.

    `key` are lines of text between the title and the panel.
    """

    title: str
    what: str
    colour: str
    tall: int
    ceiling: float
    tick: float
    short: str = ""
    """What stands for `what` on a phone."""
    key: tuple[tuple[str, str], ...] = ()
    """Each line, and the shorter one for where that has no room."""

    @property
    def head(self) -> int:
        """The height over the panel, for its title and its key."""
        return TITLE + KEY * len(self.key)


class Axis:
    """Places dates: on a calendar, or counted as days where there is no start date.

    `first` and `last` are the days shown; `end` is the day after the last step.
    """

    def __init__(
        self,
        start: date,
        end: date,
        dated: bool = True,
        goes_on: bool = False,
        shown: tuple[date, date] | None = None,
    ) -> None:
        self.dated = dated
        self.start = start
        self.end = end
        self.goes_on = goes_on
        self.first, self.last = shown or (self.start, self.end)
        self.days = max(1, (self.last - self.first).days)
        pad = max(1, self.days // 40)
        self.left = self.first - timedelta(pad // 2)
        self.right = self.last + timedelta(pad)

    @classmethod
    def of(cls, schedule: Schedule, dated: bool, shown: tuple[date, date] | None) -> Self:
        """Make the axis of one schedule."""
        goes_on = bool(schedule.ends and schedule.ends.how == "maintained")
        after = schedule.steps[-1].end + timedelta(1)
        return cls(schedule.plan.start, after, dated, goes_on, shown)

    def at(self, day: date) -> Any:
        """Return where a day stands on the axis."""
        return day.isoformat() if self.dated else (day - self.start).days + 1

    def pixel(self, day: date, wide: int = WIDE) -> float:
        """Return how many pixels from the left a day stands where the panels are so wide."""
        return (day - self.left).days / (self.right - self.left).days * wide

    def within(self, day: date) -> bool:
        """Whether a day is shown."""
        return self.left <= day <= self.right

    def clipped(self, first: date, after: date) -> tuple[date, date] | None:
        """Return the part of a span that is shown."""
        first, after = max(first, self.left), min(after, self.right)
        return (first, after) if first < after else None

    def span(self, step: Step) -> str:
        """Write a step's first and last day."""
        if self.dated:
            return wording.short_span(step.start, step.end)
        first = (step.start - self.start).days + 1
        return f"day {first}" if step.days == 1 else f"days {first} to {first + step.days - 1}"

    def ticks(self) -> tuple[list[Any], list[str]]:
        """Return at most six days to name, with their names; six fit on a phone."""
        if not self.dated:
            weeks = max(1, -(-self.days // 35))
            numbers = range(1, (self.right - self.start).days + 2, 7 * weeks)
            shown = [at for at in numbers if at >= (self.left - self.start).days + 1]
            return list(shown), [f"day {at}" for at in shown]
        if self.days < 100:
            every = max(7, -(-self.days // 5))
            days = [self.first + timedelta(every * at) for at in range(6)]
            shown_days = [day for day in days if self.pixel(day, NARROW) + 16 < NARROW]
            return [day.isoformat() for day in shown_days], [
                f"{day.day}\u00a0{day:%b}" for day in shown_days
            ]
        months = max(1, -(-self.days // (30 * 5)))
        month = self.left.year * 12 + self.left.month  # the month after, counted from 0
        month += -month % months
        found = []
        while (day := date(month // 12, month % 12 + 1, 1)) <= self.right:
            if self.pixel(day, NARROW) + 24 < NARROW:  # else its name would be cut
                found.append(day)
            month += months
        return [day.isoformat() for day in found], [f"{day:%b} {day.year}" for day in found]


class Canvas:
    """Collects the ink as plain data; the figure is made of it at once.

    Adding to a figure piece by piece costs it a copy of all that is there, ten times over.
    """

    def __init__(self, panels: Sequence[Panel], lanes: int, *, hovers: bool = True) -> None:
        self.panels = panels
        self.hovers = hovers
        """Whether what a step is can be read by pointing at it: not on paper."""
        self.lanes = panels[0].head - 4
        """How many pixels over the panels the lanes of labels begin."""
        self.above = self.lanes + _LANE * lanes + _STRIP
        self.traces: list[dict[str, Any]] = []
        self.shapes: list[dict[str, Any]] = []
        self.notes: list[dict[str, Any]] = []
        self.wide_only: list[int] = []
        """The notes that have room on a laptop and none on a phone."""
        self.narrow_only: list[int] = []
        """The notes that stand for those on a phone; unseen elsewhere."""
        self.inside = sum(panel.tall for panel in panels) + sum(p.head for p in panels[1:])

    @property
    def height(self) -> int:
        """The height of the whole figure in pixels."""
        return self.above + self.inside + BELOW

    def domain(self, row: int) -> tuple[float, float]:
        """Return where a panel lies between the bottom and the top; the first is on top."""
        over = sum(panel.tall for panel in self.panels[:row])
        over += sum(panel.head for panel in self.panels[1 : row + 1])
        top = self.inside - over
        return (top - self.panels[row].tall) / self.inside, top / self.inside

    def lane(self, at: int) -> int:
        """Return how many pixels over the panels the middle of a lane of labels is."""
        return self.lanes + _LANE * at + _LANE // 2

    @property
    def strip(self) -> tuple[int, int]:
        """How many pixels over the panels the strip of phases begins and ends."""
        return self.above - _STRIP, self.above

    def trace(self, row: int, **ink: Any) -> None:
        """Add ink to a panel."""
        self.traces.append({"xaxis": "x", "yaxis": y_axis(row), **ink})

    def shape(self, kind: str, **ink: Any) -> None:
        """Add a line or a rectangle."""
        self.shapes.append({"type": kind, **ink})

    def note(self, text: str, size: int, colour: str, **where: Any) -> None:
        """Add a label."""
        font = {"size": size, "color": colour}
        self.notes.append({"text": text, "showarrow": False, "font": font, **where})

    def label(
        self, text: str, room: tuple[float, float], size: int, colour: str, short: str = "",
        bold: str = "", **where: Any,
    ) -> bool:  # fmt: skip
        """Add a label where it has room, in pixels on a laptop and on a phone.

        `short` stands for it where it has none; `bold` stands before both. Returns whether either
        has room on a laptop.
        """
        head = f"<b>{literal(bold)}</b> " if bold else ""
        before = width(f"{bold} ", size) if bold else 0.0
        for said in filter(None, (text, short)):
            if before + width(said, size) <= room[0]:
                self.note(head + literal(said), size, colour, **where)
                if before + width(said, size) > room[1]:
                    self.wide_only.append(len(self.notes) - 1)
                    if said != short and short and before + width(short, size) <= room[1]:
                        self.note(head + literal(short), size, colour, opacity=0, **where)
                        self.narrow_only.append(len(self.notes) - 1)
                return True
        return False


def y_axis(row: int) -> str:
    """Name the scale of a panel."""
    return f"y{row + 1 if row else ''}"


def scale(top: float) -> tuple[float, float]:
    """Return the end of a scale and a round distance of its ticks, three or four of them."""
    size = 1e-4
    while True:
        for factor in (1, 2, 5):
            tick = size * factor
            if top / tick <= 4:
                return tick * int(top / tick + 0.999), tick
        size *= 10


def width(text: str, size: int) -> float:
    """Estimate how many pixels a text takes, on the safe side."""
    broad = sum(east_asian_width(sign) in "WF" for sign in text)
    return size * (0.56 * (len(text) - broad) + broad)


def shortened(text: str, most: int) -> str:
    """Cut a text that is longer than so many signs, and show that it was."""
    return text if len(text) <= most else f"{text[: most - 1].rstrip()}…"


def literal(text: str) -> str:
    """Keep a text from being read as markup, a template or a formula."""
    return escape(text, quote=False).replace("%{", "%\u2060{").replace("$", "$\u2060")

"""How a sheet names a day: by its date, or counted from day 1 where the start is not fixed yet."""

from dataclasses import dataclass
from datetime import date

from taper.amount import NO_BREAK
from taper.wording import day, spelled_day


@dataclass(frozen=True, slots=True)
class Naming:
    """Names the days of a plan that starts on `start`."""

    start: date
    dated: bool

    def number(self, on: date) -> int:
        """Count a day, 1 for the first."""
        return (on - self.start).days + 1

    def short(self, on: date) -> str:
        """Name a day: "7 December 2026", "day 1"."""
        return day(on) if self.dated else f"day{NO_BREAK}{self.number(on):,}"

    def full(self, on: date) -> str:
        """Name a day with its weekday."""
        return spelled_day(on) if self.dated else self.short(on)

    def weekday(self, on: date) -> str:
        """Name the weekday; empty where no date is known."""
        return f"{on:%A}" if self.dated else ""

    def from_to(self, start: date, end: date) -> str:
        """Name first and last day: "From Monday … to Sunday …", "Day 1 to day 14"."""
        if start == end:
            return f"On {self.full(start)}" if self.dated else self.short(start).capitalize()
        if self.dated:
            return f"From {self.full(start)} to {self.full(end)}"
        return f"{self.short(start).capitalize()} to {self.short(end)}"

    def from_on(self, on: date) -> str:
        """Name the first day of what has no last day."""
        return f"From {self.full(on)} on"

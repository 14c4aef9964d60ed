"""What a tab wants to see of a plan, beyond the plan itself; nothing of it is saved."""

from dataclasses import dataclass
from datetime import date
from typing import Final

from taper.chart import Shown
from taper.schedule import Schedule

WHOLE: Final = "the whole taper"
CHOSEN: Final = "the chosen step and those beside it"
OWN: Final = "from a day to a day"
_BESIDE: Final = 2


@dataclass
class Looks:
    """The panels, dates, columns and the step that were chosen."""

    pace_days: int | None = None
    figures: tuple[str, ...] = ()
    equivalents: str | None = None
    span: str = WHOLE
    """Which dates the chart shows: one of `spans`."""
    first: date | None = None
    last: date | None = None
    step: int | None = None
    columns: tuple[str, ...] = ()

    def shown(self, schedule: Schedule) -> Shown:
        """Return what the chart shows of a schedule."""
        return Shown(
            self.pace_days, self.figures, self.equivalents, self.dates(schedule), self.step
        )

    def dates(self, schedule: Schedule) -> tuple[date, date] | None:
        """Return the first and last day to show; None for all."""
        steps = schedule.steps
        if self.span == OWN:
            first, last = self.first or steps[0].start, self.last or steps[-1].end
            return (first, last) if first <= last else None
        if self.span == CHOSEN:
            near = [step for step in steps if self.step and abs(step.number - self.step) <= _BESIDE]
        else:
            near = [step for step in steps if self.span == phase_span(step.phase)]
        return (near[0].start, near[-1].end) if near else None


def phase_span(at: int) -> str:
    """Name the dates of a phase."""
    return f"phase {at + 1}"


def spans(schedule: Schedule, dated: bool) -> list[str]:
    """Return the dates that the chart can show."""
    phases = [phase_span(at) for at in sorted({step.phase for step in schedule.steps})]
    return [WHOLE, CHOSEN, *(phases if len(phases) > 1 else ()), *((OWN,) if dated else ())]

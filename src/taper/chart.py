"""Schedule → figure for the screen: the daily dose of each drug as a step line.

The only floats of the package are here, and they place ink: no dose is read off them.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from html import escape
from typing import Any, Final

import plotly.graph_objects as go

from taper import wording
from taper.schedule import Schedule
from taper.steps import DrugStep, Step

_DAY_MS: Final = 86_400_000
_LETTER_PX: Final = 6.4
_WIDTH_PX: Final = 640
"""How wide the figure is at least on a laptop: labels that need more are shortened."""


@dataclass(frozen=True)
class _Ink:
    line: str
    fill: str


@dataclass(frozen=True)
class _Theme:
    text: str
    quiet: str
    grid: str
    band: tuple[str, str]
    ideal: str
    mark: str
    paper: str
    drugs: tuple[_Ink, ...]


_LIGHT: Final = _Theme(
    "#1b2733", "#55616d", "#e4e6e4", ("#e3ebf3", "#f0f3f5"), "#1b2733", "#a61b1b", "#ffffff",
    (
        _Ink("#0b5394", "rgba(11,83,148,0.12)"),
        _Ink("#8a5200", "rgba(138,82,0,0.12)"),
        _Ink("#4b3f8f", "rgba(75,63,143,0.12)"),
        _Ink("#1d6b52", "rgba(29,107,82,0.12)"),
    ),
)  # fmt: skip
_DARK: Final = _Theme(
    "#e6e8ea", "#a9b2bb", "#2a323a", ("#263646", "#1e2831"), "#e6e8ea", "#ff9a94", "#14181d",
    (
        _Ink("#7db4ee", "rgba(125,180,238,0.18)"),
        _Ink("#e5aa5c", "rgba(229,170,92,0.18)"),
        _Ink("#b3a6f2", "rgba(179,166,242,0.18)"),
        _Ink("#6fcaa8", "rgba(111,202,168,0.18)"),
    ),
)  # fmt: skip


def warm() -> None:
    """Make one figure, so that the first real one does not wait for the library to load."""
    go.Figure(go.Scatter(x=[1], y=[2])).to_json()


def figure(
    schedule: Schedule, *, example: bool = False, dated: bool = True, dark: bool = False
) -> go.Figure:
    """Draw the daily dose dispensed as steps, the ideal as a thin line, one panel a drug.

    `dated` is false where the plan has no start date yet: the axis then counts days.
    """
    theme = _DARK if dark else _LIGHT
    drugs = [drug for drug in schedule.plan.drugs if any(s.total(drug) for s in schedule.steps)]
    axis, canvas = _Axis(schedule, dated), _Canvas(max(1, len(drugs)))
    for row, drug in enumerate(drugs, 1):
        _panel(canvas, row, drug, schedule, axis, theme)
    _phases(canvas, schedule, axis, theme)
    _visits(canvas, schedule, axis, theme)
    if example:
        canvas.note(
            "EXAMPLE", xref="paper", yref="paper", x=0.5, y=0.5, textangle=-16, opacity=0.16,
            font={"size": 64, "color": theme.quiet},
        )  # fmt: skip
    layout = _layout(canvas, height(schedule), axis, theme)
    # Checked by a test instead of at each keystroke, which would take as long as all the rest.
    return go.Figure({"data": canvas.traces, "layout": layout}, _validate=False)


def height(schedule: Schedule) -> int:
    """Return how many pixels the figure wants."""
    drugs = sum(any(s.total(drug) for s in schedule.steps) for drug in schedule.plan.drugs)
    return 300 if drugs <= 1 else 200 + 80 * drugs


def description(schedule: Schedule, *, dated: bool = True) -> str:
    """Say in words what the figure shows."""
    lines = []
    for drug in schedule.plan.drugs:
        taken = [step for step in schedule.steps if step.total(drug)]
        if taken:
            first, last = taken[0], taken[-1]
            span = f" from {wording.day(first.start)} to {wording.day(last.end)}" if dated else ""
            doses = f"{wording.mg(first.total(drug))} to {wording.mg(last.total(drug))} a day"
            lines.append(f"{wording.lettered(drug)}: {doses}{span}")
    count = len(schedule.steps)
    steps = f"{count} step{'' if count == 1 else 's'}"
    return f"Daily dose, {steps}. {'; '.join(lines)}. The same doses are in the table below."


class _Canvas:
    """Collects the ink as plain data; the figure is made of it at once.

    Adding to a figure piece by piece costs it a copy of all that is there, ten times over.
    """

    def __init__(self, panels: int) -> None:
        self.traces: list[dict[str, Any]] = []
        self.shapes: list[dict[str, Any]] = []
        self.notes: list[dict[str, Any]] = []
        self.axes: dict[str, dict[str, Any]] = {}
        self.panels = panels

    def trace(self, row: int, **ink: Any) -> None:
        self.traces.append({"xaxis": "x", "yaxis": f"y{row if row > 1 else ''}", **ink})

    def note(self, text: str, **where: Any) -> None:
        self.notes.append({"text": text, "showarrow": False, **where})

    def domain(self, row: int) -> tuple[float, float]:
        """Return where a panel lies between the bottom and the top; the first is on top."""
        gap = 0.26 / self.panels if self.panels > 1 else 0.0
        tall = (1 - gap * (self.panels - 1)) / self.panels
        bottom = (self.panels - row) * (tall + gap)
        return bottom, min(1.0, bottom + tall)


class _Axis:
    """Places dates: on a calendar, or counted as days where there is no start date."""

    def __init__(self, schedule: Schedule, dated: bool) -> None:
        self.dated = dated
        self.start = schedule.plan.start
        self.end = schedule.steps[-1].end + timedelta(1)
        self.goes_on = bool(schedule.ends and schedule.ends.how == "maintained")
        self.days = (self.end - self.start).days

    def at(self, day: date) -> Any:
        return day.isoformat() if self.dated else (day - self.start).days + 1

    def share(self, first: date, last: date) -> float:
        """Return what part of the figure's width lies between two days."""
        return (last - first).days / (self.days * 1.04)

    @property
    def range(self) -> list[Any]:
        pad = max(1, self.days // 40)
        return [self.at(self.start - timedelta(pad // 2)), self.at(self.end + timedelta(pad))]

    def span(self, step: Step) -> str:
        if self.dated:
            return wording.short_span(step.start, step.end)
        first = (step.start - self.start).days + 1
        return f"day {first}" if step.days == 1 else f"days {first} to {first + step.days - 1}"


def _panel(
    canvas: _Canvas, row: int, drug: str, schedule: Schedule, axis: _Axis, theme: _Theme
) -> None:
    ink = theme.drugs[(row - 1) % len(theme.drugs)]
    steps = schedule.steps
    parts = [_part(step, drug) for step in steps]
    end = 0.0
    if axis.goes_on and schedule.ends:
        end = next((float(part.total) for part in schedule.ends.drugs if part.drug == drug), 0.0)
    total = [float(part.total) if part else 0.0 for part in parts]
    ideal = [float(part.ideal) if part else 0.0 for part in parts]
    if schedule.ends is None:  # as far as it goes: nothing says that the dose ends here
        end = total[-1]
    x = [axis.at(step.start) for step in steps] + [axis.at(axis.end)]
    for y, width, colour, fill in (
        # The thin ideal line lies under the dispensed one: it shows where the two differ.
        (ideal, 1.2, theme.ideal, "none"),
        (total, 2.2, ink.line, "tozeroy"),
    ):
        canvas.trace(
            row, type="scatter",
            x=x, y=_while_taken([*y, end]), mode="lines", fill=fill, fillcolor=ink.fill,
            line={"color": colour, "width": width, "shape": "hv"}, hoverinfo="skip",
        )  # fmt: skip
    top = max([*total, *ideal, end]) or 1.0
    tick = _tick(top)
    ceiling = tick * (int(top / tick + 0.999))
    _hovers(canvas, row, drug, schedule, axis, theme, ceiling)
    _edits(canvas, row, drug, schedule, axis, theme)
    domain = canvas.domain(row)
    canvas.axes[f"yaxis{row if row > 1 else ''}"] = {
        "range": [0, ceiling * 1.04], "dtick": tick, "tick0": 0, "tickformat": "~g",
        "gridcolor": theme.grid, "zeroline": True, "zerolinecolor": theme.quiet,
        "zerolinewidth": 1, "fixedrange": True, "domain": domain, "anchor": "x",
    }  # fmt: skip
    canvas.note(
        f"<b>{_literal(wording.lettered(drug))}</b>, mg a day",
        xref="paper", yref="paper", x=0, y=domain[1],
        xanchor="left", yanchor="bottom", yshift=2,
        font={"size": 13, "color": ink.line},
    )  # fmt: skip


def _while_taken(doses: list[float]) -> list[Any]:
    """Draw no line along 0 before a drug is first taken and after it has ended."""
    around = zip([0.0, *doses], doses, [*doses[1:], 0.0], strict=False)
    return [dose if dose or before or after else None for before, dose, after in around]


def _part(step: Step, drug: str) -> DrugStep | None:
    return next((part for part in step.drugs if part.drug == drug), None)


def _tick(top: float) -> float:
    """Return a round distance of ticks, so that there are three or four."""
    size = 1e-4
    while True:
        for factor in (1, 2, 5):
            if top / (size * factor) <= 4:
                return size * factor
        size *= 10


def _hovers(
    canvas: _Canvas, row: int, drug: str, schedule: Schedule, axis: _Axis, theme: _Theme, top: float
) -> None:
    """Lay an unseen bar over each step, so that hovering anywhere above it names the step."""
    scale = _DAY_MS if axis.dated else 1
    steps = [step for step in schedule.steps if step.total(drug)]
    said: list[Any] = [_hover(schedule, step, drug, axis) for step in steps]
    canvas.trace(
        row,
        type="bar",
        x=[axis.at(step.start) for step in steps],
        y=[top for _ in steps],
        width=[step.days * scale for step in steps],
        offset=0,
        marker={"color": "rgba(0,0,0,0)", "line": {"width": 0}},
        customdata=said,
        hovertemplate="%{customdata}<extra></extra>",
    )


def _hover(schedule: Schedule, step: Step, drug: str, axis: _Axis) -> str:
    part = _part(step, drug)
    assert part is not None
    change = f"{wording.change_mg(part.change)} ({wording.percent(part.percent)})"
    lines = [
        f"<b>Step {step.number}</b>, {axis.span(step)}, {wording.days(step.days)}",
        f"<b>{_literal(wording.lettered(drug))} {wording.mg(part.total)} a day</b>, {change}",
    ]
    for dose in part.doses:
        made = wording.taken(schedule.plan, dose.take)
        lines.append(
            f"{_literal(dose.time)} {wording.mg(dose.mg)}" + (f": {_literal(made)}" if made else "")
        )
    basis = _literal(wording.basis(schedule.plan, part))
    lines.extend(_wrapped(basis, 64))
    return "<br>".join(lines)


def _wrapped(text: str, width: int) -> Iterator[str]:
    line = ""
    for word in text.split(" "):
        if line and len(line) + len(word) >= width:
            yield line
            line = ""
        line = f"{line} {word}".strip()
    yield line


def _edits(
    canvas: _Canvas, row: int, drug: str, schedule: Schedule, axis: _Axis, theme: _Theme
) -> None:
    reasons = {edit.step: edit.why or "" for edit in schedule.plan.edits}
    edited = [step for step in schedule.steps if step.edited and step.total(drug)]
    if edited:
        canvas.trace(
            row, type="scatter",
            x=[axis.at(step.start) for step in edited],
            y=[float(step.total(drug)) for step in edited],
            mode="markers+text",
            text=[_literal(f"changed by hand{_colon(reasons.get(s.number, ''))}") for s in edited],
            textposition="top right",
            textfont={"size": 12, "color": theme.mark},
            marker={
                "size": 9, "symbol": "circle", "color": theme.paper,
                "line": {"width": 2, "color": theme.mark},
            },
            hoverinfo="skip", cliponaxis=False,
    )  # fmt: skip


def _colon(text: str) -> str:
    return f": {text}" if text else ""


def _phases(canvas: _Canvas, schedule: Schedule, axis: _Axis, theme: _Theme) -> None:
    """Name the phases along the top, as wide as each is."""
    spans: dict[int, tuple[date, date]] = {}
    for step in schedule.steps:
        first = spans.get(step.phase, (step.start, step.end))[0]
        spans[step.phase] = first, step.end + timedelta(1)
    for turn, (at, (first, last)) in enumerate(sorted(spans.items())):
        canvas.shapes.append({
            "type": "rect", "xref": "x", "yref": "paper", "x0": axis.at(first), "x1": axis.at(last),
            "ysizemode": "pixel", "yanchor": 1, "y0": 24, "y1": 43, "line": {"width": 0},
            "fillcolor": theme.band[turn % 2],
        })  # fmt: skip
        room = axis.share(first, last) * _WIDTH_PX / _LETTER_PX
        name = _phase_name(schedule, at)
        label = next((text for text in (f"{at + 1} {name}", f"{at + 1}") if len(text) < room), "")
        if label:
            canvas.note(
                _literal(label), xref="x", yref="paper", x=axis.at(first), y=1, yshift=34,
                xanchor="left", yanchor="middle",
                font={"size": 12, "color": theme.text},
            )  # fmt: skip


def _phase_name(schedule: Schedule, at: int) -> str:
    return {"hold": "hold", "reduce": "reduce", "switch": "switch", "set": "typed steps"}[
        schedule.plan.phases[at].kind
    ]


def _visits(canvas: _Canvas, schedule: Schedule, axis: _Axis, theme: _Theme) -> None:
    free = axis.start - timedelta(1)
    for visit in sorted(schedule.plan.visits, key=lambda visit: visit.on):
        if not axis.dated or not axis.start <= visit.on <= axis.end:
            continue
        x = axis.at(visit.on)
        canvas.shapes.append({
            "type": "line", "xref": "x", "yref": "paper", "x0": x, "x1": x, "y0": 0, "y1": 1,
            "line": {"color": theme.quiet, "width": 1, "dash": "dot"},
        })  # fmt: skip
        text = f"visit: {visit.what}" if visit.what else "visit"
        days = int(len(text) * _LETTER_PX / _WIDTH_PX * axis.days) + 1
        if visit.on > free and visit.on + timedelta(days) < axis.end:
            canvas.note(
                _literal(text), xref="x", yref="paper", x=x, y=1, xanchor="left", xshift=3,
                yanchor="top",  font={"size": 11, "color": theme.quiet},
            )  # fmt: skip
            free = visit.on + timedelta(days)


def _layout(canvas: _Canvas, tall: int, axis: _Axis, theme: _Theme) -> dict[str, Any]:
    style: dict[str, Any] = {"type": "date", "tickformat": "%b %Y", "nticks": 8}
    if not axis.dated:
        weeks = max(1, -(-axis.days // 7 // 8))
        style = {"tick0": 1, "dtick": 7 * weeks, "tickprefix": "day ", "ticks": "outside"}
    lowest = f"y{canvas.panels if canvas.panels > 1 else ''}"
    return {
        **canvas.axes,
        "xaxis": {
            "range": axis.range, "fixedrange": True, "showgrid": False, "zeroline": False,
            "anchor": lowest, **style,
        },
        "shapes": canvas.shapes,
        "annotations": canvas.notes,
        "height": tall,
        "margin": {"l": 38, "r": 8, "t": 46, "b": 26},
        "showlegend": False,
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "font": {"color": theme.quiet, "size": 12},
        "hoverlabel": {
            "align": "left", "bgcolor": theme.paper, "bordercolor": theme.quiet,
            "font": {"color": theme.text, "size": 12},
        },
        "hovermode": "closest",
        "bargap": 0,
        "dragmode": False,
        "template": {"layout": {"xaxis": {"automargin": True}, "yaxis": {"automargin": True}}},
    }  # fmt: skip


def _literal(text: str) -> str:
    """Keep a text from being read as markup, a template or a formula."""
    return escape(text, quote=False).replace("%{", "%\u2060{").replace("$", "$\u2060")

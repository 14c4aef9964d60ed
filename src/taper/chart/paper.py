"""The same ink as a picture: scalable, drawn without a browser, for records and for paper.

It knows what this chart is made of (steps, bars, marks, labels) and nothing else of a figure.
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from html import escape
from typing import Any, Final

from taper.chart.canvas import Axis, Canvas, width, y_axis
from taper.chart.drawing import LEFT, PLAIN, RIGHT, Shown, description, ink
from taper.chart.ink import LIGHT, Theme
from taper.schedule import Schedule

_FONT: Final = "'Source Sans Pro', Helvetica, Arial, sans-serif"
_DASHES: Final = {"dot": "1.5 3", "dash": "7 4", "dashdot": "7 3 1.5 3", "longdash": "12 4"}
_ANCHORS: Final = {"left": "start", "right": "end", "center": "middle"}
_DAY_MS: Final = 86_400_000


def svg(
    schedule: Schedule, shown: Shown = PLAIN, *, example: bool = False, dated: bool = True,
    today: date | None = None, wide: int = 960,
) -> str:  # fmt: skip
    """Draw a schedule's chart as SVG, so many pixels wide; the same bytes for the same plan."""
    theme = replace(LIGHT, paper="#ffffff")
    canvas, axis = ink(
        schedule, shown, theme, example=example, dated=dated, today=today, hovers=False
    )
    said = description(schedule, shown, dated=dated)
    return "\n".join(_Paper(canvas, axis, theme, wide).svg(said))


class _Paper:
    """Turns places on the canvas into pixels of the picture."""

    def __init__(self, canvas: Canvas, axis: Axis, theme: Theme, wide: int) -> None:
        self._canvas, self._axis, self._theme, self._wide = canvas, axis, theme, wide
        self._inner = wide - LEFT - RIGHT
        self._top = canvas.above

    def svg(self, said: str) -> Iterator[str]:
        """Yield the lines of the picture."""
        wide, tall = self._wide, self._canvas.height
        yield (
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{wide}" height="{tall}"'
            f' viewBox="0 0 {wide} {tall}" font-family="{_FONT}" role="img">'
        )
        yield f"<title>{escape(said)}</title>"
        yield f'<rect width="{wide}" height="{tall}" fill="{self._theme.paper}"/>'
        right, bottom = self._inner, self._canvas.inside
        yield (
            f'<clipPath id="panels"><rect x="{LEFT}" y="0" width="{right}"'
            f' height="{self._top + bottom + 1}"/></clipPath>'
        )
        for row in range(len(self._canvas.panels)):
            yield from self._scale(row)
        yield from self._days()
        yield '<g clip-path="url(#panels)">'
        for trace in self._canvas.traces:
            yield from self._trace(trace)
        for shape in self._canvas.shapes:
            yield self._shape(shape)
        yield "</g>"
        for at, note in enumerate(self._canvas.notes):
            if at not in self._canvas.narrow_only:
                yield from self._note(note)
        yield "</svg>"

    # ------------------------------------------------------------------------------------- places

    def _x(self, at: Any) -> float:
        day = date.fromisoformat(at).toordinal() if self._axis.dated else at
        return LEFT + (day - self._left) / self._days_wide * self._inner

    @property
    def _left(self) -> int:
        if self._axis.dated:
            return self._axis.left.toordinal()
        return (self._axis.left - self._axis.start).days + 1

    @property
    def _days_wide(self) -> int:
        return (self._axis.right - self._axis.left).days

    def _y(self, row: int, value: float) -> float:
        low, high = self._canvas.domain(row)
        return self._up(low + (high - low) * value / (self._canvas.panels[row].ceiling * 1.04))

    def _up(self, share: float) -> float:
        return self._top + (1 - share) * self._canvas.inside

    # ---------------------------------------------------------------------------------------- ink

    def _scale(self, row: int) -> Iterator[str]:
        panel, at = self._canvas.panels[row], 0
        while at * panel.tick <= panel.ceiling * 1.0001:
            y, value = self._y(row, at * panel.tick), at * panel.tick
            colour = self._theme.grid if at else self._theme.quiet
            yield _line(LEFT, y, LEFT + self._inner, y, colour, 1)
            yield self._text(f"{value:.6g}", LEFT - 5, y + 4, 12, self._theme.quiet, "end")
            at += 1

    def _days(self) -> Iterator[str]:
        floor = self._top + self._canvas.inside
        for at, name in zip(*self._axis.ticks(), strict=True):
            x = self._x(at)
            yield _line(x, floor, x, floor + 3, self._theme.quiet, 1)
            yield self._text(name, x, floor + 16, 12, self._theme.quiet, "middle")

    def _trace(self, trace: dict[str, Any]) -> Iterator[str]:
        names = [y_axis(row) for row in range(len(self._canvas.panels))]
        row = names.index(trace["yaxis"])
        if trace["type"] == "bar":
            yield from self._bars(row, trace)
        elif trace["mode"] == "markers":
            edge = trace["marker"]["line"]
            for x, y in zip(trace["x"], trace["y"], strict=True):
                yield (
                    f'<circle cx="{self._x(x):.2f}" cy="{self._y(row, y):.2f}" r="4.5"'
                    f' fill="{trace["marker"]["color"]}" stroke="{edge["color"]}"'
                    f' stroke-width="{edge["width"]}"/>'
                )
        else:
            yield from self._steps(row, trace)

    def _steps(self, row: int, trace: dict[str, Any]) -> Iterator[str]:
        for run in _runs(trace["x"], trace["y"]):
            x, y = self._x(run[0][0]), self._y(row, run[0][1])
            path = f"M{x:.2f} {y:.2f}"
            for at, value in run[1:]:
                path += f"H{self._x(at):.2f}V{self._y(row, value):.2f}"
            if trace.get("fill") == "tozeroy":
                floor = self._y(row, 0)
                yield (
                    f'<path d="{path}V{floor:.2f}H{x:.2f}Z" stroke="none"'
                    f" {_fill(trace['fillcolor'])}/>"
                )
            line = trace["line"]
            yield (
                f'<path d="{path}" fill="none" stroke="{line["color"]}"'
                f' stroke-width="{line["width"]}"{_dashed(line.get("dash"))}/>'
            )

    def _bars(self, row: int, trace: dict[str, Any]) -> Iterator[str]:
        marker = trace["marker"]
        day = self._inner / self._days_wide / (_DAY_MS if self._axis.dated else 1)
        parts = zip(trace["x"], trace["y"], trace["width"], trace["offset"], strict=True)
        highest = self._canvas.panels[row].ceiling * 1.04  # a bar over the scale ends with it
        for at, value, wide, offset in parts:
            top, floor = self._y(row, min(value, highest)), self._y(row, 0)
            yield (
                f'<rect x="{self._x(at) + offset * day:.2f}" y="{top:.2f}"'
                f' width="{wide * day:.2f}" height="{floor - top:.2f}" fill="{marker["color"]}"'
                f' fill-opacity="{marker["opacity"]}" stroke="{marker["color"]}"/>'
            )

    def _shape(self, shape: dict[str, Any]) -> str:
        inside = shape["xref"] == "x"
        left, right = (
            self._x(shape[end]) if inside else LEFT + shape[end] * self._inner
            for end in ("x0", "x1")
        )
        if shape.get("ysizemode") == "pixel":
            low, high = (self._up(shape["yanchor"]) - shape[end] for end in ("y0", "y1"))
        else:
            low, high = self._up(shape["y0"]), self._up(shape["y1"])
        line = shape["line"]
        if shape["type"] == "line":
            return _line(left, low, right, high, line["color"], line["width"], line.get("dash"))
        edge = f' stroke="{line["color"]}" stroke-width="2"' if line["width"] else ""
        return (
            f'<rect x="{left:.2f}" y="{high:.2f}" width="{right - left:.2f}"'
            f' height="{low - high:.2f}" {_fill(shape["fillcolor"])}{edge}/>'
        )

    def _note(self, note: dict[str, Any]) -> Iterator[str]:
        inside = note["xref"] == "x"
        x = self._x(note["x"]) if inside else LEFT + note["x"] * self._inner
        size = note["font"]["size"]
        drop = {"middle": size * 0.35, "bottom": -size * 0.25}.get(note.get("yanchor", ""), size)
        y = self._up(note["y"]) - note.get("yshift", 0) + drop
        x += note.get("xshift", 0)
        anchor = _ANCHORS[note.get("xanchor", "center")]
        if "bgcolor" in note:
            yield (
                f'<rect x="{x:.2f}" y="{y - size:.2f}" height="{size * 1.25:.2f}"'
                f' width="{width(_plain(note["text"]), size) * 0.9:.2f}" fill="{note["bgcolor"]}"/>'
            )
        more = ""
        if "textangle" in note:
            more = f' transform="rotate({note["textangle"]} {x:.2f} {y:.2f})"'
        if "opacity" in note:
            more += f' opacity="{note["opacity"]}"'
        yield self._text(note["text"], x, y, size, note["font"]["color"], anchor, more)

    def _text(
        self, text: str, x: float, y: float, size: int, colour: str, anchor: str, more: str = ""
    ) -> str:
        # What was typed is escaped already; the one markup of the labels is the bold of a title.
        bold = re.sub(r"<(/?)b>", lambda found: _BOLD[found[1]], text)
        return (
            f'<text x="{x:.2f}" y="{y:.2f}" font-size="{size}" fill="{colour}"'
            f' text-anchor="{anchor}"{more}>{bold}</text>'
        )


_BOLD: Final = {"": '<tspan font-weight="700">', "/": "</tspan>"}


def _plain(text: str) -> str:
    return re.sub("</?b>", "", text)


def _runs(x: list[Any], y: list[Any]) -> Iterator[list[tuple[Any, float]]]:
    """Yield the parts of a line between which nothing is drawn."""
    run: list[tuple[Any, float]] = []
    for at, value in zip(x, y, strict=True):
        if value is None:
            if len(run) > 1:
                yield run
            run = []
        else:
            run.append((at, value))
    if len(run) > 1:
        yield run


def _line(
    x: float, y: float, to_x: float, to_y: float, colour: str, wide: float, dash: str | None = None
) -> str:
    return (
        f'<line x1="{x:.2f}" y1="{y:.2f}" x2="{to_x:.2f}" y2="{to_y:.2f}" stroke="{colour}"'
        f' stroke-width="{wide}"{_dashed(dash)}/>'
    )


def _dashed(dash: str | None) -> str:
    return f' stroke-dasharray="{_DASHES[dash]}"' if dash in _DASHES else ""


def _fill(colour: str) -> str:
    """Write a fill; transparency apart from the colour, as every reader of SVG takes it."""
    found = re.fullmatch(r"rgba\((\d+),(\d+),(\d+),([\d.]+)\)", colour)
    if not found:
        return f'fill="{colour}"'
    red, green, blue, opacity = found.groups()
    return f'fill="rgb({red},{green},{blue})" fill-opacity="{opacity}"'

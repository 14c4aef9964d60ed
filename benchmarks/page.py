"""Runs every benchmark and writes docs/benchmarks.md with its charts: `make bench`."""

import io
import statistics
import sys
from collections.abc import Callable, Iterable, Sequence
from contextlib import redirect_stdout
from pathlib import Path
from typing import Final

import cold
import cp_sat
import feel
import feel_record
import growth
import run
import sheets
import strengths

from taper.amount import plain
from taper.schedule import ENGINE

DOCS: Final = Path(__file__).parents[1] / "docs"
HEAD: Final = f"""\
# Benchmarks

Made by `make bench` with Taper {ENGINE} on Python {".".join(map(str, sys.version_info[:3]))}; \
nothing here is typed. A machine's speed drifts, so look at the ratios: each is to something that \
ran in turn with it.
"""
_INK, _BLUE = "#1b2733", "#0b5394"


def main() -> None:
    """Run all; each part is printed and stands on the page as soon as it is done."""
    parts = [HEAD]
    for make in (missed, grown, solver, started, schedules, edits):
        parts.append(make())
        print(parts[-1], flush=True)
        (DOCS / "benchmarks.md").write_text("\n".join(parts), "utf-8")


def table(heads: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Write a table."""
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join(f"| {' | '.join(map(str, line))} |" for line in lines)


def missed() -> str:
    """Count the doses that the largest-first method misses, and ours."""
    rows, bars = [], []
    for one in strengths.SETS:
        tried, theirs, ours = strengths.missed(one)
        if (len(tried), len(theirs)) != (one.tried, one.missed):
            raise AssertionError(f"{one.drug}: not what was measured of the generator")
        example = f"{plain(theirs[0])} mg"
        name = f"{one.drug} {' · '.join(one.strengths)} mg"
        rows.append((name, len(tried), len(theirs), example, len(ours)))
        bars.append((name, 100 * len(theirs) / len(tried), f"{len(theirs)} of {len(tried)}"))
    chart("bench-missed", "Doses missed by the largest first, of those the tablets make", bars, "%")
    return f"""\
## Doses that the largest-first method misses

{strengths.METHOD}

![Share of doses missed](pictures/bench-missed.svg)

{table(("strengths", "doses tried", "missed by it", "the first", "missed by Taper"), rows)}
"""


def solver() -> str:
    """Put days together beside CP-SAT."""
    rows, bars = [], []
    for name, products in cp_sat.DRUGS.items():
        found = list(cp_sat.compared(products))
        done = [day for day in found if day.same is not None]
        if not all(day.same for day in done):
            raise AssertionError(f"{name}: CP-SAT says otherwise")
        first = statistics.median(day.to_the_total / day.ours for day in found)
        last = f"{statistics.median(d.to_the_last / d.ours for d in done):.0f} ×" if done else "–"
        ours = statistics.median(day.ours for day in found)
        rows.append((name, f"{len(done)} of {len(found)}", f"{ours:.2f}", f"{first:.0f} ×", last))
        bars.append((name, first, f"{first:.0f} ×"))
    chart("bench-solver", "CP-SAT's time for the daily total alone, in times of ours for all", bars)
    heads = ("products", "days with the same answer", "ours, ms", "CP-SAT, total", "CP-SAT, all")
    return f"""\
## Dispensing beside a solver

A day of one to three doses, by the order of choice of \
[the plan format](plan-format.md#from-ideal-to-dispensed): ours, and OR-tools CP-SAT on one thread \
with one objective after the other. Wherever CP-SAT came to its end the answers were the same to \
the last tablet, else this page would not have been written; it gave a day up where one objective \
took over {cp_sat.PATIENCE} s. "All" is the median of the days that it finished.

![CP-SAT's time in times of ours](pictures/bench-solver.svg)

{table(heads, rows)}
"""


def grown() -> str:
    """Let steps, products and doses grow."""
    found = growth.grown()
    bars = [
        (f"{name}: {count}", ratio, f"{ratio:.1f}")
        for name, points in found.items()
        for count, ratio in points
    ]
    chart("bench-growth", "A plan read and scheduled, in yardsticks", bars)
    rows = [
        (name, " · ".join(f"{count}: {ratio:.1f}" for count, ratio in points))
        for name, points in found.items()
    ]
    return f"""\
## Growth

The fastest of {growth.ROUNDS} new plans, in yardsticks: so many times as long as 399 sums of \
exact fractions.

![Growth](pictures/bench-growth.svg)

{table(("what grows", "count: yardsticks"), rows)}
"""


def started() -> str:
    """Start from nothing."""
    rows = [
        (what, f"{ours:.0f}", yardstick, f"{theirs:.0f}", f"{ours / theirs:.1f} ×")
        for what, ours, yardstick, theirs in cold.rows()
    ]
    return f"""\
## Cold start

{table(("what", "ms", "yardstick", "ms", "ratio"), rows)}
"""


def schedules() -> str:
    """Make schedules and sheets."""
    return f"## Schedules and sheets\n\n```text\n{said(run.main)}\n{said(sheets.main)}```\n"


def edits() -> str:
    """Type into the app."""
    rows = "\n".join(said(main) for main in (feel.main, feel_record.main))
    return f"## An edit in the app\n\n```text\n{rows}```\n"


def said(main: Callable[[], None]) -> str:
    """Return what a benchmark prints."""
    with redirect_stdout(io.StringIO()) as out:
        main()
    return out.getvalue().lstrip("\n")


def chart(name: str, title: str, bars: Sequence[tuple[str, float, str]], unit: str = "") -> None:
    """Draw bars as an SVG: what, how much, and the words beside it."""
    longest = 100.0 if unit == "%" else max(value for _, value, _ in bars)
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 760 {44 + 24 * len(bars)}">',
        f'<g font-family="sans-serif" font-size="13" fill="{_INK}">',
        f"<title>{title}</title>",
        '<rect width="100%" height="100%" fill="#fff"/>',
        f'<text x="12" y="24" font-weight="bold">{title}</text>',
    ]
    for at, (what, value, words) in enumerate(bars):
        y = 40 + 24 * at
        wide = max(1.0, 320 * value / longest)
        lines += [
            f'<text x="300" y="{y + 13}" text-anchor="end">{what}</text>',
            f'<rect x="310" y="{y}" width="{wide:.1f}" height="16" fill="{_BLUE}"/>',
            f'<text x="{318 + wide:.1f}" y="{y + 13}">{words}</text>',
        ]
    (DOCS / f"pictures/{name}.svg").write_text("\n".join([*lines, "</g>", "</svg>\n"]), "utf-8")


if __name__ == "__main__":
    main()

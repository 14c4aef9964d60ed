"""Writes docs/arithmetic.md out of tests/cases: `make arithmetic`."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from taper import Plan, build_schedule
from taper.plan_words import basis, phase_sentence
from taper.steps import Step
from taper.wording import day, days, for_file, mg, product_name, taken

TOP: Final = Path(__file__).parents[1]
PAGE: Final = TOP / "docs/arithmetic.md"
MOST_ROWS: Final = 6
"""Of a longer case the first steps show how it goes; the file has them all."""

CHOSEN: Final = {
    "Percent of the start": ("published/bnf-one-eighth-diazepam-40mg",),
    "Percent of the current dose": ("peers/liquid-that-freezes",),
    "A fixed amount, and what tablets make of it": (
        "peers/below-one-milligram",
        "peers/asked-and-delivered",
        "peers/half-of-the-large-tablet",
        "peers/venlafaxine-two-halves",
    ),
    "Several doses a day": ("published/va-opioid-example-morphine-180mg",),
    "A reduction never goes up": ("peers/dose-that-rises",),
    "A switch": ("published/scotland-lorazepam-2mg-to-diazepam",),
    "Dates": ("peers/weekday-anchor-lengthens", "peers/leap-day-and-months"),
    "Supply": ("peers/halves-week-by-week",),
    "Doses that go on": ("peers/goal-above-zero",),
}
"""Which case shows what; nothing of it is worked out here."""

HEAD: Final = (
    "# The arithmetic, worked through\n\n"
    "The rules are in [the plan format](plan-format.md#phases). Here they are worked through on "
    "cases that are also [tests](../tests/cases/README.md): dates and doses are read from the file "
    "that each example links, published or worked out by hand. What to take, and the line to check "
    "by hand, are as the schedule has them.\n"
)


def page() -> str:
    """Return the page."""
    parts = [HEAD]
    for title, names in CHOSEN.items():
        parts.append(f"## {title}\n")
        parts += ["\n".join(example(name)) for name in names]
    return for_file("\n".join(parts))


def example(name: str) -> Iterator[str]:
    """Yield the lines of one case: what is set, its steps, and how it was worked out."""
    case: dict[str, Any] = json.loads((TOP / f"tests/cases/{name}.json").read_text("utf-8"))
    plan = Plan.from_document(case["plan"])
    yield f"### {case['title']}\n"
    yield f"[The case](../tests/cases/{name}.json){_source(case)}\n"
    for entry in plan.regimen:
        doses = ", ".join(f"{time} {mg(dose)}" for time, dose in entry.doses_mg.items())
        yield f"- Taken before: {entry.drug} {doses}"
    for product in plan.products:
        yield f"- Product: {product_name(product)}"
    yield from (f"- {phase_sentence(phase)}" for phase in plan.phases)
    yield "\n| from | for | dose | to take | by hand |\n| --- | --- | --- | --- | --- |"
    rows = case.get("rows") or case["expect"]["rows"]
    steps = build_schedule(plan).steps
    for row, step in list(zip(rows, steps, strict=True))[:MOST_ROWS]:
        yield _row(plan, row, step)
    if len(rows) > MOST_ROWS:
        yield f"\nAnd so on, {len(rows)} steps in all."
    if "working" in case:
        yield f"\n{case['working']}"
    yield ""


def _source(case: dict[str, Any]) -> str:
    if "source" not in case:
        return f", worked out by hand. What went wrong elsewhere: {case['failure']}"
    year = f", {case['year']}" if "year" in case else ""
    return f", from [{case['source']}{year}]({case['url']})"


def _row(plan: Plan, row: dict[str, Any], step: Step) -> str:
    """Write a step; what is expected stands in the case, the line by hand in the schedule."""
    doses = "; ".join(
        f"{drug} " + ", ".join(f"{time} {dose} mg" for time, dose in times.items())
        for drug, times in row["doses_mg"].items()
    )
    take = "; ".join(
        taken(plan, dose.take) for part in step.drugs for dose in part.doses if dose.take
    )
    by_hand = "; ".join(basis(plan, part) for part in step.drugs)
    cells = (day(step.start), days(row["days"]), doses, take or "no product is set", by_hand)
    return f"| {' | '.join(cells)} |"


if __name__ == "__main__":
    PAGE.write_text(page(), "utf-8")

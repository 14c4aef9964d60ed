"""What stands out in a schedule: facts with their figures and sources.

A finding blocks nothing, proposes nothing and never changes a dose. Each rule is a small function;
`RULES` lists them all.
"""

import logging
from typing import Final

from taper.findings import care, course, making, pacing
from taper.findings.finding import OWN_PLAN, SERIOUS, SEVERITIES, Finding, Rule
from taper.plan import Plan
from taper.steps import Course

RULES: Final[tuple[Rule, ...]] = (
    making.rounded_away,
    making.not_makeable,
    making.broken_whole,
    making.no_products,
    making.far_from_ideal,
    making.many_items,
    making.quarters,
    pacing.own_limit,
    pacing.published,
    pacing.label_paces,
    pacing.abrupt_end,
    course.unchanged,
    course.rises,
    course.no_review,
    course.supply_without_visit,
    course.switch_ratio,
    course.once_daily,
    course.equivalents_now,
    care.ticked,
)
"""Every rule, in the order in which findings of one severity are listed."""


UNCHECKED: Final = "check.could-not-run"
"""The code of the finding that stands in the place of a rule that raised."""


def findings(plan: Plan, made: Course) -> tuple[Finding, ...]:
    """Return what stands out, most serious first."""
    found = (finding for rule in RULES for finding in _said(rule, plan, made))
    return tuple(sorted(found, key=lambda finding: SEVERITIES.index(finding.severity)))


def _said(rule: Rule, plan: Plan, made: Course) -> tuple[Finding, ...]:
    """Return what a rule says; where it raises, that it could not run (docs/hazards.md H28)."""
    try:
        return tuple(rule(plan, made))
    except Exception as error:  # noqa: BLE001 - silence would read as: nothing found
        name = rule.__name__.replace("_", " ")
        # Not the error's words: they may quote the plan.
        logging.getLogger(__name__).error("check %r: %s", name, type(error).__name__)  # noqa: TRY400
        text = f"The check “{name}” could not run: what it looks for is not known."
        return (Finding(UNCHECKED, SERIOUS, (), text, OWN_PLAN),)


__all__ = ["RULES", "SEVERITIES", "UNCHECKED", "Finding", "Rule", "findings"]

"""What stands out in a schedule: facts with their figures and sources.

A finding blocks nothing, proposes nothing and never changes a dose. Each rule is a small function;
`RULES` lists them all.
"""

from typing import Final

from taper.findings import care, course, making, pacing
from taper.findings.finding import SEVERITIES, Finding, Rule
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


def findings(plan: Plan, made: Course) -> tuple[Finding, ...]:
    """Return what stands out, most serious first."""
    found = (finding for rule in RULES for finding in rule(plan, made))
    return tuple(sorted(found, key=lambda finding: SEVERITIES.index(finding.severity)))


__all__ = ["RULES", "SEVERITIES", "Finding", "Rule", "findings"]

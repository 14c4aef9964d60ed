"""Taper: plan in, schedule out, for clinicians who take patients slowly off a medicine.

>>> from taper import Plan, build_schedule
>>> plan = Plan.from_document({
...     "format": "taper-plan/1",
...     "start": "2026-12-07",
...     "regimen": [{"drug": "diazepam", "doses_mg": {"bedtime": "4"}}],
...     "phases": [{"kind": "reduce", "drug": "diazepam", "by": {"amount_mg": "2"},
...                 "every_days": 14, "until_mg": "0"}],
... })
>>> [(step.start.isoformat(), str(step.total("diazepam"))) for step in build_schedule(plan).steps]
[('2026-12-07', '2')]
"""

from taper.document import Fault, InvalidPlan
from taper.plan import Plan
from taper.schedule import ENGINE, Schedule, build_schedule

__version__ = ENGINE
__all__ = ["Fault", "InvalidPlan", "Plan", "Schedule", "build_schedule"]

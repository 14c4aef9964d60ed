"""The clinician's record: the plan in words, the schedule with its working, what stands out."""

from typing import Any

from taper.plan_words import basis, phase_sentence
from taper.schedule import Schedule
from taper.sheets.days import Naming
from taper.sheets.options import Options
from taper.sheets.patient import contact, visits
from taper.sheets.words import at_each_time, reviewed, settings, step_numbers
from taper.steps import DrugStep, Step
from taper.wording import (
    change_mg,
    days,
    end_sentences,
    ideal_mg,
    mg,
    off_mg,
    percent,
    source_name,
)


def clinician(schedule: Schedule, options: Options) -> dict[str, Any]:
    """Return the content of the clinician's record."""
    plan, naming = schedule.plan, Naming(schedule.plan.start, options.dated)
    return {
        "kind": "clinician",
        "title": "Clinician’s record",
        "span": naming.from_to(schedule.steps[0].start, schedule.steps[-1].end),
        "who": contact(plan),
        "settings": list(settings(plan, naming)),
        "phases": [phase_sentence(phase) for phase in plan.phases],
        "findings": [
            {
                "severity": found.severity,
                "text": found.text,
                "steps": step_numbers(found.steps),
                "source": source_name(found.source),
            }
            for found in schedule.findings
        ],
        "steps": [_step(schedule, step, naming) for step in schedule.steps],
        "end": end_sentences(plan, schedule.ends, naming.full),
        "visits": visits(plan, naming),
        "notes": (plan.notes or "").splitlines(),
        "reviewed": reviewed(options.confirmed, schedule),
        "fingerprint": plan.fingerprint,
    }


def _step(schedule: Schedule, step: Step, naming: Naming) -> dict[str, Any]:
    plan = schedule.plan
    reasons = {edit.step: edit.why for edit in plan.edits}
    why = reasons.get(step.number)
    return {
        "number": str(step.number),
        "from": naming.short(step.start),
        "to": naming.short(step.end),
        "days": days(step.days),
        "edited": f"changed by hand{f': {why}' if why else ''}" if step.edited else None,
        "drugs": [_drug(schedule, part) for part in step.drugs],
    }


def _drug(schedule: Schedule, part: DrugStep) -> dict[str, str]:
    return {
        "drug": part.drug,
        "ideal": ideal_mg(part.ideal),
        "off": off_mg(part.total - part.ideal),
        "total": mg(part.total),
        "change": change_mg(part.change),
        "percent": percent(part.percent),
        "doses": at_each_time(schedule.plan, part),
        "basis": basis(schedule.plan, part),
    }

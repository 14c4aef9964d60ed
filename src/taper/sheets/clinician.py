"""The clinician's record: the plan in words, the schedule with its working, what stands out."""

from typing import Any

from taper.schedule import Schedule
from taper.sheets.patient import contact, visits
from taper.sheets.words import at_each_time, from_to, settings, step_numbers
from taper.steps import DrugStep, Step
from taper.wording import (
    basis,
    change_mg,
    day,
    days,
    end_sentences,
    ideal_mg,
    mg,
    percent,
    phase_sentence,
    source_name,
)


def clinician(schedule: Schedule) -> dict[str, Any]:
    """Return the content of the clinician's record."""
    plan = schedule.plan
    return {
        "kind": "clinician",
        "title": "Clinician’s record",
        "span": from_to(schedule.steps[0].start, schedule.steps[-1].end),
        "who": contact(plan),
        "settings": list(settings(plan)),
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
        "steps": [_step(schedule, step) for step in schedule.steps],
        "end": end_sentences(plan, schedule.ends),
        "visits": visits(plan),
        "notes": (plan.notes or "").splitlines(),
        "fingerprint": plan.fingerprint,
    }


def _step(schedule: Schedule, step: Step) -> dict[str, Any]:
    plan = schedule.plan
    reasons = {edit.step: edit.why for edit in plan.edits}
    why = reasons.get(step.number)
    return {
        "number": str(step.number),
        "from": day(step.start),
        "to": day(step.end),
        "days": days(step.days),
        "edited": f"changed by hand{f': {why}' if why else ''}" if step.edited else None,
        "drugs": [_drug(schedule, part) for part in step.drugs],
    }


def _drug(schedule: Schedule, part: DrugStep) -> dict[str, str]:
    return {
        "drug": part.drug,
        "ideal": ideal_mg(part.ideal),
        "total": mg(part.total),
        "change": change_mg(part.change),
        "percent": percent(part.percent),
        "doses": at_each_time(schedule.plan, part),
        "basis": basis(schedule.plan, part),
    }

"""The clinician's word that they reviewed exactly this schedule; without it sheets are a DRAFT."""

from dataclasses import replace

import streamlit as st

from taper.confirmation import Confirmation, confirm
from taper.record import Record
from taper.schedule import Schedule
from taper.ui import fields, record_state, state
from taper.ui.state import Session
from taper.ui.view import now


def draw(held: Session, schedule: Schedule) -> Confirmation | None:
    """Draw who reviewed the schedule, or the fields to say so; return the confirmation."""
    with st.container(key="reviewing", gap="xsmall"):
        found = _held(held, schedule)
        if found:
            fields.note(f"Reviewed by {found.name}, {found.role}. Any change ends this.")
            return found
        if held.draft is None:
            fields.note("DRAFT. An example cannot be confirmed.")
            return None
        fields.note("DRAFT until you confirm it.")
        kept = held.prepared
        for key, label in (("name", "Your name"), ("role", "Your role")):
            kept[key] = st.text_input(
                label, value=kept.get(key, held.details.get(key, "")), key=f"reviewer-{key}",
                max_chars=100, autocomplete="off",
            )  # fmt: skip
        if not st.button("I have reviewed this schedule", key="reviewed", width="stretch"):
            return None
        try:
            said = confirm(schedule, kept["name"], kept["role"], now())
        except ValueError as error:
            fields.note(f"Not confirmed: {error}.", "fault")
            return None
        state.confirm(said.to_document())
        known = record_state.record()
        if known and (grown := recorded(known)) is not known:
            record_state.grow(grown)
    return st.rerun()


def recorded(record: Record) -> Record:
    """Return the record with the confirmation of its last version, where this plan's is one."""
    schedule = record.versions[-1].schedule
    found = _held(state.session(), schedule) if schedule else None
    if found is None:
        return record
    found = replace(found, at=found.at.replace(microsecond=0))
    there = (len(record.versions), found) in record.confirmations
    return record if there else record.with_confirmation(found)


def _held(held: Session, schedule: Schedule) -> Confirmation | None:
    """Return the confirmation of what stands on this screen."""
    if held.draft is None or held.draft.confirmed is None or held.trouble:
        return None
    found = Confirmation.from_document(held.draft.confirmed)
    return found if found.holds_for(schedule) else None

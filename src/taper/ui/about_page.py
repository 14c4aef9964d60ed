"""The About page: what Taper is for, what it never does, what is kept where."""

from html import escape
from typing import Final

import streamlit as st

from taper import wording
from taper.drafts import keep_days, place
from taper.schedule import ENGINE
from taper.ui import sign_in

_TEXT: Final = """
<article class="about">
<h2>What Taper is for</h2>
<p>Taper helps a clinician to take a patient slowly off a medicine that must not be stopped at once.
The clinician sets what is taken now, how it goes down and what can be dispensed. Taper does the
arithmetic, the dates and the tablets, and prints sheets for the patient, the pharmacy and the
record. It is for clinicians who supervise the taper; it is not for patients on their own and not
for urgent use.</p>

<h2>What it never does</h2>
<ul>
<li>It sets no dose. No drug, dose, pace, ratio, order, rounding or end is filled in or
suggested; each was typed or chosen by the clinician.</li>
<li>It does not decide. What stands out is said as a fact; it blocks nothing and proposes
nothing.</li>
<li>It does not take the place of supervision: a clinician has to supervise every taper.</li>
</ul>

<h2>What it does not check</h2>
<p>Interactions, pregnancy, kidney and liver function, other illness, and whether to taper at all.
It was not tested in patients. What it prints is not a prescription.</p>

<h2>What is kept, where, and for how long</h2>
<p>Each change is saved at once {where}. Nothing is sent elsewhere. Kept there:</p>
<ul>
<li><b>Plans</b> as they were typed, with every earlier state for undo, and who confirmed which
schedule and when. {opens} {kept}</li>
{lists}
<li><b>My details</b>, where you filled them in: kept for {whom} until <em>Forget my
details</em>. Never a dose.</li>
</ul>
<p><em>Delete for good</em> deletes a plan with its earlier states and confirmations at once, for
every window and browser.{traces} Copies that you made, such as files, printed sheets and backups,
are yours to delete. Give plans a name that does not identify the patient: no name of a patient is
needed anywhere.</p>

<h2>Version</h2>
<p>Engine {engine}. Every file and sheet carries the plan's fingerprint, so that two sheets can be
told apart.</p>
</article>
"""
_BY_LINK: Final = (
    "A plan opens only by its own link, which cannot be guessed; whoever has the link and reaches"
    " this machine can open it, so treat it like a record."
)
_LIST_OF_BROWSER: Final = """<li><b>The list of plans</b> that a browser opened, which only that
browser sees. The browser is told apart by a cookie, a random number that says nothing about you;
only a hash of it is kept. A browser keeps the cookie for 400 days after the last visit. Where
cookies are cleared the list is not found again; the plans stay, by their links.</li>"""
_BY_SIGN_IN: Final = (
    "A plan opens for who made it, and for those they share it with until they end that; for nobody"
    " else, whoever has its link."
)
_LIST_OF_PERSON: Final = """<li><b>Who you are</b>: your name and e-mail address as your sign-in
says them, and the list of plans that you opened. A cookie keeps you signed in for at most 12 hours;
<em>Sign out</em> ends that in every window. Another tells your browser from others.</li>
<li><b>Who opened, made, shared and deleted which plan, and when</b>, for those who run Taper;
nothing of what stands in a plan. It stays when a plan is deleted.</li>"""
_IN_A_FILE: Final = (
    "on the machine that runs Taper, in one file in the data folder of the user who started it"
)
_IN_A_DATABASE: Final = (
    "in the PostgreSQL database that those who run Taper chose, which may be on another machine"
)
_TRACES: Final = (
    " The database no longer finds it; when the last traces leave its files, logs and backups is up"
    " to those who run it."
)


def draw() -> None:
    """Draw the page."""
    database, people = isinstance(place(), str), sign_in.setup().on
    st.html(
        _TEXT.format(
            engine=ENGINE,
            kept=_kept(),
            opens=_BY_SIGN_IN if people else _BY_LINK,
            lists=_LIST_OF_PERSON if people else _LIST_OF_BROWSER,
            whom="you" if people else "that browser",
            where=_IN_A_DATABASE if database else _IN_A_FILE,
            traces=_TRACES if database else "",
        )
    )


def _kept() -> str:
    """Say for how long this machine keeps plans."""
    try:
        days = keep_days()
    except ValueError as error:
        return f"{escape(str(error))}: until that is put right, no plan can be saved or opened."
    if days is None:
        return "It is kept until it is deleted."
    return (
        f"It is kept until it is deleted, and no longer than {wording.days(days)} after it was last"
        " changed or opened: then it is deleted when Taper is next started."
    )

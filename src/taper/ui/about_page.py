"""The About page: what Taper is for, what it never does, what is kept where."""

from typing import Final

import streamlit as st

from taper.schedule import ENGINE

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
<p>Each change is saved at once on the machine that runs Taper, as a file in the data folder of the
user who started it. Nothing is sent elsewhere. A plan is found only by its own link, which cannot
be guessed; whoever has the link and reaches this machine can open it, so treat it like a record.
It is kept until it is deleted with <em>Delete</em>, together with all its earlier states. Give
plans a name that does not identify the patient: no name is needed anywhere.</p>

<h2>Version</h2>
<p>Engine {engine}. Every file and sheet carries the plan's fingerprint, so that two sheets can be
told apart.</p>
</article>
"""


def draw() -> None:
    """Draw the page."""
    st.html(_TEXT.format(engine=ENGINE))

"""The source of each term, shown next to the deadline so that a business manager can check it.

The text is a summary. `verified=False` marks a rule that was not checked in the source itself.
"""

from __future__ import annotations

from ..engine.definition.deadline import Citation

NOTIFY_INCIDENT = Citation(
    name="Local procedures (Warrington, proceduresonline)",
    text="The local authority notifies Ofsted and the board within five working days of becoming aware.",
)
DECIDE = Citation(
    name="Kingston & Richmond LSCB, after Working Together 2015, ch. 4",
    text="The decision about a Serious Case Review is made within one month of the notification.",
)
TELL_OF_REVIEW = Citation(
    name="Working Together 2015, ch. 4",
    text="Ofsted, the Department for Education and the national panel are notified within five working days.",
    verified=False,
)
TELL_OF_NO_REVIEW = Citation(
    name="National SCR panel flowchart",
    text="A decision not to hold a review is sent to the panel within 14 days, with the reasons.",
)
COMPLETE = Citation(
    name="Working Together 2015, ch. 4",
    text="A Serious Case Review is completed within six months of the decision to initiate it.",
)
COPY_BEFORE_PUBLICATION = Citation(
    name="Working Together 2015, ch. 4",
    text="The Department for Education receives a copy seven working days before publication.",
    verified=False,
)
KEEP_PUBLISHED = Citation(
    name="Working Together 2015, ch. 4",
    text="The report stays on the website for at least twelve months.",
    verified=False,
)
NOTIFY_SERIOUS_INCIDENT = Citation(
    name="Working Together 2018 and 2023, ch. 4",
    text="A serious incident is notified to the national panel within five working days of becoming aware.",
)
RAPID_REVIEW = Citation(
    name="Cambridgeshire & Peterborough safeguarding partnership, after Working Together",
    text="A rapid review is completed within fifteen working days of the date of the notification.",
)
PUBLISH_PRACTICE_REVIEW = Citation(
    name="CPS legal guidance; Working Together 2018",
    text="A local child safeguarding practice review is published within six months of the decision to hold it.",
)
MONITOR = Citation(
    name="Local default, after a Lancashire adults' board",
    text="The subgroup monitors the actions for twelve months and receives a progress report each quarter.",
    local_default=True,
)


def local_default(text: str) -> Citation:
    """Return the citation of a term that each unit sets for itself, because no figure is published."""
    return Citation(name="Local default", text=text, local_default=True)

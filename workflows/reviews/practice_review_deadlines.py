"""Declare the deadlines of a Child Safeguarding Practice Review, each with its source."""

from __future__ import annotations

from ...engine.definition.deadline import Deadline, OnStep
from ...engine.model.calendar import months, working_days
from .. import sources
from ..roles import BUSINESS_MANAGER, LEAD_REVIEWER, PARTNERS, SAFEGUARDING_PARTNERS, SUBGROUP_CHAIR
from .shared_stages import SharedStages

STAGES = SharedStages(
    decision_state="decided",
    states_before=("notified", "rapid_review"),
    head=SAFEGUARDING_PARTNERS.name,
    reopened_from=("closed", "withdrawn", "discontinued", "transferred"),
    invalidated_on_reopening=("complete_rapid_review",),
)
"""The stages that it shares with a Serious Case Review."""

DECIDES = (OnStep(step="decide_review"), OnStep(step="decide_no_review"))

DEADLINES = (
    Deadline(
        name="notify",
        title="Notify the serious incident",
        term=working_days(5),
        # The notification opens the case, so the date when it was sent decides.
        starts=(OnStep(step="notify", day_field="aware_on"),),
        met_by=(OnStep(step="notify", day_field="sent_on"),),
        owner=BUSINESS_MANAGER.name,
        citation=sources.NOTIFY_SERIOUS_INCIDENT,
    ),
    Deadline(
        name="rapid_review",
        title="Complete the rapid review",
        term=working_days(15),
        starts=(OnStep(step="notify", day_field="sent_on"),),
        met_by=(OnStep(step="complete_rapid_review"),),
        owner=BUSINESS_MANAGER.name,
        citation=sources.RAPID_REVIEW,
    ),
    Deadline(
        name="decide",
        title="Decide whether to hold a local review",
        term=working_days(10),
        starts=(OnStep(step="complete_rapid_review"),),
        met_by=DECIDES,
        owner=SAFEGUARDING_PARTNERS.name,
        citation=sources.local_default("The partners decide within ten working days of the rapid review."),
        may_reschedule=PARTNERS,
    ),
    Deadline(
        name="decide_again",
        title="Complete the rapid review and decide again",
        term=months(1),
        starts=(OnStep(step="reconsider"), OnStep(step="reopen", field="return_to", values=("rapid_review",))),
        met_by=DECIDES,
        owner=SUBGROUP_CHAIR.name,
        citation=sources.local_default("A reconsidered decision is made within a month."),
        may_reschedule=PARTNERS,
    ),
    Deadline(
        name="send_to_panel",
        title="Send the rapid review and the decision to the national panel",
        term=working_days(5),
        starts=DECIDES,
        met_by=(OnStep(step="send_to_panel"),),
        owner=BUSINESS_MANAGER.name,
        citation=sources.local_default("The national panel is notified of the decision within five working days."),
        may_reschedule=PARTNERS,
    ),
    Deadline(
        name="answer_panel",
        title="Answer the national panel",
        term=working_days(10),
        starts=(OnStep(step="record_panel_reply", field="agrees", values=("disagrees", "asks_for_more")),),
        met_by=(OnStep(step="record_disagreement"), OnStep(step="reconsider")),
        owner=BUSINESS_MANAGER.name,
        citation=sources.local_default("The panel receives an answer within ten working days."),
        may_reschedule=PARTNERS,
    ),
    Deadline(
        name="complete_review",
        title="Complete the review: the partners agree the report",
        term=months(5),
        starts=(OnStep(step="decide_review"),),
        met_by=(OnStep(step="agree_recommendations"),),
        owner=LEAD_REVIEWER.name,
        citation=sources.local_default("The report is agreed a month before the deadline for publication."),
        may_reschedule=PARTNERS,
    ),
    Deadline(
        name="publish",
        title="Publish the local review",
        term=months(6),
        starts=(OnStep(step="decide_review"),),
        met_by=(OnStep(step="record_publication"),),
        owner=BUSINESS_MANAGER.name,
        citation=sources.PUBLISH_PRACTICE_REVIEW,
    ),
    *STAGES.deadlines(),
)

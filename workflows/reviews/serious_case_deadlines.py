"""Declare the deadlines of a Serious Case Review, each with its source."""

from __future__ import annotations

from ...engine.definition.deadline import Deadline, OnEnter, OnStep
from ...engine.model.calendar import days, months, working_days
from .. import sources
from ..roles import BOARD_CHAIR, BUSINESS_MANAGER, CHAIRS, LEAD_REVIEWER, SUBGROUP_CHAIR
from .shared_stages import SharedStages

REOPENED = ("closed", "withdrawn", "discontinued", "transferred")
"""The end states from which a review may be reopened."""

DECIDED_BEFORE = tuple(end for end in REOPENED if end != "withdrawn")
"""The end states after a possible decision. A review that returns to before it is decided again."""

STAGES = SharedStages(
    decision_state="screened",
    states_before=("referred",),
    head=BOARD_CHAIR.name,
    reopened_from=REOPENED,
    invalidated_on_reopening=("recommend",),
)
"""The stages that it shares with a local practice review."""

DECIDES = (
    OnStep(step="screen"),
    OnStep(step="take_no_further_action"),
    OnStep(step="commission_partnership_review"),
)

DEADLINES = (
    Deadline(
        name="notify_incident",
        title="Notify Ofsted and the board of the incident",
        term=working_days(5),
        starts=(OnStep(step="refer", day_field="aware_on"),),
        met_by=(OnStep(step="notify_incident"),),
        owner=BUSINESS_MANAGER.name,
        citation=sources.NOTIFY_INCIDENT,
    ),
    Deadline(
        name="recommend",
        title="Make a recommendation",
        term=working_days(10),
        starts=(OnEnter(state="referred"),),
        # After a decision there is nothing left to recommend.
        met_by=(OnStep(step="recommend"), *DECIDES),
        owner=SUBGROUP_CHAIR.name,
        citation=sources.local_default("The subgroup considers a referral within ten working days."),
        may_reschedule=CHAIRS,
    ),
    Deadline(
        name="decide",
        title="Decide whether to hold a review",
        term=months(1),
        # A notification after the decision leaves nothing to decide.
        starts=(
            OnStep(step="notify_incident", in_states=("referred",)),
            OnStep(step="reconsider"),
            # If the referral was only withdrawn, the earlier term continues.
            OnStep(step="reopen", field="return_to", values=("referred",), in_states=DECIDED_BEFORE),
        ),
        met_by=DECIDES,
        owner=BOARD_CHAIR.name,
        citation=sources.DECIDE,
    ),
    Deadline(
        name="tell_panel_of_review",
        title="Notify the panel, Ofsted and the department",
        term=working_days(5),
        starts=(OnStep(step="screen"),),
        met_by=(OnStep(step="tell_panel"),),
        owner=BUSINESS_MANAGER.name,
        citation=sources.TELL_OF_REVIEW,
    ),
    Deadline(
        name="tell_panel_of_no_review",
        title="Notify the panel of the decision not to review",
        term=days(14),
        starts=DECIDES[1:],
        met_by=(OnStep(step="tell_panel"),),
        owner=BUSINESS_MANAGER.name,
        citation=sources.TELL_OF_NO_REVIEW,
    ),
    Deadline(
        name="complete_review",
        title="Complete the review: the board agrees the report",
        term=months(6),
        starts=(OnStep(step="screen"),),
        met_by=(OnStep(step="agree_recommendations"),),
        owner=LEAD_REVIEWER.name,
        citation=sources.COMPLETE,
    ),
    *STAGES.deadlines(),
)

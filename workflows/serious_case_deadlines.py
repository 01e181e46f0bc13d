"""The deadlines of a Serious Case Review, each with where its term comes from."""

from __future__ import annotations

from ..engine.calendars import days, months, working_days
from ..engine.definition import Deadline, Entering, Leaving, Recording
from . import authorities
from .forms.publication import PUBLISHED
from .people import BOARD_CHAIR, BUSINESS_MANAGER, CHAIRS, LEAD_REVIEWER, REVIEW_SUSPENSION, SUBGROUP_CHAIR

DECIDES = (
    Recording(step="screen"),
    Recording(step="take_no_further_action"),
    Recording(step="commission_partnership_review"),
)

DEADLINES = (
    Deadline(
        name="notify_incident",
        title="Notify Ofsted and the board of the incident",
        term=working_days(5),
        starts=(Recording(step="refer", day="aware_on"),),
        met_by=(Recording(step="notify_incident"),),
        owner=BUSINESS_MANAGER.name,
        authority=authorities.NOTIFY_INCIDENT,
    ),
    Deadline(
        name="recommend",
        title="The subgroup recommends",
        term=working_days(10),
        starts=(Entering(state="referred"),),
        # A decision taken without a fresh one, as after reconsidering, leaves nothing to recommend.
        met_by=(Recording(step="recommend"), *DECIDES),
        owner=SUBGROUP_CHAIR.name,
        authority=authorities.local_default("The subgroup considers a referral within ten working days."),
        moved_by=CHAIRS,
    ),
    Deadline(
        name="decide",
        title="Decide whether to hold a review",
        term=months(1),
        # Notified after the decision, there is nothing left to decide.
        starts=(Recording(step="notify_incident", taken_in=("referred",)),),
        met_by=DECIDES,
        owner=BOARD_CHAIR.name,
        authority=authorities.DECIDE,
    ),
    Deadline(
        name="tell_panel_of_review",
        title="Tell the panel, Ofsted and the department",
        term=working_days(5),
        starts=(Recording(step="screen"),),
        met_by=(Recording(step="tell_panel"),),
        owner=BUSINESS_MANAGER.name,
        authority=authorities.TELL_OF_REVIEW,
    ),
    Deadline(
        name="tell_panel_of_no_review",
        title="Tell the panel of the decision not to review",
        term=days(14),
        starts=DECIDES[1:],
        met_by=(Recording(step="tell_panel"),),
        owner=BUSINESS_MANAGER.name,
        authority=authorities.TELL_OF_NO_REVIEW,
    ),
    Deadline(
        name="complete_review",
        title="Complete the review: the board agrees the report",
        term=months(6),
        starts=(Recording(step="screen"),),
        met_by=(Recording(step="agree_recommendations"),),
        owner=LEAD_REVIEWER.name,
        authority=authorities.COMPLETE,
    ),
    Deadline(
        name="agree_terms",
        title="Agree the terms of reference",
        term=months(1),
        starts=(Entering(state="screened"),),
        met_by=(Leaving(state="screened"),),
        owner=SUBGROUP_CHAIR.name,
        authority=authorities.local_default("Terms of reference are agreed within a month of the decision."),
        moved_by=CHAIRS,
    ),
    Deadline(
        name="appoint_reviewer",
        title="Appoint the lead reviewer",
        term=months(1),
        starts=(Entering(state="terms_of_reference"),),
        met_by=(Leaving(state="terms_of_reference"),),
        owner=BUSINESS_MANAGER.name,
        authority=authorities.local_default("A reviewer is appointed within a month of the terms."),
        moved_by=CHAIRS,
    ),
    Deadline(
        name="begin_engagement",
        title="Begin to involve family and practitioners",
        term=months(1),
        starts=(Entering(state="reviewer_appointed"),),
        met_by=(Leaving(state="reviewer_appointed"),),
        owner=LEAD_REVIEWER.name,
        authority=authorities.local_default("Engagement begins within a month of the appointment."),
        moved_by=CHAIRS,
    ),
    Deadline(
        name="request_action_plans",
        title="Ask the agencies for their action plans",
        term=working_days(10),
        starts=(Entering(state="recommendations"),),
        met_by=(Leaving(state="recommendations"),),
        owner=BUSINESS_MANAGER.name,
        authority=authorities.local_default("Plans are asked for within ten working days of agreement."),
        moved_by=CHAIRS,
    ),
    Deadline(
        name="begin_monitoring",
        title="Begin to monitor the actions",
        term=months(2),
        starts=(Entering(state="action_plans"),),
        met_by=(Leaving(state="action_plans"),),
        owner=BUSINESS_MANAGER.name,
        authority=authorities.local_default("Agencies have two months for their plans."),
        moved_by=CHAIRS,
    ),
    Deadline(
        name="report_progress",
        title="Report the actions' progress to the subgroup",
        term=months(3),
        starts=(
            Recording(step="agree_recommendations"),
            Recording(step="record_publication", given="kind", among=PUBLISHED),
        ),
        met_by=(Recording(step="report_progress"),),
        owner=BUSINESS_MANAGER.name,
        authority=authorities.MONITOR,
        moved_by=CHAIRS,
        repeats=True,
    ),
    Deadline(
        name="finish_monitoring",
        title="Finish the monitoring and close the review",
        term=months(12),
        starts=(
            Recording(step="agree_recommendations"),
            Recording(step="record_publication", given="kind", among=PUBLISHED),
        ),
        met_by=(Recording(step="close"),),
        owner=SUBGROUP_CHAIR.name,
        authority=authorities.MONITOR,
        moved_by=CHAIRS,
    ),
    REVIEW_SUSPENSION,
)

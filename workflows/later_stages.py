"""The stages after the decision to hold a review, which a Serious Case Review and a local practice review share.

From the terms of reference on both take the same way to the end. What differs is who decides: the board's chair, or
the safeguarding partners jointly.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ..engine.definition.deadline import Deadline, Entering, Holder, Leaving, Recording
from ..engine.definition.relations import OpensChildren
from ..engine.definition.workflow import State, Transition
from ..engine.forms.fields import Form, plain
from ..engine.model.calendar import Term, months, working_days
from ..engine.model.case import Case
from . import authorities, conditions, filing, gaps, standing, tree, turns
from .forms import monitoring, review
from .forms.publication import PUBLISHED
from .people import BUSINESS_MANAGER, LEAD_REVIEWER, QUALITY_ASSURANCE, SUBGROUP_CHAIR, review_of_suspensions

STAGES = (
    State(name="terms_of_reference", title="terms of reference", means="The terms of reference are agreed."),
    State(name="reviewer_appointed", title="reviewer appointed", means="An independent reviewer is appointed."),
    State(name="engagement", title="engagement", means="Family and practitioners are being involved."),
    State(name="recommendations", title="recommendations", means="Recommendations and report are agreed."),
    State(name="action_plans", title="action plans", means="Agencies are being asked for their action plans."),
    State(name="monitored", title="monitored", means="The agencies' actions are being monitored."),
)
CLOSED = State(name="closed", title="closed", means="The review is closed.", is_end=True)
DISCONTINUED = State(name="discontinued", title="discontinued", means="The review was given up.", is_end=True)
TRANSFERRED = State(name="transferred", title="transferred", means="Another area carries it on.", is_end=True)

IN_HAND = tuple(state.name for state in STAGES)
REPORTED = IN_HAND[3:]
"""The states in which the report is agreed."""

HOLDERS = (
    Holder(role=LEAD_REVIEWER.name, step="appoint_reviewer", field="name"),
    Holder(role=LEAD_REVIEWER.name, step="replace_reviewer", field="name"),
)
"""Who leads a review: the reviewer that was appointed, or who took their place."""


MONITORING = (
    Recording(step="agree_recommendations"),
    Recording(step="record_publication", given="kind", among=PUBLISHED),
    Recording(step="reopen", given="return_to", among=REPORTED),
)
"""When the monitoring begins, and when it begins again."""


@dataclass(frozen=True, kw_only=True, slots=True)
class StageDeadline:
    """A stage that has to be left within a term, by a step of the same name as its deadline."""

    state: str
    name: str
    title: str
    term: Term
    owner: str
    default: str


def left_in_time(stage: StageDeadline, moved_by: tuple[str, ...]) -> Deadline:
    return Deadline(
        name=stage.name,
        title=stage.title,
        term=stage.term,
        starts=(Entering(state=stage.state),),
        met_by=(Leaving(state=stage.state),),
        owner=stage.owner,
        authority=authorities.local_default(stage.default),
        moved_by=moved_by,
    )


STAGE_DEADLINES = (
    StageDeadline(
        state="terms_of_reference",
        name="appoint_reviewer",
        title="Appoint the lead reviewer",
        term=months(1),
        owner=BUSINESS_MANAGER.name,
        default="A reviewer is appointed within a month of the terms.",
    ),
    StageDeadline(
        state="reviewer_appointed",
        name="begin_engagement",
        title="Begin to involve family and practitioners",
        term=months(1),
        owner=LEAD_REVIEWER.name,
        default="Engagement begins within a month of the appointment.",
    ),
    StageDeadline(
        state="recommendations",
        name="request_action_plans",
        title="Ask the agencies for their action plans",
        term=working_days(10),
        owner=BUSINESS_MANAGER.name,
        default="Plans are asked for within ten working days of agreement.",
    ),
    StageDeadline(
        state="action_plans",
        name="begin_monitoring",
        title="Begin to monitor the actions",
        term=months(2),
        owner=BUSINESS_MANAGER.name,
        default="Agencies have two months for their plans.",
    ),
)


def _engagements(record: Form, _case: Case) -> Iterator[Mapping[str, Any]]:
    """One engagement each: the members of the family, then the groups of practitioners."""
    assert isinstance(record, review.EngagementPlan)
    for member in record.family:
        yield {"kind": "family", **plain(member)}
    for group in record.practitioners:
        yield {"kind": "practitioners", "relation": group.group, "how": group.how}


def appoint_reviewer(source: str, *, to: str | None, roles: tuple[str, ...]) -> Transition:
    """Somebody independent leads the review; whoever had taken the place of a former one does so no longer."""
    return Transition(
        trigger="appoint_reviewer",
        title="Appoint the independent lead reviewer",
        sources=(source,),
        to=to,
        roles=roles,
        record=review.ReviewerAppointment,
        guards=(turns.by(conditions.REVIEWER_INDEPENDENT, roles[:1]),),
        sets_aside=("replace_reviewer",),
    )


def agree_anew(*, back: tuple[str, ...], met_by: str, owner: str, moved_by: tuple[str, ...]) -> Deadline:
    """The clock of a report that went back: the term of the review itself was met when it was first agreed.

    Args:
        back: The states before the report, to which a closed review may return.
        met_by: The step that agrees the report.
        owner: The role whose task it is.
        moved_by: The roles that may agree a new date.
    """
    return Deadline(
        name="agree_anew",
        title="Agree the revised report",
        term=months(3),
        starts=(
            Recording(step="revise_report"),
            Recording(step="reopen", given="return_to", among=back, taken_in=("closed",)),
        ),
        met_by=(Recording(step=met_by),),
        owner=owner,
        authority=authorities.local_default("A report that goes back is agreed anew within three months."),
        moved_by=moved_by,
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class LaterStages:
    """The stages of one kind of review.

    Attributes:
        decided: The state in which it is decided that the review is held.
        before: The states before that.
        head: The role that decides in the end.
        reopened_from: The ends from which such a review may be taken up again.
        decided_anew: What counts no longer once an ended review is taken up again, since it is decided anew.
    """

    decided: str
    before: tuple[str, ...]
    head: str
    reopened_from: tuple[str, ...]
    decided_anew: tuple[str, ...]

    @property
    def under_way(self) -> tuple[str, ...]:
        """The states from the decision on, the ends excepted."""
        return (self.decided, *IN_HAND)

    @property
    def active(self) -> tuple[str, ...]:
        """All states that are no ends."""
        return (*self.before, *self.under_way)

    @property
    def chairs(self) -> tuple[str, ...]:
        """Those who decide of the course of a review."""
        return (SUBGROUP_CHAIR.name, self.head)

    def steps(self) -> tuple[Transition, ...]:
        """The steps from the terms of reference to the close."""
        head = (self.head,)
        return (
            Transition(
                trigger="agree_terms",
                title="Agree the terms of reference",
                sources=(self.decided,),
                to="terms_of_reference",
                roles=self.chairs,
                record=review.TermsOfReference,
                names_agencies=("agencies",),
                settles_agencies=True,
            ),
            appoint_reviewer("terms_of_reference", to="reviewer_appointed", roles=(self.head, SUBGROUP_CHAIR.name)),
            Transition(
                trigger="begin_engagement",
                title="Begin to involve family and practitioners",
                sources=("reviewer_appointed",),
                to="engagement",
                roles=(LEAD_REVIEWER.name, SUBGROUP_CHAIR.name, BUSINESS_MANAGER.name),
                record=review.EngagementPlan,
                opens_children=(OpensChildren(workflow=standing.ENGAGEMENT, records=_engagements),),
            ),
            tree.involve("engagement", *REPORTED),
            tree.request_returns(*self.before, *self.under_way[:4]),
            tree.receive_draft("engagement"),
            Transition(
                trigger="agree_recommendations",
                title="Agree the recommendations and the final report",
                sources=("engagement",),
                to="recommendations",
                roles=head,
                record=review.AgreedReport,
                guards=(gaps.EVERYBODY_HEARD, gaps.REPORT_RECEIVED, gaps.REPORT_CHECKED),
                warnings=(gaps.RETURNS_OUT,),
                opens_children=(tree.RECOMMENDATIONS_MADE,),
                takes=(tree.AGREES_REPORT,),
            ),
            tree.record_publication(*REPORTED, head=self.head),
            tree.request_action_plans("recommendations", to="action_plans"),
            tree.begin_monitoring("action_plans"),
            Transition(
                trigger="report_progress",
                title="Report the actions' progress to the subgroup",
                sources=REPORTED,
                to=None,
                roles=(SUBGROUP_CHAIR.name, QUALITY_ASSURANCE.name),
                record=monitoring.Progress,
            ),
            Transition(
                trigger="close",
                title="Close the review",
                sources=("monitored",),
                to="closed",
                roles=head,
                record=monitoring.Closing,
                guards=(
                    turns.by(conditions.PUBLICATION_RECORDED, head),
                    conditions.PROGRESS_HEARD,
                    *tree.SETTLED,
                ),
                takes=tree.ENDS_RETURNS,
            ),
        )

    def turns(self) -> tuple[Transition, ...]:
        """The turns that such a review may take; the reconsidering of its own decision is its own."""
        head = (self.head,)
        return (
            *turns.of_terms(agreed=IN_HAND, appointed=IN_HAND[1:], deciders=self.chairs),
            *turns.of_people(
                active=self.active, before_report=(*self.before, *self.under_way[:4]), deciders=self.chairs
            ),
            turns.revise_report(*REPORTED, to="engagement", deciders=head),
            turns.transfer(*self.active, deciders=head),
            turns.discontinue(*self.under_way, deciders=head),
            turns.reopen(
                *self.reopened_from,
                among=self.active,
                deciders=head,
                sets_aside=(*self.decided_anew, "report_progress"),
            ),
        )

    def on_file(self, *states: str) -> tuple[Transition, ...]:
        """What is kept with the review and moves nothing."""
        return filing.on_file(states, deciders=self.chairs)

    def deadlines(self) -> tuple[Deadline, ...]:
        """The clocks of these stages."""
        terms = StageDeadline(
            state=self.decided,
            name="agree_terms",
            title="Agree the terms of reference",
            term=months(1),
            owner=SUBGROUP_CHAIR.name,
            default="Terms of reference are agreed within a month of the decision.",
        )
        return (
            *(left_in_time(stage, self.chairs) for stage in (terms, *STAGE_DEADLINES)),
            agree_anew(
                back=self.under_way[:4], met_by="agree_recommendations", owner=LEAD_REVIEWER.name, moved_by=self.chairs
            ),
            Deadline(
                name="report_progress",
                title="Report the actions' progress to the subgroup",
                term=months(3),
                starts=MONITORING,
                met_by=(Recording(step="report_progress"),),
                owner=BUSINESS_MANAGER.name,
                authority=authorities.MONITOR,
                moved_by=self.chairs,
                repeats=True,
            ),
            Deadline(
                name="finish_monitoring",
                title="Finish the monitoring and close the review",
                term=months(12),
                starts=MONITORING,
                met_by=(Recording(step="close"),),
                owner=SUBGROUP_CHAIR.name,
                authority=authorities.MONITOR,
                moved_by=self.chairs,
            ),
            review_of_suspensions(self.chairs),
        )

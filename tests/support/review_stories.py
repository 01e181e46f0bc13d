"""Stories of reviews in which each step is taken in its time, and ways to play them and their parts.

The story lies in 2018, when Serious Case Reviews could be opened without a warning.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any

from casereview.engine.decisions.context import Decision, DecisionContext
from casereview.engine.decisions.opening import decide_opening
from casereview.engine.decisions.step import decide_step
from casereview.engine.definition.relations import Children, Parent, Relation, Siblings
from casereview.engine.definition.view import RelatedCases
from casereview.engine.definition.workflow import Workflow
from casereview.engine.errors.bad_input import InvalidForm
from casereview.engine.errors.refusals import Refused
from casereview.engine.model.calendar import ENGLAND_AND_WALES
from casereview.engine.model.case import Case
from casereview.engine.model.clock import Clock
from casereview.engine.model.commands import Open, Step
from casereview.engine.model.people import Actor, DecidedBy
from casereview.workflows import (
    ACTION,
    AGENCY_ACTION_PLAN,
    AGENCY_RETURN,
    CHILD_SAFEGUARDING_PRACTICE_REVIEW,
    ENGAGEMENT,
    MEETING,
    PARTNERSHIP_REVIEW,
    PUBLICATION,
    RECOMMENDATION,
    SERIOUS_CASE_REVIEW,
)
from casereview.workflows.parts.status import PARTS

from .step_records import (
    ACTION_RECORDS,
    ENGAGEMENT_RECORDS,
    LINKED,
    MEETING_RECORDS,
    PARTNERSHIP_RECORDS,
    PLAN_RECORDS,
    PRACTICE_REVIEW_RECORDS,
    PUBLICATION_RECORDS,
    RECOMMENDATION_RECORDS,
    RETURN_RECORDS,
    SERIOUS_CASE_RECORDS,
)

RECORDS: dict[Workflow, dict[str, dict[str, Any]]] = {
    SERIOUS_CASE_REVIEW: SERIOUS_CASE_RECORDS,
    PARTNERSHIP_REVIEW: PARTNERSHIP_RECORDS,
    CHILD_SAFEGUARDING_PRACTICE_REVIEW: PRACTICE_REVIEW_RECORDS,
    ENGAGEMENT: ENGAGEMENT_RECORDS,
    AGENCY_RETURN: RETURN_RECORDS,
    RECOMMENDATION: RECOMMENDATION_RECORDS,
    AGENCY_ACTION_PLAN: PLAN_RECORDS,
    ACTION: ACTION_RECORDS,
    PUBLICATION: PUBLICATION_RECORDS,
    MEETING: MEETING_RECORDS,
}

StoryStep = tuple[str, date] | tuple[str, date, dict[str, Any]]
"""A step, its day, and what its record holds other than usual."""

SERIOUS_STORY: tuple[StoryStep, ...] = (
    ("refer", date(2018, 1, 8)),
    ("notify_incident", date(2018, 1, 10)),
    ("link", date(2018, 1, 11), {"relation": "another_area_review", "other": LINKED}),
    ("recommend", date(2018, 1, 17)),
    ("screen", date(2018, 2, 1)),
    ("tell_panel", date(2018, 2, 5)),
    ("agree_terms", date(2018, 2, 20)),
    ("appoint_reviewer", date(2018, 3, 12)),
    ("begin_engagement", date(2018, 4, 4)),
    ("agree_recommendations", date(2018, 7, 20), {"planned_publication_on": "2018-09-17"}),
    ("request_action_plans", date(2018, 7, 27)),
    ("record_publication", date(2018, 9, 17)),
    ("begin_monitoring", date(2018, 9, 20)),
    ("report_progress", date(2018, 12, 14)),
    ("close", date(2019, 9, 2)),
)
PRACTICE_STORY: tuple[StoryStep, ...] = (
    ("notify", date(2018, 1, 8)),
    ("link", date(2018, 1, 8), {"relation": "another_area_review", "other": LINKED}),
    ("open_rapid_review", date(2018, 1, 9)),
    ("record_progress_meeting", date(2018, 1, 22)),
    ("complete_rapid_review", date(2018, 1, 26)),
    ("decide_review", date(2018, 2, 1)),
    ("send_to_panel", date(2018, 2, 5)),
    ("record_panel_reply", date(2018, 2, 14)),
    ("agree_terms", date(2018, 2, 20)),
    ("appoint_reviewer", date(2018, 3, 12)),
    ("begin_engagement", date(2018, 4, 4)),
    ("agree_recommendations", date(2018, 6, 29)),
    ("request_action_plans", date(2018, 7, 9)),
    ("record_publication", date(2018, 7, 30)),
    ("begin_monitoring", date(2018, 9, 3)),
    ("report_progress", date(2018, 10, 26)),
    ("close", date(2019, 7, 1)),
)
PARTNERSHIP_STORY: tuple[StoryStep, ...] = (
    ("refer", date(2018, 2, 1)),
    ("link", date(2018, 2, 5), {"relation": "another_area_review", "other": LINKED}),
    ("agree_scope", date(2018, 2, 20)),
    ("appoint_reviewer", date(2018, 2, 22)),
    ("agree_learning", date(2018, 5, 1)),
    ("begin_monitoring", date(2018, 5, 15)),
    ("report_progress", date(2018, 8, 10)),
    ("close", date(2019, 4, 1)),
)


@dataclass(frozen=True, kw_only=True)
class DeadlineRun:
    """A deadline in the story: what starts it, from which day, when it is due, what meets it.

    `before` is the step of the story after which what meets it is tried.
    """

    rule: str
    deadline: str
    started_by: str
    anchor: date
    due: date
    before: str
    met_by: str


MANAGER = Actor(name="Manager 1", roles=frozenset({"business_manager"}))
REF = "SCR-2018-001"


def story_until(story: Iterable[StoryStep], trigger: str) -> tuple[StoryStep, ...]:
    """A story up to and with a step."""
    told = []
    for step in story:
        told.append(step)
        if step[0] == trigger:
            return tuple(told)
    raise ValueError(f"the story has no {trigger}")


def evening_of(day: date) -> datetime:
    """Eight in the evening (UTC) of a day: that same day in London, in winter and in summer."""
    return datetime.combine(day, time(20), UTC)


def decision_context(now: datetime) -> DecisionContext:
    """The world as rules are told of it."""
    return DecisionContext(now=now, calendar=ENGLAND_AND_WALES, salt=lambda: b"sixteen bytes ok")


def deciding_capacity(workflow: Workflow, trigger: str) -> str:
    """A capacity in which a step may be decided."""
    transition = workflow.transition(trigger)
    assert transition is not None
    return transition.roles[0]


def open_review(
    workflow: Workflow, on: date, *, capacity: str | None = None, now: datetime | None = None, **data: Any
) -> Decision:
    """The decision to open a review, recorded by the business manager on the evening of its day."""
    command = Open(
        workflow=workflow.name,
        actor=MANAGER,
        decided_by=DecidedBy(
            name="Somebody 1", capacity=capacity or deciding_capacity(workflow, workflow.opening.trigger)
        ),
        data={**RECORDS[workflow][workflow.opening.trigger], **data},
        on=on,
    )
    return decide_opening(workflow, command, decision_context(now or evening_of(on)), ref=REF)


def open_part(
    workflow: Workflow,
    on: date,
    *,
    parent: Case | None = None,
    beside: Sequence[Case] = (),
    number: int = 1,
    capacity: str | None = None,
    **data: Any,
) -> Decision:
    """The decision to open a part of a review, on the evening of its day.

    Args:
        workflow: The part's workflow.
        on: The day.
        parent: The review; a Serious Case Review that was just referred where none is given.
        beside: The review's parts so far.
        number: The part's number.
        capacity: The decider's, where it is not the first that may.
        data: What its record holds other than usual.
    """
    opening = workflow.opening.trigger
    review = parent or OPEN_REVIEW
    command = Open(
        workflow=workflow.name,
        actor=MANAGER,
        decided_by=DecidedBy(name="Somebody 1", capacity=capacity or deciding_capacity(workflow, opening)),
        data={**RECORDS[workflow][opening], **data},
        on=on,
        parent=review.ref,
    )
    ref = f"{review.ref}/{workflow.prefix}{number:02d}"
    shown = related_cases(beside, review).cases
    siblings = {look: cases for look, cases in shown.items() if isinstance(look, Siblings)}
    return decide_opening(
        workflow, command, decision_context(evening_of(on)), ref=ref, parent=review, siblings=siblings
    )


def apply_step(
    case: Case,
    trigger: str,
    on: date,
    *,
    capacity: str | None = None,
    now: datetime | None = None,
    parent: Case | None = None,
    parts: Sequence[Case] | None = None,
    **data: Any,
) -> Decision:
    """The decision to take a step, recorded by the business manager on the evening of its day.

    Args:
        case: The review, or a part of one.
        trigger: The step; one that only follows is taken as if it did.
        on: The day.
        capacity: The decider's, where it is not the first that may.
        now: The present, where it is another.
        parent: The review that the case is part of; one that was just referred where none is given.
        parts: The review's parts; where none are given, those with which nothing is amiss.
        data: What its record holds other than usual.
    """
    workflow = workflow_of(case)
    command = Step(
        ref=case.ref,
        trigger=trigger,
        actor=MANAGER,
        decided_by=DecidedBy(name="Somebody 1", capacity=capacity or deciding_capacity(workflow, trigger)),
        data={**RECORDS[workflow].get(trigger, {}), **data},
        on=on,
    )
    if parts is None:
        parts = (
            ()
            if trigger in ("receive_draft", "record_nil", "close")
            else (OPEN_RECOMMENDATION, ASSURED_ACTION)
            if case.parent
            else (CHECKED_PUBLICATION,)
        )
    step = workflow.transition(trigger)
    return decide_step(
        workflow,
        case,
        command,
        decision_context(now or evening_of(on)),
        opened_ref="PR-2018-001",
        related=related_cases(parts, parent or OPEN_REVIEW),
        cascaded=step is not None and step.cascade_only,
    )


def related_cases(parts: Iterable[Case], parent: Case) -> RelatedCases:
    """All that a step may look at: the parts, both below a review and beside one of them, and the review."""
    shown: dict[Relation, tuple[Case, ...]] = {Parent(): (parent,)}
    for name in PARTS:
        cases = tuple(part for part in parts if part.workflow == name)
        shown[Children(workflow=name)] = shown[Siblings(workflow=name)] = cases
    return RelatedCases(cases=shown)


def case_after_story(workflow: Workflow, story: Iterable[StoryStep]) -> Case:
    """The case that a story comes to."""
    (_, on, *first), *rest = story
    case = open_review(workflow, on, **(first[0] if first else {})).case
    return continue_story(case, rest)


def continue_story(case: Case, story: Iterable[StoryStep], *, parts: Sequence[Case] | None = None) -> Case:
    """The case that a story comes to, from where it is, beside or above the parts that are given."""
    for trigger, day, *data in story:
        case = apply_step(case, trigger, day, parts=parts, **(data[0] if data else {})).case
    return case


def workflow_of(case: Case) -> Workflow:
    """The workflow by which a case is judged."""
    return next(workflow for workflow in RECORDS if workflow.name == case.workflow)


def clock(case: Case, name: str, number: int | None = None) -> Clock:
    """The clock of a deadline: the latest, or the one of that number."""
    return [found for found in case.clocks if found.deadline == name and number in (None, found.number)][-1]


def refusal_reasons(case: Case, trigger: str, on: date, **more: Any) -> list[tuple[str, str, str]]:
    """What stands in the way of a step: guard, reason, who can clear it; nothing where it is taken."""
    try:
        apply_step(case, trigger, on, **more)
    except Refused as error:
        return [(block.guard, block.reason, block.cleared_by) for block in error.reasons]
    return []


def form_faults(case: Case, trigger: str, **data: Any) -> list[tuple[str, str, str]]:
    """What is to be mended in a step's record: path, what was expected, what was found."""
    try:
        apply_step(case, trigger, case.last_step_on, **data)
    except InvalidForm as error:
        return [(fault.path, fault.expected, fault.found) for fault in error.faults]
    return []


OPEN_REVIEW = open_review(SERIOUS_CASE_REVIEW, date(2018, 1, 8)).case
"""A review that was just referred: whatever is part of it may begin."""

OPEN_RECOMMENDATION = open_part(RECOMMENDATION, date(2018, 1, 8)).case
"""A recommendation, the first, to Agency 1."""

ASSURED_ACTION = continue_story(
    open_part(ACTION, date(2018, 1, 8)).case,
    [(trigger, date(2018, 1, 8)) for trigger in ("agree", "hand_in", "assure")],
    parts=(OPEN_RECOMMENDATION,),
)
"""An action of Agency 1 that answers it, and is assured."""

CHECKED_PUBLICATION = continue_story(
    open_part(PUBLICATION, date(2018, 1, 8)).case, [("check_accuracy", date(2018, 1, 8))]
)
"""A report whose draft the agencies have checked."""

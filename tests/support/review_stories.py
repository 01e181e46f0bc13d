"""Stories of reviews, and functions that apply them and their parts step by step.

The stories are set in 2018, when a Serious Case Review could be opened without a warning.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from functools import cache
from typing import Any

from casereview.engine.decisions.context import Decision, DecisionContext
from casereview.engine.decisions.opening import decide_opening
from casereview.engine.decisions.step import decide_step
from casereview.engine.definition.guards import RelatedCases
from casereview.engine.definition.registry import Registry
from casereview.engine.definition.relations import Children, Parent, Relation, Siblings
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
    WORKFLOWS,
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
"""A step, its date, and the values in which its record differs from the usual one."""

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
    """A deadline in the story: the step that starts it, its dates, and the step that meets it.

    `before` is the step of the story after which the meeting step is tried.
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
    """Return the story up to and including a step."""
    steps = []
    for step in story:
        steps.append(step)
        if step[0] == trigger:
            return tuple(steps)
    raise ValueError(f"the story has no {trigger}")


def evening_of(day: date) -> datetime:
    """Return 20:00 UTC on a date. That is the same date in London all year."""
    return datetime.combine(day, time(20), UTC)


def decision_context(now: datetime) -> DecisionContext:
    """Return the context in which decisions are made."""
    return DecisionContext(
        now=now,
        calendar=ENGLAND_AND_WALES,
        salt=lambda: b"sixteen bytes ok",
        state_title=_registry().state_title,
        workflow_title=_registry().workflow_title,
    )


@cache
def _registry() -> Registry:
    return Registry(WORKFLOWS)


def deciding_capacity(workflow: Workflow, trigger: str) -> str:
    """Return a role that may decide a step."""
    transition = workflow.transition(trigger)
    assert transition is not None
    return transition.roles[0]


def open_review(
    workflow: Workflow, on: date, *, capacity: str | None = None, now: datetime | None = None, **data: Any
) -> Decision:
    """Return the decision to open a review, recorded by the business manager that evening."""
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
    siblings: Sequence[Case] = (),
    number: int = 1,
    capacity: str | None = None,
    **data: Any,
) -> Decision:
    """Return the decision to open a part of a review, recorded that evening.

    Args:
        workflow: The workflow of the part.
        on: The date of the decision.
        parent: The review. The default is a newly referred Serious Case Review.
        siblings: The parts that the review already has.
        number: The number of the part.
        capacity: The role that decides. The default is the first that may.
        data: Values in which the record differs from the usual one.
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
    shown = related_cases(siblings, review).cases
    related = {relation: cases for relation, cases in shown.items() if isinstance(relation, Siblings)}
    return decide_opening(workflow, command, decision_context(evening_of(on)), ref=ref, parent=review, siblings=related)


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
    """Return the decision to apply a step, recorded by the business manager that evening.

    Args:
        case: The review, or a part of a review.
        trigger: The step. A cascade-only step is applied as a cascade.
        on: The date of the decision.
        capacity: The role that decides. The default is the first that may.
        now: The present. The default is the evening of the date.
        parent: The review that the case is part of. The default is a newly referred one.
        parts: The parts of the review. The default is parts that no guard objects to.
        data: Values in which the record differs from the usual one.
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
    """Return the parts, as children and as siblings, and the review, for guards to read."""
    shown: dict[Relation, tuple[Case, ...]] = {Parent(): (parent,)}
    for name in PARTS:
        cases = tuple(part for part in parts if part.workflow == name)
        shown[Children(workflow=name)] = shown[Siblings(workflow=name)] = cases
    return RelatedCases(cases=shown)


def case_after_story(workflow: Workflow, story: Iterable[StoryStep]) -> Case:
    """Return the case after a story."""
    (_, on, *first), *rest = story
    case = open_review(workflow, on, **(first[0] if first else {})).case
    return continue_story(case, rest)


def continue_story(case: Case, story: Iterable[StoryStep], *, parts: Sequence[Case] | None = None) -> Case:
    """Return the case after further steps, with the given parts."""
    for trigger, day, *data in story:
        case = apply_step(case, trigger, day, parts=parts, **(data[0] if data else {})).case
    return case


def workflow_of(case: Case) -> Workflow:
    """Return the workflow of a case."""
    return next(workflow for workflow in RECORDS if workflow.name == case.workflow)


def clock(case: Case, name: str, number: int | None = None) -> Clock:
    """Return the latest clock of a deadline, or the one with a number."""
    return [found for found in case.clocks if found.deadline == name and number in (None, found.number)][-1]


def refusal_reasons(case: Case, trigger: str, on: date, **more: Any) -> list[tuple[str, str, str]]:
    """Return guard, reason and the roles that can clear it for each refusal of a step."""
    try:
        apply_step(case, trigger, on, **more)
    except Refused as error:
        return [(block.guard, block.reason, block.cleared_by) for block in error.reasons]
    return []


def form_faults(case: Case, trigger: str, **data: Any) -> list[tuple[str, str, str]]:
    """Return path, expected and found for each fault in the record of a step."""
    try:
        apply_step(case, trigger, case.last_step_on, **data)
    except InvalidForm as error:
        return [(fault.path, fault.expected, fault.found) for fault in error.faults]
    return []


OPEN_REVIEW = open_review(SERIOUS_CASE_REVIEW, date(2018, 1, 8)).case
"""A newly referred review. Any part of it may start."""

OPEN_RECOMMENDATION = open_part(RECOMMENDATION, date(2018, 1, 8)).case
"""The first recommendation, addressed to Agency 1."""

ASSURED_ACTION = continue_story(
    open_part(ACTION, date(2018, 1, 8)).case,
    [(trigger, date(2018, 1, 8)) for trigger in ("agree", "hand_in", "assure")],
    parts=(OPEN_RECOMMENDATION,),
)
"""An assured action of Agency 1 that answers it."""

CHECKED_PUBLICATION = continue_story(
    open_part(PUBLICATION, date(2018, 1, 8)).case, [("check_accuracy", date(2018, 1, 8))]
)
"""A report with a draft that the agencies have checked."""

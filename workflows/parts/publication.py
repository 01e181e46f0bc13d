"""Declare the workflow for publishing a report. Postponing it for a trial does not delay the review."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ...engine.definition.deadline import Deadline, OnStep
from ...engine.definition.relations import Cascade, Parent
from ...engine.definition.workflow import ChosenTarget, State, Transition, Workflow
from ...engine.forms.fields import Form
from ...engine.model.calendar import months, working_days
from ...engine.model.case import Case
from .. import sources
from ..escalation import PARTS_ESCALATION
from ..forms import publication
from ..forms.course_changes import reopening_form
from ..forms.parts import Ended
from ..guards import STATE_REACHED_BEFORE, cleared_by_roles
from ..roles import BUSINESS_MANAGER, DECIDERS, HEADS, LEAD_REVIEWER, ROLES, UNIT_ROLES
from . import common, guards
from .status import PUBLICATION as NAME
from .status import REVIEWS

KINDS = (*publication.PUBLISHED, "not_published")

ALL, ACTIVE = common.part_states(
    (
        State(name="draft", title="draft", meaning="A draft of the report has been received."),
        State(name="checked", title="checked", meaning="The agencies have checked the draft for accuracy."),
        State(name="agreed", title="agreed", meaning="The report is agreed. No date of publication is set."),
        State(name="scheduled", title="scheduled", meaning="The date of publication is set."),
    ),
    (
        State(name="in_full", title="in full", meaning="The report is published in full.", is_end=True),
        State(name="in_summary", title="in summary", meaning="A summary of the report is published.", is_end=True),
        State(
            name="anonymously",
            title="anonymously",
            meaning="The report is published without naming the board.",
            is_end=True,
        ),
        State(
            name="not_published",
            title="not published",
            meaning="The report is not published. The reasons are on record.",
            is_end=True,
        ),
    ),
)
AGREED = ("agreed", "scheduled")


def _published(record: Form, case: Case, _review: Case) -> Mapping[str, Any]:
    """Return the record of the publication for the review."""
    assert isinstance(record, publication.Publication)
    return {"kind": record.kind, "publication": case.ref}


PUBLICATION = Workflow(
    name=NAME,
    title="Publication",
    purpose="Takes the report from draft to publication, or records why it is not published.",
    version=1,
    prefix="PUB",
    roles=ROLES,
    states=ALL,
    opening=Transition(
        trigger="draft",
        title="Record the draft of the report",
        sources=(),
        to="draft",
        roles=(LEAD_REVIEWER.name, *UNIT_ROLES),
        form=publication.Draft,
        guards=(guards.PARENT_OPEN,),
    ),
    transitions=(
        Transition(
            trigger="new_draft",
            title="Record a new draft",
            sources=("draft", "checked"),
            to="draft",
            roles=(LEAD_REVIEWER.name, *UNIT_ROLES),
            form=publication.NewDraft,
        ),
        Transition(
            trigger="check_accuracy",
            title="Record the agencies' accuracy check",
            sources=("draft",),
            to="checked",
            roles=(LEAD_REVIEWER.name, *UNIT_ROLES),
            form=publication.AccuracyCheck,
        ),
        Transition(
            trigger="agree",
            title="Agree the report, with the recommendations",
            sources=("checked",),
            to="agreed",
            roles=DECIDERS,
            form=publication.ReportAgreed,
            cascade_only=True,
        ),
        Transition(
            trigger="record_panel_advice",
            title="Record the national panel's advice",
            sources=AGREED,
            to=None,
            roles=UNIT_ROLES,
            form=publication.PanelAdvice,
        ),
        Transition(
            trigger="schedule",
            title="Set the date of publication",
            sources=AGREED,
            to="scheduled",
            roles=HEADS,
            form=publication.Scheduled,
        ),
        Transition(
            trigger="defer",
            title="Postpone publication",
            sources=AGREED,
            to="agreed",
            roles=HEADS,
            form=publication.Deferred,
        ),
        Transition(
            trigger="send_copy",
            title="Send a copy of the report before publication",
            sources=AGREED,
            to=None,
            roles=UNIT_ROLES,
            form=publication.ReportCopy,
        ),
        Transition(
            trigger="publish",
            title="Record the publication, or the decision not to publish",
            sources=AGREED,
            to=ChosenTarget(field="kind", choices=KINDS),
            roles=HEADS,
            form=publication.Publication,
            guards=(guards.FAMILY_INFORMED,),
            cascades=(Cascade(step="record_publication", relation=Parent(), records=_published),),
        ),
        Transition(
            trigger="go_back",
            title="Return to draft, with the review",
            sources=ACTIVE[1:],
            to="draft",
            roles=HEADS,
            form=Ended,
            cascade_only=True,
            rolls_back=True,
        ),
        Transition(
            trigger="reopen",
            title="Reopen it",
            # A published report stays published. Another report has its own publication.
            sources=("discontinued",),
            to=ChosenTarget(field="return_to", choices=ACTIVE),
            roles=HEADS,
            form=reopening_form(ACTIVE),
            guards=(guards.PARENT_OPEN, cleared_by_roles(STATE_REACHED_BEFORE, HEADS)),
            rolls_back=True,
        ),
        common.discontinue(ACTIVE),
        *common.filing_steps(ALL),
    ),
    deadlines=(
        Deadline(
            name="send_copy",
            title="Send a copy of the report before publication",
            term=working_days(7),
            starts=tuple(OnStep(step=step, day_field="planned_on") for step in ("agree", "schedule", "defer")),
            # If publication is postponed without a new date, no copy is due.
            met_by=(OnStep(step="send_copy"), OnStep(step="defer")),
            owner=BUSINESS_MANAGER.name,
            citation=sources.COPY_BEFORE_PUBLICATION,
            counts_back=True,
        ),
        Deadline(
            name="keep_published",
            title="Keep the report on the website",
            term=months(12),
            starts=(OnStep(step="publish", field="kind", values=publication.PUBLISHED),),
            met_by=(),
            owner=BUSINESS_MANAGER.name,
            citation=sources.KEEP_PUBLISHED,
            minimum_period=True,
        ),
        common.SUSPENSION,
    ),
    escalation_policy=PARTS_ESCALATION,
    may_reschedule=HEADS,
    may_suspend=DECIDERS,
    parent_workflows=REVIEWS,
)

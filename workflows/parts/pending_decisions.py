"""List the states in which a part of a review waits for a decision."""

from __future__ import annotations

from dataclasses import dataclass

from ..roles import BUSINESS_MANAGER, HEADS, QUALITY_ASSURANCE, SUBGROUP_CHAIR
from .status import ACTION, AGENCY_ACTION_PLAN, AGENCY_RETURN, PROPOSED, PUBLICATION


@dataclass(frozen=True, kw_only=True, slots=True)
class PendingDecision:
    """A state in which a part of a review waits for a decision.

    Attributes:
        workflow: The workflow of the part.
        state: The state that waits for the decision.
        step: The step that approves it.
        roles: The roles that decide, each in its kinds of review. All of them may apply the step.
        meeting_roles: The chairs who have it on their agenda; empty if no meeting discusses it.
        sent_by_agency: True if an agency sent it in and waits for the answer.
        title: The decision, for people.
    """

    workflow: str
    state: str
    step: str
    roles: tuple[str, ...]
    meeting_roles: tuple[str, ...] = ()
    sent_by_agency: bool = False
    title: str


PENDING_DECISIONS = (
    PendingDecision(
        workflow=PUBLICATION,
        state="checked",
        step="agree",
        roles=HEADS,
        meeting_roles=HEADS,
        title="Agree the report",
    ),
    PendingDecision(
        workflow=AGENCY_ACTION_PLAN,
        state="submitted",
        step="agree",
        roles=(SUBGROUP_CHAIR.name,),
        meeting_roles=(SUBGROUP_CHAIR.name,),
        sent_by_agency=True,
        title="Agree the plan, or send back",
    ),
    # A proposed action comes before the meeting with its plan.
    PendingDecision(
        workflow=ACTION,
        state=PROPOSED,
        step="agree",
        roles=(SUBGROUP_CHAIR.name,),
        title="Agree the action and its date",
    ),
    PendingDecision(
        workflow=ACTION,
        state="handed_in",
        step="assure",
        roles=(QUALITY_ASSURANCE.name,),
        meeting_roles=(QUALITY_ASSURANCE.name, SUBGROUP_CHAIR.name),
        sent_by_agency=True,
        title="Assure the action, or send it back",
    ),
    PendingDecision(
        workflow=AGENCY_RETURN,
        state="received",
        step="accept",
        roles=(BUSINESS_MANAGER.name,),
        sent_by_agency=True,
        title="Accept the return, or send back",
    ),
)
"""The decisions that parts of a review wait for, the most important first."""

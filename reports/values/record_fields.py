"""Name the workflows, steps and fields that reports read. No other report module names them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from ...engine.forms.digests import digests_in
from ...engine.model.case import Case

ENGAGEMENT = "engagement"
AGENCY_RETURN = "agency_return"
RECOMMENDATION = "recommendation"
AGENCY_ACTION_PLAN = "agency_action_plan"
ACTION = "action"
PUBLICATION = "publication"


@dataclass(frozen=True, kw_only=True, slots=True)
class RecordField:
    """Where a case says something.

    Attributes:
        workflow: The case's workflow.
        field: The field that holds it.
        steps: The steps that record it; what a later one of them says takes the place of what an earlier one did.
        empty_replaces: Whether it does so also where it says nothing.
    """

    workflow: str
    field: str
    steps: tuple[str, ...]
    empty_replaces: bool = False

    def value(self, case: Case) -> Any:
        """What the case says; None where it says nothing, or what it says is sensitive."""
        found = None
        for record in (case.data[step] for step in self.steps if step in case.data):
            said = record.get(self.field)
            if said is not None or self.empty_replaces:
                found = said
        return None if any(digests_in(found)) else found

    def text(self, case: Case) -> str:
        """The same as words; empty where there are none."""
        return str(self.value(case) or "")

    def day(self, case: Case) -> date | None:
        """The same as a day."""
        said = self.value(case)
        return None if said is None else date.fromisoformat(said)

    def document_titles(self, case: Case) -> tuple[str, ...]:
        """The titles of the documents that are named there."""
        said = self.value(case) or ()
        documents: Sequence[Mapping[str, Any]] = [said] if isinstance(said, Mapping) else said
        return tuple(str(document["title"]) for document in documents)


# --- an action ------------------------------------------------------------------------------------------

ACTION_TEXT = RecordField(workflow=ACTION, field="action", steps=("propose", "revise"))
ANSWERED_RECOMMENDATIONS = RecordField(
    workflow=ACTION, field="recommendations", steps=("propose", "revise"), empty_replaces=True
)
LEAD_PERSON = RecordField(workflow=ACTION, field="lead_person", steps=("propose", "revise", "reassign"))
PROPOSED_DUE = RecordField(workflow=ACTION, field="due_on", steps=("propose", "revise"))
PROGRESS_STATUS = RecordField(workflow=ACTION, field="status", steps=("report_progress",))
PROGRESS_TEXT = RecordField(workflow=ACTION, field="text", steps=("report_progress",))
PROGRESS_EVIDENCE = RecordField(workflow=ACTION, field="evidence", steps=("report_progress",))
COMPLETION_EVIDENCE = RecordField(workflow=ACTION, field="evidence", steps=("hand_in",))
SLIPPING, ON_TRACK = "slipping", "on_track"
PROPOSED, IN_PROGRESS, ASSURED = "proposed", "agreed", "assured"
CARRY_OUT, ASSURE = "carry_out", "assure"

AGENCY_CEASED = "agency_ceased"


def agency_of(case: Case) -> str:
    """The agency whose action it is now: another may have taken the place of the first."""
    return case.organisations[0]


# --- a recommendation -----------------------------------------------------------------------------------

RECOMMENDATION_NUMBER = RecordField(workflow=RECOMMENDATION, field="number", steps=("make",))
RECOMMENDATION_TEXT = RecordField(workflow=RECOMMENDATION, field="text", steps=("make", "revise"))
MADE_TO = RecordField(workflow=RECOMMENDATION, field="made_to", steps=("make", "readdress"))
SCOPE = RecordField(workflow=RECOMMENDATION, field="scope", steps=("make",))
NATIONAL = "national"
QUESTIONED_BY = RecordField(workflow=RECOMMENDATION, field="agency", steps=("question",))
QUESTION_ANSWER = RecordField(workflow=RECOMMENDATION, field="answer", steps=("answer_question",))
REASONS_NOT_CARRIED_OUT = RecordField(workflow=RECOMMENDATION, field="reasons", steps=("not_carry_out",))
NOT_CARRIED_OUT = "not_carried_out"

# --- who was heard --------------------------------------------------------------------------------------

ENGAGEMENT_KIND = RecordField(workflow=ENGAGEMENT, field="kind", steps=("plan",))
RELATION = RecordField(workflow=ENGAGEMENT, field="relation", steps=("plan",))
FAMILY = "family"
FINDINGS_TOLD = "findings_shared"

# --- what became of the report ---------------------------------------------------------------------------

PANEL_ADVICE = RecordField(workflow=PUBLICATION, field="advice", steps=("record_panel_advice",))
IN_FULL, IN_SUMMARY, ANONYMOUSLY, NOT_PUBLISHED = "in_full", "in_summary", "anonymously", "not_published"
AGREED, REFUSED = "agreed", "refused"

# --- the review -----------------------------------------------------------------------------------------

COMPLETION_DEADLINE = "complete_review"
"""The deadline whose meeting completes a review: the report is agreed. Closing follows the monitoring."""
PROGRESS_REPORT_STEP = "report_progress"
"""The step by which the subgroup hears of progress, and so the day on which it last met over the review."""


HEAD_ROLES = ("board_chair", "safeguarding_partners")
"""Those who decide in the end: the one, or the other, by the kind of review."""


@dataclass(frozen=True, kw_only=True, slots=True)
class PendingDecision:
    """A state in which a part of a review waits for somebody's decision.

    Attributes:
        workflow: The part's workflow.
        state: The state.
        roles: The roles that decide, each in its kinds of review.
        title: What there is to decide, for people.
    """

    workflow: str
    state: str
    roles: tuple[str, ...]
    title: str


PENDING_DECISIONS = (
    PendingDecision(workflow=PUBLICATION, state="checked", roles=HEAD_ROLES, title="Agree the report"),
    PendingDecision(
        workflow=AGENCY_ACTION_PLAN, state="submitted", roles=("subgroup_chair",), title="Agree the plan, or send back"
    ),
    PendingDecision(workflow=ACTION, state=PROPOSED, roles=("subgroup_chair",), title="Agree the action and its date"),
    PendingDecision(
        workflow=ACTION, state="handed_in", roles=("quality_assurance",), title="Assure the action, or send it back"
    ),
    PendingDecision(
        workflow=AGENCY_RETURN, state="received", roles=("business_manager",), title="Accept the return, or send back"
    ),
)
"""What waits for a decision, the weightiest first."""
SUBGROUP_CHAIR = "subgroup_chair"
CHAIR_ROLES = (*HEAD_ROLES, SUBGROUP_CHAIR)
RETURNED_WORK = tuple(one for one in PENDING_DECISIONS if one.state in ("submitted", "handed_in", "received"))
"""What an agency was asked for and has sent in, until it is answered."""

# --- what is kept with any case ---------------------------------------------------------------------------

NOTE_STEP, NOTE_TEXT, NOTE_CONTACT = "note", "text", "contact"
"""The step of a note, and its fields; both are sensitive."""

# --- a meeting --------------------------------------------------------------------------------------------

CALL_STEP, ATTEND_STEP, DECIDE_STEP = "call", "attend", "decide"
"""The steps by which a meeting is called, is said to have been attended, and decides."""

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
class Said:
    """Where a case says something.

    Attributes:
        workflow: The case's workflow.
        field: The field that holds it.
        steps: The steps that record it; what a later one of them says takes the place of what an earlier one did.
        whole: Whether it does so also where it says nothing.
    """

    workflow: str
    field: str
    steps: tuple[str, ...]
    whole: bool = False

    def of(self, case: Case) -> Any:
        """What the case says; None where it says nothing, or what it says is sensitive."""
        found = None
        for record in (case.data[step] for step in self.steps if step in case.data):
            said = record.get(self.field)
            if said is not None or self.whole:
                found = said
        return None if any(digests_in(found)) else found

    def text(self, case: Case) -> str:
        """The same as words; empty where there are none."""
        return str(self.of(case) or "")

    def day(self, case: Case) -> date | None:
        """The same as a day."""
        said = self.of(case)
        return None if said is None else date.fromisoformat(said)

    def titles(self, case: Case) -> tuple[str, ...]:
        """The titles of the documents that are named there."""
        said = self.of(case) or ()
        documents: Sequence[Mapping[str, Any]] = [said] if isinstance(said, Mapping) else said
        return tuple(str(document["title"]) for document in documents)


# --- an action ------------------------------------------------------------------------------------------

ACTION_TEXT = Said(workflow=ACTION, field="action", steps=("propose", "revise"))
ANSWERS = Said(workflow=ACTION, field="recommendations", steps=("propose", "revise"), whole=True)
LEAD_PERSON = Said(workflow=ACTION, field="lead_person", steps=("propose", "revise", "reassign"))
PROPOSED_DUE = Said(workflow=ACTION, field="due_on", steps=("propose", "revise"))
STANDING = Said(workflow=ACTION, field="standing", steps=("report_progress",))
PROGRESS = Said(workflow=ACTION, field="text", steps=("report_progress",))
SHOWN = Said(workflow=ACTION, field="evidence", steps=("report_progress",))
HANDED_IN_WITH = Said(workflow=ACTION, field="evidence", steps=("hand_in",))
SLIPPING, ON_TRACK = "slipping", "on_track"
PROPOSED, BEING_DONE, ASSURED = "proposed", "agreed", "assured"
CARRY_OUT, ASSURE = "carry_out", "assure"

CEASED = "agency_ceased"


def agency_of(case: Case) -> str:
    """The agency whose action it is now: another may have taken the place of the first."""
    return case.agencies[0]


# --- a recommendation -----------------------------------------------------------------------------------

NUMBER = Said(workflow=RECOMMENDATION, field="number", steps=("make",))
RECOMMENDED = Said(workflow=RECOMMENDATION, field="text", steps=("make", "revise"))
MADE_TO = Said(workflow=RECOMMENDATION, field="made_to", steps=("make", "readdress"))
SCOPE = Said(workflow=RECOMMENDATION, field="scope", steps=("make",))
NATIONAL = "national"
QUESTIONED_BY = Said(workflow=RECOMMENDATION, field="agency", steps=("question",))
ANSWERED = Said(workflow=RECOMMENDATION, field="answer", steps=("answer_question",))
WHY_NOT_CARRIED_OUT = Said(workflow=RECOMMENDATION, field="reasons", steps=("not_carry_out",))
NOT_CARRIED_OUT = "not_carried_out"

# --- who was heard --------------------------------------------------------------------------------------

HEARD_AS = Said(workflow=ENGAGEMENT, field="kind", steps=("plan",))
RELATION = Said(workflow=ENGAGEMENT, field="relation", steps=("plan",))
FAMILY = "family"
TOLD = "told"

# --- what became of the report ---------------------------------------------------------------------------

PANEL_ADVICE = Said(workflow=PUBLICATION, field="advice", steps=("record_panel_advice",))
IN_FULL, IN_SUMMARY, ANONYMOUSLY, NOT_PUBLISHED = "in_full", "in_summary", "anonymously", "not_published"
AGREED, REFUSED = "agreed", "refused"

# --- the review -----------------------------------------------------------------------------------------

COMPLETE = "complete_review"
"""The deadline whose meeting completes a review: the report is agreed. Closing follows the monitoring."""
HEARD_OF_PROGRESS = "report_progress"
"""The step by which the subgroup hears of progress, and so the day on which it last met over the review."""


HEADS = ("board_chair", "safeguarding_partners")
"""Those who decide in the end: the one, or the other, by the kind of review."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Awaiting:
    """A state in which a part of a review waits for somebody's decision.

    Attributes:
        workflow: The part's workflow.
        state: The state.
        by: The roles that decide, each in its kinds of review.
        what: What there is to decide, for people.
    """

    workflow: str
    state: str
    by: tuple[str, ...]
    what: str


AWAITING = (
    Awaiting(workflow=PUBLICATION, state="checked", by=HEADS, what="Agree the report"),
    Awaiting(
        workflow=AGENCY_ACTION_PLAN, state="submitted", by=("subgroup_chair",), what="Agree the plan, or send back"
    ),
    Awaiting(workflow=ACTION, state=PROPOSED, by=("subgroup_chair",), what="Agree the action and its date"),
    Awaiting(workflow=ACTION, state="handed_in", by=("quality_assurance",), what="Assure the action, or send it back"),
    Awaiting(
        workflow=AGENCY_RETURN, state="received", by=("business_manager",), what="Accept the return, or send back"
    ),
)
"""What waits for a decision, the weightiest first."""
SUBGROUP_CHAIR = "subgroup_chair"
CHAIRS = (*HEADS, SUBGROUP_CHAIR)
CAME_BACK = tuple(one for one in AWAITING if one.state in ("submitted", "handed_in", "received"))
"""What an agency was asked for and has sent in, until it is answered."""

# --- what is kept with any case ---------------------------------------------------------------------------

NOTE, NOTED, NOTED_WITH = "note", "text", "with_whom"
"""The step of a note, and its fields; both are sensitive."""

# --- a meeting --------------------------------------------------------------------------------------------

CALLED, ATTENDED, DECIDED = "call", "attend", "decide"
"""The steps by which a meeting is called, is said to have been attended, and decides."""

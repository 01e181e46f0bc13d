"""Read the current facts of a review's parts from their cases, for guards and reports.

A case holds the latest record of each step. These functions know which step holds a fact.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any

from ...engine.forms.names import same_name_key
from ...engine.model.case import Case
from ..roles import DECIDERS, HEADS, SUBGROUP_CHAIR

ENGAGEMENT = "engagement"
AGENCY_RETURN = "agency_return"
RECOMMENDATION = "recommendation"
AGENCY_ACTION_PLAN = "agency_action_plan"
ACTION = "action"
PUBLICATION = "publication"

PARTS = (ENGAGEMENT, AGENCY_RETURN, RECOMMENDATION, AGENCY_ACTION_PLAN, ACTION, PUBLICATION)
"""The workflows of the parts of a review."""

PRACTICE_REVIEW = "child_safeguarding_practice_review"

REVIEWS = ("serious_case_review", "partnership_review", PRACTICE_REVIEW)
"""The workflows of reviews."""

OPEN_RECOMMENDATION = "made"
"""The state of a recommendation until it has ended. An agency can question it."""

PROPOSED, IN_PROGRESS, ASSURED, NOT_CARRIED_OUT = "proposed", "agreed", "assured", "not_carried_out"

BEING_DONE_STATES: tuple[str, ...] = (IN_PROGRESS, "handed_in")
"""The states of an action between its agreement and its end."""

ANSWERING_STATES = (PROPOSED, *BEING_DONE_STATES, ASSURED)
"""The states in which an action counts as an answer to its recommendations."""

CARRY_OUT, ASSURE = "carry_out", "assure"
"""The deadlines of an action: for the agency to hand it in, and for quality assurance to assure it."""

SLIPPING, ON_TRACK = "slipping", "on_track"
"""The progress that an agency reports on an action."""

COMPLETION_DEADLINE = "complete_review"
"""The deadline of a review that is met when the report is agreed. Monitoring and closing follow."""

PROGRESS_REPORT_STEP = "report_progress"
"""The step that records when the subgroup last heard of a review's progress."""

HEAD_ROLES: tuple[str, ...] = HEADS
DECIDING_ROLES: tuple[str, ...] = DECIDERS
SUBGROUP_CHAIR_ROLE = SUBGROUP_CHAIR.name


def is_open(case: Case) -> bool:
    """Return whether the case is open."""
    return case.closed_on is None


def agency_of(case: Case) -> str:
    """Return the agency that now has a return, a plan or an action."""
    return case.organisations[0]


def original_agency_of(case: Case) -> str:
    """Return the agency that had the part first."""
    return str(case.data["propose" if case.workflow == ACTION else "request"]["agency"])


def label(case: Case) -> str:
    """Return the reference of a part and a short description without sensitive values."""
    match case.workflow:
        case "engagement":
            of = str(case.data["plan"]["relation"])
        case "recommendation":
            of = f"recommendation {number_of(case)}"
        case "publication":
            return case.ref
        case _:
            of = agency_of(case)
    return f"{case.ref} ({of})"


def number_of(recommendation: Case) -> int:
    """Return the number of a recommendation in its report."""
    return int(recommendation.data["make"]["number"])


def text_of(recommendation: Case) -> str:
    """Return the current wording of a recommendation."""
    return str(recommendation.data.get("revise", recommendation.data["make"])["text"])


def scope_of(recommendation: Case) -> str:
    """Return a recommendation's scope, `local` or `national`."""
    return str(recommendation.data["make"].get("scope", "local"))


def is_national(recommendation: Case) -> bool:
    """Return True if a letter and its reply answer the recommendation, not an agency's actions."""
    return scope_of(recommendation) == "national"


def addressees(recommendation: Case) -> tuple[str, ...]:
    """Return the agencies to which a recommendation is now addressed."""
    return tuple(recommendation.data.get("readdress", recommendation.data["make"])["made_to"])


def open_question(recommendation: Case) -> str | None:
    """Return the agency that waits for an answer about a recommendation, or None."""
    # An answer settles every question before it; a later question has no answer until the next one.
    asked, answer = recommendation.data.get("question"), recommendation.data.get("answer_question")
    return str(asked["agency"]) if asked is not None and answer is None and is_open(recommendation) else None


def current_plan(action: Case) -> Mapping[str, Any]:
    """Return the current plan of an action: its text, recommendations, lead person and date."""
    return action.data.get("revise", action.data["propose"])


def recommendations_answered(action: Case) -> tuple[int, ...]:
    """Return the numbers of the recommendations that an action answers."""
    return tuple(current_plan(action).get("recommendations", ()))


def lead_person_of(action: Case) -> str:
    """Return the person who leads an action now; empty if no one is named."""
    return str(action.data.get("reassign", current_plan(action)).get("lead_person") or "")


def progress_status_of(action: Case) -> str:
    """Return the progress that the agency reported last on an action; empty if it reported none."""
    return str(action.data.get("report_progress", {}).get("status") or "")


def evidence_of(action: Case) -> tuple[Mapping[str, Any], ...]:
    """Return every document recorded as evidence for an action: with its hand-in, then with its progress."""
    return (*_documents(action, "hand_in"), *_documents(action, "report_progress"))


def latest_evidence_of(action: Case) -> tuple[Mapping[str, Any], ...]:
    """Return the documents handed in with an action, or else those reported with its progress."""
    return _documents(action, "hand_in") or _documents(action, "report_progress")


def due_dates_of(action: Case) -> tuple[date, date] | None:
    """Return the first and the present due date that were agreed for an action, or None if none was."""
    clocks = [clock for clock in action.clocks if clock.deadline == CARRY_OUT]
    if not clocks:
        return None
    first = clocks[0].revisions[0].previous_due if clocks[0].revisions else clocks[0].due
    return first, clocks[-1].due


def is_family(engagement: Case) -> bool:
    """Return True if an engagement is with the family, not with practitioners."""
    return bool(engagement.data["plan"]["kind"] == "family")


def findings_shared(engagement: Case) -> bool:
    """Return True if the findings were shared with the people of an engagement."""
    return engagement.state == "findings_shared"


def belongs_to(case: Case, agency: str) -> bool:
    """Return whether a part belongs to an agency. Case and spacing make no difference."""
    return same_name_key(agency_of(case)) == same_name_key(agency)


def latest_report(publication: Case) -> Mapping[str, Any]:
    """Return the latest draft of a report."""
    report: Mapping[str, Any] = publication.data.get("new_draft", publication.data["draft"])["report"]
    return report


def unpublished_outcome(publication: Case) -> str | None:
    """Return the outcome of a proposal not to publish a report in full, or None if there was no such proposal.

    It is the end that the publication came to, `in_summary` or `anonymously`; otherwise the panel's advice,
    `agreed` or `refused`; and empty if the panel has not answered yet.
    """
    advice = publication.data.get("record_panel_advice", {}).get("advice")
    if publication.state in ("in_summary", "anonymously"):
        return publication.state
    if publication.state != "not_published" and advice is None:
        return None
    return advice if advice in ("agreed", "refused") else ""


def ceased_agencies(plans: Iterable[Case]) -> frozenset[str]:
    """Return the keys of the names of the agencies that have ceased."""
    return frozenset(same_name_key(agency_of(plan)) for plan in plans if plan.state == "agency_ceased")


def unanswered(
    recommendations: Iterable[Case], actions: Iterable[Case], plans: Iterable[Case] = ()
) -> Iterator[tuple[str, int]]:
    """Yield each agency with the number of an open recommendation for which it has no action.

    National recommendations and agencies that have ceased are left out.

    Args:
        recommendations: The recommendations of a review.
        actions: The actions of the review.
        plans: The action plans of the review.
    """
    answers = {
        (same_name_key(agency_of(action)), number)
        for action in actions
        if action.state in ANSWERING_STATES
        for number in recommendations_answered(action)
    }
    ceased = ceased_agencies(plans)
    for recommendation in recommendations:
        if not is_open(recommendation) or is_national(recommendation):
            continue
        number = number_of(recommendation)
        for agency in addressees(recommendation):
            if same_name_key(agency) not in ceased and (same_name_key(agency), number) not in answers:
                yield agency, number


def without_agreed_plan(plans: Iterable[Case]) -> Iterator[Case]:
    """Return the plans that are not agreed, nil or of an agency that has ceased."""
    return (plan for plan in plans if plan.state not in ("agreed", "nil", "agency_ceased"))


def no_action_for(agency: str, number: int) -> str:
    """Return the sentence that names a recommendation without an action."""
    return f"{agency} has no action for recommendation {number}."


def _documents(action: Case, step: str) -> tuple[Mapping[str, Any], ...]:
    return tuple(action.data.get(step, {}).get("evidence", ()))

"""How the parts of a review stand: what their cases say now, as conditions and reports ask it.

Each part keeps what was recorded last at each of its steps; these functions know at which one to look.
Pure functions over cases.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from ...engine.forms.parsing import normalized
from ...engine.model.case import Case

ENGAGEMENT = "engagement"
AGENCY_RETURN = "agency_return"
RECOMMENDATION = "recommendation"
AGENCY_ACTION_PLAN = "agency_action_plan"
ACTION = "action"
PUBLICATION = "publication"

PARTS = (ENGAGEMENT, AGENCY_RETURN, RECOMMENDATION, AGENCY_ACTION_PLAN, ACTION, PUBLICATION)
"""The workflows of whose cases a review is made up."""

PRACTICE_REVIEW = "child_safeguarding_practice_review"

REVIEWS = ("serious_case_review", "partnership_review", PRACTICE_REVIEW)
"""The workflows whose cases are reviews."""

ANSWERING_STATES = ("proposed", "agreed", "handed_in", "assured")
"""The states in which an action answers the recommendations that it names."""


def is_open(case: Case) -> bool:
    """Whether it has come to no end."""
    return case.closed_on is None


def agency_of(case: Case) -> str:
    """The agency that a return, a plan or an action is of now: another may have taken the place of the first."""
    return case.organisations[0]


def original_agency_of(case: Case) -> str:
    """The agency that it was of at first."""
    return str(case.data["propose" if case.workflow == ACTION else "request"]["agency"])


def label(case: Case) -> str:
    """A part as people find it: its reference, and whose it is. Nothing sensitive."""
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


def state_in_words(case: Case) -> str:
    """The state that a part is in, in words."""
    return case.state.replace("_", " ")


def number_of(recommendation: Case) -> int:
    """The number of a recommendation in its report."""
    return int(recommendation.data["make"]["number"])


def text_of(recommendation: Case) -> str:
    """A recommendation's words, as they are now."""
    return str(recommendation.data.get("revise", recommendation.data["make"])["text"])


def is_national(recommendation: Case) -> bool:
    """Whether it is answered by a letter and the reply to it, not by an agency's actions."""
    return bool(recommendation.data["make"].get("scope") == "national")


def addressees(recommendation: Case) -> tuple[str, ...]:
    """The agencies to which a recommendation is made now."""
    return tuple(recommendation.data.get("readdress", recommendation.data["make"])["made_to"])


def current_plan(action: Case) -> Mapping[str, Any]:
    """An action as it is planned now: what it is, what it answers, who leads it, by when."""
    return action.data.get("revise", action.data["propose"])


def recommendations_answered(action: Case) -> tuple[int, ...]:
    """The numbers of the recommendations that an action answers."""
    return tuple(current_plan(action).get("recommendations", ()))


def belongs_to(case: Case, agency: str) -> bool:
    """Whether a return, a plan or an action is of an agency, however that is spelt."""
    return normalized(agency_of(case)) == normalized(agency)


def latest_report(publication: Case) -> Mapping[str, Any]:
    """The draft of a report that came last."""
    report: Mapping[str, Any] = publication.data.get("new_draft", publication.data["draft"])["report"]
    return report


def unanswered(
    recommendations: Iterable[Case], actions: Iterable[Case], plans: Iterable[Case] = ()
) -> Iterator[tuple[str, int]]:
    """Each agency, with the number of a recommendation that stands, is made to it, and has no action of it.

    A national recommendation is answered by a letter; an agency that has ceased answers none.

    Args:
        recommendations: A review's recommendations.
        actions: Its actions.
        plans: Its agencies' plans.
    """
    answers = {
        (normalized(agency_of(action)), number)
        for action in actions
        if action.state in ANSWERING_STATES
        for number in recommendations_answered(action)
    }
    ceased = {normalized(agency_of(plan)) for plan in plans if plan.state == "agency_ceased"}
    for recommendation in recommendations:
        if not is_open(recommendation) or is_national(recommendation):
            continue
        number = number_of(recommendation)
        for agency in addressees(recommendation):
            if normalized(agency) not in ceased and (normalized(agency), number) not in answers:
                yield agency, number


def without_agreed_plan(plans: Iterable[Case]) -> Iterator[Case]:
    """Each plan that is neither agreed nor nil, of an agency that has not ceased."""
    return (plan for plan in plans if plan.state not in ("agreed", "nil", "agency_ceased"))


def no_action_for(agency: str, number: int) -> str:
    """Return the sentence that names a recommendation without an action."""
    return f"{agency}: no action for recommendation {number}."

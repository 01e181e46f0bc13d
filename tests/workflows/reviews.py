"""A review's well-formed records, a story in which each step is taken in its time, and ways to play it.

The story lies in 2018, when Serious Case Reviews could be opened without a warning.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any

from casereview.engine.calendars import ENGLAND_AND_WALES
from casereview.engine.case import Actor, Authority, Case, Clock
from casereview.engine.commands import Open, Step
from casereview.engine.decide import Decision, Judging, decide_opening, decide_step
from casereview.engine.definition import Workflow
from casereview.engine.errors import InvalidForm, Refused
from casereview.workflows import PARTNERSHIP_REVIEW, SERIOUS_CASE_REVIEW

DIED = {
    "abuse_or_neglect": {"met": "met", "evidence": "Two agencies suspected neglect."},
    "child_died": {"met": "met", "evidence": "Certificate."},
    "seriously_harmed": {"met": "not_met", "evidence": "See above."},
    "concern_about_working_together": {"met": "not_known", "evidence": "To be found out."},
}
"""Limbs that call for a review."""

RECOVERED = {**DIED, "child_died": {"met": "not_met", "evidence": "The child is well."}}
"""Limbs that do not."""

REPORT = {"title": "Overview report", "location": "Reviews/Child A/report.docx"}
TERMS = {
    "period": {"start": "2016-01-01", "end": "2018-01-05"},
    "agencies": ["Agency 1", "Agency 2"],
    "key_lines_of_enquiry": ["What was known to whom?"],
}
PLANS = {
    "plans": [
        {"agency": "Agency 1", "status": "agreed", "plan": {"title": "Plan", "location": "Plans/1.docx"}},
        {"agency": "Agency 2", "status": "late", "reason": "Promised for next week."},
    ]
}

SERIOUS: dict[str, dict[str, Any]] = {
    "refer": {
        "title": "Child A",
        "referred_by": "Named nurse, Agency 1",
        "agency": "Agency 1",
        "harm": "death",
        "aware_on": "2018-01-05",
        "what_happened": "An invented account.",
        "abuse_or_neglect": "suspected",
    },
    "notify_incident": {"notified": ["Ofsted", "The board"], "by_whom": "The local authority"},
    "recommend": {"recommends": "serious_case_review", "criteria": DIED, "reasons": "The criteria are met."},
    "screen": {"criteria": DIED, "reasons": "As recommended."},
    "take_no_further_action": {"criteria": RECOVERED, "reasons": "The criteria are not met."},
    "commission_partnership_review": {
        "criteria": RECOVERED,
        "reasons": "The criteria are not met, but there is something to learn.",
        "lessons": "How agencies share what they know.",
        "agency": "Agency 1",
    },
    "withdraw": {"withdrawn_by": "Named nurse, Agency 1", "reasons": "Referred by mistake."},
    "tell_panel": {"told": ["The national panel"], "decision": "The decision and its reasons."},
    "record_panel_reply": {"agrees": "agrees", "reply": "We agree."},
    "agree_terms": TERMS,
    "appoint_reviewer": {
        "name": "Reviewer 1",
        "employer": "Self-employed",
        "qualifications": "Six reviews.",
        "independent": True,
        "declaration": "No connection.",
    },
    "begin_engagement": {
        "family": [{"who": "Relative 1", "relation": "aunt", "involvement": "planned"}],
        "practitioners": [{"group": "Nurses", "how": "A learning event."}],
    },
    "agree_recommendations": {
        "recommendations": [{"number": 1, "text": "Share what is known.", "made_to": ["Agency 1"]}],
        "report": REPORT,
        "agreed_by": "Meeting of the board",
    },
    "send_report_copy": {"sent_to": ["The Department for Education"], "report": REPORT},
    "publish": {"kind": "in_full", "where": "The board's website"},
    "request_action_plans": {"agencies": ["Agency 1", "Agency 2"]},
    "begin_monitoring": PLANS,
    "report_progress": {"summary": "Going well.", "actions_open": 2, "actions_assured": 1},
    "close": {"statement": "All is done.", "assured_by": "Quality assurance group"},
    "discontinue": {"reasons": "Another area holds the review."},
    "reconsider": {"reasons": "New facts.", "asked_by": "The national panel"},
    "reopen": {"return_to": "referred", "reasons": "New facts."},
    "note": {"text": "A call."},
}
"""A well-formed record for each step of a Serious Case Review."""

PARTNERSHIP: dict[str, dict[str, Any]] = {
    "refer": {"title": "Child A", "agency": "Agency 1", "lessons": "How agencies share what they know."},
    "agree_scope": TERMS,
    "withdraw": {"withdrawn_by": "Agency 1", "reasons": "Referred by mistake."},
    "agree_learning": {"findings": "What was known was not shared."},
    "begin_monitoring": PLANS,
    "report_progress": {"summary": "Going well.", "actions_open": 2, "actions_assured": 1},
    "close": {"statement": "All is done.", "shared_with": ["All agencies"]},
    "discontinue": {"reasons": "Nothing more to learn."},
    "reopen": {"return_to": "referred", "reasons": "New facts."},
    "note": {"text": "A call."},
}
"""A well-formed record for each step of a partnership review."""

RECORDS = {SERIOUS_CASE_REVIEW: SERIOUS, PARTNERSHIP_REVIEW: PARTNERSHIP}

Told = tuple[str, date] | tuple[str, date, dict[str, Any]]
"""A step, its day, and what its record holds other than usual."""

SERIOUS_STORY: tuple[Told, ...] = (
    ("refer", date(2018, 1, 8)),
    ("notify_incident", date(2018, 1, 10)),
    ("recommend", date(2018, 1, 17)),
    ("screen", date(2018, 2, 1)),
    ("tell_panel", date(2018, 2, 5)),
    ("agree_terms", date(2018, 2, 20)),
    ("appoint_reviewer", date(2018, 3, 12)),
    ("begin_engagement", date(2018, 4, 4)),
    ("agree_recommendations", date(2018, 7, 20), {"planned_publication_on": "2018-09-17"}),
    ("request_action_plans", date(2018, 7, 27)),
    ("send_report_copy", date(2018, 9, 5)),
    ("publish", date(2018, 9, 17)),
    ("begin_monitoring", date(2018, 9, 20)),
    ("report_progress", date(2018, 12, 14)),
    ("close", date(2019, 9, 2)),
)
PARTNERSHIP_STORY: tuple[Told, ...] = (
    ("refer", date(2018, 2, 1)),
    ("agree_scope", date(2018, 2, 20)),
    ("agree_learning", date(2018, 5, 1)),
    ("begin_monitoring", date(2018, 5, 15)),
    ("report_progress", date(2018, 8, 10)),
    ("close", date(2019, 4, 1)),
)


@dataclass(frozen=True, kw_only=True)
class Run:
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


def until(story: Iterable[Told], trigger: str) -> tuple[Told, ...]:
    """A story up to and with a step."""
    told = []
    for step in story:
        told.append(step)
        if step[0] == trigger:
            return tuple(told)
    raise ValueError(f"the story has no {trigger}")


def evening(day: date) -> datetime:
    """Eight in the evening (UTC) of a day: that same day in London, in winter and in summer."""
    return datetime.combine(day, time(20), UTC)


def judging(now: datetime) -> Judging:
    """The world as rules are told of it."""
    return Judging(now=now, calendar=ENGLAND_AND_WALES, salt=lambda: b"sixteen bytes ok")


def decider(workflow: Workflow, trigger: str) -> str:
    """A capacity in which a step may be decided."""
    transition = workflow.transition(trigger)
    assert transition is not None
    return transition.roles[0]


def referred(
    workflow: Workflow, on: date, *, capacity: str | None = None, now: datetime | None = None, **data: Any
) -> Decision:
    """The decision to open a review, recorded by the business manager on the evening of its day."""
    command = Open(
        workflow=workflow.name,
        actor=MANAGER,
        decided_by=Authority(name="Somebody 1", capacity=capacity or decider(workflow, "refer")),
        data={**RECORDS[workflow]["refer"], **data},
        on=on,
    )
    return decide_opening(workflow, command, judging(now or evening(on)), ref=REF)


def taken(
    case: Case, trigger: str, on: date, *, capacity: str | None = None, now: datetime | None = None, **data: Any
) -> Decision:
    """The decision to take a step, recorded by the business manager on the evening of its day."""
    workflow = workflow_of(case)
    command = Step(
        ref=case.ref,
        trigger=trigger,
        actor=MANAGER,
        decided_by=Authority(name="Somebody 1", capacity=capacity or decider(workflow, trigger)),
        data={**RECORDS[workflow].get(trigger, {}), **data},
        on=on,
    )
    return decide_step(workflow, case, command, judging(now or evening(on)), opened_ref="PR-2018-001")


def played(workflow: Workflow, story: Iterable[Told]) -> Case:
    """The case that a story comes to."""
    (_, on, *first), *rest = story
    case = referred(workflow, on, **(first[0] if first else {})).case
    for trigger, day, *data in rest:
        case = taken(case, trigger, day, **(data[0] if data else {})).case
    return case


def workflow_of(case: Case) -> Workflow:
    """The workflow by which a case is judged."""
    return next(workflow for workflow in RECORDS if workflow.name == case.workflow)


def clock(case: Case, name: str, number: int | None = None) -> Clock:
    """The clock of a deadline: the latest, or the one of that number."""
    return [found for found in case.clocks if found.deadline == name and number in (None, found.number)][-1]


def refusals(case: Case, trigger: str, on: date, **more: Any) -> list[tuple[str, str, str]]:
    """What stands in the way of a step: guard, reason, who can clear it; nothing where it is taken."""
    try:
        taken(case, trigger, on, **more)
    except Refused as error:
        return [(block.guard, block.reason, block.cleared_by) for block in error.reasons]
    return []


def mended(case: Case, trigger: str, **data: Any) -> list[tuple[str, str, str]]:
    """What is to be mended in a step's record: path, what was expected, what was found."""
    try:
        taken(case, trigger, case.last_step_on, **data)
    except InvalidForm as error:
        return [(fault.path, fault.expected, fault.found) for fault in error.faults]
    return []

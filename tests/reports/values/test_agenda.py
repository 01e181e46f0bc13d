"""Tests of the agenda of a meeting: requests, questions, due items, suspensions and information."""

from __future__ import annotations

from datetime import date
from io import StringIO

from rich.console import Console

from casereview.engine.definition.registry import Registry
from casereview.engine.model.calendar import ENGLAND_AND_WALES, days
from casereview.engine.model.clock import Clock
from casereview.engine.ports.records import DueItem
from casereview.reports.render.json.agenda import agenda_document
from casereview.reports.render.terminal.agenda import agenda_table
from casereview.reports.values.agenda import AgendaInput, AgendaItem, draw_up_agenda, is_for_chair
from casereview.workflows import ACTION, AGENCY_ACTION_PLAN, PUBLICATION, RECOMMENDATION, WORKFLOWS
from casereview.workflows.meeting import CAPACITIES
from casereview.workflows.parts import status
from casereview.workflows.parts.pending_decisions import PENDING_DECISIONS

from ...support.changed_copies import replace
from ...support.review_stories import continue_story, open_part

DAY, ON = date(2018, 7, 20), date(2018, 8, 13)
ALL = Registry(WORKFLOWS)
REPORTS, PLANS, ACTIONS = (pending for pending in PENDING_DECISIONS if pending.meeting_roles)
FIRST = AgendaItem(number=1, title="Apologies, and conflicts of interest")
SUBMITTED = continue_story(open_part(AGENCY_ACTION_PLAN, DAY).case, [("submit", DAY)])
"""A plan that the subgroup is to agree by 10 August."""

HANDED_IN = continue_story(open_part(ACTION, DAY).case, [("agree", DAY), ("hand_in", DAY)])
QUESTIONED = continue_story(open_part(RECOMMENDATION, DAY).case, [("question", DAY)])
NOTHING = AgendaInput(capacity="subgroup_chair", day=ON, submitted=(), recommendations=(), due=())


def due(deadline: str, workflow: str, ref: str, on: date) -> DueItem:
    clock = Clock(deadline=deadline, number=1, anchor=DAY, term=days(1), due=on, due_at=ENGLAND_AND_WALES.end_of(on))
    return DueItem(ref=ref, title="Child A", workflow=workflow, workflow_version=1, clock=clock)


def items(drawn: AgendaInput) -> list[tuple[int, str, str, str, bool]]:
    return [(one.number, one.ref, one.title, one.subject, one.overdue) for one in draw_up_agenda(drawn, ALL, status)]


def test_an_agenda_without_items_is_still_written() -> None:
    assert draw_up_agenda(NOTHING, ALL, status) == (FIRST,)


def test_decisions_requested_come_first_with_the_dates_they_are_due() -> None:
    drawn = replace(NOTHING, submitted=((PLANS, (SUBMITTED,)), (ACTIONS, (HANDED_IN,))))
    assert items(drawn)[1:] == [
        (2, "SCR-2018-001/P01", "Agree the plan, or send back", "Agency 1", True),
        (3, "SCR-2018-001/A01", "Assure the action, or send it back", "Agency 1", False),
    ]
    assert draw_up_agenda(drawn, ALL, status)[1].due == date(2018, 8, 10)


def test_a_question_stays_until_answered_and_returns_if_asked_again() -> None:
    what = "Answer the question about recommendation 1"
    answered = continue_story(QUESTIONED, [("answer_question", DAY)])
    again = continue_story(answered, [("question", DAY)])
    plain = open_part(RECOMMENDATION, DAY).case
    found = [items(replace(NOTHING, recommendations=(case,)))[1:] for case in (plain, QUESTIONED, answered, again)]
    asked = [(2, "SCR-2018-001/REC01", what, "Agency 1", False)]
    assert found == [[], asked, [], asked]


def test_due_items_are_the_chair_s_deadlines_and_suspensions_to_lift() -> None:
    scope = due("agree_scope", "partnership_review", "PR-2018-001", date(2018, 8, 14))
    late = due("agree_scope", "partnership_review", "PR-2018-002", date(2018, 8, 12))
    stopped = due("review_suspension", "serious_case_review", "SCR-2018-002", ON)
    other = due("notify_incident", "serious_case_review", "SCR-2018-003", ON)
    drawn = replace(NOTHING, due=(late, stopped, other, scope))
    assert items(drawn)[1:] == [
        (2, "PR-2018-002", "Agree the scope of the review", "Child A", True),
        (3, "SCR-2018-002", "Check whether the suspension is still needed", "Child A", False),
        (4, "PR-2018-001", "Agree the scope of the review", "Child A", False),
    ]
    assurance = replace(drawn, capacity="quality_assurance")
    assert draw_up_agenda(assurance, ALL, status) == (FIRST,)


def test_a_decision_requested_is_not_repeated_as_due() -> None:
    agree = due("agree", "agency_action_plan", SUBMITTED.ref, date(2018, 8, 10))
    drawn = replace(NOTHING, submitted=((PLANS, (SUBMITTED,)),), due=(agree,))
    assert len(draw_up_agenda(drawn, ALL, status)) == 2


def test_a_head_sees_only_the_reports_of_their_own_kinds_of_review() -> None:
    checked = continue_story(open_part(PUBLICATION, DAY).case, [("check_accuracy", DAY)])
    practice = replace(checked, ref="CSPR-2026-001/PUB01")
    drawn = replace(NOTHING, capacity="board_chair", submitted=((REPORTS, (checked, practice)),))
    assert [one.ref for one in draw_up_agenda(drawn, ALL, status)[1:]] == [checked.ref]
    partners = replace(drawn, capacity="safeguarding_partners")
    assert [one.ref for one in draw_up_agenda(partners, ALL, status)[1:]] == [practice.ref]


def test_items_for_information_come_last() -> None:
    drawn = replace(NOTHING, notices_on_hold=3)
    assert items(drawn)[1:] == [(2, "", "Overdue work; notices on hold (casereview messages): 3", "", False)]


def test_each_meeting_lists_what_its_chair_decides_or_must_hear_about() -> None:
    before = {
        kind: [put for put in PENDING_DECISIONS if is_for_chair(put, capacity)] for kind, capacity in CAPACITIES.items()
    }
    assert before == {
        "subgroup": [PLANS, ACTIONS],
        "board": [REPORTS],
        "partners": [REPORTS],
        "quality_assurance": [ACTIONS],
    }
    for put in PENDING_DECISIONS:
        assert ALL.latest(put.workflow).state(put.state)


def test_an_agenda_fits_80_columns_and_is_available_as_json() -> None:
    drawn = replace(NOTHING, submitted=((PLANS, (SUBMITTED,)),), notices_on_hold=1)
    paper = StringIO()
    Console(file=paper, width=80, color_system=None).print(agenda_table(draw_up_agenda(drawn, ALL, status)))
    lines = [" ".join(line.split()) for line in paper.getvalue().splitlines()]
    assert lines[:4] == [
        "Item Reference What Due",
        "1 Apologies, and conflicts of interest",
        "2 SCR-2018-001/P01 Agree the plan, or send back 10 Aug 2018",
        "Agency 1",
    ]
    assert agenda_document(draw_up_agenda(drawn, ALL, status))[1] == {
        "number": 2,
        "title": "Agree the plan, or send back",
        "ref": "SCR-2018-001/P01",
        "subject": "Agency 1",
        "due": "2018-08-10",
        "overdue": True,
    }

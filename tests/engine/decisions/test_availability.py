"""Which steps are possible now, and what blocks each: the answer to "what next?"."""

from __future__ import annotations

from datetime import date

import pytest

from casereview.engine.decisions.permission import available_steps
from casereview.engine.model.case import Case
from casereview.engine.model.people import Actor

from ...support.loan_decisions import decision_context, evening_of, loan_after_steps, open_loan
from ...support.loan_workflow import CLERK_1, KEEPER_1, LIBRARIAN_1, LOAN, NOBODY, READER_1

NOW = evening_of(date(2026, 1, 8))


def steps(case: Case, actor: Actor | None = None) -> dict[str, list[str]]:
    """The steps that are possible, each with the guards that block it."""
    found = available_steps(LOAN, case, decision_context(NOW), actor)
    return {step.transition.trigger: [block.guard for block in step.blocked_by] for step in found}


def test_available_steps_are_in_the_order_of_declaration() -> None:
    assert list(steps(open_loan().case)) == ["inspect", "approve", "refuse", "tell", "rename"]


@pytest.mark.parametrize(
    ("actor", "blocked"),
    [
        pytest.param(None, {"approve": ["inspected"]}, id="nobody asks"),
        pytest.param(KEEPER_1, {"approve": ["inspected"], "tell": ["role"], "rename": ["role"]}, id="the keeper"),
        pytest.param(LIBRARIAN_1, {"approve": ["inspected"]}, id="the librarian, who records for others"),
        pytest.param(CLERK_1, {"approve": ["inspected"]}, id="the clerk, who records for others"),
        pytest.param(
            READER_1,
            {
                "inspect": ["role"],
                "approve": ["role", "inspected"],
                "refuse": ["role"],
                "tell": ["role"],
                "rename": ["role"],
            },
            id="the reader",
        ),
    ],
)
def test_each_says_what_blocks_it_for_the_actor(actor: Actor | None, blocked: dict[str, list[str]]) -> None:
    assert {name: guards for name, guards in steps(open_loan().case, actor).items() if guards} == blocked


def test_a_condition_that_holds_by_now_blocks_no_more() -> None:
    assert steps(loan_after_steps(("inspect", date(2026, 1, 6))))["approve"] == []


def test_a_condition_upon_the_record_waits_until_there_is_one() -> None:
    assert steps(loan_after_steps(("refuse", date(2026, 1, 6))), KEEPER_1)["take_up"] == []


def test_each_says_who_can_clear_what_blocks_it() -> None:
    approve = available_steps(LOAN, open_loan().case, decision_context(NOW), NOBODY)[1]
    assert [(block.reason, block.cleared_by) for block in approve.blocked_by] == [
        ("Only the keeper can decide this. Visitor 1 does not have that role.", "keeper"),
        ("It has not been inspected.", "keeper"),
    ]


@pytest.mark.parametrize(
    ("case", "trigger", "to"),
    [
        pytest.param(open_loan().case, "approve", "approved", id="a step that moves"),
        pytest.param(open_loan().case, "inspect", "asked", id="a step that keeps the state"),
        pytest.param(
            loan_after_steps(("refuse", date(2026, 1, 6))), "take_up", None, id="a step whose record says where to"
        ),
    ],
)
def test_each_says_where_it_leads(case: Case, trigger: str, to: str | None) -> None:
    found = available_steps(LOAN, case, decision_context(NOW), None)
    assert [step.to for step in found if step.transition.trigger == trigger] == [to]


def test_each_carries_its_declaration() -> None:
    first = available_steps(LOAN, open_loan().case, decision_context(NOW), None)[0]
    assert first.transition is LOAN.transitions[0]

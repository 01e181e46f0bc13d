"""Every part of a review: its states, its steps, and the roles that decide."""

from __future__ import annotations

from datetime import date

import pytest

from casereview.engine.definition.relations import Parent
from casereview.engine.definition.validation import check
from casereview.engine.definition.workflow import Workflow
from casereview.engine.errors.refusals import Refused
from casereview.workflows import ACTION, AGENCY_ACTION_PLAN, AGENCY_RETURN, PUBLICATION, WORKFLOWS
from casereview.workflows.parts.status import PARTS, REVIEWS
from casereview.workflows.roles import ROLES

from ...support.part_tables import ALL, DAY, KINDS, PUBLISHED, Part
from ...support.review_stories import OPEN_REVIEW, RECORDS, apply_step, open_part, refusal_reasons

STEPS = [pytest.param(part, step, id=f"{part.workflow.name} {step}") for part in ALL for step in part.moves]
CASCADE_ONLY = {
    (PUBLICATION.name, "agree"),
    (PUBLICATION.name, "go_back"),
    (AGENCY_ACTION_PLAN.name, "leave"),
    *((name, "succeed") for name in (AGENCY_RETURN.name, AGENCY_ACTION_PLAN.name, ACTION.name)),
    *((name, "discontinue") for name in PARTS),
}
"""The steps that only happen together with a step of another case."""

DECIDED = [
    pytest.param(part, step, id=f"{part.workflow.name} {step}")
    for part in ALL
    for step in part.moves
    if (part.workflow.name, step) not in CASCADE_ONLY
]


def test_the_declarations_are_sound_alone_and_together() -> None:
    assert check(WORKFLOWS) == ()


def test_every_part_is_a_child_of_every_kind_of_review() -> None:
    assert tuple(part.workflow.name for part in ALL) == PARTS
    assert REVIEWS == ("serious_case_review", "partnership_review", "child_safeguarding_practice_review")
    assert all(part.workflow.parent_workflows == REVIEWS for part in ALL)


@pytest.mark.parametrize("part", ALL, ids=lambda part: part.workflow.name)
def test_no_step_and_no_state_is_missing_from_the_tables(part: Part) -> None:
    opening = part.workflow.opening.trigger
    follows = {step for name, step in CASCADE_ONLY if name == part.workflow.name}
    assert part.workflow.prefix == part.prefix
    assert tuple(part.moves) == part.workflow.steps
    assert {*part.decides, *follows} == set(RECORDS[part.workflow]) == {opening, *part.moves}
    named = KINDS[1:] if part is PUBLISHED else ()
    assert {*part.ways, *named} == {state.name for state in part.workflow.states}


@pytest.mark.parametrize(("part", "trigger"), STEPS)
def test_a_step_is_possible_in_its_states_only_and_leads_to_its_target(part: Part, trigger: str) -> None:
    found: dict[str, str] = {}
    for state in part.ways:
        case = part.in_state(state)
        blocks = refusal_reasons(case, trigger, DAY)
        if not blocks:
            found[state] = apply_step(case, trigger, DAY).case.state
        else:
            assert [guard for guard, *_ in blocks] == ["state"]
    sources, to = part.moves[trigger]
    assert found == {state: to or state for state in sources}


@pytest.mark.parametrize(("part", "trigger"), DECIDED)
def test_a_step_is_decided_by_its_roles_only(part: Part, trigger: str) -> None:
    case = part.in_state(part.moves[trigger][0][0])
    blocks = {role.name: refusal_reasons(case, trigger, DAY, capacity=role.name) for role in ROLES}
    assert {role for role, found in blocks.items() if not found} == part.decides[trigger]
    assert {found[0][0] for found in blocks.values() if found} == {"role"}


def may_open(part: Part, capacity: str) -> bool:
    try:
        return bool(open_part(part.workflow, DAY, capacity=capacity))
    except Refused:
        return False


@pytest.mark.parametrize("part", ALL, ids=lambda part: part.workflow.name)
def test_a_part_is_opened_by_its_roles_only(part: Part) -> None:
    opening = part.workflow.opening.trigger
    assert {role.name for role in ROLES if may_open(part, role.name)} == part.decides[opening]


def test_a_cascade_only_step_is_refused_alone() -> None:
    for workflow in WORKFLOWS:
        follows = {(workflow.name, step.trigger) for step in workflow.transitions if step.cascade_only}
        reviews = {(workflow.name, "record_publication")} if workflow.name in REVIEWS else set()
        assert follows == {pair for pair in CASCADE_ONLY if pair[0] == workflow.name} | reviews


@pytest.mark.parametrize("workflow", WORKFLOWS, ids=lambda workflow: workflow.name)
def test_the_roles_of_a_step_may_also_decide_what_it_opens_and_cascades(workflow: Workflow) -> None:
    others = {other.name: other for other in WORKFLOWS}
    for step in workflow.transitions:
        for opens in step.spawns_children:
            assert set(step.roles) <= set(others[opens.workflow].opening.roles)
        for takes in step.cascades:
            names = workflow.parent_workflows if isinstance(takes.relation, Parent) else (takes.relation.workflow,)
            for name in names:
                taken_along = others[name].transition(takes.step)
                assert taken_along is not None
                assert taken_along.cascade_only or set(step.roles) <= set(taken_along.roles)


CLOSED = apply_step(OPEN_REVIEW, "withdraw", date(2018, 1, 9)).case
UNDER_AN_END = (
    "parent_open",
    "SCR-2018-001 has ended (withdrawn). Reopen it first (reopen).",
    "board chair or safeguarding partners",
)


@pytest.mark.parametrize("part", ALL, ids=lambda part: part.workflow.name)
def test_nothing_begins_under_a_review_that_has_ended(part: Part) -> None:
    with pytest.raises(Refused) as caught:
        open_part(part.workflow, DAY, parent=CLOSED)
    assert [(block.guard, block.reason, block.cleared_by) for block in caught.value.reasons] == [UNDER_AN_END]


@pytest.mark.parametrize("part", [part for part in ALL if "reopen" in part.moves], ids=lambda part: part.workflow.name)
def test_no_part_is_reopened_under_a_review_that_has_ended(part: Part) -> None:
    for state in part.moves["reopen"][0]:
        assert refusal_reasons(part.in_state(state), "reopen", DAY, parent=CLOSED) == [UNDER_AN_END]


@pytest.mark.parametrize("part", ALL, ids=lambda part: part.workflow.name)
def test_a_part_that_has_ended_has_no_open_deadline(part: Part) -> None:
    ends = [state.name for state in part.workflow.states if state.is_end and state.name in part.ways]
    for state in ends:
        case = part.in_state(state)
        assert [clock.deadline for clock in case.clocks if clock.is_outstanding] == []
        assert case.closed_on == DAY

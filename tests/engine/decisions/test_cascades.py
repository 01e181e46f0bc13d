"""Steps that cascade to other cases of the tree, and the siblings that they open."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

import pytest

from casereview.engine.decisions.context import Decision
from casereview.engine.decisions.opening import decide_opening
from casereview.engine.decisions.permission import available_steps
from casereview.engine.decisions.step import decide_step
from casereview.engine.definition.cross_validation import errors_across
from casereview.engine.definition.guards import Guard, GuardContext, RelatedCases
from casereview.engine.definition.relations import Cascade, Children, Parent, Relation, Siblings, SpawnsChildren
from casereview.engine.definition.validation import errors_within
from casereview.engine.definition.workflow import Workflow
from casereview.engine.errors.faults import UndeclaredRead
from casereview.engine.errors.refusals import Refused
from casereview.engine.forms.fields import Form
from casereview.engine.model.calendar import ENGLAND_AND_WALES
from casereview.engine.model.case import Case
from casereview.engine.model.commands import Open, Step
from casereview.engine.model.people import DecidedBy

from ...support.cascading_sets import (
    CASCADING_PART,
    CASCADING_SET,
    CASCADING_WORKFLOWS,
    HAS_NO_SIBLING,
    TWIN,
    workflow_with,
)
from ...support.changed_copies import replace
from ...support.lending_sets import A_PART, A_SET, KEEPER_1, SETS, PartLending, step
from ...support.loan_decisions import decision_context, evening_of

DAY = date(2026, 1, 5)
ROOT = "ST-2026-001"
PIECES, BESIDE = Children(workflow="part"), Siblings(workflow="part")
BY_KEEPER = DecidedBy(name="Keeper 2", capacity="keeper", evidence="letter of that day")


def a_pair() -> Case:
    command = Open(workflow="set", actor=KEEPER_1, data=A_SET, on=DAY)
    return decide_opening(CASCADING_SET, command, decision_context(evening_of(DAY)), ref=ROOT).case


def a_piece(parent: Case, number: int = 1, beside: Mapping[Relation, tuple[Case, ...]] | None = None) -> Case:
    command = Open(workflow="part", actor=KEEPER_1, data=A_PART, on=DAY, parent=parent.ref)
    ref = f"{ROOT}/P{number:02d}"
    return decide_opening(
        CASCADING_PART,
        command,
        decision_context(evening_of(DAY)),
        ref=ref,
        parent=parent,
        siblings=beside or {BESIDE: ()},
    ).case


def taking(case: Case, trigger: str, shown: Mapping[Relation, tuple[Case, ...]], **more: Any) -> Decision:
    command = Step(
        ref=case.ref, trigger=trigger, actor=KEEPER_1, data=more.pop("data", {}), decided_by=BY_KEEPER, on=DAY
    )
    workflow = CASCADING_SET if case.workflow == "set" else CASCADING_PART
    return decide_step(
        workflow, case, command, decision_context(evening_of(DAY)), related=RelatedCases(cases=shown), **more
    )


def shown_all(pair: Case, *pieces: Case) -> RelatedCases:
    return RelatedCases(cases={BESIDE: pieces, Parent(): (pair,)})


# --- what others take along -----------------------------------------------------------------------------


def test_a_cascade_has_the_decision_and_the_day_of_its_step() -> None:
    pair = a_pair()
    one, two = a_piece(pair), replace(a_piece(pair, 2), state="back")
    decision = taking(pair, "recall", {PIECES: (one, two)}, data={"text": "The set is recalled."})
    (taken,) = decision.cascades
    assert (taken.ref, taken.trigger, taken.data) == (one.ref, "recalled", {"text": f"With {ROOT}."})
    assert (taken.actor, taken.decided_by, taken.on) == (KEEPER_1, BY_KEEPER, DAY)
    assert taking(pair, "recall", {PIECES: ()}).cascades == ()


def test_a_child_takes_its_parent_along() -> None:
    pair = a_pair()
    one, two = a_piece(pair), a_piece(pair, 2)
    (taken,) = taking(one, "hand_back", {Parent(): (pair,), BESIDE: (one, two)}).cascades
    assert (taken.ref, taken.trigger) == (ROOT, "count_back")


def test_a_step_reads_the_cases_of_its_cascades_and_of_its_guards() -> None:
    transition = CASCADING_PART.transition("hand_back")
    assert transition is not None
    assert transition.reads == (BESIDE, Parent())


def test_a_cascade_only_step_is_refused_alone_and_not_offered() -> None:
    pair = a_pair()
    piece = a_piece(pair)
    with pytest.raises(Refused) as caught:
        taking(piece, "recalled", {})
    (block,) = caught.value.reasons
    assert (block.guard, block.cleared_by) == ("cascade_only", "")
    assert "only with a step of a related case" in block.reason
    assert "recalled" not in caught.value.alternatives
    steps = available_steps(
        CASCADING_PART, piece, decision_context(evening_of(DAY)), None, related=shown_all(pair, piece)
    )
    assert "recalled" not in [one.transition.trigger for one in steps]


def test_a_cascaded_step_needs_no_role_of_its_own() -> None:
    # It names the librarian; whoever decided the step that takes it along is the keeper.
    (event,) = taking(a_piece(a_pair()), "recalled", {}, cascaded=True).events
    assert event.decided_by == BY_KEEPER


def test_a_step_that_is_taken_along_but_can_stand_alone_asks_its_role() -> None:
    command = Step(ref=f"{ROOT}/P01", trigger="note", actor=replace(KEEPER_1, holdings=frozenset()), data={}, on=DAY)
    with pytest.raises(Refused, match="Only the keeper"):
        decide_step(CASCADING_PART, a_piece(a_pair()), command, decision_context(evening_of(DAY)), cascaded=True)


# --- siblings that are opened and read --------------------------------------------------------------------


def test_what_a_step_opens_beside_itself_is_its_parent_s() -> None:
    decision = taking(a_piece(a_pair()), "add_twin", {}, data=A_PART)
    assert [(command.workflow, command.parent) for command in decision.child_openings] == [("part", ROOT)]


def test_a_condition_sees_what_stands_beside_its_case_where_it_says_so() -> None:
    pair = a_pair()
    one, two = a_piece(pair), a_piece(pair, 2)
    with pytest.raises(Refused, match=f"{one.ref} has nothing beside it."):
        taking(one, "hand_back", {BESIDE: (one,), Parent(): (pair,)})
    assert taking(one, "hand_back", {BESIDE: (one, two), Parent(): (pair,)}).case.state == "back"


def test_an_opening_sees_what_it_will_stand_beside() -> None:
    pair = a_pair()
    others = tuple(a_piece(pair, number) for number in (1, 2))
    with pytest.raises(Refused, match="There are two already"):
        a_piece(pair, 3, {BESIDE: others})
    assert a_piece(pair, 2, {BESIDE: others[:1]}).parent == ROOT


def test_a_condition_that_does_not_say_so_is_not_shown_what_stands_beside() -> None:
    prying = Guard(name="prying", check=lambda view: (one.ref for one in view.siblings("part")), cleared_by="nobody")
    view = GuardContext(
        case=a_piece(a_pair()),
        record=None,
        day=DAY,
        calendar=ENGLAND_AND_WALES,
        related=RelatedCases(cases={BESIDE: ()}),
    )
    with pytest.raises(UndeclaredRead, match="its parent's children of part"):
        prying.blocks(view)


def test_what_is_possible_says_what_would_be_pointed_out() -> None:
    pair = a_pair()
    piece = a_piece(pair)
    steps = available_steps(
        CASCADING_PART, piece, decision_context(evening_of(DAY)), None, related=shown_all(pair, piece)
    )
    minded = {one.transition.trigger: [block.reason for block in one.warnings] for one in steps}
    assert minded["note"] == [f"{piece.ref} has nothing beside it."]
    assert minded["add_twin"] == []


# --- what in a declaration could never work ---------------------------------------------------------------


def drawn(_record: Form, _case: Case, _other: Case) -> Mapping[str, Any]:
    return {}


def opened(_record: Form, _case: Case) -> Iterator[Mapping[str, Any]]:
    yield A_PART


AT_SALES = Guard(name="at", check=lambda _view: (), cleared_by="nobody", reads=(Siblings(workflow="sale"),))


@pytest.mark.parametrize(
    ("workflow", "found"),
    [
        pytest.param(CASCADING_SET, [], id="what is declared here"),
        pytest.param(CASCADING_PART, [], id="its parts"),
        pytest.param(
            workflow_with(CASCADING_PART, parent_workflows=("set", "part")),
            ["hand_back cascades to count_back, which is not a step of part."],
            id="a parent that has no such step",
        ),
        pytest.param(
            workflow_with(
                CASCADING_PART,
                transitions=(step("look", ("out",), "back", guards=(AT_SALES,)), *CASCADING_PART.transitions),
            ),
            ["look reads parent's children of sale, which no parent of part has."],
            id="looking beside at nothing",
        ),
        pytest.param(
            workflow_with(
                CASCADING_SET,
                transitions=(step("look", ("out",), "back", guards=(HAS_NO_SIBLING,)), *CASCADING_SET.transitions),
            ),
            ["look reads parent's children of part, which no parent of set has."],
            id="looking beside where nothing stands",
        ),
        pytest.param(
            workflow_with(
                CASCADING_SET,
                transitions=(
                    step(
                        "split",
                        ("out",),
                        None,
                        PartLending,
                        spawns_children=(SpawnsChildren(workflow="part", records=opened, as_sibling=True),),
                    ),
                    *CASCADING_SET.transitions,
                ),
            ),
            ["split opens parent's children of part, which no parent of set has."],
            id="opening beside where nothing stands",
        ),
        pytest.param(
            workflow_with(
                CASCADING_SET,
                transitions=(
                    step("call", ("out",), None, cascades=(Cascade(step="lend_part", relation=PIECES, records=drawn),)),
                    *CASCADING_SET.transitions,
                ),
            ),
            ["call cascades to lend_part, which is not a step of part."],
            id="taking an opening along",
        ),
        pytest.param(
            workflow_with(
                CASCADING_SET,
                transitions=(
                    step("call", ("out",), None, cascades=(Cascade(step="hand_back", relation=PIECES, records=drawn),)),
                    *CASCADING_SET.transitions,
                ),
            ),
            ["call cascades to hand_back of part, which itself changes other cases."],
            id="taking along what takes along",
        ),
        pytest.param(
            workflow_with(
                CASCADING_SET,
                transitions=(
                    step(
                        "call",
                        ("out",),
                        None,
                        cascades=(Cascade(step="sold", relation=Children(workflow="sale"), records=drawn),),
                    ),
                    *CASCADING_SET.transitions,
                ),
            ),
            ["call reads children of sale, which no case of set has."],
            id="taking along what there is not",
        ),
        pytest.param(
            workflow_with(
                CASCADING_SET,
                transitions=(step("swell", ("out",), None, cascade_only=True), *CASCADING_SET.transitions),
            ),
            ["swell is cascade-only, but no step of another case cascades to it."],
            id="following nobody",
        ),
    ],
)
def test_a_contradiction_between_workflows_is_reported_in_a_sentence(workflow: Workflow, found: list[str]) -> None:
    others = {each.name: each for each in CASCADING_WORKFLOWS} | {workflow.name: workflow}
    assert list(errors_across(workflow, others)) == found


@pytest.mark.parametrize(
    "more",
    [
        pytest.param({"cascades": (Cascade(step="recalled", relation=PIECES, records=drawn),)}, id="taking along"),
        pytest.param({"cascade_only": True}, id="following"),
    ],
)
def test_an_opening_neither_follows_nor_takes_others_along(more: dict[str, Any]) -> None:
    (found,) = (
        each
        for each in errors_within(workflow_with(CASCADING_SET, opening=replace(CASCADING_SET.opening, **more)))
        if "reads children" not in each
    )
    assert found == "The opening lend_set is part of a cascade, which only a later step may be."


def test_the_workflows_without_any_of_it_are_as_sound_as_before() -> None:
    assert [list(errors_across(one, {each.name: each for each in SETS})) for one in SETS] == [[], []]
    assert TWIN not in SETS[1].transitions

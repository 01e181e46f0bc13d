"""Related cases: parents, the cases that a guard reads, and the children that a step opens."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest

from casereview.engine.decisions.context import Decision
from casereview.engine.decisions.opening import decide_opening
from casereview.engine.decisions.permission import available_steps
from casereview.engine.decisions.step import decide_step
from casereview.engine.definition.cross_validation import errors_across
from casereview.engine.definition.guards import Guard, GuardContext, RelatedCases
from casereview.engine.definition.registry import Registry
from casereview.engine.definition.relations import Children, Parent, SpawnsChildren, SpawnsLinked
from casereview.engine.definition.validation import errors_within
from casereview.engine.definition.workflow import Workflow
from casereview.engine.errors.bad_input import BadValue
from casereview.engine.errors.faults import UndeclaredRead, UnsoundWorkflow
from casereview.engine.errors.refusals import Refused
from casereview.engine.model.calendar import ENGLAND_AND_WALES
from casereview.engine.model.case import Case
from casereview.engine.model.commands import Open, Step
from casereview.engine.model.evolve import fold

from ...support.changed_copies import replace
from ...support.lending_sets import A_PART, A_SET, KEEPER_1, PARENT_IS_OUT, PART, PARTS_BACK, SET, SETS, Slip, step
from ...support.loan_decisions import decision_context, evening_of, event_summaries
from ...support.loan_workflow import CLAIM

DAY = date(2026, 1, 5)
NOW = evening_of(DAY)
ROOT = "ST-2026-001"
LOOKS = Children(workflow="part")


def a_set() -> Case:
    command = Open(workflow="set", actor=KEEPER_1, data=A_SET, on=DAY)
    return decide_opening(SET, command, decision_context(NOW), ref=ROOT).case


def opening(parent: Case | None, *, workflow: Workflow = PART, number: int = 1, **more: Any) -> Decision:
    command = Open(workflow="part", actor=KEEPER_1, data=A_PART, on=DAY, parent=parent.ref if parent else None)
    return decide_opening(workflow, command, decision_context(NOW), ref=f"{ROOT}/P{number:02d}", parent=parent, **more)


def a_part(parent: Case, *, number: int = 1) -> Case:
    return opening(parent, number=number).case


def taking(case: Case, trigger: str, tree: RelatedCases | None = None, **data: Any) -> Decision:
    workflow = SET if case.workflow == "set" else PART
    command = Step(ref=case.ref, trigger=trigger, actor=KEEPER_1, data=data, on=DAY)
    return decide_step(workflow, case, command, decision_context(NOW), related=tree)


def showing(*children: Case) -> RelatedCases:
    return RelatedCases(cases={LOOKS: children})


def below(parent: Case) -> RelatedCases:
    return RelatedCases(cases={Parent(): (parent,), LOOKS: ()})


def back(part: Case) -> Case:
    return taking(part, "close_part", showing()).case


# --- who has a parent -----------------------------------------------------------------------------------


def test_a_child_knows_its_parent_from_its_history_alone() -> None:
    decision = opening(a_set())
    assert (decision.case.ref, decision.case.parent) == ("ST-2026-001/P01", ROOT)
    assert [event.effects.parent for event in decision.events] == [ROOT]
    assert fold(decision.events) == decision.case
    assert fold((*decision.events, *taking(decision.case, "note").events)) == taking(decision.case, "note").case


def test_a_child_s_parent_may_be_a_child() -> None:
    part = a_part(a_set())
    assert opening(part, number=2).case.parent == part.ref


@pytest.mark.parametrize(
    ("workflow", "parent", "expected", "found"),
    [
        pytest.param(PART, None, 'the reference of a case of "set" or "part"', "none", id="a child without one"),
        pytest.param(
            SET, a_set(), 'none, because a case of the workflow "Set" stands alone', ROOT, id="a root with one"
        ),
        pytest.param(
            PART,
            replace(a_set(), workflow="loan"),
            'the reference of a case of "set" or "part"',
            f'{ROOT}, a case of "loan"',
            id="one of another kind",
        ),
    ],
)
def test_a_case_has_a_parent_just_where_its_workflow_says_so(
    workflow: Workflow, parent: Case | None, expected: str, found: str
) -> None:
    with pytest.raises(BadValue) as caught:
        opening(parent, workflow=workflow)
    assert caught.value.facts() == {"name": "parent", "expected": expected, "found": found}


def test_a_child_is_never_recorded_before_its_parent() -> None:
    later = replace(a_set(), recorded_at=NOW + timedelta(hours=1))
    assert opening(later).case.recorded_at == later.recorded_at


# --- what a condition is shown ----------------------------------------------------------------------------


def test_a_parent_closes_after_its_children_and_open_ones_are_named() -> None:
    parent = a_set()
    one, two, three = (a_part(parent, number=number) for number in (1, 2, 3))
    with pytest.raises(Refused) as caught:
        taking(parent, "close_set", showing(one, back(two), three))
    assert [block.reason for block in caught.value.reasons] == [
        f"{ROOT}/P01 is still out.",
        f"{ROOT}/P03 is still out.",
    ]
    closed = taking(parent, "close_set", showing(*map(back, (one, two, three)))).case
    assert (closed.state, closed.closed_on) == ("back", DAY)


def test_a_child_is_opened_or_reopened_only_while_its_parent_is_open() -> None:
    parent = a_set()
    part = back(a_part(parent))
    closed = taking(parent, "close_set", showing(part)).case
    for refused in (lambda: opening(closed, number=2), lambda: taking(part, "reopen_part", below(closed))):
        with pytest.raises(Refused, match=r"ST-2026-001 is back already\."):
            refused()
    assert taking(part, "reopen_part", below(parent)).case.state == "out"


def test_a_warning_may_look_too_and_refuses_nothing() -> None:
    parent = a_set()
    (counted,) = taking(parent, "count", showing(a_part(parent))).events
    assert counted.effects.warnings == (f"{ROOT}/P01 is still out.",)


def test_a_step_reads_each_relation_of_its_guards_and_warnings_once() -> None:
    both = step("try", ("out",), None, guards=(PARTS_BACK, PARENT_IS_OUT), warnings=(PARTS_BACK,))
    assert both.reads == (LOOKS, Parent())
    assert step("try", ("out",), None).reads == ()


def prying(view: GuardContext) -> Iterator[str]:
    yield view.parent.title


def prying_below(view: GuardContext) -> Iterator[str]:
    yield from (part.title for part in view.children("part"))


@pytest.mark.parametrize(
    ("guard", "relation"),
    [
        pytest.param(Guard(name="prying", check=prying, cleared_by="nobody"), "its parent", id="nothing declared"),
        pytest.param(
            Guard(name="prying", check=prying, cleared_by="nobody", reads=(LOOKS,)), "its parent", id="another thing"
        ),
        pytest.param(
            Guard(name="prying", check=prying_below, cleared_by="nobody", reads=(Parent(),)),
            "its children of part",
            id="the wrong way",
        ),
    ],
)
def test_a_condition_that_looks_at_what_it_does_not_declare_fails_loudly(guard: Guard, relation: str) -> None:
    part = a_part(a_set())
    # That another condition of the step is shown all of it is of no help.
    view = GuardContext(case=part, record=Slip(), day=DAY, calendar=ENGLAND_AND_WALES, related=below(a_set()))
    with pytest.raises(UndeclaredRead) as caught:
        guard.blocks(view)
    assert caught.value.facts() == {"guard": "prying", "relation": relation}


def test_a_condition_that_is_not_shown_what_it_declares_fails_loudly() -> None:
    with pytest.raises(UndeclaredRead, match="parts_back read its children of part without declaring it"):
        taking(a_set(), "close_set")


def test_what_is_possible_is_said_of_the_tree_as_it_is() -> None:
    parent = a_set()
    blocked = {}
    for child in (a_part(parent), back(a_part(parent))):
        steps = available_steps(SET, parent, decision_context(NOW), None, related=showing(child))
        blocked[child.state] = {one.transition.trigger: [b.reason for b in one.blocked_by] for one in steps}
    assert blocked["out"] == {"unpack": [], "count": [], "close_set": [f"{ROOT}/P01 is still out."]}
    assert blocked["back"] == {"unpack": [], "count": [], "close_set": []}


# --- what a step opens ------------------------------------------------------------------------------------


def test_a_step_gives_the_commands_that_open_its_children_in_order() -> None:
    parent = a_set()
    decision = taking(parent, "unpack", parts=["A king", "A queen"], borrower="Reader 1")
    assert [command.data["title"] for command in decision.child_openings] == ["A king", "A queen"]
    assert {(c.workflow, c.parent, c.actor, c.on) for c in decision.child_openings} == {("part", ROOT, KEEPER_1, DAY)}
    assert event_summaries(decision.events) == [("step", "unpack", DAY)]
    assert decision.linked_opening is None
    assert taking(parent, "unpack", parts=[]).child_openings == ()


# --- what in a declaration could never work -----------------------------------------------------------------


def changed(workflow: Workflow, **parts: Any) -> Workflow:
    declared = {name: getattr(workflow, name) for name in workflow.__dataclass_fields__ if not name.startswith("_")}
    return Workflow(**{**declared, **parts})


UP = Guard(name="up", check=prying, cleared_by="nobody", reads=(Parent(),))
AT_CLAIMS = Guard(name="at", check=prying, cleared_by="nobody", reads=(Children(workflow="claim"),))
AT_SALES = Guard(name="at", check=prying, cleared_by="nobody", reads=(Children(workflow="sale"),))


def opens(workflow: str) -> SpawnsLinked:
    return SpawnsLinked(workflow=workflow, relation="a", inverse="b", record=lambda _record, _case: {})


def spawns_children(workflow: str) -> SpawnsChildren:
    return SpawnsChildren(workflow=workflow, records=lambda _record, _case: ())


@pytest.mark.parametrize("workflow", SETS, ids=["set", "part"])
def test_a_sound_tree_contradicts_itself_in_nothing(workflow: Workflow) -> None:
    assert list(errors_within(workflow)) == []
    assert list(errors_across(workflow, {each.name: each for each in SETS})) == []


@pytest.mark.parametrize(
    ("workflow", "found"),
    [
        *(
            pytest.param(
                changed(PART, prefix=prefix),
                [f"The prefix {prefix} must be capital letters, because a child's number follows it."],
                id=f"the prefix {prefix}",
            )
            for prefix in ("P1", "p", "P-", "Ä", "")
        ),
        pytest.param(
            changed(SET, transitions=(*SET.transitions, step("peep", ("out",), None, guards=(UP,)))),
            ["peep reads the parent, but the workflow has no parent workflow."],
            id="a root's parent",
        ),
        pytest.param(
            changed(PART, opening=replace(PART.opening, guards=(PARTS_BACK,))),
            ["The opening lend_part reads children, but a new case has none."],
            id="children before there is a case",
        ),
        pytest.param(
            changed(SET, opening=replace(SET.opening, spawns_linked=opens("claim"))),
            ["The opening lend_set opens another case, which only a later step may."],
            id="an opening that opens",
        ),
    ],
)
def test_a_contradiction_in_a_tree_is_reported_in_a_sentence(workflow: Workflow, found: list[str]) -> None:
    assert list(errors_within(workflow)) == found


@pytest.mark.parametrize(
    ("workflow", "found"),
    [
        pytest.param(
            changed(PART, parent_workflows=("set", "part", "sale")),
            ["Its parent workflow sale does not exist."],
            id="a child of nothing",
        ),
        pytest.param(
            changed(PART, parent_workflows=("part",)),
            ["Its cases can never be opened: no workflow above it can be opened without a parent."],
            id="a child of its own alone",
        ),
        pytest.param(
            changed(SET, transitions=(step("sell", ("out",), "back", spawns_linked=opens("sale")),)),
            ["sell opens a case of sale, which does not exist."],
            id="opening nothing",
        ),
        pytest.param(
            changed(SET, transitions=(step("sell", ("out",), "back", spawns_children=(spawns_children("sale"),)),)),
            ["sell opens a case of sale, which does not exist."],
            id="opening children of nothing",
        ),
        pytest.param(
            changed(SET, transitions=(step("sell", ("out",), "back", spawns_linked=opens("part")),)),
            ["sell opens a case of part without a parent, but part needs one."],
            id="opening a child to stand alone",
        ),
        pytest.param(
            changed(SET, transitions=(step("claim", ("out",), "back", spawns_children=(spawns_children("claim"),)),)),
            ["claim opens children of claim, which no case of set has."],
            id="opening what is no child",
        ),
        pytest.param(
            changed(SET, transitions=(step("claim", ("out",), "back", guards=(AT_CLAIMS,)),)),
            ["claim reads children of claim, which no case of set has."],
            id="looking at what is no child",
        ),
        pytest.param(
            changed(SET, transitions=(step("sell", ("out",), "back", warnings=(AT_SALES,)),)),
            ["sell reads children of sale, which no case of set has."],
            id="looking at nothing",
        ),
    ],
)
def test_a_contradiction_between_workflows_is_reported_in_a_sentence(workflow: Workflow, found: list[str]) -> None:
    others = {each.name: each for each in (SET, PART, replace(CLAIM, roles=()))} | {workflow.name: workflow}
    assert list(errors_across(workflow, others)) == found


def test_a_set_with_a_guard_that_reads_what_cannot_exist_is_refused() -> None:
    blind = changed(SET, transitions=(step("sell", ("out",), "back", guards=(AT_SALES,)), step("note", ("out",), None)))
    with pytest.raises(UnsoundWorkflow, match="sell reads children of sale"):
        Registry((blind, PART))

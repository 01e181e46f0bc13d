"""Permissions to decide, and to record another person's decision."""

from __future__ import annotations

import pytest

from casereview.engine.decisions.permission import (
    DecidedByForm,
    availability_blocks,
    decision_blocks,
    may_record_for_others,
    resolve_decided_by,
)
from casereview.engine.definition.workflow import Transition
from casereview.engine.errors.bad_input import InvalidForm
from casereview.engine.errors.unknown import UnknownRole
from casereview.engine.model.people import Actor, DecidedBy

from ...support.loan_workflow import BY_KEEPER, CLERK_1, KEEPER_1, LIBRARIAN_1, LOAN, NOBODY, READER_1


def step(trigger: str) -> Transition:
    found = LOAN.transition(trigger)
    assert found is not None
    return found


def blocks(actor: Actor, given: DecidedBy | None, trigger: str = "approve") -> list[tuple[str, str, str]]:
    """Return the blocks: guard, reason, who can clear it."""
    found = decision_blocks(LOAN, step(trigger).roles, actor, given)
    return [(block.guard, block.reason, block.cleared_by) for block in found]


KEEPER_AND_READER = Actor(name="Keeper 1", roles=frozenset({"keeper", "reader"}))


@pytest.mark.parametrize(
    ("trigger", "actor", "given", "found"),
    [
        pytest.param("approve", KEEPER_1, None, [], id="who holds the role decides"),
        pytest.param("approve", KEEPER_AND_READER, None, [], id="other roles beside it do not matter"),
        pytest.param("ask", CLERK_1, None, [], id="any one of several roles will do"),
        pytest.param("approve", LIBRARIAN_1, BY_KEEPER, [], id="a librarian records what the keeper decided"),
        pytest.param("approve", CLERK_1, BY_KEEPER, [], id="and so does a clerk"),
        pytest.param("approve", KEEPER_1, BY_KEEPER, [], id="the keeper names themselves"),
        pytest.param(
            "approve",
            READER_1,
            None,
            [("role", "Only the keeper can decide this. Reader 1 does not have that role.", "keeper")],
            id="who does not hold the role does not decide",
        ),
        pytest.param(
            "lend",
            NOBODY,
            None,
            [
                (
                    "role",
                    "Only the librarian or desk clerk can decide this. Visitor 1 does not have that role.",
                    "librarian or desk clerk",
                )
            ],
            id="who holds no role decides nothing",
        ),
        pytest.param(
            "approve",
            LIBRARIAN_1,
            None,
            [("role", "Only the keeper can decide this. Librarian 1 does not have that role.", "keeper")],
            id="who records for others decides nothing by that",
        ),
        pytest.param(
            "approve",
            LIBRARIAN_1,
            DecidedBy(name="Keeper 1", capacity="reader"),
            [("role", "Only the keeper can decide this. Keeper 1 decided as reader.", "keeper")],
            id="the capacity counts in which somebody decided",
        ),
        pytest.param(
            "approve",
            READER_1,
            BY_KEEPER,
            [("recorder", "Reader 1 may not record what Keeper 1 decided.", "librarian or desk clerk")],
            id="a reader records nobody's decision",
        ),
        pytest.param(
            "approve",
            KEEPER_1,
            DecidedBy(name="Keeper 2", capacity="keeper"),
            [("recorder", "Keeper 1 may not record what Keeper 2 decided.", "librarian or desk clerk")],
            id="nor does one keeper record another's",
        ),
        pytest.param(
            "approve",
            LIBRARIAN_1,
            DecidedBy(name="Librarian 1", capacity="keeper"),
            [("capacity", "Librarian 1 does not have the role of keeper.", "librarian")],
            id="nobody gives themselves a role",
        ),
        pytest.param(
            "approve",
            LIBRARIAN_1,
            DecidedBy(name="librarian\u00a01", capacity="keeper"),
            [("capacity", "Librarian 1 does not have the role of keeper.", "librarian")],
            id="nor in another spelling of their name",
        ),
        pytest.param(
            "approve",
            READER_1,
            DecidedBy(name="Keeper 1", capacity="clerk"),
            [
                ("role", "Only the keeper can decide this. Keeper 1 decided as desk clerk.", "keeper"),
                ("recorder", "Reader 1 may not record what Keeper 1 decided.", "librarian or desk clerk"),
            ],
            id="both reasons at once",
        ),
        pytest.param(
            "approve",
            READER_1,
            DecidedBy(name="Reader 1", capacity="clerk"),
            [
                ("role", "Only the keeper can decide this. Reader 1 decided as desk clerk.", "keeper"),
                ("capacity", "Reader 1 does not have the role of desk clerk.", "librarian"),
            ],
            id="the wrong capacity, and not even held",
        ),
    ],
)
def test_a_step_needs_a_decider_with_its_role_and_a_permitted_recorder(
    trigger: str, actor: Actor, given: DecidedBy | None, found: list[tuple[str, str, str]]
) -> None:
    assert blocks(actor, given, trigger) == found


@pytest.mark.parametrize(
    ("actor", "may"),
    [(LIBRARIAN_1, True), (CLERK_1, True), (KEEPER_1, False), (READER_1, False), (NOBODY, False)],
    ids=lambda value: value.name if isinstance(value, Actor) else None,
)
def test_recording_for_others_is_a_right_of_some_roles(actor: Actor, *, may: bool) -> None:
    assert may_record_for_others(LOAN, actor) is may


@pytest.mark.parametrize(
    ("actor", "guards"),
    [(LIBRARIAN_1, []), (CLERK_1, []), (KEEPER_1, []), (READER_1, ["role"]), (NOBODY, ["role"])],
    ids=lambda value: value.name if isinstance(value, Actor) else None,
)
def test_a_step_is_open_to_who_decides_it_and_to_who_may_record_for_them(actor: Actor, guards: list[str]) -> None:
    assert [block.guard for block in availability_blocks(LOAN, step("approve"), actor)] == guards


@pytest.mark.parametrize(
    ("actor", "trigger", "authority"),
    [
        pytest.param(
            Actor(name="Person 1", roles=frozenset({"keeper", "reader", "clerk"})),
            "ask",
            DecidedBy(name="Person 1", capacity="reader"),
            id="in the first of the step's roles that they hold",
        ),
        pytest.param(CLERK_1, "lend", DecidedBy(name="Clerk 1", capacity="clerk"), id="in the only one they hold"),
        pytest.param(READER_1, "lend", DecidedBy(name="Reader 1", capacity=""), id="in none, which is then refused"),
    ],
)
def test_the_actor_decides_if_no_decider_is_named(actor: Actor, trigger: str, authority: DecidedBy) -> None:
    assert resolve_decided_by(LOAN, step(trigger).roles, actor, None) == authority


def test_the_one_named_decides_with_their_evidence() -> None:
    assert resolve_decided_by(LOAN, step("approve").roles, LIBRARIAN_1, BY_KEEPER) is BY_KEEPER


@pytest.mark.parametrize(
    ("given", "paths"),
    [
        pytest.param(DecidedBy(name="", capacity="keeper"), ["name"], id="no name"),
        pytest.param(DecidedBy(name="  ", capacity="keeper"), ["name"], id="blanks for a name"),
        pytest.param(DecidedBy(name="Keeper 1", capacity=""), ["capacity"], id="no capacity"),
        pytest.param(DecidedBy(name="Keeper 1", capacity="keeper", evidence=""), ["evidence"], id="empty evidence"),
        pytest.param(DecidedBy(name="Keeper\x1b", capacity="keeper"), ["name"], id="a control character"),
        pytest.param(DecidedBy(name="x" * 201, capacity="", evidence=""), ["name", "capacity", "evidence"], id="all"),
    ],
)
def test_the_one_named_has_to_be_well_formed(given: DecidedBy, paths: list[str]) -> None:
    with pytest.raises(InvalidForm) as caught:
        resolve_decided_by(LOAN, step("approve").roles, LIBRARIAN_1, given)
    assert (caught.value.form, [fault.path for fault in caught.value.faults]) == ("decided_by", paths)


def test_the_capacity_has_to_be_a_role_of_the_workflow() -> None:
    with pytest.raises(UnknownRole) as caught:
        resolve_decided_by(LOAN, step("approve").roles, LIBRARIAN_1, DecidedBy(name="Keeper 1", capacity="Keeper"))
    assert caught.value.facts() == {
        "role": "Keeper",
        "known": ["reader", "librarian", "clerk", "keeper"],
        "titles": ["reader", "librarian", "desk clerk", "keeper"],
        "workflow": "Loan",
    }


def test_a_decider_as_given_from_outside_becomes_an_authority() -> None:
    decider = DecidedByForm(name="Keeper 1", capacity="keeper", evidence="letter of that day")
    assert decider.to_value() == BY_KEEPER

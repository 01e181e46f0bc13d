"""The recorder at an account: its holder, or another person for whom the holder records."""

from __future__ import annotations

from dataclasses import replace

import pytest

from casereview.engine.decisions.accounts import account_holder, actor_at
from casereview.engine.decisions.permission import (
    availability_blocks,
    decision_blocks,
    record_keeper_blocks,
    require_manager,
)
from casereview.engine.definition.registry import Registry
from casereview.engine.errors.refusals import MayNotActAs, NotAllowed
from casereview.engine.errors.unknown import UnknownAccount, UnknownPerson
from casereview.engine.model.people import Actor, Person, RoleHolding

from ...support.loan_workflow import CLAIM, LOAN

WORKFLOWS = Registry((LOAN, CLAIM))
LIBRARIAN, READER = (RoleHolding("librarian"),), (RoleHolding("reader"),)
SAM = Person(name="Sam Reed", holdings=LIBRARIAN, account="sreed", id="1")
KIM = Person(name="kcole", holdings=READER, id="2")
LEE = Person(name="Lee Ash", holdings=READER, account="lash", id="3")
PEOPLE = (SAM, KIM, LEE)


@pytest.mark.parametrize(
    ("account", "holder"),
    [
        pytest.param("sreed", SAM, id="the account that a person has"),
        pytest.param("SReed", SAM, id="in capitals, as some machines write it"),
        pytest.param("kcole", KIM, id="the name of a person without an account"),
        pytest.param("Lee Ash", None, id="the name of a person with another account"),
        pytest.param("root", None, id="an account of nobody"),
    ],
)
def test_an_account_is_a_person_s(account: str, holder: Person | None) -> None:
    assert account_holder(account, PEOPLE) == holder


def test_an_account_that_somebody_has_is_nobody_else_s_by_name() -> None:
    named = Person(name="sreed", holdings=READER, id="4")
    assert account_holder("sreed", (named, SAM)) == SAM


@pytest.mark.parametrize("name", [None, "Sam Reed", "sam\u00a0REED"])
def test_the_holder_of_an_account_records_for_themselves(name: str | None) -> None:
    assert actor_at("sreed", name, PEOPLE, WORKFLOWS) == Actor(
        name="Sam Reed", holdings=LIBRARIAN, id="1", account="sreed"
    )


def test_who_records_for_others_enters_what_another_records() -> None:
    assert actor_at("sreed", "lee ash", PEOPLE, WORKFLOWS) == Actor(
        name="Lee Ash", holdings=READER, id="3", account="sreed", entered_by="Sam Reed",
        entered_with=("librarian",),
    )  # fmt: skip


def test_another_s_rights_reach_no_further_than_recording_for_them() -> None:
    """Ada records for others in loans, and manages no people; Sam manages people."""
    ada = Person(name="Ada Kay", holdings=(RoleHolding("clerk"),), account="akay", id="5")
    as_sam = actor_at("akay", "Sam Reed", (*PEOPLE, ada), WORKFLOWS)
    assert decision_blocks(LOAN, ("librarian",), as_sam, None) == ()
    with pytest.raises(NotAllowed, match="Ada Kay may not manage people"):
        require_manager(WORKFLOWS, as_sam, "manage people")
    require_manager(WORKFLOWS, actor_at("sreed", "Lee Ash", (SAM, replace(LEE, holdings=LIBRARIAN)), WORKFLOWS), "x")
    (block,) = record_keeper_blocks(WORKFLOWS.unit, as_sam, None)
    assert block.reason == "Ada Kay may not record this as Sam Reed."
    assert [one.reason for one in decision_blocks(WORKFLOWS.unit, ("librarian",), as_sam, None)] == [block.reason]
    assert availability_blocks(WORKFLOWS.unit, WORKFLOWS.unit.opening, as_sam) == (block,)


def test_who_does_not_record_for_others_records_as_nobody_else() -> None:
    with pytest.raises(MayNotActAs) as caught:
        actor_at("lash", "Sam Reed", PEOPLE, WORKFLOWS)
    assert str(caught.value) == (
        "This is the account of Lee Ash, who may not record as Sam Reed."
        " Only the librarian or desk clerk can record for others."
    )


def test_nothing_is_recorded_from_an_account_of_nobody() -> None:
    for name in (None, "Sam Reed"):
        with pytest.raises(UnknownAccount, match="The account root belongs to nobody on the list"):
            actor_at("root", name, PEOPLE, WORKFLOWS)
    with pytest.raises(UnknownPerson):
        actor_at("sreed", "Nobody", PEOPLE, WORKFLOWS)

"""What a workflow is, as frozen data."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest

from casereview.engine.definition.workflow import ChosenTarget
from casereview.engine.forms.fields import value_at

from ...support.library_workflow import LOAN, TRANSITIONS, Remark, loan, step_to


def test_a_workflow_says_where_a_case_begins() -> None:
    assert LOAN.initial == "asked"


def test_its_steps_are_all_but_the_opening_in_the_order_of_their_declaration() -> None:
    assert LOAN.steps == (
        "inspect",
        "approve",
        "refuse",
        "tell",
        "lend",
        "renew",
        "report",
        "give_back",
        "write_off",
        "take_up",
        "rename",
    )


@pytest.mark.parametrize(
    ("state", "steps"),
    [
        ("asked", ["inspect", "approve", "refuse", "tell", "rename"]),
        ("lent", ["inspect", "tell", "renew", "report", "give_back", "write_off", "rename"]),
        ("returned", ["tell", "take_up", "rename"]),
    ],
)
def test_it_says_which_steps_can_be_taken_in_a_state(state: str, steps: list[str]) -> None:
    assert [transition.trigger for transition in LOAN.steps_from(state)] == steps


def test_its_parts_are_found_by_name() -> None:
    assert LOAN.state("lent").meaning == "It is out of the house."
    assert LOAN.deadline("inspect").owner == "librarian"
    assert LOAN.transition("ask") is LOAN.opening
    assert LOAN.transition("lend") in TRANSITIONS


def test_what_it_does_not_have_is_not_found() -> None:
    assert LOAN.transition("sell") is None
    with pytest.raises(KeyError):
        LOAN.state("sold")
    with pytest.raises(KeyError):
        LOAN.deadline("pay")


@pytest.mark.parametrize(
    ("to", "destinations"),
    [
        pytest.param("lent", ("lent",), id="a step that moves"),
        pytest.param(None, (), id="a step that keeps the state"),
        pytest.param(
            ChosenTarget(field="return_to", choices=("asked", "lent")), ("asked", "lent"), id="a step told where to"
        ),
    ],
)
def test_a_step_says_where_it_can_lead(to: str | ChosenTarget | None, destinations: tuple[str, ...]) -> None:
    assert step_to("go", ("asked",), to, Remark).targets == destinations


def test_a_declaration_cannot_be_changed() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        LOAN.version = 2  # type: ignore[misc]


def test_declarations_are_told_apart_by_identity() -> None:
    assert loan() != LOAN
    assert len({LOAN, loan(), LOAN}) == 2


def test_a_declaration_does_not_print_its_lookups() -> None:
    assert "_by_state" not in repr(LOAN)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("title", "A globe"),
        ("address.town", "Anytown"),
        ("address.street", None),
        ("address", {"town": "Anytown"}),
        ("shelf", None),
        ("shelf.row", None),
        ("title.first", None),
    ],
)
def test_a_record_is_looked_into_by_a_dotted_path(path: str, value: Any) -> None:
    assert value_at({"title": "A globe", "address": {"town": "Anytown"}}, path) == value

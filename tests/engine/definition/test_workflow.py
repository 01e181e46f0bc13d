"""Look up the parts of a workflow."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest

from casereview.engine.definition.workflow import ChosenTarget
from casereview.engine.errors.faults import UndeclaredPart
from casereview.engine.forms.fields import value_at

from ...support.loan_workflow import LOAN, TRANSITIONS, Remark, loan, step_to


def test_a_workflow_has_an_initial_state() -> None:
    assert LOAN.initial == "asked"


def test_steps_are_all_but_the_opening_in_declared_order() -> None:
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
def test_a_workflow_lists_the_steps_of_a_state(state: str, steps: list[str]) -> None:
    assert [transition.trigger for transition in LOAN.steps_from(state)] == steps


def test_parts_of_a_workflow_are_found_by_name() -> None:
    assert LOAN.state("lent").meaning == "It is out of the library."
    assert LOAN.deadline("inspect").owner == "librarian"
    assert LOAN.role("librarian").manages_people
    assert LOAN.transition("ask") is LOAN.opening
    assert LOAN.transition("lend") in TRANSITIONS


def test_undeclared_parts_are_not_found() -> None:
    assert LOAN.transition("sell") is None
    for find, part, name in (
        (LOAN.state, "state", "sold"),
        (LOAN.steps_from, "state", "sold"),
        (LOAN.deadline, "deadline", "pay"),
        (LOAN.role, "role", "buyer"),
    ):
        with pytest.raises(UndeclaredPart) as caught:
            find(name)
        assert caught.value.facts() == {
            "workflow": "loan",
            "title": "Loan",
            "version": 1,
            "part": part,
            "name": name,
        }
        assert str(caught.value) == (
            f'Version 1 of "Loan" has no {part} {name}, which the record names.'
            " Put back the definition as it was, and give the changed one a new version."
        )


@pytest.mark.parametrize(
    ("to", "destinations"),
    [
        pytest.param("lent", ("lent",), id="a step that moves"),
        pytest.param(None, (), id="a step that keeps the state"),
        pytest.param(
            ChosenTarget(field="return_to", choices=("asked", "lent")),
            ("asked", "lent"),
            id="a step with a chosen target",
        ),
    ],
)
def test_a_step_lists_its_targets(to: str | ChosenTarget | None, destinations: tuple[str, ...]) -> None:
    assert step_to("go", ("asked",), to, Remark).targets == destinations


def test_a_declaration_cannot_be_changed() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        LOAN.version = 2  # type: ignore[misc]


def test_declarations_are_compared_by_identity() -> None:
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
def test_a_value_is_found_by_a_dotted_path(path: str, value: Any) -> None:
    assert value_at({"title": "A globe", "address": {"town": "Anytown"}}, path) == value

"""A change of people leaves a manager who can act, at an account that is known to be in use."""

from __future__ import annotations

import pytest

from casereview.engine.definition.registry import Registry
from casereview.engine.errors.bad_input import NoManagerLeft
from casereview.engine.model.people import Person, RoleHolding
from casereview.engine.unit.managers import require_manager_left

from ...support.loan_workflow import CLAIM, LOAN

ROLES = Registry((LOAN, CLAIM)).roles


def person(name: str, account: str | None = None, role: str = "librarian", *former: str) -> Person:
    return Person(name=name, holdings=(RoleHolding(role),), account=account, former_names=former, id=name)


SAM, KIM, LEE = person("Sam Reed", "sreed"), person("Kim Cole", "kcole"), person("Lee Ash")


@pytest.mark.parametrize(
    ("before", "after", "account"),
    [
        pytest.param((), (SAM,), None, id="the first manager"),
        pytest.param((), (), None, id="no manager before"),
        pytest.param((LEE, person("Jo")), (LEE,), None, id="managers without accounts, as a host has"),
        pytest.param((SAM, KIM), (KIM,), "sreed", id="one of two who remove themselves"),
        pytest.param((SAM,), (person("Sam Reed-Cole", "SREED"),), "sreed", id="another name at the same account"),
        pytest.param((SAM,), (person("Sam Reed", "sam.reed"),), "sam.reed", id="the account in use"),
        pytest.param((person("lash"),), (person("Lee Ash", None, "librarian", "lash"),), "lash", id="a former name"),
        pytest.param((SAM,), (person("Kim Cole", "sreed"),), "sreed", id="another person at the same account"),
    ],
)
def test_a_change_that_leaves_a_manager_is_recorded(
    before: tuple[Person, ...], after: tuple[Person, ...], account: str | None
) -> None:
    require_manager_left(before, after, ROLES, account)


@pytest.mark.parametrize(
    ("before", "after", "account", "says"),
    [
        pytest.param((LEE,), (), None, "only Lee Ash can now. First make another person librarian.", id="the last one"),
        pytest.param((LEE,), (person("Lee Ash", None, "reader"),), None, "only Lee Ash", id="the last role"),
        pytest.param(
            (SAM, LEE), (LEE,), "sreed", "only Sam Reed can now, from their own account", id="no account left"
        ),
        pytest.param((SAM,), (person("Sam Reed", "sread"),), "sreed", "only Sam Reed", id="a mistyped account"),
        pytest.param((SAM,), (person("Sam Reed"),), "sreed", "only Sam Reed", id="an account taken away"),
        pytest.param((SAM,), (person("Sam Reed", "sread"),), None, "only Sam Reed", id="the same by a host"),
        pytest.param((person("lash"),), (LEE,), "lash", "only lash", id="a name that was the account"),
        pytest.param((SAM, KIM), (LEE,), "sreed", "only Sam Reed and Kim Cole can", id="both at once"),
    ],
)
def test_a_change_after_which_no_manager_can_act_is_refused(
    before: tuple[Person, ...], after: tuple[Person, ...], account: str | None, says: str
) -> None:
    with pytest.raises(NoManagerLeft, match=says):
        require_manager_left(before, after, ROLES, account)

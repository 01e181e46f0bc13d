"""The roles that people hold, each in its organisation."""

from __future__ import annotations

import pytest

from casereview.engine import Engine
from casereview.engine.errors.bad_input import BadValue
from casereview.engine.model.people import Actor, Person, RoleHolding, role_holdings
from casereview.engine.service.holdings import changed_holdings
from casereview.persistence import Database

from ...support.loan_decisions import evening_of
from ...support.loan_engine import MONDAY
from ...support.loan_workflow import BRANCH_CLERK, BRANCH_LEAD, CLAIM, LIBRARIAN_1, ROLES, loan, person_named

LEAD, CLERK = BRANCH_LEAD.name, BRANCH_CLERK.name


@pytest.fixture
def engine(database: Database) -> Engine:
    workflow = loan(roles=(*ROLES, BRANCH_LEAD, BRANCH_CLERK))
    return Engine(database, (workflow, CLAIM), now=lambda: evening_of(MONDAY))


def holding(*pairs: tuple[str, str]) -> tuple[RoleHolding, ...]:
    return tuple(RoleHolding(role, organisation) for role, organisation in pairs)


def test_an_actor_is_made_of_roles_of_holdings_or_of_both() -> None:
    both = Actor(name="Lee", roles=("keeper",), organisation="Library 1", holdings=holding((LEAD, "Library 2")))
    assert both.holdings == set(holding(("keeper", "Library 1"), (LEAD, "Library 2")))
    assert both.roles == {"keeper", LEAD}
    assert Actor(name="Lee", roles={"keeper"}) == Actor(name="Lee", holdings=role_holdings(["keeper"]))
    assert Actor(name="Lee").roles == frozenset()


def test_a_role_for_an_organisation_cannot_be_given_without_one(engine: Engine) -> None:
    with pytest.raises(BadValue, match="expected the one for which they act as branch lead, found none"):
        engine.add_person("Lee", role=LEAD, actor=LIBRARIAN_1)
    assert engine.people() == ()
    engine.add_person("Lee", role="keeper", actor=LIBRARIAN_1)
    with pytest.raises(BadValue, match="the organisation: expected the one for which they act as branch lead"):
        engine.change_person("Lee", role=LEAD, actor=LIBRARIAN_1)
    assert engine.people()[0].holdings == holding(("keeper", ""))


def test_a_role_in_another_organisation_is_added_to_the_first(engine: Engine) -> None:
    engine.add_person("Lee", role=LEAD, organisation="Library 2", actor=LIBRARIAN_1)
    changed = engine.change_person("Lee", role=LEAD, organisation="Library 1", actor=LIBRARIAN_1)
    assert changed.holdings == holding((LEAD, "Library 1"), (LEAD, "Library 2"))
    assert (changed.roles, changed.organisations) == ((LEAD,), ("Library 1", "Library 2"))
    assert engine.people() == (changed,)
    assert engine.actor("Lee") == Actor(name="Lee", holdings=changed.holdings, id=changed.id)


@pytest.mark.parametrize(
    ("known", "roles", "organisation", "expected"),
    [
        pytest.param([("keeper", "")], (CLERK,), "L1", [(CLERK, "L1"), ("keeper", "")], id="a further role"),
        pytest.param([(LEAD, "L1")], ("keeper",), None, [("keeper", ""), (LEAD, "L1")], id="a role in no organisation"),
        pytest.param([(LEAD, "L1")], (LEAD,), "l1", [(LEAD, "L1")], id="the same organisation spelt otherwise"),
        pytest.param([(LEAD, "L1")], (LEAD,), None, [(LEAD, "L1")], id="a role that they have"),
        pytest.param([("keeper", "")], ("keeper",), "L1", [("keeper", "L1")], id="an organisation for a role"),
        pytest.param([(LEAD, "L1"), ("keeper", "")], (), "L2", [("keeper", "L2"), (LEAD, "L2")], id="all roles move"),
        pytest.param([(LEAD, "L1")], (), None, [(LEAD, "L1")], id="nothing"),
    ],
)
def test_a_change_adds_roles_or_moves_them_all(
    known: list[tuple[str, str]], roles: tuple[str, ...], organisation: str | None, expected: list[tuple[str, str]]
) -> None:
    person = Person(name="Lee", holdings=holding(*known))
    assert changed_holdings(person, roles, organisation) == tuple(sorted(holding(*expected)))


def test_roles_in_two_organisations_are_not_moved_together(engine: Engine) -> None:
    engine.add_person("Lee", role=LEAD, organisation="Library 1", actor=LIBRARIAN_1)
    engine.change_person("Lee", role=LEAD, organisation="Library 2", actor=LIBRARIAN_1)
    with pytest.raises(BadValue, match="the role too, since Lee acts for Library 1 and Library 2, found no role"):
        engine.change_person("Lee", organisation="Library 3", actor=LIBRARIAN_1)


def test_roles_are_removed_in_one_organisation_or_in_all(engine: Engine) -> None:
    engine.add_person("Lee", role=(CLERK, LEAD), organisation="Library 1", actor=LIBRARIAN_1)
    engine.change_person("Lee", role=(CLERK, LEAD), organisation="Library 2", actor=LIBRARIAN_1)
    with pytest.raises(BadValue, match="expected one of Library 1, Library 2, found Library 3"):
        engine.remove_person("Lee", role=LEAD, organisation="Library 3", actor=LIBRARIAN_1)
    left = engine.remove_person("Lee", role=LEAD, organisation="LIBRARY 1", actor=LIBRARIAN_1)
    assert left.holdings == holding((CLERK, "Library 1"), (CLERK, "Library 2"), (LEAD, "Library 2"))
    assert engine.remove_person("Lee", organisation="Library 2", actor=LIBRARIAN_1).holdings == holding(
        (CLERK, "Library 1")
    )
    assert engine.remove_person("Lee", organisation="Library 1", actor=LIBRARIAN_1).holdings == ()
    assert engine.people() == ()


def test_no_organisation_is_removed_from_a_person_without_one(engine: Engine) -> None:
    engine.add_person("Lee", role="keeper", actor=LIBRARIAN_1)
    with pytest.raises(BadValue, match="the organisation: expected none, found Library 1"):
        engine.remove_person("Lee", organisation="Library 1", actor=LIBRARIAN_1)
    assert engine.people() == (person_named("Lee", "keeper", email=None),)

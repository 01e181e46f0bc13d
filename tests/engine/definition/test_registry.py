"""The workflows that an engine knows, by name and version."""

from __future__ import annotations

import pytest

from casereview.engine.definition.registry import Registry
from casereview.engine.definition.workflow import Role, State
from casereview.engine.errors.faults import UnsoundWorkflow
from casereview.engine.errors.unknown import UnknownVersion, UnknownWorkflow

from ...support.changed_copies import replace
from ...support.loan_decisions import open_loan
from ...support.loan_workflow import CLAIM, LOAN, ROLES, STATES, TRANSITIONS, Report, loan, step_to

NEWER = loan(
    version=2,
    states=(*STATES, State(name="sold", title="sold", meaning="It is sold.", is_end=True)),
    transitions=(*TRANSITIONS, step_to("sell", ("lent",), "sold", Report)),
    roles=(*ROLES, Role(name="buyer", title="buyer")),
)


def test_the_newest_version_of_a_workflow_opens_cases() -> None:
    assert Registry((LOAN, NEWER, CLAIM)).latest("loan") is NEWER
    assert Registry((NEWER, LOAN, CLAIM)).latest("loan") is NEWER


def test_a_case_follows_the_version_it_was_opened_with() -> None:
    registry = Registry((LOAN, NEWER, CLAIM))
    case = open_loan().case
    assert registry.for_case(case) is LOAN
    assert registry.for_case(replace(case, workflow_version=2)) is NEWER


def test_workflows_keep_their_order_whatever_their_versions() -> None:
    assert list(Registry((NEWER, CLAIM, LOAN))) == [NEWER, CLAIM]
    assert list(Registry((CLAIM, LOAN, NEWER))) == [CLAIM, NEWER]


def test_the_registry_has_every_version() -> None:
    assert Registry((NEWER, CLAIM, LOAN)).all == (NEWER, CLAIM, LOAN)


def test_the_registry_has_all_roles_and_states_each_once() -> None:
    registry = Registry((LOAN, CLAIM))
    assert list(registry.roles) == ["reader", "librarian", "clerk", "keeper"]
    assert tuple(registry.states) == (
        "asked",
        "approved",
        "lent",
        "returned",
        "refused",
        "written_off",
        "made",
        "settled",
    )
    assert registry.states["asked"] == "asked for"
    assert "buyer" in Registry((LOAN, NEWER, CLAIM)).roles


def test_states_and_roles_of_an_earlier_version_are_known_too() -> None:
    sold = State(name="sold", title="sold", meaning="It is sold.")
    back = step_to("buy_back", ("sold",), "lent", Report)
    earlier = loan(states=(*STATES, sold), transitions=(*NEWER.transitions, back), roles=NEWER.roles)
    latest = loan(version=2, states=tuple(replace(state, title=f"{state.title} now") for state in STATES))
    registry = Registry((earlier, latest, CLAIM))
    assert registry.states["asked"] == "asked for now"
    assert registry.states["sold"] == "sold"
    assert list(registry.states_of("loan")) == [*(state.name for state in STATES), "sold"]
    assert "sold" in registry.open_states("loan")["loan"]
    assert list(registry.roles) == [*(role.name for role in ROLES), "buyer"]


def test_an_unknown_workflow_is_refused_with_the_known_ones() -> None:
    with pytest.raises(UnknownWorkflow) as caught:
        Registry((LOAN, CLAIM)).latest("sale")
    assert caught.value.facts() == {"name": "sale", "known": ["loan", "claim"], "titles": ["Loan", "Insurance claim"]}


def test_an_unknown_version_is_refused_with_the_known_ones() -> None:
    with pytest.raises(UnknownVersion) as caught:
        Registry((NEWER, CLAIM)).version("loan", 1)
    assert caught.value.facts() == {"workflow": "loan", "title": "Loan", "version": 1, "known": [2]}


def test_a_case_of_an_unknown_version_is_read_by_the_nearest_one() -> None:
    registry, case = Registry((NEWER, loan(version=4), CLAIM)), open_loan().case
    assert not registry.has(case)
    found = registry.for_case(case)
    assert (found.version, found.title, found.state("asked").title) == (1, "Loan", "asked for")
    assert found is registry.for_case(case)
    assert found.steps_from("asked") == ()


def test_a_stand_in_names_what_it_does_not_have() -> None:
    found = Registry((CLAIM,)).for_case(open_loan().case)
    assert (found.title, found.version, found.transition("lend"), found.is_primary) == ("Loan", 1, None, True)
    assert (found.state("in_store").title, found.state("in_store").is_end) == ("in store", False)
    assert (found.deadline("take_up").title, found.deadline("take_up").owner) == ("take up", "unknown")
    assert (found.title_of_step("put_by"), found.titles_of(("head_keeper",))) == ("put by", "head keeper")
    assert (found.title_of_step("open"), found.role("head_keeper").title) == ("Opening", "head keeper")


def test_a_registry_may_be_empty() -> None:
    registry = Registry(())
    assert (list(registry), dict(registry.roles), registry.states) == ([], {}, {})


def test_roles_of_one_name_in_two_workflows_lend_each_other_no_rights() -> None:
    manager = Role(name="keeper", title="keeper", manages_people=True)
    other = replace(CLAIM, roles=(manager, *(role for role in CLAIM.roles if role.name != manager.name)))
    with pytest.raises(UnsoundWorkflow, match="Its role keeper is not the one that claim has"):
        Registry((LOAN, other))

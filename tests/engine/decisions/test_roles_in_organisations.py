"""A role held in an organisation counts in that organisation's cases only."""

from __future__ import annotations

from dataclasses import replace

import pytest

from casereview.engine import Engine
from casereview.engine.decisions.permission import available_steps, roles_in
from casereview.engine.errors.refusals import Refused
from casereview.engine.model.people import Actor, DecidedBy, RoleHolding, role_holdings
from casereview.persistence import Database

from ...support.loan_decisions import decision_context, evening_of
from ...support.loan_engine import MONDAY
from ...support.loan_workflow import BRANCH_CLERK, BRANCH_LEAD, CLAIM, READER_1, ROLES, TRANSITIONS, loan

LEAD = BRANCH_LEAD.name
APPROVED_BY_LEADS = tuple(
    replace(step, roles=(LEAD, *step.roles), guards=()) if step.trigger == "inspect" else step for step in TRANSITIONS
)
WORKFLOW = loan(roles=(*ROLES, BRANCH_LEAD), transitions=APPROVED_BY_LEADS)
OPENED_BY_LEADS = replace(WORKFLOW, opening=replace(WORKFLOW.opening, roles=(LEAD, *WORKFLOW.opening.roles)))


def lead_of(organisation: str | None) -> Actor:
    return Actor(name="Lee Other", roles=frozenset({LEAD}), organisation=organisation)


@pytest.fixture
def engine(database: Database) -> Engine:
    return Engine(database, (OPENED_BY_LEADS, CLAIM), now=lambda: evening_of(MONDAY))


@pytest.fixture
def ref(engine: Engine) -> str:
    return engine.open("loan", actor=READER_1, data={"title": "A globe", "library": "Library 1"}).ref


@pytest.mark.parametrize("organisation", ["Library 1", "LIBRARY\u00a01"])
def test_a_lead_acts_in_the_cases_of_the_own_organisation(engine: Engine, ref: str, organisation: str | None) -> None:
    case = engine.step(ref, "inspect", actor=lead_of(organisation), data={"condition": "good"})
    assert engine.history(ref)[-1].decided_by == DecidedBy(name="Lee Other", capacity=LEAD)
    assert case.data["inspect"] == {"condition": "good"}


def test_a_lead_of_another_organisation_is_refused(engine: Engine, ref: str) -> None:
    with pytest.raises(Refused, match="Lee Other has that role in Library 9, which takes no part in this case"):
        engine.step(ref, "inspect", actor=lead_of("Library 9"), data={"condition": "good"})
    myself = DecidedBy(name="lee other", capacity=LEAD)
    with pytest.raises(Refused, match="has the role of branch lead in Library 9, which takes no part in this case"):
        engine.step(ref, "inspect", actor=lead_of("Library 9"), data={"condition": "good"}, decided_by=myself)
    assert len(engine.history(ref)) == 1


def test_a_lead_of_no_organisation_acts_nowhere(engine: Engine, ref: str) -> None:
    with pytest.raises(Refused, match="Lee Other has that role without an organisation, so that it counts in no case"):
        engine.step(ref, "inspect", actor=lead_of(None), data={"condition": "good"})
    myself = DecidedBy(name="Lee Other", capacity=LEAD)
    with pytest.raises(Refused, match="has the role of branch lead without an organisation"):
        engine.step(ref, "inspect", actor=lead_of(None), data={"condition": "good"}, decided_by=myself)


def test_a_person_holds_each_role_in_its_own_organisation(engine: Engine, ref: str) -> None:
    clerk_here = Actor(
        name="Lee", holdings={RoleHolding(BRANCH_CLERK.name, "Library 1"), RoleHolding(LEAD, "Library 9")}
    )
    with pytest.raises(Refused, match="Lee has that role in Library 9, which takes no part in this case"):
        engine.step(ref, "inspect", actor=clerk_here, data={"condition": "good"})
    in_three = replace(clerk_here, holdings=role_holdings((LEAD,), "Library 8") | clerk_here.holdings)
    with pytest.raises(Refused, match="Lee has that role in Library 8 and Library 9, which take no part in this case"):
        engine.step(ref, "inspect", actor=in_three, data={"condition": "good"})
    lead_here = replace(clerk_here, holdings={*clerk_here.holdings, RoleHolding(LEAD, "Library 1")})
    assert engine.step(ref, "inspect", actor=lead_here, data={"condition": "good"}).data["inspect"]


def test_the_list_of_steps_says_that_the_organisation_takes_no_part(engine: Engine, ref: str) -> None:
    case = engine.case(ref)
    blocked = {
        organisation: [
            block.guard
            for step in available_steps(WORKFLOW, case, decision_context(evening_of(MONDAY)), lead_of(organisation))
            if step.transition.trigger == "inspect"
            for block in step.blocked_by
        ]
        for organisation in ("Library 1", "Library 9")
    }
    assert blocked == {"Library 1": [], "Library 9": ["role"]}


def test_a_lead_opens_cases_of_the_own_organisation_only(engine: Engine) -> None:
    lead = lead_of("Library 1")
    assert engine.open("loan", actor=lead, data={"title": "A globe", "library": "library 1"}).ref == "LN-2026-001"
    with pytest.raises(Refused, match="takes no part in this case"):
        engine.open("loan", actor=lead, data={"title": "A globe", "library": "Library 2"})


def test_a_role_that_acts_for_no_organisation_counts_everywhere() -> None:
    actor = Actor(name="Kim", roles=frozenset({LEAD, "keeper"}), organisation="Library 9")
    assert roles_in(WORKFLOW, actor, ("Library 1",)) == {"keeper"}
    assert roles_in(WORKFLOW, actor, ("Library 1", "Library 9")) == {LEAD, "keeper"}

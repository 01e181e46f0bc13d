"""A partnership review that a board chair commissions instead of a Serious Case Review."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from casereview.engine import Engine
from casereview.engine.errors.bad_input import InvalidForm
from casereview.engine.model.case import Link
from casereview.engine.model.evolve import fold
from casereview.engine.model.people import Actor, DecidedBy
from casereview.persistence import Database
from casereview.workflows import WORKFLOWS

from ...support.review_stories import MANAGER, evening_of
from ...support.step_records import SERIOUS_CASE_RECORDS


@pytest.fixture
def engine() -> Iterator[Engine]:
    """Provide an engine over a fresh database, on 20 January 2018."""
    database = Database("sqlite://")
    database.create()
    yield Engine(database, WORKFLOWS, now=lambda: evening_of(date(2018, 1, 20)))
    database.close()


CHAIR = Actor(name="Chair 1", roles=frozenset({"board_chair"}))


BY_SUBGROUP = DecidedBy(name="Chair 2", capacity="subgroup_chair")


BY_CHAIR = DecidedBy(name="Chair 1", capacity="board_chair", evidence="letter of that day")


def recommended(engine: Engine, **data: Any) -> str:
    on = date(2018, 1, 8)
    ref = engine.open("serious_case_review", actor=MANAGER, data={**SERIOUS_CASE_RECORDS["refer"], **data}, on=on).ref
    engine.step(ref, "recommend", actor=MANAGER, decided_by=BY_SUBGROUP, data=SERIOUS_CASE_RECORDS["recommend"], on=on)
    return ref


@pytest.mark.parametrize(
    ("actor", "decided_by"), [(MANAGER, BY_CHAIR), (CHAIR, None)], ids=["recorded for the chair", "by the chair"]
)
def test_commissioning_opens_a_linked_review_in_one_transaction(
    engine: Engine, actor: Actor, decided_by: DecidedBy | None
) -> None:
    ref = recommended(engine, other_agencies=["Agency 2"])
    case = engine.step(
        ref,
        "commission_partnership_review",
        actor=actor,
        decided_by=decided_by,
        data=SERIOUS_CASE_RECORDS["commission_partnership_review"],
        on=date(2018, 1, 19),
    )
    other = engine.case("PR-2018-001")
    assert (case.state, case.links) == ("diverted", (Link(relation="partnership_review", ref="PR-2018-001"),))
    assert (other.state, other.links) == ("referred", (Link(relation="commissioned_by", ref=ref),))
    assert (other.title, other.opened_on, other.organisations) == (
        "Child A",
        date(2018, 1, 19),
        ("Agency 1", "Agency 2"),
    )
    assert other.data["refer"] == {
        "title": "Child A",
        "agency": "Agency 1",
        "lessons": "How agencies share what they know.",
        "other_agencies": ["Agency 2"],
    }
    (opened,) = engine.history("PR-2018-001")
    assert (opened.decided_by or BY_CHAIR).name == "Chair 1"
    assert fold((opened,)) == other


def test_a_commission_that_is_not_well_formed_opens_nothing(engine: Engine) -> None:
    ref = recommended(engine)
    before = engine.case(ref)
    spoilt = {**SERIOUS_CASE_RECORDS["commission_partnership_review"], "lessons": "x\x00"}
    with pytest.raises(InvalidForm):
        engine.step(ref, "commission_partnership_review", actor=CHAIR, data=spoilt, on=date(2018, 1, 19))
    assert engine.cases() == (before,)

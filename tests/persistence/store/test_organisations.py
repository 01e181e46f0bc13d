"""Tests that a case is no longer found by an agency that has left it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from casereview.engine import Case, Engine, Step
from casereview.engine.ports.records import Selection
from casereview.persistence import Database
from casereview.persistence.audit.verify import verify

from ...support.loan_decisions import evening_of
from ...support.loan_organisations import CHANGING_LOAN
from ...support.loan_workflow import CLAIM, KEEPER_1, READER_1

DAY = date(2026, 1, 6)


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    made = Database(database_url)
    yield made
    made.close()


@pytest.fixture
def engine(database: Database) -> Engine:
    return Engine(database, (CHANGING_LOAN, CLAIM), now=lambda: evening_of(DAY))


@pytest.fixture
def case(engine: Engine) -> Case:
    return engine.open(
        "loan", actor=READER_1, data={"title": "A globe", "library": "Library 1", "others": ["Library 2", "Library 3"]}
    )


def leave(**data: Any) -> Step:
    return Step(ref="LN-2026-001", trigger="leave", actor=KEEPER_1, data=data)


def found_by(engine: Engine) -> list[str]:
    agencies = ("Library 1", "Library 2", "Library 3", "Library 4")
    return [agency for agency in agencies if engine.cases(Selection(organisation=agency))]


@pytest.mark.parametrize("together", [False, True], ids=["one by one", "in one transaction"])
@pytest.mark.parametrize(
    ("steps", "left"),
    [
        pytest.param(({"left": ["Library 2"]},), ["Library 1", "Library 3"], id="one leaves"),
        pytest.param(
            ({"left": ["Library 2"]}, {"left": ["Library 3"], "joins": "Library 4"}),
            ["Library 1", "Library 4"],
            id="another has a successor",
        ),
        pytest.param(
            ({"left": ["Library 2"]}, {"joins": "Library 2"}),
            ["Library 1", "Library 2", "Library 3"],
            id="it joins again",
        ),
        pytest.param(({"left": ["Library 1", "Library 2", "Library 3"]},), [], id="all leave"),
    ],
)
@pytest.mark.usefixtures("case")
def test_a_case_is_found_by_its_participating_agencies(
    engine: Engine, database: Database, steps: tuple[dict[str, Any], ...], left: list[str], together: bool
) -> None:
    if together:
        engine.record_many([leave(**data) for data in steps])
    else:
        for data in steps:
            engine.record(leave(**data))
    assert found_by(engine) == left
    assert list(engine.case("LN-2026-001").organisations) == left
    with database.connection() as connection:
        assert list(verify(connection).faults) == []


CURLY, STRAIGHT = "Children\u2019s Library", "CHILDREN'S  LIBRARY"


def test_two_spellings_of_one_agency_are_one_agency(engine: Engine) -> None:
    for library in (CURLY, STRAIGHT):
        engine.open("loan", actor=READER_1, data={"title": "A globe", "library": library})
    for spelling in (CURLY, STRAIGHT):
        assert len(engine.cases(Selection(organisation=spelling))) == 2
        assert {due.ref for due in engine.deadlines(organisation=spelling)} == {"LN-2026-001", "LN-2026-002"}


def test_an_agency_that_joins_in_another_spelling_keeps_the_first(engine: Engine) -> None:
    engine.open("loan", actor=READER_1, data={"title": "A globe", "library": CURLY})
    assert engine.record(leave(joins=STRAIGHT)).case.organisations == (CURLY,)
    assert engine.record(leave(left=[STRAIGHT])).case.organisations == ()

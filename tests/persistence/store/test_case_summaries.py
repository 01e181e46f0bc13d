"""Summaries of reviews with their parts: the first due date, and the number of overdue deadlines."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, time

import pytest

from casereview.engine import Case, Engine
from casereview.engine.errors.unknown import UnknownWorkflow
from casereview.engine.ports.records import Selection
from casereview.persistence import Database

from ...support.lending_sets import A_PART, A_SET, KEEPER, KEEPER_1, SETS
from ...support.loan_workflow import CLAIM, RECORDS_BY_STEP

DAY = date(2026, 1, 5)
DUE = date(2026, 1, 19)
"""Fourteen days later a part is due back."""


class Present:
    """The present, as a test sets it."""

    day = DAY

    def __call__(self) -> datetime:
        return datetime.combine(self.day, time(10), UTC)


@pytest.fixture
def present() -> Present:
    return Present()


@pytest.fixture
def engine(database_url: str, present: Present) -> Iterator[Engine]:
    database = Database(database_url)
    yield Engine(database, SETS, now=present)
    database.close()


def a_set(engine: Engine, parts: int) -> Case:
    root = engine.open("set", actor=KEEPER_1, data=A_SET)
    for _ in range(parts):
        engine.open("part", actor=KEEPER_1, data=A_PART, parent=root.ref)
    return root


def doing(engine: Engine, by: date | None = None) -> list[tuple[str, date | None, int]]:
    return [
        (one.ref, None if one.first_due_at is None else one.first_due_at.date(), one.overdue)
        for one in engine.case_summaries(by=by)
    ]


def test_a_review_counts_the_overdue_deadlines_of_its_parts(engine: Engine, present: Present) -> None:
    without, with_three = a_set(engine, 0), a_set(engine, 3)
    below = engine.open("part", actor=KEEPER_1, data=A_PART, parent=f"{with_three.ref}/P01")
    engine.step(f"{with_three.ref}/P02", "close_part", actor=KEEPER_1, data={})
    assert doing(engine) == [(without.ref, None, 0), (with_three.ref, None, 0)]
    assert doing(engine, by=DUE) == [(with_three.ref, date(2026, 1, 20), 0), (without.ref, None, 0)]
    present.day = date(2026, 1, 20)
    assert doing(engine) == [(with_three.ref, date(2026, 1, 20), 3), (without.ref, None, 0)]
    assert below.parent == f"{with_three.ref}/P01"
    (late, _) = engine.case_summaries()
    assert (late.title, late.workflow, late.state) == ("A chess set", "set", "out")


def test_reviews_with_the_earliest_due_date_come_first(engine: Engine, present: Present) -> None:
    later, earlier = a_set(engine, 1), a_set(engine, 1)
    engine.step(f"{later.ref}/P01", "close_part", actor=KEEPER_1, data={})
    present.day = date(2026, 1, 7)
    engine.step(f"{later.ref}/P01", "reopen_part", actor=KEEPER_1, data={})
    present.day = date(2026, 2, 2)
    assert [ref for ref, _, _ in doing(engine)] == [earlier.ref, later.ref]


def test_closed_reviews_are_not_among_the_summaries(engine: Engine) -> None:
    ended, going_on = a_set(engine, 0), a_set(engine, 0)
    engine.step(ended.ref, "close_set", actor=KEEPER_1, data={})
    assert [one.ref for one in engine.case_summaries()] == [going_on.ref]


def test_summaries_can_be_limited_in_number_and_to_a_workflow(engine: Engine) -> None:
    a_set(engine, 1), a_set(engine, 1)
    assert len(engine.case_summaries(limit=1)) == 1
    assert len(engine.case_summaries(workflow="set")) == 2
    # Parts have no summary of their own.
    assert engine.case_summaries(workflow="part") == ()
    with pytest.raises(UnknownWorkflow):
        engine.case_summaries(workflow="sale")


def test_auxiliary_cases_are_left_out_unless_asked_for(database_url: str) -> None:
    database = Database(database_url)
    database.create()
    roles = (KEEPER, *(role for role in CLAIM.roles if role.name != KEEPER.name))
    talk = replace(CLAIM, name="talk", prefix="TK", auxiliary=True, roles=roles)
    engine = Engine(database, (*SETS, talk), now=Present())
    beside = engine.open("talk", actor=KEEPER_1, data=RECORDS_BY_STEP["claim"])
    a_case = a_set(engine, 1)
    assert [one.ref for one in engine.case_summaries()] == [a_case.ref]
    assert [one.ref for one in engine.case_summaries(workflow="talk")] == [beside.ref]
    assert [one.ref for one in engine.cases(Selection(roots_only=True))] == [a_case.ref]
    assert [one.ref for one in engine.cases(Selection(workflow="talk"))] == [beside.ref]
    assert beside.ref in {one.ref for one in engine.cases()}
    database.close()

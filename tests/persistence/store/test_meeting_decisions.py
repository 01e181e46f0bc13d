"""A meeting's decision saves its own record and the case's step, or neither, on both databases."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime
from typing import Any

import pytest

from casereview.engine import Actor, Engine
from casereview.engine.errors.bad_input import BatchFailed
from casereview.engine.errors.refusals import Refused
from casereview.engine.model.case import Case
from casereview.engine.model.commands import Step
from casereview.persistence import Database
from casereview.workflows import WORKFLOWS
from casereview.workflows.meeting import decided_by_meeting

NOW = datetime(2026, 2, 4, 9, tzinfo=UTC)
HELD_ON = date(2026, 2, 3)
ME = Actor(name="Sam Reed", roles=frozenset({"business_manager"}))
SCOPE = {
    "period": {"start": "2024-01-01", "end": "2026-01-05"},
    "agencies": ["Agency 1", "Agency 2"],
    "key_lines_of_enquiry": ["What was known to whom?"],
}


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    database = Database(database_url)
    yield Engine(database, WORKFLOWS, now=lambda: NOW)
    database.close()


def review(engine: Engine) -> str:
    data = {"title": "Child A", "agency": "Agency 1", "lessons": "How a family is handed over."}
    return engine.open("partnership_review", actor=ME, data=data, on=date(2026, 1, 20)).ref


def held(engine: Engine, present: Sequence[str]) -> Case:
    call = {"title": "It", "kind": "subgroup", "held_on": HELD_ON.isoformat(), "chair": "Kim Cole", "quorum": 2}
    called = engine.open("meeting", actor=ME, data=call, on=date(2026, 1, 20))
    return engine.step(called.ref, "attend", actor=ME, data={"present": list(present)}, on=HELD_ON)


def decided(meeting: Case, ref: str, data: dict[str, Any]) -> tuple[Step, Step]:
    authority = decided_by_meeting(meeting, item="4")
    own = {"item": "4", "ref": ref, "trigger": "agree_scope", "in_the_chair": authority.name, "decision": "Agreed."}
    return (
        Step(ref=meeting.ref, trigger="decide", actor=ME, data=own, decided_by=authority, on=HELD_ON),
        Step(ref=ref, trigger="agree_scope", actor=ME, data=data, decided_by=authority, on=HELD_ON),
    )


def test_one_decision_saves_both_records(engine: Engine) -> None:
    ref, meeting = review(engine), held(engine, ["Kim Cole", "Lee Hart"])
    minuted, scoped = engine.record_many(decided(meeting, ref, SCOPE))
    assert (minuted.case.state, scoped.case.state) == ("held", "scoped")
    assert [link.ref for link in minuted.case.links] == [ref]
    assert scoped.events[-1].decided_by == minuted.events[-1].decided_by


@pytest.mark.parametrize(
    ("present", "data", "number"),
    [
        pytest.param(["Kim Cole"], SCOPE, 0, id="no quorum"),
        pytest.param(["Kim Cole", "Lee Hart"], {}, 1, id="a record that is none"),
    ],
)
def test_neither_record_is_saved_if_one_cannot_be(
    engine: Engine, present: Sequence[str], data: dict[str, Any], number: int
) -> None:
    ref, meeting = review(engine), held(engine, present)
    with pytest.raises(BatchFailed) as caught:
        engine.record_many(decided(meeting, ref, data))
    assert caught.value.number == number
    assert (engine.case(meeting.ref).version, engine.case(ref).version) == (2, 1)


def test_a_case_that_changed_since_is_refused_with_the_meeting(engine: Engine) -> None:
    ref, meeting = review(engine), held(engine, ["Kim Cole", "Lee Hart"])
    other = held(engine, ["Kim Cole", "Lee Hart"])
    engine.record_many(decided(other, ref, SCOPE))
    with pytest.raises(BatchFailed) as caught:
        engine.record_many(decided(meeting, ref, SCOPE))
    assert isinstance(caught.value.cause, Refused)
    assert engine.case(meeting.ref).links == ()

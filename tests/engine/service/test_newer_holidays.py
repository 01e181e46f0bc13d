"""A bank holiday comes with a newer release of the list, or leaves it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from structlog.testing import capture_logs

from casereview.engine import Engine
from casereview.engine.deadlines.overrides import DayKind
from casereview.engine.decisions.rescheduling import ChangedDueDate
from casereview.engine.errors.base import BadInput
from casereview.engine.errors.refusals import NotAllowed
from casereview.engine.model import calendar as calendar_module
from casereview.engine.model.clock import EventKind
from casereview.engine.model.commands import NewDate, Suspend
from casereview.engine.service import count_checks
from casereview.engine.service.count_checks import digest_of_days
from casereview.engine.worker import Tick
from casereview.persistence import Database

from ...support.loan_decisions import clock, evening_of
from ...support.loan_workflow import ASKED_ON, CLAIM, ESCALATED_LOAN, KEEPER_1, LIBRARIAN_1, READER_1, RECORDS_BY_STEP
from ...support.movable_time import MovableTime

PROCLAIMED = date(2026, 1, 9)
INSPECT = ChangedDueDate(
    ref="LN-2026-001", deadline="inspect", title="inspect", previous_due=date(2026, 1, 12), due=date(2026, 1, 13)
)


@pytest.fixture
def record(database_url: str) -> Iterator[Database]:
    """A fresh database, of each kind in turn."""
    made = Database(database_url)
    yield made
    made.close()


@pytest.fixture
def library(record: Database, present: MovableTime) -> Engine:
    """Return a library with a loan that was asked for on 5 January 2026."""
    present.at = evening_of(ASKED_ON)
    made = Engine(record, (ESCALATED_LOAN, CLAIM), now=present)
    made.add_person("Librarian 1", role="librarian", email="l@example.org", actor=LIBRARIAN_1)
    made.open("loan", actor=READER_1, data=RECORDS_BY_STEP["ask"])
    return made


@pytest.fixture
def newer(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A newer release, which knows a day that was proclaimed."""
    former = calendar_module._bank_holidays

    def later(country: str, subdivision: str, year: int) -> dict[date, str]:
        proclaimed = {PROCLAIMED: "A day of thanks"} if year == PROCLAIMED.year else {}
        return {**former(country, subdivision, year), **proclaimed}

    # Both remember days, as they would not in another process.
    _forget()
    monkeypatch.setattr(calendar_module, "_bank_holidays", later)
    yield
    _forget()


def _forget() -> None:
    digest_of_days.cache_clear()


def check_of(engine: Engine) -> tuple[bool, str]:
    return next((one.passed, one.found) for one in engine.health_checks() if one.name == "due dates")


def test_a_sweep_and_the_checks_name_the_deadlines(library: Engine, request: pytest.FixtureRequest) -> None:
    assert library.sweep().miscounted == ()
    assert check_of(library) == (True, "all are counted by the bank holidays as they are known")
    request.getfixturevalue("newer")
    for _ in range(2):  # until they are counted anew
        assert library.sweep().miscounted == (INSPECT,)
    assert library.miscounted() == (INSPECT,)
    assert check_of(library) == (False, "LN-2026-001: inspect, 2026-01-12 (by the count 2026-01-13)")
    assert clock(library.case(INSPECT.ref), "inspect").due == date(2026, 1, 12)  # nothing moves by itself


def test_one_command_counts_them_anew(library: Engine, newer: None) -> None:
    dry = library.recount(reasons="Proclaimed.", actor=LIBRARIAN_1, dry_run=True)
    assert (dry.changed, dry.failed) == ((INSPECT,), ())
    assert library.miscounted() == (INSPECT,)
    assert library.recount(reasons="Proclaimed.", actor=LIBRARIAN_1).changed == (INSPECT,)
    event = library.history(INSPECT.ref)[-1]
    assert (event.kind, event.recorded_by, event.data["reasons"]) == (
        EventKind.RECALCULATED,
        "Librarian 1",
        "Proclaimed.",
    )
    moved = clock(library.case(INSPECT.ref), "inspect")
    assert (moved.due, moved.revisions[-1].cause) == (date(2026, 1, 13), EventKind.RECALCULATED)
    assert library.sweep().miscounted == ()
    assert library.recount(reasons="Proclaimed.", actor=LIBRARIAN_1).changed == ()


def test_a_day_that_leaves_the_list_is_found_as_well(
    library: Engine, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    former = calendar_module._bank_holidays
    request.getfixturevalue("newer")
    library.recount(reasons="Proclaimed.", actor=LIBRARIAN_1)
    assert library.sweep().miscounted == ()
    _forget()
    monkeypatch.setattr(calendar_module, "_bank_holidays", former)
    assert [(one.previous_due, one.due) for one in library.sweep().miscounted] == [
        (date(2026, 1, 13), date(2026, 1, 12))
    ]


def test_agreed_and_suspended_deadlines_are_not_named_for_nothing(
    library: Engine, request: pytest.FixtureRequest
) -> None:
    library.record(NewDate(ref=INSPECT.ref, deadline="inspect", to=date(2026, 1, 14), actor=KEEPER_1, reasons="x"))
    library.record(Suspend(ref=INSPECT.ref, actor=KEEPER_1, proceeding="The audit", consulted="x", reasons="x"))
    request.getfixturevalue("newer")
    assert library.sweep().miscounted == ()


def test_a_sweep_looks_only_once_while_the_same_days_count(library: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    library.sweep()
    monkeypatch.setattr(count_checks, "miscounted", lambda *_: pytest.fail("it looked again"))
    assert library.sweep().miscounted == ()


def test_a_day_that_the_office_sets_is_no_reason_to_name_anything(library: Engine) -> None:
    library.sweep()
    library.set_day(PROCLAIMED, DayKind.CLOSED, reasons="x", actor=LIBRARIAN_1)
    assert library.sweep().miscounted == ()


def test_a_case_that_cannot_be_processed_keeps_no_other_from_being_named(
    record: Database, present: MovableTime, library: Engine, newer: None
) -> None:
    other = Engine(record, (CLAIM,), now=present)
    assert other.miscounted() == ()
    assert library.miscounted() == (INSPECT,)


def test_no_more_than_a_hundred_are_named(library: Engine, newer: None, monkeypatch: pytest.MonkeyPatch) -> None:
    library.open("loan", actor=READER_1, data=RECORDS_BY_STEP["ask"])
    monkeypatch.setattr(count_checks, "MAX_MISCOUNTED", 1)
    assert library.miscounted() == (INSPECT,)


def test_a_worker_logs_the_deadlines(library: Engine, present: MovableTime, newer: None) -> None:
    tick = Tick(engine=library, every=timedelta(minutes=1), worker="desk")
    with capture_logs() as log:
        assert tick()
    assert [
        (one["ref"], one["deadline"], one["due"], one["counted"])
        for one in log
        if one["event"] == "due date not as counted"
    ] == [("LN-2026-001", "inspect", "2026-01-12", "2026-01-13")]


def test_only_a_manager_counts_anew_and_says_why(library: Engine) -> None:
    with pytest.raises(NotAllowed):
        library.recount(reasons="x", actor=KEEPER_1)
    with pytest.raises(BadInput):
        library.recount(reasons="", actor=LIBRARIAN_1)

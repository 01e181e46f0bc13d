"""A day is announced or withdrawn: every open clock is recalculated, each case with an event of its own."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy import update

from casereview.engine import Engine
from casereview.engine.deadlines.arithmetic import current_due_date
from casereview.engine.deadlines.overrides import CalendarChange, CalendarOverride, DayKind, Overrides
from casereview.engine.deadlines.schedule import DeadlineRules
from casereview.engine.decisions.rescheduling import ChangedDueDate, decide_recalculation
from casereview.engine.errors.bad_input import BadValue
from casereview.engine.errors.refusals import NotAllowed
from casereview.engine.model.calendar import ENGLAND_AND_WALES, Calendar
from casereview.engine.model.case import UNIT, Case
from casereview.engine.model.clock import Clock, ClockStatus, EventKind
from casereview.engine.model.evolve import evolve, fold
from casereview.engine.model.people import Cause
from casereview.engine.ports.store import Reader, Store, Writer
from casereview.engine.service.settings import PAGE
from casereview.engine.service.unit_record import UnitRecord
from casereview.persistence import Database
from casereview.persistence.schema import tables

from ...support.loan_decisions import (
    COMMAND_ID,
    apply_step,
    case_after_sweep,
    clock,
    evening_of,
    move_due_date,
    open_loan,
    resume_loan,
    suspend_loan,
)
from ...support.loan_workflow import ASKED_ON, CLAIM, ESCALATED_LOAN, KEEPER_1, LIBRARIAN_1, READER_1, RECORDS_BY_STEP
from ...support.movable_time import MovableTime

HOLIDAY = CalendarOverride(
    day=date(2026, 1, 9),
    counts_as=DayKind.CLOSED,
    reasons="A day of mourning.",
    recorded_by="Librarian 1",
    recorded_at=evening_of(date(2026, 1, 6)),
)
NOW = evening_of(date(2026, 1, 6))
CAUSE = Cause(command_id=COMMAND_ID, recorder=LIBRARIAN_1.recorder)


def change_of(day: CalendarOverride) -> CalendarChange:
    return CalendarChange(day=day, reasons=day.reasons)


def rules(*days: CalendarOverride) -> DeadlineRules:
    local = Overrides(days=days)
    return DeadlineRules(workflow=ESCALATED_LOAN, calendar=local.calendar(ENGLAND_AND_WALES), overrides=local)


def after(case: Case, *days: CalendarOverride, now: datetime = NOW) -> tuple[Case, tuple[ChangedDueDate, ...]]:
    """The case once its clocks are counted anew, and the dates that moved."""
    decision, found = decide_recalculation(rules(*days), case, change_of(days[-1]), CAUSE, now)
    return (case if decision is None else decision.case), found


@pytest.fixture
def case() -> Case:
    """A loan that was asked for on 5 January, wanted on 2 March: inspected by the 12th, prepared by 19 February."""
    return open_loan(workflow=ESCALATED_LOAN, wanted_on="2026-03-02").case


# --- one case -------------------------------------------------------------------------------------------


def test_a_bank_holiday_announced_later_moves_later_due_dates(case: Case) -> None:
    decision, found = decide_recalculation(rules(HOLIDAY), case, change_of(HOLIDAY), CAUSE, NOW)
    assert found == (
        ChangedDueDate(
            ref=case.ref,
            deadline="inspect",
            title=ESCALATED_LOAN.deadline("inspect").title,
            previous_due=date(2026, 1, 12),
            due=date(2026, 1, 13),
        ),
    )
    assert decision is not None
    (event,) = decision.events
    assert (event.kind, event.trigger, event.recorded_by, event.decided_by) == (
        EventKind.RECALCULATED,
        "recalculate",
        "Librarian 1",
        None,
    )
    assert event.data == {
        "day": "2026-01-09",
        "counts_as": "closed",
        "reasons": "A day of mourning.",
        "dates": [{"deadline": "inspect", "previous_due": "2026-01-12", "to": "2026-01-13"}],
    }
    assert decision.case == evolve(case, event)
    # By nobody's command: it spoils nobody's version, and the clock stays on its leg.
    assert (decision.case.version, clock(decision.case, "inspect").run) == (case.version, 1)
    (revision,) = clock(decision.case, "inspect").revisions
    assert (revision.previous_due, revision.due, revision.reasons, revision.agreed_by) == (
        date(2026, 1, 12),
        date(2026, 1, 13),
        "A day of mourning.",
        None,
    )


def test_counted_twice_over_nothing_is_left_to_move(case: Case) -> None:
    once, _ = after(case, HOLIDAY)
    assert decide_recalculation(rules(HOLIDAY), once, HOLIDAY, CAUSE, NOW) == (None, ())


def test_a_day_that_is_taken_back_moves_the_date_back(case: Case) -> None:
    once, _ = after(case, HOLIDAY)
    back, found = after(once, replace(HOLIDAY, counts_as=DayKind.AS_USUAL))
    assert [(one.previous_due, one.due) for one in found] == [(date(2026, 1, 13), date(2026, 1, 12))]
    assert [(one.previous_due, one.due) for one in clock(back, "inspect").revisions] == [
        (date(2026, 1, 12), date(2026, 1, 13)),
        (date(2026, 1, 13), date(2026, 1, 12)),
    ]


def test_a_bank_holiday_that_is_worked_brings_a_date_forward() -> None:
    easter = open_loan(date(2026, 4, 2), workflow=ESCALATED_LOAN).case
    worked = replace(HOLIDAY, day=date(2026, 4, 6), counts_as=DayKind.WORKED)
    assert clock(easter, "inspect").due == date(2026, 4, 13)
    assert clock(after(easter, worked, now=evening_of(date(2026, 4, 3)))[0], "inspect").due == date(2026, 4, 10)


def test_what_counts_back_is_due_a_day_earlier(case: Case) -> None:
    closed = replace(HOLIDAY, day=date(2026, 2, 25))
    assert clock(after(case, closed)[0], "prepare").due == date(2026, 2, 18)


def test_terms_in_days_keep_their_dates_though_their_levels_move(case: Case) -> None:
    closed = replace(HOLIDAY, day=date(2026, 2, 4))
    once, found = after(case, closed)
    assert found == ()
    assert clock(once, "decide").due == date(2026, 2, 5)
    # The reminder comes five working days before the 5th.
    assert clock(once, "decide").next_at == datetime(2026, 1, 28, tzinfo=UTC)
    assert clock(once, "decide").revisions == ()


def test_what_is_done_or_was_agreed_stays(case: Case) -> None:
    inspected = apply_step(case, "inspect", date(2026, 1, 7), workflow=ESCALATED_LOAN).case
    agreed = move_due_date(inspected, "prepare", date(2026, 1, 20), now=evening_of(date(2026, 1, 7))).case
    closed = replace(HOLIDAY, day=date(2026, 2, 25))
    assert after(agreed, closed, now=evening_of(date(2026, 1, 8)))[1] == ()
    assert current_due_date(clock(agreed, "prepare"), rules(closed)) == date(2026, 1, 20)


def test_what_has_run_on_is_counted_from_there(case: Case) -> None:
    back = resume_loan(suspend_loan(case, date(2026, 1, 7)).case, date(2026, 1, 19)).case
    assert clock(back, "inspect").due == date(2026, 1, 22)
    before, behind = (replace(HOLIDAY, day=date(2026, 1, day)) for day in (14, 21))
    assert "inspect" not in {one.deadline for one in after(back, before, now=evening_of(date(2026, 1, 19)))[1]}
    assert clock(after(back, behind, now=evening_of(date(2026, 1, 19)))[0], "inspect").due == date(2026, 1, 23)


def test_reached_levels_are_not_reached_again(case: Case) -> None:
    chased = case_after_sweep(case, evening_of(date(2026, 1, 14)))
    once, _ = after(chased, replace(HOLIDAY, day=date(2026, 1, 8)), now=evening_of(date(2026, 1, 15)))
    found: Clock = clock(once, "inspect")
    assert (found.due, found.status, [one.level for one in found.reached]) == (
        date(2026, 1, 13),
        ClockStatus.MISSED,
        ["reminder", "owner"],
    )
    assert [one.level for one in clock(case_after_sweep(once, evening_of(date(2026, 2, 20))), "inspect").reached] == [
        "reminder",
        "owner",
        "branch",
        "keeper",
        "trustee",
    ]


# --- all cases ------------------------------------------------------------------------------------------


@pytest.fixture
def library(database: Database, present: MovableTime) -> Engine:
    """Return a library with levels for its loans, on the evening of 6 January 2026."""
    present.at = NOW
    return Engine(database, (ESCALATED_LOAN, CLAIM), now=present)


def ask(library: Engine, count: int = 1) -> list[str]:
    return [library.open("loan", actor=READER_1, data=RECORDS_BY_STEP["ask"], on=ASKED_ON).ref for _ in range(count)]


def say(library: Engine, day: date, counts_as: DayKind, *, dry_run: bool = False) -> list[tuple[str, str, date]]:
    found = library.set_day(day, counts_as, reasons="Announced.", actor=LIBRARIAN_1, dry_run=dry_run)
    return [(one.ref, one.deadline, one.due) for one in found.changed]


@pytest.mark.long
def test_what_would_move_is_shown_first_and_then_moves(library: Engine) -> None:
    refs = ask(library, PAGE + 1)
    day = date(2026, 1, 9)
    would = say(library, day, DayKind.CLOSED, dry_run=True)
    assert would == [(ref, "inspect", date(2026, 1, 13)) for ref in refs]
    assert (library.overrides().days, len(library.history(refs[0]))) == ((), 1)
    assert say(library, day, DayKind.CLOSED) == would
    assert [event.kind for event in library.history(refs[-1])][1:] == [EventKind.RECALCULATED]
    assert fold(library.history(refs[-1])) == library.case(refs[-1])
    assert say(library, day, DayKind.CLOSED) == []


def test_a_case_opened_later_counts_the_new_day(library: Engine) -> None:
    say(library, date(2026, 1, 9), DayKind.CLOSED)
    (ref,) = ask(library)
    assert clock(library.case(ref), "inspect").due == date(2026, 1, 13)


def test_what_was_broken_off_goes_on_when_the_same_is_said_again(library: Engine, database: Database) -> None:
    """The day is saved first: a process that dies before the first case leaves it saved."""
    refs = ask(library, 2)
    record = {"day": HOLIDAY.day.isoformat(), "counts_as": "closed", "reasons": HOLIDAY.reasons}
    database.write(lambda writer: UnitRecord(writer, library._context).apply("set_day", record, LIBRARIAN_1))
    assert say(library, HOLIDAY.day, DayKind.CLOSED) == [(ref, "inspect", date(2026, 1, 13)) for ref in refs]


EPIPHANY = "IT"
"""A calendar in which 6 January is a bank holiday."""


def choose(library: Engine, code: str, *, dry_run: bool = False) -> list[tuple[str, str, date]]:
    found = library.set_calendar(code, reasons="The library moved.", actor=LIBRARIAN_1, dry_run=dry_run)
    return [(one.ref, one.deadline, one.due) for one in found.changed]


def test_another_calendar_moves_the_due_dates_and_stays_chosen(
    library: Engine, database: Database, present: MovableTime
) -> None:
    (ref,) = ask(library)
    would = choose(library, EPIPHANY, dry_run=True)
    assert (would, library.overrides().calendar_code) == ([(ref, "inspect", date(2026, 1, 13))], "GB-ENG")
    assert choose(library, EPIPHANY) == would
    assert library.overrides().calendar_code == EPIPHANY
    event = library.history(ref)[-1]
    assert (event.kind, event.data["calendar"], event.data["reasons"]) == (
        EventKind.RECALCULATED, EPIPHANY, "The library moved."
    )  # fmt: skip
    # A program that was started with another calendar counts by the one in the record.
    other = Engine(database, (ESCALATED_LOAN, CLAIM), now=present, calendar=Calendar(subdivision="SCT"))
    assert clock(other.case(ask(other)[0]), "inspect").due == date(2026, 1, 13)
    assert not other.working_calendar().is_working_day(date(2026, 1, 6))


def test_a_choice_that_was_broken_off_goes_on_when_it_is_made_again(library: Engine, database: Database) -> None:
    (ref,) = ask(library)
    record = {"calendar": EPIPHANY, "reasons": "The library moved."}
    database.write(lambda writer: UnitRecord(writer, library._context).apply("set_calendar", record, LIBRARIAN_1))
    before = library.history(UNIT)
    assert choose(library, EPIPHANY) == [(ref, "inspect", date(2026, 1, 13))]
    assert library.history(UNIT) == before


def test_a_record_has_the_calendar_of_the_engine_that_began_it(database: Database, present: MovableTime) -> None:
    scottish = Engine(database, (ESCALATED_LOAN, CLAIM), now=present, calendar=Calendar(subdivision="SCT"))
    ask(scottish)
    english = Engine(database, (ESCALATED_LOAN, CLAIM), now=present)
    assert english.overrides().calendar_code == "GB-SCT"
    assert english.working_calendar() == scottish.calendar


@pytest.mark.parametrize("code", ["atlantis", "QQ", "GB-XYZ", ""])
def test_a_calendar_that_nobody_publishes_is_refused(library: Engine, code: str) -> None:
    with pytest.raises(BadValue, match="one of england-and-wales, scotland, northern-ireland"):
        choose(library, code)


def test_only_a_manager_chooses_the_calendar(library: Engine) -> None:
    with pytest.raises(NotAllowed, match="may not choose the calendar"):
        library.set_calendar("scotland", reasons="x", actor=READER_1)


def test_a_change_of_neither_day_nor_calendar_leaves_the_settings() -> None:
    change = CalendarChange(reasons="Newer holidays.")
    local = Overrides(days=(HOLIDAY,))
    assert change.applied_to(local) is local
    assert change.record == {"reasons": "Newer holidays."}


@dataclass(frozen=True)
class Overtaken:
    """A store in which another process always writes first."""

    store: Database
    other: Callable[[], object]

    def reading(self) -> AbstractContextManager[Reader]:
        return self.store.reading()

    def write(self, work: Callable[[Writer], Any]) -> Any:
        self.other()
        return self.store.write(work)

    def finish_disposals(self) -> bool:
        return self.store.finish_disposals()

    def within(self, transaction: Any) -> Store:
        return self.store.within(transaction)


def test_a_case_that_moved_on_meanwhile_is_counted_as_it_is_then(
    library: Engine, database: Database, present: MovableTime
) -> None:
    first, second = ask(library, 2)

    def inspect() -> None:
        if library.overrides().days:
            library.step(first, "inspect", actor=KEEPER_1, data=RECORDS_BY_STEP["inspect"], on=date(2026, 1, 6))

    slow = Engine(Overtaken(database, inspect), (ESCALATED_LOAN, CLAIM), now=present)
    # Both had been read before the first was inspected.
    slow.set_day(HOLIDAY.day, DayKind.CLOSED, reasons="Announced.", actor=LIBRARIAN_1)
    assert [clock(library.case(ref), "inspect").due for ref in (first, second)] == [
        date(2026, 1, 12),
        date(2026, 1, 13),
    ]


def damage(database: Database, ref: str) -> None:
    with database.backend.writing.begin() as connection:
        connection.execute(update(tables.case).where(tables.case.c.ref == ref).values(been_in=5))


def test_a_damaged_case_is_set_aside_and_named_and_the_rest_are_counted(library: Engine, database: Database) -> None:
    first, damaged, last = ask(library, 3)
    damage(database, damaged)
    for dry_run in (True, False):
        found = library.set_day(HOLIDAY.day, DayKind.CLOSED, reasons="Announced.", actor=LIBRARIAN_1, dry_run=dry_run)
        assert {one.ref for one in found.changed} == {first, last}
        assert [(one.ref, one.problem) for one in found.failed] == [(damaged, "DamagedError")]
    assert clock(library.case(last), "inspect").due == date(2026, 1, 13)


def test_a_case_that_is_damaged_meanwhile_is_set_aside_too(
    library: Engine, database: Database, present: MovableTime
) -> None:
    first, damaged = ask(library, 2)
    writes: list[int] = []

    def meanwhile() -> None:
        writes.append(len(writes))
        if len(writes) == 2:  # the first keeps what is said of the day; the second, what it moves
            damage(database, damaged)

    slow = Engine(Overtaken(database, meanwhile), (ESCALATED_LOAN, CLAIM), now=present)
    found = slow.set_day(HOLIDAY.day, DayKind.CLOSED, reasons="Announced.", actor=LIBRARIAN_1)
    assert ([one.ref for one in found.changed], [one.ref for one in found.failed]) == ([first], [damaged])

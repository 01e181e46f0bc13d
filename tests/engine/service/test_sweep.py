"""Sweeps over all cases, on real databases: each level once, with any number of workers, and after every failure."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url

from casereview.engine import Engine
from casereview.engine.errors.bad_input import BadValue
from casereview.engine.model.clock import EventKind
from casereview.engine.model.evolve import fold
from casereview.engine.service.sweep import BATCH, Sweep
from casereview.persistence import Database

from ...support.loan_decisions import correction_of, evening_of
from ...support.loan_workflow import ASKED_ON, CLAIM, ESCALATED_LOAN, LIBRARIAN_1, READER_1, RECORDS_BY_STEP
from ...support.movable_time import MovableTime

NIGHT = datetime(2026, 1, 13, tzinfo=UTC)
"""When what was asked for on 5 January should have been inspected."""


@pytest.fixture
def record(database_url: str) -> Iterator[Database]:
    """A fresh database, of each kind in turn."""
    made = Database(database_url)
    yield made
    made.close()


@pytest.fixture
def library(record: Database, present: MovableTime) -> Engine:
    """Return a library with levels for its loans, on the evening of 5 January 2026, with all recipients."""
    present.at = evening_of(ASKED_ON)
    made = Engine(record, (ESCALATED_LOAN, CLAIM), now=present)
    for role in ("librarian", "keeper", "trustee"):
        made.add_person(f"{role.title()} 1", role=role, email=f"{role}@example.org", actor=LIBRARIAN_1)
    return made


def ask(library: Engine, count: int = 1) -> list[str]:
    return [library.open("loan", actor=READER_1, data=RECORDS_BY_STEP["ask"], on=ASKED_ON).ref for _ in range(count)]


def swept(library: Engine, present: MovableTime, at: datetime) -> Sweep:
    """A sweep at an instant, which then is the present."""
    present.at = at
    return library.sweep()


def notified(sweep: Sweep, deadline: str = "inspect") -> list[tuple[str, str, tuple[str, ...]]]:
    return [(one.ref, one.level, one.recipients) for one in sweep.fired if one.deadline == deadline]


def spoil(url: str, *statements: str) -> None:
    """Writes past the engine, as a fault or a stranger would."""
    engine = create_engine(
        make_url(url).set(drivername="postgresql+psycopg") if "postgresql" in url else url, module=Database(url).driver
    )
    with engine.begin() as connection:
        for statement in statements:
            connection.execute(text(statement))
    engine.dispose()


# --- what a sweep does ------------------------------------------------------------------------------------


@pytest.mark.long
def test_a_sweep_tells_of_every_case_that_waits_and_of_each_once(library: Engine, present: MovableTime) -> None:
    refs = ask(library, BATCH + 2)
    first = swept(library, present, NIGHT)
    assert notified(first) == [(ref, "owner", ("Librarian 1",)) for ref in refs]
    assert (first.at, first.failed, first.stopped) == (NIGHT, (), False)
    again = swept(library, present, NIGHT)
    assert (again.fired, again.skipped) == ((), ())


def test_reached_levels_are_events_of_their_own(library: Engine, present: MovableTime) -> None:
    (ref,) = ask(library)
    swept(library, present, NIGHT)
    kinds = [(event.kind, event.data.get("level")) for event in library.history(ref)][1:]
    assert kinds == [
        (EventKind.SKIPPED, "reminder"),
        (EventKind.DEADLINE_EXPIRED, None),
        (EventKind.ESCALATED, "owner"),
    ]
    (late,) = library.overdue()
    assert [(one.level, one.recipients) for one in late.clock.reached if not one.skipped] == [
        ("owner", ("Librarian 1",))
    ]
    assert fold(library.history(ref)) == library.case(ref)


def test_a_recipient_may_have_the_longest_name(library: Engine, present: MovableTime) -> None:
    (ref,) = ask(library)
    name = "Anne " * 39 + "Smith"
    library.add_person(name, role="librarian", email="anne@example.org", actor=LIBRARIAN_1)
    assert notified(swept(library, present, NIGHT)) == [(ref, "owner", (name, "Librarian 1"))]


def test_a_sweep_at_a_past_instant_fires_what_was_due_by_then(library: Engine, present: MovableTime) -> None:
    ask(library)
    present.at = evening_of(date(2026, 2, 10))
    assert [level for _, level, _ in notified(library.sweep(at=NIGHT))] == ["owner"]
    assert [level for _, level, _ in notified(library.sweep())] == ["keeper", "trustee"]
    assert library.sweep(at=NIGHT).fired == ()


def test_an_instant_to_come_is_only_looked_at(library: Engine, present: MovableTime) -> None:
    (ref,) = ask(library)
    with pytest.raises(BadValue, match="an instant up to now, 2026-01-05T20:00:00"):
        library.sweep(at=NIGHT)
    ahead = library.sweep(at=NIGHT, dry_run=True)
    assert notified(ahead) == [(ref, "owner", ("Librarian 1",))]
    assert len(library.history(ref)) == 1
    assert swept(library, present, NIGHT) == ahead


@pytest.mark.long
def test_what_is_foreseen_of_many_is_what_then_happens(library: Engine, present: MovableTime) -> None:
    ask(library, BATCH + 1)
    at = evening_of(date(2026, 2, 10))
    ahead = library.sweep(at=at, dry_run=True)
    assert len(ahead.fired) == 5 * (BATCH + 1)
    then = swept(library, present, at)
    assert (then.fired, then.skipped) == (ahead.fired, ahead.skipped)


def test_what_another_sweep_has_done_meanwhile_is_not_done_again(library: Engine, present: MovableTime) -> None:
    (ref,) = ask(library)
    present.at = NIGHT
    others: list[Sweep] = []

    def overtaken() -> bool:
        others.append(library.sweep())
        return False

    assert library.sweep(should_stop=overtaken).fired == ()
    assert [notified(one) for one in others] == [[(ref, "owner", ("Librarian 1",))]]


def test_an_instant_comes_with_its_zone(library: Engine) -> None:
    with pytest.raises(BadValue, match="at: expected an instant with its zone, found 2026-01-13T00:00:00"):
        library.sweep(at=NIGHT.replace(tzinfo=None))


@pytest.mark.long
def test_a_sweep_stops_between_batches_when_it_is_asked_to(library: Engine, present: MovableTime) -> None:
    ask(library, BATCH + 1)
    present.at = NIGHT
    asked: list[bool] = []

    def should_stop() -> bool:
        asked.append(True)
        return len(asked) > 1

    first = library.sweep(should_stop=should_stop)
    assert (len(first.fired), first.stopped) == (BATCH, True)
    assert (len(library.sweep().fired), library.sweep().fired) == (1, ())


def test_nothing_fires_twice_when_the_machine_s_clock_is_set_back_a_day(library: Engine, present: MovableTime) -> None:
    (ref,) = ask(library)
    swept(library, present, NIGHT)
    before = library.history(ref)
    assert swept(library, present, NIGHT - timedelta(days=1)).fired == ()
    assert swept(library, present, NIGHT).fired == ()
    assert library.history(ref) == before


def test_a_preview_knows_future_absences(library: Engine) -> None:
    ask(library)
    library.add_person("Deputy", role="clerk", email="deputy@example.org", actor=LIBRARIAN_1)
    away = {"from_day": date(2026, 1, 20), "to_day": date(2026, 1, 30), "deputy": "Deputy", "actor": LIBRARIAN_1}
    library.add_absence("Keeper 1", **away)  # type: ignore[arg-type]
    library.add_absence("Librarian 1", from_day=ASKED_ON, to_day=date(2026, 1, 9), deputy="Deputy", actor=LIBRARIAN_1)
    ahead = library.sweep(at=evening_of(date(2026, 2, 3)), dry_run=True)
    assert [(level, to) for _, level, to in notified(ahead)] == [("owner", ("Librarian 1",)), ("keeper", ("Deputy",))]


# --- legs -----------------------------------------------------------------------------------------------


def test_a_corrected_start_begins_a_run_with_all_levels(library: Engine, present: MovableTime) -> None:
    data = {**RECORDS_BY_STEP["ask"], "wanted_on": "2026-01-22"}
    ref = library.open("loan", actor=READER_1, data=data, on=ASKED_ON).ref
    assert [
        one.level
        for one in swept(library, present, datetime(2026, 1, 14, tzinfo=UTC)).fired
        if one.deadline == "prepare"
    ] == [
        "reminder",
        "owner",
    ]
    library.record(correction_of(ref, 1, wanted_on="2026-02-05"))
    (prepare,) = (clock for clock in library.case(ref).clocks if clock.deadline == "prepare")
    assert (prepare.anchor, prepare.due, prepare.run, prepare.reached) == (date(2026, 2, 5), date(2026, 1, 27), 2, ())
    assert (prepare.revisions[0].previous_due, prepare.revisions[0].cause) == (date(2026, 1, 13), EventKind.CORRECTED)
    fired = swept(library, present, datetime(2026, 1, 28, tzinfo=UTC)).fired
    assert [one.level for one in fired if one.deadline == "prepare"] == ["reminder", "owner"]


# --- what goes wrong ------------------------------------------------------------------------------------


FIRED = (
    "INSERT INTO casereview_escalation (case_ref, deadline, number, run, level, seq)"
    " VALUES ('{ref}', 'inspect', 1, 1, 'owner', 9)"
)


@pytest.mark.parametrize(
    ("statement", "problem"),
    [
        (
            "UPDATE casereview_case SET workflow_version = 99 WHERE ref = '{ref}'",
            'This program does not have version 99 of "Loan"',
        ),
        ("UPDATE casereview_case SET been_in = '5' WHERE ref = '{ref}'", "DamagedError"),
        (FIRED, "IntegrityError"),
    ],
    ids=["a workflow that is not there", "a row that is no case", "a level that was fired already"],
)
def test_a_faulty_case_is_reported_and_does_not_stop_the_others(
    library: Engine, present: MovableTime, database_url: str, statement: str, problem: str
) -> None:
    first, poisoned, last = ask(library, 3)
    spoil(database_url, statement.format(ref=poisoned))
    found = swept(library, present, NIGHT)
    assert [ref for ref, *_ in notified(found)] == [first, last]
    (aside,) = found.failed
    assert aside.ref == poisoned
    assert aside.problem.startswith(problem)
    # Nothing of it was kept, and it is found again.
    assert len(library.history(poisoned)) == 1
    again = swept(library, present, NIGHT)
    assert ([one.ref for one in again.failed], again.fired) == ([poisoned], ())


def test_a_damaged_case_does_not_hide_the_preview_of_others(library: Engine, database_url: str) -> None:
    poisoned, sound = ask(library, 2)
    spoil(database_url, f"UPDATE casereview_case SET been_in = '5' WHERE ref = '{poisoned}'")
    ahead = library.sweep(at=NIGHT, dry_run=True)
    assert [ref for ref, *_ in notified(ahead)] == [sound]
    assert [(one.ref, one.problem) for one in ahead.failed] == [(poisoned, "DamagedError")]


def test_the_database_allows_a_level_once_for_each_run(
    library: Engine, present: MovableTime, database_url: str
) -> None:
    """A case whose clock was set back to before its levels cannot reach them again."""
    (ref,) = ask(library)
    swept(library, present, NIGHT)
    back = "ledger = '{}', status = 'running', next_at = overdue_at"
    spoil(database_url, f"UPDATE casereview_clock SET {back} WHERE case_ref = '{ref}'")
    found = swept(library, present, NIGHT)
    assert (found.fired, [one.ref for one in found.failed]) == ((), [ref])

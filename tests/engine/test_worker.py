"""The tick on a scheduler, and the worker that does nothing else."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, timedelta

import pytest
from apscheduler.schedulers.background import BackgroundScheduler
from structlog.testing import capture_logs

from casereview.engine import Engine
from casereview.engine.definition.deadline import OWNER, EscalationLevel
from casereview.engine.errors.faults import DatabaseProblem
from casereview.engine.notifications.transport import DeliveryResult
from casereview.engine.worker import JOB_ID, ShouldStop, Tick, Worker, schedule
from casereview.persistence import Database
from casereview.persistence.store.disposals import mark_unfinished, unfinished_mark

from ..support.loan_decisions import evening_of
from ..support.loan_workflow import CLAIM, LIBRARIAN_1, LOAN, READER_1, RECORDS_BY_STEP
from ..support.movable_time import MovableTime

PATIENCE = 20
CHASED = replace(LOAN, escalation_policy=(EscalationLevel(name="owner", to=OWNER, working_days=0),))


@pytest.fixture
def engine(database: Database, present: MovableTime) -> Engine:
    """Return a library's engine with a loan that has a recipient."""
    made = Engine(database, (CHASED, CLAIM), now=present)
    made.add_person("Lee", role="librarian", actor=LIBRARIAN_1, email="lee@example.org")
    made.open("loan", actor=READER_1, data=RECORDS_BY_STEP["ask"], on=date(2026, 10, 1))
    present.at = evening_of(date(2027, 1, 4))
    made.add_person("Kim", role="keeper", actor=LIBRARIAN_1)  # so the clock is not in doubt
    return made


class Post:
    """A delivery, and an event that is set when it happened."""

    def __init__(self, problem: Exception | None = None, sent: int = 2, problems: tuple[str, ...] = ()) -> None:
        self.problem, self.sent, self.problems = problem, sent, problems
        self.called = threading.Semaphore(0)
        self.asked_to_stop: list[bool] = []

    def __call__(self, should_stop: ShouldStop) -> DeliveryResult:
        self.asked_to_stop.append(should_stop())
        self.called.release()
        if self.problem is not None:
            raise self.problem
        return DeliveryResult(sent=self.sent, problems=self.problems)


def tick(engine: Engine, post: Post | None = None, should_stop: ShouldStop = lambda: False) -> Tick:
    return Tick(engine=engine, every=timedelta(minutes=1), worker="desk", deliver=post, should_stop=should_stop)


def test_a_tick_sweeps_delivers_and_leaves_word(engine: Engine, present: MovableTime) -> None:
    post = Post()
    with capture_logs() as log:
        assert tick(engine, post)()
    assert [(entry["event"], entry.get("ref")) for entry in log] == [
        ("escalated", "LN-2026-001"),
        ("escalated", "LN-2026-001"),
        ("swept", None),
        ("delivered", None),
    ]
    assert all(entry["worker"] == "desk" for entry in log)
    (heartbeat,) = engine.heartbeats()
    assert (heartbeat.worker, heartbeat.every_seconds, heartbeat.fired) == ("desk", 60, 2)
    assert (heartbeat.last_seen_at, heartbeat.stopped_at) == (present.at, None)
    assert engine.sweep().fired == ()


def test_a_tick_with_nothing_to_say_says_nothing(engine: Engine) -> None:
    engine.sweep()
    with capture_logs() as log:
        assert tick(engine, Post(sent=0))()
    assert [entry["log_level"] for entry in log] == ["debug"]


def test_a_template_that_cannot_be_used_is_logged(engine: Engine) -> None:
    engine.sweep()
    with capture_logs() as log:
        assert tick(engine, Post(sent=0, problems=("message.txt, line 3: 'dew' is undefined",)))()
    assert [(entry["event"], entry["problem"]) for entry in log if entry["log_level"] == "error"] == [
        ("template not usable", "message.txt, line 3: 'dew' is undefined")
    ]


def test_a_tick_that_is_asked_to_stop_delivers_no_more(engine: Engine) -> None:
    post = Post()
    assert tick(engine, post, lambda: True)()
    assert post.asked_to_stop == []
    assert engine.sweep().fired  # nor had it swept


@pytest.mark.parametrize(
    ("problem", "said"),
    [
        (DatabaseProblem(database="d", problem="is gone", remedy="Look for it."), {"error": "database"}),
        (ValueError("a family's name"), {"error": "ValueError"}),
    ],
    ids=["ours", "another's"],
)
def test_a_failure_is_logged_without_its_quotes_and_stops_nothing_else(
    engine: Engine, problem: Exception, said: dict[str, str]
) -> None:
    with capture_logs() as log:
        assert not tick(engine, Post(problem))()
    (failure,) = (entry for entry in log if entry["log_level"] == "error")
    assert failure["event"] == "delivery failed"
    assert said.items() <= failure.items()
    assert "family" not in str(log)
    assert engine.heartbeats()[0].fired == 2


def test_a_failed_sweep_does_not_stop_the_delivery(engine: Engine, database: Database) -> None:
    with database.backend.writing.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE casereview_clock RENAME TO casereview_clock_away")
    post = Post()
    with capture_logs() as log:
        assert not tick(engine, post)()
    assert [entry["event"] for entry in log if entry["log_level"] == "error"] == ["sweep failed"]
    assert post.asked_to_stop == [False]


def test_a_case_that_was_set_aside_is_named_and_the_tick_is_no_success(engine: Engine, database: Database) -> None:
    with database.backend.writing.begin() as connection:
        connection.exec_driver_sql("UPDATE casereview_case SET workflow = 'gone'")
    with capture_logs() as log:
        assert not tick(engine)()
    assert [(entry["event"], entry.get("ref")) for entry in log if entry["log_level"] == "error"] == [
        ("case not processed", "LN-2026-001")
    ]
    assert engine.heartbeats()[0].failed == ("LN-2026-001",)


# --- on a scheduler of the host's -----------------------------------------------------------------------


@pytest.fixture
def scheduler() -> Iterator[BackgroundScheduler]:
    made = BackgroundScheduler(timezone=UTC)
    yield made
    if made.running:
        made.shutdown()


def test_a_host_s_own_scheduler_ticks(engine: Engine, scheduler: BackgroundScheduler) -> None:
    post = Post()
    job = schedule(engine, scheduler, every=timedelta(seconds=1), deliver=post)
    assert (job.id, job.coalesce, job.misfire_grace_time, job.max_instances) == (JOB_ID, True, None, 1)
    scheduler.start()
    for _ in range(2):
        assert post.called.acquire(timeout=PATIENCE)
    assert {heartbeat.worker for heartbeat in engine.heartbeats()} == {"embedded"}


def test_scheduling_twice_is_scheduling_once(engine: Engine, scheduler: BackgroundScheduler) -> None:
    scheduler.start(paused=True)
    for _ in range(2):
        schedule(engine, scheduler)
    assert [job.id for job in scheduler.get_jobs()] == [JOB_ID]


# --- the worker -------------------------------------------------------------------------------------------


class LookedAtTwice(threading.Event):
    """An event that the worker, which looks every second, finds unset at least once."""

    looked = False

    def wait(self, timeout: float | None = None) -> bool:
        if timeout == 1 and not self.looked:
            self.looked = True
            return False
        return super().wait(timeout)


def test_a_worker_ticks_until_it_is_asked_to_stop_and_says_so(engine: Engine) -> None:
    stop, post = LookedAtTwice(), Post()
    worker = Worker(engine=engine, name="desk", every=timedelta(seconds=1), deliver=post)
    with capture_logs() as log:
        running = threading.Thread(target=worker.run, args=(stop,))
        running.start()
        assert post.called.acquire(timeout=PATIENCE)
        assert engine.heartbeats()[0].stopped_at is None
        stop.set()
        running.join(PATIENCE)
        assert not running.is_alive()
    events = [entry["event"] for entry in log]
    assert (events[0], events[-1]) == ("started", "stopped")
    assert engine.heartbeats()[0].stopped_at is not None


def test_a_worker_that_stops_leaves_word_of_its_latest_sweep(engine: Engine) -> None:
    worker = tick(engine)
    assert worker()
    worker.heartbeat(stopped=True)
    (heartbeat,) = engine.heartbeats()
    assert heartbeat.fired == 2
    assert heartbeat.stopped_at is not None


def test_a_worker_waits_on_although_the_clock_is_set_back(engine: Engine, present: MovableTime) -> None:
    """A wait until a time of day would last for six hours more."""
    stop, post = threading.Event(), Post()
    worker = Worker(engine=engine, name="desk", every=timedelta(milliseconds=20), deliver=post)
    running = threading.Thread(target=worker.run, args=(stop,))
    running.start()
    assert post.called.acquire(timeout=PATIENCE)
    present.at -= timedelta(hours=6)
    for _ in range(3):
        assert post.called.acquire(timeout=PATIENCE)
    stop.set()
    running.join(PATIENCE)
    assert engine.heartbeats()[0].last_seen_at == present.at


# --- a clock that is far beyond the record ----------------------------------------------------------------


def far_beyond(engine: Engine, present: MovableTime) -> None:
    """Let a worker check, and move the clock five years on."""
    assert tick(engine)()
    engine.open("loan", actor=READER_1, data=RECORDS_BY_STEP["ask"])
    present.at += timedelta(days=5 * 365)


def test_a_worker_far_beyond_the_record_says_so_and_chases_nobody(engine: Engine, present: MovableTime) -> None:
    far_beyond(engine, present)
    post = Post()
    with capture_logs() as log:
        assert not tick(engine, post)()
    assert [(entry["event"], entry["log_level"]) for entry in log] == [("clock in doubt", "error")]
    assert (log[0]["now"], log[0]["last_entry_or_check"]) == ("2032-01-03T20:00:00+00:00", "2027-01-04T20:00:00+00:00")
    assert post.asked_to_stop == []
    assert engine.heartbeats()[0].last_seen_at == evening_of(date(2027, 1, 4))
    assert not any(clock.reached for clock in engine.case("LN-2027-001").clocks)


def test_a_confirmed_clock_is_trusted_and_then_by_all(engine: Engine, present: MovableTime) -> None:
    far_beyond(engine, present)
    confirmed = tick(engine)
    confirmed.clock_is_right = True
    assert confirmed()
    assert not tick(engine).is_clock_doubtful()
    assert engine.case("LN-2027-001").clocks[0].reached


def test_an_entry_of_today_takes_the_doubt_away(engine: Engine, present: MovableTime) -> None:
    far_beyond(engine, present)
    engine.add_person("Ash", role="keeper", actor=LIBRARIAN_1)
    assert tick(engine)()


@pytest.mark.parametrize(("silence", "doubtful"), [(14, False), (15, True)])
def test_a_fortnight_of_silence_is_no_reason_for_doubt(
    engine: Engine, present: MovableTime, silence: int, *, doubtful: bool
) -> None:
    engine.sweep()
    engine.open("loan", actor=READER_1, data=RECORDS_BY_STEP["ask"])
    present.at += timedelta(days=silence)
    assert tick(engine).is_clock_doubtful() is doubtful


def test_where_nothing_would_be_due_there_is_no_doubt(engine: Engine, present: MovableTime) -> None:
    assert tick(engine)()
    present.at += timedelta(days=5 * 365)
    assert not tick(engine).is_clock_doubtful()


def test_a_worker_in_doubt_leaves_no_heartbeat(engine: Engine, present: MovableTime) -> None:
    far_beyond(engine, present)
    before, stop = engine.heartbeats(), threading.Event()
    stop.set()
    with capture_logs() as log:
        Worker(engine=engine, name="desk").run(stop)
    assert engine.heartbeats() == before
    assert [entry["event"] for entry in log if entry["log_level"] == "error"] == ["clock in doubt"] * 2


def test_a_worker_does_not_wait_for_a_hanging_transport(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("casereview.engine.worker.STOP_TIMEOUT", timedelta(milliseconds=50))
    stop, begun, released = threading.Event(), threading.Event(), threading.Event()

    def hanging(_should_stop: ShouldStop) -> DeliveryResult:
        begun.set()
        assert released.wait(PATIENCE)
        return DeliveryResult()

    with capture_logs() as log:
        running = threading.Thread(target=Worker(engine=engine, name="desk", deliver=hanging).run, args=(stop,))
        running.start()
        assert begun.wait(PATIENCE)
        stop.set()
        running.join(PATIENCE)
        assert not running.is_alive()
        assert log[-1]["event"] == "stopped in the middle"
    released.set()


def test_a_worker_without_its_database_does_not_begin(present: MovableTime) -> None:
    engine = Engine(Database("sqlite:////nowhere/at/all.db"), (CHASED, CLAIM), now=present)
    with pytest.raises(DatabaseProblem):
        Worker(engine=engine, name="desk").run(threading.Event())


def test_a_tick_finishes_a_disposal_and_says_so_if_it_cannot(
    engine: Engine, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    with database.backend.transaction() as connection:
        mark_unfinished(connection)
    monkeypatch.setattr(database.backend, "erase_old_rows", lambda *_: False)
    with capture_logs() as logs:
        tick(engine)()
    assert "disposal not finished" in [line["event"] for line in logs]
    monkeypatch.undo()
    with capture_logs() as logs:
        tick(engine)()
    assert "disposal not finished" not in [line["event"] for line in logs]
    with database.connection() as connection:
        assert unfinished_mark(connection) is None

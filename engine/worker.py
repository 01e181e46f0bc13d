"""What rings the bell: a tick that sweeps and delivers, on a scheduler of ours or of the host's.

The truth about deadlines is in the database. A scheduler that loses its jobs loses nothing, and two
that tick at once do nothing twice, so its one job lives in memory and no more is asked of it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from threading import Event, Thread
from typing import Any

import structlog
from apscheduler.executors.debug import DebugExecutor
from apscheduler.job import Job
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.schedulers.base import BaseScheduler

from .engine import Engine
from .errors.base import CasereviewError
from .model.calendar import system_now
from .notifications.transport import DeliveryResult
from .ports.records import Heartbeat
from .service.sweep import Sweep

JOB_ID = "casereview-tick"
MINUTE = timedelta(minutes=1)
STOP_TIMEOUT = timedelta(seconds=4)
"""How long a worker that is asked to stop waits for what it is at."""

ShouldStop = Callable[[], bool]
Deliver = Callable[[ShouldStop], DeliveryResult]
"""Sends what waits, asking between messages whether to stop: see `Messages.deliver`."""


def never_stop() -> bool:
    """Nobody asks to stop."""
    return False


@dataclass(kw_only=True)
class Tick:
    """One sweep, one delivery, one heartbeat; what fails is logged, and tried again at the next.

    Attributes:
        engine: Sweeps.
        every: How often it is called; None where somebody calls it by hand.
        worker: The name under which it is heard of.
        deliver: Sends what waits; None where somebody else does.
        should_stop: Is asked between batches and messages.
        started_at: Since when it is at it (UTC).
    """

    engine: Engine
    every: timedelta | None
    worker: str
    deliver: Deliver | None = None
    should_stop: ShouldStop = never_stop
    started_at: datetime = field(init=False)
    _latest: Sweep | None = field(default=None, init=False)

    def __post_init__(self) -> None:
        self.started_at = self.engine.now()
        self._log = structlog.get_logger("casereview.worker").bind(worker=self.worker)

    def __call__(self) -> bool:
        """Does it all once; whether all of it could be done."""
        sweep = self._attempt("sweep", self._sweep)
        told = self.deliver is None or self.should_stop() or self._attempt("delivery", self._deliver) is not None
        return sweep is not None and not sweep.failed and told

    def heartbeat(self, *, stopped: bool = False) -> None:
        """Leaves word that it is there, or that it stops, and what its latest sweep came to.

        Raises:
            StoreError: where the database cannot be used.
        """
        now, sweep = self.engine.now(), self._latest
        self.engine.record_heartbeat(
            Heartbeat(
                worker=self.worker,
                every_seconds=None if self.every is None else round(self.every.total_seconds()),
                started_at=self.started_at,
                last_seen_at=now,
                stopped_at=now if stopped else None,
                fired=0 if sweep is None else len(sweep.fired),
                failed=() if sweep is None else tuple(one.ref for one in sweep.failed),
            )
        )

    def _sweep(self) -> Sweep:
        sweep = self.engine.sweep(should_stop=self.should_stop)
        for one in sweep.failed:
            self._log.error("case set aside", ref=one.ref, problem=one.problem)
        for fired in sweep.fired:
            self._log.info(
                "escalated",
                ref=fired.ref,
                deadline=fired.deadline,
                rung=fired.level,
                told=len(fired.recipients),
                held=fired.on_hold,
            )
        self._latest = sweep
        self.heartbeat()
        self._log.debug("swept", fired=len(sweep.fired), skipped=len(sweep.skipped))
        return sweep

    def _deliver(self) -> DeliveryResult:
        assert self.deliver is not None
        delivered = self.deliver(self.should_stop)
        for problem in delivered.problems:
            self._log.error("template not usable", problem=problem, next="the default text was sent")
        if any(delivered.counts.values()):
            self._log.info("delivered", **delivered.counts)
        return delivered

    def _attempt(self, what: str, work: Callable[[], Any]) -> Any:
        try:
            return work()
        except CasereviewError as error:
            self._log.error(f"{what} failed", error=error.code, problem=str(error))
        except Exception as error:  # a bell that stops ringing chases nobody
            # Its own text is left out: it may quote a record.
            self._log.error(f"{what} failed", error=type(error).__name__)
        return None


def schedule(
    engine: Engine,
    scheduler: BaseScheduler,
    *,
    every: timedelta = MINUTE,
    deliver: Deliver | None = None,
    worker: str = "embedded",
    should_stop: ShouldStop = never_stop,
) -> Job:
    """Adds the tick to a scheduler of the host's, and returns the job.

    The first tick comes as soon as the scheduler runs. Its job store has to be one in memory, as
    APScheduler's own default is: what is due is known from the database, not from the job.

    Args:
        engine: Sweeps.
        scheduler: An APScheduler scheduler, started or not.
        every: How often.
        deliver: Sends what waits after each sweep; None where somebody else does.
        worker: The name under which it is heard of; each scheduler of a house has one of its own.
        should_stop: Is asked between batches.
    """
    tick = Tick(engine=engine, every=every, worker=worker, deliver=deliver, should_stop=should_stop)
    return scheduler.add_job(
        tick,
        "interval",
        seconds=every.total_seconds(),
        id=JOB_ID,
        name="casereview: chase what is overdue",
        # After a pause one tick catches up with all of it, however late.
        coalesce=True,
        misfire_grace_time=None,
        max_instances=1,
        replace_existing=True,
        next_run_time=system_now(),
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class Worker:
    """A process's only work: to tick until it is asked to stop.

    Attributes:
        engine: Sweeps.
        name: The name under which it is heard of.
        every: How often it ticks.
        deliver: Sends what waits after each sweep; None where somebody else does.
    """

    engine: Engine
    name: str
    every: timedelta = MINUTE
    deliver: Deliver | None = None

    def run(self, stop: Event) -> None:
        """Ticks until it is asked to stop; then what it is at is ended, or left after a few seconds.

        What is left is not lost: a batch that is not kept is swept again, by whoever comes next.

        Raises:
            StoreError: where the database cannot be used at the start. Later it is tried again.
        """
        log = structlog.get_logger("casereview.worker").bind(worker=self.name)
        # Jobs run in the scheduler's own thread, which does not keep the process from ending.
        scheduler = BackgroundScheduler(executors={"default": DebugExecutor()}, timezone=UTC)
        job = schedule(
            self.engine,
            scheduler,
            every=self.every,
            deliver=self.deliver,
            worker=self.name,
            should_stop=stop.is_set,
        )
        tick: Tick = job.func
        tick.heartbeat()
        log.info("started", every_seconds=self.every.total_seconds())
        scheduler.start()
        # Windows tells a waiting program of Ctrl-C only when it wakes.
        while not stop.wait(timeout=1):
            pass
        closing = Thread(target=scheduler.shutdown, daemon=True)
        closing.start()
        closing.join(STOP_TIMEOUT.total_seconds())
        if closing.is_alive():
            log.warning("stopped in the middle", next="what was not kept is done by the next sweep")
            return
        tick.heartbeat(stopped=True)
        log.info("stopped")

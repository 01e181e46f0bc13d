"""Run one sweep and one delivery per tick, in a worker of our own or on the host's APScheduler.

The database knows what is due. A scheduler that loses its jobs loses nothing, and two that tick at once do nothing
twice, so the one job lives in memory.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Event, Thread
from time import monotonic
from typing import Any

import structlog
from apscheduler.job import Job
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
"""The time for which a worker that is asked to stop waits for its present tick."""

ShouldStop = Callable[[], bool]
Deliver = Callable[[ShouldStop], DeliveryResult]
"""Sends what waits, and asks between messages if it should stop: see `MessageService.deliver`."""


def never_stop() -> bool:
    """Return False: nothing asks to stop."""
    return False


@dataclass(kw_only=True)
class Tick:
    """One sweep, one delivery and one heartbeat; an error is logged, and the next tick tries again.

    Attributes:
        engine: The engine that sweeps.
        every: The time between ticks; None if a person calls it.
        worker: The name in the heartbeat.
        deliver: Sends what waits; None if another process does.
        should_stop: Called between batches and messages.
        clock_is_right: If a person has confirmed the machine's clock, although it is far beyond the last sign of life.
        started_at: The instant at which it started (UTC).
    """

    engine: Engine
    every: timedelta | None
    worker: str
    deliver: Deliver | None = None
    should_stop: ShouldStop = never_stop
    clock_is_right: bool = False
    started_at: datetime = field(init=False)
    _latest: Sweep | None = field(default=None, init=False)

    def __post_init__(self) -> None:
        self.started_at = self.engine.now()
        self._log = structlog.get_logger("casereview.worker").bind(worker=self.worker)

    def __call__(self) -> bool:
        """Sweep, deliver and save a heartbeat once, and return whether all of it succeeded.

        If the machine's clock is far beyond the last sign of life, do nothing but say so: see `is_clock_doubtful`.
        """
        if self.is_clock_doubtful():
            return False
        sweep = self._attempt("sweep", self._sweep)
        if not self.engine.finish_disposals():
            self._log.warning("disposal not finished", next="the next tick tries again")
        delivered = self.deliver is None or self.should_stop() or self._attempt("delivery", self._deliver) is not None
        return sweep is not None and not sweep.failed and delivered

    def is_clock_doubtful(self) -> bool:
        """Log that the present is far beyond the last entry and heartbeat, and return whether it is.

        A heartbeat or an entry of about now, by another program or a person, takes the doubt away, and so does a
        person who confirms the clock. Until then nobody is chased for what a wrong clock makes overdue.
        """
        gap = None if self.clock_is_right else self._attempt("check of the clock", self.engine.clock_gap)
        if gap is None:
            return False
        self._log.error(
            "clock in doubt",
            now=gap.now.isoformat(timespec="seconds"),
            last_entry_or_check=gap.last.isoformat(timespec="seconds"),
            next="nothing is swept or sent: put the clock right, or confirm it (casereview worker --clock-is-right)",
        )
        return True

    def heartbeat(self, *, stopped: bool = False) -> None:
        """Save a heartbeat, with the result of the latest sweep.

        Raises:
            StoreError: if the database cannot be used.
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
            self._log.error("case not processed", ref=one.ref, problem=one.problem)
        for fired in sweep.fired:
            self._log.info(
                "escalated",
                ref=fired.ref,
                deadline=fired.deadline,
                level=fired.level,
                recipients=len(fired.recipients),
                on_hold=fired.on_hold,
            )
        for moved in sweep.miscounted:
            self._log.warning(
                "due date not as counted",
                ref=moved.ref,
                deadline=moved.deadline,
                due=moved.previous_due.isoformat(),
                counted=moved.due.isoformat(),
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
        except Exception as error:  # a worker that stopped would remind nobody
            # Leave out its text: it may quote a record.
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
    clock_is_right: bool = False,
) -> Job:
    """Add the tick to the host's scheduler, and return the job.

    The first tick runs as soon as the scheduler does. The job store has to be in memory, as APScheduler's default is,
    since the database knows what is due. APScheduler waits for a time of day: if the machine's clock is set back, it
    stands still for as long, and health checks say so. `Worker` does not.

    Args:
        engine: The engine that sweeps.
        scheduler: An APScheduler scheduler, started or not.
        every: The time between ticks.
        deliver: Sends what waits after each sweep; None if another process does.
        worker: The name in the heartbeat; different for each scheduler of an office.
        should_stop: Called between batches.
        clock_is_right: If a person has confirmed the machine's clock.
    """
    tick = Tick(
        engine=engine,
        every=every,
        worker=worker,
        deliver=deliver,
        should_stop=should_stop,
        clock_is_right=clock_is_right,
    )
    return scheduler.add_job(
        tick,
        "interval",
        seconds=every.total_seconds(),
        id=JOB_ID,
        name="casereview: prepare and send reminders",
        # After a pause one tick catches up with everything.
        coalesce=True,
        misfire_grace_time=None,
        max_instances=1,
        replace_existing=True,
        next_run_time=system_now(),
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class Worker:
    """A process that ticks until it is asked to stop.

    Attributes:
        engine: The engine that sweeps.
        name: The name in the heartbeat.
        every: The time between ticks.
        deliver: Sends what waits after each sweep; None if another process does.
        clock_is_right: If a person has confirmed the machine's clock.
    """

    engine: Engine
    name: str
    every: timedelta = MINUTE
    deliver: Deliver | None = None
    clock_is_right: bool = False

    def run(self, stop: Event) -> None:
        """Tick until asked to stop; then finish the present tick, or leave it after a few seconds.

        Nothing is lost: the next sweep repeats a batch that was not saved.

        Raises:
            StoreError: if the database cannot be used at the start. Later errors are tried again.
            DefinitionChanged: if a workflow is not what it was when it was registered.
        """
        self.engine.register_definitions()
        log = structlog.get_logger("casereview.worker").bind(worker=self.name)
        tick = Tick(
            engine=self.engine,
            every=self.every,
            worker=self.name,
            deliver=self.deliver,
            should_stop=stop.is_set,
            clock_is_right=self.clock_is_right,
        )
        if not tick.is_clock_doubtful():
            tick.heartbeat()
        log.info("started", every_seconds=self.every.total_seconds())
        # A daemon thread, so that a tick that hangs does not keep the process alive.
        ticking = Thread(target=_tick_until, args=(tick, self.every, stop), daemon=True)
        ticking.start()
        # On Windows a waiting program sees Ctrl-C only when it wakes.
        while not stop.wait(timeout=1):
            pass
        ticking.join(STOP_TIMEOUT.total_seconds())
        if ticking.is_alive():
            log.warning("stopped in the middle", next="the next sweep repeats what was not saved")
            return
        if not tick.is_clock_doubtful():
            tick.heartbeat(stopped=True)
        log.info("stopped")


def _tick_until(tick: Tick, every: timedelta, stop: Event) -> None:
    """Tick until asked to stop. The wait is monotonic, so it lasts no longer if the machine's clock is set back."""
    while not stop.is_set():
        begun = monotonic()
        tick()
        stop.wait(timeout=max(0.0, every.total_seconds() - (monotonic() - begun)))

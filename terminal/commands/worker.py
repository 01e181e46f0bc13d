"""Run the worker that prepares and sends reminders."""

from __future__ import annotations

import platform
import signal
import sys
import threading
from datetime import timedelta
from typing import Any

import click

from ...engine import GROUPING_WINDOW, Deliver, DeliveryResult, ShouldStop, Tick, Worker, is_alive
from ...engine.errors.bad_input import BadValue
from ...engine.errors.base import days_in_words
from ...engine.model.clock_checks import is_ahead
from ..errors import REFUSED
from ..log import configure_log
from ..notification_config import templates_of, transports_of
from ..options import reading_options
from ..session import Session, in_session


@click.command()
@click.option(
    "--every",
    type=click.IntRange(1, 86_400),
    default=60,
    show_default=True,
    metavar="SECONDS",
    help="How often to check.",
)
@click.option("--once", is_flag=True, help="Check and send once, then end. For a scheduled task.")
@click.option(
    "--clock-is-right",
    is_flag=True,
    help="Confirm the date of this computer, if the worker says that it is far beyond the last entry.",
)
@click.option("--health", is_flag=True, help="Only show if a worker of this name is running. Exit code 1 if not.")
@click.option("--name", help="The worker's name. Default: the name of this machine.")
@reading_options
@in_session
def worker(session: Session, *, every: int, once: bool, health: bool, clock_is_right: bool, name: str | None) -> None:
    """Prepare and send reminders until stopped.

    You can run several workers, on several machines. To stop one: Ctrl-C or SIGTERM, within five seconds.

    \b
    Example:  casereview worker
              casereview worker --every 300
              casereview worker --health
              casereview worker --once --clock-is-right
    """
    if once and health:
        raise BadValue(name="--once", expected="no --health with it", found="both")
    named = name or platform.node() or "worker"
    if health:
        _print_health(session, named)
        return

    configure_log(debug=session.debug)
    deliver = _deliverer(session)
    confirmed = clock_is_right or _is_played(session)
    if once:
        tick = Tick(engine=session.engine, every=None, worker=named, deliver=deliver, clock_is_right=confirmed)
        if not tick():
            sys.exit(REFUSED)
        return
    session.mark_rehearsal()
    stop = threading.Event()

    def asked(_number: int, _frame: Any) -> None:
        stop.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, asked)
    Worker(
        engine=session.engine,
        name=named,
        every=timedelta(seconds=every),
        deliver=deliver,
        clock_is_right=confirmed,
    ).run(stop)


def _is_played(session: Session) -> bool:
    """Return whether this is a rehearsal, which moves through the months in a few minutes; say so if it does."""
    if not session.database.is_rehearsal:
        return False
    if (gap := session.engine.clock_gap()) is not None:
        session.print_note(
            f"It is now {gap.now:%Y-%m-%d}, {(gap.now - gap.last).days} days after the last entry or check. A rehearsal"
            " goes on. Otherwise the worker would wait until the date is confirmed with --clock-is-right."
        )
    return True


def _deliverer(session: Session) -> Deliver:
    """Return the function that sends waiting messages. Check the settings now, so that a fault shows at once."""
    posts, wording, outbox = transports_of(session.notifications), templates_of(session), session.engine.messages

    def deliver(should_stop: ShouldStop) -> DeliveryResult:
        return outbox.deliver(posts, templates=wording, grouping_window=GROUPING_WINDOW, should_stop=should_stop)

    return deliver


def _print_health(session: Session, name: str) -> None:
    heartbeat = next((one for one in session.engine.heartbeats() if one.worker == name), None)
    alive = heartbeat is not None and is_alive(heartbeat, session.now)
    heard = None if heartbeat is None else heartbeat.last_seen_at
    if session.as_json:
        session.print_json({"worker": name, "alive": alive, "last_seen_at": heard and heard.isoformat()})
    else:
        last = "it has never run" if heard is None else f"last seen at {heard:%Y-%m-%d %H:%M:%S} UTC"
        if heard is not None and is_ahead(heard, session.now):
            last += ", which is later than now. Check the date of this computer and of the worker's"
        session.show(f"{name} is {'running' if alive else 'not running'}: {days_in_words(last)}.")
    if not alive:
        sys.exit(REFUSED)

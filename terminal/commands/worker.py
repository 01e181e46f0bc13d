"""The worker: a process that chases what is overdue until it is asked to stop."""

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
from ..errors import REFUSED
from ..log import configure_log
from ..notification_config import templates_of, transports_of
from ..options import reading_options
from ..session import Session, in_session


@click.command()
@click.option(
    "--every", type=click.IntRange(1, 86_400), default=60, show_default=True, metavar="SECONDS", help="How often."
)
@click.option("--once", is_flag=True, help="Sweep and send once, and end: for a task that is started by a calendar.")
@click.option("--health", is_flag=True, help="Only say whether a worker of this name is at work; exit code 1 if not.")
@click.option("--name", help="The name under which it is heard of; this machine's unless given.")
@reading_options
@in_session
def worker(session: Session, *, every: int, once: bool, health: bool, name: str | None) -> None:
    """Chase what is overdue, and send messages, until stopped.

    Any number may run, on any number of machines. Ctrl-C or SIGTERM ends it within five seconds.

    \b
    Example:  casereview worker
              casereview worker --every 300
              casereview worker --health
    """
    if once and health:
        raise BadValue(name="--once", expected="it without --health", found="both")
    named = name or platform.node() or "worker"
    if health:
        _print_health(session, named)
        return

    configure_log(debug=session.debug)
    deliver = _deliverer(session)
    if once:
        tick = Tick(engine=session.engine, every=None, worker=named, deliver=deliver)
        if not tick():
            sys.exit(REFUSED)
        return
    session.mark_rehearsal()
    stop = threading.Event()

    def asked(_number: int, _frame: Any) -> None:
        stop.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, asked)
    Worker(engine=session.engine, name=named, every=timedelta(seconds=every), deliver=deliver).run(stop)


def _deliverer(session: Session) -> Deliver:
    """What sends all that waits, by the ways that are set up; looked at now, so that a fault shows at once."""
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
        last = "it was never heard of" if heard is None else f"last heard of at {heard:%Y-%m-%d %H:%M:%S} UTC"
        session.show(f"{name} is {'at work' if alive else 'not at work'}: {last}.")
    if not alive:
        sys.exit(REFUSED)

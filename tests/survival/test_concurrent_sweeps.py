"""Several workers sweep at once, and some are killed: each level fires once, and everyone is notified."""

from __future__ import annotations

import random
import signal
import threading
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from email import message_from_bytes
from email.policy import default
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from casereview.engine.notifications.smtp import SmtpTransport
from casereview.engine.notifications.templates import MessageTemplates
from casereview.engine.ports.outbox import Channel, Message, MessageState, NoticeState
from casereview.engine.service.sweep import BATCH
from casereview.persistence import Database
from casereview.workflows import MESSAGE_TEMPLATES

from ..support.five_deadlines import LATER, REACHED, SWEPT_AT, add_people, engine_at_instant, open_cases_by_agency
from ..support.worker_processes import TIMEOUT_SECONDS, WorkerProcess, repetitions, report_counts, verify_record

pytestmark = pytest.mark.long

SENDER = "unit@example.org"
LONGEST = 0.5
"""Seconds of work before a kill, at most."""
SOON = 5
"""Within so many seconds of being asked a worker has stopped."""


class Mailbox:
    """Return the messages that a mail server has received."""

    def __init__(self) -> None:
        self.received: list[bytes] = []

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        assert isinstance(envelope.content, bytes)
        self.received.append(envelope.content)
        return "250 OK"


class Server(Controller):
    """A mail server on a port that the system chooses."""

    def _trigger_server(self) -> None:
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


@pytest.fixture
def mailbox() -> Mailbox:
    return Mailbox()


@pytest.fixture
def mail_server(mailbox: Mailbox) -> Iterator[str]:
    """The URL of a mail server that runs during the test."""
    server = Server(mailbox, hostname="127.0.0.1", port=0)
    server.start()
    yield f"smtp://127.0.0.1:{server.port}"
    server.stop()


class Chasers:
    """Processes that sweep and deliver."""

    def __init__(self, size: int, **order: Any) -> None:
        self._order = order
        self.workers = [self._started(number) for number in range(size)]

    def _started(self, number: int) -> WorkerProcess:
        worker = WorkerProcess()
        worker.send_order(do="chase", name=f"worker {number}", **self._order)
        return worker

    def kill_one(self, chance: random.Random) -> None:
        """Kill one process at a random moment, and start another in its place."""
        number = chance.randrange(len(self.workers))
        self.workers[number].end()
        self.workers[number] = self._started(number)

    def until_idle(self) -> None:
        """Wait until each process has found nothing to do."""
        for worker in self.workers:
            while any(worker.read_answer().values()):
                pass

    def stop(self) -> list[int]:
        """Ask each process to stop, and return the exit codes."""
        for worker in self.workers:
            worker.process.send_signal(signal.SIGTERM)
        return [worker.process.wait(SOON) for worker in self.workers]

    def end(self) -> None:
        for worker in self.workers:
            worker.end()


def sent(database: Database, url: str) -> tuple[Message, ...]:
    """Return every message after those of a killed worker have also been sent."""
    later = engine_at_instant(database, SWEPT_AT + timedelta(hours=1))
    later.messages.deliver(
        {Channel.EMAIL: SmtpTransport.from_url(url, sender=SENDER)},
        templates=MessageTemplates(default=MESSAGE_TEMPLATES),
    )
    return later.messages.list_messages(limit=100_000)


@pytest.mark.parametrize("kills", [0, repetitions(short=5, long=60)], ids=["none is killed", "some are killed"])
def test_each_level_fires_once_and_each_message_arrives_despite_kills(
    kills: int, database: Database, database_url: str, mailbox: Mailbox, mail_server: str
) -> None:
    cases, agencies = repetitions(short=120, long=2_000), 20
    refs = open_cases_by_agency(database, cases, agencies)
    engine = engine_at_instant(database, SWEPT_AT)
    names = add_people(engine, agencies)
    chance = random.Random(kills)
    chasers = Chasers(
        2 if database_url.startswith("sqlite") else 4, url=database_url, server=mail_server, sender=SENDER
    )
    try:
        for _ in range(kills):
            # The kill must come at a random instant, not at an event that the process knows of.
            threading.Event().wait(chance.uniform(0, LONGEST))
            chasers.kill_one(chance)
        chasers.until_idle()
        assert chasers.stop() == [0] * len(chasers.workers)
    finally:
        chasers.end()
    messages = sent(database, mail_server)

    # Each case's history has each reached level once.
    fired = Counter(
        (event.ref, event.data["deadline"], event.data["run"], event.data["level"])
        for of_agency in refs.values()
        for ref in of_agency
        for event in engine.history(ref)
        if event.kind == "escalated"
    )
    assert fired == {
        (ref, "first", 1, level): 1 for of_agency in refs.values() for ref in of_agency for level in REACHED
    }
    assert engine.sweep().fired == ()
    assert verify_record(database).faults == ()

    # Each person was sent one message, with all of their notices.
    assert sorted(message.person for message in messages) == sorted(names)
    assert {message.state for message in messages} == {MessageState.SENT}
    assert engine.messages.pending_notices(NoticeState.WAITING) == engine.messages.pending_notices() == ()
    for message in messages:
        number = int(message.person.rpartition(" ")[2])
        assert [line.split(":")[0].strip() for line in message.body.splitlines() if ": Answer" in line] == sorted(
            refs[f"Agency {number}"]
        )

    # Each message arrived; one that arrived twice has the same ID, so a receiver can recognise it.
    arrived: dict[str, set[bytes]] = {}
    for content in mailbox.received:
        arrived.setdefault(message_from_bytes(content, policy=default)["Message-ID"], set()).add(content)
    assert {identity.partition("@")[0].removeprefix("<") for identity in arrived} == {m.id for m in messages}
    assert all(len(contents) == 1 for contents in arrived.values())
    report_counts(
        f"{cases * (1 + LATER):,} clocks, {cases:,} due; {kills} killed; {len(fired):,} levels, each once;"
        f" {len(messages)} messages, {len(mailbox.received)} arrived"
    )


@pytest.mark.parametrize("signal_number", [signal.SIGTERM, signal.SIGINT])
def test_a_worker_stops_within_five_seconds_after_its_whole_batch(
    signal_number: signal.Signals, database: Database, database_url: str, mail_server: str
) -> None:
    cases = 2 * BATCH + 10
    open_cases_by_agency(database, cases, 5)
    add_people(engine_at_instant(database, SWEPT_AT), 5)
    worker = WorkerProcess()
    try:
        # The stop is requested when it reads the time for the sixth time, at the start of its second batch.
        worker.send_order(do="chase", name="worker", url=database_url, server=mail_server, sender=SENDER, pause_at=6)
        assert worker.read_answer(patience=TIMEOUT_SECONDS) == {"begun": True}
        worker.process.send_signal(signal_number)
        assert worker.process.wait(SOON) == 0
    finally:
        worker.end()
    assert verify_record(database).faults == ()
    engine = engine_at_instant(database, SWEPT_AT)
    (heartbeat,) = engine.heartbeats()
    assert heartbeat.stopped_at == SWEPT_AT
    # It finished the batch it had begun, and started no other.
    assert 0 < heartbeat.fired < cases * len(REACHED)
    assert len(engine.sweep().fired) == cases * len(REACHED) - heartbeat.fired

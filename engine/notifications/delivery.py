"""The outbox's other end: what waits for one person is bound into one message, and sent.

Binding is a transaction: a message has its id and its words before it is sent for the first time, so a
repeat is the same message, and whoever receives it twice can tell. Only what is of a case that has ended
since is taken back, also where it was bound already. Sending happens outside of any transaction; a process
that dies in the middle leaves the message to be sent again.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import partial

from ..errors.faults import NotDelivered
from ..model.evolve import SYSTEM
from ..model.notice import Notice, NoticeKind
from ..model.people import Person
from ..ports.context import EngineContext
from ..ports.outbox import Channel, Message, MessageState, NoticeState, PendingNotice, latest_per_clock
from ..ports.store import Reader, Store, Writer
from .templates import MessageLine, MessageTemplates, RenderedMessage
from .transport import DeliveryResult, Send, Transport, address_of, after_failure

LEASE = timedelta(minutes=5)
"""For how long a message is offered to nobody else while it is being sent."""

BATCH = 10
PAGE = 100
GROUPING_WINDOW = timedelta(minutes=10)
"""How long a notice waits for the rest of its sweep, so that one person gets one message for all of it."""

STALE = "It was done, suspended or given a new date before it was told."
CASE_ENDED = "Its case had ended before it was sent."


@dataclass(frozen=True, kw_only=True, slots=True)
class _Composition:
    """What binding one person's notices came to."""

    message: Message | None = None
    withdrawn: int = 0
    problem: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Delivery:
    """Binds and sends.

    Attributes:
        store: Where the outbox is kept.
        context: Knows the present, and who manages people.
        transports: The ways that there are; what no way serves waits.
        templates: Writes the messages.
        grouping_window: How long a notice waits for a sweep that is not through.
    """

    store: Store
    context: EngineContext
    transports: Mapping[Channel, Transport]
    templates: MessageTemplates
    grouping_window: timedelta = timedelta(0)

    def deliver(self, should_stop: Callable[[], bool]) -> DeliveryResult:
        """Binds what waits, sends what is due, and says what came of it."""
        recalled = self.store.write(self._revoke)
        bound = [*self._announce_all(), *self._compose_all(should_stop)]
        settled = list(self._send_all(should_stop))
        states = [message.state for message in settled]
        problems = dict.fromkeys(one.problem for one in bound if one.problem is not None)
        return DeliveryResult(
            composed=sum(one.message is not None for one in bound),
            sent=states.count(MessageState.SENT),
            failed=states.count(MessageState.QUEUED),
            given_up=states.count(MessageState.GIVEN_UP),
            withdrawn=recalled + sum(one.withdrawn for one in bound),
            problems=tuple(problems),
        )

    # --- binding ----------------------------------------------------------------------------------------

    def _revoke(self, writer: Writer) -> int:
        """Takes back what waits to be sent and is of a case that has ended; how many notices that were.

        Whatever else such a message said is bound anew. Where an earlier try got through unnoticed, that
        comes twice, under two ids: better than to be sent to somebody who has died.
        """
        now, withdrawn = self.context.now(), 0
        for message, carried in writer.queued_messages(now):
            recalled = [one.notice for one in carried if one.is_revoked]
            if recalled:
                writer.withdraw_notices(recalled, SYSTEM, now, CASE_ENDED)
                writer.detach([one.notice for one in carried if not one.is_revoked])
                writer.save(replace(message, state=MessageState.DISMISSED, next_try_at=None, problem=CASE_ENDED))
                withdrawn += len(recalled)
        return withdrawn

    def _compose_all(self, should_stop: Callable[[], bool]) -> Iterator[_Composition]:
        with self.store.reading() as reader:
            names = reader.people_with_notices(NoticeState.WAITING)
            gathering = timedelta(0) if self._is_sweep_finished(reader) else self.grouping_window
        for name in names:
            if should_stop():
                return
            yield self.store.write(partial(self._compose, name, gathering))

    def _is_sweep_finished(self, reader: Reader) -> bool:
        """Whether no sweep is under way: nothing is left to be done by now but what was set aside."""
        aside = {ref for heartbeat in reader.heartbeats() for ref in heartbeat.failed}
        now, last = self.context.now(), None
        while page := reader.due_timers(now, last, PAGE):
            # One case that was set aside may have many clocks.
            if any(one.ref not in aside for one in page):
                return False
            last = page[-1]
        return True

    def _compose(self, name: str, grouping_window: timedelta, writer: Writer) -> _Composition:
        now = self.context.now()
        person = writer.person(name)
        where = None if person is None else self._address(person)
        if where is None:
            return _Composition()  # what nobody can be told waits; casereview doctor says so
        waiting = writer.lock_pending(name, NoticeState.WAITING)
        told = [one.notice for one in waiting if not one.is_stale]
        if told and all(now - notice.recorded_at < grouping_window for notice in told):
            return _Composition()
        moot = [one.notice for one in waiting if one.is_stale]
        if moot:
            writer.withdraw_notices(moot, SYSTEM, now, STALE)
        if not told:
            return _Composition(withdrawn=len(moot))
        written = self._render(name, told, self._today())
        message = self._message(secrets.token_hex(16), name, where, written, now)
        writer.compose(message, told)
        return _Composition(message=message, withdrawn=len(moot), problem=written.problem)

    def _render(self, name: str, notices: Sequence[Notice], today: date) -> RenderedMessage:
        lines: dict[NoticeKind, list[MessageLine]] = {kind: [] for kind in NoticeKind}
        for notice in latest_per_clock(notices):
            # A reminder that waited until the day was over would say what is no longer so.
            passed = notice.kind is NoticeKind.REMINDER and notice.due < today
            lines[NoticeKind.OVERDUE if passed else notice.kind].append(line_of(notice, today))
        return self.templates.render_message(
            name,
            today,
            overdue=lines[NoticeKind.OVERDUE],
            due_soon=lines[NoticeKind.REMINDER],
            done_in_time=lines[NoticeKind.MET_IN_TIME],
        )

    def _address(self, person: Person) -> tuple[Channel, str] | None:
        """By what and where a person is reached; None where there is no address, or no way to it."""
        if (found := address_of(person)) is None or found[0] not in self.transports:
            return None
        return found

    def _message(
        self, message_id: str, name: str, to: tuple[Channel, str], written: RenderedMessage, now: datetime
    ) -> Message:
        channel, address = to
        return Message(
            id=message_id,
            person=name,
            channel=channel,
            address=address,
            subject=written.subject,
            body=written.body,
            created_at=now,
            next_try_at=now,
        )

    def _today(self) -> date:
        return self.context.calendar.day_of(self.context.now())

    # --- what waits to be released ------------------------------------------------------------------------

    def _announce_all(self) -> list[_Composition]:
        """Word to the managers, at most once a week, of what waits until they release it."""
        with self.store.reading() as reader:
            held = on_hold_now(reader)
            managers = [person for person in reader.people() if self._manages(person)] if held else []
        announced = (self.store.write(partial(self._announce, person, held)) for person in managers)
        return [one for one in announced if one is not None]

    def _announce(self, person: Person, on_hold: Sequence[Notice], writer: Writer) -> _Composition | None:
        year, week, _ = self._today().isocalendar()
        message_id = hashlib.sha256(f"digest {year}-{week} {person.name}".encode()).hexdigest()
        where = self._address(person)
        if where is None or writer.message(message_id) is not None:
            return None
        lines = [line_of(notice, self._today()) for notice in latest_per_clock(on_hold)]
        written = self.templates.render_digest(person.name, self._today(), on_hold=lines)
        message = self._message(message_id, person.name, where, written, self.context.now())
        writer.compose(message, ())
        return _Composition(message=message, problem=written.problem)

    def _manages(self, person: Person) -> bool:
        roles = self.context.workflows.roles
        return any(roles[name].manages_people for name in person.roles if name in roles)

    # --- sending ------------------------------------------------------------------------------------------

    def _send_all(self, should_stop: Callable[[], bool]) -> Iterator[Message]:
        """Every message that was tried, as it stands afterwards."""
        for channel, post in self.transports.items():
            yield from self._send_by(post, channel, should_stop)

    def _send_by(self, transport: Transport, channel: Channel, should_stop: Callable[[], bool]) -> Iterator[Message]:
        while not should_stop() and (batch := list(self.store.write(partial(self._claim, channel)))):
            try:
                with transport.open() as send:
                    while batch and not should_stop():
                        yield self._save(self._send(send, batch.pop(0)))
            except NotDelivered as closed:
                # The way is closed to all of them; whatever else waits for it is not even tried.
                for message in batch:
                    yield self._save(after_failure(message, closed, self.context.now()))
                return
            for message in batch:  # asked to stop: handed back, so that somebody else may send them
                self._save(replace(message, next_try_at=self.context.now()))

    def _claim(self, channel: Channel, writer: Writer) -> tuple[Message, ...]:
        now = self.context.now()
        return writer.claim_messages(channel, now, now + LEASE, BATCH)

    def _send(self, send: Send, message: Message) -> Message:
        try:
            send(message)
        except NotDelivered as error:
            return after_failure(message, error, self.context.now())
        except Exception as error:  # one message that its way stumbles over does not keep back the rest
            # Its own text is left out: it may quote the address.
            return after_failure(message, NotDelivered(problem=type(error).__name__), self.context.now())
        sent = replace(message, state=MessageState.SENT, attempts=message.attempts + 1, next_try_at=None, problem=None)
        return replace(sent, sent_at=self.context.now())

    def _save(self, message: Message) -> Message:
        self.store.write(lambda writer: writer.save(message))
        return message


def line_of(notice: Notice, today: date) -> MessageLine:
    """What a notice says on a day."""
    return MessageLine(
        ref=notice.ref,
        task=notice.title,
        due=notice.due,
        days_overdue=max(0, (today - notice.due).days),
        person=notice.person,
    )


def on_hold_now(reader: Reader) -> tuple[Notice, ...]:
    """What waits to be released and is still so."""
    held: list[PendingNotice] = []
    for name in reader.people_with_notices(NoticeState.ON_HOLD):
        held += reader.pending(name, NoticeState.ON_HOLD)
    return tuple(one.notice for one in held if not one.is_stale)

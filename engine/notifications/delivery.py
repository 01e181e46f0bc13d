"""Compose the notices that wait for each person into one message, and send it.

Composing is a transaction: a message has its ID and text before it is sent for the first time, so a repeat is the same
message and its recipient can tell. Before each attempt a message is checked again (`recipient_check`): a notice that is
no longer news, or no longer meant for its person, is withdrawn, and the rest is composed anew; a new address is used.
Sending happens outside any transaction; if a process dies in the middle, the message is sent again.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import partial

from ..errors.faults import NotDelivered
from ..model.notice import Notice, NoticeKind
from ..model.people import Person
from ..ports.context import EngineContext
from ..ports.delivery_state import DeliveryState
from ..ports.outbox import (
    Channel,
    Message,
    MessageState,
    NoticeState,
    PendingNotice,
    latest_per_clock,
    weekly_message_id,
)
from ..ports.store import Reader, Store, Writer
from .recipient_check import Addressee, RecipientCheck, addressee_of, manages
from .templates import MessageLine, MessageTemplates, RenderedMessage
from .transport import DeliveryResult, Send, Transport, after_failure

LEASE = timedelta(minutes=5)
"""The time for which a message that is being sent is offered to no other process."""

BATCH = 10
PAGE = 100
MAX_COUNTED = 1_000
GROUPING_WINDOW = timedelta(minutes=10)
"""The time for which a notice waits for the rest of its sweep, so that a person gets one message for all of it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class _Composition:
    """The result of composing one person's notices."""

    message: Message | None = None
    withdrawn: int = 0
    problem: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Delivery:
    """Composes and sends messages.

    Attributes:
        store: The store of the outbox.
        context: The present, and the roles that manage people.
        transports: The transports by channel; messages for other channels wait.
        templates: Render the messages.
        grouping_window: The time for which a notice waits for the end of its sweep.
    """

    store: Store
    context: EngineContext
    transports: Mapping[Channel, Transport]
    templates: MessageTemplates
    grouping_window: timedelta = timedelta(0)

    def deliver(self, should_stop: Callable[[], bool]) -> DeliveryResult:
        """Compose what waits, send what is due, and return the result."""
        revoked = self.store.write(self._recheck_queued)
        composed = [*self._announce_all(), *self._compose_all(should_stop)]
        tried = list(self._send_all(should_stop))
        states = [message.state for message in tried]
        problems = dict.fromkeys(one.problem for one in composed if one.problem is not None)
        return DeliveryResult(
            composed=sum(one.message is not None for one in composed),
            sent=states.count(MessageState.SENT),
            failed=states.count(MessageState.QUEUED),
            given_up=states.count(MessageState.GIVEN_UP),
            withdrawn=revoked + sum(one.withdrawn for one in composed),
            problems=tuple(problems),
        )

    # --- composing --------------------------------------------------------------------------------------

    def _recheck_queued(self, writer: Writer) -> int:
        """Check the queued messages that are due, before anything is composed, and return the number of withdrawals."""
        check = RecipientCheck(writer=writer, context=self.context)
        return sum(check.recheck(*queued)[1] for queued in writer.queued_messages(self.context.now()))

    def _compose_all(self, should_stop: Callable[[], bool]) -> Iterator[_Composition]:
        with self.store.reading() as reader:
            names = reader.people_with_notices(NoticeState.WAITING)
            window = timedelta(0) if self._is_sweep_finished(reader) else self.grouping_window
        for name in names:
            if should_stop():
                return
            yield self.store.write(partial(self._compose, name, window))

    def _is_sweep_finished(self, reader: Reader) -> bool:
        """Return whether nothing is due by now apart from the cases that the sweep could not process."""
        failed = {ref for heartbeat in reader.heartbeats() for ref in heartbeat.failed}
        now, last = self.context.now(), None
        while page := reader.due_timers(now, last, PAGE):
            # One failed case may have many clocks.
            if any(one.ref not in failed for one in page):
                return False
            last = page[-1]
        return True

    def _compose(self, name: str, grouping_window: timedelta, writer: Writer) -> _Composition:
        now, check = self.context.now(), RecipientCheck(writer=writer, context=self.context)
        to = check.addressee(name)
        if check.person(name) is not None and (to is None or to.channel not in self.transports):
            return _Composition()  # notices without a transport wait; a health check reports them
        waiting = writer.lock_pending(name, NoticeState.WAITING)
        why = {one.notice: check.why_withdrawn(one) for one in waiting}
        fresh = [notice for notice, reason in why.items() if reason is None]
        # A notice that was recorded while the machine's clock was fast does not wait for that day.
        if fresh and all(timedelta(0) <= now - notice.recorded_at < grouping_window for notice in fresh):
            return _Composition()
        gone = {notice: reason for notice, reason in why.items() if reason is not None}
        check.withdraw(gone)
        if not fresh or to is None:
            return _Composition(withdrawn=len(gone))
        rendered = self._render(to.name, fresh, self._today(), deputy_for=name if to.deputy else None)
        # Notices and messages keep the name that the person had when they were notified.
        message = self._message(secrets.token_hex(16), name, to, rendered, now)
        writer.compose(message, fresh)
        return _Composition(message=message, withdrawn=len(gone), problem=rendered.problem)

    def _render(self, name: str, notices: Sequence[Notice], today: date, *, deputy_for: str | None) -> RenderedMessage:
        lines: dict[NoticeKind, list[MessageLine]] = {kind: [] for kind in NoticeKind}
        for notice in latest_per_clock(notices):
            # A reminder that waited until after the due date is about something overdue by now.
            is_over = notice.kind is NoticeKind.REMINDER and notice.due < today
            lines[NoticeKind.OVERDUE if is_over else notice.kind].append(line_of(notice, today))
        return self.templates.render_message(
            name,
            today,
            overdue=lines[NoticeKind.OVERDUE],
            due_soon=lines[NoticeKind.REMINDER],
            done_in_time=lines[NoticeKind.MET_IN_TIME],
            deputy_for=deputy_for,
        )

    def _message(self, message_id: str, name: str, to: Addressee, rendered: RenderedMessage, now: datetime) -> Message:
        return Message(
            id=message_id,
            person=name,
            channel=to.channel,
            address=to.address,
            subject=rendered.subject,
            body=rendered.body,
            created_at=now,
            next_try_at=now,
            deputy=to.deputy,
        )

    def _today(self) -> date:
        return self.context.calendar.day_of(self.context.now())

    # --- messages on hold ---------------------------------------------------------------------------------

    def _announce_all(self) -> list[_Composition]:
        """Notify the managers, at most once a week, of the messages on hold."""
        with self.store.reading() as reader:
            on_hold = on_hold_now(reader)
            people = reader.people() if on_hold else ()
        managers = [person for person in people if manages(person, self.context.workflows)]
        announced = (self.store.write(partial(self._announce, person, on_hold)) for person in managers)
        return [one for one in announced if one is not None]

    def _announce(self, person: Person, on_hold: Sequence[Notice], writer: Writer) -> _Composition | None:
        message_id = weekly_message_id(person.name, self._today())
        to = addressee_of(person)
        if to is None or to.channel not in self.transports or writer.message(message_id) is not None:
            return None
        lines = [line_of(notice, self._today()) for notice in latest_per_clock(on_hold)]
        rendered = self.templates.render_digest(person.name, self._today(), on_hold=lines, others=_others(writer))
        message = self._message(message_id, person.name, to, rendered, self.context.now())
        writer.compose(message, ())
        return _Composition(message=message, problem=rendered.problem)

    # --- sending ------------------------------------------------------------------------------------------

    def _send_all(self, should_stop: Callable[[], bool]) -> Iterator[Message]:
        """Send every message that is due, and yield each with its new state."""
        for channel, transport in self.transports.items():
            yield from self._send_by(transport, channel, should_stop)

    def _send_by(self, transport: Transport, channel: Channel, should_stop: Callable[[], bool]) -> Iterator[Message]:
        while not should_stop() and (claimed := self.store.write(partial(self._claim, channel))):
            batch = [message for message in claimed if message is not None]
            if not batch:
                continue
            try:
                with transport.open() as send:
                    while batch and not should_stop():
                        yield self._save(self._send(send, batch.pop(0)))
            except NotDelivered as error:
                # The transport is unusable for all of them, so try no other message.
                for message in batch:
                    yield self._save(after_failure(message, error, self.context.now()))
                return
            for message in batch:  # asked to stop: another process may send them at once
                self._save(replace(message, next_try_at=self.context.now()))

    def _claim(self, channel: Channel, writer: Writer) -> tuple[Message | None, ...]:
        """Claim messages to send now, and check each again; None stands for one that is not sent."""
        now, check = self.context.now(), RecipientCheck(writer=writer, context=self.context)
        claimed = writer.claim_messages(channel, now, now + LEASE, BATCH)
        carried = writer.carried_by([message.id for message in claimed])
        leased = [replace(message, next_try_at=now + LEASE) for message in claimed]
        return tuple(check.recheck(one, carried.get(one.id, ()))[0] for one in leased)

    def _send(self, send: Send, message: Message) -> Message:
        try:
            send(message)
        except NotDelivered as error:
            return after_failure(message, error, self.context.now())
        except Exception as error:  # one faulty message must not stop the others
            # Leave out its text: it may quote the address.
            return after_failure(message, NotDelivered(problem=type(error).__name__), self.context.now())
        sent = replace(message, state=MessageState.SENT, attempts=message.attempts + 1, next_try_at=None, problem=None)
        return replace(sent, sent_at=self.context.now())

    def _save(self, message: Message) -> Message:
        self.store.write(lambda writer: writer.save(message))
        return message


def line_of(notice: Notice, today: date) -> MessageLine:
    """Return the line of a notice in a message on a day."""
    return MessageLine(
        ref=notice.ref,
        task=notice.title,
        due=notice.due,
        days_overdue=max(0, (today - notice.due).days),
        person=notice.person,
    )


def _others(reader: Reader) -> Mapping[str, int]:
    """Count what is neither on hold nor sent, by what became of it in words."""
    counts = {
        DeliveryState.DUE: sum(count for _, count in reader.notice_counts(NoticeState.WAITING)),
        DeliveryState.QUEUED: len(reader.messages(MessageState.QUEUED, None, MAX_COUNTED)),
        DeliveryState.FAILED: len(reader.messages(MessageState.GIVEN_UP, None, MAX_COUNTED)),
    }
    return {state.words: count for state, count in counts.items() if count}


def on_hold_now(reader: Reader) -> tuple[Notice, ...]:
    """Return the notices on hold that are still news."""
    pending: list[PendingNotice] = []
    for name in reader.people_with_notices(NoticeState.ON_HOLD):
        pending += reader.pending(name, NoticeState.ON_HOLD)
    return tuple(one.notice for one in pending if not one.is_stale)

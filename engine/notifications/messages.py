"""List, release, withdraw, retry and deliver the messages to people."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

from ..decisions.permission import require_manager
from ..errors.bad_input import BadValue
from ..errors.base import one_of
from ..errors.unknown import UnknownMessage
from ..forms.names import same_name_key
from ..forms.parsing import checked_reasons
from ..model.notice import Notice
from ..model.people import Actor
from ..ports.access import Access
from ..ports.context import EngineContext
from ..ports.outbox import Channel, Message, MessageState, NoticeState, NoticeStatus, PendingNotice
from ..ports.store import Reader, Writer

if TYPE_CHECKING:
    from .templates import MessageTemplates
    from .transport import DeliveryResult, Transport

MAX_MESSAGES = 10_000
"""Maximum number of messages that are retried or dismissed at once."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ReleaseResult:
    """The notices that were released or withdrawn.

    Attributes:
        released: Those that go out with the next delivery.
        withdrawn: Those that are not sent.
    """

    released: tuple[Notice, ...] = ()
    withdrawn: tuple[Notice, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class MessageService:
    """The verbs of the outbox.

    Attributes:
        store: The store of the outbox.
        context: The workflows and the present.
    """

    store: Access
    context: EngineContext

    def pending_notices(
        self, state: NoticeState = NoticeState.ON_HOLD, *, person: str | None = None
    ) -> tuple[PendingNotice, ...]:
        """Return the notices on hold (or, waiting, those for the next delivery), by person; or one person's only."""
        with self.store.reading() as reader:
            names = reader.people_with_notices(state)
            if person is not None:
                names = _names_among(names, reader, person)
            return tuple(one for name in names for one in reader.pending(name, state))

    def on_hold_counts(self) -> tuple[tuple[str, int], ...]:
        """Count each person's notices on hold, by name; leave out people without any."""
        with self.store.reading() as reader:
            return reader.notice_counts(NoticeState.ON_HOLD)

    def notice_statuses(self, refs: Collection[str]) -> tuple[NoticeStatus, ...]:
        """Return every notice of some cases with its state, in the order of their instants."""
        with self.store.reading() as reader:
            return reader.notice_statuses(refs)

    def list_messages(
        self, *, state: MessageState | None = None, person: str | None = None, limit: int = 100
    ) -> tuple[Message, ...]:
        """Return messages, the newest first, at most `limit`; with a person's name in any spelling, only theirs."""
        with self.store.reading() as reader:
            return reader.messages(state, None if person is None else _names_of(reader, person), limit)

    def message(self, message_id: str) -> Message:
        """Return the message with an ID.

        Raises:
            UnknownMessage: if there is none.
        """
        with self.store.reading() as reader:
            found = reader.message(message_id)
        if found is None:
            raise UnknownMessage(message_id=message_id)
        return found

    def release(self, people: Iterable[str] | None, *, actor: Actor | None = None) -> ReleaseResult:
        """Release the notices on hold for some people (default: for all), and withdraw those that are no longer news.

        Raises:
            BadValue: if nothing is on hold for a named person.
            NotAllowed: unless the actor may manage people.
        """
        manager = self._manager(actor, "release messages")

        def release_one(name: str, writer: Writer) -> ReleaseResult:
            now, found = self.context.now(), writer.lock_pending(name, NoticeState.ON_HOLD)
            stale = {one.notice: one.stale_because for one in found}
            fresh = tuple(notice for notice, why in stale.items() if why is None)
            writer.release_notices(fresh, manager.name, now)
            for reason in dict.fromkeys(why for why in stale.values() if why is not None):
                writer.withdraw_notices([one for one, why in stale.items() if why == reason], manager.name, now, reason)
            return ReleaseResult(released=fresh, withdrawn=tuple(one for one in stale if one not in fresh))

        return self._for_each_person(people, release_one)

    def withdraw(self, people: Iterable[str] | None, *, reasons: str, actor: Actor | None = None) -> ReleaseResult:
        """Withdraw the notices on hold for some people (default: for all): they are not sent.

        Raises:
            BadValue: if nothing is on hold for a named person.
            InvalidForm: if no reasons are given.
            NotAllowed: unless the actor may manage people.
        """
        manager = self._manager(actor, "withdraw messages")
        why = checked_reasons(reasons, subject="the withdrawal")

        def withdraw_one(name: str, writer: Writer) -> ReleaseResult:
            found = tuple(one.notice for one in writer.lock_pending(name, NoticeState.ON_HOLD))
            writer.withdraw_notices(found, manager.name, self.context.now(), why)
            return ReleaseResult(withdrawn=found)

        return self._for_each_person(people, withdraw_one)

    def retry(self, ids: Sequence[str] | None, *, actor: Actor | None = None) -> tuple[Message, ...]:
        """Queue messages that were given up (default: all) for the next delivery.

        They go to the person's present address, with their old ID, unless the person is not to be reminded any more.

        Raises:
            UnknownMessage: if there is no message with an ID.
            BadValue: if one was not given up.
            NotAllowed: unless the actor may manage people.
        """
        self._manager(actor, "send messages again")
        return self._update_given_up(ids, self._requeued)

    def dismiss(self, ids: Sequence[str] | None, *, actor: Actor | None = None) -> tuple[Message, ...]:
        """Dismiss messages that were given up (default: all): they are not sent.

        Raises:
            UnknownMessage: if there is no message with an ID.
            BadValue: if one was not given up.
            NotAllowed: unless the actor may manage people.
        """
        self._manager(actor, "dismiss messages")
        return self._update_given_up(ids, lambda _, message: replace(message, state=MessageState.DISMISSED))

    def deliver(
        self,
        transports: Mapping[Channel, Transport],
        *,
        templates: MessageTemplates,
        grouping_window: timedelta = timedelta(0),
        should_stop: Callable[[], bool] = lambda: False,
    ) -> DeliveryResult:
        """Compose the waiting notices into one message for each person, and send what is due.

        Args:
            transports: The transports by channel; messages for other channels wait.
            templates: Render the messages.
            grouping_window: The time for which a notice waits for the end of its sweep.
            should_stop: Called between messages.

        Raises:
            StoreError: if the database cannot be used. Nothing unsent is lost.
        """
        # Imported here, so that a list of messages does not load the templates.
        from .delivery import Delivery

        delivery = Delivery(
            store=self.store,
            context=self.context,
            transports=transports,
            templates=templates,
            grouping_window=grouping_window,
        )
        return delivery.deliver(should_stop)

    def _manager(self, actor: Actor | None, action: str) -> Actor:
        found = self.store.acting(actor)
        require_manager(self.context.workflows, found, action)
        return found

    def _for_each_person(
        self, people: Iterable[str] | None, work: Callable[[str, Writer], ReleaseResult]
    ) -> ReleaseResult:
        with self.store.reading() as reader:
            waiting = reader.people_with_notices(NoticeState.ON_HOLD)
            chosen = {name: _names_among(waiting, reader, name) for name in (waiting if people is None else people)}
        for name, found in chosen.items():
            if not found:
                expected = (
                    f"a person with messages on hold: {one_of(waiting)}"
                    if waiting
                    else "no name, since no messages are on hold"
                )
                raise BadValue(name="the person", expected=expected, found=name)
        names = dict.fromkeys(name for found in chosen.values() for name in found)
        done = [self.store.write(partial(work, name)) for name in names]
        return ReleaseResult(
            released=tuple(notice for one in done for notice in one.released),
            withdrawn=tuple(notice for one in done for notice in one.withdrawn),
        )

    def _update_given_up(
        self, ids: Sequence[str] | None, then: Callable[[Writer, Message], Message]
    ) -> tuple[Message, ...]:
        """Save and return changed messages that were given up."""
        if ids is None:
            ids = [message.id for message in self.list_messages(state=MessageState.GIVEN_UP, limit=MAX_MESSAGES)]

        def save(writer: Writer) -> tuple[Message, ...]:
            found = tuple(then(writer, self._given_up(writer, one)) for one in dict.fromkeys(ids))
            for message in found:
                writer.save(message)
            return found

        return self.store.write(save)

    def _given_up(self, writer: Writer, message_id: str) -> Message:
        message = writer.message(message_id)
        if message is None:
            raise UnknownMessage(message_id=message_id)
        if message.state is not MessageState.GIVEN_UP:
            raise BadValue(
                name=message_id, expected="a message that was given up", found=f"one that is {message.state}"
            )
        return message

    def _requeued(self, _: Writer, message: Message) -> Message:
        # Delivery asks again where it goes, and if it is still meant for its person.
        return replace(message, state=MessageState.QUEUED, attempts=0, problem=None, next_try_at=self.context.now())


def _names_of(reader: Reader, name: str) -> tuple[str, ...]:
    """Return all names that a person has or had; of someone who is not on the list, the name as given."""
    known = reader.person(name)
    return (name,) if known is None else (known.name, *known.former_names)


def _names_among(names: Iterable[str], reader: Reader, person: str) -> tuple[str, ...]:
    """Return those names which a person has or had, in any spelling."""
    keys = {same_name_key(name) for name in _names_of(reader, person)}
    return tuple(name for name in names if same_name_key(name) in keys)

"""What goes out to people: looked at, released, withdrawn, tried again, delivered."""

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
from ..forms.parsing import checked_reasons
from ..model.notice import Notice
from ..model.people import Actor
from ..ports.context import EngineContext
from ..ports.outbox import Channel, Message, MessageState, NoticeState, NoticeStatus, PendingNotice
from ..ports.store import Store, Writer

if TYPE_CHECKING:
    from .templates import MessageTemplates
    from .transport import DeliveryResult, Transport

MAX_MESSAGES = 10_000
"""How many messages that were given up are looked at at once."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ReleaseResult:
    """What became of notices that had waited for somebody to look at them.

    Attributes:
        released: Those that go out with the next delivery.
        withdrawn: Those that are told to nobody.
    """

    released: tuple[Notice, ...] = ()
    withdrawn: tuple[Notice, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class MessageService:
    """The outbox, as a unit sees it.

    Attributes:
        store: Where it is kept.
        context: Knows the present.
    """

    store: Store
    context: EngineContext

    def pending_notices(self, state: NoticeState = NoticeState.ON_HOLD) -> tuple[PendingNotice, ...]:
        """The notices that wait to be released (or, waiting, for the next delivery), by person."""
        with self.store.reading() as reader:
            return tuple(one for name in reader.people_with_notices(state) for one in reader.pending(name, state))

    def on_hold_counts(self) -> tuple[tuple[str, int], ...]:
        """For how many notices each person's release waits, by name; of nobody who has none."""
        with self.store.reading() as reader:
            return reader.notice_counts(NoticeState.ON_HOLD)

    def notice_statuses(self, refs: Collection[str]) -> tuple[NoticeStatus, ...]:
        """Every notice of some cases, with what has become of it, in the order of their instants."""
        with self.store.reading() as reader:
            return reader.notice_statuses(refs)

    def list_messages(
        self, *, state: MessageState | None = None, person: str | None = None, limit: int = 100
    ) -> tuple[Message, ...]:
        """Messages, the newest first, at most `limit`."""
        with self.store.reading() as reader:
            return reader.messages(state, person, limit)

    def message(self, message_id: str) -> Message:
        """The message of that id.

        Raises:
            UnknownMessage: where there is none.
        """
        with self.store.reading() as reader:
            found = reader.message(message_id)
        if found is None:
            raise UnknownMessage(message_id=message_id)
        return found

    def release(self, people: Iterable[str] | None, *, actor: Actor) -> ReleaseResult:
        """Lets what waits for these people (for everybody, unless they are named) go out.

        What is no longer so by now is withdrawn.

        Raises:
            BadValue: where nothing waits for somebody who is named.
            NotAllowed: where the actor may not look at it.
        """
        require_manager(self.context.workflows, actor, "release messages")

        def let_go(name: str, writer: Writer) -> ReleaseResult:
            from .delivery import STALE

            now, found = self.context.now(), writer.lock_pending(name, NoticeState.ON_HOLD)
            moot = tuple(one.notice for one in found if one.is_stale)
            good = tuple(one.notice for one in found if not one.is_stale)
            writer.release_notices(good, actor.name, now)
            writer.withdraw_notices(moot, actor.name, now, STALE)
            return ReleaseResult(released=good, withdrawn=moot)

        return self._for_each_person(people, let_go)

    def withdraw(self, people: Iterable[str] | None, *, reasons: str, actor: Actor) -> ReleaseResult:
        """Says that what waits for these people (for everybody, unless they are named) is not told.

        Raises:
            BadValue: where nothing waits for somebody who is named.
            InvalidForm: where no reasons are given.
            NotAllowed: where the actor may not look at it.
        """
        require_manager(self.context.workflows, actor, "withdraw messages")
        why = checked_reasons(reasons, subject="the withdrawal")

        def take_back(name: str, writer: Writer) -> ReleaseResult:
            found = tuple(one.notice for one in writer.lock_pending(name, NoticeState.ON_HOLD))
            writer.withdraw_notices(found, actor.name, self.context.now(), why)
            return ReleaseResult(withdrawn=found)

        return self._for_each_person(people, take_back)

    def retry(self, ids: Sequence[str] | None, *, actor: Actor) -> tuple[Message, ...]:
        """Has messages that were given up (all of them, unless they are named) sent with the next delivery.

        They go to where their person is reached by now, under the id that they had.

        Raises:
            UnknownMessage: where there is no message of an id.
            BadValue: where one was not given up.
            NotAllowed: where the actor may not.
        """
        require_manager(self.context.workflows, actor, "send messages again")
        return self._update_given_up(ids, self._requeued)

    def dismiss(self, ids: Sequence[str] | None, *, actor: Actor) -> tuple[Message, ...]:
        """Lays messages that were given up (all of them, unless they are named) aside: they are not sent.

        Raises:
            UnknownMessage: where there is no message of an id.
            BadValue: where one was not given up.
            NotAllowed: where the actor may not.
        """
        require_manager(self.context.workflows, actor, "dismiss messages")
        return self._update_given_up(ids, lambda _, message: replace(message, state=MessageState.DISMISSED))

    def deliver(
        self,
        transports: Mapping[Channel, Transport],
        *,
        templates: MessageTemplates,
        grouping_window: timedelta = timedelta(0),
        should_stop: Callable[[], bool] = lambda: False,
    ) -> DeliveryResult:
        """Binds what waits into one message a person, and sends what is due.

        Args:
            transports: The ways that there are. What none of them serves waits.
            templates: Render the messages.
            grouping_window: How long a notice waits for a sweep that is not through.
            should_stop: Is asked between messages.

        Raises:
            StoreError: where the database cannot be used. What was not sent is not lost.
        """
        from .delivery import Delivery

        delivery = Delivery(
            store=self.store,
            context=self.context,
            transports=transports,
            templates=templates,
            grouping_window=grouping_window,
        )
        return delivery.deliver(should_stop)

    def _for_each_person(
        self, people: Iterable[str] | None, work: Callable[[str, Writer], ReleaseResult]
    ) -> ReleaseResult:
        with self.store.reading() as reader:
            waiting = reader.people_with_notices(NoticeState.ON_HOLD)
        names = waiting if people is None else tuple(people)
        for name in names:
            if name not in waiting:
                expected = (
                    f"somebody for whom something waits: {one_of(waiting)}" if waiting else "nobody: nothing waits"
                )
                raise BadValue(name="the person", expected=expected, found=name)
        done = [self.store.write(partial(work, name)) for name in names]
        return ReleaseResult(
            released=tuple(notice for one in done for notice in one.released),
            withdrawn=tuple(notice for one in done for notice in one.withdrawn),
        )

    def _update_given_up(
        self, ids: Sequence[str] | None, then: Callable[[Writer, Message], Message]
    ) -> tuple[Message, ...]:
        """What becomes of messages that were given up, kept."""
        if ids is None:
            ids = [message.id for message in self.list_messages(state=MessageState.GIVEN_UP, limit=MAX_MESSAGES)]

        def keep(writer: Writer) -> tuple[Message, ...]:
            found = tuple(then(writer, self._given_up(writer, one)) for one in dict.fromkeys(ids))
            for message in found:
                writer.save(message)
            return found

        return self.store.write(keep)

    def _given_up(self, writer: Writer, message_id: str) -> Message:
        message = writer.message(message_id)
        if message is None:
            raise UnknownMessage(message_id=message_id)
        if message.state is not MessageState.GIVEN_UP:
            raise BadValue(
                name=message_id, expected="a message that was given up", found=f"one that is {message.state}"
            )
        return message

    def _requeued(self, writer: Writer, message: Message) -> Message:
        from .transport import address_of

        person = writer.person(message.person)
        where = None if person is None else address_of(person)
        channel, address = where or (message.channel, message.address)
        return replace(
            message, channel=channel, address=address, state=MessageState.QUEUED, attempts=0, problem=None,
            next_try_at=self.context.now(),
        )  # fmt: skip

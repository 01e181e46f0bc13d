"""Read and write the outbox: notices, and the messages that carry them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, bindparam, exists, func, insert, select, update

from ...engine.model.notice import Notice, NoticeKind
from ...engine.ports.outbox import (
    LONGEST_WAIT,
    Channel,
    Message,
    MessageState,
    NoticeState,
    NoticeStatus,
    PendingNotice,
    message_digest,
)
from ..schema import tables
from .connected import Connected
from .mapping import clock_from


class OutboxReader(Connected):
    """Queries about the outbox."""

    def people_with_notices(self, state: NoticeState) -> tuple[str, ...]:
        """Return the names of the people with notices in a state (waiting or on hold), in order."""
        table = tables.notice.c
        of_state = and_(tables.is_pending, table.state == str(state))
        query = select(table.person).where(of_state).distinct().order_by(table.person)
        return tuple(self._open_connection().execute(query).scalars())

    def notice_counts(self, state: NoticeState) -> tuple[tuple[str, int], ...]:
        """Return the number of notices in a state (waiting or on hold) of each person who has any, by name."""
        table = tables.notice.c
        of_state = and_(tables.is_pending, table.state == str(state))
        query = select(table.person, func.count()).where(of_state).group_by(table.person).order_by(table.person)
        return tuple((person, count) for person, count in self._open_connection().execute(query))

    def pending(self, person: str, state: NoticeState) -> tuple[PendingNotice, ...]:
        """Return a person's notices in a state (waiting or on hold), in the order of their instants."""
        return self._pending(_pending_query(person, state))

    def notice_statuses(self, refs: Collection[str]) -> tuple[NoticeStatus, ...]:
        """Return every notice of some cases with its status, in the order of their instants."""
        notice, message = tables.notice, tables.message
        query = (
            select(notice, message.c.state.label("message_state"), message.c.sent_at)
            .join_from(notice, message, notice.c.message_id == message.c.id, isouter=True)
            .where(notice.c.case_ref.in_(sorted(refs)))
            .order_by(notice.c.at, notice.c.id)
        )
        return tuple(
            NoticeStatus(
                notice=_notice_from(row),
                state=NoticeState(row["state"]),
                message_state=None if row["message_state"] is None else MessageState(row["message_state"]),
                sent_at=row["sent_at"],
                reasons=row["reasons"],
            )
            for row in self._open_connection().execute(query).mappings()
        )

    def messages(self, state: MessageState | None, people: Collection[str] | None, limit: int) -> tuple[Message, ...]:
        """Return at most `limit` messages, the newest first."""
        table = tables.message.c
        query = select(tables.message).order_by(table.created_at.desc(), table.id.desc()).limit(limit)
        if state is not None:
            query = query.where(table.state == str(state))
        if people is not None:
            # For one person the rows are read in the order of an index.
            theirs = table.person == next(iter(people)) if len(people) == 1 else table.person.in_(people)
            query = query.where(theirs)
        return self._messages(query)

    def carried_by(self, message_ids: Collection[str]) -> Mapping[str, tuple[PendingNotice, ...]]:
        """Return the notices of messages, by the message's ID; leave out messages without any."""
        if not message_ids:
            return {}
        column = tables.notice.c.message_id
        found: dict[str, list[PendingNotice]] = defaultdict(list)
        rows = self._rows(_with_notified(column.in_(sorted(message_ids))))
        for row, pending in zip(rows, self._pending_from(rows), strict=True):
            found[row["message_id"]].append(pending)
        return {message_id: tuple(notices) for message_id, notices in found.items()}

    def message(self, message_id: str) -> Message | None:
        """Return the message with an id, or None if there is none."""
        return next(iter(self._messages(select(tables.message).where(tables.message.c.id == message_id))), None)

    def _pending(self, query: Select[Any]) -> tuple[PendingNotice, ...]:
        return self._pending_from(self._rows(query))

    def _rows(self, query: Select[Any]) -> Sequence[Any]:
        return self._open_connection().execute(query).mappings().all()

    def _pending_from(self, rows: Sequence[Any]) -> tuple[PendingNotice, ...]:
        clock = tables.clock
        cases = sorted({row["case_ref"] for row in rows})
        clocks = self._open_connection().execute(select(clock).where(clock.c.case_ref.in_(cases))).mappings()
        by_key = {(row["case_ref"], row["deadline"], row["number"]): clock_from(row) for row in clocks}
        return tuple(
            PendingNotice(
                notice=_notice_from(row),
                clock=by_key.get((row["case_ref"], row["deadline"], row["number"])),
                notified=row["notified"],
            )
            for row in rows
        )

    def _messages(self, query: Select[Any]) -> tuple[Message, ...]:
        return tuple(_message_from(row) for row in self._open_connection().execute(query).mappings())


class OutboxWriter(OutboxReader):
    """Writes to the outbox."""

    def save_notices(self, notices: Sequence[Notice]) -> None:
        """Save notices, waiting or on hold."""
        rows = [
            {
                "id": notice.id,
                "case_ref": notice.ref,
                "seq": notice.seq,
                "person": notice.person,
                "kind": str(notice.kind),
                "level": notice.level,
                "deadline": notice.deadline,
                "number": notice.number,
                "run": notice.run,
                "title": notice.title,
                "due": notice.due,
                "at": notice.at,
                "state": str(NoticeState.ON_HOLD if notice.on_hold else NoticeState.WAITING),
                "recorded_at": notice.recorded_at,
            }
            for notice in notices
        ]
        if rows:
            self._open_connection().execute(insert(tables.notice), rows)

    def lock_pending(self, person: str, state: NoticeState) -> tuple[PendingNotice, ...]:
        """Lock a person's notices in a state until the transaction ends, and return them. Other workers wait."""
        # On SQLite BEGIN IMMEDIATE took the one write lock, and this is a plain read. On PostgreSQL it waits for
        # rows that are locked: if two workers skipped each other's, each would compose a message of a part.
        return self._pending(_pending_query(person, state).with_for_update(of=tables.notice))

    def compose(self, message: Message, notices: Collection[Notice]) -> None:
        """Save a message and the notices that it carries."""
        self._open_connection().execute(
            insert(tables.message), {**_message_row(message), "digest": message_digest(message)}
        )
        self._mark(notices, state=str(NoticeState.COMPOSED), message_id=message.id)

    def release_notices(self, notices: Collection[Notice], by: str, at: datetime) -> None:
        """Release notices that are on hold, for the next delivery."""
        self._mark(notices, state=str(NoticeState.WAITING), settled_by=by, settled_at=at)

    def withdraw_notices(self, notices: Collection[Notice], by: str, at: datetime, reasons: str) -> None:
        """Withdraw notices, with who decided it and why."""
        self._mark(notices, state=str(NoticeState.WITHDRAWN), settled_by=by, settled_at=at, reasons=reasons)

    def queued_messages(self, at: datetime) -> tuple[tuple[Message, tuple[PendingNotice, ...]], ...]:
        """Lock and return the messages that are due to be sent, each with the notices that it carries."""
        message = tables.message
        # A message that another worker is sending has a later next try, or its row is locked: it is skipped.
        query = select(message).order_by(message.c.next_try_at, message.c.id).with_for_update(skip_locked=True)
        queued = [one for due in _due_by(at) for one in self._messages(query.where(due))]
        carried = self.carried_by([one.id for one in queued])
        return tuple((one, carried.get(one.id, ())) for one in queued)

    def detach(self, notices: Collection[Notice]) -> None:
        """Detach notices from their message, so that another one can carry them."""
        self._mark(notices, state=str(NoticeState.WAITING), message_id=None)

    def claim_messages(self, channel: Channel, at: datetime, until: datetime, limit: int) -> tuple[Message, ...]:
        """Return messages to send now, the longest waiting first. Other workers get them from `until` on."""
        table = tables.message
        query = select(table).where(table.c.channel == str(channel)).order_by(table.c.next_try_at, table.c.id)
        query = query.with_for_update(skip_locked=True)
        messages: tuple[Message, ...] = ()
        for due in _due_by(at):
            messages += self._messages(query.where(due).limit(limit - len(messages)))
        if messages:
            claimed = table.c.id.in_([message.id for message in messages])
            self._open_connection().execute(update(table).where(claimed).values(next_try_at=until))
        return messages

    def save(self, message: Message) -> None:
        """Save the state of a message. One that was sent stays sent."""
        table = tables.message
        unsent = and_(table.c.id == message.id, table.c.state != str(MessageState.SENT))
        self._open_connection().execute(update(table).where(unsent).values(_message_row(message)))

    def _mark(self, notices: Collection[Notice], **values: Any) -> None:
        if notices:
            table = tables.notice
            marked = update(table).where(table.c.id == bindparam("notice_id")).values(values)
            self._open_connection().execute(marked, [{"notice_id": notice.id} for notice in notices])


def _pending_query(person: str, state: NoticeState) -> Select[Any]:
    notice = tables.notice
    return _with_notified(and_(tables.is_pending, notice.c.state == str(state), notice.c.person == person))


def _with_notified(which: ColumnElement[bool]) -> Select[Any]:
    """Select notices, each with whether its person was sent a message that the clock is overdue."""
    notice, earlier, message = tables.notice, tables.notice.alias(), tables.message
    notified = exists().where(
        earlier.c.message_id == message.c.id,
        message.c.state == str(MessageState.SENT),
        earlier.c.case_ref == notice.c.case_ref,
        earlier.c.deadline == notice.c.deadline,
        earlier.c.number == notice.c.number,
        earlier.c.person == notice.c.person,
        earlier.c.kind == str(NoticeKind.OVERDUE),
        earlier.c.state == str(NoticeState.COMPOSED),
    )
    return select(notice, notified.label("notified")).where(which).order_by(notice.c.at, notice.c.id)


def _notice_from(row: Any) -> Notice:
    return Notice(
        id=row["id"],
        ref=row["case_ref"],
        seq=row["seq"],
        person=row["person"],
        kind=NoticeKind(row["kind"]),
        level=row["level"],
        deadline=row["deadline"],
        number=row["number"],
        run=row["run"],
        title=row["title"],
        due=row["due"],
        at=row["at"],
        recorded_at=row["recorded_at"],
        on_hold=row["state"] == NoticeState.ON_HOLD,
    )


def _message_row(message: Message) -> dict[str, Any]:
    return {
        "id": message.id,
        "person": message.person,
        "channel": str(message.channel),
        "address": message.address,
        "subject": message.subject,
        "body": message.body,
        "state": str(message.state),
        "created_at": message.created_at,
        "attempts": message.attempts,
        "next_try_at": message.next_try_at,
        "sent_at": message.sent_at,
        "problem": message.problem,
        # As it was loaded: saving what became of a message does not make it good if it was changed.
        "digest": message.digest,
        "deputy": message.deputy,
    }


def _message_from(row: Any) -> Message:
    return Message(**{**row, "channel": Channel(row["channel"]), "state": MessageState(row["state"])})


def _due_by(at: datetime) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    """Return the two conditions, either of which means that a message is to be tried at an instant.

    None waits longer than a day. One with a later time was tried while a machine's clock was fast. In one query they
    would make the database sort every message that is due.
    """
    next_try_at = tables.message.c.next_try_at
    return next_try_at <= at, next_try_at > at + LONGEST_WAIT

"""Show notices and messages."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from rich.console import Group, RenderableType
from rich.text import Text

from ....engine.model.notice import NoticeKind
from ....engine.ports.outbox import Message, MessageState, PendingNotice, latest_per_clock
from ...values.dates import day
from ..json.messages import address
from .styles import BAD, FAINT, GOOD, HEADING, WAITING, new_table

if TYPE_CHECKING:
    from ....engine.model.calendar import Calendar

KINDS = {
    NoticeKind.REMINDER: "due soon",
    NoticeKind.OVERDUE: "overdue",
    NoticeKind.MET_IN_TIME: "done in time",
}
COLOURS = {
    MessageState.QUEUED: WAITING,
    MessageState.SENT: GOOD,
    MessageState.GIVEN_UP: BAD,
    MessageState.DISMISSED: FAINT,
}
SHORT_ID = 8
"""The number of characters that identify a message."""


def messages_view(
    on_hold: Sequence[PendingNotice],
    pending: Sequence[PendingNotice],
    messages: Sequence[Message],
    *,
    calendar: Calendar,
) -> RenderableType:
    """Return the notices on hold, the notices that go out next, and the messages."""
    parts: list[RenderableType] = []
    for heading, notices in (("Waits for your release", on_hold), ("Goes out with the next delivery", pending)):
        if notices:
            parts += [Text(heading, style=HEADING), _notices(notices), Text()]
    if messages:
        table = new_table(("Message", SHORT_ID), ("Made", 11), ("To", 18), ("Subject", None), ("", 9))
        for message in messages:
            subject = Text(message.subject)
            if message.problem:
                subject.append(f"\n{message.problem}", style=FAINT)
            state = Text(str(message.state), style=COLOURS[message.state])
            made = day(calendar.day_of(message.created_at))
            table.add_row(message.id[:SHORT_ID], made, _recipient(message), subject, state)
        parts += [Text("Messages", style=HEADING), table]
    return Group(*parts)


def message_view(message: Message, *, calendar: Calendar) -> Iterator[RenderableType]:
    """Yield one message in full."""
    yield Text.assemble((message.subject, HEADING))
    yield Text(f"To {_recipient(message)}, {address(message)}.", style=FAINT)
    stands = f"{message.state}, tried {message.attempts} time{'' if message.attempts == 1 else 's'}"
    if message.sent_at is not None:
        stands += f", on {day(calendar.day_of(message.sent_at))}"
    yield Text(f"{message.id}: {stands}.", style=COLOURS[message.state])
    if message.problem:
        yield Text(message.problem, style=BAD)
    yield Text()
    yield Text(message.body)


def _recipient(message: Message) -> str:
    return message.person if message.deputy is None else f"{message.deputy}, deputy of {message.person}"


def _notices(notices: Sequence[PendingNotice]) -> RenderableType:
    table = new_table(("For", 18), ("Reference", 14), ("Due", 11), ("What", None))
    last = {one.id for one in latest_per_clock(one.notice for one in notices)}
    for one in notices:
        if one.notice.id not in last:
            continue  # the message only has the latest notice of a clock
        notice = one.notice
        what = Text(notice.title)
        said = "no longer so: left out" if one.is_stale else KINDS[notice.kind]
        what.append(f"\n{said}", style=FAINT)
        table.add_row(notice.person, notice.ref, day(notice.due), what)
    return table

"""Notices: a person is to be notified of a deadline. The event that causes them determines all but their title."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from hashlib import sha256

from .case import Case, Event
from .clock import Clock, ClockStatus, EventKind


class NoticeKind(StrEnum):
    """The kind of a notice."""

    REMINDER = "reminder"
    OVERDUE = "overdue"
    MET_IN_TIME = "met_in_time"


@dataclass(frozen=True, kw_only=True, slots=True)
class Notice:
    """A notice to one person about one clock.

    Attributes:
        id: The unique ID.
        ref: The case.
        seq: The number of the event that caused it.
        person: The recipient's name.
        kind: The kind.
        level: The escalation level; None if no level caused it.
        deadline: The deadline's name.
        number: The clock's number.
        run: The clock's run.
        title: The task, in words for people.
        due: The due date.
        at: The instant from which it may be sent (UTC).
        recorded_at: The instant at which it was recorded (UTC).
        on_hold: Whether it waits for release.
    """

    id: str
    ref: str
    seq: int
    person: str
    kind: NoticeKind
    level: str | None
    deadline: str
    number: int
    run: int
    title: str
    due: date
    at: datetime
    recorded_at: datetime
    on_hold: bool = False


def notices_of(before: Case | None, event: Event, title_of: Callable[[str], str]) -> tuple[Notice, ...]:
    """Return the notices that an event causes.

    Args:
        before: The case before the event; None before the first.
        event: The event.
        title_of: Return the task of a deadline, by the deadline's name.
    """
    if event.kind is EventKind.ESCALATED:
        return tuple(_of_level(event, title_of))
    return () if before is None else tuple(_of_late_completion(before, event, title_of))


def notice_id(*, ref: str, seq: int, deadline: str, number: int, person: str, title: str) -> str:
    """Return the ID of a notice, which no other notice of its event has."""
    # The ID has to fit its column and may appear in logs, so it holds no name. No event holds the title: verification
    # finds by the ID that it was changed.
    recipient = sha256(f"{person}\n{title}".encode()).hexdigest()[:16]
    return f"{ref}:{seq}:{deadline}:{number}:{recipient}"


def _of_level(event: Event, title_of: Callable[[str], str]) -> Iterator[Notice]:
    """Yield the notices to the recipients of the level that an event reached."""
    (clock,) = event.effects.clocks
    kind = NoticeKind.OVERDUE if event.occurred_at >= clock.due_at else NoticeKind.REMINDER
    for person in event.data["recipients"]:
        yield _notice(
            event,
            clock,
            person=person,
            kind=kind,
            level=event.data["level"],
            at=event.occurred_at,
            title=title_of(clock.deadline),
            on_hold=clock.reached[-1].on_hold,
        )


def _of_late_completion(before: Case, event: Event, title_of: Callable[[str], str]) -> Iterator[Notice]:
    """Yield notices to the people notified of a missed deadline that turns out to have been met in time."""
    for clock in event.effects.clocks:
        if clock.status is not ClockStatus.MET:
            continue
        former = next((one for one in before.clocks if _key(one) == _key(clock)), None)
        if former is None or former.status is not ClockStatus.MISSED:
            continue
        for person, on_hold in _notified_people(former):
            yield _notice(
                event,
                clock,
                person=person,
                kind=NoticeKind.MET_IN_TIME,
                level=None,
                at=event.recorded_at,
                title=title_of(clock.deadline),
                on_hold=on_hold,
            )


def _notice(
    event: Event,
    clock: Clock,
    *,
    person: str,
    kind: NoticeKind,
    level: str | None,
    at: datetime,
    title: str,
    on_hold: bool,
) -> Notice:
    return Notice(
        id=notice_id(
            ref=event.ref, seq=event.seq, deadline=clock.deadline, number=clock.number, person=person, title=title
        ),
        ref=event.ref,
        seq=event.seq,
        person=person,
        kind=kind,
        level=level,
        deadline=clock.deadline,
        number=clock.number,
        run=clock.run,
        title=title,
        due=clock.due,
        at=at,
        recorded_at=event.recorded_at,
        on_hold=on_hold,
    )


def _key(clock: Clock) -> tuple[str, int]:
    return clock.deadline, clock.number


def _notified_people(clock: Clock) -> Iterable[tuple[str, bool]]:
    """Return the people notified that a clock is overdue, and whether the notice was only ever on hold."""
    on_hold: dict[str, bool] = {}
    for level in clock.reached:
        if level.at >= clock.due_at:
            for person in level.recipients:
                on_hold[person] = on_hold.get(person, True) and level.on_hold
    return sorted(on_hold.items())

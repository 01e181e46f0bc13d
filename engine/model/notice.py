"""Notices: a person is to be notified of a deadline."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum


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

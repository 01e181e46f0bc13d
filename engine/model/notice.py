"""One thing that one person is to be told."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum


class NoticeKind(StrEnum):
    """What a notice tells."""

    REMINDER = "reminder"
    OVERDUE = "overdue"
    MET_IN_TIME = "met_in_time"


@dataclass(frozen=True, kw_only=True, slots=True)
class Notice:
    """One thing that one person is to be told.

    Attributes:
        id: Its own for good.
        ref: The case.
        seq: The event that it came with.
        person: Who is told.
        kind: What it tells.
        level: The rung of the ladder; None where it comes from none.
        deadline: The deadline's name.
        number: Which of that deadline's clocks in the case.
        run: Which of the clock's legs.
        title: What has to be done, in words for people.
        due: The last day for it.
        at: The instant (UTC) from which it is to be told.
        recorded_at: When it was recorded (UTC).
        on_hold: Whether it waits until the business manager releases it.
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

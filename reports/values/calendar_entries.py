"""Count how often an entry of the calendar feed changed, and when it last did.

RFC 5545 lets a calendar program tell by `SEQUENCE` and `LAST-MODIFIED` which of two versions of an entry is the newer.
Both only ever grow: events are never removed, and an entry that was taken back is another version, too.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from ...engine.model.case import Case, Event
from ...engine.model.clock import Clock, EventKind
from ...engine.model.evolve import fold


@dataclass(frozen=True, kw_only=True, slots=True)
class EntryRevision:
    """A version of an entry.

    Attributes:
        sequence: The number of versions before it.
        changed_at: The instant since which it is so (UTC).
    """

    sequence: int
    changed_at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class MeetingEntry:
    """A meeting in the feed, without the names of people and without the words of its title.

    Attributes:
        ref: The meeting's reference.
        group: The group that meets, in words.
        day: The day.
        cancelled: Whether it was cancelled.
        revision: The version of its entry.
    """

    ref: str
    group: str
    day: date
    cancelled: bool
    revision: EntryRevision


def deadline_revision(events: Sequence[Event], clock: Clock, at: datetime) -> EntryRevision:
    """Return the version of a deadline's entry.

    A new version is one on another day, one with another list of former days, one that is back after a suspension or
    after an entry was taken back, and one that has become overdue. Reminders change nothing in it.

    Args:
        events: The history of its case, oldest first.
        clock: The clock as it is now.
        at: The instant that decides if it is overdue (UTC).
    """
    # Each version with the instant of its recording; None while the deadline is in no feed.
    versions: list[tuple[datetime, Clock | None]] = []
    for place, event in enumerate(events):
        changed = _clock_after(events, place, clock)
        if changed is None:
            continue
        shown = changed if changed.is_outstanding else None
        if not versions or event.kind is EventKind.TAKEN_BACK or _content(shown) != _content(versions[-1][1]):
            versions.append((event.recorded_at, shown))
    sequence, changed_at = -1, at
    ends = [*(since for since, _ in versions[1:]), at]
    for (since, shown), end in zip(versions, ends, strict=True):
        if shown is not None:
            sequence, changed_at = sequence + 1, since
            if shown.due_at <= end:
                sequence, changed_at = sequence + 1, max(since, shown.due_at)
    return EntryRevision(sequence=max(sequence, 0), changed_at=changed_at)


def case_revision(events: Sequence[Event], content: Callable[[Case], Hashable]) -> EntryRevision:
    """Return the version of an entry that shows something of a case.

    Args:
        events: The history of the case, oldest first.
        content: Returns what the entry shows of the case.
    """
    sequence, changed_at, former = -1, events[0].recorded_at, object()
    for place, event in enumerate(events):
        case = fold(events[: place + 1])
        shown = None if case is None else content(case)
        if shown != former:
            sequence, changed_at, former = sequence + 1, event.recorded_at, shown
    return EntryRevision(sequence=sequence, changed_at=changed_at)


def _clock_after(events: Sequence[Event], place: int, clock: Clock) -> Clock | None:
    """Return the clock after an event; None if the event did not change it."""
    event = events[place]
    if event.kind is EventKind.TAKEN_BACK:
        taken = set(event.data["events"])
        if not any(_of(one.effects.clocks, clock) for one in events[:place] if one.seq in taken):
            return None
        case = fold(events[: place + 1])
        return None if case is None else _of(case.clocks, clock)
    return _of(event.effects.clocks, clock)


def _of(clocks: Sequence[Clock], clock: Clock) -> Clock | None:
    return next((one for one in clocks if (one.deadline, one.number) == (clock.deadline, clock.number)), None)


def _content(clock: Clock | None) -> tuple[date, ...] | None:
    """Return the days that an entry shows: the due day and the former ones; None if there is no entry."""
    return None if clock is None else (clock.due, *(one.previous_due for one in clock.revisions))

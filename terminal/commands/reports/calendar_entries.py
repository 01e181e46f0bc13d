"""Collect what the calendar feed shows besides the deadlines: the versions of its entries, and the meetings."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from ....engine import Engine
from ....engine.model.case import Case
from ....engine.ports.records import DueItem, Selection
from ....reports.values.calendar_entries import EntryRevision, MeetingEntry, case_revision, deadline_revision
from ....workflows.forms.meeting import KIND_TITLES
from ....workflows.meeting import NAME, day_of

MAX_MEETINGS = 10_000
CALLED, CANCELLED = "called", "cancelled"


def revisions_of(engine: Engine, items: Sequence[DueItem], at: datetime) -> tuple[EntryRevision, ...]:
    """Return the version of each deadline's entry at an instant."""
    histories = engine.histories({item.ref for item in items})
    return tuple(deadline_revision(histories[item.ref], item.clock, at) for item in items)


def meeting_entries(engine: Engine, at: datetime, until: date | None) -> tuple[MeetingEntry, ...]:
    """Return the meetings that are called, and those to come that were cancelled, by day.

    Args:
        engine: The engine.
        at: The present (UTC).
        until: Only meetings by this day; None for all.
    """
    today = engine.calendar.day_of(at)
    called, cancelled = (
        engine.cases(Selection(workflow=NAME, state=state, limit=MAX_MEETINGS)) for state in (CALLED, CANCELLED)
    )
    shown = [*called, *(one for one in cancelled if day_of(one) >= today)]
    meetings = [one for one in shown if until is None or day_of(one) <= until]
    histories = engine.histories([one.ref for one in meetings])
    entries = (
        MeetingEntry(
            ref=one.ref,
            group=_group(one),
            day=day_of(one),
            cancelled=one.state == CANCELLED,
            revision=case_revision(histories[one.ref], _content),
        )
        for one in meetings
    )
    return tuple(sorted(entries, key=lambda entry: (entry.day, entry.ref)))


def _group(meeting: Case) -> str:
    return KIND_TITLES[meeting.data["call"]["kind"]]


def _content(meeting: Case) -> tuple[str, date, bool]:
    """Return what the entry of a meeting shows."""
    return _group(meeting), day_of(meeting), meeting.state == CANCELLED

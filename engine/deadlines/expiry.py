"""Record expired clocks as events, and notify people of what an event causes."""

from __future__ import annotations

from datetime import datetime

from ..forms.digests import DISPOSED
from ..model.case import Case, Effects, Event, Precision
from ..model.clock import Clock, Clocks, EventKind
from ..model.effects import without_words
from ..model.notice import Notice, notices_of
from ..model.people import SYSTEM
from .lifecycle import expired
from .schedule import DeadlineRules, with_next_at


def expiry_events(
    rules: DeadlineRules, case: Case, after: Clocks, now: datetime, *, recorded_at: datetime, command_id: str
) -> tuple[Event, ...]:
    """Return an event for each clock that has expired and that a command does not meet in time.

    Args:
        rules: The rules of the case's clocks.
        case: The case before the command.
        after: The case's clocks after the command.
        now: The present (UTC).
        recorded_at: The instant at which the events are recorded (UTC).
        command_id: The ID of the command.
    """
    late = sorted(expired(case.clocks, after, now), key=lambda clock: clock.due_at)
    return tuple(
        expiry_event(rules, case, with_next_at(clock, rules), seq=seq, recorded_at=recorded_at, command_id=command_id)
        for seq, clock in enumerate(late, start=case.seq + 1)
    )


def expiry_event(
    rules: DeadlineRules, case: Case, clock: Clock, *, seq: int, recorded_at: datetime, command_id: str
) -> Event:
    """Return the event that a clock expired.

    Args:
        rules: The rules of the case's clocks.
        case: The case.
        clock: The clock after it expired.
        seq: The event's number.
        recorded_at: The instant at which it is recorded (UTC).
        command_id: The ID of the command or sweep that found it.
    """
    return Event(
        ref=case.ref,
        seq=seq,
        kind=EventKind.DEADLINE_EXPIRED,
        trigger=clock.deadline,
        from_state=case.state,
        to_state=case.state,
        recorder=SYSTEM,
        decided_by=None,
        command_id=command_id,
        occurred_at=clock.due_at,
        occurred_on=clock.due,
        precision=Precision.INSTANT,
        recorded_at=recorded_at,
        workflow=rules.workflow.name,
        workflow_version=rules.workflow.version,
        data={},
        effects=Effects(clocks=without_words((clock,))),
    )


def notices_for(rules: DeadlineRules, case: Case, event: Event) -> tuple[Notice, ...]:
    """Return the notices that an event causes; none to a person whose name was disposed of.

    Args:
        rules: The rules of the case's clocks.
        case: The case before the event.
        event: The event.
    """
    notices = notices_of(case, event, lambda deadline: rules.workflow.deadline(deadline).title)
    return tuple(notice for notice in notices if notice.person != DISPOSED)

"""Record expired clocks as events, and notify people of completions that were recorded late."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from hashlib import sha256

from ..model.case import Case, Effects, Event, Precision
from ..model.clock import Clock, Clocks, ClockStatus, EventKind
from ..model.effects import without_words
from ..model.notice import Notice, NoticeKind
from ..model.people import SYSTEM
from .lifecycle import expired
from .schedule import DeadlineRules, with_next_at


def expiry_events(rules: DeadlineRules, case: Case, after: Clocks, now: datetime, command_id: str) -> tuple[Event, ...]:
    """Return an event for each clock that has expired and that a command does not meet in time.

    Args:
        rules: The rules of the case's clocks.
        case: The case before the command.
        after: The case's clocks after the command.
        now: The present (UTC).
        command_id: The ID of the command.
    """
    late = sorted(expired(case.clocks, after, now), key=lambda clock: clock.due_at)
    return tuple(
        expiry_event(rules, case, with_next_at(clock, rules), seq=seq, now=now, command_id=command_id)
        for seq, clock in enumerate(late, start=case.seq + 1)
    )


def expiry_event(rules: DeadlineRules, case: Case, clock: Clock, *, seq: int, now: datetime, command_id: str) -> Event:
    """Return the event that a clock expired.

    Args:
        rules: The rules of the case's clocks.
        case: The case.
        clock: The clock after it expired.
        seq: The event's number.
        now: The present (UTC).
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
        recorded_at=now,
        workflow=rules.workflow.name,
        workflow_version=rules.workflow.version,
        data={},
        effects=Effects(clocks=without_words((clock,))),
    )


def late_completion_notices(rules: DeadlineRules, case: Case, event: Event) -> tuple[Notice, ...]:
    """Return notices to the people notified of a missed deadline that turns out to have been met in time.

    Args:
        rules: The rules of the case's clocks.
        case: The case before the event.
        event: The event that records the completion.
    """
    before = {(clock.deadline, clock.number): clock for clock in case.clocks}
    notices = []
    for clock in event.effects.clocks:
        former = before.get((clock.deadline, clock.number))
        if former is None or (former.status, clock.status) != (ClockStatus.MISSED, ClockStatus.MET):
            continue
        for person, on_hold in _notified_people(former):
            notices.append(
                notice(
                    rules, event, clock, person=person, kind=NoticeKind.MET_IN_TIME, level=None,
                    at=event.recorded_at, on_hold=on_hold,
                )
            )  # fmt: skip
    return tuple(notices)


def notice(
    rules: DeadlineRules,
    event: Event,
    clock: Clock,
    *,
    person: str,
    kind: NoticeKind,
    level: str | None,
    at: datetime,
    on_hold: bool,
) -> Notice:
    """Return a notice to one person about a clock, caused by an event."""
    # The ID has to fit its column and may appear in logs, so it holds no name.
    recipient = sha256(person.encode()).hexdigest()[:16]
    return Notice(
        id=f"{event.ref}:{event.seq}:{clock.deadline}:{clock.number}:{recipient}",
        ref=event.ref,
        seq=event.seq,
        person=person,
        kind=kind,
        level=level,
        deadline=clock.deadline,
        number=clock.number,
        run=clock.run,
        title=rules.deadline(clock).title,
        due=clock.due,
        at=at,
        recorded_at=event.recorded_at,
        on_hold=on_hold,
    )


def _notified_people(clock: Clock) -> Iterable[tuple[str, bool]]:
    """Return the people notified that a clock is overdue, and whether the notice was only ever on hold."""
    on_hold: dict[str, bool] = {}
    for level in clock.reached:
        if level.at >= clock.due_at:
            for person in level.recipients:
                on_hold[person] = on_hold.get(person, True) and level.on_hold
    return sorted(on_hold.items())

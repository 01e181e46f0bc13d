"""What happens to clocks by itself, as events: their day is over with nothing recorded."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from hashlib import sha256

from ..model.case import Case, Effects, Event
from ..model.clock import Clock, Clocks, ClockStatus, EventKind
from ..model.evolve import SYSTEM
from ..model.notice import Notice, NoticeKind
from .lifecycle import expired
from .schedule import DeadlineRules, with_next_at


def expiry_events(rules: DeadlineRules, case: Case, after: Clocks, now: datetime) -> tuple[Event, ...]:
    """An event for each deadline that is over by now and that a command does not meet in time.

    Args:
        rules: By what rules the case's clocks are counted.
        case: The case before the command.
        after: Its clocks after it.
        now: The present (UTC).
    """
    late = sorted(expired(case.clocks, after, now), key=lambda clock: clock.due_at)
    return tuple(
        expiry_event(case, with_next_at(clock, rules), rules, seq, now)
        for seq, clock in enumerate(late, start=case.seq + 1)
    )


def expiry_event(case: Case, clock: Clock, rules: DeadlineRules, seq: int, now: datetime) -> Event:
    """The event that a clock's day is over; the clock is given as it is then."""
    return Event(
        ref=case.ref,
        seq=seq,
        kind=EventKind.DEADLINE_EXPIRED,
        trigger=clock.deadline,
        from_state=case.state,
        to_state=case.state,
        recorded_by=SYSTEM,
        decided_by=None,
        occurred_at=clock.due_at,
        occurred_on=clock.due,
        recorded_at=now,
        workflow=rules.workflow.name,
        workflow_version=rules.workflow.version,
        data={},
        effects=Effects(clocks=(clock,)),
    )


def late_completion_notices(rules: DeadlineRules, case: Case, event: Event) -> tuple[Notice, ...]:
    """Word to those who were chased for what turns out to have been done in time, and recorded late.

    Args:
        rules: By what rules the case's clocks are counted.
        case: The case before the event.
        event: The event.
    """
    before = {(clock.deadline, clock.number): clock for clock in case.clocks}
    notices = []
    for clock in event.effects.clocks:
        former = before.get((clock.deadline, clock.number))
        if former is None or (former.status, clock.status) != (ClockStatus.MISSED, ClockStatus.MET):
            continue
        for person, held in _notified_people(former):
            notices.append(
                notice(
                    rules, event, clock, person=person, kind=NoticeKind.MET_IN_TIME, level=None,
                    at=event.recorded_at, on_hold=held,
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
    """Something that a person is told of a clock, with the event that it comes with."""
    # The longest of names has to fit, and no name belongs into what logs may hold.
    whom = sha256(person.encode()).hexdigest()[:16]
    return Notice(
        id=f"{event.ref}:{event.seq}:{clock.deadline}:{clock.number}:{whom}",
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
    """Who was told that a clock is overdue, and whether it waited for release."""
    held: dict[str, bool] = {}
    for told in clock.reached:
        if told.at >= clock.due_at:
            for person in told.recipients:
                held[person] = held.get(person, True) and told.on_hold
    return sorted(held.items())

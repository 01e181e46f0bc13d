"""What a sweep does to one case: it notes what has passed, and tells whom each rung names.

Everything up to an instant happens in the order of its own instants, however late the sweep comes: one
a minute and one after a month come to the same events. A rung that lies before anybody could know of
its clock's leg is skipped, and told to nobody.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from ..deadlines.arithmetic import expire
from ..deadlines.expiry import expiry_event, notice
from ..deadlines.recipients import Directory, RecipientFinder, Recipients
from ..deadlines.schedule import DeadlineRules, PendingLevel, pending_levels, with_next_at
from ..model.case import Case, Effects, Event
from ..model.clock import Clock, ClockStatus, EventKind, LevelReached
from ..model.evolve import SYSTEM, evolve
from ..model.notice import Notice, NoticeKind
from .context import Decision, DecisionContext


@dataclass(frozen=True, kw_only=True, slots=True)
class FiredLevel:
    """A rung that a sweep reached.

    Attributes:
        ref: The case.
        deadline: The deadline.
        title: What has to be done, in words for people.
        due: Its due date's instant (UTC).
        level: The rung.
        at: The rung's own instant (UTC).
        recipients: The names of those who are told; nobody where there is nobody.
        on_hold: Whether it waits to be released.
    """

    ref: str
    deadline: str
    title: str
    due: datetime
    level: str
    at: datetime
    recipients: tuple[str, ...]
    on_hold: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Escalation:
    """What a sweep comes to for one case.

    Attributes:
        decision: What is to be recorded; None where there is nothing.
        fired: The rungs that were reached.
        skipped: The rungs that were told to nobody, since they lay before their leg or do not apply.
    """

    decision: Decision | None
    fired: tuple[FiredLevel, ...] = ()
    skipped: tuple[FiredLevel, ...] = ()


def decide_escalation(
    rules: DeadlineRules, case: Case, context: DecisionContext, directory: Directory, at: datetime
) -> Escalation:
    """What is to happen to a case by itself, up to and with an instant.

    Args:
        rules: By what rules its clocks are counted and chased.
        case: The case.
        context: The present; what is recorded bears it.
        directory: Everybody there is.
        at: The instant (UTC) up to which the sweep looks.
    """
    now = max(context.now, case.recorded_at)
    events: list[Event] = []
    notices: list[Notice] = []
    fired: list[FiredLevel] = []
    skipped: list[FiredLevel] = []
    while (due := _next_due(rules, case, at)) is not None:
        clock, rung = due
        if rung is None:
            event = expiry_event(case, with_next_at(expire(clock), rules), rules, case.seq + 1, now)
        else:
            event, told, found = _fire(rules, case, clock, rung, directory=directory, now=now)
            notices += told
            (skipped if event.kind is EventKind.SKIPPED else fired).append(found)
        events.append(event)
        case = evolve(case, event)
    if not events:
        return Escalation(decision=None)
    decision = Decision(events=tuple(events), case=case, notices=tuple(notices))
    return Escalation(decision=decision, fired=tuple(fired), skipped=tuple(skipped))


def _next_due(rules: DeadlineRules, case: Case, at: datetime) -> tuple[Clock, PendingLevel | None] | None:
    """The next thing that happens to a clock: a rung of it, or, where that is none, its day is over."""
    happening: list[tuple[datetime, bool, int, Clock, PendingLevel | None]] = []
    for position, clock in enumerate(case.clocks):
        if clock.next_at is None or clock.next_at > at:
            continue
        if clock.is_open and clock.status is ClockStatus.RUNNING:
            happening.append((clock.due_at, False, position, clock, None))
        happening += [(rung.at, True, position, clock, rung) for rung in pending_levels(clock, rules)[:1]]
    # That its day is over comes before anybody is told so.
    reached = [one for one in happening if one[0] <= at]
    if not reached:
        return None
    *_, clock, rung = min(reached, key=lambda one: one[:3])
    return clock, rung


def _fire(
    rules: DeadlineRules, case: Case, clock: Clock, level: PendingLevel, *, directory: Directory, now: datetime
) -> tuple[Event, list[Notice], FiredLevel]:
    late = clock.run_started_at is not None and level.at < clock.run_started_at
    reach = Recipients(applies=False)
    if not late:
        reaching = RecipientFinder(
            workflow=rules.workflow,
            case=case,
            deadline=rules.deadline(clock),
            escalation_policy=rules.escalation_policy(clock),
            directory=directory,
            # What is caught up on is told today; what is only foreseen, on its own day.
            day=rules.calendar.day_of(max(now, level.at)),
        )
        reach = reaching.recipients_of(level.level)
    skipped = late or not reach.applies
    told = LevelReached(
        level=level.level.name, at=level.at, recipients=reach.people, skipped=skipped, on_hold=reach.on_hold
    )
    after = with_next_at(replace(clock, reached=(*clock.reached, told)), rules)
    event = Event(
        ref=case.ref,
        seq=case.seq + 1,
        kind=EventKind.SKIPPED if skipped else EventKind.ESCALATED,
        trigger=clock.deadline,
        from_state=case.state,
        to_state=case.state,
        recorded_by=SYSTEM,
        decided_by=None,
        occurred_at=level.at,
        occurred_on=rules.calendar.day_of(level.at),
        recorded_at=now,
        workflow=rules.workflow.name,
        workflow_version=rules.workflow.version,
        data=_event_data(clock, level, reach, late=late),
        effects=Effects(clocks=(after,)),
    )
    kind = NoticeKind.OVERDUE if level.at >= clock.due_at else NoticeKind.REMINDER
    notices = [
        notice(
            rules, event, clock, person=person, kind=kind, level=level.level.name, at=level.at, on_hold=reach.on_hold
        )
        for person in reach.people
    ]
    found = FiredLevel(
        ref=case.ref,
        deadline=clock.deadline,
        title=rules.workflow.deadline(clock.deadline).title,
        due=clock.due_at,
        level=level.level.name,
        at=level.at,
        recipients=reach.people,
        on_hold=reach.on_hold,
    )
    return event, notices, found


def _event_data(clock: Clock, level: PendingLevel, recipients: Recipients, *, late: bool) -> Mapping[str, Any]:
    said = {
        "deadline": clock.deadline,
        "number": clock.number,
        "run": clock.run,
        "level": level.level.name,
        "due": clock.due.isoformat(),
        "recipients": list(recipients.people),
    }
    if late:
        return {**said, "skipped": "it was past before it could be known"}
    if not recipients.applies:
        why = (
            "the owner belongs to no organisation"
            if level.level.owners_organisation_only
            else "it is meant under other cases"
        )
        return {**said, "skipped": why}
    return {**said, "unreachable": recipients.unreachable} if recipients.unreachable else said

"""Decide what a sweep does to one case: record expired deadlines, and notify the recipients of each level reached.

Everything up to an instant happens in the order of its own instants, however late the sweep is: a sweep each minute and
one after a month give the same events. A level whose instant lies before its clock's run was recorded is skipped.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from msgspec.structs import replace

from ..deadlines.arithmetic import expire
from ..deadlines.expiry import expiry_event, notices_for
from ..deadlines.recipients import Directory, RecipientFinder, Recipients
from ..deadlines.schedule import DeadlineRules, PendingLevel, pending_levels, with_next_at
from ..forms.path_text import field_values
from ..model.case import Case, Effects, Event, Precision
from ..model.clock import Clock, ClockStatus, EventKind, LevelReached
from ..model.effects import without_words
from ..model.evolve import evolve
from ..model.notice import Notice
from ..model.people import SYSTEM
from .context import Decision, DecisionContext


@dataclass(frozen=True, kw_only=True, slots=True)
class FiredLevel:
    """An escalation level that a sweep reached.

    Attributes:
        ref: The case.
        deadline: The deadline.
        title: The task, in words for people.
        due: The due instant (UTC).
        level: The level's name.
        level_title: The level in words.
        at: The level's own instant (UTC).
        recipients: The recipients' names; empty if there are none.
        on_hold: If its notices wait for release.
    """

    ref: str
    deadline: str
    title: str
    due: datetime
    level: str
    level_title: str
    at: datetime
    recipients: tuple[str, ...]
    on_hold: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Escalation:
    """The result of a sweep for one case.

    Attributes:
        decision: The decision to record; None if there is nothing.
        fired: The levels reached.
        skipped: The levels without recipients, since they came before their run or do not apply.
    """

    decision: Decision | None
    fired: tuple[FiredLevel, ...] = ()
    skipped: tuple[FiredLevel, ...] = ()


def decide_escalation(
    rules: DeadlineRules, case: Case, context: DecisionContext, directory: Directory, at: datetime
) -> Escalation:
    """Decide what happens to a case by itself, up to and including an instant.

    Args:
        rules: The rules by which its clocks are counted and escalated.
        case: The case.
        context: The present, at which the events are recorded.
        directory: The people and their absences.
        at: The instant (UTC) up to which to look.
    """
    events: list[Event] = []
    notices: list[Notice] = []
    fired: list[FiredLevel] = []
    skipped: list[FiredLevel] = []
    while (due := _next_due(rules, case, at)) is not None:
        clock, level = due
        if level is None:
            event = expiry_event(
                rules,
                case,
                with_next_at(expire(clock), rules),
                seq=case.seq + 1,
                recorded_at=context.recorded_at(case),
                command_id=context.command_id,
            )
        else:
            event, new_notices, fired_level = _fire(rules, case, clock, level, directory=directory, context=context)
            notices += new_notices
            (skipped if event.kind is EventKind.SKIPPED else fired).append(fired_level)
        events.append(event)
        case = evolve(case, event)
    if not events:
        return Escalation(decision=None)
    decision = Decision(events=tuple(events), case=case, notices=tuple(notices))
    return Escalation(decision=decision, fired=tuple(fired), skipped=tuple(skipped))


def _next_due(rules: DeadlineRules, case: Case, at: datetime) -> tuple[Clock, PendingLevel | None] | None:
    """Return the next thing that happens to a clock: a level, or with None that the clock expires."""
    candidates: list[tuple[datetime, bool, int, Clock, PendingLevel | None]] = []
    for position, clock in enumerate(case.clocks):
        if clock.next_at is None or clock.next_at > at:
            continue
        if clock.is_open and clock.status is ClockStatus.RUNNING:
            candidates.append((clock.due_at, False, position, clock, None))
        candidates += [(level.at, True, position, clock, level) for level in pending_levels(clock, rules)[:1]]
    # A deadline expires before its owner is notified of it.
    due = [one for one in candidates if one[0] <= at]
    if not due:
        return None
    *_, clock, level = min(due, key=lambda one: one[:3])
    return clock, level


def _fire(
    rules: DeadlineRules,
    case: Case,
    clock: Clock,
    level: PendingLevel,
    *,
    directory: Directory,
    context: DecisionContext,
) -> tuple[Event, tuple[Notice, ...], FiredLevel]:
    now = context.now
    late = clock.run_started_at is not None and level.at < clock.run_started_at
    recipients = Recipients(applies=False)
    if not late:
        finder = RecipientFinder(
            workflow=rules.workflow,
            case=case,
            deadline=rules.deadline(clock),
            escalation_policy=rules.escalation_policy(clock),
            directory=directory,
            # Late notices go to today's recipients; a preview uses those of the level's own day.
            day=rules.calendar.day_of(max(now, level.at)),
        )
        recipients = finder.recipients_of(level.level)
    skipped = late or not recipients.applies
    reached = LevelReached(
        level=level.level.name, at=level.at, recipients=recipients.people, skipped=skipped, on_hold=recipients.on_hold
    )
    after = with_next_at(replace(clock, reached=(*clock.reached, reached)), rules)
    data = _event_data(clock, level, recipients, late=late)
    event = Event(
        ref=case.ref,
        seq=case.seq + 1,
        kind=EventKind.SKIPPED if skipped else EventKind.ESCALATED,
        trigger=clock.deadline,
        from_state=case.state,
        to_state=case.state,
        recorder=SYSTEM,
        decided_by=None,
        command_id=context.command_id,
        occurred_at=level.at,
        occurred_on=rules.calendar.day_of(level.at),
        precision=Precision.INSTANT,
        recorded_at=context.recorded_at(case),
        workflow=rules.workflow.name,
        workflow_version=rules.workflow.version,
        data=data,
        effects=Effects(clocks=without_words((after,))),
        typed=tuple(path for path, _ in field_values(("recipients", "unreachable"), data)),
    )
    notices = notices_for(rules, case, event)
    fired = FiredLevel(
        ref=case.ref,
        deadline=clock.deadline,
        title=rules.workflow.deadline(clock.deadline).title,
        due=clock.due_at,
        level=level.level.name,
        level_title=level.level.title,
        at=level.at,
        recipients=recipients.people,
        on_hold=recipients.on_hold,
    )
    return event, notices, fired


def _event_data(clock: Clock, level: PendingLevel, recipients: Recipients, *, late: bool) -> Mapping[str, Any]:
    data = {
        "deadline": clock.deadline,
        "number": clock.number,
        "run": clock.run,
        "level": level.level.name,
        "due": clock.due.isoformat(),
        "recipients": list(recipients.people),
    }
    if late:
        return {**data, "skipped": "it was over before it was recorded"}
    if not recipients.applies:
        reason = (
            "the owner acts for no organisation"
            if level.level.owners_organisation_only
            else "this level is not used for this kind of case"
        )
        return {**data, "skipped": reason}
    return {**data, "unreachable": recipients.unreachable} if recipients.unreachable else data

"""Decide new dates for deadlines, before a deadline has expired or after."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from msgspec.structs import replace

from ..deadlines.arithmetic import recalculate, reschedule
from ..deadlines.lifecycle import expired
from ..deadlines.overrides import CalendarChange
from ..deadlines.schedule import DeadlineRules, with_next_at
from ..definition.workflow import Workflow
from ..errors.bad_input import BadValue
from ..errors.base import Block, day_in_words
from ..errors.unknown import UnknownDeadline
from ..forms.parsing import EARLIEST, LATEST, parse
from ..model.case import Case, Effects, Event, Precision
from ..model.clock import Clock, EventKind, Revision, SuspensionChange
from ..model.commands import NewDate
from ..model.effects import without_words
from ..model.evolve import evolve
from ..model.occurrence import occurrence
from ..model.people import Cause
from .context import (
    ACTION_TITLES,
    NEW_VERSION,
    Decision,
    DecisionContext,
    ReasonsForm,
    clock_decision,
    new_revision,
    refusal,
)
from .permission import decision_blocks, resolve_decided_by

NEW_DATE = "new-date"


def decide_new_date(workflow: Workflow, case: Case, command: NewDate, context: DecisionContext) -> Decision:
    """Decide a new date for a deadline.

    Raises:
        BadInput: if there is no such deadline, or the date is not possible.
        Refused: if a rule forbids it.
    """
    known = {deadline.name: deadline.title for deadline in workflow.deadlines}
    if command.deadline not in known:
        raise UnknownDeadline(deadline=command.deadline, known=tuple(known), titles=tuple(known.values()))
    deadline = workflow.deadline(command.deadline)
    roles = workflow.reschedulers_of(deadline)
    if not roles:
        reason = f"{deadline.title}: no role may agree a new date for it."
        raise refusal(
            workflow,
            case,
            NEW_DATE,
            ACTION_TITLES[EventKind.NEW_DATE],
            Block(guard="new_date", reason=reason, cleared_by=NEW_VERSION),
        )
    decided_by = resolve_decided_by(workflow, roles, command.actor, command.decided_by, case.organisations)
    reasons = parse(ReasonsForm, {"reasons": command.reasons}, subject="the new date").reasons
    if not EARLIEST <= command.to <= LATEST:
        expected = f"a day between {EARLIEST} and {LATEST}"
        raise BadValue(name="the new date", expected=expected, found=command.to.isoformat())
    when = occurrence(None, context.now, context.calendar)
    # Each suspension has a review of its own: take the one that is due first.
    running = sorted((c for c in case.clocks if c.deadline == command.deadline and c.is_open), key=lambda c: c.due)
    clock = running[0] if running else None
    blocks = decision_blocks(workflow, roles, command.actor, command.decided_by, case.organisations)
    if (blocks := blocks + _rescheduling_blocks(workflow, clock, command.deadline)) or clock is None:
        raise refusal(workflow, case, NEW_DATE, ACTION_TITLES[EventKind.NEW_DATE], *blocks)
    # An agreed date is not counted from its anchor, so it may be brought forward to before it.
    first = clock.anchor if clock.term.amount else case.opened_on
    if command.to < first and not deadline.counts_back:
        expected = f"{first.isoformat()}, the day from which it is counted, or later"
        raise BadValue(name="the new date", expected=expected, found=command.to.isoformat())
    if command.to == clock.due:
        raise BadValue(name="the new date", expected="a day other than its present date", found=command.to.isoformat())
    # A deadline that has expired by now stays missed, whatever date was agreed since.
    missed = expired((clock,), (clock,), context.now)
    revision = new_revision(EventKind.NEW_DATE, reasons, decided_by, context)
    moved = reschedule((*missed, clock)[0], command.to, revision, context.calendar, on=when.on)
    return clock_decision(
        workflow, case, command, context, decided_by=decided_by, when=when, kind=EventKind.NEW_DATE,
        trigger=command.deadline, clocks=(moved,), suspensions=_suspensions_reviewed_on(workflow, case, moved),
        data={
            "deadline": clock.deadline, "previous_due": clock.due.isoformat(), "to": command.to.isoformat(),
            "reasons": reasons,
        },
    )  # fmt: skip


def _rescheduling_blocks(workflow: Workflow, clock: Clock | None, name: str) -> tuple[Block, ...]:
    title = workflow.deadline(name).title
    cleared_by = workflow.titles_of(workflow.reschedulers_of(workflow.deadline(name)))
    if clock is None:
        reason = f"{title}: this deadline is not running, so it has no date to change."
        return (Block(guard="running", reason=reason, cleared_by=cleared_by),)
    if clock.suspended_on is not None:
        since = day_in_words(clock.suspended_on)
        reason = f"{title}: this deadline has been suspended since {since}. Resume it first."
        return (Block(guard="suspended", reason=reason, cleared_by=workflow.titles_of(workflow.may_suspend)),)
    return ()


def _suspensions_reviewed_on(workflow: Workflow, case: Case, clock: Clock) -> tuple[SuspensionChange, ...]:
    """Return the suspension that a deadline reviews, with the new day of its review; none for another deadline."""
    review = workflow.suspension_review
    if review is None or clock.deadline != review.name:
        return ()
    return tuple(replace(s.change, review_by=clock.due) for s in case.suspensions if s.number == clock.number)


@dataclass(frozen=True, kw_only=True, slots=True)
class ChangedDueDate:
    """A due date that changes with the calendar.

    Attributes:
        ref: The case.
        deadline: The deadline.
        title: The deadline in words.
        previous_due: The due date before.
        due: The due date after.
    """

    ref: str
    deadline: str
    title: str
    previous_due: date
    due: date


def decide_recalculation(
    rules: DeadlineRules, case: Case, change: CalendarChange, cause: Cause, now: datetime
) -> tuple[Decision | None, tuple[ChangedDueDate, ...]]:
    """Decide that open clocks of a case fall due, or reach their levels, on other days than before.

    Args:
        rules: The rules by which they are counted, with the change.
        case: The case.
        change: The change of the days that count.
        cause: The command that changed them.
        now: The present (UTC).

    Returns:
        The decision, None if nothing changes; and the due dates that change.
    """
    revision = Revision(
        previous_due=rules.calendar.day_of(now),
        due=rules.calendar.day_of(now),
        cause=EventKind.RECALCULATED,
        reasons=change.reasons,
        agreed_by=None,
        capacity=None,
        recorded_at=now,
    )
    clocks: list[Clock] = []
    moved: list[ChangedDueDate] = []
    for clock in case.clocks:
        if not clock.is_open:
            continue
        after = recalculate(clock, rules, case.suspensions, revision)
        if after.due != clock.due:
            title = rules.workflow.deadline(clock.deadline).title
            moved.append(
                ChangedDueDate(
                    ref=case.ref, deadline=clock.deadline, title=title, previous_due=clock.due, due=after.due
                )
            )
        after = with_next_at(after, rules)
        if after != clock:
            clocks.append(after)
    if not clocks:
        return None, ()
    event = Event(
        ref=case.ref,
        seq=case.seq + 1,
        kind=EventKind.RECALCULATED,
        trigger="recalculate",
        from_state=case.state,
        to_state=case.state,
        recorder=cause.recorder,
        decided_by=None,
        command_id=cause.command_id,
        occurred_at=now,
        occurred_on=rules.calendar.day_of(now),
        precision=Precision.INSTANT,
        recorded_at=max(now, case.recorded_at),
        workflow=case.workflow,
        workflow_version=case.workflow_version,
        data={
            **change.record,
            "dates": [
                {"deadline": one.deadline, "previous_due": one.previous_due.isoformat(), "to": one.due.isoformat()}
                for one in moved
            ],
        },
        effects=Effects(clocks=without_words(clocks)),
        typed=("reasons",),
    )
    return Decision(events=(event,), case=evolve(case, event)), tuple(moved)

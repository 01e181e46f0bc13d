"""Agreeing new dates, before a deadline is over or after: an event with its reasons."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime

from ..deadlines.arithmetic import current_due_date, recalculate, reschedule
from ..deadlines.lifecycle import expired
from ..deadlines.overrides import CalendarOverride
from ..deadlines.schedule import DeadlineRules, with_next_at
from ..definition.workflow import Workflow
from ..errors.bad_input import BadValue
from ..errors.base import Block, one_of
from ..errors.unknown import UnknownDeadline
from ..forms.parsing import EARLIEST, LATEST, parse
from ..model.case import Case, Effects, Event
from ..model.clock import Clock, EventKind, Revision, Suspension
from ..model.commands import NewDate
from ..model.evolve import evolve
from ..model.occurrence import occurrence
from .context import NEW_VERSION, Decision, DecisionContext, ReasonsForm, clock_decision, new_revision, refusal
from .permission import decision_blocks, resolve_decided_by

NEW_DATE = "new-date"


def decide_new_date(workflow: Workflow, case: Case, command: NewDate, context: DecisionContext) -> Decision:
    """The decision that a deadline has a new date.

    Raises:
        BadInput: where there is no such deadline, or the date is none.
        Refused: where a rule forbids it.
    """
    context = replace(context, now=max(context.now, case.recorded_at))
    if command.deadline not in {deadline.name for deadline in workflow.deadlines}:
        raise UnknownDeadline(deadline=command.deadline, known=tuple(deadline.name for deadline in workflow.deadlines))
    deadline = workflow.deadline(command.deadline)
    movers = workflow.reschedulers_of(deadline)
    if not movers:
        reason = f"{deadline.title}: the definition names nobody who may agree a new date."
        raise refusal(case, NEW_DATE, Block(guard="new_date", reason=reason, cleared_by=NEW_VERSION))
    authority = resolve_decided_by(workflow, movers, command.actor, command.decided_by)
    reasons = parse(ReasonsForm, {"reasons": command.reasons}, subject="the new date").reasons
    if not EARLIEST <= command.to <= LATEST:
        expected = f"a day between {EARLIEST} and {LATEST}"
        raise BadValue(name="the new date", expected=expected, found=command.to.isoformat())
    when = occurrence(None, None, context.now, context.calendar)
    # Several suspensions have a review each: the one that falls due first is meant.
    running = sorted((c for c in case.clocks if c.deadline == command.deadline and c.is_open), key=lambda c: c.due)
    clock = running[0] if running else None
    blocks = decision_blocks(workflow, movers, command.actor, command.decided_by)
    if (blocks := blocks + _rescheduling_blocks(workflow, clock, command.deadline)) or clock is None:
        raise refusal(case, NEW_DATE, *blocks)
    # A day that was agreed is itself the day from which nothing is counted: it may be brought forward.
    first = clock.anchor if clock.term.amount else case.opened_on
    if command.to < first and not deadline.counts_back:
        expected = f"{first.isoformat()}, the day from which it is counted, or later"
        raise BadValue(name="the new date", expected=expected, found=command.to.isoformat())
    if command.to == clock.due:
        raise BadValue(name="the new date", expected="another day than it has", found=command.to.isoformat())
    # A day that is over by now was missed, whatever was agreed since.
    missed = expired((clock,), (clock,), context.now)
    revision = new_revision(EventKind.NEW_DATE, reasons, authority, context)
    moved = reschedule((*missed, clock)[0], command.to, revision, context.calendar)
    return clock_decision(
        workflow, case, command, context, decided_by=authority, when=when, kind=EventKind.NEW_DATE,
        trigger=command.deadline, clocks=(moved,), suspensions=_suspensions_reviewed_on(workflow, case, moved),
        data={
            "deadline": clock.deadline, "previous_due": clock.due.isoformat(), "to": command.to.isoformat(),
            "reasons": reasons,
        },
    )  # fmt: skip


def _rescheduling_blocks(workflow: Workflow, clock: Clock | None, name: str) -> tuple[Block, ...]:
    title = workflow.deadline(name).title
    cleared_by = one_of(workflow.reschedulers_of(workflow.deadline(name)))
    if clock is None:
        reason = f"{title}: its clock does not run, so there is no date to move."
        return (Block(guard="running", reason=reason, cleared_by=cleared_by),)
    if clock.suspended_on is not None:
        reason = f"{title}: its clock stands still since {clock.suspended_on.isoformat()}; resume it first."
        return (Block(guard="suspended", reason=reason, cleared_by=one_of(workflow.may_suspend)),)
    return ()


def _suspensions_reviewed_on(workflow: Workflow, case: Case, clock: Clock) -> tuple[Suspension, ...] | None:
    """The suspensions with the new day of a review; None where it is no review's date that is moved."""
    review = workflow.suspension_review
    if review is None or clock.deadline != review.name:
        return None
    return tuple(replace(s, review_by=clock.due) if s.number == clock.number else s for s in case.suspensions)


@dataclass(frozen=True, kw_only=True, slots=True)
class ChangedDueDate:
    """A due date that the calendar moves.

    Attributes:
        ref: The case.
        deadline: The deadline.
        previous_due: The due date before.
        due: The due date after.
    """

    ref: str
    deadline: str
    previous_due: date
    due: date


def decide_recalculation(
    rules: DeadlineRules, case: Case, override: CalendarOverride, now: datetime
) -> tuple[Decision | None, tuple[ChangedDueDate, ...]]:
    """The decision that open clocks of a case fall due, or are chased, on other days than they were to.

    Args:
        rules: By what rules they are counted, the day among them.
        case: The case.
        override: The day, and what the unit says of it.
        now: The present (UTC).

    Returns:
        The decision, None where nothing changes; and the due dates that it moves.
    """
    now = max(now, case.recorded_at)
    revision = Revision(
        previous_due=override.day,
        due=override.day,
        cause=EventKind.RECALCULATED,
        reasons=override.reasons,
        agreed_by=None,
        capacity=None,
        recorded_at=now,
    )
    clocks: list[Clock] = []
    moved: list[ChangedDueDate] = []
    for clock in case.clocks:
        if not clock.is_open:
            continue
        due = current_due_date(clock, rules)
        after = clock
        if due != clock.due:
            after = recalculate(clock, due, revision, rules.calendar)
            moved.append(ChangedDueDate(ref=case.ref, deadline=clock.deadline, previous_due=clock.due, due=due))
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
        recorded_by=override.recorded_by,
        decided_by=None,
        occurred_at=now,
        occurred_on=rules.calendar.day_of(now),
        recorded_at=now,
        workflow=case.workflow,
        workflow_version=case.workflow_version,
        data={
            "day": override.day.isoformat(),
            "counts_as": str(override.counts_as),
            "reasons": override.reasons,
            "dates": [
                {"deadline": one.deadline, "previous_due": one.previous_due.isoformat(), "to": one.due.isoformat()}
                for one in moved
            ],
        },
        effects=Effects(clocks=tuple(clocks)),
    )
    return Decision(events=(event,), case=evolve(case, event)), tuple(moved)

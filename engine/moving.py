"""Agreeing new dates, before a deadline is over or after: an event with its reasons."""

from __future__ import annotations

from dataclasses import replace

from .authority import authority_blocks, authority_for
from .case import Case, Clock, EventKind, Suspension
from .clocks import passed
from .clockwork import NOBODY, Reasons, decided, refused, revision_by
from .commands import NewDate
from .decision import Decision, Judging
from .definition import Workflow
from .errors import BadValue, Block, UnknownDeadline, one_of
from .legs import agreed
from .occurrence import occurrence
from .reading import EARLIEST, LATEST, read

NEW_DATE = "new-date"


def decide_new_date(workflow: Workflow, case: Case, command: NewDate, judging: Judging) -> Decision:
    """The decision that a deadline has a new date.

    Raises:
        BadInput: where there is no such deadline, or the date is none.
        Refused: where a rule forbids it.
    """
    judging = replace(judging, now=max(judging.now, case.recorded_at))
    if command.deadline not in {deadline.name for deadline in workflow.deadlines}:
        raise UnknownDeadline(deadline=command.deadline, known=tuple(deadline.name for deadline in workflow.deadlines))
    deadline = workflow.deadline(command.deadline)
    movers = workflow.movers_of(deadline)
    if not movers:
        reason = f"{deadline.title}: the definition names nobody who may agree a new date."
        raise refused(case, NEW_DATE, Block(guard="new_date", reason=reason, cleared_by=NOBODY))
    authority = authority_for(workflow, movers, command.actor, command.decided_by)
    reasons = read(Reasons, {"reasons": command.reasons}, of="the new date").reasons
    if not EARLIEST <= command.to <= LATEST:
        expected = f"a day between {EARLIEST} and {LATEST}"
        raise BadValue(name="the new date", expected=expected, found=command.to.isoformat())
    when = occurrence(None, None, judging.now, judging.calendar)
    # Several suspensions have a review each: the one that falls due first is meant.
    running = sorted((c for c in case.clocks if c.deadline == command.deadline and c.is_open), key=lambda c: c.due)
    clock = running[0] if running else None
    blocks = authority_blocks(workflow, movers, command.actor, command.decided_by)
    if (blocks := blocks + _moving_blocks(workflow, clock, command.deadline)) or clock is None:
        raise refused(case, NEW_DATE, *blocks)
    # A day that was agreed is itself the day from which nothing is counted: it may be brought forward.
    first = clock.anchor if clock.term.amount else case.opened_on
    if command.to < first and not deadline.counts_back:
        expected = f"{first.isoformat()}, the day from which it is counted, or later"
        raise BadValue(name="the new date", expected=expected, found=command.to.isoformat())
    if command.to == clock.due:
        raise BadValue(name="the new date", expected="another day than it has", found=command.to.isoformat())
    # A day that is over by now was missed, whatever was agreed since.
    missed = passed((clock,), (clock,), judging.now)
    revision = revision_by(EventKind.NEW_DATE, reasons, authority, judging)
    moved = agreed((*missed, clock)[0], command.to, revision, judging.calendar)
    return decided(
        workflow, case, command, judging, authority=authority, when=when, kind=EventKind.NEW_DATE,
        trigger=command.deadline, clocks=(moved,), suspensions=_reviewed_by(workflow, case, moved),
        data={
            "deadline": clock.deadline, "was": clock.due.isoformat(), "to": command.to.isoformat(), "reasons": reasons
        },
    )  # fmt: skip


def _moving_blocks(workflow: Workflow, clock: Clock | None, name: str) -> tuple[Block, ...]:
    title = workflow.deadline(name).title
    cleared_by = one_of(workflow.movers_of(workflow.deadline(name)))
    if clock is None:
        reason = f"{title}: its clock does not run, so there is no date to move."
        return (Block(guard="running", reason=reason, cleared_by=cleared_by),)
    if clock.suspended_on is not None:
        reason = f"{title}: its clock stands still since {clock.suspended_on.isoformat()}; resume it first."
        return (Block(guard="suspended", reason=reason, cleared_by=one_of(workflow.stopped_by)),)
    return ()


def _reviewed_by(workflow: Workflow, case: Case, moved: Clock) -> tuple[Suspension, ...] | None:
    """The suspensions with the new day of a review; None where it is no review's date that is moved."""
    review = workflow.review_of_suspensions
    if review is None or moved.deadline != review.name:
        return None
    return tuple(replace(s, review_by=moved.due) if s.number == moved.number else s for s in case.suspensions)

"""Decide the suspension of clocks and their resumption, each with its reasons.

No other proceeding suspends a clock by itself: a person decides it, for a named proceeding, after consulting somebody,
with a day on which it is reviewed.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Annotated, Any

from msgspec import Meta
from msgspec.structs import replace

from ..deadlines.arithmetic import backdate_suspension, resume, suspend
from ..deadlines.lifecycle import complete
from ..deadlines.schedule import DeadlineRules
from ..definition.deadline import Deadline
from ..definition.workflow import Workflow
from ..errors.bad_input import BadValue
from ..errors.base import Block, day_in_words, one_of
from ..errors.unknown import UnknownDeadline
from ..forms.fields import Form, ShortText, Text
from ..forms.names import is_same_name
from ..forms.parsing import parse
from ..model.case import Case
from ..model.clock import Clock, ClockStatus, EventKind, Revision, Suspension
from ..model.commands import Resume, Suspend
from ..model.occurrence import occurrence
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

SUSPEND, RESUME = "suspend", "resume"


class SuspensionForm(Form, frozen=True, kw_only=True):
    """A suspension of clocks: the proceeding, who was consulted, and the day of its review."""

    proceeding: Annotated[
        ShortText, Meta(title="The proceeding", description="As it is called in public: no names of people.")
    ]
    consulted: Annotated[ShortText, Meta(title="Who was consulted")]
    reasons: Annotated[Text, Meta(title="Why")]
    review_by: Annotated[date, Meta(title="To be reviewed by")]
    deadlines: Annotated[tuple[ShortText, ...], Meta(title="The suspended deadlines")] = ()


def decide_suspension(workflow: Workflow, case: Case, command: Suspend, context: DecisionContext) -> Decision:
    """Decide to suspend clocks of a case.

    Raises:
        BadInput: if the input cannot be understood, or names an unknown deadline.
        Refused: if a rule forbids it.
    """
    review = workflow.suspension_review
    if review is None:
        reason = f"The deadlines of a {workflow.title} cannot be suspended: it has no review of suspensions."
        raise refusal(
            workflow,
            case,
            SUSPEND,
            ACTION_TITLES[EventKind.SUSPENDED],
            Block(guard="suspension", reason=reason, cleared_by=NEW_VERSION),
        )
    decided_by = resolve_decided_by(
        workflow, workflow.may_suspend, command.actor, command.decided_by, case.organisations
    )
    when = occurrence(command.on, context.now, context.calendar)
    if when.on < case.opened_on:
        expected = f"{case.opened_on.isoformat()}, the day on which the case was opened, or later"
        raise BadValue(name="the day of the suspension", expected=expected, found=when.on.isoformat())
    term = context.rules(workflow).term(review, when.on)
    review_by = context.calendar.after(when.on, term) if command.review_by is None else command.review_by
    fields = {
        "proceeding": command.proceeding,
        "consulted": command.consulted,
        "reasons": command.reasons,
        "review_by": review_by.isoformat(),
        "deadlines": list(command.deadlines),
    }
    form = parse(SuspensionForm, fields, subject="the suspension")
    chosen = suspendable_clocks(workflow, case, form.deadlines)
    blocks = decision_blocks(workflow, workflow.may_suspend, command.actor, command.decided_by, case.organisations)
    if blocks := blocks + _suspension_blocks(workflow, case, form, chosen):
        raise refusal(workflow, case, SUSPEND, ACTION_TITLES[EventKind.SUSPENDED], *blocks)
    if form.review_by < when.on:
        expected = f"{when.on.isoformat()}, the day on which it begins, or later"
        raise BadValue(name="the day to review it by", expected=expected, found=form.review_by.isoformat())
    suspension = Suspension(
        number=len(case.suspensions) + 1,
        proceeding=form.proceeding,
        consulted=form.consulted,
        reasons=form.reasons,
        since=when.on,
        review_by=form.review_by,
        deadlines=form.deadlines,
    )
    suspensions = (*case.suspensions, suspension)
    rules = context.rules(workflow)
    suspended = tuple(suspended_clock(rules, clock, suspensions) for clock in chosen)
    reviewing = reviewing_clock(rules, review, suspension, context.now)
    return clock_decision(
        workflow, case, command, context, decided_by=decided_by, when=when, kind=EventKind.SUSPENDED, trigger=SUSPEND,
        clocks=(*suspended, reviewing), suspensions=(suspension.change,),
        data={"suspension": suspension.number, **_suspension_data(suspension)},
        typed=("proceeding", "consulted", "reasons"),
    )  # fmt: skip


def decide_resumption(workflow: Workflow, case: Case, command: Resume, context: DecisionContext) -> Decision:
    """Decide to end a suspension; clocks that no other suspension covers continue with the time they had left.

    Raises:
        BadInput: if there is no such suspension, or it began only later.
        Refused: if a rule forbids it.
    """
    decided_by = resolve_decided_by(
        workflow, workflow.may_suspend, command.actor, command.decided_by, case.organisations
    )
    reasons = parse(ReasonsForm, {"reasons": command.reasons}, subject="the resumption").reasons
    when = occurrence(command.on, context.now, context.calendar)
    suspension = _open_suspension(case, command.suspension)
    if blocks := decision_blocks(workflow, workflow.may_suspend, command.actor, command.decided_by, case.organisations):
        raise refusal(workflow, case, RESUME, ACTION_TITLES[EventKind.RESUMED], *blocks)
    if when.on < suspension.since:
        expected = f"{suspension.since.isoformat()}, the day on which it was suspended, or later"
        raise BadValue(name="the day of the resumption", expected=expected, found=when.on.isoformat())
    lifted = replace(suspension, until=when.on)
    revision = new_revision(EventKind.RESUMED, reasons, decided_by, context)
    resumed = resumed_clocks(context.rules(workflow), case, lifted, revision)
    return clock_decision(
        workflow, case, command, context, decided_by=decided_by, when=when, kind=EventKind.RESUMED, trigger=RESUME,
        clocks=resumed, suspensions=(lifted.change,),
        data={"suspension": suspension.number, "until": when.on.isoformat(), "reasons": reasons},
    )  # fmt: skip


# --- reasons to refuse --------------------------------------------------------------------------------


def suspendable_clocks(workflow: Workflow, case: Case, names: tuple[str, ...]) -> tuple[Clock, ...]:
    """Return the clocks to suspend: those of each named deadline, or all that can be suspended.

    Raises:
        UnknownDeadline: if the workflow has no such deadline.
    """
    known = tuple(deadline.name for deadline in workflow.deadlines)
    for name in names:
        if name not in known:
            titles = tuple(deadline.title for deadline in workflow.deadlines)
            raise UnknownDeadline(deadline=name, known=known, titles=titles)
    review = workflow.suspension_review
    could = (
        clock
        for clock in case.clocks
        if clock.is_open
        and clock.status is not ClockStatus.NOT_KNOWN
        and not clock.minimum_period
        and not (review and clock.deadline == review.name)
    )
    return tuple(clock for clock in could if not names or clock.deadline in names)


def _suspension_blocks(
    workflow: Workflow, case: Case, form: SuspensionForm, chosen: tuple[Clock, ...]
) -> tuple[Block, ...]:
    cleared_by = workflow.titles_of(workflow.may_suspend)
    blocks = []
    running = {clock.deadline for clock in chosen}
    for name in form.deadlines:
        if name not in running:
            reason = f"{workflow.deadline(name).title}: this deadline is not running, so it cannot be suspended."
            blocks.append(Block(guard="running", reason=reason, cleared_by=cleared_by))
    if not chosen:
        blocks.append(Block(guard="running", reason="No deadline of the case is running.", cleared_by=cleared_by))
    for other in case.suspensions:
        same = is_same_name(other.proceeding, form.proceeding)
        both = not form.deadlines or not other.deadlines or set(form.deadlines) & set(other.deadlines)
        if other.until is None and same and both:
            reason = (
                f"Suspension {other.number} for {other.proceeding} has lasted since {day_in_words(other.since)}."
                " To review it later, give its review a new date."
            )
            blocks.append(Block(guard="suspended", reason=reason, cleared_by=cleared_by))
    return tuple(blocks)


def reviewing_clock(rules: DeadlineRules, review: Deadline, suspension: Suspension, now: datetime) -> Clock:
    """Return the clock by which a new suspension is reviewed.

    Args:
        rules: The rules of the case's clocks.
        review: The deadline of the review.
        suspension: The suspension.
        now: The present (UTC).
    """
    return Clock(
        deadline=review.name,
        number=suspension.number,
        anchor=suspension.since,
        term=rules.term(review, suspension.since),
        due=suspension.review_by,
        due_at=rules.calendar.end_of(suspension.review_by),
        run_started_at=now,
        has_agreed_date=True,
    )


def suspended_clock(rules: DeadlineRules, clock: Clock, suspensions: tuple[Suspension, ...]) -> Clock:
    """Return the clock with the latest suspension applied: suspended from its day, or from an earlier one."""
    on = suspensions[-1].since
    since = _suspended_from(clock, on)
    deadline = rules.deadline(clock)
    can_recompute = clock.agreed_on is not None or (clock.is_due_by_term and not deadline.counts_back)
    if since == clock.resumed_on != on and can_recompute and clock.status is not ClockStatus.MISSED:
        # It begins before one that has ended: give back the days that ran between them.
        return backdate_suspension(deadline, clock, suspensions, rules.calendar)
    if clock.suspended_on is not None and clock.suspended_on <= since:
        return clock
    return suspend(clock, since, rules.calendar)


def resumed_clocks(rules: DeadlineRules, case: Case, lifted: Suspension, revision: Revision) -> tuple[Clock, ...]:
    """Return the clocks that change when a suspension is lifted.

    Args:
        rules: The rules of the case's clocks.
        case: The case before it.
        lifted: The suspension, with the day on which it was lifted.
        revision: The person who lifted it, and the reasons.
    """
    assert lifted.until is not None
    suspensions = tuple(lifted if one.number == lifted.number else one for one in case.suspensions)
    # A clock that the case's end cancelled meanwhile must run again if the case is reopened.
    running = tuple(
        resume(rules.deadline(clock), clock, suspensions, revision, rules.calendar)
        for clock in case.clocks
        if clock.suspended_on is not None and (clock.is_open or clock.cancelled_by_end)
    )
    review = rules.workflow.suspension_review
    reviewed = tuple(
        complete(clock, lifted.until, RESUME)
        for clock in case.clocks
        if review is not None and (clock.deadline, clock.number) == (review.name, lifted.number) and clock.is_open
    )
    return (*running, *reviewed)


def _suspended_from(clock: Clock, on: date) -> date:
    """Return the day from which a clock is suspended: no day is taken out twice, and none before it began."""
    return max(on, clock.latest_start)


def _open_suspension(case: Case, number: int | None) -> Suspension:
    open_ones = tuple(one for one in case.suspensions if one.until is None)
    chosen = tuple(one for one in open_ones if number in (None, one.number))
    if len(chosen) == 1:
        return chosen[0]
    if not open_ones:
        raise BadValue(name="the suspension", expected="a case with a suspension that has not ended", found="none")
    numbers = one_of(tuple(f"{one.number} ({one.proceeding})" for one in open_ones))
    expected = f"the number of a suspension that has not ended: {numbers}"
    raise BadValue(name="the suspension", expected=expected, found="none" if number is None else str(number))


def _suspension_data(suspension: Suspension) -> Mapping[str, Any]:
    return {
        "proceeding": suspension.proceeding,
        "consulted": suspension.consulted,
        "reasons": suspension.reasons,
        "since": suspension.since.isoformat(),
        "review_by": suspension.review_by.isoformat(),
        "deadlines": list(suspension.deadlines),
    }

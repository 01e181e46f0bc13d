"""List local bank holidays and deadline terms together with the defaults."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from ...engine import DayKind, DeadlineOverride, Overrides
from ...engine.definition.deadline import Deadline, EscalationLevel
from ...engine.definition.workflow import Workflow
from ...engine.model.calendar import Calendar, Term


@dataclass(frozen=True, kw_only=True, slots=True)
class NonWorkingDay:
    """A bank holiday, or a day that the office has set.

    Attributes:
        day: The day.
        name: The bank holiday's name; empty if it is none.
        worked: If it is a working day all the same.
        set_locally: If the office has set it.
        reasons: The office's reasons.
    """

    day: date
    name: str
    worked: bool
    set_locally: bool
    reasons: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class EffectiveTerm:
    """A deadline's term and escalation policy, for a clock that starts on a day.

    Attributes:
        workflow: The workflow.
        deadline: The deadline.
        term: The term.
        escalation_policy: The escalation policy.
        overrides: The office's own settings, those of later days included.
    """

    workflow: Workflow
    deadline: Deadline
    term: Term
    escalation_policy: tuple[EscalationLevel, ...]
    overrides: tuple[DeadlineOverride, ...] = ()


def non_working_days(calendar: Calendar, overrides: Overrides, years: Iterable[int]) -> tuple[NonWorkingDay, ...]:
    """Return the non-working days of some years, and the bank holidays that are worked, in order."""
    said = {one.day: one for one in overrides.days if one.counts_as is not DayKind.AS_USUAL}
    found = []
    for year in years:
        names = calendar.bank_holidays(year)
        for one in sorted({*names, *(own for own in said if own.year == year)}):
            own = said.get(one)
            found.append(
                NonWorkingDay(
                    day=one,
                    name=names.get(one, ""),
                    worked=own is not None and own.counts_as is DayKind.WORKED,
                    set_locally=own is not None,
                    reasons="" if own is None else own.reasons,
                )
            )
    return tuple(found)


def effective_terms(workflows: Iterable[Workflow], overrides: Overrides, on: date) -> tuple[EffectiveTerm, ...]:
    """Return the terms and escalation policies that apply to clocks started on a day."""
    return tuple(
        EffectiveTerm(
            workflow=workflow,
            deadline=deadline,
            term=overrides.term(workflow, deadline, on),
            escalation_policy=overrides.escalation_policy(workflow, deadline, on),
            overrides=tuple(
                one for one in overrides.deadlines if (one.workflow, one.deadline) == (workflow.name, deadline.name)
            ),
        )
        for workflow in workflows
        for deadline in workflow.deadlines
    )

"""Decide if a step starts or meets a deadline, and on which day."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

import msgspec

from ..definition.deadline import OnEnter, OnExit, OnResume, OnStep, OnSuspend
from ..forms.fields import value_at
from ..model.clock import Suspension
from .schedule import DeadlineRules


class StepFacts(msgspec.Struct, frozen=True, kw_only=True):
    """The facts of a step that matter to deadlines.

    Attributes:
        trigger: The step.
        day: The day on which it happened.
        record: The step's record.
        from_state: The state before; None for the opening.
        to_state: The state after.
        recorded_at: The present (UTC), at which new runs begin.
        suspensions: The suspensions of the case.
        rolls_back: Whether it leads back to a state that the case has been in.
        valid_records: The records that remain valid, by their steps; None if the step invalidates none.
    """

    trigger: str
    day: date
    record: Mapping[str, Any]
    from_state: str | None
    to_state: str
    recorded_at: datetime
    suspensions: tuple[Suspension, ...] = ()
    rolls_back: bool = False
    valid_records: Mapping[str, Mapping[str, Any]] | None = None


def is_met_by(event: OnStep | OnExit | OnResume, facts: StepFacts, *, ends: bool) -> bool:
    """Return whether a step meets a deadline by one of its events, on the day of the step."""
    if isinstance(event, OnStep):
        return event.day_field is None and _matches(event, facts)
    return isinstance(event, OnExit) and facts.from_state == event.state != facts.to_state and not ends


def started_on(event: OnStep | OnEnter | OnSuspend, facts: StepFacts) -> date | None:
    """Return the day from which a deadline counts, if a step starts it."""
    if isinstance(event, OnEnter):
        return facts.day if facts.from_state != event.state == facts.to_state else None
    if isinstance(event, OnSuspend) or not _matches(event, facts):
        return None
    if event.day_field is None:
        return facts.day
    day = value_at(facts.record, event.day_field)
    return None if day is None else date.fromisoformat(day)


def met_on(event: OnStep | OnExit | OnResume, facts: StepFacts) -> date | None:
    """Return the day on which a step's record says that a deadline was met, if it says so."""
    if not isinstance(event, OnStep) or event.day_field is None or not _matches(event, facts):
        return None
    day = value_at(facts.record, event.day_field)
    return None if day is None else date.fromisoformat(day)


def without_start(rules: DeadlineRules, facts: StepFacts) -> frozenset[str]:
    """Return the deadlines for which a step invalidates every start."""
    if facts.valid_records is None:
        return frozenset()
    deadlines = rules.workflow.deadlines
    return frozenset(d.name for d in deadlines if not any(_still_starts(event, facts, rules) for event in d.starts))


def _still_starts(event: OnStep | OnEnter | OnSuspend, facts: StepFacts, rules: DeadlineRules) -> bool:
    assert facts.valid_records is not None
    match event:
        case OnStep(step=step, field=field, values=values):
            record = facts.valid_records.get(step)
            return record is not None and (field is None or value_at(record, field) in values)
        case OnEnter(state=state):
            return not (facts.rolls_back and rules.workflow.is_later(state, facts.to_state))
        case _:
            return True


def _matches(event: OnStep, facts: StepFacts) -> bool:
    if event.step != facts.trigger or (event.in_states and facts.from_state not in event.in_states):
        return False
    return event.field is None or value_at(facts.record, event.field) in event.values

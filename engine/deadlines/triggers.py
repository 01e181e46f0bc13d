"""Whether a step starts or meets a deadline, and on which day."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from ..definition.deadline import OnEnter, OnExit, OnResume, OnStep, OnSuspend
from ..forms.fields import value_at
from ..model.clock import Suspension
from .schedule import DeadlineRules


@dataclass(frozen=True, kw_only=True, slots=True)
class StepFacts:
    """A step as clocks see it.

    Attributes:
        trigger: The step.
        day: The day on which it happened.
        record: What it records.
        from_state: The state before; None for the opening.
        to_state: The state after.
        recorded_at: When it is recorded (UTC).
        suspensions: The suspensions of the case.
        rolls_back: Whether it leads back to where the case has been.
        counting: The records that count after it, by their steps; None where it sets none aside.
    """

    trigger: str
    day: date
    record: Mapping[str, Any]
    from_state: str | None
    to_state: str
    recorded_at: datetime
    suspensions: tuple[Suspension, ...] = ()
    rolls_back: bool = False
    counting: Mapping[str, Mapping[str, Any]] | None = None


def is_met_by(event: OnStep | OnExit | OnResume, moment: StepFacts, *, ends: bool) -> bool:
    """Return whether a step meets a deadline by one of its events, on the day of the step."""
    if isinstance(event, OnStep):
        return event.day is None and _matches(event, moment)
    return isinstance(event, OnExit) and moment.from_state == event.state != moment.to_state and not ends


def started_on(event: OnStep | OnEnter | OnSuspend, moment: StepFacts) -> date | None:
    """Return the day from which a deadline counts, if a step starts it."""
    if isinstance(event, OnEnter):
        return moment.day if moment.from_state != event.state == moment.to_state else None
    if isinstance(event, OnSuspend) or not _matches(event, moment):
        return None
    if event.day is None:
        return moment.day
    given = value_at(moment.record, event.day)
    return None if given is None else date.fromisoformat(given)


def met_on(event: OnStep | OnExit | OnResume, moment: StepFacts) -> date | None:
    """The day on which a step says that a deadline was met; None where it says none."""
    if not isinstance(event, OnStep) or event.day is None or not _matches(event, moment):
        return None
    given = value_at(moment.record, event.day)
    return None if given is None else date.fromisoformat(given)


def without_start(rules: DeadlineRules, moment: StepFacts) -> frozenset[str]:
    """The deadlines of which nothing that starts them counts any longer, by what a step sets aside."""
    if moment.counting is None:
        return frozenset()
    deadlines = rules.workflow.deadlines
    return frozenset(d.name for d in deadlines if not any(_still_starts(event, moment, rules) for event in d.starts))


def _still_starts(event: OnStep | OnEnter | OnSuspend, moment: StepFacts, rules: DeadlineRules) -> bool:
    assert moment.counting is not None
    match event:
        case OnStep(step=step, given=given, among=among):
            record = moment.counting.get(step)
            return record is not None and (given is None or value_at(record, given) in among)
        case OnEnter(state=state):
            return not (moment.rolls_back and rules.workflow.is_later(state, moment.to_state))
        case _:
            return True


def _matches(event: OnStep, moment: StepFacts) -> bool:
    if event.step != moment.trigger or (event.in_states and moment.from_state not in event.in_states):
        return False
    return event.given is None or value_at(moment.record, event.given) in event.among

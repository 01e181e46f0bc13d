"""Record a step that happened before those that are recorded already.

A step that keeps the state may have happened on any day, even before the opening. A step that may change the state
cannot have happened before the latest such step. Deadlines, the title, the organisations and the record that counts
are then as if the steps had been recorded in the order of their days.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from msgspec import structs

from ..deadlines.expiry import expiry_events
from ..deadlines.reconciling import ChangedPast
from ..deadlines.schedule import DeadlineRules
from ..definition.workflow import Transition
from ..errors.bad_input import BadDate
from ..forms.digests import DigestedRecord
from ..model.case import Case, Event
from ..model.clock import EventKind
from ..model.corrections import ITSELF
from ..model.evolve import evolve, merge_clocks
from ..model.occurrence import Occurrence
from .moments import History, keeps_state
from .opening import AppliedStep
from .replay import Replayed, replay
from .restating import effects_of_change


@dataclass(frozen=True, kw_only=True, slots=True)
class Past:
    """The past of a case, in which a step belongs.

    Attributes:
        events: The case's events.
        replayed: The case as they say.
    """

    events: Sequence[Event]
    replayed: Replayed

    def state_for(self, transition: Transition, case: Case, on: date) -> str:
        """Return the state in which a step was applied: the present one, or one in which the case was on its day."""
        if case.state in transition.sources or not keeps_state(transition):
            return case.state
        then = (state for state in self.replayed.states_on(on) if state in transition.sources)
        return next(then, case.state)


def past_of(
    rules: DeadlineRules,
    case: Case,
    transition: Transition,
    when: Occurrence,
    *,
    history: History | None,
    now: datetime,
) -> Past | None:
    """Return the past in which a step belongs that happened before others; None if it is not known and need not be.

    Raises:
        BadDate: if the step may change the state, and happened before the latest such step.
    """
    events = () if history is None else history()
    if not events and when.on == case.last_step_on:
        return None
    replayed = replay(rules, events, now) if events else None
    first = case.last_step_on if replayed is None else replayed.moved_on
    # A step that was recorded while the machine's clock was fast does not stand in the way.
    is_ahead = first > rules.calendar.day_of(now)
    if is_ahead:
        first = case.opened_on
    if (replayed is None or not keeps_state(transition)) and when.on < first:
        what = "of the opening" if is_ahead else "of the previous step"
        raise BadDate(found=when.on.isoformat(), expected=f"{first.isoformat()}, the day {what}, or later")
    return None if is_ahead or replayed is None else Past(events=events, replayed=replayed)


def backdated_events(step: AppliedStep, case: Case, past: Past) -> tuple[Event, ...]:
    """Return the event of a step that happened before others, after one for each deadline that has expired by now.

    Args:
        step: The step.
        case: The case before it is recorded.
        past: The case's past.
    """
    rules, context = step.deadline_rules, step.context
    event = _backdated(step, case, past)
    after = merge_clocks(case.clocks, event.effects.clocks)
    expiries = expiry_events(
        rules, case, after, context.now, recorded_at=context.recorded_at(case), command_id=context.command_id
    )
    for expiry in expiries:
        case = evolve(case, expiry)
    return (*expiries, _backdated(step, case, past) if expiries else event)


def _backdated(step: AppliedStep, case: Case, past: Past) -> Event:
    rules, now = step.deadline_rules, step.context.now
    event = structs.replace(step, case=case).event(case.clocks)
    will_be = replay(rules, (*past.events, event), now)
    change = ChangedPast(kind=EventKind.STEP, step=step.transition.trigger, now=now, rules=rules)
    own = {(event.seq, ITSELF): ""}
    restated = effects_of_change(case, past.replayed, will_be, change, own=own, record_of=no_other_record)
    effects = replace(
        restated.effects,
        links=event.effects.links,
        warnings=event.effects.warnings,
        invalidates=event.effects.invalidates,
    )
    return replace(event, to_state=restated.to_state, effects=effects)


def no_other_record(seq: int, step: int) -> DigestedRecord:
    """Refuse to copy a record: what a step adds to the past can only replace what its own record says."""
    raise AssertionError(f"no record of event {seq}.{step} counts because of a step before it")

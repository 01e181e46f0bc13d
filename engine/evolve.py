"""Folding events into a case. It consults nothing but the case and the event."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from .case import Case, Event, EventKind
from .changing import changed
from .clocks import updated

SYSTEM = "system"
"""Who records what no person does: the passing of a deadline, an escalation."""

ASIDE = (EventKind.CORRECTED, EventKind.DISPOSED, EventKind.SUSPENDED, EventKind.RESUMED, EventKind.NEW_DATE)
"""What people do to a case beside its steps."""

BY_ITSELF = (EventKind.DEADLINE_PASSED, EventKind.ESCALATED, EventKind.SKIPPED, EventKind.RECALCULATED)
"""What happens to a case without anybody having looked at it: no reason for a conflict."""


def evolve(case: Case | None, event: Event) -> Case:
    """The case as it is after an event.

    Args:
        case: The case before it; None before the first.
        event: The next event of that case.
    """
    effects = event.effects
    if case is None:
        brought_in = event.kind is EventKind.BROUGHT_IN
        return Case(
            ref=event.ref,
            workflow=event.workflow,
            workflow_version=event.workflow_version,
            version=1,
            seq=event.seq,
            state=event.to_state,
            title=effects.title or "",
            parent=effects.parent,
            opened_on=date.fromisoformat(event.data["opened_on"]) if brought_in else event.occurred_on,
            closed_on=effects.closed_on,
            last_step_on=event.occurred_on,
            recorded_at=event.recorded_at,
            been_in=effects.been_in if brought_in else (event.to_state,),
            agencies=effects.agencies or (),
            links=effects.links,
            data=_known(event) if brought_in else {event.trigger: event.data},
            clocks=effects.clocks,
            head=event.hash,
        )
    clocks = updated(case.clocks, effects.clocks)
    if event.kind in ASIDE:
        # None of these is a step: the case's state and the day of its latest step stay.
        amended = {event.trigger: event.data["record"]} if effects.amends else {}
        return changed(
            case,
            version=case.version + 1,
            seq=event.seq,
            title=case.title if effects.title is None else effects.title,
            recorded_at=event.recorded_at,
            data={**case.data, **amended},
            clocks=clocks,
            suspensions=case.suspensions if effects.suspensions is None else effects.suspensions,
            head=event.hash,
        )
    if event.kind in BY_ITSELF:
        return changed(case, seq=event.seq, recorded_at=event.recorded_at, clocks=clocks, head=event.hash)
    moved = event.to_state != event.from_state
    return changed(
        case,
        version=case.version + 1,
        seq=event.seq,
        state=event.to_state,
        title=case.title if effects.title is None else effects.title,
        closed_on=effects.closed_on if moved else case.closed_on,
        last_step_on=event.occurred_on,
        recorded_at=event.recorded_at,
        been_in=case.been_in if event.to_state in case.been_in else (*case.been_in, event.to_state),
        agencies=case.agencies if effects.agencies is None else effects.agencies,
        links=case.links + effects.links,
        data=_data(case, event),
        clocks=clocks,
        head=event.hash,
    )


def _known(event: Event) -> Mapping[str, Mapping[str, Any]]:
    """What is known of each step that a case had taken before it was brought in, of each the latest that counts."""
    return {step["step"]: step["record"] for step in event.data["steps"] if not step.get("set_aside")}


def _data(case: Case, event: Event) -> Mapping[str, Mapping[str, Any]]:
    data = {**case.data, event.trigger: event.data}
    for step in event.effects.sets_aside:
        data.pop(step, None)
    return data


def fold(events: Iterable[Event]) -> Case | None:
    """The case that a history amounts to; None for no history at all."""
    case: Case | None = None
    for event in events:
        case = evolve(case, event)
    return case

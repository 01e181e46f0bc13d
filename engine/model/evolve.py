"""Fold events into a case, from nothing but the case and the event."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from msgspec.structs import replace

from ..forms.path_text import value_at_path
from .case import VOIDED, Case, Event, Restatement, taken_back
from .clock import Clocks, EventKind
from .effects import clocks_of, links_of, organisations_of, suspensions_of, title_of

AMENDING = (
    EventKind.CORRECTED,
    EventKind.DISPOSED,
    EventKind.SUSPENDED,
    EventKind.RESUMED,
    EventKind.NEW_DATE,
    EventKind.COMPLETED,
)
"""The kinds of events that people cause besides steps."""

AUTOMATIC = (EventKind.DEADLINE_EXPIRED, EventKind.ESCALATED, EventKind.SKIPPED, EventKind.RECALCULATED)
"""The kinds of events that no person causes, which are no reason for a conflict."""


def evolve(case: Case | None, event: Event) -> Case:
    """Return the case after an event.

    Args:
        case: The case before the event; None before the first.
        event: The next event of that case.
    """
    effects = event.effects
    if case is None:
        is_import = event.kind is EventKind.IMPORTED
        return Case(
            ref=event.ref,
            workflow=event.workflow,
            workflow_version=event.workflow_version,
            version=1,
            seq=event.seq,
            state=event.to_state,
            title=title_of(event, ""),
            parent=effects.parent,
            opened_on=date.fromisoformat(event.data["opened_on"]) if is_import else event.occurred_on,
            closed_on=effects.closed_on,
            last_step_on=event.occurred_on,
            recorded_at=event.recorded_at,
            been_in=effects.been_in if is_import else (event.to_state,),
            organisations=organisations_of(event, ()),
            links=links_of(event, ()),
            data=_imported_records(event) if is_import else {event.trigger: event.data},
            clocks=clocks_of(event, ()),
            head=event.hash,
        )
    clocks = merge_clocks(case.clocks, clocks_of(event, case.clocks))
    if effects.restatement is not None:
        return _restated(case, event, effects.restatement, clocks)
    if event.kind in AMENDING:
        # These are not steps, so the state and the day of the latest step stay.
        return replace(
            case,
            version=case.version + 1,
            seq=event.seq,
            recorded_at=event.recorded_at,
            clocks=clocks,
            suspensions=suspensions_of(event, case.suspensions),
            head=event.hash,
        )
    if event.kind in AUTOMATIC:
        return replace(case, seq=event.seq, recorded_at=event.recorded_at, clocks=clocks, head=event.hash)
    if event.kind is EventKind.TAKEN_BACK:
        return _after_taking_back(case, event)
    moved = event.to_state != event.from_state
    return replace(
        case,
        version=case.version + 1,
        seq=event.seq,
        state=event.to_state,
        title=title_of(event, case.title),
        closed_on=effects.closed_on if moved else case.closed_on,
        last_step_on=event.occurred_on,
        recorded_at=event.recorded_at,
        been_in=case.been_in if event.to_state in case.been_in else (*case.been_in, event.to_state),
        organisations=organisations_of(event, case.organisations),
        links=links_of(event, case.links),
        data=_data(case, event),
        clocks=clocks,
        suspensions=suspensions_of(event, case.suspensions) if effects.suspensions else case.suspensions,
        head=event.hash,
    )


def _restated(case: Case, event: Event, restated: Restatement, clocks: Clocks) -> Case:
    """Return the case after an event that changes its past."""
    records = {step: value_at_path(event.data, path) if path else event.data for step, path in restated.records.items()}
    kept = {step: record for step, record in case.data.items() if step not in restated.without_records}
    suspensions = tuple(one for one in case.suspensions if one.number in restated.kept_suspensions)
    return replace(
        case,
        version=case.version + 1,
        seq=event.seq,
        state=event.to_state,
        title=title_of(event, case.title),
        opened_on=restated.opened_on,
        closed_on=restated.closed_on,
        last_step_on=restated.last_step_on,
        recorded_at=event.recorded_at,
        been_in=restated.been_in,
        organisations=organisations_of(event, case.organisations),
        links=links_of(event, tuple(case.links[place] for place in restated.kept_links)),
        data={**kept, **records},
        clocks=clocks,
        suspensions=suspensions_of(event, suspensions),
        head=event.hash,
    )


def _imported_records(event: Event) -> Mapping[str, Mapping[str, Any]]:
    """Return the latest valid record of each step of an imported case."""
    return {step["step"]: step["record"] for step in event.data["steps"] if not step.get("invalidated")}


def _data(case: Case, event: Event) -> Mapping[str, Mapping[str, Any]]:
    data = {**case.data, event.trigger: event.data}
    for step in event.effects.invalidates:
        data.pop(step, None)
    return data


def _after_taking_back(case: Case, event: Event) -> Case:
    """Return the case after an entry was taken back, given the case that its other events amount to."""
    after = replace(case, version=case.version + 1, seq=event.seq, recorded_at=event.recorded_at, head=event.hash)
    if event.to_state != VOIDED:
        return after
    return replace(
        after, state=VOIDED, closed_on=event.occurred_on, organisations=(), links=(), clocks=(), suspensions=()
    )


def pass_over(case: Case | None, event: Event) -> Case:
    """Return the case after an event that was taken back later: it counts as recorded, and changes nothing else."""
    if case is None:
        # The case was voided since. Until then it was what its opening says.
        return evolve(case, event)
    version = case.version if event.kind in AUTOMATIC else case.version + 1
    return replace(case, version=version, seq=event.seq, recorded_at=event.recorded_at, head=event.hash)


def fold(events: Iterable[Event], without: frozenset[int] = frozenset()) -> Case | None:
    """Return the case that results from its history; None for an empty history.

    Args:
        events: All its events up to some point, oldest first.
        without: The numbers of events to leave out, besides those that were taken back.
    """
    history = tuple(events)
    gone = taken_back(history) | without
    case: Case | None = None
    for event in history:
        case = pass_over(case, event) if event.seq in gone else evolve(case, event)
    return case


def merge_clocks(clocks: Clocks, changes: Clocks) -> Clocks:
    """Return the clocks with the changed ones replaced and the new ones appended."""
    changed = {(clock.deadline, clock.number): clock for clock in changes}
    merged = tuple(changed.pop((clock.deadline, clock.number), clock) for clock in clocks)
    return merged + tuple(changed.values())


@dataclass(frozen=True, kw_only=True, slots=True)
class StepEntry:
    """An applied step, or an entry into a state.

    Attributes:
        on: The day.
        step: The step; `import` if the step is unknown.
        from_state: The state before; None for an opening.
        to_state: The state after.
    """

    on: date
    step: str
    from_state: str | None
    to_state: str


def step_entries(event: Event) -> Iterator[StepEntry]:
    """Yield the steps that an event records: one, or each known step of an import."""
    state = event.from_state
    if event.kind is EventKind.IMPORTED:
        for step in event.data["steps"]:
            yield StepEntry(
                on=date.fromisoformat(step["on"]), step=step["step"], from_state=step["from"], to_state=step["to"]
            )
            state = step["to"]
        if state == event.to_state:
            return
    yield StepEntry(on=event.occurred_on, step=event.trigger, from_state=state, to_state=event.to_state)

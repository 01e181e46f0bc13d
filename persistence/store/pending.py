"""Hold a case as loaded, and the rows that are still to be written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from ...engine import Overrides
from ...engine.model.case import Case, Event
from ..backends.errors import DamagedError, StaleCase
from .mapping import case_row, clock_row, event_row, organisation_rows


@dataclass(frozen=True, kw_only=True, slots=True)
class LoadedCase:
    """A case as loaded, with what deciding and saving the next step needs.

    Attributes:
        case: The case.
        latest_hash: The hash of its latest event; None if that event is missing.
        overrides: The unit's own days, terms and escalation levels.
    """

    case: Case
    latest_hash: str | None
    overrides: Overrides


@dataclass(frozen=True, kw_only=True, slots=True)
class PendingRows:
    """Rows that are still to be written.

    Attributes:
        cases: The rows of the cases, each with the number of its latest event as loaded (`expected_seq`).
        events: The rows of the events, with their JSON parts encoded.
        stored_values: The rows of the sensitive values.
        clocks: The rows of the clocks that changed.
        organisations: The rows of the cases' organisations, if they changed.
    """

    cases: list[dict[str, Any]]
    events: list[dict[str, Any]]
    stored_values: list[dict[str, Any]]
    clocks: list[dict[str, Any]]
    organisations: list[dict[str, Any]]


def pending_rows(events: Sequence[Event], case: Case, head: str) -> tuple[Case, PendingRows]:
    """Return the case with its head hash, and the rows of its events and of itself.

    Args:
        events: The events, in order.
        case: The case after these events.
        head: The hash of the event before them.
    """
    rows = []
    for event in events:
        rows.append(event_row(event, head))
        head = rows[-1]["hash"]
    case = replace(case, head=head)
    changed = {(clock.deadline, clock.number) for event in events for clock in event.effects.clocks}
    has_organisations = any(event.effects.organisations is not None for event in events)
    return case, PendingRows(
        cases=[{**case_row(case), "expected_seq": events[0].seq - 1}],
        events=rows,
        stored_values=[
            {"case_ref": event.ref, "seq": event.seq, "path": s.path, "salt": s.salt, "value": s.value}
            for event in events
            for s in event.stored_values
        ],
        clocks=[
            clock_row(case.ref, clock, position)
            for position, clock in enumerate(case.clocks)
            if (clock.deadline, clock.number) in changed
        ],
        organisations=organisation_rows(case) if has_organisations else [],
    )


def previous_hash(event: Event, loaded: LoadedCase | None) -> str:
    """Return the hash of the event before one.

    Args:
        event: An event that is not the first of its case.
        loaded: The case as loaded.

    Raises:
        StaleCase: if another writer has changed the case.
        DamagedError: if the case or the event is missing.
    """
    if loaded is None or loaded.latest_hash is None:
        raise DamagedError
    if loaded.case.seq != event.seq - 1:
        raise StaleCase
    return loaded.latest_hash

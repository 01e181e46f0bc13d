"""Read a case's events as their corrections say: what happened, and not what was first typed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, time
from typing import Any

from .case import Event, Precision, standing_events
from .clock import EventKind
from .people import DecidedBy

Corrected = Mapping[str, Any]
"""The corrected parts of an event, or of a known step of an import: `record`, `day` and `decided_by`."""

CORRECTED_PARTS = ("record", "day", "decided_by")

ITSELF = 0
"""Stands for an event itself, where the known steps of an import are numbered from 1."""


def latest_corrections(events: Iterable[Event]) -> Mapping[tuple[str, int, int], Corrected]:
    """Return the corrected parts of each event that was corrected, by its case, its number and the import's step."""
    found: dict[tuple[str, int, int], dict[str, Any]] = {}
    for event in events:
        if event.kind is EventKind.COMPLETED:
            _take_completion(found, event)
        if event.kind is EventKind.CORRECTED:
            parts = {name: event.data[name] for name in CORRECTED_PARTS if name in event.data}
            found.setdefault((event.ref, event.data["event"], event.data.get("step", ITSELF)), {}).update(parts)
    return found


def _take_completion(found: dict[tuple[str, int, int], dict[str, Any]], event: Event) -> None:
    """Replace what is known of an import by its completion, which holds the corrections before it."""
    seq = event.data["event"]
    for key in [key for key in found if key[:2] == (event.ref, seq) and key[2] != ITSELF]:
        del found[key]
    parts = found.setdefault((event.ref, seq, ITSELF), {})
    parts.pop("record", None)
    parts["completed"] = {name: value for name, value in event.data.items() if name != "event"}


def as_corrected(events: Iterable[Event]) -> tuple[Event, ...]:
    """Return the events that count, each as it was corrected; the corrections are still among them.

    Args:
        events: The events of one case, or of several.
    """
    history = standing_events(events)
    corrections = latest_corrections(history)
    if not corrections:
        return history
    corrected = {(ref, seq) for ref, seq, _ in corrections}
    return tuple(_corrected(event, corrections) if (event.ref, event.seq) in corrected else event for event in history)


def _corrected(event: Event, corrections: Mapping[tuple[str, int, int], Corrected]) -> Event:
    parts = corrections.get((event.ref, event.seq, ITSELF), {})
    completed: Mapping[str, Any] = parts.get("completed", event.data)
    data: Mapping[str, Any] = parts.get("record", completed)
    if event.kind is EventKind.IMPORTED:
        # What an import says of each step is corrected step by step, so that nothing has to be said twice.
        steps = [
            _corrected_step(step, corrections.get((event.ref, event.seq, number), {}))
            for number, step in enumerate(completed["steps"], start=1)
        ]
        state = data.get("state", event.to_state)
        if state != steps[-1]["to"] == event.to_state and not steps[-1]["record"]:
            # This step was only concluded from the state, which was another one.
            data = {"since": steps.pop()["on"], **data}
        data = {**data, "opened_on": steps[0]["on"], "steps": steps}
        event = replace(event, to_state=state)
    if "decided_by" in parts:
        event = replace(event, decided_by=DecidedBy(**parts["decided_by"]))
    if "day" in parts:
        day = date.fromisoformat(parts["day"])
        # Noon in London is noon or eleven in UTC, and both are on that day.
        noon = datetime.combine(day, time(12), UTC)
        event = replace(event, occurred_on=day, occurred_at=noon, precision=Precision.DAY)
        if event.kind in (EventKind.SUSPENDED, EventKind.RESUMED):
            data = {**data, "since" if event.kind is EventKind.SUSPENDED else "until": parts["day"]}
    return replace(event, data=data)


def _corrected_step(step: Mapping[str, Any], parts: Corrected) -> Mapping[str, Any]:
    return {**step, "record": parts.get("record", step["record"]), "on": parts.get("day", step["on"])}

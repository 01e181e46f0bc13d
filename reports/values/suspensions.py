"""Put into words the suspensions that a step ends."""

from __future__ import annotations

from ...engine.model.case import Event
from ...engine.model.clock import EventKind


def ended_suspensions_in_words(event: Event) -> tuple[str, ...]:
    """Return a sentence for each suspension that ended with a step, since its last deadline did."""
    if event.kind is not EventKind.STEP:
        return ()
    return tuple(f"Suspension {one.number} has ended: it held no other deadline." for one in event.effects.suspensions)

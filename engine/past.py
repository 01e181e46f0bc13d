"""What is known of a case from before it was brought in, for whoever shows it step by step."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from .case import Event, EventKind


@dataclass(frozen=True, kw_only=True, slots=True)
class Move:
    """That a step was taken, or that a case came into a state.

    Attributes:
        on: The day.
        step: The step; `bring_in` where nobody noted down which one it was.
        from_state: The state before; None for an opening.
        to_state: The state after.
    """

    on: date
    step: str
    from_state: str | None
    to_state: str


def moves_of(event: Event) -> Iterator[Move]:
    """What an event says that was done: itself, or for a case that was brought in, each step that is known."""
    state = event.from_state
    if event.kind is EventKind.BROUGHT_IN:
        for step in event.data["steps"]:
            yield Move(
                on=date.fromisoformat(step["on"]), step=step["step"], from_state=step["from"], to_state=step["to"]
            )
            state = step["to"]
        if state == event.to_state:
            return
    yield Move(on=event.occurred_on, step=event.trigger, from_state=state, to_state=event.to_state)

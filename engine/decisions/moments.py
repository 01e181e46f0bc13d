"""Read events as moments: the steps and changes of deadlines of a case, in the order in which they happened."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from ..definition.workflow import Transition, Workflow
from ..model.case import UNIT, Case, Event, Link, Precision
from ..model.clock import EventKind
from ..model.corrections import ITSELF
from ..model.occurrence import Occurrence
from .context import recorded_title

CLOCK_COMMANDS = (EventKind.SUSPENDED, EventKind.RESUMED, EventKind.NEW_DATE)
HAPPENED = (EventKind.OPENED, EventKind.IMPORTED, EventKind.STEP, *CLOCK_COMMANDS)
"""The kinds of events that say what happened. The others amend these, or follow from them."""


History = Callable[[], Sequence[Event]]
"""Read the events of a case, oldest first. Only a step that happened before others needs them."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Place:
    """The place of a value: in the record of an event, or of a known step of an import.

    Attributes:
        seq: The event's number.
        step: The number of the import's step, from 1; `ITSELF` for the event's own data.
        path: The path in the record; empty for the record itself.
    """

    seq: int
    step: int = ITSELF
    path: str = ""

    @property
    def record(self) -> tuple[int, int]:
        """Return the record that holds it: the event's number, and that of the import's step."""
        return self.seq, self.step

    def below(self, path: str) -> Place:
        """Return the place of a part of the record."""
        return Place(seq=self.seq, step=self.step, path=path)


@dataclass(frozen=True, kw_only=True, slots=True)
class Moment:
    """One thing that happened.

    Attributes:
        event: The event that says so, as it was corrected.
        place: The place of its record.
        transition: The step; None if it is no known step.
        on: The day; None if an import does not know it.
        record: The record.
        to_state: The state after it, as recorded.
        ends_import: Whether it is the last thing that an import knows.
    """

    event: Event
    place: Place
    transition: Transition | None
    on: date | None
    record: Mapping[str, Any]
    to_state: str
    ends_import: bool = False

    @property
    def number(self) -> str:
        """Return its number in the history: `event 3`, or `event 1.2` for the second step of an import."""
        return f"event {self.event.seq}" + ("" if self.place.step == ITSELF else f".{self.place.step}")

    def title(self, workflow: Workflow) -> str:
        """Return the step in words."""
        return recorded_title(workflow, self.event) if self.transition is None else self.transition.title

    @property
    def is_imported(self) -> bool:
        """Return whether an import knows it, which may not know the steps before it."""
        return self.event.kind is EventKind.IMPORTED

    @property
    def links(self) -> tuple[Link, ...]:
        """Return the links to the cases that the engine opened with it."""
        return self.event.effects.links

    @property
    def moves(self) -> bool:
        """Return whether its place among the other steps is fixed, because it may change the state."""
        if self.event.kind in CLOCK_COMMANDS:
            return False
        return self.transition is None or not keeps_state(self.transition)


def keeps_state(transition: Transition) -> bool:
    """Return whether a step never changes the state, so that it may have happened before those recorded earlier."""
    return transition.to is None or transition.sources == (transition.to,)


def is_late_entry(case: Case, transition: Transition, when: Occurrence) -> bool:
    """Return whether a step happened before others that are recorded, so that their history has to be read."""
    if case.ref == UNIT:
        return False  # its steps hold from when they are recorded
    if when.on == case.last_step_on:
        # On the day of the latest step the case may have been in another state before it, but what happens now has not.
        is_now = when.precision is Precision.INSTANT
        return keeps_state(transition) and case.state not in transition.sources and not is_now
    return when.on < case.last_step_on


def moments_of(workflow: Workflow, history: Iterable[Event]) -> tuple[Moment, ...]:
    """Return what happened, in the order in which it was recorded.

    Args:
        workflow: The workflow.
        history: The events, as they were corrected.
    """
    found: list[Moment] = []
    for event in history:
        if event.kind is EventKind.IMPORTED:
            found += _imported(workflow, event)
        elif event.kind in HAPPENED:
            found.append(
                Moment(
                    event=event,
                    place=Place(seq=event.seq),
                    transition=None if event.kind in CLOCK_COMMANDS else workflow.transition(event.trigger),
                    on=event.occurred_on,
                    record=event.data,
                    to_state=event.to_state,
                )
            )
    return tuple(found)


def _imported(workflow: Workflow, event: Event) -> list[Moment]:
    steps = [
        Moment(
            event=event,
            place=Place(seq=event.seq, step=number),
            transition=workflow.transition(step["step"]),
            on=date.fromisoformat(step["on"]),
            record=step["record"],
            to_state=step["to"],
        )
        for number, step in enumerate(event.data["steps"], start=1)
    ]
    froms = [step["from"] for step in event.data["steps"]]
    since = event.data.get("since")
    if since is not None or steps[-1].to_state != event.to_state:
        on = None if since is None else date.fromisoformat(since)
        entry = Moment(
            event=event, place=Place(seq=event.seq), transition=None, on=on, record={}, to_state=event.to_state
        )
        entered = (at for at in range(1, len(steps)) if froms[at] == event.to_state != steps[at - 1].to_state)
        steps.insert(next(entered, len(steps)), entry)
    return steps


def in_order(moments: Sequence[Moment]) -> Iterator[Moment]:
    """Yield the moments in the order of their days, and of their numbers on one day; the opening comes first."""
    first, *others = moments
    imported = [at for at, one in enumerate(moments) if one.event.kind is EventKind.IMPORTED]
    # A day that the import does not know is its last one.
    latest = max((moments[at].on or date.min for at in imported), default=date.min)
    ordered = [first, *sorted(others, key=lambda moment: moment.on or latest)]
    ends = max((at for at, one in enumerate(ordered) if one.event.kind is EventKind.IMPORTED), default=None)
    for at, moment in enumerate(ordered):
        yield replace(moment, ends_import=True) if at == ends else moment


def misplaced(moments: Sequence[Moment]) -> Iterator[tuple[Moment, Moment]]:
    """Yield each step that may change the state and is earlier than the one recorded before it: both of them."""
    before = moments[0]
    for moment in moments[1:]:
        if moment.moves and moment.on is not None:
            if before.on is not None and moment.on < before.on:
                yield before, moment
            before = moment

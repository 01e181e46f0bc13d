"""Find the names that an event holds, and point out those that may be several names."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from ..definition.workflow import Workflow
from ..forms.names import is_same_name, same_name_key
from ..forms.several_names import NameCount, count_names
from ..forms.typed_names import TypedName, typed_names
from ..model.case import Event
from ..model.clock import EventKind
from .context import Decision
from .permission import DecidedByForm
from .snapshot import SnapshotForm

IsKnown = Callable[[TypedName], bool]
"""Tells whether a name is known as one name."""


def names_in(workflow: Workflow, event: Event) -> Iterator[TypedName]:
    """Yield the names that a person typed into an event; of a correction, those of the whole corrected record."""
    decider = event.decided_by
    if decider is not None and not is_same_name(decider.name, event.recorded_by):
        yield from typed_names(DecidedByForm, {"name": decider.name})
    match event.kind:
        case EventKind.OPENED | EventKind.STEP:
            yield from _names_of_step(workflow, event.trigger, event.data)
        case EventKind.CORRECTED if "record" in event.data:
            yield from _names_of_step(workflow, event.trigger, event.data["record"])
        case EventKind.IMPORTED:
            yield from typed_names(SnapshotForm, event.data)
            for step in event.data["steps"]:
                yield from _names_of_step(workflow, step["step"], step["record"])


def _names_of_step(workflow: Workflow, trigger: str, record: object) -> Iterator[TypedName]:
    step = workflow.transition(trigger)
    assert step is not None  # the decision has found it
    return typed_names(step.form, record)


def with_name_warnings(workflow: Workflow, decision: Decision, is_known: IsKnown) -> Decision:
    """Return a decision that warns of each name in its last event which may be several names.

    Args:
        workflow: The workflow of the decision's case.
        decision: The decision.
        is_known: Tells whether a name is known as one name; it is asked only of those that may be several.
    """
    event = decision.events[-1]
    doubtful = {
        (one.kind, same_name_key(one.name)): one
        for one in names_in(workflow, event)
        if count_names(one.name, one.kind) is NameCount.PERHAPS_SEVERAL
    }
    warnings = tuple(_several_warning(one) for one in doubtful.values() if not is_known(one))
    if not warnings:
        return decision
    effects = replace(event.effects, warnings=(*event.effects.warnings, *warnings))
    return replace(decision, events=(*decision.events[:-1], replace(event, effects=effects)))


def _several_warning(one: TypedName) -> str:
    return f'{one.title}: "{one.name}" may be several names. If so, record each of them by itself.'

"""Decide to complete an imported case: a later register fills what the import left empty.

The event holds all that is known of the case's past from then on, as the import did, and what the case is follows from
a replay with it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from ..deadlines.reconciling import ChangedPast
from ..definition.registry import step_of
from ..definition.workflow import Transition, Workflow
from ..errors.bad_input import BadValue
from ..errors.base import one_of
from ..forms.digests import StoredValue, with_stored_values
from ..forms.fields import fields_of
from ..forms.parsing import parse, parse_partial
from ..forms.path_text import field_values
from ..model.case import IMPORT, Case, Event
from ..model.clock import EventKind
from ..model.commands import ImportSnapshot, SnapshotStep
from ..model.corrections import ITSELF, as_corrected
from ..model.imports import CompleteImport
from ..model.people import DecidedBy
from .amendment import amending_event, amendment
from .context import ACTION_TITLES, Decision, DecisionContext, refusal
from .historical import replayed_import
from .permission import record_keeper_blocks
from .record_copies import RecordCopies
from .replay import replay
from .restating import effects_of_change
from .snapshot import WORDS, SnapshotForm

COMPLETE = "complete-import"
Record = Mapping[str, Any]


def decide_completion(
    workflow: Workflow,
    case: Case,
    command: CompleteImport,
    context: DecisionContext,
    *,
    history: Sequence[Event],
    stored_values: Mapping[str, StoredValue],
) -> Decision:
    """Decide to complete an imported case.

    Args:
        workflow: The workflow, of the version that the case was opened with.
        case: The case.
        command: The command.
        context: The present, the calendar, the source of salts.
        history: The case's events, oldest first.
        stored_values: The case's sensitive values, to copy its records.

    Raises:
        BadInput: if the case was not imported, if the input cannot be understood or says nothing new, or if another
            value is on record.
        Refused: if the actor may not record for others, or later steps would be impossible.
    """
    if reasons := record_keeper_blocks(workflow, command.actor, None):
        raise refusal(workflow, case, COMPLETE, ACTION_TITLES[EventKind.COMPLETED], *reasons)
    source = parse(SnapshotForm, {"source": command.source}, subject="the import").source
    known = as_corrected(history)[0]
    if known.kind is not EventKind.IMPORTED:
        raise BadValue(name="the case", expected="a case that was imported", found=f"{case.ref}, which was opened here")
    before = _as_snapshot(known, command, stored_values)
    after = _Filling(workflow=workflow).filled(before, command)
    if after == before:
        raise BadValue(name="the import", expected="a value that the record does not have", found="nothing new")
    past = replayed_import(workflow, after, context)
    words = {name: known.data[name] for name in WORDS if known.data.get(name)}
    data: dict[str, Any] = {
        "event": known.seq, "opened_on": known.data["opened_on"], "state": known.to_state, "steps": past.steps, **words,
    }  # fmt: skip
    if past.since is not None:
        data["since"] = past.since.isoformat()
    event = amending_event(
        workflow, case, command, context, kind=EventKind.COMPLETED, trigger=IMPORT, data=data,
        typed=(*past.typed, *(path for path, _ in field_values(WORDS, words))), stored_values=past.stored_values,
    )  # fmt: skip
    assert event.decided_by is not None
    event = replace(
        event, decided_by=DecidedBy(name=event.decided_by.name, capacity=event.decided_by.capacity, evidence=source)
    )
    return amendment(
        workflow,
        case,
        _with_effects(workflow, case, event, context, history=history, stored_values=stored_values),
        context,
    )


def _with_effects(
    workflow: Workflow,
    case: Case,
    event: Event,
    context: DecisionContext,
    *,
    history: Sequence[Event],
    stored_values: Mapping[str, StoredValue],
) -> Event:
    """Return the event of a completion with everything that follows from it."""
    rules, now = context.rules(workflow), event.recorded_at
    was, will_be = replay(rules, history, now), replay(rules, (*history, event), now)
    if new := [one for one in will_be.problems if not any(one.is_like(other) for other in was.problems)]:
        titles = one_of(tuple(f'"{one.moment.title(workflow)}"' for one in new))
        expected = "days that leave the later steps possible"
        raise BadValue(name="the days", expected=expected, found=f"days after which {titles} could not have happened")
    own = {(event.data["event"], number): f"steps[{number - 1}].record" for number in _numbers(event)}
    own[event.data["event"], ITSELF] = ""
    copies = RecordCopies(
        workflow=workflow, events=as_corrected(history), stored_values=stored_values, salt=context.salt
    )
    change = ChangedPast(kind=event.kind, step=IMPORT, now=now, rules=rules)
    restated = effects_of_change(case, was, will_be, change, own=own, record_of=copies.copy)
    return replace(
        event,
        to_state=restated.to_state,
        effects=restated.effects,
        data={**event.data, **restated.data},
        typed=(*event.typed, *restated.typed),
        stored_values=(*event.stored_values, *restated.stored_values),
    )


def _numbers(event: Event) -> Iterable[int]:
    return range(1, len(event.data["steps"]) + 1)


def _as_snapshot(event: Event, command: CompleteImport, stored_values: Mapping[str, StoredValue]) -> ImportSnapshot:
    """Return what is known of an imported case, as the import of it would say."""
    opening, *steps = (
        SnapshotStep(
            trigger=step["step"],
            on=date.fromisoformat(step["on"]),
            data=with_stored_values(step["record"], stored_values),
        )
        for step in event.data["steps"]
    )
    since = event.data.get("since")
    return ImportSnapshot(
        workflow=event.workflow,
        actor=command.actor,
        state=event.to_state,
        opened_on=opening.on,
        source=command.source,
        data=opening.data,
        steps=tuple(steps),
        since=None if since is None else date.fromisoformat(since),
    )


class _Filling:
    """Fills what is empty, and refuses what contradicts the record."""

    def __init__(self, *, workflow: Workflow) -> None:
        self.workflow = workflow

    def filled(self, known: ImportSnapshot, command: CompleteImport) -> ImportSnapshot:
        """Return what is known of a case with what a command adds."""
        steps = list(known.steps)
        for given in command.steps:
            step = step_of(self.workflow, given.trigger)
            data = parse_partial(step.form, given.data, subject=step.trigger, title=step.title)
            same = [index for index, one in enumerate(steps) if one.trigger == given.trigger]
            on_day = [index for index in same if steps[index].on == given.on]
            if same and not on_day:
                day = steps[same[-1]].on.isoformat()
                raise BadValue(
                    name=f'the day of "{step.title}"', expected=f"{day}, which is on record", found=str(given.on)
                )
            if on_day:
                there = steps[on_day[-1]]
                steps[on_day[-1]] = replace(there, data=self._with(step, there.data, data))
            else:
                steps.append(SnapshotStep(trigger=given.trigger, on=given.on, data=data))
        opening = self.workflow.opening
        data = parse_partial(opening.form, command.data, subject=opening.trigger, title=opening.title)
        if command.since is not None and known.since not in (None, command.since):
            raise BadValue(name="since", expected=f"{known.since}, which is on record", found=str(command.since))
        return replace(
            known,
            data=self._with(opening, known.data, data),
            steps=tuple(sorted(steps, key=lambda step: step.on)),
            since=known.since or command.since,
        )

    def _with(self, step: Transition, known: Record, added: Record) -> Record:
        for name, value in added.items():
            if not _is_empty(known.get(name)) and known[name] != value:
                title = next(field.title for field in fields_of(step.form) if field.name == name)
                raise BadValue(name=title, expected="the value that is on record, or none", found="another one")
        return {**known, **{name: value for name, value in added.items() if _is_empty(known.get(name))}}


def _is_empty(value: object) -> bool:
    return value is None or value in ("", [], {})

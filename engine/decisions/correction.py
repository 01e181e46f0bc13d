"""Decide corrections of events and disposals of sensitive values, each an event of its own.

Nothing is edited. A correction says what was wrong and what is right; the event that it corrects stays as it is. A
disposal deletes sensitive values permanently, and says so.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import reduce
from operator import getitem
from typing import Annotated, Any

from msgspec import Meta

from ..deadlines.expiry import late_completion_notices
from ..deadlines.lifecycle import clocks_after_correction
from ..deadlines.schedule import changed_clocks
from ..deadlines.triggers import StepFacts
from ..definition.workflow import Transition, Workflow
from ..errors.bad_input import BadValue, InvalidForm
from ..forms.digests import DIGEST, Salt, StoredValue, digest_of, digested, digests_in, path_text, with_stored_values
from ..forms.fields import SENSITIVE, Form, Text, value_at
from ..forms.parsing import parse
from ..model.case import Case, Effects, Event
from ..model.clock import Clock, EventKind, Revision
from ..model.commands import Correct, Dispose
from ..model.evolve import evolve
from ..model.people import DecidedBy
from .context import ACTION_TITLES, Decision, DecisionContext, refusal
from .permission import checked_decided_by, record_keeper_blocks, record_keeping_role

CORRECT, DISPOSE = "correct", "dispose"
STEPS = (EventKind.OPENED, EventKind.STEP)
Path = tuple[str | int, ...]


class CorrectionForm(Form, frozen=True, kw_only=True):
    """A correction: what was wrong, and the reasons."""

    wrong: Annotated[Text, Meta(title="What was wrong"), SENSITIVE]
    reasons: Annotated[Text, Meta(title="Why it is corrected")]


class DisposalForm(Form, frozen=True, kw_only=True):
    """The reasons for disposing of sensitive values."""

    reasons: Annotated[Text, Meta(title="On what ground")]


def decide_correction(
    workflow: Workflow,
    case: Case,
    command: Correct,
    context: DecisionContext,
    *,
    history: Sequence[Event],
    stored_values: Mapping[str, StoredValue],
) -> Decision:
    """Decide to correct an event.

    Args:
        workflow: The workflow, of the version that the case was opened with.
        case: The case.
        command: The command.
        context: The present, the calendar, the source of salts.
        history: The case's events, oldest first.
        stored_values: The case's sensitive values, to complete the parts of the record that do not change.

    Raises:
        BadInput: if there is no such step, or the input cannot be understood.
        Refused: if the actor may not record for others.
    """
    step = next((event for event in history if event.seq == command.seq), None)
    if step is None or step.kind not in (*STEPS, EventKind.IMPORTED):
        expected = "the number of a step in the case's history"
        raise BadValue(name="the event", expected=expected, found=str(command.seq))
    if command.data and step.kind is EventKind.IMPORTED:
        expected = "none: an imported record is corrected in words, or by further steps"
        raise BadValue(name="the fields", expected=expected, found=", ".join(sorted(command.data)))
    fields = {"wrong": command.wrong, "reasons": command.reasons}
    form, stored = digested(parse(CorrectionForm, fields, subject="the correction"), context.salt)
    data: dict[str, Any] = {**form, "event": step.seq}
    effects = Effects()
    if command.data:
        transition = workflow.transition(step.trigger)
        assert transition is not None
        present = _present_record(step, history)
        record, fresh = _corrected_record(transition, present, command.data, stored_values, context.salt)
        data["record"] = record
        stored += tuple(replace(one, path=f"record.{one.path}") for one in fresh)
        later = tuple(event for event in history[step.seq :] if event.kind in STEPS)
        if not any(event.trigger == step.trigger for event in later):
            title = value_at(record, transition.title_field) if transition.title_field else None
            # A title that a later step has set stays.
            renamed = any(event.effects.title is not None for event in later)
            # A record that was invalidated since stays so, corrected or not.
            effects = Effects(title=None if renamed else title, replaces_record=step.trigger in case.data)
        effects = replace(
            effects,
            clocks=_recomputed_clocks(workflow, case, command, context, step=step, was=present, record=record),
        )
    return _amendment(
        workflow, case, command, context, kind=EventKind.CORRECTED, trigger=step.trigger, data=data,
        effects=effects, stored_values=stored,
    )  # fmt: skip


def decide_disposal(
    workflow: Workflow, case: Case, command: Dispose, context: DecisionContext, *, present: Mapping[str, int]
) -> Decision:
    """Decide to dispose of sensitive values.

    Args:
        workflow: The workflow, of the version that the case was opened with.
        case: The case.
        command: The command.
        context: The present, the calendar, the source of salts.
        present: The stored values: their digests, each with its event's number.

    Raises:
        BadInput: if there is nothing to dispose of, or the input cannot be understood.
        Refused: if the actor may not record for others.
    """
    reasons = parse(DisposalForm, {"reasons": command.reasons}, subject="the disposal").reasons
    chosen = sorted(digest for digest, seq in present.items() if command.seq in (None, seq))
    if not chosen:
        where = "the case" if command.seq is None else f"event {command.seq}"
        raise BadValue(name="disposal", expected=f"{where} to hold sensitive values", found="none")
    data = {"reasons": reasons, "digests": chosen}
    return _amendment(workflow, case, command, context, kind=EventKind.DISPOSED, trigger=DISPOSE, data=data)


def _recomputed_clocks(
    workflow: Workflow,
    case: Case,
    command: Correct,
    context: DecisionContext,
    *,
    step: Event,
    was: Mapping[str, Any],
    record: Mapping[str, Any],
) -> tuple[Clock, ...]:
    """Return the clocks that start on another day after the correction."""
    now = max(context.now, case.recorded_at)
    former = StepFacts(
        trigger=step.trigger,
        day=step.occurred_on,
        record=was,
        from_state=step.from_state,
        to_state=step.to_state,
        recorded_at=now,
        suspensions=case.suspensions,
    )
    day = context.calendar.day_of(now)
    revision = Revision(
        previous_due=day,
        due=day,
        cause=EventKind.CORRECTED,
        reasons=command.reasons,
        agreed_by=None,
        capacity=None,
        recorded_at=now,
    )
    present = replace(former, record=record)
    return changed_clocks(
        case.clocks, clocks_after_correction(context.rules(workflow), case.clocks, former, present, revision)
    )


def _present_record(corrected: Event, history: Sequence[Event]) -> Mapping[str, Any]:
    """Return a step's record with its earlier corrections: a second correction builds on the first."""
    records = (
        event.data["record"]
        for event in reversed(history)
        if event.kind is EventKind.CORRECTED and event.data["event"] == corrected.seq and "record" in event.data
    )
    latest: Mapping[str, Any] = next(records, corrected.data)
    return latest


def _corrected_record(
    transition: Transition,
    present: Mapping[str, Any],
    changes: Mapping[str, Any],
    stored_values: Mapping[str, StoredValue],
    salt: Salt,
) -> tuple[dict[str, Any], tuple[StoredValue, ...]]:
    """Return the corrected record with fresh digests; what was disposed of keeps its old digest."""
    disposed = [
        (path, digest) for path, digest in _disposed_values(present, stored_values) if not _changes_path(path, changes)
    ]
    whole = _merged(with_stored_values(present, stored_values), changes)
    try:
        filled = parse(transition.form, whole, subject=transition.trigger, title=transition.title)
    except InvalidForm as error:
        # The placeholder of a value that was disposed of may not be of the value's type, such as a day.
        faulty = {fault.path for fault in error.faults}
        for path, _ in disposed:
            if path_text(path) in faulty:
                _container(whole, path).pop(path[-1])
        filled = parse(transition.form, whole, subject=transition.trigger, title=transition.title)
    record, fresh = digested(filled, salt)
    for path, digest in disposed:
        _container(record, path)[path[-1]] = digest
    digests = set(digests_in(record))
    return record, tuple(value for value in fresh if digest_of(value) in digests)


def _merged(present: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    """Return a record with changes: parts of an object change one by one, lists as a whole."""
    merged = dict(present)
    for name, change in changes.items():
        former = merged.get(name)
        both = isinstance(former, Mapping) and isinstance(change, Mapping)
        merged[name] = _merged(former, change) if both else change  # type: ignore[arg-type]
    return merged


def _changes_path(path: Path, changes: Any) -> bool:
    """Return whether the changes contain a value for a path."""
    for part in path:
        if not isinstance(changes, Mapping):
            return True
        if part not in changes:
            return False
        changes = changes[part]
    return True


def _disposed_values(
    value: Any, stored_values: Mapping[str, StoredValue], path: Path = ()
) -> Iterator[tuple[Path, Mapping[str, Any]]]:
    """Yield the path and the digest of each value of a record that was disposed of."""
    if isinstance(value, Mapping) and value.keys() == {DIGEST}:
        if value[DIGEST] not in stored_values:
            yield path, value
    elif isinstance(value, Mapping | list):
        for name, item in value.items() if isinstance(value, Mapping) else enumerate(value):
            yield from _disposed_values(item, stored_values, (*path, name))


def _container(record: dict[str, Any], path: Path) -> Any:
    return reduce(getitem, path[:-1], record)  # type: ignore[arg-type]


def _decided_by(workflow: Workflow, command: Correct | Dispose) -> DecidedBy:
    if command.decided_by is not None:
        return checked_decided_by(workflow, command.decided_by)
    return DecidedBy(name=command.actor.name, capacity=record_keeping_role(workflow, command.actor))


def _amendment(
    workflow: Workflow,
    case: Case,
    command: Correct | Dispose,
    context: DecisionContext,
    *,
    kind: EventKind,
    trigger: str,
    data: Mapping[str, Any],
    effects: Effects = Effects(),  # noqa: B008 (frozen)
    stored_values: tuple[StoredValue, ...] = (),
) -> Decision:
    if reasons := record_keeper_blocks(workflow, command.actor, command.decided_by):
        if isinstance(command, Correct):
            raise refusal(workflow, case, CORRECT, ACTION_TITLES[EventKind.CORRECTED], *reasons)
        raise refusal(workflow, case, DISPOSE, ACTION_TITLES[EventKind.DISPOSED], *reasons)
    now = max(context.now, case.recorded_at)
    event = Event(
        ref=case.ref,
        seq=case.seq + 1,
        kind=kind,
        trigger=trigger,
        from_state=case.state,
        to_state=case.state,
        recorded_by=command.actor.name,
        decided_by=_decided_by(workflow, command),
        occurred_at=now,
        occurred_on=context.calendar.day_of(now),
        recorded_at=now,
        workflow=workflow.name,
        workflow_version=workflow.version,
        data=data,
        effects=effects,
        stored_values=stored_values,
    )
    notices = late_completion_notices(context.rules(workflow), case, event)
    return Decision(events=(event,), case=evolve(case, event), notices=notices)

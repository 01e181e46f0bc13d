"""Correcting and disposing: what is done to the record itself, each an event of its own.

Nothing is edited. A correction says what was wrong and what is right; the event that it corrects
stays as it is. A disposal removes sensitive values for good, and says so.
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
from ..errors.refusals import Refused
from ..forms.digests import DIGEST, Salt, StoredValue, digest_of, digested, digests_in, path_text, with_stored_values
from ..forms.fields import SENSITIVE, Form, Text, value_at
from ..forms.parsing import parse
from ..model.case import Case, Effects, Event
from ..model.clock import Clock, EventKind, Revision
from ..model.commands import Correct, Dispose
from ..model.evolve import evolve
from ..model.people import DecidedBy
from .context import Decision, DecisionContext
from .permission import checked_decided_by, record_keeper_blocks

CORRECT, DISPOSE = "correct", "dispose"
STEPS = (EventKind.OPENED, EventKind.STEP)
Path = tuple[str | int, ...]


class CorrectionForm(Form, frozen=True, kw_only=True):
    """What was wrong, and why it is corrected."""

    wrong: Annotated[Text, Meta(title="What was wrong"), SENSITIVE]
    reasons: Annotated[Text, Meta(title="Why it is corrected")]


class DisposalForm(Form, frozen=True, kw_only=True):
    """On what ground sensitive values are disposed of."""

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
    """The decision to correct an event.

    Args:
        workflow: The workflow, of the version that the case was opened with.
        case: The case as it stands.
        command: What is asked.
        context: The present, the calendar, the source of salts.
        history: The case's events, oldest first.
        stored_values: The case's sensitive values, to fill in what of the record stays.

    Raises:
        BadInput: where there is no such step, or what was given cannot be understood.
        Refused: where the actor may not record for others.
    """
    step = next((event for event in history if event.seq == command.seq), None)
    if step is None or step.kind not in (*STEPS, EventKind.IMPORTED):
        expected = "the number of a step in the case's history (casereview history)"
        raise BadValue(name="the event", expected=expected, found=str(command.seq))
    if command.data and step.kind is EventKind.IMPORTED:
        expected = "none: what was brought in is put right in words, and by the steps of the case"
        raise BadValue(name="the fields", expected=expected, found=", ".join(sorted(command.data)))
    given = {"wrong": command.wrong, "reasons": command.reasons}
    said, secret = digested(parse(CorrectionForm, given, subject="the correction"), context.salt)
    data: dict[str, Any] = {**said, "event": step.seq}
    effects = Effects()
    if command.data:
        transition = workflow.transition(step.trigger)
        assert transition is not None
        present = _present_record(step, history)
        record, fresh = _corrected_record(transition, present, command.data, stored_values, context.salt)
        data["record"] = record
        secret += tuple(replace(one, path=f"record.{one.path}") for one in fresh)
        later = tuple(event for event in history[step.seq :] if event.kind in STEPS)
        if not any(event.trigger == step.trigger for event in later):
            title = value_at(record, transition.title_field) if transition.title_field else None
            # What a later step has called the case since is not undone.
            renamed = any(event.effects.title is not None for event in later)
            # What was set aside since counts no longer, corrected or not.
            effects = Effects(title=None if renamed else title, replaces_record=step.trigger in case.data)
        effects = replace(
            effects,
            clocks=_recomputed_clocks(workflow, case, command, context, step=step, was=present, record=record),
        )
    return _amendment(
        workflow, case, command, context, kind=EventKind.CORRECTED, trigger=step.trigger, data=data,
        effects=effects, stored_values=secret,
    )  # fmt: skip


def decide_disposal(
    workflow: Workflow, case: Case, command: Dispose, context: DecisionContext, *, present: Mapping[str, int]
) -> Decision:
    """The decision to dispose of sensitive values.

    Args:
        workflow: The workflow, of the version that the case was opened with.
        case: The case as it stands.
        command: What is asked.
        context: The present, the calendar, the source of salts.
        present: The values that are there: their digests, each with its event's number.

    Raises:
        BadInput: where there is nothing to dispose of, or what was given cannot be understood.
        Refused: where the actor may not record for others.
    """
    reasons = parse(DisposalForm, {"reasons": command.reasons}, subject="the disposal").reasons
    chosen = sorted(found for found, seq in present.items() if command.seq in (None, seq))
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
    """The clocks that a corrected day starts elsewhere than it did."""
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
    """What holds of a step by now: a second correction builds on the first."""
    records = (
        event.data["record"]
        for event in reversed(history)
        if event.kind is EventKind.CORRECTED and event.data["event"] == corrected.seq and "record" in event.data
    )
    found: Mapping[str, Any] = next(records, corrected.data)
    return found


def _corrected_record(
    transition: Transition,
    present: Mapping[str, Any],
    changes: Mapping[str, Any],
    stored_values: Mapping[str, StoredValue],
    salt: Salt,
) -> tuple[dict[str, Any], tuple[StoredValue, ...]]:
    """What is right now, sealed afresh; what was disposed of stays so, and its digest with it."""
    gone = [
        (way, stands) for way, stands in _disposed_values(present, stored_values) if not _changes_path(way, changes)
    ]
    whole = _merged(with_stored_values(present, stored_values), changes)
    try:
        filled = parse(transition.form, whole, subject=transition.trigger)
    except InvalidForm as error:
        # The words that stand for a value that is gone may be no value of its kind: a day, say.
        faulty = {fault.path for fault in error.faults}
        for way, _ in gone:
            if path_text(way) in faulty:
                _container(whole, way).pop(way[-1])
        filled = parse(transition.form, whole, subject=transition.trigger)
    record, fresh = digested(filled, salt)
    for way, stands in gone:
        _container(record, way)[way[-1]] = stands
    kept = set(digests_in(record))
    return record, tuple(secret for secret in fresh if digest_of(secret) in kept)


def _merged(present: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    """What is there with the changes in it: parts of an object are changed one by one, lists as a whole."""
    merged = dict(present)
    for name, change in changes.items():
        former = merged.get(name)
        both = isinstance(former, Mapping) and isinstance(change, Mapping)
        merged[name] = _merged(former, change) if both else change  # type: ignore[arg-type]
    return merged


def _changes_path(way: Path, changes: Any) -> bool:
    """Whether the changes say something of what stands at the end of a way."""
    for part in way:
        if not isinstance(changes, Mapping):
            return True
        if part not in changes:
            return False
        changes = changes[part]
    return True


def _disposed_values(
    value: Any, stored_values: Mapping[str, StoredValue], way: Path = ()
) -> Iterator[tuple[Path, Mapping[str, Any]]]:
    """Where in a record something stood that was disposed of, and the digest that stands there."""
    if isinstance(value, Mapping) and value.keys() == {DIGEST}:
        if value[DIGEST] not in stored_values:
            yield way, value
    elif isinstance(value, Mapping | list):
        for name, item in value.items() if isinstance(value, Mapping) else enumerate(value):
            yield from _disposed_values(item, stored_values, (*way, name))


def _container(record: dict[str, Any], way: Path) -> Any:
    return reduce(getitem, way[:-1], record)  # type: ignore[arg-type]


def _decided_by(workflow: Workflow, command: Correct | Dispose) -> DecidedBy:
    if command.decided_by is not None:
        return checked_decided_by(workflow, command.decided_by)
    capacity = next(
        role.name for role in workflow.roles if role.records_for_others and role.name in command.actor.roles
    )
    return DecidedBy(name=command.actor.name, capacity=capacity)


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
        step = CORRECT if isinstance(command, Correct) else DISPOSE
        raise Refused(ref=case.ref, state=case.state, step=step, reasons=reasons, alternatives=())
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

"""Decide corrections of events and disposals of sensitive values, each an event of its own.

Nothing is edited. A correction says what was wrong and what is right; the event that it corrects stays as it is. A
disposal deletes sensitive values permanently, and says so.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Annotated, Any

from msgspec import Meta

from ..deadlines.expiry import notices_for
from ..deadlines.lifecycle import clocks_after_correction
from ..deadlines.schedule import changed_clocks
from ..deadlines.triggers import StepFacts
from ..definition.recorded_fields import nothing_to_dispose
from ..definition.workflow import Transition, Workflow
from ..errors.bad_input import BadValue, InvalidForm
from ..forms.digests import (
    DigestedRecord,
    Salt,
    StoredValue,
    StoredWord,
    digest_of,
    digested,
    digests_in,
    with_stored_values,
)
from ..forms.fields import SENSITIVE, Form, Text, json_values
from ..forms.merging import changes_path, container, disposed_values, merged
from ..forms.parsing import parse
from ..forms.path_text import path_text
from ..model.case import Case, Effects, Event, Precision
from ..model.clock import Clock, EventKind, Revision
from ..model.commands import Correct, Dispose
from ..model.effects import without_words
from ..model.evolve import evolve
from ..model.people import DecidedBy
from .context import ACTION_TITLES, Decision, DecisionContext, refusal
from .opening import title_path
from .permission import checked_decided_by, record_keeper_blocks, record_keeping_role

CORRECT, DISPOSE = "correct", "dispose"
STEPS = (EventKind.OPENED, EventKind.STEP)


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
    form = digested(parse(CorrectionForm, fields, subject="the correction"), context.salt)
    data: dict[str, Any] = {**form.data, "event": step.seq}
    typed, stored = form.typed, form.stored_values
    effects = Effects()
    if command.data:
        transition = workflow.transition(step.trigger)
        assert transition is not None
        present = _present_record(step, history)
        record = _corrected_record(transition, present, command.data, stored_values, context.salt).under("record")
        data["record"] = record.data
        typed += record.typed
        stored += record.stored_values
        later = tuple(event for event in history[step.seq :] if event.kind in STEPS)
        if not any(event.trigger == step.trigger for event in later):
            title_at = title_path(transition, record.data)
            # A title that a later step has set stays.
            if any(event.effects.title_at is not None for event in later):
                title_at = None
            # A record that was invalidated since stays so, corrected or not.
            effects = Effects(
                title_at=None if title_at is None else f"record.{title_at}",
                replaces_record=step.trigger in case.data,
            )
        effects = replace(
            effects,
            clocks=without_words(
                _recomputed_clocks(workflow, case, command, context, step=step, was=present, record=record.data)
            ),
        )
    return _amendment(
        workflow, case, command, context, kind=EventKind.CORRECTED, trigger=step.trigger, data=data,
        effects=effects, typed=typed, stored_values=stored,
    )  # fmt: skip


def decide_disposal(
    workflow: Workflow,
    case: Case,
    command: Dispose,
    context: DecisionContext,
    *,
    present: Sequence[StoredWord],
    history: Sequence[Event],
) -> Decision:
    """Decide to dispose of stored values: of the sensitive ones, or of all in the field that the command names.

    The warnings of an event may repeat its words, and a correction repeats the record of its event, so these are
    disposed of, too.

    Args:
        workflow: The workflow, of the version that the case was opened with.
        case: The case.
        command: The command.
        context: The present, the calendar, the source of salts.
        present: The stored values.
        history: The case's events.

    Raises:
        BadInput: if there is nothing to dispose of, or the input cannot be understood.
        Refused: if the actor may not record for others.
    """
    reasons = parse(DisposalForm, {"reasons": command.reasons}, subject="the disposal").reasons
    corrected = {event.seq: event.data["event"] for event in history if event.kind is EventKind.CORRECTED}
    there = [
        word
        for word in present
        if command.seq in (None, word.seq) or (word.is_in("record") and corrected.get(word.seq) == command.seq)
    ]
    chosen = {word.digest: word.seq for word in there if _is_chosen(word, command.field)}
    if not chosen:
        raise nothing_to_dispose(workflow, command, there)
    warnings = [word.digest for word in there if word.part == "effects" and word.seq in chosen.values()]
    where = {name: value for name, value in (("event", command.seq), ("field", command.field)) if value is not None}
    data = {"reasons": reasons, "digests": sorted({*chosen, *warnings}), **where}
    return _amendment(workflow, case, command, context, kind=EventKind.DISPOSED, trigger=DISPOSE, data=data)


def _is_chosen(word: StoredWord, field: str | None) -> bool:
    return word.sensitive if field is None else word.is_in(field)


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
) -> DigestedRecord:
    """Return the corrected record with fresh digests; what was disposed of keeps its old digest."""
    disposed = [
        (path, digest) for path, digest in disposed_values(present, stored_values) if not changes_path(path, changes)
    ]
    shown = with_stored_values(present, stored_values)
    whole = merged(shown, changes)
    try:
        filled = parse(transition.form, whole, subject=transition.trigger, title=transition.title)
    except InvalidForm as error:
        # The placeholder of a value that was disposed of may not be of the value's type, such as a day.
        faulty = {fault.path for fault in error.faults}
        for path, _ in disposed:
            if path_text(path) in faulty:
                container(whole, path).pop(path[-1])
        filled = parse(transition.form, whole, subject=transition.trigger, title=transition.title)
    if json_values(filled) == shown:
        raise BadValue(name="the fields", expected="a value that differs from the record", found="the same")
    record = digested(filled, salt)
    for path, digest in disposed:
        container(record.data, path)[path[-1]] = digest
    digests = set(digests_in(record.data))
    return replace(record, stored_values=tuple(value for value in record.stored_values if digest_of(value) in digests))


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
    typed: tuple[str, ...] = ("reasons",),
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
        recorder=command.actor.recorder,
        decided_by=_decided_by(workflow, command),
        command_id=context.command_id,
        occurred_at=now,
        occurred_on=context.calendar.day_of(now),
        precision=Precision.INSTANT,
        recorded_at=now,
        workflow=workflow.name,
        workflow_version=workflow.version,
        data=data,
        effects=effects,
        typed=typed,
        stored_values=stored_values,
    )
    notices = notices_for(context.rules(workflow), case, event)
    return Decision(events=(event,), case=evolve(case, event), notices=notices)

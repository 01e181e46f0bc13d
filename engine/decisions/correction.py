"""Decide corrections, each an event of its own.

Nothing is edited. A correction says what was wrong and what is right, and the event that it corrects stays as it is.
What the case is follows from a replay of its events with the correction, and so do its deadlines.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Annotated, Any

from msgspec import Meta

from ..deadlines.reconciling import ChangedPast
from ..definition.workflow import Workflow
from ..errors.bad_input import BadDate, BadValue
from ..errors.base import Block, day_in_words
from ..forms.digests import DigestedRecord, StoredValue, digested
from ..forms.fields import SENSITIVE, Form, Text
from ..forms.parsing import EARLIEST, parse
from ..forms.path_text import field_values
from ..model.case import UNIT, Case, Event
from ..model.clock import EventKind
from ..model.commands import Correct
from ..model.corrections import ITSELF, as_corrected
from ..model.people import DecidedBy
from .amendment import CORRECT, amending_event, amendment, require_record_keeper
from .context import ACTION_TITLES, Decision, DecisionContext, refusal
from .correctable import Correctable, correctable
from .permission import checked_decided_by
from .record_copies import RecordCopies, corrected_record
from .replay import Problem, replay
from .restating import effects_of_change


class CorrectionForm(Form, frozen=True, kw_only=True):
    """A correction: what was wrong, and the reasons."""

    wrong: Annotated[Text, Meta(title="What was wrong"), SENSITIVE]
    reasons: Annotated[Text, Meta(title="Why it is corrected")]


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
        BadInput: if there is no such event, or the input cannot be understood.
        Refused: if the actor may not record for others, or later steps would be impossible.
    """
    corrected = as_corrected(history)
    target = correctable(workflow, corrected, command.seq, command.step)
    fields = {"wrong": command.wrong, "reasons": command.reasons}
    form = digested(parse(CorrectionForm, fields, subject="the correction"), context.salt)
    data: dict[str, Any] = {**form.data, "event": command.seq}
    if command.step is not None:
        data["step"] = command.step
    require_record_keeper(workflow, case, command)
    decider = _decider(workflow, case, command, target)
    day = _day(case, command, target, context)
    record = _record(command, target, stored_values, context)
    if record is not None:
        data["record"] = record.data
    if day is not None:
        data["day"] = day.isoformat()
    if decider is not None:
        named = {"name": decider.name, "capacity": decider.capacity, "evidence": decider.evidence}
        data["decided_by"] = {name: value for name, value in named.items() if value is not None}
    words = (path for path, _ in field_values(("decided_by.name", "decided_by.evidence"), data))
    event = amending_event(
        workflow, case, command, context, kind=EventKind.CORRECTED, trigger=target.trigger, data=data,
        typed=(*form.typed, *words, *(record.typed if record else ())),
        stored_values=(*form.stored_values, *(record.stored_values if record else ())),
    )  # fmt: skip
    if record is not None or day is not None:
        event = _with_effects(workflow, case, event, context, history=history, stored_values=stored_values)
    return amendment(workflow, case, event, context)


def _with_effects(
    workflow: Workflow,
    case: Case,
    event: Event,
    context: DecisionContext,
    *,
    history: Sequence[Event],
    stored_values: Mapping[str, StoredValue],
) -> Event:
    """Return the event of a correction with everything that follows from it.

    Raises:
        Refused: if steps would not be possible any more.
    """
    rules, now = context.rules(workflow), context.now
    was, will_be = replay(rules, history, now), replay(rules, (*history, event), now)
    if new := [problem for problem in will_be.problems if not any(problem.is_like(one) for one in was.problems)]:
        blocks = tuple(_block(workflow, problem) for problem in new)
        raise refusal(workflow, case, CORRECT, ACTION_TITLES[EventKind.CORRECTED], *blocks)
    own = {}
    if "record" in event.data:
        own[event.data["event"], event.data.get("step", ITSELF)] = "record"
    copies = RecordCopies(
        workflow=workflow, events=as_corrected(history), stored_values=stored_values, salt=context.salt
    )
    change = ChangedPast(kind=event.kind, step=CORRECT, now=now, rules=rules)
    restated = effects_of_change(case, was, will_be, change, own=own, record_of=copies.copy)
    return replace(
        event,
        to_state=restated.to_state,
        effects=restated.effects,
        data={**event.data, **restated.data},
        typed=(*event.typed, *restated.typed),
        stored_values=(*event.stored_values, *restated.stored_values),
    )


# --- the corrected parts ------------------------------------------------------------------------------


def _record(
    command: Correct, target: Correctable, stored_values: Mapping[str, StoredValue], context: DecisionContext
) -> DigestedRecord | None:
    """Return the corrected record; None if no field is corrected."""
    if not command.data:
        return None
    record = corrected_record(
        target.form, target.record, command.data, stored_values, context.salt, parse=target.parse
    ).under("record")
    return replace(record, data={**target.fixed, **record.data})


def _day(case: Case, command: Correct, target: Correctable, context: DecisionContext) -> date | None:
    """Return the corrected day; None if it is not corrected."""
    day = command.on
    if day is None:
        return None
    name, found, today = "the day", day.isoformat(), context.calendar.day_of(context.now)
    if case.ref == UNIT:
        expected = "none: what the unit records about itself holds from when it was recorded"
        raise BadValue(name=name, expected=expected, found=found)
    if target.day is None:
        raise BadValue(name=name, expected="the number of the step whose day was wrong", found=found)
    if day == target.day:
        raise BadValue(name=name, expected=f"another day than {found}, the recorded one", found="the same")
    if not EARLIEST <= day <= today:
        raise BadDate(found=found, expected=f"a day from {EARLIEST} to today, {today}")
    return day


def _decider(workflow: Workflow, case: Case, command: Correct, target: Correctable) -> DecidedBy | None:
    """Return who decided the corrected event; None if that is not corrected.

    Raises:
        Refused: if the step is not decided in that capacity.
    """
    recorded = target.event.decided_by
    if command.decider is None and command.capacity is None and command.evidence is None:
        return None
    if target.step != ITSELF or recorded is None:
        expected = "none for a step of an imported case: correct event 1 itself"
        raise BadValue(name="who decided", expected=expected, found=command.decider or "another capacity or evidence")
    evidence = recorded.evidence if command.evidence is None else command.evidence or None
    decider = DecidedBy(
        name=recorded.name if command.decider is None else command.decider,
        capacity=recorded.capacity if command.capacity is None else command.capacity,
        evidence=evidence,
    )
    if decider == recorded:
        raise BadValue(name="who decided", expected="someone or something else than recorded", found="the same")
    checked_decided_by(workflow, decider)
    if target.roles and command.capacity is not None and command.capacity not in target.roles:
        roles = workflow.titles_of(target.roles)
        reason = f"Only the {roles} can decide this, not the {workflow.titles_of((command.capacity,))}."
        block = Block(guard="role", reason=reason, cleared_by=roles)
        raise refusal(workflow, case, CORRECT, ACTION_TITLES[EventKind.CORRECTED], block)
    return decider


def _block(workflow: Workflow, problem: Problem) -> Block:
    """Return the reason why a correction is refused that makes a step impossible."""
    moment = problem.moment
    title = f'"{moment.title(workflow)}" ({moment.number})'
    if problem.after is not None:
        assert moment.on is not None
        assert problem.after.on is not None
        before = f'"{problem.after.title(workflow)}" ({problem.after.number})'
        reason = (
            f"{title} happened on {day_in_words(moment.on)} and came after {before}, which would be on"
            f" {day_in_words(problem.after.on)}. If both days are wrong, correct the other one first."
        )
    else:
        state = workflow.state(str(problem.state)).title
        reason = f'{title} would not have been possible: the case would have been at the stage "{state}".'
    return Block(guard="later_steps", reason=reason, cleared_by="")

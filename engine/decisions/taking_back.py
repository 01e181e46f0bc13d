"""Decide to take back the last entry of a case, with all that its command caused.

Nothing is erased: in each case that the command changed, an event names the events that no longer count, and folding
the history leaves them out. A deadline that expired or escalated after the entry is taken back with it if the entry
started or changed it, and stays otherwise.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..definition.registry import Registry
from ..definition.relations import Children, Parent, Relation
from ..definition.workflow import Workflow
from ..errors.taking_back import LaterEntry, NotReversible, RecordedByAnother, RecordedOnAnotherDay
from ..forms.names import is_same_name
from ..forms.parsing import parse
from ..model.case import UNIT, VOIDED, Case, Effects, Event, Precision, standing_events
from ..model.clock import EventKind
from ..model.evolve import AUTOMATIC, evolve, fold
from ..model.people import Recorder
from ..model.take_back import TakeBack
from .context import Decision, DecisionContext, ReasonsForm, recorded_title

Histories = Mapping[str, Sequence[Event]]
"""The events of cases by reference, oldest first."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Undoing:
    """The events of one case that are taken back.

    Attributes:
        taken: The events, in order.
        later: The entries that came after the command's first and rest on it, in order.
    """

    taken: tuple[Event, ...]
    later: tuple[Event, ...]


def last_entry(history: Sequence[Event]) -> Event | None:
    """Return the latest event of a case that a person recorded and that counts; None if none does any more."""
    standing = reversed(standing_events(history))
    return next((event for event in standing if event.kind not in AUTOMATIC), None)


def require_own_entry(workflow: Workflow, entry: Event, command: TakeBack, context: DecisionContext) -> None:
    """Raise an error unless the actor recorded an entry today, and it is of a kind that can be undone.

    Raises:
        CannotTakeBack: if not; its kind says why.
    """
    where = facts_of(workflow, entry)
    if entry.ref == UNIT:
        why = "Put it right with another step: add, change or remove the person, or set the day or term again."
        raise NotReversible(why=why, **where)
    if entry.kind is EventKind.DISPOSED:
        raise NotReversible(why="What was disposed of is gone for good.", **where)
    recorder, actor = entry.recorder, command.actor.recorder
    if not _is_same_person(recorder, actor):
        raise RecordedByAnother(recorded_by=_in_words(recorder), actor=_in_words(actor), **where)
    recorded_on, today = (context.calendar.day_of(at) for at in (entry.recorded_at, context.now))
    # An entry ahead of the machine's clock was made when that was wrong.
    if recorded_on < today:
        raise RecordedOnAnotherDay(recorded_on=recorded_on, today=today, **where)


def facts_of(workflow: Workflow, entry: Event) -> dict[str, Any]:
    """Return an entry as errors name it."""
    return {"ref": entry.ref, "seq": entry.seq, "step": entry.trigger, "step_title": recorded_title(workflow, entry)}


def _is_same_person(recorder: Recorder, actor: Recorder) -> bool:
    """Return whether an actor is the person who recorded an entry, at the same account if both accounts are known."""
    if None not in (recorder.id, actor.id):
        is_same = recorder.id == actor.id
    else:
        is_same = is_same_name(recorder.name, actor.name)
    by_same = is_same_name(recorder.entered_by or "", actor.entered_by or "")
    return is_same and by_same and (None in (recorder.account, actor.account) or recorder.account == actor.account)


def _in_words(recorder: Recorder) -> str:
    for_them = f", entered by {recorder.entered_by}" if recorder.entered_by else ""
    at = f" (account {recorder.account})" if recorder.account else ""
    return f"{recorder.name}{for_them}{at}"


def undoing(history: Sequence[Event], command_id: str) -> Undoing:
    """Return the events of one case to take back with a command, and the entries that came after it.

    Args:
        history: The case's events.
        command_id: The ID of the command, which caused at least one of them.
    """
    standing = standing_events(history)
    first = next(event for event in standing if _is_of(event, command_id))
    taken, later = [], []
    changed: set[tuple[str, int]] = set()
    for event in standing[standing.index(first) :]:
        clocks = {(clock.deadline, clock.number) for clock in event.effects.clocks}
        if _is_of(event, command_id):
            taken.append(event)
            changed |= clocks
        elif event.kind not in AUTOMATIC:
            later.append(event)
        elif first.seq == 1 or (clocks & changed and event.kind is not EventKind.RECALCULATED):
            taken.append(event)
        elif clocks & changed:
            # Without the entry the deadline has another due date, by another calendar: nothing says which.
            later.append(event)
    return Undoing(taken=tuple(taken), later=tuple(later))


def _is_of(event: Event, command_id: str) -> bool:
    return event.command_id == command_id and event.kind not in AUTOMATIC


def decide_taking_back(
    workflow: Workflow,
    case: Case,
    command: TakeBack,
    context: DecisionContext,
    *,
    history: Sequence[Event],
    taken: Sequence[Event],
) -> Decision:
    """Decide that events of one case no longer count.

    Args:
        workflow: The workflow, of the version that the case was opened with.
        case: The case.
        command: The command.
        context: The present and the command's ID.
        history: The case's events, oldest first.
        taken: The events to take back.

    Raises:
        BadInput: if there are no reasons.
    """
    reasons = parse(ReasonsForm, {"reasons": command.reasons}, subject="taking back").reasons
    numbers = tuple(event.seq for event in taken)
    rest = fold(history, without=frozenset(numbers))
    assert rest is not None  # a case has a history
    entry = next(one for one in reversed(taken) if one.kind not in AUTOMATIC)
    event = Event(
        ref=case.ref,
        seq=case.seq + 1,
        kind=EventKind.TAKEN_BACK,
        trigger=entry.trigger,
        from_state=case.state,
        to_state=VOIDED if numbers[0] == 1 else rest.state,
        recorder=command.actor.recorder,
        decided_by=None,
        command_id=context.command_id,
        occurred_at=context.now,
        occurred_on=context.calendar.day_of(context.now),
        precision=Precision.INSTANT,
        recorded_at=context.recorded_at(case),
        workflow=workflow.name,
        workflow_version=workflow.version,
        data={"events": list(numbers), "reasons": reasons},
        effects=Effects(),
        typed=("reasons",),
    )
    return Decision(events=(event,), case=evolve(rest, event))


def entries_resting_on(histories: Histories, taken: Histories, workflows: Registry) -> tuple[Event, ...]:
    """Return the entries of other cases of the same trees that came after an entry and rest on it.

    An entry rests on another case if its step's guards, warnings or cascades read that case, or if that case is its
    parent and is voided.

    Args:
        histories: The events of all cases of the trees.
        taken: The events that are taken back, by case.
        workflows: The workflows.
    """
    parents = {ref: events[0].effects.parent for ref, events in histories.items()}
    voided = {ref for ref, events in taken.items() if events[0].seq == 1}
    since = min(events[0].recorded_at for events in taken.values())
    found: list[Event] = []
    for ref, events in histories.items():
        if ref in taken:
            continue
        for event in standing_events(events):
            if event.kind in AUTOMATIC:
                continue
            if parents[ref] in voided or (event.recorded_at >= since and _reads(event, ref, workflows, parents, taken)):
                found.append(event)
                break
    return tuple(sorted(found, key=lambda event: (event.recorded_at, event.ref)))


def _reads(event: Event, ref: str, workflows: Registry, parents: Mapping[str, str | None], taken: Histories) -> bool:
    """Return whether a step reads a case of which events are taken back."""
    step = workflows.for_case(event).transition(event.trigger)
    if step is None or event.kind not in (EventKind.OPENED, EventKind.STEP):
        return False
    return any(_is_read(relation, ref, parents, taken) for relation in step.reads)


def _is_read(relation: Relation, ref: str, parents: Mapping[str, str | None], taken: Histories) -> bool:
    if isinstance(relation, Parent):
        return parents[ref] in taken
    parent = ref if isinstance(relation, Children) else parents[ref]
    return any(parents[other] == parent and events[0].workflow == relation.workflow for other, events in taken.items())


def later_entries(events: Iterable[Event], workflows: Registry) -> Iterator[LaterEntry]:
    """Yield later entries as an error names them."""
    for event in events:
        yield LaterEntry(
            ref=event.ref,
            seq=event.seq,
            step_title=recorded_title(workflows.for_case(event), event),
            recorded_by=event.recorded_by,
        )

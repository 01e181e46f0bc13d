"""Take back the last entry of a case: find what its command caused in any case, and undo all of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from msgspec import structs

from ..decisions.context import Decision, DecisionContext
from ..decisions.taking_back import (
    Histories,
    decide_taking_back,
    entries_resting_on,
    facts_of,
    last_entry,
    later_entries,
    require_own_entry,
    undoing,
)
from ..errors.taking_back import AlreadySent, FollowedByOthers
from ..model.case import Event
from ..model.evolve import AUTOMATIC
from ..model.notice import Notice
from ..model.take_back import TakeBack
from ..ports.context import EngineContext
from ..ports.outbox import MessageState, NoticeState
from ..ports.store import Reader, Writer, require_case

WITHDRAWN = "The entry that caused it was taken back."
"""The reasons why a notice was withdrawn."""


@dataclass(frozen=True, kw_only=True, slots=True)
class _Command:
    """The consequences of the command of a case's last entry.

    Attributes:
        entry: The last entry of the case.
        histories: The events of every case of the trees that it changed, by reference, oldest first.
        refs: The cases that it changed, in order.
    """

    entry: Event
    histories: Histories
    refs: tuple[str, ...]


def lock_trees(writer: Writer, ref: str) -> None:
    """Lock the trees of all cases that the last command in a case changed, always in the same order."""
    found = _find(writer, ref)
    if found is not None:
        writer.lock_roots(found.refs)


def take_back(writer: Writer, engine: EngineContext, command: TakeBack, context: DecisionContext) -> Decision:
    """Return the decision that takes back the last entry of a case, and withdraw the notices that it caused.

    Raises:
        BadInput: if there are no reasons.
        CannotTakeBack: if it was recorded by another person or on another day, if something rests on it, or if a
            message about it was sent.
    """
    found = _find(writer, command.ref)
    assert found is not None  # only a voided case has no entry that counts
    entry, workflow = found.entry, engine.workflows.for_case(found.entry)
    require_own_entry(workflow, entry, command, context)
    facts = facts_of(workflow, entry)
    undone = {ref: undoing(found.histories[ref], entry.command_id) for ref in found.refs}
    taken = {ref: one.taken for ref, one in undone.items()}
    later = [event for one in undone.values() for event in one.later]
    later += entries_resting_on(found.histories, taken, engine.workflows)
    if later:
        raise FollowedByOthers(**facts, later=tuple(later_entries(later, engine.workflows)))
    if sent := _withdraw_notices(writer, command, context.now, taken):
        raise AlreadySent(**facts, recipients=sent)
    decisions = [
        _decide(writer, engine, command, context, history=found.histories[ref], taken=taken[ref]) for ref in taken
    ]
    leading = next(one for one in decisions if one.case.ref == command.ref)
    return structs.replace(leading, others=tuple(one for one in decisions if one is not leading))


def _find(reader: Reader, ref: str) -> _Command | None:
    """Return what the command of a case's last entry caused; None if no entry counts any more."""
    entry = last_entry(reader.events(ref))
    if entry is None:
        return None
    histories: dict[str, list[Event]] = defaultdict(list)
    waiting = [ref]
    while waiting:
        if (one := waiting.pop()) in histories:
            continue
        for event in reader.tree_events(one, None):
            histories[event.ref].append(event)
            if event.command_id == entry.command_id:
                waiting += [link.ref for link in event.effects.links]
    for events in histories.values():
        events.sort(key=lambda event: event.seq)
    changed = (
        one
        for one, events in histories.items()
        if any(event.command_id == entry.command_id and event.kind not in AUTOMATIC for event in events)
    )
    return _Command(entry=entry, histories=histories, refs=tuple(sorted(changed)))


def _decide(
    writer: Writer,
    engine: EngineContext,
    command: TakeBack,
    context: DecisionContext,
    *,
    history: Sequence[Event],
    taken: Sequence[Event],
) -> Decision:
    case = require_case(writer.case(history[0].ref), history[0].ref)
    workflow = engine.workflow_of(case)
    return decide_taking_back(workflow, case, command, context, history=history, taken=taken)


def _withdraw_notices(
    writer: Writer, command: TakeBack, now: datetime, taken: Mapping[str, Sequence[Event]]
) -> tuple[str, ...]:
    """Withdraw the notices of events that are taken back, also from messages that still wait to be sent.

    Returns:
        The names of the people who were sent a message with one of them, or are being sent one.
    """
    keys = {(event.ref, event.seq) for events in taken.values() for event in events}

    def is_theirs(notice: Notice) -> bool:
        return (notice.ref, notice.seq) in keys

    statuses = [one for one in writer.notice_statuses(taken.keys()) if is_theirs(one.notice)]
    if not statuses:
        return ()
    unsent: set[str] = set()
    for message, carried in writer.queued_messages(now):
        notices = [one.notice for one in carried]
        if any(map(is_theirs, notices)):
            # What else it carries is composed anew.
            writer.detach([one for one in notices if not is_theirs(one)])
            writer.save(replace(message, state=MessageState.DISMISSED, next_try_at=None, problem=WITHDRAWN))
            unsent |= {one.id for one in notices}
    waiting = [one for one in statuses if one.state is not NoticeState.WITHDRAWN]
    writer.withdraw_notices([one.notice for one in waiting], command.actor.name, now, WITHDRAWN)
    # A message that is queued and not due was given to a process that sends it, or waits for its next attempt.
    on_its_way = (MessageState.SENT, MessageState.QUEUED)
    sent = {one.notice.person for one in waiting if one.message_state in on_its_way and one.notice.id not in unsent}
    return tuple(sorted(sent))

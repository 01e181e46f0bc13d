"""Check the notices of a case, and the levels that its clocks reached, against the events that caused them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from ...engine.forms.digests import DISPOSED
from ...engine.model.case import Case, Event
from ...engine.model.clock import EventKind
from ...engine.model.notice import Notice, notice_id, notices_of
from ...engine.ports.outbox import NoticeState
from ..store.hash_chain import canonical_json
from .case_rows import CaseRows, Rows
from .raw_rows import number

REMOVED = "a notice that it caused was removed or changed."
ADDED = "there is a notice that it did not cause."
CHANGED = "a notice that it caused was changed: {columns}."
STATE = "a notice that it caused has a state that it cannot have."
LEVEL_REMOVED = "the escalation level that it reached is missing in the list of levels reached."
LEVEL_ADDED = "there is an escalation level in the list of levels reached that it did not reach."

Key = tuple[Any, ...]
Fault = tuple[int | None, str]

# Who gets a notice; these words say what is wrong with the rest.
_WORDS = {
    "id": "its task or ID",
    "kind": "its kind",
    "level": "its level",
    "run": "its run",
    "due": "the due date",
    "at": "the time from which it is sent",
    "recorded_at": "the time at which it was recorded",
}
_LEVEL = ("seq", "deadline", "number", "run", "level")


@dataclass(kw_only=True)
class NoticeAudit:
    """The notices and the levels that the events of a case have caused so far."""

    _notices: dict[Key, Notice] = field(default_factory=dict)
    _levels: set[Key] = field(default_factory=set)
    _taken_back: set[int] = field(default_factory=set)

    def add(self, before: Case | None, event: Event, *, is_taken_back: bool = False) -> None:
        """Add an event.

        Args:
            before: The case before the event; None before the first.
            event: The event.
            is_taken_back: Whether it was taken back later: its notices are withdrawn, and it counts as no level.
        """
        if is_taken_back:
            self._taken_back.add(event.seq)
        for notice in notices_of(before, event, lambda _: ""):
            self._notices[notice.seq, notice.deadline, notice.number, notice.person] = notice
        if event.kind in (EventKind.ESCALATED, EventKind.SKIPPED) and not is_taken_back:
            self._levels.add((event.seq, *(event.data[name] for name in _LEVEL[1:])))

    def faults(self, rows: CaseRows, ref: str) -> Iterator[Fault]:
        """Yield what is wrong in the rows of the case's notices and levels, each with the number of an event."""
        yield from _by_event(self._faults_of_levels(rows.levels(ref)))
        yield from _by_event(self._faults_of_notices(rows.notices(ref)))

    def _faults_of_levels(self, rows: Rows) -> Iterator[Fault]:
        stored = {tuple(row[name] for name in _LEVEL) for row in rows}
        yield from ((key[0], LEVEL_REMOVED) for key in self._levels - stored)
        yield from ((number(key[0]), LEVEL_ADDED) for key in stored - self._levels)

    def _faults_of_notices(self, rows: Rows) -> Iterator[Fault]:
        missing = dict(self._notices)
        # A name that was disposed of may be any.
        nameless = {key[:-1]: missing.pop(key) for key in self._notices if key[-1] == DISPOSED}
        for row in rows:
            key = (row["seq"], row["deadline"], row["number"], row["person"])
            caused = missing.pop(key, None) or nameless.get(key[:-1])
            seq = number(row["seq"])
            if caused is None:
                yield seq, ADDED
            elif changed := _changed(row, caused):
                yield seq, CHANGED.format(columns=", ".join(changed))
            elif not _is_possible(row, caused) or (seq in self._taken_back and row["state"] != NoticeState.WITHDRAWN):
                yield seq, STATE
        yield from ((key[0], REMOVED) for key in missing)


def _by_event(faults: Iterator[Fault]) -> list[Fault]:
    """Return the faults in the order of their events, each once."""
    return sorted(dict.fromkeys(faults), key=lambda fault: (fault[0] or 0, fault[1]))


def _changed(row: Mapping[str, Any], caused: Notice) -> list[str]:
    right = {
        "kind": str(caused.kind),
        "level": caused.level,
        "run": caused.run,
        "due": caused.due,
        "at": caused.at,
        "recorded_at": caused.recorded_at,
        "id": notice_id(
            ref=caused.ref,
            seq=caused.seq,
            deadline=caused.deadline,
            number=caused.number,
            person=str(row["person"]),
            title=str(row["title"]),
        ),
    }
    stored = {name: row[name] for name in right}
    if canonical_json(stored) == canonical_json(right):
        return []
    return [_WORDS[name] for name, value in right.items() if canonical_json(stored[name]) != canonical_json(value)]


def _is_possible(row: Mapping[str, Any], caused: Notice) -> bool:
    """Return whether the state of a notice fits what else is known of it."""
    settled = (row["settled_by"] is not None, row["settled_at"] is not None)
    # A notice is on hold until a person releases it, or withdraws it with reasons.
    released = settled == (caused.on_hold, caused.on_hold)
    composed, reasons = row["message_id"] is not None, row["reasons"] is not None
    match row["state"]:
        case NoticeState.ON_HOLD:
            return caused.on_hold and not any(settled) and not composed and not reasons
        case NoticeState.WAITING:
            return released and not composed and not reasons
        case NoticeState.COMPOSED:
            return released and composed and not reasons
        case NoticeState.WITHDRAWN:
            return all(settled) and reasons
    return False

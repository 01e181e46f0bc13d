"""Cases, events and their effects, as frozen values."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any

import msgspec

from ..forms.digests import StoredValue
from .clock import Clock, EventKind, Suspension, SuspensionChange
from .people import DecidedBy, Recorder

UNIT = "UNIT"
"""The reference of the unit's own record: people, absences, days and terms. Every record has one such case."""

IMPORT = "import"
"""The trigger of the event by which a case is imported."""

VOIDED = "voided"
"""The state of a case whose opening was taken back. Every workflow has it; it counts in no list and no figure."""


class Precision(StrEnum):
    """The precision with which it is known when something happened."""

    INSTANT = "instant"
    DAY = "day"
    MONTH = "month"
    YEAR = "year"


@dataclass(frozen=True, kw_only=True, slots=True)
class Link:
    """A connection to another case.

    Attributes:
        relation: The other case's relation to this one.
        ref: The other case's reference.
    """

    relation: str
    ref: str


class Case(msgspec.Struct, frozen=True, kw_only=True):
    """A case in its present state: the fold of its events.

    Attributes:
        ref: The reference.
        workflow: The workflow's name.
        workflow_version: The workflow's version when the case was opened.
        version: The number of commands so far, which `if_version` is compared with.
        seq: The number of the latest event.
        state: The state.
        title: The title for people; a pseudonym, never a person's name.
        parent: The reference of the parent case; None for a root.
        opened_on: The day on which it was opened.
        closed_on: The day on which it entered an end state; None while it is open.
        last_step_on: The day of the latest step.
        recorded_at: The instant at which the latest event was recorded (UTC).
        been_in: Every state so far, in the order of first entry.
        organisations: The organisations that take part, in alphabetical order.
        links: The connected cases.
        data: The latest record of each step, with digests in place of sensitive values.
        clocks: The deadlines, in the order in which they started.
        suspensions: The suspensions, in order.
        head: The hash of the latest event.
    """

    ref: str
    workflow: str
    workflow_version: int
    version: int
    seq: int
    state: str
    title: str
    parent: str | None
    opened_on: date
    closed_on: date | None
    last_step_on: date
    recorded_at: datetime
    been_in: tuple[str, ...]
    organisations: tuple[str, ...]
    links: tuple[Link, ...]
    data: Mapping[str, Mapping[str, Any]]
    clocks: tuple[Clock, ...]
    suspensions: tuple[Suspension, ...] = ()
    head: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class LinkPath:
    """A new connection to a case that the event's record names.

    Attributes:
        ref_at: The path of its reference in the event's data.
        relation_at: The path of its relation to this case; None if the record does not say.
    """

    ref_at: str
    relation_at: str | None

    def under(self, path: str) -> LinkPath:
        """Return the same for a record at a path within the event's data."""
        relation_at = None if self.relation_at is None else f"{path}.{self.relation_at}"
        return LinkPath(ref_at=f"{path}.{self.ref_at}", relation_at=relation_at)


@dataclass(frozen=True, kw_only=True, slots=True)
class Restatement:
    """The parts of a case that an event states anew, because it changes the past: complete, but for its records.

    Attributes:
        opened_on: The day on which the case was opened.
        closed_on: The day on which it entered its end; None while it is open.
        last_step_on: The day of the latest step.
        been_in: Every state so far, in the order of first entry.
        kept_links: The links that remain, each by its index among those before.
        kept_suspensions: The numbers of the suspensions that remain.
        records: The steps for which another record counts from now on, each with the record's path in the event's
            data; the empty path for the data itself.
        without_records: The steps for which no record counts any more.
    """

    opened_on: date
    closed_on: date | None
    last_step_on: date
    been_in: tuple[str, ...]
    kept_links: tuple[int, ...] = ()
    kept_suspensions: tuple[int, ...] = ()
    records: Mapping[str, str] = field(default_factory=dict)
    without_records: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Effects:
    """The changes that an event makes besides the state; complete, so that folding needs only the case and the event.

    No word that a person typed is repeated here: an effect refers to the place in the event that holds it.

    Attributes:
        title: The new title, if it comes from the definition; None to leave it.
        title_at: The path of the new title in the event's data; None if the data holds none.
        organisations: All organisations that take part from now on, in order: each by its index among those that took
            part before, or by its path in the event's data. None to leave them.
        closed_on: The day of the end, if the event ends the case.
        clocks: Each changed clock, after the change; its revisions and levels without reasons and names.
        links: The new connections to cases that the engine opened.
        linked_at: The new connections to cases that the event's record names.
        warnings: The warnings shown to the person who recorded the event.
        restatement: What an event that changes the past states anew; None for all other events.
        suspensions: The suspensions that begin or change.
        parent: The parent's reference, for an opening.
        invalidates: The steps with records that are no longer valid.
        been_in: The states that an imported case had been in.
    """

    title: str | None = None
    title_at: str | None = None
    organisations: tuple[int | str, ...] | None = None
    closed_on: date | None = None
    clocks: tuple[Clock, ...] = ()
    links: tuple[Link, ...] = ()
    linked_at: tuple[LinkPath, ...] = ()
    warnings: tuple[str, ...] = ()
    restatement: Restatement | None = None
    suspensions: tuple[SuspensionChange, ...] = ()
    parent: str | None = None
    invalidates: tuple[str, ...] = ()
    been_in: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Event:
    """Something that happened to a case. An event never changes once it is recorded.

    Attributes:
        ref: The case's reference.
        seq: Its number in the case's history, from 1.
        kind: The kind.
        trigger: The step; for a deadline that expired, escalated or got a new date, the deadline's name;
            for a correction, the corrected step; for an entry that was taken back, its own; otherwise `dispose`,
            `suspend`, `resume`, `recalculate` or `import`.
        from_state: The state before; None for an opening or an import.
        to_state: The state after.
        recorder: The person or service that recorded it.
        decided_by: The person who decided it; None if it needs no decision, such as an expired deadline.
        command_id: The ID of the command that caused it, shared by its events in every case.
        occurred_at: The instant at which it happened (UTC); noon in the calendar's zone for a bare date.
        occurred_on: The day on which it happened, in the calendar's zone.
        precision: The precision with which that is known.
        recorded_at: The instant at which it was recorded (UTC).
        workflow: The workflow's name.
        workflow_version: The version of the workflow that applied.
        data: The step's record, with digests in place of sensitive values.
        effects: The changes besides the state.
        typed: The paths of the words in the data that a person typed and that are not sensitive; only on the way into
            the database, which stores them apart.
        stored_values: The sensitive values, only on the way into the database.
        hash: The SHA-256 of its content and the previous event's hash; empty until it is recorded.
    """

    ref: str
    seq: int
    kind: EventKind
    trigger: str
    from_state: str | None
    to_state: str
    recorder: Recorder
    decided_by: DecidedBy | None
    command_id: str
    occurred_at: datetime
    occurred_on: date
    precision: Precision = Precision.DAY
    recorded_at: datetime
    workflow: str
    workflow_version: int
    data: Mapping[str, Any]
    effects: Effects
    typed: tuple[str, ...] = field(default=(), repr=False, compare=False)
    stored_values: tuple[StoredValue, ...] = field(default=(), repr=False, compare=False)
    hash: str = ""

    @property
    def recorded_by(self) -> str:
        """Return the name of the person or service that recorded it."""
        return self.recorder.name


def taken_back(events: Iterable[Event]) -> frozenset[int]:
    """Return the numbers of the events of one case that were taken back."""
    return frozenset(seq for event in events if event.kind is EventKind.TAKEN_BACK for seq in event.data["events"])


def standing_events(events: Iterable[Event]) -> tuple[Event, ...]:
    """Return those events, of one case or of several, that count: without what was taken back, and its taking back."""
    known = tuple(events)
    gone = {(one.ref, seq) for one in known if one.kind is EventKind.TAKEN_BACK for seq in one.data["events"]}
    return tuple(
        event for event in known if event.kind is not EventKind.TAKEN_BACK and (event.ref, event.seq) not in gone
    )

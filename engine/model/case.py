"""The values that rules look at and history is made of. All frozen, all keyword-only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from ..forms.digests import StoredValue
from .clock import Clock, EventKind, Suspension
from .people import DecidedBy


@dataclass(frozen=True, kw_only=True, slots=True)
class Link:
    """Another case that this one is connected with.

    Attributes:
        relation: What the other is to this one.
        ref: The other's reference.
    """

    relation: str
    ref: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Case:
    """A case as it stands: the fold of its events.

    Attributes:
        ref: Its reference.
        workflow: The workflow's name.
        workflow_version: The version it was opened with.
        version: Counts people's commands; what `if_version` is compared with.
        seq: Counts events; the number of the latest.
        state: The state it is in.
        title: What people call it; a pseudonym, never a child's name.
        parent: The reference of the case that it is part of; None where it stands alone.
        opened_on: The day on which it began.
        closed_on: The day on which it came to an end; None while it has not.
        last_step_on: The day of the latest step.
        recorded_at: When the latest event was recorded (UTC).
        been_in: Every state that it has been in, in the order of first coming.
        organisations: The agencies that take part, in alphabetical order.
        links: The cases it is connected with.
        data: What was recorded last at each step; sensitive values stand there as digests.
        clocks: Its deadlines, in the order in which they started.
        suspensions: The times during which clocks of it stood, or stand, still, in order.
        head: The hash of its latest event.
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
class Effects:
    """What an event changes beside the state; complete, so that folding needs nothing else.

    Attributes:
        title: The case's title from now on; None where it stays.
        organisations: The agencies that take part from now on; None where they stay.
        closed_on: The day of the end, where the event brings the case to one.
        clocks: Each clock that changes, as it is afterwards.
        links: Connections made.
        warnings: What was pointed out to the person who recorded it.
        replaces_record: Whether a correction's record takes the place of the step's in the case's data.
        suspensions: All suspensions of the case from now on; None where they stay.
        parent: Of an opening, the reference of the case that the new one is part of.
        invalidates: The steps whose records count no longer from now on.
        been_in: Of a case that was brought in, the states that it had been in by then.
    """

    title: str | None = None
    organisations: tuple[str, ...] | None = None
    closed_on: date | None = None
    clocks: tuple[Clock, ...] = ()
    links: tuple[Link, ...] = ()
    warnings: tuple[str, ...] = ()
    replaces_record: bool = False
    suspensions: tuple[Suspension, ...] | None = None
    parent: str | None = None
    invalidates: tuple[str, ...] = ()
    been_in: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Event:
    """Something that happened to a case, as it was recorded. Never changed afterwards.

    Attributes:
        ref: The case's reference.
        seq: Its number in the case's history, from 1.
        kind: What sort of thing it records.
        trigger: The step taken; for a deadline that passed, was moved or escalated, its name; for a
            correction, the step whose record is corrected; for a disposal, `dispose`; for what stops
            or moves several clocks, `suspend`, `resume` or `recalculate`; for what was kept elsewhere,
            `bring_in`.
        from_state: The state before; None for the opening, and for a case that was brought in.
        to_state: The state after.
        recorded_by: Who recorded it.
        decided_by: On whose decision; None for what nobody decides, such as a passing day.
        occurred_at: When it happened (UTC); noon in London where only the day is known.
        occurred_on: The day on which it happened, in the calendar's zone.
        recorded_at: When it was recorded (UTC).
        workflow: The workflow's name.
        workflow_version: The version by whose rules it was judged.
        data: The step's record; sensitive values stand there as digests.
        effects: What it changes beside the state.
        stored_values: The sensitive values themselves, only on the way into the database.
        hash: SHA-256 over its content and the hash before it; empty until recorded.
    """

    ref: str
    seq: int
    kind: EventKind
    trigger: str
    from_state: str | None
    to_state: str
    recorded_by: str
    decided_by: DecidedBy | None
    occurred_at: datetime
    occurred_on: date
    recorded_at: datetime
    workflow: str
    workflow_version: int
    data: Mapping[str, Any]
    effects: Effects
    stored_values: tuple[StoredValue, ...] = field(default=(), repr=False, compare=False)
    hash: str = ""

"""Values that a store returns: summaries, counts, due timers and heartbeats."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from ..model.case import Event
from ..model.clock import Clock


@dataclass(frozen=True, kw_only=True, slots=True)
class Heartbeat:
    """The heartbeat of a worker.

    Attributes:
        worker: The worker's name.
        every_seconds: Seconds between its sweeps; None if a person starts each sweep.
        started_at: The instant at which it started (UTC).
        last_seen_at: The instant of the heartbeat (UTC).
        stopped_at: The instant at which it stopped by itself (UTC); None while it runs.
        fired: The number of levels that its latest sweep reached.
        failed: The references of the cases that its latest sweep could not process.
    """

    worker: str
    every_seconds: int | None
    started_at: datetime
    last_seen_at: datetime
    stopped_at: datetime | None = None
    fired: int = 0
    failed: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class DueTimer:
    """A case with a clock that a sweep has to process.

    Attributes:
        next_at: The instant from which it is due (UTC).
        ref: The case.
    """

    next_at: datetime
    ref: str


@dataclass(frozen=True, kw_only=True, slots=True)
class DueItem:
    """A clock that is still to be met, with its case.

    Attributes:
        ref: The case's reference.
        title: The case's title.
        workflow: The workflow's name.
        workflow_version: The workflow's version that the case follows.
        clock: The clock.
    """

    ref: str
    title: str
    workflow: str
    workflow_version: int
    clock: Clock


@dataclass(frozen=True, kw_only=True, slots=True)
class StateCount:
    """The number of cases of a workflow in a state.

    Attributes:
        workflow: The workflow's name.
        state: The state's name.
        cases: The number of cases.
    """

    workflow: str
    state: str
    cases: int


@dataclass(frozen=True, kw_only=True, slots=True)
class CaseSummary:
    """A root case with the deadlines of its whole tree.

    Attributes:
        ref: Its reference.
        title: Its title.
        workflow: The workflow's name.
        state: Its state.
        first_due_at: The earliest instant (UTC) at which a deadline of its tree is due; None if none is due by the
            requested instant.
        overdue: The number of overdue deadlines in its tree.
    """

    ref: str
    title: str
    workflow: str
    state: str
    first_due_at: datetime | None
    overdue: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Selection:
    """The conditions of a list of cases; each that is given has to hold.

    Attributes:
        workflow: Only cases of this workflow.
        state: Only cases in this state.
        roots_only: Only cases without a parent.
        without_workflows: No cases of these workflows.
        parent: Only children of this case.
        organisation: Only cases in which this organisation takes part.
        overdue_at: Only cases with a deadline that is overdue at this instant.
        after: Only cases after this reference, in the order of references.
        voided: Only cases that were opened by mistake and voided, which are in no other list.
        limit: Maximum number of cases.
    """

    workflow: str | None = None
    state: str | None = None
    roots_only: bool = False
    without_workflows: tuple[str, ...] = ()
    parent: str | None = None
    organisation: str | None = None
    overdue_at: datetime | None = None
    after: str | None = None
    voided: bool = False
    limit: int = 100


@dataclass(frozen=True, kw_only=True, slots=True)
class EventPlace:
    """A place in the order of all events.

    Attributes:
        transaction_id: The number of the transaction; 0 in a store with one writer at a time.
        position: The number that the store counts up with every event.
    """

    transaction_id: int
    position: int


@dataclass(frozen=True, kw_only=True, slots=True)
class PlacedEvent:
    """An event and its place in the order of all events."""

    place: EventPlace
    event: Event

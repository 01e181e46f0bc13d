"""What a store answers with: lists, counts, due timers and heartbeats."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from ..model.clock import Clock


@dataclass(frozen=True, kw_only=True, slots=True)
class Heartbeat:
    """What is heard of whoever sweeps.

    Attributes:
        worker: Their name.
        every_seconds: How often they sweep; None for whom somebody starts each time.
        started_at: Since when (UTC).
        last_seen_at: When they were heard of last (UTC).
        stopped_at: When they stopped of their own accord (UTC); None while they go on.
        fired: How many rungs their latest sweep fired.
        failed: The references of the cases that it could not look at.
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
    """A clock to which something is to happen by itself.

    Attributes:
        next_at: When (UTC).
        ref: Its case.
    """

    next_at: datetime
    ref: str


@dataclass(frozen=True, kw_only=True, slots=True)
class DueItem:
    """A clock for which somebody still has to do something, with the head of its case.

    Attributes:
        ref: The case's reference.
        title: What people call the case.
        workflow: The workflow's name.
        workflow_version: The version by which the case is judged.
        clock: The clock.
    """

    ref: str
    title: str
    workflow: str
    workflow_version: int
    clock: Clock


@dataclass(frozen=True, kw_only=True, slots=True)
class StateCount:
    """How many cases of a workflow are in a state.

    Attributes:
        workflow: The workflow's name.
        state: The state's name.
        cases: How many.
    """

    workflow: str
    state: str
    cases: int


@dataclass(frozen=True, kw_only=True, slots=True)
class CaseSummary:
    """How a case that stands alone is doing, with all that is part of it.

    Attributes:
        ref: Its reference.
        title: What people call it.
        workflow: The workflow's name.
        state: The state it is in.
        first_due_at: The earliest instant (UTC) at which something of its tree is due, by the instant that
            was asked for; None where nothing is due by then.
        overdue: How much of its tree is overdue.
    """

    ref: str
    title: str
    workflow: str
    state: str
    first_due_at: datetime | None
    overdue: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Selection:
    """Which cases a list is to show; every condition that is given has to hold.

    Attributes:
        workflow: Of this workflow.
        state: In this state.
        roots_only: That stand alone, and are part of no other.
        without_workflows: Of none of these workflows.
        parent: That are part of this case.
        organisation: In which this agency takes part.
        overdue_at: With something overdue at this instant.
        after: Behind this reference, in the order of references.
        limit: At most so many.
    """

    workflow: str | None = None
    state: str | None = None
    roots_only: bool = False
    without_workflows: tuple[str, ...] = ()
    parent: str | None = None
    organisation: str | None = None
    overdue_at: datetime | None = None
    after: str | None = None
    limit: int = 100

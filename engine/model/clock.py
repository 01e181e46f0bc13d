"""A deadline that runs, or ran, for a case: its status, its revisions and its suspensions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from .calendar import Term, TimeLeft


class ClockStatus(StrEnum):
    """How a clock stands. Judged by when things happened, not by when they were typed."""

    RUNNING = "running"
    SUSPENDED = "suspended"
    MET = "met"
    MISSED = "missed"
    CANCELLED = "cancelled"


class EventKind(StrEnum):
    """What sort of thing an event records."""

    OPENED = "opened"
    IMPORTED = "imported"
    STEP = "step"
    DEADLINE_EXPIRED = "deadline_expired"
    CORRECTED = "corrected"
    DISPOSED = "disposed"
    SUSPENDED = "suspended"
    RESUMED = "resumed"
    NEW_DATE = "new_date"
    RECALCULATED = "recalculated"
    ESCALATED = "escalated"
    SKIPPED = "skipped"


@dataclass(frozen=True, kw_only=True, slots=True)
class Revision:
    """A due date that was changed.

    Attributes:
        previous_due: The due date before.
        due: The due date after.
        cause: The kind of the event that changed it.
        reasons: Why.
        agreed_by: Who agreed it; None where nobody had to.
        capacity: The role in which they did.
        recorded_at: When it was recorded (UTC).
        was_missed: Whether the former one had been missed.
    """

    previous_due: date
    due: date
    cause: EventKind
    reasons: str
    agreed_by: str | None
    capacity: str | None
    recorded_at: datetime
    was_missed: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class LevelReached:
    """A rung that was reached, once for each leg.

    Attributes:
        level: The rung.
        at: Its instant (UTC).
        recipients: Those who were told; nobody where there was nobody to tell, or it was skipped.
        skipped: Whether it had been reached before anybody could know, or did not apply.
        on_hold: Whether it waited for release.
    """

    level: str
    at: datetime
    recipients: tuple[str, ...] = ()
    skipped: bool = False
    on_hold: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Suspension:
    """A time during which clocks of a case stand still.

    Attributes:
        number: 1 for the first of the case, then 2, and so on.
        proceeding: What they wait for, as it is called in public.
        consulted: Who was asked.
        reasons: Why.
        since: The day on which they stopped.
        review_by: The day by which that is looked at again.
        deadlines: Those that stand still; none for all that run.
        until: The day on which it was lifted; None while it lasts.
    """

    number: int
    proceeding: str
    consulted: str
    reasons: str
    since: date
    review_by: date
    deadlines: tuple[str, ...] = ()
    until: date | None = None

    def covers(self, deadline: str) -> bool:
        """Whether a deadline stands, or stood, still by it."""
        return not self.deadlines or deadline in self.deadlines


@dataclass(frozen=True, kw_only=True, slots=True)
class Clock:
    """A deadline that runs, or ran, for a case.

    Attributes:
        deadline: The deadline's name in the workflow.
        number: 1 for the first time it started on this case, then 2, and so on.
        anchor: The day from which its term is counted.
        term: The term in force when it started.
        period: How many terms after the anchor it ends; more than 1 for a repeating deadline.
        due: The last day on which it can be met.
        due_at: The instant, in UTC, at which that day is over.
        status: How it stands.
        done_on: The day on which it was met or cancelled; None while it is open.
        done_by: The step that met or cancelled it.
        cancelled_by_end: Whether it stopped because the case ended or it was started anew, not because it
            was met.
        minimum_period: Whether it is a time that a thing has to last, which nobody is chased for.
        run: 1 at first; a new date, a resumption or a corrected start opens the next, which is chased anew.
        run_started_at: When this leg was recorded (UTC); what was past by then is told to nobody.
        reached: The rungs reached on this leg.
        next_at: When next something has to happen by itself (UTC); None where nothing does.
        suspended_on: The day on which it stopped; None while it runs.
        time_left: What was left when it stopped; None while it runs.
        resumed_on: The day on which it ran on last.
        resumed_with: What it had left then.
        has_agreed_date: Whether its due date was agreed, and no longer follows from its term.
        revisions: The due dates that it had before, oldest first.
    """

    deadline: str
    number: int
    anchor: date
    term: Term
    period: int = 1
    due: date
    due_at: datetime
    status: ClockStatus = ClockStatus.RUNNING
    done_on: date | None = None
    done_by: str | None = None
    cancelled_by_end: bool = False
    minimum_period: bool = False
    run: int = 1
    run_started_at: datetime | None = None
    reached: tuple[LevelReached, ...] = ()
    next_at: datetime | None = None
    suspended_on: date | None = None
    time_left: TimeLeft | None = None
    resumed_on: date | None = None
    resumed_with: TimeLeft | None = None
    has_agreed_date: bool = False
    revisions: tuple[Revision, ...] = ()

    @property
    def is_open(self) -> bool:
        """Whether it has been neither met nor cancelled."""
        return self.done_on is None

    @property
    def is_outstanding(self) -> bool:
        """Whether somebody still has to do something about it."""
        return self.is_open and not self.minimum_period and self.suspended_on is None

    @property
    def is_due_by_term(self) -> bool:
        """Whether its due date still comes from its term and start: no other one was ever agreed."""
        return not self.has_agreed_date and all(revision.cause is not EventKind.NEW_DATE for revision in self.revisions)

    def is_overdue(self, at: datetime) -> bool:
        """Whether its day is over, at an instant, while something still has to be done."""
        return self.is_outstanding and self.due_at <= at


Clocks = tuple[Clock, ...]

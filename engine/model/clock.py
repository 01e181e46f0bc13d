"""Clocks: the deadlines of a case, with their status, revisions and suspensions."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

import msgspec

from .calendar import Term, TimeLeft


class ClockStatus(StrEnum):
    """The status of a clock, by when things happened and not by when they were recorded.

    It is not known what became of some deadlines of imported cases.
    """

    RUNNING = "running"
    SUSPENDED = "suspended"
    MET = "met"
    MISSED = "missed"
    CANCELLED = "cancelled"
    NOT_KNOWN = "not_known"


class EventKind(StrEnum):
    """The kind of an event."""

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
    TAKEN_BACK = "taken_back"
    COMPLETED = "completed"


class Revision(msgspec.Struct, frozen=True, kw_only=True):
    """A change of a due date.

    Attributes:
        previous_due: The due date before.
        due: The due date after.
        cause: The kind of the event that changed it.
        reasons: The reasons.
        agreed_by: The person who agreed it; None if it needed no agreement.
        capacity: The role in which they agreed it.
        recorded_at: The instant at which it was made (UTC).
        was_missed: Whether the previous due date had been missed.
    """

    previous_due: date
    due: date
    cause: EventKind
    reasons: str
    agreed_by: str | None
    capacity: str | None
    recorded_at: datetime
    was_missed: bool = False


class LevelReached(msgspec.Struct, frozen=True, kw_only=True):
    """An escalation level that a clock reached; at most once a run.

    Attributes:
        level: The level's name.
        at: The instant at which it was reached (UTC).
        recipients: The people notified; empty if no one could be, or if it was skipped.
        skipped: Whether its instant lay before the run was recorded, or it did not apply.
        on_hold: Whether its notices waited for release.
    """

    level: str
    at: datetime
    recipients: tuple[str, ...] = ()
    skipped: bool = False
    on_hold: bool = False


class SuspensionChange(msgspec.Struct, frozen=True, kw_only=True):
    """A suspension as an event holds it that begins or changes it: without the words that were typed.

    Attributes:
        number: Its number in the case, from 1.
        since: The first day.
        review_by: The day by which it is reviewed.
        deadlines: The suspended deadlines; empty for all.
        until: The day on which it was lifted; None while it lasts.
    """

    number: int
    since: date
    review_by: date
    deadlines: tuple[str, ...] = ()
    until: date | None = None


class Suspension(SuspensionChange, frozen=True, kw_only=True):
    """A suspension of clocks of a case.

    Attributes:
        proceeding: The proceeding that the case waits for, by its public name.
        consulted: The people who were consulted.
        reasons: The reasons.
    """

    proceeding: str
    consulted: str
    reasons: str

    def covers(self, deadline: str) -> bool:
        """Return whether the suspension covers a deadline."""
        return not self.deadlines or deadline in self.deadlines

    @property
    def change(self) -> SuspensionChange:
        """Return the suspension without the words that were typed."""
        return SuspensionChange(**{name: getattr(self, name) for name in SuspensionChange.__struct_fields__})


class Clock(msgspec.Struct, frozen=True, kw_only=True):
    """A deadline that runs, or ran, for a case.

    Attributes:
        deadline: The deadline's name in the workflow.
        number: Its number among the case's clocks of this deadline, from 1.
        anchor: The day from which its term is counted.
        started_on: The day of the step that started it, if it runs from that day and not from its anchor: a date
            agreed in advance, or a term that counts back.
        term: The term in force when it started.
        period: The number of terms from the anchor to the due date; more than 1 for a repeating deadline.
        due: The last day on which it can be met.
        due_at: The instant at which that day ends (UTC).
        status: The status.
        done_on: The day on which it was met or cancelled; None while it is open.
        done_by: The step that met or cancelled it.
        cancelled_by_end: Whether the case's end or a new start cancelled it.
        minimum_period: Whether it is a minimum period, for which no one is reminded.
        run: The number of the run, from 1; a new date, a resumption or a corrected start begins another.
        run_started_at: The instant at which the run was recorded (UTC); earlier levels are skipped.
        reached: The escalation levels reached on this run.
        next_at: The instant of its next level or its expiry (UTC); None if nothing is pending.
        suspended_on: The day on which it was suspended; None while it runs.
        time_left: The time left when it was suspended; None while it runs.
        resumed_on: The day of its latest resumption.
        resumed_with: The time left at its latest resumption.
        has_agreed_date: Whether its due date was agreed, and no longer follows from its term.
        agreed_on: The day on which a due date was agreed last; None if none ever was.
        agreed_due: That due date, before any suspension since.
        revisions: The changes of its due date, oldest first.
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
    started_on: date | None = None
    resumed_on: date | None = None
    resumed_with: TimeLeft | None = None
    has_agreed_date: bool = False
    agreed_on: date | None = None
    agreed_due: date | None = None
    revisions: tuple[Revision, ...] = ()

    @property
    def first_day(self) -> date:
        """Return the day from which it runs."""
        return self.started_on or self.anchor

    @property
    def latest_start(self) -> date:
        """Return the day from which its present due date is counted: its start, a resumption or an agreement."""
        latest = self.resumed_on or self.first_day
        return latest if self.agreed_on is None else max(latest, self.agreed_on)

    @property
    def is_open(self) -> bool:
        """Return whether it has been neither met nor cancelled."""
        return self.done_on is None

    @property
    def is_outstanding(self) -> bool:
        """Return whether a person still has to act on it."""
        is_known = self.status is not ClockStatus.NOT_KNOWN
        return is_known and self.is_open and not self.minimum_period and self.suspended_on is None

    @property
    def is_due_by_term(self) -> bool:
        """Return whether its due date still follows from its term and start."""
        return not self.has_agreed_date and all(revision.cause is not EventKind.NEW_DATE for revision in self.revisions)

    def is_overdue(self, at: datetime) -> bool:
        """Return whether it is outstanding and its due date has passed at an instant."""
        return self.is_outstanding and self.due_at <= at


Clocks = tuple[Clock, ...]

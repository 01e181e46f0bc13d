"""The values that rules look at and history is made of. All frozen, all keyword-only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from .calendars import Calendar, Term, TimeLeft
from .errors import NotShown
from .forms import Form
from .relations import Children, Look, Parent, Siblings


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
    BROUGHT_IN = "brought_in"
    STEP = "step"
    DEADLINE_PASSED = "deadline_passed"
    CORRECTED = "corrected"
    DISPOSED = "disposed"
    SUSPENDED = "suspended"
    RESUMED = "resumed"
    NEW_DATE = "new_date"
    RECALCULATED = "recalculated"
    ESCALATED = "escalated"
    SKIPPED = "skipped"


@dataclass(frozen=True, kw_only=True, slots=True)
class Actor:
    """Who records.

    Attributes:
        name: The person's (or service's) name.
        roles: The roles that they hold.
    """

    name: str
    roles: frozenset[str]


@dataclass(frozen=True, kw_only=True, slots=True)
class Authority:
    """On whose decision something is done. The typist is not the decider.

    Attributes:
        name: Who decided.
        capacity: The role in which they did.
        evidence: Where that can be read ("minutes of 3 February, item 4").
    """

    name: str
    capacity: str
    evidence: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Revision:
    """A due date that was changed.

    Attributes:
        was: The due date before.
        due: The due date after.
        cause: The kind of the event that changed it.
        reasons: Why.
        agreed_by: Who agreed it; None where nobody had to.
        capacity: The role in which they did.
        recorded_at: When it was recorded (UTC).
        was_missed: Whether the former one had been missed.
    """

    was: date
    due: date
    cause: EventKind
    reasons: str
    agreed_by: str | None
    capacity: str | None
    recorded_at: datetime
    was_missed: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Told:
    """A rung that was reached, once for each leg.

    Attributes:
        rung: The rung.
        at: Its instant (UTC).
        to: Those who were told; nobody where there was nobody to tell, or it was skipped.
        skipped: Whether it had been reached before anybody could know, or did not apply.
        held: Whether it waited for release.
    """

    rung: str
    at: datetime
    to: tuple[str, ...] = ()
    skipped: bool = False
    held: bool = False


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

    def names(self, deadline: str) -> bool:
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
        stood_down: Whether it stopped because the case ended or it was started anew, not because it
            was met.
        minimum_period: Whether it is a time that a thing has to last, which nobody is chased for.
        leg: 1 at first; a new date, a resumption or a corrected start opens the next, which is chased anew.
        leg_at: When this leg was recorded (UTC); what was past by then is told to nobody.
        told: The rungs reached on this leg.
        next_at: When next something has to happen by itself (UTC); None where nothing does.
        suspended_on: The day on which it stopped; None while it runs.
        time_left: What was left when it stopped; None while it runs.
        resumed_on: The day on which it ran on last.
        resumed_with: What it had left then.
        agreed: Whether its due date was agreed, and no longer follows from its term.
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
    stood_down: bool = False
    minimum_period: bool = False
    leg: int = 1
    leg_at: datetime | None = None
    told: tuple[Told, ...] = ()
    next_at: datetime | None = None
    suspended_on: date | None = None
    time_left: TimeLeft | None = None
    resumed_on: date | None = None
    resumed_with: TimeLeft | None = None
    agreed: bool = False
    revisions: tuple[Revision, ...] = ()

    @property
    def is_open(self) -> bool:
        """Whether it has been neither met nor cancelled."""
        return self.done_on is None

    @property
    def is_chased(self) -> bool:
        """Whether somebody still has to do something about it."""
        return self.is_open and not self.minimum_period and self.suspended_on is None

    @property
    def follows_its_term(self) -> bool:
        """Whether its due date still comes from its term and start: no other one was ever agreed."""
        return not self.agreed and all(revision.cause is not EventKind.NEW_DATE for revision in self.revisions)

    def is_overdue(self, at: datetime) -> bool:
        """Whether its day is over, at an instant, while something still has to be done."""
        return self.is_chased and self.due_at <= at


def spelt(agency: str) -> str:
    """An agency's name in the one spelling that all come to: an agency is one however it is typed."""
    return " ".join(agency.split()).casefold()


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
        agencies: The agencies that take part, in alphabetical order.
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
    agencies: tuple[str, ...]
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
        agencies: The agencies that take part from now on; None where they stay.
        closed_on: The day of the end, where the event brings the case to one.
        clocks: Each clock that changes, as it is afterwards.
        links: Connections made.
        warnings: What was pointed out to the person who recorded it.
        amends: Whether a correction's record takes the place of the step's in the case's data.
        suspensions: All suspensions of the case from now on; None where they stay.
        parent: Of an opening, the reference of the case that the new one is part of.
        sets_aside: The steps whose records count no longer from now on.
        been_in: Of a case that was brought in, the states that it had been in by then.
    """

    title: str | None = None
    agencies: tuple[str, ...] | None = None
    closed_on: date | None = None
    clocks: tuple[Clock, ...] = ()
    links: tuple[Link, ...] = ()
    warnings: tuple[str, ...] = ()
    amends: bool = False
    suspensions: tuple[Suspension, ...] | None = None
    parent: str | None = None
    sets_aside: tuple[str, ...] = ()
    been_in: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Secret:
    """A sensitive value on its way to the table where such values live.

    Attributes:
        path: Where in the event's data its digest stands.
        salt: Random bytes that keep the digest from being guessed at.
        value: The value, as JSON text.
    """

    path: str
    salt: bytes = field(repr=False)
    value: str = field(repr=False)


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
        secrets: The sensitive values themselves, only on the way into the database.
        hash: SHA-256 over its content and the hash before it; empty until recorded.
    """

    ref: str
    seq: int
    kind: EventKind
    trigger: str
    from_state: str | None
    to_state: str
    recorded_by: str
    decided_by: Authority | None
    occurred_at: datetime
    occurred_on: date
    recorded_at: datetime
    workflow: str
    workflow_version: int
    data: Mapping[str, Any]
    effects: Effects
    secrets: tuple[Secret, ...] = field(default=(), repr=False, compare=False)
    hash: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Tree:
    """What is shown of the cases above and below one's own: what was declared, and nothing else.

    Attributes:
        shown: The cases, by what looks at them.
        to: The condition that they are shown to; empty for all that a step's conditions look at.
    """

    shown: Mapping[Look, tuple[Case, ...]] = field(default_factory=dict)
    to: str = ""

    def at(self, look: Look) -> tuple[Case, ...]:
        """The cases that are looked at.

        Raises:
            NotShown: where they were not declared, and so not read.
        """
        if look not in self.shown:
            raise NotShown(guard=self.to, look=str(look))
        return self.shown[look]

    def shown_to(self, guard: str, looks_at: tuple[Look, ...]) -> Tree:
        """What one condition declares of it."""
        if not looks_at:
            return Tree(to=guard)
        known = Tree(shown=self.shown, to=guard)
        return Tree(shown={look: known.at(look) for look in looks_at}, to=guard)


@dataclass(frozen=True, kw_only=True, slots=True)
class View:
    """All that a rule may look at.

    Attributes:
        case: The case as it stands; None while it is being opened.
        record: What the step would record; None where the question is only what is possible.
        day: The day, in the calendar's zone, on which the step happened.
        calendar: Whose days count.
        tree: The cases above and below this one that the rule declares it looks at.
    """

    case: Case | None
    record: Form | None
    day: date
    calendar: Calendar
    tree: Tree = field(default_factory=Tree)

    @property
    def parent(self) -> Case:
        """The case that this one is part of; NotShown where the rule does not declare `Parent`."""
        (parent,) = self.tree.at(Parent())
        return parent

    def children(self, workflow: str) -> tuple[Case, ...]:
        """The children of a workflow, in the order of their numbers.

        Raises:
            NotShown: where the rule does not declare these `Children`.
        """
        return self.tree.at(Children(workflow=workflow))

    def siblings(self, workflow: str) -> tuple[Case, ...]:
        """The children of this case's parent, those of one workflow, in the order of their numbers.

        Raises:
            NotShown: where the rule does not declare these `Siblings`.
        """
        return self.tree.at(Siblings(workflow=workflow))

    def recorded(self, step: str) -> Mapping[str, Any] | None:
        """What was recorded last at a step; None where it was not taken, or counts no longer."""
        return self.case.data.get(step) if self.case else None

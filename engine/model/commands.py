"""What is asked of the engine, as values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from .people import Actor, DecidedBy

When = date | datetime | None
"""When a step happened: a day in the calendar's zone, an instant with its zone, or None for now."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Open:
    """Open a case.

    Attributes:
        workflow: The workflow, by name.
        actor: Who records.
        data: The opening's record; sensitive values in it are not shown by `repr`.
        decided_by: On whose decision; None where the actor decides.
        on: When it happened.
        request_id: An id of the caller's, by which a repeated request is known.
        parent: The reference of the case that the new one is part of; None where it stands alone.
    """

    workflow: str
    actor: Actor
    data: Mapping[str, Any] = field(repr=False)
    decided_by: DecidedBy | None = None
    on: When = None
    request_id: str | None = None
    parent: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Step:
    """Take a step.

    Attributes:
        ref: The case.
        trigger: The step.
        actor: Who records.
        data: The step's record; sensitive values in it are not shown by `repr`.
        decided_by: On whose decision; None where the actor decides.
        on: When it happened.
        if_version: The version the caller has seen; another one is a conflict. None to be judged
            against whatever the case is by then.
        request_id: An id of the caller's, by which a repeated request is known.
    """

    ref: str
    trigger: str
    actor: Actor
    data: Mapping[str, Any] = field(repr=False)
    decided_by: DecidedBy | None = None
    on: When = None
    if_version: int | None = None
    request_id: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class HistoryStep:
    """A step that a case had taken before it was brought in.

    Attributes:
        trigger: The step.
        data: The step's record; sensitive values in it are not shown by `repr`.
        decided_by: On whose decision; None where who brings it in decided.
        on: When it happened.
    """

    trigger: str
    data: Mapping[str, Any] = field(repr=False)
    decided_by: DecidedBy | None = None
    on: When = None


@dataclass(frozen=True, kw_only=True, slots=True)
class ImportHistory:
    """A case to bring in, with the steps that it has taken.

    Attributes:
        opening: How it was opened, and who brings all of it in. Its request id is that of the whole.
        steps: What followed, in order.
    """

    opening: Open
    steps: tuple[HistoryStep, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class SnapshotStep:
    """What a register knows of a step that was taken elsewhere.

    Attributes:
        trigger: The step.
        on: The day on which it was taken.
        data: What is known of its record; what is not known is left out. Not shown by `repr`.
    """

    trigger: str
    on: date
    data: Mapping[str, Any] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, kw_only=True, slots=True)
class ImportSnapshot:
    """Bring in a case that was kept elsewhere, in the state that it is in.

    Nothing is judged of what it has gone through: that was done where it happened.

    Attributes:
        workflow: The workflow, by name.
        actor: Who records; somebody who may record what others decided.
        state: The state that it is in.
        opened_on: The day on which it began.
        source: Where that is known from ("brought in from register.xlsx, row 7").
        data: What is known of the opening's record; sensitive values in it are not shown by `repr`.
        title: What people call it; None for what its records say.
        organisations: Agencies that take part, beside those that its records name.
        steps: The steps that are known with their days, in their order where they share one.
        since: The day on which it came into its state, where no known step says it.
        former_reference: How it was called where it was kept.
        parent: The reference of the case that it is part of; None where it stands alone.
        parent_request: In place of `parent`, the request id by which that case was brought in: before, or by
            an earlier command of the same batch.
        request_id: An id of the caller's, by which a repeated request is known. Where it is known from is not
            part of what is asked: the same row of another file is the same request.
    """

    workflow: str
    actor: Actor
    state: str
    opened_on: date
    source: str
    data: Mapping[str, Any] = field(default_factory=dict, repr=False)
    title: str | None = None
    organisations: tuple[str, ...] = ()
    steps: tuple[SnapshotStep, ...] = ()
    since: date | None = None
    former_reference: str | None = None
    parent: str | None = None
    parent_request: str | None = None
    request_id: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Correct:
    """Say what was wrong in an event, and what is right; the event itself stays as it is.

    Attributes:
        ref: The case.
        seq: The event's number.
        actor: Who records.
        wrong: What was wrong; not shown by `repr`, since it may be about a family.
        reasons: Why it is corrected.
        data: The fields of the step's record that are right now; none for words alone.
        decided_by: On whose decision; None where the actor decides.
        if_version: The version the caller has seen; another one is a conflict.
        request_id: An id of the caller's, by which a repeated request is known.
    """

    ref: str
    seq: int
    actor: Actor
    wrong: str = field(repr=False)
    reasons: str
    data: Mapping[str, Any] = field(default_factory=dict, repr=False)
    decided_by: DecidedBy | None = None
    if_version: int | None = None
    request_id: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Dispose:
    """Dispose of sensitive values, for good; the history keeps their digests and proves itself still.

    Attributes:
        ref: The case.
        actor: Who records.
        reasons: On what ground.
        seq: Those of this event alone; None for all that the case has.
        decided_by: On whose decision; None where the actor decides.
        if_version: The version the caller has seen; another one is a conflict.
        request_id: An id of the caller's, by which a repeated request is known.
    """

    ref: str
    actor: Actor
    reasons: str
    seq: int | None = None
    decided_by: DecidedBy | None = None
    if_version: int | None = None
    request_id: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Suspend:
    """Let clocks of a case stand still, for a named proceeding.

    Attributes:
        ref: The case.
        actor: Who records.
        proceeding: What they wait for, as it is called in public; no names of people.
        consulted: Who was asked.
        reasons: Why.
        review_by: The day by which it is looked at again; None for the definition's term from `on`.
        deadlines: Those that stand still; none for all that run, and that start meanwhile.
        decided_by: On whose decision; None where the actor decides.
        on: The day from which they stand still.
        if_version: The version the caller has seen; another one is a conflict.
        request_id: An id of the caller's, by which a repeated request is known.
    """

    ref: str
    actor: Actor
    proceeding: str
    consulted: str
    reasons: str
    review_by: date | None = None
    deadlines: tuple[str, ...] = ()
    decided_by: DecidedBy | None = None
    on: When = None
    if_version: int | None = None
    request_id: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Resume:
    """Let clocks that stand still run on.

    Attributes:
        ref: The case.
        actor: Who records.
        reasons: Why.
        suspension: The suspension's number; None for the only one that lasts.
        decided_by: On whose decision; None where the actor decides.
        on: The day from which they run on.
        if_version: The version the caller has seen; another one is a conflict.
        request_id: An id of the caller's, by which a repeated request is known.
    """

    ref: str
    actor: Actor
    reasons: str
    suspension: int | None = None
    decided_by: DecidedBy | None = None
    on: When = None
    if_version: int | None = None
    request_id: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class NewDate:
    """Agree a new date for a deadline, before it is over or after.

    Attributes:
        ref: The case.
        deadline: The deadline's name.
        to: The new last day.
        actor: Who records.
        reasons: Why.
        decided_by: On whose decision; None where the actor decides.
        if_version: The version the caller has seen; another one is a conflict.
        request_id: An id of the caller's, by which a repeated request is known.
    """

    ref: str
    deadline: str
    to: date
    actor: Actor
    reasons: str
    decided_by: DecidedBy | None = None
    if_version: int | None = None
    request_id: str | None = None


Command = Open | ImportSnapshot | Step | Correct | Dispose | Suspend | Resume | NewDate

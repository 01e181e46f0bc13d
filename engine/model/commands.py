"""The commands that the engine accepts, as frozen values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from .dispose import Dispose
from .imports import CompleteImport
from .imports import ImportSnapshot as ImportSnapshot  # noqa: PLC0414 (for those who import it from here)
from .imports import SnapshotStep as SnapshotStep  # noqa: PLC0414 (for those who import it from here)
from .people import Actor, DecidedBy
from .take_back import TakeBack

When = date | datetime | None
"""A day in the calendar's zone, an instant with its zone, or None for now."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Open:
    """Open a case.

    Attributes:
        workflow: The workflow, by name.
        actor: The person who records.
        data: The opening's record; `repr` does not show it.
        decided_by: The person who decided; None if the actor did.
        on: The day or instant at which it happened.
        request_id: The caller's ID, which makes a repeated request return the first result.
        parent: The parent's reference; None for a root.
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
    """Apply a step to a case.

    Attributes:
        ref: The case.
        trigger: The step.
        actor: The person who records.
        data: The step's record; `repr` does not show it.
        decided_by: The person who decided; None if the actor did.
        on: The day or instant at which it happened.
        if_version: The version that the caller has seen; any other is a conflict. None to accept any.
        request_id: The caller's ID, which makes a repeated request return the first result.
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
    """A past step of a case to import.

    Attributes:
        trigger: The step.
        data: The step's record; `repr` does not show it.
        decided_by: The person who decided; None if the importing actor did.
        on: The day or instant at which it happened.
    """

    trigger: str
    data: Mapping[str, Any] = field(repr=False)
    decided_by: DecidedBy | None = None
    on: When = None


@dataclass(frozen=True, kw_only=True, slots=True)
class ImportHistory:
    """Import a case with its past steps.

    Attributes:
        opening: The opening, and the person who imports; its request ID is that of the whole import.
        steps: The later steps, in order.
    """

    opening: Open
    steps: tuple[HistoryStep, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Correct:
    """Correct an event: its record, its day, or who decided it. The event itself stays unchanged.

    Attributes:
        ref: The case.
        seq: The event's number.
        actor: The person who records.
        wrong: A description of the mistake; `repr` does not show it, because it may be sensitive.
        reasons: The reasons for the correction.
        step: The number of a known step of an imported case, from 1, to correct this step; None for the event itself.
        data: The corrected fields of the record; None to empty a field. Of an import itself: `title`, `organisations`,
            `former_reference`, `state` and `since`; of a suspension: `proceeding`, `consulted`, `reasons`, `review_by`
            and `deadlines`; of a new date: `to` and `reasons`.
        on: The day on which it really happened; None if the recorded day is right.
        decider: The person who really decided it; None if that was recorded rightly.
        capacity: The role in which they really decided; None if that was recorded rightly.
        evidence: The place where their decision can really be read, empty for none; None if that was recorded rightly.
        decided_by: The person who decided the correction; None if the actor did.
        if_version: The version that the caller has seen; any other is a conflict.
        request_id: The caller's ID, which makes a repeated request return the first result.
    """

    ref: str
    seq: int
    actor: Actor
    wrong: str = field(repr=False)
    reasons: str
    step: int | None = None
    data: Mapping[str, Any] = field(default_factory=dict, repr=False)
    on: date | None = None
    decider: str | None = field(default=None, repr=False)
    capacity: str | None = None
    evidence: str | None = field(default=None, repr=False)
    decided_by: DecidedBy | None = None
    if_version: int | None = None
    request_id: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Suspend:
    """Suspend clocks of a case, for a named proceeding.

    Attributes:
        ref: The case.
        actor: The person who records.
        proceeding: The proceeding that the case waits for, by its public name, without names of people.
        consulted: The people who were consulted.
        reasons: The reasons.
        review_by: The day by which it is reviewed; None for the definition's term from `on`.
        deadlines: The deadlines to suspend; empty for all, including those that start meanwhile.
        decided_by: The person who decided; None if the actor did.
        on: The first day of the suspension.
        if_version: The version that the caller has seen; any other is a conflict.
        request_id: The caller's ID, which makes a repeated request return the first result.
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
    """Lift a suspension.

    Attributes:
        ref: The case.
        actor: The person who records.
        reasons: The reasons.
        suspension: The suspension's number; None if only one lasts.
        decided_by: The person who decided; None if the actor did.
        on: The day on which the clocks resume.
        if_version: The version that the caller has seen; any other is a conflict.
        request_id: The caller's ID, which makes a repeated request return the first result.
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
    """Agree a new date for a deadline, before or after its due date.

    Attributes:
        ref: The case.
        deadline: The deadline's name.
        to: The new last day.
        actor: The person who records.
        reasons: The reasons.
        decided_by: The person who decided; None if the actor did.
        if_version: The version that the caller has seen; any other is a conflict.
        request_id: The caller's ID, which makes a repeated request return the first result.
    """

    ref: str
    deadline: str
    to: date
    actor: Actor
    reasons: str
    decided_by: DecidedBy | None = None
    if_version: int | None = None
    request_id: str | None = None


Command = Open | Step | Correct | Dispose | Suspend | Resume | NewDate | TakeBack
"""A command that `Engine.record` and `Engine.record_many` accept."""

Import = ImportHistory | ImportSnapshot | CompleteImport
"""A case that `Engine.import_many` accepts."""

"""The commands that import a case as a register knows it, and complete it from a later one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from .people import Actor, DecidedBy


@dataclass(frozen=True, kw_only=True, slots=True)
class SnapshotStep:
    """A past step, as far as a register knows it.

    Attributes:
        trigger: The step.
        on: The day on which it happened.
        data: The known fields of its record; `repr` does not show them.
    """

    trigger: str
    on: date
    data: Mapping[str, Any] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, kw_only=True, slots=True)
class ImportSnapshot:
    """Import a case in its present state.

    The rules are not applied to its past.

    Attributes:
        workflow: The workflow, by name.
        actor: The person who records, in a role that may record for others.
        state: The present state.
        opened_on: The day on which it was opened.
        source: The source ("register.xlsx, row 7").
        data: The known fields of the opening's record; `repr` does not show them.
        title: The title; None to take it from the records.
        organisations: The organisations that take part, besides those that its records name.
        steps: The known steps with their days, in order.
        since: The day on which it entered its state, if no known step says it.
        former_reference: Its reference in the source.
        parent: The parent's reference; None for a root.
        parent_request: Instead of `parent`, the request ID of the parent's import, earlier or in the same batch.
        request_id: The caller's ID, which makes a repeated request return the first result. The source is
            not part of the request: the same row of another file is the same request.
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
class CompleteImport:
    """Fill what an imported case left empty, as a later register knows it.

    What is known already stays: it may be repeated, and any other value is refused. It is corrected with `Correct`.

    Attributes:
        ref: The case.
        actor: The person who records, in a role that may record for others.
        source: The source ("register.xlsx, row 7").
        data: Known fields of the opening's record; `repr` does not show them.
        steps: Known steps with their days. A step that is on record on that day, or the only one of its kind, gets the
            fields that it lacks.
        since: The day on which it entered its state, if no known step says it.
        if_version: The version that the caller has seen; any other is a conflict.
        request_id: The caller's ID, which makes a repeated request return the first result.
    """

    ref: str
    actor: Actor
    source: str
    data: Mapping[str, Any] = field(default_factory=dict, repr=False)
    steps: tuple[SnapshotStep, ...] = ()
    since: date | None = None
    if_version: int | None = None
    request_id: str | None = None

    @property
    def decided_by(self) -> DecidedBy | None:
        """Return None: nobody but the actor decides it."""
        return None

"""What is asked of the engine, as values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from .case import Actor, Authority

Day = date | datetime | None
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
    """

    workflow: str
    actor: Actor
    data: Mapping[str, Any] = field(repr=False)
    decided_by: Authority | None = None
    on: Day = None
    request_id: str | None = None


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
    decided_by: Authority | None = None
    on: Day = None
    if_version: int | None = None
    request_id: str | None = None


Command = Open | Step

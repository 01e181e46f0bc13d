"""What judging is told, and what it comes to, as values."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from .calendars import Calendar
from .case import Case, Event, Link
from .commands import Open, Step
from .definition import Workflow
from .ladder import Rules
from .outbox import Notice
from .sealing import Salt
from .terms import LocalRules


@dataclass(frozen=True, kw_only=True, slots=True)
class Judging:
    """What judging is told about the world.

    Attributes:
        now: The present (UTC).
        calendar: Whose days count, the unit's own among them.
        salt: Gives random bytes for sealing sensitive values.
        local: The terms and ladders that the unit has set.
    """

    now: datetime
    calendar: Calendar
    salt: Salt
    local: LocalRules = field(default_factory=LocalRules)

    def rules(self, workflow: Workflow) -> Rules:
        """By what rules the clocks of a workflow's cases are counted."""
        return Rules(workflow=workflow, calendar=self.calendar, local=self.local)


@dataclass(frozen=True, kw_only=True, slots=True)
class Opening:
    """A case that is opened in the same transaction as a step of another.

    Attributes:
        ref: The reference for it.
        command: How to open it.
        link: What it is to the case that opens it.
        inverse: What that case is to it.
    """

    ref: str
    command: Open
    link: Link
    inverse: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Decision:
    """What is to be recorded, in one transaction.

    Attributes:
        events: What happened, in order.
        case: The case as it will be.
        opens: The other case that is opened with it, if one is.
        children: How to open the children that are opened with it, in their order.
        takes: The steps that other cases of the tree take with it, in their order.
        notices: What is to be told to whom.
    """

    events: tuple[Event, ...]
    case: Case
    opens: Opening | None = None
    children: tuple[Open, ...] = ()
    takes: tuple[Step, ...] = ()
    notices: tuple[Notice, ...] = ()

"""The engine: explicit state machines, judged purely, recorded in one transaction.

Nothing in it knows of safeguarding; `casereview.workflows` declares what it moves.
"""

from typing import TYPE_CHECKING, Any

from .definition.workflow import Workflow
from .engine import Engine
from .errors.bad_input import BatchFailed, ImportFailed, InvalidForm
from .errors.base import BadInput, Block, CasereviewError, Fault, StoreError
from .errors.refusals import Conflict, Contention, NotAllowed, Refused, VersionConflict
from .errors.unknown import UnknownCase
from .model.calendar import Calendar, Term, TermUnit
from .model.case import Case, Event, Link
from .model.clock import Clock, ClockStatus, EventKind
from .model.people import Actor, DecidedBy, Person
from .ports.records import DueItem, Selection, StateCount
from .ports.store import Store

if TYPE_CHECKING:
    from .model.commands import (
        Command,
        HistoryStep,
        ImportHistory,
        ImportSnapshot,
        NewDate,
        Open,
        Resume,
        SnapshotStep,
        Step,
        Suspend,
    )
    from .service.handler import CommandResult, ImportResult

__all__ = [
    "Actor",
    "BadInput",
    "BatchFailed",
    "Block",
    "Calendar",
    "Case",
    "CasereviewError",
    "Clock",
    "ClockStatus",
    "Command",
    "CommandResult",
    "Conflict",
    "Contention",
    "DecidedBy",
    "DueItem",
    "Engine",
    "Event",
    "EventKind",
    "Fault",
    "HistoryStep",
    "ImportFailed",
    "ImportHistory",
    "ImportResult",
    "ImportSnapshot",
    "InvalidForm",
    "Link",
    "NewDate",
    "NotAllowed",
    "Open",
    "Person",
    "Refused",
    "Resume",
    "Selection",
    "SnapshotStep",
    "StateCount",
    "Step",
    "Store",
    "StoreError",
    "Suspend",
    "Term",
    "TermUnit",
    "UnknownCase",
    "VersionConflict",
    "Workflow",
]


def __getattr__(name: str) -> Any:
    # What only recording needs is loaded when it is first asked for, so that looking answers at once.
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from .model import commands
    from .service import handler as clerk

    return getattr(clerk if name in ("ImportResult", "CommandResult") else commands, name)

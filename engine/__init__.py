"""The engine: explicit state machines, judged purely, recorded in one transaction.

Nothing in it knows of safeguarding; `casereview.workflows` declares what it moves.
"""

from typing import TYPE_CHECKING, Any

from .calendars import Calendar, Term, Unit
from .case import Actor, Authority, Case, Clock, ClockStatus, Event, EventKind, Link
from .definition import Workflow
from .engine import Engine
from .errors import (
    BadInput,
    Block,
    CasereviewError,
    Conflict,
    Contention,
    Fault,
    InvalidForm,
    NotAllowed,
    NotBroughtIn,
    NotRecorded,
    Refused,
    StoreError,
    UnknownCase,
    VersionConflict,
)
from .store import Count, Due, Person, Selection, Store

if TYPE_CHECKING:
    from .clerk import BroughtIn, Recorded
    from .commands import BringIn, Command, History, KnownStep, NewDate, Open, PastStep, Resume, Step, Suspend

__all__ = [
    "Actor",
    "Authority",
    "BadInput",
    "Block",
    "BringIn",
    "BroughtIn",
    "Calendar",
    "Case",
    "CasereviewError",
    "Clock",
    "ClockStatus",
    "Command",
    "Conflict",
    "Contention",
    "Count",
    "Due",
    "Engine",
    "Event",
    "EventKind",
    "Fault",
    "History",
    "InvalidForm",
    "KnownStep",
    "Link",
    "NewDate",
    "NotAllowed",
    "NotBroughtIn",
    "NotRecorded",
    "Open",
    "PastStep",
    "Person",
    "Recorded",
    "Refused",
    "Resume",
    "Selection",
    "Step",
    "Store",
    "StoreError",
    "Suspend",
    "Term",
    "Unit",
    "UnknownCase",
    "VersionConflict",
    "Workflow",
]


def __getattr__(name: str) -> Any:
    # What only recording needs is loaded when it is first asked for, so that looking answers at once.
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from . import clerk, commands

    return getattr(clerk if name in ("BroughtIn", "Recorded") else commands, name)

"""The engine: explicit state machines, judged purely, recorded in one transaction.

Nothing in it knows of safeguarding; `casereview.workflows` declares what it moves.
"""

from typing import TYPE_CHECKING, Any

from .definition.workflow import Workflow
from .engine import Engine
from .errors.bad_input import InvalidForm, NotBroughtIn, NotRecorded
from .errors.base import BadInput, Block, CasereviewError, Fault, StoreError
from .errors.refusals import Conflict, Contention, NotAllowed, Refused, VersionConflict
from .errors.unknown import UnknownCase
from .model.calendar import Calendar, Term, Unit
from .model.case import Case, Event, Link
from .model.clock import Clock, ClockStatus, EventKind
from .model.people import Actor, Authority, Person
from .ports.records import Count, Due, Selection
from .ports.store import Store

if TYPE_CHECKING:
    from .model.commands import BringIn, Command, History, KnownStep, NewDate, Open, PastStep, Resume, Step, Suspend
    from .service.handler import BroughtIn, Recorded

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
    from .model import commands
    from .service import handler as clerk

    return getattr(clerk if name in ("BroughtIn", "Recorded") else commands, name)

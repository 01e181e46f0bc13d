"""Advise what to type after an error of the engine, from the error's facts."""

from __future__ import annotations

from ..engine.errors.base import CasereviewError
from ..engine.errors.faults import NotDelivered
from ..engine.errors.refusals import NotAllowed, VersionConflict
from ..engine.errors.unknown import UnknownCase, UnknownMessage, UnknownPerson


def advised(error: CasereviewError) -> str:
    """Return an error's sentence, followed by the command that helps."""
    advice = _advice(error)
    return f"{error} {advice}" if advice else str(error)


def _advice(error: CasereviewError) -> str:
    match error:
        case UnknownCase():
            return "References look like SCR-2026-001: see casereview list."
        case UnknownPerson(name=name):
            return f'The business manager can add them: casereview people add "{name}" --role ROLE'
        case UnknownMessage():
            return "Give its first characters: see casereview messages."
        case NotDelivered(permanent=True):
            return "See casereview messages."
        case NotAllowed():
            return "The business manager can give a role: casereview people add NAME --role ROLE"
        case VersionConflict(ref=ref):
            return f"To look at it: casereview show {ref}"
        case _:
            cause = getattr(error, "cause", None)
            return _advice(cause) if isinstance(cause, CasereviewError) else ""

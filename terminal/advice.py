"""Advise what to type after an error of the engine, from the error's facts."""

from __future__ import annotations

from dataclasses import replace

from ..engine.errors.bad_input import BadValue
from ..engine.errors.base import CasereviewError
from ..engine.errors.faults import DatabaseProblem, NotDelivered
from ..engine.errors.refusals import NotAllowed, Refused, VersionConflict
from ..engine.errors.unknown import UnknownCase, UnknownMessage, UnknownPerson

LINE_BREAK = "\n"

REMEDIES = {
    "create": "Create one there with: casereview init.",
    "create tables": "Create them with: casereview init.",
    "restore or create": "If it held records, put back the latest backup. If not, run: casereview init.",
    "right file": "Point --database or CASEREVIEW_DATABASE at the right file.",
    "upgrade": "Bring it up to date with: casereview upgrade.",
    "newer version": "It was made by a newer version: install that one (pip install --upgrade casereview).",
}
"""The commands that help with a problem of the database, by the hint that the error carries."""

CHECK_REMEDIES = {
    "schema": "casereview upgrade",
    "history": "casereview verify, then casereview doctor --mend",
    "journal": "casereview doctor --mend",
    "people": "casereview init",
    "sweeps": "casereview worker, or casereview escalate once a day",
    "cases swept": "casereview verify",
    "open cases": "casereview verify",
    "recipients": "casereview people add NAME --role ROLE --email ADDRESS",
    "messages": "casereview messages send, or casereview messages retry --all",
    "messages on hold": "casereview messages",
}
"""The commands that help if a check fails, by the check's name."""


def advised(error: CasereviewError) -> str:
    """Return an error's sentence, followed by the command that helps."""
    if isinstance(error, DatabaseProblem) and error.hint in REMEDIES:
        return str(replace(error, remedy=REMEDIES[error.hint]))
    advice = _advice(error)
    if not advice:
        return str(error)
    return f"{error}{LINE_BREAK if isinstance(error, Refused) else ' '}{advice}"


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
        case Refused(ref=ref, step="decide" | "minute", state="called"):
            return f"Record who attended first: casereview meeting attend {ref} --present NAME"
        case BadValue(name="the event"):
            return "To see the numbers: casereview history REF"
        case BadValue(name="CASEREVIEW_TEMPLATES"):
            return "To write one: casereview messages templates FOLDER"
        case VersionConflict(ref=ref):
            return f"To look at it: casereview show {ref}"
        case _:
            cause = getattr(error, "cause", None)
            return _advice(cause) if isinstance(cause, CasereviewError) else ""

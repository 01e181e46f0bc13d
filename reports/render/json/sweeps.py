"""Build documents for sweeps and the escalation levels they reach."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .document import Document
from .local_settings import recalculated_document

if TYPE_CHECKING:
    from ....engine import FiredLevel, Sweep


def sweep_document(sweep: Sweep) -> Document:
    """Return the result of a sweep."""
    return {
        "at": sweep.at.isoformat(),
        "fired": [fired_level_document(one) for one in sweep.fired],
        "skipped": [fired_level_document(one) for one in sweep.skipped],
        "failed": [{"ref": one.ref, "problem": one.problem} for one in sweep.failed],
        "stopped": sweep.stopped,
        "miscounted": [recalculated_document(one) for one in sweep.miscounted],
    }


def fired_level_document(fired: FiredLevel) -> Document:
    """Return an escalation level that was or will be reached."""
    return {
        "ref": fired.ref,
        "deadline": fired.deadline,
        "title": fired.title,
        "level": fired.level,
        "recipients": list(fired.recipients),
        "at": fired.at.isoformat(),
        "due": fired.due.isoformat(),
        "on_hold": fired.on_hold,
    }

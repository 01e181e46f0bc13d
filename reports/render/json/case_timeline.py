"""Build the document for a case's timeline."""

from __future__ import annotations

from ...values.case_timeline import CaseTimeline
from .document import Document


def timeline_document(timeline: CaseTimeline) -> Document:
    """Return a timeline as a document."""
    return {
        "ref": timeline.ref,
        "title": timeline.title,
        "start": timeline.start.isoformat(),
        "end": timeline.end.isoformat(),
        "intervals": [
            {
                "kind": str(one.kind),
                "title": one.title,
                "start": one.start.isoformat(),
                "end": None if one.end is None else one.end.isoformat(),
                "due": None if one.due is None else one.due.isoformat(),
                "status": one.status or None,
            }
            for one in timeline.intervals
        ],
    }

"""Build the document for a case's timeline."""

from __future__ import annotations

from ...values.case_timeline import CaseTimeline
from .document import Document


def timeline_document(course: CaseTimeline) -> Document:
    """The course for programs."""
    return {
        "ref": course.ref,
        "title": course.title,
        "start": course.start.isoformat(),
        "end": course.end.isoformat(),
        "stretches": [
            {
                "kind": str(one.kind),
                "title": one.title,
                "start": one.start.isoformat(),
                "end": None if one.end is None else one.end.isoformat(),
                "due": None if one.due is None else one.due.isoformat(),
                "standing": one.standing or None,
            }
            for one in course.stretches
        ],
    }

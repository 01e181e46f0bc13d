"""Build the document for the annual figures."""

from __future__ import annotations

from typing import Any

from ...values.annual_figures import AnnualFigures


def annual_document(of: AnnualFigures) -> dict[str, Any]:
    """The figures, for programs."""
    return {
        "from": of.period.first.isoformat(),
        "to": of.period.last.isoformat(),
        "kinds": [
            {
                "workflow": kind.workflow,
                "title": kind.title,
                "opened": kind.opened,
                "ended": dict(kind.ended),
                "completed": kind.completed,
                "bands": dict(kind.bands),
            }
            for kind in of.kinds
        ],
        "reports": dict(of.reports),
        "proposed_not_to_be_published": dict(of.proposals),
        "recommendations_not_carried_out": [
            {"ref": one.ref, "number": one.number, "text": one.text, "reasons": one.why, "on": one.on.isoformat()}
            for one in of.undone
        ],
    }

"""Build the document for the annual figures."""

from __future__ import annotations

from typing import Any

from ...values.annual_figures import AnnualFigures


def annual_document(figures: AnnualFigures) -> dict[str, Any]:
    """Return the annual figures as a document."""
    return {
        "from": figures.period.first.isoformat(),
        "to": figures.period.last.isoformat(),
        "kinds": [
            {
                "workflow": kind.workflow,
                "title": kind.title,
                "opened": kind.opened,
                "ended": dict(kind.ended),
                "completed": kind.completed,
                "bands": dict(kind.duration_bands),
            }
            for kind in figures.review_types
        ],
        "reports": dict(figures.reports),
        "proposed_not_to_be_published": dict(figures.proposals),
        "recommendations_not_carried_out": [
            {
                "ref": one.ref,
                "number": one.number,
                "text": one.text,
                "reasons": one.reasons,
                "on": one.decided_on.isoformat(),
            }
            for one in figures.unmet_recommendations
        ],
    }

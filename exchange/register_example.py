"""An invented register, filled in: what a unit's rows may look like."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from .layout import ACTIONS, RECOMMENDATIONS, Cells
from .register import AGENCIES, PLANS, REVIEW_ROWS

OLD, SMALL, NEW = "2024/03", "2023/11", "2025/02"

EXAMPLE: Mapping[str, Sequence[Cells]] = {
    REVIEW_ROWS: (
        {
            "reference": OLD,
            "kind": "Serious Case Review",
            "title": "Child K",
            "state": "monitored",
            "opened_on": date(2024, 2, 5),
            "agency": "Agency 1",
            "harm": "serious harm",
            "aware_on": date(2024, 1, 30),
            "notified_on": date(2024, 2, 6),
            "decided_on": date(2024, 3, 4),
            "told_on": date(2024, 3, 8),
            "appointed_on": date(2024, 5, 13),
            "reviewer": "Reviewer 1",
            "agreed_on": date(2025, 3, 17),
            "asked_on": date(2025, 3, 24),
            "published_on": date(2025, 5, 12),
            "monitored_on": date(2025, 6, 9),
            "progress_on": date(2025, 12, 8),
        },
        {
            "reference": SMALL,
            "kind": "Partnership review",
            "title": "Child L",
            "state": "closed",
            "opened_on": date(2023, 6, 12),
            "since": date(2024, 9, 30),
            "agency": "Agency 2",
        },
        {
            "reference": NEW,
            "kind": "Serious Case Review",
            "title": "Child M",
            "state": "referred",
            "opened_on": date(2025, 12, 15),
            "agency": "Agency 3",
            "harm": "death",
            "aware_on": date(2025, 12, 12),
            "notified_on": date(2025, 12, 16),
        },
    ),
    AGENCIES: (
        {"review": OLD, "agency": "Agency 2"},
        {"review": OLD, "agency": "Agency 3"},
        {"review": SMALL, "agency": "Agency 1"},
    ),
    RECOMMENDATIONS: (
        {
            "review": OLD,
            "number": "1",
            "text": "Chronologies are sent within ten working days.",
            "made_to": "Agency 1\nAgency 2",
            "state": "made",
        },
        {
            "review": OLD,
            "number": "2",
            "text": "Handovers between shifts are recorded.",
            "made_to": "Agency 2",
            "scope": "local",
            "state": "made",
        },
        {
            "review": SMALL,
            "number": "1",
            "text": "Staff know whom to ask out of hours.",
            "made_to": "Agency 1",
            "state": "carried out",
            "opened_on": date(2024, 1, 15),
            "since": date(2024, 9, 2),
        },
    ),
    PLANS: (
        {
            "review": OLD,
            "agency": "Agency 1",
            "due_on": date(2025, 5, 30),
            "state": "agreed",
            "since": date(2025, 6, 9),
            "submitted_on": date(2025, 5, 28),
        },
        {"review": OLD, "agency": "Agency 2", "due_on": date(2025, 5, 30), "state": "requested"},
    ),
    ACTIONS: (
        {
            "review": OLD,
            "reference": "K-1",
            "agency": "Agency 1",
            "recommendations": "1",
            "action": "A duty desk sends the chronology.",
            "lead_person": "Duty Manager of Agency 1",
            "due_on": date(2025, 10, 31),
            "state": "assured",
            "since": date(2025, 11, 24),
            "agreed_on": date(2025, 6, 9),
            "handed_in_on": date(2025, 10, 27),
            "outcome": "The desk is staffed on all days.",
        },
        {
            "review": OLD,
            "reference": "K-2",
            "agency": "Agency 1",
            "recommendations": "1",
            "action": "The desk's work is audited.",
            "lead_person": "Auditor of Agency 1",
            "due_on": date(2026, 3, 31),
            "state": "agreed",
            "agreed_on": date(2025, 6, 9),
        },
        {
            "review": OLD,
            "reference": "K-3",
            "agency": "Agency 2",
            "recommendations": "1, 2",
            "action": "A handover book is kept.",
            "due_on": date(2026, 4, 30),
            "state": "proposed",
        },
        {
            "review": SMALL,
            "reference": "L-1",
            "agency": "Agency 1",
            "recommendations": "1",
            "action": "A list of numbers hangs in each office.",
            "due_on": date(2024, 6, 28),
            "state": "assured",
            "opened_on": date(2024, 1, 15),
            "since": date(2024, 8, 12),
        },
    ),
}

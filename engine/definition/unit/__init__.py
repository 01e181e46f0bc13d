"""The workflow of the unit's own record: people, absences, days, terms. Every registry brings it."""

UNIT_WORKFLOW = "unit"
"""The name of the workflow; no other may have it."""

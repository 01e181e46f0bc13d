"""Name the fields that only reports read. The rules that need other fields stand with the workflows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ...engine.forms.digests import digests_in
from ...engine.model.case import Case


@dataclass(frozen=True, kw_only=True, slots=True)
class RecordField:
    """A field of a case's records.

    Attributes:
        workflow: The case's workflow.
        field: The field that holds it.
        steps: The steps that record it. A later step replaces what an earlier one recorded.
        empty_replaces: If a later step without a value replaces it, too.
    """

    workflow: str
    field: str
    steps: tuple[str, ...]
    empty_replaces: bool = False

    def value(self, case: Case) -> Any:
        """Return the recorded value, or None if there is none or it is sensitive."""
        found = None
        for record in (case.data[step] for step in self.steps if step in case.data):
            said = record.get(self.field)
            if said is not None or self.empty_replaces:
                found = said
        return None if any(digests_in(found)) else found

    def text(self, case: Case) -> str:
        """Return the recorded value as text; empty if there is none."""
        return str(self.value(case) or "")


PROGRESS_TEXT = RecordField(workflow="action", field="text", steps=("report_progress",))
REASONS_NOT_CARRIED_OUT = RecordField(workflow="recommendation", field="reasons", steps=("not_carry_out",))
RELATION = RecordField(workflow="engagement", field="relation", steps=("plan",))

NOTE_STEP, NOTE_TEXT, NOTE_CONTACT = "note", "text", "contact"
"""The step that records a note, and its fields. Both fields are sensitive."""

CALL_STEP, ATTEND_STEP, DECIDE_STEP = "call", "attend", "decide"
"""The steps that call a meeting, record who attended, and record a decision."""

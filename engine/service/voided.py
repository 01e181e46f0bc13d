"""List the cases that were opened by mistake and voided."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from ..model.case import Case
from ..model.clock import EventKind
from ..ports.records import Selection
from ..ports.store import Reader
from .queries import Queries


@dataclass(frozen=True, kw_only=True, slots=True)
class VoidedCase:
    """A case that was opened by mistake and voided. Its reference is not used again.

    Attributes:
        ref: Its reference.
        workflow: The workflow's name.
        workflow_version: The workflow's version.
        voided_on: The day on which it was voided.
        reasons: The reasons.
        voided_by: The person who voided it.
    """

    ref: str
    workflow: str
    workflow_version: int
    voided_on: date
    reasons: str
    voided_by: str


class VoidedCases(Queries):
    """The verb that lists voided cases, which no other list has."""

    def voided_cases(self, *, after: str | None = None, limit: int = 100) -> tuple[VoidedCase, ...]:
        """Return the cases that were opened by mistake and voided, in the order of their references.

        Args:
            after: Only cases after this reference.
            limit: Maximum number of cases.
        """
        with self._store.reading() as reader:
            found = reader.cases(Selection(voided=True, after=after, limit=limit))
            return tuple(_voided(reader, case) for case in found)


def _voided(reader: Reader, case: Case) -> VoidedCase:
    event = next(event for event in reversed(reader.events(case.ref)) if event.kind is EventKind.TAKEN_BACK)
    return VoidedCase(
        ref=case.ref,
        workflow=case.workflow,
        workflow_version=case.workflow_version,
        voided_on=event.occurred_on,
        reasons=event.data["reasons"],
        voided_by=event.recorded_by,
    )

"""Say what reports ask about the parts of a review. The workflows answer it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any, Protocol

from ...engine.model.case import Case


class PendingDecision(Protocol):
    """A state in which a part of a review waits for a decision."""

    @property
    def workflow(self) -> str:
        """Return the part's workflow."""

    @property
    def state(self) -> str:
        """Return the state."""

    @property
    def roles(self) -> tuple[str, ...]:
        """Return the roles that are asked, each in its kinds of review."""

    @property
    def meeting_roles(self) -> tuple[str, ...]:
        """Return the capacities of the chairs whose meetings hear of it."""

    @property
    def title(self) -> str:
        """Return the decision, for people."""


class ReviewParts(Protocol):
    """The rules of a review's parts that reports rely on. A module of the workflows fulfils it."""

    ENGAGEMENT: str
    RECOMMENDATION: str
    AGENCY_ACTION_PLAN: str
    ACTION: str
    PROPOSED: str
    IN_PROGRESS: str
    BEING_DONE_STATES: tuple[str, ...]
    ASSURED: str
    CARRY_OUT: str
    ASSURE: str
    SLIPPING: str
    ON_TRACK: str
    COMPLETION_DEADLINE: str
    PROGRESS_REPORT_STEP: str
    HEAD_ROLES: tuple[str, ...]
    DECIDING_ROLES: tuple[str, ...]
    SUBGROUP_CHAIR_ROLE: str

    def agency_of(self, case: Case, /) -> str:
        """Return the agency of a return, a plan or an action."""

    def number_of(self, recommendation: Case, /) -> int:
        """Return a recommendation's number in the report."""

    def text_of(self, recommendation: Case, /) -> str:
        """Return a recommendation's present text."""

    def addressees(self, recommendation: Case, /) -> tuple[str, ...]:
        """Return the agencies that a recommendation is made to."""

    def open_question(self, recommendation: Case, /) -> str | None:
        """Return the agency that waits for an answer to its question, or None."""

    def current_plan(self, action: Case, /) -> Mapping[str, Any]:
        """Return the present plan of an action: its text, its day, what it answers."""

    def recommendations_answered(self, action: Case, /) -> tuple[int, ...]:
        """Return the numbers of the recommendations that an action answers."""

    def lead_person_of(self, action: Case, /) -> str:
        """Return the person who leads an action."""

    def progress_status_of(self, action: Case, /) -> str:
        """Return the progress reported last on an action."""

    def latest_evidence_of(self, action: Case, /) -> tuple[Mapping[str, Any], ...]:
        """Return the documents that show an action's completion, or else its progress."""

    def due_dates_of(self, action: Case, /) -> tuple[date, date] | None:
        """Return the first and the present due date agreed for an action."""

    def unanswered(
        self, recommendations: Iterable[Case], actions: Iterable[Case], plans: Iterable[Case], /
    ) -> Iterator[tuple[str, int]]:
        """Yield each agency and recommendation number that has no action."""

    def is_family(self, engagement: Case, /) -> bool:
        """Return True if an engagement is with the family."""

    def findings_shared(self, engagement: Case, /) -> bool:
        """Return True if the findings were shared with the people of an engagement."""

    def unpublished_outcome(self, publication: Case, /) -> str | None:
        """Return the outcome of a proposal not to publish a report in full, or None."""

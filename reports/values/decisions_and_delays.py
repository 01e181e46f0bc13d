"""List the decisions that are needed, the overdue work and the changed due dates of a review."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from ...engine.forms.names import same_name_key
from ...engine.model.case import Case
from ...engine.model.clock import EventKind
from .review import OverdueItem, Review, natural_sort_key


@dataclass(frozen=True, kw_only=True, slots=True)
class NeededDecision:
    """A decision that is needed.

    Attributes:
        ref: The reference of the case.
        agency: The agency; empty if it belongs to none.
        title: The decision.
        role: The role that decides.
        role_title: The same in words.
        since: The day of the case's latest step.
    """

    ref: str
    agency: str
    title: str
    role: str
    role_title: str
    since: date


@dataclass(frozen=True, kw_only=True, slots=True)
class DateChange:
    """A due date that was changed.

    Attributes:
        ref: The reference of the case.
        owner: The agency that has to act, or the title of the role.
        title: The task.
        previous_due: The previous due date.
        due: The new due date.
        agreed_by: The person who agreed it.
        reasons: The reasons.
        recorded_at: The instant of recording (UTC).
    """

    ref: str
    owner: str
    title: str
    previous_due: date
    due: date
    agreed_by: str
    reasons: str
    recorded_at: datetime

    @property
    def days(self) -> int:
        """Return the number of days it moved; negative if it came forward."""
        return (self.due - self.previous_due).days


@dataclass(frozen=True, kw_only=True, slots=True)
class OverdueWork:
    """The overdue work of one agency or role.

    Attributes:
        owner: The agency, or the title of the role.
        items: The overdue items, the longest overdue first.
    """

    owner: str
    items: tuple[OverdueItem, ...]

    @property
    def most_days(self) -> int:
        """Return the days of the longest overdue item."""
        return max(item.days_overdue for item in self.items)

    @property
    def total_days(self) -> int:
        """Return the overdue days of all items together."""
        return sum(item.days_overdue for item in self.items)


def needed_decisions(review: Review) -> tuple[NeededDecision, ...]:
    """Return the decisions that a review needs: pending decisions, questions, then slipping actions."""
    return (*_submitted(review), *_questioned(review), *_slipping(review))


def date_changes(review: Review, since: datetime | None = None) -> tuple[DateChange, ...]:
    """Return the changed due dates of a review, the latest first, recorded after an instant if one is given."""
    found = [one for case in review.cases for one in _moved(review, case)]
    wanted = [one for one in found if since is None or one.recorded_at > since]
    return tuple(sorted(wanted, key=lambda one: one.recorded_at, reverse=True))


def overdue_by_owner(reviews: Sequence[Review]) -> tuple[OverdueWork, ...]:
    """Return the overdue work by agency or role, the most overdue days first."""
    of: dict[str, list[OverdueItem]] = {}
    for review in reviews:
        for item in review.overdue_items():
            of.setdefault(same_name_key(item.owner), []).append(item)
    found = [
        OverdueWork(
            owner=items[0].owner,
            items=tuple(sorted(items, key=lambda item: (-item.days_overdue, natural_sort_key(item.case.ref)))),
        )
        for items in of.values()
    ]
    return tuple(sorted(found, key=lambda one: (-one.total_days, natural_sort_key(one.owner))))


def _submitted(review: Review) -> Iterator[NeededDecision]:
    known = {role.name for role in review.workflow(review.root).roles}
    for pending in review.pending_decisions:
        for case in review.cases_of(pending.workflow):
            if case.state == pending.state:
                role = next(role for role in pending.roles if role in known)
                yield _decision(review, case, title=pending.title, role=role)


def _questioned(review: Review) -> Iterator[NeededDecision]:
    for case in review.cases_of(review.parts.RECOMMENDATION):
        agency = review.parts.open_question(case)
        if agency is not None:
            title = f"Answer {agency}'s question about recommendation {review.parts.number_of(case)}"
            yield _decision(review, case, title=title, role=review.parts.SUBGROUP_CHAIR_ROLE, agency=agency)


def _slipping(review: Review) -> Iterator[NeededDecision]:
    parts = review.parts
    for case in review.cases_of(parts.ACTION):
        if case.state == parts.IN_PROGRESS and parts.progress_status_of(case) == parts.SLIPPING:
            title = "The action is slipping: agree a new date, or keep this one"
            yield _decision(review, case, title=title, role=parts.SUBGROUP_CHAIR_ROLE)


def _decision(review: Review, case: Case, *, title: str, role: str, agency: str | None = None) -> NeededDecision:
    return NeededDecision(
        ref=case.ref,
        agency=agency or ", ".join(case.organisations),
        title=title,
        role=role,
        role_title=review.workflow(review.root).titles_of((role,)),
        since=case.last_step_on,
    )


def _moved(review: Review, case: Case) -> Iterator[DateChange]:
    for clock in case.clocks:
        for revision in clock.revisions:
            if revision.cause is EventKind.NEW_DATE:
                deadline = review.deadline(case, clock)
                yield DateChange(
                    ref=case.ref,
                    owner=review.owner(case, deadline),
                    title=deadline.title,
                    previous_due=revision.previous_due,
                    due=revision.due,
                    agreed_by=revision.agreed_by or "",
                    reasons=revision.reasons,
                    recorded_at=revision.recorded_at,
                )

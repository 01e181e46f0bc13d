"""What a guard may look at: its own case, and the related cases that it declares."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from ..errors.faults import UndeclaredRead
from ..forms.fields import Form
from ..model.calendar import Calendar
from ..model.case import Case
from .relations import Children, Parent, Relation, Siblings


@dataclass(frozen=True, kw_only=True, slots=True)
class RelatedCases:
    """What is shown of the cases above and below one's own: what was declared, and nothing else.

    Attributes:
        cases: The cases, by what looks at them.
        guard: The condition that they are shown to; empty for all that a step's conditions look at.
    """

    cases: Mapping[Relation, tuple[Case, ...]] = field(default_factory=dict)
    guard: str = ""

    def cases_for(self, relation: Relation) -> tuple[Case, ...]:
        """The cases that are looked at.

        Raises:
            UndeclaredRead: where they were not declared, and so not read.
        """
        if relation not in self.cases:
            raise UndeclaredRead(guard=self.guard, relation=str(relation))
        return self.cases[relation]

    def declared_by(self, guard: str, reads: tuple[Relation, ...]) -> RelatedCases:
        """What one condition declares of it."""
        if not reads:
            return RelatedCases(guard=guard)
        known = RelatedCases(cases=self.cases, guard=guard)
        return RelatedCases(cases={look: known.cases_for(look) for look in reads}, guard=guard)


@dataclass(frozen=True, kw_only=True, slots=True)
class GuardContext:
    """All that a rule may look at.

    Attributes:
        case: The case as it stands; None while it is being opened.
        record: What the step would record; None where the question is only what is possible.
        day: The day, in the calendar's zone, on which the step happened.
        calendar: Whose days count.
        related: The cases above and below this one that the rule declares it looks at.
    """

    case: Case | None
    record: Form | None
    day: date
    calendar: Calendar
    related: RelatedCases = field(default_factory=RelatedCases)

    @property
    def parent(self) -> Case:
        """The case that this one is part of; UndeclaredRead where the rule does not declare `Parent`."""
        (parent,) = self.related.cases_for(Parent())
        return parent

    def children(self, workflow: str) -> tuple[Case, ...]:
        """The children of a workflow, in the order of their numbers.

        Raises:
            UndeclaredRead: where the rule does not declare these `Children`.
        """
        return self.related.cases_for(Children(workflow=workflow))

    def siblings(self, workflow: str) -> tuple[Case, ...]:
        """The children of this case's parent, those of one workflow, in the order of their numbers.

        Raises:
            UndeclaredRead: where the rule does not declare these `Siblings`.
        """
        return self.related.cases_for(Siblings(workflow=workflow))

    def recorded(self, step: str) -> Mapping[str, Any] | None:
        """What was recorded last at a step; None where it was not taken, or counts no longer."""
        return self.case.data.get(step) if self.case else None

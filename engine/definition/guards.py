"""Named conditions of a step, and what they may read: their own case, and the related cases that they declare."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import msgspec
from msgspec.structs import replace

from ..errors.base import Block
from ..errors.faults import UndeclaredRead
from ..forms.fields import Form
from ..model.calendar import Calendar
from ..model.case import Case
from .relations import Children, Parent, Relation, Siblings


@dataclass(frozen=True, kw_only=True, slots=True)
class Guard:
    """A condition for a step, or a warning about it.

    Attributes:
        name: The identifier, shown with the reason.
        check: A function that yields a sentence for each thing that is missing.
        cleared_by: The role or roles that can clear it.
        needs_record: Whether it needs the step's record.
        reads: The related cases that it reads; it can read no others.
        revision: The number of its decision, which the author raises, with the workflow's version, when the check
            decides otherwise than before.
    """

    name: str
    check: Callable[[GuardContext], Iterable[str]]
    cleared_by: str
    needs_record: bool = False
    reads: tuple[Relation, ...] = ()
    revision: int = 1

    def blocks(self, context: GuardContext) -> tuple[Block, ...]:
        """Return a block for each thing that is missing; none if the record is needed and not there yet."""
        if self.needs_record and context.record is None:
            return ()
        own = replace(context, related=context.related.declared_by(self.name, self.reads))
        return tuple(Block(guard=self.name, reason=reason, cleared_by=self.cleared_by) for reason in self.check(own))


class RelatedCases(msgspec.Struct, frozen=True, kw_only=True):
    """The related cases that were declared, and no others.

    Attributes:
        cases: The cases by relation.
        guard: The guard that reads them; empty for the cases of all guards of a step.
    """

    cases: Mapping[Relation, tuple[Case, ...]] = msgspec.field(default_factory=dict)
    guard: str = ""

    def cases_for(self, relation: Relation) -> tuple[Case, ...]:
        """Return the cases of a relation.

        Raises:
            UndeclaredRead: if the relation was not declared.
        """
        if relation not in self.cases:
            raise UndeclaredRead(guard=self.guard, relation=str(relation))
        return self.cases[relation]

    def declared_by(self, guard: str, reads: tuple[Relation, ...]) -> RelatedCases:
        """Return only the cases that one guard declares."""
        if not reads:
            return RelatedCases(guard=guard)
        available = RelatedCases(cases=self.cases, guard=guard)
        return RelatedCases(cases={relation: available.cases_for(relation) for relation in reads}, guard=guard)


StateTitle = Callable[[Case, str], str]
"""Returns the title of a state of a case's workflow."""


def name_of_state(_case: Case, state: str) -> str:
    """Return the name itself, if no titles are known."""
    return state


class GuardContext(msgspec.Struct, frozen=True, kw_only=True):
    """All that a guard may read.

    Attributes:
        case: The case; None while it is being opened.
        record: The step's record; None when listing available steps.
        day: The day of the step, in the calendar's zone.
        calendar: The working calendar.
        related: The related cases that the guard declares.
        title_of: Returns the title of a state of a case's workflow, for a guard's reasons.
    """

    case: Case | None
    record: Form | None
    day: date
    calendar: Calendar
    related: RelatedCases = msgspec.field(default_factory=RelatedCases)
    title_of: StateTitle = name_of_state

    @property
    def parent(self) -> Case:
        """Return the parent.

        Raises:
            UndeclaredRead: if the guard does not declare `Parent`.
        """
        (parent,) = self.related.cases_for(Parent())
        return parent

    def children(self, workflow: str) -> tuple[Case, ...]:
        """Return the children of a workflow, in the order of their numbers.

        Raises:
            UndeclaredRead: if the guard does not declare these `Children`.
        """
        return self.related.cases_for(Children(workflow=workflow))

    def siblings(self, workflow: str) -> tuple[Case, ...]:
        """Return the parent's children of a workflow, in the order of their numbers.

        Raises:
            UndeclaredRead: if the guard does not declare these `Siblings`.
        """
        return self.related.cases_for(Siblings(workflow=workflow))

    def state_title(self, case: Case) -> str:
        """Return the title of the state of this case or of a related one."""
        return self.title_of(case, case.state)

    def recorded(self, step: str) -> Mapping[str, Any] | None:
        """Return the latest valid record of a step; None if there is none."""
        return self.case.data.get(step) if self.case else None

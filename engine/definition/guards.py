"""Guards: named conditions over a `GuardContext`.

A guard's check is a pure function that yields a sentence for each thing that is missing. A guard
declares if it needs the step's record, so that a step can be checked before its form is filled in. It
also declares the related cases that it reads, so that a step loads no others.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from ..errors.base import Block
from .relations import Relation
from .view import GuardContext


@dataclass(frozen=True, kw_only=True, slots=True)
class Guard:
    """A condition for a step, or a warning about it.

    Attributes:
        name: The identifier, shown with the reason.
        check: A function that yields a sentence for each thing that is missing.
        cleared_by: The role or roles that can clear it.
        needs_record: Whether it needs the step's record.
        reads: The related cases that it reads; it can read no others.
    """

    name: str
    check: Callable[[GuardContext], Iterable[str]]
    cleared_by: str
    needs_record: bool = False
    reads: tuple[Relation, ...] = ()

    def blocks(self, context: GuardContext) -> tuple[Block, ...]:
        """Return a block for each thing that is missing; none if the record is needed and not there yet."""
        if self.needs_record and context.record is None:
            return ()
        own = replace(context, related=context.related.declared_by(self.name, self.reads))
        return tuple(Block(guard=self.name, reason=reason, cleared_by=self.cleared_by) for reason in self.check(own))

"""Named conditions over a `GuardContext`, each with the role that can clear it.

A guard's check is a pure function that yields what is missing, in sentences; it holds where it
yields nothing. A guard that looks at the step's own record says so, so that `available` can tell
what blocks a step before anybody has filled in its form. One that looks at other cases of the tree
says at which, so that a step reads no more than its guards need.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from ..errors.base import Block
from ..forms.replacing import copy_with
from .relations import Relation
from .view import GuardContext


@dataclass(frozen=True, kw_only=True, slots=True)
class Guard:
    """A condition that a step has to meet, or a warning that it may deserve.

    Attributes:
        name: The identifier, shown with the reason.
        check: Yields what is missing, a sentence each.
        cleared_by: The role, or roles, that can clear it.
        needs_record: Whether it looks at the step's record, and so can be asked only with one.
        reads: What it looks at beside its own case; it is shown that, and nothing else.
    """

    name: str
    check: Callable[[GuardContext], Iterable[str]]
    cleared_by: str
    needs_record: bool = False
    reads: tuple[Relation, ...] = ()

    def blocks(self, context: GuardContext) -> tuple[Block, ...]:
        """What stands in the way; nothing where the condition holds or cannot be asked yet."""
        if self.needs_record and context.record is None:
            return ()
        shown = copy_with(context, related=context.related.declared_by(self.name, self.reads))
        return tuple(Block(guard=self.name, reason=reason, cleared_by=self.cleared_by) for reason in self.check(shown))

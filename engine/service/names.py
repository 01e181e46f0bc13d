"""Compare the names that a command gives with those that the record knows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..decisions.context import Decision
from ..forms.names import is_same_name
from ..forms.several_names import NameKind
from ..model.case import Case
from ..ports.context import EngineContext
from ..ports.store import Writer

if TYPE_CHECKING:  # naming the result of a command does not load the rules
    from ..forms.typed_names import TypedName


def with_name_warnings(writer: Writer, context: EngineContext, decision: Decision, before: Case | None) -> Decision:
    """Return a decision with warnings of names that may be several.

    Args:
        writer: The record.
        context: The workflows.
        decision: The decision.
        before: The case before it; None if it opens one.
    """
    # Imported here, so that naming the result of a command does not load the rules.
    from ..decisions.names import with_name_warnings

    def is_known(name: TypedName) -> bool:
        if name.kind is NameKind.PERSON:
            return writer.person(name.name) is not None
        return any(is_same_name(name.name, one) for one in (before.organisations if before else ()))

    return with_name_warnings(context.workflows.for_case(decision.case), decision, is_known)

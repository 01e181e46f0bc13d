"""Build guards, and share those that both reviews and their parts use."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from ..engine.definition.guards import Guard
from ..engine.definition.relations import Relation
from ..engine.definition.view import GuardContext
from ..engine.forms.fields import Form
from ..engine.forms.replacing import copy_with
from .roles import BOARD_CHAIR


def _state_reached_before(view: GuardContext) -> Iterator[str]:
    state = _return_to(view.record)
    if view.case is not None and state is not None and state not in view.case.been_in:
        been = ", ".join(view.case.been_in)
        yield f"The case was never in {state}, so it cannot return there. It has been in {been}."


def _return_to(record: Form | None) -> str | None:
    return getattr(record, "return_to", None)


STATE_REACHED_BEFORE = Guard(
    name="state_reached_before", check=_state_reached_before, cleared_by=BOARD_CHAIR.name, needs_record=True
)


def make_guard(
    name: str,
    check: Callable[[GuardContext], Iterator[str]],
    cleared_by: str,
    *reads: Relation,
    needs_record: bool = False,
) -> Guard:
    """Build a guard from a function that yields the gaps."""
    return Guard(name=name, check=check, cleared_by=cleared_by, needs_record=needs_record, reads=reads)


def cleared_by_roles(guard: Guard, roles: tuple[str, ...]) -> Guard:
    """A condition that others can clear than those it was written for."""
    return copy_with(guard, cleared_by=" or ".join(roles))

"""Guards that reviews and their parts share, and helpers to build guards."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from ..engine.definition.guards import Guard, GuardContext
from ..engine.definition.relations import Relation
from ..engine.forms.fields import Form
from ..engine.model.case import Case
from .roles import BOARD_CHAIR, titles


def own_case(view: GuardContext) -> Case:
    """Return the case that a step applies to. An opening has none."""
    assert view.case is not None
    return view.case


def _state_reached_before(view: GuardContext) -> Iterator[str]:
    state = _return_to(view.record)
    if view.case is not None and state is not None and state not in view.case.been_in:
        been = ", ".join(view.title_of(view.case, name) for name in view.case.been_in)
        wanted = view.title_of(view.case, state)
        yield f"The case was never in {wanted}, so it cannot return there. It has been in {been}."


def _return_to(record: Form | None) -> str | None:
    return getattr(record, "return_to", None)


STATE_REACHED_BEFORE = Guard(
    name="state_reached_before", check=_state_reached_before, cleared_by=BOARD_CHAIR.title, needs_record=True
)


def make_guard(
    name: str,
    check: Callable[[GuardContext], Iterator[str]],
    cleared_by: str,
    *reads: Relation,
    needs_record: bool = False,
) -> Guard:
    """Build a guard from a function that yields the reasons to refuse."""
    return Guard(name=name, check=check, cleared_by=cleared_by, needs_record=needs_record, reads=reads)


def cleared_by_roles(guard: Guard, roles: tuple[str, ...]) -> Guard:
    """Return the guard with other roles that can clear it."""
    return replace(guard, cleared_by=titles(roles))

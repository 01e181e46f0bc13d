"""Sets and parts with steps that cascade, and cases that read their siblings."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from casereview.engine.definition.guards import Guard, GuardContext
from casereview.engine.definition.relations import Cascade, Children, Parent, Siblings, SpawnsChildren
from casereview.engine.definition.workflow import Role, Workflow
from casereview.engine.forms.fields import Form
from casereview.engine.model.case import Case

from .lending_sets import A_PART, PART, SET, PartLending, step

SIBLING_PARTS = Siblings(workflow="part")


def workflow_with(workflow: Workflow, **parts: Any) -> Workflow:
    """Return the workflow with some attributes replaced."""
    declared = {name: getattr(workflow, name) for name in workflow.__dataclass_fields__ if not name.startswith("_")}
    return Workflow(**{**declared, **parts})


def _something_beside(view: GuardContext) -> Iterator[str]:
    if view.case is not None and len(view.siblings("part")) < 2:
        yield f"{view.case.ref} has nothing beside it."


def _not_two(view: GuardContext) -> Iterator[str]:
    if len(view.siblings("part")) > 1:
        yield "There are two already."


HAS_NO_SIBLING = Guard(name="alone", check=_something_beside, cleared_by="keeper", reads=(SIBLING_PARTS,))
HAS_ROOM_FOR_TWIN = Guard(name="a_pair", check=_not_two, cleared_by="keeper", reads=(SIBLING_PARTS,))


def _recalled(_record: Form, case: Case, other: Case) -> Mapping[str, Any] | None:
    return {"text": f"With {case.ref}."} if other.state == "out" else None


def _counted(_record: Form, case: Case, _other: Case) -> Mapping[str, Any]:
    return {"text": f"{case.ref} is back."}


def _twin(_record: Form, _case: Case) -> Iterator[Mapping[str, Any]]:
    yield A_PART


LIBRARIAN = Role(name="librarian", title="librarian")
TWIN = step(
    "add_twin",
    ("out",),
    None,
    PartLending,
    spawns_children=(SpawnsChildren(workflow="part", records=_twin, as_sibling=True),),
)
CASCADING_SET = workflow_with(
    SET,
    roles=(*SET.roles, LIBRARIAN),
    transitions=(
        *SET.transitions,
        step(
            "recall",
            ("out",),
            None,
            cascades=(Cascade(step="recalled", relation=Children(workflow="part"), records=_recalled),),
        ),
        step("count_back", ("out",), None, roles=("librarian",), cascade_only=True),
    ),
)
CASCADING_PART = workflow_with(
    PART,
    roles=(*PART.roles, LIBRARIAN),
    opening=step(
        "lend_part",
        (),
        "out",
        PartLending,
        guards=(HAS_ROOM_FOR_TWIN,),
        title_field="title",
        adds_organisations=("library",),
    ),
    transitions=(
        step("note", ("out", "back"), None, warnings=(HAS_NO_SIBLING,)),
        step(
            "hand_back",
            ("out",),
            "back",
            guards=(HAS_NO_SIBLING,),
            cascades=(Cascade(step="count_back", relation=Parent(), records=_counted),),
        ),
        step("recalled", ("out",), None, roles=("librarian",), cascade_only=True),
        TWIN,
        step("close_part", ("out",), "back"),
        *(one for one in PART.transitions if one.trigger == "reopen_part"),
    ),
    parent_workflows=("set",),
)
CASCADING_WORKFLOWS = (CASCADING_SET, CASCADING_PART)

RETURNING_WORKFLOWS = (
    CASCADING_SET,
    workflow_with(
        CASCADING_PART,
        transitions=tuple(
            step("recalled", ("out",), "back", roles=("librarian",), cascade_only=True)
            if one.trigger == "recalled"
            else one
            for one in CASCADING_PART.transitions
        ),
    ),
)
"""The same, but a recalled part is back. A step that leads to another state is not possible before the opening."""

"""The sets and parts once more, with steps that others take along and cases that stand beside one another."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from casereview.engine.definition.guards import Guard
from casereview.engine.definition.relations import Children, OpensChildren, Parent, Siblings, Takes
from casereview.engine.definition.view import View
from casereview.engine.definition.workflow import Role, Workflow
from casereview.engine.forms.fields import Form
from casereview.engine.model.case import Case

from .lending_sets import A_PART, PART, SET, PartLending, step

BESIDE = Siblings(workflow="part")


def changed(workflow: Workflow, **parts: Any) -> Workflow:
    """The workflow with other parts."""
    declared = {name: getattr(workflow, name) for name in workflow.__dataclass_fields__ if not name.startswith("_")}
    return Workflow(**{**declared, **parts})


def _something_beside(view: View) -> Iterator[str]:
    if view.case is not None and len(view.siblings("part")) < 2:
        yield f"{view.case.ref} has nothing beside it."


def _not_two(view: View) -> Iterator[str]:
    if len(view.siblings("part")) > 1:
        yield "There are two already."


ALONE = Guard(name="alone", check=_something_beside, cleared_by="keeper", looks_at=(BESIDE,))
A_PAIR = Guard(name="a_pair", check=_not_two, cleared_by="keeper", looks_at=(BESIDE,))


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
    opens_children=(OpensChildren(workflow="part", records=_twin, beside=True),),
)
PAIR = changed(
    SET,
    roles=(*SET.roles, LIBRARIAN),
    transitions=(
        *SET.transitions,
        step(
            "recall", ("out",), None, takes=(Takes(step="recalled", of=Children(workflow="part"), records=_recalled),)
        ),
        step("count_back", ("out",), None, roles=("librarian",), follows=True),
    ),
)
PIECE = changed(
    PART,
    roles=(*PART.roles, LIBRARIAN),
    opening=step(
        "lend_part", (), "out", PartLending, guards=(A_PAIR,), names_title="title", names_agencies=("library",)
    ),
    transitions=(
        step("note", ("out", "back"), None, warnings=(ALONE,)),
        step(
            "hand_back",
            ("out",),
            "back",
            guards=(ALONE,),
            takes=(Takes(step="count_back", of=Parent(), records=_counted),),
        ),
        step("recalled", ("out",), None, roles=("librarian",), follows=True),
        TWIN,
        step("close_part", ("out",), "back"),
        *(one for one in PART.transitions if one.trigger == "reopen_part"),
    ),
    child_of=("set",),
)
PAIRED = (PAIR, PIECE)

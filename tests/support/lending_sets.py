"""Define a small tree outside safeguarding: a library lends a set with its parts, and parts have parts.

A set or a part can be returned only after all its parts, and no part of a returned set is lent. This module is
self-contained because `worker_program.py` is run by its path and finds only modules in its own folder.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, Any

from msgspec import Meta

from casereview.engine.definition.deadline import (
    OWNER,
    Citation,
    Deadline,
    EscalationLevel,
    Holder,
    OnEnter,
    OnResume,
    OnStep,
    OnSuspend,
)
from casereview.engine.definition.guards import Guard, GuardContext
from casereview.engine.definition.relations import Children, Parent, SpawnsChildren
from casereview.engine.definition.workflow import Role, State, Transition, Workflow
from casereview.engine.forms.fields import SENSITIVE, Form, ShortText, Text
from casereview.engine.model.calendar import days, working_days
from casereview.engine.model.case import Case
from casereview.engine.model.people import Actor

# --- the forms --------------------------------------------------------------------------------------


class Lending(Form, frozen=True, kw_only=True):
    """The form for lending a set."""

    title: Annotated[ShortText, Meta(title="Set")]
    library: ShortText


class PartLending(Form, frozen=True, kw_only=True):
    """The form for lending a part."""

    title: Annotated[ShortText, Meta(title="Part")]
    library: ShortText | None = None
    borrower: ShortText | None = None


class Unpacking(Form, frozen=True, kw_only=True):
    """The form for handing out the parts of a set."""

    parts: tuple[ShortText, ...]
    borrower: ShortText | None = None


class Slip(Form, frozen=True, kw_only=True):
    """A form with an optional text."""

    text: Annotated[Text, SENSITIVE] | None = None


# --- the guards -------------------------------------------------------------------------------------


def _parts_back(view: GuardContext) -> Iterator[str]:
    for part in view.children("part"):
        if part.closed_on is None:
            yield f"{part.ref} is still out."


def _parent_is_out(view: GuardContext) -> Iterator[str]:
    if view.parent.closed_on is not None:
        yield f"{view.parent.ref} is back already."


PARTS_BACK = Guard(name="parts_back", check=_parts_back, cleared_by="keeper", reads=(Children(workflow="part"),))
PARENT_IS_OUT = Guard(name="whole_out", check=_parent_is_out, cleared_by="keeper", reads=(Parent(),))

# --- the workflows ----------------------------------------------------------------------------------

KEEPER = Role(name="keeper", title="keeper", records_for_others=True, manages_people=True)
BORROWER = Role(name="borrower", title="borrower", acts_for_organisation=True)
RULE = Citation(name="House rules", text="As the library has always done it.", local_default=True)
OUT = State(name="out", title="out", meaning="It is on loan.")
BACK = State(name="back", title="back", meaning="It has been returned.", is_end=True)


def step(trigger: str, sources: tuple[str, ...], to: str | None, record: type[Form] = Slip, **more: Any) -> Transition:
    """Return a step that the keeper decides."""
    return Transition(
        trigger=trigger, title=trigger, sources=sources, to=to, form=record, **{"roles": ("keeper",), **more}
    )


def _unpacked(record: Form, case: Case) -> Iterator[Mapping[str, Any]]:
    assert isinstance(record, Unpacking)
    for title in record.parts:
        yield {"title": title, "library": case.organisations[0], "borrower": record.borrower}


SET = Workflow(
    name="set",
    title="Set",
    purpose="Lends a thing of many parts.",
    version=1,
    prefix="ST",
    roles=(KEEPER,),
    states=(OUT, BACK),
    opening=step("lend_set", (), "out", Lending, title_field="title", adds_organisations=("library",)),
    transitions=(
        step(
            "unpack", ("out",), None, Unpacking, spawns_children=(SpawnsChildren(workflow="part", records=_unpacked),)
        ),
        step("count", ("out",), None, warnings=(PARTS_BACK,)),
        step("close_set", ("out",), "back", guards=(PARTS_BACK,)),
        step("reopen_set", ("back",), "out"),
    ),
    deadlines=(),
)
PART = Workflow(
    name="part",
    title="Part",
    purpose="Lends a part of it.",
    version=1,
    prefix="P",
    parent_workflows=("set", "part"),
    roles=(KEEPER, BORROWER),
    states=(OUT, BACK),
    opening=step(
        "lend_part",
        (),
        "out",
        PartLending,
        guards=(PARENT_IS_OUT,),
        title_field="title",
        adds_organisations=("library",),
    ),
    transitions=(
        step("note", ("out", "back"), None),
        step("close_part", ("out",), "back", guards=(PARTS_BACK,)),
        step("reopen_part", ("back",), "out", guards=(PARENT_IS_OUT,)),
    ),
    deadlines=(
        Deadline(
            name="give_back",
            title="Give it back",
            term=days(14),
            starts=(OnEnter(state="out"),),
            met_by=(OnStep(step="close_part"),),
            owner="borrower",
            citation=RULE,
            may_reschedule=("keeper",),
        ),
        Deadline(
            name="review_suspension",
            title="Look at it again",
            term=working_days(20),
            starts=(OnSuspend(),),
            met_by=(OnResume(),),
            owner="keeper",
            citation=RULE,
        ),
    ),
    escalation_policy=(
        EscalationLevel(name=OWNER, to=OWNER, working_days=0),
        EscalationLevel(name="keeper", to="keeper", working_days=5),
    ),
    may_suspend=("keeper",),
    holders=(Holder(role="borrower", step="lend_part", field="borrower"),),
)
SETS = (SET, PART)

# --- the people -------------------------------------------------------------------------------------

KEEPER_1 = Actor(name="Keeper 1", roles=frozenset({"keeper"}))
A_SET: dict[str, Any] = {"title": "A chess set", "library": "Library 1"}
A_PART: dict[str, Any] = {"title": "A knight", "library": "Library 1"}

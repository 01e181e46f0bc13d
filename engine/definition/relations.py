"""What one case is to others: parent, child, sibling; what a step opens, links, and takes along. Frozen data.

A workflow declares it with its steps and conditions (`definition`); `trees` reads what is looked at.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ..forms.fields import Form

if TYPE_CHECKING:
    from ..model.case import Case


@dataclass(frozen=True, kw_only=True, slots=True)
class SpawnsLinked:
    """A step that opens a case of another workflow, in its own transaction, and links the two.

    Attributes:
        workflow: The workflow to open, by name.
        relation: What the new case is to this one.
        inverse: What this one is to the new case.
        record: Draws the new case's opening record from the step's record and this case.
    """

    workflow: str
    relation: str
    inverse: str
    record: Callable[[Form, Case], Mapping[str, Any]]


@dataclass(frozen=True, kw_only=True, slots=True)
class LinkFields:
    """Where a step's record names another case that this one is connected with.

    Attributes:
        relation: The form's field that says what the other is to this one.
        ref: The form's field that holds the other's reference, as whoever keeps that one calls it.
    """

    relation: str
    ref: str


@dataclass(frozen=True, kw_only=True, slots=True)
class SpawnsChildren:
    """A step that opens children of its case, or beside it, in its own transaction.

    Attributes:
        workflow: The children's workflow, by name.
        records: Draws the opening record of each, in their order, from the step's record and this
            case; none where there is nothing to open.
        as_sibling: Whether they become children of this case's parent, and so stand beside it.
    """

    workflow: str
    records: Callable[[Form, Case], Iterable[Mapping[str, Any]]]
    as_sibling: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Parent:
    """Looking at the case that a case is part of."""

    def __str__(self) -> str:
        return "its parent"


@dataclass(frozen=True, kw_only=True, slots=True)
class Children:
    """Looking at the children of a case, those of one workflow.

    Attributes:
        workflow: The workflow, by name.
    """

    workflow: str

    def __str__(self) -> str:
        return f"its children of {self.workflow}"


@dataclass(frozen=True, kw_only=True, slots=True)
class Siblings:
    """Looking at the children of a case's parent, those of one workflow; a case is among its own kind's.

    Attributes:
        workflow: The workflow, by name.
    """

    workflow: str

    def __str__(self) -> str:
        return f"its parent's children of {self.workflow}"


Relation = Parent | Children | Siblings
"""What a condition looks at beside its own case."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Cascade:
    """A step that other cases of the tree take with this one: all of them are recorded, or none.

    Each is judged like any other step, on the same decision and day. Where one is refused, so is this.

    Attributes:
        step: The step that they take.
        relation: Which cases are asked.
        records: Draws the record of each from this step's record, this case and the other; None where
            that one takes no step.
    """

    step: str
    relation: Relation
    records: Callable[[Form, Case, Case], Mapping[str, Any] | None]

"""Declare relations between cases: parents, children, siblings, links and cascades."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ..forms.fields import Form

if TYPE_CHECKING:
    from ..model.case import Case


@dataclass(frozen=True, kw_only=True, slots=True)
class SpawnsLinked:
    """Open a case of another workflow, in the step's transaction, and link the two.

    Attributes:
        workflow: The workflow to open, by name.
        relation: The new case's relation to this one.
        inverse: This case's relation to the new one.
        record: A function that returns the opening's record, from the step's record and this case.
        title: The new case's relation in words; the name's words if it is left out.
        inverse_title: This case's relation in words; the name's words if it is left out.
    """

    workflow: str
    relation: str
    inverse: str
    record: Callable[[Form, Case], Mapping[str, Any]]
    title: str = ""
    inverse_title: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "title", self.title or self.relation.replace("_", " "))
        object.__setattr__(self, "inverse_title", self.inverse_title or self.inverse.replace("_", " "))


@dataclass(frozen=True, kw_only=True, slots=True)
class LinkFields:
    """The form fields with which a step links its case to another case.

    Attributes:
        relation: The field with the other case's relation to this one.
        ref: The field with the other case's reference.
    """

    relation: str
    ref: str


@dataclass(frozen=True, kw_only=True, slots=True)
class SpawnsChildren:
    """Open children or siblings of the step's case, in the step's transaction.

    Attributes:
        workflow: The children's workflow, by name.
        records: A function that returns the opening record of each new case, from the step's record and this
            case.
        as_sibling: Whether the new cases become children of this case's parent.
    """

    workflow: str
    records: Callable[[Form, Case], Iterable[Mapping[str, Any]]]
    as_sibling: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Parent:
    """A case's parent."""

    def __str__(self) -> str:
        return "its parent"


@dataclass(frozen=True, kw_only=True, slots=True)
class Children:
    """A case's children of one workflow.

    Attributes:
        workflow: The workflow, by name.
    """

    workflow: str

    def __str__(self) -> str:
        return f"its children of {self.workflow}"


@dataclass(frozen=True, kw_only=True, slots=True)
class Siblings:
    """The children of one workflow of a case's parent; they may include the case itself.

    Attributes:
        workflow: The workflow, by name.
    """

    workflow: str

    def __str__(self) -> str:
        return f"its parent's children of {self.workflow}"


Relation = Parent | Children | Siblings
"""The related cases that a guard may read."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Cascade:
    """A step that is applied to related cases together with this one.

    Each is decided like any other step, with the same decider and day. If one is refused, all are.

    Attributes:
        step: The step of the related cases.
        relation: The related cases.
        records: A function that returns the record for a related case, from this step's record, this case and
            the related one; None to leave that case alone.
    """

    step: str
    relation: Relation
    records: Callable[[Form, Case, Case], Mapping[str, Any] | None]

"""Errors of a workflow, a database or a transport."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from .base import CasereviewError, StoreError, listed_faults


@dataclass(kw_only=True, eq=False)
class NotDelivered(CasereviewError):
    """A message was not delivered.

    Attributes:
        problem: The reason, without any address.
        permanent: Whether trying again is useless.
    """

    code: ClassVar[str] = "not_delivered"
    problem: str
    permanent: bool = False

    def __str__(self) -> str:
        rest = "It will not be tried again." if self.permanent else "It will be tried again later."
        return f"Not delivered: {self.problem}. {rest}"


@dataclass(frozen=True, kw_only=True, slots=True)
class WorkflowFault:
    """A contradiction in a workflow's declaration.

    Attributes:
        workflow: The workflow's name.
        version: The workflow's version.
        problem: The contradiction, as a sentence that names the step, state, role or deadline.
    """

    workflow: str
    version: int
    problem: str

    def __str__(self) -> str:
        return f"{self.workflow} version {self.version}: {self.problem}"


@dataclass(kw_only=True, eq=False)
class UnsoundWorkflow(CasereviewError):
    """A set of workflows contradicts itself.

    Attributes:
        faults: Every contradiction, in the order of the workflows.
    """

    code: ClassVar[str] = "unsound_workflow"
    faults: tuple[WorkflowFault, ...]

    def __str__(self) -> str:
        count, lines = listed_faults(self.faults)
        return f"The workflow definitions have {count} to correct:{lines}"


@dataclass(kw_only=True, eq=False)
class DefinitionChanged(CasereviewError):
    """A version of a workflow does not decide what it decided when it was registered.

    Attributes:
        workflow: The workflow's name.
        title: The workflow in words.
        version: The version.
        changes: What changed.
    """

    code: ClassVar[str] = "definition_changed"
    REMEDY: ClassVar[str] = "Put the definition back as it was, and give the changed one a higher version."
    workflow: str
    title: str
    version: int
    changes: tuple[str, ...]

    def __str__(self) -> str:
        count, lines = listed_faults(self.changes)
        return (
            f'Version {self.version} of "{self.title}" is not what it was when it was registered: {count.split()[0]}'
            f" change{'' if len(self.changes) == 1 else 's'}.{lines}\n"
            f"Nothing was recorded. {self.REMEDY}"
        )


@dataclass(kw_only=True, eq=False)
class UndeclaredPart(CasereviewError):
    """The record names a state, deadline or role that this version of its workflow does not declare.

    Attributes:
        workflow: The workflow's name.
        title: The workflow in words.
        version: The workflow's version.
        part: The kind of part: state, deadline or role.
        name: The part's name.
    """

    code: ClassVar[str] = "undeclared_part"
    workflow: str
    title: str
    version: int
    part: str
    name: str

    def __str__(self) -> str:
        return (
            f'Version {self.version} of "{self.title}" has no {self.part} {self.name}, which the record names.'
            " Put back the definition as it was, and give the changed one a new version."
        )


@dataclass(kw_only=True, eq=False)
class UndeclaredRead(CasereviewError):
    """A guard read other cases without declaring it.

    Attributes:
        guard: The guard's name.
        relation: The relation that it read.
    """

    code: ClassVar[str] = "undeclared_read"
    guard: str
    relation: str

    def __str__(self) -> str:
        return (
            f"The guard {self.guard} read {self.relation} without declaring it in its reads."
            " Nothing was changed. Correct the declaration."
        )


@dataclass(kw_only=True, eq=False)
class DatabaseProblem(StoreError):
    """The database is missing, belongs to something else, or does not answer.

    Attributes:
        database: The database's URL, without any password.
        problem: The problem, as the end of a sentence.
        remedy: A sentence that says what to do.
        hint: The kind of remedy, for a program that can name the command for it. Empty if there is none.
    """

    code: ClassVar[str] = "database"
    database: str
    problem: str
    remedy: str
    hint: str = ""

    def __str__(self) -> str:
        return f"The database {self.database} {self.problem}. {self.remedy}"

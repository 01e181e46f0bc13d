"""What is wrong with a workflow, a database or a transport."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from .base import CasereviewError, StoreError, listed_faults


@dataclass(kw_only=True, eq=False)
class NotDelivered(CasereviewError):
    """A message was not handed over.

    Attributes:
        problem: Why, without any address.
        permanent: Whether it would be no better another time.
    """

    code: ClassVar[str] = "not_delivered"
    problem: str
    permanent: bool = False

    def __str__(self) -> str:
        rest = "It is given up: see casereview messages." if self.permanent else "It is tried again later."
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
class UndeclaredRead(CasereviewError):
    """A condition looks at cases that it was not shown, since it does not declare that it does.

    Attributes:
        guard: The condition's name.
        relation: What it looks at.
    """

    code: ClassVar[str] = "undeclared_read"
    guard: str
    relation: str

    def __str__(self) -> str:
        return (
            f"The condition {self.guard} looks at {self.relation} and was not shown it: a condition sees of"
            " other cases what its reads declares. Nothing was changed. Mend the declaration."
        )


@dataclass(kw_only=True, eq=False)
class DatabaseProblem(StoreError):
    """The database is missing, is not ours, or does not answer.

    Attributes:
        database: Where it is, without any password.
        problem: What is the matter with it.
        remedy: What to do.
    """

    code: ClassVar[str] = "database"
    database: str
    problem: str
    remedy: str

    def __str__(self) -> str:
        return f"The database {self.database} {self.problem}. {self.remedy}"

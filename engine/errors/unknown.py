"""A name that nothing goes by: a case, a workflow, a step, a person."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from .base import BadInput, one_of


@dataclass(kw_only=True, eq=False)
class UnknownCase(BadInput):
    """No case has this reference.

    Attributes:
        ref: The reference that was given.
    """

    code: ClassVar[str] = "unknown_case"
    ref: str

    def __str__(self) -> str:
        return f"There is no case {self.ref}. References look like SCR-2026-001: see casereview list."


@dataclass(kw_only=True, eq=False)
class UnknownWorkflow(BadInput):
    """No workflow has this name.

    Attributes:
        name: The name (and version) that was given.
        known: The names that there are.
    """

    code: ClassVar[str] = "unknown_workflow"
    name: str
    known: tuple[str, ...]

    def __str__(self) -> str:
        return f"There is no workflow {self.name}. Give one of {one_of(self.known)}."


@dataclass(kw_only=True, eq=False)
class UnknownStep(BadInput):
    """The workflow has no such step.

    Attributes:
        workflow: The workflow's name.
        step: The step that was given.
        known: The steps that the workflow has.
    """

    code: ClassVar[str] = "unknown_step"
    workflow: str
    step: str
    known: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.workflow} has no step {self.step}. Its steps are {', '.join(self.known)}."


@dataclass(kw_only=True, eq=False)
class UnknownRole(BadInput):
    """No such role.

    Attributes:
        role: The role that was given.
        known: The roles that there are.
    """

    code: ClassVar[str] = "unknown_role"
    role: str
    known: tuple[str, ...]

    def __str__(self) -> str:
        return f"There is no role {self.role}. Give one of {one_of(self.known)}."


@dataclass(kw_only=True, eq=False)
class UnknownState(BadInput):
    """No workflow has such a state.

    Attributes:
        state: The state that was given.
        known: The states that there are.
    """

    code: ClassVar[str] = "unknown_state"
    state: str
    known: tuple[str, ...]

    def __str__(self) -> str:
        return f"There is no state {self.state}. Give one of {one_of(self.known)}."


@dataclass(kw_only=True, eq=False)
class UnknownDeadline(BadInput):
    """The workflow has no such deadline.

    Attributes:
        deadline: The deadline that was given.
        known: The deadlines that there are.
    """

    code: ClassVar[str] = "unknown_deadline"
    deadline: str
    known: tuple[str, ...]

    def __str__(self) -> str:
        return f"There is no deadline {self.deadline}. Give one of {one_of(self.known)}."


@dataclass(kw_only=True, eq=False)
class UnknownPerson(BadInput):
    """Nobody of this name may act.

    Attributes:
        name: The name that was given.
    """

    code: ClassVar[str] = "unknown_person"
    name: str

    def __str__(self) -> str:
        return (
            f"{self.name} is not among the people who may act. The business manager adds somebody"
            f' with: casereview people add "{self.name}" --role ROLE.'
        )


@dataclass(kw_only=True, eq=False)
class UnknownMessage(BadInput):
    """No message has this id.

    Attributes:
        message_id: The id that was given.
    """

    code: ClassVar[str] = "unknown_message"
    message_id: str

    def __str__(self) -> str:
        return f"There is no message {self.message_id}. Give its first characters: see casereview messages."

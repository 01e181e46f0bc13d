"""Errors for names that do not exist: of a case, a workflow, a step or a person."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from .base import BadInput, one_of


@dataclass(kw_only=True, eq=False)
class UnknownCase(BadInput):
    """No case has this reference.

    Attributes:
        ref: The reference.
    """

    code: ClassVar[str] = "unknown_case"
    ref: str

    def __str__(self) -> str:
        return f"There is no case {self.ref}."


@dataclass(kw_only=True, eq=False)
class UnknownWorkflow(BadInput):
    """No workflow has this name.

    Attributes:
        name: The name, or the name and version.
        known: The names that exist.
    """

    code: ClassVar[str] = "unknown_workflow"
    name: str
    known: tuple[str, ...]

    def __str__(self) -> str:
        return f"There is no workflow {self.name}. Use one of {one_of(self.known)}."


@dataclass(kw_only=True, eq=False)
class UnknownStep(BadInput):
    """The workflow has no step of this name.

    Attributes:
        workflow: The workflow's name.
        step: The step.
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
    """No role has this name.

    Attributes:
        role: The role.
        known: The roles that exist.
    """

    code: ClassVar[str] = "unknown_role"
    role: str
    known: tuple[str, ...]

    def __str__(self) -> str:
        return f"There is no role {self.role}. Use one of {one_of(self.known)}."


@dataclass(kw_only=True, eq=False)
class UnknownState(BadInput):
    """No workflow has this state.

    Attributes:
        state: The state.
        known: The states that exist.
    """

    code: ClassVar[str] = "unknown_state"
    state: str
    known: tuple[str, ...]

    def __str__(self) -> str:
        return f"There is no state {self.state}. Use one of {one_of(self.known)}."


@dataclass(kw_only=True, eq=False)
class UnknownDeadline(BadInput):
    """The workflow has no deadline of this name.

    Attributes:
        deadline: The deadline.
        known: The deadlines that exist.
    """

    code: ClassVar[str] = "unknown_deadline"
    deadline: str
    known: tuple[str, ...]

    def __str__(self) -> str:
        return f"There is no deadline {self.deadline}. Use one of {one_of(self.known)}."


@dataclass(kw_only=True, eq=False)
class UnknownPerson(BadInput):
    """No person of this name may act.

    Attributes:
        name: The name.
    """

    code: ClassVar[str] = "unknown_person"
    name: str

    def __str__(self) -> str:
        return f"{self.name} is not among the people who may act."


@dataclass(kw_only=True, eq=False)
class UnknownMessage(BadInput):
    """No message has this id.

    Attributes:
        message_id: The ID, or its first characters.
    """

    code: ClassVar[str] = "unknown_message"
    message_id: str

    def __str__(self) -> str:
        return f"There is no message {self.message_id}."

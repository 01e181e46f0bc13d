"""A command that a rule refuses, or that conflicts with another one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from .base import BadInput, Block, CasereviewError, one_of


@dataclass(kw_only=True, eq=False)
class Refused(CasereviewError):
    """A rule refuses the step.

    Attributes:
        ref: The case's reference.
        state: The state that the case is in.
        step: The step that was asked for.
        reasons: Each thing that stands in the way, and who can clear it.
        alternatives: The steps that the case's state allows.
    """

    code: ClassVar[str] = "refused"
    ref: str
    state: str
    step: str
    reasons: tuple[Block, ...]
    alternatives: tuple[str, ...]

    def __str__(self) -> str:
        head = f"Refused: {self.step}, for {self.ref}, which is in {self.state}."
        why = [f"  - {block.reason} ({block.cleared_by} can clear it; rule: {block.guard})" for block in self.reasons]
        others = [f"Possible now: {', '.join(self.alternatives)}."] if self.alternatives else []
        return "\n".join((head, *why, *others))


@dataclass(kw_only=True, eq=False)
class NotAllowed(CasereviewError):
    """The person may not do this; it concerns no case.

    Attributes:
        actor: Who asked.
        action: What was asked for.
        roles: Any one of these roles would do.
    """

    code: ClassVar[str] = "not_allowed"
    actor: str
    action: str
    roles: tuple[str, ...]

    def __str__(self) -> str:
        return (
            f"{self.actor} may not {self.action}: it takes {one_of(self.roles)}."
            f" Somebody who holds that role can do it, or give it with: casereview people add."
        )


class Conflict(CasereviewError):
    """Somebody else was first: look again and decide anew, or run the whole transaction again."""


@dataclass(kw_only=True, eq=False)
class VersionConflict(Conflict):
    """Somebody else moved the case first.

    Attributes:
        ref: The case's reference.
        expected: The version that the caller had seen.
        found: The version that the case has now.
        changed_by: Who recorded the latest step.
        step: The latest step.
    """

    code: ClassVar[str] = "conflict"
    ref: str
    expected: int
    found: int
    changed_by: str
    step: str

    def __str__(self) -> str:
        return (
            f"{self.ref} is at version {self.found}, not {self.expected}: {self.changed_by} recorded"
            f" {self.step} meanwhile. Look at it again (casereview show {self.ref}) and decide anew."
        )


@dataclass(kw_only=True, eq=False)
class Contention(Conflict):
    """Others were writing the same rows at the same moment, and the database gave way to them.

    Attributes:
        database: Where it is, without any password.
    """

    code: ClassVar[str] = "contention"
    database: str

    def __str__(self) -> str:
        return (
            f"Others were writing the same case in {self.database} at the same moment, and went first."
            " Nothing was changed. Do it again."
        )


@dataclass(kw_only=True, eq=False)
class RequestIdReused(BadInput):
    """The request id was used before, for something else.

    Attributes:
        request_id: The id that was given.
        ref: What the earlier request went to: a case, or the people.
    """

    code: ClassVar[str] = "request_id_reused"
    request_id: str
    ref: str

    def __str__(self) -> str:
        return (
            f"The request id {self.request_id} was used before, for another request to {self.ref}."
            " Repeat a request with the same content, or give a new one an id of its own."
        )


@dataclass(kw_only=True, eq=False)
class CascadeFailed(BadInput):
    """A case cannot take the step that another one's step takes along, so neither was taken.

    Attributes:
        ref: The case.
        step: The step.
        cause: What is the matter with it.
    """

    code: ClassVar[str] = "cascade_failed"
    ref: str
    step: str
    cause: BadInput

    def facts(self) -> dict[str, Any]:
        """The fields as plain values."""
        return {"ref": self.ref, "step": self.step, "cause": {"error": self.cause.code, **self.cause.facts()}}

    def __str__(self) -> str:
        return f"{self.ref} has to take {self.step} with it, and cannot: {self.cause}\nNothing was recorded."

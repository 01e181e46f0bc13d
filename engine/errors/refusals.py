"""Errors for commands that a rule refuses or that conflict with others."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from .base import BadInput, Block, CasereviewError, one_of, titles_and_codes


@dataclass(kw_only=True, eq=False)
class Refused(CasereviewError):
    """A rule refuses the step.

    Attributes:
        ref: The case's reference.
        state: The case's state.
        state_title: The state in words.
        step: The step.
        step_title: The step in words.
        reasons: Each reason, with the role that can clear it.
        alternatives: The steps that the case's state allows.
        alternative_titles: The same steps in words.
    """

    code: ClassVar[str] = "refused"
    ref: str
    state: str
    state_title: str
    step: str
    step_title: str
    reasons: tuple[Block, ...]
    alternatives: tuple[str, ...]
    alternative_titles: tuple[str, ...]

    def __str__(self) -> str:
        head = f'Refused: "{self.step_title}" ({self.step}) for {self.ref}, at the stage "{self.state_title}".'
        why = [f"  - {block}" for block in self.reasons]
        others = titles_and_codes(self.alternative_titles, self.alternatives)
        return "\n".join((head, *why, *([f"Other steps at this stage: {others}."] if others else ())))


@dataclass(kw_only=True, eq=False)
class NotAllowed(CasereviewError):
    """The person may not do this, whatever the case.

    Attributes:
        actor: The person's name.
        action: The action, as a verb and its object.
        roles: The titles of the roles of which any one may do it.
    """

    code: ClassVar[str] = "not_allowed"
    actor: str
    action: str
    roles: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.actor} may not {self.action}. Only the {one_of(self.roles)} can."


@dataclass(kw_only=True, eq=False)
class MayNotActAs(CasereviewError):
    """The person at an account may not record as another person.

    Attributes:
        person: The name of the account's holder.
        other: The name of the other person.
        roles: The titles of the roles that record for others.
    """

    code: ClassVar[str] = "may_not_act_as"
    person: str
    other: str
    roles: tuple[str, ...]

    def __str__(self) -> str:
        return (
            f"This is the account of {self.person}, who may not record as {self.other}."
            f" Only the {one_of(self.roles)} can record for others."
        )


class Conflict(CasereviewError):
    """Another command came first: look again and decide anew, or repeat the whole transaction."""


@dataclass(kw_only=True, eq=False)
class VersionConflict(Conflict):
    """The case is no longer at the version that the caller had seen.

    Attributes:
        ref: The case's reference.
        expected: The version that the caller had seen.
        found: The version that the case has now.
        changed_by: The person who recorded the latest step.
        step: The latest step.
        step_title: The latest step in words.
    """

    code: ClassVar[str] = "conflict"
    ref: str
    expected: int
    found: int
    changed_by: str
    step: str
    step_title: str

    def __str__(self) -> str:
        again = "Look at the case again before you decide."
        if self.found < self.expected:
            return (
                f"{self.ref} is at version {self.found} and never was at version {self.expected}. The latest step is"
                f' "{self.step_title}", recorded by {self.changed_by}. {again}'
            )
        return (
            f"{self.ref} is at version {self.found}, not {self.expected}: {self.changed_by} recorded"
            f' "{self.step_title}" meanwhile. {again}'
        )


@dataclass(kw_only=True, eq=False)
class Contention(Conflict):
    """The database gave way to other writers of the same rows.

    Attributes:
        database: The database's URL, without any password.
    """

    code: ClassVar[str] = "contention"
    database: str

    def __str__(self) -> str:
        return (
            f"Other people were recording on the same case in {self.database} at the same moment."
            " Nothing was changed. Try again."
        )


@dataclass(kw_only=True, eq=False)
class RequestIdReused(BadInput):
    """The request ID was used before, for another request.

    Attributes:
        request_id: The request ID.
        ref: The case to which the earlier request went.
    """

    code: ClassVar[str] = "request_id_reused"
    request_id: str
    ref: str

    def __str__(self) -> str:
        return (
            f"The request ID {self.request_id} was used before, for another request to {self.ref}."
            " Repeat a request with the same content, or use another ID for a new request."
        )


@dataclass(kw_only=True, eq=False)
class CascadeFailed(BadInput):
    """A step cascades to another case, where it cannot be applied, so nothing was recorded.

    Attributes:
        ref: The other case.
        step: The step that was to be applied there.
        step_title: That step in words.
        cause: The error that it raised.
    """

    code: ClassVar[str] = "cascade_failed"
    ref: str
    step: str
    step_title: str
    cause: BadInput

    def facts(self) -> dict[str, Any]:
        """Return the fields as plain values."""
        return {
            "ref": self.ref,
            "step": self.step,
            "step_title": self.step_title,
            "cause": {"error": self.cause.code, **self.cause.facts()},
        }

    def __str__(self) -> str:
        return (
            f'This step also applies "{self.step_title}" to {self.ref}, which failed: {self.cause}'
            "\nNothing was recorded."
        )

"""Errors for names that do not exist: of a case, a workflow, a step or a person."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from .base import BadInput, one_of, title_and_code, titles_and_codes


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
        titles: The same in words.
    """

    code: ClassVar[str] = "unknown_workflow"
    name: str
    known: tuple[str, ...]
    titles: tuple[str, ...]

    def __str__(self) -> str:
        return _unknown(f'There is no workflow "{self.name}".', self.name, self.known, self.titles)


@dataclass(kw_only=True, eq=False)
class UnknownVersion(BadInput):
    """This program does not have the version of the workflow that a case follows.

    Attributes:
        workflow: The workflow's name.
        title: The workflow in words.
        version: The version.
        known: The versions that it has.
    """

    code: ClassVar[str] = "unknown_version"
    workflow: str
    title: str
    version: int
    known: tuple[int, ...]

    def __str__(self) -> str:
        known = f"version{'' if len(self.known) == 1 else 's'} {', '.join(map(str, self.known))}"
        return (
            f'This program does not have version {self.version} of "{self.title}", only {known}.'
            " It can show the case. To record something in it, use a program that has that version."
        )


@dataclass(kw_only=True, eq=False)
class UnknownStep(BadInput):
    """The workflow has no step of this name.

    Attributes:
        workflow: The workflow's name.
        workflow_title: The workflow in words.
        step: The step.
        known: The steps that the workflow has.
        titles: The same in words.
    """

    code: ClassVar[str] = "unknown_step"
    workflow: str
    workflow_title: str
    step: str
    known: tuple[str, ...]
    titles: tuple[str, ...]

    def __str__(self) -> str:
        problem = f'There is no step "{self.step}" in the workflow "{self.workflow_title}".'
        return _unknown(problem, self.step, self.known, self.titles)


@dataclass(kw_only=True, eq=False)
class UnknownAccount(BadInput):
    """Nobody on the list has this account.

    Attributes:
        account: The account, as the machine or service knows it.
    """

    code: ClassVar[str] = "unknown_account"
    account: str

    def __str__(self) -> str:
        return f"The account {self.account} belongs to nobody on the list, so nothing can be recorded from it."


@dataclass(kw_only=True, eq=False)
class UnknownRole(BadInput):
    """No role has this name, or none of one workflow.

    Attributes:
        role: The role.
        known: The roles that exist.
        titles: The same in words.
        workflow: The title of the workflow that has no such role; empty if none has it.
    """

    code: ClassVar[str] = "unknown_role"
    role: str
    known: tuple[str, ...]
    titles: tuple[str, ...]
    workflow: str = ""

    def __str__(self) -> str:
        words = self.role.replace("_", " ")
        problem = f'Nobody decides as "{words}" in this: {self.workflow}.' if self.workflow else ""
        return _unknown(problem or f'There is no role "{self.role}".', self.role, self.known, self.titles)


@dataclass(kw_only=True, eq=False)
class UnknownState(BadInput):
    """No workflow has this state.

    Attributes:
        state: The state.
        known: The states that exist.
        titles: The same in words.
    """

    code: ClassVar[str] = "unknown_state"
    state: str
    known: tuple[str, ...]
    titles: tuple[str, ...]

    def __str__(self) -> str:
        return _unknown(f'There is no state "{self.state}".', self.state, self.known, self.titles)


@dataclass(kw_only=True, eq=False)
class UnknownDeadline(BadInput):
    """The workflow has no deadline of this name.

    Attributes:
        deadline: The deadline.
        known: The deadlines that exist.
        titles: The same in words.
    """

    code: ClassVar[str] = "unknown_deadline"
    deadline: str
    known: tuple[str, ...]
    titles: tuple[str, ...]

    def __str__(self) -> str:
        return _unknown(f'There is no deadline "{self.deadline}".', self.deadline, self.known, self.titles)


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
class UnknownOrganisation(BadInput):
    """No organisation on the list has this name.

    Attributes:
        name: The name.
    """

    code: ClassVar[str] = "unknown_organisation"
    name: str

    def __str__(self) -> str:
        return f"{self.name} is not on the list of organisations."


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


MANY = 15
"""More names than this are not listed in a sentence."""


def _unknown(problem: str, name: str, known: tuple[str, ...], titles: tuple[str, ...]) -> str:
    """Return the sentence for an unknown name: the problem, and the names that were probably meant, or a few names."""
    # Imported here, because only a misspelt name needs it, and every command loads this module.
    from difflib import get_close_matches

    codes = {code: code for code in known} | {title.casefold(): code for code, title in zip(known, titles, strict=True)}
    near = dict.fromkeys(codes[one] for one in get_close_matches(name.casefold().replace("_", " "), codes, n=3))
    near = dict.fromkeys((*(codes[one] for one in get_close_matches(name.casefold(), codes, n=3)), *near))
    title_of = dict(zip(known, titles, strict=True))
    if near:
        meant = tuple(title_and_code(title_of[code], code) for code in near)
        return f"{problem} Did you mean {one_of(meant)}?"
    if len(known) > MANY:
        return f"{problem} There are {len(known)} others."
    return f"{problem} Use one of: {titles_and_codes(titles, known)}."

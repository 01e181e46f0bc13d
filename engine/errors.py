"""What can go wrong, as values: the facts as attributes, and one sentence that says what to do.

Every error that the engine raises on purpose descends from `CasereviewError`. Its fields are its
facts (`facts()` gives them for a program), `str()` is the sentence (for a person). No field of an
error ever holds what a form marks as sensitive.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, is_dataclass
from typing import Any, ClassVar


@dataclass(frozen=True, kw_only=True, slots=True)
class Block:
    """One thing that stands in the way of a step.

    Attributes:
        guard: The name of the condition that does not hold.
        reason: What is missing, in a sentence.
        cleared_by: The role, or the roles, that can clear it.
    """

    guard: str
    reason: str
    cleared_by: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Fault:
    """One thing that is wrong with what was given.

    Attributes:
        path: Where, as a dotted path into the form (`period.start`, `agencies[2]`).
        expected: What was expected there.
        found: What was found, described; never the content of a sensitive field.
    """

    path: str
    expected: str
    found: str

    def __str__(self) -> str:
        return f"{self.path}: expected {self.expected}, found {self.found}"


@dataclass(kw_only=True, eq=False)
class CasereviewError(Exception):
    """The root of all errors of this package."""

    code: ClassVar[str] = "error"

    def facts(self) -> dict[str, Any]:
        """The error's fields as plain values that a JSON encoder takes."""
        return {field.name: _plain(getattr(self, field.name)) for field in fields(self)}

    def __reduce__(self) -> tuple[Any, ...]:
        # Exceptions cross process borders (pytest-xdist, multiprocessing) by pickle, which would
        # otherwise call the class with positional arguments.
        return _rebuild, (type(self), {f.name: getattr(self, f.name) for f in fields(self)})


def _rebuild(kind: type[CasereviewError], facts: dict[str, Any]) -> CasereviewError:
    return kind(**facts)


def _plain(value: Any) -> Any:
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    return value


class BadInput(CasereviewError):
    """What was given cannot be understood; nothing was changed."""


class StoreError(CasereviewError):
    """The database cannot be used; nothing was changed."""


def one_of(names: tuple[str, ...]) -> str:
    """The names as a readable list, `a, b or c`."""
    if len(names) < 2:
        return "".join(names)
    return f"{', '.join(names[:-1])} or {names[-1]}"


def things_to_mend(faults: tuple[object, ...]) -> tuple[str, str]:
    """How many faults there are, in words (`2 things`), and each of them on a line of its own."""
    count = "1 thing" if len(faults) == 1 else f"{len(faults)} things"
    return count, "".join(f"\n  - {fault}" for fault in faults)


# --- what a rule refuses ------------------------------------------------------------------------


@dataclass(kw_only=True, eq=False)
class Refused(CasereviewError):
    """A rule refuses the step.

    Attributes:
        ref: The case's reference.
        state: The state that the case is in.
        step: The step that was asked for.
        reasons: Each thing that stands in the way, and who can clear it.
        instead: The steps that the case's state allows.
    """

    code: ClassVar[str] = "refused"
    ref: str
    state: str
    step: str
    reasons: tuple[Block, ...]
    instead: tuple[str, ...]

    def __str__(self) -> str:
        head = f"Refused: {self.step}, for {self.ref}, which is in {self.state}."
        why = [f"  - {block.reason} ({block.cleared_by} can clear it; rule: {block.guard})" for block in self.reasons]
        others = [f"Possible now: {', '.join(self.instead)}."] if self.instead else []
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
        moved_by: Who recorded the latest step.
        step: The latest step.
    """

    code: ClassVar[str] = "conflict"
    ref: str
    expected: int
    found: int
    moved_by: str
    step: str

    def __str__(self) -> str:
        return (
            f"{self.ref} is at version {self.found}, not {self.expected}: {self.moved_by} recorded"
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


# --- what was typed ------------------------------------------------------------------------------


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
class InvalidForm(BadInput):
    """What a step records is not as its form wants it.

    Attributes:
        form: The step, or the thing, that the form belongs to.
        faults: Every fault, in the form's order.
    """

    code: ClassVar[str] = "invalid_form"
    form: str
    faults: tuple[Fault, ...]

    def __str__(self) -> str:
        count, lines = things_to_mend(self.faults)
        return f"What was given for {self.form} has {count} to mend:{lines}"


@dataclass(kw_only=True, eq=False)
class BadDate(BadInput):
    """The day given for a step cannot be its day.

    Attributes:
        given: The day, `YYYY-MM-DD`.
        expected: What a day has to be here.
    """

    code: ClassVar[str] = "bad_date"
    given: str
    expected: str

    def __str__(self) -> str:
        return f"A step cannot have happened on {self.given}: expected {self.expected}."


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
class NotBroughtIn(BadInput):
    """A case cannot be brought in, and with it nothing of its batch.

    Attributes:
        number: Which of the batch, from 0.
        step: At which of its steps, from 1; 0 for its opening.
        cause: What is the matter there.
    """

    code: ClassVar[str] = "not_brought_in"
    number: int = 0
    step: int
    cause: CasereviewError

    def facts(self) -> dict[str, Any]:
        """The fields as plain values."""
        return {"number": self.number, "step": self.step, "cause": {"error": self.cause.code, **self.cause.facts()}}

    def __str__(self) -> str:
        return f"Case {self.number + 1} of the batch, {self.where}: {self.cause}\nNothing of the batch was brought in."

    @property
    def where(self) -> str:
        """At which of its steps, in words."""
        return f"step {self.step}" if self.step else "its opening"


@dataclass(kw_only=True, eq=False)
class NotTakenAlong(BadInput):
    """A case cannot take the step that another one's step takes along, so neither was taken.

    Attributes:
        ref: The case.
        step: The step.
        cause: What is the matter with it.
    """

    code: ClassVar[str] = "not_taken_along"
    ref: str
    step: str
    cause: BadInput

    def facts(self) -> dict[str, Any]:
        """The fields as plain values."""
        return {"ref": self.ref, "step": self.step, "cause": {"error": self.cause.code, **self.cause.facts()}}

    def __str__(self) -> str:
        return f"{self.ref} has to take {self.step} with it, and cannot: {self.cause}\nNothing was recorded."


@dataclass(kw_only=True, eq=False)
class NotRecorded(CasereviewError):
    """One of several commands cannot be carried out, and so none of them was.

    Attributes:
        number: Which of them, from 0.
        cause: What is the matter with it.
    """

    code: ClassVar[str] = "not_recorded"
    number: int
    cause: CasereviewError

    def facts(self) -> dict[str, Any]:
        """The fields as plain values."""
        return {"number": self.number, "cause": {"error": self.cause.code, **self.cause.facts()}}

    def __str__(self) -> str:
        return f"Command {self.number + 1} of them: {self.cause}\nNone of them was recorded."


@dataclass(frozen=True, kw_only=True, slots=True)
class LineFault:
    """One thing that is wrong with a line of a file.

    Attributes:
        line: The line's number, from 1.
        path: Where in it, as a dotted path (`steps[0].data.text`); empty for the whole of it.
        problem: What is the matter; never the content of a sensitive field.
    """

    line: int
    path: str
    problem: str

    def __str__(self) -> str:
        return f"line {self.line}{', ' if self.path else ''}{self.path}: {self.problem}"


@dataclass(kw_only=True, eq=False)
class FaultyLines(BadInput):
    """Lines of a file cannot be brought in.

    Attributes:
        file: The file, as it was named.
        faults: What is wrong, in the order of the lines; the first of them where there are many.
        brought_in: How many cases of the file are in the record all the same.
    """

    code: ClassVar[str] = "faulty_lines"
    file: str
    faults: tuple[LineFault, ...]
    brought_in: int = 0

    def __str__(self) -> str:
        count, lines = things_to_mend(self.faults)
        done = f"{self.brought_in:,} cases before it are brought in" if self.brought_in else "Nothing was brought in"
        return f"{self.file} has {count} to mend. {done}.{lines}"


@dataclass(kw_only=True, eq=False)
class BadValue(BadInput):
    """One value on the command line, in the environment or in a call is not usable.

    Attributes:
        name: What the value is for.
        expected: What was expected.
        found: What was found.
    """

    code: ClassVar[str] = "bad_value"
    name: str
    expected: str
    found: str

    def __str__(self) -> str:
        return f"{self.name}: expected {self.expected}, found {self.found}."


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


# --- messages -------------------------------------------------------------------------------------


@dataclass(kw_only=True, eq=False)
class NotDelivered(CasereviewError):
    """A message was not handed over.

    Attributes:
        problem: Why, without any address.
        for_good: Whether it would be no better another time.
    """

    code: ClassVar[str] = "not_delivered"
    problem: str
    for_good: bool = False

    def __str__(self) -> str:
        rest = "It is given up: see casereview messages." if self.for_good else "It is tried again later."
        return f"Not delivered: {self.problem}. {rest}"


# --- definitions and databases --------------------------------------------------------------------


@dataclass(kw_only=True, eq=False)
class UnsoundWorkflow(CasereviewError):
    """A workflow's declaration contradicts itself.

    Attributes:
        workflow: Its name.
        faults: Each contradiction, in a sentence.
    """

    code: ClassVar[str] = "unsound_workflow"
    workflow: str
    faults: tuple[str, ...]

    def __str__(self) -> str:
        return f"The workflow {self.workflow} cannot work: {' '.join(self.faults)}"


@dataclass(kw_only=True, eq=False)
class NotShown(CasereviewError):
    """A condition looks at cases that it was not shown, since it does not declare that it does.

    Attributes:
        guard: The condition's name.
        look: What it looks at.
    """

    code: ClassVar[str] = "not_shown"
    guard: str
    look: str

    def __str__(self) -> str:
        return (
            f"The condition {self.guard} looks at {self.look} and was not shown it: a condition sees of"
            " other cases what its looks_at declares. Nothing was changed. Mend the declaration."
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

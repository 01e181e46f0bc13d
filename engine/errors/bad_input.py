"""Errors for input that cannot be understood, with every fault in it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from .base import BadInput, CasereviewError, Fault, days_in_words, listed_faults, one_of, title_and_exact_code


@dataclass(kw_only=True, eq=False)
class InvalidForm(BadInput):
    """A record does not match its form.

    Attributes:
        form: The step, or the thing, to which the form belongs.
        title: The step in words; empty if the form belongs to another thing.
        faults: Every fault, in the form's order.
    """

    code: ClassVar[str] = "invalid_form"
    form: str
    faults: tuple[Fault, ...]
    title: str = ""

    def __str__(self) -> str:
        count, lines = listed_faults(self.faults)
        subject = f'"{self.title}" ({self.form})' if self.title else self.form
        return f"The record for {subject} has {count} to correct:{lines}"


@dataclass(kw_only=True, eq=False)
class BadDate(BadInput):
    """A step cannot have happened on this day.

    Attributes:
        found: The day, `YYYY-MM-DD`.
        expected: The days that are possible.
    """

    code: ClassVar[str] = "bad_date"
    found: str
    expected: str

    def __str__(self) -> str:
        return days_in_words(f"A step cannot have happened on {self.found}: expected {self.expected}.")


@dataclass(kw_only=True, eq=False)
class ExtraMissing(BadInput):
    """A feature needs a library that comes with an extra, which is not installed.

    Attributes:
        feature: The feature.
        package: The library, by the name of its package.
        extra: The name of the extra.
    """

    code: ClassVar[str] = "extra_missing"
    feature: str
    package: str
    extra: str

    def __str__(self) -> str:
        return f'{self.feature} needs {self.package}, which is not installed. It comes with the extra "{self.extra}".'


@dataclass(kw_only=True, eq=False)
class ImportFailed(BadInput):
    """A case cannot be imported, so nothing of its batch was.

    Attributes:
        number: The case's index in the batch, from 0.
        step: The number of the step that failed, from 1; 0 for the opening.
        cause: The error that the step raised.
    """

    code: ClassVar[str] = "import_failed"
    number: int = 0
    step: int
    cause: CasereviewError

    def facts(self) -> dict[str, Any]:
        """Return the fields as plain values."""
        return {"number": self.number, "step": self.step, "cause": {"error": self.cause.code, **self.cause.facts()}}

    def __str__(self) -> str:
        return f"Case {self.number + 1} of the batch, {self.where}: {self.cause}\nNothing was imported."

    @property
    def where(self) -> str:
        """Return the step that failed, in words."""
        return f"step {self.step}" if self.step else "opening"


@dataclass(kw_only=True, eq=False)
class BatchFailed(CasereviewError):
    """One of several commands failed, so none of them was recorded.

    Attributes:
        number: The command's index, from 0.
        cause: The error that the command raised.
    """

    code: ClassVar[str] = "batch_failed"
    number: int
    cause: CasereviewError

    def facts(self) -> dict[str, Any]:
        """Return the fields as plain values."""
        return {"number": self.number, "cause": {"error": self.cause.code, **self.cause.facts()}}

    def __str__(self) -> str:
        return f"Command {self.number + 1} failed: {self.cause}\nNothing was recorded."


@dataclass(frozen=True, kw_only=True, slots=True)
class LineFault:
    """A fault in a line of a file.

    Attributes:
        line: The line's number, from 1.
        path: The place in the line, as a dotted path (`steps[0].data.text`); empty for the whole line.
        problem: The fault; never the content of a sensitive field.
    """

    line: int
    path: str
    problem: str

    def __str__(self) -> str:
        return f"line {self.line}{', ' if self.path else ''}{self.path}: {days_in_words(self.problem)}"


@dataclass(kw_only=True, eq=False)
class FaultyLines(BadInput):
    """Lines of a file cannot be imported.

    Attributes:
        file: The file's name.
        faults: The faults, in the order of the lines; only the first ones if there are many.
        imported: The number of cases of the file that were imported before the faults.
    """

    code: ClassVar[str] = "faulty_lines"
    file: str
    faults: tuple[LineFault, ...]
    imported: int = 0

    def __str__(self) -> str:
        count, lines = listed_faults(self.faults)
        before = (
            "1 case before them was imported"
            if self.imported == 1
            else f"{self.imported:,} cases before them were imported"
        )
        done = before if self.imported else "Nothing was imported"
        return f"{self.file} has {count} to correct. {done}.{lines}"


@dataclass(kw_only=True, eq=False)
class BadValue(BadInput):
    """A value in a call, on a command line or in the environment cannot be used.

    Attributes:
        name: The value's name.
        expected: A description of usable values.
        found: A description of the value.
    """

    code: ClassVar[str] = "bad_value"
    name: str
    expected: str
    found: str

    def __str__(self) -> str:
        return f"{self.name}: {days_in_words(f'expected {self.expected}, found {self.found}.')}"


@dataclass(kw_only=True, eq=False)
class NothingToDispose(BadInput):
    """The case, or one event of it, holds none of the values that were to be disposed of.

    Attributes:
        ref: The case.
        event: The event's number; None for all events.
        field: The field; None for the sensitive values.
        field_title: The field in words; empty if there is no such field.
        fields: The fields that hold something.
        titles: The same in words.
    """

    code: ClassVar[str] = "nothing_to_dispose"
    ref: str
    event: int | None
    field: str | None
    field_title: str
    fields: tuple[str, ...]
    titles: tuple[str, ...]

    def __str__(self) -> str:
        holder = self.ref if self.event is None else f"Event {self.event} of {self.ref}"
        if self.field is None:
            return f"{holder} holds no sensitive values to dispose of."
        held = "; ".join(title_and_exact_code(*one) for one in zip(self.titles, self.fields, strict=True))
        named = title_and_exact_code(self.field_title, self.field)
        rest = f"It holds something in these fields: {held}." if held else "It holds nothing in any field."
        return f'{holder} holds nothing in the field "{named}". {rest}'


@dataclass(kw_only=True, eq=False)
class OrganisationKnown(BadInput):
    """A name is a name of another organisation on the list already.

    Attributes:
        name: The name.
        known_as: The name under which that organisation is recorded.
    """

    code: ClassVar[str] = "organisation_known"
    name: str
    known_as: str

    def __str__(self) -> str:
        if self.name == self.known_as:
            return f"{self.name} is on the list of organisations already. To add another name for it, change it."
        return f"{self.name} is a name of {self.known_as} already. Use another name, or take it from {self.known_as}."


@dataclass(kw_only=True, eq=False)
class PersonKnown(BadInput):
    """A person of this name is on the list already.

    Attributes:
        name: The name on the list.
        roles: The titles of the roles they hold.
        organisations: The organisations in which they hold them.
    """

    code: ClassVar[str] = "person_known"
    name: str
    roles: tuple[str, ...]
    organisations: tuple[str, ...] = ()

    def __str__(self) -> str:
        where = f" of {' and '.join(self.organisations)}" if self.organisations else ""
        return (
            f"{self.name} is on the list already, as {' and '.join(self.roles)}{where}. If this is the same person,"
            f" change them instead. If it is another person, add something to the name, like {self.name} (a place)."
        )


@dataclass(kw_only=True, eq=False)
class NoManagerLeft(BadInput):
    """After a change nobody could manage people.

    Attributes:
        managers: The names of those who can manage people now.
        roles: The titles of the roles by which they can.
        by_account: Whether they can because of the account that they have.
    """

    code: ClassVar[str] = "no_manager_left"
    managers: tuple[str, ...]
    roles: tuple[str, ...]
    by_account: bool

    def __str__(self) -> str:
        now = f"After this nobody could manage people: only {' and '.join(self.managers)} can now"
        another = f"First make another person {one_of(self.roles)}"
        if not self.by_account:
            return f"{now}. {another}."
        return f"{now}, from their own account. {another}, with the account from which they record."


@dataclass(kw_only=True, eq=False)
class StillListed(BadInput):
    """A name cannot be disposed of: it is that of a person or an organisation on the list.

    Attributes:
        name: The name of the person or organisation.
    """

    code: ClassVar[str] = "still_listed"
    name: str

    def __str__(self) -> str:
        return f"{self.name} is on the list with this word. First remove {self.name} from the list, or change it there."

"""Input that cannot be understood, with every fault in it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from .base import BadInput, CasereviewError, Fault, listed_faults


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
        count, lines = listed_faults(self.faults)
        return f"What was given for {self.form} has {count} to mend:{lines}"


@dataclass(kw_only=True, eq=False)
class BadDate(BadInput):
    """The day given for a step cannot be its day.

    Attributes:
        found: The day, `YYYY-MM-DD`.
        expected: What a day has to be here.
    """

    code: ClassVar[str] = "bad_date"
    found: str
    expected: str

    def __str__(self) -> str:
        return f"A step cannot have happened on {self.found}: expected {self.expected}."


@dataclass(kw_only=True, eq=False)
class ImportFailed(BadInput):
    """A case cannot be brought in, and with it nothing of its batch.

    Attributes:
        number: Which of the batch, from 0.
        step: At which of its steps, from 1; 0 for its opening.
        cause: What is the matter there.
    """

    code: ClassVar[str] = "import_failed"
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
class BatchFailed(CasereviewError):
    """One of several commands cannot be carried out, and so none of them was.

    Attributes:
        number: Which of them, from 0.
        cause: What is the matter with it.
    """

    code: ClassVar[str] = "batch_failed"
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
        imported: How many cases of the file are in the record all the same.
    """

    code: ClassVar[str] = "faulty_lines"
    file: str
    faults: tuple[LineFault, ...]
    imported: int = 0

    def __str__(self) -> str:
        count, lines = listed_faults(self.faults)
        done = f"{self.imported:,} cases before it are brought in" if self.imported else "Nothing was brought in"
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

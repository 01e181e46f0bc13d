"""Render messages from templates that an office may edit.

A template is a text that begins with a line `Subject: …`. If an edited one cannot be used, the default template takes
its place and the problem is reported.
"""

from __future__ import annotations

import traceback
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, TemplateError
from jinja2.sandbox import ImmutableSandboxedEnvironment

MESSAGE, DIGEST = "message.txt", "digest.txt"
TEMPLATES = (MESSAGE, DIGEST)
SUBJECT = "Subject:"
LONGEST_SUBJECT = 150


@dataclass(frozen=True, kw_only=True, slots=True)
class MessageLine:
    """One line of a message.

    Attributes:
        ref: The case's reference.
        task: The task, in words for people.
        due: The last day for it.
        days_overdue: The number of days since; 0 if it is not overdue.
        person: The recipient.
    """

    ref: str
    task: str
    due: date
    days_overdue: int
    person: str


@dataclass(frozen=True, kw_only=True, slots=True)
class RenderedMessage:
    """A message in words.

    Attributes:
        subject: Its subject, one line.
        body: Its text.
        problem: The fault of the office's own template, if the default one took its place.
    """

    subject: str
    body: str
    problem: str | None = None


@dataclass(frozen=True, kw_only=True)
class MessageTemplates:
    """Renders messages from templates.

    Attributes:
        default: The folder with the default templates.
        folder: The folder with the office's own templates; None if it has none. A template that this folder lacks, or
            that cannot be used, is taken from `default`.
        rehearsal: If every message says that it is a rehearsal.
    """

    default: Path
    folder: Path | None = None
    rehearsal: bool = False

    def render_message(
        self,
        person: str,
        today: date,
        *,
        overdue: list[MessageLine],
        due_soon: list[MessageLine],
        done_in_time: list[MessageLine],
        deputy_for: str | None = None,
    ) -> RenderedMessage:
        """Render the message to one person; with `deputy_for`, as the deputy of that person, who is away."""
        references = sorted({line.ref for line in (*overdue, *due_soon, *done_in_time)})
        lines = {"overdue": overdue, "due_soon": due_soon, "done_in_time": done_in_time, "references": references}
        return self._render(MESSAGE, {"person": person, "today": today, "deputy_for": deputy_for, **lines})

    def render_digest(
        self, person: str, today: date, *, on_hold: list[MessageLine], others: Mapping[str, int] | None = None
    ) -> RenderedMessage:
        """Render the message to a manager about the messages on hold.

        Args:
            person: The manager's name.
            today: The day.
            on_hold: The reminders that wait for release.
            others: The number of other reminders and messages, by what became of them; leave out those that were sent.
        """
        names = sorted({line.person for line in on_hold})
        return self._render(
            DIGEST, {"person": person, "today": today, "on_hold": on_hold, "names": names, "others": others}
        )

    def problems(self) -> Iterator[str]:
        """Yield the faults of the office's own templates, tried on an example."""
        example = [
            MessageLine(ref="XY-2000-001", task="An example", due=date(2000, 1, 3), days_overdue=1, person="A person")
        ]
        today = date(2000, 1, 4)
        for overdue, due_soon, done_in_time in ((example, [], []), ([], example, []), ([], [], example)):
            tried = self.render_message("A", today, overdue=overdue, due_soon=due_soon, done_in_time=done_in_time)
            if tried.problem is not None:
                yield tried.problem
                break
        digest = self.render_digest("A person", today, on_hold=example, others={"failed": 1})
        if digest.problem is not None:
            yield digest.problem

    def _render(self, name: str, variables: Mapping[str, Any]) -> RenderedMessage:
        variables = {**variables, "rehearsal": self.rehearsal}
        problem = None
        if self.folder is not None:
            try:
                if (self.folder / name).is_file():
                    return _parsed(_environment(self.folder).get_template(name).render(variables))
            except TemplateError as error:
                problem = f"{name}{_place(error, self.folder / name)}: {error.message or type(error).__name__}"
            except (_NoSubjectError, UnicodeDecodeError):
                problem = f"{name}: expected a text in UTF-8 that begins with a line “{SUBJECT} …”"
            except Exception as error:  # an edited template may call anything
                problem = f"{name}: {type(error).__name__}"
        default = _parsed(self._defaults.get_template(name).render(variables))
        return RenderedMessage(subject=default.subject, body=default.body, problem=problem)

    @cached_property
    def _defaults(self) -> Environment:
        return _environment(self.default)


class _NoSubjectError(ValueError):
    """A text does not begin with its subject."""


def _environment(folder: Path) -> Environment:
    # Plain text needs no escaping. The sandbox keeps an editor of texts from running programs. A misspelt name is an
    # error, not a blank.
    environment = ImmutableSandboxedEnvironment(
        # Some editors begin a UTF-8 file with a byte order mark.
        loader=FileSystemLoader(folder, encoding="utf-8-sig"),
        undefined=StrictUndefined,
        autoescape=False,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"day": _day, "days": _days}
    return environment


def _parsed(text: str) -> RenderedMessage:
    first, _, body = text.partition("\n")
    subject = " ".join(first.removeprefix(SUBJECT).split())
    if not first.startswith(SUBJECT) or not subject:
        raise _NoSubjectError
    if len(subject) > LONGEST_SUBJECT:
        subject = subject[: LONGEST_SUBJECT - 1] + "…"
    return RenderedMessage(subject=subject, body=body.strip("\n") + "\n")


def _place(error: TemplateError, path: Path) -> str:
    line = getattr(error, "lineno", None)
    # An error while rendering has its line in the traceback.
    lines = [frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename == str(path)]
    found = line or (lines[-1] if lines else None)
    return "" if found is None else f", line {found}"


def _day(day: date) -> str:
    return f"{day:%A} {day.day} {day:%B %Y}"


def _days(count: int) -> str:
    return "1 day" if count == 1 else f"{count} days"

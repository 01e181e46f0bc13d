"""What is recorded of a meeting: who is called, who came, what was decided, its minutes."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Annotated, Literal

from msgspec import Meta

from ...engine.errors.base import Fault
from ...engine.forms.fields import SENSITIVE, Form, ShortText, Text
from ...engine.forms.parsing import normalized
from .common import Document, duplicate_faults

Person = Annotated[ShortText, Meta(title="Name")]
Reference = Annotated[
    ShortText, Meta(title="Reference", description="Of the case, such as SCR-2026-001, or of a part of it.")
]


class Meeting(Form, frozen=True, kw_only=True):
    """A group is called to meet."""

    title: Annotated[ShortText, Meta(title="Title", description="Such as: subgroup meeting of 3 February 2026.")]
    kind: Annotated[
        Literal["subgroup", "board", "partners", "quality_assurance"],
        Meta(title="Which group meets", description="It says in what capacity the chair decides there."),
    ]
    held_on: Annotated[date, Meta(title="Day of the meeting")]
    chair: Annotated[Person, Meta(title="Who chairs it")]
    quorum: (
        Annotated[int, Meta(ge=1, le=100, title="Quorum", description="So many have to be present to decide.")] | None
    ) = None
    expected: Annotated[tuple[Person, ...], Meta(title="Who is expected")] = ()

    def contradictions(self) -> Iterator[Fault]:
        """Somebody named twice."""
        yield from duplicate_faults("expected", self.expected)


class Conflict(Form, frozen=True, kw_only=True):
    """Somebody has an interest of their own in a case, and takes no part in deciding about it."""

    name: Annotated[Person, Meta(title="Who")]
    ref: Annotated[Reference, Meta(title="In which case", description="With a case all of its parts are meant.")]
    # It may be a family tie.
    why: Annotated[Text, Meta(title="Why"), SENSITIVE]


class Attendance(Form, frozen=True, kw_only=True):
    """Who was there, who was not, and who has a conflict of interest in which case."""

    present: Annotated[tuple[Person, ...], Meta(min_length=1, title="Who was present")]
    apologies: Annotated[tuple[Person, ...], Meta(title="Who sent apologies")] = ()
    conflicts: Annotated[tuple[Conflict, ...], Meta(title="Conflicts of interest")] = ()

    def contradictions(self) -> Iterator[Fault]:
        """Somebody named twice, or both present and not."""
        yield from duplicate_faults("present", self.present)
        yield from duplicate_faults("apologies", self.apologies)
        there = {normalized(name) for name in self.present}
        for name in self.apologies:
            if normalized(name) in there:
                yield Fault(path="apologies", expected="those who were not present", found=name)


class Decision(Form, frozen=True, kw_only=True):
    """The meeting decides that a case takes a step."""

    item: Annotated[
        str, Meta(min_length=1, max_length=20, title="Item of the agenda", description="Such as 4, or 4.2.")
    ]
    ref: Reference
    trigger: Annotated[ShortText, Meta(title="Step", description="The step that the case takes by it.")]
    in_the_chair: Annotated[Person, Meta(title="Who was in the chair for it")]
    decision: Annotated[Text, Meta(title="What was decided", description="In words for the minutes. No names.")]


class Minutes(Form, frozen=True, kw_only=True):
    """The minutes are written, and where they are kept."""

    minutes: Annotated[Document, Meta(title="The minutes")]

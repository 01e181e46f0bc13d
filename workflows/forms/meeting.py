"""Define the forms for a meeting: invitation, attendance, decisions, minutes."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Annotated, Literal

from msgspec import Meta

from ...engine.errors.base import Fault
from ...engine.forms.fields import DECISION, SENSITIVE, Form, ShortText, Text, choice_titles
from ...engine.forms.names import same_name_key
from ...engine.forms.several_names import LISTED, ONE_PERSON
from .common import Document, duplicate_faults

Person = Annotated[ShortText, Meta(title="Name"), ONE_PERSON, LISTED]
Reference = Annotated[
    ShortText, Meta(title="Reference", description="The reference of a case, such as SCR-2026-001, or of a part of it.")
]


KIND_TITLES = {
    "subgroup": "subgroup",
    "board": "board",
    "partners": "partners",
    "quality_assurance": "quality assurance",
}
"""The groups that meet, in words."""


class Meeting(Form, frozen=True, kw_only=True):
    """An invitation to a meeting."""

    title: Annotated[ShortText, Meta(title="Title", description="For example: subgroup meeting of 3 February 2026.")]
    kind: Annotated[
        Literal["subgroup", "board", "partners", "quality_assurance"],
        Meta(title="Group", description="The chair decides in the role that goes with this group."),
        choice_titles(**KIND_TITLES),
    ]
    held_on: Annotated[date, Meta(title="Date of the meeting")]
    chair: Annotated[Person, Meta(title="Chair")]
    quorum: (
        Annotated[
            int, Meta(ge=1, le=100, title="Quorum", description="The number of people who must be present to decide.")
        ]
        | None
    ) = None
    expected: Annotated[tuple[Person, ...], Meta(title="Invited")] = ()

    def contradictions(self) -> Iterator[Fault]:
        """Yield a fault for each person who is named twice."""
        yield from duplicate_faults("expected", self.expected)


class Conflict(Form, frozen=True, kw_only=True):
    """A conflict of interest. This person does not decide about the case."""

    name: Annotated[Person, Meta(title="Person")]
    ref: Annotated[Reference, Meta(title="Case", description="A review includes all its parts.")]
    # The reason may be a family tie.
    why: Annotated[Text, Meta(title="Why"), SENSITIVE]


class Attendance(Form, frozen=True, kw_only=True):
    """The people who attended, the apologies, and the conflicts of interest."""

    present: Annotated[tuple[Person, ...], Meta(min_length=1, title="Present")]
    apologies: Annotated[tuple[Person, ...], Meta(title="Apologies")] = ()
    conflicts: Annotated[tuple[Conflict, ...], Meta(title="Conflicts of interest")] = ()

    def contradictions(self) -> Iterator[Fault]:
        """Yield a fault for each person named twice, or as both present and absent."""
        yield from duplicate_faults("present", self.present)
        yield from duplicate_faults("apologies", self.apologies)
        present = {same_name_key(name) for name in self.present}
        for name in self.apologies:
            if same_name_key(name) in present:
                yield Fault(path="apologies", expected="only people who were not present", found=name)


class Decision(Form, frozen=True, kw_only=True):
    """A decision of the meeting, to apply a step to a case."""

    item: Annotated[str, Meta(min_length=1, max_length=20, title="Agenda item", description="For example: 4, or 4.2.")]
    ref: Reference
    trigger: Annotated[ShortText, Meta(title="Step", description="The step that carries the decision out.")]
    in_the_chair: Annotated[Person, Meta(title="Chair for this item"), DECISION]
    decision: Annotated[Text, Meta(title="Decision", description="The wording for the minutes. No names."), DECISION]


class Minutes(Form, frozen=True, kw_only=True):
    """The minutes and the place where they are kept."""

    minutes: Annotated[Document, Meta(title="The minutes")]

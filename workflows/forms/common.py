"""Define values that several forms share."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Annotated

from msgspec import Meta

from ...engine.errors.base import Fault
from ...engine.forms.fields import CODE, DECISION, Form, ShortText, Text
from ...engine.forms.names import same_name_key
from ...engine.forms.several_names import LISTED, ONE_ORGANISATION, ONE_PERSON

Agency = Annotated[ShortText, Meta(title="Agency"), ONE_ORGANISATION, LISTED]
Reasons = Annotated[Text, Meta(title="Reasons"), DECISION]
Digest = Annotated[
    str,
    Meta(
        pattern=r"^[0-9a-f]{64}$",
        title="SHA-256",
        description="The file's SHA-256: 64 hexadecimal digits.",
        examples=["e3b0c442… (64 hexadecimal digits)"],
    ),
    CODE,
]


class Document(Form, frozen=True, kw_only=True):
    """A reference to a document. The document stays where the unit keeps it."""

    title: Annotated[ShortText, Meta(title="The document's title")]
    location: Annotated[str, Meta(min_length=1, max_length=2000, title="Where it is kept")]
    sha256: Digest | None = None


class Period(Form, frozen=True, kw_only=True):
    """A period that includes its first and its last day."""

    start: Annotated[date, Meta(title="First day")]
    end: Annotated[date, Meta(title="Last day")]

    def contradictions(self) -> Iterator[Fault]:
        """Yield a fault if the period ends before it starts."""
        if self.end < self.start:
            yield Fault(path="end", expected=f"{self.start.isoformat()} or later", found=self.end.isoformat())


class Dissent(Form, frozen=True, kw_only=True):
    """A person's disagreement with a decision."""

    name: Annotated[ShortText, Meta(title="Who disagreed"), ONE_PERSON]
    reasons: Annotated[Text, Meta(title="Why")]


def duplicates(items: tuple[str, ...]) -> tuple[str, ...]:
    """Return the repeated items, in order. Another spelling of a name makes no difference."""
    plain = [same_name_key(item) for item in items]
    return tuple(item for index, item in enumerate(items) if plain.index(plain[index]) < index)


def duplicate_faults(path: str, items: tuple[str, ...]) -> Iterator[Fault]:
    """Yield a fault for each repeated item."""
    for item in duplicates(items):
        yield Fault(path=path, expected="each one once", found=f"{item} again")

"""A form with one field of every kind."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from enum import Enum, StrEnum
from typing import Annotated, Literal

from msgspec import Meta

from casereview.engine.errors.base import Fault
from casereview.engine.forms.fields import SENSITIVE, Form, ShortText, Text


class Colour(Enum):
    RED = "red"
    BLUE = "blue"


class Spirit(StrEnum):
    """Text values, one of them blank. It is a choice, so it is not an empty answer."""

    KIND = "kind"
    NONE = " "


class Span(Form, frozen=True, kw_only=True):
    start: date
    end: date

    def contradictions(self) -> Iterator[Fault]:
        if self.end < self.start:
            yield Fault(path="end", expected=f"{self.start} or later", found=str(self.end))


class Person(Form, frozen=True, kw_only=True):
    name: Annotated[ShortText, SENSITIVE]
    phone: Annotated[ShortText, SENSITIVE] | None = None
    relation: ShortText


class Shelf(Form, frozen=True, kw_only=True):
    """A form with each kind of field."""

    title: Annotated[ShortText, Meta(title="Title", description="What people call it.")]
    kind: Literal["book", "map"]
    count: Annotated[int, Meta(ge=1)]
    on: date
    span: Span
    colour: Colour = Colour.RED
    spirit: Spirit = Spirit.KIND
    open: bool = False
    size: int | None = None
    weight: float | None = None
    at: datetime | None = None
    code: Annotated[str, Meta(pattern=r"^[A-Z]{3}$", examples=["ABC"])] | None = None
    free: str | None = None
    tags: tuple[ShortText, ...] = ()
    names: Annotated[tuple[ShortText, ...], Meta(min_length=1, max_length=3)] = ("one",)
    people: tuple[Person, ...] = ()
    secret: Annotated[Text, SENSITIVE] | None = None
    locked: Annotated[Person | None, SENSITIVE] = None
    born_on: Annotated[date, SENSITIVE] | None = None
    known: Annotated[bool, SENSITIVE] | None = None
    choice: Annotated[Literal["yes", "no"], SENSITIVE] | None = None
    numbers: Annotated[tuple[Annotated[int, Meta(ge=0)], ...], SENSITIVE] = ()


TELLTALE = "Nobody but the family may ever read this"

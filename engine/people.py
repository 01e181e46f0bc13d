"""What is asked of the names and addresses that come with a call."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

from .forms import Form, Text, Words
from .reading import read
from .store import Person

Email = Annotated[str, Meta(pattern=r"^[^@\s]+@[^@\s]+$", max_length=254, examples=["name@example.org"])]


class _PersonForm(Form, frozen=True, kw_only=True):
    name: Words
    role: Words
    agency: Words | None = None
    email: Email | None = None


def checked_person(*, name: str, role: str, agency: str | None, email: str | None) -> Person:
    """A person from what was given.

    Raises:
        InvalidForm: where a part of it is not well formed.
    """
    given = {"name": name, "role": role, "agency": agency, "email": email}
    form = read(_PersonForm, given, of="the person")
    return Person(name=form.name.strip(), roles=(form.role,), agency=form.agency, email=form.email)


class _Reasons(Form, frozen=True, kw_only=True):
    reasons: Annotated[Text, Meta(title="Why")]


def checked_reasons(reasons: str, *, of: str) -> str:
    """The reasons that were given.

    Raises:
        InvalidForm: where there are none.
    """
    return read(_Reasons, {"reasons": reasons}, of=of).reasons

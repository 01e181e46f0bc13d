"""What is asked of the names and addresses that come with a call."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

from ..forms.fields import SENSITIVE, Form, ShortText
from ..forms.parsing import parse
from ..model.people import Person

Email = Annotated[str, Meta(pattern=r"^[^@\s]+@[^@\s]+$", max_length=254, examples=["name@example.org"])]
Address = Annotated[str, Meta(pattern=r"^[A-Za-z][A-Za-z0-9+.-]*://\S+$", max_length=2000)]


class _PersonForm(Form, frozen=True, kw_only=True):
    name: ShortText
    role: ShortText
    organisation: ShortText | None = None
    email: Email | None = None
    # It may hold a token, which no error is to quote.
    notify: Annotated[Address, SENSITIVE] | None = None


def checked_person(
    *, name: str, role: str, organisation: str | None, email: str | None, notify: str | None = None
) -> Person:
    """A person from what was given.

    Raises:
        InvalidForm: where a part of it is not well formed.
    """
    given = {"name": name, "role": role, "organisation": organisation, "email": email, "notify": notify}
    form = parse(_PersonForm, given, subject="the person")
    return Person(
        name=form.name.strip(), roles=(form.role,), organisation=form.organisation, email=form.email, notify=form.notify
    )

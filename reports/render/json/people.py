"""Build documents for people and absences."""

from __future__ import annotations

from collections.abc import Iterable

from ....engine.forms.names import is_same_name
from ....engine.model.people import Absence, Person
from .document import Document


def person_document(person: Person, absences: Iterable[Absence] | None = None) -> Document:
    """Return a person, with present and later absences if they are given."""
    document = {
        "name": person.name,
        "former_names": list(person.former_names),
        "roles": list(person.roles),
        "holdings": [{"role": one.role, "agency": one.organisation or None} for one in person.holdings],
        "account": person.account,
        "email": person.email,
        # The address may hold a token, so only its kind is shown.
        "notify": None if person.notify is None else person.notify.partition("://")[0],
    }
    if absences is None:
        return document
    return {**document, "away": [absence_document(one) for one in absences if is_same_name(one.name, person.name)]}


def absence_document(absence: Absence) -> Document:
    """Return an absence."""
    return {
        "name": absence.name,
        "from": absence.from_day.isoformat(),
        "to": absence.to_day.isoformat(),
        "deputy": absence.deputy,
    }

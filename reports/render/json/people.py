"""Build documents for people and absences."""

from __future__ import annotations

from collections.abc import Iterable

from ....engine.model.people import Absence, Person
from .document import Document


def person_document(person: Person, absences: Iterable[Absence] | None = None) -> Document:
    """Somebody who may act; where absences are given, when they are away today or later."""
    document = {
        "name": person.name,
        "roles": list(person.roles),
        "agency": person.organisation,
        "email": person.email,
        # Of what may hold a token only the kind.
        "notify": None if person.notify is None else person.notify.partition("://")[0],
    }
    if absences is None:
        return document
    return {**document, "away": [absence_document(one) for one in absences if one.name == person.name]}


def absence_document(absence: Absence) -> Document:
    """When somebody is away."""
    return {
        "name": absence.name,
        "from": absence.from_day.isoformat(),
        "to": absence.to_day.isoformat(),
        "deputy": absence.deputy,
    }

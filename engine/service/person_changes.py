"""Say what changes about a person or their absences, before it is recorded."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from ..errors.bad_input import BadValue
from ..errors.base import day_in_words
from ..forms.names import is_same_name
from ..model.people import Absence, Person, days_overlap, former_names
from .holdings import holding_records


def require_no_overlap(absence: Absence, name: str, others: Iterable[Absence]) -> None:
    """Raise BadValue if a person is absent on some of the days already; an absence from the same day is replaced."""
    for other in others:
        if is_same_name(other.name, name) and other.from_day != absence.from_day and days_overlap(other, absence):
            raise BadValue(
                name="the absence",
                expected=f"days on which {name} is not away already, unlike from {day_in_words(other.from_day)} to"
                f" {day_in_words(other.to_day)} (to change that absence, give its own first day)",
                found=f"{day_in_words(absence.from_day)} to {day_in_words(absence.to_day)}",
            )


def with_further(known: Person, person: Person) -> Person:
    """Return a change that adds the roles and the account of a person to those of a known one."""
    return replace(person, name=known.name, holdings=tuple(sorted({*known.holdings, *person.holdings})))


def changed_person(known: Person, change: Person) -> Person:
    """Return a known person after a change."""
    return replace(
        known,
        name=change.name,
        former_names=former_names(known, change.name),
        holdings=tuple(sorted(change.holdings)),
        email=change.email or known.email,
        notify=change.notify or known.notify,
        account=change.account or known.account,
    )


def person_record(person: Person) -> dict[str, Any]:
    """Return a person as the unit's own record holds them."""
    addresses = {"email": person.email, "notify": person.notify, "account": person.account}
    return {**named_record(person), "roles": holding_records(person.holdings), **addresses}


def named_record(person: Person) -> dict[str, Any]:
    """Return the ID and the name of a person as the unit's own record holds them."""
    return {"person": person.id, "name": person.name}

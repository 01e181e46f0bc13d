"""The people who act or are notified, and their absences."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date


@dataclass(frozen=True, kw_only=True, slots=True)
class Actor:
    """Who records.

    Attributes:
        name: The person's (or service's) name.
        roles: The roles that they hold.
    """

    name: str
    roles: frozenset[str]


@dataclass(frozen=True, kw_only=True, slots=True)
class DecidedBy:
    """On whose decision something is done. The typist is not the decider.

    Attributes:
        name: Who decided.
        capacity: The role in which they did.
        evidence: Where that can be read ("minutes of 3 February, item 4").
    """

    name: str
    capacity: str
    evidence: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Person:
    """Somebody who may act, or whom escalations reach.

    Attributes:
        name: Their name, as they are known in the office.
        roles: The roles that they hold, in alphabetical order.
        organisation: The agency that they belong to.
        email: Where messages reach them.
        notify: Where messages reach them instead of by e-mail, as Apprise takes it; it may hold a token.
    """

    name: str
    roles: tuple[str, ...]
    organisation: str | None = None
    email: str | None = None
    notify: str | None = field(default=None, repr=False)

    @property
    def is_reachable(self) -> bool:
        """Whether there is an address for messages."""
        return self.email is not None or self.notify is not None

    def merged_with(self, known: Person) -> Person:
        """This person with the roles that were known already, and what is not said anew."""
        return Person(
            name=self.name,
            roles=tuple(sorted({*known.roles, *self.roles})),
            organisation=self.organisation or known.organisation,
            email=self.email or known.email,
            notify=self.notify or known.notify,
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class Absence:
    """A time during which somebody is away.

    Attributes:
        name: Who.
        from_day: The first day.
        to_day: The last day.
        deputy: Who stands in; None where nobody does.
    """

    name: str
    from_day: date
    to_day: date
    deputy: str | None = None

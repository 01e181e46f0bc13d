"""The people who act or are notified, and their absences."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date


@dataclass(frozen=True, kw_only=True, slots=True)
class Actor:
    """The person or service that records.

    Attributes:
        name: The name.
        roles: The roles held.
        organisation: The organisation in which they hold the roles that act for one; None for no restriction.
    """

    name: str
    roles: frozenset[str]
    organisation: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class DecidedBy:
    """The person who decided something, who need not be the one who records it.

    Attributes:
        name: The name.
        capacity: The role in which they decided.
        evidence: The place where the decision can be read ("minutes of 3 February, item 4").
    """

    name: str
    capacity: str
    evidence: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Person:
    """A person who may act or be notified.

    Attributes:
        name: The name.
        roles: The roles held, in alphabetical order.
        organisation: The organisation to which they belong.
        email: The e-mail address.
        notify: An Apprise URL to use instead of e-mail; it may contain a token.
        id: A random ID, given when they are added; it says nothing about them.
    """

    name: str
    roles: tuple[str, ...]
    organisation: str | None = None
    email: str | None = None
    notify: str | None = field(default=None, repr=False)
    id: str = field(default="", compare=False)

    @property
    def is_reachable(self) -> bool:
        """Return whether there is an address for messages."""
        return self.email is not None or self.notify is not None

    def merged_with(self, known: Person) -> Person:
        """Return this person with the known roles added, and missing details filled in from the known ones."""
        return Person(
            name=known.name,
            id=known.id,
            roles=tuple(sorted({*known.roles, *self.roles})),
            organisation=self.organisation or known.organisation,
            email=self.email or known.email,
            notify=self.notify or known.notify,
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class Absence:
    """A person's absence.

    Attributes:
        name: The person's name.
        from_day: The first day.
        to_day: The last day.
        deputy: The deputy's name; None if there is no deputy.
    """

    name: str
    from_day: date
    to_day: date
    deputy: str | None = None

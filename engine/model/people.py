"""The people who act or are notified, and their absences."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Protocol

from ..forms.names import is_same_name, same_name_key


class ActorKind(StrEnum):
    """The kind of an actor."""

    PERSON = "person"
    SERVICE = "service"
    LINK = "link"
    SYSTEM = "system"


class EntryChannel(StrEnum):
    """The way by which a command came in."""

    CLI = "cli"
    LIBRARY = "library"
    WORKER = "worker"
    HTTP = "http"
    BOARD = "board"
    LINK = "link"


@dataclass(frozen=True, order=True, slots=True)
class RoleHolding:
    """A role that somebody holds.

    Attributes:
        role: The role.
        organisation: The organisation in which they hold it; empty if in none. A role that acts for an organisation
            counts in the cases of this one only, and nowhere if there is none.
    """

    role: str
    organisation: str = ""


def role_holdings(roles: Iterable[str], organisation: str | None = None) -> frozenset[RoleHolding]:
    """Return holdings of some roles, all in one organisation or in none."""
    return frozenset(RoleHolding(role, organisation or "") for role in roles)


@dataclass(frozen=True, kw_only=True, slots=True, init=False)
class Actor:
    """The person or service that records.

    Attributes:
        name: The name.
        holdings: The roles held, each with its organisation.
        id: An opaque ID that stays when the name changes; None if the actor has none.
        kind: The kind.
        channel: The way by which its commands come in.
        account: The account on the machine, or with the service, at which the commands were entered.
        host: The machine on which they were entered.
        entered_by: The name of the person who entered them for the actor; None if the actor did.
        entered_with: The roles of that person, which limit what they can record for the actor; None for no limit.
    """

    name: str
    holdings: frozenset[RoleHolding]
    id: str | None
    kind: ActorKind
    channel: EntryChannel
    account: str | None
    host: str | None
    entered_by: str | None
    entered_with: frozenset[str] | None

    def __init__(
        self,
        *,
        name: str,
        roles: Iterable[str] = (),
        organisation: str | None = None,
        holdings: Iterable[RoleHolding] = (),
        id: str | None = None,  # noqa: A002 (the attribute's name)
        kind: ActorKind = ActorKind.PERSON,
        channel: EntryChannel = EntryChannel.LIBRARY,
        account: str | None = None,
        host: str | None = None,
        entered_by: str | None = None,
        entered_with: Iterable[str] | None = None,
    ) -> None:
        """Make an actor from roles that are all held in one organisation or in none, from holdings, or from both.

        Args:
            name: The name.
            roles: The roles that are held in `organisation`.
            organisation: The organisation of `roles`; None for none.
            holdings: Further roles, each with its organisation.
            id: An opaque ID that stays when the name changes; None if the actor has none.
            kind: The kind.
            channel: The way by which its commands come in.
            account: The account on the machine, or with the service, at which the commands were entered.
            host: The machine on which they were entered.
            entered_by: The name of the person who entered them for the actor; None if the actor did.
            entered_with: The roles of that person, which limit what they can record for the actor; None for no
                limit.
        """
        values = {
            "name": name, "holdings": role_holdings(roles, organisation).union(holdings), "id": id, "kind": kind,
            "channel": channel, "account": account, "host": host, "entered_by": entered_by,
            "entered_with": None if entered_with is None else frozenset(entered_with),
        }  # fmt: skip
        for attribute, value in values.items():
            object.__setattr__(self, attribute, value)

    @property
    def roles(self) -> frozenset[str]:
        """Return the roles held, in whichever organisation."""
        return frozenset(holding.role for holding in self.holdings)

    @property
    def recorder(self) -> Recorder:
        """Return the actor as events name it."""
        return Recorder(
            name=self.name,
            id=self.id,
            kind=self.kind,
            channel=self.channel,
            account=self.account,
            host=self.host,
            entered_by=self.entered_by,
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class Recorder:
    """The person or service that recorded an event. The attributes are those of the `Actor`, without its roles."""

    name: str
    id: str | None = None
    kind: ActorKind = ActorKind.PERSON
    channel: EntryChannel = EntryChannel.LIBRARY
    account: str | None = None
    host: str | None = None
    entered_by: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Cause:
    """The command that causes events, and its actor.

    Attributes:
        command_id: The command's ID, shared by all events that it causes in any case.
        recorder: The person or service that gave it.
    """

    command_id: str
    recorder: Recorder


SYSTEM = Recorder(name="system", id="system", kind=ActorKind.SYSTEM, channel=EntryChannel.WORKER)
"""The recorder of events that no person causes, such as an expired deadline."""


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
        holdings: The roles held, each with its organisation, in alphabetical order.
        email: The e-mail address.
        notify: An Apprise URL to use instead of e-mail; it may contain a token.
        account: Their account on the unit's machines; None if it has their name, or if they have none.
        former_names: The names that they had before, in alphabetical order. They are still found by these.
        id: A random ID, given when they are added; it says nothing about them.
    """

    name: str
    holdings: tuple[RoleHolding, ...]
    email: str | None = None
    notify: str | None = field(default=None, repr=False)
    account: str | None = None
    former_names: tuple[str, ...] = ()
    id: str = field(default="", compare=False)

    @property
    def roles(self) -> tuple[str, ...]:
        """Return the roles held, in whichever organisation, in alphabetical order."""
        return tuple(dict.fromkeys(holding.role for holding in self.holdings))

    @property
    def organisations(self) -> tuple[str, ...]:
        """Return the organisations in which they hold a role, in alphabetical order."""
        return tuple(sorted({holding.organisation for holding in self.holdings} - {""}))

    @property
    def actor(self) -> Actor:
        """Return the person as an actor."""
        return Actor(name=self.name, holdings=self.holdings, id=self.id or None)

    def is_called(self, name: str) -> bool:
        """Return whether a name, in any spelling, is theirs or was."""
        return any(is_same_name(name, one) for one in (self.name, *self.former_names))

    @property
    def is_reachable(self) -> bool:
        """Return whether there is an address for messages."""
        return self.email is not None or self.notify is not None


def former_names(person: Person, name: str) -> tuple[str, ...]:
    """Return the names that a person had before, if they have another name from now on."""
    names = {same_name_key(one): one for one in (*person.former_names, person.name)}
    names.pop(same_name_key(name), None)
    return tuple(sorted(names.values()))


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


class Days(Protocol):
    """Something that lasts from one day to another, both included."""

    @property
    def from_day(self) -> date:
        """Return the first day."""

    @property
    def to_day(self) -> date:
        """Return the last day."""


def days_overlap(one: Days, other: Days) -> bool:
    """Return whether two periods share a day."""
    return one.from_day <= other.to_day and other.from_day <= one.to_day

"""The organisations that the unit works with, each with every name by which it is known."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from ..forms.names import same_name_key
from .people import RoleHolding


@dataclass(frozen=True, kw_only=True, slots=True)
class Organisation:
    """An organisation on the list.

    Attributes:
        name: The name under which it is recorded.
        aliases: Its other names, in alphabetical order.
        id: A random ID, given when it is added; it says nothing about the organisation.
    """

    name: str
    aliases: tuple[str, ...] = ()
    id: str = field(default="", compare=False)

    @property
    def names(self) -> tuple[str, ...]:
        """Return all its names, the one under which it is recorded first."""
        return (self.name, *self.aliases)


@dataclass(frozen=True, slots=True)
class OrganisationNames:
    """Decides which names are names of the same organisation.

    Attributes:
        organisations: The organisations on the list.
    """

    organisations: tuple[Organisation, ...] = ()
    _known: dict[str, Organisation] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        known = {same_name_key(name): one for one in self.organisations for name in one.names}
        object.__setattr__(self, "_known", known)

    def of(self, name: str) -> Organisation | None:
        """Return the organisation of a name or alias in any spelling; None if it is not on the list."""
        return self._known.get(same_name_key(name))

    def key(self, name: str) -> str:
        """Return a key that is equal for all names of an organisation."""
        known = self.of(name)
        return same_name_key(name if known is None else known.name)

    def recorded_name(self, name: str | None) -> str | None:
        """Return the name under which an organisation is recorded; if it is not on the list, as it is typed."""
        known = None if name is None else self.of(name)
        return name if known is None else known.name

    def recorded(self, holdings: Iterable[RoleHolding]) -> tuple[RoleHolding, ...]:
        """Return role holdings with the name under which each organisation is recorded."""
        named = {RoleHolding(one.role, self.recorded_name(one.organisation) or "") for one in holdings}
        return tuple(sorted(named))

    def in_all_names(self, holdings: Iterable[RoleHolding]) -> frozenset[RoleHolding]:
        """Return role holdings, and each of them under every name of its organisation.

        So a role counts in a case that was recorded under a name which became an alias later.
        """
        held = frozenset(holdings)
        return held | {
            RoleHolding(holding.role, name)
            for holding in held
            if (known := self.of(holding.organisation)) is not None
            for name in known.names
        }


@dataclass(frozen=True, kw_only=True, slots=True)
class KnownNames:
    """The names that are on the lists of people and of organisations, by key.

    Attributes:
        people: The present name of each person, by the key of any of their names, former ones too.
        organisations: The name under which each organisation is recorded, by the key of any of its names.
    """

    people: Mapping[str, str] = field(default_factory=dict)
    organisations: Mapping[str, str] = field(default_factory=dict)

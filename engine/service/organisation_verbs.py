"""The verbs of the engine that manage organisations and compare names with the lists."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from .. import service
from ..model.organisations import Organisation, OrganisationNames
from ..model.people import Actor
from .voided import VoidedCases

if TYPE_CHECKING:  # reading does not load it
    from ..forms.several_names import NameKind
    from ..model.commands import Command, ImportSnapshot
    from ..model.results import NameFinding
    from .organisations import OrganisationService


class OrganisationVerbs(VoidedCases):
    """Manages organisations; `PeopleVerbs` adds the verbs for people."""

    def organisations(self) -> tuple[Organisation, ...]:
        """Return the organisations on the list, by name."""
        with self._store.reading() as reader:
            return reader.organisations()

    def organisation(self, name: str) -> Organisation | None:
        """Return the organisation of a name or alias in any spelling; None if it is not on the list."""
        return OrganisationNames(self.organisations()).of(name)

    def name_findings(self, command: Command | ImportSnapshot) -> tuple[NameFinding, ...]:
        """Return what to point out about the names in a command, so that a person can be asked before it is recorded.

        It finds the names that should be on the list of people or of organisations and are not, each with the known
        name that may be meant; the names that may be several; and the former or other names that are recorded as
        another. A list on which nobody is, or only the managers are, is not compared with.

        Raises:
            InvalidForm: if a field for one organisation holds several that are on the list.
        """
        with self._store.reading() as reader:
            return service.name_findings(reader, self.workflows, command)

    def name_finding(self, name: str, kind: NameKind, *, listed: bool = True) -> NameFinding | None:
        """Return what to point out about one name; None if there is nothing.

        Args:
            name: The name.
            kind: The kind of name.
            listed: Whether it should be on a list.
        """
        with self._store.reading() as reader:
            return service.name_finding(reader, self.workflows, name, kind, listed=listed)

    def add_organisation(self, name: str, *, aliases: Sequence[str] = (), actor: Actor | None = None) -> Organisation:
        """Add an organisation with its other names, and return it.

        From now on, each of its names in a field for an organisation is recorded as this one.

        Args:
            name: The name under which it is recorded.
            aliases: Its other names.
            actor: The person who manages people; default: the one who is bound.

        Raises:
            OrganisationKnown: if one of these is a name of another organisation, in any spelling.
            InvalidForm: if a name is not well formed.
            NotAllowed: unless the actor may manage people.
        """
        return self._organisations.add(name, aliases, actor=self._store.acting(actor))

    def change_organisation(
        self,
        name: str,
        *,
        new_name: str | None = None,
        add_aliases: Sequence[str] = (),
        remove_aliases: Sequence[str] = (),
        actor: Actor | None = None,
    ) -> Organisation:
        """Change the names of an organisation, and return it. Cases keep the names that they were recorded with.

        Args:
            name: Any of its names.
            new_name: The name under which it is recorded from now on; the former one becomes an alias. None to leave
                it.
            add_aliases: Further names.
            remove_aliases: Names that are no longer its own.
            actor: The person who manages people; default: the one who is bound.

        Raises:
            UnknownOrganisation: if it is not on the list.
            OrganisationKnown: if a new name is a name of another organisation, in any spelling.
            BadValue: if a name to remove is none of its aliases.
            InvalidForm: if a name is not well formed.
            NotAllowed: unless the actor may manage people.
        """
        return self._organisations.change(
            name,
            new_name=new_name,
            added=tuple(add_aliases),
            removed=tuple(remove_aliases),
            actor=self._store.acting(actor),
        )

    def remove_organisation(self, name: str, *, actor: Actor | None = None) -> Organisation:
        """Remove an organisation from the list, and return it. Cases keep its name.

        Raises:
            UnknownOrganisation: if it is not on the list.
            NotAllowed: unless the actor may manage people.
        """
        return self._organisations.remove(name, actor=self._store.acting(actor))

    @property
    def _organisations(self) -> OrganisationService:
        return service.OrganisationService(store=self._store, context=self._context)

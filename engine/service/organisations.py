"""The organisations that the unit works with, and their other names."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from secrets import token_hex

from ..decisions.permission import require_manager
from ..definition.unit.forms import OrganisationDetails
from ..errors.bad_input import BadValue, OrganisationKnown
from ..errors.base import one_of
from ..errors.unknown import UnknownOrganisation
from ..forms.names import same_name_key
from ..forms.parsing import parse
from ..model.organisations import Organisation, OrganisationNames
from ..model.people import Actor, Person, RoleHolding
from ..ports.access import Access
from ..ports.context import EngineContext
from ..ports.store import Writer
from ..unit.names import checked_name, require_one_organisation
from .holdings import holding_records
from .unit_record import UnitRecord


@dataclass(frozen=True, kw_only=True, slots=True)
class OrganisationService:
    """Records the organisations, as steps of the unit's own record.

    Attributes:
        store: The store that saves them.
        context: The workflows and the present.
    """

    store: Access
    context: EngineContext

    def add(self, name: str, aliases: Iterable[str], *, actor: Actor) -> Organisation:
        """Add an organisation; see `Engine.add_organisation`."""
        self._require_manager(actor)
        organisation = replace(_checked(name, aliases), id=token_hex(8))

        def keep(writer: Writer) -> Organisation:
            unit = UnitRecord(writer, self.context)
            _require_free(organisation, OrganisationNames(writer.organisations()))
            _record(unit, "add_organisation", organisation, actor)
            return organisation

        return self.store.write(keep)

    def change(
        self, name: str, *, new_name: str | None, added: Iterable[str], removed: Iterable[str], actor: Actor
    ) -> Organisation:
        """Change the names of an organisation; see `Engine.change_organisation`."""
        self._require_manager(actor)

        def keep(writer: Writer) -> Organisation:
            unit = UnitRecord(writer, self.context)
            names = OrganisationNames(writer.organisations())
            known = _known(names, name)
            gone = _aliases_to_remove(known, removed)
            # The former name stays one of its names: cases were recorded under it.
            kept = (one for one in (*known.names, *added) if same_name_key(one) not in gone)
            organisation = replace(_checked(new_name or known.name, kept), id=known.id)
            _require_free(organisation, names)
            _record(unit, "change_organisation", organisation, actor)
            _rename_in_roles(unit, writer.people(), known, organisation, actor)
            return organisation

        return self.store.write(keep)

    def remove(self, name: str, *, actor: Actor) -> Organisation:
        """Remove an organisation from the list; see `Engine.remove_organisation`."""
        self._require_manager(actor)

        def drop(writer: Writer) -> Organisation:
            unit = UnitRecord(writer, self.context)
            known = _known(OrganisationNames(writer.organisations()), name)
            acting = [one.name for one in writer.people() if _held_in(one, known)]
            if acting:
                raise BadValue(
                    name="the organisation",
                    expected="one for which nobody on the list acts (first remove these roles, or move them)",
                    found=f"{known.name}, for which {' and '.join(acting)} act{'s' if len(acting) == 1 else ''}",
                )
            unit.apply("remove_organisation", {"organisation": known.id, "name": known.name}, actor)
            return known

        return self.store.write(drop)

    def _require_manager(self, actor: Actor) -> None:
        require_manager(self.context.workflows, actor, "manage organisations")


def _checked(name: str, aliases: Iterable[str]) -> Organisation:
    """Return an organisation made from input, each of its names once."""
    fields = {"name": name, "aliases": list(aliases)}
    form = parse(OrganisationDetails, fields, subject="the organisation")
    others = {same_name_key(alias): checked_name(alias) for alias in form.aliases}
    others.pop(same_name_key(form.name), None)
    return Organisation(name=checked_name(form.name), aliases=tuple(sorted(others.values())))


def _require_free(organisation: Organisation, names: OrganisationNames) -> None:
    """Raise an error if a name belongs to another organisation, or is that of several."""
    require_one_organisation(names, organisation.names)
    for name in organisation.names:
        known = names.of(name)
        if known is not None and known.id != organisation.id:
            is_own = same_name_key(known.name) == same_name_key(name)
            raise OrganisationKnown(name=known.name if is_own else name, known_as=known.name)


def _aliases_to_remove(organisation: Organisation, removed: Iterable[str]) -> frozenset[str]:
    """Return the keys of the names to remove.

    Raises:
        BadValue: if one of them is no other name of the organisation.
    """
    keys = {same_name_key(alias) for alias in organisation.aliases}
    for alias in removed:
        if same_name_key(alias) not in keys:
            expected = f"one of {one_of(organisation.aliases)}" if organisation.aliases else "none, since it has none"
            raise BadValue(name=f"the other name of {organisation.name}", expected=expected, found=alias)
    return frozenset(map(same_name_key, removed))


def _known(names: OrganisationNames, name: str) -> Organisation:
    known = names.of(name)
    if known is None:
        raise UnknownOrganisation(name=name)
    return known


def _held_in(person: Person, organisation: Organisation) -> tuple[RoleHolding, ...]:
    """Return the roles that a person holds in an organisation, under any of its names."""
    keys = set(map(same_name_key, organisation.names))
    return tuple(one for one in person.holdings if same_name_key(one.organisation) in keys)


def _rename_in_roles(
    unit: UnitRecord, people: Iterable[Person], known: Organisation, changed: Organisation, actor: Actor
) -> None:
    """Record the roles held in an organisation under its present name, so that none depends on a former one."""
    for person in people:
        held = _held_in(person, known)
        if any(one.organisation != changed.name for one in held):
            renamed = (replace(one, organisation=changed.name) if one in held else one for one in person.holdings)
            record = {"person": person.id, "name": person.name, "roles": holding_records(sorted(set(renamed)))}
            unit.apply("change_person", record, actor)


def _record(unit: UnitRecord, step: str, organisation: Organisation, actor: Actor) -> None:
    record = {"organisation": organisation.id, "name": organisation.name, "aliases": list(organisation.aliases)}
    unit.apply(step, record, actor)

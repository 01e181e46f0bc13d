"""The people who may act, and their absences."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from itertools import product
from secrets import token_hex

from ..decisions.accounts import account_holder
from ..decisions.permission import managing_roles, require_manager
from ..definition.unit.forms import PersonDetails
from ..errors.bad_input import BadValue, PersonKnown
from ..errors.base import one_of
from ..errors.refusals import RequestIdReused
from ..errors.unknown import UnknownPerson
from ..forms.digests import random_salt
from ..forms.names import is_same_name
from ..forms.parsing import checked_reasons, parse
from ..model.organisations import OrganisationNames
from ..model.people import Absence, Actor, Person, RoleHolding, role_holdings
from ..ports.context import EngineContext
from ..ports.outbox import NoticeState
from ..ports.requests import (
    RequestKey,
    RequestRecord,
    checked_request_id,
    is_same_request,
    request_digest,
    requested_command_id,
)
from ..ports.store import Store, Writer
from ..unit.names import checked_name, require_one_organisation
from .holdings import changed_holdings, holding_records, holdings_left
from .person_changes import changed_person, named_record, person_record, require_no_overlap, with_further
from .unit_record import UnitRecord


def checked_person(
    *,
    name: str,
    roles: tuple[str, ...],
    organisation: str | None,
    email: str | None,
    notify: str | None = None,
    account: str | None = None,
) -> Person:
    """Return a person made from input.

    Raises:
        InvalidForm: if a part of it is not well formed.
    """
    fields = {"name": name, "organisation": organisation, "email": email, "notify": notify, "account": account}
    form = parse(PersonDetails, fields, subject="the person")
    where = None if form.organisation is None else checked_name(form.organisation)
    holdings = tuple(sorted(role_holdings(roles, where)))
    return Person(
        name=checked_name(form.name), holdings=holdings, email=form.email, notify=form.notify, account=form.account
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class PeopleService:
    """Records who may act and who is absent, as steps of the unit's own record.

    Attributes:
        store: The store that saves them.
        context: The workflows and the present.
    """

    store: Store
    context: EngineContext

    def add_person(self, new_person: Person, *, actor: Actor, request_id: str | None) -> Person:
        """Add a person; see `Engine.add_person`."""
        require_manager(self.context.workflows, actor, "manage people")
        self._require_organisations(new_person.holdings)
        key = None if request_id is None else RequestKey(self.context.client, request_id)
        if key is not None:
            checked_request_id(key.id)
        content = {"person": new_person, "actor": actor.name}
        digest = request_digest(content, random_salt())
        command_id = None if key is None else requested_command_id(key, digest)

        def keep(writer: Writer) -> Person:
            unit = UnitRecord(writer, self.context, command_id=command_id)
            known = writer.person(new_person.name)
            names = OrganisationNames(writer.organisations())
            before = None if key is None else writer.request_record(key)
            if before is not None:
                if not is_same_request(before.digest, content) or known is None:
                    raise RequestIdReused(request_id=str(request_id), ref=before.ref)
                return known
            if known is not None:
                raise self._person_known(known)
            _require_free_account(writer, new_person.account, new_person.name)
            require_one_organisation(names, new_person.organisations)
            person = _add(unit, replace(new_person, holdings=names.recorded(new_person.holdings)), actor)
            if key is not None:
                record = RequestRecord(digest=digest, ref=unit.case.ref, seq=unit.case.seq)
                writer.save_request(key, record, unit.case.recorded_at)
            return person

        return self.store.write(keep)

    def change_person(self, change: Person, *, organisation: str | None, new_name: str | None, actor: Actor) -> Person:
        """Add to what is known of a person, or replace it; see `Engine.change_person`."""
        require_manager(self.context.workflows, actor, "manage people")
        tidy_organisation = None if organisation is None else checked_name(organisation)

        def keep(writer: Writer) -> Person:
            unit = UnitRecord(writer, self.context)
            known = _known(writer, change.name)
            names = OrganisationNames(writer.organisations())
            organisation_named = names.recorded_name(tidy_organisation)
            require_one_organisation(names, () if organisation_named is None else (organisation_named,))
            holdings = names.recorded(changed_holdings(known, change.roles, organisation_named))
            self._require_organisations(holdings)
            _require_free_account(writer, change.account, known.name)
            if new_name is not None and (other := writer.person(new_name)) is not None and other.id != known.id:
                raise self._person_known(other)
            return _change(unit, known, replace(change, name=new_name or known.name, holdings=holdings), actor)

        return self.store.write(keep)

    def add_first_manager(self, person: Person, *, actor: Actor) -> Person | None:
        """Make a person a manager if there is none; see `Engine.add_first_manager`."""
        require_manager(self.context.workflows, actor, "manage people")
        managing = set(managing_roles(self.context.workflows))

        def keep(writer: Writer) -> Person | None:
            unit = UnitRecord(writer, self.context)
            if any(set(one.roles) & managing for one in writer.people()):
                return None
            known = writer.person(person.name)
            _require_free_account(writer, person.account, person.name)
            if known is None:
                return _add(unit, person, actor)
            return _change(unit, known, with_further(known, person), actor)

        return self.store.write(keep)

    def recover_manager(self, person: Person, *, reasons: str, actor: Actor) -> Person | None:
        """Make a person a manager although there are managers; see `Engine.recover_manager`."""
        require_manager(self.context.workflows, actor, "manage people")
        reasons = checked_reasons(reasons, subject="the recovery")

        def keep(writer: Writer) -> Person | None:
            unit = UnitRecord(writer, self.context)
            holder = None if person.account is None else account_holder(person.account, writer.people())
            if holder is not None and set(person.roles) <= set(holder.roles):
                return None
            _require_free_account(writer, person.account, person.name)
            known = writer.person(person.name)
            recovered = (
                replace(person, id=token_hex(8))
                if known is None
                else changed_person(known, with_further(known, person))
            )
            record = {
                **named_record(recovered),
                "roles": holding_records(recovered.holdings),
                "account": person.account,
            }
            unit.apply("recover_manager", {**record, "reasons": reasons}, actor)
            return recovered

        return self.store.write(keep)

    def _require_organisations(self, holdings: Iterable[RoleHolding]) -> None:
        """Raise BadValue if a role that acts for an organisation is held in none: it would count nowhere."""
        for holding in holdings:
            role = self.context.workflows.roles.get(holding.role)
            if role is not None and role.acts_for_organisation and not holding.organisation:
                expected = f"the one for which they act as {role.title}"
                raise BadValue(name="the organisation", expected=expected, found="none")

    def _person_known(self, person: Person) -> PersonKnown:
        titles = tuple(self._title_of(role) for role in person.roles)
        return PersonKnown(name=person.name, roles=titles, organisations=person.organisations)

    def _title_of(self, role: str) -> str:
        declared = self.context.workflows.roles.get(role)
        return role if declared is None else declared.title

    def remove_person(self, name: str, *, role: str | None, organisation: str | None, actor: Actor) -> Person:
        """Remove one role or all roles from a person; see `Engine.remove_person`."""
        require_manager(self.context.workflows, actor, "manage people")

        def drop(writer: Writer) -> Person:
            unit = UnitRecord(writer, self.context)
            known = _known(writer, name)
            if role is not None and role not in known.roles:
                raise BadValue(
                    name="the role",
                    expected=f"one that {name} holds: {one_of(tuple(map(self._title_of, known.roles)))}",
                    found=role,
                )
            names = OrganisationNames(writer.organisations())
            left = replace(known, holdings=holdings_left(known, role, names.recorded_name(organisation)))
            lost = [one for one in known.holdings if one not in left.holdings]
            record = {**named_record(known), "lost": holding_records(lost), "left": holding_records(left.holdings)}
            unit.apply("remove_person", record, actor)
            if not left.holdings:
                of_names = product((known.name, *known.former_names), (NoticeState.WAITING, NoticeState.ON_HOLD))
                for one_name, state in of_names:
                    notices = [one.notice for one in writer.lock_pending(one_name, state)]
                    writer.withdraw_notices(notices, actor.name, self.context.now(), "They are no longer on the list.")
            return left

        return self.store.write(drop)

    def add_absence(self, absence: Absence, *, actor: Actor) -> Absence:
        """Save an absence and the deputy; see `Engine.add_absence`."""
        require_manager(self.context.workflows, actor, "manage absences")
        if absence.to_day < absence.from_day:
            expected = f"{absence.from_day.isoformat()}, the first day, or later"
            raise BadValue(name="the last day", expected=expected, found=absence.to_day.isoformat())
        if absence.deputy is not None and is_same_name(absence.deputy, absence.name):
            raise BadValue(name="the deputy", expected="another person", found=absence.name)

        def keep(writer: Writer) -> Absence:
            unit = UnitRecord(writer, self.context)
            deputy = None if absence.deputy is None else _known(writer, absence.deputy)
            person = _known(writer, absence.name)
            require_no_overlap(absence, person.name, writer.absences(absence.from_day))
            days = {"from_day": absence.from_day.isoformat(), "to_day": absence.to_day.isoformat()}
            instead = {} if deputy is None else {"deputy": deputy.id, "deputy_name": deputy.name}
            unit.apply("add_absence", {**named_record(person), **days, **instead}, actor)
            return replace(absence, name=person.name, deputy=None if deputy is None else deputy.name)

        return self.store.write(keep)

    def end_absences(self, name: str, day: date, *, actor: Actor) -> tuple[Absence, ...]:
        """End the absences of a day; see `Engine.end_absences`."""
        require_manager(self.context.workflows, actor, "manage absences")

        def keep(writer: Writer) -> tuple[Absence, ...]:
            unit = UnitRecord(writer, self.context)
            person = _known(writer, name)
            own = [one for one in writer.absences(day) if is_same_name(one.name, person.name)]
            lasting = tuple(one for one in own if one.from_day <= day)
            if not lasting:
                later = f"one from {own[0].from_day}: give its first day to cancel it" if own else "no absence"
                raise BadValue(name=person.name, expected=f"a person who is absent on {day}", found=later)
            unit.apply("end_absence", {**named_record(person), "day": day.isoformat()}, actor)
            return lasting

        return self.store.write(keep)


def _add(unit: UnitRecord, person: Person, actor: Actor) -> Person:
    """Record a new person, and return them with their ID."""
    person = replace(person, id=token_hex(8))
    unit.apply("add_person", person_record(person), actor)
    return person


def _change(unit: UnitRecord, known: Person, change: Person, actor: Actor) -> Person:
    """Record all roles that a person holds from now on and each new address, and return the person."""
    unit.apply("change_person", {**person_record(change), "person": known.id}, actor)
    return changed_person(known, change)


def _require_free_account(writer: Writer, account: str | None, name: str) -> None:
    """Raise BadValue if an account is another person's than that of a name."""
    holder = None if account is None else account_holder(account, writer.people())
    if holder is not None and not holder.is_called(name):
        raise BadValue(name="the account", expected="one that is nobody else's", found=f"{account}, of {holder.name}")


def _known(writer: Writer, name: str) -> Person:
    person = writer.person(name)
    if person is None:
        raise UnknownPerson(name=name)
    return person

"""The people who may act, and their absences."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from secrets import token_hex
from typing import Annotated

from msgspec import Meta

from ..decisions.permission import managing_roles, require_manager
from ..errors.bad_input import BadValue, PersonKnown
from ..errors.base import one_of
from ..errors.refusals import RequestIdReused
from ..errors.unknown import UnknownPerson
from ..forms.digests import random_salt
from ..forms.fields import SENSITIVE, Form, ShortText
from ..forms.names import is_same_name
from ..forms.parsing import parse
from ..forms.several_names import ONE_ORGANISATION, ONE_PERSON
from ..model.people import Absence, Actor, Person, RoleHolding, role_holdings
from ..ports.context import EngineContext
from ..ports.outbox import NoticeState
from ..ports.requests import (
    IN_NO_CASE,
    RequestKey,
    RequestRecord,
    checked_request_id,
    is_same_request,
    request_digest,
)
from ..ports.store import Store, Writer

Email = Annotated[str, Meta(pattern=r"^[^@\s]+@[^@\s]+$", max_length=254, examples=["name@example.org"])]
Address = Annotated[str, Meta(pattern=r"^[A-Za-z][A-Za-z0-9+.-]*://\S+$", max_length=2000)]


class _PersonForm(Form, frozen=True, kw_only=True):
    name: Annotated[ShortText, ONE_PERSON]
    organisation: Annotated[ShortText, ONE_ORGANISATION] | None = None
    email: Email | None = None
    # It may hold a token, which no error may quote.
    notify: Annotated[Address, SENSITIVE] | None = None


def checked_person(
    *, name: str, roles: tuple[str, ...], organisation: str | None, email: str | None, notify: str | None = None
) -> Person:
    """Return a person made from input.

    Raises:
        InvalidForm: if a part of it is not well formed.
    """
    fields = {"name": name, "organisation": organisation, "email": email, "notify": notify}
    form = parse(_PersonForm, fields, subject="the person")
    holdings = tuple(sorted(role_holdings(roles, form.organisation)))
    return Person(name=form.name.strip(), holdings=holdings, email=form.email, notify=form.notify)


@dataclass(frozen=True, kw_only=True, slots=True)
class PeopleService:
    """Saves who may act and who is absent.

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

        def keep(writer: Writer) -> Person:
            known = writer.person(new_person.name)
            before = None if key is None else writer.request_record(key)
            if before is not None:
                if not is_same_request(before.digest, content) or known is None:
                    raise RequestIdReused(request_id=str(request_id), ref=before.ref)
                return known
            if known is not None:
                titles = tuple(self._title_of(role) for role in known.roles)
                raise PersonKnown(name=known.name, roles=titles, organisations=known.organisations)
            person = replace(new_person, id=token_hex(8))
            writer.save_person(person, actor.name, self.context.now())
            if key is not None:
                record = RequestRecord(digest=request_digest(content, random_salt()), ref=IN_NO_CASE, seq=0)
                writer.save_request(key, record, self.context.now())
            return person

        return self.store.write(keep)

    def change_person(self, change: Person, *, organisation: str | None, actor: Actor) -> Person:
        """Add to what is known of a person, or replace it; see `Engine.change_person`."""
        require_manager(self.context.workflows, actor, "manage people")

        def keep(writer: Writer) -> Person:
            known = writer.person(change.name)
            if known is None:
                raise UnknownPerson(name=change.name)
            person = replace(
                known,
                holdings=changed_holdings(known, change.roles, organisation),
                email=change.email or known.email,
                notify=change.notify or known.notify,
            )
            self._require_organisations(person.holdings)
            writer.save_person(person, actor.name, self.context.now())
            return person

        return self.store.write(keep)

    def _require_organisations(self, holdings: Iterable[RoleHolding]) -> None:
        """Raise BadValue if a role that acts for an organisation is held in none: it would count nowhere."""
        for holding in holdings:
            role = self.context.workflows.roles.get(holding.role)
            if role is not None and role.acts_for_organisation and not holding.organisation:
                expected = f"the one for which they act as {role.title}"
                raise BadValue(name="the organisation", expected=expected, found="none")

    def _title_of(self, role: str) -> str:
        declared = self.context.workflows.roles.get(role)
        return role if declared is None else declared.title

    def remove_person(self, name: str, *, role: str | None, organisation: str | None, actor: Actor) -> Person:
        """Remove one role or all roles from a person; see `Engine.remove_person`."""
        require_manager(self.context.workflows, actor, "manage people")
        managing = managing_roles(self.context.workflows)

        def drop(writer: Writer) -> Person:
            known = writer.person(name)
            if known is None:
                raise UnknownPerson(name=name)
            if role is not None and role not in known.roles:
                raise BadValue(name="the role", expected=f"one that {name} holds: {one_of(known.roles)}", found=role)
            left = replace(known, holdings=_left(known, role, organisation))
            managers = {one.name for one in writer.people() if set(one.roles) & set(managing)}
            if managers == {known.name} and not set(left.roles) & set(managing):
                titles = tuple(self.context.workflows.roles[one].title for one in managing)
                expected = f"another person, since {name} is the only {one_of(titles)}"
                raise BadValue(name="the person", expected=expected, found=name)
            if left.holdings:
                writer.save_person(left, actor.name, self.context.now())
            else:
                writer.delete_person(known.name)
                for state in (NoticeState.WAITING, NoticeState.ON_HOLD):
                    notices = [one.notice for one in writer.lock_pending(known.name, state)]
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
            deputy = None if absence.deputy is None else _known(writer, absence.deputy).name
            saved = replace(absence, name=_known(writer, absence.name).name, deputy=deputy)
            writer.save_absence(saved, actor.name, self.context.now())
            return saved

        return self.store.write(keep)

    def end_absences(self, name: str, day: date, *, actor: Actor) -> tuple[Absence, ...]:
        """End absences from a day on; see `Engine.end_absences`."""
        require_manager(self.context.workflows, actor, "manage absences")

        def keep(writer: Writer) -> tuple[Absence, ...]:
            lasting = tuple(one for one in writer.absences(day) if is_same_name(one.name, name))
            if not lasting:
                raise BadValue(name=name, expected=f"a person who is absent on {day} or later", found="no absence")
            for absence in lasting:
                writer.delete_absence(absence)
                if absence.from_day < day:
                    shorter = replace(absence, to_day=day - timedelta(days=1))
                    writer.save_absence(shorter, actor.name, self.context.now())
            return lasting

        return self.store.write(keep)


def changed_holdings(person: Person, roles: Sequence[str], organisation: str | None) -> tuple[RoleHolding, ...]:
    """Return a person's role holdings with further roles; or, if none is named, all in another organisation.

    Args:
        person: The person as known.
        roles: Further roles.
        organisation: The organisation in which they hold these; None for none.

    Raises:
        BadValue: if no role is named, and the roles held are held in several organisations.
    """
    if not roles:
        if organisation is not None and len(person.organisations) > 1:
            expected = f"the role too, since {person.name} acts for {' and '.join(person.organisations)}"
            raise BadValue(name="the organisation", expected=expected, found="no role")
        moved = {replace(one, organisation=organisation or one.organisation) for one in person.holdings}
        return tuple(sorted(moved))
    holdings = set(person.holdings)
    for role in roles:
        held = [one for one in person.holdings if one.role == role]
        if organisation is None and held:
            continue
        # A role that was held in no organisation is now held in this one.
        holdings -= {RoleHolding(role)}
        if not any(is_same_name(one.organisation, organisation or "") for one in held):
            holdings.add(RoleHolding(role, organisation or ""))
    return tuple(sorted(holdings))


def _left(person: Person, role: str | None, organisation: str | None) -> tuple[RoleHolding, ...]:
    """Return the holdings that a person keeps without a role, or without all, in one organisation or in all."""
    left = tuple(
        one
        for one in person.holdings
        if (role is not None and one.role != role)
        or (organisation is not None and not is_same_name(one.organisation, organisation))
    )
    if left == person.holdings:
        expected = f"one of {', '.join(person.organisations)}" if person.organisations else "none"
        raise BadValue(name="the organisation", expected=expected, found=str(organisation))
    return left


def _known(writer: Writer, name: str) -> Person:
    person = writer.person(name)
    if person is None:
        raise UnknownPerson(name=name)
    return person

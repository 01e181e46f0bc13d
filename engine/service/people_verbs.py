"""The verbs of the engine that manage people and their absences."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from .. import decisions, service
from ..errors.bad_input import BadValue
from ..errors.unknown import UnknownPerson, UnknownRole
from ..model.organisations import OrganisationNames
from ..model.people import Absence, Actor, Person
from .organisation_verbs import OrganisationVerbs

if TYPE_CHECKING:  # reading does not load it
    from .people import PeopleService


class PeopleVerbs(OrganisationVerbs):
    """Manages people; `Engine` adds the verbs that record cases."""

    def actor(self, name: str) -> Actor:
        """Return a person as an actor.

        Raises:
            UnknownPerson: if there is no such person.
        """
        with self._store.reading() as reader:
            person = reader.person(name)
            organisations = reader.organisations() if person is not None and person.organisations else ()
        if person is None:
            raise UnknownPerson(name=name)
        return replace(person.actor, holdings=OrganisationNames(organisations).in_all_names(person.holdings))

    def actor_at(self, account: str, *, name: str | None = None) -> Actor:
        """Return the person who records at an account: its holder, or another in place of the holder.

        Args:
            account: The account, as the machine or service knows it.
            name: Another person to record as; None for the holder.

        Raises:
            UnknownAccount: if the account is nobody's.
            UnknownPerson: if nobody has that name.
            MayNotActAs: if the holder has no role that records for others.
        """
        with self._store.reading() as reader:
            people = reader.people()
            actor = decisions.actor_at(account, name, people, self.workflows)
            acts_for_some = any(holding.organisation for holding in actor.holdings)
            names = OrganisationNames(reader.organisations() if acts_for_some else ())
        return replace(actor, holdings=names.in_all_names(actor.holdings))

    def people(self) -> tuple[Person, ...]:
        """Return everyone who may act, by name."""
        with self._store.reading() as reader:
            return reader.people()

    def absences(self, *, since: date | None = None) -> tuple[Absence, ...]:
        """Return the absences on a day (default: today) or later, by name and first day."""
        with self._store.reading() as reader:
            return reader.absences(since or self.calendar.day_of(self._now()))

    def add_person(
        self,
        name: str,
        *,
        role: str | Sequence[str],
        actor: Actor | None = None,
        organisation: str | None = None,
        email: str | None = None,
        notify: str | None = None,
        account: str | None = None,
        request_id: str | None = None,
    ) -> Person:
        """Add a person with one role or several, all held in one organisation or in none, and return them.

        Raises:
            PersonKnown: if a person of that name, in any spelling, is on the list already.
            BadValue: if a role acts for an organisation, and none is given, or if the account is another person's.
            UnknownRole: if no workflow knows a role.
            InvalidForm: if the name, the organisation or an address is not well formed.
            RequestIdReused: if the request ID was used before, for something else.
        """
        roles = self._checked_roles((role,) if isinstance(role, str) else role)
        person = service.checked_person(
            name=name, roles=roles, organisation=organisation, email=email, notify=notify, account=account
        )
        return self._people.add_person(person, actor=self._store.acting(actor), request_id=request_id)

    def change_person(
        self,
        name: str,
        *,
        actor: Actor | None = None,
        new_name: str | None = None,
        role: str | Sequence[str] = (),
        organisation: str | None = None,
        email: str | None = None,
        notify: str | None = None,
        account: str | None = None,
    ) -> Person:
        """Give a person another name, further roles, another organisation or another address, and return them.

        They are still found by their former name, which cases may hold. A role with an organisation is added to those
        that they hold in other organisations.

        Args:
            name: The person's name, in any spelling.
            actor: The person who manages people; default: the one who is bound.
            new_name: Their name from now on; None to leave it.
            role: A role or several, in addition to those they hold.
            organisation: The organisation in which they hold `role`; with no role, the one in which they hold all
                their roles from now on. None to leave it.
            email: Their e-mail address; None to leave it.
            notify: Their Apprise URL; None to leave it.
            account: Their account on the unit's machines; None to leave it.

        Raises:
            UnknownPerson: if they are not on the list.
            PersonKnown: if the new name is the name, or a former name, of another person, in any spelling.
            UnknownRole: if no workflow knows a role.
            BadValue: if a role acts for an organisation and none is given, if an organisation is given without a role
                and they hold roles in several, or if the account is another person's.
            InvalidForm: if a name, the organisation or an address is not well formed.
        """
        roles = self._checked_roles((role,) if isinstance(role, str) else role)
        person = service.checked_person(
            name=name, roles=roles, organisation=organisation, email=email, notify=notify, account=account
        )
        if new_name is not None:
            new_name = service.checked_person(name=new_name, roles=(), organisation=None, email=None).name
        actor = self._store.acting(actor)
        return self._people.change_person(person, organisation=organisation, new_name=new_name, actor=actor)

    def add_first_manager(self, name: str, *, role: str, actor: Actor | None = None) -> Person | None:
        """Give a person a role that manages people, if nobody on the list holds one, and return them.

        So a record gets its first manager, or another one if there is none left. Of several processes that ask at
        once, one succeeds.

        Args:
            name: The person's name.
            role: The role; it has to be one that manages people.
            actor: The person who sets up the record, at the account that becomes the manager's; default: the one who is
                bound.

        Returns:
            The person, or None if there is a manager already.

        Raises:
            UnknownRole: if no workflow knows the role.
            BadValue: if the role does not manage people, or the account is another person's.
            InvalidForm: if the name is not well formed.
        """
        setting_up = self._store.acting(actor)
        return self._people.add_first_manager(self._managing(name, role, setting_up), actor=setting_up)

    def recover_manager(self, name: str, *, role: str, reasons: str, actor: Actor | None = None) -> Person | None:
        """Give a person a role that manages people, and the account at which this is entered, and return them.

        This is the way back if there are managers, and none can act: their accounts are gone, or were mistyped. The
        engine cannot know that, so it is not checked. The step says in the history that it was done, and why.

        Args:
            name: The person's name. A person on the list gets the role and the account; else a new one is added.
            role: The role; it has to be one that manages people.
            reasons: The reasons.
            actor: The person who does it, at the account that becomes the manager's; default: the one who is bound.

        Returns:
            The person, or None if the account is that of a person who has the role already.

        Raises:
            UnknownRole: if no workflow knows the role.
            BadValue: if the role does not manage people, or the account is another person's.
            InvalidForm: if the name or the reasons are not well formed.
        """
        recovering = self._store.acting(actor)
        person = self._managing(name, role, recovering)
        return self._people.recover_manager(person, reasons=reasons, actor=recovering)

    def _managing(self, name: str, role: str, actor: Actor) -> Person:
        roles = self._checked_roles((role,))
        if not self.workflows.roles[role].manages_people:
            raise BadValue(name="the role", expected="one that manages people", found=role)
        return service.checked_person(name=name, roles=roles, organisation=None, email=None, account=actor.account)

    def _checked_roles(self, roles: Sequence[str]) -> tuple[str, ...]:
        known = self.workflows.roles
        for role in roles:
            if role not in known:
                titles = tuple(one.title for one in known.values())
                raise UnknownRole(role=role, known=tuple(known), titles=titles)
        return tuple(sorted(set(roles)))

    def remove_person(
        self, name: str, *, actor: Actor | None = None, role: str | None = None, organisation: str | None = None
    ) -> Person:
        """Remove a role from a person, or all they hold, and return them with the roles that are left.

        Args:
            name: The person's name, in any spelling.
            actor: The person who manages people; default: the one who is bound.
            role: The role; None for all.
            organisation: Only what they hold in this organisation; None for all.

        Raises:
            UnknownPerson: if they are not on the list.
            BadValue: if they do not hold the role, in that organisation, or are the last person who may manage people.
        """
        return self._people.remove_person(name, role=role, organisation=organisation, actor=self._store.acting(actor))

    def add_absence(
        self, name: str, *, from_day: date, to_day: date, deputy: str | None, actor: Actor | None = None
    ) -> Absence:
        """Save a person's absence, the last day included, and the deputy who gets their messages.

        Raises:
            UnknownPerson: if the person or the deputy is not on the list.
            BadInput: if the days or the deputy are not possible.
        """
        absence = Absence(name=name, from_day=from_day, to_day=to_day, deputy=deputy)
        return self._people.add_absence(absence, actor=self._store.acting(actor))

    def end_absences(self, name: str, *, actor: Actor | None = None, day: date | None = None) -> tuple[Absence, ...]:
        """End the absences of a person that last on a day, their first day back (default: today), and return them.

        Absences that begin later stay; each is cancelled on its own first day.

        Raises:
            UnknownPerson: if they are not on the list.
            BadValue: if they are not absent on that day.
        """
        return self._people.end_absences(
            name, day or self.calendar.day_of(self._now()), actor=self._store.acting(actor)
        )

    @property
    def _people(self) -> PeopleService:
        return service.PeopleService(store=self._store, context=self._context)

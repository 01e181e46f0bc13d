"""Find the recipients of an escalation level: the holders of its role, or their deputies.

If a level has no recipient, the recipients of the next level are notified instead.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date

from ..definition.deadline import OWNER, Deadline, EscalationLevel
from ..definition.workflow import Role, Workflow
from ..forms.fields import value_at
from ..forms.names import same_name_key
from ..model.case import Case
from ..model.organisations import Organisation, OrganisationNames
from ..model.people import Absence, Person


@dataclass(frozen=True, kw_only=True, slots=True)
class Directory:
    """All people, and their absences.

    Attributes:
        people: All people on the list.
        absences: All absences, with their deputies.
        organisations: All organisations on the list, with their other names.
    """

    people: tuple[Person, ...] = ()
    absences: tuple[Absence, ...] = ()
    organisations: tuple[Organisation, ...] = ()
    # A sweep looks people up for each case, so they are indexed once.
    _by_name: dict[str, Person] = field(init=False, repr=False)
    _by_role: dict[str, list[Person]] = field(init=False, repr=False)
    _organisation_names: OrganisationNames = field(init=False, repr=False)
    _away: dict[str, list[Absence]] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        by_role: dict[str, list[Person]] = defaultdict(list)
        away: dict[str, list[Absence]] = defaultdict(list)
        for person in self.people:
            for role in person.roles:
                by_role[role].append(person)
        for absence in self.absences:
            away[same_name_key(absence.name)].append(absence)
        # The present name of one person counts before the former name of another.
        former = {same_name_key(name): person for person in self.people for name in person.former_names}
        by_name = former | {same_name_key(person.name): person for person in self.people}
        object.__setattr__(self, "_by_name", by_name)
        object.__setattr__(self, "_organisation_names", OrganisationNames(self.organisations))
        object.__setattr__(self, "_by_role", by_role)
        object.__setattr__(self, "_away", away)

    def person(self, name: str) -> Person | None:
        """Return the person of that name or former name, however it is spelt; None if the list has none."""
        return self._by_name.get(same_name_key(name))

    def organisation_key(self, name: str) -> str:
        """Return a key that is equal for all names of an organisation."""
        return self._organisation_names.key(name)

    def with_role(self, role: str) -> tuple[Person, ...]:
        """Return all holders of a role, in the order of the list."""
        return tuple(self._by_role.get(role, ()))

    def deputies_of(self, keys: set[str]) -> set[str]:
        """Return the deputies of some people, and the deputies of these, all by the keys of their names."""
        found: set[str] = set()
        todo = list(keys)
        while todo:
            deputies = {same_name_key(one.deputy) for one in self._away.get(todo.pop(), ()) if one.deputy is not None}
            todo += deputies - found
            found |= deputies
        return found

    def present_or_deputy(self, person: Person, day: date) -> Person | None:
        """Return the person, or the deputy for them on a day; None if both are away."""
        seen: set[str] = set()
        candidate: Person | None = person
        while candidate is not None and (key := same_name_key(candidate.name)) not in seen:
            seen.add(key)
            away = next((a for a in self._away.get(key, ()) if a.from_day <= day <= a.to_day), None)
            if away is None:
                return candidate
            candidate = None if away.deputy is None else self.person(away.deputy)
        return None


def holders_in(workflow: Workflow, case: Case, role: Role, directory: Directory) -> tuple[Person, ...]:
    """Return the holders of a role in a case.

    They are the person named by the case or, if it names none, all holders of the role; for a role that
    acts for an organisation, only those who hold it in one of the case's organisations.
    """
    named = [
        str(name)
        for holder in workflow.holders
        if holder.role == role.name and (name := value_at(case.data, f"{holder.step}.{holder.field}"))
    ]
    if named:
        person = directory.person(named[-1])
        return () if person is None else (person,)
    holders = directory.with_role(role.name)
    if role.acts_for_organisation:
        involved = {directory.organisation_key(organisation) for organisation in case.organisations} - {""}
        return tuple(
            person
            for person in holders
            if any(
                one.role == role.name and directory.organisation_key(one.organisation) in involved
                for one in person.holdings
            )
        )
    return holders


@dataclass(frozen=True, kw_only=True, slots=True)
class Recipients:
    """The recipients of an escalation level.

    Attributes:
        people: Their names, in alphabetical order.
        on_hold: Whether their notices wait for release.
        applies: Whether the level applies to this case.
        unreachable: The reason why the level's own recipients could not be reached; empty if they could.
    """

    people: tuple[str, ...] = ()
    on_hold: bool = False
    applies: bool = True
    unreachable: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class RecipientFinder:
    """Finds the recipients of one clock's escalation levels, in one case on one day.

    Attributes:
        workflow: The case's workflow.
        case: The case.
        deadline: The clock's deadline.
        escalation_policy: The escalation policy in force.
        directory: All people.
        day: The day of the notice.
    """

    workflow: Workflow
    case: Case
    deadline: Deadline
    escalation_policy: tuple[EscalationLevel, ...]
    directory: Directory
    day: date

    def recipients_of(self, level: EscalationLevel) -> Recipients:
        """Return the recipients of a level or, if it has none, of the next level that has any."""
        if not self._applies(level):
            return Recipients(applies=False)
        above = sorted(
            (one for one in self.escalation_policy if one.working_days > level.working_days),
            key=lambda one: one.working_days,
        )
        for candidate in (level, *above):
            people = self._reachable_people(candidate) if self._applies(candidate) else ()
            if people:
                missing = "" if candidate is level else self._why_unreachable(level)
                return Recipients(people=people, on_hold=self._role_of(candidate).held_for_release, unreachable=missing)
        return Recipients(unreachable=self._why_unreachable(level))

    def may_be_notified(self, person: Person, level_name: str) -> bool:
        """Return whether a person whom a level named before could still be named by it.

        They hold the role of the level, or of a higher one, or are named as the deputy of a holder.
        """
        level = next((one for one in self.escalation_policy if one.name == level_name), None)
        if level is None:
            return True  # the policy has changed since, and nothing says which role it was
        never = {role.name for role in self.workflow.roles if role.never_notified}
        if never & {*person.roles}:
            return False
        levels = [one for one in self.escalation_policy if one.working_days >= level.working_days]
        holders = {
            same_name_key(holder.name)
            for one in levels
            for holder in holders_in(self.workflow, self.case, self._role_of(one), self.directory)
        }
        names = {same_name_key(one) for one in (person.name, *person.former_names)}
        return not names.isdisjoint(holders | self.directory.deputies_of(holders))

    def _applies(self, level: EscalationLevel) -> bool:
        """Return whether a level applies to the case, and has an organisation if it needs one."""
        if level.root_prefixes and self.case.ref.partition("-")[0] not in level.root_prefixes:
            return False
        return not level.owners_organisation_only or (
            self._role(self.deadline.owner).acts_for_organisation and bool(self.case.organisations)
        )

    def _reachable_people(self, level: EscalationLevel) -> tuple[str, ...]:
        never = {role.name for role in self.workflow.roles if role.never_notified}
        reachable = set()
        for person in holders_in(self.workflow, self.case, self._role_of(level), self.directory):
            recipient = self.directory.present_or_deputy(person, self.day)
            if recipient is None or not recipient.is_reachable:
                continue
            # A holder of a role that is never notified is not notified in another role either.
            if not never & {*recipient.roles, *person.roles}:
                reachable.add(recipient.name)
        return tuple(sorted(reachable))

    def _role_of(self, level: EscalationLevel) -> Role:
        return self._role(self.deadline.owner if level.to == OWNER else level.to)

    def _role(self, name: str) -> Role:
        return next(role for role in self.workflow.roles if role.name == name)

    def _why_unreachable(self, level: EscalationLevel) -> str:
        return f"no {self._role_of(level).title} with an address was available"

"""Whom a rung reaches: those who hold its role in this case, or who stands in for them.

Nobody to tell is no reason to be silent: the next rung's people are told in their place.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date

from ..definition.deadline import OWNER, Deadline, EscalationLevel
from ..definition.workflow import Role, Workflow
from ..forms.fields import value_at
from ..forms.parsing import normalized
from ..model.case import Case
from ..model.people import Absence, Person


@dataclass(frozen=True, kw_only=True, slots=True)
class Directory:
    """Who there is, and who is away.

    Attributes:
        people: Everybody on the list.
        absences: Who is away when, and who stands in.
    """

    people: tuple[Person, ...] = ()
    absences: tuple[Absence, ...] = ()
    # A sweep asks them of each case: to go through everybody each time would cost more than the rest.
    _by_name: dict[str, Person] = field(init=False, repr=False)
    _by_role: dict[str, list[Person]] = field(init=False, repr=False)
    _away: dict[str, list[Absence]] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        by_role: dict[str, list[Person]] = defaultdict(list)
        away: dict[str, list[Absence]] = defaultdict(list)
        for person in self.people:
            for role in person.roles:
                by_role[role].append(person)
        for absence in self.absences:
            away[absence.name].append(absence)
        object.__setattr__(self, "_by_name", {person.name: person for person in self.people})
        object.__setattr__(self, "_by_role", by_role)
        object.__setattr__(self, "_away", away)

    def person(self, name: str) -> Person | None:
        """The person of that name; None where there is none."""
        return self._by_name.get(name)

    def with_role(self, role: str) -> tuple[Person, ...]:
        """Everybody who holds a role, in the order of the list."""
        return tuple(self._by_role.get(role, ()))

    def present_or_deputy(self, person: Person, day: date) -> Person | None:
        """The person, or who stands in for them on a day; None where nobody does."""
        seen: set[str] = set()
        found: Person | None = person
        while found is not None and found.name not in seen:
            seen.add(found.name)
            away = next((a for a in self._away.get(found.name, ()) if a.from_day <= day <= a.to_day), None)
            if away is None:
                return found
            found = None if away.deputy is None else self.person(away.deputy)
        return None


def holders_in(workflow: Workflow, case: Case, role: Role, directory: Directory) -> tuple[Person, ...]:
    """Those who hold a role in a case: whom it names, or else all, of its agencies where the role is an agency's."""
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
        ours = {normalized(agency) for agency in case.organisations}
        return tuple(person for person in holders if person.organisation and normalized(person.organisation) in ours)
    return holders


@dataclass(frozen=True, kw_only=True, slots=True)
class Recipients:
    """Whom a rung reaches.

    Attributes:
        people: Their names, in alphabetical order.
        on_hold: Whether what they are told waits for release.
        applies: Whether the rung is meant for this case at all.
        unreachable: Why those whom the rung names were not reached; empty where they were.
    """

    people: tuple[str, ...] = ()
    on_hold: bool = False
    applies: bool = True
    unreachable: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class RecipientFinder:
    """One clock's ladder, in one case, on one day.

    Attributes:
        workflow: The case's workflow.
        case: The case.
        deadline: The deadline whose ladder it is.
        escalation_policy: The ladder.
        directory: Everybody there is.
        day: The day on which they are told.
    """

    workflow: Workflow
    case: Case
    deadline: Deadline
    escalation_policy: tuple[EscalationLevel, ...]
    directory: Directory
    day: date

    def recipients_of(self, level: EscalationLevel) -> Recipients:
        """Whom a rung reaches: those it names, or else those of the next rung that has somebody."""
        if not self._applies(level):
            return Recipients(applies=False)
        above = sorted(
            (r for r in self.escalation_policy if r.working_days > level.working_days), key=lambda r: r.working_days
        )
        for candidate in (level, *above):
            people = self._reachable_people(candidate) if self._applies(candidate) else ()
            if people:
                missing = "" if candidate is level else self._why_unreachable(level)
                return Recipients(people=people, on_hold=self._role_of(candidate).held_for_release, unreachable=missing)
        return Recipients(unreachable=self._why_unreachable(level))

    def _applies(self, level: EscalationLevel) -> bool:
        """Whether a rung is meant here, and there is an agency whose people it means: the owner may be nobody's."""
        if level.root_prefixes and self.case.ref.partition("-")[0] not in level.root_prefixes:
            return False
        return not level.owners_organisation_only or (
            self._role(self.deadline.owner).acts_for_organisation and bool(self.case.organisations)
        )

    def _reachable_people(self, level: EscalationLevel) -> tuple[str, ...]:
        never = {role.name for role in self.workflow.roles if role.never_notified}
        reachable = set()
        for person in holders_in(self.workflow, self.case, self._role_of(level), self.directory):
            there = self.directory.present_or_deputy(person, self.day)
            # Whoever is family to a case, in whatever other role, is never chased by the system.
            if there is not None and there.is_reachable and not never & {*there.roles, *person.roles}:
                reachable.add(there.name)
        return tuple(sorted(reachable))

    def _role_of(self, level: EscalationLevel) -> Role:
        return self._role(self.deadline.owner if level.to == OWNER else level.to)

    def _role(self, name: str) -> Role:
        return next(role for role in self.workflow.roles if role.name == name)

    def _why_unreachable(self, level: EscalationLevel) -> str:
        return f"no {self._role_of(level).title} with an address was there"

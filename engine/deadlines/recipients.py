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

    def named(self, name: str) -> Person | None:
        """The person of that name; None where there is none."""
        return self._by_name.get(name)

    def holding(self, role: str) -> tuple[Person, ...]:
        """Everybody who holds a role, in the order of the list."""
        return tuple(self._by_role.get(role, ()))

    def present(self, person: Person, day: date) -> Person | None:
        """The person, or who stands in for them on a day; None where nobody does."""
        seen: set[str] = set()
        found: Person | None = person
        while found is not None and found.name not in seen:
            seen.add(found.name)
            away = next((a for a in self._away.get(found.name, ()) if a.from_day <= day <= a.to_day), None)
            if away is None:
                return found
            found = None if away.deputy is None else self.named(away.deputy)
        return None


def holders_in(workflow: Workflow, case: Case, role: Role, who: Directory) -> tuple[Person, ...]:
    """Those who hold a role in a case: whom it names, or else all, of its agencies where the role is an agency's."""
    named = [
        str(name)
        for holder in workflow.holders
        if holder.role == role.name and (name := value_at(case.data, f"{holder.step}.{holder.field}"))
    ]
    if named:
        person = who.named(named[-1])
        return () if person is None else (person,)
    holders = who.holding(role.name)
    if role.acts_for_organisation:
        ours = {normalized(agency) for agency in case.agencies}
        return tuple(person for person in holders if person.agency and normalized(person.agency) in ours)
    return holders


@dataclass(frozen=True, kw_only=True, slots=True)
class Recipients:
    """Whom a rung reaches.

    Attributes:
        people: Their names, in alphabetical order.
        held: Whether what they are told waits for release.
        applies: Whether the rung is meant for this case at all.
        missing: Why those whom the rung names were not reached; empty where they were.
    """

    people: tuple[str, ...] = ()
    held: bool = False
    applies: bool = True
    missing: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class RecipientFinder:
    """One clock's ladder, in one case, on one day.

    Attributes:
        workflow: The case's workflow.
        case: The case.
        deadline: The deadline whose ladder it is.
        ladder: The ladder.
        who: Everybody there is.
        day: The day on which they are told.
    """

    workflow: Workflow
    case: Case
    deadline: Deadline
    ladder: tuple[EscalationLevel, ...]
    who: Directory
    day: date

    def reach(self, rung: EscalationLevel) -> Recipients:
        """Whom a rung reaches: those it names, or else those of the next rung that has somebody."""
        if not self._applies(rung):
            return Recipients(applies=False)
        above = sorted((r for r in self.ladder if r.working_days > rung.working_days), key=lambda r: r.working_days)
        for candidate in (rung, *above):
            people = self._people(candidate) if self._applies(candidate) else ()
            if people:
                missing = "" if candidate is rung else self._missing(rung)
                return Recipients(people=people, held=self._named(candidate).held_for_release, missing=missing)
        return Recipients(missing=self._missing(rung))

    def _applies(self, rung: EscalationLevel) -> bool:
        """Whether a rung is meant here, and there is an agency whose people it means: the owner may be nobody's."""
        if rung.under and self.case.ref.partition("-")[0] not in rung.under:
            return False
        return not rung.owners_organisation_only or (
            self._role(self.deadline.owner).acts_for_organisation and bool(self.case.agencies)
        )

    def _people(self, rung: EscalationLevel) -> tuple[str, ...]:
        never = {role.name for role in self.workflow.roles if role.never_notified}
        reachable = set()
        for person in holders_in(self.workflow, self.case, self._named(rung), self.who):
            there = self.who.present(person, self.day)
            # Whoever is family to a case, in whatever other role, is never chased by the system.
            if there is not None and there.is_reachable and not never & {*there.roles, *person.roles}:
                reachable.add(there.name)
        return tuple(sorted(reachable))

    def _named(self, rung: EscalationLevel) -> Role:
        return self._role(self.deadline.owner if rung.to == OWNER else rung.to)

    def _role(self, name: str) -> Role:
        return next(role for role in self.workflow.roles if role.name == name)

    def _missing(self, rung: EscalationLevel) -> str:
        return f"no {self._named(rung).title} with an address was there"

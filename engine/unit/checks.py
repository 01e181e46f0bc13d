"""Check a correction of the unit's own record before it is saved: the verbs check what they record themselves."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

from ..definition.workflow import Role
from ..errors.bad_input import BadValue, StillListed
from ..forms.digests import DISPOSED, StoredValue, digest_of
from ..forms.names import same_name_key
from ..model.case import Event
from ..model.organisations import OrganisationNames
from ..model.people import Person, days_overlap
from .managers import require_manager_left
from .names import checked_name, require_one_organisation
from .state import UnitState
from .steps import unit_state


def check_correction(
    history: tuple[Event, ...],
    correction: Event,
    stored_values: Mapping[str, StoredValue],
    roles: Mapping[str, Role],
    account: str | None,
) -> None:
    """Raise an error if a correction would spoil the people or settings of the unit.

    Args:
        history: The events before it, oldest first.
        correction: The event of the correction.
        stored_values: The sensitive values of the history.
        roles: Every role that a workflow declares, by name.
        account: The account at which the correction is entered; None if it has none.

    Raises:
        BadValue: if the people or settings would be spoilt.
        NoManagerLeft: if nobody could manage people after it.
    """
    record = correction.data.get("record")
    if record is None:
        return
    before = unit_state(history, stored_values)
    if record.get("person") != history[correction.data["event"] - 1].data.get("person"):
        raise _refused("the same person as before", "another ID")
    new = {digest_of(value): value for value in correction.stored_values}
    try:
        after = unit_state((*history, correction), {**stored_values, **new})
    except (LookupError, ValueError):
        raise _refused("values that belong together", "a term without its unit") from None
    _check_settings(before, after)
    people = after.people.values()
    _check_people((one for one in people if one != before.people.get(one.id)), roles)
    keys = Counter(key for one in people for key in _name_keys(one))
    if any(count > 1 for count in keys.values()):
        raise _refused("no two people of one name", "a name that is on the list already")
    require_manager_left(before.people.values(), after.people.values(), roles, account)
    _check_new_names(before, after)
    changed = [one for key, one in after.absences.items() if one != before.absences.get(key)]
    for absence in changed:
        others = (one for one in after.absences.values() if one is not absence and one.person == absence.person)
        if any(days_overlap(one, absence) for one in others):
            raise _refused("days on which the person is not away already", "days of another absence")
    for absence in after.absences.values():
        if not {absence.person, absence.deputy or absence.person} <= after.people.keys():
            raise _refused("people on the list", "an ID that nobody has")
        if absence.to_day < absence.from_day:
            raise _refused("a last day on or after the first", absence.to_day.isoformat())


def _check_new_names(before: UnitState, after: UnitState) -> None:
    """Raise BadValue if a corrected name is the text that stands for one that was disposed of, or holds several."""
    names = OrganisationNames(tuple(before.organisations.values()))
    former = {name for state in before.people.values() for name in (state.name, *state.organisations)}
    former |= {name for one in before.organisations.values() for name in one.names}
    for person in after.people.values():
        for name in {person.name, *person.organisations} - former:
            checked_name(name)
    renamed = OrganisationNames(tuple(after.organisations.values()))
    for person in after.people.values():
        for name in person.organisations:
            if names.of(name) is not None and renamed.of(name) is None:
                raise _refused(f"{name} to stay a name of it, since {person.name} acts for it", "another name")
    for organisation in after.organisations.values():
        new = set(organisation.names) - former
        require_one_organisation(names, filter(None, map(checked_name, new)))


def _name_keys(person: Person) -> set[str]:
    """Return the keys of the names by which a person is found, the former ones, too."""
    return {same_name_key(name) for name in (person.name, *person.former_names) if name != DISPOSED}


def _check_people(people: Iterable[Person], roles: Mapping[str, Role]) -> None:
    for person in people:
        if not person.holdings:
            raise _refused("a role for each person", "none")
        for holding in person.holdings:
            role = roles.get(holding.role)
            if role is None:
                raise _refused("a role that a workflow declares", holding.role)
            if role.acts_for_organisation and not holding.organisation:
                raise _refused(f"the organisation for which they act as {role.title}", "none")


def _check_settings(before: UnitState, after: UnitState) -> None:
    """Raise BadValue if days, terms, definitions or the purpose change: what was decided since follows from them."""
    days = [[(one.day, one.counts_as) for one in state.days] for state in (before, after)]
    terms = [
        [(one.workflow, one.deadline, one.from_day, one.term, one.levels) for one in state.terms]
        for state in (before, after)
    ]
    if days[0] != days[1] or terms[0] != terms[1]:
        raise _refused("other reasons only: set the day or the term again", "another day or term")
    if before.calendar != after.calendar:
        raise _refused("other reasons only: choose the calendar again", "another calendar")
    if before.definitions != after.definitions:
        raise _refused("the registered definitions as they are", "another definition")
    if before.rehearsal != after.rehearsal:
        raise _refused("a record that stays what it was created for", "another purpose")


def check_disposal(before: UnitState, after: UnitState, roles: Mapping[str, Role], account: str | None) -> None:
    """Raise an error if a disposal would take away a name by which somebody is still found, or the last manager.

    Args:
        before: The state before the disposal.
        after: The state without the disposed words.
        roles: Every role that a workflow declares, by name.
        account: The account at which the disposal is entered; None if it has none.

    Raises:
        StillListed: if a disposed name is that of a person or an organisation on the list.
        NoManagerLeft: if nobody could manage people after it.
    """
    named = [(before.people[key].name, one.name) for key, one in after.people.items()]
    named += [(before.organisations[key].name, one.name) for key, one in after.organisations.items()]
    for former, name in named:
        if name == DISPOSED != former:
            raise StillListed(name=former)
    for key, person in after.people.items():
        if DISPOSED in person.organisations and DISPOSED not in before.people[key].organisations:
            raise StillListed(name=before.people[key].name)
    require_manager_left(before.people.values(), after.people.values(), roles, account)


def _refused(expected: str, found: str) -> BadValue:
    return BadValue(name="the correction", expected=expected, found=found)

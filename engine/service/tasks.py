"""The tasks of one person: the deadlines that they or those they deputise for have to meet."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import date, datetime
from itertools import islice

from ..deadlines.recipients import Directory, holders_in
from ..definition.registry import Registry
from ..errors.unknown import UnknownPerson
from ..forms.names import is_same_name, same_name_key
from ..model.people import Person
from ..ports.records import DueItem
from ..ports.store import Reader, require_case

PAGE, PAGES = 1_000, 10
"""The number of items in a page, and the most pages to read."""


def tasks_of(
    name: str, *, reader: Reader, workflows: Registry, today: date, by: datetime, limit: int
) -> tuple[DueItem, ...]:
    """Return a person's tasks that are due by an instant, the earliest first, at most `limit`.

    Args:
        name: The person.
        reader: The record.
        workflows: The workflows.
        today: The day of the absences and deputies.
        by: The instant.
        limit: Maximum number of tasks.

    Raises:
        UnknownPerson: if there is no such person.
    """
    directory = Directory(people=reader.people(), absences=reader.absences(today), organisations=reader.organisations())
    people = _acting_as(name, directory, today)
    keys = {same_name_key(person.name) for person in people}
    roles = {role for person in people for role in person.roles}
    tasks = (
        item
        for item in _due_items(reader, by)
        if _is_theirs(item, keys, roles, reader=reader, workflows=workflows, directory=directory)
    )
    return tuple(islice(tasks, limit))


def _due_items(reader: Reader, by: datetime) -> Iterator[DueItem]:
    after: DueItem | None = None
    for _ in range(PAGES):
        page = reader.due_items(by, PAGE, after=after)
        yield from page
        if len(page) < PAGE:
            return
        after = page[-1]


def _acting_as(name: str, directory: Directory, today: date) -> tuple[Person, ...]:
    """Return the person, and those they deputise for."""
    person = directory.person(name)
    if person is None:
        raise UnknownPerson(name=name)
    others = (other for other in directory.people if not is_same_name(other.name, person.name))
    return (person, *(other for other in others if directory.present_or_deputy(other, today) == person))


def _is_theirs(
    item: DueItem,
    keys: Collection[str],
    roles: Collection[str],
    *,
    reader: Reader,
    workflows: Registry,
    directory: Directory,
) -> bool:
    """Return whether an item is the task of one of some people, by its owner's role or by its case's record."""
    workflow = workflows.for_case(item)
    owner = workflow.deadline(item.clock.deadline).owner
    if owner not in roles:
        return False
    role = next(role for role in workflow.roles if role.name == owner)
    if not role.acts_for_organisation and all(holder.role != owner for holder in workflow.holders):
        return True
    # Read only such a case: its record names the holder or the organisation.
    case = require_case(reader.case(item.ref), item.ref)
    return any(same_name_key(person.name) in keys for person in holders_in(workflow, case, role, directory))

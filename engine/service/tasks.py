"""What one person has to do: the deadlines whose owner they are, or stand in for, in the cases that are theirs."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import date, datetime
from itertools import islice

from ..deadlines.recipients import Directory, holders_in
from ..definition.registry import Registry
from ..errors.unknown import UnknownPerson
from ..model.people import Person
from ..ports.records import DueItem
from ..ports.store import Reader, require_case

PAGE, PAGES = 1_000, 10
"""What is due is looked through a page at a time, and so many pages of it."""


def tasks_of(
    name: str, *, reader: Reader, workflows: Registry, today: date, by: datetime, limit: int
) -> tuple[DueItem, ...]:
    """What a person has to do by an instant, the earliest due first, at most `limit`.

    Args:
        name: The person.
        reader: The record.
        workflows: The workflows that there are.
        today: The day on which some are away and others stand in.
        by: The instant.
        limit: At most so many.

    Raises:
        UnknownPerson: where nobody of that name may act.
    """
    who = Directory(people=reader.people(), absences=reader.absences(today))
    acting = _acting_as(name, who, today)
    names = {person.name for person in acting}
    roles = {role for person in acting for role in person.roles}
    theirs = (
        item
        for item in _due_items(reader, by)
        if _is_theirs(item, names, roles, reader=reader, workflows=workflows, directory=who)
    )
    return tuple(islice(theirs, limit))


def _due_items(reader: Reader, by: datetime) -> Iterator[DueItem]:
    after: DueItem | None = None
    for _ in range(PAGES):
        page = reader.due_items(by, PAGE, after=after)
        yield from page
        if len(page) < PAGE:
            return
        after = page[-1]


def _acting_as(name: str, directory: Directory, today: date) -> tuple[Person, ...]:
    """The person, and those for whom they stand in."""
    person = directory.person(name)
    if person is None:
        raise UnknownPerson(name=name)
    away = (other for other in directory.people if other.name != name)
    return (person, *(other for other in away if directory.present_or_deputy(other, today) == person))


def _is_theirs(
    item: DueItem,
    names: Collection[str],
    roles: Collection[str],
    *,
    reader: Reader,
    workflows: Registry,
    directory: Directory,
) -> bool:
    """Whether it is the task of one of some people, of whom each holds its owner's role or is named for it."""
    workflow = workflows.version(item.workflow, item.workflow_version)
    owner = workflow.deadline(item.clock.deadline).owner
    if owner not in roles:
        return False
    role = next(role for role in workflow.roles if role.name == owner)
    if not role.acts_for_organisation and all(holder.role != owner for holder in workflow.holders):
        return True
    # Only such a case is read: whose it is stands in its record.
    case = require_case(reader.case(item.ref), item.ref)
    return any(person.name in names for person in holders_in(workflow, case, role, directory))

"""Decide who records at an account: its holder, or another person in place of the holder."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from ..definition.registry import Registry
from ..errors.refusals import MayNotActAs
from ..errors.unknown import UnknownAccount, UnknownPerson
from ..forms.names import is_same_name
from ..model.people import Actor, Person


def account_holder(account: str, people: Iterable[Person]) -> Person | None:
    """Return the holder of an account; None if it has none.

    A person who is on the list without an account has the one of their own name.
    """
    known = tuple(people)
    for person in known:
        if person.account is not None and is_same_name(person.account, account):
            return person
    return next((one for one in known if one.account is None and one.is_called(account)), None)


def actor_at(account: str, name: str | None, people: Iterable[Person], workflows: Registry) -> Actor:
    """Return the person who records at an account.

    Args:
        account: The account, as the machine or service knows it.
        name: Another person to record as, in any spelling; None for the holder.
        people: Everyone on the list.
        workflows: The workflows, which declare the roles that record for others.

    Raises:
        UnknownAccount: if it is nobody's.
        UnknownPerson: if nobody has that name.
        MayNotActAs: if the holder may not record for others.
    """
    known = tuple(people)
    holder = account_holder(account, known)
    if holder is None:
        raise UnknownAccount(account=account)
    if name is None or holder.is_called(name):
        return replace(holder.actor, account=account)
    person = next((one for one in known if one.is_called(name)), None)
    if person is None:
        raise UnknownPerson(name=name)
    recording = {role.name: role.title for role in workflows.roles.values() if role.records_for_others}
    if not recording.keys() & set(holder.roles):
        raise MayNotActAs(person=holder.name, other=person.name, roles=tuple(recording.values()))
    return replace(person.actor, account=account, entered_by=holder.name, entered_with=frozenset(holder.roles))

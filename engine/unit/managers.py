"""Refuse a change of people after which nobody could manage them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from ..definition.workflow import Role
from ..errors.bad_input import NoManagerLeft
from ..forms.names import same_name_key
from ..model.people import Person


def require_manager_left(
    before: Iterable[Person], after: Iterable[Person], roles: Mapping[str, Role], account: str | None
) -> None:
    """Raise NoManagerLeft if nobody could manage people after a change, and somebody could before.

    A manager can act at the account that they have. If any manager has one, then after the change one of these accounts
    has to be a manager's still, or the account at which the change is entered: of another one nobody knows if there is
    such an account.

    Args:
        before: Everyone on the list before the change.
        after: Everyone after it.
        roles: Every role that a workflow declares, by name.
        account: The account at which the change is entered; None if it has none.
    """
    managing = {role.name: role.title for role in roles.values() if role.manages_people}
    former = tuple(one for one in before if managing.keys() & set(one.roles))
    latter = tuple(one for one in after if managing.keys() & set(one.roles))
    accounts = _accounts(former, account)
    if accounts:
        entering = set() if account is None else {same_name_key(account)}
        if (accounts | entering) & _accounts(latter, account):
            return
        former = tuple(one for one in former if _accounts((one,), account))
    elif latter or not former:
        return
    titles = tuple(title for name, title in managing.items() if any(name in one.roles for one in former))
    raise NoManagerLeft(managers=tuple(one.name for one in former), roles=titles, by_account=bool(accounts))


def _accounts(people: Iterable[Person], entering: str | None) -> set[str]:
    """Return the keys of the accounts of people.

    A person without an account has the one of their own name, if the change is entered at it.
    """
    keys = {same_name_key(one.account) if one.account is not None else _own_name(one, entering) for one in people}
    return keys - {""}


def _own_name(person: Person, entering: str | None) -> str:
    return same_name_key(entering) if entering is not None and person.is_called(entering) else ""

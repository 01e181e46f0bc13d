"""Change the roles that a person holds, each in its organisation."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from ..errors.bad_input import BadValue
from ..forms.names import is_same_name
from ..model.people import Person, RoleHolding


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


def holdings_left(person: Person, role: str | None, organisation: str | None) -> tuple[RoleHolding, ...]:
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


def holding_records(holdings: Iterable[RoleHolding]) -> list[dict[str, str]]:
    """Return holdings as the unit's own record holds them."""
    return [{"role": one.role, **({"organisation": one.organisation} if one.organisation else {})} for one in holdings]

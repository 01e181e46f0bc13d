"""Say which roles a person holds, and where."""

from __future__ import annotations

from collections.abc import Mapping

from ...engine.model.people import RoleHolding


def holding_text(holding: RoleHolding, titles: Mapping[str, str]) -> str:
    """Return a role's title, with its organisation if it is held in one: `agency author of Agency 1`.

    Args:
        holding: The role and its organisation.
        titles: The titles of the roles, by name.
    """
    title = titles.get(holding.role, holding.role)
    return f"{title} of {holding.organisation}" if holding.organisation else title

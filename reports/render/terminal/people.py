"""Show people, their roles and their absences."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rich.console import RenderableType
from rich.text import Text

from ....engine.errors.base import title_and_code
from ....engine.forms.names import is_same_name
from ....engine.model.people import Absence, Person
from ...values.dates import day
from .styles import FAINT, WAITING, new_table


def people_table(people: Sequence[Person], absences: Sequence[Absence], titles: Mapping[str, str]) -> RenderableType:
    """Return a table of people, the titles of their roles, and their present and later absences."""
    table = new_table(("Name", None), ("Roles", None), ("Agency", 16), ("E-mail", 22))
    for person in people:
        name = Text(person.name)
        if person.former_names:
            name.append(f"\nformerly {', '.join(person.former_names)}", style=FAINT)
        if person.account is not None and person.account != person.name:
            name.append(f"\naccount {person.account}", style=FAINT)
        for away in (absence for absence in absences if is_same_name(absence.name, person.name)):
            instead = away.deputy or "no one"
            name.append(f"\naway {day(away.from_day)}\nto {day(away.to_day)},\n{instead} instead", style=WAITING)
        table.add_row(
            name,
            "\n".join(title_and_code(titles.get(one.role, one.role), one.role) for one in person.holdings),
            "\n".join(dict.fromkeys(one.organisation for one in person.holdings)),
            person.email or "",
        )
    return table

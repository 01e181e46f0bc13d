"""Say in words what the steps of the unit's own record are about: the people, days, terms and definitions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any

from ...engine.definition.registry import Registry
from ...engine.definition.unit import UNIT_WORKFLOW
from ...engine.definition.workflow import Workflow
from ...engine.model.calendar import Term, TermUnit
from ...engine.model.case import Event
from ...engine.model.people import RoleHolding
from ...engine.model.published_calendars import CALENDARS
from .dates import day
from .people import holding_text


class PartTitles:
    """The titles of roles, workflows, deadlines and levels that a record names by their codes."""

    def __init__(self, workflows: Registry) -> None:
        """Initialize the titles of all workflows."""
        self._workflows = workflows

    def title(self, kind: str, name: str, workflow: str | None) -> str:
        """Return the title of a part; its name in words if no workflow has it.

        Args:
            kind: The kind of part: `role`, `calendar`, `workflow`, `deadline` or `level`.
            name: The part's name.
            workflow: The workflow that a deadline or a level belongs to; None if the record does not say.
        """
        found = self._titles(kind, [one for one in self._workflows if one.name == workflow])
        return found.get(name, name.replace("_", " "))

    def _titles(self, kind: str, of: Iterable[Workflow]) -> Mapping[str, str]:
        match kind:
            case "role":
                return {name: role.title for name, role in self._workflows.roles.items()}
            case "calendar":
                return dict(CALENDARS.values())
            case "workflow":
                return {workflow.name: workflow.title for workflow in self._workflows}
            case "deadline":
                return {deadline.name: deadline.title for one in of for deadline in one.deadlines}
            case _:
                policies = ((one.escalation_policy, *map(one.policy_for, one.deadlines)) for one in of)
                return {level.name: level.title for some in policies for policy in some for level in policy}


def unit_lines(event: Event, workflows: Registry) -> tuple[str, ...]:
    """Return what an event of the unit's own record is about, then its details, a line each; none for another case.

    A word that was disposed of says so in its place.
    """
    if event.workflow != UNIT_WORKFLOW:
        return ()
    titles = PartTitles(workflows)
    return tuple(line for line in (_subject(event.data, titles), *_details(event.data, titles)) if line)


def _subject(record: Mapping[str, Any], titles: PartTitles) -> str:
    match record:
        case {"name": name}:
            return str(name)
        case {"day": on}:
            return day(date.fromisoformat(on))
        case {"deadline": deadline, "workflow": workflow}:
            return titles.title("deadline", deadline, workflow)
        case {"workflow": workflow, "version": version}:
            return f"{titles.title('workflow', workflow, None)}, version {version}"
        case _:
            return ""


def _details(record: Mapping[str, Any], titles: PartTitles) -> Iterator[str]:
    yield _holdings("", record.get("roles", ()), titles)
    yield _holdings("no longer ", record.get("lost", ()), titles)
    yield _holdings("still ", record.get("left", ()), titles)
    if aliases := record.get("aliases"):
        yield f"also known as {', '.join(aliases)}"
    if "deadline" in record:
        yield titles.title("workflow", record["workflow"], None)
        if amount := record.get("term_amount"):
            yield str(Term(amount=amount, unit=TermUnit(record["term_unit"])))
        for level in record.get("levels", ()):
            title = titles.title("level", level["name"], record["workflow"])
            yield f"{title}: {level['working_days']} working days after the due date"
    if "from_day" in record:
        until = f" to {day(date.fromisoformat(record['to_day']))}" if "to_day" in record else ""
        yield f"from {day(date.fromisoformat(record['from_day']))}{until}"
    if "deputy_name" in record:
        yield f"{record['deputy_name']} gets their messages"
    if "name" in record and "day" in record:
        yield f"back on {day(date.fromisoformat(record['day']))}"
    if "counts_as" in record:
        yield f"counts as {record['counts_as'].replace('_', ' ')}"
    if "calendar" in record:
        yield f"bank holidays of {titles.title('calendar', record['calendar'], None)}"
    yield record.get("reasons", "")


def _holdings(before: str, held: Iterable[Mapping[str, str]], titles: PartTitles) -> str:
    found = [
        holding_text(
            RoleHolding(one["role"], one.get("organisation", "")),
            {one["role"]: titles.title("role", one["role"], None)},
        )
        for one in held
    ]
    return before + " and ".join(found) if found else ""

"""What the shell offers when Tab is pressed. Whatever goes wrong here, it offers nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from ..persistence import Database

MOST = 200


def _offer(names: Callable[[click.Context], Iterable[str]]) -> Callable[..., list[str]]:
    def offered(context: click.Context, _parameter: click.Parameter, incomplete: str) -> list[str]:
        with suppress(Exception):
            return [name for name in names(context) if name.startswith(incomplete)]
        return []

    return offered


def suggest_cases(context: click.Context) -> Iterable[str]:
    from ..engine.ports.records import Selection

    with _database(context).reading() as reader:
        return [case.ref for case in reader.cases(Selection(limit=MOST))]


def suggest_people(context: click.Context) -> Iterable[str]:
    with _database(context).reading() as reader:
        return [person.name for person in reader.people()]


def suggest_triggers(context: click.Context) -> Iterable[str]:
    from ..engine.definition.registry import Registry
    from ..workflows import WORKFLOWS

    with _database(context).reading() as reader:
        case = reader.case(context.params["ref"])
    assert case is not None
    return [transition.trigger for transition in Registry(WORKFLOWS).of(case).steps_from(case.state)]


def suggest_workflows(_context: click.Context) -> Iterable[str]:
    from ..workflows import WORKFLOWS

    return [workflow.name for workflow in WORKFLOWS]


def suggest_roles(_context: click.Context) -> Iterable[str]:
    from ..workflows import WORKFLOWS

    return dict.fromkeys(role.name for workflow in WORKFLOWS for role in workflow.roles)


def suggest_states(_context: click.Context) -> Iterable[str]:
    from ..workflows import WORKFLOWS

    return dict.fromkeys(state.name for workflow in WORKFLOWS for state in workflow.states)


def suggest_deadlines(context: click.Context) -> Iterable[str]:
    from ..engine.definition.registry import Registry
    from ..workflows import WORKFLOWS

    if "ref" not in context.params:
        found = context.params.get("workflow")
        workflows = [workflow for workflow in WORKFLOWS if found in (None, workflow.name)]
        return dict.fromkeys(deadline.name for workflow in workflows for deadline in workflow.deadlines)
    with _database(context).reading() as reader:
        case = reader.case(context.params["ref"])
    assert case is not None
    return [deadline.name for deadline in Registry(WORKFLOWS).of(case).deadlines]


def _database(context: click.Context) -> Database:
    from ..persistence import Database

    return Database(context.params.get("database") or "sqlite:///casereview.db")


cases = _offer(suggest_cases)
people = _offer(suggest_people)
triggers = _offer(suggest_triggers)
workflows = _offer(suggest_workflows)
roles = _offer(suggest_roles)
states = _offer(suggest_states)
deadlines = _offer(suggest_deadlines)

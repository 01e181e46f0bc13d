"""Look up the names that the shell offers on Tab."""

from __future__ import annotations

from collections.abc import Iterable

import click

from ..engine import Engine, Selection
from ..persistence import Database
from ..workflows import WORKFLOWS

MAX_SUGGESTIONS = 200


def suggest_cases(context: click.Context) -> Iterable[str]:
    """Return the first references in the record."""
    return [case.ref for case in _engine(context).cases(Selection(limit=MAX_SUGGESTIONS))]


def suggest_people(context: click.Context) -> Iterable[str]:
    """Return the names of the people who may act."""
    return [person.name for person in _engine(context).people()]


def suggest_organisations(context: click.Context) -> Iterable[str]:
    """Return the names of the organisations on the list."""
    return [organisation.name for organisation in _engine(context).organisations()]


def suggest_triggers(context: click.Context) -> Iterable[str]:
    """Return the steps that the state of the case allows."""
    engine = _engine(context)
    case = engine.case(context.params["ref"])
    return [transition.trigger for transition in engine.workflows.for_case(case).steps_from(case.state)]


def suggest_workflows(_context: click.Context) -> Iterable[str]:
    """Return the names of all workflows."""
    return [workflow.name for workflow in WORKFLOWS]


def suggest_roles(_context: click.Context) -> Iterable[str]:
    """Return the names of all roles."""
    return dict.fromkeys(role.name for workflow in WORKFLOWS for role in workflow.roles)


def suggest_states(_context: click.Context) -> Iterable[str]:
    """Return the names of all states."""
    return dict.fromkeys(state.name for workflow in WORKFLOWS for state in workflow.states)


def suggest_deadlines(context: click.Context) -> Iterable[str]:
    """Return the deadlines of the case or the workflow on the command line."""
    if "ref" not in context.params:
        found = context.params.get("workflow")
        workflows = [workflow for workflow in WORKFLOWS if found in (None, workflow.name)]
        return dict.fromkeys(deadline.name for workflow in workflows for deadline in workflow.deadlines)
    engine = _engine(context)
    case = engine.case(context.params["ref"])
    return [deadline.name for deadline in engine.workflows.for_case(case).deadlines]


def _engine(context: click.Context) -> Engine:
    return Engine(Database(context.params.get("database") or "sqlite:///casereview.db"), WORKFLOWS)

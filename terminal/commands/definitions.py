"""Show and check workflow definitions."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from contextlib import suppress
from importlib import import_module

import click

from ...engine.definition.workflow import Workflow
from ...engine.errors.bad_input import BadValue
from ...engine.errors.base import StoreError
from ...reports.render.workflow_output import workflows_output
from .. import completion
from ..options import common_options, parse_identifier
from ..session import Session, in_session

SHIPPED = "casereview.workflows:WORKFLOWS"


@click.command()
@click.argument("name", required=False, shell_complete=completion.workflows, callback=parse_identifier)
@click.option("--diagram", type=click.Choice(["mermaid", "svg"]), help="Draw the workflow instead.")
@click.option(
    "--check",
    is_flag=False,
    flag_value=SHIPPED,
    metavar="[MODULE:ATTRIBUTE]",
    help="Check that the definitions, or those in a module's attribute, are sound and as registered.",
)
@click.option("--markdown", "as_markdown", is_flag=True, help="Print the workflow's page of the handbook.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON, for programs.")
@common_options
@in_session
def workflows(session: Session, *, name: str | None, diagram: str | None, check: str | None, as_markdown: bool) -> None:
    """Show the workflows: states, steps, deadlines, roles.

    \b
    Example:  casereview workflows serious_case_review
              casereview workflows serious_case_review --diagram svg > scr.svg
    """
    if session.as_json and (diagram is not None or as_markdown):
        raise BadValue(name="--json", expected="no --diagram or --markdown with it", found="one of them")
    loaded = _loaded_workflows(check or SHIPPED)
    printed = workflows_output(
        loaded,
        name=name,
        diagram=diagram,
        check=check is not None,
        as_markdown=as_markdown,
        as_json=session.as_json,
    )
    if check is not None:
        _compare_with_record(session, loaded)
    click.echo(printed.encode() if session.as_json else printed, nl=False)  # JSON is UTF-8 everywhere


def _compare_with_record(session: Session, workflows: Sequence[Workflow]) -> None:
    """Raise DefinitionChanged if a version is not what the record, if there is one, has it registered as."""
    # Imported here, so that showing a workflow loads no engine.
    from ...engine import Engine

    with suppress(StoreError):
        for changed in Engine(session.database, workflows).changed_definitions():
            raise changed


def _loaded_workflows(path: str) -> Sequence[Workflow]:
    """Return the workflows that an attribute of a module holds.

    Raises:
        BadValue: if the path names no module, or no sequence of workflows in it.
    """
    module, _, attribute = path.partition(":")
    if not module or not attribute:
        raise BadValue(name="--check", expected="MODULE:ATTRIBUTE, for example mypackage.workflows:ALL", found=path)
    if "" not in sys.path:  # an installed command does not look for modules in the current folder
        sys.path.insert(0, "")
    try:
        found = getattr(import_module(module), attribute)
    except (ImportError, AttributeError) as error:
        raise BadValue(name="--check", expected="a module and an attribute in it", found=str(error)) from error
    if not isinstance(found, Sequence) or not all(isinstance(item, Workflow) for item in found):
        raise BadValue(name="--check", expected=f"a sequence of workflows in {path}", found="something else")
    return found

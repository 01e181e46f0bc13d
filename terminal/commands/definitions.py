"""TODO: describe."""

from __future__ import annotations

import click

from .. import completion
from ..options import common_options, parse_identifier
from ..session import Session, in_session


@click.command()
@click.argument("name", required=False, shell_complete=completion.workflows, callback=parse_identifier)
@click.option("--diagram", type=click.Choice(["mermaid", "svg"]), help="Draw it instead.")
@click.option("--check", is_flag=True, help="Prove that the definitions can work.")
@click.option("--markdown", "as_markdown", is_flag=True, help="Print the page of the handbook.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON, for programs.")
@common_options
@in_session
def workflows(session: Session, *, name: str | None, diagram: str | None, check: bool, as_markdown: bool) -> None:
    """The definitions: states, steps, deadlines, roles.

    \b
    Example:  casereview workflows serious_case_review
              casereview workflows serious_case_review --diagram svg > scr.svg
    """
    from ...engine.errors.bad_input import BadValue
    from ...reports.render.workflow_output import workflows_output
    from ...workflows import WORKFLOWS

    if session.as_json and (diagram is not None or as_markdown):
        raise BadValue(name="--json", expected="it without --diagram and --markdown", found="one of them")
    printed = workflows_output(
        WORKFLOWS, name=name, diagram=diagram, check=check, as_markdown=as_markdown, as_json=session.as_json
    )
    click.echo(printed.encode() if session.as_json else printed, nl=False)  # JSON is UTF-8 everywhere

"""The options that several commands share."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeVar

import click
from click.core import ParameterSource

from .completion import cases, people, roles, triggers

F = TypeVar("F", bound=Callable[..., Any])


PATH_PARAMETERS = ("database", "file", "documents")


def undecodable_options(command: click.Command, typed: Mapping[str, Any]) -> Iterator[str]:
    """The names of options and arguments that hold bytes which are no UTF-8; a path may."""
    for parameter in command.params:
        value = typed.get(str(parameter.name))
        texts = value if isinstance(value, tuple) else (value,)
        surrogates = any(isinstance(text, str) and text.encode(errors="ignore").decode() != text for text in texts)
        if surrogates and parameter.name not in PATH_PARAMETERS:
            yield parameter.opts[0] if isinstance(parameter, click.Option) else parameter.human_readable_name


def parse_reference(_context: click.Context, _parameter: click.Parameter, typed: str | None) -> str | None:
    """A reference as it is written, however it is typed."""
    return None if typed is None else normalize_reference(typed)


def normalize_reference(typed: str) -> str:
    """A reference as it is written, however it is typed: `scr 2026 1/a3` is `SCR-2026-001/A03`."""
    parts = re.fullmatch(
        r"\s*([a-z]+)[-\s]+(\d{4})[-\s]+(\d{1,9})(?:\s*/\s*([a-z]+)[-\s]*(\d{1,9}))?\s*",
        typed,
        re.IGNORECASE | re.ASCII,
    )
    if parts is None:
        return typed
    prefix, year, number, of_child, child = parts.groups()
    below = f"/{of_child}{int(child):02d}" if of_child else ""
    return f"{prefix}-{year}-{int(number):03d}{below}".upper()


def parse_identifier(_context: click.Context, _parameter: click.Parameter, typed: str | None) -> str | None:
    """The name of a step, a role, a state or a workflow, however it is typed: `Board chair` is `board_chair`."""
    words = re.fullmatch(r"\s*([a-z]+(?:[\s_-]+[a-z]+)*)\s*", typed or "", re.IGNORECASE | re.ASCII)
    return typed if words is None else "_".join(re.split(r"[\s_-]+", words[1].lower()))


DECIDED_BY_OPTIONS = (
    click.option("--as", "who", metavar="WHO", shell_complete=people, help="Who records it."),
    click.option("--decided-by", metavar="NAME", help="Who decided, if somebody else did."),
    click.option(
        "--capacity",
        metavar="ROLE",
        shell_complete=roles,
        callback=parse_identifier,
        help="The role in which they decided.",
    ),
    click.option("--evidence", metavar="TEXT", help="Where that can be read."),
)
"""Who records, and on whose decision."""

RETRY_OPTIONS = (
    click.option("--request-id", metavar="ID", help="Makes repeating the command safe."),
    click.option("--dry-run", is_flag=True, help="Judge it, show what it would come to, record nothing."),
)
"""What makes a command safe to try, and to try again."""


def list_by_default(
    context: click.Context, listing: click.Command, typed: Mapping[str, object], **unless: object
) -> None:
    """Lists where a group was called without a command.

    Raises:
        click.UsageError: where options stand before a command: they would be lost without a word.
    """
    if context.invoked_subcommand is None:
        context.invoke(listing, **unless, **typed)
        return
    for parameter in context.command.params:
        if context.get_parameter_source(str(parameter.name)) is ParameterSource.COMMANDLINE:
            command = f"{context.command_path} {context.invoked_subcommand}"
            raise click.UsageError(f"Options follow the command: {command} {parameter.opts[0]} …", context)


def common_options(command: F) -> F:
    """Options of every command."""
    command = click.option("--debug", is_flag=True, help="Show tracebacks, and a log on standard error.")(command)
    return click.option(
        "--database",
        metavar="URL",
        default="sqlite:///casereview.db",
        envvar="CASEREVIEW_DATABASE",
        show_default=True,
        show_envvar=True,
        help="Where the record is kept.",
    )(command)


def reading_options(command: F) -> F:
    """Options of a command that prints."""
    return click.option("--json", "as_json", is_flag=True, help="Print JSON, for programs.")(common_options(command))


def apply_options(*options: Callable[[Any], Any]) -> Callable[[F], F]:
    """Several options and arguments at once, in the order in which help shows them."""

    def taken(command: F) -> F:
        for option in reversed(options):
            command = option(command)
        return command

    return taken


def amendment_options(command: F) -> F:
    """Options of a command that says something of the record itself."""
    options = apply_options(
        *DECIDED_BY_OPTIONS,
        click.option("--if-version", type=int, metavar="N", help="Only if the case is still at this version."),
        *RETRY_OPTIONS,
    )
    return reading_options(options(command))


def document_option(metavar: str = "FILE") -> Callable[[F], F]:
    """The option that records a file by reference."""
    return click.option(
        "--document",
        "documents",
        multiple=True,
        metavar=metavar,
        help="A document: its place and SHA-256 are recorded, the file stays where it is.",
    )


def filing_options(command: F) -> F:
    """Options of a command that records something that happened."""
    on = click.option("--on", metavar="DATE", help="The day it happened (YYYY-MM-DD); today unless given.")
    return apply_options(on, *DECIDED_BY_OPTIONS, *RETRY_OPTIONS)(reading_options(command))


def recording_options(command: F) -> F:
    """Options of a command that records a step."""
    options = apply_options(
        click.option("--file", metavar="F.json", help="The step's record: a JSON object; - for standard input."),
        click.option("--set", "settings", multiple=True, metavar="FIELD=VALUE", help="One field of it; repeatable."),
        document_option("[FIELD=]FILE"),
    )
    return options(filing_options(command))


def as_of_option(command: F) -> F:
    """The option that looks back."""
    return click.option(
        "--as-of", metavar="TIME", help="As it had been recorded by then: an instant, or a day to its end."
    )(command)


def case_argument(command: F) -> F:
    """The argument that names a case."""
    return click.argument("ref", shell_complete=cases, callback=parse_reference)(command)


def trigger_argument(command: F) -> F:
    """The argument that names a step."""
    return click.argument("trigger", shell_complete=triggers, callback=parse_identifier)(command)

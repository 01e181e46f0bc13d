"""Options and arguments that several commands share."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeVar

import click
from click.core import ParameterSource

from ..engine.model.case import UNIT
from .completion import cases, people, roles, triggers

F = TypeVar("F", bound=Callable[..., Any])


PATH_PARAMETERS = ("database", "file", "documents")


def undecodable_options(command: click.Command, typed: Mapping[str, Any]) -> Iterator[str]:
    """Yield the names of options and arguments that are not text in UTF-8; only a path may hold other bytes."""
    for parameter in command.params:
        value = typed.get(str(parameter.name))
        texts = value if isinstance(value, tuple) else (value,)
        surrogates = any(isinstance(text, str) and text.encode(errors="ignore").decode() != text for text in texts)
        if surrogates and parameter.name not in PATH_PARAMETERS:
            yield parameter.opts[0] if isinstance(parameter, click.Option) else parameter.human_readable_name


def parse_reference(_context: click.Context, _parameter: click.Parameter, typed: str | None) -> str | None:
    """Return a typed reference in its written form."""
    return None if typed is None else normalize_reference(typed)


def normalize_reference(typed: str) -> str:
    """Return a typed reference in its written form: `scr 2026 1/a3` is `SCR-2026-001/A03`, and `unit` is `UNIT`."""
    if typed.strip().upper() == UNIT:
        return UNIT
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
    """Return a typed name of a step, role, state or workflow as its code: `Board chair` is `board_chair`."""
    words = re.fullmatch(r"\s*([a-z]+(?:[\s_-]+[a-z]+)*)\s*", typed or "", re.IGNORECASE | re.ASCII)
    return typed if words is None else "_".join(re.split(r"[\s_-]+", words[1].lower()))


def parse_identifiers(context: click.Context, parameter: click.Parameter, typed: tuple[str, ...]) -> tuple[str, ...]:
    """Return several typed names as their codes."""
    return tuple(parse_identifier(context, parameter, one) or one for one in typed)


DECIDED_BY_OPTIONS = (
    click.option("--as", "who", metavar="WHO", shell_complete=people, help="Who records it."),
    click.option("--decided-by", metavar="NAME", help="Who made the decision, if not the person recording."),
    click.option(
        "--capacity",
        metavar="ROLE",
        shell_complete=roles,
        callback=parse_identifier,
        help="The role of the person who decided.",
    ),
    click.option("--evidence", metavar="TEXT", help="Where the decision is written down."),
)
"""The options that say who records and who decided."""

RETRY_OPTIONS = (
    click.option(
        "--request-id",
        metavar="ID",
        help="A name of your own for this command. Repeating it then records nothing twice.",
    ),
    click.option("--dry-run", is_flag=True, help="Show what would happen. Record nothing."),
)
"""The options that make a command safe to try and to repeat."""


def list_by_default(
    context: click.Context, listing: click.Command, typed: Mapping[str, object], **unless: object
) -> None:
    """Run the list command if a group was called without a command.

    Raises:
        click.UsageError: if options come before the command, because click would ignore them silently.
    """
    if context.invoked_subcommand is None:
        context.invoke(listing, **unless, **typed)
        return
    for parameter in context.command.params:
        if context.get_parameter_source(str(parameter.name)) is ParameterSource.COMMANDLINE:
            command = f"{context.command_path} {context.invoked_subcommand}"
            raise click.UsageError(f"Put options after the command: {command} {parameter.opts[0]} …", context)


def common_options(command: F) -> F:
    """Add the options of every command."""
    command = click.option("--debug", is_flag=True, help="Show tracebacks, and a log on standard error.")(command)
    return click.option(
        "--database",
        metavar="URL",
        default="sqlite:///casereview.db",
        envvar="CASEREVIEW_DATABASE",
        show_default=True,
        show_envvar=True,
        help="The database with the record.",
    )(command)


def reading_options(command: F) -> F:
    """Add the options of a command that prints."""
    return click.option("--json", "as_json", is_flag=True, help="Print JSON, for programs.")(common_options(command))


def apply_options(*options: Callable[[Any], Any]) -> Callable[[F], F]:
    """Return a decorator that adds several options and arguments, in the order in which help shows them."""

    def apply(command: F) -> F:
        for option in reversed(options):
            command = option(command)
        return command

    return apply


def amendment_options(command: F) -> F:
    """Add the options of a command that amends the record."""
    options = apply_options(
        *DECIDED_BY_OPTIONS,
        click.option(
            "--if-version",
            type=int,
            metavar="N",
            help="Only if the case is still at this version. See casereview show.",
        ),
        *RETRY_OPTIONS,
    )
    return reading_options(options(command))


def document_option(metavar: str = "FILE") -> Callable[[F], F]:
    """Return the option that records a file by reference."""
    return click.option(
        "--document",
        "documents",
        multiple=True,
        metavar=metavar,
        help="A document. Its place and its SHA-256 are recorded; the file stays where it is.",
    )


def filing_options(command: F) -> F:
    """Add the options of a command that records something that happened."""
    on = click.option("--on", metavar="DATE", help="The day it happened (YYYY-MM-DD). Default: today.")
    return apply_options(on, *DECIDED_BY_OPTIONS, *RETRY_OPTIONS)(reading_options(command))


def recording_options(command: F) -> F:
    """Add the options of a command that records a step."""
    options = apply_options(
        click.option(
            "--file", metavar="F.json", help="What to record, as a JSON object in a file; - for standard input."
        ),
        click.option(
            "--set", "settings", multiple=True, metavar="FIELD=VALUE", help="One field to record. Can be repeated."
        ),
        document_option("[FIELD=]FILE"),
    )
    return options(filing_options(command))


def as_of_option(command: F) -> F:
    """Add the option that looks at an earlier state of the record."""
    return click.option(
        "--as-of", metavar="TIME", help="Show the record as it was then: a day (to its end), or a time with its zone."
    )(command)


def case_argument(command: F) -> F:
    """Add the argument that names a case."""
    return click.argument("ref", shell_complete=cases, callback=parse_reference)(command)


def trigger_argument(command: F) -> F:
    """Add the argument that names a step."""
    return click.argument("trigger", shell_complete=triggers, callback=parse_identifier)(command)

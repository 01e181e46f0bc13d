"""Load a command's module only when that command is asked for."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, MutableMapping
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any

import click
from click.formatting import HelpFormatter
from click.shell_completion import CompletionItem

PACKAGE = __name__.partition(".")[0]
ASKED_FOR_JSON = "casereview.json"
BAD_INPUT = click.UsageError.exit_code


@dataclass(frozen=True, slots=True)
class Entry:
    """A command's line in a list of commands, and where the command is defined.

    Attributes:
        help: The first sentence of its help.
        target: `module:attribute` below the package; empty for a group without a callback.
        commands: The sub-commands of a group without a callback.
        text: The rest of the help of a group without a callback.
    """

    help: str
    target: str = ""
    commands: Mapping[str, Entry] = field(default_factory=dict)
    text: str = ""


def load(target: str) -> Any:
    """Return an attribute of one of our modules, named `module:attribute`. Import the module if necessary."""
    module, _, attribute = target.partition(":")
    return getattr(import_module(f"{PACKAGE}.{module}"), attribute)


class LazyCommands(MutableMapping[str, click.Command]):
    """A group's commands by name; each is loaded when it is first looked up."""

    def __init__(self, table: Mapping[str, Entry]) -> None:
        """Start with the commands of a table, none of them loaded."""
        self._table = table
        self._loaded: dict[str, click.Command] = {}

    def __getitem__(self, name: str) -> click.Command:
        """Return a command. Load it if necessary."""
        if name not in self._loaded:
            entry = self._table[name]
            self._loaded[name] = load(entry.target) if entry.target else _group(name, entry)
        return self._loaded[name]

    def __setitem__(self, name: str, command: click.Command) -> None:
        """Add a command that is loaded already."""
        self._loaded[name] = command

    def __delitem__(self, name: str) -> None:
        """Remove a command that was added; a table's own commands stay."""
        del self._loaded[name]

    def __contains__(self, name: object) -> bool:
        """Return whether the group has a command of this name, without loading it."""
        return name in self._table or name in self._loaded

    def __iter__(self) -> Iterator[str]:
        """Iterate over the names."""
        return iter({**self._table, **self._loaded})

    def __len__(self) -> int:
        """Return the number of commands."""
        return len({**self._table, **self._loaded})


class CommandGroup(click.Group):
    """A group that lists its commands from a table, and reports usage errors as JSON if JSON was asked for."""

    def __init__(self, name: str | None, *, table: Mapping[str, Entry], **options: Any) -> None:
        """Define a group over a table of commands; other arguments are those of `click.Group`."""
        super().__init__(name, commands=LazyCommands(table), **options)
        self._table = table

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Parse, and note first whether JSON is asked for, before anything can fail."""
        ctx.meta.setdefault(ASKED_FOR_JSON, "--json" in args)
        try:
            return super().parse_args(ctx, args)
        except click.NoSuchOption as error:
            raise load("terminal.usage_errors:in_words")(error) from None

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Return the command that was named.

        Raises:
            click.UsageError: if there is none of this name.
        """
        name = args[0]
        if not ctx.resilient_parsing and name not in self.commands and name[:1] != "-":
            raise load("terminal.usage_errors:unknown_word")("command", name, self.list_commands(ctx), ctx)
        return super().resolve_command(ctx, args)

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command that was named."""
        try:
            return super().invoke(ctx)
        except click.UsageError as error:
            usage_error: click.UsageError = load("terminal.usage_errors:in_words")(error)
            if not ctx.meta[ASKED_FOR_JSON]:
                raise usage_error from None
            message = usage_error.format_message()
            # Loaded here: errors.py imports the engine's errors, which no help needs.
            print_error_document = load("terminal.errors:print_error_document")
            print_error_document(message, {"error": "usage", "message": message}, as_json=True)
            sys.exit(BAD_INPUT)

    def format_commands(self, ctx: click.Context, formatter: HelpFormatter) -> None:
        """Write the list of commands. Load none that the table has."""
        names = self.list_commands(ctx)
        if not names:
            return
        limit = formatter.width - 6 - max(map(len, names))
        with formatter.section("Commands"):
            formatter.write_dl([(name, self._short_help(name, limit)) for name in names])

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """Return the commands and options that start with what was typed. Load none that the table has."""
        names = [name for name in self.list_commands(ctx) if name.startswith(incomplete)]
        items = [CompletionItem(name, help=self._short_help(name, 45)) for name in names]
        return [*items, *click.Command.shell_complete(self, ctx, incomplete)]

    def _short_help(self, name: str, limit: int) -> str:
        command = click.Command(name, help=self._table[name].help) if name in self._table else self.commands[name]
        return command.get_short_help_str(limit)


def _group(name: str, entry: Entry) -> CommandGroup:
    return CommandGroup(name, help=f"{entry.help}\n\n{entry.text}".rstrip(), table=entry.commands)

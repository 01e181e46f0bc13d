"""The table of commands, and the group that loads a command when it is asked for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from importlib import import_module

import click
import pytest

from casereview.cli import cli
from casereview.terminal.commands import table
from casereview.terminal.lazy_group import Entry, LazyCommands

from ..support.source_tree import ROOT, SOURCES, dotted_name


def entries(commands: Mapping[str, Entry], *path: str) -> Iterator[tuple[tuple[str, ...], Entry]]:
    """Yield every entry of a table with its path, those of sub-groups included."""
    for name, entry in commands.items():
        yield (*path, name), entry
        yield from entries(entry.commands, *path, name)


ENTRIES = dict([*entries(table.COMMANDS), *entries(table.MESSAGES, "messages")])


def command_at(path: tuple[str, ...]) -> click.Command:
    """Return the command that these words name."""
    command: click.Command = cli
    for name in path:
        assert isinstance(command, click.Group)
        command = command.commands[name]
    return command


def all_commands(group: click.Group = cli) -> Iterator[click.Command]:
    """Yield every command below a group."""
    for command in group.commands.values():
        yield command
        if isinstance(command, click.Group):
            yield from all_commands(command)


@pytest.mark.parametrize("path", ENTRIES, ids=" ".join)
def test_the_table_shows_the_first_sentence_of_a_command_s_help(path: tuple[str, ...]) -> None:
    command = command_at(path)
    assert command.name == path[-1]
    assert ENTRIES[path].help == command.get_short_help_str(limit=500)


def test_every_command_that_a_module_defines_can_be_called() -> None:
    modules = [import_module(dotted_name(path)) for path in SOURCES if path.is_relative_to(ROOT / "terminal/commands")]
    defined = {command for module in modules for command in vars(module).values() if isinstance(command, click.Command)}
    assert len(defined) > 50
    assert {command.name for command in defined - set(all_commands())} == set()


@pytest.fixture
def lazy() -> LazyCommands:
    return LazyCommands({"broken": Entry("It cannot be loaded.", "no.such:command"), "init": table.COMMANDS["init"]})


def test_names_are_known_without_loading(lazy: LazyCommands) -> None:
    assert "broken" in lazy
    assert "other" not in lazy
    assert list(lazy) == ["broken", "init"]
    assert len(lazy) == 2


def test_a_command_is_loaded_once(lazy: LazyCommands) -> None:
    assert lazy["init"] is lazy["init"] is cli.commands["init"]
    with pytest.raises(ModuleNotFoundError):
        lazy["broken"]
    assert lazy.get("other") is None


def test_a_module_can_add_its_own_commands(lazy: LazyCommands) -> None:
    command = click.Command("other")
    lazy["other"] = command
    assert lazy["other"] is command
    assert list(lazy) == ["broken", "init", "other"]
    assert len(lazy) == 3
    del lazy["other"]
    assert "other" not in lazy

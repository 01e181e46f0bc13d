"""Starting: quickly, from anywhere, with help that has an example for every command."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path

import click
import pytest

from casereview.cli import cli
from casereview.workflows import WORKFLOWS

from ..support.command_line import ROOT, Office

ROOMS = ("demonstration", "engine", "persistence", "reports", "terminal", "workflows")
HEAVY = {
    "sqlalchemy",
    "apscheduler",
    "alembic",
    "transitions",
    "structlog",
    "msgspec",
    "rich",
    "holidays",
    "icalendar",
    "jinja2",
    "apprise",
    "smtplib",
    "docx",
    "matplotlib",
    "openpyxl",
    "xlsxwriter",
}
REPORT = (
    "import sys\n"
    "from casereview.cli import cli\n"
    "try:\n"
    "    cli(sys.argv[1:])\n"
    "finally:\n"
    "    print('loaded:', *sys.modules, file=sys.stderr)\n"
)


def loaded(office: Office, *args: str) -> set[str]:
    """The modules that a command loads."""
    done = subprocess.run(
        [sys.executable, "-c", REPORT, *args],
        env=office.environment_variables(),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=True,
    )
    return set(done.stderr.rpartition("loaded:")[2].split())


def commands(group: click.Group = cli, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from commands(command, (*path, name))
        else:
            yield (*path, name), command


COMMANDS = dict(commands())


def test_help_loads_nothing_that_costs_time(empty: Office) -> None:
    assert loaded(empty, "--help") & HEAVY == set()


@pytest.mark.parametrize(
    "args",
    [
        ("list",),
        ("list", "--counts"),
        ("show", "SCR-2026-001"),
        ("history", "SCR-2026-001"),
        ("next", "SCR-2026-001"),
        ("overdue",),
        ("people", "list"),
        ("messages", "list"),
        ("today",),
        ("meeting", "list"),
        ("workflows",),
        ("report", "tracker"),
        ("report", "exceptions"),
    ],
    ids=" ".join,
)
def test_looking_loads_nothing_that_only_writing_or_setting_up_needs(
    office: Office, ref: str, args: tuple[str, ...]
) -> None:
    assert ref == "SCR-2026-001"
    unneeded = {"alembic", "apscheduler", "jinja2", "structlog", "transitions", "docx", "matplotlib", "xlsxwriter"}
    assert loaded(office, *args) & unneeded == set()


def test_a_list_loads_neither_the_rules_of_recording_nor_another_database_s_dialect(office: Office, ref: str) -> None:
    found = loaded(office, "list")
    assert ref
    assert "sqlalchemy.dialects.sqlite" in found
    unneeded = {"engine.clerk", "engine.decide", "engine.commands", "persistence.store", "persistence.indexes"}
    assert found & {f"casereview.{name}" for name in unneeded} == set()
    assert found & {"sqlalchemy.dialects.postgresql", "sqlalchemy.orm", "holidays"} == set()


RUBBISH = (
    "import gc, sys\n"
    "from casereview.cli import main\n"
    "looked = []\n"
    "gc.callbacks.append(lambda phase, info: looked.append(phase))\n"
    "try:\n"
    "    main()\n"
    "finally:\n"
    "    print(looked.count('start'), gc.get_freeze_count(), len(gc.get_objects()), file=sys.stderr)\n"
)


def test_a_command_is_hardly_looked_through_for_rubbish_and_at_its_end_not_at_all(office: Office, ref: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", RUBBISH, "list"],
        env=office.environment_variables(),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=True,
    )
    looked, set_apart, left = map(int, done.stderr.split())
    assert ref in done.stdout
    assert looked <= 3  # of hundreds, as Python does by itself
    assert set_apart > 100 * left


def test_a_step_loads_neither_the_migrations_nor_the_log(office: Office, ref: str) -> None:
    assert loaded(office, "step", ref, "note", "--set", "text=x") & {"alembic", "apscheduler", "structlog"} == set()


def test_looking_at_messages_loads_nothing_that_only_sending_needs(office: Office) -> None:
    assert loaded(office, "messages", "list") & {"jinja2", "apprise", "smtplib", "apscheduler", "alembic"} == set()


@pytest.mark.parametrize("path", COMMANDS, ids=" ".join)
@pytest.mark.parametrize("option", ["--help", "-h"])
def test_every_command_explains_itself_by_an_example(empty: Office, path: tuple[str, ...], option: str) -> None:
    shown = empty.output(*path, option)
    assert f"Example:  casereview {' '.join(path)}" in shown


@pytest.mark.parametrize("path", COMMANDS, ids=" ".join)
def test_every_option_explains_itself(path: tuple[str, ...]) -> None:
    for parameter in COMMANDS[path].params:
        if isinstance(parameter, click.Option):
            assert parameter.help, parameter.name


def test_every_name_in_an_example_is_one_that_there_is() -> None:
    known = {name for workflow in WORKFLOWS for name in (workflow.name, *workflow.steps)}
    known |= {one.name for workflow in WORKFLOWS for one in (*workflow.deadlines, *workflow.roles, *workflow.states)}
    for path, command in COMMANDS.items():
        example = str(command.help).partition("Example:")[2]
        named = re.findall(r"(?<![\w/-])[a-z]+(?:_[a-z]+)+(?![\w.=])", example)
        assert {name for name in named if name not in known} == set(), path


def test_help_says_how_to_begin(empty: Office) -> None:
    shown = empty.output("--help")
    assert "To begin:   casereview init" in shown
    assert "To learn:   casereview demo" in shown


def test_the_list_of_commands_breaks_off_nowhere(empty: Office) -> None:
    groups = {path[:-1] for path in COMMANDS}
    for group in sorted(groups):
        assert "..." not in empty.run(*group, "--help", COLUMNS="80").stdout.partition("Commands:")[2], group


def test_help_fits_80_columns(empty: Office) -> None:
    for path in ((), ("people",), *COMMANDS):
        assert [line for line in empty.run(*path, "--help", COLUMNS="80").stdout.splitlines() if len(line) > 80] == []


def test_no_command_at_all_shows_the_help(empty: Office) -> None:
    assert "Commands:" in empty.run().output


def test_the_version_is_the_package_s(empty: Office) -> None:
    assert empty.output("--version").strip().endswith(version("casereview"))


@pytest.mark.parametrize("folder", [ROOT, Path("/")], ids=["checkout", "elsewhere"])
def test_it_runs_as_a_module_from_anywhere(empty: Office, folder: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "casereview.cli", "list"],
        cwd=folder,
        env=empty.environment_variables(),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 4
    assert "casereview init" in done.stderr


def test_it_runs_by_its_name(empty: Office) -> None:
    program = Path(sys.executable).parent / "casereview"
    done = subprocess.run([program, "--version"], capture_output=True, text=True, check=True)
    assert done.stdout.startswith("casereview, version ")


def imports(source: Path) -> Iterator[tuple[int, str]]:
    """What a module imports: the level of each import, and the name."""
    for node in ast.walk(ast.parse(source.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from ((0, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.level, node.module or ""


SOURCES = [ROOT / "cli.py", *(path for room in ROOMS for path in sorted((ROOT / room).rglob("*.py")))]
LOADED_BY_PATH = ROOT / "persistence" / "schema" / "migrations"


@pytest.mark.parametrize("source", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_within_the_package_ours_is_imported_relatively(source: Path) -> None:
    for level, name in imports(source):
        top = name.partition(".")[0]
        assert level or top not in (*ROOMS, "cli"), name
        # Alembic loads its scripts by their path, outside any package.
        assert level or top != "casereview" or source.is_relative_to(LOADED_BY_PATH), name


@pytest.mark.parametrize("source", sorted((ROOT / "tests").rglob("*.py")), ids=lambda path: path.name)
def test_the_tests_import_the_package_by_its_name(source: Path) -> None:
    for level, name in imports(source):
        assert level or name.partition(".")[0] not in (*ROOMS, "cli"), name

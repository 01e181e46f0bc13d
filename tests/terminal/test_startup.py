"""Starting quickly, from anywhere, with help that has an example for every command."""

from __future__ import annotations

import ast
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

import click
import pytest

from casereview.cli import cli
from casereview.workflows import WORKFLOWS

from ..support.command_line import ROOT, Office
from ..support.source_tree import PACKAGES, SOURCES

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
REPORT = """
import json, os, sys
from casereview.cli import cli

for args in json.loads(sys.stdin.read()):
    if not os.fork():
        code, sys.stdout = None, open(os.devnull, "w")
        try:
            cli(args, prog_name="casereview")
        except SystemExit as end:
            code = end.code
        finally:
            print(json.dumps([code, *sys.modules]), file=sys.__stdout__, flush=True)
            os._exit(0)
    os.wait()
"""
"""Run each command in a process of its own, which has loaded the command line and nothing else."""


def loaded(office: Office, *commands: str, **environment: str) -> dict[str, set[str]]:
    """Return the modules that each command loads."""
    done = subprocess.run(
        [sys.executable, "-c", REPORT],
        env=office.environment_variables(**environment),
        input=json.dumps([command.split() for command in commands]),
        capture_output=True,
        text=True,
        check=True,
    )
    reports = [json.loads(line) for line in done.stdout.splitlines()]
    assert {command: code for command, (code, *_) in zip(commands, reports, strict=True) if code} == {}, done.stderr
    return {command: set(modules) for command, (_, *modules) in zip(commands, reports, strict=True)}


def commands(group: click.Group = cli, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from commands(command, (*path, name))
        else:
            yield (*path, name), command


COMMANDS = dict(commands())


READING = (
    "list",
    "list --counts",
    "show SCR-2026-001",
    "history SCR-2026-001",
    "next SCR-2026-001",
    "overdue",
    "people list",
    "messages list",
    "today",
    "meeting list",
    "workflows",
    "report tracker",
    "report exceptions",
)
WRITING_OR_SETTING_UP = {
    "alembic",
    "apscheduler",
    "jinja2",
    "structlog",
    "transitions",
    "docx",
    "matplotlib",
    "xlsxwriter",
}
RECORDING = {
    f"casereview.{name}"
    for name in (
        "engine.service.handler",
        "engine.decisions.step",
        "engine.model.commands",
        "persistence.store.writer",
        "persistence.schema.indexes",
    )
}
NOTE = "step SCR-2026-001 note --set text=x"
UNNEEDED = {
    "--help": HEAVY,
    **dict.fromkeys(READING, WRITING_OR_SETTING_UP),
    "list": WRITING_OR_SETTING_UP | RECORDING | {"sqlalchemy.dialects.postgresql", "sqlalchemy.orm", "holidays"},
    "messages list": WRITING_OR_SETTING_UP | {"apprise", "smtplib"},
    NOTE: {"alembic", "apscheduler", "structlog"},
}
"""The modules that a command must not load. Help: anything slow. Reading: what only writing, sending or setting
up needs. A list: the rules of recording and the other database's dialect. A step: the migrations and the log."""


LISTING = {
    f"casereview.{name}"
    for name in (
        "cli",
        "terminal",
        "terminal.commands",
        "terminal.commands.table",
        "terminal.environment",
        "terminal.lazy_group",
    )
}
"""The modules that know the names of the commands and their lines of help."""


def test_help_and_tab_load_no_command(office: Office) -> None:
    (shown,) = loaded(office, "--help").values()
    tab = {"_CASEREVIEW_COMPLETE": "bash_complete", "COMP_WORDS": "casereview re", "COMP_CWORD": "1"}
    (offered,) = loaded(office, "", **tab).values()
    for modules in (shown, offered):
        assert {name for name in modules if name.startswith("casereview.")} == LISTING


def test_every_module_that_a_command_must_not_load_exists() -> None:
    named = set().union(*UNNEEDED.values())
    assert {name for name in named if find_spec(name) is None} == set()


@pytest.mark.long
def test_no_command_loads_what_it_does_not_need(office: Office, ref: str) -> None:
    assert ref == "SCR-2026-001"
    found = loaded(office, *UNNEEDED)
    loaded_in_vain = {command: found[command] & unneeded for command, unneeded in UNNEEDED.items()}
    assert {command: modules for command, modules in loaded_in_vain.items() if modules} == {}
    assert "sqlalchemy.dialects.sqlite" in found["list"]


COUNT_COLLECTIONS = (
    "import gc, sys\n"
    "from casereview.cli import main\n"
    "looked = []\n"
    "gc.callbacks.append(lambda phase, info: looked.append(phase))\n"
    "try:\n"
    "    main()\n"
    "finally:\n"
    "    print(looked.count('start'), gc.get_freeze_count(), len(gc.get_objects()), file=sys.stderr)\n"
)


def test_the_garbage_collector_hardly_runs_during_a_command(office: Office, ref: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", COUNT_COLLECTIONS, "list"],
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


@pytest.mark.parametrize("path", COMMANDS, ids=" ".join)
def test_every_command_has_an_example_and_every_option_has_help(empty: Office, path: tuple[str, ...]) -> None:
    example = f"Example:  casereview {' '.join(path)}"
    assert [option for option in ("--help", "-h") if example not in empty.output(*path, option)] == []
    options = [parameter for parameter in COMMANDS[path].params if isinstance(parameter, click.Option)]
    assert [option.name for option in options if not option.help] == []


def test_every_name_in_an_example_exists() -> None:
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


def test_no_line_in_a_list_of_commands_is_cut(empty: Office) -> None:
    groups = {path[:-1] for path in COMMANDS}
    for group in sorted(groups):
        assert "..." not in empty.run(*group, "--help", COLUMNS="80").stdout.partition("Commands:")[2], group


def test_help_fits_80_columns(empty: Office) -> None:
    for path in ((), ("people",), *COMMANDS):
        assert [line for line in empty.run(*path, "--help", COLUMNS="80").stdout.splitlines() if len(line) > 80] == []


def test_without_a_command_help_is_shown(empty: Office) -> None:
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
    """Yield the level and the name of each import of a module."""
    for node in ast.walk(ast.parse(source.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from ((0, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.level, node.module or ""


LOADED_BY_PATH = ROOT / "persistence" / "schema" / "migrations"


@pytest.mark.long
def test_our_modules_import_each_other_relatively() -> None:
    absolute = [
        (str(source.relative_to(ROOT)), name)
        for source in SOURCES
        for level, name in imports(source)
        if not level
        # Alembic loads its scripts by their path, outside any package.
        if name.partition(".")[0]
        in (*PACKAGES, "cli", *(() if source.is_relative_to(LOADED_BY_PATH) else ("casereview",)))
    ]
    assert absolute == []


@pytest.mark.long
def test_the_tests_import_the_package_by_its_name() -> None:
    by_path = [
        (str(source.relative_to(ROOT)), name)
        for source in sorted((ROOT / "tests").rglob("*.py"))
        for level, name in imports(source)
        if not level and name.partition(".")[0] in (*PACKAGES, "cli")
    ]
    assert by_path == []

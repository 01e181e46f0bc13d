"""Every reading command shows cases of several versions of a workflow, whichever versions the program has."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import click
import pytest

from casereview.cli import cli
from casereview.engine.model.case import Case
from casereview.persistence import Database
from casereview.terminal import session

from ..support.command_line import Office
from ..support.two_versions import END, PROGRAMS, record_two_versions

pytestmark = pytest.mark.long

RECORDING = frozenset({"dry_run", "reasons", "role"})
"""The parameters by which a command that records is known."""

OTHERS = frozenset(
    {
        *("init", "completion", "demo", "upgrade", "backup", "restore", "copy", "worker"),
        *("people away", "people back", "messages dismiss", "messages release", "messages retry"),
        *("messages send", "messages templates"),
        *("organisations add", "organisations change", "organisations remove"),
    }
)
"""The other commands that do not only read."""

OUT = "OUT.xlsx"
"""Stands for a file to write."""

BOTH = "both versions"
PAGES = frozenset({"docx", "html", "xlsx", "svg"})
"""The formats that write what a report says as it is, whichever versions the program has."""

DRY_RUNS = ("escalate --dry-run", f"bring-in --export {OUT}")


@dataclass(frozen=True, kw_only=True)
class Recorded:
    """A database with the cases of both versions.

    Attributes:
        path: The database.
        cases: The cases: first those of the earlier version, which are set aside.
        messages: A message's ID.
    """

    path: Path
    cases: tuple[Case, ...]
    messages: tuple[str, ...]

    @property
    def values(self) -> dict[str, tuple[str, ...]]:
        """Return what to type for each parameter that a command needs."""
        reviews = tuple(case.ref for case in self.cases if case.workflow == "serious_case_review")
        return {
            "ref": tuple(
                case.ref for case in self.cases if case.workflow in ("serious_case_review", "meeting", "action")
            ),
            "review": reviews,
            "meeting": tuple(case.ref for case in self.cases if case.workflow == "meeting"),
            "what": (*reviews, "Sam Reed"),
            "agency": ("Agency 1",),
            "message_id": self.messages,
        }


def leaves(group: click.Group = cli, path: str = "") -> Iterator[tuple[str, click.Command]]:
    for name, command in group.commands.items():
        here = f"{path} {name}".strip()
        if isinstance(command, click.Group):
            yield from leaves(command, here)
        else:
            yield here, command


READING = {
    path: command
    for path, command in leaves()
    if path not in OTHERS and not RECORDING & {str(parameter.name) for parameter in command.params}
}


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> Recorded:
    folder = tmp_path_factory.mktemp("versions")
    made = Office(folder=folder)
    with closing(Database(f"sqlite:///{made.path}")) as database:
        database.create(rehearsal=True)
        cases = record_two_versions(database)
    messages = made.at(END.isoformat()).document("messages", "list")["messages"]
    return Recorded(path=made.path, cases=cases, messages=tuple(str(one["id"]) for one in messages[:1]))


@pytest.fixture
def office(recorded: Recorded, tmp_path: Path) -> Office:
    """An office over that database; a reading command changes nothing in it."""
    return Office(folder=tmp_path, now=END.isoformat()).against(recorded.path)


def lines(path: str, recorded: Recorded, program: str) -> Iterator[list[str]]:
    """Yield a command with all that it needs, for each case, in each format."""
    parameters = READING[path].params
    values = recorded.values | ({"ref": recorded.values["review"]} if path.startswith(("report", "plan")) else {})
    typed = [path.split()]
    for parameter in parameters:
        if parameter.required or parameter.name == "ref":
            option = [parameter.opts[0]] if isinstance(parameter, click.Option) else []
            chosen = values.get(str(parameter.name), (OUT,))
            typed = [[*line, *option, value] for line in typed for value in chosen]
    out = ["--out", OUT] if any(parameter.name == "out" and not parameter.required for parameter in parameters) else []
    for line in typed:
        yield line
        yield [*line, "--json"]
        for parameter in parameters:
            if isinstance(parameter, click.Option) and isinstance(parameter.type, click.Choice):
                choices = [choice for choice in parameter.type.choices if choice not in PAGES or program == BOTH]
                yield from ([*line, parameter.opts[0], choice, *out] for choice in choices)


def failure(office: Office, line: list[str], number: int) -> str:
    """Return what is wrong with the output of a command; empty if nothing is."""
    done = office.run(*(word.replace(OUT, str(office.folder / f"{number}.xlsx")) for word in line))
    # A check may find something; what is to be looked up may not be there yet; both are said in words.
    known = done.exit_code in (0, 1) or "does not have version" in done.stderr or "workflow to draw" in done.stderr
    return "" if known and "Traceback" not in done.output else f"{' '.join(line)}: {done.exit_code} {done.stderr}"


@pytest.mark.parametrize("program", PROGRAMS)
@pytest.mark.parametrize("path", READING)
def test_each_command_reads_cases_of_each_version(
    office: Office, recorded: Recorded, monkeypatch: pytest.MonkeyPatch, path: str, program: str
) -> None:
    monkeypatch.setattr(session, "WORKFLOWS", PROGRAMS[program])
    failures = (failure(office, line, number) for number, line in enumerate(lines(path, recorded, program)))
    assert [one for one in failures if one] == []


@pytest.mark.parametrize("line", DRY_RUNS)
@pytest.mark.parametrize("program", PROGRAMS)
def test_a_dry_run_and_an_export_read_cases_of_each_version(
    office: Office, monkeypatch: pytest.MonkeyPatch, line: str, program: str
) -> None:
    monkeypatch.setattr(session, "WORKFLOWS", PROGRAMS[program])
    assert failure(office, line.split(), 0) == ""


@pytest.mark.parametrize("program", PROGRAMS)
def test_lists_show_the_cases_of_every_version(
    office: Office, recorded: Recorded, monkeypatch: pytest.MonkeyPatch, program: str
) -> None:
    monkeypatch.setattr(session, "WORKFLOWS", PROGRAMS[program])
    refs = {case.ref for case in recorded.cases if case.parent is None and case.workflow != "meeting"}
    assert {case["ref"] for case in office.document("list")} == refs
    assert "set aside" in office.output("list")
    assert {case["ref"] for case in office.document("board")} == refs
    assert all(ref in office.output("board") for ref in refs)
    assert "set aside" in office.output("board")
    assert sum(count["cases"] for count in office.document("list", "--counts")) == len(recorded.cases)
    assert {item["ref"].partition("/")[0] for item in office.document("overdue", "--limit", "500")} >= refs
    assert "set aside" in office.output("show", min(refs))
    assert "aside" in office.output("history", min(refs))


def test_the_commands_that_do_not_only_read_exist() -> None:
    assert {path for path, _ in leaves()} >= OTHERS

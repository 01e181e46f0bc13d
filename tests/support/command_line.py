"""A business unit's office, as the tests use it: a folder with a database, and the command line over it."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from click.testing import CliRunner, Result

from casereview.cli import cli

ROOT = Path(__file__).parent.parent.parent
EXAMPLES = ROOT / "examples"
SERIOUS_CASE_EXAMPLES = EXAMPLES / "serious_case_review"
PARTNERSHIP_EXAMPLES = EXAMPLES / "partnership_review"
STEPS_TO_ENGAGEMENT = ("recommend", "screen", "agree_terms", "appoint_reviewer", "begin_engagement")
STEPS_TO_REPORT = (
    *STEPS_TO_ENGAGEMENT,
    *("E01-take_part", "E02-record_unable", "E03-take_part", "receive_draft", "PUB01-check_accuracy"),
)
"""The steps after which the board can agree the report."""
MANAGER = "Sam Reed"
PROGRAM = (sys.executable, "-m", "casereview.cli")
NOBODY = 65534


@dataclass(frozen=True, kw_only=True)
class Office:
    """A folder with a database, a present, and somebody at the keyboard.

    Attributes:
        folder: Where the database and the files lie.
        now: What `CASEREVIEW_NOW` is; None where it is not set.
        account: What `CASEREVIEW_ACTOR` is.
        url: What `CASEREVIEW_DATABASE` is.
        program: What starts a process of its own.
    """

    folder: Path
    now: str | None = None
    account: str = MANAGER
    url: str = ""
    program: tuple[str, ...] = PROGRAM

    def at(self, now: str) -> Office:
        return replace(self, now=now)

    def against(self, database: Path) -> Office:
        return replace(self, url=f"sqlite:///{database}")

    def by(self, program: Path) -> Office:
        """The same office, with processes of a program that is loaded already."""
        return replace(self, program=(str(program),))

    @property
    def path(self) -> Path:
        return self.folder / "casereview.db"

    @property
    def environment(self) -> dict[str, str | None]:
        return {
            "CASEREVIEW_DATABASE": self.url or f"sqlite:///{self.path}",
            "CASEREVIEW_ACTOR": self.account,
            "CASEREVIEW_NOW": self.now,
        }

    # --- in this process ------------------------------------------------------------------------

    def run(self, *args: str, typed: str | bytes | None = None, **environment: str | None) -> Result:
        return CliRunner().invoke(
            cli, args, input=typed, env={**self.environment, **environment}, prog_name="casereview"
        )

    def output(self, *args: str, typed: str | bytes | None = None) -> str:
        """Return the output of a command that succeeds."""
        done = self.run(*args, typed=typed)
        assert done.exit_code == 0, done.output
        return done.stdout

    def document(self, *args: str) -> Any:
        """The one JSON document that a command prints."""
        done = self.run(*args, "--json")
        assert (done.exit_code, done.stderr) == (0, ""), done.output
        return json.loads(done.stdout)

    def fails(self, code: int, *args: str, typed: str | bytes | None = None, **environment: str | None) -> str:
        """Return the error of a command that fails with this exit code and changes nothing."""
        before = self.content()
        done = self.run(*args, typed=typed, **environment)
        assert done.exit_code == code, done.output
        assert done.stdout == ""
        assert "Traceback" not in done.stderr
        assert self.content() == before
        return done.stderr

    def failure(self, code: int, *args: str) -> dict[str, Any]:
        """The JSON object on standard error of a command that cannot do its work."""
        found: dict[str, Any] = json.loads(self.fails(code, *args, "--json"))
        return found

    # --- as a process of its own -----------------------------------------------------------------

    def process(
        self, *args: str, stdin: Any = subprocess.DEVNULL, **environment: str
    ) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [*self.program, *args],
            cwd=self.folder,
            env=self.environment_variables(**environment),
            stdin=stdin,
            capture_output=True,
            text=True,
            encoding="utf-8",
            check=False,
            timeout=60,
        )

    def environment_variables(self, **more: str) -> dict[str, str]:
        """The environment of a process, without what the tests' own has of ours."""
        plain = {name: value for name, value in os.environ.items() if not name.startswith(("CASEREVIEW_", "COLUMNS"))}
        ours = {name: value for name, value in self.environment.items() if value is not None}
        return {**plain, **ours, **more}

    # --- the record --------------------------------------------------------------------------------

    def refer(self, *args: str) -> str:
        """The reference of a fresh case."""
        return self.output("refer", "serious_case_review", "--file", str(example_file("refer")), *args).strip()

    def record_steps(self, ref: str, *names: str) -> str:
        """A review after steps with the examples' files, its own and those of its parts (`P01-submit`)."""
        for name in names:
            self.step(ref, example_file(name))
        return ref

    def step(self, ref: str, file: Path) -> None:
        """A review, or the part of it that the file's name says, takes the step of an example."""
        part, _, trigger = step_of_file(file).rpartition("-")
        self.output("step", f"{ref}/{part}" if part else ref, trigger, "--file", str(file))

    def write(self, name: str, content: Any) -> str:
        """The path of a file with that content: bytes, text, or a value as JSON."""
        path = self.folder / name
        if isinstance(content, bytes):
            path.write_bytes(content)
        else:
            path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
        return str(path)

    def content(self) -> dict[str, list[tuple[Any, ...]]]:
        """Every row of every table."""
        if not self.path.is_file():
            return {}
        with closing(sqlite3.connect(self.path)) as connection:
            names = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
            return {name: sorted(connection.execute(f"SELECT * FROM {name}"), key=repr) for name in sorted(names)}


def example_file(name: str, folder: Path = SERIOUS_CASE_EXAMPLES) -> Path:
    """The example file of a step, the first where it is taken twice."""
    return next(file for file in sorted(folder.glob("*.json")) if step_of_file(file) == name)


def step_of_file(file: Path) -> str:
    """The step that an example file is of: `screen` of the review, `P01-submit` of a part of it."""
    return file.stem.partition("-")[2]


def example_record(trigger: str, **changes: Any) -> dict[str, Any]:
    """The example's record of a step, with changes."""
    data: dict[str, Any] = json.loads(example_file(trigger).read_text(encoding="utf-8"))
    return {**data, **changes}


def word_document_text(path: str) -> str:
    """All that a Word document says."""
    from docx import Document

    document = Document(path)
    cells = (cell.text for table in document.tables for row in table.rows for cell in row.cells)
    return "\n".join((*(paragraph.text for paragraph in document.paragraphs), *cells))


@contextmanager
def as_unprivileged_user() -> Iterator[None]:
    """As an account without rights: the administrator's could write what is read-only."""
    if os.geteuid() != 0:
        yield
        return
    os.setegid(NOBODY)
    os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(0)
        os.setegid(0)

"""A business unit's office, as the tests use it: a folder with a database, and the command line over it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from hashlib import blake2b
from pathlib import Path
from typing import Any

from click.testing import CliRunner, Result

from casereview.cli import _machine_account, cli
from casereview.persistence.backends.sqlite_driver import sqlite3

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
MACHINE_ACCOUNT = _machine_account()
"""The account that runs the tests."""


@dataclass(frozen=True, kw_only=True)
class Office:
    """A folder with a database, a fixed present, and a person at the keyboard.

    Attributes:
        folder: The folder of the database and the files.
        now: The value of `CASEREVIEW_NOW`; None if it is not set.
        account: The value of `CASEREVIEW_ACTOR`; None if it is not set. `casereview init` gives the account that runs
            the tests to this person, the manager, who may record as others with `--as`.
        url: The value of `CASEREVIEW_DATABASE`.
        program: The program that a separate process runs.
        kept: The folder of the records that `prepared` keeps; None to build each record.
    """

    folder: Path
    now: str | None = None
    account: str | None = MANAGER
    url: str = ""
    program: tuple[str, ...] = PROGRAM
    kept: Path | None = None

    def at(self, now: str) -> Office:
        return replace(self, now=now)

    def against(self, database: Path) -> Office:
        return replace(self, url=f"sqlite:///{database}")

    def by(self, program: Path) -> Office:
        """Return the same office with processes of a preloaded program."""
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

    def prepared(self, build: Callable[..., object], *args: str) -> Office:
        """Record what `build(office, *args)` records, or copy the record that it made of the same one before."""
        if self.kept is None:
            build(self, *args)
            return self
        start = (
            blake2b(self.path.read_bytes()).digest(),
            build.__module__,
            build.__qualname__,
            args,
            self.now,
            self.account,
        )
        kept = self.kept / f"{blake2b(repr(start).encode(), digest_size=16).hexdigest()}.db"
        if not kept.exists():
            build(self, *args)
            assert [path.name for path in self.folder.glob(f"{self.path.name}-*")] == []
            shutil.copyfile(self.path, kept)
        shutil.copyfile(kept, self.path)
        return self

    # --- in this process ------------------------------------------------------------------------

    def run(self, *args: str, typed: str | bytes | None = None, **environment: str | None) -> Result:
        return CliRunner().invoke(
            cli, args, input=typed, env={**self.environment, **environment}, prog_name="casereview"
        )

    def enter_person(self, name: str, role: str, email: str) -> None:
        """Add a person; for the manager, who is there from the start, enter only an address."""
        self.output("people", "change" if name == MANAGER else "add", name, "--role", role, "--email", email)

    def output(self, *args: str, typed: str | bytes | None = None) -> str:
        """Return the output of a command that succeeds."""
        done = self.run(*args, typed=typed)
        assert done.exit_code == 0, done.output
        return done.stdout

    def document(self, *args: str) -> Any:
        """Return the one JSON document that a command prints."""
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
        """Return the JSON object on standard error of a command that fails."""
        found: dict[str, Any] = json.loads(self.fails(code, *args, "--json"))
        return found

    # --- as a separate process -------------------------------------------------------------------

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
        """Return the environment of a process, without our variables from the tests' own environment."""
        plain = {name: value for name, value in os.environ.items() if not name.startswith(("CASEREVIEW_", "COLUMNS"))}
        ours = {name: value for name, value in self.environment.items() if value is not None}
        return {**plain, **ours, **more}

    # --- the record --------------------------------------------------------------------------------

    def refer(self, *args: str) -> str:
        """Open a case and return its reference."""
        return self.output("refer", "serious_case_review", "--file", str(example_file("refer")), *args).strip()

    def record_steps(self, ref: str, *names: str) -> str:
        """Apply steps with the examples' files to a review and its parts (`P01-submit`), and return its reference."""
        self.prepared(_record_steps, ref, *names)
        return ref

    def step(self, ref: str, file: Path) -> None:
        """Apply the step of an example to a review, or to the part that the file's name gives."""
        part, _, trigger = step_of_file(file).rpartition("-")
        self.output("step", f"{ref}/{part}" if part else ref, trigger, "--file", str(file))

    def write(self, name: str, content: Any) -> str:
        """Write a file with bytes, text, or a value as JSON, and return its path."""
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


def _record_steps(office: Office, ref: str, *names: str) -> None:
    for name in names:
        office.step(ref, example_file(name))


def example_file(name: str, folder: Path = SERIOUS_CASE_EXAMPLES) -> Path:
    """Return the example file of a step, the first one if the step occurs twice."""
    return next(file for file in sorted(folder.glob("*.json")) if step_of_file(file) == name)


def step_of_file(file: Path) -> str:
    """Return the step of an example file: `screen` of the review, or `P01-submit` of a part."""
    return file.stem.partition("-")[2]


def example_record(trigger: str, **changes: Any) -> dict[str, Any]:
    """Return the example's record of a step, with changes."""
    data: dict[str, Any] = json.loads(example_file(trigger).read_text(encoding="utf-8"))
    return {**data, **changes}


def word_document_text(path: str) -> str:
    """Return the whole text of a Word document."""
    from docx import Document

    document = Document(path)
    cells = (cell.text for table in document.tables for row in table.rows for cell in row.cells)
    return "\n".join((*(paragraph.text for paragraph in document.paragraphs), *cells))


@contextmanager
def as_unprivileged_user() -> Iterator[None]:
    """Run as an account without rights, because an administrator could write to read-only files."""
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

"""Fill a record with every kind of content and event, and run the command line over it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from click.testing import CliRunner, Result
from sqlalchemy import select

from casereview.cli import _machine_account, cli
from casereview.engine import Actor, Case, DecidedBy, Engine
from casereview.engine.model.commands import Correct
from casereview.engine.model.dispose import Dispose
from casereview.persistence import Database
from casereview.persistence.audit.verify import Verification, verify
from casereview.persistence.backends.sqlite_driver import sqlite3
from casereview.persistence.schema import tables
from casereview.workflows import WORKFLOWS

DAY = date(2026, 1, 5)
ACCOUNT = "Sam Reed"
MANAGER = Actor(name=ACCOUNT, roles=frozenset({"business_manager"}))
CHAIR = Actor(name="Chair", roles=frozenset({"subgroup_chair"}))
REFERRAL: dict[str, Any] = {
    "title": "Child A",
    "agency": "Agency 1",
    "lessons": "Handing over.",
    "what_happened": "An invented account.",
}
AWKWARD = "Quotes \" and ' and \\, a line\nand\ta tab, ünï, שלום, 👩‍👧 and \U0001f9fe, </script> \u2028 %s :x ?"
TIMEOUT_SECONDS = 60
TABLES = tables.metadata.sorted_tables


def fixed_noon() -> datetime:
    """Return a fixed present, so that no deadline expires during a test."""
    return datetime(2026, 1, 5, 12, tzinfo=UTC)


def engine_at_noon(database: Database) -> Engine:
    return Engine(database, WORKFLOWS, now=fixed_noon)


def open_partnership_review(engine: Engine, *, request_id: str | None = None, **data: Any) -> Case:
    return engine.open("partnership_review", actor=MANAGER, data={**REFERRAL, **data}, on=DAY, request_id=request_id)


def add_note(engine: Engine, ref: str, text: str = "A call.", **more: Any) -> Case:
    return engine.step(ref, "note", actor=MANAGER, data={"text": text, **more}, on=DAY)


def fill_record(database: Database) -> Engine:
    """Record two cases with awkward text, nested data, an expired deadline, corrections, a disposal and requests."""
    database.create()
    engine = engine_at_noon(database)
    engine.add_person(
        ACCOUNT, role="business_manager", actor=MANAGER, email="sam@example.org", account=_machine_account()
    )
    engine.change_person(ACCOUNT, role="review_coordinator", actor=MANAGER)
    first = open_partnership_review(
        engine, request_id="first", title=AWKWARD, lessons=AWKWARD, other_agencies=["Agency 2", "Ägency"]
    )
    documents = [{"title": AWKWARD[:40], "location": "file:///x y", "sha256": "0" * 64}]
    add_note(engine, first.ref, AWKWARD, documents=documents)
    changes = {"agency": "Agency 3", "what_happened": AWKWARD}
    engine.record(Correct(ref=first.ref, seq=1, actor=MANAGER, wrong=AWKWARD, reasons=AWKWARD, data=changes))
    engine.record(
        Dispose(
            ref=first.ref,
            actor=MANAGER,
            reasons=AWKWARD,
            rule=AWKWARD[:40],
            decided_by=DecidedBy(name="Chair", capacity="subgroup_chair"),
            seq=2,
        )
    )
    second = open_partnership_review(engine, title="Child B")
    later = Engine(database, WORKFLOWS, now=lambda: datetime(2026, 6, 1, 12, tzinfo=UTC))
    reasons = {"withdrawn_by": "Agency 1", "reasons": AWKWARD}
    later.step(second.ref, "withdraw", actor=CHAIR, data=reasons, on=date(2026, 6, 1))
    return engine


def all_rows(database: Database) -> dict[str, list[tuple[Any, ...]]]:
    """Return every row of every table of ours, without the epoch and the places of events: copies differ in these."""
    places = (tables.event.c.transaction_id, tables.event.c.position)
    with database.connection() as connection:
        rows = {}
        for table in TABLES:
            columns = [column for column in table.columns if not any(column is place for place in places)]
            query = select(*columns).order_by(*table.primary_key.columns)
            rows[table.name] = [tuple(row) for row in connection.execute(query)]
    rows["casereview_setting"] = [row for row in rows["casereview_setting"] if row[0] != "epoch"]
    return rows


def verification_of(database: Database) -> Verification:
    with database.connection() as connection:
        return verify(connection)


def sqlite_database(folder: Path, name: str = "casereview.db") -> Database:
    return Database(f"sqlite:///{(folder / name).as_posix()}")


def tamper(path: Path, statement: str, *values: Any) -> None:
    """Change a file as its administrator can: drop the triggers, then run a statement."""
    with closing(sqlite3.connect(path)) as connection:
        found = connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall()
        for (name,) in found:
            connection.execute(f"DROP TRIGGER {name}")
        connection.execute(statement, values)
        connection.commit()


@dataclass(frozen=True, kw_only=True)
class RecordOffice:
    """A folder with a database, and a person who runs commands there."""

    folder: Path
    url: str
    now: str | None = None

    @property
    def path(self) -> Path:
        return self.folder / "casereview.db"

    @property
    def environment(self) -> dict[str, str | None]:
        return {"CASEREVIEW_DATABASE": self.url, "CASEREVIEW_ACTOR": ACCOUNT, "CASEREVIEW_NOW": self.now}

    def run(self, *args: str, typed: str | None = None) -> Result:
        return CliRunner().invoke(cli, args, input=typed, env=self.environment)

    def output(self, *args: str, typed: str | None = None) -> str:
        done = self.run(*args, typed=typed)
        assert done.exit_code == 0, done.output
        assert max(map(len, done.stdout.splitlines()), default=0) <= 100_000
        return done.stdout

    def document(self, *args: str, code: int = 0) -> Any:
        """Run a command, and return the one JSON document that it prints."""
        done = self.run(*args, "--json")
        assert (done.exit_code, done.stderr) == (code, ""), done.output
        return json.loads(done.stdout)

    def fails(self, code: int, *args: str) -> str:
        """Run a command that fails, and return its error."""
        done = self.run(*args)
        assert (done.exit_code, done.stdout) == (code, ""), done.output
        assert "Traceback" not in done.stderr
        return done.stderr

    def process(self, *args: str) -> subprocess.CompletedProcess[str]:
        plain = {name: value for name, value in os.environ.items() if not name.startswith(("CASEREVIEW_", "COLUMNS"))}
        ours = {name: value for name, value in self.environment.items() if value is not None}
        return subprocess.run(
            [sys.executable, "-m", "casereview.cli", *args],
            cwd=self.folder,
            env={**plain, **ours},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            encoding="utf-8",
            check=False,
            timeout=TIMEOUT_SECONDS,
        )

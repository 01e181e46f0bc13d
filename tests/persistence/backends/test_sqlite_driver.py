"""The driver is the first whose SQLite cannot lose a commit; without any, no write-ahead log is used."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import create_engine

from casereview.engine import Actor, BadInput, Engine
from casereview.persistence import Database
from casereview.persistence.backends.sqlite_driver import DRIVER, choose_driver, is_sound, sqlite3
from casereview.workflows import WORKFLOWS

ME = Actor(name="Host", roles=frozenset({"business_manager"}))
REFERRAL: dict[str, Any] = {"title": "Child A", "agency": "Agency 1", "lessons": "Handing over."}


def library(*version: int) -> Any:
    return SimpleNamespace(sqlite_version_info=version, sqlite_version=".".join(map(str, version)))


def missing() -> Any:
    raise ImportError


def unwanted() -> Any:
    pytest.fail("it was loaded")


@pytest.mark.parametrize(
    ("version", "sound"),
    [
        ((3, 40, 1), False),
        ((3, 44, 5), False),
        ((3, 44, 6), True),
        ((3, 45, 9), False),
        ((3, 50, 6), False),
        ((3, 50, 7), True),
        ((3, 51, 2), False),
        ((3, 51, 3), True),
        ((3, 52, 0), True),
        ((4, 0, 0), True),
    ],
)
def test_a_version_is_sound_if_it_has_the_correction(version: tuple[int, int, int], *, sound: bool) -> None:
    assert is_sound(version) is sound


@pytest.mark.parametrize(
    ("own", "bundled", "chosen", "journal"),
    [
        (library(3, 51, 3), missing, "sqlite3", "wal"),
        (library(3, 51, 3), lambda: library(3, 53, 4), "sqlite3", "wal"),
        (library(3, 40, 1), lambda: library(3, 53, 4), "pysqlite3", "wal"),
        (library(3, 40, 1), lambda: library(3, 40, 1), "sqlite3", "delete"),
        (library(3, 40, 1), missing, "sqlite3", "delete"),
    ],
    ids=["own", "own first", "bundled", "bundled built on the system's", "fallback"],
)
def test_the_first_sound_driver_is_chosen(own: Any, bundled: Callable[[], Any], chosen: str, journal: str) -> None:
    found = choose_driver(own.sqlite_version_info, lambda: own, bundled)
    assert (found.name, found.journal) == (chosen, journal)


def test_a_driver_that_is_not_chosen_is_not_loaded() -> None:
    sound, other = library(3, 53, 4), library(3, 40, 1)
    assert choose_driver(other.sqlite_version_info, unwanted, lambda: sound).module is sound
    assert choose_driver(sound.sqlite_version_info, lambda: sound, unwanted).module is sound


def test_the_installed_driver_is_sound() -> None:
    assert DRIVER.is_sound
    assert DRIVER.module is sqlite3


def test_a_host_with_another_copy_of_sqlite_is_refused(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'casereview.db'}")
    database.create()
    other = create_engine("sqlite://", module=sqlite3)
    with other.connect() as connection:
        other.dialect.dbapi = SimpleNamespace(__name__="another", Error=sqlite3.Error)  # type: ignore[assignment]
        with Engine(database, WORKFLOWS).within(connection) as joined:
            with pytest.raises(BadInput, match=r"create_engine\(url, module=database\.driver\)"):
                joined.open("partnership_review", actor=ME, data=REFERRAL)
            with pytest.raises(BadInput, match="undo each other's locks"):
                joined.cases()
        other.dialect.dbapi = sqlite3  # type: ignore[assignment]
    database.close()


FALLBACK = """
import json, sys
sys.modules["pysqlite3"] = None  # as if it were not installed
import sqlite3
sqlite3.sqlite_version_info, sqlite3.sqlite_version = (3, 40, 1), "3.40.1"
from casereview.engine import Actor, Engine
from casereview.persistence import Database
from casereview.persistence.maintenance.doctor import health_checks
from casereview.workflows import WORKFLOWS

database = Database(sys.argv[1])
database.create()
me = Actor(name="Host", roles=frozenset({"business_manager"}))
data = {"title": "Child A", "agency": "Agency 1", "lessons": "Handing over."}
Engine(database, WORKFLOWS).open("partnership_review", actor=me, data=data)
with database.connection() as connection:
    modes = [connection.exec_driver_sql(f"PRAGMA {name}").scalar_one() for name in ("journal_mode", "synchronous")]
checks = {check.name: (check.passed, check.found) for check in health_checks(database, ())}
print(json.dumps({"modes": modes, "checks": checks}))
"""


def in_fallback(path: Path, *, code: int = 0) -> Any:
    """Use a file in a process without a sound SQLite, and return what it found."""
    command = [sys.executable, "-c", FALLBACK, f"sqlite:///{path}"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == code, done.stderr
    return json.loads(done.stdout) if done.stdout else done.stderr


@pytest.mark.long
def test_without_a_sound_sqlite_the_rollback_journal_is_used(tmp_path: Path) -> None:
    path = tmp_path / "casereview.db"
    found = in_fallback(path)
    assert found["modes"] == ["delete", 3]  # EXTRA
    passed, said = found["checks"]["driver"]
    assert passed
    assert "sqlite3, SQLite 3.40.1" in said
    assert "install pysqlite3" in said
    assert found["checks"]["journal"] == [True, "delete"]


@pytest.mark.long
def test_without_a_sound_sqlite_a_write_ahead_log_is_left(tmp_path: Path) -> None:
    path = tmp_path / "casereview.db"
    database = Database(f"sqlite:///{path}")
    database.create()
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    database.close()
    assert in_fallback(path)["modes"] == ["delete", 3]
    assert len(Engine(Database(f"sqlite:///{path}"), WORKFLOWS).cases()) == 1

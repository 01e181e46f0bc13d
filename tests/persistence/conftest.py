"""Provide an empty record, and one with a review that was closed by the steps of the examples."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from datetime import UTC, date, datetime, time
from pathlib import Path

import pytest

from casereview.engine import Actor, DecidedBy, Engine
from casereview.persistence import Database
from casereview.workflows import WORKFLOWS

EXAMPLES = Path(__file__).parent.parent.parent / "examples" / "serious_case_review"
TYPIST = Actor(name="Sam Reed", roles=frozenset({"business_manager"}))


class Present:
    """The present, as a test sets it."""

    def __init__(self) -> None:
        self.day = date(2026, 1, 5)

    def __call__(self) -> datetime:
        return datetime.combine(self.day, time(10), UTC)


@pytest.fixture(scope="session")
def templates(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a fresh database, and one with a closed case and its parts, to copy from."""
    folder = tmp_path_factory.mktemp("templates")
    fresh = Database(f"sqlite:///{folder / 'fresh.db'}")
    fresh.create(rehearsal=True)
    fresh.close()
    shutil.copy(folder / "fresh.db", folder / "closed.db")
    played = Database(f"sqlite:///{folder / 'closed.db'}")
    _take_to_closed(played)
    played.close()
    return folder


@pytest.fixture
def path(tmp_path: Path, templates: Path) -> Path:
    """The file of a fresh database."""
    return Path(shutil.copy(templates / "fresh.db", tmp_path / "casereview.db"))


@pytest.fixture
def database(path: Path) -> Iterator[Database]:
    """A fresh database."""
    found = Database(f"sqlite:///{path}")
    yield found
    found.close()


@pytest.fixture
def closed_path(tmp_path: Path, templates: Path) -> Path:
    """The file of a database that holds one closed case, `SCR-2026-001`."""
    return Path(shutil.copy(templates / "closed.db", tmp_path / "closed.db"))


@pytest.fixture
def closed(closed_path: Path) -> Iterator[Database]:
    """A database that holds one closed case, `SCR-2026-001`."""
    found = Database(f"sqlite:///{closed_path}")
    yield found
    found.close()


@pytest.fixture
def engine(database: Database) -> Engine:
    """An engine over the fresh database, on 5 January 2026."""
    return Engine(database, WORKFLOWS, now=Present())


def _take_to_closed(database: Database) -> None:
    present = Present()
    engine = Engine(database, WORKFLOWS, now=present)
    for number, file in enumerate(sorted(EXAMPLES.glob("*.json"))):
        data = json.loads(file.read_text(encoding="utf-8"))
        decider = DecidedBy(**data.pop("decided_by"))
        present.day = date(2026, 1, 5).replace(month=1 + number // 2 % 12, year=2026 + number // 24)
        part, _, trigger = file.stem.partition("-")[2].rpartition("-")
        if trigger == "refer":
            engine.open("serious_case_review", actor=TYPIST, decided_by=decider, data=data)
        else:
            ref = f"SCR-2026-001/{part}" if part else "SCR-2026-001"
            engine.step(ref, trigger, actor=TYPIST, decided_by=decider, data=data)

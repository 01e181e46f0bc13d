"""An office with a rehearsal, one with a real record, and an empty one."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from ..support.command_line import Office

MORNING = "2026-01-20T09:30:00+00:00"


@pytest.fixture(scope="session")
def databases(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two fresh databases to copy from, and later those that tests prepared: making one costs more than most tests."""
    folder = tmp_path_factory.mktemp("databases")
    made = Office(folder=folder)
    made.output("init", "--rehearsal")
    shutil.move(made.path, folder / "rehearsal.db")
    made.output("init")
    shutil.move(made.path, folder / "real.db")
    return folder


@pytest.fixture
def empty(tmp_path: Path) -> Office:
    """An office that has no database yet."""
    return Office(folder=tmp_path)


@pytest.fixture
def office(tmp_path: Path, databases: Path) -> Office:
    """An office with a rehearsal, on the morning of Tuesday 20 January 2026."""
    shutil.copy(databases / "rehearsal.db", tmp_path / "casereview.db")
    return Office(folder=tmp_path, now=MORNING, kept=databases)


@pytest.fixture
def real(tmp_path: Path, databases: Path) -> Office:
    """An office with a real record, in the machine's present."""
    shutil.copy(databases / "real.db", tmp_path / "casereview.db")
    return Office(folder=tmp_path, kept=databases)


@pytest.fixture
def ref(office: Office) -> str:
    """A case that was referred on 5 January 2026."""
    office.prepared(_refer)
    return "SCR-2026-001"


def _refer(office: Office) -> None:
    assert office.refer("--on", "2026-01-05") == "SCR-2026-001"

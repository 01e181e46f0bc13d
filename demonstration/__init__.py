"""Show whole reviews with invented data, and replay two published national records.

Both run on a rehearsal database that is gone afterwards, through the same engine as real work, with
time as data: the engine is given the day.
"""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

from rich.console import Console
from rich.text import Text

from ..engine import Engine
from ..persistence import Database
from ..workflows import WORKFLOWS
from . import national_record, publication_record, story
from .present import Present


def play(console: Console) -> None:
    """Plays the demonstration, and prints it."""
    with TemporaryDirectory(prefix="casereview-demo-") as folder:
        database = Database(f"sqlite:///{Path(folder, 'rehearsal.db').as_posix()}")
        try:
            database.create(rehearsal=True)
            present = Present()
            engine = Engine(database, WORKFLOWS, now=present)
            console.print(Text("REHEARSAL: every case here is invented.\n", style="bold yellow"))
            story.play(engine, present, console)
            national_record.play(engine, present, console)
            publication_record.play(engine, present, console)
        finally:
            # Windows removes no folder in which a file is open.
            database.close()

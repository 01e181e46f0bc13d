"""Measure the start of whole processes, in turn."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from casereview.engine import Actor, Engine
from casereview.persistence import Database
from casereview.workflows import WORKFLOWS

from .action import DAY, NOW
from .ground import Files
from .timing import Ratio, in_turn, ratio, timed

LISTED = 30
MANAGER = Actor(name="Manager 1", roles=frozenset({"business_manager"}))
REFERRED = {"title": "Child A", "agency": "Agency 1", "lessons": "Handing over."}
PROGRAM = str(Path(sys.executable).parent / "casereview")
SELECT = """
from sqlalchemy import create_engine, text
with create_engine({url!r}).connect() as connection:
    connection.execute(text("SELECT * FROM casereview_case ORDER BY ref LIMIT 100")).all()
"""


def _starting(*command: str, database: str = "") -> Callable[[Sequence[str]], list[float]]:
    # Compiled modules are kept, as where anybody has installed it; the first round writes them.
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    surroundings = {**kept, "CASEREVIEW_DATABASE": database}

    def start(_item: str) -> None:
        subprocess.run(command, env=surroundings, check=True, stdout=subprocess.DEVNULL)

    return lambda items: timed(start, items)


def startup(ground: Files, *, rounds: int) -> tuple[Ratio, Ratio]:
    """Measure help against importing click, and a list against a SELECT on SQLite through SQLAlchemy."""
    url = ground.url("startup")
    database = Database(url)
    database.create()
    engine = Engine(database, WORKFLOWS, now=lambda: NOW)
    for _ in range(LISTED):
        engine.open("partnership_review", actor=MANAGER, data=REFERRED, on=DAY)
    database.close()
    sides = {
        "click": _starting(sys.executable, "-c", "import click"),
        "help": _starting(PROGRAM, "--help"),
        "select": _starting(sys.executable, "-c", SELECT.format(url=url)),
        "list": _starting(PROGRAM, "list", database=url),
    }
    found = in_turn(sides, dict.fromkeys(sides, ["start"] * (rounds + 1)), rounds=rounds)
    return ratio(found["help"], found["click"]), ratio(found["list"], found["select"])

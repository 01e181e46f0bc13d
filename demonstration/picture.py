"""Draw the README's picture from the real views: what a business manager sees.

`python -m casereview.demonstration.picture > docs/at-work.svg`
"""

from __future__ import annotations

import io
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from rich.console import Console
from rich.text import Text

from ..engine import Engine
from ..engine.errors.refusals import Refused
from ..persistence import Database
from ..reports.render.terminal.workflows import available_steps_view
from ..workflows import SERIOUS_CASE_REVIEW, WORKFLOWS
from .present import Present
from .story import DAYS, TYPIST, example

WIDTH = 88
BEFORE = ("notify_incident", "recommend")
# rich's own frame would fetch a font from the network; a picture in a README must not.
FRAME = """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img">
<title>casereview at work</title>
<style>{styles}
.{unique_id}-matrix {{ font-family: ui-monospace, Menlo, Consolas, monospace; font-size: {char_height}px;
line-height: {line_height}px; }}</style>
<defs>{lines}</defs>
<rect width="100%" height="100%" rx="10" fill="#1b1f24"/>
<g transform="translate(16, 12)" xml:space="preserve">{backgrounds}
<g class="{unique_id}-matrix">{matrix}</g></g>
</svg>
"""


def picture() -> str:
    """Return the picture as SVG."""
    console = Console(record=True, width=WIDTH, file=io.StringIO(), force_terminal=True, highlight=False)
    with TemporaryDirectory(prefix="casereview-picture-") as folder:
        database = Database(f"sqlite:///{Path(folder, 'rehearsal.db').as_posix()}")
        database.create(rehearsal=True)
        try:
            _draw(Engine(database, WORKFLOWS, now=(present := Present())), present, console)
        finally:
            database.close()
    return console.export_svg(title="casereview", code_format=FRAME, unique_id="casereview")


def _draw(engine: Engine, present: Present, console: Console) -> None:
    data, decider = example("refer")
    present.move_to(DAYS["refer"])
    case = engine.open(SERIOUS_CASE_REVIEW.name, actor=TYPIST, decided_by=decider, data=data)
    screening, chair = example("screen")
    _typed(console, f"casereview step {case.ref} screen --file 04-screen.json")
    try:
        engine.step(case.ref, "screen", actor=TYPIST, decided_by=chair, data=screening)
    except Refused as refused:
        console.print(Text(str(refused)))
    _typed(console, f"casereview next {case.ref}")
    shown = engine.available_steps(case.ref, TYPIST)[:3]
    console.print(available_steps_view(SERIOUS_CASE_REVIEW, case, shown, now=present(), calendar=engine.calendar))


def _typed(console: Console, command: str) -> None:
    console.print(Text.assemble(("\n$ ", "dim"), (command, "bold")))


if __name__ == "__main__":
    sys.stdout.write(picture())

"""Write the papers of the invented review in every format, for `make look` to open.

`python -m casereview.demonstration.papers FOLDER`
"""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

from ..engine import Engine
from ..persistence import Database
from ..reports.pages.annual_page import annual_page
from ..reports.pages.exceptions_page import exceptions_page
from ..reports.pages.page import Page
from ..reports.pages.progress_page import progress_page
from ..reports.pages.tracker_page import tracker_page
from ..reports.render.excel import write_excel
from ..reports.render.html_page import write_html
from ..reports.render.word import write_word
from ..reports.values.annual_figures import reporting_year
from ..reports.values.exceptions import build_exceptions_report
from ..reports.values.progress import build_progress_report
from ..reports.values.rag_status import Palette
from ..reports.values.review import Review
from ..reports.values.tracker import build_tracker
from ..workflows import WORKFLOWS
from ..workflows.parts import status
from ..workflows.parts.pending_decisions import PENDING_DECISIONS
from .present import Present
from .publication_record import figures
from .story import review_until

DAY = date(2026, 11, 20)
"""A day on which some of the review's actions are assured, one is superseded, and others are still to be done."""


def write(folder: Path) -> tuple[Path, ...]:
    """Write the papers to a folder and return their paths."""
    written = []
    with TemporaryDirectory(prefix="casereview-papers-") as place:
        database = Database(f"sqlite:///{Path(place, 'rehearsal.db').as_posix()}")
        try:
            database.create(rehearsal=True)
            engine = Engine(database, WORKFLOWS, now=(present := Present()))
            pages, book = _pages(engine, review_until(engine, present, DAY).ref, present)
        finally:
            database.close()
    for name, page in pages.items():
        written += [folder / f"{name}.docx", folder / f"{name}.html"]
        written[-2].write_bytes(write_word(page))
        written[-1].write_text(write_html(page), encoding="utf-8")
    written.append(folder / "tracker-workbook.xlsx")
    written[-1].write_bytes(write_excel(book))
    return tuple(written)


def _pages(engine: Engine, ref: str, present: Present) -> tuple[dict[str, Page], Page]:
    """Each report as a page, and the tracker as it goes into a workbook."""
    present.move_to(DAY)
    ours, review = (
        Palette(),
        Review(
            cases=engine.tree(ref),
            workflows=engine.workflows,
            at=present(),
            calendar=engine.calendar,
            parts=status,
            pending_decisions=PENDING_DECISIONS,
        ),
    )
    found = build_progress_report(review, engine.tree_history(ref), ours, since=date(2026, 9, 1))
    actions = [build_tracker(review, ours)]
    year = figures(engine, reporting_year(DAY.year))
    pages = {
        "tracker": tracker_page(actions, ours, today=DAY, agency=None, rehearsal=True),
        "progress": progress_page(found, ours, today=DAY, rehearsal=True),
        "exceptions": exceptions_page(build_exceptions_report([review]), ours, today=DAY, rehearsal=True),
        "annual": annual_page(year, ours, today=DAY, rehearsal=True),
    }
    return pages, tracker_page(actions, ours, today=DAY, agency=None, rehearsal=True, flat=True)


if __name__ == "__main__":
    sys.stdout.writelines(f"{path}\n" for path in write(Path(sys.argv[1])))

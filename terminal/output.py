"""Print a report as a table at the terminal, or write it to a file."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from ..engine import Engine
from ..engine.errors.bad_input import BadValue
from ..engine.errors.extras import require_library
from ..reports.pages.page import Page
from ..reports.render.terminal.page import page_view
from ..reports.values.deliveries import Deliveries
from ..reports.values.review import Review
from ..workflows.parts import status
from ..workflows.parts.pending_decisions import PENDING_DECISIONS
from .files import write_atomically
from .lazy_group import load
from .options import apply_options
from .session import Session

FORMATS = ("table", "docx", "xlsx", "html")
STANDARD_OUTPUT = "-"
WRITERS = {
    "docx": "reports.render.word:write_word",
    "html": "reports.render.html_page:write_html",
    "ics": "reports.render.calendar_feed:write_calendar",
    "xlsx": "reports.render.excel:write_excel",
}
"""What writes each format of a file."""
MAX_TEMPLATE_BYTES = 20_000_000
"""The largest Word template that is read, in bytes."""


@dataclass(frozen=True, kw_only=True, slots=True)
class OutputRequest:
    """The format and the place that a person asked a report for.

    Attributes:
        file_format: The format.
        out: The file; `-` for standard output, None for the terminal.
        template: The Word document whose styles are used; None for the built-in styles.
    """

    file_format: str
    out: str | None
    template: str | None

    @classmethod
    def from_options(
        cls, session: Session, *, kind: str | None, out: str | None, template: str | None
    ) -> OutputRequest:
        """Return the request that the options make.

        Raises:
            BadValue: if options contradict each other.
            ExtraMissing: if a library that they need is not installed.
        """
        if session.as_json and (kind is not None or out is not None):
            raise BadValue(name="--json", expected="no --format or --out with it", found="one of them")
        named = Path(out or "").suffix.removeprefix(".").lower()
        found = kind or (named if named in FORMATS else "table")
        if template is not None and found != "docx":
            raise BadValue(name="--template", expected="--format docx with it", found=f"--format {found}")
        if found in ("docx", "xlsx"):
            require_library({"docx": "docx", "xlsx": "xlsxwriter"}[found], for_what=f"--format {found}")
            if out is None:
                raise BadValue(name="--out", expected=f"the file to write, like report.{found}", found="nothing")
        return cls(file_format=found, out=out, template=template)


def output_options(*formats: str) -> Callable[[Any], Any]:
    """Return a decorator that adds the options of a report that can become a file."""
    return apply_options(
        click.option(
            "--format",
            "kind",
            type=click.Choice(formats),
            help="The format. Default: as the name of the --out file ends, else table.",
        ),
        click.option("--out", metavar="FILE", help="Write to this file, replacing it; - for standard output."),
        click.option("--template", metavar="FILE.docx", help="A Word document whose styles and headers to use."),
    )


def load_review(engine: Engine, ref: str, now: datetime) -> Review:
    """Load a review with all its parts, for a report."""
    cases = engine.tree(ref)
    # One query for all of them, and none if no person was named by a level.
    chased = [case.ref for case in cases if any(level.recipients for clock in case.clocks for level in clock.reached)]
    statuses = engine.messages.notice_statuses(chased) if chased else ()
    return Review(
        cases=cases,
        workflows=engine.workflows,
        at=now,
        calendar=engine.calendar,
        parts=status,
        pending_decisions=PENDING_DECISIONS,
        deliveries=Deliveries(statuses),
    )


def load_writer(file_format: str) -> Callable[..., Any]:
    """Return the function that writes a format.

    It is imported here and not at the top: its library may not be installed, and costs time to load.
    """
    writer: Callable[..., Any] = load(WRITERS[file_format])
    return writer


def write_page(session: Session, page: Page, request: OutputRequest) -> None:
    """Write a report to a file, or print it.

    Raises:
        BadValue: if a file cannot be read or written.
        ExtraMissing: if a library is not installed.
    """
    if request.file_format == "table" and request.out in (None, STANDARD_OUTPUT):
        session.show(*page_view(page))
        return
    content = _render(session, page, request)
    if request.out in (None, STANDARD_OUTPUT):
        session.mark_rehearsal()
        click.echo(content, nl=False)
    else:
        write_atomically(str(request.out), content, name="--out")
        session.show(f"Wrote {page.title} to {request.out}.")


def _render(session: Session, page: Page, request: OutputRequest) -> bytes:
    match request.file_format:
        case "docx":
            template = None if request.template is None else _read_template(request.template)
            return bytes(load_writer("docx")(page, template))
        case "xlsx":
            return bytes(load_writer("xlsx")(page))
        case "html":
            return str(load_writer("html")(page)).encode()
        case _:
            return session.render_text(*page_view(page)).encode()


def _read_template(path: str) -> bytes:
    try:
        content = Path(path).read_bytes()
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "a name that no file can have"
        raise BadValue(name="--template", expected="a Word document that can be read", found=reason.lower()) from None
    if len(content) > MAX_TEMPLATE_BYTES:
        raise BadValue(name="--template", expected="a Word document of at most 20 MB", found="a larger file")
    return content

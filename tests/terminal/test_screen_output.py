"""Tests of output for people: at most 80 columns for any record, and plain without a terminal."""

from __future__ import annotations

from contextlib import closing

import pytest
from rich.cells import cell_len

from casereview.persistence.backends.sqlite_driver import sqlite3
from casereview.workflows.parts.status import PARTS

from ..support.command_line import PARTNERSHIP_EXAMPLES, SERIOUS_CASE_EXAMPLES, Office, example_file, step_of_file

WIDE = "\U0001f469\u200d\U0001f469\u200d\U0001f467 שלום 児童保護 " * 5
LONG = "x" * 200
WAY = [step_of_file(file) for file in sorted(SERIOUS_CASE_EXAMPLES.glob("*.json"))][1:]
VIEWS = {
    "list": ("list",),
    "list --overdue": ("list", "--overdue"),
    "list --counts": ("list", "--counts"),
    "overdue": ("overdue",),
    "report deadlines": ("report", "deadlines"),
    "people list": ("people", "list"),
    "show, closed": ("show", "SCR-2026-001"),
    "next, closed": ("next", "SCR-2026-001"),
    "history, closed": ("history", "SCR-2026-001"),
    "show, a part": ("show", "SCR-2026-001/A01"),
    "next, a part": ("next", "SCR-2026-001/E03"),
    "history, a part": ("history", "SCR-2026-001/P01"),
    "list, the parts": ("list", "--parent", "SCR-2026-001"),
    "show, wide": ("show", "SCR-2026-002"),
    "next, wide": ("next", "SCR-2026-002"),
    "history, wide": ("history", "SCR-2026-002"),
    "workflows": ("workflows",),
    "workflows serious_case_review": ("workflows", "serious_case_review"),
    "workflows partnership_review": ("workflows", "partnership_review"),
    **{f"workflows {name}": ("workflows", name) for name in PARTS},
    "workflows --check": ("workflows", "--check"),
}


@pytest.fixture
def full(office: Office) -> Office:
    """An office with the examples' case, closed, and one whose texts are as wide and as long as can be."""
    return office.prepared(_fill).at("2026-09-01T09:30:00+00:00")


def _fill(office: Office) -> None:
    office.record_steps(office.refer("--on", "2026-01-05"), *WAY)
    texts = {"title": WIDE, "referred_by": LONG, "agency": WIDE.strip(), "child": LONG, "area": WIDE}
    ref = office.refer(*(part for name, text in texts.items() for part in ("--set", f"{name}={text}")))
    decided = ("--decided-by", WIDE, "--capacity", "board_chair", "--evidence", LONG)
    office.output("step", ref, "note", "--set", f"text={LONG * 20}", *decided)
    office.output("people", "add", WIDE, "--role", "agency_safeguarding_lead", "--agency", LONG)
    office.output("people", "add", LONG, "--role", "quality_assurance", "--email", f"{'x' * 240}@example.org")


@pytest.mark.long
def test_every_view_fits_80_columns_and_has_no_codes_for_terminals(full: Office) -> None:
    for name, args in VIEWS.items():
        shown = full.output(*args)
        too_wide = [line for line in shown.splitlines() if cell_len(line.rstrip()) > 80]
        if name != "workflows --check":  # sentences, one a line
            assert too_wide == [], name
        assert "\x1b" not in shown, name


def test_a_reference_is_never_broken(office: Office) -> None:
    with closing(sqlite3.connect(office.path)) as connection:
        connection.execute("INSERT INTO casereview_counter VALUES ('SCR', 2026, 123456)")
        connection.commit()
    ref = office.refer("--on", "2026-01-05")
    assert ref == "SCR-2026-123457"
    for view in ("list", "overdue"):
        assert ref in office.output(view)


def test_show_tells_where_a_deadline_comes_from_and_whether_that_was_seen(full: Office) -> None:
    shown = full.output("show", "SCR-2026-001")
    assert "Working Together 2015" in shown
    assert "(unverified)" in shown
    assert "The review is closed." in shown


def test_next_tells_who_decides_what_is_recorded_and_what_blocks(office: Office, ref: str) -> None:
    shown = office.output("next", ref)
    assert "decided by   board chair" in shown
    assert "records      Notified, Notified by (notified_by); if known: Their reference" in shown
    assert "due          9 Jan 2026, 11 days overdue" in shown
    assert "The subgroup chair can clear it." in shown


def test_history_tells_when_and_on_whose_decision(office: Office, ref: str) -> None:
    shown = office.output("history", ref)
    assert "5 Jan 2026" in shown
    assert "Named nurse, Agency 1" in shown
    assert "→ referred" in shown


def test_overdue_begins_with_the_longest(full: Office) -> None:
    lines = [line for line in full.at("2026-12-31").output("overdue").splitlines() if line.startswith("SCR")]
    days = [
        int(word)
        for line in lines
        for word, unit in zip(line.split(), line.split()[1:], strict=False)
        if unit == "days"
    ]
    assert days == sorted(days, reverse=True)
    assert len(days) > 1


@pytest.mark.parametrize(
    "environment",
    [{"PYTHONIOENCODING": "ascii"}, {"LC_ALL": "C"}, {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}],
    ids=["ascii", "C", "C without UTF-8"],
)
def test_a_terminal_that_cannot_show_a_character_is_no_reason_to_fail(
    office: Office, environment: dict[str, str]
) -> None:
    ref = office.refer("--set", "title=Crossing → 😀", "--on", "2026-01-05")
    shown = office.process("show", ref, **environment)
    assert (shown.returncode, shown.stderr) == (0, "")
    assert "Crossing" in shown.stdout


@pytest.mark.parametrize("width", ["40", "200", "x"])
def test_what_is_no_terminal_is_80_columns_wide(office: Office, ref: str, width: str) -> None:
    assert office.run("history", ref, COLUMNS=width).stdout == office.output("history", ref)


def test_a_smaller_review_is_shown_alike(office: Office) -> None:
    ref = office.output(
        "refer", "partnership_review", "--file", str(example_file("refer", PARTNERSHIP_EXAMPLES))
    ).strip()
    assert "Partnership review, referred" in office.output("show", ref)

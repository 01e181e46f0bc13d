"""Tests of the reports for subgroup and chairs: tracker, progress, exceptions, annual figures."""

from __future__ import annotations

import json
import shutil
import zipfile
from contextlib import closing
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from docx import Document
from openpyxl import load_workbook

from casereview.persistence.backends.sqlite_driver import sqlite3

from ....support.command_line import SERIOUS_CASE_EXAMPLES, Office

REF = "SCR-2026-001"
BEGUN = "2026-01-20T09:30:00+00:00"
LATER = "2026-12-21T09:30:00+00:00"
BY_THE_SUBGROUP = ("--decided-by", "Chair of the Subgroup", "--capacity", "subgroup_chair")
PAPERS = (("tracker", REF), ("progress", REF), ("exceptions",), ("annual", "--year", "2025"))


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory, databases: Path) -> Path:
    """A database with the example's review, monitored, its actions in several states."""
    folder = tmp_path_factory.mktemp("played")
    shutil.copy(databases / "rehearsal.db", folder / "casereview.db")
    office = Office(folder=folder, now=BEGUN)
    for file in sorted(SERIOUS_CASE_EXAMPLES.glob("*.json")):
        child, _, trigger = file.stem.partition("-")[2].rpartition("-")
        if trigger == "refer":
            office.output("refer", "serious_case_review", "--file", str(file))
        else:
            office.output("step", f"{REF}/{child}".rstrip("/"), trigger, "--file", str(file))
        if (child, trigger) == ("", "report_progress"):
            break
    why = ("--reasons", "A manager left.", *BY_THE_SUBGROUP)
    office.output("new-date", f"{REF}/A04", "carry_out", "2026-12-19", *why)
    return office.path


@pytest.fixture
def office(played: Path, tmp_path: Path) -> Office:
    """The office of that review, on 21 December 2026: two days after its last action was due."""
    shutil.copy(played, tmp_path / "casereview.db")
    return Office(folder=tmp_path, now=LATER)


def written(office: Office, name: str, *args: str) -> bytes:
    """The file that a report is written to."""
    path = office.folder / name
    said = office.output("report", *args, "--out", str(path))
    assert f"to {path}." in said
    return path.read_bytes()


def words_of(content: bytes) -> str:
    """Every word in a document, whatever of it shows them."""
    with zipfile.ZipFile(BytesIO(content)) as file:
        return "\n".join(file.read(name).decode(errors="replace") for name in file.namelist())


# --- the tracker ---------------------------------------------------------------------------------------


def test_the_tracker_shows_every_action_with_its_colour_as_a_word(office: Office) -> None:
    shown = office.output("report", "tracker", REF)
    lines = shown.splitlines()
    assert lines[0].startswith("REHEARSAL")
    assert lines[1:3] == ["Action tracker", "21 Dec 2026. 4 actions, 1 overdue."]
    assert max(map(len, lines)) <= 80
    for action, mark in (("A01", "blue: assured"), ("A02", "ended: superseded"), ("A04", "red: 2 days")):
        (line,) = [line for line in lines if line.startswith(action)]
        assert mark in line
    assert "First due: 18 Dec 2026" in shown


def test_without_a_reference_it_is_of_every_open_review(office: Office) -> None:
    other = office.refer("--on", "2026-01-05")
    assert [one["ref"] for one in office.document("report", "tracker")] == [REF, other]
    office.output(
        "step", other, "withdraw", "--set", "withdrawn_by=Nurse", "--set", "reasons=In error.", *BY_THE_SUBGROUP
    )
    assert [one["ref"] for one in office.document("report", "tracker")] == [REF]
    assert "There may be more" in office.run("report", "tracker", "--limit", "1").stderr


def test_one_agency_s_tracker_holds_nothing_of_another_s(office: Office) -> None:
    ((one,),) = [office.document("report", "tracker", REF, "--agency", "agency  3")]
    assert [action["ref"] for action in one["actions"]] == [f"{REF}/A04"]
    assert one["title"] is None
    for name in ("tracker.docx", "tracker.xlsx", "tracker.html"):
        content = written(office, name, "tracker", "--agency", "Agency 3")
        text = content.decode() if name.endswith("html") else words_of(content)
        assert "A04" in text
        assert [word for word in ("Agency 1", "Agency 2", "Child A", "A01", "A03") if word in text] == []


def test_an_agency_that_takes_no_part_is_an_error_and_no_empty_file(office: Office) -> None:
    out = office.folder / "x.docx"
    said = office.fails(2, "report", "tracker", REF, "--agency", "Agency 33", "--out", str(out))
    assert "--agency: expected an agency that takes part (Agency 1, Agency 2, Agency 3, Department" in said
    assert not out.exists()


def test_a_workbook_holds_all_actions_in_one_sheet(office: Office) -> None:
    book = load_workbook(BytesIO(written(office, "tracker.xlsx", "tracker", REF)))
    assert book.sheetnames == ["Actions", "Recommendations", "Actions by agency and colour", "About"]
    refs = [row[2].value for row in book["Actions"].iter_rows(min_row=2)]
    assert refs == [f"{REF}/A01", f"{REF}/A02", f"{REF}/A03", f"{REF}/A04"]


def test_who_was_notified_of_what_is_overdue_stands_beside_it(office: Office) -> None:
    lead = "Practice Lead of Agency 3"
    office.output("people", "add", lead, "--role", "action_lead", "--agency", "Agency 3", "--email", "p@example.org")
    office.output("escalate")
    (of,) = office.document("report", "tracker", REF)
    escalated = {action["ref"]: action["escalations"] for action in of["actions"]}
    assert escalated[f"{REF}/A01"] == []
    due = {"person": lead, "state": "due_to_be_sent", "sent_at": None, "reasons": None}
    shared = {"recipients": [lead], "state": "due_to_be_sent", "sent_on": None, "notices": [due]}
    assert escalated[f"{REF}/A04"] == [
        {"level": "reminder", "on": "2026-12-14", **shared},
        {"level": "owner", "on": "2026-12-20", **shared},
    ]
    shown = " ".join(office.output("report", "tracker", REF).split())
    assert f"Escalations: 14 Dec 2026: {lead}, due to be sent; 20 Dec 2026: {lead}, due to be sent" in shown


def test_a_chair_whose_word_waits_for_release_is_said_not_to_know_yet(office: Office) -> None:
    later = office.at("2027-01-20T09:30:00+00:00")
    chair = "Chair of the Subgroup"
    later.output("people", "add", chair, "--role", "subgroup_chair", "--email", "chair@example.org")
    later.output("escalate")
    asked = ("report", "tracker", REF)
    assert f"{chair}, waiting for release" in " ".join(later.output(*asked).split())
    later.output("messages", "release", "--all")
    assert f"{chair}, due to be sent" in " ".join(later.output(*asked).split())
    # Which chairs were told is nothing to an agency.
    for_agency = (*asked, "--agency", "Agency 3")
    for name in ("agency.docx", "agency.xlsx", "agency.html"):
        content = written(later, name, "tracker", REF, "--agency", "Agency 3")
        text = content.decode() if name.endswith("html") else words_of(content)
        assert [word for word in (chair, "due to be sent", "Escalations") if word in text] == []
    assert chair not in later.output(*for_agency)
    ((one,),) = [later.document(*for_agency)]
    assert one["actions"][0]["escalations"] == []


# --- the other papers ---------------------------------------------------------------------------------------


def test_progress_is_reported_since_the_subgroup_last_heard_of_it(office: Office) -> None:
    shown = " ".join(office.output("report", "progress", REF).split())
    assert "Changes since 20 Jan 2026, the last report of progress." in shown
    assert office.document("report", "progress", REF)["state_changes"] == []
    since = office.document("report", "progress", REF, "--since", "2026-01-20")
    assert {move["ref"] for move in since["state_changes"]} >= {REF, f"{REF}/A01", f"{REF}/P03"}
    assert [one["previous_due"] for one in since["date_changes"]] == ["2026-12-18"]


@pytest.mark.long
def test_the_progress_report_in_word_has_its_headings_tables_and_pictures(office: Office) -> None:
    document = Document(BytesIO(written(office, "progress.docx", "progress", REF, "--since", "2026-01-01")))
    headings = [one.text for one in document.paragraphs if one.style is not None and one.style.name == "Heading 1"]
    assert headings == ["For decision", "Changes since 1 Jan 2026", "Actions", "Family voice"]
    assert len(document.inline_shapes) == 2
    assert len(document.tables) >= 5


def test_a_chair_is_shown_what_slipped_and_who_is_late(office: Office) -> None:
    found = office.document("report", "exceptions")
    assert found["reviews"] == [REF]
    assert [(one["ref"], one["previous_due"], one["due"]) for one in found["date_changes"]] == [
        (f"{REF}/A04", "2026-12-18", "2026-12-19")
    ]
    assert "Agency 3" in [one["owner"] for one in found["overdue"]]
    office.output("new-date", f"{REF}/A04", "carry_out", "2027-01-29", "--reasons", "Illness.", *BY_THE_SUBGROUP)
    latest, _ = office.document("report", "exceptions", REF)["date_changes"]
    assert (latest["previous_due"], latest["due"], latest["reasons"]) == ("2026-12-19", "2027-01-29", "Illness.")


def test_the_year_counts_what_was_completed_in_it(office: Office) -> None:
    year = office.document("report", "annual", "--year", "2025")
    assert (year["from"], year["to"]) == ("2025-04-01", "2026-03-31")
    (kind,) = year["kinds"]
    assert (kind["completed"], kind["bands"]["within six months"], year["reports"]) == (1, 1, {"in full": 1})
    assert office.document("report", "annual")["kinds"][0]["completed"] == 0
    days = office.document("report", "annual", "--from", "2026-01-20", "--to", "2026-01-20")
    assert days["kinds"][0]["completed"] == 1
    assert office.document("report", "annual", "--from", "2026-01-01")["to"] == "2026-12-21"
    assert "within six months" in office.output("report", "annual", "--year", "2025")


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (("annual", "--to", "2026-01-01"), "--to: expected it with --from, the first day, found it alone."),
        (
            ("annual", "--year", "2025", "--from", "2026-01-01"),
            "--year: expected it without --from and --to, found both.",
        ),
        (("annual", "--from", "2026-02-01", "--to", "2026-01-01"), "--to: expected 1 February 2026 or later"),
        (("annual", "--from", "last year"), "--from: expected"),
        (("progress", REF, "--since", "monday"), "--since: expected"),
        (("progress", "SCR-2026-099"), "SCR-2026-099"),
        (("tracker", "SCR-2026-099"), "SCR-2026-099"),
        (("tracker", "--format", "docx"), "--out: expected the file to write, like report.docx, found nothing."),
        (("tracker", "--format", "xlsx"), "--out: expected the file to write, like report.xlsx, found nothing."),
        (("tracker", "--template", "x.docx"), "--template: expected --format docx with it, found --format table."),
        (("progress", REF, "--format", "xlsx"), '--format: expected one of: table; docx; html, found "xlsx".'),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_what_cannot_be_asked_for_is_reported(office: Office, args: tuple[str, ...], said: str) -> None:
    assert said in office.fails(2, "report", *args)


# --- formats -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("paper", PAPERS, ids=" ".join)
def test_every_paper_fits_80_columns_and_says_that_it_is_a_rehearsal(office: Office, paper: tuple[str, ...]) -> None:
    lines = office.output("report", *paper).splitlines()
    assert lines[0].startswith("REHEARSAL")
    assert max(map(len, lines)) <= 80


@pytest.mark.long
@pytest.mark.parametrize("paper", PAPERS, ids=" ".join)
def test_the_name_of_the_file_says_what_it_is_to_be(office: Office, paper: tuple[str, ...]) -> None:
    assert Document(BytesIO(written(office, "a.docx", *paper))).paragraphs[0].text
    assert written(office, "a.HTML", *paper).startswith(b"<!DOCTYPE html>")
    assert written(office, "a.txt", *paper).startswith(b"REHEARSAL")
    assert written(office, "a.txt", *paper, "--format", "html").startswith(b"<!DOCTYPE html>")


@pytest.mark.parametrize("paper", PAPERS, ids=" ".join)
def test_a_page_can_go_to_standard_output(office: Office, paper: tuple[str, ...]) -> None:
    done = office.run("report", *paper, "--format", "html")
    assert done.stdout.startswith("<!DOCTYPE html>")
    assert done.stderr.startswith("REHEARSAL")
    piped = office.run("report", *paper, "--format", "docx", "--out", "-")
    assert piped.stdout_bytes.startswith(b"PK")


@pytest.mark.parametrize("paper", PAPERS, ids=" ".join)
def test_json_is_for_standard_output_alone(office: Office, paper: tuple[str, ...]) -> None:
    for more in (("--format", "html"), ("--out", "x.json")):
        failed = office.failure(2, "report", *paper, *more)
        assert failed["message"] == "--json: expected no --format or --out with it, found one of them."


@pytest.mark.long
@pytest.mark.parametrize("paper", PAPERS, ids=" ".join)
def test_nothing_sensitive_is_in_any_of_them(office: Office, paper: tuple[str, ...]) -> None:
    with closing(sqlite3.connect(office.path)) as connection:
        contents = [json.loads(text) for (text,) in connection.execute("SELECT content FROM casereview_event_values")]
    entries = (entry for content in contents for entry in content.get("data", {}).values())
    kept = [json.loads(value) for _, value, sensitive in entries if sensitive]
    secrets = [text for text in kept if isinstance(text, str)]
    assert len(secrets) > 5
    made = [json.dumps(office.document("report", *paper)), office.output("report", *paper)]
    made += [written(office, "a.html", *paper).decode(), words_of(written(office, "a.docx", *paper))]
    if paper[0] in ("tracker", "annual"):
        made.append(words_of(written(office, "a.xlsx", *paper)))
    for text in made:
        assert [secret for secret in secrets if secret in text] == []
        assert '"sha256"' not in text


# --- what a unit sets -----------------------------------------------------------------------------------------


def test_a_unit_s_own_template_gives_its_letterhead(office: Office) -> None:
    theirs: Any = Document()
    theirs.sections[0].header.paragraphs[0].text = "The partnership"
    theirs.save(str(office.folder / "unit.docx"))
    content = written(office, "a.docx", "exceptions", "--template", str(office.folder / "unit.docx"))
    assert Document(BytesIO(content)).sections[0].header.paragraphs[0].text == "The partnership"


@pytest.mark.parametrize(
    ("name", "content", "found"),
    [
        ("none.docx", None, "no such file or directory"),
        (".", None, "is a directory"),
        ("old.doc", b"\xd0\xcf\x11\xe0", "something else"),
        ("large.docx", b"PK" + bytes(20_000_000), "a larger file"),
    ],
    ids=["none", "a folder", "an old one", "a large one"],
)
def test_a_template_that_cannot_be_used_is_reported(
    office: Office, name: str, content: bytes | None, found: str
) -> None:
    path = office.folder / name
    if content is not None:
        path.write_bytes(content)
    out = office.folder / "a.docx"
    said = office.fails(2, "report", "exceptions", "--out", str(out), "--template", str(path))
    assert f"found {found}." in said
    assert not out.exists()


def test_a_unit_s_colours_and_how_soon_is_soon_are_read_from_its_file(office: Office) -> None:
    setting = office.write("rag.json", {"due_soon": 5, "colours": {"red": "#800000"}})
    shown = office.run("report", "tracker", REF, "--format", "html", CASEREVIEW_RAG=setting)
    assert ".red { background: #800000; color: #ffffff }" in shown.stdout
    assert "Due soon: within 5 days." in shown.stdout


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ({"colours": {"red": "red"}}, "(colours.red): expected something like #f4a9a0"),
        ("no json", "rag.json"),
    ],
)
def test_a_colours_file_that_cannot_be_used_is_reported(office: Office, content: Any, said: str) -> None:
    setting = office.write("rag.json", content)
    assert said in office.fails(2, "report", "tracker", REF, CASEREVIEW_RAG=setting)


@pytest.fixture
def without_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    """As where only casereview itself is installed."""
    monkeypatch.setattr("casereview.engine.errors.extras.find_spec", lambda _: None)


@pytest.mark.usefixtures("without_the_extra")
@pytest.mark.parametrize(
    ("paper", "kind", "library"),
    [
        (("tracker", REF), "docx", "docx"),
        (("tracker", REF), "xlsx", "xlsxwriter"),
        (("progress", REF), "html", "matplotlib"),
    ],
)
def test_what_is_not_installed_is_reported_with_how_to_install_it(
    office: Office, paper: tuple[str, ...], kind: str, library: str
) -> None:
    said = office.fails(2, "report", *paper, "--out", str(office.folder / f"a.{kind}"))
    assert f'needs {library}, which is not installed. It comes with the extra "reports".' in said
    assert "Install it with: pip install 'casereview[reports]'" in said


@pytest.mark.usefixtures("without_the_extra")
@pytest.mark.parametrize("paper", PAPERS, ids=" ".join)
def test_a_table_takes_nothing_but_casereview_itself(office: Office, paper: tuple[str, ...]) -> None:
    assert office.output("report", *paper)
    if paper[0] != "progress":
        assert written(office, "a.html", *paper)

"""A register of reviews is brought in from Excel: all of it or nothing, and twice changes nothing."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Mapping
from datetime import date
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.cell import Cell

from casereview.engine import Engine
from casereview.exchange.register.writer import EMPTY_ROWS
from casereview.workflows import WORKFLOWS

from ....support.command_line import PARTNERSHIP_EXAMPLES, Office, example_file
from ....support.plan_workbooks import edited_workbook

OLD, SMALL, NEW, PRACTICE = "SCR-2024-001", "PR-2023-001", "SCR-2025-001", "CSPR-2025-001"
Cells = dict[str, dict[str, Any]]


@pytest.fixture
def anywhere(request: pytest.FixtureRequest, tmp_path: Path, empty_database_url: str) -> Office:
    """An office over each kind of database."""
    if empty_database_url.startswith("sqlite"):
        prepared: Office = request.getfixturevalue("office")
        return prepared
    office = Office(folder=tmp_path, now="2026-01-20T09:30:00+00:00", url=empty_database_url)
    office.output("init", "--rehearsal")
    return office


@cache
def template(*options: str) -> bytes:
    """The register that the program gives out, made once: it is the same in every office."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "register.xlsx"
        office = Office(folder=Path(folder), now="2026-01-20T09:30:00+00:00")
        office.output("init", "--rehearsal")
        office.output("bring-in", "--template", str(path), *options)
        return path.read_bytes()


@cache
def resaved() -> bytes:
    """The filled example as somebody's spreadsheet program saves it."""
    return edited_workbook(template("--filled"), lambda _workbook: None)


@cache
def shortened() -> bytes:
    """The same without the empty rows below: reading and writing those takes most of the time."""

    def shorten(workbook: Workbook) -> None:
        for sheet in workbook:
            sheet.delete_rows(sheet.max_row - EMPTY_ROWS + 1, EMPTY_ROWS)

    return edited_workbook(template("--filled"), shorten)


@cache
def letters(sheet: str) -> Mapping[str, str]:
    """The letter of each column of the register, by its title."""
    cells = load_workbook(io.BytesIO(template()))[sheet][1]
    return {str(cell.value): cell.column_letter for cell in cells if isinstance(cell, Cell)}


def register(office: Office, cells: Cells | None = None, name: str = "register.xlsx") -> str:
    """The path of the filled example without its empty rows, with some of its cells filled in otherwise."""
    if not cells:
        return office.write(name, shortened())

    def fill(workbook: Workbook) -> None:
        for sheet, found in cells.items():
            for at, value in found.items():
                workbook[sheet][at] = value

    return office.write(name, edited_workbook(shortened(), fill))


def faults(office: Office, path: str) -> list[tuple[str, str, str]]:
    failure = office.failure(2, "bring-in", path, "--yes")
    assert failure["error"] == "faulty_workbook"
    return [(fault["sheet"], fault["cell"], fault["problem"]) for fault in failure["faults"]]


def fault(office: Office, sheet: str, title: str, row: int, value: Any) -> str:
    """Return the fault of one changed cell; check that no other cell has one."""
    at = f"{letters(sheet)[title]}{row}"
    ((where, cell, problem),) = faults(office, register(office, {sheet: {at: value}}))
    assert (where, cell) == (sheet, at)
    return problem


def deadlines(office: Office, ref: str) -> dict[str, tuple[str, str]]:
    return {one["name"]: (one["status"], one["due"]) for one in office.document("show", ref)["deadlines"]}


# --- in ---------------------------------------------------------------------------------------------


def test_the_filled_example_is_brought_in_whole(anywhere: Office) -> None:
    document = anywhere.document("bring-in", anywhere.write("register.xlsx", resaved()), "--yes")
    assert document["recorded"][:4] == [OLD, SMALL, NEW, PRACTICE]
    assert len(document["recorded"]) == len(document["new"]) == 13
    assert {one["warning"][:28] for one in document["warnings"]} == {
        "Agree the terms of reference",
        "Start involving family and p",
        "Make a recommendation: its o",
    }
    old = anywhere.document("show", OLD)
    assert (old["state"], old["title"], old["opened_on"], old["closed_on"]) == (
        "monitored",
        "Child K",
        "2024-02-05",
        None,
    )
    assert old["data"]["appoint_reviewer"] == {"name": "Reviewer 1"}
    assert anywhere.document("show", SMALL)["closed_on"] == "2024-09-30"
    states = {case["ref"]: case["state"] for case in anywhere.document("list", "--parent", OLD)}
    assert states == {
        f"{OLD}/A01": "assured",
        f"{OLD}/A02": "agreed",
        f"{OLD}/A03": "proposed",
        f"{OLD}/P01": "agreed",
        f"{OLD}/P02": "requested",
        f"{OLD}/REC01": "made",
        f"{OLD}/REC02": "made",
    }
    assert anywhere.document("verify")["faults"] == []


def test_its_clocks_are_as_its_days_have_them(anywhere: Office) -> None:
    anywhere.output("bring-in", register(anywhere), "--yes")
    assert deadlines(anywhere, f"{OLD}/A02")["carry_out"] == ("running", "2026-03-31")
    assert deadlines(anywhere, f"{OLD}/A01")["carry_out"] == ("met", "2025-10-31")
    old = deadlines(anywhere, OLD)
    assert old["notify_incident"] == ("met", "2024-02-06")
    assert old["complete_review"] == ("missed", "2024-09-04")
    assert old["agree_terms"][0] == "not_known"
    practice = deadlines(anywhere, PRACTICE)
    assert practice["rapid_review"] == ("met", "2025-09-29")
    assert practice["publish"] == ("running", "2026-04-06")


def test_history_says_that_it_was_brought_in_and_from_where(office: Office) -> None:
    office.output("bring-in", register(office), "--yes")
    printed = " ".join(office.output("history", OLD).split())
    assert "brought in as 2024/03" in printed
    assert "brought in from" in printed
    (event,) = office.document("history", OLD)
    assert (event["kind"], event["decided_by"]["name"]) == ("imported", "Sam Reed")
    assert event["decided_by"]["evidence"] == "brought in from register.xlsx, Reviews, row 2"


def test_imported_reviews_send_reminders_of_future_dates_only(anywhere: Office) -> None:
    people = ("subgroup_chair", "board_chair", "agency_safeguarding_lead")
    for role in people:
        agency = ["--agency", "Agency 2"] if role.startswith("agency") else []
        anywhere.output("people", "add", f"The {role}", "--role", role, "--email", f"{role}@example.org", *agency)
    anywhere.output("people", "change", "Sam Reed", "--role", "business_manager", "--email", "sam@example.org")
    anywhere.output("bring-in", register(anywhere), "--yes")
    assert anywhere.document("escalate")["fired"] == []
    assert anywhere.document("messages") == {"on_hold": [], "pending": [], "messages": []}
    later = anywhere.at("2026-04-01T09:30:00+01:00").document("escalate")["fired"]
    assert {(one["ref"], one["deadline"]) for one in later} >= {(f"{OLD}/A02", "carry_out")}
    assert not any((one["ref"], one["deadline"]) == (OLD, "complete_review") for one in later)


def test_it_goes_on_from_there_like_any_other(office: Office) -> None:
    office.output("bring-in", register(office), "--yes")
    evidence = {"outcome": "It is audited.", "evidence": [{"title": "Audit", "location": "Audits/2026"}]}
    path = office.write("handed_in.json", evidence)
    office.output("step", f"{OLD}/A02", "hand_in", "--file", path)
    assert office.document("show", f"{OLD}/A02")["state"] == "handed_in"
    assert "not yet assured" in office.output("next", OLD)
    plan = str(office.folder / "plan.xlsx")
    office.output("plan", "export", OLD, "--agency", "Agency 2", "--out", plan)
    looks = ("board", f"timeline {OLD}", "overdue", "forecast --days 30", f"show {PRACTICE}", f"next {PRACTICE}")
    reports = ("report tracker", f"report progress {OLD}", "report exceptions", "report annual")
    for command in (*looks, *reports):
        office.output(*command.split())


# --- again ------------------------------------------------------------------------------------------


@pytest.mark.long
def test_brought_in_exported_and_brought_in_again_changes_nothing(anywhere: Office) -> None:
    first = register(anywhere)
    anywhere.output("bring-in", first, "--yes")
    exported = str(anywhere.folder / "exported.xlsx")
    assert anywhere.document("bring-in", "--export", exported)["rows"]["Reviews"] == 4
    for path in (first, exported):
        document = anywhere.document("bring-in", path, "--yes")
        assert (document["recorded"], document["new"], document["differing"]) == ([], [], [])
    assert "There is nothing to import." in anywhere.output("bring-in", exported, "--yes")
    of_unit = len(anywhere.document("history", "UNIT"))
    assert anywhere.document("verify")["events"] == 13 + of_unit


@pytest.mark.long
def test_a_row_is_known_again_whatever_the_spelling_of_its_reference(office: Office) -> None:
    path = register(office)
    office.output("bring-in", path, "--yes")
    workbook = load_workbook(path)
    respelt = 0
    for sheet in workbook:
        for row in sheet.iter_rows(min_row=2):
            for cell in row:
                if sheet.cell(1, cell.column).value in ("Review", "Register reference", "Reference") and cell.value:
                    cell.value, respelt = re.sub("[-/]", " / 0", str(cell.value).lower()), respelt + 1
    assert respelt > 10
    workbook.save(path)
    found = office.document("bring-in", path, "--yes")
    assert (found["new"], found["differing"], found["recorded"]) == ([], [], [])


def test_a_row_is_known_again_by_any_listed_name_of_its_agency(office: Office) -> None:
    path = register(office)
    office.output("bring-in", path, "--yes")
    office.output("organisations", "add", "Agency 1", "--alias", "The first agency")
    workbook = load_workbook(path)
    for sheet in workbook:
        for row in sheet.iter_rows():
            for cell in row:
                cell.value = "the FIRST agency" if cell.value == "Agency 1" else cell.value
    workbook.save(path)
    found = office.document("bring-in", path, "--dry-run")
    assert (found["new"], found["differing"]) == ([], [])


def test_what_a_review_lacks_is_filled_in_from_a_later_register(office: Office) -> None:
    late = letters("Reviews")
    empty = {f"{late[title]}2": None for title in ("Terms agreed", "Harm", "Reviewer appointed", "Lead reviewer")}
    office.output("bring-in", register(office, {"Reviews": empty}), "--yes")
    assert deadlines(office, OLD)["agree_terms"][0] == "not_known"
    terms = {f"{late['Terms agreed']}2": date(2024, 4, 15)}
    later = register(office, {"Reviews": terms})
    shown = office.output("bring-in", later, "--dry-run")
    assert f"Reviews, row 2: {OLD} is completed" in shown
    assert "Terms agreed: 15 April 2024" in shown
    found = office.document("bring-in", later, "--yes")
    ((filled,), recorded) = (found["completed"], found["recorded"])
    assert {change["field"] for change in filled["changes"]} >= {"Terms agreed", "Harm", "Lead reviewer"}
    assert (recorded, found["differing"], found["new"]) == ([OLD], [], [])
    data = office.document("show", OLD)["data"]
    assert data["appoint_reviewer"] == {"name": "Reviewer 1"}
    assert data["agree_terms"] == {}
    assert deadlines(office, OLD)["agree_terms"][0] in ("met", "missed")
    event = office.document("history", OLD)[-1]
    assert (event["kind"], event["decided_by"]["evidence"]) == (
        "completed",
        "brought in from register.xlsx, Reviews, row 2",
    )
    assert office.document("verify")["faults"] == []
    again = office.document("bring-in", later, "--yes")
    assert (again["completed"], again["differing"], again["new"]) == ([], [], [])
    assert "Completed" not in office.output("bring-in", later, "--yes")


def test_a_value_that_differs_is_reported_and_the_rest_filled_in(office: Office) -> None:
    late = letters("Reviews")
    office.output("bring-in", register(office, {"Reviews": {f"{late['Harm']}2": None}}), "--yes")
    later = register(office, {"Reviews": {f"{late['Title']}2": "Child Z"}})
    found = office.document("bring-in", later, "--yes")
    assert [change["field"] for one in found["completed"] for change in one["changes"]] == ["Harm"]
    assert [change["field"] for one in found["differing"] for change in one["changes"]] == ["Title"]
    assert f"Completed: {OLD}." not in office.output("bring-in", later, "--yes")
    assert office.document("show", OLD)["title"] == "Child K"


def test_a_review_that_was_brought_in_by_mistake_is_brought_in_anew(office: Office) -> None:
    path = register(office, {"Reviews": {}})
    office.output("bring-in", path, "--yes")
    refs = [one["ref"] for one in office.document("list", "--workflow", "partnership_review")]
    parts = [one["ref"] for one in office.document("list", "--parent", refs[0])]
    for ref in (*parts, refs[0]):
        office.output("take-back", ref, "--reasons", "The wrong columns.")
    found = office.document("bring-in", path, "--yes")
    assert len(found["recorded"]) == len(parts) + 1
    assert not set(found["recorded"]) & {refs[0], *parts}
    assert office.document("verify")["faults"] == []


def test_an_exported_register_is_the_same_in_another_record(office: Office, empty: Office) -> None:
    office.output("bring-in", register(office), "--yes")
    exported, again = (str(office.folder / name) for name in ("exported.xlsx", "again.xlsx"))
    office.output("bring-in", "--export", exported)
    other = Office(folder=office.folder, now=office.now).against(office.folder / "other.db")
    other.output("init", "--rehearsal")
    other.output("bring-in", exported, "--yes")
    other.output("bring-in", "--export", again)
    rows = [{sheet.title: list(sheet.values) for sheet in load_workbook(path)} for path in (exported, again)]
    assert rows[0] == rows[1]


def test_reviews_of_our_own_are_exported_and_known_by_their_reference(office: Office) -> None:
    ref = office.refer("--on", "2026-01-05")
    office.record_steps(ref, "notify_incident", "recommend", "screen")
    office.output("refer", "partnership_review", "--file", str(example_file("refer", PARTNERSHIP_EXAMPLES)))
    exported = str(office.folder / "exported.xlsx")
    office.output("bring-in", "--export", exported)
    document = office.document("bring-in", exported, "--yes")
    assert (document["new"], document["differing"]) == ([], [])
    assert document["unchanged"] > 2


def test_what_differs_by_now_is_reported_and_left_alone(office: Office) -> None:
    path = register(office)
    office.output("bring-in", path, "--yes")
    office.output("step", NEW, "withdraw", "--file", office.write("withdrawal.json", WITHDRAWAL))
    printed = office.output("bring-in", path, "--yes")
    assert f"Reviews, row 4: {NEW} differs, and stays as the record has it" in printed
    assert "State: the record has withdrawn, the register referred" in printed
    document = office.document("bring-in", path, "--yes")
    assert [(one["ref"], one["changes"][0]["field"]) for one in document["differing"]] == [(NEW, "State")]
    assert office.document("show", NEW)["state"] == "withdrawn"


WITHDRAWAL = {
    "withdrawn_by": "Named nurse, Agency 3",
    "reasons": "It was referred twice.",
    "decided_by": {"name": "Named nurse, Agency 3", "capacity": "referrer"},
}


def test_what_a_known_review_has_not_got_yet_is_brought_in(office: Office) -> None:
    office.output("bring-in", register(office), "--yes")
    row = {"A6": "2024/03", "B6": "K-4", "C6": "Agency 2", "D6": "2", "E6": "A poster.", "H6": "proposed"}
    path = register(office, {"Actions": {**row, "G6": date(2026, 6, 30)}})
    document = office.document("bring-in", path, "--yes")
    assert document["recorded"] == [f"{OLD}/A04"]
    assert office.document("show", f"{OLD}/A04")["opened_on"] == "2025-03-24"


@pytest.mark.long
def test_an_agency_that_a_known_review_has_not_got_is_reported(office: Office) -> None:
    office.output("bring-in", register(office), "--yes")
    path = register(office, {"Agencies": {"A5": "2024/03", "B5": "Agency 9"}})
    ((_, cell, problem),) = faults(office, path)
    assert cell == "B5"
    assert "by a step of the review" in problem


# --- shown first ------------------------------------------------------------------------------------


def test_the_difference_is_shown_first_and_nothing_is_kept(office: Office) -> None:
    printed = office.output("bring-in", register(office), "--dry-run")
    assert "Reviews, row 2: new, 2024/03, Child K, monitored" in printed
    assert "Actions, row 3: new, 2024/03, K-2, Agency 1, agreed" in printed
    assert "4 reviews, 3 recommendations, 2 plans, 4 actions new; 0 differ, 0 unchanged." in printed
    assert "Everything can be imported. Nothing was changed." in printed
    assert office.document("list") == []


def test_where_nobody_can_be_asked_it_has_to_be_said(office: Office) -> None:
    assert "--yes: expected --yes or --dry-run" in office.fails(2, "bring-in", register(office))


@pytest.mark.parametrize("args", [(), ("register.xlsx", "--template", "new.xlsx")])
def test_it_does_one_thing_at_a_time(office: Office, args: tuple[str, ...]) -> None:
    assert "expected one of FILE, --template FILE and --export FILE" in office.fails(2, "bring-in", *args)


def test_whoever_may_not_record_for_others_brings_nothing_in(office: Office) -> None:
    office.output("people", "add", "Chair", "--role", "board_chair")
    path = register(office)
    assert any("can do this. " in problem for _, _, problem in faults_as(office, path, "Chair"))


def faults_as(office: Office, path: str, who: str) -> list[tuple[str, str, str]]:
    failure = office.failure(2, "bring-in", path, "--yes", "--as", who)
    return [(fault["sheet"], fault["cell"], fault["problem"]) for fault in failure["faults"]]


def test_an_empty_template_has_nothing_to_bring_in(office: Office) -> None:
    path = str(office.folder / "empty.xlsx")
    office.output("bring-in", "--template", path)
    assert "There is nothing to import." in office.output("bring-in", path, "--yes")
    titles = load_workbook(path).sheetnames
    assert titles == ["Reviews", "Agencies", "Recommendations", "Plans", "Actions", "Help"]


# --- what is wrong with it --------------------------------------------------------------------------


def test_two_rows_of_one_review_are_reported(office: Office) -> None:
    problem = fault_of_row(office, {"Reviews": {"A4": "2023/11"}})
    assert problem == ("Reviews", "A4", "it is the same review as in row 3: delete one of these rows")


def fault_of_row(office: Office, cells: Cells) -> tuple[str, str, str]:
    return faults(office, register(office, cells))[0]


@pytest.mark.long
def test_an_action_of_an_unknown_review_is_reported(office: Office) -> None:
    assert fault(office, "Actions", "Review", 5, "2019/01") == "there is no such review in the sheet Reviews"


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("03/04/2024", "can be 3 April or 4 March: write the month as a word"),
        ("4.3.24", "expected a year of four digits"),
        ("31/02/2024", "there is no such day"),
        ("spring", "expected a day, like 31 March 2026"),
        (True, "expected a day, like 31 March 2026, found true or false"),
        ("=TODAY()", "found a formula"),
    ],
)
def test_a_day_that_could_mean_two_or_none_is_reported(office: Office, value: Any, said: str) -> None:
    assert said in fault(office, "Reviews", "Decided", 2, value)


def test_days_in_three_clear_formats_are_taken(office: Office) -> None:
    decided, notified = letters("Reviews")["Decided"], letters("Reviews")["Panel notified"]
    changes = {f"{decided}2": "4 March 2024", f"{notified}2": "2024-03-08", "E2": "05/02/2024"}
    path = register(office, {"Reviews": {**changes, "E2": "5 Feb 2024"}})
    office.output("bring-in", path, "--yes")
    steps = {step["step"]: step["on"] for step in office.document("history", OLD)[0]["data"]["steps"]}
    assert (steps["refer"], steps["screen"], steps["tell_panel"]) == ("2024-02-05", "2024-03-04", "2024-03-08")


@pytest.mark.long
@pytest.mark.parametrize(
    ("place", "value", "said"),
    [
        (("Reviews", "State", 2), "halfway", "expected one of referred"),
        (("Reviews", "State", 3), "action plans", "a Partnership review has no such state: expected one of referred"),
        (("Reviews", "Kind", 2), "Inquest", "expected one of Serious Case Review, Partnership review, Child"),
        (("Reviews", "Title", 2), None, "Title is empty: A pseudonym"),
        (
            ("Reviews", "Opened on", 2),
            date(2026, 1, 21),
            "expected a day from 1900-01-01 to today, 2026-01-20",
        ),
        (("Reviews", "Panel notified", 2), date(2024, 2, 4), "expected a day from 2024-02-05"),
        (("Reviews", "In this state since", 3), None, 'the day on which the case came into "closed", its end'),
        (("Reviews", "In this state since", 2), date(2025, 6, 10), "expected 2025-06-09, the day of the step"),
        (("Reviews", "Engagement begun", 3), date(2023, 9, 4), "a Partnership review has no such step: leave it empty"),
        (("Reviews", "Harm", 3), "death", "of a Partnership review that is not recorded: leave it empty"),
        (("Reviews", "Reviewer appointed", 2), None, "is empty: expected the day, since Lead reviewer is given"),
        (("Reviews", "Register reference", 4), "x" * 61, "expected at most 60 characters, found more"),
        (("Reviews", "Title", 2), "x" * 201, "expected text of 1 to 200 characters"),
        (("Recommendations", "Number", 2), "1, 7", "expected one number"),
        (("Recommendations", "Number", 3), "1", "it is the same recommendation as in row 2"),
        (("Recommendations", "Made to", 2), "Agency 1\nagency 1", "each one once"),
        (("Recommendations", "Made on", 4), None, "expected a day, since nothing else says when it began"),
        (("Actions", "Recommendations", 4), "1, 9", "there is no recommendation 9 of this review"),
        (("Actions", "Recommendations", 3), None, "the number of at least one recommendation"),
        (("Actions", "State", 5), "somewhere", "expected one of proposed, agreed"),
        (("Plans", "Agency", 3), "agency 1", "it is the same plan as in row 2"),
    ],
)
def test_what_is_wrong_is_reported_with_its_cell(
    office: Office, place: tuple[str, str, int], value: Any, said: str
) -> None:
    sheet, title, row = place
    at = f"{letters(sheet)[title]}{row}"
    found = faults(office, register(office, {sheet: {at: value}}))
    assert any(where == sheet and said in problem for where, _, problem in found), found


def test_all_that_is_wrong_is_reported_at_once(office: Office) -> None:
    path = register(office, {"Reviews": {"B2": "Inquest"}, "Actions": {"H2": "done"}})
    assert [(sheet, cell) for sheet, cell, _ in faults(office, path)] == [("Reviews", "B2"), ("Actions", "H2")]


def test_merged_cells_are_reported(office: Office) -> None:
    path = register(office)
    content = edited_workbook(Path(path).read_bytes(), lambda workbook: workbook["Reviews"].merge_cells("C2:D2"))
    ((sheet, cell, problem),) = faults(office, office.write("merged.xlsx", content))
    assert (sheet, cell) == ("Reviews", "C2")
    assert "are merged" in problem


def test_a_workbook_that_is_no_register_is_reported(office: Office) -> None:
    content = io.BytesIO()
    Workbook().save(content)
    ((_, _, problem),) = faults(office, office.write("other.xlsx", content.getvalue()))
    assert problem == "there is no sheet Reviews. An empty register: casereview bring-in --template FILE"


def test_a_heading_that_is_none_of_ours_is_not_read_and_told(office: Office) -> None:
    path = register(office, {"Reviews": {"Z1": "Cupboard", "Z2": "Third on the left"}})
    done = office.run("bring-in", path, "--dry-run")
    assert "The column Reviews: Cupboard is not known. It was not read." in done.stderr


def test_a_faulty_cell_of_text_is_never_quoted(office: Office) -> None:
    long = "Family name " + "x" * 200
    path = register(office, {"Reviews": {"C2": long}, "Actions": {"C2": "y" * 300}})
    printed = json.dumps(faults(office, path))
    assert "Family name" not in printed
    assert "yyy" not in printed


def test_of_two_that_bring_in_at_once_each_finds_the_other_s(anywhere: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    path = register(anywhere)
    keep = Engine.import_many

    def overtaken(engine: Engine, cases: Any, **more: Any) -> Any:
        monkeypatch.setattr(Engine, "import_many", keep)
        anywhere.output("bring-in", path, "--yes")
        return keep(engine, cases, **more)

    monkeypatch.setattr(Engine, "import_many", overtaken)
    anywhere.output("bring-in", path, "--yes")
    # With the events of the unit's own record: its opening, its manager, and the versions of workflows.
    assert anywhere.document("verify") == {"cases": 13, "events": 13 + 2 + len(WORKFLOWS), "faults": []}


def test_names_on_no_list_are_listed_once_each_with_what_may_be_meant(office: Office) -> None:
    office.output("organisations", "add", "Agency 1", "--alias", "Agency One")
    office.output("people", "add", "Auditor of Agency 1", "--role", "referrer")
    found = office.document("bring-in", register(office), "--dry-run")
    names = [one["name"] for one in found["names"]]
    assert "Agency 2" in names
    assert "Agency 1" not in names
    assert len(names) == len(set(names))
    assert not [one for one in found["warnings"] if "not on the list" in one["warning"]]
    assert '"Agency 2" is not on the list of organisations.' in office.output("bring-in", register(office), "--dry-run")

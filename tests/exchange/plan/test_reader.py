"""Tests of returned workbooks: every fault has its sheet, cell and sentence, and quotes no text."""

from __future__ import annotations

import io
import re
import warnings
import zipfile
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from openpyxl import Workbook
from openpyxl.worksheet.formula import ArrayFormula

from casereview.engine.errors.bad_input import ExtraMissing
from casereview.exchange.plan import reader as reading
from casereview.exchange.workbook.columns import LAST_ROW
from casereview.exchange.workbook.faults import FaultyWorkbook

from ...support.plan_workbooks import (
    action,
    edited_workbook,
    exported_workbook,
    fault_places,
    fill_in_actions,
    read_workbook,
    tree,
)

SECRET = "What nobody may read in an error, 1 March"


@pytest.fixture(scope="module")
def plan() -> bytes:
    return exported_workbook(tree(action(1), action(2)))


def refused(content: bytes) -> FaultyWorkbook:
    with pytest.raises(FaultyWorkbook) as error:
        read_workbook(content)
    assert SECRET not in str(error.value)
    assert SECRET not in repr(error.value.facts())
    return error.value


def problems(content: bytes) -> list[tuple[str, str]]:
    return [(fault.cell, fault.problem) for fault in refused(content).faults]


def row(content: bytes, number: int = 4) -> dict[str, Any]:
    (found,) = (row for row in read_workbook(content).rows if row.number == number)
    return {name: value for name, value in found.cells.items() if value is not None}


def with_sheet(content: bytes, change: Any) -> bytes:
    """A workbook with a sheet of actions that was changed as XML."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as opened, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as saved:
        for part in opened.infolist():
            of_actions = part.filename == "xl/worksheets/sheet1.xml"
            saved.writestr(part, change(opened.read(part)) if of_actions else opened.read(part))
    return made.getvalue()


def test_the_cells_filled_in_are_read(plan: bytes) -> None:
    cells = {
        "B4": 1,
        "C4": "=1+1",
        "D4": " A Lead ",
        "E4": date(2027, 3, 31),
        "F4": "31 March 2027: Draft\r\nSigned",
        "G4": "On  Track",
    }
    assert row(fill_in_actions(plan, cells)) == {
        "recommendations": "1",
        "action": "=1+1",
        "lead_person": "A Lead",
        "due_on": date(2027, 3, 31),
        "milestones": "31 March 2027: Draft\nSigned",
        "status": "on track",
    }


@pytest.mark.parametrize("day", ["31 March 2027", "2027-03-31", "31/3/2027", datetime(2027, 3, 31)])  # noqa: DTZ001
def test_a_day_may_be_text_that_is_beyond_doubt(plan: bytes, day: Any) -> None:
    assert row(fill_in_actions(plan, {"E4": day})) == {"due_on": date(2027, 3, 31)}


@pytest.mark.parametrize(
    ("cell", "value", "problem"),
    [
        ("E4", "30/02/2027", "there is no such day as '30/02/2027'; the day stands before the month"),
        ("E4", "30 February 2027", "there is no such day as '30 February 2027'"),
        ("E4", "3/4/2027", "can be 3 April or 4 March"),
        ("E4", "4/13/2027", "the day stands before the month"),
        ("E4", SECRET, "expected a day, like 31 March 2026, found text of 41 characters"),
        ("E4", 46000, "expected a day, like 31 March 2026, found a number"),
        ("E4", datetime(2027, 3, 31, 12, 30), "found a time"),  # noqa: DTZ001 (Excel knows no zones)
        ("E4", time(12, 30), "found a time"),
        ("E4", timedelta(hours=3), "found a time"),
        ("E4", True, "found true or false"),
        ("E4", date(2300, 1, 1), "expected a day between 1900 and 2199"),
        ("B4", "one", "expected numbers of recommendations, like 1, 3, or the words early learning"),
        ("B4", 1.5, "expected numbers of recommendations, found a number"),
        ("B4", True, "expected numbers of recommendations, found true or false"),
        ("B4", date(2027, 3, 1), "expected numbers of recommendations, found a day"),
        ("C4", 7, "expected text, found a number: put an apostrophe before it"),
        ("D4", date(2027, 3, 1), "expected text, found a day"),
        ("G4", SECRET, "expected one of not started, on track, slipping, done, found something else"),
        ("C4", "#REF!", "expected a value, found an error of Excel's"),
        ("C4", "x" * 32_700, "expected at most 32,000 characters, found 32,700"),
    ],
)
def test_a_cell_that_cannot_be_understood_is_reported(plan: bytes, cell: str, value: Any, problem: str) -> None:
    def fill(workbook: Workbook) -> None:
        workbook["Actions"][cell] = value
        if isinstance(value, int) and not isinstance(value, bool):
            workbook["Actions"][cell].number_format = "General"

    ((at, said),) = problems(edited_workbook(plan, fill))
    assert at == cell
    assert problem in said


@pytest.mark.parametrize("value", ["=1+1", "=C2", '=HYPERLINK("http://example.org")', ArrayFormula("C4", "=1+1")])
@pytest.mark.parametrize("cell", ["C4", "E4", "G2", "A5"])
def test_a_formula_is_refused_in_any_cell(plan: bytes, cell: str, value: Any) -> None:
    def fill(workbook: Workbook) -> None:
        workbook["Actions"][cell] = ArrayFormula(cell, value.text) if isinstance(value, ArrayFormula) else value

    ((at, said),) = problems(edited_workbook(plan, fill))
    assert (at, "found a formula" in said) == (cell, True)


def test_a_day_that_no_calendar_has_is_refused(plan: bytes) -> None:
    number = re.compile(rb'(<c r="E2" s="\d+"><v>)\d+(</v>)')
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for serial in (b"99999999", b"-400"):
            content = with_sheet(plan, lambda xml, serial=serial: number.sub(rb"\g<1>" + serial + rb"\g<2>", xml))
            ((at, said),) = problems(content)
            assert (at, "expected a value" in said or "expected a day" in said) == ("E2", True)


def test_a_number_out_of_range_is_no_recommendation_number(plan: bytes) -> None:
    text = re.compile(rb'(<c r="B2" s="\d+") t="s"><v>\d+</v>')
    for number, said in ((b"1e999", "found a number"), (b"1e30", "expected numbers of recommendations")):
        content = with_sheet(plan, lambda xml, number=number: text.sub(rb"\1><v>" + number + b"</v>", xml))
        ((at, problem),) = problems(content)
        assert (at, said in problem) == ("B2", True)


def test_blanks_are_nothing(plan: bytes) -> None:
    assert row(fill_in_actions(plan, {"B4": " ", "C4": "\n", "E4": " ", "D4": "x", "G4": "  "})) == {"lead_person": "x"}


def test_all_faults_are_reported_together(plan: bytes) -> None:
    error = refused(fill_in_actions(plan, {"B4": "one", "E4": "soon", "G4": SECRET, "E5": "30/02/2027"}))
    assert fault_places(error.faults) == [("Actions", "B4"), ("Actions", "E4"), ("Actions", "G4"), ("Actions", "E5")]
    assert "plan.xlsx has 4 things to mend. Nothing was recorded.\n  - Actions!B4: expected numbers" in str(error)


def test_the_first_hundred_faults_are_enough(plan: bytes) -> None:
    assert len(refused(fill_in_actions(plan, {f"E{number}": "soon" for number in range(4, 304)})).faults) == 100


def test_a_renamed_heading_is_reported_with_its_former_name(plan: bytes) -> None:
    assert problems(fill_in_actions(plan, {"D1": "Who leads"})) == [
        ("D1", "expected the heading Lead person, found another one")
    ]


def test_a_deleted_column_is_reported(plan: bytes) -> None:
    content = edited_workbook(plan, lambda workbook: workbook["Actions"].delete_cols(4))
    assert problems(content) == [("row 1", "expected the heading Lead person, found no such column")]
    empty = edited_workbook(plan, lambda workbook: workbook["Actions"].delete_rows(1, 100))
    assert len(problems(empty)) == 13


def test_a_repeated_heading_is_reported(plan: bytes) -> None:
    ((at, said),) = problems(fill_in_actions(plan, {"N1": " action "}))
    assert (at, said) == ("N1", "the heading Action appears twice: delete one of these columns")


def test_columns_may_be_in_any_order_and_further_ones_are_ignored(plan: bytes) -> None:
    def turn(workbook: Workbook) -> None:
        sheet = workbook["Actions"]
        sheet.insert_cols(1)
        sheet["A1"], sheet["A4"], sheet["P1"] = "Our remarks", SECRET, 7
        sheet["D4"] = "Mended."

    content = edited_workbook(plan, turn)
    assert read_workbook(content).ignored_columns == ("Our remarks", "P1")
    assert row(content) == {"action": "Mended."}


def test_a_row_with_text_only_in_further_columns_is_ignored(plan: bytes) -> None:
    returned = read_workbook(fill_in_actions(plan, {"N1": "Remarks", "N9": "Ours."}))
    assert [row.number for row in returned.rows] == [2, 3]


def test_merged_cells_are_refused(plan: bytes) -> None:
    def merge(workbook: Workbook) -> None:
        workbook["Actions"].merge_cells("C2:C3")
        workbook["Actions"].merge_cells("E4:F4")
        workbook["Help"].merge_cells("A1:B1")  # which is not read

    assert problems(edited_workbook(plan, merge)) == [
        ("C2", "the cells C2:C3 are merged: unmerge them, so that each row has its own"),
        ("E4", "the cells E4:F4 are merged: unmerge them, so that each row has its own"),
    ]


@pytest.mark.long
def test_a_million_empty_rows_are_not_read_to_their_end(plan: bytes) -> None:
    rows = b"".join(b'<row r="%d"/>' % number for number in range(100, 1_000_100))
    content = with_sheet(plan, lambda xml: xml.replace(b"</sheetData>", rows + b"</sheetData>"))
    ((at, said),) = problems(content)
    assert at == f"A{LAST_ROW + 1}"
    assert "delete the rows below the last one that is filled in" in said


def test_a_sheet_that_only_says_that_it_is_large_is_read(plan: bytes) -> None:
    content = with_sheet(plan, lambda xml: re.sub(rb'<dimension ref="[^"]*"', b'<dimension ref="A1:XFD1048576"', xml))
    assert len(read_workbook(content).rows) == 2


def test_one_cell_at_the_very_end_is_found(plan: bytes) -> None:
    ((at, _),) = problems(fill_in_actions(plan, {"C1048576": "x"}))
    assert at == f"A{LAST_ROW + 1}"


def test_the_number_of_actions_is_limited(plan: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "MAX_ACTIONS", 3)
    assert problems(fill_in_actions(plan, {"C4": "x", "C9": "y"})) == [("A9", "expected at most 3 actions, found 4")]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda workbook: workbook.remove(workbook["casereview"]), "the hidden sheet casereview is gone"),
        (lambda workbook: setattr(workbook["Actions"], "title", "Plan"), "there is no sheet Actions"),
        (lambda workbook: workbook["casereview"].delete_rows(1, 100), "it is of another version"),
        (lambda workbook: workbook["casereview"].delete_rows(2, 1), "it no longer identifies the plan"),
        (lambda workbook: workbook["casereview"].delete_cols(2), "it is of another version"),
    ],
)
def test_a_workbook_that_does_not_say_what_it_is_is_refused(plan: bytes, change: Any, said: str) -> None:
    ((_, problem),) = problems(edited_workbook(plan, change))
    assert said in problem


def test_a_workbook_from_another_program_is_refused() -> None:
    own = io.BytesIO()
    Workbook().save(own)
    first, second = (said for _, said in problems(own.getvalue()))
    assert first == "there is no sheet Actions. Was it renamed, or is it another workbook?"
    assert second.startswith("the hidden sheet casereview is gone, which identifies the plan. Export the plan")


@pytest.mark.parametrize(
    "change",
    [
        lambda xml: xml[:-300],
        lambda xml: xml.replace(b"<sheetData>", b"<sheetData><row r='x'>"),
        lambda xml: re.sub(rb'<c r="C2" s="(\d+)" t="s"><v>\d+', rb'<c r="C2" s="\1" t="s"><v>99999', xml),
    ],
)
def test_a_sheet_that_is_damaged_inside_is_reported_as_damaged(plan: bytes, change: Any) -> None:
    ((at, said),) = problems(with_sheet(plan, change))
    assert (at, "it is damaged" in said) == ("", True)


def test_without_the_extra_it_says_what_to_install(plan: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("casereview.engine.errors.extras.find_spec", lambda _: None)
    with pytest.raises(ExtraMissing, match=r'which is not installed\. It comes with the extra "reports"'):
        read_workbook(plan)

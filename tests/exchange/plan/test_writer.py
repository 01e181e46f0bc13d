"""Tests of the exported workbook: constant values only, protected, and read back unchanged."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import date, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from casereview.engine.errors.bad_input import BadValue, ExtraMissing
from casereview.engine.forms.fields import fields_of
from casereview.exchange.plan import writer
from casereview.exchange.plan.layout import COLUMNS
from casereview.exchange.workbook.columns import MAX_CELL_LENGTH
from casereview.exchange.workbook.file_limits import read_workbook_file
from casereview.workflows.parts.action import ACTION
from casereview.workflows.parts.recommendation import RECOMMENDATION

from ...support import plan_workbooks
from ...support.plan_workbooks import (
    HAND_IN_RECORD,
    PROGRESS_REPORT,
    action,
    compare_workbook,
    exported_workbook,
    plan_for,
    read_workbook,
    recommendation,
    tree,
)

# The characters that forms accept: all but control characters and surrogates.
TEXT = st.one_of(
    st.text(st.characters(exclude_categories=["Cs", "Cc"], include_characters="\n\r\t"), min_size=1, max_size=60),
    st.sampled_from(["=1+1", "+44 20", "-", "@SUM(A1)", "{=A1}", "http://example.org", "00123", "_x0041_", "\ufffe"]),
).filter(lambda text: text.strip() != "")
# The first day that Excel has is midnight to openpyxl.
DAY = st.dates(min_value=date(1900, 1, 2), max_value=date(2199, 12, 31)).map(date.isoformat)
DOCUMENTS = st.lists(st.fixed_dictionaries({"title": TEXT, "location": TEXT}), max_size=3)
ACTIONS = st.fixed_dictionaries(
    {
        "propose": st.fixed_dictionaries(
            {
                "action": TEXT,
                "lead_person": TEXT,
                "due_on": DAY,
                "recommendations": st.lists(st.integers(min_value=1, max_value=99), unique=True, max_size=4),
                "milestones": st.lists(st.fixed_dictionaries({"text": TEXT}, optional={"by": DAY}), max_size=3),
                "early_learning": st.booleans(),
            }
        ),
        "state": st.sampled_from([state.name for state in ACTION.states]),
    },
    optional={
        "reassign": st.fixed_dictionaries({"lead_person": TEXT}),
        "report_progress": st.fixed_dictionaries(
            {"status": st.sampled_from(["not_started", "on_track", "slipping"]), "text": TEXT, "evidence": DOCUMENTS}
        ),
        "hand_in": st.fixed_dictionaries({"outcome": TEXT, "impact": TEXT, "evidence": DOCUMENTS}),
    },
)


@pytest.mark.long
@settings(max_examples=60, deadline=None)
@given(st.lists(ACTIONS, max_size=4))
def test_a_plan_returned_unchanged_changes_nothing(records: list[dict[str, Any]]) -> None:
    of = tree(*(action(number, **record) for number, record in enumerate(records, start=1)))
    found = compare_workbook(exported_workbook(of), of)
    assert (found.added, found.changed, found.unchanged, found.missing_rows) == ((), (), len(records), ())


@pytest.mark.long
@settings(max_examples=30, deadline=None)
@given(st.lists(ACTIONS, min_size=1, max_size=3))
def test_every_cell_is_read_back_as_it_was_written(records: list[dict[str, Any]]) -> None:
    plan = plan_for(tree(*(action(number, **record) for number, record in enumerate(records, start=1))))
    returned = read_workbook(
        writer.plan_workbook(plan, at=plan_workbooks.MORNING, day=date(2026, 10, 5), rehearsal=True)
    )
    assert returned.identity == plan.identity
    assert [dict(row.cells) for row in returned.rows] == [
        {column.name: one.cells.get(column.name) for column in COLUMNS} for one in plan.actions
    ]
    assert {ref: known.version for ref, known in returned.exported.items()} == {one.ref: 1 for one in plan.actions}


def test_text_never_becomes_a_formula() -> None:
    texts = ["=1+1", "+1", "-1", "@SUM(A1)", "{=A1}", "=HYPERLINK(1)"]
    of = tree(*(action(number, propose={"action": text}) for number, text in enumerate(texts, start=1)))
    content = exported_workbook(of)
    sheet = load_workbook(io.BytesIO(content))["Actions"]
    assert [(sheet[f"C{row}"].value, sheet[f"C{row}"].data_type) for row in range(2, 8)] == [(t, "s") for t in texts]
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        sheets = [archive.read(name) for name in archive.namelist() if name.startswith("xl/worksheets/")]
    assert not any(re.search(rb"<f[ >]", sheet) for sheet in sheets)


def test_days_are_days_and_numbers_of_recommendations_are_text() -> None:
    sheet = load_workbook(io.BytesIO(exported_workbook(tree(action()))))["Actions"]
    assert (sheet["E2"].value, sheet["E2"].number_format) == (datetime(2026, 10, 30), "d mmm yyyy")  # noqa: DTZ001
    assert (sheet["B2"].value, sheet["B2"].number_format) == ("1", "@")
    assert sheet["B3"].number_format == "@"  # 1,3 typed there stays text


def test_only_the_agency_s_cells_are_unlocked() -> None:
    of = tree(action(1), action(2, "agreed"), action(3, "handed_in", hand_in=HAND_IN_RECORD))
    sheet = load_workbook(io.BytesIO(exported_workbook(of)))["Actions"]
    assert sheet.protection.sheet
    assert sheet.protection.password is None
    titles = {cell.column_letter: cell.value for cell in sheet[1]}
    unlocked = {
        row: [titles[c.column_letter] for c in sheet[row] if not c.protection.locked] for row in (1, 2, 3, 4, 5)
    }
    plan = ["Recommendations", "Action", "Lead person", "Due", "Milestones"]
    report = ["Lead person", "Status", "Progress", "Evidence", "Outcome", "Impact"]
    assert unlocked == {1: [], 2: plan, 3: report, 4: [], 5: plan}
    colours = {sheet.cell(row, 3).fill.start_color.rgb for row in (2, 5)}
    assert colours == {"FFFFFBE6"}
    assert sheet["C3"].fill.start_color.rgb == "FFEDEDED"


def test_there_are_drop_downs_and_a_frozen_heading_and_it_prints_across() -> None:
    workbook = load_workbook(io.BytesIO(exported_workbook(tree(action()))))
    sheet = workbook["Actions"]
    lists = {str(v.sqref): v.formula1 for v in sheet.data_validations.dataValidation if v.type == "list"}
    assert lists == {"B2:B42": "Recommendations!$A$2:$A$4", "G2:G42": '"not started,on track,slipping,done"'}
    (days,) = (v for v in sheet.data_validations.dataValidation if v.type == "date")
    assert str(days.sqref) == "E2:E42"
    assert sheet.freeze_panes == "B2"
    for page in (workbook["Actions"], workbook["Recommendations"], workbook["Help"]):
        setup = page.page_setup
        assert (setup.orientation, setup.paperSize, setup.fitToHeight) == ("landscape", 9, 0)
        assert page.sheet_properties.pageSetUpPr.fitToPage
        assert page.print_title_rows == "$1:$1"


def test_a_row_grows_with_its_text() -> None:
    long = action(propose={"action": "A duty desk sends the chronology. " * 20})
    with zipfile.ZipFile(io.BytesIO(exported_workbook(tree(long)))) as archive:
        sheet = archive.read("xl/worksheets/sheet1.xml").decode()
    (height,) = re.findall(r'<row r="2"[^>]* ht="(\d+)"', sheet)
    assert int(height) > 200
    assert "customHeight" not in sheet


def test_a_plan_has_only_the_agency_s_own_rows() -> None:
    other = action(2, propose={"agency": "Agency 2", "action": "Something of Agency 2's."})
    workbook = load_workbook(io.BytesIO(exported_workbook(tree(action(), other))))
    said = [str(value) for sheet in workbook for row in sheet.values for value in row if value is not None]
    assert any("SCR-2026-001/A01" in text for text in said)
    assert not any("Agency 2" in text or "A02" in text or "Recommendation 3" in text for text in said)
    numbers = [row[0] for row in workbook["Recommendations"].iter_rows(min_row=2, values_only=True)]
    assert numbers == ["1", "2", "early learning"]


def test_a_recommendation_that_has_ended_comes_last() -> None:
    ended = recommendation(1, plan_workbooks.AGENCY)
    of = list(tree(action()))
    of[1] = plan_workbooks.case(ended.ref, "recommendation", "superseded", dict(ended.data), closed_on=date(2026, 9, 1))
    rows = load_workbook(io.BytesIO(exported_workbook(tuple(of))))["Recommendations"].iter_rows(
        min_row=2, values_only=True
    )
    assert [(row[0], row[2]) for row in rows][:2] == [("2", "made"), ("1", "superseded")]


def test_a_rehearsal_says_so_on_each_page() -> None:
    content = writer.plan_workbook(plan_for(tree()), at=plan_workbooks.MORNING, day=date(2026, 10, 5), rehearsal=True)
    workbook = load_workbook(io.BytesIO(content))
    assert "REHEARSAL" in str(workbook["Help"]["B1"].value)
    assert "REHEARSAL" in str(workbook["Actions"].oddHeader.left.text)


def test_an_ampersand_in_a_name_is_no_code_of_the_header_s() -> None:
    of = tree(action(propose={"agency": "Care & Co"}))
    header = load_workbook(io.BytesIO(exported_workbook(of, "care  & co")))["Actions"].oddHeader.left.text
    assert "Care &" in str(header)
    assert exported_workbook(of, "Care & Co") == exported_workbook(of, "care & co")


def test_the_same_plan_is_the_same_workbook() -> None:
    of = tree(action(), action(2, "agreed", report_progress=PROGRESS_REPORT))
    assert exported_workbook(of) == exported_workbook(of)


def test_text_too_long_for_a_cell_is_cut_and_returned_unchanged(tmp_path: Any) -> None:
    milestones = [{"text": "A long step on the way. " * 400} for _ in range(5)]
    of = tree(action(propose={"milestones": milestones, "action": "x" * 20_000}))
    content = exported_workbook(of)
    assert len(str(read_workbook(content).rows[0].cells["milestones"])) <= MAX_CELL_LENGTH
    assert compare_workbook(content, of).unchanged == 1
    (tmp_path / "plan.xlsx").write_bytes(content)
    assert read_workbook_file(str(tmp_path / "plan.xlsx")) == content


@pytest.mark.parametrize("form", [ACTION.opening, *ACTION.transitions, RECOMMENDATION.opening])
def test_nothing_that_a_plan_shows_is_sensitive(form: Any) -> None:
    if form.trigger in ("propose", "revise", "reassign", "agree", "report_progress", "hand_in", "make"):
        assert not [field.name for field in fields_of(form.form) if field.contains_sensitive]


def test_an_agency_outside_the_review_is_refused_with_those_inside() -> None:
    with pytest.raises(BadValue, match=r"expected an agency of SCR-2026-001: Agency 1, Agency 2, found 'Agency 9'"):
        plan_for(tree(), "Agency 9")


def test_only_a_review_has_a_plan() -> None:
    alone = plan_workbooks.case("ST-2026-001", "recommendation", "made", {})
    with pytest.raises(BadValue, match="expected a review, which has actions, found a case of recommendation"):
        plan_for((alone,))


def test_without_the_extra_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("casereview.engine.errors.extras.find_spec", lambda _: None)
    with pytest.raises(ExtraMissing, match=r'which is not installed\. It comes with the extra "reports"'):
        exported_workbook(tree())

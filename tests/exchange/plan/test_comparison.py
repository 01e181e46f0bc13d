"""Tests of the commands that a returned workbook leads to, or of the reasons for refusing it."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from openpyxl import Workbook

from casereview.engine import Actor, DecidedBy
from casereview.engine.model.calendar import days
from casereview.engine.model.case import Case
from casereview.engine.model.clock import Clock, EventKind, Revision
from casereview.engine.model.commands import Open, Step
from casereview.exchange.plan.changes import Importer, PlanDifference
from casereview.exchange.plan.comparison import compare_plan
from casereview.exchange.plan.describe import describe_difference, difference_document
from casereview.exchange.plan.errors import PlanConflict
from casereview.exchange.workbook.faults import FaultyWorkbook

from ...support.plan_workbooks import (
    AGENCY,
    HAND_IN_RECORD,
    MORNING,
    PROGRESS_REPORT,
    PROPOSED,
    REGISTRY,
    REVIEW,
    SAM,
    action,
    case,
    compare_workbook,
    edited_workbook,
    exported_workbook,
    fill_in_actions,
    plan_for,
    read_workbook,
    tree,
)

NEW = {"B4": "1, 2", "C4": "Something new.", "D4": "A Lead", "E4": date(2027, 3, 31)}
TWO = tree(action(1), action(2, "agreed", propose={"action": "A form."}))
SECRET = "What nobody may read in an error."


def import_of(cells: dict[str, Any], of: tuple[Case, ...] = TWO, now: tuple[Case, ...] | None = None) -> PlanDifference:
    """Return the difference that a filled-in workbook makes after the tree has changed."""
    return compare_workbook(fill_in_actions(exported_workbook(of), cells), of if now is None else now)


def steps(found: PlanDifference) -> list[tuple[int, str, dict[str, Any]]]:
    return [
        (row, command.trigger if isinstance(command, Step) else "propose", dict(command.data))
        for row, command in found.commands
        if isinstance(command, Open | Step)
    ]


def problems(cells: dict[str, Any], of: tuple[Case, ...] = TWO, **more: Any) -> list[tuple[str, str]]:
    with pytest.raises(FaultyWorkbook) as refused:
        import_of(cells, of, **more)
    assert SECRET not in str(refused.value)
    return [(fault.cell, fault.problem) for fault in refused.value.faults]


def conflicts(cells: dict[str, Any], of: tuple[Case, ...], now: tuple[Case, ...]) -> list[tuple[int, str]]:
    with pytest.raises(PlanConflict) as refused:
        import_of(cells, of, now)
    return [(row.row, row.ref) for row in refused.value.rows]


# --- new rows --------------------------------------------------------------------------------------


def test_a_new_row_is_a_proposal_by_the_agency() -> None:
    found = import_of({**NEW, "F4": "31 January 2027: Draft\nSigned"})
    ((row, command),) = found.commands
    assert row == 4
    assert isinstance(command, Open)
    assert (command.workflow, command.parent, command.actor) == ("action", REVIEW, SAM)
    assert command.data == {
        "agency": AGENCY,
        "action": "Something new.",
        "recommendations": [1, 2],
        "lead_person": "A Lead",
        "due_on": "2027-03-31",
        "milestones": [{"text": "Draft", "by": "2027-01-31"}, {"text": "Signed"}],
        "early_learning": False,
    }
    assert (found.unchanged, found.changed, found.missing_rows) == (2, (), ())


def test_early_learning_answers_no_recommendation() -> None:
    ((_, _, data),) = steps(import_of({**NEW, "B4": "early learning"}))
    assert (data["recommendations"], data["early_learning"]) == ([], True)


def test_a_new_row_may_follow_empty_rows() -> None:
    cells = {f"{at[0]}20": value for at, value in NEW.items()}
    assert [row for row, _, _ in steps(import_of(cells))] == [20]


@pytest.mark.parametrize(
    ("cells", "at", "problem"),
    [
        ({"B4": None}, "B4", "expected the number of at least one recommendation, or early learning, found neither"),
        ({"B4": "1, 3, 7"}, "B4", "expected recommendations made to Agency 1 (1, 2), found 3, 7"),
        ({"C4": None}, "C4", "expected text of 1 to 20,000 characters, found nothing"),
        ({"D4": SECRET * 10}, "D4", "expected text of 1 to 200 characters, found text of 330 characters"),
        ({"E4": None}, "E4", "expected a day as YYYY-MM-DD, found nothing"),
        ({"F4": "30/02/2027: Draft"}, "F4", "there is no such day as '30/02/2027'"),
        ({"F4": f"{SECRET}{'x' * 21_000}"}, "F4", "expected text of 1 to 20,000 characters, found text of 21,033"),
        ({"G4": "on track"}, "G4", "expected nothing yet: an action is reported on once the subgroup has agreed it"),
        ({"J4": SECRET}, "J4", "expected nothing yet"),
        ({"L4": date(2027, 1, 1)}, "L4", "expected nothing yet"),
        ({"M4": "agreed"}, "M4", "expected nothing yet"),
        ({"A4": "SCR-2026-001/A09"}, "A4", "there is no action SCR-2026-001/A09. A new action has no reference"),
        ({"A4": "SCR-2026-002/A01"}, "A4", "SCR-2026-002/A01 is no action of SCR-2026-001"),
        ({"A4": SECRET}, "A4", "expected the reference of an action, like SCR-2026-001/A01, or nothing for a new"),
        ({"A4": "SCR-2026-001/REC01"}, "A4", "SCR-2026-001/REC01 is no action of Agency 1"),
    ],
)
def test_a_new_row_that_cannot_be_proposed_is_reported(cells: dict[str, Any], at: str, problem: str) -> None:
    ((cell, said),) = problems({**NEW, **cells})
    assert cell == at
    assert problem in said


def test_another_agency_s_action_is_not_part_of_this_plan() -> None:
    of = tree(action(1), action(2, propose={"agency": "Agency 2"}))
    ((cell, said),) = problems({"A3": "SCR-2026-001/A02", "C3": "x"}, of)
    assert (cell, "is no action of Agency 1. Each agency has a workbook of its own" in said) == ("A3", True)


def test_two_rows_of_one_action_are_refused() -> None:
    assert problems({"A3": "SCR-2026-001/A01"}) == [
        ("A3", "it is the same action as in row 2: delete one of these rows")
    ]
    again = {at.replace("4", "5"): value for at, value in NEW.items()}
    assert problems({**NEW, **again}) == [("C5", "it is the same action as in row 4: delete one of these rows")]
    copied = {"B4": "1", "C4": PROPOSED["action"], "D4": PROPOSED["lead_person"], "E4": date(2026, 10, 30)}
    ((cell, said),) = problems({**copied, "F4": "30 September 2026: The desk is staffed."})
    assert (cell, said) == ("C4", "the action is SCR-2026-001/A01, which has a row already: delete this one")


def test_a_new_row_with_the_words_of_another_action_is_pointed_out() -> None:
    found = import_of({**NEW, "C4": "A form."})
    assert found.remarks == ("Row 4 is new, and has the words of SCR-2026-001/A02.",)
    assert len(found.added) == 1


def test_a_new_row_imported_earlier_changes_nothing() -> None:
    recorded = action(3, propose={"action": NEW["C4"], "lead_person": "A Lead", "due_on": "2027-03-31"})
    recorded.data["propose"].update(recommendations=[1, 2], milestones=[])
    now = (*TWO, recorded)
    found = import_of(NEW, TWO, now)
    assert (found.added, found.unchanged, found.missing_rows) == ((), 3, ())
    assert found.remarks == ("Row 4 is on record as SCR-2026-001/A03.",)
    # Neither after it was agreed nor after it was proposed differently.
    revised = {**recorded.data, "revise": {**recorded.data["propose"], "action": "Otherwise."}}
    for later in (action(3, "agreed", **recorded.data), action(3, **revised)):
        assert import_of(NEW, TWO, (*TWO, later)).commands == ()
    # Progress in the old workbook might be older than the record.
    assert conflicts({**NEW, "G4": "on track"}, TWO, now) == [(4, "SCR-2026-001/A03")]


def test_an_action_without_a_row_is_left_as_it_is() -> None:
    content = edited_workbook(exported_workbook(TWO), lambda workbook: workbook["Actions"].delete_rows(3))
    found = compare_workbook(content, TWO)
    assert (found.commands, found.unchanged, found.missing_rows) == ((), 1, ("SCR-2026-001/A02",))
    assert "SCR-2026-001/A02 has no row: nothing happens to it." in describe_difference(found)


def test_a_plan_that_is_still_asked_for_is_handed_in_next() -> None:
    asked = case(f"{REVIEW}/P01", "agency_action_plan", "requested", {}, organisations=(AGENCY,))
    submit = "Once the plan is whole: casereview step SCR-2026-001/P01 submit"
    assert import_of(NEW, (*TWO, asked)).remarks == (submit,)
    assert import_of({}, (*TWO, asked)).remarks == ()


# --- rows that differ ------------------------------------------------------------------------------


def test_a_milestone_of_a_proposed_action_needs_a_day_that_exists() -> None:
    assert [cell for cell, _ in problems({"F2": "30/02/2027: Draft"})] == ["F2"]


def test_a_proposed_action_is_revised_as_a_whole() -> None:
    found = import_of({"C2": "Another desk.", "D2": "Somebody Else"})
    assert steps(found) == [
        (
            2,
            "revise",
            {
                "action": "Another desk.",
                "recommendations": [1],
                "lead_person": "Somebody Else",
                "due_on": "2026-10-30",
                "milestones": [{"text": "The desk is staffed.", "by": "2026-09-30"}],
            },
        )
    ]


def test_a_revision_does_not_cut_text_too_long_for_a_cell() -> None:
    milestones = [{"text": "A step\nof two lines."}, *({"text": "A long step on the way. " * 800} for _ in range(2))]
    of = tree(action(1, propose={"milestones": milestones}))
    ((_, _, data),) = steps(import_of({"C2": "Another desk."}, of))
    assert data["milestones"] == milestones


def test_a_revision_keeps_numbers_that_were_made_to_others_since() -> None:
    of = tree(action(1, propose={"recommendations": [1, 3]}))
    ((_, _, data),) = steps(import_of({"C2": "Another desk."}, of))
    assert data["recommendations"] == [1, 3]
    assert problems({"B2": "3"}, of) == [("B2", "expected recommendations made to Agency 1 (1, 2), found 3")]


def test_an_agreed_action_is_reported_on() -> None:
    found = import_of({"D3": "Somebody Else", "G3": "slipping", "H3": "Short of staff.", "I3": "Rota | S:/1.pdf"})
    assert steps(found) == [
        (3, "reassign", {"lead_person": "Somebody Else"}),
        (
            3,
            "report_progress",
            {
                "status": "slipping",
                "text": "Short of staff.",
                "evidence": [{"title": "Rota", "location": "S:/1.pdf"}],
            },
        ),
    ]
    assert [command.if_version for _, command in found.commands if isinstance(command, Step)] == [1, 2]


def test_done_hands_the_action_in() -> None:
    cells = {"G3": "done", "J3": "The form works.", "K3": "No gaps.", "I3": "Log"}
    record = {"outcome": "The form works.", "impact": "No gaps.", "evidence": [{"title": "Log", "location": "Log"}]}
    assert steps(import_of(cells)) == [(3, "hand_in", record)]
    both = steps(import_of({**cells, "H3": "All of it is brought in."}))
    assert both == [
        (3, "report_progress", {"status": "on_track", "text": "All of it is brought in."}),
        (3, "hand_in", record),
    ]


def test_evidence_on_record_keeps_its_hash_and_stays() -> None:
    of = tree(action(1, "agreed", report_progress=PROGRESS_REPORT))
    ((_, _, data),) = steps(import_of({"I2": "Rota | Rotas/October.pdf\nLog"}, of))
    assert data["evidence"] == [PROGRESS_REPORT["evidence"][0], {"title": "Log", "location": "Log"}]
    assert import_of({"I2": None}, of).commands == ()


@pytest.mark.parametrize(
    ("cells", "at", "problem"),
    [
        ({"G3": "on track"}, "H3", "expected text of 1 to 20,000 characters, found nothing"),
        ({"H3": SECRET}, "G3", "expected not started, on track or slipping, found nothing"),
        ({"J3": SECRET}, "J3", "to hand the action in, choose done under Status"),
        ({"G3": "done", "J3": "It works."}, "I3", "expected a list of at least 1"),
        ({"G3": "done", "I3": "Log"}, "J3", "expected text of 1 to 20,000 characters, found nothing"),
        ({"D3": None}, "D3", "expected text of 1 to 200 characters, found nothing"),
        ({"E3": date(2027, 5, 1)}, "E3", "Once it has: casereview new-date SCR-2026-001/A02 carry_out DATE"),
        ({"C3": SECRET}, "C3", "SCR-2026-001/A02 is agreed: only the subgroup can change what was agreed"),
        ({"L3": date(2027, 5, 1)}, "L3", "Originally due must stay as exported: restore nothing"),
        ({"M3": "assured"}, "M3", "State must stay as exported: restore agreed"),
        (
            {"H2": SECRET},
            "H2",
            "SCR-2026-001/A01 is proposed: progress can be reported once the subgroup has agreed it",
        ),
        (
            {"G3": "slipping", "H3": "x", "I3": f"{SECRET * 10} | S:/"},
            "I3",
            "expected text of 1 to 200 characters, found text of 330 characters",
        ),
    ],
)
def test_a_change_that_the_agency_may_not_make_is_reported(cells: dict[str, Any], at: str, problem: str) -> None:
    ((cell, said),) = problems(cells)
    assert cell == at
    assert problem in said


def test_an_action_that_waits_for_others_or_has_ended_does_not_change() -> None:
    of = tree(action(1, "handed_in", hand_in=HAND_IN_RECORD), action(2, "superseded", propose={"action": "x"}))
    assert problems({"J2": "More.", "G3": "done"}, of) == [
        ("J2", "SCR-2026-001/A01 is handed in: it cannot be changed here. Restore the cell"),
        ("G3", "SCR-2026-001/A02 is superseded: it cannot be changed here. Restore the cell"),
    ]


def test_text_longer_than_a_cell_is_not_changed_through_a_workbook() -> None:
    milestones = [{"text": "A long step on the way. " * 400} for _ in range(5)]
    ((cell, said),) = problems({"F2": "Another."}, tree(action(1, propose={"milestones": milestones})))
    assert (cell, "longer than a cell holds" in said) == ("F2", True)


# --- conflicts -------------------------------------------------------------------------------------


def test_an_action_that_others_changed_too_is_a_conflict() -> None:
    now = tree(action(1, version=2, revise={**PROPOSED, "action": "Theirs."}), *TWO[5:])
    assert conflicts({"C2": "Ours."}, TWO, now) == [(2, "SCR-2026-001/A01")]
    with pytest.raises(PlanConflict, match=r"row 2: SCR-2026-001/A01"):
        import_of({"C2": "Ours."}, TWO, now)
    # A cell that the agency left unchanged, or changed to the same value, is no conflict.
    assert import_of({}, TWO, now).commands == ()
    assert import_of({"C2": "Theirs."}, TWO, now).commands == ()


def test_an_action_added_after_the_export_is_not_changed() -> None:
    now = (*TWO, action(3))
    cells = {"A4": "SCR-2026-001/A03", "C4": "Otherwise."}
    ((cell, said),) = problems(cells, TWO, now=now)
    assert (cell, "was not in the plan when this workbook was written" in said) == ("A4", True)


def test_faults_come_before_conflicts() -> None:
    now = tree(action(1, version=2, revise={**PROPOSED, "action": "Theirs."}), *TWO[5:])
    assert problems({"C2": "Ours.", "M3": "assured"}, now=now) == [
        ("M3", "State must stay as exported: restore agreed")
    ]


# --- days, people, requests ------------------------------------------------------------------------


def test_the_dates_shown_are_the_agreed_ones() -> None:
    moved = Revision(
        previous_due=date(2026, 11, 30),
        due=date(2026, 12, 31),
        cause=EventKind.NEW_DATE,
        reasons="x",
        agreed_by="Kim Cole",
        capacity="subgroup_chair",
        recorded_at=MORNING,
    )
    first, second = (
        Clock(
            deadline="carry_out",
            number=number,
            anchor=date(2026, 10, 1),
            term=days(0),
            due=due,
            due_at=MORNING,
            revisions=revisions,
        )
        for number, due, revisions in ((1, date(2026, 12, 31), (moved,)), (2, date(2027, 2, 1), ()))
    )
    agreed = Case(**{**_fields(action(1, "agreed")), "clocks": (first, second)})
    cells = plan_for(tree(agreed)).actions[0].cells
    assert (cells["originally_due"], cells["due_on"]) == (date(2026, 11, 30), date(2027, 2, 1))


def _fields(of: Case) -> dict[str, Any]:
    return {name: getattr(of, name) for name in of.__slots__}


def test_the_lead_is_the_person_named_last() -> None:
    case = action(1, "agreed", revise={**PROPOSED, "lead_person": "B"}, reassign={"lead_person": "C"})
    assert plan_for(tree(case)).actions[0].cells["lead_person"] == "C"


@pytest.mark.parametrize(
    ("actor", "decided_by", "expected"),
    [
        (SAM, None, DecidedBy(name="Sam Reed", capacity="business_manager", evidence="plan.xlsx")),
        (SAM, DecidedBy(name="R", capacity="agency_author"), DecidedBy(name="R", capacity="agency_author")),
        (Actor(name="Pat", roles=frozenset({"family_contact"})), None, None),
    ],
)
def test_the_evidence_is_the_workbook_unless_another_is_named(
    actor: Actor, decided_by: DecidedBy | None, expected: DecidedBy | None
) -> None:
    content = fill_in_actions(exported_workbook(TWO), {**NEW, "G3": "on track", "H3": "x"})
    by = Importer(actor=actor, decided_by=decided_by, evidence="plan.xlsx", file="/tmp/plan.xlsx", content=content)
    found = compare_plan(read_workbook(content), plan_for(TWO), TWO, importer=by, workflows=REGISTRY)
    assert [command.decided_by for _, command in found.commands] == [expected, expected]


def test_a_repeated_import_uses_the_same_ids_and_another_workbook_others() -> None:
    ids = [[command.request_id for _, command in import_of(cells).commands] for cells in (NEW, NEW, {**NEW, "D4": "B"})]
    assert ids[0] != ids[2]
    content = fill_in_actions(exported_workbook(TWO), NEW)
    again = [[command.request_id for _, command in compare_workbook(content, TWO).commands] for _ in range(2)]
    assert again[0] == again[1]


# --- the summary -----------------------------------------------------------------------------------


def test_the_difference_is_listed_row_by_row() -> None:
    found = import_of({**NEW, "C4": "Long. " * 60, "G3": "on track", "H3": "One.\nTwo."})
    lines = list(describe_difference(found))
    assert lines[:3] == [
        "Row 3: SCR-2026-001/A02, report_progress",
        "  Status: nothing → on track",
        "  Progress: nothing → One. / Two.",
    ]
    assert lines[3:6] == ["Row 4: a new action", "  Recommendations: 1, 2", f"  Action: {('Long. ' * 60)[:200]}…"]
    assert lines[-3:] == ["  Lead person: A Lead", "  Due: 31 March 2027", "1 added, 1 changed, 1 unchanged."]


def test_the_difference_is_available_as_json() -> None:
    def edit(workbook: Workbook) -> None:
        workbook["Actions"]["H3"], workbook["Actions"]["G3"], workbook["Actions"]["N1"] = "One.", "on track", "Ours"
        workbook["Actions"].delete_rows(2)

    assert difference_document(compare_workbook(edited_workbook(exported_workbook(TWO), edit), TWO)) == {
        "review": REVIEW,
        "agency": AGENCY,
        "added": [],
        "changed": [
            {
                "row": 2,
                "ref": "SCR-2026-001/A02",
                "steps": ["report_progress"],
                "changes": [
                    {"field": "Status", "recorded": None, "returned": "on track"},
                    {"field": "Progress", "recorded": None, "returned": "One."},
                ],
            }
        ],
        "unchanged": 0,
        "missing_rows": ["SCR-2026-001/A01"],
        "remarks": ["The column Ours is none of the plan's: it is not read."],
    }

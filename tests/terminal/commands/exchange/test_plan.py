"""An agency's plan goes out as a workbook and comes back: all of it is recorded, or nothing."""

from __future__ import annotations

import io
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from casereview.cli import cli
from casereview.engine import Engine

from ....support.command_line import MANAGER, PARTNERSHIP_EXAMPLES, Office, example_file
from ....support.plan_commands import A01, A02, NEW, REF, begin_plan, export_plan, return_plan

CHAIR = "subgroup_chair"
DECIDED = ("--decided-by", "Robin Hale", "--capacity", "agency_safeguarding_lead")


@pytest.fixture
def plans(office: Office) -> Office:
    return office.prepared(begin_plan)


@pytest.fixture
def anywhere(request: pytest.FixtureRequest, tmp_path: Path, empty_database_url: str) -> Office:
    """The same over each kind of database."""
    if empty_database_url.startswith("sqlite"):
        prepared: Office = request.getfixturevalue("plans")
        return prepared
    office = Office(folder=tmp_path, now="2026-01-20T09:30:00+00:00", url=empty_database_url)
    office.output("init", "--rehearsal")
    return begin_plan(office)


def everything(office: Office) -> Any:
    return {case["ref"]: case["version"] for case in office.document("list", "--parent", REF, "--limit", "1000")}


# --- out -------------------------------------------------------------------------------------------


def test_a_plan_is_written_for_its_agency(plans: Office) -> None:
    path = str(plans.folder / "plan.xlsx")
    done = plans.run("plan", "export", "pr 2026 1", "--agency", "AGENCY 1", "--out", path)
    assert "Wrote the plan of Agency 1, 2 actions, to" in done.stdout
    assert f"When the agency returns it: casereview plan import {path}" in done.stderr
    rows = list(load_workbook(path)["Actions"].values)
    assert [row[0] for row in rows[1:4]] == [A01, A02, None]
    assert plans.document("plan", "export", REF, "--agency", "Agency 1", "--out", path) == {
        "file": path,
        "review": REF,
        "agency": "Agency 1",
        "actions": [A01, A02],
    }


def test_a_plan_is_found_by_any_part_of_its_review(plans: Office) -> None:
    path = str(plans.folder / "plan.xlsx")
    assert plans.document("plan", "export", A01, "--agency", "Agency 2", "--out", path)["review"] == REF


def test_a_plan_of_nobody_is_not_written(plans: Office) -> None:
    path = str(plans.folder / "plan.xlsx")
    said = plans.fails(2, "plan", "export", REF, "--agency", "Agency 9", "--out", path)
    assert "expected an agency of PR-2026-001: Agency 1, Agency 2, found 'Agency 9'" in said
    assert "no case PR-2026-009" in plans.fails(2, "plan", "export", "PR-2026-009", "--agency", "A", "--out", path)
    assert not Path(path).exists()
    where = str(plans.folder / "none" / "plan.xlsx")
    assert "a file that can be written" in plans.fails(2, "plan", "export", REF, "--agency", "Agency 1", "--out", where)


# --- and back --------------------------------------------------------------------------------------


def test_the_difference_is_shown_and_all_of_it_is_recorded(anywhere: Office) -> None:
    file = return_plan(anywhere, {"C2": "Another form.", **NEW})
    said = anywhere.output("plan", "import", file, "--yes", *DECIDED)
    assert "Row 2: PR-2026-001/A01, revise\n  Action: The form is brought in" in said
    assert "Row 4: a new action\n  Recommendations: 1\n  Action: =A handover book.\n" in said
    assert "1 added, 1 changed, 1 unchanged." in said
    assert f"Recorded: {A01}, {REF}/A03." in said
    case = anywhere.document("show", f"{REF}/A03")
    assert (case["state"], case["parent"], case["data"]["propose"]["action"]) == ("proposed", REF, "=A handover book.")
    event = anywhere.document("history", A01)[-1]
    assert (event["recorded_by"], event["decided_by"]) == (
        MANAGER,
        {"name": "Robin Hale", "capacity": "agency_safeguarding_lead", "evidence": "back.xlsx"},
    )
    assert "nothing has changed since it was recorded" in anywhere.output("verify")


def test_imported_twice_it_changes_nothing(anywhere: Office) -> None:
    file = return_plan(anywhere, {"C2": "Another form.", **NEW})
    anywhere.output("plan", "import", file, "--yes")
    before = everything(anywhere)
    said = anywhere.output("plan", "import", file, "--yes")
    assert "0 added, 0 changed, 3 unchanged.\nThere is nothing to record.\n" in said
    assert everything(anywhere) == before
    # Neither does what is exported then.
    assert "There is nothing to record." in anywhere.output("plan", "import", export_plan(anywhere), "--yes")


def test_two_imports_of_one_workbook_at_once_record_it_once(anywhere: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    file = return_plan(anywhere, {"C2": "Another form.", **NEW})
    recording = Engine.record_many

    def overtaken(engine: Engine, commands: Any) -> Any:
        monkeypatch.setattr(Engine, "record_many", recording)
        anywhere.output("plan", "import", file, "--yes")
        return recording(engine, commands)

    monkeypatch.setattr(Engine, "record_many", overtaken)
    assert f"Recorded: {A01}, {REF}/A03." in anywhere.output("plan", "import", file, "--yes")
    assert sorted(ref for ref in everything(anywhere) if "/A" in ref) == [A01, A02, f"{REF}/A03"]


def test_an_agreed_action_is_reported_on_and_handed_in(office: Office) -> None:
    begin_plan(office, "P01-agree")
    assert "agreed" in office.document("show", A01)["state"]
    file = return_plan(office, {"G2": "slipping", "H2": "Half the teams use it.", "I2": "Audit | S:/audit.pdf"})
    office.output("plan", "import", file, "--yes", *DECIDED, "--evidence", "e-mail of 3 June")
    assert office.document("history", A01)[-1]["decided_by"]["evidence"] == "e-mail of 3 June"
    office.output("plan", "import", return_plan(office, {"G2": "done", "J2": "All teams use it."}), "--yes", *DECIDED)
    case = office.document("show", A01)
    assert (case["state"], case["data"]["hand_in"]["evidence"]) == (
        "handed_in",
        [{"title": "Audit", "location": "S:/audit.pdf"}],
    )
    sheet = load_workbook(export_plan(office))["Actions"]
    assert [sheet[at].value for at in ("G2", "H2", "I2", "J2", "M2")] == [
        "done",
        "Half the teams use it.",
        "Audit | S:/audit.pdf",
        "All teams use it.",
        "handed in",
    ]


def test_a_dry_run_shows_it_and_changes_nothing(plans: Office) -> None:
    file, before = return_plan(plans, NEW), plans.content()
    said = plans.output("plan", "import", file, "--dry-run")
    assert "Row 4: a new action" in said
    assert "Everything can be recorded. Nothing was changed." in said
    assert plans.content() == before


def test_what_it_comes_to_is_a_document_too(plans: Office) -> None:
    found = plans.document("plan", "import", return_plan(plans, NEW), "--yes")
    assert (found["recorded"], found["dry_run"], found["unchanged"]) == ([f"{REF}/A03"], False, 2)
    assert found["added"][0]["changes"][3] == {"field": "Due", "recorded": None, "returned": "2026-09-30"}


@pytest.mark.parametrize(("answer", "recorded"), [("y", True), ("n", False), ("", False)])
def test_at_a_terminal_it_asks(plans: Office, monkeypatch: pytest.MonkeyPatch, answer: str, recorded: bool) -> None:
    file, before = return_plan(plans, NEW), plans.content()
    monkeypatch.setattr("casereview.terminal.session.Session.is_interactive", True)
    done = plans.run("plan", "import", file, typed=f"{answer}\n")
    assert "Do you want to record this? y or n" in done.stderr
    assert (f"Recorded: {REF}/A03." in done.stdout) == recorded
    assert ("Nothing was recorded." in done.stdout) != recorded
    assert (plans.content() == before) != recorded


def test_where_there_is_nothing_to_record_it_asks_nothing(plans: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    file = export_plan(plans)
    monkeypatch.setattr("casereview.terminal.session.Session.is_interactive", True)
    done = plans.run("plan", "import", file, typed="")
    assert (done.exit_code, "Do you want to record this?" in done.output) == (0, False)


def test_where_nobody_can_be_asked_it_is_to_be_said(plans: Office) -> None:
    said = plans.fails(2, "plan", "import", return_plan(plans, NEW))
    assert "--yes: expected --yes or --dry-run, because nobody can be asked here" in said


# --- what is refused -------------------------------------------------------------------------------


def test_every_fault_has_its_sheet_and_cell_and_nothing_is_recorded(plans: Office) -> None:
    file = return_plan(plans, {**NEW, "E4": "30/02/2026", "C2": "Another form."})
    found = plans.failure(2, "plan", "import", file, "--yes")
    assert (found["error"], found["file"]) == ("faulty_workbook", file)
    assert [(fault["sheet"], fault["cell"]) for fault in found["faults"]] == [("Actions", "E4")]
    said = plans.fails(2, "plan", "import", file, "--dry-run")
    assert "has 1 thing to mend. Nothing was recorded.\n  - Actions!E4: there is no such day as '30/02/2026'" in said


def test_a_file_that_is_no_workbook_is_reported_as_what_it_is(plans: Office) -> None:
    for content, said in ((b"", "it is empty"), (b"Action\n", "it is no Excel workbook")):
        assert said in plans.fails(2, "plan", "import", plans.write("x.xlsx", content), "--yes")
    assert "found a folder" in plans.fails(2, "plan", "import", str(plans.folder), "--yes")


@pytest.mark.parametrize(
    ("at", "value", "problem"),
    [
        ("B2", "PR-2026-007", "casereview!B2: the plan is for PR-2026-007, and this record has no such review"),
        ("B3", "Agency 9", "casereview!B3: expected an agency of PR-2026-001: Agency 1, Agency 2, found 'Agency 9'"),
        ("B4", "0" * 64, "casereview!B4: the plan is for PR-2026-001 in another record"),
    ],
)
def test_a_plan_of_something_else_is_refused(plans: Office, at: str, value: str, problem: str) -> None:
    workbook = load_workbook(export_plan(plans))
    workbook["casereview"][at] = value
    content = io.BytesIO()
    workbook.save(content)
    assert problem in plans.fails(2, "plan", "import", plans.write("x.xlsx", content.getvalue()), "--yes")


def test_what_others_changed_since_is_a_conflict_that_names_the_rows(anywhere: Office) -> None:
    file = return_plan(anywhere, {"C2": "Ours.", "C3": "Ours, too.", **NEW})
    anywhere.output("plan", "import", return_plan(anywhere, {"C3": "Theirs."}, "other.xlsx"), "--yes")
    before = everything(anywhere)
    found = anywhere.failure(3, "plan", "import", file, "--yes")
    assert (found["error"], found["rows"]) == ("plan_conflict", [{"row": 3, "ref": A02}])
    assert f"  - row 3: {A02}" in anywhere.fails(3, "plan", "import", file, "--yes")
    assert everything(anywhere) == before


def test_what_others_change_while_the_question_stands_is_a_conflict_too(
    anywhere: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = return_plan(anywhere, {"C2": "Ours.", "C3": "Ours, too.", **NEW})
    other = return_plan(anywhere, {"C3": "Theirs."}, "other.xlsx")

    def asked(*_: Any) -> bool:
        anywhere.output("plan", "import", other, "--yes")
        return True

    monkeypatch.setattr("casereview.terminal.session.Session.is_interactive", True)
    monkeypatch.setattr("casereview.terminal.commands.exchange.plan._confirm", asked)
    done = anywhere.run("plan", "import", file)
    assert done.exit_code == 3
    assert f"back.xlsx, Actions, row 3: {A02} is at version 2, not 1" in done.stderr
    assert {ref: version for ref, version in everything(anywhere).items() if "/A" in ref} == {A01: 1, A02: 2}


@pytest.mark.parametrize("option", ["--yes", "--dry-run"])
def test_where_a_rule_refuses_a_row_nothing_is_recorded(anywhere: Office, option: str) -> None:
    agree = anywhere.write("agree.json", {"due_on": "2026-08-31", "decided_by": {"name": "K", "capacity": CHAIR}})
    anywhere.output("step", A02, "agree", "--file", agree)
    file = return_plan(anywhere, {"C2": "Ours.", "G3": "on track", "H3": "It has begun.", **NEW})
    before = everything(anywhere)
    by_the_chair = ("--decided-by", "Kim Cole", "--capacity", CHAIR)
    said = anywhere.fails(1, "plan", "import", file, option, *by_the_chair)
    assert "back.xlsx, Actions, row 3: Refused: " in said
    assert f"(report_progress) for {A02}" in said
    assert "Nothing of the workbook was recorded." in said
    found = anywhere.failure(1, "plan", "import", file, option, *by_the_chair)
    assert (found["error"], found["row"], found["cause"]["error"]) == ("batch_failed", 3, "refused")
    assert everything(anywhere) == before


def test_many_actions_are_recorded_at_once(anywhere: Office) -> None:
    rows = {f"{at[0]}{row}": value for row in range(4, 44) for at, value in NEW.items()}
    rows |= {f"C{row}": f"Action {row}." for row in range(4, 44)}
    assert "Recorded: 40 actions." in anywhere.output("plan", "import", return_plan(anywhere, rows), "--yes")
    assert f"{REF}/A42" in everything(anywhere)
    assert "0 added, 0 changed, 42 unchanged." in anywhere.output("plan", "import", export_plan(anywhere), "--yes")


def test_a_review_that_has_ended_takes_no_new_action(office: Office) -> None:
    office.output("refer", "partnership_review", "--file", str(example_file("refer", PARTNERSHIP_EXAMPLES)))
    for file in sorted(PARTNERSHIP_EXAMPLES.glob("*.json"))[1:-1]:
        office.step(REF, file)
    file = return_plan(office, {"B3": "1", "C3": "Late.", "D3": "A Lead", "E3": date(2026, 9, 30)})
    office.step(REF, example_file("close", PARTNERSHIP_EXAMPLES))
    said = office.fails(1, "plan", "import", file, "--yes")
    assert "Actions, row 3: Refused: " in said
    assert "(propose) for the new case" in said


def test_who_may_not_record_for_others_is_refused(plans: Office) -> None:
    plans.output("people", "add", "Pat Low", "--role", "family_contact")
    said = plans.fails(1, "plan", "import", return_plan(plans, NEW), "--yes", "--as", "Pat Low")
    assert "Refused: " in said
    assert "(propose) for " in said
    assert "is not among the people who may act" in plans.fails(
        2, "plan", "import", return_plan(plans, NEW), "--yes", "--as", "Nobody"
    )


def test_a_rehearsal_s_plan_says_so(plans: Office) -> None:
    assert "REHEARSAL" in str(load_workbook(export_plan(plans))["Help"]["B1"].value)


@pytest.mark.parametrize("command", ["export", "import"])
def test_what_is_missing_on_the_command_line_is_a_matter_of_usage(plans: Office, command: str) -> None:
    assert "Missing" in plans.fails(2, "plan", command)
    assert set(cli.commands["plan"].commands) == {"export", "import"}  # type: ignore[attr-defined]

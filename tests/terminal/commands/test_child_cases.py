"""Children at the command line: by their references, whatever is asked of a case can be asked of them."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from casereview import workflows
from casereview.engine import Engine
from casereview.persistence import Database
from casereview.terminal import session, suggestions

from ...support.command_line import Office
from ...support.lending_sets import A_PART, A_SET, KEEPER_1, SETS

CHILD = "ST-2026-001/P01"


@pytest.fixture
def library(office: Office, monkeypatch: pytest.MonkeyPatch) -> Office:
    """An office that lends sets, too: one set, its part, and a part of that."""
    extended = (*workflows.WORKFLOWS, *SETS)
    for module in (workflows, session, suggestions):
        monkeypatch.setattr(module, "WORKFLOWS", extended)
    office.output("people", "add", "Keeper 1", "--role", "keeper", "--email", "keeper@example.org")
    # Who enters what the keeper records has to record for others in a workflow of the library, too.
    office.output("people", "change", "Sam Reed", "--role", "keeper")
    database = Database(f"sqlite:///{office.path}")
    engine = Engine(database, SETS, now=lambda: datetime(2026, 1, 5, 10, tzinfo=UTC))
    root = engine.open("set", actor=KEEPER_1, data=A_SET)
    for parent in (root.ref, CHILD):
        engine.open("part", actor=KEEPER_1, data={**A_PART, "borrower": "Keeper 1"}, parent=parent)
    database.close()
    return office


@pytest.mark.parametrize("typed", [CHILD, "st-2026-1/p1", "ST 2026 1 / P 01", " st-2026-001/p-001 "])
def test_a_child_is_found_however_its_reference_is_typed(library: Office, typed: str) -> None:
    found = library.document("show", typed)
    assert (found["ref"], found["parent"], found["workflow"]) == (CHILD, "ST-2026-001", "part")


@pytest.mark.parametrize("typed", ["ST-2026-001/P09", "ST-2026-001/", "ST-2026-001/P01/P02", "ST-2026-001/01"])
def test_what_is_no_child_s_reference_is_said_back_as_it_was_typed(library: Office, typed: str) -> None:
    assert library.failure(2, "show", typed) == {
        "error": "unknown_case",
        "message": f"There is no case {typed}. References look like SCR-2026-001: see casereview list.",
        "ref": typed,
    }


def test_a_child_says_what_it_is_part_of(library: Office) -> None:
    assert "Part of: ST-2026-001\n" in library.output("show", CHILD)
    assert "Part of" not in library.output("show", "ST-2026-001")


def test_a_list_is_of_what_stands_alone_unless_parts_are_asked_for(library: Office) -> None:
    def listed(*options: str) -> dict[str, str | None]:
        return {case["ref"]: case["parent"] for case in library.document("list", *options)}

    assert listed() == {"ST-2026-001": None}
    assert listed("--workflow", "part") == {CHILD: "ST-2026-001", "ST-2026-001/P02": CHILD}
    assert listed("--workflow", "part", "--after", CHILD) == {"ST-2026-001/P02": CHILD}
    assert listed("--parent", "st 2026 1") == {CHILD: "ST-2026-001"}
    assert library.failure(2, "list", "--parent", "ST-2026-009")["error"] == "unknown_case"


def test_a_child_is_opened_below_the_case_that_it_is_part_of(library: Office) -> None:
    part = ("refer", "part", "--set", "title=A rook", "--as", "Keeper 1")
    assert library.output(*part, "--parent", "st 2026 1").strip() == "ST-2026-001/P03"
    assert library.failure(2, *part)["name"] == "parent"
    assert library.failure(2, *part, "--parent", "ST-2026-009")["error"] == "unknown_case"


def test_what_is_next_and_what_is_refused_name_the_children(library: Office) -> None:
    steps = {step["trigger"]: step["blocked_by"] for step in library.document("next", CHILD, "--as", "Keeper 1")}
    block = {"guard": "parts_back", "reason": "ST-2026-001/P02 is still out.", "cleared_by": "keeper"}
    assert steps == {"note": [], "close_part": [block]}
    assert "ST-2026-001/P02 is still out. (keeper can clear it" in library.fails(
        1, "step", CHILD, "close_part", "--as", "Keeper 1"
    )
    assert library.failure(1, "step", "ST-2026-001", "close_set", "--as", "Keeper 1")["reasons"] == [
        {**block, "reason": f"{CHILD} is still out."}
    ]


def test_a_step_that_opens_children_says_which(library: Office) -> None:
    parts = library.write("parts.json", {"parts": ["A king", "A queen"]})
    done = library.run("step", "ST-2026-001", "unpack", "--file", parts, "--as", "Keeper 1")
    assert done.exit_code == 0, done.output
    assert "Also opened: ST-2026-001/P03, ST-2026-001/P04.\n" in done.stderr


def test_a_child_s_history_is_shown_and_proved_and_looked_back_at(library: Office) -> None:
    library.output("step", CHILD, "note", "--set", "text=It is scratched.", "--as", "Keeper 1")
    assert [event["trigger"] for event in library.document("history", CHILD)] == ["lend_part", "give_back", "note"]
    assert len(library.document("history", CHILD, "--as-of", "2026-01-06")) == 1
    assert library.document("show", CHILD, "--as-of", "2026-01-06")["version"] == 1
    assert library.document("verify", CHILD) == {"cases": 1, "events": 3, "faults": []}
    assert library.document("verify", "ST-2026-001") == {"cases": 3, "events": 5, "faults": []}


def test_a_child_that_is_overdue_is_chased_by_its_reference(library: Office) -> None:
    swept = library.document("escalate")
    assert [(fired["ref"], fired["recipients"]) for fired in swept["fired"]] == [
        (CHILD, ["Keeper 1"]),
        ("ST-2026-001/P02", ["Keeper 1"]),
    ]
    assert [late["ref"] for late in library.document("overdue")] == [CHILD, "ST-2026-001/P02"]


def test_the_tree_s_declarations_are_proved_together(library: Office) -> None:
    assert "Part: 2 states" in library.output("workflows", "--check")


def test_a_definition_says_of_what_its_cases_are_children(library: Office) -> None:
    children = {workflow["name"]: workflow["parent_workflows"] for workflow in library.document("workflows")}
    assert (children["set"], children["part"], children["serious_case_review"]) == ([], ["set", "part"], [])
    page = library.output("workflows", "part", "--markdown")
    assert "references `ROOT/PNUMBER`, below those of: Set, Part." in page


def test_a_declaration_that_contradicts_another_is_found(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workflows, "WORKFLOWS", SETS[:1])
    assert "close_set reads children of part, which no case of set has" in office.fails(1, "workflows", "--check")


def test_workflows_of_a_host_are_checked_by_module_and_attribute(
    office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "host_workflows.py").write_text(
        "from casereview.workflows import ACTION, WORKFLOWS\nALL, PART, NUMBER = WORKFLOWS[-1:], (ACTION,), 3\n"
    )
    monkeypatch.syspath_prepend(tmp_path)
    assert "Meeting: 4 states" in office.output("workflows", "--check", "host_workflows:ALL")
    assert "action version 1: Its parent workflow" in office.fails(1, "workflows", "--check", "host_workflows:PART")
    for wrong in ("host_workflows:NUMBER", "host_workflows:NONE", "no_such_module:ALL", "meeting"):
        assert "--check: expected" in office.fails(2, "workflows", "--check", wrong)

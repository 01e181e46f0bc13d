"""Bringing in a file of cases: faults first, batches, going on where it was stopped."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from typing import Any

import pytest

from casereview.engine import Engine, ImportResult

from ....support.command_line import PARTNERSHIP_EXAMPLES, Office, example_file

GIVEN = json.loads(example_file("refer", PARTNERSHIP_EXAMPLES).read_text(encoding="utf-8"))
DECIDER = GIVEN.pop("decided_by")
NOTE = {"step": "note", "data": {"text": "A call."}, "on": "2024-03-05"}
SECRET = "What nobody may read in an error."


def line(**changes: Any) -> str:
    case = {"workflow": "partnership_review", "data": GIVEN, "on": "2024-03-04", "decided_by": DECIDER, "steps": [NOTE]}
    return json.dumps({**case, **changes})


def written(office: Office, *lines: str) -> str:
    return office.write("old.jsonl", "\n".join(lines) + "\n")


def test_cases_are_brought_in_with_their_steps(office: Office) -> None:
    said = office.output(
        "import", written(office, line(), line(steps=[NOTE, NOTE]), "", line(on="2025-01-06T10:00Z", steps=[]))
    )
    assert "3 cases imported." in said
    history = office.document("history", "PR-2024-002")
    assert [event["trigger"] for event in history if event["kind"] != "deadline_expired"] == ["refer", "note", "note"]
    assert history[0]["decided_by"]["name"] == DECIDER["name"]
    assert office.document("show", "PR-2025-001")["opened_on"] == "2025-01-06"
    assert "nothing has changed since it was recorded" in office.output("verify")


def test_a_dry_run_changes_nothing(office: Office) -> None:
    before = office.content()
    said = office.output("import", written(office, line(), line()), "--dry-run")
    assert "everything can be imported. Nothing was changed." in said
    assert office.content() == before


def test_a_dry_run_says_what_the_import_would_warn_of(office: Office) -> None:
    office.output("people", "add", "Kim Cole", "--role", "subgroup_chair")
    office.output("organisations", "add", "Agency 9")
    file = written(office, line(decided_by={**DECIDER, "name": "Kim Coel"}), line(data={**GIVEN, "agency": "Agncy 9"}))
    before = office.content()
    would = office.output("import", file, "--dry-run")
    lines = [one for one in would.splitlines() if one.startswith("Name: ")]
    assert 'Name: "Kim Coel" is not on the list of people. Did you mean "Kim Cole"?' in lines
    assert 'Name: "Agncy 9" is not on the list of organisations. Did you mean "Agency 9"?' in lines
    names = office.document("import", file, "--dry-run")["names"]
    assert office.content() == before
    done = office.document("import", file)
    assert (done["names"], len(done["cases"])) == (names, 2)


def test_every_fault_is_reported_with_its_line_before_anything_is_recorded(office: Office) -> None:
    file = written(
        office,
        line(),
        "{",
        line(on="4 March"),
        line(colour="red"),
        line(data={**GIVEN, "title": "", "what_happened": 7}),
        line(steps=[NOTE, {"step": "note", "data": {"text": ""}}]),
        line(steps=[{"step": "no_such_step"}]),
        line(steps=[{"step": "close", "data": {}}]),
        line(id="one"),
        line(id="one"),
        line(on="2035-01-01"),
        line(steps=[{"step": "note", "data": {"text": "x"}, "on": "2035-01-01"}]),
        line(decided_by={"name": "", "capacity": "referrer"}),
        line(parent="SCR-2024-009"),
        line(workflow=7),
    )
    found = office.failure(2, "import", file, "--batch", "4")
    assert (found["error"], found["imported"]) == ("faulty_lines", 0)
    assert [(fault["line"], fault["path"]) for fault in found["faults"]] == [
        (2, ""),
        (3, "on"),
        (4, ""),
        (5, "data.title"),
        (5, "data.what_happened"),
        (6, "steps[1].data.text"),
        (7, "steps[0]"),
        (8, "steps[0]"),
        (10, "id"),
        (11, "on"),
        (12, "steps[0].on"),
        (13, "decided_by.name"),
        (14, ""),
        (15, "workflow"),
    ]
    said = office.fails(2, "import", file, "--dry-run")
    assert "old.jsonl has 14 things to correct. Nothing was imported." in said
    assert "line 10, id: expected an id of its own, found the id of line 9" in said


def test_the_first_hundred_faults_are_enough(office: Office) -> None:
    found = office.failure(2, "import", written(office, *["{"] * 150))
    assert len(found["faults"]) == 100


def test_no_fault_quotes_what_is_sensitive(office: Office) -> None:
    secret = {**GIVEN, "what_happened": SECRET, "title": ""}
    broken = line(data=secret)[:-1]
    wrong = [{"step": "note", "data": {"text": [SECRET]}}]
    said = office.fails(2, "import", written(office, line(data=secret), broken, line(data=SECRET), line(steps=wrong)))
    assert all(f"line {number}" in said for number in (1, 2, 3, 4))
    assert "nobody may read" not in said


def test_repeated_it_brings_nothing_in_twice(office: Office) -> None:
    file = written(office, line(), line(id="mine"))
    office.output("import", file)
    before = office.content()
    assert "0 cases imported. 2 were imported before." in office.output("import", file)
    assert office.content() == before
    # A changed file is another file: only the case with a name of its own is known again.
    cases = office.document("import", written(office, line(), line(id="mine"), line()))["cases"]
    assert [(case["line"], case["ref"], case["repeated"]) for case in cases] == [
        (1, "PR-2024-003", False),
        (2, "PR-2024-002", True),
        (3, "PR-2024-004", False),
    ]


def test_what_the_record_does_not_take_any_more_says_how_far_it_is(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = written(office, line(), line(), line(id="mine"))
    monkeypatch.setattr(Engine, "preview_imports", lambda _, cases: tuple(ImportResult(ref="-") for _ in cases))
    office.output("import", written(office, line(id="mine", steps=[])))
    written(office, line(), line(), line(id="mine"))
    done = office.run("import", file, "--batch", "2")
    assert done.exit_code == 2
    assert "2 cases before them were imported." in done.stderr
    assert "line 3: The request ID mine was used before" in done.stderr


def test_ctrl_c_ends_it_between_two_batches_and_it_goes_on_from_there(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = written(office, *[line() for _ in range(5)])
    taken = Engine.import_many

    def interrupted(engine: Engine, histories: Any) -> Any:
        os.kill(os.getpid(), signal.SIGINT)
        return taken(engine, histories)

    monkeypatch.setattr(Engine, "import_many", interrupted)
    before = signal.getsignal(signal.SIGINT)
    stopped = office.run("import", file, "--batch", "2")
    assert (stopped.exit_code, signal.getsignal(signal.SIGINT)) == (130, before)
    assert "2 cases imported." in stopped.stdout
    assert "Stopped between two batches." in stopped.stderr
    monkeypatch.undo()
    assert "3 cases imported. 2 were imported before." in office.output("import", file, "--batch", "2")


def test_ctrl_c_while_it_is_looked_through_changes_nothing(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(_: Engine, cases: Any) -> tuple[ImportResult, ...]:
        os.kill(os.getpid(), signal.SIGINT)
        return tuple(ImportResult(ref="-") for _ in cases)

    monkeypatch.setattr(Engine, "preview_imports", interrupted)
    said = office.fails(130, "import", written(office, line(), line()), "--batch", "1")
    assert "Nothing was changed." in said


@pytest.mark.long
def test_killed_in_the_middle_of_a_batch_it_goes_on_behind_the_last_one(office: Office) -> None:
    file = written(office, *[line() for _ in range(8)])
    script = (
        "import os, signal, sys\n"
        "from casereview.cli import cli\n"
        "from casereview.engine.service.batch import BatchHandler\n"
        "import_one, imported = BatchHandler._import_one, []\n"
        "def killed_at_the_sixth(handler, writer, number, case):\n"
        "    imported.append(import_one(handler, writer, number, case))\n"
        "    if len(imported) == 8 + 6:\n"
        "        os.kill(os.getpid(), signal.SIGKILL)\n"
        "    return imported[-1]\n"
        "BatchHandler._import_one = killed_at_the_sixth\n"
        "cli(sys.argv[1:])\n"
    )
    died = subprocess.run(
        [sys.executable, "-c", script, "import", file, "--batch", "2"],
        env=office.environment_variables(),
        capture_output=True,
        check=False,
        timeout=60,
    )
    assert died.returncode == -signal.SIGKILL
    assert len(office.document("list")) == 4
    assert "4 cases imported. 4 were imported before." in office.output("import", file, "--batch", "2")
    assert [case["ref"] for case in office.document("list")] == [f"PR-2024-00{number}" for number in range(1, 9)]
    assert "nothing has changed since it was recorded" in office.output("verify")


def test_a_file_that_cannot_be_read_is_named(office: Office) -> None:
    said = office.fails(2, "import", str(office.folder / "none.jsonl"))
    assert "none.jsonl" in said

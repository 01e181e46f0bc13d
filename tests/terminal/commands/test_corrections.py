"""Correct events from the command line: any field, the day and the decider, typed or asked for."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from casereview.engine import Actor, Engine
from casereview.engine.model.commands import ImportSnapshot, SnapshotStep
from casereview.persistence import Database
from casereview.workflows import WORKFLOWS

from ...support.command_line import Office

WHY = ("--wrong", "Mistyped.", "--reasons", "Found when filing.")


def correct(office: Office, ref: str, event: str, *more: str) -> str:
    return office.output("correct", ref, "--event", event, *WHY, *more)


def test_the_day_and_a_field_are_corrected_and_the_deadlines_follow(office: Office, ref: str) -> None:
    before = office.document("show", ref)
    said = correct(office, ref, "1", "--on", "2026-01-02", "--set", "agency=Agency 9")
    assert said.splitlines()[-1] == f"Recorded: {ref}, event 1 corrected (version 2)."
    after = office.document("show", ref)
    assert (after["opened_on"], after["agencies"]) == ("2026-01-02", ["Agency 2", "Agency 9"])
    assert before["opened_on"] != after["opened_on"]
    was, due = ({one["name"]: one["due"] for one in case["deadlines"]} for case in (before, after))
    assert was.keys() == due.keys()
    assert any(due[name] < was[name] for name in due)


def test_the_history_shows_the_former_and_the_new_value(office: Office, ref: str) -> None:
    correct(
        office, ref, "1", "--on", "2026-01-02", "--set", "agency=Agency 9", "--set", "what_happened=Another account."
    )
    shown = " ".join(office.output("history", ref).split())
    assert "Referring agency: Agency 9, instead of Agency 1" in shown
    assert "Day: 2 Jan 2026, instead of 5 Jan 2026" in shown
    assert "corrected, see event 2" in shown
    assert "Another account." not in shown
    changes = {one["field"]: one for one in office.document("history", ref)[1]["changes"]}
    assert (changes["agency"]["former"], changes["agency"]["value"]) == ("Agency 1", "Agency 9")
    assert changes["what_happened"]["value"] == "Another account."
    assert changes["day"]["value"] == "2026-01-02"
    assert set(changes) == {"agency", "what_happened", "day"}


def test_who_decided_is_corrected(office: Office, ref: str) -> None:
    correct(office, ref, "1", "--decider", "Pat Moss", "--decider-evidence", "Letter of 2 January")
    (changes,) = (event["changes"] for event in office.document("history", ref) if event["kind"] == "corrected")
    assert [(one["field"], one["value"]) for one in changes] == [
        ("decided_by.name", "Pat Moss"),
        ("decided_by.evidence", "Letter of 2 January"),
    ]


@pytest.mark.parametrize(
    ("args", "expected"),
    [
        (("--event", "1", "--set", "nonsense=42"), "nonsense: expected one of the fields"),
        (("--event", "x", "--set", "agency=A"), "--event: expected a number as casereview history shows it"),
        (("--event", "1.2", "--set", "agency=A"), "the step: expected none: only an imported case has several steps"),
        (("--event", "7", "--set", "agency=A"), "the event: expected the number of a step"),
        (("--set", "agency=A"), "Missing option '--event'"),
    ],
    ids=lambda value: value[-1] if isinstance(value, tuple) else "",
)
def test_what_cannot_be_corrected_is_said(office: Office, ref: str, args: tuple[str, ...], expected: str) -> None:
    assert expected in office.fails(2, "correct", ref, *args, *WHY)


def test_the_reasons_are_needed(office: Office, ref: str) -> None:
    said = office.fails(2, "correct", ref, "--event", "1", "--wrong", "x", "--set", "agency=A")
    assert "Missing option '--reasons'" in said


def test_at_a_terminal_everything_is_asked_for(office: Office, ref: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("casereview.terminal.session.Session.is_interactive", True)
    answers = ["9", "1", "agency", "Agency 9", "2026-01-02", "", "", "Letter", "Mistyped.", "Found when filing."]
    asked = office.run("correct", ref, typed="\n".join(answers) + "\n")
    assert asked.exit_code == 0, asked.output
    assert "There is no event 9 that can be corrected." in asked.stderr
    assert "Recorded: Agency 1" in asked.stderr
    changes = [(one["field"], one["value"]) for one in office.document("history", ref)[-1]["changes"]]
    assert changes == [("day", "2026-01-02"), ("decided_by.evidence", "Letter"), ("agency", "Agency 9")]


def test_at_a_terminal_nothing_is_asked_of_those_who_may_not(
    office: Office, ref: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    office.output("people", "add", "Pat Moss", "--role", "board_chair")
    monkeypatch.setattr("casereview.terminal.session.Session.is_interactive", True)
    asked = office.run("correct", ref, "--event", "1", "--as", "Pat Moss", typed="")
    assert (asked.exit_code, "Which fields are wrong" in asked.stderr) == (1, False)


@pytest.mark.long
def test_a_step_of_an_imported_case_is_corrected_by_its_number(office: Office) -> None:
    database = Database(f"sqlite:///{office.path}")
    engine = Engine(database, WORKFLOWS, now=lambda: datetime(2026, 1, 20, 9, tzinfo=UTC))
    actor = Actor(name="Sam Reed", roles=frozenset({"business_manager"}))
    step = SnapshotStep(trigger="note", on=date(2019, 2, 4), data={"text": "A call."})
    command = ImportSnapshot(
        workflow="serious_case_review", actor=actor, state="referred", opened_on=date(2019, 1, 7),
        source="the old register", data={"title": "Child A", "agency": "Agency 1"}, steps=(step,),
    )  # fmt: skip
    (imported,) = engine.import_many((command,))
    database.close()
    assert "1.2 4 Feb 2019" in " ".join(office.output("history", imported.ref).split())
    correct(office, imported.ref, "1.2", "--on", "2019-02-05")
    correct(office, imported.ref, "1.1", "--set", "agency=Agency 9")
    correct(office, imported.ref, "1", "--set", "title=Child B")
    shown = office.document("show", imported.ref)
    assert (shown["title"], shown["agencies"]) == ("Child B", ["Agency 9"])
    history = " ".join(office.output("history", imported.ref).split())
    assert "event 1.2 corrected" in history
    assert "Day: 5 Feb 2019, instead of 4 Feb 2019" in history
    assert "nothing has changed since it was recorded" in office.output("verify")
    said = office.fails(2, "correct", imported.ref, "--event", "1", *WHY, "--set", "nonsense=42")
    assert "nonsense: expected one of the fields" in said

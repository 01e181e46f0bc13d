"""The same step over many cases: which are meant, and all of it or nothing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from ...support.command_line import PARTNERSHIP_EXAMPLES, Office, example_file


@pytest.fixture
def several(office: Office) -> Office:
    """An office with three reviews, of which one has been screened, and a smaller one."""
    return office.prepared(_refer_several)


def _refer_several(office: Office) -> None:
    for _ in range(3):
        ref = office.refer("--on", "2026-01-05")
    office.record_steps(ref, "notify_incident", "recommend", "screen")
    office.output("refer", "partnership_review", "--file", str(example_file("refer", PARTNERSHIP_EXAMPLES)))


NOTE = ("--set", "text=The files have moved.")
REVIEWS = ("--where", "workflow=serious_case_review")


def notes(office: Office) -> dict[str, int]:
    return {
        case["ref"]: sum(event["trigger"] == "note" for event in office.document("history", case["ref"]))
        for case in office.document("list")
    }


def test_a_step_is_recorded_for_all_cases_that_are_meant(several: Office) -> None:
    said = several.output("step", "ALL", "note", *NOTE, *REVIEWS, "--where", "state=referred")
    assert [line.split() for line in said.splitlines()[2:4]] == [
        ["SCR-2026-001", "referred"],
        ["SCR-2026-002", "referred"],
    ]
    assert said.splitlines()[-1] == '"Add a note" is recorded for 2 cases.'
    assert notes(several) == {"PR-2026-001": 0, "SCR-2026-001": 1, "SCR-2026-002": 1, "SCR-2026-003": 0}


def test_a_dry_run_says_what_it_would_come_to_and_records_nothing(several: Office) -> None:
    withdrawal = ("--set", "withdrawn_by=Agency 1", "--set", "reasons=Sent twice.")
    decided = ("--decided-by", "Kim Cole", "--capacity", "subgroup_chair", "--evidence", "letter")
    where = (*REVIEWS, "--where", "state=referred")
    said = several.output("step", "ALL", "withdraw", *withdrawal, *decided, *where, "--dry-run")
    assert "SCR-2026-001  referred → withdrawn" in said
    assert said.splitlines()[-1] == '"Withdraw the referral" would be recorded; nothing was changed: 2 cases.'
    assert {case["state"] for case in several.document("list", "--workflow", "serious_case_review")} == {
        "referred",
        "screened",
    }


def test_if_one_case_refuses_none_is_recorded_and_each_refusal_is_named(several: Office) -> None:
    decided = ("--decided-by", "Kim Cole", "--capacity", "subgroup_chair", "--evidence", "letter")
    done = several.run("step", "ALL", "withdraw", "--set", "withdrawn_by=A", "--set", "reasons=B.", *decided, *REVIEWS)
    assert done.exit_code == 1
    why = 'It is possible only at the stage "referred"; the case is at the stage "screened".'
    assert f"  SCR-2026-003: {why}" in done.stderr.splitlines()
    assert "SCR-2026-001:" not in done.stderr
    assert "Nothing was recorded, because these cases cannot take the step:" in done.stderr
    assert {case["state"] for case in several.document("list", "--workflow", "serious_case_review")} == {
        "referred",
        "screened",
    }


def test_a_program_is_given_what_became_of_each(several: Office) -> None:
    found = several.document("step", "ALL", "note", *NOTE, *REVIEWS, "--where", "state=screened")
    assert found == [
        {
            "ref": "SCR-2026-003",
            "from": "screened",
            "to": "screened",
            "version": 5,
            "warnings": [],
            "repeated": False,
            "dry_run": False,
        }
    ]


def test_the_same_request_again_records_nothing_again(several: Office) -> None:
    request = ("step", "ALL", "note", *NOTE, *REVIEWS, "--request-id", "files 1")
    several.output(*request)
    assert "already recorded by this request" in several.output(*request)
    assert set(notes(several).values()) == {0, 1}


def test_an_agency_s_cases_and_the_overdue_ones_can_be_meant(several: Office) -> None:
    # Somebody types `Overdue=yes` and `agency` with another case of letters.
    later = several.at("2026-03-02T09:00:00+00:00")
    said = later.output("step", "ALL", "note", *NOTE, *REVIEWS, "--where", "Overdue=yes", "--where", "agency=agency 1")
    assert "for 3 cases." in said


@pytest.mark.parametrize(
    ("where", "expected"),
    [
        (("colour=red",), "workflow=…, state=…, agency=…, overdue=…"),
        (("state",), "workflow=…, state=…, agency=…, overdue=…"),
        (("state=",), "workflow=…, state=…, agency=…, overdue=…"),
        (("state=referred", "state=closed"), "workflow=…, state=…, agency=…, overdue=…"),
        (("overdue=no",), "expected overdue=yes"),
        (("workflow=serious_case_review", "state=closed"), "no such case"),
        (("agency=Agency 1",), "cases of Serious Case Review and Partnership review"),
        (("workflow=sale",), "sale"),
        (("state=sold",), "sold"),
    ],
)
def test_a_condition_that_cannot_be_understood_names_what_can(
    several: Office, where: tuple[str, ...], expected: str
) -> None:
    before = notes(several)
    done = several.run("step", "ALL", "note", *NOTE, *(part for one in where for part in ("--where", one)))
    assert done.exit_code == 2
    assert expected in done.stderr
    assert notes(several) == before


@pytest.mark.parametrize(
    ("args", "expected"),
    [
        (("ALL", "fly", *REVIEWS), "a step of the workflow in --where"),
        (("ALL", "fly", "--where", "state=referred"), "a step that a workflow has"),
        (("ALL", "refer", *REVIEWS), "a step of the workflow in --where"),
        (("SCR-2026-009", "note", *REVIEWS), "SCR-2026-009"),
        (
            ("ALL", "note", *REVIEWS, "--if-version", "1"),
            "Use either --if-version or --where. --if-version is for one case.",
        ),
    ],
)
def test_what_no_case_can_take_is_said(several: Office, args: tuple[str, ...], expected: str) -> None:
    done = several.run("step", *args, *NOTE)
    assert done.exit_code == 2
    assert expected in done.stderr


def test_more_than_a_thousand_cases_are_to_be_narrowed_down(
    several: Office, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("casereview.terminal.commands.bulk_step.MAX_CASES", 2)
    done = several.run("step", "ALL", "note", *NOTE, *REVIEWS)
    assert done.exit_code == 2
    assert "conditions that match at most 2 cases" in done.stderr


def test_a_person_is_asked_before_many_cases_move(several: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def confirm(question: str, **_more: Any) -> bool:
        asked.append(question)
        raise KeyboardInterrupt

    monkeypatch.setattr("click.confirm", confirm)
    monkeypatch.setattr("casereview.terminal.session.Session.is_interactive", property(lambda _self: True))
    several.run("step", "ALL", "note", *NOTE, *REVIEWS)
    assert asked == ['Do you want to record "Add a note" for 3 cases? y or n']
    assert set(notes(several).values()) == {0}
    several.run("step", "ALL", "note", *NOTE, *REVIEWS, "--yes")
    assert asked == ['Do you want to record "Add a note" for 3 cases? y or n']
    assert sorted(notes(several).values()) == [0, 1, 1, 1]

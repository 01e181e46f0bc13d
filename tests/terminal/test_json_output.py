"""Tests of output for programs: a JSON document, or an error object on standard error."""

from __future__ import annotations

import json
import re
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from ..support.command_line import Office, example_file, example_record

CASE = "ref workflow workflow_version version state title parent opened_on closed_on data deadlines"
DEADLINE = "name due status citation"
EVENT = "seq kind trigger from to recorded_by decided_by occurred_at recorded_at data hash"
POSSIBLE = "trigger title to roles fields blocked_by"
BLOCK = "guard reason cleared_by"
OVERDUE = "ref deadline due days_overdue owner levels"
STATUSES = {"running", "suspended", "met", "missed", "cancelled"}


def has(document: dict[str, Any], keys: str) -> bool:
    return document.keys() >= set(keys.split())


def test_a_case_has_the_keys_that_were_promised(office: Office, ref: str) -> None:
    case = office.document("show", ref)
    assert has(case, CASE)
    assert (case["ref"], case["state"], case["version"]) == (ref, "referred", 1)
    assert (case["opened_on"], case["closed_on"]) == ("2026-01-05", None)
    assert case["data"]["refer"]["child"] == "Child A (invented)"
    assert all(has(deadline, DEADLINE) and deadline["status"] in STATUSES for deadline in case["deadlines"])
    due = {deadline["name"]: date.fromisoformat(deadline["due"]) for deadline in case["deadlines"]}
    assert due == {"notify_incident": date(2026, 1, 9), "recommend": date(2026, 1, 19)}


def test_an_event_has_the_keys_that_were_promised(office: Office, ref: str) -> None:
    office.record_steps(ref, "recommend")
    events = office.document("history", ref)
    assert all(has(event, EVENT) for event in events)
    assert [event["seq"] for event in events] == [1, 2, 3, 4]
    assert [event["kind"] for event in events] == ["opened", "deadline_expired", "deadline_expired", "step"]
    assert events[0]["from"] is None
    assert events[1]["decided_by"] is None
    assert events[3]["decided_by"]["capacity"] == "subgroup_chair"
    for event in events:
        assert datetime.fromisoformat(event["occurred_at"]).tzinfo is not None
        assert datetime.fromisoformat(event["recorded_at"]).tzinfo is not None
        assert re.fullmatch(r"[0-9a-f]{64}", event["hash"])


def test_a_possible_step_has_the_keys_that_were_promised(office: Office, ref: str) -> None:
    steps = {step["trigger"]: step for step in office.document("next", ref)}
    assert all(has(step, POSSIBLE) for step in steps.values())
    assert steps["screen"]["to"] == "screened"
    assert steps["screen"]["roles"] == ["board_chair"]
    assert has(steps["screen"]["blocked_by"][0], BLOCK)
    assert steps["recommend"]["blocked_by"] == []


def test_the_fields_of_a_possible_step_are_json_schema(office: Office, ref: str) -> None:
    (note,) = [step for step in office.document("next", ref) if step["trigger"] == "note"]
    schema = note["fields"]
    form = schema["$defs"][schema["$ref"].rsplit("/", 1)[1]]
    assert form["required"] == ["text"]
    assert form["properties"]["text"]["maxLength"] == 20_000


def test_something_overdue_has_the_keys_that_were_promised(office: Office, ref: str) -> None:
    (first, second) = office.document("overdue")
    assert has(first, OVERDUE)
    assert (first["ref"], first["deadline"], first["due"], first["days_overdue"]) == (
        *(ref, "notify_incident", "2026-01-09", 11),
    )
    assert (first["owner"], first["levels"]) == ("business_manager", [])
    assert second["deadline"] == "recommend"


@pytest.mark.parametrize("args", [("list",), ("overdue",), ("workflows",)], ids=" ".join)
def test_lists_are_bare_arrays_though_they_be_empty(office: Office, args: tuple[str, ...]) -> None:
    assert isinstance(office.document(*args), list)


def test_people_are_listed_with_their_roles(office: Office) -> None:
    added = office.document("people", "add", "Kim Lee", "--role", "referrer", "--email", "kim@example.org")
    assert added == {
        "name": "Kim Lee",
        "former_names": [],
        "roles": ["referrer"],
        "holdings": [{"role": "referrer", "agency": None}],
        "account": None,
        "email": "kim@example.org",
        "notify": None,
        "warnings": [],
    }
    assert [person["name"] for person in office.document("people", "list")] == ["Kim Lee", "Sam Reed"]


def test_a_step_prints_the_case_after_it_and_what_was_warned_of(office: Office, ref: str) -> None:
    office.record_steps(ref, "recommend")
    case = office.document("step", ref, "screen", "--file", str(example_file("screen")))
    assert has(case, CASE)
    assert (case["state"], case["dry_run"], case["repeated"]) == ("screened", False, False)
    assert "Since then, new reviews are Child" in case["warnings"][0]


def test_an_opening_prints_the_case(office: Office) -> None:
    case = office.document("refer", "serious_case_review", "--file", str(example_file("refer")))
    assert has(case, CASE)
    assert case["ref"] == "SCR-2026-001"


def test_init_says_whether_it_created(empty: Office) -> None:
    assert empty.document("init")["created"] is True
    assert empty.document("init")["created"] is False


def test_a_failure_is_one_object_with_the_facts_of_the_error(office: Office, ref: str) -> None:
    failure = office.failure(1, "step", ref, "screen", "--file", str(example_file("screen")))
    assert failure["error"] == "refused"
    assert "recommendation is not on record" in failure["message"]
    assert (failure["ref"], failure["state"], failure["step"]) == (ref, "referred", "screen")
    assert has(failure["reasons"][0], BLOCK)
    assert "recommend" in failure["alternatives"]


FAILURES = {
    "unknown_case": ("show", "SCR-2026-999"),
    "unknown_step": ("step", "SCR-2026-001", "approve"),
    "unknown_workflow": ("refer", "scr"),
    "unknown_state": ("list", "--state", "open"),
    "unknown_role": ("people", "add", "Kim Lee", "--role", "chair"),
    "unknown_person": ("step", "SCR-2026-001", "note", "--set", "text=x", "--as", "Kim Lee"),
    "bad_date": ("step", "SCR-2026-001", "note", "--set", "text=x", "--on", "2026-01-21"),
    "bad_value": ("step", "SCR-2026-001", "note", "--set", "text=x", "--on", "2026-02-30"),
    "invalid_form": ("step", "SCR-2026-001", "note"),
    "usage": ("show",),
}


@pytest.mark.usefixtures("ref")
@pytest.mark.parametrize(("error", "args"), FAILURES.items(), ids=FAILURES.keys())
def test_every_failure_is_known_by_its_word(office: Office, error: str, args: tuple[str, ...]) -> None:
    failure = office.failure(2, *args)
    assert failure["error"] == error
    assert failure["message"]


@pytest.mark.parametrize(
    "args", [("people", "add"), ("list", "--limit", "0"), ("list", "--colour"), ("nothing",), ("people", "nothing")]
)
def test_usage_is_reported_in_json_at_every_level(office: Office, args: tuple[str, ...]) -> None:
    assert office.failure(2, *args)["error"] == "usage"


def test_a_conflict_tells_both_versions(office: Office, ref: str) -> None:
    failure = office.failure(3, "step", ref, "note", "--set", "text=x", "--if-version", "7")
    assert (failure["error"], failure["expected"], failure["found"]) == ("conflict", 7, 1)


def test_a_missing_database_is_reported_with_its_remedy(empty: Office) -> None:
    failure = empty.failure(4, "list")
    assert (failure["error"], failure["problem"]) == ("database", "does not exist")


def test_all_faults_of_a_form_come_in_one_answer(office: Office) -> None:
    file = office.write(
        "faulty.json", example_record("refer", harm="dead", aware_on="2026-02-30", colour="red", title="")
    )
    failure = office.failure(2, "refer", "serious_case_review", "--file", file)
    faults = {fault["path"]: fault for fault in failure["faults"]}
    assert faults.keys() == {"harm", "aware_on", "colour", "title"}
    assert faults["harm"]["expected"] == "death or serious harm (serious_harm)"
    assert faults["aware_on"]["found"] == "'2026-02-30'"


def test_only_json_is_on_standard_error_although_now_is_ignored(real: Office) -> None:
    assert real.at("2026-01-20").failure(2, "show", "SCR-2026-999")["error"] == "unknown_case"


@pytest.mark.long
@pytest.mark.parametrize("encoding", ["ascii", "cp1252"])
def test_json_is_utf_8_whatever_the_terminal_s_encoding(office: Office, encoding: str) -> None:
    title = "Crossing → 😀 שלום"
    ref = office.refer("--set", f"title={title}")
    shown = office.process("show", ref, "--json", PYTHONIOENCODING=encoding)
    assert json.loads(shown.stdout)["title"] == title
    failed = office.process("refer", title, "--json", PYTHONIOENCODING=encoding)
    assert json.loads(failed.stderr)["name"] == title


def test_a_process_prints_one_document_and_nothing_else(office: Office, ref: str, program: Path) -> None:
    done = office.by(program).process("step", ref, "note", "--set", "text=x", "--json")
    assert json.loads(done.stdout)["version"] == 2
    assert done.stderr == ""

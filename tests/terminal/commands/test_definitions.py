"""A definition that changed under its number is refused at the command line, and named by the checks."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

import casereview.workflows
from casereview.engine.definition.workflow import Workflow
from casereview.engine.model.calendar import days
from casereview.terminal import session
from casereview.workflows import SERIOUS_CASE_REVIEW, WORKFLOWS

from ...support.command_line import Office

DEADLINE = SERIOUS_CASE_REVIEW.deadlines[0]
CHANGED = tuple(
    replace(one, deadlines=(replace(DEADLINE, term=days(99)), *one.deadlines[1:]))
    if one is SERIOUS_CASE_REVIEW
    else one
    for one in WORKFLOWS
)
SAID = f"deadline {DEADLINE.title} ({DEADLINE.name}): term"


def use(workflows: tuple[Workflow, ...], monkeypatch: pytest.MonkeyPatch) -> None:
    """Let commands use these workflows, as a program of another version does."""
    monkeypatch.setattr(session, "WORKFLOWS", workflows)
    monkeypatch.setattr(casereview.workflows, "WORKFLOWS", workflows)


def test_init_registers_each_definition(office: Office) -> None:
    shown = office.document("show", "UNIT")
    assert shown["data"]["register_definition"]["workflow"] == "meeting"
    registered = [one for one in office.document("history", "UNIT") if one["trigger"] == "register_definition"]
    assert [one["data"]["workflow"] for one in registered] == [workflow.name for workflow in WORKFLOWS]
    assert "Register a version of a workflow" in office.output("show", "UNIT")
    assert office.document("verify")["faults"] == []


def test_a_changed_definition_is_refused_and_named(office: Office, ref: str, monkeypatch: pytest.MonkeyPatch) -> None:
    use(CHANGED, monkeypatch)
    for command in (
        ("step", ref, "note", "--set", "text=x"),
        ("note", ref, "x"),
        ("escalate",),
        ("worker", "--once"),
        ("workflows", "--check"),
    ):
        said = office.run(*command)
        assert said.exit_code == 1, command
        assert SAID in said.stdout + said.stderr, command
    failure = json.loads(office.run("note", ref, "x", "--json").stderr)
    assert (failure["error"], failure["workflow"], failure["changes"]) == (
        "definition_changed",
        "serious_case_review",
        [SAID],
    )
    assert len(office.document("history", ref)) == 1


def test_reading_goes_on_and_doctor_says_what_changed(
    office: Office, ref: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    use(CHANGED, monkeypatch)
    assert ref in office.output("list") + office.output("show", ref) + office.output("next", ref)
    checks = {check["name"]: check for check in json.loads(office.run("doctor", "--json").stdout)}
    assert not checks["definitions"]["passed"]
    assert SAID in checks["definitions"]["found"]
    assert "higher version" in checks["definitions"]["remedy"]


def test_a_higher_version_is_registered_by_the_first_command(
    office: Office, ref: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    raised = tuple(replace(one, version=2) for one in CHANGED if one.name == SERIOUS_CASE_REVIEW.name)
    use((*WORKFLOWS, *raised), monkeypatch)
    office.output("note", ref, "A call.")
    assert office.document("show", ref)["workflow_version"] == 1
    assert office.document("history", "UNIT")[-1]["data"]["version"] == 2
    assert office.document("show", office.refer())["workflow_version"] == 2
    assert office.run("workflows", "--check").exit_code == 0


def test_definitions_are_checked_without_a_record_too(empty: Office) -> None:
    assert "Every state can be reached" in empty.output("workflows", "--check")
    assert not empty.path.exists()

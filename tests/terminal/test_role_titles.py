"""A role is shown by its title, which may differ from the words of its code."""

from __future__ import annotations

from dataclasses import replace

import pytest

from casereview import workflows
from casereview.engine.definition.workflow import Workflow
from casereview.terminal import session, suggestions

from ..support.command_line import Office, example_file

TITLE = "head of the board"


def _retitled(workflow: Workflow) -> Workflow:
    roles = (replace(role, title=TITLE) if role.name == "board_chair" else role for role in workflow.roles)
    return replace(workflow, roles=tuple(roles))


@pytest.fixture
def renamed(office: Office, monkeypatch: pytest.MonkeyPatch) -> Office:
    """An office with another title for its board chair."""
    for module in (workflows, session, suggestions):
        monkeypatch.setattr(module, "WORKFLOWS", tuple(map(_retitled, workflows.WORKFLOWS)))
    office.output("people", "add", "Bo Hart", "--role", "board_chair", "--email", "bo@example.org")
    return office


def test_a_role_is_shown_by_its_title(renamed: Office) -> None:
    ref = renamed.refer("--on", "2026-01-05")
    renamed.record_steps(ref, "recommend", "screen")
    panel = ("step", ref, "agree_terms", "--file", str(example_file("agree_terms")))
    shown = {
        "people": renamed.output("people", "list"),
        "next": renamed.output("next", ref),
        "history": " ".join(renamed.output("history", ref).split()),
        "definition": " ".join(renamed.output("workflows", "serious_case_review").split()),
        "capacity": renamed.fails(2, *panel, "--decided-by", "Bo Hart"),
    }
    assert {name: TITLE in text for name, text in shown.items()} == dict.fromkeys(shown, True)
    assert not any("board_chair" in text.replace("(board_chair)", "") for text in shown.values())

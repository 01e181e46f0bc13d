"""A history names steps by their titles."""

from __future__ import annotations

import re

import pytest

from casereview.engine.definition.workflow import Workflow
from casereview.reports.render.terminal.history import _step_title
from casereview.workflows import WORKFLOWS


@pytest.mark.parametrize("workflow", WORKFLOWS, ids=lambda workflow: workflow.name)
def test_no_step_of_a_history_is_shown_as_an_identifier(workflow: Workflow) -> None:
    shown = [_step_title(trigger, workflow) for trigger in (workflow.opening.trigger, *workflow.steps)]
    assert [title for title in shown if re.search(r"[a-z]_[a-z]", title)] == []


def test_what_is_no_step_of_the_workflow_is_shown_in_words() -> None:
    assert _step_title("new-date", WORKFLOWS[0]) == "New date"

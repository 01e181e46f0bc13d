"""The examples take each review to closed; that a shell loop does so too is tested with the tutorial."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from casereview.workflows import WORKFLOWS
from casereview.workflows.parts.status import REVIEWS

from ..support.command_line import EXAMPLES, Office, step_of_file

FILES = sorted(EXAMPLES.glob("*/*.json"))


@pytest.mark.long
@pytest.mark.parametrize("now", ["2026-06-30T23:30:00+00:00", "2031-05-05T09:30:00Z"])
@pytest.mark.parametrize("workflow", REVIEWS)
def test_the_examples_take_a_review_to_closed_whatever_the_day(office: Office, workflow: str, now: str) -> None:
    then = office.at(now)
    first, *others = sorted((EXAMPLES / workflow).glob("*.json"))
    ref = then.output("refer", workflow, "--file", str(first)).strip()
    for file in others:
        then.step(ref, file)
    case = then.document("show", ref)
    assert case["state"] == "closed"
    assert then.document("overdue") == []
    parts = then.document("list", "--parent", ref)
    assert {part["state"] for part in parts if part["closed_on"] is None} <= {"took_part"}


@pytest.mark.long
def test_the_examples_close_a_review_of_a_real_record_today(real: Office) -> None:
    first, *others = sorted((EXAMPLES / "serious_case_review").glob("*.json"))
    ref = real.output("refer", "serious_case_review", "--file", str(first)).strip()
    for file in others:
        real.step(ref, file)
    assert real.document("show", ref)["state"] == "closed"


@pytest.mark.parametrize("file", FILES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_every_example_names_who_decided_in_a_capacity_that_may(file: Path) -> None:
    part, _, trigger = step_of_file(file).rpartition("-")
    (workflow,) = [
        workflow
        for workflow in WORKFLOWS
        if (workflow.prefix == part.rstrip("0123456789") if part else workflow.name == file.parent.name)
    ]
    transition = workflow.transition(trigger)
    assert transition is not None
    decider = json.loads(file.read_text(encoding="utf-8"))["decided_by"]
    assert decider["capacity"] in transition.roles
    assert decider["name"]
    assert decider["evidence"]


def test_the_examples_are_numbered_in_the_order_in_which_they_are_taken() -> None:
    for name in REVIEWS:
        files = sorted((EXAMPLES / name).glob("*.json"))
        assert [int(file.stem.partition("-")[0]) for file in files] == list(range(1, len(files) + 1))
        (workflow,) = [workflow for workflow in WORKFLOWS if workflow.name == name]
        assert files[0].stem.endswith(f"-{workflow.opening.trigger}")
        assert files[-1].stem.endswith("-close")

"""Programs that start at the same moment register each definition once, and only one of two that differ."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import pytest

from casereview.engine import Actor, DefinitionChanged, Engine
from casereview.engine.definition.workflow import Workflow
from casereview.engine.model.calendar import days
from casereview.engine.model.case import UNIT
from casereview.persistence import Database
from casereview.workflows import PARTNERSHIP_REVIEW, WORKFLOWS

from ..support.databases import postgres_database, sqlite_record
from ..support.worker_processes import repetitions, verify_record
from .test_concurrent_managers import together

pytestmark = pytest.mark.long

ME = Actor(name="Sam Reed", roles=("business_manager",))
REFERRAL = {"title": "Child A", "agency": "Agency 1", "lessons": "Handing over."}
FIRST, *OTHERS = PARTNERSHIP_REVIEW.deadlines
CHANGED = replace(PARTNERSHIP_REVIEW, deadlines=(replace(FIRST, term=days(99)), *OTHERS))
CHANGED_SET = tuple(CHANGED if one is PARTNERSHIP_REVIEW else one for one in WORKFLOWS)


@pytest.fixture(params=["sqlite", "postgresql"])
def new_record(
    request: pytest.FixtureRequest, tmp_path: Path, postgres_server: str, postgres_template: Callable[[str], str]
) -> Callable[[ExitStack, int], str]:
    """Return a function that makes a new record and returns its URL."""

    def make(stack: ExitStack, number: int) -> str:
        if request.param == "sqlite":
            return sqlite_record(tmp_path / f"{number}.db")
        return stack.enter_context(postgres_database(postgres_server, template=postgres_template(postgres_server)))

    return make


def refer(database: Database, workflows: tuple[Workflow, ...]) -> Callable[[], str]:
    """Return a function that opens a review, as the first thing that a program does."""

    def work() -> str:
        try:
            return Engine(database, workflows).open("partnership_review", actor=ME, data=REFERRAL).ref
        except DefinitionChanged as error:
            return error.workflow

    return work


def test_programs_that_start_together_register_each_version_once(
    new_record: Callable[[ExitStack, int], str],
) -> None:
    for number in range(repetitions(short=5, long=40)):
        with ExitStack() as stack:
            url = new_record(stack, number)
            databases = [Database(url) for _ in range(4)]
            for database in databases:
                stack.callback(database.close)
            opened = together(
                refer(databases[0], WORKFLOWS),
                refer(databases[1], WORKFLOWS),
                refer(databases[2], CHANGED_SET),
                refer(databases[3], WORKFLOWS[::-1]),
            )
            steps = [one for one in Engine(databases[0], WORKFLOWS).history(UNIT) if one.trigger != "open_record"]
            registered = sorted(str(one.data["workflow"]) for one in steps)
            assert registered == sorted(workflow.name for workflow in WORKFLOWS)
            # Of two that differ, whichever came first decides.
            refused = opened.count("partnership_review")
            assert refused in (1, 3)
            assert verify_record(databases[0]).faults == ()

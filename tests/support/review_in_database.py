"""Drive a whole review in a database: its own steps and those of its parts, on days that the test chooses."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from casereview.engine import Engine
from casereview.engine.definition.workflow import Workflow
from casereview.engine.errors.refusals import Refused
from casereview.engine.model.case import Case
from casereview.engine.model.commands import Open, Step
from casereview.engine.model.people import DecidedBy
from casereview.engine.model.results import CommandResult

from .review_stories import MANAGER, RECORDS

RECOMMENDED_TO_ONE = {"number": 1, "text": "Share what is known.", "made_to": ["Agency 1"]}
RECOMMENDED_TO_BOTH = {"number": 4, "text": "Ask the child.", "made_to": ["Agency 1", "Agency 2"]}


@dataclass
class ReviewInDatabase:
    """A review and its parts in a database, on days that the test chooses."""

    engine: Engine
    today: date = date(2018, 1, 8)
    on: date | None = None
    """The day on which steps happened, if not today."""
    ref: str = field(init=False, default="")

    def open_new(self, workflow: str = "serious_case_review", **data: Any) -> ReviewInDatabase:
        command = Open(
            workflow=workflow,
            actor=MANAGER,
            decided_by=DecidedBy(name="Somebody 1", capacity="referrer"),
            data={**self._record(workflow, self.engine.workflows.latest(workflow).opening.trigger), **data},
            on=self.on,
        )
        self.ref = self.engine.record(command).case.ref
        return self

    def on_day(self, part: str) -> str:
        return f"{self.ref}/{part}" if part else self.ref

    def step(self, part: str, trigger: str, **data: Any) -> CommandResult:
        """Apply a step to the review (`""`), or to one of its parts (`A01`)."""
        workflow = self.engine.workflows.for_case(self.case(part))
        command = Step(
            ref=self.on_day(part),
            trigger=trigger,
            actor=MANAGER,
            decided_by=DecidedBy(name="Somebody 1", capacity=self._capacity(workflow, trigger)),
            data={**self._record(workflow.name, trigger), **data},
            on=self.on,
        )
        return self.engine.record(command)

    def open_part(self, workflow: str, **data: Any) -> str:
        """Open a part on its own."""
        opening = self.engine.workflows.latest(workflow).opening
        command = Open(
            workflow=workflow,
            actor=MANAGER,
            decided_by=DecidedBy(name="Somebody 1", capacity=opening.roles[0]),
            data={**self._record(workflow, opening.trigger), **data},
            parent=self.ref,
        )
        return self.engine.record(command).case.ref.rpartition("/")[2]

    def case(self, part: str = "") -> Case:
        return self.engine.case(self.on_day(part))

    def states(self, kind: str) -> dict[str, str]:
        """Return the state of each part of a kind, by the rest of its reference."""
        parts = (case for case in self.engine.tree(self.ref)[1:] if case.workflow == kind)
        return {case.ref.rpartition("/")[2]: case.state for case in parts}

    def reasons(self, part: str, trigger: str, **data: Any) -> list[tuple[str, str, str]]:
        """Return the guards that refuse a step, or none if it is applied."""
        before = self.engine.tree(self.ref)
        try:
            self.step(part, trigger, **data)
        except Refused as refused:
            assert self.engine.tree(self.ref) == before
            return [(block.guard, block.reason, block.cleared_by) for block in refused.reasons]
        return []

    def next(self, trigger: str, part: str = "") -> tuple[list[str], list[str]]:
        """Return the blocks and the warnings that `next` shows for a step."""
        (found,) = (one for one in self.engine.available_steps(self.on_day(part)) if one.transition.trigger == trigger)
        return [block.reason for block in found.blocked_by], [block.reason for block in found.warnings]

    def in_engagement(self) -> ReviewInDatabase:
        self.open_new()
        for trigger in ("recommend", "screen", "agree_terms", "appoint_reviewer", "begin_engagement"):
            self.step("", trigger)
        return self

    def reported(self, *recommendations: dict[str, Any]) -> ReviewInDatabase:
        """Move the review on until its report is agreed."""
        self.in_engagement()
        self.step("E01", "take_part")
        self.step("E02", "take_part")
        self.step("", "receive_draft")
        self.step("PUB01", "check_accuracy")
        self.step(
            "",
            "agree_recommendations",
            recommendations=list(recommendations or (RECOMMENDED_TO_ONE, RECOMMENDED_TO_BOTH)),
        )
        return self

    def planned(self) -> ReviewInDatabase:
        """Move the review on until two agencies are asked for their plans."""
        self.reported()
        self.step("", "request_action_plans")
        return self

    def _capacity(self, workflow: Workflow, trigger: str) -> str:
        """Return a capacity in which a step may be decided, for a part one that its kind of review has."""
        known = {role.name for role in self.engine.workflows.for_case(self.case()).roles}
        transition = workflow.transition(trigger)
        assert transition is not None
        return next(role for role in transition.roles if role in known)

    def _record(self, workflow: str, trigger: str) -> dict[str, Any]:
        (records,) = (records for declared, records in RECORDS.items() if declared.name == workflow)
        return dict(records.get(trigger, {}))

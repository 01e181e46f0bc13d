"""The present, the workflows and the calendar that one engine works with."""

from __future__ import annotations

from dataclasses import dataclass

from ..decisions.context import DecisionContext
from ..definition.registry import Registry
from ..definition.workflow import Workflow
from ..forms.digests import new_command_id, random_salt
from ..model.calendar import Calendar, Now
from ..model.case import Case
from .store import Reader


@dataclass(frozen=True, kw_only=True, slots=True)
class EngineContext:
    """The workflows, the present and the calendar of one engine.

    Attributes:
        workflows: The workflows.
        now: Returns the present (UTC).
        calendar: The published calendar, without the office's own days.
        client: The name of the program that sends the requests.
    """

    workflows: Registry
    now: Now
    calendar: Calendar
    client: str

    def workflow_of(self, case: Case) -> Workflow:
        """Return the workflow, in the version, by which a case is decided.

        Raises:
            UnknownWorkflow: if this engine does not have the workflow.
            UnknownVersion: if this engine does not have that version.
        """
        return self.workflows.version(case.workflow, case.workflow_version)

    def decision_context(self, reader: Reader, *, command_id: str | None = None) -> DecisionContext:
        """Return the context of a decision: the present, and the terms and days that the office has set.

        Args:
            reader: Reads the office's own terms and days.
            command_id: The ID of the command that caused it; None for a new command.
        """
        local = reader.overrides()
        return DecisionContext(
            now=self.now(),
            calendar=local.calendar(self.calendar),
            salt=random_salt,
            overrides=local,
            command_id=command_id or new_command_id(),
            state_title=self.workflows.state_title,
            workflow_title=self.workflows.workflow_title,
        )

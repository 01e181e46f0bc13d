"""The present, the workflows and the calendar that one engine works with."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from ..decisions.context import DecisionContext
from ..definition.ledger import DefinitionLedger
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
        definitions: The registered definitions, as this process knows them.
    """

    workflows: Registry
    now: Now
    calendar: Calendar
    client: str
    definitions: DefinitionLedger = field(default_factory=DefinitionLedger)

    @property
    def has_registered(self) -> bool:
        """Return whether this process knows that all its definitions are registered."""
        return self.definitions.is_complete

    def without_definitions(self) -> EngineContext:
        """Return the same context, as if this process knew of no registered definition."""
        return replace(self, definitions=DefinitionLedger())

    def workflow_of(self, case: Case, step: str | None = None) -> Workflow:
        """Return the workflow, in the version, by which a case is decided.

        Args:
            case: The case.
            step: The step to apply; None if none is applied.

        Raises:
            UnknownWorkflow: if this engine does not have the workflow.
            UnknownVersion: if this engine does not have that version.
            DefinitionChanged: if it is not what it was when it was registered.
        """
        workflow = self.workflows.version(case.workflow, case.workflow_version)
        self.definitions.require(workflow, step)
        return workflow

    def latest(self, name: str) -> Workflow:
        """Return the latest version of a workflow, by which a case is opened.

        Raises:
            UnknownWorkflow: if this engine does not have the workflow.
            DefinitionChanged: if it is not what it was when it was registered.
        """
        workflow = self.workflows.latest(name)
        self.definitions.require(workflow, workflow.opening.trigger)
        return workflow

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

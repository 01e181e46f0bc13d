"""The workflows that an engine knows, by name and version."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from ..errors.faults import UnsoundWorkflow
from ..errors.unknown import UnknownWorkflow
from ..model.case import Case
from .validation import errors_across
from .workflow import Role, Transition, Workflow


class Registry:
    """Workflows by name and version. A case is judged by the version it was opened with."""

    def __init__(self, workflows: Sequence[Workflow]) -> None:
        """A registry of these workflows, in this order."""
        self._all = {(workflow.name, workflow.version): workflow for workflow in workflows}
        self._latest: dict[str, Workflow] = {}
        for workflow in workflows:
            known = self._latest.setdefault(workflow.name, workflow)
            if workflow.version > known.version:
                self._latest[workflow.name] = workflow

    def __iter__(self) -> Iterator[Workflow]:
        """The latest version of each workflow."""
        return iter(self._latest.values())

    @property
    def all(self) -> tuple[Workflow, ...]:
        """Every version of every workflow."""
        return tuple(self._all.values())

    @property
    def roles(self) -> Mapping[str, Role]:
        """Every role that a workflow names, by name."""
        return {role.name: role for workflow in self for role in workflow.roles}

    @property
    def states(self) -> tuple[str, ...]:
        """The name of every state that a workflow has."""
        return tuple(dict.fromkeys(state.name for workflow in self for state in workflow.states))

    def latest(self, name: str) -> Workflow:
        """The latest version of a workflow.

        Raises:
            UnknownWorkflow: where there is none of that name.
        """
        if name not in self._latest:
            raise UnknownWorkflow(name=name, known=tuple(self._latest))
        return self._latest[name]

    def for_case(self, case: Case) -> Workflow:
        """The workflow, of the version, by which a case is judged.

        Raises:
            UnknownWorkflow: where the engine was given none such.
        """
        return self.version(case.workflow, case.workflow_version)

    def version(self, name: str, version: int) -> Workflow:
        """One version of a workflow.

        Raises:
            UnknownWorkflow: where the engine was given none such.
        """
        if (name, version) not in self._all:
            known = tuple(f"{known} version {number}" for known, number in self._all)
            raise UnknownWorkflow(name=f"{name} version {version}", known=known)
        return self._all[name, version]


def validate(registry: Registry, workflow: Workflow, step: Transition) -> None:
    """Nothing, where a step that concerns other workflows agrees with what those declare.

    A condition that looks at children which there cannot be would hold whatever happens.

    Raises:
        UnsoundWorkflow: where the workflow contradicts the others.
    """
    concerns_others = step.reads or step.spawns_linked or step.spawns_children or step.cascade_only
    if not (concerns_others or (step is workflow.opening and workflow.parent_workflows)):
        return
    if faults := tuple(errors_across(workflow, {other.name: other for other in registry})):
        raise UnsoundWorkflow(workflow=workflow.name, faults=faults)

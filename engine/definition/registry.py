"""The workflows that an engine knows, by name and version."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from ..errors.faults import UnsoundWorkflow
from ..errors.unknown import UnknownWorkflow
from ..model.case import Case
from .validation import check, newest_versions
from .workflow import Role, Workflow


class Registry:
    """A sound set of workflows, by name and version.

    The whole set is checked once, here, so nothing that uses a registry checks a definition again.
    A case follows the version that it was opened with.
    """

    def __init__(self, workflows: Sequence[Workflow]) -> None:
        """Register these workflows, in this order.

        Raises:
            UnsoundWorkflow: if a workflow contradicts itself or another one, with every fault.
        """
        if faults := check(workflows):
            raise UnsoundWorkflow(faults=faults)
        self._all = {(workflow.name, workflow.version): workflow for workflow in workflows}
        self._latest = newest_versions(workflows)

    def __iter__(self) -> Iterator[Workflow]:
        """Iterate over the latest version of each workflow."""
        return iter(self._latest.values())

    @property
    def all(self) -> tuple[Workflow, ...]:
        """Return every version of every workflow."""
        return tuple(self._all.values())

    @property
    def roles(self) -> Mapping[str, Role]:
        """Return every role that a workflow names, by name."""
        return {role.name: role for workflow in self for role in workflow.roles}

    @property
    def states(self) -> tuple[str, ...]:
        """Return the name of every state of every workflow, each once."""
        return tuple(dict.fromkeys(state.name for workflow in self for state in workflow.states))

    def latest(self, name: str) -> Workflow:
        """Return the latest version of a workflow.

        Raises:
            UnknownWorkflow: if no workflow has that name.
        """
        if name not in self._latest:
            raise UnknownWorkflow(name=name, known=tuple(self._latest))
        return self._latest[name]

    def for_case(self, case: Case) -> Workflow:
        """Return the workflow, in the version, that a case follows.

        Raises:
            UnknownWorkflow: if the registry does not have that version.
        """
        return self.version(case.workflow, case.workflow_version)

    def version(self, name: str, version: int) -> Workflow:
        """Return one version of a workflow.

        Raises:
            UnknownWorkflow: if the registry does not have that version.
        """
        if (name, version) not in self._all:
            known = tuple(f"{known} version {number}" for known, number in self._all)
            raise UnknownWorkflow(name=f"{name} version {version}", known=known)
        return self._all[name, version]

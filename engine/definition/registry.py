"""The workflows that an engine knows, by name and version."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Protocol, TypeVar

from ..errors.faults import UnsoundWorkflow, WorkflowFault
from ..errors.unknown import UnknownStep, UnknownVersion, UnknownWorkflow
from .registered import RegisteredDefinition
from .stand_in import stand_in
from .unit import UNIT_WORKFLOW
from .validation import check, newest_versions
from .workflow import Role, State, Transition, Workflow

P = TypeVar("P", Role, State)


class OfVersion(Protocol):
    """A case, an event or an item that follows a version of a workflow."""

    @property
    def workflow(self) -> str:
        """Return the workflow's name."""
        ...

    @property
    def workflow_version(self) -> int:
        """Return the version."""
        ...


class Registry:
    """A sound set of workflows, by name and version.

    The whole set is checked once, here, so nothing that uses a registry checks a definition again.
    A case follows the version that it was opened with. Every registry also has the workflow of the unit's own
    record, apart from the others: they are what it registers and iterates over.
    """

    def __init__(self, workflows: Sequence[Workflow]) -> None:
        """Register these workflows, in this order.

        Raises:
            UnsoundWorkflow: if a workflow contradicts itself or another one, with every fault.
        """
        if faults := (*check(workflows), *_taken_names(workflows)):
            raise UnsoundWorkflow(faults=faults)
        self._all = {(workflow.name, workflow.version): workflow for workflow in workflows}
        self._latest = newest_versions(workflows)
        self._stand_ins: dict[tuple[str, int], Workflow] = {}

    def __iter__(self) -> Iterator[Workflow]:
        """Iterate over the latest version of each workflow."""
        return iter(self._latest.values())

    @property
    def all(self) -> tuple[Workflow, ...]:
        """Return every version of every workflow."""
        return tuple(self._all.values())

    @cached_property
    def unit(self) -> Workflow:
        """Return the workflow of the unit's own record, for the roles that manage people."""
        # Imported here, so that a command which does not touch that record does not load its forms.
        from .unit.workflow import unit_workflow

        return unit_workflow(role for role in self.roles.values() if role.manages_people)

    @property
    def roles(self) -> Mapping[str, Role]:
        """Return every role that a version of a workflow names, by name; the latest version says what it is."""
        return _by_name(role for workflow in self._latest_first for role in workflow.roles)

    @property
    def states(self) -> Mapping[str, str]:
        """Return the title of every state of every version of every workflow, by name."""
        found = _by_name(state for workflow in self._latest_first for state in workflow.states)
        return {name: state.title for name, state in found.items()}

    def states_of(self, name: str) -> Mapping[str, State]:
        """Return the states of all versions of a workflow, by name: those of the latest version first."""
        versions = (workflow for workflow in self._latest_first if workflow.name == name)
        return _by_name(state for workflow in versions for state in workflow.states)

    @property
    def _latest_first(self) -> Sequence[Workflow]:
        """Return the latest version of each workflow, then all earlier ones."""
        earlier = (workflow for workflow in self._all.values() if workflow is not self._latest[workflow.name])
        return (*self, *sorted(earlier, key=lambda workflow: -workflow.version))

    def open_states(
        self, workflow: str | None, registered: Iterable[RegisteredDefinition] = ()
    ) -> Mapping[str, tuple[str, ...]]:
        """Return the states that do not end a case, by workflow: of the primary workflows, or of one that is no child.

        Args:
            workflow: The one; None for all primary workflows.
            registered: The registered versions, for the states of those that only other programs have.

        Raises:
            UnknownWorkflow: if there is no such workflow.
        """
        if workflow is None:
            chosen = tuple(one for one in self if one.is_primary)
        else:
            chosen = tuple(one for one in (self.latest(workflow),) if not one.parent_workflows)
        # A case of an earlier version may be in a state that the latest version lacks.
        found = {
            one.name: tuple(state.name for state in self.states_of(one.name).values() if not state.is_end)
            for one in chosen
        }
        for other in registered:
            # A version of this program is a child, or auxiliary, in none of them or in all.
            shown = other.workflow in found or (workflow is None and other.workflow not in self._latest)
            if shown and (other.workflow, other.version) not in self._all:
                states = dict.fromkeys((*found.get(other.workflow, ()), *other.open_states))
                found |= {other.workflow: tuple(states)} if states else {}
        return found

    def latest(self, name: str) -> Workflow:
        """Return the latest version of a workflow.

        Raises:
            UnknownWorkflow: if no workflow has that name.
        """
        if name not in self._latest:
            titles = tuple(workflow.title for workflow in self)
            raise UnknownWorkflow(name=name, known=tuple(self._latest), titles=titles)
        return self._latest[name]

    def for_case(self, case: OfVersion) -> Workflow:
        """Return the workflow, in the version, that a case follows, to read the case by it.

        If the registry does not have that version, another program recorded the case. Then it is a stand-in, which
        has a name for everything and decides nothing.
        """
        found = self._known(case.workflow, case.workflow_version)
        return self._stand_in(case.workflow, case.workflow_version) if found is None else found

    def has(self, case: OfVersion) -> bool:
        """Return whether the registry has the version of the workflow that a case follows."""
        return self._known(case.workflow, case.workflow_version) is not None

    def state_title(self, case: OfVersion, state: str) -> str:
        """Return the title of a state of the workflow that a case follows.

        Raises:
            UndeclaredPart: if that version of the workflow has no such state.
        """
        return self.for_case(case).state(state).title

    def workflow_title(self, name: str) -> str:
        """Return the title of a workflow; its name if the registry does not have it."""
        return self._latest[name].title if name in self._latest else name

    def version(self, name: str, version: int) -> Workflow:
        """Return one version of a workflow, to decide by it.

        Raises:
            UnknownWorkflow: if no workflow has that name.
            UnknownVersion: if the registry does not have that version.
        """
        found = self._known(name, version)
        if found is None:
            title = self.latest(name).title
            raise UnknownVersion(workflow=name, title=title, version=version, known=self._versions_of(name))
        return found

    def _known(self, name: str, version: int) -> Workflow | None:
        if name == UNIT_WORKFLOW and version == self.unit.version:
            return self.unit
        return self._all.get((name, version))

    def _stand_in(self, name: str, version: int) -> Workflow:
        if (name, version) not in self._stand_ins:
            nearest = min(self._versions_of(name), key=lambda known: abs(known - version), default=None)
            known = None if nearest is None else self._all[name, nearest]
            self._stand_ins[name, version] = stand_in(name, version, known)
        return self._stand_ins[name, version]

    def _versions_of(self, name: str) -> tuple[int, ...]:
        return tuple(sorted(version for known, version in self._all if known == name))


def _taken_names(workflows: Iterable[Workflow]) -> Iterator[WorkflowFault]:
    for workflow in workflows:
        if workflow.name == UNIT_WORKFLOW:
            problem = f"The name {UNIT_WORKFLOW} is that of the unit's own record: choose another."
            yield WorkflowFault(workflow=workflow.name, version=workflow.version, problem=problem)


def _by_name(parts: Iterable[P]) -> dict[str, P]:
    """Return parts by their names; the first of each name counts."""
    found: dict[str, P] = {}
    for part in parts:
        found.setdefault(part.name, part)
    return found


def step_of(workflow: Workflow, trigger: str) -> Transition:
    """Return the workflow's step of that name.

    Raises:
        UnknownStep: if the workflow has no such step, or it is the opening step, which only opening a case applies.
    """
    transition = workflow.transition(trigger)
    if transition is None or transition is workflow.opening:
        raise UnknownStep(
            workflow=workflow.name,
            workflow_title=workflow.title,
            step=trigger,
            known=workflow.steps,
            titles=tuple(step.title for step in workflow.transitions),
        )
    return transition

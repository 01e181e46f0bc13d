"""Compare the names that a command gives with the lists of people and of organisations."""

from __future__ import annotations

from typing import Any

from ..decisions import names as rules
from ..decisions.context import Decision
from ..definition.registry import Registry
from ..definition.workflow import Workflow
from ..forms.several_names import NameKind
from ..forms.typed_names import TypedName
from ..model.case import UNIT, Case, Event
from ..model.clock import EventKind
from ..model.commands import Command, Correct, ImportSnapshot, Open, Step
from ..model.imports import CompleteImport
from ..model.results import NameFinding
from ..ports.store import Reader


def with_register_names(
    reader: Reader, workflows: Registry, command: Command | ImportSnapshot | CompleteImport, case: Case | None
) -> tuple[Any, tuple[NameFinding, ...]]:
    """Return a command with the names that are on the lists, and what to point out about its names.

    Args:
        reader: The record.
        workflows: The workflows.
        command: The command.
        case: The case that it changes, or the parent of the one that it opens; None if there is none.

    Raises:
        InvalidForm: if a field for one organisation holds several that are on the list.
    """
    opens = isinstance(command, Open | ImportSnapshot)
    if case is None and not opens:
        return command, ()
    workflow, trigger = _workflow_and_step(reader, workflows, command, case)
    typed = tuple(rules.names_of(workflow, command, trigger))
    if case is not None and case.ref == UNIT:
        # The names of the lists themselves are as they are typed; only those of organisations refer to a list.
        typed = tuple(one for one in typed if one.kind is NameKind.ORGANISATION and "roles" in one.path)
    if not typed:
        return command, ()
    known = reader.known_names(rules.keys_to_look_up(typed))
    rules.require_one_organisation_each(typed, known, trigger or "the command")
    involved = () if case is None or opens else case.organisations
    findings = rules.findings_of(typed, known, involved, tuple(NameKind))
    if any(one.is_unknown for one in findings):
        lists = _lists(reader, workflows)
        findings = rules.findings_of(typed, known, involved, [kind for kind, names in lists.items() if names])
        findings = tuple(rules.with_suggestion(one, lists[one.kind]) for one in findings)
    return rules.with_names(command, rules.registered_names(typed, known)), findings


def name_findings(
    reader: Reader, workflows: Registry, command: Command | ImportSnapshot | CompleteImport
) -> tuple[NameFinding, ...]:
    """Return what to point out about the names of a command; see `Engine.name_findings`."""
    case = None if isinstance(command, Open | ImportSnapshot) else reader.case(command.ref)
    return with_register_names(reader, workflows, command, case)[1]


def name_finding(reader: Reader, workflows: Registry, name: str, kind: NameKind, *, listed: bool) -> NameFinding | None:
    """Return what to point out about one name; see `Engine.name_finding`."""
    typed = TypedName(path=("name",), title="", name=name, kind=kind, listed=listed)
    known = reader.known_names(rules.keys_to_look_up((typed,)))
    lists = _lists(reader, workflows)
    checked = [kind for kind, names in lists.items() if names]
    found = (rules.with_suggestion(one, lists[one.kind]) for one in rules.findings_of((typed,), known, (), checked))
    return next(found, None)


def with_warnings(decision: Decision, findings: tuple[NameFinding, ...]) -> Decision:
    """Return a decision whose last event warns of what was found about its names."""
    if not findings:
        return decision
    return rules.with_warnings(decision, findings)


def _workflow_and_step(
    reader: Reader, workflows: Registry, command: Command | ImportSnapshot | CompleteImport, case: Case | None
) -> tuple[Workflow, str | None]:
    """Return the workflow of a command, and the step to whose form its data belongs; None if it has none."""
    if isinstance(command, Open | ImportSnapshot):
        workflow = workflows.latest(command.workflow)
        return workflow, workflow.opening.trigger
    assert case is not None  # the caller has checked it
    workflow = workflows.for_case(case)
    if isinstance(command, Correct) and command.data:
        return workflow, next(
            (_step_of(one, command) for one in reader.events(case.ref) if one.seq == command.seq), None
        )
    return workflow, command.trigger if isinstance(command, Step) else None


def _step_of(event: Event, command: Correct) -> str:
    """Return the step that a correction is about: the event's, or a known one of an import."""
    known = event.data["steps"][: command.step][-1:] if command.step and event.kind is EventKind.IMPORTED else ()
    return next((str(step["step"]) for step in known), event.trigger)


def _lists(reader: Reader, workflows: Registry) -> dict[NameKind, tuple[str, ...]]:
    """Return the names on each list. A list of people on which there are only managers is as good as empty."""
    managing = {role.name for role in workflows.roles.values() if role.manages_people}
    people = reader.people()
    names = tuple(one.name for one in people) if any(set(one.roles) - managing for one in people) else ()
    organisations = tuple(name for one in reader.organisations() for name in one.names)
    return {NameKind.PERSON: names, NameKind.ORGANISATION: organisations}

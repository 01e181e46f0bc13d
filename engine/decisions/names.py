"""Find the names that a command gives, replace those of organisations by the register's, and say which are unknown."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace
from typing import Any

from msgspec import structs

from ..definition.workflow import Workflow
from ..errors.bad_input import InvalidForm
from ..errors.base import Fault
from ..forms.names import is_same_name, same_name_key, tidy_name
from ..forms.path_text import Path, path_text, with_value_at
from ..forms.several_names import EXPECTED, NameCount, NameKind, count_names, name_parts
from ..forms.suggested_names import suggested_name
from ..forms.typed_names import TypedName, typed_names
from ..model.commands import Command, Correct, ImportSnapshot, Open, Step
from ..model.imports import CompleteImport
from ..model.organisations import KnownNames
from ..model.results import NameFinding
from ..model.take_back import TakeBack
from .context import Decision
from .permission import DecidedByForm
from .snapshot import SnapshotForm

AnyCommand = Command | ImportSnapshot | CompleteImport


def names_of(workflow: Workflow, command: AnyCommand, trigger: str | None) -> Iterator[TypedName]:
    """Yield the names that a command gives, each with its path in the command. The command need not be well formed.

    Args:
        workflow: The workflow.
        command: The command.
        trigger: The step to whose form its data belongs; None if it has none.
    """
    decider = command.decided_by if not isinstance(command, ImportSnapshot | TakeBack) else None
    if decider is not None and decider.name != command.actor.name:
        # The person who records is known, so there is nothing to say about their own name.
        listed = not is_same_name(decider.name, command.actor.name)
        names = typed_names(DecidedByForm, {"name": decider.name})
        yield from _under(("decided_by",), (replace(one, listed=listed) for one in names))
    if isinstance(command, Open | Step | Correct | ImportSnapshot):
        yield from _names_of_step(workflow, trigger, command.data, ("data",))
    if isinstance(command, ImportSnapshot):
        yield from typed_names(SnapshotForm, {"organisations": command.organisations})
        for index, step in enumerate(command.steps):
            yield from _names_of_step(workflow, step.trigger, step.data, ("steps", index))


def _names_of_step(workflow: Workflow, trigger: str | None, data: Any, at: Path) -> Iterator[TypedName]:
    step = None if trigger is None else workflow.transition(trigger)
    return iter(()) if step is None else _under(at, typed_names(step.form, data))


def _under(at: Path, names: Iterable[TypedName]) -> Iterator[TypedName]:
    return (replace(one, path=(*at, *one.path)) for one in names)


def with_names(command: Any, names: Iterable[tuple[Path, str]]) -> Any:
    """Return a command with other names at some paths, as `names_of` gives them."""
    for (part, *rest), name in names:
        path = tuple(rest)
        match part:
            case "decided_by":
                changed: Any = replace(command.decided_by, name=name)
            case "organisations":
                changed = tuple(with_value_at(command.organisations, path, name))
            case "steps":
                step = command.steps[path[0]]
                step = replace(step, data=with_value_at(step.data, path[1:], name))
                changed = tuple(with_value_at(command.steps, path[:1], step))
            case _:
                changed = with_value_at(command.data, path, name)
        command = replace(command, **{str(part): changed})
    return command


def keys_to_look_up(names: Iterable[TypedName]) -> frozenset[str]:
    """Return the keys of names, and of the names that each of them would be if it were several."""
    return frozenset(key for one in names for key in (same_name_key(one.name), *name_parts(one.name)))


def registered_names(names: Iterable[TypedName], known: KnownNames) -> Iterator[tuple[Path, str]]:
    """Yield the paths of names that the lists spell or call otherwise, with the present name that is on the list.

    Of a name that is on no list only the blanks are put in order.
    """
    for one in names:
        name = _listed_name(one, known) or tidy_name(one.name)
        if name != one.name:
            yield one.path, name


def _listed_name(name: TypedName, known: KnownNames) -> str | None:
    names = known.organisations if name.kind is NameKind.ORGANISATION else known.people
    return names.get(same_name_key(name.name))


def require_one_organisation_each(names: Iterable[TypedName], known: KnownNames, form: str) -> None:
    """Raise InvalidForm if a name is that of two organisations on the list, joined.

    Args:
        names: The names.
        known: The names that are on the lists.
        form: The step, for the error.
    """
    faults = tuple(
        Fault(
            path=path_text(one.path[1:]), title=one.title, expected=EXPECTED[one.kind],
            found="several organisations that are on the list",
        )
        for one in names
        if one.kind is NameKind.ORGANISATION and _are_listed(name_parts(one.name), same_name_key(one.name), known)
    )  # fmt: skip
    if faults:
        raise InvalidForm(form=form, faults=faults)


def _are_listed(parts: tuple[str, ...], whole: str, known: KnownNames) -> bool:
    listed = known.organisations.keys()
    return len(parts) > 1 and whole not in listed and set(parts) <= listed


def findings_of(
    names: Iterable[TypedName], known: KnownNames, organisations: Iterable[str], checked: Collection[NameKind]
) -> tuple[NameFinding, ...]:
    """Return what to point out about names, each name once.

    Args:
        names: The names.
        known: The names that are on the lists.
        organisations: The organisations that take part in the case already.
        checked: The kinds of names whose list is not empty.
    """
    involved = {same_name_key(one) for one in organisations}
    found: dict[tuple[NameKind, str], NameFinding] = {}
    for one in names:
        key = same_name_key(one.name)
        name = _listed_name(one, known)
        is_known = name is not None or (one.kind is NameKind.ORGANISATION and key in involved)
        finding = NameFinding(
            path=one.path,
            title=one.title,
            name=tidy_name(one.name),
            kind=one.kind,
            recorded_as=None if name is None or is_same_name(name, one.name) else name,
            is_unknown=one.listed and one.kind in checked and not is_known,
            is_perhaps_several=not is_known and count_names(one.name, one.kind) is NameCount.PERHAPS_SEVERAL,
        )
        if str(finding):
            found.setdefault((one.kind, key), finding)
    return tuple(found.values())


def with_suggestion(finding: NameFinding, known: Iterable[str]) -> NameFinding:
    """Return a finding with the known name that may be meant, if the name is unknown."""
    return replace(finding, suggestion=suggested_name(finding.name, known)) if finding.is_unknown else finding


def with_warnings(decision: Decision, findings: Iterable[NameFinding]) -> Decision:
    """Return a decision whose last event warns of what was found."""
    event = decision.events[-1]
    effects = replace(event.effects, warnings=(*event.effects.warnings, *map(str, findings)))
    return structs.replace(decision, events=(*decision.events[:-1], replace(event, effects=effects)))

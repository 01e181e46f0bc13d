"""Declare a workflow as frozen data: states, steps, deadlines and roles.

A workflow is declared by name and version. It never changes under a running case: a case keeps the
version it was opened with.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ..errors.base import one_of
from ..errors.faults import UndeclaredPart
from ..forms.fields import Form
from .deadline import DEFAULT_ESCALATION_POLICY, Deadline, EscalationLevel, Holder, OnSuspend
from .relations import Cascade, LinkFields, Relation, SpawnsChildren, SpawnsLinked
from .states import VOIDED_STATE
from .states import State as State  # noqa: PLC0414 (for those who import it from here)

if TYPE_CHECKING:
    from .guards import Guard


@dataclass(frozen=True, kw_only=True, slots=True)
class Role:
    """A role in which people act.

    Attributes:
        name: The identifier.
        title: The title for people.
        records_for_others: Whether it may record other people's decisions.
        manages_people: Whether it may manage people, local terms and local days.
        decides_disposals: Whether it may decide what is disposed of in an open case, as a second person.
        acts_for_organisation: Whether its holders act for their own organisation only: in its cases, and on its behalf.
        never_notified: Whether its holders are never notified.
        held_for_release: Whether its holders' notices wait, as a digest, until they are released.
    """

    name: str
    title: str
    records_for_others: bool = False
    manages_people: bool = False
    decides_disposals: bool = False
    acts_for_organisation: bool = False
    never_notified: bool = False
    held_for_release: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class ChosenTarget:
    """A target state that the step's record names.

    Attributes:
        field: The form's field with the state's name.
        choices: The possible states.
    """

    field: str
    choices: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Transition:
    """A step of a workflow.

    Attributes:
        trigger: The identifier.
        title: The title for people.
        sources: The states in which it can be applied.
        to: The target state, a `ChosenTarget`, or None to keep the state.
        roles: The roles of which any one may decide it.
        form: The form of its record.
        guards: The conditions that must hold.
        warnings: The conditions that are pointed out and recorded, but refuse nothing.
        spawns_linked: The linked case of another workflow that it opens.
        spawns_children: The children that it opens, by workflow.
        cascades: The steps that it applies to related cases.
        cascade_only: Whether it is only ever applied by a cascade; the deciders of that step decide it too.
        title_field: The form's field with the case's title, if it sets the title.
        adds_organisations: The form's fields with organisations that take part from now on.
        sets_organisations: Whether those organisations replace the present ones.
        removes_organisations: The form's fields with organisations that no longer take part.
        link_fields: The form's fields that link the case to another one.
        invalidates: The steps with records that become invalid; the history still has them.
        rolls_back: Whether it leads back to an earlier state, which also invalidates the records of all steps
            beyond that state.
        reads: The relations that its guards, warnings and cascades read, each once.
    """

    trigger: str
    title: str
    sources: tuple[str, ...]
    to: str | ChosenTarget | None
    roles: tuple[str, ...]
    form: type[Form]
    guards: tuple[Guard, ...] = ()
    warnings: tuple[Guard, ...] = ()
    spawns_linked: SpawnsLinked | None = None
    spawns_children: tuple[SpawnsChildren, ...] = ()
    cascades: tuple[Cascade, ...] = ()
    cascade_only: bool = False
    title_field: str | None = None
    adds_organisations: tuple[str, ...] = ()
    sets_organisations: bool = False
    removes_organisations: tuple[str, ...] = ()
    link_fields: LinkFields | None = None
    invalidates: tuple[str, ...] = ()
    rolls_back: bool = False
    reads: tuple[Relation, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        guarded = [relation for guard in (*self.guards, *self.warnings) for relation in guard.reads]
        cascaded = (cascade.relation for cascade in self.cascades)
        object.__setattr__(self, "reads", tuple(dict.fromkeys((*guarded, *cascaded))))

    @property
    def targets(self) -> tuple[str, ...]:
        """Return the possible target states; none if it keeps the state."""
        match self.to:
            case None:
                return ()
            case ChosenTarget(choices=choices):
                return choices
            case state:
                return (state,)


# Compared by identity, because the built machine is cached by the workflow.
@dataclass(frozen=True, kw_only=True, eq=False)
class Workflow:
    """A state machine with its forms, roles and deadlines.

    Attributes:
        name: The identifier.
        title: The title for people.
        purpose: A sentence about its purpose.
        version: The version, which increases with each change to the declaration.
        prefix: The prefix of its references (`LN` for `LN-2026-001`) or, for children, of their numbers (`A`
            for `LN-2026-001/A03`).
        opening: The step that opens a case; it has no sources, and its target is the initial state.
        states: All states, in reading order.
        transitions: All other steps.
        deadlines: All deadlines.
        roles: Every role that a step or a deadline names.
        escalation_policy: The escalation policy of deadlines that have none of their own.
        may_reschedule: The roles that may agree a new date for deadlines that name no role of their own.
        may_suspend: The roles that may suspend and resume clocks; empty if clocks cannot be suspended.
        holders: The fields that name holders of roles in a case.
        parent_workflows: The names of the workflows that may be its parents; empty for a root.
        auxiliary: Whether its cases only support the work, as meetings do; lists and overviews leave them out
            by default.
    """

    name: str
    title: str
    purpose: str
    version: int
    prefix: str
    opening: Transition
    states: tuple[State, ...]
    transitions: tuple[Transition, ...]
    deadlines: tuple[Deadline, ...]
    roles: tuple[Role, ...]
    escalation_policy: tuple[EscalationLevel, ...] = DEFAULT_ESCALATION_POLICY
    may_reschedule: tuple[str, ...] = ()
    may_suspend: tuple[str, ...] = ()
    holders: tuple[Holder, ...] = ()
    parent_workflows: tuple[str, ...] = ()
    auxiliary: bool = False
    _by_state: dict[str, tuple[Transition, ...]] = field(init=False, repr=False)
    _by_trigger: dict[str, Transition] = field(init=False, repr=False)
    _states: dict[str, State] = field(init=False, repr=False)
    _deadlines: dict[str, Deadline] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        states = {state.name: state for state in (*self.states, VOIDED_STATE)}
        by_state = {name: tuple(t for t in self.transitions if name in t.sources) for name in states}
        by_trigger = {t.trigger: t for t in (self.opening, *self.transitions)}
        object.__setattr__(self, "_by_state", by_state)
        object.__setattr__(self, "_by_trigger", by_trigger)
        object.__setattr__(self, "_states", states)
        object.__setattr__(self, "_deadlines", {deadline.name: deadline for deadline in self.deadlines})

    @property
    def is_primary(self) -> bool:
        """Return whether its cases are roots and not auxiliary."""
        return not self.parent_workflows and not self.auxiliary

    @property
    def initial(self) -> str:
        """Return the name of the initial state."""
        (state,) = self.opening.targets
        return state

    @property
    def steps(self) -> tuple[str, ...]:
        """Return the names of all steps except the opening."""
        return tuple(transition.trigger for transition in self.transitions)

    def state(self, name: str) -> State:
        """Return the state of that name.

        Raises:
            UndeclaredPart: if there is no such state.
        """
        if name not in self._states:
            raise self._undeclared("state", name)
        return self._states[name]

    def deadline(self, name: str) -> Deadline:
        """Return the deadline of that name.

        Raises:
            UndeclaredPart: if there is no such deadline.
        """
        if name not in self._deadlines:
            raise self._undeclared("deadline", name)
        return self._deadlines[name]

    def role(self, name: str) -> Role:
        """Return the role of that name.

        Raises:
            UndeclaredPart: if there is no such role.
        """
        found = next((role for role in self.roles if role.name == name), None)
        if found is None:
            raise self._undeclared("role", name)
        return found

    def titles_of(self, roles: tuple[str, ...]) -> str:
        """Return the titles of roles as words: `subgroup chair or board chair`."""
        titles = {role.name: role.title for role in self.roles}
        return one_of(tuple(titles[name] for name in roles))

    def title_of_step(self, trigger: str) -> str:
        """Return the title of a step, the opening included.

        Raises:
            KeyError: if there is no such step.
        """
        return self._by_trigger[trigger].title

    def is_later(self, state: str, other: str) -> bool:
        """Return whether a state comes after another, in the order of declaration."""
        order = tuple(self._states)
        return order.index(state) > order.index(other)

    def later_steps(self, state: str) -> tuple[str, ...]:
        """Return the steps that lead only to states after a state, or are applied only in such states."""
        return tuple(
            transition.trigger
            for transition in self.transitions
            if all(self.is_later(name, state) for name in transition.targets or transition.sources)
        )

    def policy_for(self, deadline: Deadline) -> tuple[EscalationLevel, ...]:
        """Return the escalation policy of a deadline; empty for a minimum period."""
        if deadline.minimum_period:
            return ()
        return self.escalation_policy if deadline.escalation_policy is None else deadline.escalation_policy

    def reschedulers_of(self, deadline: Deadline) -> tuple[str, ...]:
        """Return the roles that may agree a new date for a deadline."""
        return deadline.may_reschedule or self.may_reschedule

    @property
    def suspension_review(self) -> Deadline | None:
        """Return the deadline that a suspension starts; None if clocks cannot be suspended."""
        starting = (d for d in self.deadlines if any(isinstance(trigger, OnSuspend) for trigger in d.starts))
        return next(starting, None)

    def transition(self, trigger: str) -> Transition | None:
        """Return the step of that name, the opening included; None if there is no such step."""
        return self._by_trigger.get(trigger)

    def steps_from(self, state: str) -> tuple[Transition, ...]:
        """Return the steps that a state allows, whatever their guards say.

        Raises:
            UndeclaredPart: if there is no such state.
        """
        return self._by_state[self.state(state).name]

    def _undeclared(self, part: str, name: str) -> UndeclaredPart:
        return UndeclaredPart(workflow=self.name, title=self.title, version=self.version, part=part, name=name)

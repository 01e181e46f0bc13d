"""What a workflow is, as frozen data: states, steps, deadlines and roles.

A workflow is declared once, by name and version, and never changes under a running case: a case
remembers the version it was opened with. Nothing here acts; `machine` moves, `decide` judges.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ..forms.fields import Form
from .deadline import DEFAULT_ESCALATION_POLICY, Deadline, EscalationLevel, Holder, OnSuspend
from .relations import Cascade, LinkFields, Relation, SpawnsChildren, SpawnsLinked

if TYPE_CHECKING:
    from .guards import Guard


@dataclass(frozen=True, kw_only=True, slots=True)
class Role:
    """A capacity in which people act.

    Attributes:
        name: The identifier, as it is typed.
        title: The words for people.
        records_for_others: Whether it may record what somebody else decided.
        manages_people: Whether it may say who else may act, and what the unit's own terms and days are.
        acts_for_organisation: Whether its holders act for their agency, so that each case has its own.
        never_notified: Whether the system never sends its holders anything.
        held_for_release: Whether what its holders are told waits, as a digest, until it is released.
    """

    name: str
    title: str
    records_for_others: bool = False
    manages_people: bool = False
    acts_for_organisation: bool = False
    never_notified: bool = False
    held_for_release: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class State:
    """A state of the machine.

    Attributes:
        name: The identifier.
        title: The words for people.
        meaning: What is true of a case in this state.
        is_end: Whether the case has ended; an ended case has no running deadlines.
    """

    name: str
    title: str
    meaning: str
    is_end: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class ChosenTarget:
    """A destination that the step's own record names.

    Attributes:
        field: The form's field that holds the state's name.
        choices: The states that may be named.
    """

    field: str
    choices: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Transition:
    """A step: from where, to where, on whose decision, with what record.

    Attributes:
        trigger: The step's name.
        title: The words for people.
        sources: The states it can be taken in.
        to: The state it leads to, a `ChosenTarget` one, or None where it keeps the state.
        roles: The roles whose decision it takes; any one of them.
        form: The form of what is recorded.
        guards: What else has to hold.
        warnings: What is pointed out, and recorded, but refuses nothing.
        spawns_linked: The case of another workflow that it opens.
        spawns_children: The children that it opens, kind by kind.
        cascades: The steps that other cases of its tree take with it.
        cascade_only: Whether it is only ever taken with a step of another case of its tree. Then whoever may
            decide that one may decide this.
        title_field: The form's field that holds the case's title, if it sets one.
        adds_organisations: The form's fields that name agencies which take part in the case.
        sets_organisations: Whether those that it names take part from now on, and no others.
        removes_organisations: The form's fields that name agencies which take part no longer.
        link_fields: Where the form names another case, or another area's, that this one is connected with.
        invalidates: The steps whose records count no longer once this one is taken; history keeps them.
        rolls_back: Whether it leads back to where the case has been: then the records of all steps beyond
            the state that it leads to count no longer either.
        reads: What it looks at beside its own case, each once: its conditions, its warnings, and whom it
            takes along.
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
        looks = [look for guard in (*self.guards, *self.warnings) for look in guard.reads]
        along = (taken.relation for taken in self.cascades)
        object.__setattr__(self, "reads", tuple(dict.fromkeys((*looks, *along))))

    @property
    def targets(self) -> tuple[str, ...]:
        """The states that it can lead to; none where it keeps the state."""
        match self.to:
            case None:
                return ()
            case ChosenTarget(choices=among):
                return among
            case state:
                return (state,)


# Compared by identity: a definition is registered once, and the compiled machine is kept by it.
@dataclass(frozen=True, kw_only=True, eq=False)
class Workflow:
    """A state machine with its records, roles and clocks.

    Attributes:
        name: The identifier.
        title: The words for people.
        purpose: What it is for, in a sentence.
        version: Counts up with each change to the declaration.
        prefix: How its references begin (`SCR` for `SCR-2026-001`); of children, how they go on (`A`
            for `SCR-2026-001/A03`).
        opening: The step that opens a case; its `to` is the initial state, it has no sources.
        states: All states, in the order people read them.
        transitions: All other steps.
        deadlines: The clocks.
        roles: Every role that a step or a clock names.
        escalation_policy: Who is told when of a deadline that has no ladder of its own.
        may_reschedule: The roles that may agree a new date for a deadline that names none itself.
        may_suspend: The roles that may suspend clocks and let them run on; none where clocks never stop.
        holders: Where a case names the persons who hold a role in it.
        parent_workflows: The workflows, by name, of whose cases its own are children; none where a case stands
            alone. A child is opened under one parent, and stays there.
        auxiliary: Whether its cases are kept beside those that the work is about, as meetings are: a list of
            all, or an overview, leaves them out unless they are asked for.
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
        by_state = {s.name: tuple(t for t in self.transitions if s.name in t.sources) for s in self.states}
        by_trigger = {t.trigger: t for t in (self.opening, *self.transitions)}
        object.__setattr__(self, "_by_state", by_state)
        object.__setattr__(self, "_by_trigger", by_trigger)
        object.__setattr__(self, "_states", {state.name: state for state in self.states})
        object.__setattr__(self, "_deadlines", {deadline.name: deadline for deadline in self.deadlines})

    @property
    def is_primary(self) -> bool:
        """Whether its cases are what the work is about: neither part of another, nor kept beside."""
        return not self.parent_workflows and not self.auxiliary

    @property
    def initial(self) -> str:
        """The name of the state in which a case begins."""
        (state,) = self.opening.targets
        return state

    @property
    def steps(self) -> tuple[str, ...]:
        """The names of all steps but the opening one."""
        return tuple(transition.trigger for transition in self.transitions)

    def state(self, name: str) -> State:
        """The state of that name; KeyError where there is none."""
        return self._states[name]

    def deadline(self, name: str) -> Deadline:
        """The deadline of that name; KeyError where there is none."""
        return self._deadlines[name]

    def is_later(self, state: str, other: str) -> bool:
        """Whether a state comes after another, in the order of their declaration."""
        order = tuple(self._states)
        return order.index(state) > order.index(other)

    def later_steps(self, state: str) -> tuple[str, ...]:
        """The steps beyond a state: those that lead only to later ones, or are taken only in later ones."""
        return tuple(
            transition.trigger
            for transition in self.transitions
            if all(self.is_later(name, state) for name in transition.targets or transition.sources)
        )

    def policy_for(self, deadline: Deadline) -> tuple[EscalationLevel, ...]:
        """Who is told when of a deadline; nobody of a minimum period."""
        if deadline.minimum_period:
            return ()
        return self.escalation_policy if deadline.escalation_policy is None else deadline.escalation_policy

    def reschedulers_of(self, deadline: Deadline) -> tuple[str, ...]:
        """The roles that may agree a new date for a deadline."""
        return deadline.may_reschedule or self.may_reschedule

    @property
    def suspension_review(self) -> Deadline | None:
        """The deadline that a suspension starts; None where clocks never stop."""
        starting = (d for d in self.deadlines if any(isinstance(moment, OnSuspend) for moment in d.starts))
        return next(starting, None)

    def transition(self, trigger: str) -> Transition | None:
        """The step of that name, the opening one included; None where there is none."""
        return self._by_trigger.get(trigger)

    def steps_from(self, state: str) -> tuple[Transition, ...]:
        """The steps that can be taken in a state, guards aside."""
        return self._by_state[state]

"""Declare a deadline: what starts and meets it, its term, its citation and its escalation policy."""

from __future__ import annotations

from dataclasses import dataclass

from ..model.calendar import Term


@dataclass(frozen=True, kw_only=True, slots=True)
class OnStep:
    """Triggers when a step is recorded.

    Attributes:
        step: The step.
        day_field: The form's field with the day to count from, or the day on which the deadline was met;
            None for the day of the step.
        field: The form's field that must have one of `values`; None for no such condition.
        values: The values.
        in_states: The states in which the step must be applied; empty for any.
    """

    step: str
    day_field: str | None = None
    field: str | None = None
    values: tuple[str, ...] = ()
    in_states: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class OnEnter:
    """Triggers when a case enters a state.

    Attributes:
        state: The state.
    """

    state: str


@dataclass(frozen=True, kw_only=True, slots=True)
class OnExit:
    """Triggers when a case leaves a state for one that is not an end state.

    Attributes:
        state: The state.
    """

    state: str


@dataclass(frozen=True, kw_only=True, slots=True)
class OnSuspend:
    """Triggers when clocks are suspended; the clock is due when the suspension is to be reviewed."""


@dataclass(frozen=True, kw_only=True, slots=True)
class OnResume:
    """Triggers when a suspension is lifted."""


OWNER = "owner"
"""Stands for the deadline's owner, as the recipient of an escalation level."""


@dataclass(frozen=True, kw_only=True, slots=True)
class EscalationLevel:
    """A level of an escalation policy: a recipient and a day.

    Attributes:
        name: The identifier, unique in its policy.
        to: The role that is notified, or `OWNER`.
        working_days: The number of working days past the due date; negative for days before it.
        owners_organisation_only: Whether it notifies only holders of the owner's organisation; it is skipped
            if the owner has none.
        root_prefixes: The reference prefixes of the roots to which it applies; empty for all.
        title: The title for people; the name's words if it is left out.
    """

    name: str
    to: str
    working_days: int
    owners_organisation_only: bool = False
    root_prefixes: tuple[str, ...] = ()
    title: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "title", self.title or self.name.replace("_", " "))


@dataclass(frozen=True, kw_only=True, slots=True)
class Holder:
    """A step's field that names the holder of a role in a case.

    If several apply to one role, the last in the order of declaration that has a value applies.

    Attributes:
        role: The role.
        step: The step.
        field: The field of its record.
    """

    role: str
    step: str
    field: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Citation:
    """The source of a term, for people.

    Attributes:
        name: The source's short name.
        text: A summary of the source.
        verified: Whether the source itself was consulted.
        local_default: Whether no figure is published, so that the term is a local choice.
    """

    name: str
    text: str
    verified: bool = True
    local_default: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Deadline:
    """A deadline of a workflow.

    Attributes:
        name: The identifier.
        title: The task, in words for people.
        term: The term.
        starts: The triggers that start it. A start replaces a running clock.
        met_by: The triggers that meet it.
        owner: The role that has to meet it.
        citation: The source of the term.
        counts_back: Whether the due date lies before the starting day.
        repeats: Whether it starts again, in the same rhythm, each time it is met.
        minimum_period: Whether it is a minimum period: nothing meets it, no one is reminded, and it outlives
            the case's end.
        escalation_policy: The escalation policy; None for the workflow's.
        may_reschedule: The roles that may agree a new date; empty for the workflow's.
    """

    name: str
    title: str
    term: Term
    starts: tuple[OnStep | OnEnter | OnSuspend, ...]
    met_by: tuple[OnStep | OnExit | OnResume, ...]
    owner: str
    citation: Citation
    counts_back: bool = False
    repeats: bool = False
    minimum_period: bool = False
    escalation_policy: tuple[EscalationLevel, ...] | None = None
    may_reschedule: tuple[str, ...] = ()


DEFAULT_ESCALATION_POLICY = (EscalationLevel(name=OWNER, to=OWNER, working_days=0),)
"""The policy of a workflow that declares none: notify the owner once the due date has passed."""

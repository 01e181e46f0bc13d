"""Declare a deadline: what starts and meets it, its term, its citation and its escalation policy."""

from __future__ import annotations

from dataclasses import dataclass

from ..model.calendar import Term


@dataclass(frozen=True, kw_only=True, slots=True)
class OnStep:
    """The moment at which a step is recorded.

    Attributes:
        step: The step.
        day_field: The form's field that holds the day meant; None for the day the step happened. Of what meets a
            deadline it is the day on which that was done, and the same step may start it.
        field: A form's field that has to have one of the values `values`; None for always.
        values: Those values.
        in_states: The states in which the step has to be taken; none for any.
    """

    step: str
    day_field: str | None = None
    field: str | None = None
    values: tuple[str, ...] = ()
    in_states: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class OnEnter:
    """The moment at which a case comes into a state.

    Attributes:
        state: The state.
    """

    state: str


@dataclass(frozen=True, kw_only=True, slots=True)
class OnExit:
    """The moment at which a case moves on from a state, to one that is not an end.

    Attributes:
        state: The state.
    """

    state: str


@dataclass(frozen=True, kw_only=True, slots=True)
class OnSuspend:
    """The moment at which clocks are suspended; the clock it starts falls due when that is reviewed."""


@dataclass(frozen=True, kw_only=True, slots=True)
class OnResume:
    """The moment at which a suspension is lifted."""


OWNER = "owner"
"""Stands, on a rung, for the role whose task the deadline is."""


@dataclass(frozen=True, kw_only=True, slots=True)
class EscalationLevel:
    """A rung of an escalation ladder: who is told, and when.

    Attributes:
        name: The identifier, unique on its ladder.
        to: The role that is told, or `OWNER`.
        working_days: How many working days past due; negative for so many before.
        owners_organisation_only: Whether only those are meant who belong to the owner's agency; where the
            owner belongs to none, the rung is passed over.
        root_prefixes: The prefixes of the roots under which it is meant, of a part that is found under several
            kinds; none for all. Elsewhere it is passed over.
    """

    name: str
    to: str
    working_days: int
    owners_organisation_only: bool = False
    root_prefixes: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Holder:
    """Where a case names the person who holds a role in it.

    Where several name one for the same role, the last of them that was taken counts, in the order of
    their declaration.

    Attributes:
        role: The role.
        step: The step whose record names them.
        field: The field that does.
    """

    role: str
    step: str
    field: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Citation:
    """Where a term comes from, as people are shown it.

    Attributes:
        name: The source, in short.
        text: What it says, in our words.
        verified: Whether the source itself was seen.
        local_default: Whether no figure is published, so that a unit sets its own.
    """

    name: str
    text: str
    verified: bool = True
    local_default: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Deadline:
    """A term that a case has to keep.

    Attributes:
        name: The identifier.
        title: What has to be done, in words for people.
        term: How long there is.
        starts: What starts it. Starting while it runs replaces the running one.
        met_by: What meets it.
        owner: The role whose task it is.
        citation: Where the term comes from.
        counts_back: Whether the term ends so long before the starting day, not after it.
        repeats: Whether it starts again, in the same rhythm, each time it is met.
        minimum_period: Whether it is a time during which a thing has to last: nothing meets it,
            nobody is chased, and it outlives the case's end.
        escalation_policy: Who is told when; None for the workflow's own ladder.
        may_reschedule: The roles that may agree a new date; none for the workflow's own.
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
"""The ladder of a workflow that declares none: whoever's task it is hears of it once its day is over."""

"""Two small workflows of a library, and their people and records.

A reader asks for a thing, the keeper approves, and the librarian lends it. It is returned, or it is
written off and an insurance claim is opened. Together the two declarations use all features.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Annotated, Any, Literal

from msgspec import Meta

from casereview.engine.deadlines.recipients import Directory
from casereview.engine.definition.deadline import (
    OWNER,
    Citation,
    Deadline,
    EscalationLevel,
    Holder,
    OnEnter,
    OnExit,
    OnResume,
    OnStep,
    OnSuspend,
)
from casereview.engine.definition.guards import Guard, GuardContext
from casereview.engine.definition.relations import SpawnsLinked
from casereview.engine.definition.workflow import ChosenTarget, Role, State, Transition, Workflow
from casereview.engine.errors.base import Fault
from casereview.engine.forms.fields import SENSITIVE, Form, ShortText, Text
from casereview.engine.model.calendar import days, months, working_days
from casereview.engine.model.case import Case
from casereview.engine.model.people import Actor, DecidedBy, Person, role_holdings

# --- the forms ------------------------------------------------------------------------------------


class Address(Form, frozen=True, kw_only=True):
    """A reader's address."""

    town: ShortText
    street: Annotated[ShortText, SENSITIVE] | None = None


class Asking(Form, frozen=True, kw_only=True):
    """A reader asks for a thing."""

    title: Annotated[ShortText, Meta(title="Thing", description="What is to be lent.")]
    library: ShortText
    others: tuple[ShortText, ...] = ()
    wanted_on: date | None = None
    reader: Annotated[ShortText, SENSITIVE] | None = None
    address: Address | None = None


class Inspection(Form, frozen=True, kw_only=True):
    """The thing is inspected."""

    condition: Literal["good", "poor"]


class Approval(Form, frozen=True, kw_only=True):
    """The keeper approves the loan."""

    fee: Annotated[int, Meta(ge=0)]


class Refusal(Form, frozen=True, kw_only=True):
    """The keeper refuses the loan."""

    reasons: Text


class Lending(Form, frozen=True, kw_only=True):
    """The thing is lent."""

    kind: Literal["home", "display"] = "home"
    partner: ShortText | None = None


class Remark(Form, frozen=True, kw_only=True):
    """A remark."""

    text: Annotated[Text, SENSITIVE]


class Report(Form, frozen=True, kw_only=True):
    """A report on the loan."""

    visitors: Annotated[int, Meta(ge=0)] = 0


class Loss(Form, frozen=True, kw_only=True):
    """The thing is lost."""

    value: Annotated[int, Meta(ge=1)]

    def contradictions(self) -> Iterator[Fault]:
        if self.value == 13:
            yield Fault(path="value", expected="a value that is not 13", found="13")


class Reopening(Form, frozen=True, kw_only=True):
    """An ended loan is reopened."""

    return_to: Literal["asked", "approved", "lent"]


class Naming(Form, frozen=True, kw_only=True):
    """A courier is named."""

    courier: ShortText


class Claim(Form, frozen=True, kw_only=True):
    """The insurer is asked to pay."""

    thing: ShortText
    value: int


class Settlement(Form, frozen=True, kw_only=True):
    """The insurer pays."""

    paid: int


# --- the guards -----------------------------------------------------------------------------------


def _inspected(view: GuardContext) -> Iterator[str]:
    if view.recorded("inspect") is None:
        yield "It has not been inspected."


def _affordable(view: GuardContext) -> Iterator[str]:
    match view.record:
        case Approval(fee=fee) if fee > 100:
            yield f"The fee of {fee} is above 100."
            yield "Fees above 100 need a sponsor."


def _visited_before(view: GuardContext) -> Iterator[str]:
    match (view.case, view.record):
        case (Case(been_in=been_in), Reopening(return_to=state)) if state not in been_in:
            yield f"It was never {state}."


def _in_winter(view: GuardContext) -> Iterator[str]:
    if view.day.month in (12, 1):
        yield "The vans may not run."


INSPECTED = Guard(name="inspected", check=_inspected, cleared_by="keeper")
AFFORDABLE = Guard(name="affordable", check=_affordable, cleared_by="keeper", needs_record=True)
VISITED_BEFORE = Guard(name="been_there", check=_visited_before, cleared_by="keeper", needs_record=True)
IN_WINTER = Guard(name="in_winter", check=_in_winter, cleared_by="keeper")

# --- the workflows --------------------------------------------------------------------------------

READER = Role(name="reader", title="reader")
LIBRARIAN = Role(name="librarian", title="librarian", records_for_others=True, manages_people=True)
CLERK = Role(name="clerk", title="desk clerk", records_for_others=True)
KEEPER = Role(name="keeper", title="keeper", decides_disposals=True)
ROLES = (READER, LIBRARIAN, CLERK, KEEPER)

STATES = (
    State(name="asked", title="asked for", meaning="Somebody has asked for it."),
    State(name="approved", title="approved", meaning="The keeper lets it be lent."),
    State(name="lent", title="lent", meaning="It is out of the library."),
    State(name="returned", title="returned", meaning="It is back.", is_end=True),
    State(name="refused", title="refused", meaning="It is not lent.", is_end=True),
    State(name="written_off", title="written off", meaning="It is lost.", is_end=True),
)
ALL_STATES = tuple(state.name for state in STATES)

HOUSE_RULES = Citation(name="House rules", text="As the library has always done it.", local_default=True)


def step_to(
    trigger: str,
    sources: tuple[str, ...],
    to: str | ChosenTarget | None,
    record: type[Form],
    *,
    roles: tuple[str, ...] = ("keeper",),
    **more: Any,
) -> Transition:
    """Return a step that by default the keeper decides."""
    return Transition(trigger=trigger, title=trigger, sources=sources, to=to, form=record, roles=roles, **more)


def deadline(name: str, **more: Any) -> Deadline:
    """Return a deadline that the librarian owns."""
    return Deadline(name=name, title=name, owner="librarian", citation=HOUSE_RULES, **more)


def _claim(record: Form, case: Case) -> Mapping[str, Any]:
    assert isinstance(record, Loss)
    return {"thing": case.title, "value": record.value}


OPENING = step_to(
    "ask",
    (),
    "asked",
    Asking,
    roles=("reader", "librarian", "clerk"),
    title_field="title",
    adds_organisations=("library", "others"),
)
TRANSITIONS = (
    step_to("inspect", ("asked", "approved", "lent"), None, Inspection),
    step_to("approve", ("asked",), "approved", Approval, guards=(INSPECTED, AFFORDABLE), warnings=(IN_WINTER,)),
    step_to("refuse", ("asked",), "refused", Refusal),
    step_to("tell", ALL_STATES, None, Remark, roles=("librarian", "clerk")),
    step_to("lend", ("approved",), "lent", Lending, roles=("librarian", "clerk"), adds_organisations=("partner",)),
    step_to("renew", ("lent",), None, Lending, roles=("librarian",)),
    step_to("report", ("lent",), None, Report, roles=("librarian", "clerk")),
    step_to("give_back", ("lent",), "returned", Inspection, roles=("librarian", "clerk")),
    step_to(
        "write_off",
        ("lent",),
        "written_off",
        Loss,
        spawns_linked=SpawnsLinked(workflow="claim", relation="claim", inverse="claimed_for", record=_claim),
    ),
    step_to(
        "take_up",
        ("returned", "refused", "written_off"),
        ChosenTarget(field="return_to", choices=("asked", "approved", "lent")),
        Reopening,
        guards=(VISITED_BEFORE,),
    ),
    step_to("rename", ALL_STATES, None, Asking, roles=("librarian",), title_field="title"),
)
DEADLINES = (
    deadline("inspect", term=working_days(5), starts=(OnStep(step="ask"),), met_by=(OnStep(step="inspect"),)),
    deadline("decide", term=months(1), starts=(OnEnter(state="asked"),), met_by=(OnExit(state="asked"),)),
    deadline(
        "prepare",
        term=working_days(7),
        starts=(OnStep(step="ask", day_field="wanted_on"),),
        met_by=(OnStep(step="lend"),),
        counts_back=True,
    ),
    deadline("tell_reader", term=days(14), starts=(OnStep(step="refuse"),), met_by=(OnStep(step="tell"),)),
    deadline(
        "give_back",
        term=months(1),
        starts=(OnStep(step="lend"), OnStep(step="renew")),
        met_by=(OnStep(step="give_back"),),
    ),
    deadline(
        "report",
        term=months(3),
        starts=(OnStep(step="lend"),),
        met_by=(OnStep(step="report"),),
        repeats=True,
    ),
    deadline(
        "display",
        term=months(12),
        starts=(OnStep(step="lend", field="kind", values=("display",)),),
        met_by=(),
        minimum_period=True,
    ),
)


def loan(**changed: Any) -> Workflow:
    """Return the loan's declaration with some parts changed."""
    declared: dict[str, Any] = {
        "name": "loan",
        "title": "Loan",
        "purpose": "Lends a thing.",
        "version": 1,
        "prefix": "LN",
        "roles": ROLES,
        "states": STATES,
        "opening": OPENING,
        "transitions": TRANSITIONS,
        "deadlines": DEADLINES,
    }
    return Workflow(**{**declared, **changed})


LOAN = loan()
CLAIM = Workflow(
    name="claim",
    title="Insurance claim",
    purpose="Asks the insurer to pay.",
    version=1,
    prefix="CL",
    roles=ROLES,
    states=(
        State(name="made", title="made", meaning="The insurer was asked."),
        State(name="settled", title="settled", meaning="The insurer has paid.", is_end=True),
    ),
    opening=step_to("claim", (), "made", Claim),
    transitions=(step_to("settle", ("made",), "settled", Settlement),),
    deadlines=(deadline("settle", term=days(30), starts=(OnEnter(state="made"),), met_by=(OnStep(step="settle"),)),),
)

# --- the loan with escalation ---------------------------------------------------------------------

BRANCH_LEAD = Role(name="branch_lead", title="branch lead", acts_for_organisation=True)
BRANCH_CLERK = Role(name="branch_clerk", title="branch clerk", acts_for_organisation=True)
COURIER = Role(name="courier", title="courier")
TRUSTEE = Role(name="trustee", title="trustee", held_for_release=True)
DONOR = Role(name="donor", title="donor", never_notified=True)

ESCALATION_LEVELS = (
    EscalationLevel(name="reminder", to=OWNER, working_days=-5),
    EscalationLevel(name="owner", to=OWNER, working_days=0),
    EscalationLevel(name="branch", to="branch_lead", working_days=5, owners_organisation_only=True),
    EscalationLevel(name="keeper", to="keeper", working_days=10),
    EscalationLevel(name="trustee", to="trustee", working_days=20),
)
REVIEW = deadline("review_suspension", term=months(3), starts=(OnSuspend(),), met_by=(OnResume(),))
ESCALATED_LOAN = loan(
    roles=(*ROLES, BRANCH_LEAD, BRANCH_CLERK, COURIER, TRUSTEE, DONOR),
    transitions=(
        *TRANSITIONS,
        step_to("name_courier", ("asked", "approved", "lent"), None, Naming, roles=("librarian",)),
        step_to("collect", ("asked", "approved", "lent"), None, Report, roles=("librarian",)),
        step_to("pack", ("asked", "approved", "lent"), None, Report, roles=("librarian",)),
    ),
    deadlines=(
        *DEADLINES,
        deadline("whole", term=months(6), starts=(OnStep(step="ask"),), met_by=(OnStep(step="lend"),)),
        Deadline(
            name="collect",
            title="collect",
            term=days(28),
            starts=(OnStep(step="name_courier"),),
            met_by=(OnStep(step="collect"),),
            owner="courier",
            citation=HOUSE_RULES,
        ),
        Deadline(
            name="pack",
            title="pack",
            term=working_days(10),
            starts=(OnStep(step="name_courier"),),
            met_by=(OnStep(step="pack"),),
            owner="branch_clerk",
            citation=HOUSE_RULES,
            may_reschedule=("librarian",),
        ),
        REVIEW,
    ),
    escalation_policy=ESCALATION_LEVELS,
    may_reschedule=("keeper",),
    may_suspend=("keeper",),
    holders=(Holder(role="courier", step="name_courier", field="courier"),),
)
"""The same loan with an escalation policy, suspensions, new dates and a courier."""

# --- people and records ---------------------------------------------------------------------------

READER_1 = Actor(name="Reader 1", roles=frozenset({"reader"}))
LIBRARIAN_1 = Actor(name="Librarian 1", roles=frozenset({"librarian"}))
CLERK_1 = Actor(name="Clerk 1", roles=frozenset({"clerk"}))
KEEPER_1 = Actor(name="Keeper 1", roles=frozenset({"keeper"}))
NOBODY = Actor(name="Visitor 1", roles=frozenset())
BY_KEEPER = DecidedBy(name="Keeper 1", capacity="keeper", evidence="letter of that day")

SALT = b"sixteen bytes ok"
ASKED_ON = date(2026, 1, 5)
"""A Monday."""

RECORDS_BY_STEP: dict[str, dict[str, Any]] = {
    "ask": {"title": "A globe", "library": "Library 1"},
    "inspect": {"condition": "good"},
    "approve": {"fee": 10},
    "refuse": {"reasons": "It is too fragile."},
    "tell": {"text": "Told by letter."},
    "lend": {"kind": "home"},
    "renew": {"kind": "home"},
    "report": {"visitors": 7},
    "give_back": {"condition": "good"},
    "write_off": {"value": 500},
    "take_up": {"return_to": "asked"},
    "rename": {"title": "A terrestrial globe", "library": "Library 1"},
    "claim": {"thing": "A globe", "value": 500},
    "settle": {"paid": 400},
    "name_courier": {"courier": "Courier 1"},
    "collect": {"visitors": 0},
    "pack": {"visitors": 0},
}
"""A well-formed record for each step."""

DECIDER_BY_STEP = {
    step.trigger: {"reader": READER_1, "librarian": LIBRARIAN_1, "keeper": KEEPER_1}[step.roles[0]]
    for workflow in (ESCALATED_LOAN, CLAIM)
    for step in (workflow.opening, *workflow.transitions)
}
"""A person for each step who may decide it."""


def person_named(
    name: str, *roles: str, organisation: str | None = None, email: str | None = "somebody@example.org"
) -> Person:
    """Return a person, by default with an address."""
    return Person(name=name, holdings=tuple(sorted(role_holdings(roles, organisation))), email=email)


DIRECTORY = Directory(
    people=(
        person_named("Librarian 1", "librarian"),
        person_named("Clerk of branch 1", "branch_clerk", organisation="Library 1"),
        person_named("Lead of branch 1", "branch_lead", organisation="Library 1"),
        person_named("Courier 1", "courier"),
        person_named("Keeper 1", "keeper"),
        person_named("Trustee 1", "trustee"),
    )
)
"""One person for each role of the escalation policy."""

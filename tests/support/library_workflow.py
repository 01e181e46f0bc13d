"""Two small workflows that have nothing to do with safeguarding, and short ways to play them.

A library lends a thing: somebody asks for it, the keeper approves, the librarian lends it, it comes
back or is written off, and then an insurance claim is opened. Between them the two declarations use
everything that a declaration can say.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Annotated, Any, Literal

from msgspec import Meta

from casereview.engine.deadlines.recipients import Directory
from casereview.engine.definition.deadline import (
    OWNER,
    Deadline,
    Entering,
    Holder,
    Leaving,
    Recording,
    Resuming,
    Rule,
    Rung,
    Suspending,
)
from casereview.engine.definition.guards import Guard
from casereview.engine.definition.relations import Opens
from casereview.engine.definition.view import View
from casereview.engine.definition.workflow import Named, Role, State, Transition, Workflow
from casereview.engine.errors.base import Fault
from casereview.engine.forms.fields import SENSITIVE, Form, Text, Words
from casereview.engine.model.calendar import days, months, working_days
from casereview.engine.model.case import Case
from casereview.engine.model.people import Actor, Authority, Person

# --- the forms --------------------------------------------------------------------------------------


class Address(Form, frozen=True, kw_only=True):
    """Where a reader lives."""

    town: Words
    street: Annotated[Words, SENSITIVE] | None = None


class Asking(Form, frozen=True, kw_only=True):
    """A reader asks for a thing."""

    title: Annotated[Words, Meta(title="Thing", description="What is to be lent.")]
    library: Words
    others: tuple[Words, ...] = ()
    wanted_on: date | None = None
    reader: Annotated[Words, SENSITIVE] | None = None
    address: Address | None = None


class Inspection(Form, frozen=True, kw_only=True):
    """The thing is looked at."""

    condition: Literal["good", "poor"]


class Approval(Form, frozen=True, kw_only=True):
    """The keeper lets it be lent."""

    fee: Annotated[int, Meta(ge=0)]


class Refusal(Form, frozen=True, kw_only=True):
    """The keeper does not."""

    reasons: Text


class Lending(Form, frozen=True, kw_only=True):
    """It leaves the house."""

    kind: Literal["home", "display"] = "home"
    partner: Words | None = None


class Remark(Form, frozen=True, kw_only=True):
    """Words, and nothing else."""

    text: Annotated[Text, SENSITIVE]


class Report(Form, frozen=True, kw_only=True):
    """How it is faring."""

    visitors: Annotated[int, Meta(ge=0)] = 0


class Loss(Form, frozen=True, kw_only=True):
    """It is lost."""

    value: Annotated[int, Meta(ge=1)]

    def contradictions(self) -> Iterator[Fault]:
        if self.value == 13:
            yield Fault(path="value", expected="a value that is not 13", found="13")


class TakingUp(Form, frozen=True, kw_only=True):
    """An ended loan is taken up again."""

    return_to: Literal["asked", "approved", "lent"]


class Naming(Form, frozen=True, kw_only=True):
    """Somebody is asked to carry it."""

    courier: Words


class Claim(Form, frozen=True, kw_only=True):
    """The insurer is asked to pay."""

    thing: Words
    value: int


class Settlement(Form, frozen=True, kw_only=True):
    """The insurer pays."""

    paid: int


# --- the conditions -----------------------------------------------------------------------------------


def _inspected(view: View) -> Iterator[str]:
    if view.recorded("inspect") is None:
        yield "It has not been inspected."


def _affordable(view: View) -> Iterator[str]:
    match view.record:
        case Approval(fee=fee) if fee > 100:
            yield f"The fee of {fee} is above 100."
            yield "Fees above 100 need a sponsor."


def _been_there(view: View) -> Iterator[str]:
    match (view.case, view.record):
        case (Case(been_in=been_in), TakingUp(return_to=state)) if state not in been_in:
            yield f"It was never {state}."


def _in_winter(view: View) -> Iterator[str]:
    if view.day.month in (12, 1):
        yield "The vans may not run."


INSPECTED = Guard(name="inspected", check=_inspected, cleared_by="keeper")
AFFORDABLE = Guard(name="affordable", check=_affordable, cleared_by="keeper", of_record=True)
BEEN_THERE = Guard(name="been_there", check=_been_there, cleared_by="keeper", of_record=True)
IN_WINTER = Guard(name="in_winter", check=_in_winter, cleared_by="keeper")

# --- the workflows ------------------------------------------------------------------------------------

READER = Role(name="reader", title="reader")
LIBRARIAN = Role(name="librarian", title="librarian", records_for_others=True, manages_people=True)
CLERK = Role(name="clerk", title="desk clerk", records_for_others=True)
KEEPER = Role(name="keeper", title="keeper")
ROLES = (READER, LIBRARIAN, CLERK, KEEPER)

STATES = (
    State(name="asked", title="asked for", means="Somebody has asked for it."),
    State(name="approved", title="approved", means="The keeper lets it be lent."),
    State(name="lent", title="lent", means="It is out of the house."),
    State(name="returned", title="returned", means="It is back.", is_end=True),
    State(name="refused", title="refused", means="It is not lent.", is_end=True),
    State(name="written_off", title="written off", means="It is lost.", is_end=True),
)
EVERYWHERE = tuple(state.name for state in STATES)

HOUSE_RULES = Rule(name="House rules", text="As the library has always done it.", local_default=True)


def step_to(
    trigger: str,
    sources: tuple[str, ...],
    to: str | Named | None,
    record: type[Form],
    *,
    roles: tuple[str, ...] = ("keeper",),
    **more: Any,
) -> Transition:
    """A step that takes the keeper's decision, unless told otherwise."""
    return Transition(trigger=trigger, title=trigger, sources=sources, to=to, record=record, roles=roles, **more)


def deadline(name: str, **more: Any) -> Deadline:
    """A deadline that the librarian owns, by the rules of the house."""
    return Deadline(name=name, title=name, owner="librarian", authority=HOUSE_RULES, **more)


def _claim(record: Form, case: Case) -> Mapping[str, Any]:
    assert isinstance(record, Loss)
    return {"thing": case.title, "value": record.value}


OPENING = step_to(
    "ask",
    (),
    "asked",
    Asking,
    roles=("reader", "librarian", "clerk"),
    names_title="title",
    names_agencies=("library", "others"),
)
TRANSITIONS = (
    step_to("inspect", ("asked", "approved", "lent"), None, Inspection),
    step_to("approve", ("asked",), "approved", Approval, guards=(INSPECTED, AFFORDABLE), warnings=(IN_WINTER,)),
    step_to("refuse", ("asked",), "refused", Refusal),
    step_to("tell", EVERYWHERE, None, Remark, roles=("librarian", "clerk")),
    step_to("lend", ("approved",), "lent", Lending, roles=("librarian", "clerk"), names_agencies=("partner",)),
    step_to("renew", ("lent",), None, Lending, roles=("librarian",)),
    step_to("report", ("lent",), None, Report, roles=("librarian", "clerk")),
    step_to("give_back", ("lent",), "returned", Inspection, roles=("librarian", "clerk")),
    step_to(
        "write_off",
        ("lent",),
        "written_off",
        Loss,
        opens=Opens(workflow="claim", relation="claim", inverse="claimed_for", record=_claim),
    ),
    step_to(
        "take_up",
        ("returned", "refused", "written_off"),
        Named(field="return_to", among=("asked", "approved", "lent")),
        TakingUp,
        guards=(BEEN_THERE,),
    ),
    step_to("rename", EVERYWHERE, None, Asking, roles=("librarian",), names_title="title"),
)
DEADLINES = (
    deadline("inspect", term=working_days(5), starts=(Recording(step="ask"),), met_by=(Recording(step="inspect"),)),
    deadline("decide", term=months(1), starts=(Entering(state="asked"),), met_by=(Leaving(state="asked"),)),
    deadline(
        "prepare",
        term=working_days(7),
        starts=(Recording(step="ask", day="wanted_on"),),
        met_by=(Recording(step="lend"),),
        counts_back=True,
    ),
    deadline("tell_reader", term=days(14), starts=(Recording(step="refuse"),), met_by=(Recording(step="tell"),)),
    deadline(
        "give_back",
        term=months(1),
        starts=(Recording(step="lend"), Recording(step="renew")),
        met_by=(Recording(step="give_back"),),
    ),
    deadline(
        "report",
        term=months(3),
        starts=(Recording(step="lend"),),
        met_by=(Recording(step="report"),),
        repeats=True,
    ),
    deadline(
        "display",
        term=months(12),
        starts=(Recording(step="lend", given="kind", among=("display",)),),
        met_by=(),
        minimum_period=True,
    ),
)


def loan(**changed: Any) -> Workflow:
    """The loan's declaration, with parts of it changed."""
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
        State(name="made", title="made", means="The insurer was asked."),
        State(name="settled", title="settled", means="The insurer has paid.", is_end=True),
    ),
    opening=step_to("claim", (), "made", Claim),
    transitions=(step_to("settle", ("made",), "settled", Settlement),),
    deadlines=(
        deadline("settle", term=days(30), starts=(Entering(state="made"),), met_by=(Recording(step="settle"),)),
    ),
)

# --- the loan that is chased ------------------------------------------------------------------------

BRANCH_LEAD = Role(name="branch_lead", title="branch lead", of_agency=True)
BRANCH_CLERK = Role(name="branch_clerk", title="branch clerk", of_agency=True)
COURIER = Role(name="courier", title="courier")
TRUSTEE = Role(name="trustee", title="trustee", in_digest=True)
DONOR = Role(name="donor", title="donor", never_chased=True)

LADDER = (
    Rung(name="reminder", to=OWNER, working_days=-5),
    Rung(name="owner", to=OWNER, working_days=0),
    Rung(name="branch", to="branch_lead", working_days=5, of_owners_agency=True),
    Rung(name="keeper", to="keeper", working_days=10),
    Rung(name="trustee", to="trustee", working_days=20),
)
REVIEW = deadline("review_suspension", term=months(3), starts=(Suspending(),), met_by=(Resuming(),))
CHASED = loan(
    roles=(*ROLES, BRANCH_LEAD, BRANCH_CLERK, COURIER, TRUSTEE, DONOR),
    transitions=(
        *TRANSITIONS,
        step_to("name_courier", ("asked", "approved", "lent"), None, Naming, roles=("librarian",)),
        step_to("collect", ("asked", "approved", "lent"), None, Report, roles=("librarian",)),
        step_to("pack", ("asked", "approved", "lent"), None, Report, roles=("librarian",)),
    ),
    deadlines=(
        *DEADLINES,
        deadline("whole", term=months(6), starts=(Recording(step="ask"),), met_by=(Recording(step="lend"),)),
        Deadline(
            name="collect",
            title="collect",
            term=days(28),
            starts=(Recording(step="name_courier"),),
            met_by=(Recording(step="collect"),),
            owner="courier",
            authority=HOUSE_RULES,
        ),
        Deadline(
            name="pack",
            title="pack",
            term=working_days(10),
            starts=(Recording(step="name_courier"),),
            met_by=(Recording(step="pack"),),
            owner="branch_clerk",
            authority=HOUSE_RULES,
            moved_by=("librarian",),
        ),
        REVIEW,
    ),
    ladder=LADDER,
    moved_by=("keeper",),
    stopped_by=("keeper",),
    holders=(Holder(role="courier", step="name_courier", field="courier"),),
)
"""The same loan with a ladder, clocks that can be stopped and moved, and somebody to carry the thing."""

# --- playing them -------------------------------------------------------------------------------------

READER_1 = Actor(name="Reader 1", roles=frozenset({"reader"}))
LIBRARIAN_1 = Actor(name="Librarian 1", roles=frozenset({"librarian"}))
CLERK_1 = Actor(name="Clerk 1", roles=frozenset({"clerk"}))
KEEPER_1 = Actor(name="Keeper 1", roles=frozenset({"keeper"}))
NOBODY = Actor(name="Visitor 1", roles=frozenset())
BY_KEEPER = Authority(name="Keeper 1", capacity="keeper", evidence="letter of that day")

SALT = b"sixteen bytes ok"
ASKED_ON = date(2026, 1, 5)
"""A Monday."""

FORMS: dict[str, dict[str, Any]] = {
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

DECIDERS = {
    step.trigger: {"reader": READER_1, "librarian": LIBRARIAN_1, "keeper": KEEPER_1}[step.roles[0]]
    for workflow in (CHASED, CLAIM)
    for step in (workflow.opening, *workflow.transitions)
}
"""Somebody for each step who may decide it."""


def somebody(name: str, *roles: str, agency: str | None = None, email: str | None = "somebody@example.org") -> Person:
    """Somebody on the list, with an address unless told otherwise."""
    return Person(name=name, roles=tuple(sorted(roles)), agency=agency, email=email)


EVERYBODY = Directory(
    people=(
        somebody("Librarian 1", "librarian"),
        somebody("Clerk of branch 1", "branch_clerk", agency="Library 1"),
        somebody("Lead of branch 1", "branch_lead", agency="Library 1"),
        somebody("Courier 1", "courier"),
        somebody("Keeper 1", "keeper"),
        somebody("Trustee 1", "trustee"),
    )
)
"""One for each role that the ladder names."""

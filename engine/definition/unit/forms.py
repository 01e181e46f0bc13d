"""The forms of the unit's own record: one for each step.

A person is named by their ID, which stays, and by their name, for people who read the history.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from msgspec import Meta

from ...forms.fields import CODE, DECISION, FOR_PROGRAMS, SENSITIVE, Form, ShortText, Text, names_part
from ...forms.several_names import ONE_ORGANISATION, ONE_PERSON
from ...model.calendar import TermUnit

Email = Annotated[str, Meta(pattern=r"^[^@\s]+@[^@\s]+$", max_length=254, examples=["name@example.org"])]
Address = Annotated[str, Meta(pattern=r"^[A-Za-z][A-Za-z0-9+.-]*://\S+$", max_length=2000)]
OrganisationId = Annotated[str, Meta(title="ID", pattern="^[0-9a-f]{16}$"), CODE, FOR_PROGRAMS]
PersonId = Annotated[str, Meta(title="ID", pattern="^[0-9a-f]{16}$"), CODE, FOR_PROGRAMS]
Account = Annotated[str, Meta(pattern=r"\w", max_length=200, examples=["sreed"])]
CalendarCode = Annotated[str, Meta(pattern=r"^[A-Z]{2,3}(-[A-Z0-9]{1,3})?$"), CODE, names_part("calendar")]
"""The ISO 3166 code of the country of the bank holidays, or of a part of it."""
Identifier = Annotated[str, Meta(pattern=r"^\w{1,64}$"), CODE]
"""A name that a workflow declares: of a role, a deadline, a level."""


class OpenRecord(Form, frozen=True, kw_only=True):
    """The beginning of the unit's own record."""

    rehearsal: Annotated[bool, Meta(title="For training only")] = False
    calendar: Annotated[CalendarCode, Meta(title="Calendar")] | None = None


# --- people -------------------------------------------------------------------------------------------


class Holding(Form, frozen=True, kw_only=True):
    """A role, and the organisation in which it is held."""

    role: Annotated[Identifier, Meta(title="Role"), names_part("role")]
    organisation: Annotated[ShortText, Meta(title="Organisation"), ONE_ORGANISATION] | None = None


class PersonDetails(Form, frozen=True, kw_only=True):
    """The name, the organisation and the addresses of a person, as input."""

    name: Annotated[ShortText, Meta(title="Name"), ONE_PERSON]
    organisation: Annotated[ShortText, Meta(title="Organisation"), ONE_ORGANISATION] | None = None
    email: Annotated[Email, Meta(title="E-mail")] | None = None
    # It may hold a token, which no error may quote.
    notify: Annotated[Address, Meta(title="Address for messages"), SENSITIVE] | None = None
    account: Annotated[Account, Meta(title="Account")] | None = None


class AddPerson(Form, frozen=True, kw_only=True):
    """A new person, or what changed about one: all roles that they hold from now on, and each new address."""

    person: PersonId
    name: Annotated[ShortText, Meta(title="Name"), ONE_PERSON]
    roles: Annotated[tuple[Holding, ...], Meta(title="Roles")]
    email: Annotated[Email, Meta(title="E-mail")] | None = None
    notify: Annotated[Address, Meta(title="Address for messages"), SENSITIVE] | None = None
    account: Annotated[Account, Meta(title="Account")] | None = None


class RecoverManager(Form, frozen=True, kw_only=True):
    """A person who manages people from now on, at the account from which it is entered, since no manager can act."""

    person: PersonId
    name: Annotated[ShortText, Meta(title="Name"), ONE_PERSON]
    roles: Annotated[tuple[Holding, ...], Meta(title="Roles")]
    account: Annotated[Account, Meta(title="Account")] | None = None
    reasons: Annotated[Text, Meta(title="Reasons"), DECISION]


class RemovePerson(Form, frozen=True, kw_only=True):
    """The roles that a person loses, and those that are left. Without any left, they leave the list."""

    person: PersonId
    name: Annotated[ShortText, Meta(title="Name"), ONE_PERSON]
    lost: Annotated[tuple[Holding, ...], Meta(title="Roles that they lose")]
    left: Annotated[tuple[Holding, ...], Meta(title="Roles that they keep")] = ()


# --- absences -----------------------------------------------------------------------------------------


class AddAbsence(Form, frozen=True, kw_only=True):
    """An absence, in place of the person's absence from the same day."""

    person: PersonId
    name: Annotated[ShortText, Meta(title="Name"), ONE_PERSON]
    from_day: Annotated[date, Meta(title="First day")]
    to_day: Annotated[date, Meta(title="Last day")]
    deputy: Annotated[PersonId, Meta(title="ID of the deputy")] | None = None
    deputy_name: Annotated[ShortText, Meta(title="Deputy"), ONE_PERSON] | None = None


class EndAbsence(Form, frozen=True, kw_only=True):
    """The day from which a person is no longer absent."""

    person: PersonId
    name: Annotated[ShortText, Meta(title="Name"), ONE_PERSON]
    day: Annotated[date, Meta(title="First day back")]


# --- organisations ------------------------------------------------------------------------------------


class AddOrganisation(Form, frozen=True, kw_only=True):
    """A new organisation, or what changed about one: the names that it has from now on."""

    organisation: OrganisationId
    name: Annotated[ShortText, Meta(title="Name"), ONE_ORGANISATION]
    aliases: Annotated[tuple[Annotated[ShortText, ONE_ORGANISATION], ...], Meta(title="Other names")] = ()


class RemoveOrganisation(Form, frozen=True, kw_only=True):
    """An organisation that leaves the list. Cases keep its name."""

    organisation: OrganisationId
    name: Annotated[ShortText, Meta(title="Name"), ONE_ORGANISATION]


class OrganisationDetails(Form, frozen=True, kw_only=True):
    """The names of an organisation, as input."""

    name: Annotated[ShortText, Meta(title="Name"), ONE_ORGANISATION]
    aliases: Annotated[tuple[Annotated[ShortText, ONE_ORGANISATION], ...], Meta(title="Other names")] = ()


# --- definitions --------------------------------------------------------------------------------------


class RegisterDefinition(Form, frozen=True, kw_only=True):
    """A version of a workflow, as it was when a program first recorded something by it."""

    workflow: Annotated[Identifier, Meta(title="Workflow"), names_part("workflow")]
    version: Annotated[int, Meta(title="Version", ge=1)]
    sha256: Annotated[str, Meta(title="SHA-256 of what it decides", pattern="^[0-9a-f]{64}$"), CODE, FOR_PROGRAMS]
    content: Annotated[
        str, Meta(title="What it decides, compressed", pattern="^[A-Za-z0-9+/]+={0,2}$"), CODE, FOR_PROGRAMS
    ]


# --- days and terms -----------------------------------------------------------------------------------


class SetDay(Form, frozen=True, kw_only=True):
    """A day that counts in another way than in the published calendar."""

    day: Annotated[date, Meta(title="Day")]
    counts_as: Annotated[Literal["closed", "worked", "as_usual"], Meta(title="Counts as")]
    reasons: Annotated[Text, Meta(title="Reasons"), DECISION]


class SetCalendar(Form, frozen=True, kw_only=True):
    """The published calendar of bank holidays by which deadlines are counted from now on."""

    calendar: Annotated[CalendarCode, Meta(title="Calendar")]
    reasons: Annotated[Text, Meta(title="Reasons"), DECISION]


class Level(Form, frozen=True, kw_only=True):
    """The working days of an escalation level."""

    name: Annotated[Identifier, Meta(title="Level"), names_part("level")]
    working_days: Annotated[int, Meta(title="Working days after the due date")]


class SetTerm(Form, frozen=True, kw_only=True):
    """The unit's own term, or levels, of a deadline."""

    workflow: Annotated[Identifier, Meta(title="Workflow"), names_part("workflow")]
    deadline: Annotated[Identifier, Meta(title="Deadline"), names_part("deadline")]
    from_day: Annotated[date, Meta(title="For deadlines that start on this day or later")]
    term_amount: Annotated[int, Meta(title="Term")] | None = None
    term_unit: Annotated[TermUnit, Meta(title="Unit of the term")] | None = None
    levels: Annotated[tuple[Level, ...], Meta(title="Levels")] = ()
    reasons: Annotated[Text, Meta(title="Reasons"), DECISION]

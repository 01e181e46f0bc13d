"""Declare the workflow of the unit's own record, a case that every record has."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from ...forms.fields import Form
from ..workflow import Role, State, Transition, Workflow
from . import UNIT_WORKFLOW, forms

KEPT = "kept"
OPENING = "open_record"

SYSTEM_ROLE = Role(name="system", title="this program", never_notified=True)
"""The role in which the program itself opens the record."""

STEPS: tuple[tuple[str, str, type[Form]], ...] = (
    ("add_person", "Add a person", forms.AddPerson),
    ("change_person", "Change a person", forms.AddPerson),
    ("remove_person", "Remove a person or their roles", forms.RemovePerson),
    ("recover_manager", "Make a manager, since none can act", forms.RecoverManager),
    ("add_absence", "Record an absence", forms.AddAbsence),
    ("end_absence", "End an absence", forms.EndAbsence),
    ("add_organisation", "Add an organisation", forms.AddOrganisation),
    ("change_organisation", "Change the names of an organisation", forms.AddOrganisation),
    ("remove_organisation", "Remove an organisation", forms.RemoveOrganisation),
    ("set_day", "Set a working day", forms.SetDay),
    ("set_calendar", "Choose the calendar of bank holidays", forms.SetCalendar),
    ("set_term", "Set a term", forms.SetTerm),
    ("register_definition", "Register a version of a workflow", forms.RegisterDefinition),
)
"""The steps: the trigger, the title and the form of each."""


def unit_workflow(managing: Iterable[Role]) -> Workflow:
    """Return the workflow of the unit's own record.

    Args:
        managing: The roles that manage people. They also correct the record.
    """
    managers = tuple(replace(role, records_for_others=True, acts_for_organisation=False) for role in managing)
    roles = (SYSTEM_ROLE, *managers)
    names = tuple(role.name for role in roles)
    return Workflow(
        name=UNIT_WORKFLOW,
        title="The unit's own record",
        purpose=(
            "Records who may act, who is away, which organisations there are, the unit's own days and terms, and the"
            " versions of workflows."
        ),
        version=1,
        prefix="UNIT",
        roles=roles,
        states=(State(name=KEPT, title="Kept", meaning="It lasts as long as the record itself."),),
        auxiliary=True,
        opening=_transition(OPENING, "Begin the record", forms.OpenRecord, names, sources=(), to=KEPT),
        transitions=tuple(_transition(trigger, title, form, names) for trigger, title, form in STEPS),
        deadlines=(),
        escalation_policy=(),
    )


def _transition(
    trigger: str,
    title: str,
    form: type[Form],
    roles: tuple[str, ...],
    *,
    sources: tuple[str, ...] = (KEPT,),
    to: str | None = None,
) -> Transition:
    # The verbs for people and settings apply these steps, after checks of their own; a plain step cannot.
    return Transition(
        trigger=trigger, title=title, form=form, roles=roles, sources=sources, to=to, cascade_only=bool(sources)
    )

"""Apply the events of the unit's own record, one by one.

Records are read as plain JSON values, not as forms: a word that was disposed of need not be well formed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import Any, NamedTuple

from ..deadlines.overrides import CalendarOverride, DayKind, DeadlineOverride
from ..definition.registered import RegisteredDefinition
from ..definition.unit.workflow import OPENING
from ..forms.digests import DISPOSED, StoredValue, with_stored_values
from ..model.calendar import Term, TermUnit
from ..model.case import Event
from ..model.clock import EventKind
from ..model.organisations import Organisation
from ..model.people import Person, RoleHolding, former_names
from .state import Stamp, UnitAbsence, UnitState

Record = Mapping[str, Any]


class UnitStep(NamedTuple):
    """The effect of a step.

    Attributes:
        apply: Return the state after the step.
        sections: The attributes of the state that it reads or changes.
    """

    apply: Callable[[UnitState, Record, Stamp], UnitState]
    sections: tuple[str, ...]


def unit_state(events: Iterable[Event], stored_values: Mapping[str, StoredValue]) -> UnitState:
    """Return the state after all events, each with its latest correction.

    Args:
        events: The events of the unit's own record, oldest first.
        stored_values: Their sensitive values by digest; those disposed of are missing.
    """
    history = tuple(events)
    corrected = {
        event.data["event"]: event.data["record"]
        for event in history
        if event.kind is EventKind.CORRECTED and "record" in event.data
    }
    state = UnitState()
    for event in history:
        if is_step(event):
            record = with_stored_values(corrected.get(event.seq, event.data), stored_values)
            state = after_step(state, event, record)
    return state


def is_step(event: Event) -> bool:
    """Return whether an event is the opening or a step, not an amendment."""
    return event.kind in (EventKind.OPENED, EventKind.STEP)


def after_step(state: UnitState, event: Event, record: Record) -> UnitState:
    """Return the state after a step.

    Args:
        state: The state before it; at least the sections that the step touches.
        event: The step's event.
        record: The step's record, with its sensitive values.
    """
    # A clock keeps the levels in force when its run began: by the present, which the recording may be ahead of.
    stamp = Stamp(recorded_by=event.recorded_by, recorded_at=event.occurred_at)
    return UNIT_STEPS[event.trigger].apply(state, record, stamp)


# --- people -------------------------------------------------------------------------------------------


def _begin(state: UnitState, record: Record, _: Stamp) -> UnitState:
    return replace(state, rehearsal=record.get("rehearsal", False), calendar=record.get("calendar"))


def _add_person(state: UnitState, record: Record, _: Stamp) -> UnitState:
    person = _person(record)
    return replace(state, people={**state.people, person.id: person})


def _change_person(state: UnitState, record: Record, _: Stamp) -> UnitState:
    known, change = state.people[record["person"]], _person(record)
    name = known.name if change.name == DISPOSED else change.name
    former = former_names(known, name) if known.name != DISPOSED else known.former_names
    person = replace(
        known,
        name=name,
        former_names=former,
        holdings=change.holdings,
        email=change.email or known.email,
        notify=change.notify or known.notify,
        account=change.account or known.account,
    )
    return replace(state, people={**state.people, known.id: person})


def _recover_manager(state: UnitState, record: Record, stamp: Stamp) -> UnitState:
    is_known = record["person"] in state.people
    return (_change_person if is_known else _add_person)(state, record, stamp)


def _remove_person(state: UnitState, record: Record, _: Stamp) -> UnitState:
    known = state.people[record["person"]]
    # The roles that are left are recorded, not found out: the organisations may have been disposed of.
    if left := _holdings(record.get("left", ())):
        return replace(state, people={**state.people, known.id: replace(known, holdings=left)})
    people = {key: person for key, person in state.people.items() if key != known.id}
    absences = {
        key: replace(one, deputy=None) if one.deputy == known.id else one
        for key, one in state.absences.items()
        if one.person != known.id
    }
    return replace(state, people=people, absences=absences)


def _person(record: Record) -> Person:
    return Person(
        id=record["person"],
        name=record["name"],
        holdings=_holdings(record["roles"]),
        email=_optional_word(record, "email"),
        notify=_optional_word(record, "notify"),
        account=_optional_word(record, "account"),
    )


def _holdings(held: Iterable[Record]) -> tuple[RoleHolding, ...]:
    return tuple(sorted({RoleHolding(one["role"], one.get("organisation", "")) for one in held}))


def _optional_word(record: Record, name: str) -> str | None:
    """Return a word; None if it was disposed of, since that is no address."""
    word: str | None = record.get(name)
    return None if word == DISPOSED else word


# --- absences -----------------------------------------------------------------------------------------


def _add_absence(state: UnitState, record: Record, _: Stamp) -> UnitState:
    absence = UnitAbsence(
        person=record["person"],
        from_day=date.fromisoformat(record["from_day"]),
        to_day=date.fromisoformat(record["to_day"]),
        deputy=record.get("deputy"),
    )
    return replace(state, absences={**state.absences, (absence.person, absence.from_day): absence})


def _end_absence(state: UnitState, record: Record, _: Stamp) -> UnitState:
    day = date.fromisoformat(record["day"])
    absences = {}
    for key, absence in state.absences.items():
        if absence.person != record["person"] or not absence.from_day <= day <= absence.to_day:
            absences[key] = absence
        elif absence.from_day < day:
            absences[key] = replace(absence, to_day=day - timedelta(days=1))
    return replace(state, absences=absences)


# --- organisations ------------------------------------------------------------------------------------


def _add_organisation(state: UnitState, record: Record, _: Stamp) -> UnitState:
    organisation = Organisation(
        id=record["organisation"],
        name=record["name"],
        # A name that was disposed of is none by which to find it.
        aliases=tuple(sorted({name for name in record.get("aliases", ()) if name != DISPOSED})),
    )
    return replace(state, organisations={**state.organisations, organisation.id: organisation})


def _remove_organisation(state: UnitState, record: Record, _: Stamp) -> UnitState:
    left = {key: one for key, one in state.organisations.items() if key != record["organisation"]}
    return replace(state, organisations=left)


# --- days and terms -----------------------------------------------------------------------------------


def _set_day(state: UnitState, record: Record, stamp: Stamp) -> UnitState:
    day = CalendarOverride(
        day=date.fromisoformat(record["day"]),
        counts_as=DayKind(record["counts_as"]),
        reasons=record["reasons"],
        recorded_by=stamp.recorded_by,
        recorded_at=stamp.recorded_at,
    )
    return replace(state, days=(*state.days, day))


def _set_calendar(state: UnitState, record: Record, _: Stamp) -> UnitState:
    return replace(state, calendar=record["calendar"])


def _set_term(state: UnitState, record: Record, stamp: Stamp) -> UnitState:
    amount = record.get("term_amount")
    term = DeadlineOverride(
        workflow=record["workflow"],
        deadline=record["deadline"],
        from_day=date.fromisoformat(record["from_day"]),
        term=None if amount is None else Term(amount=amount, unit=TermUnit(record["term_unit"])),
        levels={level["name"]: level["working_days"] for level in record.get("levels", ())},
        reasons=record["reasons"],
        recorded_by=stamp.recorded_by,
        recorded_at=stamp.recorded_at,
    )
    return replace(state, terms=(*state.terms, term))


# --- definitions --------------------------------------------------------------------------------------


def _register_definition(state: UnitState, record: Record, _: Stamp) -> UnitState:
    found = RegisteredDefinition(
        workflow=record["workflow"], version=record["version"], sha256=record["sha256"], packed=record["content"]
    )
    return replace(state, definitions={**state.definitions, (found.workflow, found.version): found})


UNIT_STEPS: Mapping[str, UnitStep] = {
    OPENING: UnitStep(_begin, ("rehearsal", "calendar")),
    "add_person": UnitStep(_add_person, ("people",)),
    "change_person": UnitStep(_change_person, ("people",)),
    "recover_manager": UnitStep(_recover_manager, ("people",)),
    "remove_person": UnitStep(_remove_person, ("people", "absences")),
    "add_absence": UnitStep(_add_absence, ("absences",)),
    "end_absence": UnitStep(_end_absence, ("absences",)),
    "add_organisation": UnitStep(_add_organisation, ("organisations",)),
    "change_organisation": UnitStep(_add_organisation, ("organisations",)),
    "remove_organisation": UnitStep(_remove_organisation, ("organisations",)),
    "set_day": UnitStep(_set_day, ("days",)),
    "set_calendar": UnitStep(_set_calendar, ("calendar",)),
    "set_term": UnitStep(_set_term, ("terms",)),
    "register_definition": UnitStep(_register_definition, ("definitions",)),
}
"""The effect of each step, by its trigger."""

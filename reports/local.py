"""What a unit has set for itself, beside what was so without it: days, terms, ladders."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from rich.console import Group, RenderableType
from rich.text import Text

from ..engine.deadlines.overrides import DayKind, LocalRules, LocalTerm
from ..engine.decisions.rescheduling import Recalculated
from ..engine.definition.deadline import Deadline, Rung
from ..engine.definition.workflow import Workflow
from ..engine.model.calendar import Calendar, Term
from .documents import Document
from .tables import FAINT, HEADING, WAITING, columns, day


@dataclass(frozen=True, kw_only=True, slots=True)
class DayOff:
    """A bank holiday, or a day of which the unit has said something.

    Attributes:
        day: The day.
        name: The bank holiday's name; empty where it is none.
        worked: Whether it is worked all the same.
        own: Whether the unit has said so.
        reasons: Why it has.
    """

    day: date
    name: str
    worked: bool
    own: bool
    reasons: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class TermInForce:
    """A deadline's term and ladder, for a clock that starts on a day.

    Attributes:
        workflow: The workflow.
        deadline: The deadline.
        term: The term.
        ladder: The ladder.
        own: What the unit has set, whether it holds by then or from a later day.
    """

    workflow: Workflow
    deadline: Deadline
    term: Term
    ladder: tuple[Rung, ...]
    own: tuple[LocalTerm, ...] = ()


def days_off(calendar: Calendar, local: LocalRules, years: Iterable[int]) -> tuple[DayOff, ...]:
    """The days of some years on which no work is done, and those that would have been such, in order."""
    said = {one.day: one for one in local.days if one.counts_as is not DayKind.AS_USUAL}
    found = []
    for year in years:
        names = calendar.bank_holidays(year)
        for one in sorted({*names, *(own for own in said if own.year == year)}):
            own = said.get(one)
            found.append(
                DayOff(
                    day=one,
                    name=names.get(one, ""),
                    worked=own is not None and own.counts_as is DayKind.WORKED,
                    own=own is not None,
                    reasons="" if own is None else own.reasons,
                )
            )
    return tuple(found)


def terms_in_force(workflows: Iterable[Workflow], local: LocalRules, on: date) -> tuple[TermInForce, ...]:
    """The terms and ladders of workflows for what starts on a day."""
    return tuple(
        TermInForce(
            workflow=workflow,
            deadline=deadline,
            term=local.term(workflow, deadline, on),
            ladder=local.ladder(workflow, deadline, on),
            own=tuple(one for one in local.terms if (one.workflow, one.deadline) == (workflow.name, deadline.name)),
        )
        for workflow in workflows
        for deadline in workflow.deadlines
    )


def days_table(days: Sequence[DayOff]) -> RenderableType:
    """Days that are not worked: which, what they are, and what the unit has said of them."""
    shown = columns(("Day", 16), ("What", None), ("Said by the unit", 30))
    for one in days:
        what = one.name or "a day of the unit's own"
        said = Text()
        if one.own:
            said = Text("worked" if one.worked else "not worked", style=WAITING).append(f": {one.reasons}", style="")
        shown.add_row(f"{one.day:%a} {day(one.day)}", what, said)
    return shown


def terms_table(terms: Sequence[TermInForce]) -> RenderableType:
    """Terms and ladders: how long, what for, and who is told when, where that is not as for the others."""
    parts: list[RenderableType] = []
    for workflow in dict.fromkeys(one.workflow for one in terms):
        usual = ", ".join(_rung(rung) for rung in workflow.ladder)
        shown = columns(("Deadline", 24), ("Term", 23), ("What", None))
        for one in terms:
            if one.workflow is workflow:
                shown.add_row(one.deadline.name, _term(one), _what(one))
        head = Text.assemble((workflow.title, HEADING), f"  {workflow.name}")
        told = Text(f"Told, in working days past due: {usual}", style=FAINT)
        parts += [Text()] * bool(parts) + [head, told, shown]
    return Group(*parts)


def recalculated_table(moved: Sequence[Recalculated]) -> RenderableType:
    """Due dates that the calendar moves."""
    shown = columns(("Reference", 16), ("Deadline", None), ("Was", 11), ("Is then", 11))
    for one in moved:
        shown.add_row(one.ref, one.deadline.replace("_", " "), day(one.was), day(one.due))
    return shown


def _term(one: TermInForce) -> Text:
    term = Text(f"{one.term}{' before' if one.deadline.counts_back else ''}")
    if one.term != one.deadline.term:
        term.append(f"\ninstead of {one.deadline.term}", style=WAITING)
    return term


def _what(one: TermInForce) -> Text:
    what = Text(one.deadline.title)
    if one.ladder != one.workflow.ladder:
        told = ", ".join(_rung(rung) for rung in one.ladder)
        what.append(f"\ntold: {told or 'nobody'}", style=WAITING)
    for own in one.own:
        said = [str(own.term)] if own.term else []
        said += [f"{name.replace('_', ' ')} {_signed(days)}" for name, days in own.rungs.items()]
        what.append(f"\nfrom {day(own.from_day)} {', '.join(said)}: {own.reasons}", style=FAINT)
    return what


def _rung(rung: Rung) -> str:
    return f"{rung.name.replace('_', ' ')} {_signed(rung.working_days)}"


def _signed(days: int) -> str:
    return f"\N{MINUS SIGN}{-days}" if days < 0 else str(days)


# --- for programs ---------------------------------------------------------------------------------------


def recalculated_document(moved: Recalculated) -> Document:
    """A due date that the calendar moves."""
    return {"ref": moved.ref, "deadline": moved.deadline, "was": moved.was.isoformat(), "due": moved.due.isoformat()}


def day_document(day: DayOff) -> Document:
    """A day that is not worked, or of which the unit has said something."""
    return {"day": day.day.isoformat(), "name": day.name, "worked": day.worked, "own": day.own, "reasons": day.reasons}


def term_document(term: TermInForce) -> Document:
    """A deadline's term and ladder as they are in force."""
    return {
        "workflow": term.workflow.name,
        "deadline": term.deadline.name,
        "title": term.deadline.title,
        "term": str(term.term),
        "counts_back": term.deadline.counts_back,
        "authority": term.deadline.authority.name,
        "owner": term.deadline.owner,
        "ladder": [{"rung": rung.name, "to": rung.to, "working_days": rung.working_days} for rung in term.ladder],
        "own": [local_term_document(one) for one in term.own],
    }


def local_term_document(local: LocalTerm) -> Document:
    """A term or a ladder that the unit has set itself."""
    return {
        "workflow": local.workflow,
        "deadline": local.deadline,
        "term": None if local.term is None else str(local.term),
        "rungs": dict(local.rungs),
        "from": local.from_day.isoformat(),
        "reasons": local.reasons,
        "recorded_by": local.recorded_by,
    }

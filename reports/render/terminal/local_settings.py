"""Show local bank holidays, deadline terms and the due dates that they change."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Group, RenderableType
from rich.text import Text

from ....engine import ChangedDueDate
from ....engine.definition.deadline import EscalationLevel
from ....engine.errors.base import title_and_code
from ...values.dates import day
from ...values.local_settings import EffectiveTerm, NonWorkingDay
from .styles import FAINT, HEADING, WAITING, new_table


def days_table(days: Sequence[NonWorkingDay]) -> RenderableType:
    """Return a table of non-working days, with the office's own settings."""
    shown = new_table(("Day", 16), ("What", None), ("Set by the office", 30))
    for one in days:
        what = one.name or "a local day"
        said = Text()
        if one.set_locally:
            said = Text("worked" if one.worked else "not worked", style=WAITING).append(f": {one.reasons}", style="")
        shown.add_row(f"{one.day:%a} {day(one.day)}", what, said)
    return shown


def terms_table(terms: Sequence[EffectiveTerm]) -> RenderableType:
    """Return a table of terms and escalation policies, with policies that differ from the usual one."""
    parts: list[RenderableType] = []
    for workflow in dict.fromkeys(one.workflow for one in terms):
        usual = ", ".join(_level_text(level) for level in workflow.escalation_policy)
        shown = new_table(("Deadline", None), ("Term", 23))
        for one in terms:
            if one.workflow is workflow:
                shown.add_row(_what(one), _term(one))
        head = Text.assemble((workflow.title, HEADING), f" ({workflow.name})")
        reminders = Text(f"Reminders, in working days after the due day: {usual}", style=FAINT)
        parts += [Text()] * bool(parts) + [head, reminders, shown]
    return Group(*parts)


def recalculated_table(moved: Sequence[ChangedDueDate]) -> RenderableType:
    """Return a table of due dates that a calendar change moves."""
    shown = new_table(("Reference", 16), ("Deadline", None), ("Was", 11), ("New date", 11))
    for one in moved:
        shown.add_row(one.ref, one.title, day(one.previous_due), day(one.due))
    return shown


def _term(one: EffectiveTerm) -> Text:
    term = Text(f"{one.term}{' before' if one.deadline.counts_back else ''}")
    if one.term != one.deadline.term:
        term.append(f"\ninstead of {one.deadline.term}", style=WAITING)
    return term


def _what(one: EffectiveTerm) -> Text:
    what = Text(title_and_code(one.deadline.title, one.deadline.name))
    if one.escalation_policy != one.workflow.escalation_policy:
        reminders = ", ".join(_level_text(level) for level in one.escalation_policy)
        what.append(f"\nreminders: {reminders or 'none'}", style=WAITING)
    titles = {level.name: level.title for level in one.workflow.policy_for(one.deadline)}
    for own in one.overrides:
        said = [str(own.term)] if own.term else []
        said += [f"{titles.get(name, name)} {_signed(days)}" for name, days in own.levels.items()]
        what.append(f"\nfrom {day(own.from_day)} {', '.join(said)}: {own.reasons}", style=FAINT)
    return what


def _level_text(level: EscalationLevel) -> str:
    return f"{title_and_code(level.title, level.name)} {_signed(level.working_days)}"


def _signed(days: int) -> str:
    return f"\N{MINUS SIGN}{-days}" if days < 0 else str(days)

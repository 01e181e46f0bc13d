"""The settings of the office: its own working days, terms and escalation levels."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from itertools import pairwise
from typing import Any

from ..deadlines.overrides import CalendarChange, CalendarOverride, DayKind, DeadlineOverride
from ..deadlines.schedule import DeadlineRules
from ..decisions.context import Decision
from ..decisions.permission import require_manager
from ..decisions.rescheduling import ChangedDueDate, decide_recalculation
from ..definition.deadline import EscalationLevel
from ..errors.bad_input import BadValue
from ..errors.base import titles_and_codes
from ..errors.unknown import UnknownDeadline
from ..forms.digests import new_command_id
from ..forms.parsing import EARLIEST, LATEST, checked_reasons
from ..model.calendar import SATURDAY, Term
from ..model.case import Case
from ..model.people import Actor, Cause
from ..model.published_calendars import checked_code
from ..ports.context import EngineContext
from ..ports.store import Reader, SavepointFailed, Store, Writer, require_case
from .handler import save_decision
from .sweep import FailedCase, failed_case
from .unit_record import UnitRecord

PAGE = 100
"""The number of cases that are recalculated in one transaction."""
MAX_TERM, MAX_LEVEL_DAYS = 9_999, 1_000
"""The longest term, and the most working days of a level: more can only be mistyped."""


@dataclass(frozen=True, kw_only=True, slots=True)
class SettingsService:
    """Records the office's own settings, as steps of the unit's own record.

    Attributes:
        store: The store that saves them.
        context: The workflows and the present.
    """

    store: Store
    context: EngineContext

    def set_term(
        self,
        workflow: str,
        deadline: str,
        *,
        term: Term | None,
        levels: Mapping[str, int],
        from_day: date,
        reasons: str,
        actor: Actor,
    ) -> DeadlineOverride:
        """Save the office's own term or levels of a deadline; see `Engine.set_term`."""
        require_manager(self.context.workflows, actor, "set terms")
        definition = self.context.latest(workflow)
        known = tuple(found.name for found in definition.deadlines)
        if deadline not in known:
            titles = tuple(found.title for found in definition.deadlines)
            raise UnknownDeadline(deadline=deadline, known=known, titles=titles)
        policy = definition.policy_for(definition.deadline(deadline))
        titles_of_levels = {level.name: level.title for level in policy}
        for name in levels:
            if name not in titles_of_levels:
                every = titles_and_codes(tuple(titles_of_levels.values()), tuple(titles_of_levels))
                expected = f"one of {every}" if policy else "none: it has no reminders"
                raise BadValue(name="the level", expected=expected, found=name)
            if abs(levels[name]) > MAX_LEVEL_DAYS:
                expected = f"at most {MAX_LEVEL_DAYS} working days before or after"
                raise BadValue(name=f"the level {titles_of_levels[name]}", expected=expected, found=str(levels[name]))
        if term is not None and term.amount < 1:
            raise BadValue(name="the term", expected=f"at least {replace(term, amount=1)}", found=str(term))
        if term is not None and term.amount > MAX_TERM:
            raise BadValue(
                name="the term", expected=f"at most {replace(term, amount=MAX_TERM)}", found=str(term.amount)
            )
        if term is None and not levels:
            raise BadValue(name="the term", expected="a term, or a level's working days", found="neither")
        local = DeadlineOverride(
            workflow=workflow,
            deadline=deadline,
            from_day=_checked_day(from_day),
            term=term,
            levels=dict(levels),
            reasons=checked_reasons(reasons, subject="the term"),
            recorded_by=actor.name,
            recorded_at=self.context.now(),
        )

        def keep(writer: Writer) -> DeadlineOverride:
            unit = UnitRecord(writer, self.context)
            known = writer.overrides()
            overrides = replace(known, deadlines=(*known.deadlines, local))
            _check_order(overrides.escalation_policy(definition, definition.deadline(deadline), from_day))
            unit.apply("set_term", _term_record(local), actor)
            return replace(local, recorded_at=unit.now)

        return self.store.write(keep)

    # --- days -----------------------------------------------------------------------------------------

    def set_day(self, day: date, counts_as: DayKind, *, reasons: str, actor: Actor, dry_run: bool) -> Recalculation:
        """Save the office's setting of a day, and move every due date that follows from it; see `Engine.set_day`."""
        require_manager(self.context.workflows, actor, "set working days")
        if counts_as is DayKind.WORKED and day.weekday() >= SATURDAY:
            expected = "a weekday: a deadline in working days never counts a Saturday or Sunday"
            raise BadValue(name="the day", expected=expected, found=f"{day:%A} {day.isoformat()}")
        local = CalendarOverride(
            day=_checked_day(day),
            counts_as=counts_as,
            reasons=checked_reasons(reasons, subject="the day"),
            recorded_by=actor.name,
            recorded_at=self.context.now(),
        )
        command_id = new_command_id() if dry_run else self.store.write(partial(self._save_day, local, actor))
        cause = Cause(command_id=command_id, recorder=actor.recorder)
        change = CalendarChange(day=local, reasons=local.reasons)
        return self.recalculate(change, cause, dry_run=dry_run)

    def _save_day(self, day: CalendarOverride, actor: Actor, writer: Writer) -> str:
        """Record the setting of a day, and return the ID of the command."""
        unit = UnitRecord(writer, self.context)
        record = {"day": day.day.isoformat(), "counts_as": str(day.counts_as), "reasons": day.reasons}
        unit.apply("set_day", record, actor)
        return unit.command_id

    def set_calendar(self, code: str, *, reasons: str, actor: Actor, dry_run: bool) -> Recalculation:
        """Save the office's choice of a calendar, and move every due date; see `Engine.set_calendar`."""
        require_manager(self.context.workflows, actor, "choose the calendar")
        code = checked_code(code, self.context.calendar)
        change = CalendarChange(calendar_code=code, reasons=checked_reasons(reasons, subject="the calendar"))
        command_id = new_command_id() if dry_run else self.store.write(partial(self._save_calendar, change, actor))
        return self.recalculate(change, Cause(command_id=command_id, recorder=actor.recorder), dry_run=dry_run)

    def _save_calendar(self, change: CalendarChange, actor: Actor, writer: Writer) -> str:
        """Record the choice of a calendar, unless it is chosen already, and return the ID of the command."""
        unit = UnitRecord(writer, self.context)
        if writer.overrides().calendar_code != change.calendar_code:
            unit.apply("set_calendar", {"calendar": change.calendar_code, "reasons": change.reasons}, actor)
        return unit.command_id

    def recount(self, *, reasons: str, actor: Actor, dry_run: bool) -> Recalculation:
        """Count every open clock anew by the calendar as it is known now; see `Engine.recount`."""
        require_manager(self.context.workflows, actor, "count deadlines anew")
        change = CalendarChange(reasons=checked_reasons(reasons, subject="counting anew"))
        cause = Cause(command_id=new_command_id(), recorder=actor.recorder)
        return self.recalculate(change, cause, dry_run=dry_run)

    def recalculate(self, change: CalendarChange, cause: Cause, *, dry_run: bool) -> Recalculation:
        """Recalculate every open clock, page by page; after an interruption the same call continues."""
        moved: list[ChangedDueDate] = []
        failed: list[FailedCase] = []
        after: str | None = None
        while True:
            changed: list[str] = []
            with self.store.reading() as reader:
                refs = reader.refs_with_open_clocks(after, PAGE)
                for ref in refs:
                    try:
                        decision, dates = self._recalculation(
                            reader, require_case(reader.case(ref), ref), change, cause
                        )
                    except Exception as error:
                        failed.append(failed_case(ref, error))
                        continue
                    moved += dates
                    if decision is not None:
                        changed.append(ref)
            if not refs:
                failed_refs = {one.ref for one in failed}
                changed_dates = tuple(one for one in moved if one.ref not in failed_refs)
                return Recalculation(changed=changed_dates, failed=tuple(failed))
            after = refs[-1]
            if changed and not dry_run:
                failed += self.store.write(partial(self._save_page, changed, change, cause))

    def _save_page(self, refs: Sequence[str], change: CalendarChange, cause: Cause, writer: Writer) -> list[FailedCase]:
        failed = []
        for ref in refs:
            try:
                writer.savepoint(partial(self._save_one, ref, change, cause, writer))
            except SavepointFailed as failure:
                failed.append(failed_case(ref, failure.cause))
        return failed

    def _save_one(self, ref: str, change: CalendarChange, cause: Cause, writer: Writer) -> None:
        decision, _ = self._recalculation(writer, require_case(writer.load_for_update(ref), ref), change, cause)
        if decision is not None:
            save_decision(writer, decision)

    def _recalculation(
        self, reader: Reader, case: Case, change: CalendarChange, cause: Cause
    ) -> tuple[Decision | None, tuple[ChangedDueDate, ...]]:
        # With the change, which a dry run has not saved.
        local = change.applied_to(reader.overrides())
        calendar = local.calendar(self.context.calendar)
        rules = DeadlineRules(workflow=self.context.workflow_of(case), calendar=calendar, overrides=local)
        return decide_recalculation(rules, case, change, cause, self.context.now())


def _term_record(local: DeadlineOverride) -> dict[str, Any]:
    term = {} if local.term is None else {"term_amount": local.term.amount, "term_unit": str(local.term.unit)}
    levels = [{"name": name, "working_days": days} for name, days in local.levels.items()]
    return {
        "workflow": local.workflow,
        "deadline": local.deadline,
        "from_day": local.from_day.isoformat(),
        **term,
        "levels": levels,
        "reasons": local.reasons,
    }


def _check_order(policy: tuple[EscalationLevel, ...]) -> None:
    """Raise BadValue unless the levels are in the order of their days."""
    for before, after in pairwise(policy):
        if after.working_days < before.working_days:
            expected = f"{before.working_days} or more working days, as many as the level {before.title}"
            raise BadValue(name=f"the level {after.title}", expected=expected, found=str(after.working_days))


def _checked_day(day: date) -> date:
    if not EARLIEST <= day <= LATEST:
        expected = f"a day between {EARLIEST} and {LATEST}"
        raise BadValue(name="the day", expected=expected, found=day.isoformat())
    return day


@dataclass(frozen=True, kw_only=True, slots=True)
class Recalculation:
    """The result of recalculating every open clock.

    Attributes:
        changed: The due dates that change, by reference.
        failed: The cases that could not be processed; all others were.
    """

    changed: tuple[ChangedDueDate, ...]
    failed: tuple[FailedCase, ...]

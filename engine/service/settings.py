"""What a unit says of itself: who acts, who is away, which days are worked, its own terms and ladders."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import partial
from itertools import pairwise

from ..deadlines.overrides import CalendarOverride, DayKind, DeadlineOverride
from ..deadlines.schedule import DeadlineRules
from ..decisions.context import Decision
from ..decisions.permission import managing_roles, require_manager
from ..decisions.rescheduling import ChangedDueDate, decide_recalculation
from ..definition.deadline import EscalationLevel
from ..errors.bad_input import BadValue
from ..errors.base import one_of
from ..errors.refusals import RequestIdReused
from ..errors.unknown import UnknownDeadline, UnknownPerson
from ..forms.digests import random_salt
from ..forms.parsing import EARLIEST, LATEST, checked_reasons
from ..model.calendar import SATURDAY, Term
from ..model.case import Case
from ..model.people import Absence, Actor, Person
from ..ports.context import EngineContext
from ..ports.outbox import NoticeState
from ..ports.requests import RequestRecord, checked_request_id, is_same_request, request_digest
from ..ports.store import Reader, SavepointFailed, Store, Writer, require_case
from .handler import save_decision
from .sweep import FailedCase, failed_case

PAGE = 100
"""How many cases are recalculated in one transaction."""
MAX_TERM, MAX_LEVEL_DAYS = 9_999, 1_000
"""How long a term can be, and how far off a rung: what is more can only be mistyped."""


@dataclass(frozen=True, kw_only=True, slots=True)
class SettingsService:
    """Keeps what a unit says of itself.

    Attributes:
        store: Where it is kept.
        context: Knows the workflows and the present.
    """

    store: Store
    context: EngineContext

    def add_person(self, new_person: Person, *, actor: Actor, request_id: str | None) -> Person:
        """Lets somebody act in a role, beside those they hold; see `Engine.add_person`."""
        require_manager(self.context.workflows, actor, "say who may act")
        if request_id is not None:
            checked_request_id(request_id)
        asked = {"person": new_person, "actor": actor.name}

        def keep(writer: Writer) -> Person:
            known = writer.person(new_person.name)
            before = None if request_id is None else writer.request_record(request_id)
            if before is not None:
                if not is_same_request(before.digest, asked) or known is None:
                    raise RequestIdReused(request_id=str(request_id), ref=before.ref)
                return known
            person = new_person if known is None else new_person.merged_with(known)
            writer.save_person(person, actor.name, self.context.now())
            if request_id is not None:
                kept = RequestRecord(digest=request_digest(asked, random_salt()), ref="the people", seq=0)
                writer.save_request(request_id, kept, self.context.now())
            return person

        return self.store.write(keep)

    def remove_person(self, name: str, *, role: str | None, actor: Actor) -> Person:
        """Takes a role, or all that somebody holds, away; see `Engine.remove_person`."""
        require_manager(self.context.workflows, actor, "say who may act")
        managing = managing_roles(self.context.workflows)

        def drop(writer: Writer) -> Person:
            known = writer.person(name)
            if known is None:
                raise UnknownPerson(name=name)
            if role is not None and role not in known.roles:
                raise BadValue(name="the role", expected=f"one that {name} holds: {one_of(known.roles)}", found=role)
            left = replace(known, roles=() if role is None else tuple(held for held in known.roles if held != role))
            managers = {one.name for one in writer.people() if set(one.roles) & set(managing)}
            if managers == {name} and not set(left.roles) & set(managing):
                expected = f"somebody else who is {one_of(managing)}, or nobody could say any more who may act"
                raise BadValue(name="the person", expected=expected, found=name)
            writer.remove_roles(name, tuple(set(known.roles) - set(left.roles)))
            if not left.roles:
                for state in (NoticeState.WAITING, NoticeState.ON_HOLD):
                    notices = [one.notice for one in writer.lock_pending(name, state)]
                    writer.withdraw_notices(notices, actor.name, self.context.now(), "They are no longer on the list.")
            return left

        return self.store.write(drop)

    def add_absence(self, absence: Absence, *, actor: Actor) -> Absence:
        """Keeps who is away, and who stands in; see `Engine.add_absence`."""
        require_manager(self.context.workflows, actor, "say who is away")
        if absence.to_day < absence.from_day:
            expected = f"{absence.from_day.isoformat()}, the first day, or later"
            raise BadValue(name="the last day", expected=expected, found=absence.to_day.isoformat())
        if absence.deputy == absence.name:
            raise BadValue(name="the deputy", expected="somebody else", found=absence.name)

        def keep(writer: Writer) -> Absence:
            for name in (absence.name, absence.deputy):
                if name is not None and writer.person(name) is None:
                    raise UnknownPerson(name=name)
            writer.save_absence(absence, actor.name, self.context.now())
            return absence

        return self.store.write(keep)

    def end_absences(self, name: str, day: date, *, actor: Actor) -> tuple[Absence, ...]:
        """Ends absences from a day on; see `Engine.end_absences`."""
        require_manager(self.context.workflows, actor, "say who is away")

        def keep(writer: Writer) -> tuple[Absence, ...]:
            lasting = tuple(one for one in writer.absences(day) if one.name == name)
            if not lasting:
                raise BadValue(name=name, expected=f"somebody who is away on {day} or later", found="nobody")
            for absence in lasting:
                writer.delete_absence(absence)
                if absence.from_day < day:
                    shorter = replace(absence, to_day=day - timedelta(days=1))
                    writer.save_absence(shorter, actor.name, self.context.now())
            return lasting

        return self.store.write(keep)

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
        """Keeps a unit's own term or ladder; see `Engine.set_term`."""
        require_manager(self.context.workflows, actor, "set the unit's own terms")
        definition = self.context.workflows.latest(workflow)
        known = tuple(found.name for found in definition.deadlines)
        if deadline not in known:
            raise UnknownDeadline(deadline=deadline, known=known)
        ladder = tuple(rung.name for rung in definition.policy_for(definition.deadline(deadline)))
        for name in levels:
            if name not in ladder:
                expected = f"one of {', '.join(ladder)}" if ladder else "none: nobody is chased for it"
                raise BadValue(name="the rung", expected=expected, found=name)
            if abs(levels[name]) > MAX_LEVEL_DAYS:
                expected = f"at most {MAX_LEVEL_DAYS} working days before or after"
                raise BadValue(name=f"the rung {name}", expected=expected, found=str(levels[name]))
        if term is not None and term.amount > MAX_TERM:
            raise BadValue(name="the term", expected=f"at most {MAX_TERM} {term.unit}", found=str(term.amount))
        if term is None and not levels:
            raise BadValue(name="the term", expected="a term, or a rung's working days", found="neither")
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
            known = writer.overrides()
            with_it = replace(known, deadlines=(*known.deadlines, local))
            _check_order(with_it.escalation_policy(definition, definition.deadline(deadline), from_day))
            writer.save_deadline_override(local)
            return local

        return self.store.write(keep)

    # --- days -----------------------------------------------------------------------------------------

    def set_day(self, day: date, counts_as: DayKind, *, reasons: str, actor: Actor, dry_run: bool) -> Recalculation:
        """Keeps what a unit says of a day, and moves every due date that follows; see `Engine.set_day`."""
        require_manager(self.context.workflows, actor, "say which days are worked")
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
        if not dry_run:
            self.store.write(lambda writer: writer.save_calendar_override(local))
        return self.recalculate(local, dry_run=dry_run)

    def recalculate(self, override: CalendarOverride, *, dry_run: bool) -> Recalculation:
        """Counts every open clock anew, page by page; what was broken off goes on when it is called again."""
        moved: list[ChangedDueDate] = []
        aside: list[FailedCase] = []
        after: str | None = None
        while True:
            changed: list[str] = []
            with self.store.reading() as reader:
                refs = reader.refs_with_open_clocks(after, PAGE)
                for ref in refs:
                    try:
                        decision, dates = self._recalculation(reader, require_case(reader.case(ref), ref), override)
                    except Exception as error:
                        aside.append(failed_case(ref, error))
                        continue
                    moved += dates
                    if decision is not None:
                        changed.append(ref)
            if not refs:
                spoilt = {one.ref for one in aside}
                return Recalculation(changed=tuple(one for one in moved if one.ref not in spoilt), failed=tuple(aside))
            after = refs[-1]
            if changed and not dry_run:
                aside += self.store.write(partial(self._save_page, changed, override))

    def _save_page(self, refs: Sequence[str], override: CalendarOverride, writer: Writer) -> list[FailedCase]:
        aside = []
        for ref in refs:
            try:
                writer.savepoint(partial(self._save_one, ref, override, writer))
            except SavepointFailed as spoilt:
                aside.append(failed_case(ref, spoilt.cause))
        return aside

    def _save_one(self, ref: str, override: CalendarOverride, writer: Writer) -> None:
        decision, _ = self._recalculation(writer, require_case(writer.load_for_update(ref), ref), override)
        if decision is not None:
            save_decision(writer, decision)

    def _recalculation(
        self, reader: Reader, case: Case, override: CalendarOverride
    ) -> tuple[Decision | None, tuple[ChangedDueDate, ...]]:
        # As it will be, where it is only asked what that would come to.
        local = reader.overrides()
        local = replace(local, days=(*(day for day in local.days if day.day != override.day), override))
        calendar = local.calendar(self.context.calendar)
        rules = DeadlineRules(workflow=self.context.workflows.for_case(case), calendar=calendar, overrides=local)
        return decide_recalculation(rules, case, override, self.context.now())


def _check_order(policy: tuple[EscalationLevel, ...]) -> None:
    """Nothing, where a ladder is still climbed from its first rung to its last."""
    for before, after in pairwise(policy):
        if after.working_days < before.working_days:
            expected = f"{before.working_days} or more working days, when {before.name} is told"
            raise BadValue(name=f"the rung {after.name}", expected=expected, found=str(after.working_days))


def _checked_day(day: date) -> date:
    if not EARLIEST <= day <= LATEST:
        expected = f"a day between {EARLIEST} and {LATEST}"
        raise BadValue(name="the day", expected=expected, found=day.isoformat())
    return day


@dataclass(frozen=True, kw_only=True, slots=True)
class Recalculation:
    """What counting every open clock anew came to.

    Attributes:
        changed: The due dates that the calendar moves, by reference.
        failed_case: The cases that could not be looked at; the others were counted all the same.
    """

    changed: tuple[ChangedDueDate, ...]
    failed: tuple[FailedCase, ...]

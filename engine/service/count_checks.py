"""Find open deadlines that fall on another day than their count gives.

The bank holidays come from a package, and a newer release may know a day that was proclaimed, or no longer know one.
Due dates never change by themselves: a sweep names those that differ, and a manager has them counted anew.
"""

from __future__ import annotations

from datetime import date
from functools import lru_cache, partial
from hashlib import sha256

from ..deadlines.overrides import CalendarChange
from ..deadlines.schedule import DeadlineRules
from ..decisions.rescheduling import ChangedDueDate, decide_recalculation
from ..model.calendar import Calendar
from ..model.case import UNIT, Case
from ..model.people import SYSTEM, Cause
from ..ports.context import EngineContext
from ..ports.store import Reader, Store, Writer, require_case

PAGE = 100
MAX_MISCOUNTED = 100
"""The most deadlines that are named. There may be more."""
YEARS = 10
"""The years ahead in which bank holidays are compared: no open deadline is longer."""
CHECK = CalendarChange(reasons="")


def miscounted(store: Store, context: EngineContext) -> tuple[ChangedDueDate, ...]:
    """Return the open deadlines with another day than their count gives, by reference.

    Cases that cannot be processed, and those of versions that this program does not have, are left out.
    """
    found: list[ChangedDueDate] = []
    after: str | None = None
    while len(found) < MAX_MISCOUNTED:
        with store.reading() as reader:
            refs = reader.refs_with_open_clocks(after, PAGE)
            if not refs:
                break
            for ref in refs:
                found += _miscounted_in(reader, context, ref)
        after = refs[-1]
    return tuple(found[:MAX_MISCOUNTED])


def newly_miscounted(store: Store, context: EngineContext) -> tuple[ChangedDueDate, ...]:
    """Return the same, but look only if other days count than when nothing was found last."""
    with store.reading() as reader:
        calendar = reader.overrides().calendar(context.calendar)
        days = digest_of_days(calendar, calendar.day_of(context.now()).year)
        if reader.counted_by() == days:
            return ()
    found = miscounted(store, context)
    if not found:
        store.write(partial(_save, days))
    return found


def _save(days: str, writer: Writer) -> None:
    # Two workers may have found the same.
    writer.lock_roots((UNIT,))
    writer.save_counted_by(days)


@lru_cache(maxsize=4)
def digest_of_days(calendar: Calendar, year: int) -> str:
    """Return a digest of the days that are not working days, from the year before one on."""
    days: set[date] = set(calendar.added)
    for each in range(year - 1, year + YEARS):
        days |= set(calendar.bank_holidays(each))
    text = ",".join(day.isoformat() for day in sorted(days - calendar.removed))
    return sha256(text.encode()).hexdigest()


def _miscounted_in(reader: Reader, context: EngineContext, ref: str) -> tuple[ChangedDueDate, ...]:
    try:
        case: Case = require_case(reader.case(ref), ref)
        local = reader.overrides()
        rules = DeadlineRules(
            workflow=context.workflow_of(case), calendar=local.calendar(context.calendar), overrides=local
        )
        _, found = decide_recalculation(rules, case, CHECK, Cause(command_id="", recorder=SYSTEM), context.now())
    except Exception:  # other checks name a case that cannot be processed
        return ()
    return found

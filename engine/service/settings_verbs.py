"""The verbs of the engine that change the office's settings: terms, working days, the calendar."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING

from .. import service
from ..deadlines.overrides import DayKind, DeadlineOverride
from ..model.calendar import Term
from ..model.people import Actor
from .people_verbs import PeopleVerbs

if TYPE_CHECKING:  # reading does not load it
    from ..ports.access import Access
    from .settings import Recalculation, SettingsService


class SettingsVerbs(PeopleVerbs):
    """Changes settings; `Engine` adds the verbs that record cases."""

    def _recording(self, *, dry_run: bool = False) -> Access:
        """Return the store, once every version of a workflow is registered."""
        if not self._context.has_registered:
            service.ensure_registered(self._store, self._context, dry_run=dry_run)
        return self._store

    def set_term(
        self,
        workflow: str,
        deadline: str,
        *,
        from_day: date,
        reasons: str,
        actor: Actor | None = None,
        term: Term | None = None,
        levels: Mapping[str, int] | None = None,
    ) -> DeadlineOverride:
        """Set the office's own term of a deadline, or working days of its levels, for clocks that start from a day on.

        Raises:
            BadInput: if there is no such deadline or level, or the day is out of range.
        """
        return self._settings().set_term(
            workflow,
            deadline,
            term=term,
            levels=levels or {},
            from_day=from_day,
            reasons=reasons,
            actor=self._store.acting(actor),
        )

    def set_day(
        self, day: date, counts_as: DayKind, *, reasons: str, actor: Actor | None = None, dry_run: bool = False
    ) -> Recalculation:
        """Set if a day is a working day, and recalculate every open clock; with `dry_run` save nothing.

        Each case that changes gets an event. After an interruption the same call continues.

        Raises:
            BadInput: if the day is out of range, or no reasons are given.
        """
        settings = self._settings(dry_run=dry_run)
        return settings.set_day(day, counts_as, reasons=reasons, actor=self._store.acting(actor), dry_run=dry_run)

    def set_calendar(
        self, code: str, *, reasons: str, actor: Actor | None = None, dry_run: bool = False
    ) -> Recalculation:
        """Choose the calendar of bank holidays, and recalculate every open clock; with `dry_run` save nothing.

        Each case that changes gets an event. After an interruption the same call continues.

        Args:
            code: `england-and-wales`, `scotland` or `northern-ireland`, or the ISO 3166 code of a country or of a part
                of it. The zone stays that of the engine.
            reasons: The reasons.
            actor: The person who manages people; default: the one who is bound.
            dry_run: Save nothing.

        Raises:
            BadInput: if the bank holidays of that calendar are not known, or no reasons are given.
        """
        settings = self._settings(dry_run=dry_run)
        return settings.set_calendar(code, reasons=reasons, actor=self._store.acting(actor), dry_run=dry_run)

    def recount(self, *, reasons: str, actor: Actor | None = None, dry_run: bool = False) -> Recalculation:
        """Count every open clock anew by the bank holidays as they are known now; with `dry_run` save nothing.

        Each case that changes gets an event. After an interruption the same call continues.

        Raises:
            BadInput: if no reasons are given.
        """
        settings = self._settings(dry_run=dry_run)
        return settings.recount(reasons=reasons, actor=self._store.acting(actor), dry_run=dry_run)

    def _settings(self, *, dry_run: bool = False) -> SettingsService:
        return service.SettingsService(store=self._recording(dry_run=dry_run), context=self._context)

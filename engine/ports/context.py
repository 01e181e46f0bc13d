"""The present, the workflows and the calendar: what every part of the engine is told about the world."""

from __future__ import annotations

from dataclasses import dataclass

from ..decisions.context import DecisionContext
from ..definition.registry import Registry
from ..forms.digests import random_salt
from ..model.calendar import Calendar, Now
from .store import Reader


@dataclass(frozen=True, kw_only=True, slots=True)
class EngineContext:
    """What one engine was made with.

    Attributes:
        workflows: The workflows.
        now: Returns the present (UTC).
        calendar: The published calendar, without the unit's own days.
    """

    workflows: Registry
    now: Now
    calendar: Calendar

    def decision_context(self, reader: Reader) -> DecisionContext:
        """Return what a decision is told: the present, and the terms and days that the unit has set."""
        local = reader.overrides()
        return DecisionContext(
            now=self.now(), calendar=local.calendar(self.calendar), salt=random_salt, overrides=local
        )

"""Lock the unit's own record, and apply a step to it. What changes people or settings begins here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..decisions.opening import decide_opening
from ..decisions.step import decide_step
from ..definition.unit import UNIT_WORKFLOW
from ..definition.unit.workflow import SYSTEM_ROLE
from ..model.case import UNIT, Case
from ..model.commands import Open, Step
from ..model.people import SYSTEM, Actor
from ..model.published_calendars import calendar_code
from ..ports.context import EngineContext
from ..ports.store import Writer
from ..unit.managers import require_manager_left
from ..unit.state import Stamp, UnitState
from ..unit.steps import UNIT_STEPS
from .handler import save_decision

SYSTEM_ACTOR = Actor(
    name=SYSTEM.name, id=SYSTEM.id, kind=SYSTEM.kind, channel=SYSTEM.channel, roles=(SYSTEM_ROLE.name,)
)
"""The program itself, for the steps that no person takes."""


class UnitRecord:
    """The unit's own record, locked until the transaction ends.

    Whatever is read after the lock can be relied on: no other transaction changes people or settings meanwhile.

    Attributes:
        case: The case after the steps so far.
        command_id: The ID of the command, which all its events share.
        now: The present (UTC), at which its events happen.
    """

    def __init__(self, writer: Writer, context: EngineContext, *, command_id: str | None = None) -> None:
        """Lock the record, and open it if this is its first step.

        Args:
            writer: Writes the record.
            context: The workflows and the present.
            command_id: The ID that its events share; None for a new one.
        """
        self._writer = writer
        self._workflow = context.workflows.unit
        self._roles = context.workflows.roles
        self._default_calendar = calendar_code(context.calendar)
        locked = writer.load_for_update(UNIT)
        self._context = context.decision_context(writer, command_id=command_id)
        self.case: Case = locked if locked is not None else self._open()
        self.command_id = self._context.command_id
        self.now = self._context.now

    def apply(self, trigger: str, record: Mapping[str, Any], actor: Actor) -> None:
        """Record a step; the store brings its tables up to date with it.

        Args:
            trigger: The step.
            record: Its record; what is None is left out.
            actor: The person who records it. The caller has checked that they may.

        Raises:
            NoManagerLeft: if nobody could manage people after it.
        """
        data = {name: value for name, value in record.items() if value is not None}
        if "people" in UNIT_STEPS[trigger].sections:
            self._check_managers(trigger, data, actor)
        command = Step(ref=UNIT, trigger=trigger, actor=actor, data=data)
        decision = decide_step(self._workflow, self.case, command, self._context, cascaded=True)
        self.case = save_decision(self._writer, decision)

    def _check_managers(self, trigger: str, data: Mapping[str, Any], actor: Actor) -> None:
        before = UnitState(people={one.id: one for one in self._writer.people()})
        stamp = Stamp(recorded_by=actor.name, recorded_at=self._context.now)
        after = UNIT_STEPS[trigger].apply(before, data, stamp)
        require_manager_left(before.people.values(), after.people.values(), self._roles, actor.account)

    def _open(self) -> Case:
        data = {"rehearsal": self._writer.is_rehearsal(), "calendar": self._default_calendar}
        command = Open(workflow=UNIT_WORKFLOW, actor=SYSTEM_ACTOR, data=data)
        return save_decision(self._writer, decide_opening(self._workflow, command, self._context, ref=UNIT))

"""Say what a correction changed: each part with its former and its present value."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ... import engine
from ...engine.definition.workflow import Workflow
from ...engine.forms.digests import StoredValue, with_stored_values
from ...engine.forms.fields import Field, fields_of
from ...engine.model.case import Event
from ...engine.model.clock import EventKind
from ...engine.model.corrections import as_corrected
from ...engine.model.people import DecidedBy

if TYPE_CHECKING:  # loading it loads the decisions, which a list of cases does not need
    from ...engine import Correctable

DAY, NAME, CAPACITY, EVIDENCE = "day", "decided_by.name", "decided_by.capacity", "decided_by.evidence"
PARTS = {DAY: "Day", NAME: "Who decided", CAPACITY: "In what capacity", EVIDENCE: "Where that can be read"}
"""The titles of what can be corrected besides the fields of a record."""


@dataclass(frozen=True, kw_only=True, slots=True)
class CorrectedPart:
    """A part of an event that a correction changed.

    Attributes:
        path: The field, `day`, or a part of `decided_by`.
        title: The same in words.
        former: The value before; None for none.
        value: The value after; None for none.
        sensitive: Whether it is sensitive, or holds something that is.
    """

    path: str
    title: str
    former: Any
    value: Any
    sensitive: bool = False


def corrected_parts(
    workflow: Workflow, events: Sequence[Event], correction: Event, stored_values: Mapping[str, StoredValue]
) -> tuple[CorrectedPart, ...]:
    """Return what a correction changed.

    Args:
        workflow: The case's workflow.
        events: The case's events, oldest first.
        correction: The event of the correction.
        stored_values: The case's sensitive values by digest.
    """
    seq, step = correction.data["event"], correction.data.get("step")
    earlier = [event for event in events if event.seq < correction.seq]
    if workflow.transition(correction.trigger) is None and _is_step(events, seq, step):
        return ()  # of a version that this program does not have
    former, present = (
        engine.correctable(workflow, as_corrected(known), seq, step) for known in (earlier, (*earlier, correction))
    )
    return tuple(part for part in _parts(workflow, former, present, stored_values) if part.former != part.value)


def _is_step(events: Sequence[Event], seq: int, step: int | None) -> bool:
    kinds = (EventKind.OPENED, EventKind.STEP)
    return step is not None or any(event.seq == seq and event.kind in kinds for event in events)


def _parts(
    workflow: Workflow, former: Correctable, present: Correctable, stored_values: Mapping[str, StoredValue]
) -> Iterator[CorrectedPart]:
    days = (None if one.day is None else one.day.isoformat() for one in (former, present))
    yield CorrectedPart(path=DAY, title=PARTS[DAY], former=next(days), value=next(days))
    was, now = (one.event.decided_by or DecidedBy(name="", capacity="") for one in (former, present))
    yield CorrectedPart(path=NAME, title=PARTS[NAME], former=was.name, value=now.name)
    capacities = (workflow.titles_of((one.capacity,)) if one.capacity else "" for one in (was, now))
    yield CorrectedPart(path=CAPACITY, title=PARTS[CAPACITY], former=next(capacities), value=next(capacities))
    yield CorrectedPart(path=EVIDENCE, title=PARTS[EVIDENCE], former=was.evidence, value=now.evidence)
    before, after = (with_stored_values(one.record, stored_values) for one in (former, present))
    for field in fields_of(former.form):
        yield CorrectedPart(
            path=field.name,
            title=field.title,
            former=_shown(field, before.get(field.name)),
            value=_shown(field, after.get(field.name)),
            sensitive=field.contains_sensitive,
        )


def _shown(field: Field, value: Any) -> Any:
    """Return a value with the title of a choice, and nothing for an empty list."""
    titles = field.choice_titles
    return titles.get(value, value) if isinstance(value, str) else value or (None if value in ([], {}) else value)

"""Take the typed words out of an event's effects, and put them back from the event that holds them.

An effect never repeats a word: a revision's reasons and the name of the person who agreed it, a suspension's words and
the names of the people notified are in the data of the event that caused them, or in its decision. A case holds them
all, so that folding an event needs only the case before it.
"""

from __future__ import annotations

from collections.abc import Iterable

from msgspec.structs import replace

from ..forms.path_text import value_at_path
from .case import Event, Link
from .clock import Clock, Clocks, EventKind, LevelReached, Revision, Suspension, SuspensionChange

UNKNOWN_RELATION = "related"
"""The relation to a case that an imported record names without one."""


def without_words(clocks: Iterable[Clock]) -> Clocks:
    """Return clocks as an event's effects hold them: without reasons and names."""
    return tuple(
        replace(
            clock,
            revisions=tuple(replace(one, reasons="", agreed_by=None) for one in clock.revisions),
            reached=tuple(replace(one, recipients=()) for one in clock.reached),
        )
        if clock.revisions or clock.reached
        else clock
        for clock in clocks
    )


def clocks_of(event: Event, before: Clocks) -> Clocks:
    """Return the clocks that an event changes, with the words of the event and of the clocks before it."""
    if not any(clock.revisions or clock.reached for clock in event.effects.clocks):
        return event.effects.clocks
    former = {(clock.deadline, clock.number): clock for clock in before}
    return tuple(
        replace(
            clock,
            revisions=_revisions(event, clock, former.get((clock.deadline, clock.number))),
            reached=_levels(event, clock, former.get((clock.deadline, clock.number))),
        )
        for clock in event.effects.clocks
    )


def _revisions(event: Event, clock: Clock, former: Clock | None) -> tuple[Revision, ...]:
    known = () if former is None else former.revisions
    added = (
        replace(
            revision,
            # A step has no reasons for a changed due date: it happened before others, and was recorded after them.
            reasons="" if event.kind is EventKind.STEP else event.data.get("reasons", ""),
            agreed_by=None if revision.capacity is None or event.decided_by is None else event.decided_by.name,
        )
        for revision in clock.revisions[len(known) :]
    )
    return (*known, *added)


def _levels(event: Event, clock: Clock, former: Clock | None) -> tuple[LevelReached, ...]:
    known = {} if former is None else {(one.level, one.at): one for one in former.reached}
    # Only an escalation reaches a level, and it reaches one.
    return tuple(
        known.get((level.level, level.at)) or replace(level, recipients=tuple(event.data.get("recipients", ())))
        for level in clock.reached
    )


def suspensions_of(event: Event, before: tuple[Suspension, ...]) -> tuple[Suspension, ...]:
    """Return a case's suspensions after an event."""
    suspensions = {suspension.number: suspension for suspension in before}
    for change in event.effects.suspensions:
        suspensions[change.number] = _suspension(event, change, suspensions.get(change.number))
    return tuple(suspensions.values())


def _suspension(event: Event, change: SuspensionChange, former: Suspension | None) -> Suspension:
    # A correction of a suspension states it anew.
    stated = event.data.get("record", {}) if event.kind is EventKind.CORRECTED else event.data
    states = "proceeding" in stated and stated.get("suspension") == change.number
    words = {name: stated[name] for name in ("proceeding", "consulted", "reasons")} if states else {}
    changed = {name: getattr(change, name) for name in SuspensionChange.__struct_fields__}
    return Suspension(**changed, **words) if former is None else replace(former, **changed, **words)


def title_of(event: Event, before: str) -> str:
    """Return a case's title after an event."""
    if event.effects.title_at is not None:
        return str(value_at_path(event.data, event.effects.title_at))
    return before if event.effects.title is None else event.effects.title


def organisations_of(event: Event, before: tuple[str, ...]) -> tuple[str, ...]:
    """Return a case's organisations after an event."""
    if event.effects.organisations is None:
        return before
    return tuple(
        before[place] if isinstance(place, int) else str(value_at_path(event.data, place))
        for place in event.effects.organisations
    )


def links_of(event: Event, before: tuple[Link, ...]) -> tuple[Link, ...]:
    """Return a case's links after an event."""
    named = (
        Link(
            relation=UNKNOWN_RELATION if one.relation_at is None else str(value_at_path(event.data, one.relation_at)),
            ref=str(value_at_path(event.data, one.ref_at)),
        )
        for one in event.effects.linked_at
    )
    return (*before, *event.effects.links, *named)

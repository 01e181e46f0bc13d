"""Rules on disposal: what may be disposed of, and on whose decision."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ..definition.workflow import Workflow
from ..errors.base import Block
from ..forms.digests import StoredWord
from ..forms.fields import fields_of
from ..forms.names import is_same_name
from ..model.case import UNIT, Case, Event
from ..model.clock import EventKind
from ..model.corrections import ITSELF
from ..model.people import Actor, DecidedBy
from .restating import RESTATED

OWN_DECISIONS = frozenset({"reasons", "rule", "proceeding", "consulted"})
"""The words of an event that is no step which say why it was decided, and after consulting whom."""

_COPIED = re.compile(rf"(steps|{RESTATED})\[(\d+)\]\.record\.")


def says_decision(workflow: Workflow, history: Sequence[Event], word: StoredWord) -> bool:
    """Return whether a stored word says what was decided, by whom or why.

    Args:
        workflow: The case's workflow; its forms mark such fields with `DECISION`.
        history: The case's events.
        word: The word.
    """
    event = history[word.seq - 1]
    if word.part != "data":
        return word.part == "decided_by"
    if event.kind is EventKind.CORRECTED and word.path.startswith("decided_by."):
        return True
    copied = _COPIED.match(word.path)
    if copied is not None:
        trigger = _trigger(history, copied[1], event.data[copied[1]][int(copied[2])])
    elif event.kind is EventKind.CORRECTED and word.path.startswith("record."):
        trigger = _trigger(history, RESTATED, event.data)
    elif event.kind in (EventKind.OPENED, EventKind.STEP):
        trigger = event.trigger
    else:
        return word.field in OWN_DECISIONS
    return word.field in _decision_fields(workflow, trigger)


def _trigger(history: Sequence[Event], part: str, copy: Mapping[str, Any]) -> str:
    """Return the step of a record that an import or a later event repeats."""
    if part == "steps":
        return str(copy["step"])
    event, step = history[copy["event"] - 1], copy.get("step", ITSELF)
    return event.trigger if step == ITSELF else str(event.data["steps"][step - 1]["step"])


def _decision_fields(workflow: Workflow, trigger: str) -> frozenset[str]:
    transition = workflow.transition(trigger)
    fields = () if transition is None else fields_of(transition.form)
    return frozenset(field.name for field in fields if field.decision)


def decision_block(titles: Sequence[str]) -> Block:
    """Return the reason why words about a decision are not disposed of.

    Args:
        titles: The titles of their fields.
    """
    named = " and ".join(f'"{title}"' for title in titles)
    reason = (
        f"{named} {'says' if len(titles) == 1 else 'say'} what was decided, by whom or why. That is kept as long as"
        " the case itself. Correct it instead."
    )
    return Block(guard="decision", reason=reason, cleared_by="")


def second_person_blocks(
    workflow: Workflow, cases: Sequence[Case], actor: Actor, decided_by: DecidedBy | None
) -> Iterator[Block]:
    """Yield the reason why a disposal lacks a second person's decision, if it does.

    The unit's own record is never closed, and one manager may be alone with it.

    Args:
        workflow: The case's workflow.
        cases: The case, and those of which it is a part.
        actor: The person who records.
        decided_by: The person who decided; None if the actor did.
    """
    if cases[0].ref == UNIT or all(case.closed_on is not None for case in cases):
        return
    roles = tuple(role.name for role in workflow.roles if role.decides_disposals or role.manages_people)
    titles = workflow.titles_of(roles)
    first = [name for name in (actor.name, actor.entered_by) if name is not None]
    if decided_by is None or any(is_same_name(decided_by.name, name) for name in first):
        reason = f"The review is open, so another person has to decide this: a {titles}."
        yield Block(guard="second_person", reason=reason, cleared_by=titles)
    elif decided_by.capacity not in roles:
        reason = f"The review is open, so only the {titles} can decide this."
        yield Block(guard="second_person", reason=reason, cleared_by=titles)

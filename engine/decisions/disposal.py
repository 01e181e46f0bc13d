"""Decide disposals of stored values: the record loses them for good, and an event says so."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Annotated

from msgspec import Meta

from ..definition.recorded_fields import nothing_to_dispose, titles_of_fields
from ..definition.workflow import Workflow
from ..forms.digests import StoredWord
from ..forms.fields import Form, ShortText, Text
from ..forms.parsing import parse
from ..model.case import Case, Event
from ..model.clock import EventKind
from ..model.dispose import Dispose
from .amendment import DISPOSE, amending_event, amendment, require_record_keeper
from .context import ACTION_TITLES, Decision, DecisionContext, refusal
from .disposable import decision_block, says_decision, second_person_blocks
from .permission import checked_decided_by
from .restating import RESTATED
from .snapshot import WORDS


class DisposalForm(Form, frozen=True, kw_only=True):
    """The reasons for disposing of words, and the rule by which it is done."""

    reasons: Annotated[Text, Meta(title="Why it should not be held")]
    rule: Annotated[ShortText, Meta(title="Under which rule")]


def decide_disposal(
    workflow: Workflow,
    cases: Sequence[Case],
    command: Dispose,
    context: DecisionContext,
    *,
    present: Sequence[StoredWord],
    history: Sequence[Event],
) -> Decision:
    """Decide to dispose of stored values: of the sensitive ones, or of all in the field that the command names.

    What was decided, by whom or why stays. The warnings of an event may repeat its words, and a correction repeats the
    record of its event, so these are disposed of, too.

    Args:
        workflow: The workflow, of the version that the case was opened with.
        cases: The case, and those of which it is a part.
        command: The command.
        context: The present, the calendar, the source of salts.
        present: The stored values.
        history: The case's events.

    Raises:
        BadInput: if there is nothing to dispose of, or the input cannot be understood.
        Refused: if the actor may not record for others, a second person has to decide, or the words say what was
            decided.
    """
    case = cases[0]
    form = parse(DisposalForm, {"reasons": command.reasons, "rule": command.rule}, subject="the disposal")
    require_record_keeper(workflow, case, command)
    if command.decided_by is not None:
        checked_decided_by(workflow, command.decided_by)
    repeated = {event.seq: tuple(_repetitions(event)) for event in history}
    there = [
        word
        for word in present
        if command.seq in (None, word.seq)
        or any(seq == command.seq and word.is_in(path) for path, seq in repeated[word.seq])
    ]
    chosen = [word for word in there if _is_chosen(word, command.field)]
    if not chosen:
        raise nothing_to_dispose(workflow, command, there)
    kept = {word for word in chosen if says_decision(workflow, history, word)}
    blocks = [*second_person_blocks(workflow, cases, command.actor, command.decided_by)]
    if kept and (command.field is not None or len(kept) == len(chosen)):
        titles = titles_of_fields(workflow)
        blocks.append(decision_block(sorted({titles.get(word.field, word.field) for word in kept})))
    if blocks:
        raise refusal(workflow, case, DISPOSE, ACTION_TITLES[EventKind.DISPOSED], *blocks)
    gone = [word for word in chosen if word not in kept]
    seqs = {word.seq for word in gone}
    warnings = [word.digest for word in there if word.part == "effects" and word.seq in seqs]
    where = {name: value for name, value in (("event", command.seq), ("field", command.field)) if value is not None}
    digests = sorted({*(word.digest for word in gone), *warnings})
    data = {"reasons": form.reasons, "rule": form.rule, "digests": digests, **where}
    event = amending_event(
        workflow, case, command, context,
        kind=EventKind.DISPOSED, trigger=DISPOSE, data=data, typed=("reasons", "rule"),
    )  # fmt: skip
    return amendment(workflow, case, event, context)


def _repetitions(event: Event) -> Iterator[tuple[str, int]]:
    """Yield the parts of an event that repeat what another event holds, each with that event's number."""
    if event.kind is EventKind.CORRECTED:
        yield "record", event.data["event"]
        yield "decided_by", event.data["event"]
    if event.kind is EventKind.COMPLETED:
        yield "steps", event.data["event"]
        yield from ((name, event.data["event"]) for name in WORDS)
    for index, copy in enumerate(event.data.get(RESTATED, ())):
        yield f"{RESTATED}[{index}].record", copy["event"]


def _is_chosen(word: StoredWord, field: str | None) -> bool:
    return word.sensitive if field is None else word.is_in(field)

"""Check the facts and the sentence of every error."""

from __future__ import annotations

import json
import pickle
import pkgutil
from collections.abc import Iterator
from datetime import date
from importlib import import_module
from typing import Any

import pytest

from casereview.engine import errors
from casereview.engine.errors.bad_input import (
    BadDate,
    BadValue,
    BatchFailed,
    ExtraMissing,
    FaultyLines,
    ImportFailed,
    InvalidForm,
    LineFault,
    NoManagerLeft,
    NothingToDispose,
    OrganisationKnown,
    PersonKnown,
    StillListed,
)
from casereview.engine.errors.base import BadInput, Block, CasereviewError, Fault, StoreError, one_of
from casereview.engine.errors.faults import (
    DatabaseProblem,
    DefinitionChanged,
    NotDelivered,
    UndeclaredPart,
    UndeclaredRead,
    UnsoundWorkflow,
    WorkflowFault,
)
from casereview.engine.errors.refusals import (
    CascadeFailed,
    Conflict,
    Contention,
    MayNotActAs,
    NotAllowed,
    Refused,
    RequestIdReused,
    VersionConflict,
)
from casereview.engine.errors.taking_back import (
    AlreadySent,
    CannotTakeBack,
    CaseVoided,
    FollowedByOthers,
    LaterEntry,
    NotReversible,
    RecordedByAnother,
    RecordedOnAnotherDay,
)
from casereview.engine.errors.unknown import (
    UnknownAccount,
    UnknownCase,
    UnknownDeadline,
    UnknownMessage,
    UnknownOrganisation,
    UnknownPerson,
    UnknownRole,
    UnknownState,
    UnknownStep,
    UnknownVersion,
    UnknownWorkflow,
)

BLOCK = Block(guard="inspected", reason="It has not been inspected.", cleared_by="keeper")
FAULT = Fault(path="address.town", expected="text", found="nothing", title="Where it goes, town")

ENTRY: dict[str, Any] = {"ref": "LN-2026-001", "seq": 3, "step": "approve", "step_title": "Approve it"}

EVERY: tuple[tuple[CasereviewError, dict[str, Any], tuple[str, ...]], ...] = (
    (
        Refused(
            ref="LN-2026-001",
            state="asked",
            state_title="asked for",
            step="approve",
            step_title="Approve it",
            reasons=(BLOCK,),
            alternatives=("inspect", "refuse"),
            alternative_titles=("Look at its state", "Refuse"),
        ),
        {
            "ref": "LN-2026-001",
            "state": "asked",
            "state_title": "asked for",
            "step": "approve",
            "step_title": "Approve it",
            "reasons": [{"guard": "inspected", "reason": "It has not been inspected.", "cleared_by": "keeper"}],
            "alternatives": ["inspect", "refuse"],
            "alternative_titles": ["Look at its state", "Refuse"],
        },
        (
            '"Approve it" (approve) for LN-2026-001, at the stage "asked for"',
            "It has not been inspected.",
            "keeper can clear it",
            "Other steps at this stage: Look at its state (inspect); Refuse.",
        ),
    ),
    (
        NotAllowed(actor="Reader 1", action="say who may act", roles=("librarian",)),
        {"actor": "Reader 1", "action": "say who may act", "roles": ["librarian"]},
        ("Reader 1 may not say who may act", "Only the librarian can"),
    ),
    (
        VersionConflict(
            ref="LN-2026-001", expected=2, found=3, changed_by="Keeper 1", step="approve", step_title="Approve it"
        ),
        {
            "ref": "LN-2026-001",
            "expected": 2,
            "found": 3,
            "changed_by": "Keeper 1",
            "step": "approve",
            "step_title": "Approve it",
        },
        ("LN-2026-001 is at version 3, not 2", 'Keeper 1 recorded "Approve it" meanwhile', "Look at the case again"),
    ),
    (
        Contention(database="sqlite:///x.db"),
        {"database": "sqlite:///x.db"},
        ("sqlite:///x.db", "at the same moment", "Nothing was changed"),
    ),
    (
        RecordedOnAnotherDay(**ENTRY, recorded_on=date(2026, 3, 2), today=date(2026, 3, 3)),
        {**ENTRY, "recorded_on": "2026-03-02", "today": "2026-03-03"},
        ('The last entry in LN-2026-001, "Approve it" (event 3), was recorded on 2 March 2026.', "Correct it instead."),
    ),
    (
        RecordedByAnother(**ENTRY, recorded_by="Keeper 1", actor="Keeper 2"),
        {**ENTRY, "recorded_by": "Keeper 1", "actor": "Keeper 2"},
        ("was recorded by Keeper 1, and you are Keeper 2", "Correct it instead."),
    ),
    (
        FollowedByOthers(
            **ENTRY, later=(LaterEntry(ref="CL-2026-001", seq=2, step_title="Settle it", recorded_by="Clerk 1"),)
        ),
        {
            **ENTRY,
            "later": [{"ref": "CL-2026-001", "seq": 2, "step_title": "Settle it", "recorded_by": "Clerk 1"}],
        },
        ('  - "Settle it" in CL-2026-001 (event 2), recorded by Clerk 1', "Take that back first"),
    ),
    (
        AlreadySent(**ENTRY, recipients=("Clerk 1", "Lee")),
        {**ENTRY, "recipients": ["Clerk 1", "Lee"]},
        ("a message about it was sent, or is being sent, to Clerk 1, Lee. Correct it instead.",),
    ),
    (
        NotReversible(**ENTRY, why="What was disposed of is gone for good."),
        {**ENTRY, "why": "What was disposed of is gone for good."},
        ("cannot be taken back. What was disposed of is gone for good.",),
    ),
    (
        CaseVoided(ref="LN-2026-001"),
        {"ref": "LN-2026-001"},
        ("LN-2026-001 was opened by mistake and voided", "open it again"),
    ),
    (UnknownCase(ref="LN-1"), {"ref": "LN-1"}, ("no case LN-1",)),
    (
        UnknownWorkflow(name="sale", known=("loan", "claim"), titles=("Loan of a piece", "Claim")),
        {"name": "sale", "known": ["loan", "claim"], "titles": ["Loan of a piece", "Claim"]},
        ('There is no workflow "sale". Use one of: Loan of a piece (loan); Claim.',),
    ),
    (
        UnknownVersion(workflow="loan", title="Loan of a piece", version=3, known=(1, 2)),
        {"workflow": "loan", "title": "Loan of a piece", "version": 3, "known": [1, 2]},
        (
            'does not have version 3 of "Loan of a piece", only versions 1, 2. It can show the case.',
            "To record something in it, use a program that has that version.",
        ),
    ),
    (
        UnknownStep(
            workflow="loan",
            workflow_title="Loan of a piece",
            step="refus",
            known=("lend", "refuse"),
            titles=("Hand it over", "Refuse the loan"),
        ),
        {
            "workflow": "loan",
            "workflow_title": "Loan of a piece",
            "step": "refus",
            "known": ["lend", "refuse"],
            "titles": ["Hand it over", "Refuse the loan"],
        },
        ('There is no step "refus" in the workflow "Loan of a piece". Did you mean Refuse the loan (refuse)?',),
    ),
    (
        UnknownRole(role="king", known=("keeper", "reader"), titles=("keeper of the pieces", "reader")),
        {"role": "king", "known": ["keeper", "reader"], "titles": ["keeper of the pieces", "reader"], "workflow": ""},
        ('There is no role "king". Use one of: keeper of the pieces (keeper); reader.',),
    ),
    (
        UnknownState(state="sold", known=("asked", "lent"), titles=("asked for", "lent")),
        {"state": "sold", "known": ["asked", "lent"], "titles": ["asked for", "lent"]},
        ('There is no state "sold". Use one of: asked for (asked); lent.',),
    ),
    (
        UnknownDeadline(deadline="sell", known=("inspect", "decide"), titles=("Look at it", "Decide, in writing")),
        {"deadline": "sell", "known": ["inspect", "decide"], "titles": ["Look at it", "Decide, in writing"]},
        ('There is no deadline "sell". Use one of: Look at it (inspect); Decide, in writing (decide).',),
    ),
    (
        UnknownAccount(account="visitor"),
        {"account": "visitor"},
        ("The account visitor belongs to nobody on the list", "nothing can be recorded from it"),
    ),
    (
        MayNotActAs(person="Reader 1", other="Keeper 1", roles=("librarian",)),
        {"person": "Reader 1", "other": "Keeper 1", "roles": ["librarian"]},
        ("the account of Reader 1, who may not record as Keeper 1", "Only the librarian can record for others"),
    ),
    (
        UnknownPerson(name="Visitor 1"),
        {"name": "Visitor 1"},
        ("Visitor 1 is not among the people",),
    ),
    (
        UnknownOrganisation(name="Library 9"),
        {"name": "Library 9"},
        ("Library 9 is not on the list of organisations.",),
    ),
    (
        InvalidForm(form="lend", faults=(FAULT,), title="Hand it over"),
        {
            "form": "lend",
            "faults": [
                {"path": "address.town", "expected": "text", "found": "nothing", "title": "Where it goes, town"}
            ],
            "title": "Hand it over",
        },
        (
            'The record for "Hand it over" (lend) has 1 thing to correct',
            "Where it goes, town (address.town): expected text, found nothing",
        ),
    ),
    (
        BadDate(found="2026-02-30", expected="a day up to today, 2026-01-05"),
        {"found": "2026-02-30", "expected": "a day up to today, 2026-01-05"},
        ("2026-02-30", "a day up to today, 5 January 2026"),
    ),
    (
        RequestIdReused(request_id="r-1", ref="LN-2026-001"),
        {"request_id": "r-1", "ref": "LN-2026-001"},
        ("r-1 was used before", "LN-2026-001", "another ID for a new request"),
    ),
    (
        ImportFailed(number=3, step=2, cause=RequestIdReused(request_id="r-1", ref="LN-2026-001")),
        {
            "number": 3,
            "step": 2,
            "cause": {"error": "request_id_reused", "request_id": "r-1", "ref": "LN-2026-001"},
        },
        ("Case 4 of the batch, step 2", "r-1 was used before", "Nothing was imported"),
    ),
    (
        NothingToDispose(
            ref="LN-2026-001",
            event=2,
            field="van",
            field_title="Van",
            fields=("asked_by", "note"),
            titles=("Who asks", "Note"),
        ),
        {
            "ref": "LN-2026-001",
            "event": 2,
            "field": "van",
            "field_title": "Van",
            "fields": ["asked_by", "note"],
            "titles": ["Who asks", "Note"],
        },
        (
            'Event 2 of LN-2026-001 holds nothing in the field "Van".',
            "It holds something in these fields: Who asks (asked_by); Note.",
        ),
    ),
    (
        PersonKnown(name="Kim Lee", roles=("keeper", "reader"), organisations=("Library 1",)),
        {"name": "Kim Lee", "roles": ["keeper", "reader"], "organisations": ["Library 1"]},
        ("Kim Lee is on the list already, as keeper and reader of Library 1.", "like Kim Lee (a place)"),
    ),
    (
        NoManagerLeft(managers=("Kim Lee",), roles=("librarian",), by_account=False),
        {"managers": ["Kim Lee"], "roles": ["librarian"], "by_account": False},
        ("only Kim Lee can now.", "First make another person librarian."),
    ),
    (
        StillListed(name="Kim Lee"),
        {"name": "Kim Lee"},
        ("Kim Lee is on the list with this word.", "First remove Kim Lee from the list"),
    ),
    (
        OrganisationKnown(name="L1", known_as="Library 1"),
        {"name": "L1", "known_as": "Library 1"},
        ("L1 is a name of Library 1 already.", "Use another name"),
    ),
    (
        BatchFailed(number=3, cause=UnknownCase(ref="LN-2026-009")),
        {"number": 3, "cause": {"error": "unknown_case", "ref": "LN-2026-009"}},
        ("Command 4 failed", "LN-2026-009", "Nothing was recorded"),
    ),
    (
        CascadeFailed(
            ref="LN-2026-001/P01", step="recalled", step_title="Call it back", cause=UnknownCase(ref="LN-2026-009")
        ),
        {
            "ref": "LN-2026-001/P01",
            "step": "recalled",
            "step_title": "Call it back",
            "cause": {"error": "unknown_case", "ref": "LN-2026-009"},
        },
        ('applies "Call it back" to LN-2026-001/P01', "LN-2026-009", "Nothing was recorded"),
    ),
    (
        FaultyLines(
            file="old.jsonl",
            faults=(
                LineFault(line=3, path="data.title", problem="expected text"),
                LineFault(line=4, path="", problem="no"),
            ),
            imported=2_000,
        ),
        {
            "file": "old.jsonl",
            "faults": [
                {"line": 3, "path": "data.title", "problem": "expected text"},
                {"line": 4, "path": "", "problem": "no"},
            ],
            "imported": 2_000,
        },
        ("old.jsonl has 2 things", "2,000 cases", "line 3, data.title: expected text", "line 4: no"),
    ),
    (
        BadValue(name="request_id", expected="1 to 200 printable characters", found="something else"),
        {"name": "request_id", "expected": "1 to 200 printable characters", "found": "something else"},
        ("request_id: expected 1 to 200 printable characters, found something else",),
    ),
    (
        ExtraMissing(feature="A picture of figures", package="matplotlib", extra="reports"),
        {"feature": "A picture of figures", "package": "matplotlib", "extra": "reports"},
        ('A picture of figures needs matplotlib, which is not installed. It comes with the extra "reports".',),
    ),
    (
        UnknownMessage(message_id="3f9a1c2e"),
        {"message_id": "3f9a1c2e"},
        ("no message 3f9a1c2e",),
    ),
    (
        NotDelivered(problem="the server does not answer"),
        {"problem": "the server does not answer", "permanent": False},
        ("the server does not answer", "tried again later"),
    ),
    (
        UnsoundWorkflow(
            faults=(
                WorkflowFault(workflow="loan", version=1, problem="The state sold cannot be reached."),
                WorkflowFault(workflow="claim", version=2, problem="settle has no source state."),
            )
        ),
        {
            "faults": [
                {"workflow": "loan", "version": 1, "problem": "The state sold cannot be reached."},
                {"workflow": "claim", "version": 2, "problem": "settle has no source state."},
            ]
        },
        (
            "2 things to correct",
            "loan version 1: The state sold cannot be reached.",
            "claim version 2: settle has no source state.",
        ),
    ),
    (
        DefinitionChanged(workflow="loan", title="Loan", version=3, changes=("step lend: roles", "order of states")),
        {"workflow": "loan", "title": "Loan", "version": 3, "changes": ["step lend: roles", "order of states"]},
        (
            'Version 3 of "Loan" is not what it was when it was registered: 2 changes.',
            "  - step lend: roles",
            "Nothing was recorded. Put the definition back as it was, and give the changed one a higher version.",
        ),
    ),
    (
        UndeclaredPart(workflow="loan", title="Loan", version=1, part="state", name="sold"),
        {"workflow": "loan", "title": "Loan", "version": 1, "part": "state", "name": "sold"},
        ('Version 1 of "Loan" has no state sold', "give the changed one a new version"),
    ),
    (
        UndeclaredRead(guard="whole_out", relation="its parent"),
        {"guard": "whole_out", "relation": "its parent"},
        ("whole_out read its parent without declaring it", "Correct the declaration"),
    ),
    (
        DatabaseProblem(database="sqlite:///x.db", problem="does not exist", remedy="Create it."),
        {"database": "sqlite:///x.db", "problem": "does not exist", "remedy": "Create it.", "hint": ""},
        ("sqlite:///x.db does not exist. Create it.",),
    ),
)
EACH_ERROR = pytest.mark.parametrize(
    ("error", "facts", "words"), [pytest.param(*row, id=type(row[0]).__name__) for row in EVERY]
)


def every_error() -> set[type[CasereviewError]]:
    return set(_defined_errors()) - {CasereviewError, BadInput, CannotTakeBack, Conflict, StoreError}


def _defined_errors() -> Iterator[type[CasereviewError]]:
    for module in pkgutil.iter_modules(errors.__path__, f"{errors.__name__}."):
        for kind in vars(import_module(module.name)).values():
            if isinstance(kind, type) and issubclass(kind, CasereviewError):
                yield kind


def test_a_role_that_a_workflow_lacks_may_be_one_of_another_workflow() -> None:
    missing = UnknownRole(role="board_chair", known=("keeper",), titles=("keeper",), workflow="Loan of a piece")
    assert str(missing) == 'Nobody decides as "board chair" in this: Loan of a piece. Use one of: keeper.'


def test_every_error_is_in_the_table() -> None:
    assert {type(error) for error, _, _ in EVERY} == every_error()


def test_every_error_has_a_code_of_its_own() -> None:
    assert len({kind.code for kind in every_error()} | {CasereviewError.code}) == len(EVERY) + 1


@EACH_ERROR
def test_an_error_gives_its_facts_as_plain_values(
    error: CasereviewError, facts: dict[str, Any], words: tuple[str, ...]
) -> None:
    assert error.facts() == facts
    assert json.loads(json.dumps(error.facts())) == facts


@EACH_ERROR
def test_an_error_says_what_is_wrong_and_what_to_do(
    error: CasereviewError, facts: dict[str, Any], words: tuple[str, ...]
) -> None:
    assert [part for part in words if part not in str(error)] == []


@EACH_ERROR
def test_an_error_can_be_pickled(error: CasereviewError, facts: dict[str, Any], words: tuple[str, ...]) -> None:
    again = pickle.loads(pickle.dumps(error))
    assert type(again) is type(error)
    assert (again.facts(), str(again)) == (facts, str(error))


def test_a_refusal_names_every_reason_and_who_can_clear_each() -> None:
    other = Block(guard="role", reason="Only the keeper.", cleared_by="keeper or librarian")
    error = Refused(
        ref="LN-2026-001",
        state="asked",
        state_title="asked for",
        step="approve",
        step_title="Approve it",
        reasons=(BLOCK, other),
        alternatives=(),
        alternative_titles=(),
    )
    lines = str(error).splitlines()
    assert [line for line in lines if BLOCK.reason in line and "keeper can clear it" in line]
    assert [line for line in lines if other.reason in line and "keeper or librarian can clear it" in line]
    assert "Other steps" not in str(error)


def test_several_faults_stand_on_a_line_each() -> None:
    error = InvalidForm(form="lend", faults=(FAULT, Fault(path="kind", expected="home or display", found="'attic'")))
    assert str(error).splitlines() == [
        "The record for lend has 2 things to correct:",
        "  - Where it goes, town (address.town): expected text, found nothing",
        "  - kind: expected home or display, found 'attic'",
    ]


@pytest.mark.parametrize(
    ("names", "words"),
    [((), ""), (("a",), "a"), (("a", "b"), "a or b"), (("a", "b", "c"), "a, b or c")],
    ids=["none", "one", "two", "three"],
)
def test_names_are_listed_as_people_would(names: tuple[str, ...], words: str) -> None:
    assert one_of(names) == words


@pytest.mark.parametrize(
    ("kind", "family"),
    [
        (InvalidForm, BadInput),
        (BadDate, BadInput),
        (BadValue, BadInput),
        (ExtraMissing, BadInput),
        (RequestIdReused, BadInput),
        (UnknownCase, BadInput),
        (UnknownDeadline, BadInput),
        (UnknownMessage, BadInput),
        (UnknownOrganisation, BadInput),
        (UnknownPerson, BadInput),
        (UnknownRole, BadInput),
        (UnknownState, BadInput),
        (UnknownStep, BadInput),
        (UnknownVersion, BadInput),
        (UnknownWorkflow, BadInput),
        (DatabaseProblem, StoreError),
    ],
)
def test_errors_are_caught_by_their_base(kind: type[CasereviewError], family: type[CasereviewError]) -> None:
    assert issubclass(kind, family)


def test_a_permanent_failure_to_deliver_is_not_repeated() -> None:
    assert "It will not be tried again." in str(NotDelivered(problem="no such address", permanent=True))


@pytest.mark.parametrize("kind", [Refused, Conflict, NotAllowed, NotDelivered, UnsoundWorkflow])
def test_a_refusal_and_a_conflict_are_not_bad_input(kind: type[CasereviewError]) -> None:
    assert not issubclass(kind, BadInput | StoreError)


def test_of_many_names_only_those_that_come_near_are_listed() -> None:
    known = tuple(f"step_{number}" for number in range(20))
    titles = tuple(f"Take step {number}" for number in range(20))
    unknown = UnknownStep(workflow="loan", workflow_title="Loan", step="colour", known=known, titles=titles)
    assert str(unknown) == 'There is no step "colour" in the workflow "Loan". There are 20 others.'
    meant = UnknownStep(workflow="loan", workflow_title="Loan", step="take step 19", known=known, titles=titles)
    assert "Did you mean Take step 19 (step_19)" in str(meant)
    assert str(meant).count("step_") <= 3


def test_one_case_before_a_fault_is_said_in_the_singular() -> None:
    fault = LineFault(line=3, path="", problem="expected a JSON object, found something else")
    assert "1 case before them was imported." in str(FaultyLines(file="old.jsonl", faults=(fault,), imported=1))


def test_a_case_without_words_in_any_field_says_so() -> None:
    nothing = NothingToDispose(ref="LN-1", event=None, field="van", field_title="", fields=(), titles=())
    assert str(nothing) == 'LN-1 holds nothing in the field "van". It holds nothing in any field.'


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ("a day from 2026-02-03 to today, 2026-11-30", "a day from 3 February 2026 to today, 30 November 2026"),
        ("one from 2026-02-03: give its first day.", "one from 3 February 2026: give its first day."),
        ("Tuesday 2026-02-03 (a day)", "Tuesday 3 February 2026 (a day)"),
        ("since 2026-02-03 12:00 UTC", "since 3 February 2026 12:00 UTC"),
        ("found '2026-02-03'", "found '2026-02-03'"),
        ("found 2026-02-30", "found 2026-02-30"),
        ("the file 2026-02-03.docx in a/2026-02-03", "the file 2026-02-03.docx in a/2026-02-03"),
        ("at 2026-02-03T10:00:00+00:00", "at 2026-02-03T10:00:00+00:00"),
        ("SCR-2026-02-03", "SCR-2026-02-03"),
    ],
)
def test_a_sentence_has_days_in_words_and_facts_keep_theirs(facts: str, said: str) -> None:
    error = BadValue(name="the day", expected=facts, found="x")
    assert str(error) == f"the day: expected {said}, found x."
    assert error.facts()["expected"] == facts
    assert str(Fault(path="on", title="On", expected=facts, found="x")) == f"On: expected {said}, found x"
    assert said in str(LineFault(line=1, path="on", problem=facts))

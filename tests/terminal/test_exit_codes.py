"""Tests of exit codes: one for each kind of answer, with a sentence and no change."""

from __future__ import annotations

import subprocess
import sys

import pytest

from ..support.command_line import MANAGER, PARTNERSHIP_EXAMPLES, Office, example_file

DONE, REFUSED, BAD_INPUT, CONFLICT, NO_DATABASE, OUR_FAULT = 0, 1, 2, 3, 4, 70


def test_what_is_done_ends_with_0(office: Office, ref: str) -> None:
    assert office.run("show", ref).exit_code == DONE


def test_what_a_rule_refuses_ends_with_1_and_says_who_can_clear_it(office: Office, ref: str) -> None:
    said = office.fails(REFUSED, "step", ref, "screen", "--file", str(example_file("screen")))
    assert "recommendation is not on record" in said
    assert "subgroup chair can clear it" in said
    assert "Other steps at this stage: Notify Ofsted and the board of the incident (notify_incident); Make" in said


def test_a_step_of_another_state_ends_with_1_and_says_what_is_possible(office: Office, ref: str) -> None:
    said = office.fails(REFUSED, "step", ref, "close", "--file", str(example_file("close")))
    assert 'the case is at the stage "referred"' in said
    assert "Other steps at this stage: Notify Ofsted and the board of the incident (notify_incident);" in said


def test_a_step_taken_twice_is_refused_the_second_time(office: Office, ref: str) -> None:
    office.record_steps(ref, "recommend", "screen")
    office.fails(REFUSED, "step", ref, "screen", "--file", str(example_file("screen")))


def test_a_closed_case_refuses_steps_except_those_that_its_end_allows(office: Office, ref: str) -> None:
    office.output("step", ref, "withdraw", *_decided_by_the_referrer())
    said = office.fails(REFUSED, "step", ref, "recommend", "--file", str(example_file("recommend")))
    others = (
        "; Add a note (note); Attach a document (attach); Record a letter or notification that was sent (record_sent)."
    )
    (line,) = (line for line in said.splitlines() if line.startswith("Other steps at this stage: "))
    assert line.endswith(f" (reopen){others}")
    assert line.count(";") == 3


def test_what_a_person_may_not_decide_is_refused(office: Office, ref: str) -> None:
    office.output("people", "add", "Robin Ash", "--role", "panel_member")
    said = office.fails(REFUSED, "step", ref, "note", "--set", "text=x", "--as", "Robin Ash")
    assert "Robin Ash does not have that role." in said


def test_what_a_person_may_not_record_for_others_is_refused(office: Office, ref: str) -> None:
    office.output("people", "add", "Robin Ash", "--role", "board_chair")
    options = ("--decided-by", "Chair", "--capacity", "subgroup_chair", "--as", "Robin Ash")
    said = office.fails(REFUSED, "step", ref, "note", "--set", "text=x", *options)
    assert "may not record what Chair decided" in said


def test_only_who_manages_people_says_who_may_act(office: Office) -> None:
    office.output("people", "add", "Robin Ash", "--role", "board_chair")
    said = office.fails(REFUSED, "people", "add", "Kim Lee", "--role", "referrer", "--as", "Robin Ash")
    assert "Only the business manager can." in said


TYPED = {
    "an unknown reference": ("show", "SCR-2026-999"),
    "an unknown reference for a step": ("step", "SCR-2026-999", "note", "--set", "text=x"),
    "an unknown reference for the history": ("history", "SCR-2026-999"),
    "an unknown reference for what is next": ("next", "SCR-2026-999"),
    "no reference at all": ("show", ""),
    "an unknown step": ("step", "SCR-2026-001", "approve"),
    "the opening as a step": ("step", "SCR-2026-001", "refer"),
    "an unknown workflow": ("refer", "scr"),
    "an unknown workflow to list": ("list", "--workflow", "scr"),
    "an unknown workflow to describe": ("workflows", "scr"),
    "an unknown state": ("list", "--state", "open"),
    "an unknown role": ("people", "add", "Kim Lee", "--role", "chair"),
    "an unknown capacity": ("step", "SCR-2026-001", "note", "--set", "text=x", "--decided-by", "A", "--capacity", "x"),
    "an unknown field": ("step", "SCR-2026-001", "note", "--set", "text=x", "--set", "colour=red"),
    "an unknown person": ("step", "SCR-2026-001", "note", "--set", "text=x", "--as", "Kim Lee"),
    "a person without a name": ("people", "add", " ", "--role", "referrer"),
    "an address that is none": ("people", "add", "Kim Lee", "--role", "referrer", "--email", "kim"),
    "a capacity without a decider": ("step", "SCR-2026-001", "note", "--set", "text=x", "--capacity", "board_chair"),
    "a decider without a capacity": ("step", "SCR-2026-001", "note", "--set", "text=x", "--decided-by", "A"),
    "a decider without a name": (
        *("step", "SCR-2026-001", "note", "--set", "text=x", "--decided-by", "", "--capacity", "board_chair"),
    ),
    "a request id that is empty": ("step", "SCR-2026-001", "note", "--set", "text=x", "--request-id", ""),
    "a day that does not exist": ("step", "SCR-2026-001", "note", "--set", "text=x", "--on", "2026-02-30"),
    "a day in another notation": ("step", "SCR-2026-001", "note", "--set", "text=x", "--on", "06/01/2026"),
    "a day to come": ("step", "SCR-2026-001", "note", "--set", "text=x", "--on", "2026-01-21"),
    "a day before the step before it": (
        *("step", "SCR-2026-001", "withdraw", "--set", "withdrawn_by=Agency 1", "--set", "reasons=Referred twice."),
        *("--decided-by", "Named nurse", "--capacity", "referrer", "--on", "2026-01-04"),
    ),
    "a day of no century": ("step", "SCR-2026-001", "note", "--set", "text=x", "--on", "0001-01-01"),
    "a day at the end of all years": ("step", "SCR-2026-001", "note", "--set", "text=x", "--on", "9999-12-31"),
    "an instant that is none": ("overdue", "--at", "tomorrow"),
    "an instant without its zone": ("overdue", "--at", "2026-01-05T09:30:00"),
    "an instant that is none elsewhere": ("overdue", "--at", "9999-12-31T23:59:59-14:00"),
    "a day that does not exist, to look at": ("overdue", "--at", "2026-02-30"),
    "a version that is no number": ("step", "SCR-2026-001", "note", "--set", "text=x", "--if-version", "two"),
    "a limit of nothing": ("list", "--limit", "0"),
    "a missing argument": ("step", "SCR-2026-001"),
    "words too many": ("list", "closed"),
    "JSON and a drawing at once": ("workflows", "serious_case_review", "--diagram", "svg", "--json"),
    "JSON and a page at once": ("workflows", "--markdown", "--json"),
    "an unknown option": ("list", "--colour"),
    "an option before a group's command": ("messages", "--database", "sqlite:///elsewhere.db", "list"),
    "an option before another group's command": ("calendar", "--json", "list"),
    "an unknown command": ("reopen-everything",),
    "a drawing of no workflow in particular": ("workflows", "--diagram", "svg"),
}


@pytest.mark.usefixtures("ref")
@pytest.mark.parametrize("args", TYPED.values(), ids=TYPED.keys())
def test_what_was_typed_wrongly_ends_with_2(office: Office, args: tuple[str, ...]) -> None:
    assert office.fails(BAD_INPUT, *args).strip()


@pytest.mark.parametrize(
    "ref", ["SCR-2026-999", "x" * 500, "SCR-2026-001; DROP TABLE casereview_case", "'", "%", "../x"]
)
def test_no_reference_is_more_than_a_reference(office: Office, ref: str) -> None:
    assert office.fails(BAD_INPUT, "show", ref).startswith("REHEARSAL")


@pytest.mark.parametrize("typed", ["scr-2026-001", "SCR-2026-1", "Scr 2026 1", " SCR-2026-001 ", "SCR-2026-0001"])
def test_a_reference_is_found_however_it_is_typed(office: Office, ref: str, typed: str) -> None:
    assert office.document("show", typed)["ref"] == ref


NAMES = {
    "a step": ("step", "SCR-2026-001", "Note", "--set", "text=x"),
    "a workflow": ("refer", "Partnership review", "--file", str(example_file("refer", PARTNERSHIP_EXAMPLES))),
    "a workflow's definition": ("workflows", "Serious-case-review"),
    "a role": ("people", "add", "Kim Lee", "--role", "Board Chair"),
    "a capacity": ("step", "SCR-2026-001", "note", "--set", "text=x", "--decided-by", "A", "--capacity", "board chair"),
    "a state": ("list", "--state", "Action plans"),
    "a field": ("step", "SCR-2026-001", "note", "--set", "Text =x"),
}


@pytest.mark.usefixtures("ref")
@pytest.mark.parametrize("args", NAMES.values(), ids=NAMES.keys())
def test_a_name_is_understood_however_it_is_spelt(office: Office, args: tuple[str, ...]) -> None:
    office.output(*args)


def test_what_is_no_reference_is_quoted_as_it_was_typed(office: Office) -> None:
    assert "There is no case Child A." in office.fails(BAD_INPUT, "show", "Child A")


@pytest.mark.parametrize(
    "args",
    [
        ("show", "\udcff"),
        ("list", "--agency", "\udcff"),
        ("list", "--after", "\udcff"),
        ("next", "SCR-2026-001", "--as", "\udcff"),
        ("step", "SCR-2026-001", "note", "--set", "text=\udcff", "--request-id", "1"),
        ("step", "SCR-2026-001", "note", "--set", "text=x", "--decided-by", "\udcff"),
        ("people", "add", "\udcff", "--role", "referrer"),
        ("refer", "\udcff"),
    ],
    ids=" ".join,
)
def test_bytes_that_are_no_text_are_bad_input_wherever_they_stand(
    office: Office, ref: str, args: tuple[str, ...]
) -> None:
    assert "expected text in UTF-8" in office.fails(BAD_INPUT, *args)
    assert office.failure(BAD_INPUT, *args)["error"] == "bad_value"


def test_an_account_s_name_that_is_no_text_is_bad_input(office: Office, ref: str) -> None:
    args = ("step", ref, "note", "--set", "text=x")
    assert "CASEREVIEW_ACTOR" in office.fails(BAD_INPUT, *args, CASEREVIEW_ACTOR="\udcff")


def test_what_acts_upon_a_terminal_is_not_sent_to_it(office: Office) -> None:
    said = office.fails(BAD_INPUT, "show", "\x1b[31mred\x07")
    assert "\x1b" not in said
    assert "\\x1b[31mred\\x07" in said.lower()


def test_somebody_else_s_step_meanwhile_ends_with_3(office: Office, ref: str) -> None:
    seen = str(office.document("show", ref)["version"])
    office.record_steps(ref, "recommend")
    said = office.fails(CONFLICT, "step", ref, "note", "--set", "text=x", "--if-version", seen)
    assert f'at version 2, not 1: {MANAGER} recorded "Make a recommendation to the board chair" meanwhile' in said
    assert f"casereview show {ref}" in said


def test_a_conflict_is_reported_although_the_step_is_now_impossible(office: Office, ref: str) -> None:
    office.record_steps(ref, "recommend", "screen")
    office.fails(CONFLICT, "step", ref, "screen", "--file", str(example_file("screen")), "--if-version", "2")


def test_a_step_at_the_version_that_was_seen_is_taken(office: Office, ref: str) -> None:
    assert "(version 2)" in office.output("step", ref, "note", "--set", "text=x", "--if-version", "1")


def test_no_database_ends_with_4_and_how_to_make_one(empty: Office) -> None:
    said = empty.fails(NO_DATABASE, "list")
    assert "does not exist" in said
    assert "casereview init" in said


@pytest.mark.parametrize(
    "args", [("--debug", "show", "SCR-2026-999"), ("show", "SCR-2026-999", "--debug")], ids=" ".join
)
def test_debug_shows_the_traceback_wherever_it_is_said(office: Office, args: tuple[str, ...]) -> None:
    done = office.run(*args)
    assert done.exit_code == BAD_INPUT
    assert "Traceback (most recent call last)" in done.stderr
    assert done.stderr.endswith("see casereview list.\n")


HANDLED = "the mother's name"


class _BrokenError(Exception):
    pass


@pytest.fixture
def broken(monkeypatch: pytest.MonkeyPatch) -> None:
    """A program with a fault that raises an exception with its input."""

    def fail(*_args: object, **_more: object) -> None:
        raise _BrokenError(HANDLED)

    monkeypatch.setattr("casereview.engine.engine.Engine.history", fail)


@pytest.mark.usefixtures("broken")
def test_a_fault_of_ours_ends_with_70_and_claims_nothing(office: Office, ref: str) -> None:
    said = office.fails(OUR_FAULT, "history", ref)
    assert "inside casereview (_BrokenError)" in said
    assert "Check the record before you repeat it." in said
    assert office.failure(OUR_FAULT, "history", ref)["error"] == "internal"


@pytest.mark.usefixtures("broken")
def test_a_fault_of_ours_never_quotes_what_was_handled_not_even_to_debug(office: Office, ref: str) -> None:
    done = office.run("history", ref, "--debug")
    assert "Traceback" in done.stderr
    assert "in history" in done.stderr
    assert HANDLED not in done.output


@pytest.mark.long
def test_the_codes_are_those_of_the_process(office: Office, ref: str) -> None:
    file = str(example_file("screen"))
    ends = {
        DONE: office.process("show", ref),
        REFUSED: office.process("step", ref, "screen", "--file", file),
        BAD_INPUT: office.process("show", "SCR-2026-999"),
        CONFLICT: office.process("step", ref, "note", "--set", "text=x", "--if-version", "9"),
        NO_DATABASE: office.against(office.folder / "none.db").process("list"),
    }
    assert {code: done.returncode for code, done in ends.items()} == {code: code for code in ends}
    for code, done in ends.items():
        assert bool(done.stdout) == (code == DONE)
        assert bool(done.stderr) == (code != DONE)


def test_an_answer_that_cannot_be_printed_is_not_called_undone(
    office: Office, ref: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_args: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr("casereview.terminal.session.Session.show", full)
        done = office.run("step", ref, "note", "--set", "text=x")
    assert done.exit_code == OUR_FAULT
    assert "Nothing was" not in done.stderr
    assert office.document("show", ref)["version"] == 2


def test_a_reader_that_has_seen_enough_is_no_fault(office: Office, ref: str) -> None:
    command = [sys.executable, "-m", "casereview.cli", "show", ref, "--json"]
    with subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        stdin=subprocess.DEVNULL,
        env=office.environment_variables(),
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert b"casereview" not in process.stderr.read()


def _decided_by_the_referrer() -> tuple[str, ...]:
    record = ("--set", "withdrawn_by=Agency 1", "--set", "reasons=Referred twice.")
    return (*record, "--decided-by", "Named nurse", "--capacity", "referrer")

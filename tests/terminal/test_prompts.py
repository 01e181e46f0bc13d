"""A person at a terminal is asked for what is missing, field by field; mistakes are explained."""

from __future__ import annotations

import hashlib
import re
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

import pexpect
import pytest

from ..support.command_line import STEPS_TO_REPORT, Office, example_file, example_record

Asked = Callable[..., str]
DOCUMENT = ["y", "Minutes", "Cabinet 3", "n"]


@pytest.fixture
def dialogue(office: Office, monkeypatch: pytest.MonkeyPatch) -> Asked:
    """Plays a command with answers as a person would type them, and gives all that it showed."""
    monkeypatch.setattr("casereview.terminal.session.Session.is_interactive", True)

    def play(*args: str, answers: list[str], code: int = 0) -> str:
        done = office.run(*args, typed="".join(f"{answer}\n" for answer in answers))
        assert done.exit_code == code, done.output
        return done.output

    return play


def recorded(office: Office, trigger: str, ref: str = "SCR-2026-001") -> Any:
    return office.document("show", ref)["data"][trigger]


# --- one by one ---------------------------------------------------------------------------------------

REFERRAL = ["Child A", "Nurse", "Agency 1", "death", "2026-01-02", "An invented account.", "known"]


def test_required_fields_are_asked_for_in_turn_and_the_others_offered(office: Office, dialogue: Asked) -> None:
    shown = dialogue("refer", "serious_case_review", answers=[*REFERRAL, ""])
    assert "Refer the case to the subgroup. Press Ctrl-C to stop. Nothing is recorded until you have finished." in shown
    assert "Harm (death / serious harm)" in shown
    assert "Optional: The child (child); Born on; Date of the incident (incident_on); Area; Other agencies" in shown
    assert recorded(office, "refer")["title"] == "Child A"


def test_what_was_given_already_is_not_asked_for(office: Office, dialogue: Asked) -> None:
    shown = dialogue("refer", "serious_case_review", "--set", "title=Child C", answers=[*REFERRAL[1:], ""])
    assert "What people will call the case" not in shown
    assert recorded(office, "refer")["title"] == "Child C"


def test_a_record_that_was_given_whole_asks_nothing(office: Office, dialogue: Asked) -> None:
    shown = dialogue("refer", "serious_case_review", "--file", str(example_file("refer")), answers=[])
    assert "Press Ctrl-C" not in shown


@pytest.mark.parametrize("name", ["harm", "colour"])
def test_a_record_that_was_given_whole_and_wrong_is_refused_without_asking(
    office: Office, dialogue: Asked, name: str
) -> None:
    file = office.write("x.json", example_record("refer", **{name: "red"}))
    shown = dialogue("refer", "serious_case_review", "--file", file, answers=[], code=2)
    assert f"- {name}: expected" in shown.lower()


def test_a_field_that_does_not_exist_is_said_before_anything_is_asked(dialogue: Asked) -> None:
    shown = dialogue("refer", "serious_case_review", "--set", "colour=red", answers=[], code=2)
    assert "Press Ctrl-C" not in shown


MISTAKES = {
    "nothing": (0, "", "An answer is needed here."),
    "blanks": (0, "   ", "An answer is needed here."),
    "too long": (0, "x" * 201, "Please enter text of 1 to 200 characters, not text of 201 characters."),
    "a control character": (0, "Child\x07", "Please enter text without control characters"),
    "no choice": (3, "injury", "Please enter death or serious harm (serious_harm), not 'injury'."),
    "a day in another notation": (4, "2/1/2026", "Please enter a day as YYYY-MM-DD, not '2/1/2026'."),
    "a day that does not exist": (4, "2026-02-30", "Please enter a day as YYYY-MM-DD, not '2026-02-30'."),
}


@pytest.mark.parametrize(("place", "answer", "explanation"), MISTAKES.values(), ids=MISTAKES.keys())
def test_a_mistake_is_explained_and_asked_again(
    office: Office, dialogue: Asked, place: int, answer: str, explanation: str
) -> None:
    answers = [*REFERRAL[:place], answer, *REFERRAL[place:], ""]
    assert explanation in dialogue("refer", "serious_case_review", answers=answers)
    assert recorded(office, "refer")["title"] == "Child A"


def test_a_mistake_in_something_sensitive_is_not_repeated(dialogue: Asked) -> None:
    answers = [*REFERRAL, "born_on", "7 March 2019", "2019-03-07"]
    shown = dialogue("refer", "serious_case_review", answers=answers)
    assert "not text of 12 characters." in shown


def test_any_of_the_others_can_be_filled_in_by_name(office: Office, dialogue: Asked) -> None:
    answers = [*REFERRAL, "town, area", "Area, OTHER AGENCIES INVOLVED", "Anytown", "Agency 2", "Agency 3", ""]
    shown = dialogue("refer", "serious_case_review", answers=answers)
    assert "There is no field town. The fields are: The child (child);" in shown
    assert recorded(office, "refer")["area"] == "Anytown"
    assert recorded(office, "refer")["other_agencies"] == ["Agency 2", "Agency 3"]


def test_a_fault_of_what_was_given_is_asked_again_with_the_rest(office: Office, dialogue: Asked) -> None:
    answers = [*REFERRAL[:3], *REFERRAL[4:], "", "", "death"]
    shown = dialogue("refer", "serious_case_review", "--set", "harm=red", answers=answers)
    assert "Harm: expected death or serious harm (serious_harm), found 'red'" in shown
    assert "Enter for Harm)" in shown
    assert recorded(office, "refer")["harm"] == "death"


# --- lists and parts ----------------------------------------------------------------------------------


def test_a_list_is_asked_item_by_item_until_there_are_enough(office: Office, ref: str, dialogue: Asked) -> None:
    answers = ["", "Ofsted", "The board", "", "Duty manager", ""]
    shown = dialogue("step", ref, "notify_incident", answers=answers)
    assert "Please enter at least 1." in shown
    assert recorded(office, "notify_incident")["notified"] == ["Ofsted", "The board"]


def test_an_item_that_will_not_do_is_asked_again(office: Office, ref: str, dialogue: Asked) -> None:
    answers = ["x" * 201, "Ofsted", "", "Duty manager", ""]
    assert "not text of 201 characters" in dialogue("step", ref, "notify_incident", answers=answers)
    assert recorded(office, "notify_incident")["notified"] == ["Ofsted"]


FINDING = ["met", "As two agencies say."]


def test_a_nested_form_is_asked_by_part_and_optional_parts_are_offered(
    office: Office, ref: str, dialogue: Asked
) -> None:
    criteria = [*FINDING * 4, "", "y", "not met", "No.", ""]
    decider = ["Chair of the SCR Sub-group", "minutes, item 4"]
    answers = ["serious_case_review", *criteria, "As the limbs say.", "", *decider]
    shown = dialogue("step", ref, "recommend", answers=answers)
    assert 'Do you want to answer "The child died in custody"? y or n' in shown
    found = recorded(office, "recommend")["criteria"]
    assert found["child_died"] == {"met": "met", "evidence": "As two agencies say."}
    assert found["died_in_mental_health_detention"]["met"] == "not_met"
    assert "died_in_custody" not in found


def test_forms_in_a_list_are_asked_singly_and_contradictions_again(office: Office, ref: str, dialogue: Asked) -> None:
    office.record_steps(ref, *STEPS_TO_REPORT)
    to_one_twice = ["y", "1", "Share chronologies.", "", "Agency 1", "agency 1", ""]
    to_two = ["1", "Share chronologies.", "", "Agency 1", "Agency 2", "", "n"]
    report = ["Overview report", "Cabinet 3", "Board meeting", ""]
    shown = dialogue("step", ref, "agree_recommendations", answers=[*to_one_twice, *to_two, *report, "Chair", ""])
    assert "made_to): expected each one once, found agency 1 again" in shown
    (found,) = recorded(office, "agree_recommendations")["recommendations"]
    assert found["made_to"] == ["Agency 1", "Agency 2"]


def test_a_form_without_required_fields_is_asked_for_until_it_says_enough(
    office: Office, ref: str, dialogue: Asked
) -> None:
    office.record_steps(ref, "recommend", "screen", "agree_terms", "appoint_reviewer")
    instead = ["no_family_because, no_practitioners_because", "Untraceable.", "None was involved."]
    shown = dialogue("step", ref, "begin_engagement", answers=["", *instead])
    assert "(family): expected at least one family member, or why none (no_family_because), found neither" in shown
    assert re.search(r"Enter for [A-Z][a-z ]+; [A-Z][a-z ]+\)", shown)
    assert recorded(office, "begin_engagement")["no_family_because"] == "Untraceable."


def test_what_contradicts_itself_as_a_whole_is_asked_again(office: Office, ref: str, dialogue: Asked) -> None:
    office.record_steps(ref, *STEPS_TO_REPORT, "agree_recommendations")
    twice = ["Agency 1", "agency 1", "", "2026-09-18"]
    once = ["", "Agency 1", "Agency 2", "Agency 3", ""]
    shown = dialogue("step", ref, "request_action_plans", answers=[*twice, *once])
    assert "(agencies): expected each one once, found agency 1 again" in shown
    assert recorded(office, "request_action_plans")["agencies"] == ["Agency 1", "Agency 2", "Agency 3"]


def test_a_default_is_named_and_stands_where_nothing_is_typed(office: Office, ref: str, dialogue: Asked) -> None:
    office.record_steps(ref, *STEPS_TO_REPORT)
    recommendation = ["y", "one", "1", "Share chronologies.", "", "Agency 1", "", "n"]
    report = ["Overview report", "Cabinet 3", "Board meeting", ""]
    shown = dialogue("step", ref, "agree_recommendations", answers=[*recommendation, *report, "Chair", ""])
    assert "Please enter a whole number from 1, not 'one'." in shown
    assert "Enter for local" in shown
    (found,) = recorded(office, "agree_recommendations")["recommendations"]
    assert (found["number"], found.get("scope", "local"), found["made_to"]) == (1, "local", ["Agency 1"])


def test_a_document_that_is_a_file_is_recorded_with_its_hash(office: Office, ref: str, dialogue: Asked) -> None:
    minutes = office.write("minutes.txt", "item 4")
    answers = ["Called.", "documents", "y", "Minutes", minutes, "n"]
    assert "The file's SHA-256 was noted. The file stays where it is." in dialogue("step", ref, "note", answers=answers)
    (document,) = recorded(office, "note")["documents"]
    assert document == {"title": "Minutes", "location": minutes, "sha256": hashlib.sha256(b"item 4").hexdigest()}


def test_a_document_that_is_no_file_is_recorded_by_words(office: Office, ref: str, dialogue: Asked) -> None:
    dialogue("step", ref, "note", answers=["Called.", "documents", *DOCUMENT])
    assert recorded(office, "note")["documents"] == [{"title": "Minutes", "location": "Cabinet 3"}]


# --- who decided --------------------------------------------------------------------------------------


def test_who_decided_is_asked_for_where_the_typist_cannot(office: Office, ref: str, dialogue: Asked) -> None:
    record = office.write("x.json", {k: v for k, v in example_record("recommend").items() if k != "decided_by"})
    answers = ["x" * 201, "minutes", "Chair", "minutes, item 4"]
    shown = dialogue("step", ref, "recommend", "--file", record, answers=answers)
    assert "This is decided by the subgroup chair." in shown
    assert "Who decided (name): expected text of 1 to 200 characters" in shown
    decider = office.document("history", ref)[-1]["decided_by"]
    assert decider == {"name": "Chair", "capacity": "subgroup_chair", "evidence": "minutes, item 4"}


def test_in_what_capacity_is_asked_where_there_are_several(office: Office, ref: str, dialogue: Asked) -> None:
    record = ("--set", "withdrawn_by=Agency 1", "--set", "reasons=Referred twice.")
    shown = dialogue("step", ref, "withdraw", *record, answers=["Chair", "nobody", "Subgroup chair", ""])
    assert "Their role (referrer / subgroup chair; Enter for referrer)" in shown
    assert office.document("history", ref)[-1]["decided_by"]["capacity"] == "subgroup_chair"


# --- not asked in vain --------------------------------------------------------------------------------


def test_a_step_of_another_state_is_refused_before_anything_is_asked(ref: str, dialogue: Asked) -> None:
    shown = dialogue("step", ref, "close", answers=[], code=1)
    assert 'the case is at the stage "referred"' in shown
    assert "Press Ctrl-C" not in shown


def test_a_blocked_step_is_refused_before_anything_is_asked(ref: str, dialogue: Asked) -> None:
    shown = dialogue("step", ref, "screen", answers=[], code=1)
    assert "recommendation is not on record" in shown
    assert "Other steps at this stage: Notify Ofsted and the board of the incident (notify_incident); Make" in shown


@pytest.mark.parametrize(("trigger", "day"), [("note", "2026-01-21"), ("withdraw", "2026-01-04")])
def test_a_day_that_cannot_be_is_said_before_anything_is_asked(
    ref: str, dialogue: Asked, trigger: str, day: str
) -> None:
    assert "A step cannot have happened on" in dialogue("step", ref, trigger, "--on", day, answers=[], code=2)


def test_a_conflict_is_said_before_anything_is_asked(ref: str, dialogue: Asked) -> None:
    dialogue("step", ref, "note", "--if-version", "7", answers=[], code=3)


@pytest.mark.parametrize("args", [("refer", "serious_case_review"), ("step", "SCR-2026-001", "note")], ids=" ".join)
def test_who_may_not_is_reported_before_anything_is_asked(
    office: Office, ref: str, dialogue: Asked, args: tuple[str, ...]
) -> None:
    office.output("people", "add", "Robin Ash", "--role", "panel_member")
    shown = dialogue(*args, "--as", "Robin Ash", answers=[], code=1)
    assert "Robin Ash does not have that role." in shown
    assert "Press Ctrl-C" not in shown


def test_a_repeated_request_is_answered_though_the_case_has_moved_on(office: Office, ref: str, dialogue: Asked) -> None:
    office.record_steps(ref, "recommend")
    screen = ("step", ref, "screen", "--file", str(example_file("screen")), "--request-id", "one")
    office.output(*screen)
    assert "was already recorded by this request" in dialogue(*screen, answers=[])


# --- a real terminal -----------------------------------------------------------------------------------


@contextmanager
def terminal(office: Office, *args: str, **environment: str) -> Iterator[Any]:
    """A command at a terminal of its own."""
    command = ["-m", "casereview.cli", *args]
    surroundings = office.environment_variables(TERM="xterm-256color", **environment)
    child = pexpect.spawn(
        sys.executable,
        command,
        env=surroundings,
        encoding="utf-8",
        timeout=30,
        dimensions=(40, 80),
        # Tests that were started in the background do not hear Ctrl-C, nor does whatever they start.
        preexec_fn=partial(signal.signal, signal.SIGINT, signal.SIG_DFL),
    )
    child.delaybeforesend = None
    try:
        yield child
    finally:
        child.close(force=True)


def test_at_a_terminal_a_step_asks_and_records(office: Office, ref: str) -> None:
    with terminal(office, "step", ref, "note") as person:
        person.expect_exact("REHEARSAL")
        person.expect_exact("Note (text)")
        person.sendline("Called the coroner's officer.")
        person.expect_exact("Which of these do you want to fill in?")
        person.sendline("")
        person.expect_exact("is recorded")
        person.expect(pexpect.EOF)
        person.wait()
        assert person.exitstatus == 0
    assert recorded(office, "note")["text"] == "Called the coroner's officer."


def test_ctrl_c_records_nothing_and_says_so(office: Office, ref: str) -> None:
    before = office.content()
    with terminal(office, "step", ref, "note") as person:
        person.expect_exact("Note (text)")
        person.sendintr()
        person.expect_exact("Stopped. Nothing was recorded.")
        person.expect(pexpect.EOF)
        person.wait()
        assert person.exitstatus == 130
    assert office.content() == before


def test_the_end_of_the_input_records_nothing(office: Office, ref: str, dialogue: Asked) -> None:
    before = office.content()
    assert "Stopped. Nothing was recorded." in dialogue("step", ref, "notify_incident", answers=["Ofsted"], code=130)
    assert office.content() == before


def test_who_asks_for_json_is_not_asked(office: Office, ref: str) -> None:
    with terminal(office, "step", ref, "note", "--json") as program:
        program.expect_exact('"error":"invalid_form"')
        program.expect(pexpect.EOF)


@pytest.mark.long
def test_colour_is_for_terminals_and_can_be_switched_off(office: Office, ref: str) -> None:
    with terminal(office, "list") as person:
        person.expect(pexpect.EOF)
        assert "\x1b[" in person.before
    with terminal(office, "list", NO_COLOR="1") as person:
        person.expect(pexpect.EOF)
        assert ref in person.before
        assert "\x1b" not in person.before

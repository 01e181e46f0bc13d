"""Tests that a family's details are only in their own table."""

from __future__ import annotations

import json

import pytest

from ..support.command_line import Office, example_file, example_record

SECRET = "Zacharias-the-invented"
SENSITIVE = {"what_happened": f"An account of {SECRET}.", "child": SECRET, "born_on": "2019-03-07"}


def leaks(office: Office) -> set[str]:
    """The tables in which something sensitive stands."""
    return {name for name, rows in office.content().items() if SECRET in repr(rows) or "2019-03-07" in repr(rows)}


def test_sensitive_values_stand_in_their_own_table_and_nowhere_else(office: Office) -> None:
    office.output(
        "refer", "serious_case_review", "--file", office.write("x.json", example_record("refer", **SENSITIVE))
    )
    assert leaks(office) == {"casereview_event_values"}


def test_the_history_s_events_hold_a_digest_in_their_place(office: Office) -> None:
    ref = office.refer("--set", f"child={SECRET}")
    (event,) = office.document("history", ref)
    assert event["data"]["child"].keys() == {"sha256"}
    assert event["record"]["child"] == SECRET


def test_who_may_read_the_case_is_shown_the_value(office: Office) -> None:
    ref = office.refer("--set", f"child={SECRET}")
    assert SECRET in office.output("show", ref)
    assert SECRET not in office.output("history", ref)
    assert SECRET not in office.output("list")
    assert SECRET not in json.dumps(office.document("list"))


def test_the_file_on_the_disk_holds_it_in_one_place_only(office: Office) -> None:
    office.refer("--set", f"child={SECRET}")
    assert office.path.read_bytes().count(SECRET.encode()) == 1


FAULTS = {
    "too long": {"child": SECRET * 20},
    "a list": {"child": [SECRET]},
    "an object": {"child": {"name": SECRET}},
    "another field faulty": {"child": SECRET, "harm": "dead"},
    "a control character": {"child": f"{SECRET}\x07"},
    "no day": {"born_on": SECRET},
    "a day in another notation": {"born_on": f"7 March 2019 {SECRET}"},
    "misplaced": {"harm": SECRET * 3},
}


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS.keys())
def test_no_error_quotes_a_sensitive_value_not_even_to_debug(office: Office, fault: dict[str, object]) -> None:
    file = office.write("x.json", example_record("refer", **fault))
    for options in ((), ("--debug",), ("--json",), ("--json", "--debug")):
        done = office.run("refer", "serious_case_review", "--file", file, *options)
        assert done.exit_code == 2
        assert SECRET not in done.output


def test_a_field_without_its_equals_sign_is_not_quoted(office: Office) -> None:
    assert SECRET not in office.fails(2, "refer", "serious_case_review", "--set", f"child: {SECRET}")


def test_a_text_whose_quotes_were_forgotten_is_not_quoted_either(office: Office) -> None:
    ref = office.refer()
    said = office.fails(2, "step", ref, "note", "--set", "text=Called", SECRET, "today.")
    assert SECRET not in said
    assert "Put quotes round any text that has spaces" in said


@pytest.mark.parametrize("options", [(), ("--debug",), ("--json", "--debug"), ("--dry-run", "--debug")], ids=" ".join)
def test_no_log_and_no_answer_quotes_what_was_recorded(office: Office, options: tuple[str, ...]) -> None:
    ref = office.refer()
    done = office.run("step", ref, "note", "--set", f"text={SECRET}", *options)
    assert done.exit_code == 0
    assert SECRET not in done.output


def test_the_log_says_what_was_recorded_by_name(office: Office) -> None:
    ref = office.refer()
    log = office.run("step", ref, "note", "--set", f"text={SECRET}", "--debug").stderr
    assert f"event=recorded ref={ref} seq=" in log
    assert "trigger=note" in log


def test_a_refusal_quotes_nothing_of_the_record(office: Office) -> None:
    ref = office.refer("--set", f"child={SECRET}")
    said = office.fails(1, "step", ref, "screen", "--file", str(example_file("screen")))
    assert SECRET not in said
    assert SECRET not in json.dumps(office.failure(1, "step", ref, "screen", "--file", str(example_file("screen"))))


def test_a_dry_run_keeps_nothing_sensitive_either(office: Office) -> None:
    office.output(
        "refer", "serious_case_review", "--file", str(example_file("refer")), "--set", f"child={SECRET}", "--dry-run"
    )
    assert leaks(office) == set()


def test_a_request_is_remembered_without_what_it_held(office: Office) -> None:
    office.refer("--set", f"child={SECRET}", "--request-id", "one")
    assert leaks(office) == {"casereview_event_values"}


def test_what_a_family_member_is_called_is_sensitive_within_a_list_too(office: Office) -> None:
    ref = office.record_steps(office.refer(), "recommend", "screen", "agree_terms", "appoint_reviewer")
    family = [{"who": SECRET, "relation": "mother", "safe_contact": SECRET}]
    file = office.write("x.json", example_record("begin_engagement", family=family))
    office.output("step", ref, "begin_engagement", "--file", file)
    assert leaks(office) == {"casereview_event_values"}
    assert SECRET in office.output("show", ref)
    assert SECRET in office.output("show", f"{ref}/E01")

"""Tests of the input of a step: files and fields of every kind, and the errors for bad ones."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from typing import Any

import pytest

from ..support.command_line import STEPS_TO_REPORT, Office, example_file, example_record

NOTE = ("step", "SCR-2026-001", "note")
pytestmark = pytest.mark.usefixtures("ref")


def recorded(office: Office, trigger: str) -> Any:
    return office.document("show", "SCR-2026-001")["data"][trigger]


# --- files --------------------------------------------------------------------------------------------

FILES: dict[str, bytes] = {
    "empty": b"",
    "blank": b" \n",
    "a list": b"[]",
    "a text": b'"text"',
    "a number": b"1",
    "null": b"null",
    "prose": b"Called the coroner's officer.",
    "cut off": b'{"text": "x"',
    "two documents": b'{"text": "x"} {"text": "y"}',
    "a comment": b'{"text": "x"} // y',
    "not UTF-8": b'{"text": "caf\xe9"}',
    "UTF-16": '{"text": "x"}'.encode("utf-16"),
    "a lone surrogate": b'{"text": "\\ud800"}',
    "not a number": b'{"text": NaN}',
    "nested too deeply": b'{"text": ' + b"[" * 100_000 + b"]" * 100_000 + b"}",
    "larger than 5 MB": b'{"text": "' + b"x" * 6_000_000 + b'"}',
}


@pytest.mark.parametrize("content", FILES.values(), ids=FILES.keys())
def test_a_file_that_holds_no_json_object_is_named_with_what_was_expected(office: Office, content: bytes) -> None:
    file = office.write("record.json", content)
    said = office.fails(2, *NOTE, "--file", file)
    assert f"--file {file}: expected a file " in said


@pytest.mark.parametrize("content", FILES.values(), ids=FILES.keys())
def test_standard_input_that_holds_no_json_object_is_reported_alike(office: Office, content: bytes) -> None:
    assert "--file -: expected a file " in office.fails(2, *NOTE, "--file", "-", typed=content)


def test_the_line_of_a_fault_in_a_file_is_reported(office: Office) -> None:
    file = office.write("record.json", '{\n  "text": "x",\n  text: "y"\n}')
    assert "at line 3" in office.fails(2, *NOTE, "--file", file)


@pytest.mark.parametrize("levels", [50, 300, 500, 900, 990])
def test_json_that_is_nested_less_deeply_is_the_form_s_to_refuse(office: Office, levels: int) -> None:
    file = office.write("record.json", '{"text": ' + "[" * levels + "]" * levels + "}")
    office.fails(2, *NOTE, "--file", file)
    objects = office.write("record.json", '{"a": ' * levels + "1" + "}" * levels)
    office.fails(2, *NOTE, "--file", objects)


def test_a_file_that_is_not_there_is_named(office: Office) -> None:
    assert "no such file" in office.fails(2, *NOTE, "--file", str(office.folder / "none.json"))


def test_a_folder_in_a_file_s_place_is_named(office: Office) -> None:
    assert "is a directory" in office.fails(2, *NOTE, "--file", str(office.folder))


@pytest.mark.parametrize("name", ["\udcff", "x" * 5000, ""])
def test_a_name_that_no_file_has_is_bad_input(office: Office, name: str) -> None:
    assert "--file" in office.fails(2, *NOTE, "--file", name)
    assert office.failure(2, *NOTE, "--file", name)["error"] == "bad_value"


def test_a_byte_order_mark_is_what_notepad_writes(office: Office) -> None:
    office.output(*NOTE, "--file", office.write("record.json", b'\xef\xbb\xbf{"text": "x"}'))
    assert recorded(office, "note")["text"] == "x"


def test_standard_input_is_read_where_the_file_is_a_dash(office: Office) -> None:
    office.output(*NOTE, "--file", "-", typed='{"text": "from a pipe"}')
    assert recorded(office, "note")["text"] == "from a pipe"


def test_an_option_wins_over_the_file(office: Office) -> None:
    file = office.write("record.json", {"text": "from the file"})
    office.output(*NOTE, "--file", file, "--set", "text=from the option")
    assert recorded(office, "note")["text"] == "from the option"


# --- texts --------------------------------------------------------------------------------------------

TEXTS = {
    "emoji": "\N{WHITE SMILING FACE}\N{VARIATION SELECTOR-16} \U0001f469\u200d\U0001f469\u200d\U0001f467",
    "right-to-left": "שלום, عالم",
    "right-to-left overrides": "\u202edoc.exe\u202c",
    "combining": "Z\u0351\u036b\u0343\u036a",
    "no normal form": "A\u030a \u00c5",
    "line breaks": "first\nsecond\r\nthird\tfourth",
    "markup": "[bold]not bold[/bold] :smile: <b>",
    "quotes": "'; DROP TABLE casereview_event; --",
    "what looks like a digest": '{"sha256": "' + "0" * 64 + '"}',
    "20,000 characters": "x" * 20_000,
}


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS.keys())
def test_a_text_is_kept_as_it_is_and_can_be_shown(office: Office, text: str) -> None:
    office.output(*NOTE, "--file", office.write("record.json", {"text": text}))
    assert recorded(office, "note")["text"] == text
    office.output("show", "SCR-2026-001")


UNWRITABLE = {
    "NUL": "a\x00b",
    "escape": "\x1b[2J",
    "bell": "\x07",
    "C1 control": "\x9b31m",
    "a megabyte": "x" * 1_000_000,
    "20,001 characters": "x" * 20_001,
    "nothing": "",
    "blanks": " \n\t ",
}


@pytest.mark.parametrize("text", UNWRITABLE.values(), ids=UNWRITABLE.keys())
def test_a_text_that_cannot_be_kept_is_refused_and_never_quoted(office: Office, text: str) -> None:
    said = office.fails(2, *NOTE, "--file", office.write("record.json", {"text": text}))
    assert "- Note (text): expected" in said
    assert len(said) < 500
    assert not set(said) & set("\x00\x07\x1b\x9b")


def test_a_field_name_with_control_characters_is_refused_unquoted(office: Office) -> None:
    said = office.fails(2, *NOTE, "--file", office.write("record.json", {"text": "x", "\x1b[2J": "y"}))
    assert "\x1b" not in said


# --- fields -------------------------------------------------------------------------------------------


def test_every_fault_is_listed_in_one_answer_with_its_path(office: Office) -> None:
    agencies = [{"agency": "Agency 1", "reason": 7}, {"reason": "Promised."}]
    said = office.fails(
        2, "refer", "serious_case_review", "--file", office.write("x.json", example_record("refer", harm=1))
    )
    assert "has 1 thing to correct:\n  - Harm: expected death or serious harm (serious_harm), found a number" in said
    office.record_steps("SCR-2026-001", *WAY_TO_PLANS)
    said = office.fails(
        2, "step", "SCR-2026-001", "begin_monitoring", "--file", office.write("x.json", {"late": agencies})
    )
    assert "(late[0].reason): expected text of 1 to 20,000 characters, found a number" in said
    assert "(late[1].agency): expected text of 1 to 200 characters, found nothing" in said


WAY_TO_PLANS = (*STEPS_TO_REPORT, "agree_recommendations", "request_action_plans")


def test_a_faulty_decider_is_reported_together_with_the_form_s_faults(office: Office) -> None:
    record = example_record("recommend", recommends="nothing", decided_by={"name": "", "role": "subgroup_chair"})
    failure = office.failure(2, "step", "SCR-2026-001", "recommend", "--file", office.write("x.json", record))
    assert {fault["path"] for fault in failure["faults"]} == {
        *("recommends", "decided_by.name", "decided_by.capacity", "decided_by.role"),
    }


def test_the_faults_of_a_decider_in_a_file_have_titles(office: Office) -> None:
    record = {"text": "x", "decided_by": {"name": "Chair"}}
    said = office.fails(2, *NOTE, "--file", office.write("x.json", record))
    assert 'The record for "Add a note" (note) has 1 thing to correct' in said
    assert "- In what capacity (decided_by.capacity): expected" in said


@pytest.mark.parametrize("decider", ["the chair", ["the chair"], 7, {}])
def test_a_decider_has_a_name_and_a_capacity(office: Office, decider: Any) -> None:
    file = office.write("x.json", {"text": "x", "decided_by": decider})
    assert "(decided_by" in office.fails(2, *NOTE, "--file", file)


def test_a_decider_of_nobody_is_the_same_as_none(office: Office) -> None:
    office.output(*NOTE, "--file", office.write("x.json", {"text": "x", "decided_by": None}))
    assert office.document("history", "SCR-2026-001")[-1]["decided_by"]["name"] == "Sam Reed"


def test_dates_that_do_not_exist_are_reported_as_such(office: Office) -> None:
    said = office.fails(
        2, "refer", "serious_case_review", "--file", str(example_file("refer")), "--set", "aware_on=2026-02-30"
    )
    assert "Aware on (aware_on): expected a day as YYYY-MM-DD, found '2026-02-30'" in said


@pytest.mark.parametrize("setting", ["text", "text:x", "=x", ""])
def test_a_field_without_an_equals_sign_is_refused_unquoted(office: Office, setting: str) -> None:
    said = office.fails(2, *NOTE, "--set", setting)
    assert "--set: expected FIELD=VALUE, found no " in said


def test_a_field_keeps_every_equals_sign_behind_the_first(office: Office) -> None:
    office.output(*NOTE, "--set", "text=a=b=c")
    assert recorded(office, "note")["text"] == "a=b=c"


def test_a_field_is_set_once(office: Office) -> None:
    said = office.fails(2, *NOTE, "--set", "text=first", "--set", "text=second")
    assert "--set text: expected one value, found a second one" in said


def test_a_list_grows_with_each_setting(office: Office) -> None:
    office.output(
        "refer", "serious_case_review", "--file", str(example_file("refer")), *_each("other_agencies", "A", "B")
    )
    case = office.document("show", "SCR-2026-002")
    assert case["data"]["refer"]["other_agencies"] == ["Agency 2", "A", "B"]


def test_a_list_can_be_given_whole(office: Office) -> None:
    office.output(
        "refer", "serious_case_review", "--file", str(example_file("refer")), "--set", 'other_agencies=["A", "B"]'
    )
    assert office.document("show", "SCR-2026-002")["data"]["refer"]["other_agencies"] == ["A", "B"]


def test_a_list_is_not_given_whole_twice(office: Office) -> None:
    office.fails(2, *_referral(), *_each("other_agencies", '["A"]', '["B"]'))


def test_an_object_is_one_item_of_a_list(office: Office) -> None:
    dissent = ('{"name": "A", "reasons": "x"}', '{"name": "B", "reasons": "y"}')
    record = office.write("x.json", example_record("recommend", dissent=[]))
    office.output("step", "SCR-2026-001", "recommend", "--file", record, *_each("dissent", *dissent))
    assert [item["name"] for item in recorded(office, "recommend")["dissent"]] == ["A", "B"]


def test_a_field_within_a_field_is_set_by_its_path(office: Office) -> None:
    settings = ("--set", "criteria.child_died.met=not_known", "--set", "criteria.child_died.evidence=To be seen.")
    office.output("step", "SCR-2026-001", "recommend", "--file", str(example_file("recommend")), *settings)
    found = recorded(office, "recommend")["criteria"]["child_died"]
    assert found == {"met": "not_known", "evidence": "To be seen."}


@pytest.mark.parametrize(
    "setting", ["title.first=x", "other_agencies.first=x", "other_agencies[0]=x", ".=x", "a.b.c=x", "documents=x"]
)
def test_a_path_that_leads_nowhere_is_bad_input(office: Office, setting: str) -> None:
    assert office.fails(2, *_referral(), "--set", setting)


def test_who_decided_has_options_of_its_own(office: Office) -> None:
    said = office.fails(2, *NOTE, "--set", "text=x", "--set", "decided_by.name=Chair")
    assert "--decided-by, --capacity and --evidence" in said


@pytest.mark.parametrize("typed", ["serious_harm", "Serious harm", "SERIOUS  HARM"])
def test_a_choice_is_understood_however_it_is_spelt(office: Office, typed: str) -> None:
    office.output(*_referral(), "--set", f"harm={typed}")
    assert office.document("show", "SCR-2026-002")["data"]["refer"]["harm"] == "serious_harm"


@pytest.mark.parametrize(("typed", "kept"), [("yes", True), ("TRUE", True), ("n", False)])
def test_yes_and_no_are_understood(office: Office, typed: str, kept: bool) -> None:
    office.record_steps("SCR-2026-001", "recommend", "screen")
    panel = ("step", "SCR-2026-001", "tell_panel", "--file", str(example_file("tell_panel")))
    office.output(*panel, "--set", f"reviewer_named={typed}")
    assert recorded(office, "tell_panel").get("reviewer_named", False) is kept


@pytest.mark.parametrize("typed", ["maybe", "1", ""])
def test_what_is_neither_yes_nor_no_is_bad_input(office: Office, typed: str) -> None:
    office.record_steps("SCR-2026-001", "recommend", "screen")
    panel = ("step", "SCR-2026-001", "tell_panel", "--file", str(example_file("tell_panel")))
    assert "(reviewer_named): expected true or false" in office.fails(2, *panel, "--set", f"reviewer_named={typed}")


@pytest.mark.parametrize("typed", ["three", "3.5", "-1", "1e3", "9" * 30])
def test_what_is_no_number_is_bad_input(office: Office, typed: str) -> None:
    office.record_steps("SCR-2026-001", *WAY_TO_PLANS)
    progress = ("step", "SCR-2026-001", "report_progress", "--file", str(example_file("report_progress")))
    assert "Actions still open (actions_open): expected a whole number" in office.fails(
        2, *progress, "--set", f"actions_open={typed}"
    )


# --- documents ----------------------------------------------------------------------------------------


def test_a_document_is_recorded_with_location_and_hash_and_stays(office: Office) -> None:
    minutes = Path(office.write("minutes.txt", "item 4"))
    office.output(*NOTE, "--set", "text=x", "--document", str(minutes))
    sha256 = hashlib.sha256(b"item 4").hexdigest()
    assert recorded(office, "note")["documents"] == [
        {"title": "minutes.txt", "location": str(minutes), "sha256": sha256}
    ]
    assert minutes.read_text(encoding="utf-8") == "item 4"


def test_documents_add_up_with_those_of_the_file(office: Office) -> None:
    file = office.write("x.json", {"text": "x", "documents": [{"title": "A", "location": "Cabinet 3"}]})
    minutes = office.write("minutes.txt", "item 4")
    office.output(*NOTE, "--file", file, "--document", f"documents={minutes}")
    assert [document["title"] for document in recorded(office, "note")["documents"]] == ["A", "minutes.txt"]


def test_a_field_that_holds_one_document_takes_the_document(office: Office) -> None:
    office.record_steps("SCR-2026-001", *WAY_TO_PLANS[:-2])
    report = office.write("report.docx", "words")
    agreed = ("step", "SCR-2026-001", "agree_recommendations", "--file", str(example_file("agree_recommendations")))
    office.output(*agreed, "--document", f"report={report}")
    assert recorded(office, "agree_recommendations")["report"]["title"] == "report.docx"


@pytest.mark.parametrize("place", ["none.txt", ".", "\udcff"])
def test_a_document_that_cannot_be_read_is_bad_input(office: Office, place: str) -> None:
    said = office.fails(2, *NOTE, "--set", "text=x", "--document", str(office.folder / place))
    assert "expected a file that can be read" in said


def test_a_step_that_takes_no_document_says_so(office: Office) -> None:
    minutes = office.write("minutes.txt", "item 4")
    said = office.fails(2, "step", "SCR-2026-001", "withdraw", "--document", minutes)
    assert "this step has no place for one" in said


# --- waiting ------------------------------------------------------------------------------------------


def test_who_is_not_at_a_terminal_is_never_asked(office: Office, program: Path) -> None:
    done = office.by(program).process(*NOTE)
    assert done.returncode == 2
    assert "- Note (text): expected" in done.stderr


def test_a_pipe_that_stays_open_is_not_waited_for(office: Office, program: Path) -> None:
    reading, writing = os.pipe()
    try:
        done = office.by(program).process(*NOTE, stdin=reading)
    finally:
        os.close(reading)
        os.close(writing)
    assert done.returncode == 2
    assert "- Note (text): expected" in done.stderr


def _each(field: str, *values: str) -> tuple[str, ...]:
    return tuple(part for value in values for part in ("--set", f"{field}={value}"))


def _referral() -> tuple[str, ...]:
    return ("refer", "serious_case_review", "--file", str(example_file("refer")))


# --- lists of numbers -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "settings",
    [("recommendations=1", "recommendations=2"), ("recommendations=[1, 2]",)],
    ids=["one after the other", "as a list"],
)
def test_numbers_of_a_list_are_numbers(office: Office, settings: tuple[str, ...]) -> None:
    given = ("agency=Agency 1", "action=A duty desk.", "lead_person=Kim", "due_on=2027-01-05", *settings)
    case = office.document(
        *("refer", "action", "--parent", "SCR-2026-001", "--dry-run"),
        *(part for one in given for part in ("--set", one)),
        *("--decided-by", "Lead 1", "--capacity", "agency_safeguarding_lead"),
    )
    assert case["data"]["propose"]["recommendations"] == [1, 2]

"""Meetings at the command line: called, attended, and what they decide becomes the steps of cases."""

from __future__ import annotations

from typing import Any

import pytest

from ....support.command_line import Office, example_file, word_document_text

HELD_ON = "2026-01-19"
THERE = ("--present", "Kim Cole", "--present", "Lee Hart", "--present", "Ana Diaz")
SCREENING = str(example_file("screen"))


@pytest.fixture
def recommended(office: Office, ref: str) -> str:
    """A review that the subgroup has recommended on 13 January."""
    office.output("step", ref, "recommend", "--file", str(example_file("recommend")), "--on", "2026-01-13")
    return ref


def called(office: Office, kind: str = "board", on: str = HELD_ON, *more: str) -> str:
    return office.output("meeting", "call", kind, "--on", on, "--chair", "Kim Cole", "--quorum", "3", *more).strip()


def held(office: Office, kind: str = "board", *more: str) -> str:
    ref = called(office, kind)
    office.output("meeting", "attend", ref, *(more or THERE))
    return ref


def unchanged(office: Office, code: int, *args: str) -> str:
    return office.fails(code, "meeting", "decide", *args)


def test_a_meeting_is_called_and_its_reference_printed_alone(office: Office) -> None:
    assert called(office, "subgroup", "2026-02-03", "--expect", "Lee Hart") == "M-2026-001"
    found = office.document("show", "M-2026-001")
    assert (found["title"], found["state"]) == ("Subgroup meeting of 3 February 2026", "called")
    assert found["data"]["call"]["expected"] == ["Lee Hart"]
    named = office.document("meeting", "call", "board", "--on", HELD_ON, "--chair", "Kim Cole", "--title", "Away day")
    assert (named["title"], named["opened_on"]) == ("Away day", HELD_ON)


def test_a_meeting_can_be_tried_and_called_again_safely(office: Office) -> None:
    before = office.content()
    tried = office.run("meeting", "call", "board", "--on", HELD_ON, "--chair", "Kim Cole", "--dry-run")
    assert "The meeting would be called as M-2026-001" in tried.stderr
    assert office.content() == before
    assert {called(office, "board", HELD_ON, "--request-id", "one") for _ in range(2)} == {"M-2026-001"}


def test_a_decision_is_a_step_of_the_case_with_the_item_as_evidence(office: Office, recommended: str) -> None:
    meeting = held(office)
    said = office.run("meeting", "decide", meeting, recommended, "screen", "--item", "4", "--file", SCREENING)
    assert (
        f'{recommended}: "Decide to hold a Serious Case Review" is recorded. Stage: referred → screened (version 3).'
        in said.stdout
    )
    step = office.document("history", recommended)[-1]
    assert (step["trigger"], step["occurred_on"]) == ("screen", HELD_ON)
    assert step["decided_by"] == {
        "name": "Kim Cole",
        "capacity": "board_chair",
        "evidence": "M-2026-001, board meeting of 19 January 2026, item 4",
    }
    own = office.document("history", meeting)[-1]
    assert own["decided_by"] == step["decided_by"]
    assert own["data"] == {
        "item": "4",
        "ref": recommended,
        "trigger": "screen",
        "in_the_chair": "Kim Cole",
        "decision": "Decide to hold a Serious Case Review",
    }
    assert office.document("show", meeting)["links"] == [{"relation": "4", "ref": recommended}]


def test_a_decision_is_said_to_programs_with_the_meeting_it_was_made_at(office: Office, recommended: str) -> None:
    meeting = held(office)
    before = office.content()
    args = ("meeting", "decide", meeting, recommended, "screen", "--item", "4", "--file", SCREENING)
    tried = office.document(*args, "--dry-run")
    assert (tried["state"], tried["dry_run"], tried["meeting"]["ref"]) == ("screened", True, meeting)
    assert office.content() == before
    done = office.document(*args, "--request-id", "item 4", "--decision", "A review is held.")
    assert (done["version"], done["repeated"], done["meeting"]["version"]) == (3, False, 3)
    assert done["meeting"]["data"]["decide"]["decision"] == "A review is held."
    again = office.document(*args, "--request-id", "item 4", "--decision", "A review is held.")
    assert (again["version"], again["repeated"]) == (3, True)
    assert len(office.document("history", meeting)) == 3


@pytest.mark.parametrize(
    ("attendance", "more", "reason"),
    [
        pytest.param(
            ("--present", "Kim Cole", "--present", "Lee Hart"),
            (),
            "2 people were present. The quorum is 3.",
            id="no quorum",
        ),
        pytest.param(
            (*THERE, "--present", "Jo Park", "--conflict", "Kim Cole: scr 2026 1: an aunt"),
            (),
            "Kim Cole has a conflict of interest in SCR-2026-001. Name another chair for this item.",
            id="a chair with a conflict",
        ),
        pytest.param(THERE, ("--chair", "Jo Park"), "Jo Park is not recorded as present", id="not there"),
    ],
)
def test_neither_record_is_kept_where_the_meeting_may_not_decide(
    office: Office, recommended: str, attendance: tuple[str, ...], more: tuple[str, ...], reason: str
) -> None:
    meeting = held(office, "board", *attendance)
    said = unchanged(office, 1, meeting, recommended, "screen", "--item", "4", "--file", SCREENING, *more)
    assert f"(decide) for {meeting}" in said
    assert reason in said
    assert "aunt" not in said


def test_another_person_chairs_an_item_in_which_the_chair_has_a_conflict(office: Office, recommended: str) -> None:
    meeting = held(office, "board", *THERE, "--present", "Jo Park", "--conflict", f"Kim Cole: {recommended}: an aunt")
    office.output(
        *("meeting", "decide", meeting, recommended, "screen", "--item", "4"),
        *("--file", SCREENING, "--chair", "Lee Hart"),
    )
    assert office.document("history", recommended)[-1]["decided_by"]["name"] == "Lee Hart"
    assert "aunt" not in str(office.document("history", meeting)[1]["data"])


def test_neither_record_is_kept_where_the_case_s_rules_refuse(office: Office, ref: str) -> None:
    meeting = held(office)
    said = unchanged(office, 1, meeting, ref, "screen", "--item", "4", "--file", SCREENING)
    assert "The subgroup's recommendation is not on record. Record it first (recommend)." in said


def test_a_chair_decides_only_what_is_theirs_to_decide(office: Office, recommended: str) -> None:
    meeting = held(office, "subgroup")
    said = unchanged(office, 1, meeting, recommended, "screen", "--item", "4", "--file", SCREENING)
    assert "Only the board chair can decide this. Kim Cole decided as subgroup chair." in said


def test_an_item_is_not_taken_twice_about_one_case(office: Office, recommended: str) -> None:
    meeting = held(office)
    take = ("meeting", "decide", meeting, recommended)
    office.output(*take, "screen", "--item", "4", "--file", SCREENING)
    said = unchanged(office, 1, *take[2:], "discontinue", "--item", "4", "--set", "reasons=x")
    assert f"The meeting has already decided about {recommended} under item 4." in said
    office.output(*take, "discontinue", "--item", "5", "--set", "reasons=x")


def test_a_future_meeting_or_one_without_attendance_decides_nothing(office: Office, recommended: str) -> None:
    today, to_come = called(office), called(office, "board", "2026-02-03")
    for meeting in (today, to_come):
        said = unchanged(office, 1, meeting, recommended, "screen", "--item", "4", "--file", SCREENING)
        assert 'It is possible only at the stage "held"; the case is at the stage "called".' in said
    assert "3 February 2026" in office.fails(2, "meeting", "attend", to_come, *THERE)
    said = office.fails(1, "meeting", "attend", to_come, *THERE, "--on", "2026-01-20")
    assert "The meeting is on Tuesday 3 February 2026. Record attendance on or after that day." in said


def test_steps_since_the_meeting_do_not_block_its_decision(office: Office, recommended: str) -> None:
    meeting = held(office)
    office.output("note", recommended, "A call after the meeting.")
    office.output("meeting", "decide", meeting, recommended, "screen", "--item", "4", "--file", SCREENING)
    decision = office.document("history", recommended)[-1]
    assert decision["occurred_on"] == HELD_ON
    assert "of 19 January 2026" in decision["decided_by"]["evidence"]


def test_later_notes_block_neither_attendance_nor_decisions(office: Office, recommended: str) -> None:
    meeting = held(office, "board", "--present", "Kim Cole")
    office.output("note", meeting, "Lee Hart rang: two more were there.")
    office.output("meeting", "attend", meeting, *THERE)
    office.output("meeting", "decide", meeting, recommended, "screen", "--item", "4", "--file", SCREENING)
    assert office.document("history", recommended)[-1]["occurred_on"] == HELD_ON
    assert [one["occurred_on"] for one in office.document("history", meeting)] == [
        *(HELD_ON, HELD_ON),
        *("2026-01-20", "2026-01-20", "2026-01-20"),
    ]


@pytest.mark.parametrize(
    ("args", "reason"),
    [
        (("attend", "SCR-2026-001", *THERE), "MEETING: expected a meeting, such as M-2026-001, found SCR-2026-001."),
        (("decide", "SCR-2026-001", "SCR-2026-001", "note", "--item", "1"), "MEETING: expected a meeting"),
        (("agenda", "SCR-2026-001"), "MEETING: expected a meeting"),
        (("agenda", "M-2026-009"), "M-2026-009"),
        (("attend", "M-2026-001", *THERE, "--conflict", "Kim Cole: an aunt"), "--conflict: expected NAME: REF: WHY"),
        (
            ("attend", "M-2026-001", *THERE, "--apologies", "kim cole"),
            "Apologies: expected only people who were not present",
        ),
        (("decide", "M-2026-001", "SCR-2026-001", "fly", "--item", "1"), "fly"),
        (("decide", "M-2026-001", "SCR-2026-007", "note", "--item", "1"), "SCR-2026-007"),
        (("call", "board", "--on", "soon", "--chair", "Kim Cole"), "--on: expected a day that exists"),
        (("call", "board", "--on", HELD_ON, "--chair", "Kim Cole", "--quorum", "0"), "quorum"),
    ],
)
def test_what_cannot_be_understood_is_said(office: Office, ref: str, args: tuple[str, ...], reason: str) -> None:
    called(office)
    said = office.fails(2, "meeting", *args)
    assert reason in said
    assert "aunt" not in said


def test_meetings_are_listed_by_themselves_and_keep_out_of_the_reviews(office: Office, ref: str) -> None:
    assert "No meetings to come." in office.output("meeting", "list")
    open_one, minuted = called(office), held(office)
    office.output("step", minuted, "minute", "--document", f"minutes={office.write('minutes.docx', b'x')}")
    assert [one["ref"] for one in office.document("meeting", "list")] == [open_one]
    assert [one["ref"] for one in office.document("meeting", "list", "--state", "minuted")] == [minuted]
    assert "No meeting is cancelled." in office.output("meeting", "list", "--state", "cancelled")
    shown = office.output("meeting", "list", "--limit", "1")
    assert f"{open_one}  Board meeting of" in shown
    for looked in ("list", "board"):
        assert [one["ref"] for one in office.document(looked)] == [ref]
    assert [one["ref"] for one in office.document("list", "--workflow", "meeting")] == [open_one, minuted]


# --- the agenda -------------------------------------------------------------------------------------


def agenda(office: Office, meeting: str) -> list[tuple[int, str | None, str]]:
    found: list[dict[str, Any]] = office.document("meeting", "agenda", meeting)
    return [(one["number"], one["ref"], one["title"]) for one in found]


def test_an_agenda_is_drawn_from_what_is_due_and_waits_for_its_chair(office: Office, ref: str) -> None:
    subgroup, board = called(office, "subgroup"), called(office, "board")
    first = (1, None, "Apologies, and conflicts of interest")
    recommend = "Make a recommendation"
    assert agenda(office, subgroup) == [first, (2, ref, recommend)]
    assert first in agenda(office, board)
    assert recommend not in str(agenda(office, board))
    office.output(
        *("suspend", ref, "--proceeding", "Crown Court trial", "--consulted", "The police", "--reasons", "Witnesses."),
        *("--review-by", "2026-01-23", "--decided-by", "Lee Hart", "--capacity", "board_chair"),
    )
    assert agenda(office, subgroup) == [first, (2, ref, "Check whether the suspension is still needed")]
    shown = office.output("meeting", "agenda", subgroup)
    assert [line for line in shown.splitlines() if len(line) > 80] == []
    assert "Subgroup meeting of 19 January 2026" in shown


# --- the minutes ------------------------------------------------------------------------------------


def test_minutes_are_written_as_word_and_then_recorded_as_written(office: Office, recommended: str) -> None:
    meeting = held(office, "board", *THERE, "--present", "Jo Park", "--conflict", "Jo Park: SCR-2026-007: an aunt")
    office.output("meeting", "decide", meeting, recommended, "screen", "--item", "4", "--file", SCREENING)
    out = str(office.folder / "minutes.docx")
    assert f"to {out}." in office.output("meeting", "minutes", meeting, "--out", out)
    said = word_document_text(out)
    assert "Minutes: Board meeting of 19 January 2026" in said
    assert "4 people were present; 3 make a quorum." in said
    assert "Decide to hold a Serious Case Review" in said
    assert "aunt" not in said
    assert "an aunt" in str(office.document("meeting", "minutes", meeting, "--with-sensitive"))
    office.output("step", meeting, "minute", "--document", f"minutes={out}")
    found = office.document("show", meeting)
    assert (found["state"], found["deadlines"][0]["status"]) == ("minuted", "met")
    assert found["data"]["minute"]["minutes"]["location"] == out


def test_minutes_are_of_a_meeting_that_was_held(office: Office) -> None:
    meeting = called(office)
    assert "one with its attendance recorded" in office.fails(2, "meeting", "minutes", meeting)
    office.output("meeting", "attend", meeting, *THERE)
    shown = office.output("meeting", "minutes", meeting)
    assert [line for line in shown.splitlines() if len(line) > 80] == []
    assert "Decisions: no decisions." in shown
    assert "<h1" in office.output("meeting", "minutes", meeting, "--format", "html")

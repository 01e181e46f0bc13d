"""Opening a case and taking steps: what is printed, who may, what is only tried, what is repeated."""

from __future__ import annotations

import subprocess
import sys

import pytest

from ...support.command_line import MANAGER, PARTNERSHIP_EXAMPLES, Office, example_file, example_record

NOTE = ("note", "--set", "text=x")


def test_refer_prints_the_reference_alone(office: Office) -> None:
    done = office.run("refer", "serious_case_review", "--file", str(example_file("refer")), "--on", "2026-01-05")
    assert done.stdout == "SCR-2026-001\n"
    assert "Due next: Notify Ofsted and the board of the incident, 9 Jan 2026 (overdue)." in done.stderr


def test_a_shell_keeps_the_reference(office: Office) -> None:
    script = 'ref=$("$0" -m casereview.cli refer serious_case_review --file "$1"); echo "[$ref]"'
    done = subprocess.run(
        ["bash", "-c", script, sys.executable, str(example_file("refer"))],
        env=office.environment_variables(),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == "[SCR-2026-001]\n"


def test_references_count_up_by_workflow_and_year_of_opening(office: Office) -> None:
    assert [office.refer(), office.refer("--on", "2025-12-31"), office.refer()] == [
        "SCR-2026-001",
        "SCR-2025-001",
        "SCR-2026-002",
    ]
    smaller = office.output("refer", "partnership_review", "--file", str(example_file("refer", PARTNERSHIP_EXAMPLES)))
    assert smaller == "PR-2026-001\n"


def test_a_refused_opening_uses_up_no_reference(office: Office) -> None:
    office.fails(2, "refer", "serious_case_review", "--set", "title=x")
    assert office.refer() == "SCR-2026-001"


def test_a_step_says_what_was_recorded_and_what_is_due_next(office: Office, ref: str) -> None:
    office.record_steps(ref, "recommend")
    done = office.run("step", ref, "screen", "--file", str(example_file("screen")))
    assert (
        f'{ref}: "Decide to hold a Serious Case Review" is recorded. Stage: referred → screened (version 3).\n'
        in done.stdout
    )
    assert "Warning: The decision is after 29 September 2019" in done.stderr
    assert "Due next: " in done.stderr


def test_a_step_that_keeps_the_state_says_so(office: Office, ref: str) -> None:
    assert "Stage: referred (version 2)." in office.output("step", ref, *NOTE)


def test_a_sentence_is_left_on_one_line_for_whoever_searches_it(office: Office, ref: str) -> None:
    office.record_steps(ref, "recommend", "screen", "agree_terms")
    said = office.output("step", ref, "appoint_reviewer", "--file", str(example_file("appoint_reviewer")))
    assert "Stage: terms of reference → reviewer appointed (version 5).\n" in said


def test_a_step_that_opens_another_case_names_it_and_links_both(office: Office, ref: str) -> None:
    office.record_steps(ref, "recommend")
    limb = {"met": "not_met", "evidence": "Nothing points to it."}
    limbs = ("abuse_or_neglect", "child_died", "seriously_harmed", "concern_about_working_together")
    record = {
        "criteria": dict.fromkeys(limbs, limb),
        "reasons": "Not met.",
        "lessons": "How a family is handed over.",
        "agency": "Agency 1",
        "decided_by": {"name": "Chair of the Board", "capacity": "board_chair"},
    }
    step = ("step", ref, "commission_partnership_review", "--file", office.write("x.json", record))
    dry = office.run(*step, "--dry-run")
    assert "PR-2026-001" not in dry.output
    assert office.document("list", "--workflow", "partnership_review") == []
    assert "Also opened: PR-2026-001." in office.run(*step).stderr
    assert office.document("show", "PR-2026-001")["links"] == [{"relation": "commissioned_by", "ref": ref}]


def test_a_dry_run_judges_and_changes_nothing(office: Office, ref: str) -> None:
    before = office.content()
    said = office.output("step", ref, "recommend", "--file", str(example_file("recommend")), "--dry-run")
    assert '"Make a recommendation to the board chair" would be recorded; nothing was changed' in said
    office.fails(1, "step", ref, "screen", "--file", str(example_file("screen")), "--dry-run")
    office.fails(2, "step", ref, "note", "--dry-run")
    assert office.content() == before


def test_a_dry_opening_prints_no_reference_and_changes_nothing(office: Office, ref: str) -> None:
    before = office.content()
    done = office.run("refer", "serious_case_review", "--file", str(example_file("refer")), "--dry-run")
    assert (done.exit_code, done.stdout) == (0, "")
    assert "The case would be opened as SCR-2026-002; nothing was changed." in done.stderr
    assert "casereview next SCR-2026-002" not in done.stderr
    assert office.content() == before


def test_a_dry_run_in_json_says_that_it_was_one(office: Office, ref: str) -> None:
    case = office.document("step", ref, "recommend", "--file", str(example_file("recommend")), "--dry-run")
    assert (case["version"], case["dry_run"]) == (2, True)
    assert office.document("show", ref)["version"] == 1


# --- the same request again ------------------------------------------------------------------------


def test_the_same_opening_again_prints_the_same_reference(office: Office) -> None:
    assert office.refer("--request-id", "one") == office.refer("--request-id", "one") == "SCR-2026-001"
    assert len(office.document("list")) == 1


def test_the_same_step_again_prints_the_case_as_of_that_step(office: Office, ref: str) -> None:
    office.record_steps(ref, "recommend")
    screen = ("step", ref, "screen", "--file", str(example_file("screen")), "--request-id", "two")
    first = office.document(*screen)
    office.record_steps(ref, "agree_terms")
    before = office.content()
    again = office.document(*screen)
    assert office.content() == before
    assert (again["repeated"], again["state"], again["version"]) == (True, "screened", first["version"])


def test_the_same_step_again_says_that_it_had_been_recorded(office: Office, ref: str) -> None:
    note = ("step", ref, *NOTE, "--request-id", "three")
    office.output(*note)
    office.record_steps(ref, "recommend", "screen")
    done = office.run(*note)
    assert '"Add a note" was already recorded by this request; nothing was changed. Stage then: referred' in done.stdout
    assert "Due next" not in done.stderr


def test_the_same_request_id_for_something_else_is_bad_input(office: Office, ref: str) -> None:
    office.output("step", ref, *NOTE, "--request-id", "four")
    said = office.fails(2, "step", ref, "note", "--set", "text=y", "--request-id", "four")
    assert "was used before" in said


def test_a_refused_request_is_not_remembered(office: Office, ref: str) -> None:
    screen = ("step", ref, "screen", "--file", str(example_file("screen")), "--request-id", "five")
    office.fails(1, *screen)
    office.record_steps(ref, "recommend")
    assert "is recorded" in office.output(*screen)


# --- who ----------------------------------------------------------------------------------------------


def test_the_typist_is_not_the_decider(office: Office, ref: str) -> None:
    office.output("people", "add", "Kim Lee", "--role", "review_coordinator")
    record = office.write("x.json", {k: v for k, v in example_record("recommend").items() if k != "decided_by"})
    decided = ("--decided-by", "Chair", "--capacity", "subgroup_chair", "--evidence", "minutes, item 4")
    office.output("step", ref, "recommend", "--file", record, *decided, "--as", "Kim Lee")
    event = office.document("history", ref)[-1]
    assert event["recorded_by"] == "Kim Lee"
    assert event["decided_by"] == {"name": "Chair", "capacity": "subgroup_chair", "evidence": "minutes, item 4"}


def test_the_only_role_that_can_decide_goes_without_saying(office: Office, ref: str) -> None:
    record = office.write("x.json", {k: v for k, v in example_record("recommend").items() if k != "decided_by"})
    office.output("step", ref, "recommend", "--file", record, "--decided-by", "Chair")
    assert office.document("history", ref)[-1]["decided_by"]["capacity"] == "subgroup_chair"


def test_who_decides_on_the_command_line_wins_over_the_file(office: Office, ref: str) -> None:
    office.output("step", ref, "recommend", "--file", str(example_file("recommend")), "--decided-by", "Deputy Chair")
    assert office.document("history", ref)[-1]["decided_by"]["name"] == "Deputy Chair"


def test_a_manager_decides_what_a_manager_can(office: Office, ref: str) -> None:
    office.output("step", ref, *NOTE)
    event = office.document("history", ref)[-1]
    assert (event["recorded_by"], event["decided_by"]["capacity"]) == (MANAGER, "business_manager")


def test_a_person_s_roles_add_up_and_what_is_known_of_them_stays(office: Office) -> None:
    office.output("people", "add", "Kim Lee", "--role", "referrer", "--agency", "Agency 1", "--email", "k@example.org")
    said = office.output("people", "change", "kim lee", "--role", "board_chair")
    assert "Kim Lee may act as board chair and referrer of Agency 1." in said
    (kim,) = [person for person in office.document("people", "list") if person["name"] == "Kim Lee"]
    board, referrer = {"role": "board_chair", "agency": None}, {"role": "referrer", "agency": "Agency 1"}
    assert (kim["roles"], kim["holdings"]) == (["board_chair", "referrer"], [board, referrer])
    assert kim["email"] == "k@example.org"


def test_a_day_in_the_past_is_the_step_s_day(office: Office, ref: str) -> None:
    office.output("step", ref, *NOTE, "--on", "2026-01-06")
    assert office.document("history", ref)[-1]["occurred_on"] == "2026-01-06"


def test_today_is_a_day_that_has_come(office: Office, ref: str) -> None:
    office.at("2026-01-20T00:00:01Z").output("step", ref, *NOTE, "--on", "2026-01-20")


# --- lists --------------------------------------------------------------------------------------------


@pytest.fixture
def three(office: Office) -> Office:
    """An office with three cases, the second one screened."""
    return office.prepared(_refer_three)


def _refer_three(office: Office) -> None:
    for _ in range(3):
        office.refer("--on", "2026-01-05")
    office.record_steps("SCR-2026-002", "notify_incident", "recommend", "screen")


LISTS = {
    "all": ((), ["001", "002", "003"]),
    "by state": (("--state", "screened"), ["002"]),
    "by workflow": (("--workflow", "partnership_review"), []),
    "by agency": (("--agency", "Agency 2"), ["001", "002", "003"]),
    "of no agency": (("--agency", "Agency 9"), []),
    "overdue": (("--overdue",), ["001", "003"]),
    "the first": (("--limit", "1"), ["001"]),
    "the next": (("--after", "SCR-2026-001", "--limit", "1"), ["002"]),
    "in small letters": (("--after", "scr-2026-002"), ["003"]),
    "by two at once": (("--state", "referred", "--overdue"), ["001", "003"]),
}


@pytest.mark.parametrize(("options", "found"), LISTS.values(), ids=LISTS.keys())
def test_a_list_holds_what_was_asked_for(three: Office, options: tuple[str, ...], found: list[str]) -> None:
    assert [case["ref"][-3:] for case in three.document("list", *options)] == found


def test_an_empty_list_says_why(office: Office) -> None:
    assert "No case yet." in office.output("list")
    assert "No case matches." in office.output("list", "--state", "closed")


def test_a_list_that_may_go_on_says_how(three: Office) -> None:
    assert "--after SCR-2026-002" in three.run("list", "--limit", "2").stderr
    assert "more" not in three.run("list").stderr


def test_what_is_overdue_may_go_on_too(three: Office) -> None:
    assert "There may be more" in three.run("overdue", "--limit", "1").stderr
    assert "more" not in three.run("overdue").stderr


def test_a_second_person_of_the_same_name_is_refused_with_what_to_do(office: Office) -> None:
    add = ("people", "add", "Chris Lee", "--role", "agency_safeguarding_lead")
    office.output(*add, "--agency", "Agency 1", "--email", "chris.lee@agency1.example")
    said = office.fails(2, *add, "--agency", "Agency 2", "--email", "c.lee@agency2.example")
    assert "Chris Lee is on the list already, as agency safeguarding lead of Agency 1." in said
    assert 'casereview people change "Chris Lee" --role agency_safeguarding_lead --agency "Agency 2"' in said
    (chris,) = [person for person in office.document("people", "list") if person["name"] == "Chris Lee"]
    assert chris["holdings"] == [{"role": "agency_safeguarding_lead", "agency": "Agency 1"}]
    assert chris["email"] == "chris.lee@agency1.example"


def test_a_role_given_twice_keeps_both(office: Office) -> None:
    said = office.output("people", "add", "Kim Ash", "--role", "Referrer", "--role", "Board chair")
    assert "Kim Ash may act as board chair and referrer." in said

"""The clock of a computer that is wrong or was wrong, and bank holidays that are counted anew."""

from __future__ import annotations

import json
from typing import Any

from ...support.command_line import Office

FAST = "2031-03-02T10:00:00+00:00"
DECIDED = ("--decided-by", "Chair of the Board", "--capacity", "board_chair", "--evidence", "minutes")


def checks_of(office: Office) -> dict[str, Any]:
    return {check["name"]: check for check in json.loads(office.run("doctor", "--json").stdout)}


def test_a_command_and_the_doctor_name_a_record_ahead_of_the_clock(office: Office, ref: str) -> None:
    assert checks_of(office)["clock"]["passed"]
    office.at(FAST).output("escalate")
    done = office.run("new-date", ref, "recommend", "2026-03-02", "--reasons", "Late papers.", *DECIDED)
    assert done.exit_code == 0, done.output
    assert f"{ref} has an entry recorded on 2 March 2031, which is later than now." in done.stderr
    clock = checks_of(office)["clock"]
    assert not clock["passed"]
    assert f"{ref} (2 March 2031 10:00 UTC)" in clock["found"] or f"{ref} (2031-03-02 10:00 UTC)" in clock["found"]


def test_a_heartbeat_from_the_future_is_unsound(office: Office, ref: str) -> None:
    office.at(FAST).output("worker", "--once", "--name", "desk")
    health = office.run("worker", "--health", "--name", "desk")
    assert health.exit_code == 1
    assert "which is later than now. Check the date of this computer and of the worker's." in health.stdout
    assert "desk was last seen later than now" in checks_of(office)["clock"]["found"]


def test_a_rehearsal_far_beyond_its_last_entry_goes_on_and_says_so(office: Office, ref: str) -> None:
    played = office.at(FAST).run("worker", "--once", "--name", "desk")
    assert played.exit_code == 0
    assert "A rehearsal goes on. Otherwise the worker would wait" in played.stderr
    quiet = office.at(FAST).run("worker", "--once", "--name", "desk", "--clock-is-right")
    assert "A rehearsal goes on" not in quiet.stderr


def test_open_deadlines_are_counted_anew_with_a_reason(office: Office, ref: str) -> None:
    said = office.output("calendar", "recount", "--reasons", "A newer list.")
    assert "Recorded: the open deadlines are counted anew. It changed no due date." in said
    assert json.loads(office.output("escalate", "--json"))["miscounted"] == []

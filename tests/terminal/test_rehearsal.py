"""A rehearsal: whatever it prints for people says so, and only there the present can be given."""

from __future__ import annotations

import pytest

from ..support.command_line import PARTNERSHIP_EXAMPLES, Office, example_file

MARK = "REHEARSAL: this database is for training. Nothing in it is a real record.\n"
PRINTING = {
    "init": ("init",),
    "people add": ("people", "add", "Kim Lee", "--role", "referrer"),
    "people list": ("people", "list"),
    "list": ("list",),
    "list, of nothing": ("list", "--state", "closed"),
    "show": ("show", "SCR-2026-001"),
    "next": ("next", "SCR-2026-001"),
    "history": ("history", "SCR-2026-001"),
    "overdue": ("overdue",),
    "overdue, of nothing": ("overdue", "--at", "2026-01-06"),
    "report deadlines": ("report", "deadlines"),
    "report deadlines, of nothing": ("report", "deadlines", "--agency", "Agency 99"),
    "step": ("step", "SCR-2026-001", "note", "--set", "text=x"),
    "step, dry": ("step", "SCR-2026-001", "note", "--set", "text=x", "--dry-run"),
}


@pytest.mark.usefixtures("ref")
@pytest.mark.parametrize("args", PRINTING.values(), ids=PRINTING.keys())
def test_what_is_printed_for_people_begins_with_the_mark(office: Office, args: tuple[str, ...]) -> None:
    assert office.output(*args).startswith(MARK)


@pytest.mark.parametrize("options", [(), ("--dry-run",)], ids=["done", "dry"])
def test_what_refer_says_beside_the_reference_begins_with_the_mark(office: Office, options: tuple[str, ...]) -> None:
    done = office.run("refer", "serious_case_review", "--file", str(example_file("refer")), *options)
    assert done.stderr.startswith(MARK)


FAILING = {
    "refused": (1, ("step", "SCR-2026-001", "screen", "--file", str(example_file("screen")))),
    "not found": (2, ("show", "SCR-2026-999")),
    "not allowed": (2, ("people", "add", "Kim Lee", "--role", "chair")),
    "moved on": (3, ("step", "SCR-2026-001", "note", "--set", "text=x", "--if-version", "7")),
}


@pytest.mark.usefixtures("ref")
@pytest.mark.parametrize(("code", "args"), FAILING.values(), ids=FAILING.keys())
def test_what_is_refused_or_not_understood_begins_with_the_mark(
    office: Office, code: int, args: tuple[str, ...]
) -> None:
    said = office.fails(code, *args)
    assert said.startswith(MARK)
    assert said.count(MARK) == 1


def test_programs_are_reported_without_the_mark(office: Office, ref: str) -> None:
    done = office.run("show", ref, "--json")
    assert "REHEARSAL" not in done.output


def test_a_real_record_never_bears_the_mark(real: Office) -> None:
    ref = real.refer()
    for args in (("show", ref), ("list",), ("history", ref), ("people", "list")):
        assert "REHEARSAL" not in real.run(*args).output
    assert "REHEARSAL" not in real.fails(2, "show", "SCR-2026-999")


@pytest.mark.parametrize(
    ("now", "opened_on"),
    [
        ("2026-01-20T09:30:00+00:00", "2026-01-20"),
        ("2031-05-05T09:30:00Z", "2031-05-05"),
        ("2026-07-01T23:30:00+00:00", "2026-07-02"),  # past midnight in London
        ("2026-03-01", "2026-03-01"),
    ],
)
def test_the_present_is_the_one_given(office: Office, now: str, opened_on: str) -> None:
    then = office.at(now)
    case = then.document("refer", "partnership_review", "--file", str(example_file("refer", PARTNERSHIP_EXAMPLES)))
    assert case["opened_on"] == opened_on
    assert case["ref"] == f"PR-{opened_on[:4]}-001"


def test_a_present_given_to_a_real_record_is_ignored_and_that_is_said(real: Office) -> None:
    present = real.at("2031-05-05T09:30:00Z")
    done = present.run("refer", "serious_case_review", "--file", str(example_file("refer")))
    assert done.stderr.startswith("CASEREVIEW_NOW is ignored: this is not a rehearsal database.\n")
    assert done.stdout.strip() == real.document("list")[0]["ref"]
    assert "2031" not in done.stdout


NO_PRESENT = {
    "": "a time with its zone",
    "now": "a time with its zone",
    "\udcff": "a time with its zone",
    "2026-01-20T09:30:00": "a time with its zone",
    "2026-02-30": "a day that exists",
    "0001-01-01T00:00:00+14:00": "a year between 1900 and 2199",
    "9999-12-31": "a year between 1900 and 2199",
}


@pytest.mark.parametrize(("now", "expected"), NO_PRESENT.items(), ids=map(repr, NO_PRESENT))
@pytest.mark.parametrize("args", [("list",), ("overdue",)], ids=" ".join)
def test_a_present_that_is_no_instant_is_bad_input(
    office: Office, args: tuple[str, ...], now: str, expected: str
) -> None:
    assert f"CASEREVIEW_NOW: expected {expected}" in office.at(now).fails(2, *args)


def test_what_is_overdue_follows_the_present(office: Office, ref: str) -> None:
    assert "Nothing is overdue." in office.at("2026-01-09T12:00:00Z").output("overdue")
    assert ref in office.at("2026-01-10T00:00:00Z").output("overdue")


def test_what_is_overdue_can_be_asked_of_another_day(office: Office, ref: str) -> None:
    assert "Nothing is overdue." in office.output("overdue", "--at", "2026-01-09")
    assert ref in office.output("overdue", "--at", "2026-01-10T00:00:00+00:00")

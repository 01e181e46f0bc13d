"""The unit's own record says in words what each step is about."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from casereview.engine.definition.unit.workflow import STEPS
from casereview.engine.forms.fields import Form, fields_of

from ...support.command_line import MANAGER, Office
from ...support.screen_words import identifiers_in

WIDE = {"COLUMNS": "400"}


@pytest.fixture(scope="module")
def kept(databases: Path, tmp_path_factory: pytest.TempPathFactory) -> Office:
    """An office with a step of each kind in its own record."""
    folder = tmp_path_factory.mktemp("kept")
    shutil.copy(databases / "rehearsal.db", folder / "casereview.db")
    office = Office(folder=folder, now="2026-01-20T09:30:00+00:00")
    office.output("people", "add", "Kim Cole", "--role", "subgroup_chair")
    office.output(
        *("people", "add", "Ana Roe", "--role", "agency_author", "--agency", "Agency 1", "--account", "ana"),
        *("--notify", "json://u:secret@example.org"),
    )
    office.output("people", "change", "Ana Roe", "--role", "agency_safeguarding_lead", "--agency", "Agency 1")
    office.output("people", "away", "Kim Cole", "--from", "2026-01-20", "--to", "2026-02-04", "--deputy", "Ana Roe")
    office.output("people", "back", "Kim Cole", "--on", "2026-02-02")
    office.output("people", "remove", "Ana Roe", "--role", "agency_author")
    office.output("organisations", "add", "Agency 2", "--alias", "Second")
    office.output("organisations", "change", "Agency 2", "--alias", "Two")
    office.output("organisations", "remove", "Agency 2")
    office.output("calendar", "use", "northern-ireland", "--reasons", "We moved.")
    office.output("calendar", "add", "2026-12-30", "--reasons", "Stocktaking.")
    office.output(
        *("terms", "set", "serious_case_review", "decide", "--term", "15 working days", "--from", "2026-07-01"),
        *("--level", "subgroup_chair=12", "--reasons", "As agreed."),
    )
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("casereview.cli._machine_account", lambda: "sreed2")
        office.output("people", "recover", MANAGER, "--reasons", "A new laptop.")
        # Back at the former account, from which the tests of this module go on.
        patched.undo()
        office.output("people", "recover", "Root", "--reasons", "A test.")
    return office


def text_of(office: Office, *args: str) -> str:
    return office.run(*args, **WIDE).output


@pytest.mark.parametrize("read", ["show", "history"])
def test_no_code_and_no_id_is_shown(kept: Office, read: str) -> None:
    assert {step[0] for step in STEPS} <= {event["trigger"] for event in kept.document("history", "UNIT")}
    text = text_of(kept, read, "UNIT")
    assert identifiers_in(text) == []
    assert not re.search(r"[0-9a-f]{16}|compressed|characters|SHA", text)


def test_the_history_says_whom_and_what(kept: Office) -> None:
    lines = text_of(kept, "history", "UNIT").splitlines()
    history = " ".join(" ".join(line[18:42].strip() for line in lines).split())
    for words in (
        "Add a person: Kim Cole",
        "Add a person: Ana Roe",
        "agency author of Agency 1",
        "Change a person: Ana Roe",
        "Record an absence: Kim Cole",
        "from 20 Jan 2026 to 4 Feb 2026",
        "Ana Roe gets their messages",
        "End an absence: Kim Cole",
        "back on 2 Feb 2026",
        "Remove a person or their roles: Ana Roe",
        "no longer agency author of Agency 1",
        "still agency safeguarding lead of Agency 1",
        "Add an organisation: Agency 2",
        "also known as Second",
        "Set a working day: 30 Dec 2026",
        "Set a term: Decide whether to hold a review",
        "subgroup chair: 12 working days after the due date",
        "Register a version of a workflow: Meeting, version 1",
    ):
        assert words in history, words


def test_it_shows_roles_and_deadlines_by_their_titles(kept: Office) -> None:
    shown = " ".join(text_of(kept, "show", "UNIT").split())
    for words in (
        "Role agency author Organisation Agency 1",
        "Workflow Serious Case Review Deadline Decide whether to hold a review",
        "Level subgroup chair",
        "Address for messages json://u:secret@example.org",
    ):
        assert words in shown, words


def test_a_document_keeps_every_value(kept: Office) -> None:
    data = kept.document("show", "UNIT")["data"]
    assert data["remove_person"]["lost"] == [{"role": "agency_author", "organisation": "Agency 1"}]
    assert len(data["add_person"]["person"]) == 16
    assert data["register_definition"]["content"]


def test_a_code_of_the_unit_s_forms_has_a_title_or_is_left_out() -> None:
    forms: list[type[Form]] = [form for _, _, form in STEPS]
    for form in forms:
        for field in fields_of(form):
            inner = field.item_type
            forms += [inner] if isinstance(inner, type) and issubclass(inner, Form) and inner not in forms else []
            is_code = any((meta.extra or {}).get("code") for meta in field.meta)
            assert not is_code or field.part or field.for_programs, f"{form.__name__}.{field.name}"

"""Handing over at the command line: a person's open work, or a whole review, as one document."""

from __future__ import annotations

from ....support.command_line import MANAGER, STEPS_TO_REPORT, Office, word_document_text


def test_a_person_s_open_work_is_one_word_document(office: Office, ref: str) -> None:
    out = str(office.folder / "handover.docx")
    office.output("meeting", "call", "board", "--on", "2026-02-03", "--chair", MANAGER)
    assert f"Wrote Handover: {MANAGER} to {out}." in office.output("handover", MANAGER, "--out", out)
    said = word_document_text(out)
    assert "REHEARSAL" in said
    assert "Notify Ofsted and the board of the incident" in said
    assert ref in said
    assert "M-2026-001" in said


def test_a_whole_review_is_one_document_without_anything_sensitive(office: Office, ref: str) -> None:
    office.record_steps(ref, *STEPS_TO_REPORT)
    office.output("note", f"{ref}/E01", "The aunt rang.", "--with", "Relative 1")
    out = str(office.folder / "review.docx")
    office.output("handover", "scr 2026 1", "--out", out)
    said = word_document_text(out)
    assert f"{ref}/PUB01" in said
    assert "An invented account" not in said
    assert "aunt" not in said
    office.output("handover", ref, "--out", out, "--with-sensitive")
    assert "The aunt rang." in word_document_text(out)
    assert "Relative 1" in word_document_text(out)


def test_it_is_shown_within_80_columns_and_said_to_programs(office: Office, ref: str) -> None:
    for what in (MANAGER, ref):
        shown = office.output("handover", what)
        assert [line for line in shown.splitlines() if len(line) > 80] == []
        assert office.document("handover", what)["title"].startswith("Handover: ")
    assert "<table" in office.output("handover", ref, "--format", "html")


def test_who_is_nobody_and_what_is_no_review_is_said(office: Office) -> None:
    assert "a person who may act, or a review's reference" in office.fails(2, "handover", "Bob")
    assert "SCR-2026-009" in office.fails(2, "handover", "SCR-2026-009")
    said = office.fails(2, "handover", MANAGER, "--with-sensitive")
    assert "--with-sensitive: expected a review's reference with it, found a person." in said

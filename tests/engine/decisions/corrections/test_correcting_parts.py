"""Correct who decided an event, the parts of an imported case, suspensions and new dates; what follows is recorded."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from casereview.engine.definition.relations import LinkFields
from casereview.engine.errors.bad_input import BadValue, InvalidForm
from casereview.engine.errors.refusals import Refused
from casereview.engine.errors.unknown import UnknownDeadline, UnknownRole, UnknownState
from casereview.engine.forms.digests import with_stored_values
from casereview.engine.model.case import Link
from casereview.engine.model.clock import ClockStatus
from casereview.engine.model.corrections import as_corrected
from casereview.engine.model.people import DecidedBy

from ....support.imported_loans import APPROVED, BACK, LENT, import_loan, snapshot_step
from ....support.loan_story import LoanStory
from ....support.loan_workflow import ESCALATED_LOAN, LOAN, TRANSITIONS, Asking, Naming, loan, step_to

MONDAY = date(2026, 1, 5)
FRIDAY = date(2026, 1, 9)
AT = date(2026, 2, 2)

# --- who decided ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "decider"),
    [
        ({"decider": "Keeper 2"}, DecidedBy(name="Keeper 2", capacity="keeper")),
        ({"evidence": "minutes"}, DecidedBy(name="Keeper 1", capacity="keeper", evidence="minutes")),
        (
            {"decider": "Keeper 2", "capacity": "keeper", "evidence": "minutes"},
            DecidedBy(name="Keeper 2", capacity="keeper", evidence="minutes"),
        ),
    ],
    ids=str,
)
def test_who_decided_is_corrected(changes: dict[str, str], decider: DecidedBy) -> None:
    story = LoanStory.opened(MONDAY).step("inspect", FRIDAY)
    before = story.case
    after = story.correct(2, at=AT, **changes).case
    assert as_corrected(story.events)[1].decided_by == decider
    assert (after.clocks, after.data) == (before.clocks, before.data)


def test_evidence_that_there_is_not_is_taken_out() -> None:
    story = LoanStory.opened(MONDAY).step("inspect", FRIDAY)
    story.correct(2, at=AT, evidence="minutes")
    story.correct(2, at=AT, evidence="")
    assert as_corrected(story.events)[1].decided_by == DecidedBy(name="Keeper 1", capacity="keeper")


def test_a_capacity_that_may_not_decide_the_step_is_refused() -> None:
    story = LoanStory.opened(MONDAY).step("inspect", FRIDAY)
    with pytest.raises(Refused, match="Only the keeper can decide this, not the reader"):
        story.correct(2, at=AT, capacity="reader")
    with pytest.raises(UnknownRole):
        story.correct(2, at=AT, capacity="beekeeper")
    with pytest.raises(BadValue, match="who decided: expected someone or something else"):
        story.correct(2, at=AT, decider="Keeper 1")


@pytest.mark.parametrize("seq", [2, 3, 4])
def test_deadlines_are_suspended_and_moved_by_those_who_may(seq: int) -> None:
    story = LoanStory.opened(MONDAY).suspend(FRIDAY, "decide").resume(FRIDAY)
    story.agree("decide", date(2026, 3, 2), FRIDAY)
    with pytest.raises(Refused, match="Only the keeper can decide this, not the reader"):
        story.correct(seq, at=AT, capacity="reader")


# --- suspensions and new dates --------------------------------------------------------------------------


def test_the_words_and_the_review_of_a_suspension_are_corrected() -> None:
    story = LoanStory.opened(MONDAY).suspend(FRIDAY, "decide")
    case = story.correct(2, at=AT, data={"proceeding": "The trial", "review_by": "2026-06-01"}).case
    (suspension,) = case.suspensions
    assert (suspension.proceeding, suspension.consulted, suspension.review_by) == (
        "The trial",
        "The auditor",
        date(2026, 6, 1),
    )
    assert story.clock("review_suspension").due == date(2026, 6, 1)


def test_the_suspended_deadlines_are_corrected() -> None:
    story = LoanStory.opened(MONDAY).suspend(FRIDAY, "decide")
    story.correct(2, at=AT, data={"deadlines": ["whole"]})
    assert story.clock("decide").status is ClockStatus.RUNNING
    assert story.clock("whole").status is ClockStatus.SUSPENDED
    story.correct(2, at=AT, data={"deadlines": []})
    assert story.clock("decide").status is ClockStatus.SUSPENDED
    with pytest.raises(UnknownDeadline):
        story.correct(2, at=AT, data={"deadlines": ["harvest"]})


def test_the_reasons_of_a_resumption_are_corrected_in_words() -> None:
    story = LoanStory.opened(MONDAY).suspend(FRIDAY, "decide").resume(date(2026, 1, 12))
    before = story.case.clocks
    story.correct(3, at=AT, data={"reasons": "The audit is over."})
    assert as_corrected(story.events)[2].data["reasons"] == "The audit is over."
    assert story.case.clocks == before


def test_an_agreed_date_is_corrected() -> None:
    story = LoanStory.opened(MONDAY).agree("decide", date(2026, 3, 2), FRIDAY)
    story.correct(2, at=AT, data={"to": "2026-03-03"})
    assert (story.clock("decide").due, story.clock("decide").has_agreed_date) == (date(2026, 3, 3), True)
    with pytest.raises(InvalidForm, match="colour"):
        story.correct(2, at=AT, data={"colour": "red"})


def test_the_agreed_review_of_a_suspension_is_corrected() -> None:
    story = LoanStory.opened(MONDAY).suspend(FRIDAY, "decide")
    story.agree("review_suspension", date(2026, 5, 1), FRIDAY)
    case = story.correct(3, at=AT, data={"to": "2026-05-04"}).case
    assert case.suspensions[0].review_by == date(2026, 5, 4)


def test_a_date_agreed_for_a_step_that_was_done_before_does_not_count() -> None:
    story = LoanStory.opened(MONDAY).agree("inspect", date(2026, 1, 20), FRIDAY).step("inspect", date(2026, 1, 15))
    story.correct(3, at=AT, on=date(2026, 1, 6))
    assert (story.clock("inspect").due, story.clock("inspect").done_on) == (date(2026, 1, 12), date(2026, 1, 6))


# --- organisations, titles, links and records -----------------------------------------------------------


def test_a_wrong_organisation_that_is_corrected_leaves_the_case() -> None:
    story = LoanStory.opened(MONDAY, others=["Library 3"])
    case = story.correct(1, at=AT, data={"library": "Library 2"}).case
    assert case.organisations == ("Library 2", "Library 3")


def test_an_organisation_that_another_step_names_stays() -> None:
    story = LoanStory.opened(MONDAY).step("inspect", FRIDAY).step("approve", FRIDAY)
    story.step("lend", FRIDAY, partner="Library 1")
    assert story.correct(1, at=AT, data={"library": "Library 2"}).case.organisations == ("Library 1", "Library 2")


LEAVING = step_to("leave", ("asked",), None, Naming, removes_organisations=("courier",))
NAMING = step_to(
    "link", ("asked",), None, Asking, title_field="title", link_fields=LinkFields(ref="library", relation="title")
)
PLAIN = loan(transitions=(*TRANSITIONS, LEAVING, NAMING))


def test_an_organisation_that_left_by_mistake_is_back() -> None:
    story = LoanStory.opened(MONDAY, workflow=PLAIN, others=["Library 2"])
    story.step("leave", FRIDAY, courier="Library 1")
    assert story.case.organisations == ("Library 2",)
    case = story.correct(2, at=AT, data={"courier": "Library 2"}).case
    assert case.organisations == ("Library 1",)
    copy = story.events[-1].data["restated"][0]
    assert (copy["event"], copy["record"]["library"]) == (1, "Library 1")


def test_a_corrected_link_replaces_the_wrong_one() -> None:
    story = LoanStory.opened(MONDAY, workflow=PLAIN).step("link", FRIDAY, title="twin", library="LN-2026-009")
    story.step("link", FRIDAY, title="copy", library="LN-2026-010")
    case = story.correct(2, at=AT, data={"library": "LN-2026-008"}).case
    assert set(case.links) == {Link(relation="twin", ref="LN-2026-008"), Link(relation="copy", ref="LN-2026-010")}
    case = story.correct(2, at=AT, data={"title": "pair"}).case
    assert set(case.links) == {Link(relation="pair", ref="LN-2026-008"), Link(relation="copy", ref="LN-2026-010")}


def test_the_record_that_counts_follows_the_corrected_days() -> None:
    story = LoanStory.opened(MONDAY, workflow=PLAIN)
    story.step("link", date(2026, 1, 6), title="first", library="L 1").step(
        "link", FRIDAY, title="second", library="L 1", reader="Reader 2"
    )
    case = story.correct(2, at=AT, on=date(2026, 1, 12)).case
    assert (case.title, case.data["link"]["title"]) == ("first", "first")
    case = story.correct(2, at=AT, on=date(2026, 1, 7)).case
    assert (case.title, case.data["link"]["title"]) == ("second", "second")
    shown = with_stored_values(case.data["link"], story.values)
    assert shown["reader"] == "Reader 2"


def test_a_title_that_no_record_gives_any_more_is_the_workflows() -> None:
    untitled = loan(opening=step_to("ask", (), "asked", Asking, roles=("reader",)), transitions=(*TRANSITIONS, NAMING))
    story = LoanStory.opened(MONDAY, workflow=untitled).step("link", FRIDAY, title="first", library="L 1")
    story.correct(2, at=AT, data={"title": "other"})
    assert story.case.title == "other"


# --- the target of a step -------------------------------------------------------------------------------


def test_a_corrected_choice_of_the_next_stage_moves_the_case() -> None:
    story = LoanStory.opened(MONDAY).step("inspect", FRIDAY).step("approve", FRIDAY).step("lend", FRIDAY)
    story.step("give_back", FRIDAY).step("take_up", FRIDAY, return_to="asked")
    case = story.correct(6, at=AT, data={"return_to": "approved"}).case
    assert (case.state, story.events[-1].from_state, story.events[-1].to_state) == ("approved", "asked", "approved")


def test_a_choice_that_makes_a_later_step_impossible_is_refused() -> None:
    story = LoanStory.opened(MONDAY).step("refuse", FRIDAY).step("take_up", FRIDAY, return_to="asked")
    story.step("refuse", FRIDAY)
    with pytest.raises(Refused, match=r'"refuse" \(event 4\) would not have been possible.*"approved"'):
        story.correct(3, at=AT, data={"return_to": "approved"})


# --- imported cases -------------------------------------------------------------------------------------


def imported(state: str = "returned", *steps: Any, **more: Any) -> LoanStory:
    story = LoanStory(workflow=LOAN)
    story.tell(import_loan(state, *(steps or (APPROVED, LENT, BACK)), **more))
    return story


def test_a_field_of_an_imported_step_is_corrected() -> None:
    story = imported()
    case = story.correct(1, step=1, at=AT, data={"title": "A map", "library": "Library 2"}).case
    assert (case.title, case.organisations) == ("A map", ("Library 2",))
    assert case.data["ask"] == {"title": "A map", "library": "Library 2"}
    case = story.correct(1, step=3, at=AT, data={"kind": "display"}).case
    assert case.data["lend"] == {"kind": "display"}
    assert {clock.deadline for clock in case.clocks} == {"inspect", "decide", "give_back", "report", "display"}


def test_an_unknown_field_of_an_import_is_refused_with_those_that_exist() -> None:
    with pytest.raises(InvalidForm, match="nonsense: expected one of the fields Thing"):
        imported().correct(1, step=1, at=AT, data={"nonsense": "42"})
    with pytest.raises(InvalidForm, match=r"nonsense: expected one of the fields .*former_reference"):
        imported().correct(1, at=AT, data={"nonsense": "42"})


def test_the_day_of_an_imported_step_is_corrected() -> None:
    story = imported("lent", APPROVED, LENT)
    case = story.correct(1, step=1, at=AT, on=date(2024, 1, 3)).case
    assert case.opened_on == date(2024, 1, 3)
    story.correct(1, step=3, at=AT, on=date(2024, 2, 14))
    assert story.clock("give_back").due == date(2024, 3, 14)
    with pytest.raises(Refused, match=r'"lend" \(event 1.3\) happened on 14 February 2024'):
        story.correct(1, step=2, at=AT, on=date(2024, 2, 15))


def test_the_names_the_stage_and_its_day_of_an_import_are_corrected() -> None:
    story = imported("lent", APPROVED, since=date(2024, 2, 20), title="A globe of 1799", organisations=("Library 9",))
    data = {"title": "A map", "organisations": ["Library 8"], "former_reference": "B 7", "since": "2024-02-21"}
    case = story.correct(1, at=AT, data=data).case
    assert (case.title, case.organisations, case.last_step_on) == ("A map", ("Library 8",), date(2024, 2, 21))
    assert as_corrected(story.events)[0].data["former_reference"] == "B 7"
    case = story.correct(1, at=AT, data={"state": "approved"}).case
    assert (case.state, "lend" in case.data) == ("approved", False)
    with pytest.raises(UnknownState):
        story.correct(1, at=AT, data={"state": "burnt"})
    with pytest.raises(Refused, match=r"event 1\) would not have been possible"):
        imported("returned").correct(1, at=AT, data={"state": "asked"})


def test_the_source_of_an_import_is_corrected_as_evidence() -> None:
    story = imported()
    story.correct(1, at=AT, evidence="loans.xlsx, row 8")
    decider = as_corrected(story.events)[0].decided_by
    assert decider is not None
    assert decider.evidence == "loans.xlsx, row 8"


@pytest.mark.parametrize("step", [0, 5])
def test_a_step_that_the_import_does_not_know_cannot_be_corrected(step: int) -> None:
    with pytest.raises(BadValue, match="the step: expected a number from 1 to 4"):
        imported().correct(1, step=step, at=AT, data={"title": "A map"})


def test_only_an_imported_case_has_numbered_steps() -> None:
    with pytest.raises(BadValue, match="only an imported case has several steps"):
        LoanStory.opened(MONDAY).correct(1, step=1, at=AT, data={"title": "A map"})


def test_an_import_has_no_day_and_its_steps_no_decider_of_their_own() -> None:
    with pytest.raises(BadValue, match="the day: expected the number of the step whose day was wrong"):
        imported().correct(1, at=AT, on=date(2024, 1, 3))
    with pytest.raises(BadValue, match="who decided: expected none for a step of an imported case"):
        imported().correct(1, step=2, at=AT, decider="Keeper 2")


def test_a_later_step_of_an_imported_case_is_corrected_too() -> None:
    story = imported("lent", APPROVED, LENT)
    story.step("renew", date(2024, 3, 5)).step("give_back", date(2024, 3, 20))
    assert story.correct(story.seq("give_back"), at=AT, on=date(2024, 3, 21)).case.closed_on == date(2024, 3, 21)


def test_a_record_that_an_import_stated_twice_counts_by_its_day() -> None:
    story = imported("lent", APPROVED, LENT, snapshot_step("renew", 3, 1, kind="home"), workflow=ESCALATED_LOAN)
    story.workflow = ESCALATED_LOAN
    story.step("renew", date(2024, 3, 5), kind="display")
    case = story.correct(story.seq("renew"), at=AT, on=date(2024, 2, 20)).case
    assert case.data["renew"] == {}


def test_the_title_that_an_import_states_may_count_again() -> None:
    story = imported("lent", APPROVED, LENT, title="A globe of 1799")
    story.step("rename", date(2024, 3, 5))
    assert story.case.title == "A terrestrial globe"
    case = story.correct(story.seq("rename"), at=AT, on=date(2024, 2, 1)).case
    assert case.title == "A globe of 1799"
    assert story.events[-1].data["restated"] == [{"event": 1, "record": {"title": "A globe of 1799"}}]


def test_the_review_of_the_second_suspension_is_corrected() -> None:
    story = LoanStory.opened(MONDAY).suspend(FRIDAY, "decide").suspend(FRIDAY, "whole", proceeding="The trial")
    story.agree("review_suspension", date(2026, 5, 1), FRIDAY)
    moved = next(one.number for one in story.case.suspensions if one.review_by == date(2026, 5, 1))
    case = story.correct(4, at=AT, data={"to": "2026-05-04"}).case
    assert [one.number for one in case.suspensions if one.review_by == date(2026, 5, 4)] == [moved]


def test_a_case_that_came_to_its_stage_by_unknown_steps_is_corrected() -> None:
    story = LoanStory(workflow=LOAN)
    story.tell(import_loan("lent"))
    case = story.correct(1, step=1, at=AT, data={"title": "A map"}).case
    assert (case.state, case.been_in, case.title) == ("lent", ("asked", "approved", "lent"), "A map")

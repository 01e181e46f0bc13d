"""An event's effects name the place of each word that a person typed, and the case has the words."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime

import msgspec
import pytest

from casereview.engine.deadlines.overrides import CalendarChange, CalendarOverride, DayKind, Overrides
from casereview.engine.decisions.context import Decision
from casereview.engine.decisions.correction import decide_correction
from casereview.engine.decisions.rescheduling import decide_recalculation
from casereview.engine.definition.workflow import Workflow
from casereview.engine.forms.path_text import value_at_path
from casereview.engine.model.case import Case, Effects, Event, Link, LinkPath, Precision
from casereview.engine.model.clock import LevelReached, SuspensionChange
from casereview.engine.model.effects import without_words
from casereview.engine.model.evolve import evolve, fold
from casereview.engine.model.people import SYSTEM, Cause, DecidedBy

from ...support.changed_copies import replace
from ...support.imported_loans import import_loan, snapshot_step
from ...support.loan_decisions import (
    COMMAND_ID,
    apply_step,
    clock,
    correction_of,
    decision_context,
    evening_of,
    move_due_date,
    open_loan,
    resume_loan,
    suspend_loan,
    sweep_case,
)
from ...support.loan_organisations import CHANGING, Leaving
from ...support.loan_workflow import ALL_STATES, ESCALATED_LOAN, LIBRARIAN_1, RECORDS_BY_STEP, loan, step_to

SET = step_to("name_all", ALL_STATES, None, Leaving, adds_organisations=("left", "joins"), sets_organisations=True)
WORKFLOW: Workflow = loan(
    roles=ESCALATED_LOAN.roles,
    transitions=(*ESCALATED_LOAN.transitions, *CHANGING, SET),
    deadlines=ESCALATED_LOAN.deadlines,
    escalation_policy=ESCALATED_LOAN.escalation_policy,
    may_reschedule=ESCALATED_LOAN.may_reschedule,
    may_suspend=ESCALATED_LOAN.may_suspend,
    holders=ESCALATED_LOAN.holders,
)
DAY = date(2026, 1, 6)
HOLIDAY = CalendarOverride(
    day=date(2026, 1, 9),
    counts_as=DayKind.CLOSED,
    reasons="A day of mourning.",
    recorded_by="Librarian 1",
    recorded_at=evening_of(DAY),
)


def step(trigger: str, **data: object) -> Decision:
    return apply_step(OPENED.case, trigger, DAY, workflow=WORKFLOW, **data)


def corrected(decisions: Iterable[Decision], seq: int, **data: object) -> Decision:
    history = [event for decision in decisions for event in decision.events]
    case = fold(history)
    assert case is not None
    return decide_correction(
        WORKFLOW,
        case,
        correction_of(case.ref, seq, **data),
        decision_context(evening_of(date(2026, 3, 2))),
        history=history,
        stored_values={},
    )


def recalculated(case: Case) -> Decision:
    local = Overrides(days=(HOLIDAY,))
    rules = decision_context(evening_of(DAY), local).rules(WORKFLOW)
    cause = Cause(command_id="another command", recorder=LIBRARIAN_1.recorder)
    decision, _ = decide_recalculation(
        rules, case, CalendarChange(day=HOLIDAY, reasons=HOLIDAY.reasons), cause, evening_of(DAY)
    )
    assert decision is not None
    return decision


def swept(case: Case, day: date) -> Decision:
    decision = sweep_case(case, datetime(day.year, day.month, day.day, tzinfo=UTC), workflow=WORKFLOW).decision
    assert decision is not None
    return decision


OPENED = open_loan(workflow=WORKFLOW, others=["Library 2", "Library 3"], wanted_on="2026-03-02")
CHASED = swept(OPENED.case, date(2026, 1, 27))
SUSPENDED = suspend_loan(CHASED.case, date(2026, 1, 28), workflow=WORKFLOW)
REVIEWED = move_due_date(
    SUSPENDED.case,
    "review_suspension",
    date(2026, 6, 1),
    now=evening_of(date(2026, 1, 29)),
    reasons="The auditor is ill.",
    workflow=WORKFLOW,
)
RESUMED = resume_loan(REVIEWED.case, date(2026, 3, 2), workflow=WORKFLOW)
MOVED = move_due_date(RESUMED.case, "decide", date(2026, 8, 3), now=evening_of(date(2026, 3, 3)), workflow=WORKFLOW)
HISTORIES = {
    "an opening": (OPENED,),
    "an escalation": (OPENED, CHASED),
    "a suspension": (OPENED, CHASED, SUSPENDED),
    "a new date for its review": (OPENED, CHASED, SUSPENDED, REVIEWED),
    "a resumption": (OPENED, CHASED, SUSPENDED, REVIEWED, RESUMED),
    "a new date": (OPENED, CHASED, SUSPENDED, REVIEWED, RESUMED, MOVED),
    "a recalculation": (OPENED, recalculated(OPENED.case)),
    "a correction of a title": (OPENED, corrected((OPENED,), 1, title="A map")),
    "a correction of a start": (OPENED, corrected((OPENED,), 1, wanted_on="2026-05-04")),
    "a correction after new dates": (
        OPENED,
        swept(OPENED.case, date(2026, 1, 13)),
        corrected((OPENED, swept(OPENED.case, date(2026, 1, 13))), 1, wanted_on="2026-05-04"),
    ),
    "a title": (OPENED, step("rename", title="A terrestrial globe")),
    "an organisation that joins": (OPENED, step("leave", joins="Library 0")),
    "an organisation that leaves": (OPENED, step("leave", left=["Library 2"])),
    "all organisations": (OPENED, step("name_all", left=["Library 9", "Library 2"], joins="Library 0")),
    "a link": (OPENED, step("connect", relation="Claim beside it", ref="Insurer 4711")),
    "an import": (
        import_loan(
            "lent",
            snapshot_step("connect", 1, 9, relation="Claim beside it", ref="Insurer 4711"),
            snapshot_step("leave", 1, 10, left=["Library 5"], joins="Library 6"),
            snapshot_step("rename", 1, 11, title="A terrestrial globe", library="Library 4"),
            workflow=WORKFLOW,
            former_reference="G/7",
            organisations=("Library 5", "Library 7"),
            data={"title": "A globe", "library": "Library 5", "reader": "Reader 2"},
        ),
    ),
    "an import with a title": (
        import_loan("lent", workflow=WORKFLOW, title="The globe", data={"title": "A globe", "library": "Library 5"}),
    ),
    "what happens with a step": (OPENED, apply_step(OPENED.case, "inspect", date(2026, 3, 3), workflow=WORKFLOW)),
}
EACH = pytest.mark.parametrize("decisions", HISTORIES.values(), ids=HISTORIES)


def words_of(event: Event, before: Case | None) -> set[str]:
    """Return what people typed, in an event or before it."""
    words = {str(value_at_path(event.data, path)) for path in event.typed}
    words |= {msgspec.json.decode(value.value) for value in event.stored_values}
    words |= {event.recorder.name} - {SYSTEM.name}
    if event.decided_by is not None:
        words |= {event.decided_by.name, event.decided_by.evidence or event.decided_by.name}
    if before is not None:
        words |= {before.title, *before.organisations, *(link.ref for link in before.links)}
        words |= {word for one in before.suspensions for word in (one.proceeding, one.consulted, one.reasons)}
        words |= {one.reasons for clock in before.clocks for one in clock.revisions}
        words |= {one.agreed_by for clock in before.clocks for one in clock.revisions if one.agreed_by}
        words |= {name for clock in before.clocks for level in clock.reached for name in level.recipients}
    return words


@EACH
def test_an_effect_repeats_no_word(decisions: tuple[Decision, ...]) -> None:
    case: Case | None = None
    for event in (event for decision in decisions for event in decision.events):
        text = msgspec.json.encode(replace(event.effects, warnings=())).decode()
        assert [word for word in words_of(event, case) if word in text] == []
        case = evolve(case, event)


@EACH
def test_folding_gives_the_case_of_the_decision(decisions: tuple[Decision, ...]) -> None:
    assert fold(event for decision in decisions for event in decision.events) == decisions[-1].case


@EACH
def test_all_events_of_a_decision_have_its_command_id(decisions: tuple[Decision, ...]) -> None:
    for decision in decisions:
        assert len({event.command_id for event in decision.events}) == 1
    causes = {decision.events[-1].command_id for decision in decisions}
    assert causes <= {COMMAND_ID, "another command"}


# --- the words in the case ------------------------------------------------------------------------------


def test_a_case_has_the_words_of_its_suspensions() -> None:
    (suspended,) = SUSPENDED.events[-1].effects.suspensions
    assert suspended == SuspensionChange(number=1, since=date(2026, 1, 28), review_by=date(2026, 4, 28))
    (lifted,) = RESUMED.events[-1].effects.suspensions
    assert lifted == replace(suspended, review_by=date(2026, 6, 1), until=date(2026, 3, 2))
    for decision, change in ((SUSPENDED, suspended), (RESUMED, lifted)):
        (one,) = decision.case.suspensions
        assert one.change == change
        assert (one.proceeding, one.consulted, one.reasons) == ("The audit", "The auditor", "The shelves are sealed.")


def test_a_second_suspension_leaves_the_words_of_the_first() -> None:
    both = suspend_loan(SUSPENDED.case, date(2026, 2, 2), proceeding="The move", workflow=WORKFLOW)
    assert [change.number for change in both.events[-1].effects.suspensions] == [2]
    assert [one.proceeding for one in both.case.suspensions] == ["The audit", "The move"]


def test_a_case_has_the_reasons_of_each_revision_and_who_agreed_it() -> None:
    assert [(one.reasons, one.agreed_by, one.capacity) for one in clock(MOVED.case, "decide").revisions] == [
        ("The seals are off.", "Keeper 1", "keeper"),
        ("A second van.", "Keeper 1", "keeper"),
    ]
    in_effects = [one for one in MOVED.events[-1].effects.clocks if one.deadline == "decide"]
    assert {(one.reasons, one.agreed_by) for changed in in_effects for one in changed.revisions} == {("", None)}


def test_a_revision_that_needs_no_agreement_has_no_approver() -> None:
    case = HISTORIES["a recalculation"][-1].case
    (revision,) = clock(case, "inspect").revisions
    assert (revision.reasons, revision.agreed_by) == ("A day of mourning.", None)
    corrected_case = HISTORIES["a correction of a start"][-1].case
    (revision,) = clock(corrected_case, "prepare").revisions
    assert (revision.reasons, revision.agreed_by) == ("The letter says so.", None)


def test_a_case_has_the_people_whom_each_level_notified() -> None:
    reached = {one.level: one.recipients for one in clock(CHASED.case, "inspect").reached}
    assert reached == {"reminder": (), "owner": ("Librarian 1",), "branch": (), "keeper": ("Keeper 1",)}
    in_effects = {one for event in CHASED.events for changed in event.effects.clocks for one in changed.reached}
    assert {one.recipients for one in in_effects} == {()}


def test_an_import_refers_to_the_words_of_its_steps() -> None:
    (imported,) = HISTORIES["an import"]
    effects = imported.events[0].effects
    assert effects.title_at == "steps[3].record.title"
    assert effects.organisations == ("organisations[0]", "steps[2].record.joins", "organisations[1]")
    assert effects.linked_at == (LinkPath(ref_at="steps[1].record.ref", relation_at="steps[1].record.relation"),)
    assert imported.case.title == "A terrestrial globe"
    assert imported.case.links == (Link(relation="Claim beside it", ref="Insurer 4711"),)


def test_an_imported_link_without_its_relation_is_related() -> None:
    decision = import_loan("asked", snapshot_step("connect", 1, 9, ref="Insurer 4711"), workflow=WORKFLOW)
    (event,) = decision.events
    assert event.effects.linked_at == (LinkPath(ref_at="steps[1].record.ref", relation_at=None),)
    assert decision.case.links == (Link(relation="related", ref="Insurer 4711"),)


def test_a_title_from_the_definition_is_in_the_effects() -> None:
    decision = import_loan("asked", workflow=WORKFLOW, data={})
    assert (decision.events[0].effects.title, decision.events[0].effects.title_at) == ("Loan", None)
    assert decision.case.title == "Loan"


def test_clocks_without_words_stay_as_they_are() -> None:
    clocks = OPENED.case.clocks
    assert all(after is before for after, before in zip(without_words(clocks), clocks, strict=True))


def test_an_agreed_revision_without_a_decision_names_nobody() -> None:
    event = replace(MOVED.events[-1], decided_by=None)
    assert clock(evolve(RESUMED.case, event), "decide").revisions[-1].agreed_by is None


def test_a_new_clock_may_have_revisions_and_levels_at_once() -> None:
    new = replace(
        clock(MOVED.case, "decide"),
        number=2,
        reached=(LevelReached(level="owner", at=evening_of(DAY)),),
    )
    event = replace(
        OPENED.events[0],
        data={**RECORDS_BY_STEP["ask"], "reasons": "All anew.", "recipients": ["Librarian 1"]},
        decided_by=DecidedBy(name="Keeper 2", capacity="keeper"),
        effects=Effects(clocks=without_words((new,))),
    )
    (found,) = evolve(None, event).clocks
    assert {(one.reasons, one.agreed_by) for one in found.revisions} == {("All anew.", "Keeper 2")}
    assert found.reached[0].recipients == ("Librarian 1",)


# --- the precision --------------------------------------------------------------------------------------


def test_an_event_says_how_precisely_its_time_is_known() -> None:
    by_day, now = step("inspect"), apply_step(OPENED.case, "inspect", evening_of(DAY), workflow=WORKFLOW)
    imported = HISTORIES["an import"][0]
    assert {decision.events[-1].precision for decision in (by_day, SUSPENDED, RESUMED, imported)} == {Precision.DAY}
    instants = (now, CHASED, MOVED, HISTORIES["a recalculation"][-1], HISTORIES["a correction of a title"][-1])
    assert {event.precision for decision in instants for event in decision.events} == {Precision.INSTANT}

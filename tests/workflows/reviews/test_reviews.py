"""Every kind of review: its states, its steps, the roles that decide, and its deadlines."""

from __future__ import annotations

from datetime import timedelta

import pytest

from casereview.engine.definition.validation import errors_within
from casereview.engine.errors.refusals import Refused
from casereview.engine.model.clock import ClockStatus

from ...support.review_stories import DeadlineRun, apply_step, clock, open_review, refusal_reasons
from ...support.review_tables import CASCADE_ONLY, REVIEWS, Review

EACH_REVIEW = pytest.mark.parametrize("review", REVIEWS, ids=lambda review: review.workflow.name)
EACH_STEP = pytest.mark.parametrize(
    ("review", "trigger"),
    [pytest.param(review, step, id=f"{review.workflow.name} {step}") for review in REVIEWS for step in review.moves],
)
EACH_DECISION = pytest.mark.parametrize(
    ("review", "trigger"),
    [
        pytest.param(review, step, id=f"{review.workflow.name} {step}")
        for review in REVIEWS
        for step in review.moves
        if step not in CASCADE_ONLY
    ],
)
EACH_RUN = pytest.mark.parametrize(
    ("review", "run"),
    [pytest.param(review, run, id=f"{review.workflow.name}, {run.rule}") for review in REVIEWS for run in review.runs],
)


@EACH_REVIEW
def test_the_declaration_is_sound(review: Review) -> None:
    assert list(errors_within(review.workflow)) == []


@EACH_REVIEW
def test_the_workflow_has_exactly_these_states_and_end_states(review: Review) -> None:
    assert tuple(state.name for state in review.workflow.states) == (*review.active, *review.ends)
    assert tuple(state.name for state in review.workflow.states if state.is_end) == review.ends


@EACH_REVIEW
def test_no_step_and_no_state_is_missing_from_the_tables(review: Review) -> None:
    assert tuple(review.moves) == review.workflow.steps
    assert {*review.decides, *CASCADE_ONLY} == set(review.records) == {review.workflow.opening.trigger, *review.moves}
    assert set(review.ways) == {*review.active, *review.ends}


@EACH_STEP
def test_a_step_is_possible_in_its_states_only(review: Review, trigger: str) -> None:
    found: dict[str, str] = {}
    for state in review.ways:
        case = review.in_state(state)
        blocks = refusal_reasons(case, trigger, case.last_step_on)
        if not blocks:
            found[state] = apply_step(case, trigger, case.last_step_on).case.state
        else:
            assert [guard for guard, *_ in blocks] == ["state"]
    sources, to = review.moves[trigger]
    assert found == {state: to or state for state in sources}


@EACH_DECISION
def test_a_step_is_decided_by_its_roles_only(review: Review, trigger: str) -> None:
    sources, _ = review.moves[trigger]
    for state in {sources[0], sources[-1]}:
        case = review.in_state(state)
        blocks = {role: refusal_reasons(case, trigger, case.last_step_on, capacity=role) for role in review.roles}
        assert {role for role, found in blocks.items() if not found} == review.decides[trigger]
        assert {found[0][0] for found in blocks.values() if found} == {"role"}


@EACH_REVIEW
def test_a_review_is_opened_by_its_roles_only(review: Review) -> None:
    def may_open(capacity: str) -> bool:
        try:
            return bool(open_review(review.workflow, review.story[0][1], capacity=capacity))
        except Refused:
            return False

    assert {role for role in review.roles if may_open(role)} == review.decides[review.workflow.opening.trigger]


@EACH_REVIEW
def test_the_story_ends_on_its_last_day_and_misses_what_was_late(review: Review) -> None:
    case = review.in_state("closed")
    assert (case.version, case.closed_on) == (len(review.story), review.story[-1][1])
    missed = tuple((found.deadline, found.due) for found in case.clocks if found.status is ClockStatus.MISSED)
    assert missed == review.missed


@EACH_REVIEW
def test_an_ended_review_returns_only_to_a_state_it_was_in(review: Review) -> None:
    for state in review.moves["reopen"][0]:
        case = review.in_state(state)
        been = set(case.been_in) & set(review.active)
        days = case.last_step_on
        assert {to for to in review.active if not refusal_reasons(case, "reopen", days, return_to=to)} == been
        for to in been:
            back = apply_step(case, "reopen", days, return_to=to).case
            assert (back.state, back.closed_on) == (to, None)


@EACH_REVIEW
@pytest.mark.parametrize("trigger", ["withdraw", "discontinue", "close"])
def test_a_review_that_ends_has_no_open_deadline(review: Review, trigger: str) -> None:
    sources, _ = review.moves[trigger]
    for state in {sources[0], sources[-1]}:
        before = review.in_state(state)
        assert [found for found in before.clocks if found.is_outstanding]
        after = apply_step(before, trigger, before.last_step_on).case
        assert [found for found in after.clocks if found.is_outstanding] == []


@EACH_RUN
def test_a_deadline_starts_falls_due_and_is_met_in_time_or_late(review: Review, run: DeadlineRun) -> None:
    started = clock(review.until(run.started_by), run.deadline)
    assert (started.anchor, started.due, started.status) == (run.anchor, run.due, ClockStatus.RUNNING)
    before = review.until(run.before)
    for on, status in ((run.due, ClockStatus.MET), (run.due + timedelta(days=1), ClockStatus.MISSED)):
        found = clock(apply_step(before, run.met_by, on).case, run.deadline, started.number)
        assert (found.status, found.done_on, found.done_by) == (status, on, run.met_by)

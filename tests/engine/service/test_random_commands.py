"""Random commands, right and wrong, upon real Serious Case Reviews, against a small model of them.

The model knows the table of moves and what a handful of conditions ask for. It foretells of every
command whether it is carried out; the record has to agree, and has to stay whole.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from casereview.engine import Engine
from casereview.engine.errors.base import BadInput
from casereview.engine.errors.refusals import Conflict, Refused
from casereview.engine.model.calendar import ENGLAND_AND_WALES
from casereview.engine.model.case import Case, Event
from casereview.engine.model.clock import EventKind
from casereview.engine.model.commands import Open, Step, When
from casereview.engine.model.evolve import fold
from casereview.engine.model.people import Actor, DecidedBy
from casereview.engine.ports.records import Selection
from casereview.workflows import WORKFLOWS
from casereview.workflows.roles import ROLES

from ...support.databases import record_in_memory
from ...support.review_stories import MANAGER, RECORDS, SERIOUS_STORY, deciding_capacity, evening_of
from ...support.review_tables import SERIOUS
from ...support.step_records import SERIOUS_CASE_RECORDS

ACTIVE, ENDS, MOVES, DECIDES = SERIOUS.active, SERIOUS.ends, SERIOUS.moves, SERIOUS.decides
START = date(2018, 1, 8)
AGREED = next(place for place, (trigger, *_) in enumerate(SERIOUS_STORY) if trigger == "agree_recommendations")
STORY = (*SERIOUS_STORY[:AGREED], ("receive_draft", date(2018, 6, 1)), *SERIOUS_STORY[AGREED:])
STRANGER = Actor(name="Visitor 1", roles=frozenset())

NEEDS = {
    "screen": {"recommend"},
    "take_no_further_action": {"recommend"},
    "commission_partnership_review": {"recommend"},
    "record_panel_reply": {"tell_panel"},
    "close": {"record_publication", "report_progress"},
    "add_reviewer": {"appoint_reviewer"},
    "replace_reviewer": {"appoint_reviewer"},
}
"""The records that a step requires."""

FOLLOW_UP = {
    "begin_engagement": "decline",
    "involve": "decline",
    "receive_draft": "check_accuracy",
    "request_action_plans": "record_nil",
    "record_early_learning": "not_carry_out",
}
"""The steps that complete the children of a step at once, so that they block nothing."""

GIVES_UP = ("withdraw", "take_no_further_action", "commission_partnership_review", "discontinue", "transfer")
"""The steps that end a review's parts with it."""

ASIDE = {
    "appoint_reviewer": {"replace_reviewer"},
    "reconsider": {"recommend", "take_no_further_action", "tell_panel", "record_panel_reply"},
    "reopen": {"recommend", "report_progress"},
    "revise_report": {"reopen"},
}
"""The records that a step invalidates, in any state to which it leads."""

CONTRIBUTE = {"Agency 1", "Agency 2"}
"""Those whom terms, requests for returns and requests for plans name."""


def beyond(state: str) -> set[str]:
    """The steps that lead only to later states, or are taken only in later ones."""
    order = (*ACTIVE, *ENDS)
    later = order[order.index(state) + 1 :]
    return {
        trigger
        for trigger, (sources, to) in MOVES.items()
        if trigger != "reopen" and set((to,) if to else sources) <= set(later)
    }


def moves(trigger: str) -> bool:
    """Return whether a step leads to another state."""
    return trigger == "reopen" or (trigger in MOVES and MOVES[trigger][1] is not None)


@dataclass(kw_only=True)
class Review:
    """The model's knowledge of a case."""

    state: str = "referred"
    version: int = 1
    last_step_on: date
    moved_on: date
    recorded_at: datetime
    been_in: set[str] = field(default_factory=lambda: {"referred"})
    recorded: set[str] = field(default_factory=lambda: {"refer"})
    links: int = 0
    report: str = "none"  # how the latest publication stands: none, draft, checked, agreed or published
    publication: str = ""
    agencies: set[str] = field(default_factory=lambda: {"Agency 1"})
    is_linked: bool = False
    asked_for_plans: bool = False

    def allows(self, trigger: str, return_to: str) -> bool:
        if trigger not in MOVES or self.state not in MOVES[trigger][0]:
            return False
        if trigger == "reopen" and return_to not in self.been_in:
            return False
        settled = self.report in ("none", "published")
        if (trigger in ("receive_draft", "close") and not settled) or trigger == "record_publication":
            return False
        if trigger == "agree_recommendations" and self.report != "checked":
            return False
        if trigger == "request_action_plans" and (self.asked_for_plans or not self.agencies <= CONTRIBUTE):
            return False  # no agency is asked for a second plan, and none left out
        return self.allows_turn(trigger) and NEEDS.get(trigger, set()) <= self.recorded

    def allows_turn(self, trigger: str) -> bool:
        match trigger:
            case "amend_terms":
                return trigger not in self.recorded and self.agencies <= CONTRIBUTE
            case "add_agency":
                return "Agency 9" not in self.agencies
            case "agency_leaves" | "agency_succeeded_by":
                return "Agency 1" in self.agencies
            case "link":
                return not self.is_linked
            case "record_sign_off":
                return False  # of a review with which it is not linked
            case _:
                return True

    def take(self, trigger: str, return_to: str, on: date, recorded_at: datetime) -> None:
        self.state = return_to if trigger == "reopen" else MOVES[trigger][1] or self.state
        self.version += 1
        self.last_step_on, self.recorded_at = on, recorded_at
        self.moved_on = on if moves(trigger) else self.moved_on
        self.been_in.add(self.state)
        self.recorded -= ASIDE.get(trigger, set())
        if trigger in ("reopen", "revise_report"):
            self.recorded -= beyond(self.state)
        self.recorded.add(trigger)
        self.turn(trigger)
        self.links += trigger == "commission_partnership_review"
        match trigger:
            case "receive_draft":
                self.report = "checked"
            case "agree_recommendations" if self.report == "checked":
                self.report = "agreed"
            case "record_publication":
                self.report = "published"
            case "revise_report" if self.report == "agreed":
                self.report = "draft"
            case _ if trigger in GIVES_UP and self.report != "published":
                self.report = "none"

    def turn(self, trigger: str) -> None:
        match trigger:
            case "agree_terms":
                self.agencies = set(CONTRIBUTE)
            case "amend_terms" | "request_returns" | "request_action_plans":
                self.agencies |= CONTRIBUTE
            case "agency_leaves":
                self.agencies -= {"Agency 1"}
            case "agency_succeeded_by":
                self.agencies = self.agencies - {"Agency 1"} | {"Agency 9"}
            case "add_agency":
                self.agencies |= {"Agency 9"}
        self.is_linked |= trigger == "link"
        self.asked_for_plans |= trigger == "request_action_plans"


OWN = {
    # Neither makes a recommendation twice, where a review comes by here again.
    "agree_recommendations": {**SERIOUS_CASE_RECORDS["agree_recommendations"], "recommendations": []},
    "begin_monitoring": {"late": [{"agency": "Agency 9", "reason": "It has only just joined."}]},
}
EMPTY_IS_GOOD = ("begin_monitoring",)
"""The steps with records that may be left empty."""


def record_of(trigger: str, return_to: str) -> dict[str, Any]:
    """A well-formed record for a step, if there is one of that name."""
    record = {**SERIOUS_CASE_RECORDS, **OWN}.get(trigger, {"text": "Nothing."})
    return {**record, "return_to": return_to} if trigger == "reopen" else record


def spoilt(data: dict[str, Any], how: str) -> dict[str, Any]:
    """A record as it is, or one that its form does not take."""
    match how:
        case "good":
            return data
        case "empty":
            return {}
        case "unknown field":
            return {**data, "nonsense": 1}
        case "wrong type":
            return {**data, next(iter(data)): {"a": [1]}}
        case _:
            return {**data, "nonsense": "\x00\ud800"}


WAYS_TO_SPOIL = ("empty", "unknown field", "wrong type", "control characters")
MOSTLY_GOOD = st.sampled_from(("good",) * 6 + WAYS_TO_SPOIL)
CAPACITIES = st.sampled_from(("right",) * 8 + tuple(role.name for role in ROLES) + ("king",))
OFFSETS = st.sampled_from((0, 0, 1, 3, 7, 20, 45, -1, -30)) | st.none()
# Never back: a machine whose clock is put right has tests of its own (test_fast_clock).
ADVANCES = st.sampled_from((0, 0, 1, 5, 40, 200))
VERSIONS = st.sampled_from(("none", "none", "right", "wrong"))


class RandomCommands(RuleBasedStateMachine):
    """Opens reviews and takes steps, in any order, on any day, by anybody."""

    def __init__(self) -> None:
        super().__init__()
        self.database = record_in_memory()
        self.at = evening_of(START)
        self.engine = Engine(self.database, WORKFLOWS, now=lambda: self.at)
        self.reviews: dict[str, Review] = {}
        self.touched: set[str] = set()
        self.remembered: list[tuple[Open | Step, Case]] = []
        self.cases: tuple[Case, ...] = ()
        self.histories: dict[str, tuple[Event, ...]] = {}
        self.opened: tuple[str, ...] = ()

    def teardown(self) -> None:
        self.database.close()

    # --- what is done -----------------------------------------------------------------------------

    @initialize(steps=st.integers(0, len(STORY) - 1), advance=st.sampled_from((1, 10, 40)))
    def begin(self, steps: int, advance: int) -> None:
        """A review that has come some way already."""
        self.open("good", 0, right=True)
        (ref,) = self.reviews
        for trigger, *_ in STORY[1 : steps + 1]:
            self.at += timedelta(days=advance)
            if trigger == "record_publication":
                self.publish(ref)
            else:
                self.take(self.command(ref, trigger, ""), "", expected=True)

    @precondition(lambda self: len(self.reviews) < 3)
    @rule(how=MOSTLY_GOOD, days_ago=st.sampled_from((0, 0, 5, 400, -1)), right=st.booleans())
    def open(self, how: str, days_ago: int, *, right: bool) -> None:
        on = ENGLAND_AND_WALES.day_of(self.at) - timedelta(days=days_ago)
        command = Open(
            workflow="serious_case_review",
            actor=MANAGER if right else STRANGER,
            decided_by=DecidedBy(name="Nurse 1", capacity="referrer"),
            data=spoilt(SERIOUS_CASE_RECORDS["refer"], how),
            on=on,
            request_id=f"request {len(self.remembered)}",
        )
        number = sum(ref.startswith(f"SCR-{on.year}-") for ref in self.reviews) + 1
        if not self.carried_out(command, expected=how == "good" and right and days_ago >= 0):
            return
        case = self.remembered[-1][1]
        assert (case.ref, case.state) == (f"SCR-{on.year}-{number:03}", "referred")
        self.reviews[case.ref] = Review(last_step_on=on, moved_on=on, recorded_at=self.at)
        self.touched.add(case.ref)

    @rule(data=st.data(), advance=ADVANCES, return_to=st.sampled_from(ACTIVE), rehearse=st.integers(0, 5))
    def step_that_may_be_taken(self, data: st.DataObject, advance: int, return_to: str, rehearse: int) -> None:
        """By the right person, on a day that has come, in the state in which the case is."""
        self.at += timedelta(days=advance)
        ref = data.draw(st.sampled_from(sorted(self.reviews)))
        review = self.reviews[ref]
        ready = [name for name in MOVES if review.allows(name, return_to)]
        moving = [name for name in ready if moves(name)]
        trigger = data.draw(st.sampled_from(ready + 3 * moving))
        command = self.command(ref, trigger, return_to)
        if rehearse == 0:
            # It leaves no trace: the model does not learn of it.
            assert self.engine.dry_run(command).case.version == review.version + 1
            self.touched.add(ref)
        else:
            self.take(command, return_to, expected=True)

    @rule(
        data=st.data(),
        how=MOSTLY_GOOD,
        capacity=CAPACITIES,
        offset=OFFSETS,
        version=VERSIONS,
        return_to=st.sampled_from(ACTIVE),
        records=st.sampled_from((True, True, True, False)),
    )
    def step_of_any_kind(
        self,
        *,
        data: st.DataObject,
        how: str,
        capacity: str,
        offset: int | None,
        version: str,
        return_to: str,
        records: bool,
    ) -> None:
        ref = data.draw(st.sampled_from(sorted(self.reviews)))
        trigger = data.draw(st.sampled_from((*MOVES, "refer", "sell")))
        review = self.reviews[ref]
        sound = self.command(ref, trigger, return_to)
        role = sound.decided_by.capacity if sound.decided_by and capacity == "right" else capacity
        on: When = None if offset is None else review.last_step_on + timedelta(days=offset)
        if on is not None and on < review.last_step_on and (on >= review.moved_on or not moves(trigger)):
            on = None  # a late entry: test_any_order has a model of those
        command = replace(
            sound,
            actor=MANAGER if records else STRANGER,
            decided_by=DecidedBy(name="Somebody 1", capacity=role),
            data=spoilt(sound.data, how),
            on=on,
            if_version={"none": None, "right": review.version, "wrong": review.version + 1}[version],
        )
        expected = (
            review.allows(trigger, return_to)
            and (how == "good" or (how == "empty" and trigger in EMPTY_IS_GOOD))
            and role in DECIDES.get(trigger, ())
            and records
            and version != "wrong"
            and (on is None or review.last_step_on <= on <= self.today(review))
        )
        self.take(command, return_to, expected=expected)

    @precondition(lambda self: any(review.report == "agreed" for review in self.reviews.values()))
    @rule(data=st.data())
    def report_that_is_published(self, data: st.DataObject) -> None:
        """The publication moves, and with it the review, on whose record it is then."""
        agreed = sorted(ref for ref, review in self.reviews.items() if review.report == "agreed")
        self.publish(data.draw(st.sampled_from(agreed)))

    @rule(data=st.data())
    def request_that_comes_again(self, data: st.DataObject) -> None:
        """It is answered as it was then, and nothing is recorded."""
        command, case = data.draw(st.sampled_from(self.remembered))
        again = self.engine.record(command)
        assert (again.case, again.events, again.repeated) == (case, (), True)
        self.touched.add(case.ref)

    # --- what then has to hold ----------------------------------------------------------------------

    @invariant()
    def the_record_is_whole_and_as_the_model_says(self) -> None:
        for ref in self.touched:
            self.histories[ref] = self.engine.history(ref)
            self.whole(self.engine.case(ref), self.histories[ref], self.reviews[ref])
        self.touched.clear()
        self.cases = self.engine.cases(Selection(limit=1000))
        workflows = Counter(case.workflow for case in self.cases)
        assert workflows["serious_case_review"] == len(self.reviews)
        assert workflows["partnership_review"] == sum(review.links for review in self.reviews.values())
        overdue = {(late.ref, late.clock) for late in self.engine.overdue(limit=1000)}
        assert overdue == {
            (case.ref, clock) for case in self.cases for clock in case.clocks if clock.is_overdue(self.at)
        }

    # --- helpers ------------------------------------------------------------------------------------

    def command(self, ref: str, trigger: str, return_to: str) -> Step:
        """Apply a step now, decided by a person who may decide it."""
        capacity = min(DECIDES.get(trigger, {"board_chair"}))
        return Step(
            ref=ref,
            trigger=trigger,
            actor=MANAGER,
            decided_by=DecidedBy(name="Somebody 1", capacity=capacity),
            data=record_of(trigger, return_to),
            request_id=f"request {len(self.remembered)}",
        )

    def publish(self, ref: str) -> None:
        review = self.reviews[ref]
        expected = review.state in MOVES["record_publication"][0]
        before = self.engine.tree(ref)
        try:
            self.part(review.publication, "publish", None)
        except Refused:
            assert not expected
            assert self.engine.tree(ref) == before
        else:
            assert expected
            review.take("record_publication", "", self.today(review), max(self.at, review.recorded_at))
            self.touched.add(ref)

    def part(self, ref: str, trigger: str, on: date | None) -> None:
        """Apply a step of a child, decided by a person who may decide it."""
        workflow = self.engine.workflows.for_case(self.engine.case(ref))
        command = Step(
            ref=ref,
            trigger=trigger,
            actor=MANAGER,
            decided_by=DecidedBy(name="Somebody 1", capacity=deciding_capacity(workflow, trigger)),
            data={
                **RECORDS[workflow][trigger],
                **({"family_not_informed": "Untraceable."} if trigger == "publish" else {}),
            },
            on=on,
        )
        self.engine.record(command)

    def today(self, review: Review) -> date:
        return ENGLAND_AND_WALES.day_of(max(self.at, review.recorded_at))

    def take(self, command: Step, return_to: str, *, expected: bool) -> None:
        review = self.reviews[command.ref]
        self.touched.add(command.ref)
        if self.carried_out(command, expected=expected):
            on = command.on or self.today(review)
            assert isinstance(on, date)
            review.take(command.trigger, return_to, on, max(self.at, review.recorded_at))
            for ref in self.opened if command.trigger in FOLLOW_UP else ():
                self.part(ref, FOLLOW_UP[command.trigger], on)
                review.publication = ref if command.trigger == "receive_draft" else review.publication
            if review.report == "draft":
                self.part(review.publication, "check_accuracy", on)
                review.report = "checked"

    def carried_out(self, command: Open | Step, *, expected: bool) -> bool:
        """Return whether a command was handled as the model predicts; if not, nothing changes."""
        try:
            recorded = self.engine.record(command)
        except (Refused, BadInput, Conflict):
            assert not expected
            assert self.engine.cases(Selection(limit=1000)) == self.cases
            if isinstance(command, Step):
                assert self.engine.history(command.ref) == self.histories[command.ref]
            return False
        assert expected
        self.opened = recorded.opened
        self.remembered.append((command, recorded.case))
        return True

    @staticmethod
    def whole(case: Case, history: tuple[Event, ...], review: Review) -> None:
        assert case == fold(history)
        assert (case.state, case.version, case.last_step_on) == (review.state, review.version, review.last_step_on)
        assert (set(case.been_in), set(case.data)) == (review.been_in, review.recorded)
        assert (case.closed_on is not None) is (review.state in ENDS)
        assert [event.seq for event in history] == list(range(1, case.seq + 1))
        assert case.version == 1 + sum(event.kind is EventKind.STEP for event in history)
        recorded = [event.recorded_at for event in history]
        assert recorded == sorted(recorded)
        assert recorded[-1] == case.recorded_at == review.recorded_at
        assert all(declared(event) for event in history)
        assert len({(clock.deadline, clock.number) for clock in case.clocks}) == len(case.clocks)
        open_clocks = [clock.deadline for clock in case.clocks if clock.is_open]
        assert len(set(open_clocks)) == len(open_clocks)


def declared(event: Event) -> bool:
    """Return whether the table of steps has an event's step."""
    if event.kind is EventKind.OPENED:
        return (event.trigger, event.from_state, event.to_state) == ("refer", None, "referred")
    if event.kind is EventKind.DEADLINE_EXPIRED:
        return event.from_state == event.to_state
    sources, to = MOVES[event.trigger]
    allowed = ACTIVE if event.trigger == "reopen" else (to or event.from_state,)
    return event.from_state in sources and event.to_state in allowed


TestRandomCommands = pytest.mark.long(RandomCommands.TestCase)
TestRandomCommands.settings = settings(max_examples=15, stateful_step_count=25)

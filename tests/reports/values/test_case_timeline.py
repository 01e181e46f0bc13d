"""Tests of the timeline of a case and of its chart."""

from __future__ import annotations

from datetime import date
from io import StringIO
from xml.etree import ElementTree

import pytest
from rich.console import Console

from casereview.engine.decisions.context import Decision
from casereview.engine.model.calendar import ENGLAND_AND_WALES
from casereview.engine.model.case import Case, Event
from casereview.reports.diagrams.timeline_svg import timeline_svg
from casereview.reports.render.json.case_timeline import timeline_document
from casereview.reports.render.terminal.timeline_chart import TimelineChart
from casereview.reports.values.case_timeline import CaseTimeline, IntervalKind, build_timeline

from ...support.loan_decisions import apply_step, move_due_date, open_loan, resume_loan, suspend_loan
from ...support.loan_workflow import ESCALATED_LOAN

ASKED, APPROVED, LENT, BACK = date(2026, 1, 5), date(2026, 2, 20), date(2026, 3, 2), date(2026, 6, 30)
SVG = "{http://www.w3.org/2000/svg}"


class Played:
    """A loan that is played step by step."""

    def __init__(self) -> None:
        self._keep(open_loan(ASKED, workflow=ESCALATED_LOAN))

    def then(self, trigger: str, on: date, **data: object) -> Played:
        self._keep(apply_step(self.case, trigger, on, workflow=ESCALATED_LOAN, **data), self.events)
        return self

    def decided(self, decision: Decision) -> Played:
        self._keep(decision, self.events)
        return self

    def _keep(self, decision: Decision, before: tuple[Event, ...] = ()) -> None:
        self.case: Case = decision.case
        self.events: tuple[Event, ...] = (*before, *decision.events)

    def course(self, today: date) -> CaseTimeline:
        return build_timeline(self.case, self.events, ESCALATED_LOAN, today=today, calendar=ENGLAND_AND_WALES)


def lent() -> Played:
    return Played().then("inspect", date(2026, 1, 20)).then("approve", APPROVED).then("lend", LENT)


def of(course: CaseTimeline, kind: IntervalKind) -> list[tuple[str, date, date | None]]:
    return [(one.title, one.start, one.end) for one in course.intervals if one.kind is kind]


def standing(course: CaseTimeline) -> dict[str, tuple[str, date | None, date | None]]:
    return {one.title: (one.status, one.due, one.end) for one in course.intervals if one.kind is IntervalKind.DEADLINE}


def test_the_stages_follow_one_another_and_the_last_goes_on() -> None:
    assert of(lent().course(BACK), IntervalKind.STAGE) == [
        ("asked for", ASKED, APPROVED),
        ("approved", APPROVED, LENT),
        ("lent", LENT, None),
    ]


def test_an_end_is_reached_on_a_day_and_does_not_last() -> None:
    ended = lent().then("give_back", BACK)
    assert of(ended.course(date(2027, 1, 4)), IntervalKind.STAGE)[-1] == ("returned", BACK, BACK)
    again = ended.then("take_up", date(2026, 9, 1), return_to="lent")
    assert of(again.course(date(2027, 1, 4)), IntervalKind.STAGE)[-2:] == [
        ("returned", BACK, date(2026, 9, 1)),
        ("lent", date(2026, 9, 1), None),
    ]


def test_each_deadline_shows_its_status_and_its_due_date() -> None:
    found = standing(lent().course(date(2026, 4, 7)))
    assert found["inspect"] == ("missed", date(2026, 1, 12), date(2026, 1, 20))
    assert found["decide"] == ("missed", date(2026, 2, 5), APPROVED)
    assert found["whole"] == ("met", date(2026, 7, 5), LENT)
    assert found["give_back"] == ("overdue", date(2026, 4, 2), None)
    assert found["report"] == ("running", date(2026, 6, 2), None)
    assert standing(lent().course(date(2026, 4, 2)))["give_back"][0] == "running"
    assert standing(lent().then("give_back", date(2026, 4, 1)).course(BACK))["report"][0] == "cancelled"


def test_a_suspension_is_shown_for_as_long_as_it_lasted() -> None:
    still = Played().decided(suspend_loan(Played().case, date(2026, 1, 7), review_by=date(2026, 4, 7)))
    assert of(still.course(BACK), IntervalKind.SUSPENSION) == [("The audit", date(2026, 1, 7), None)]
    assert standing(still.course(BACK))["inspect"][0] == "suspended"
    lifted = still.decided(resume_loan(still.case, date(2026, 2, 2)))
    assert of(lifted.course(BACK), IntervalKind.SUSPENSION) == [("The audit", date(2026, 1, 7), date(2026, 2, 2))]


def test_a_deadline_that_counts_back_is_shown_from_the_opening_on() -> None:
    played = Played()
    played._keep(open_loan(ASKED, workflow=ESCALATED_LOAN, wanted_on="2026-05-01"))
    (prepared,) = [one for one in played.course(BACK).intervals if one.title == "prepare"]
    assert (prepared.start, prepared.due) == (ASKED, date(2026, 4, 22))


def test_deadlines_are_listed_in_the_order_in_which_they_began() -> None:
    deadlines = [one for one in lent().course(BACK).intervals if one.kind is IntervalKind.DEADLINE]
    assert [one.start for one in deadlines] == sorted(one.start for one in deadlines)


@pytest.mark.parametrize(
    ("today", "end"),
    [(date(2026, 4, 7), date(2026, 7, 5)), (date(2027, 4, 7), date(2027, 4, 7))],
    ids=["to what is due", "to today"],
)
def test_the_timeline_runs_from_the_first_day_to_the_last(today: date, end: date) -> None:
    course = lent().course(today)
    assert (course.start, course.end) == (ASKED, end)
    assert (course.position(ASKED), course.position(end)) == (0, 1)


def test_a_case_of_one_day_has_a_timeline() -> None:
    ended = Played().then("refuse", ASKED).course(ASKED)
    assert ended.position(ended.start) == 0
    assert printed(ended)


def test_the_json_document_says_what_the_chart_shows() -> None:
    document = timeline_document(lent().course(BACK))
    assert (document["ref"], document["start"]) == ("LN-2026-001", "2026-01-05")
    assert document["intervals"][0] == {
        "kind": "stage",
        "title": "asked for",
        "start": "2026-01-05",
        "end": "2026-02-20",
        "due": None,
        "status": None,
    }
    assert {one["kind"] for one in document["intervals"]} == {"stage", "deadline"}


def printed(course: CaseTimeline, width: int = 80) -> list[str]:
    paper = StringIO()
    Console(file=paper, width=width, color_system=None).print(TimelineChart(course))
    return paper.getvalue().splitlines()


def test_the_terminal_s_chart_fits_80_columns_and_explains_its_bars() -> None:
    lines = printed(lent().course(date(2026, 4, 7)))
    assert max(map(len, lines)) <= 80
    text = " ".join(" ".join(line.split()) for line in lines)
    assert "overdue: due 2 Apr 2026" in text
    assert "missed: due 12 Jan 2026, done 20 Jan 2026" in text
    assert "from 2 Mar 2026 until now" in text
    assert "Suspended" not in text


def test_a_bar_is_full_until_it_is_due_and_thin_after() -> None:
    (bar,) = [line for line in printed(lent().course(date(2026, 4, 7)), width=130) if line.startswith("decide")]
    assert bar.split()[1].strip("━╍") == "◆"
    assert "━◆╍" in bar


def test_a_narrow_terminal_still_shows_the_whole_timeline() -> None:
    assert any("returned" in line for line in printed(lent().then("give_back", BACK).course(BACK), width=40))


def test_the_drawing_is_complete_and_has_a_title() -> None:
    still = lent()
    still.decided(suspend_loan(still.case, date(2026, 3, 9), review_by=date(2026, 4, 7)))
    drawing = timeline_svg(still.course(date(2026, 4, 7)))
    root = ElementTree.fromstring(drawing)
    assert root.get("aria-label") == "The course of LN-2026-001"
    assert "http" not in drawing.replace("http://www.w3.org/2000/svg", "")
    texts = [element.text for element in root.iter(f"{SVG}text")]
    assert {"Stages", "Suspended", "Deadlines", "today"} <= set(texts)
    width = float(str(root.get("width")))
    assert all(0 <= float(str(rect.get("x"))) <= width for rect in root.iter(f"{SVG}rect"))


def test_today_is_drawn_only_if_something_is_still_open() -> None:
    ended = lent().then("give_back", BACK).course(date(2030, 1, 1))
    assert ended.end < date(2030, 1, 1)
    texts = [element.text for element in ElementTree.fromstring(timeline_svg(ended)).iter(f"{SVG}text")]
    assert "today" not in texts
    # A deadline that continues after the end is drawn up to today.
    refused = Played().then("refuse", ASKED).course(date(2030, 1, 1))
    assert refused.end == date(2030, 1, 1)


def test_a_moved_due_date_is_drawn_at_its_new_date() -> None:
    later = Played()
    later.decided(move_due_date(later.case, "decide", date(2026, 3, 31), now=later.events[-1].recorded_at))
    assert standing(later.course(APPROVED))["decide"][:2] == ("running", date(2026, 3, 31))

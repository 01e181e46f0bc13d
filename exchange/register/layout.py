"""Define the sheets and columns of a register of reviews."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ...engine.definition.registry import Registry
from ...engine.definition.workflow import Workflow
from ...workflows.parts.status import ACTION, AGENCY_ACTION_PLAN, RECOMMENDATION, REVIEWS
from ..workbook.columns import ACTIONS_SHEET, RECOMMENDATIONS_SHEET, Column, Kind

REVIEWS_SHEET, AGENCIES_SHEET, PLANS_SHEET = "Reviews", "Agencies", "Plans"
MAX_CASES = 5_000
"""The maximum number of rows per sheet. A partnership has dozens of reviews and thousands of actions."""

MAX_REFERENCE_LENGTH = 60
HARM_TITLES = {"death": "death", "serious_harm": "serious harm"}
SCOPES = ("local", "regional", "national")


@dataclass(frozen=True, kw_only=True, slots=True)
class RegisterColumn:
    """A column of the register, and the record that it describes.

    Attributes:
        sheet_column: The column.
        required: If every row must fill it in.
        steps: The steps that it may describe, the opening included; the first one that a workflow has counts.
        field: The field of the step's record; None for the day of the step.
    """

    sheet_column: Column
    required: bool = False
    steps: tuple[str, ...] = ()
    field: str | None = None

    @property
    def name(self) -> str:
        """Return the column's name."""
        return self.sheet_column.name


def _column(
    name: str,
    title: str,
    kind: Kind,
    hint: str,
    *,
    width: int = 14,
    required: bool = False,
    steps: tuple[str, ...] = (),
    field: str | None = None,
    choices: tuple[str, ...] = (),
) -> RegisterColumn:
    column = Column(name=name, title=title, kind=kind, width=width, hint=hint, choices=choices)
    return RegisterColumn(sheet_column=column, required=required, steps=steps, field=field)


def _day(name: str, title: str, *steps: str) -> RegisterColumn:
    hint = "The day on which that was done, where it is known."
    return _column(name, title, Kind.DAY, hint, width=12, steps=steps)


@dataclass(frozen=True, kw_only=True, slots=True)
class Sheet:
    """A sheet of the register.

    Attributes:
        title: Its title.
        columns: Its columns, in order.
        workflow: The workflow of its rows; None if each row names it, or the rows are no cases.
        row_label: The name for one of its rows.
    """

    title: str
    columns: tuple[RegisterColumn, ...]
    workflow: str | None = None
    row_label: str

    def column(self, name: str) -> RegisterColumn:
        """Return the column with this name, or raise KeyError."""
        return {column.name: column for column in self.columns}[name]


def register_sheets(workflows: Registry) -> tuple[Sheet, ...]:
    """Return the sheets of a register, with choices taken from the workflows.

    Args:
        workflows: All workflows.
    """
    reviews = tuple(workflows.latest(name) for name in REVIEWS)
    parts = {name: workflows.latest(name) for name in (RECOMMENDATION, AGENCY_ACTION_PLAN, ACTION)}
    review = _column(
        "review", "Review", Kind.TEXT, f"The reference in the sheet {REVIEWS_SHEET}.", width=16, required=True
    )
    agency = _column("agency", "Agency", Kind.TEXT, "Its name, always spelt alike.", width=22, required=True)
    return (
        Sheet(title=REVIEWS_SHEET, columns=tuple(_of_reviews(reviews)), row_label="review"),
        Sheet(title=AGENCIES_SHEET, columns=(review, agency), row_label="agency"),
        Sheet(
            title=RECOMMENDATIONS_SHEET,
            columns=(review, *_of_recommendations(parts[RECOMMENDATION])),
            workflow=RECOMMENDATION,
            row_label="recommendation",
        ),
        Sheet(
            title=PLANS_SHEET,
            columns=(review, _opening_field(agency, "request"), *_of_plans(parts[AGENCY_ACTION_PLAN])),
            workflow=AGENCY_ACTION_PLAN,
            row_label="plan",
        ),
        Sheet(
            title=ACTIONS_SHEET,
            columns=(review, *_of_actions(parts[ACTION], _opening_field(agency, "propose"))),
            workflow=ACTION,
            row_label="action",
        ),
    )


def states_by_title(workflow: Workflow) -> dict[str, str]:
    """Return the states of a workflow by their titles in lower case."""
    return {state.title.lower(): state.name for state in workflow.states}


def _opening_field(column: RegisterColumn, step: str) -> RegisterColumn:
    return RegisterColumn(sheet_column=column.sheet_column, required=column.required, steps=(step,), field=column.name)


def _state(*workflows: Workflow) -> RegisterColumn:
    titles = dict.fromkeys(state.title for workflow in workflows for state in workflow.states)
    hint = "The state that it is in now, as the record calls it."
    return _column("state", "State", Kind.CHOICE, hint, width=18, required=True, choices=tuple(titles))


def _since() -> RegisterColumn:
    hint = "The day on which it came into that state, where it is known. Of what has ended it has to be given."
    return _column("since", "In this state since", Kind.DAY, hint, width=12)


def _opened(title: str, hint: str, *, required: bool = False) -> RegisterColumn:
    return _column("opened_on", title, Kind.DAY, hint, width=12, required=required)


def _of_reviews(reviews: tuple[Workflow, ...]) -> Iterator[RegisterColumn]:
    kinds = tuple(workflow.title for workflow in reviews)
    opening = ("refer", "notify")
    yield _column(
        "reference",
        "Register reference",
        Kind.TEXT,
        "How the review is called in your register. By it the row is known again.",
        width=16,
        required=True,
    )
    yield _column("kind", "Kind", Kind.CHOICE, "What kind of review it is.", width=22, required=True, choices=kinds)
    yield _column("title", "Title", Kind.TEXT, "A pseudonym, such as Child A. Never a name.", width=18, required=True)
    yield _state(*reviews)
    yield _opened("Opened on", "The day on which the case was referred.", required=True)
    yield _since()
    yield _column("agency", "Referring agency", Kind.TEXT, "Who referred it.", width=20, steps=opening, field="agency")
    yield _column(
        "harm",
        "Harm",
        Kind.CHOICE,
        "Whether the child died.",
        steps=opening,
        field="harm",
        choices=tuple(HARM_TITLES.values()),
    )
    hint = "The day on which the local authority became aware of the incident."
    yield _column("aware_on", "Aware on", Kind.DAY, hint, width=12, steps=opening, field="aware_on")
    hint = "The day on which the notification was sent, of a practice review: the rapid review's term runs from it."
    yield _column("sent_on", "Notification sent", Kind.DAY, hint, width=12, steps=opening, field="sent_on")
    yield _day("notified_on", "Incident notified", "notify_incident")
    yield _day("rapid_on", "Rapid review begun", "open_rapid_review")
    yield _day("reviewed_on", "Rapid review complete", "complete_rapid_review")
    decides = ("screen", "take_no_further_action", "commission_partnership_review", "decide_review", "decide_no_review")
    yield _day("decided_on", "Decided", *decides)
    yield _day("panel_notified_on", "Panel notified", "tell_panel", "send_to_panel")
    yield _day("terms_on", "Terms agreed", "agree_terms", "agree_scope")
    yield _day("appointed_on", "Reviewer appointed", "appoint_reviewer")
    hint = "Who reviews; the day of the appointment has to be given, too."
    yield _column("reviewer", "Lead reviewer", Kind.TEXT, hint, width=18, steps=("appoint_reviewer",), field="name")
    yield _day("engaged_on", "Engagement begun", "begin_engagement")
    yield _day("agreed_on", "Report agreed", "agree_recommendations", "agree_learning")
    yield _day("asked_on", "Plans asked for", "request_action_plans")
    yield _day("published_on", "Published", "record_publication")
    yield _day("monitored_on", "Monitoring begun", "begin_monitoring")
    yield _day("progress_on", "Last progress report", "report_progress")


def _of_recommendations(workflow: Workflow) -> Iterator[RegisterColumn]:
    make = ("make",)
    hint = "Its number in the report."
    yield _column("number", "Number", Kind.NUMBERS, hint, width=9, required=True, steps=make, field="number")
    hint = "Its words. No names."
    yield _column("text", "Recommendation", Kind.TEXT, hint, width=50, required=True, steps=make, field="text")
    hint = "The agencies it is made to, one a line (Alt+Enter). Or: The partnership."
    yield _column("made_to", "Made to", Kind.LINES, hint, width=22, required=True, steps=make, field="made_to")
    hint = "Local where it is left empty."
    yield _column("scope", "Scope", Kind.CHOICE, hint, width=10, steps=make, field="scope", choices=SCOPES)
    yield _state(workflow)
    yield _opened("Made on", "Where it is empty: the day on which the report was agreed.")
    yield _since()


def _of_plans(workflow: Workflow) -> Iterator[RegisterColumn]:
    hint = "The day by which it was asked for."
    yield _column("due_on", "Wanted by", Kind.DAY, hint, width=12, steps=("request",), field="due_on")
    yield _state(workflow)
    yield _opened("Asked on", "Where it is empty: the day on which the review asked for plans.")
    yield _since()
    yield _day("submitted_on", "Handed in", "submit")


def _of_actions(workflow: Workflow, agency: RegisterColumn) -> Iterator[RegisterColumn]:
    propose = ("propose",)
    hint = "How the action is called in your register. By it the row is known again."
    yield _column("reference", "Reference", Kind.TEXT, hint, width=16, required=True)
    yield agency
    hint = "The numbers of those that it answers: 1, 3. Or: early learning."
    yield _column(
        "recommendations", "Recommendations", Kind.NUMBERS, hint, width=16, steps=propose, field="recommendations"
    )
    hint = "What is done. No names."
    yield _column("action", "Action", Kind.TEXT, hint, width=44, required=True, steps=propose, field="action")
    hint = "Who sees to it in the agency, as on the list of people."
    yield _column("lead_person", "Lead person", Kind.TEXT, hint, width=18, steps=propose, field="lead_person")
    hint = "The last day on which it is in time."
    yield _column("due_on", "Due", Kind.DAY, hint, width=12, required=True, steps=propose, field="due_on")
    yield _state(workflow)
    yield _opened("Proposed on", "Where it is empty: the day on which it was agreed, or plans were asked for.")
    yield _since()
    yield _day("agreed_on", "Agreed on", "agree")
    yield _day("handed_in_on", "Handed in", "hand_in")
    hint = "What was done; the day on which it was handed in has to be given, too. No names."
    yield _column("outcome", "Outcome", Kind.TEXT, hint, width=26, steps=("hand_in",), field="outcome")

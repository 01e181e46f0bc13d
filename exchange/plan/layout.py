"""Define the sheets, columns and values of an action plan's workbook."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from ..workbook.columns import EARLY_LEARNING, Cells, Column, Kind

FORMAT = 1
"""The version of the layout. Workbooks with another version are not read."""


MAX_ACTIONS = 5_000
"""The maximum number of actions. The largest published plans have about 400."""


PROGRESS_STATUSES = {"not_started": "not started", "on_track": "on track", "slipping": "slipping"}
DONE = "done"


COLUMNS = (
    Column(
        name="reference",
        title="Reference",
        kind=Kind.TEXT,
        width=16,
        hint="Given by the record. It stays empty for a new action.",
        locked=True,
    ),
    Column(
        name="recommendations",
        title="Recommendations",
        kind=Kind.NUMBERS,
        width=16,
        hint=f"The numbers of those that the action answers: pick one, or type several (1, 3). Or: {EARLY_LEARNING}.",
    ),
    Column(name="action", title="Action", kind=Kind.TEXT, width=34, hint="What will be done. No names."),
    Column(
        name="lead_person",
        title="Lead person",
        kind=Kind.TEXT,
        width=15,
        hint="The person who leads it in the agency, by name.",
    ),
    Column(
        name="due_on",
        title="Due",
        kind=Kind.DAY,
        width=12,
        hint="The last day on which it is in time. Once the subgroup has agreed it, only the subgroup changes it.",
    ),
    Column(
        name="milestones",
        title="Milestones",
        kind=Kind.LINES,
        width=22,
        hint="Steps on the way, one a line (Alt+Enter), with a day in front if there is one: 31 March 2026: Draft.",
    ),
    Column(
        name="status",
        title="Status",
        kind=Kind.CHOICE,
        width=11,
        hint=f"The progress. {DONE} hands the action in for assurance: fill in Outcome and Evidence, too.",
        choices=(*PROGRESS_STATUSES.values(), DONE),
    ),
    Column(name="progress", title="Progress", kind=Kind.TEXT, width=26, hint="How far it has come. No names."),
    Column(
        name="evidence",
        title="Evidence",
        kind=Kind.LINES,
        width=18,
        hint="Documents, one a line: title, or title | location. Evidence on record stays on record.",
    ),
    Column(name="outcome", title="Outcome", kind=Kind.TEXT, width=20, hint="What was done. No names."),
    Column(
        name="impact",
        title="Impact",
        kind=Kind.TEXT,
        width=18,
        hint="What has changed for children. No names.",
    ),
    Column(
        name="originally_due",
        title="Originally due",
        kind=Kind.DAY,
        width=12,
        hint="The day that was agreed first.",
        locked=True,
    ),
    Column(name="state", title="State", kind=Kind.TEXT, width=11, hint="Its state in the record.", locked=True),
)
"""The columns of the sheet of actions, in order."""

COLUMNS_BY_NAME = {column.name: column for column in COLUMNS}

PLANNED_COLUMNS = ("recommendations", "action", "lead_person", "due_on", "milestones")
"""The columns of the plan, open until the subgroup has agreed it."""

REPORTED_COLUMNS = ("status", "progress", "evidence", "outcome", "impact")
"""The columns of progress, open once the action is agreed."""


@dataclass(frozen=True, kw_only=True, slots=True)
class PlanIdentity:
    """The review and the agency that a workbook belongs to.

    Attributes:
        review: The review's reference.
        agency: The agency.
        record_hash: A hash that tells this record from another one with the same reference.
    """

    review: str
    agency: str
    record_hash: str


@dataclass(frozen=True, kw_only=True, slots=True)
class RecommendationRow:
    """A recommendation that was made to the agency.

    Attributes:
        number: Its number.
        text: Its text.
        state: The title of its state.
        is_open: True until it is carried out or has ended.
    """

    number: int
    text: str
    state: str
    is_open: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class ActionRow:
    """An action of the agency, as a row.

    Attributes:
        ref: Its reference.
        version: The version of its case.
        cells: Its cells, by column name.
        editable: The columns that the agency may fill in.
    """

    ref: str
    version: int
    cells: Cells
    editable: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class ActionPlan:
    """An agency's plan in a review.

    Attributes:
        identity: The review and the agency.
        title: The review's title.
        recommendations: The recommendations made to it, by number.
        actions: Its actions, by reference.
    """

    identity: PlanIdentity
    title: str
    recommendations: tuple[RecommendationRow, ...]
    actions: tuple[ActionRow, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class ExportedAction:
    """The state of an action when the workbook was exported.

    Attributes:
        version: The version of its case.
        digest: The digest of its cells.
    """

    version: int
    digest: str


def row_digest(cells: Cells) -> str:
    """Return a digest of a row's content, which shows if anything was filled in."""
    content = "\x00".join(str(cells.get(column.name) or "") for column in COLUMNS)
    return hashlib.sha256(content.encode()).hexdigest()[:32]

"""Invented reviews: one from referral to closure, and the other ways a referral can end."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import msgspec
from rich.console import Console, RenderableType
from rich.table import Table
from rich.text import Text

from ..engine import DecidedByForm, Engine
from ..engine.model.case import Case
from ..engine.model.people import Actor, DecidedBy
from ..engine.ports.records import Selection
from ..reports.render.terminal.history import history_line
from ..workflows import SERIOUS_CASE_REVIEW
from .present import Present

# Beside the code in a checkout and in an installed package alike.
EXAMPLES = Path(__file__).parent.parent / "examples"
TYPIST = Actor(name="Business Manager", roles=frozenset({"business_manager"}))
CHAIR = DecidedBy(name="Chair of the Board", capacity="board_chair", evidence="letter to the subgroup")
DECIDERS = {
    "withdraw": DecidedBy(name="Named nurse, Agency 1", capacity="referrer", evidence="letter of withdrawal"),
    "tell_panel": DecidedBy(name=TYPIST.name, capacity="business_manager", evidence="e-mail of 20 January"),
}
NOT_MET = {"met": "not_met", "evidence": "Nothing that was seen points to it."}
LIMBS = ("abuse_or_neglect", "child_died", "seriously_harmed", "concern_about_working_together")
NO_CRITERIA = dict.fromkeys(LIMBS, NOT_MET)

# The day on which each step of the examples is taken, in their order. The report takes longer than six months, and
# the panel is notified late, so the reader sees what a missed deadline looks like.
STORY = (
    ("refer", date(2026, 1, 5)),
    ("notify_incident", date(2026, 1, 7)),
    ("recommend", date(2026, 1, 13)),
    ("screen", date(2026, 2, 3)),
    ("tell_panel", date(2026, 2, 12)),
    ("record_panel_reply", date(2026, 2, 20)),
    ("agree_terms", date(2026, 3, 3)),
    ("request_returns", date(2026, 3, 5)),
    ("RET01-secure_records", date(2026, 3, 6)),
    ("RET02-name_author", date(2026, 3, 9)),
    ("appoint_reviewer", date(2026, 3, 24)),
    ("RET01-receive", date(2026, 3, 27)),
    ("RET01-accept", date(2026, 4, 2)),
    ("RET03-return_nil", date(2026, 4, 8)),
    ("RET02-receive", date(2026, 4, 10)),
    ("RET02-send_back", date(2026, 4, 14)),
    ("begin_engagement", date(2026, 4, 14)),
    ("E01-contact", date(2026, 4, 20)),
    ("E02-record_unable", date(2026, 4, 21)),
    ("RET02-receive", date(2026, 4, 30)),
    ("RET02-accept", date(2026, 5, 7)),
    ("E03-take_part", date(2026, 5, 12)),
    ("E01-take_part", date(2026, 5, 19)),
    ("receive_draft", date(2026, 7, 14)),
    ("PUB01-check_accuracy", date(2026, 7, 28)),
    ("agree_recommendations", date(2026, 8, 18)),
    ("request_action_plans", date(2026, 8, 25)),
    ("REC03-send_letter", date(2026, 8, 27)),
    ("E01-share_findings", date(2026, 8, 28)),
    ("E02-share_findings", date(2026, 8, 28)),
    ("PUB01-schedule", date(2026, 9, 1)),
    ("PUB01-send_copy", date(2026, 9, 3)),
    ("PUB01-publish", date(2026, 9, 15)),
    ("P01-submit", date(2026, 9, 16)),
    ("P02-submit", date(2026, 9, 18)),
    ("P01-agree", date(2026, 9, 29)),
    ("P02-agree", date(2026, 9, 29)),
    ("begin_monitoring", date(2026, 10, 20)),
    ("A01-report_progress", date(2026, 10, 20)),
    ("P03-submit", date(2026, 10, 27)),
    ("A01-hand_in", date(2026, 10, 29)),
    ("P03-agree", date(2026, 11, 3)),
    ("A01-send_back", date(2026, 11, 5)),
    ("A02-supersede", date(2026, 11, 10)),
    ("A03-hand_in", date(2026, 11, 11)),
    ("A01-hand_in", date(2026, 11, 24)),
    ("A01-assure", date(2026, 12, 3)),
    ("A03-assure", date(2026, 12, 3)),
    ("report_progress", date(2026, 12, 8)),
    ("A04-hand_in", date(2026, 12, 16)),
    ("A04-assure", date(2027, 1, 7)),
    ("REC03-record_reply", date(2027, 1, 8)),
    ("REC01-carry_out", date(2027, 1, 12)),
    ("REC02-carry_out", date(2027, 1, 12)),
    ("REC03-carry_out", date(2027, 1, 12)),
    ("note", date(2027, 1, 12)),
    ("close", date(2027, 3, 9)),
)
DAYS = dict(reversed(STORY))
"""The day of each step; of one that is taken twice, the first."""

RECONSIDERED = (
    (
        "take_no_further_action",
        date(2026, 1, 16),
        {"criteria": NO_CRITERIA, "reasons": "On what was known then, the criteria were not met."},
    ),
    (
        "tell_panel",
        date(2026, 1, 20),
        {"notified": ["National panel"], "decision": "No review: the criteria are not met on what is known."},
    ),
    (
        "reconsider",
        date(2026, 1, 27),
        {"asked_by": "Agency 2", "reasons": "A medical report received since shows serious harm."},
    ),
)

RECOMMENDED_ANEW = date(2026, 1, 30)

Step = tuple[str, date, Mapping[str, Any]]


def play(engine: Engine, present: Present, console: Console) -> None:
    """Plays the reviews, prints the first one's timeline and where the others ended."""
    review = closed_review(engine, present)
    console.print(Text("One review, from referral to closure", style="bold"))
    console.print(history_line(engine.history(review.ref), SERIOUS_CASE_REVIEW))
    console.print()
    console.print(Text("What it was made up of, each a case of its own, and where each ended", style="bold"))
    console.print(parts(engine, review))
    console.print()
    console.print(Text("Other ways in which a referral can end", style="bold"))
    for case in other_ends(engine, present):
        linked = "".join(f" Opened and linked: {link.ref}." for link in case.links)
        state = SERIOUS_CASE_REVIEW.state(case.state)
        console.print(Text(f"{case.ref}  {state.title}. {state.meaning}{linked}"))
    visited = {state for case in engine.cases(Selection(workflow=SERIOUS_CASE_REVIEW.name)) for state in case.been_in}
    console.print(f"Visited: {len(visited)} of the definition's {len(SERIOUS_CASE_REVIEW.states)} states.\n")


def parts(engine: Engine, review: Case) -> RenderableType:
    """Return a table of a review's parts by kind, with the state of each."""
    table = Table(show_header=False, box=None, padding=(0, 2, 0, 0), pad_edge=False)
    tree = engine.tree(review.ref)
    for workflow in engine.workflows:
        cases = [case for case in tree if case.workflow == workflow.name and case is not tree[0]]
        if cases:
            found = [f"{case.ref.rpartition('/')[2]} {workflow.state(case.state).title}" for case in cases]
            table.add_row(workflow.title, ", ".join(found))
    return table


def closed_review(engine: Engine, present: Present) -> Case:
    """Return a review that the examples take to `closed`, with a decision that was reconsidered."""
    return review_until(engine, present, STORY[-1][1])


def review_until(engine: Engine, present: Present, last: date) -> Case:
    """Return the same review as it was at the end of a day."""
    case = _referred(engine, present)
    for (name, day), file in zip(STORY[1:], files(SERIOUS_CASE_REVIEW.name)[1:], strict=True):
        if day > last:
            break
        if name == "screen":
            for reconsidered in RECONSIDERED:
                _decided(engine, present, case, reconsidered)
            # What led to the former decision counts no longer.
            present.move_to(RECOMMENDED_ANEW)
            take(engine, case.ref, "recommend", *example("recommend"))
        present.move_to(day)
        take(engine, case.ref, name, *read(file))
    return engine.case(case.ref)


def other_ends(engine: Engine, present: Present) -> tuple[Case, ...]:
    """One withdrawn, one diverted to a partnership review, one discontinued, one handed over, one without action."""
    withdrawn = {"withdrawn_by": "Named nurse, Agency 1", "reasons": "Referred twice; see the first referral."}
    diverted = {
        "criteria": NO_CRITERIA,
        "reasons": "The criteria are not met, but two agencies can learn from it.",
        "lessons": "How a family is handed over when it moves.",
        "agency": "Agency 1",
    }
    given_up = {"reasons": "Another area holds a joint review.", "consulted": ["National panel"]}
    handed_over = {
        "to_area": "Area 2",
        "contact": "Business unit of Area 2",
        "handover": {"title": "Handover pack", "location": "Reviews/SCR/Child A/Handover.docx"},
        "reasons": "The family has always lived there.",
    }
    no_action = RECONSIDERED[0][2]
    ways: tuple[tuple[str, Mapping[str, Any]], ...] = (
        ("withdraw", withdrawn),
        ("commission_partnership_review", diverted),
        ("discontinue", given_up),
        ("transfer", handed_over),
        ("take_no_further_action", no_action),
    )
    ended = []
    for trigger, data in ways:
        case = _referred(engine, present)
        for before in _steps_before(trigger):
            record, decider = example(before)
            present.move_to(DAYS[before])
            case = engine.step(case.ref, before, actor=TYPIST, decided_by=decider, data=record)
        ended.append(_decided(engine, present, case, (trigger, date(2026, 3, 3), data)))
    return tuple(ended)


def files(workflow: str) -> list[Path]:
    """Return the example files of a review, in their order."""
    return sorted((EXAMPLES / workflow).glob("*.json"))


def example(name: str) -> tuple[dict[str, Any], DecidedBy]:
    """Return the example of a step (`screen`, `P01-submit`); the first if there are two."""
    return read(next(file for file in files(SERIOUS_CASE_REVIEW.name) if file.stem.split("-", 1)[1] == name))


def read(file: Path) -> tuple[dict[str, Any], DecidedBy]:
    """Return the content of an example file: the record, and who decided."""
    data: dict[str, Any] = msgspec.json.decode(file.read_bytes())
    decider = msgspec.convert(data.pop("decided_by"), DecidedByForm)
    return data, decider.to_value()


def take(engine: Engine, ref: str, name: str, data: Mapping[str, Any], decider: DecidedBy) -> None:
    """Record a step of a review, or of a part of it: `P01-submit` is `submit` of its first plan."""
    part, _, trigger = name.rpartition("-")
    engine.step(f"{ref}/{part}" if part else ref, trigger, actor=TYPIST, decided_by=decider, data=data)


def _referred(engine: Engine, present: Present) -> Case:
    data, decider = example("refer")
    present.move_to(DAYS["refer"])
    return engine.open(SERIOUS_CASE_REVIEW.name, actor=TYPIST, decided_by=decider, data=data)


def _steps_before(trigger: str) -> tuple[str, ...]:
    if trigger == "withdraw":
        return ()
    return ("recommend", "screen") if trigger in ("discontinue", "transfer") else ("recommend",)


def _decided(engine: Engine, present: Present, case: Case, step: Step) -> Case:
    trigger, day, data = step
    present.move_to(day)
    decider = DECIDERS.get(trigger, CHAIR)
    return engine.step(case.ref, trigger, actor=TYPIST, decided_by=decider, data=data)

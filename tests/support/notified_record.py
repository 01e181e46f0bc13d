"""A record in which people were reminded: with notices in every state, messages, requests and a disposal."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from casereview.engine import Engine
from casereview.engine.definition.deadline import OWNER, EscalationLevel
from casereview.engine.model.commands import Step
from casereview.engine.notifications.templates import MessageTemplates
from casereview.engine.ports.outbox import Channel
from casereview.persistence import Database
from casereview.workflows import MESSAGE_TEMPLATES

from .amendments import disposal
from .loan_decisions import evening_of
from .loan_workflow import BY_KEEPER, CLAIM, KEEPER, LIBRARIAN_1, LOAN, READER_1, RECORDS_BY_STEP
from .messages import RecordingTransport
from .movable_time import MovableTime

LEVELS = (
    EscalationLevel(name="reminder", to=OWNER, working_days=-2),
    EscalationLevel(name="owner", to=OWNER, working_days=0),
    EscalationLevel(name="keeper", to="keeper", working_days=5),
)
ROLES = tuple(replace(role, held_for_release=True) if role == KEEPER else role for role in LOAN.roles)
WORKFLOWS_WITH_LEVELS = (replace(LOAN, escalation_policy=LEVELS, roles=ROLES), replace(CLAIM, roles=ROLES))
FIRST, SECOND, LAST = "LN-2026-001", "LN-2026-002", "LN-2026-003"
ASKED = date(2026, 10, 1)


def fill_with_notices(url: str) -> None:
    """Fill a new or empty database.

    The first loan is inspected in time, which is recorded after everyone was notified; it has a remark. In the second
    a remark was disposed of, and the keeper's notice withdrawn. The third is asked for last, and its notices to the
    keeper are on hold.
    """
    database = Database(url)
    database.create()
    present = MovableTime(evening_of(ASKED))
    engine = Engine(database, WORKFLOWS_WITH_LEVELS, now=present)
    engine.add_person("Lee", role="librarian", actor=LIBRARIAN_1, email="lee@example.org")
    engine.add_person("Kim", role="keeper", actor=LIBRARIAN_1, email="kim@example.org")
    for number in (1, 2):
        record = {**RECORDS_BY_STEP["ask"], "reader": "Reader 1"}
        engine.open("loan", actor=READER_1, data=record, on=ASKED, request_id=f"request-{number}")
    for ref in (FIRST, SECOND):
        engine.step(ref, "tell", actor=LIBRARIAN_1, data=RECORDS_BY_STEP["tell"], on=ASKED)
    engine.record(disposal(SECOND, actor=LIBRARIAN_1, seq=2))
    for day in (date(2026, 10, 6), date(2026, 10, 9), date(2026, 10, 16)):
        present.at = evening_of(day)
        engine.sweep()
        _deliver(engine)
    engine.messages.withdraw(["Kim"], reasons="Told in the meeting.", actor=LIBRARIAN_1)
    present.at = evening_of(date(2026, 10, 23))
    inspection = RECORDS_BY_STEP["inspect"]
    engine.record(
        Step(
            ref=FIRST, trigger="inspect", actor=LIBRARIAN_1, decided_by=BY_KEEPER, data=inspection, on=date(2026, 10, 8)
        )
    )
    _deliver(engine)
    present.at = evening_of(date(2026, 11, 9))
    engine.sweep()
    engine.messages.release(["Kim"], actor=LIBRARIAN_1)
    _deliver(engine)
    engine.open("loan", actor=READER_1, data=RECORDS_BY_STEP["ask"], on=date(2026, 11, 9), request_id="request-3")
    present.at = evening_of(date(2026, 11, 26))
    engine.sweep()
    database.close()


def _deliver(engine: Engine) -> None:
    engine.messages.deliver(
        {Channel.EMAIL: RecordingTransport()}, templates=MessageTemplates(default=MESSAGE_TEMPLATES)
    )

"""Work on a record in a process of its own: read an order as a line of JSON, and answer with one."""

from __future__ import annotations

import itertools
import json
import logging
import os
import random
import signal
import sys
import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import structlog
from five_deadlines import FIVE_DEADLINES, SWEPT_AT
from lending_sets import A_PART, KEEPER_1, SETS
from worker_processes import DAY, ME, engine_and_database, note_step, open_review

from casereview.engine import Case, CasereviewError, Engine, Refused
from casereview.engine.notifications.delivery import GROUPING_WINDOW
from casereview.engine.notifications.smtp import SmtpTransport
from casereview.engine.notifications.templates import MessageTemplates
from casereview.engine.notifications.transport import DeliveryResult
from casereview.engine.ports.outbox import Channel, NoticeState
from casereview.engine.worker import ShouldStop
from casereview.engine.worker import Worker as Chaser
from casereview.persistence import Database
from casereview.persistence.audit.verify import verify
from casereview.workflows import MESSAGE_TEMPLATES, WORKFLOWS

NOBODY = 65534
Order = dict[str, Any]
MOVES: dict[str, tuple[tuple[str, dict[str, Any]], ...]] = {
    "referred": (("withdraw", {"withdrawn_by": "Agency 1", "reasons": "Taken elsewhere."}), ("note", {"text": "x"})),
    "withdrawn": (("reopen", {"return_to": "referred", "reasons": "Taken up."}), ("note", {"text": "y"})),
}


class Orders:
    """The orders that this process carries out."""

    def __init__(self) -> None:
        self._engine: Engine | None = None
        self._database: Database | None = None

    def connect(self, order: Order) -> Any:
        if self._database is not None:
            self._database.close()
        self._engine, self._database = engine_and_database(order["url"], SETS if order.get("sets") else WORKFLOWS)
        return {}

    def leave(self, order: Order) -> Any:
        assert self._database is not None
        self._database.close()
        return {}

    def open(self, order: Order) -> Any:
        return case_answer(
            open_review(self.engine, title=order.get("title", "Child A"), request_id=order.get("request_id"))
        )

    def open_many(self, order: Order) -> Any:
        return [open_review(self.engine).ref for _ in range(order["count"])]

    def step(self, order: Order) -> Any:
        more = {name: order[name] for name in ("if_version", "request_id") if name in order}
        return case_answer(note_step(self.engine, order["ref"], order.get("text", "A call."), **more))

    def open_part(self, order: Order) -> Any:
        return case_answer(self.engine.open("part", actor=KEEPER_1, data=A_PART, on=DAY, parent=order["parent"]))

    def take(self, order: Order) -> Any:
        """Apply a step to a set, or to a part of one."""
        return case_answer(self.engine.step(order["ref"], order["trigger"], actor=KEEPER_1, data={}, on=DAY))

    def roam(self, order: Order) -> Any:
        """Apply random steps to random cases, and return what was saved and how often a rule refused."""
        chance = random.Random(order["seed"])
        acknowledged, refused = [], 0
        while len(acknowledged) < order["steps"]:
            ref = chance.choice(order["refs"])
            # Another process may change the case before this step is applied.
            trigger, data = chance.choice(MOVES[self.engine.case(ref).state])
            try:
                case = self.engine.step(ref, trigger, actor=ME, data=data, on=DAY)
            except Refused:
                refused += 1
            else:
                acknowledged.append({**case_answer(case), "trigger": trigger})
        return {"acknowledged": acknowledged, "refused": refused}

    def until_killed(self, order: Order) -> Any:
        """Apply steps to a case of its own until killed, and answer after each that was saved."""
        ref = open_review(self.engine).ref
        answer({"ref": ref, "seq": 1})
        while True:
            answer(case_answer(note_step(self.engine, ref)))

    def look(self, order: Order) -> Any:
        return case_answer(self.engine.case(order["ref"]))

    def fill(self, order: Order) -> Any:
        """Apply steps until the disk is full, and return their number and the error."""
        taken = 0
        while True:
            try:
                note_step(self.engine, order["ref"], "x" * 2_000)
            except CasereviewError as error:
                return {"taken": taken, **refusal_answer(error)}
            taken += 1

    def limit(self, order: Order) -> Any:
        """Limit the size of this process's files. Beyond it the system gives EFBIG, as for a quota."""
        import resource

        # CPython ignores SIGXFSZ, which would end it otherwise.
        _, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (order["bytes"] or resource.RLIM_INFINITY, hard))
        return {}

    def drop_rights(self, order: Order) -> Any:
        """Give up the administrator's rights, who may write everywhere."""
        if os.geteuid() == 0:
            os.setuid(NOBODY)
        return {}

    def chase(self, order: Order) -> Any:
        """Sweep and send until stopped, and answer after each tick with its counts and with what is left."""
        stop = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda _number, _frame: stop.set())
        structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
        database = Database(order["url"])
        looks = itertools.count(1)

        def now() -> datetime:
            if next(looks) == order.get("pause_at"):
                answer({"begun": True})
                stop.wait()
            return SWEPT_AT

        engine = Engine(database, (FIVE_DEADLINES,), now=now)
        posts = {Channel.EMAIL: SmtpTransport.from_url(order["server"], sender=order["sender"])}

        def deliver(should_stop: ShouldStop) -> DeliveryResult:
            delivered = engine.messages.deliver(
                posts,
                templates=MessageTemplates(default=MESSAGE_TEMPLATES),
                grouping_window=GROUPING_WINDOW,
                should_stop=should_stop,
            )
            with database.reading() as reader:
                left = len(reader.due_timers(SWEPT_AT, None, 1)) + len(reader.people_with_notices(NoticeState.WAITING))
            answer({**delivered.counts, "left": left})
            return delivered

        Chaser(engine=engine, name=order["name"], every=timedelta(seconds=0.1), deliver=deliver).run(stop)
        database.close()
        sys.exit(0)

    def walk(self, order: Order) -> Any:
        """Verify the record, and return the progress and the memory of this process during it."""
        import psutil  # comes with the wheel of PostgreSQL

        assert self._database is not None
        progress: list[int] = []
        memory: list[int] = []

        def heard(events: int) -> None:
            progress.append(events)
            memory.append(psutil.Process().memory_info().rss)

        with self._database.connection() as connection:
            found = verify(connection, progress=heard)
        counts = {"cases": found.cases, "events": found.events, "faults": len(found.faults)}
        return {**counts, "progress": progress, "memory": memory}

    @property
    def engine(self) -> Engine:
        assert self._engine is not None
        return self._engine


def case_answer(case: Case) -> dict[str, Any]:
    return {"ref": case.ref, "seq": case.seq, "version": case.version, "state": case.state}


def refusal_answer(error: CasereviewError) -> dict[str, Any]:
    return {"error": error.code, "kind": type(error).__name__, "said": str(error)}


def answer(value: Any) -> None:
    sys.stdout.write(f"{json.dumps(value)}\n")
    sys.stdout.flush()


def main() -> None:
    work = Orders()
    for line in sys.stdin:
        order = json.loads(line)
        do: Callable[[Order], Any] = getattr(work, order["do"])
        try:
            answer(do(order))
        except CasereviewError as error:
            answer(refusal_answer(error))


if __name__ == "__main__":
    main()

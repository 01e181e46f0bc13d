"""The outbox: a notice is composed once, a message claimed by one worker and sent for good, on both databases."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta
from threading import Barrier, Event

import pytest

from casereview.engine.model.notice import Notice, NoticeKind
from casereview.engine.ports.outbox import Channel, Message, MessageState, NoticeState, message_digest
from casereview.engine.ports.store import Writer
from casereview.persistence import Database
from casereview.persistence.schema import tables

from ...support.outbox_rows import MESSAGE, NOON, REMINDER

LATER = NOON + timedelta(minutes=5)
PATIENCE = 20
LONG = "雪" * 200


@pytest.fixture
def store(database_url: str) -> Iterator[Database]:
    """An empty record on each database."""
    made = Database(database_url)
    yield made
    made.close()


def noted(store: Database, *notices: Notice) -> None:
    store.write(lambda writer: writer.save_notices(notices))


def queued(store: Database, *messages: Message) -> None:
    def keep(writer: Writer) -> None:
        for one in messages:
            writer.compose(one, ())

    store.write(keep)


def standing(store: Database, state: NoticeState) -> list[str]:
    with store.reading() as reader:
        return [one.notice.id for name in reader.people_with_notices(state) for one in reader.pending(name, state)]


def claimed(store: Database, at: datetime = NOON, limit: int = 10, channel: Channel = Channel.EMAIL) -> list[str]:
    found = store.write(lambda writer: writer.claim_messages(channel, at, at + timedelta(minutes=5), limit))
    return [one.id for one in found]


def test_a_notice_is_read_as_it_was_saved(store: Database) -> None:
    later = replace(REMINDER, id="2", at=LATER, level=None, kind=NoticeKind.MET_IN_TIME)
    noted(store, later, REMINDER, replace(REMINDER, id="3", person="Ash", on_hold=True))
    noted(store)
    with store.reading() as reader:
        assert (reader.people_with_notices(NoticeState.WAITING), reader.people_with_notices(NoticeState.ON_HOLD)) == (
            ("Kim",),
            ("Ash",),
        )
        found = reader.pending("Kim", NoticeState.WAITING)
        assert [(one.notice, one.clock, one.notified) for one in found] == [
            (REMINDER, None, False),
            (later, None, False),
        ]
        assert reader.pending("Ash", NoticeState.ON_HOLD)[0].notice.on_hold
        assert reader.pending("Ash", NoticeState.WAITING) == ()


def test_a_composed_notice_counts_as_notified_once_it_was_sent(store: Database) -> None:
    noted(store, REMINDER)
    store.write(lambda writer: writer.compose(MESSAGE, [REMINDER]))
    noted(store, replace(REMINDER, id="2", kind=NoticeKind.MET_IN_TIME), replace(REMINDER, id="3", number=2))

    def notified() -> dict[str, bool]:
        with store.reading() as reader:
            return {one.notice.id: one.notified for one in reader.pending("Kim", NoticeState.WAITING)}

    assert notified() == {"2": False, "3": False}
    with store.reading() as reader:
        assert reader.carried_by([]) == {}
        ((message_id, (carried,)),) = reader.carried_by([MESSAGE.id, "b"]).items()
        assert (message_id, carried.notice) == (MESSAGE.id, REMINDER)
        assert reader.message(MESSAGE.id) == replace(MESSAGE, digest=message_digest(MESSAGE))
        assert reader.message("b") is None
    with store.connection() as connection:
        kept = connection.execute(tables.notice.select().where(tables.notice.c.state == "composed")).mappings().all()
    assert [(row["id"], row["message_id"]) for row in kept] == [(REMINDER.id, MESSAGE.id)]
    sent = replace(MESSAGE, digest=message_digest(MESSAGE), state=MessageState.SENT, next_try_at=None, sent_at=NOON)
    store.write(lambda writer: writer.save(sent))
    assert notified() == {"2": True, "3": False}


def test_released_notices_wait_and_withdrawn_ones_are_not_sent(store: Database) -> None:
    one, other = replace(REMINDER, on_hold=True), replace(REMINDER, id="2", on_hold=True)
    noted(store, one, other)
    store.write(lambda writer: writer.release_notices([one], "Sam Reed", NOON))
    store.write(lambda writer: writer.withdraw_notices([other], "Sam Reed", NOON, "Told in the meeting."))
    assert (standing(store, NoticeState.WAITING), standing(store, NoticeState.ON_HOLD)) == ([one.id], [])
    with store.connection() as connection:
        kept = connection.execute(tables.notice.select().order_by(tables.notice.c.id)).mappings().all()
    assert [(row["state"], row["settled_by"], row["settled_at"], row["reasons"]) for row in kept] == [
        ("withdrawn", "Sam Reed", NOON, "Told in the meeting."),
        ("waiting", "Sam Reed", NOON, None),
    ]


def test_the_longest_waiting_messages_are_claimed_first_by_one_worker(store: Database) -> None:
    due = [replace(MESSAGE, id=str(n), next_try_at=NOON - timedelta(minutes=n)) for n in range(3)]
    elsewhere = replace(MESSAGE, id="hook", channel=Channel.NOTIFY, address="json://host")
    later = replace(MESSAGE, id="later", next_try_at=LATER)
    settled = replace(MESSAGE, id="sent", state=MessageState.SENT, next_try_at=None)
    queued(store, *due, elsewhere, later, settled)
    assert claimed(store, limit=2) == ["2", "1"]
    assert claimed(store) == ["0"]
    assert claimed(store) == []
    assert claimed(store, channel=Channel.NOTIFY) == ["hook"]
    assert sorted(claimed(store, LATER)) == ["0", "1", "2", "later"]  # the worker that claimed them is gone


def test_a_message_that_was_sent_stays_sent(store: Database) -> None:
    queued(store, MESSAGE)
    sent = replace(MESSAGE, state=MessageState.SENT, attempts=1, next_try_at=None, sent_at=NOON)
    store.write(lambda writer: writer.save(sent))
    failed = replace(MESSAGE, attempts=2, problem="It broke off.", next_try_at=LATER)
    store.write(lambda writer: writer.save(failed))
    with store.reading() as reader:
        assert reader.message(MESSAGE.id) == sent
    assert claimed(store, LATER) == []


def test_messages_are_listed_the_newest_first(store: Database) -> None:
    dead = replace(MESSAGE, id="d", state=MessageState.GIVEN_UP, next_try_at=None, problem="x", created_at=LATER)
    other = replace(MESSAGE, id="o", person="Ash", created_at=NOON - timedelta(1))
    queued(store, MESSAGE, dead, other)
    dead, first, other = (replace(one, digest=message_digest(one)) for one in (dead, MESSAGE, other))
    with store.reading() as reader:
        assert reader.messages(None, None, 9) == (dead, first, other)
        assert reader.messages(None, None, 1) == (dead,)
        assert reader.messages(MessageState.GIVEN_UP, None, 9) == (dead,)
        assert reader.messages(MessageState.QUEUED, ("Ash",), 9) == (other,)


def test_long_names_fit(store: Database) -> None:
    ref = f"SCR-2026-001/{'A' * 30}"
    long = replace(REMINDER, id=f"{ref}:1000000:{'x' * 60}:1000:{LONG}", person=LONG, ref=ref)
    noted(store, long)
    store.write(lambda writer: writer.compose(replace(MESSAGE, person=LONG, address="a" * 2000), [long]))
    with store.reading() as reader:
        (kept,) = reader.messages(None, (LONG,), 1)
    assert len(kept.address) == 2000


# --- two at once ----------------------------------------------------------------------------------------


def at_once(url: str, first: Callable[[Writer], list[str]]) -> tuple[list[str], list[str]]:
    """Return the results of two connections, the second while the first's transaction is open."""
    one, two = Database(url), Database(url)
    taken, looked = Event(), Event()

    def holding(writer: Writer) -> list[str]:
        found = first(writer)
        taken.set()
        assert looked.wait(PATIENCE)
        return found

    with ThreadPoolExecutor(1) as other:
        held = other.submit(one.write, holding)
        assert taken.wait(PATIENCE)
        try:
            seen = two.write(first)
        finally:
            looked.set()
        found = held.result(PATIENCE)
    one.close()
    two.close()
    return found, seen


def test_one_of_two_workers_composes_all_notices_of_a_person(postgres_url: str) -> None:
    """Without this, each worker would make a message of some notices: each skips those that the other locked."""
    store, other = Database(postgres_url), Database(postgres_url)
    notices = [replace(REMINDER, id=f"{number:03}", seq=number) for number in range(200)]
    for _ in range(10):
        store.write(lambda writer: writer.save_notices(notices))
        begin = Barrier(2)

        def taken(at: Database, begin: Barrier = begin) -> int:
            begin.wait(PATIENCE)

            def bound(writer: Writer) -> int:
                found = [one.notice for one in writer.lock_pending("Kim", NoticeState.WAITING)]
                writer.withdraw_notices(found, "a test", NOON, "taken")
                return len(found)

            return at.write(bound)

        with ThreadPoolExecutor(2) as both:
            assert sorted(both.map(taken, (store, other))) == [0, len(notices)]
        with store.backend.writing.begin() as connection:
            connection.exec_driver_sql("DELETE FROM casereview_notice")
    store.close()
    other.close()


def test_two_workers_never_claim_the_same_message(postgres_url: str) -> None:
    store = Database(postgres_url)
    queued(store, *(replace(MESSAGE, id=str(number)) for number in range(3)))
    store.close()

    def claim(writer: Writer) -> list[str]:
        return [one.id for one in writer.claim_messages(Channel.EMAIL, NOON, LATER, 2)]

    assert at_once(postgres_url, claim) == (["0", "1"], ["2"])

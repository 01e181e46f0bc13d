"""Tests of eight processes at once: one wins, no step is lost, and none is applied twice."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import Any

import pytest

from casereview.engine import Engine
from casereview.persistence import Database

from ..support.worker_processes import (
    UNIT_EVENTS,
    WorkerGroup,
    assert_matches_history,
    note_step,
    open_review,
    repetitions,
    report_counts,
    verify_record,
)

pytestmark = pytest.mark.long


def winners(answers: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [answer for answer in answers if "error" not in answer]


def kinds(answers: list[dict[str, Any]]) -> Counter[str]:
    return Counter(answer["kind"] for answer in answers if "error" in answer)


def test_exactly_one_of_eight_writers_with_the_same_version_succeeds(
    engine: Engine, database: Database, crew: WorkerGroup
) -> None:
    case = open_review(engine)
    total: Counter[str] = Counter()
    for _ in range(repetitions(short=15, long=500)):
        race = {"do": "step", "ref": case.ref, "if_version": case.version}
        answers = crew.ask_all(lambda index, race=race: {**race, "text": f"by {index}"})
        won, lost = winners(answers), kinds(answers)
        assert (len(won), lost) == (1, {"VersionConflict": len(crew) - 1})
        case = engine.case(case.ref)
        assert (won[0]["version"], won[0]["seq"]) == (case.version, case.seq)
        total.update(rounds=1, winners=len(won), conflicts=lost["VersionConflict"])
    assert case.seq == 1 + total["rounds"]
    assert_matches_history(engine, database, case.ref)
    report_counts(f"{total['rounds']} rounds: {total['winners']} winners, {total['conflicts']} conflicts")


def test_one_request_id_sent_by_eight_processes_is_applied_once(
    engine: Engine, database: Database, crew: WorkerGroup
) -> None:
    ref = open_review(engine).ref
    count = repetitions(short=15, long=200)
    for number in range(count):
        order = {"do": "step", "ref": ref, "request_id": f"step-{number}", "text": f"number {number}"}
        answers = crew.ask_all(lambda _, order=order: order)
        assert answers == [answers[0]] * len(crew)
        assert (answers[0]["ref"], answers[0]["seq"]) == (ref, number + 2)
    assert engine.case(ref).seq == count + 1
    assert_matches_history(engine, database, ref)
    report_counts(f"{count} rounds: {count} steps, {count * len(crew)} equal answers")


def test_one_opening_sent_eight_times_with_one_request_id_opens_one_case(
    engine: Engine, database: Database, crew: WorkerGroup
) -> None:
    count = repetitions(short=15, long=200)
    for number in range(count):
        order = {"do": "open", "request_id": f"open-{number}", "title": f"Child {number}"}
        answers = crew.ask_all(lambda _, order=order: order)
        assert answers == [answers[0]] * len(crew)
        assert (answers[0]["ref"], answers[0]["seq"]) == (f"PR-2026-{number + 1:03d}", 1)
    found = verify_record(database)
    assert (found.cases, found.events, found.faults) == (count, count + UNIT_EVENTS, ())
    report_counts(f"{count} rounds: {count} cases, {count * len(crew)} equal answers")


def test_one_of_eight_different_requests_with_one_id_is_carried_out(
    engine: Engine, database: Database, crew: WorkerGroup
) -> None:
    refs = [open_review(engine).ref for _ in crew.workers]
    count = repetitions(short=10, long=200)
    for number in range(count):
        # Steps on one case, steps on different cases, and openings collide only over the ID.
        orders = (
            {"do": "step", "ref": refs[0]},
            {"do": "step"},
            {"do": "open"},
        )[number % 3]
        answers = crew.ask_all(
            lambda index, orders=orders, number=number: {
                "ref": refs[index],
                **orders,
                "request_id": f"id-{number}",
                "text": f"by {index}",
                "title": f"Child {index}",
            }
        )
        assert (len(winners(answers)), kinds(answers)) == (1, {"RequestIdReused": len(crew) - 1})
    found = verify_record(database)
    assert (found.events, found.faults) == (len(refs) + count + UNIT_EVENTS, ())
    report_counts(f"{count} rounds: {count} carried out, {count * (len(crew) - 1)} refused")


def test_all_random_steps_of_eight_processes_are_saved(engine: Engine, database: Database, crew: WorkerGroup) -> None:
    refs = [open_review(engine).ref for _ in range(repetitions(short=12, long=1_000))]
    steps = -(-repetitions(short=64, long=4_000) // len(crew))
    answers = crew.ask_all(lambda index: {"do": "roam", "seed": index, "steps": steps, "refs": refs})
    moves: dict[str, dict[int, dict[str, Any]]] = defaultdict(dict)
    for move in (move for answer in answers for move in answer["acknowledged"]):
        assert move["version"] not in moves[move["ref"]]
        moves[move["ref"]][move["version"]] = move
    states: Counter[str] = Counter()
    for ref in refs:
        model = "referred"
        for version in range(2, len(moves[ref]) + 2):
            move = moves[ref][version]
            model = {"withdraw": "withdrawn", "reopen": "referred", "note": model}[move["trigger"]]
            assert move["state"] == model
        assert (engine.case(ref).version, engine.case(ref).state) == (len(moves[ref]) + 1, model)
        states[model] += 1
        assert_matches_history(engine, database, ref)
    assert states == Counter(engine.case(ref).state for ref in refs)
    found = verify_record(database)
    assert (found.events, found.faults) == (len(refs) + steps * len(crew) + UNIT_EVENTS, ())
    refused = sum(answer["refused"] for answer in answers)
    report_counts(f"{steps * len(crew)} steps on {len(refs)} cases, {refused} refused: {dict(sorted(states.items()))}")


def test_cases_opened_by_eight_at_once_have_references_without_gaps(
    engine: Engine, database: Database, crew: WorkerGroup
) -> None:
    each = repetitions(short=6, long=100)
    answers = crew.ask_all(lambda _: {"do": "open_many", "count": each})
    given = sorted((ref for answer in answers for ref in answer), key=lambda ref: (len(ref), ref))
    assert given == [f"PR-2026-{number:03d}" for number in range(1, each * len(crew) + 1)]
    # None of the processes got a lower number after a higher one.
    assert all(answer == sorted(answer, key=lambda ref: (len(ref), ref)) for answer in answers)
    found = verify_record(database)
    assert (found.cases, found.faults) == (len(given), ())
    report_counts(f"{len(given)} cases opened by {len(crew)}: {given[0]} to {given[-1]}")


def test_a_step_after_the_race_continues_from_its_result(engine: Engine, crew: WorkerGroup) -> None:
    case = open_review(engine)
    crew.ask_all(lambda _: {"do": "step", "ref": case.ref})
    assert note_step(engine, case.ref).version == len(crew) + 2

"""The worker, as the process that it is."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from ...support.command_line import Office

PATIENCE = 30


@contextmanager
def at_work(office: Office, *args: str) -> Iterator[tuple[subprocess.Popen[str], list[str]]]:
    """A worker that has swept once, with its log so far."""
    process = subprocess.Popen(
        [sys.executable, "-m", "casereview.cli", "--debug", "worker", "--name", "desk", *args],
        cwd=office.folder,
        env=office.environment_variables(),
        stdin=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stderr is not None
        log: list[str] = []
        for line in process.stderr:
            log.append(line)
            if "event=swept" in line or process.poll() is not None:
                break
        yield process, log
    finally:
        process.kill()
        process.communicate(timeout=PATIENCE)


@pytest.mark.long
def test_a_worker_sweeps_leaves_word_and_stops_when_asked_to(office: Office, ref: str) -> None:
    late = office.at("2026-03-02T09:30:00+00:00")
    with at_work(late) as (process, log):
        assert any("event=escalated" in line and f"ref={ref}" in line for line in log)
        health = late.document("worker", "--health", "--name", "desk")
        assert (health["worker"], health["alive"]) == ("desk", True)
        for number in (signal.SIGTERM,):
            process.send_signal(number)
        began = time.monotonic()
        _, rest = process.communicate(timeout=PATIENCE)
        assert process.returncode == 0
        assert "event=stopped" in rest
        assert time.monotonic() - began < 5
    done = late.run("worker", "--health", "--name", "desk", "--json")
    assert (done.exit_code, json.loads(done.stdout)["alive"]) == (1, False)


@pytest.mark.long
def test_ctrl_c_ends_a_worker_as_quietly(office: Office, ref: str) -> None:
    with at_work(office) as (process, _):
        process.send_signal(signal.SIGINT)
        _, rest = process.communicate(timeout=PATIENCE)
        assert process.returncode == 0
        assert "Traceback" not in rest


@pytest.mark.long
def test_a_worker_that_is_killed_is_missed_by_its_name(office: Office, ref: str) -> None:
    with at_work(office) as (process, _):
        process.kill()
        process.wait(timeout=PATIENCE)
    soon, later = office.at("2026-01-20T09:32:00+00:00"), office.at("2026-01-20T09:40:00+00:00")
    assert "desk is running" in soon.output("worker", "--health", "--name", "desk")
    said = later.run("worker", "--health", "--name", "desk")
    assert (said.exit_code, "not running" in said.stdout) == (1, True)
    checks = {check["name"]: check for check in json.loads(later.run("doctor", "--json").stdout)}
    assert not checks["sweeps"]["passed"]
    assert "desk should sweep every 60 s" in checks["sweeps"]["found"]
    assert "casereview worker" in checks["sweeps"]["remedy"]


def test_once_is_one_sweep_for_a_task_that_a_calendar_starts(office: Office, ref: str, program: Path) -> None:
    late = office.at("2026-03-02T09:30:00+00:00")
    done = late.by(program).process("worker", "--once")
    assert done.returncode == 0, done.stderr
    assert "event=escalated" in done.stderr
    assert late.document("escalate")["fired"] == []


def test_a_worker_without_its_database_ends_at_once(tmp_path: Path, program: Path) -> None:
    office = Office(folder=tmp_path).by(program)
    for args in (("worker",), ("worker", "--once"), ("worker", "--health")):
        done = office.process(*args)
        assert done.returncode in (1, 4), args
        assert "does not exist" in done.stderr
        assert "Traceback" not in done.stderr


def test_a_worker_is_asked_for_one_thing_at_a_time(office: Office) -> None:
    assert "--once: expected no --health with it" in office.fails(2, "worker", "--once", "--health")


def test_whoever_was_never_heard_of_is_not_at_work(office: Office) -> None:
    said = office.run("worker", "--health", "--name", "nobody")
    assert (said.exit_code, "has never run" in said.stdout) == (1, True)


@pytest.mark.parametrize("every", ["0", "-1", "soon", "86401"])
def test_a_time_between_sweeps_has_to_be_one(office: Office, every: str) -> None:
    office.fails(2, "worker", "--every", every)

"""The preloaded program behaves as the real one."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

REAL = (sys.executable, "-m", "casereview.cli")


@pytest.mark.long
@pytest.mark.parametrize(
    "args", ["--version", "init --rehearsal", "list", "show SCR-2026-001", "nonsense", "completion bash"]
)
def test_it_prints_and_ends_as_the_real_program(program: Path, tmp_path: Path, args: str) -> None:
    outcomes = []
    for command in (REAL, (str(program),)):
        environment = {**os.environ, "CASEREVIEW_DATABASE": f"sqlite:///{tmp_path}/record.db"}
        done = subprocess.run(
            [*command, *args.split()],
            env={**environment, "CASEREVIEW_ACTOR": "Sam Reed"},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
        )
        outcomes.append((done.returncode, done.stdout, done.stderr))
        (tmp_path / "record.db").unlink(missing_ok=True)
    assert outcomes[0] == outcomes[1]


def test_it_has_the_client_s_folder_streams_and_environment(program: Path, tmp_path: Path) -> None:
    environment = {name: value for name, value in os.environ.items() if name != "CASEREVIEW_DATABASE"}
    environment |= {"CASEREVIEW_ACTOR": "Sam Reed"}
    subprocess.run([program, "init"], cwd=tmp_path, env=environment, check=True, capture_output=True)
    assert (tmp_path / "casereview.db").is_file()
    refer = [program, "refer", "serious_case_review", "--file", "-"]
    done = subprocess.run(refer, cwd=tmp_path, env=environment, input=b"{}", capture_output=True, check=False)
    assert done.returncode == 2
    assert b"Title: expected" in done.stderr


def test_a_signal_reaches_the_command(program: Path, tmp_path: Path) -> None:
    environment = {**os.environ, "CASEREVIEW_DATABASE": f"sqlite:///{tmp_path}/record.db", "CASEREVIEW_ACTOR": "Sam"}
    subprocess.run([program, "init"], env=environment, check=True, capture_output=True)
    with subprocess.Popen([program, "--debug", "worker"], env=environment, stderr=subprocess.PIPE, text=True) as worker:
        assert worker.stderr is not None
        assert any("event=swept" in line for line in worker.stderr)
        worker.send_signal(signal.SIGTERM)
        assert "event=stopped" in worker.stderr.read()
    assert worker.returncode == 0

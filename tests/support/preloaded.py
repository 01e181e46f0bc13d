"""Run `casereview` as a process of its own without paying for its start each time.

A server imports the program once and forks for each command. The client, named `casereview`, passes on
its arguments, folder, environment and standard streams, and ends as the command ends. A test whose claim
is about starting, about a terminal or about being killed runs the real program instead.

`python tests/support/preloaded.py SOCKET` is the server. It ends when its standard input ends.
"""

from __future__ import annotations

import atexit
import gc
import importlib
import os
import pkgutil
import select
import shlex
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import FrameType

LIBRARIES = (
    "apprise",
    "docx",
    "holidays.countries.united_kingdom",
    "icalendar",
    "jinja2",
    "matplotlib.backends.backend_agg",
    "matplotlib.figure",
    "openpyxl",
    "rich.table",
    "smtplib",
    "sqlalchemy.dialects.sqlite",
    "structlog",
    "xlsxwriter",
)
"""What the program imports only where it uses it."""

CLIENT = """
import os, signal, sys
from _socket import AF_UNIX, SOCK_STREAM, SOL_SOCKET, SCM_RIGHTS, socket

mask = os.umask(0)
environment = [name + b"=" + value for name, value in os.environb.items()]
args = [os.fsencode(arg) for arg in sys.argv[2:]]
request = b"\\0".join([os.fsencode(os.getcwd()), b"%d" % mask, b"%d" % len(args), *args, *environment])
streams = b"".join(stream.to_bytes(4, sys.byteorder) for stream in range(3))
server = socket(AF_UNIX, SOCK_STREAM)
server.connect(sys.argv[1])
server.sendmsg([len(request).to_bytes(8, "big")], [(SOL_SOCKET, SCM_RIGHTS, streams)])
server.sendall(request)
command = int(server.recv(20))
for number in (signal.SIGHUP, signal.SIGINT, signal.SIGTERM):
    signal.signal(number, lambda heard, frame: os.kill(command, heard))
status = int(server.recv(20) or 1)
if status < 0:
    if -status != signal.SIGKILL:
        signal.signal(-status, signal.SIG_DFL)
    os.kill(os.getpid(), -status)
os._exit(status)
"""
"""What stands for the program: it starts in a hundredth of a second, as it imports next to nothing."""


@contextmanager
def preloaded() -> Iterator[Path]:
    """Start a server, and yield the path of its `casereview`."""
    # Not below pytest's folders: a socket's path has to be short.
    with tempfile.TemporaryDirectory(prefix="casereview-bin-") as name:
        folder = Path(name)
        listening, client, command = folder / "socket", folder / "client.py", folder / "casereview"
        client.write_text(CLIENT, encoding="utf-8")
        words = shlex.join([sys.executable, "-IS", str(client), str(listening)])
        command.write_text(f'#!/bin/sh\nexec {words} "$@"\n', encoding="utf-8")
        command.chmod(0o755)
        with subprocess.Popen(
            [sys.executable, __file__, str(listening)],
            cwd=folder,
            env={key: value for key, value in os.environ.items() if not key.startswith(("CASEREVIEW_", "PYTHONIO"))},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            start_new_session=True,
        ) as server:
            assert server.stdout is not None
            assert server.stdout.readline() == b"ready\n"
            yield command
            server.communicate()


def serve(path: str) -> None:
    """Fork for each client until standard input ends. Return in the command's own process, ready to run it."""
    commands: dict[int, socket.socket] = {}

    def report_ended(_number: int, _frame: FrameType | None) -> None:
        while commands:
            command, status = os.waitpid(-1, os.WNOHANG)
            if not command:
                return
            with commands.pop(command) as client, suppress(OSError):
                client.sendall(b"%d" % os.waitstatus_to_exitcode(status))

    signal.signal(signal.SIGCHLD, report_ended)
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(path)
        listener.listen()
        sys.stdout.write("ready\n")
        sys.stdout.flush()
        while True:
            ready, _, _ = select.select([listener, sys.stdin], [], [])
            if sys.stdin in ready:
                for command in commands:
                    os.kill(command, signal.SIGKILL)
                sys.exit()
            client, _ = listener.accept()
            signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGCHLD})
            command = os.fork()
            if not command:
                break
            commands[command] = client
            signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGCHLD})
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGCHLD})
    for other in commands.values():
        other.close()
    with client:
        _become(client)


def _become(client: socket.socket) -> None:
    """Take over the client's arguments, folder, environment and streams."""
    size, streams, _, _ = socket.recv_fds(client, 8, 3)
    with client.makefile("rb") as sent:
        folder, mask, count, *rest = sent.read(int.from_bytes(size, "big")).split(b"\0")
    for number, stream in enumerate(streams):
        os.dup2(stream, number)
        os.close(stream)
    os.chdir(folder)
    os.umask(int(mask))
    args, environment = rest[: int(count)], rest[int(count) :]
    os.environ.clear()
    os.environb.update(dict(one.split(b"=", 1) for one in environment))
    time.tzset()
    sys.argv = ["casereview", *map(os.fsdecode, args)]
    _BEFORE.extend((sys.stdin, sys.stdout, sys.stderr))
    encoding, _, errors = os.environ.get("PYTHONIOENCODING", "").partition(":")
    encoding, errors = encoding or sys.stdout.encoding, errors or "strict"
    sys.stdin = sys.__stdin__ = open(0, encoding=encoding, errors=errors, closefd=False)  # noqa: SIM115
    sys.stdout = sys.__stdout__ = open(1, "w", encoding=encoding, errors=errors, closefd=False)  # noqa: SIM115
    sys.stderr = sys.__stderr__ = open(  # noqa: SIM115
        2, "w", encoding=encoding, errors="backslashreplace", closefd=False, buffering=1
    )
    client.sendall(b"%d" % os.getpid())


_BEFORE: list[object] = []
"""The server's own streams: to forget them would close the command's, which have their numbers."""


def import_everything() -> None:
    """Import the program and what it imports later."""
    import casereview

    for found in pkgutil.iter_modules(casereview.__path__, "casereview."):
        if found.name.rpartition(".")[2] not in ("benchmarks", "examples", "tests"):
            package = importlib.import_module(found.name)
            for inner in pkgutil.walk_packages(getattr(package, "__path__", ()), f"{found.name}."):
                # Alembic runs its scripts as it imports them.
                if "migrations" not in inner.name and not inner.name.endswith("__main__"):
                    importlib.import_module(inner.name)
    for name in LIBRARIES:
        importlib.import_module(name)


def run() -> None:
    """Run the program, and end as Python would, but without taking apart what was loaded: the server needs it."""
    from casereview.cli import main

    try:
        main()
    except SystemExit as ended:
        atexit._run_exitfuncs()
        try:
            sys.stdout.flush()
            sys.stderr.flush()
        except (OSError, ValueError):
            raise ended from None
        if isinstance(ended.code, int):
            os._exit(ended.code)
        raise


if __name__ == "__main__":
    del sys.path[0]
    import_everything()
    gc.freeze()
    serve(sys.argv[1])
    run()

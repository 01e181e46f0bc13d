"""Each kind of tampering is found: by verification, by the JavaScript checker, or by a seal kept elsewhere."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import Connection, create_engine

from casereview.persistence import Database
from casereview.persistence.audit.chain_heads import against_seal, read_seal, seal_lines, write_seal
from casereview.persistence.audit.verify import verify
from casereview.persistence.store.identity import identity_of

from ..support.history_checker import check
from ..support.notified_record import fill_with_notices
from ..support.outbox_rows import NOON
from ..support.tampering_kinds import CHECKER, KINDS, SEAL, VERIFY, Kind
from ..support.worker_processes import TRIGGERS


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a file and its seal."""
    folder = tmp_path_factory.mktemp("kinds")
    url = f"sqlite:///{(folder / 'record.db').as_posix()}"
    fill_with_notices(url)
    write(folder / "seal", url)
    return folder


def write(seal: Path, url: str) -> None:
    """Write the seal of a record."""
    database = Database(url)
    with database.connection() as connection:
        identity = identity_of(connection)
        write_seal(seal, seal_lines(connection), identity=identity, database=database.name, at=NOON)
    database.close()


@dataclass(frozen=True, kw_only=True)
class Tampered:
    """A record to tamper with, and its seal."""

    connection: Connection
    seal: Path

    def findings(self) -> set[str]:
        """Return what finds something: verification, or the seal."""
        found = {
            VERIFY: verify(self.connection).faults,
            SEAL: tuple(against_seal(self.connection, read_seal(self.seal))),
        }
        return {by for by, faults in found.items() if faults}


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def opened(request: pytest.FixtureRequest, url_of: Callable[[str], str], filled: Path) -> Iterator[Tampered]:
    """A record without triggers and foreign keys."""
    if request.param == "sqlite":
        shutil.copy(filled / "record.db", filled / "copy.db")
        with unguarded(filled / "copy.db") as connection:
            yield Tampered(connection=connection, seal=filled / "seal")
        return
    url, seal = url_of(request.param), filled / "postgresql.seal"
    fill_with_notices(url)
    write(seal, url)
    database = Database(url)
    with database.backend.writing.connect() as connection:
        yield Tampered(connection=connection, seal=seal)
    database.close()


@pytest.fixture
def tampered(opened: Tampered) -> Iterator[Tampered]:
    """The same; all changes are rolled back."""
    if opened.connection.dialect.name == "postgresql":
        opened.connection.exec_driver_sql("SET LOCAL session_replication_role = replica")
    yield opened
    opened.connection.rollback()


@contextmanager
def unguarded(path: Path) -> Iterator[Connection]:
    """Connect to a file without foreign keys, which our own connections switch on, and drop its triggers."""
    engine = create_engine(f"sqlite:///{path.as_posix()}")
    with engine.connect() as connection:
        for name in TRIGGERS["sqlite"]:
            connection.exec_driver_sql(f"DROP TRIGGER {name}")
        connection.commit()
        yield connection
    engine.dispose()


def test_an_untouched_record_has_no_findings(tampered: Tampered) -> None:
    assert tampered.findings() == set()


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.what)
def test_tampering_is_found_by_verification_or_a_seal(kind: Kind, tampered: Tampered) -> None:
    kind.change(tampered.connection)
    assert tampered.findings() == kind.found_by - {CHECKER}


@pytest.mark.long
@pytest.mark.parametrize(
    "kind", [kind for kind in KINDS if kind.found_by & {CHECKER, SEAL}], ids=lambda kind: kind.what
)
def test_the_checker_finds_tampering_with_the_history(kind: Kind, tmp_path: Path, filled: Path) -> None:
    path = tmp_path / "record.db"
    shutil.copy(filled / "record.db", path)
    with unguarded(path) as connection:
        kind.change(connection)
        connection.commit()
    code, faults = check(path)
    assert (code == 1, bool(faults)) == (CHECKER in kind.found_by,) * 2
    code, faults = check(path, filled / "seal")
    # It compares hashes only: a seal of another record, or of a later epoch, is for verification.
    settings = kind.what in ("the record's ID", "an earlier epoch")
    assert bool(faults) == (not settings)


def test_there_are_sixty_kinds_and_each_is_found() -> None:
    assert len({kind.what for kind in KINDS}) == len(KINDS) >= 60
    assert all(kind.found_by for kind in KINDS)
    by = Counter(by for kind in KINDS for by in kind.found_by)
    assert set(by) == {VERIFY, CHECKER, SEAL}

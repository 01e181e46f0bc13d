"""The benchmark's step by hand writes the rows that the engine's step writes."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import create_engine, func, select

from casereview.persistence.schema import tables

# A built wheel has no benchmarks.
ground = pytest.importorskip("casereview.benchmarks.ground")
action = pytest.importorskip("casereview.benchmarks.action")
floor = pytest.importorskip("casereview.benchmarks.floor")

OWN = {"command_id", "recorded_by", "decided_by", "data", "hash", "position"}
"""The columns of an event that have random IDs or salts in them."""


def test_the_floor_writes_the_same_rows_as_a_step(tmp_path: Path) -> None:
    files = ground.Files(tmp_path)
    refs = ground.prepared(files, 2)
    urls = {side: files.copy(side) for side in ("floor", "engine")}
    by_hand = floor.SqliteFloor(str(tmp_path / "floor.db"))
    by_hand.take(refs)
    by_hand.close()
    engine, database = action.engine_over(urls["engine"])
    for ref in refs:
        action.begin(engine, ref)
    database.close()
    ground.proved(list(urls.values()))
    counts, events = {}, {}
    for side, url in urls.items():
        with create_engine(url).connect() as connection:
            counts[side] = {
                table.name: connection.execute(select(func.count()).select_from(table)).scalar_one()
                for table in tables.metadata.sorted_tables
            }
            same = [column for column in tables.event.columns if column.name not in OWN]
            events[side] = connection.execute(select(*same).order_by(tables.event.c.position)).mappings().all()
    assert counts["floor"] == counts["engine"]
    assert [dict(row) for row in events["floor"]] == [dict(row) for row in events["engine"]]

"""Report the figures: a table at the terminal, a file for programs, a chart."""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from casereview.persistence.backends.sqlite_driver import sqlite3

from .targets import Target

RESULTS = Path(__file__).parent / "results"
NAMED = ("casereview", "SQLAlchemy", "psycopg", "msgspec", "transitions", "python-statemachine", "dbos", "APScheduler")


@dataclass(frozen=True, kw_only=True)
class Figure:
    """A measured figure with its target."""

    target: Target
    value: float
    spread: tuple[float, float] | None = None

    @property
    def met(self) -> bool:
        """Return whether the figure meets its target."""
        return self.target.met(self.value)


def machine(postgres: str) -> dict[str, Any]:
    """Return a description of the machine."""
    return {
        "measured_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "processor": _processor(),
        "cores": os.cpu_count(),
        "system": platform.platform(),
        "python": platform.python_version(),
        "sqlite": sqlite3.sqlite_version,
        "postgresql": postgres,
        **{name: version(name) for name in NAMED},
    }


def entries(figures: Sequence[Figure]) -> list[dict[str, Any]]:
    """Return one entry for each figure."""
    return [
        {
            "what": figure.target.what,
            "ratio": round(figure.value, 3),
            "must": figure.target.must,
            "dream": figure.target.dream,
            "met": figure.met,
            **({"unit": figure.target.unit} if figure.target.unit else {}),
            **({"spread": [round(bound, 3) for bound in figure.spread]} if figure.spread else {}),
        }
        for figure in figures
    ]


def keep(figures: Sequence[Figure], sides: Mapping[str, Mapping[str, float]], where: dict[str, Any]) -> None:
    """Write `results/latest.json` (the figures) and `results/machine.json` (the machine, and each side's multiple)."""
    RESULTS.mkdir(exist_ok=True)
    _write("latest.json", entries(figures))
    _write("machine.json", {"machine": where, "sides": sides})


def show(figures: Sequence[Figure], sides: Mapping[str, Mapping[str, float]]) -> None:
    """Print both tables."""
    console = Console()
    stacks = Table(title="One durable step, as a multiple of the floor")
    stacks.add_column("side")
    for kind in sides:
        stacks.add_column(kind, justify="right")
    for name in next(iter(sides.values()), {}):
        stacks.add_row(name, *(f"{sides[kind][name]:.2f}" for kind in sides))
    console.print(stacks)
    table = Table(title="Against the targets")
    for heading in ("what", "found", "spread", "must", "dream", "met"):
        table.add_column(heading, justify="left" if heading in ("what", "met") else "right")
    for figure in figures:
        target = figure.target
        sign = "≥" if target.more_is_better else "≤"
        spread = "" if figure.spread is None else f"{figure.spread[0]:.2f} to {figure.spread[1]:.2f}"
        table.add_row(
            target.what,
            f"{figure.value:.2f} {target.unit}".strip(),
            spread,
            f"{sign} {target.must:g}",
            f"{target.dream:g}",
            "yes" if figure.met else "NO",
        )
    console.print(table)


def _write(name: str, content: Any) -> None:
    (RESULTS / name).write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor()
    return next((line.partition(": ")[2] for line in lines if line.startswith("model name")), platform.processor())

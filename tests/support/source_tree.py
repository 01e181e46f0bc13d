"""The packages and modules of the product, read from the tree."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
NOT_INSTALLED = {"benchmarks", "tests"}
PACKAGES = tuple(
    sorted(init.parent.name for init in ROOT.glob("*/__init__.py") if init.parent.name not in NOT_INSTALLED)
)
"""The packages directly below `casereview`."""
SOURCES = (ROOT / "cli.py", *(path for package in PACKAGES for path in sorted((ROOT / package).rglob("*.py"))))
"""Every Python file of the product."""


def dotted_name(path: Path) -> str:
    """Return the import name of one of `SOURCES`, or of a folder with an `__init__.py`."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(("casereview", *(part for part in parts if part != "__init__")))

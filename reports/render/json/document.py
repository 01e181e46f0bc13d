"""Define the type of a JSON document. Printed names are stable; instants are ISO 8601 in UTC, days are dates."""

from __future__ import annotations

from typing import Any

Document = dict[str, Any]

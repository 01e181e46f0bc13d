"""Find identifiers, IDs and days without words in a text that a person reads."""

from __future__ import annotations

import re

IDENTIFIER = re.compile(r"(?<![\w./-])[A-Za-z][a-z0-9]*(?:_[a-z0-9]+)+(?![\w])")

ID = re.compile(r"(?<![\w./-])[0-9a-f]{16,}(?![\w-])")

ISO_DAY = re.compile(r"(?<![\w'\"/.:-])\d{4}-\d\d-\d\d(?![\w'\"/-]|[.:]\w)")

ALLOWED = (
    re.compile(r"\([a-z0-9_.\[\]]+\)"),  # a code in brackets after its title
    re.compile(r"(?:^|(?<=[\s(:$\"'`]))casereview [a-z-]+.*?(?:$|(?=\)))", re.M),  # a command to copy
    re.compile(r"--[a-z-]+[ =]\S+"),  # an option with its value
    re.compile(r"[{\[][\w-]+(?:\|[\w-]+)+[}\]]"),  # the choices of an option
    re.compile(r"\S+://\S+"),  # an address
    re.compile(r"[0-9a-f]{16}, epoch \d+"),  # the record's ID, which tells a copy from it
    re.compile(r"\S*[\w-]+\.(?:json|jsonl|db|docx|xlsx|html|svg|md|ics|txt|toml)\b"),  # a file
    re.compile(r"`[^`]*`|```.*?```", re.S),  # code in a document
)
"""The places where a person reads a code because it is typed there, or copied."""


def identifiers_in(text: str) -> list[str]:
    """Return each word with an underscore that stands where a title belongs, with the text around it."""
    return _found_in(text, IDENTIFIER)


def unreadable_in(text: str) -> list[str]:
    """Return each identifier, each ID and each day as programs write it, with the text around it."""
    return [found for pattern in (IDENTIFIER, ID, ISO_DAY) for found in _found_in(text, pattern)]


def _found_in(text: str, pattern: re.Pattern[str]) -> list[str]:
    shown = re.sub(r"\\\n\s*", "", text)  # a command may go on in the next line
    for allowed in ALLOWED:
        shown = allowed.sub(lambda found: " " * len(found[0]), shown)
    places = ((found, max(0, found.start() - 60)) for found in pattern.finditer(shown))
    return [f"{found[0]}: …{shown[start : found.end() + 20]}…".replace("\n", " ") for found, start in places]

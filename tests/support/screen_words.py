"""Find identifiers in a text that a person reads."""

from __future__ import annotations

import re

IDENTIFIER = re.compile(r"(?<![\w./-])[A-Za-z][a-z0-9]*(?:_[a-z0-9]+)+(?![\w])")

ALLOWED = (
    re.compile(r"\([a-z0-9_.\[\]]+\)"),  # a code in brackets after its title
    re.compile(r"(?:^|(?<=[\s(:$\"'`]))casereview [a-z-]+.*?(?:$|(?=\)))", re.M),  # a command to copy
    re.compile(r"--[a-z-]+[ =]\S+"),  # an option with its value
    re.compile(r"[{\[][\w-]+(?:\|[\w-]+)+[}\]]"),  # the choices of an option
    re.compile(r"\S+://\S+"),  # an address
    re.compile(r"\S*[\w-]+\.(?:json|jsonl|db|docx|xlsx|html|svg|md|ics|txt|toml)\b"),  # a file
    re.compile(r"`[^`]*`|```.*?```", re.S),  # code in a document
)
"""The places where a person reads a code because it is typed there, or copied."""


def identifiers_in(text: str) -> list[str]:
    """Return each word with an underscore that stands where a title belongs, with the text around it."""
    shown = re.sub(r"\\\n\s*", "", text)  # a command may go on in the next line
    for pattern in ALLOWED:
        shown = pattern.sub(lambda found: " " * len(found[0]), shown)
    places = ((found, max(0, found.start() - 60)) for found in IDENTIFIER.finditer(shown))
    return [f"{found[0]}: …{shown[start : found.end() + 20]}…".replace("\n", " ") for found, start in places]

"""Recognise a reference of a register, whatever its spelling."""

from __future__ import annotations

import re
import unicodedata

_PARTS = re.compile(r"\d+|[^\W\d_]+")


def reference_key(text: str) -> str:
    """Return what all spellings of one reference have in common: its words and its numbers, in order.

    Capitals, blanks, dashes, slashes, dots, brackets and leading zeros make no difference, nor does a blank between a
    word and a number: `SCR 2012/03`, `scr-2012-3` and `SCR2012 (03)` are one reference, `SCR 2012/30` and `1.2` (not
    `12`) are others.
    """
    folded = unicodedata.normalize("NFKC", text).casefold()
    parts = [part.lstrip("0") or "0" if part.isdecimal() else part for part in _PARTS.findall(folded)]
    return "-".join(parts) or " ".join(folded.split())

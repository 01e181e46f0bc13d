"""Find the commands and options that come near a misspelt one. Only then is it loaded."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

from ..engine.errors.base import one_of

CUTOFF = 0.65
"""How alike two words have to be, from 0 to 1."""


def near_words(word: str, known: Iterable[str]) -> str:
    """Return the known words that come near a word, as a readable list; empty if none does.

    The dashes of an option do not count: every option has them.
    """
    names = {name.lstrip("-"): name for name in known}
    near = get_close_matches(word.lstrip("-").casefold(), names, cutoff=CUTOFF)
    return one_of(tuple(names[name] for name in near))

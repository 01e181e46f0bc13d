"""Suggest the known name that a person may have meant."""

from __future__ import annotations

import re
from collections.abc import Iterable
from difflib import get_close_matches

from .names import same_name_key

CUTOFF = 0.75
"""How alike two names have to be to suggest one for the other, from 0 to 1."""

_NUMBERS, _WORDS = re.compile(r"\d+"), re.compile(r"[^\W_]+")


def suggested_name(name: str, known: Iterable[str]) -> str | None:
    """Return the known name that is most like a name; None if none is like it.

    The same words in another order ("Lee, Ann"), or words that only one known name has ("Lee"), are the most alike. A
    name with another number is another name, however alike the rest.
    """
    key = same_name_key(name)
    # Sorted, so that the same list always gives the same suggestion.
    names = {same_name_key(one): one for one in sorted(known, reverse=True)}
    words = sorted(_WORDS.findall(key))
    for other, one in names.items():
        if words and sorted(_WORDS.findall(other)) == words:
            return one
    holding = [one for other, one in names.items() if words and set(words) < set(_WORDS.findall(other))]
    if len(holding) == 1:
        return holding[0]
    alike = [other for other in names if _NUMBERS.findall(other) == _NUMBERS.findall(key)]
    closest = get_close_matches(key, alike, n=1, cutoff=CUTOFF)
    return names[closest[0]] if closest else None

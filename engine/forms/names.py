"""Decide which spellings of a name are the same name."""

from __future__ import annotations

import re
import unicodedata

KEY_LENGTH = 600
"""Maximum length of a key. Folding may turn one letter into several, and an index takes no text of any length."""

# Replaced before NFKC, which would turn some of them into a blank and a combining accent.
_ALIKE = str.maketrans(
    {
        **dict.fromkeys("\u2018\u2019\u201a\u201b\u02b9\u02bb\u02bc\u02bd\u02c8\u2032\u2035\u00b4`\uff07\uff40", "'"),
        **dict.fromkeys("\u201c\u201d\u201e\u201f\u2033\u2036\u00ab\u00bb\uff02", '"'),
        **dict.fromkeys("\u00ad\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0", " "),
        **dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2043\u2212\u2e3a\u2e3b\ufe58\ufe63\uff0d", "-"),
    }
)
# A soft hyphen and a joiner stand within a word; the other blanks that cannot be seen stand between words.
_WITHIN_WORDS = {"\u00ad", "\u034f"}
_INVISIBLE = {
    **dict.fromkeys(map(ord, "\u00ad\u034f\u200b\u2060\ufeff")),
    **dict.fromkeys(map(ord, "\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0"), " "),
}
_BLANKS = re.compile(r"[^\S\t\n\r\v\f\x85\u2028\u2029]+")
_VARIATION_SELECTORS = re.compile("[\ufe00-\ufe0f\U000e0100-\U000e01ef]")


def same_name_key(text: str) -> str:
    """Return a key that is equal for two spellings of the same name.

    Case, spacing, the kinds of apostrophe, quotation mark and dash, composed and decomposed letters, and characters
    that cannot be seen make no difference.
    """
    if not text.isascii():
        seen = "".join(one for one in text if one not in _WITHIN_WORDS and unicodedata.category(one) != "Cf")
        text = unicodedata.normalize("NFKC", _VARIATION_SELECTORS.sub("", seen).translate(_ALIKE))
        # Once more: folding may take a composed letter apart, and NFKC may produce another kind of dash.
        text = unicodedata.normalize("NFKC", text.casefold()).translate(_ALIKE)
    return " ".join(text.replace("`", "'").casefold().split())[:KEY_LENGTH].rstrip()


def tidy_name(text: str) -> str:
    """Return a name with single blanks between its words and none around it.

    Blanks that look like others, or like nothing, are blanks, too. Tabs and line breaks stay: they separate names.
    """
    tidy = _BLANKS.sub(" ", text.translate(_INVISIBLE)).strip(" ")
    return tidy if tidy.strip() else text


def is_same_name(one: str, other: str) -> bool:
    """Return whether two spellings are of the same name."""
    return same_name_key(one) == same_name_key(other)

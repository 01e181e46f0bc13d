"""Convert between the text of a cell and days, numbers, milestones and documents."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from .columns import EARLY_LEARNING, MAX_CELL_LENGTH

MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
NO_DAY = "no day: "
"""The prefix of a milestone with a text that would look like a date."""

_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})", re.ASCII)
_NUMBERS = re.compile(r"(\d{1,2})\s*([/.-])\s*(\d{1,2})\s*\2\s*(\d{2}|\d{4})", re.ASCII)
_DAY_FIRST = re.compile(r"(\d{1,2})(?:st|nd|rd|th)?\s+([a-z]{3,9})\.?,?\s+(\d{2}|\d{4})", re.ASCII | re.IGNORECASE)
_MONTH_FIRST = re.compile(r"([a-z]{3,9})\.?\s+(\d{1,2})(?:st|nd|rd|th)?,?\s+(\d{2}|\d{4})", re.ASCII | re.IGNORECASE)
# Escapes for characters that XML cannot hold, and the remains that one program leaves.
_ESCAPED = re.compile(r"_x[0-9a-fA-F]{4}_|x005F_")
# Unicode categories Cc and Cs and noncharacters, apart from line feeds and tabs.
_UNWRITABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


class UnclearCell(ValueError):
    """Raised if a cell cannot be understood. Its text says what was expected."""


def normalize_text(text: str) -> str:
    """Return a text in the normalized form in which cells are compared.

    Spreadsheet programs change line ends, blanks at the ends and rare characters.
    """
    text = _UNWRITABLE.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    while _ESCAPED.search(text):  # removing one escape may leave another
        text = _ESCAPED.sub("", text)
    return "\n".join(line.rstrip() for line in text.strip().split("\n"))


# --- days ------------------------------------------------------------------------------------------


def day_text(day: date) -> str:
    """Return a day in unambiguous words: `31 March 2026`."""
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def parse_day(text: str) -> date:
    """Return the day that a text names without ambiguity.

    Raises:
        UnclearCell: if it names no day, a day that does not exist, or could mean two days.
    """
    text = " ".join(text.split())
    if found := _ISO.fullmatch(text):
        return _day(text, found[1], int(found[2]), found[3])
    if found := _DAY_FIRST.fullmatch(text):
        return _day(text, found[3], _month(found[2]), found[1])
    if found := _MONTH_FIRST.fullmatch(text):
        return _day(text, found[3], _month(found[1]), found[2])
    if found := _NUMBERS.fullmatch(text):
        first, second = int(found[1]), int(found[3])
        if first <= 12 and second <= 12 and first != second and len(found[4]) == 4:
            either, other = (f"{number} {MONTHS[month - 1]}" for number, month in ((first, second), (second, first)))
            raise UnclearCell(
                f"{text!r} can be {either} or {other}: write the month as a word, like {either} {found[4]}"
            )
        return _day(text, found[4], second, found[1])
    raise UnclearCell(f"expected a day, like {day_text(date(2026, 3, 31))}, found {_quoted(text)}")


def _day(text: str, year: str, month: int, day: str) -> date:
    if not month:
        raise UnclearCell(f"expected a day, like {day_text(date(2026, 3, 31))}, found {_quoted(text)}")
    if len(year) != 4:
        raise UnclearCell(f"expected a year of four digits, found {text!r}")
    try:
        return date(int(year), month, int(day))
    except ValueError:
        raise UnclearCell(f"there is no such day as {text!r}; the day stands before the month") from None


def _month(word: str) -> int:
    """Return the number of the month that starts with a word, or 0."""
    names = [number for number, name in enumerate(MONTHS, start=1) if name.lower().startswith(word.lower())]
    return names[0] if len(names) == 1 else 0


def _quoted(text: str) -> str:
    # Quote a misspelt day, but not text that belongs in another column: it may be personal.
    is_of_days = len(text) <= 20 and all(_month(word) for word in re.findall(r"[^\W\d_]+", text))
    return repr(text) if is_of_days else f"text of {len(text):,} character{'' if len(text) == 1 else 's'}"


# --- recommendations -------------------------------------------------------------------------------


def parse_numbers(text: str) -> tuple[tuple[int, ...], bool]:
    """Return the numbers that a text lists, sorted and unique, and True if it names early learning.

    Raises:
        UnclearCell: if the text holds anything else.
    """
    numbers, early = set(), False
    for part in re.split(r"[,;\n&]|\band\b", text):
        word = " ".join(part.split()).lower()
        if word == EARLY_LEARNING:
            early = True
        elif re.fullmatch(r"[1-9]\d{0,5}", word, re.ASCII):
            numbers.add(int(word))
        elif word:
            raise UnclearCell(
                f"expected numbers of recommendations, like 1, 3, or the words {EARLY_LEARNING}, found something else"
            )
    return tuple(sorted(numbers)), early


def numbers_text(numbers: Iterable[int], *, early_learning: bool) -> str | None:
    """Return the text of a cell that lists recommendations, or None."""
    return (
        ", ".join((*(str(number) for number in sorted(numbers)), *([EARLY_LEARNING] if early_learning else []))) or None
    )


# --- milestones ------------------------------------------------------------------------------------


def parse_milestones(text: str | None) -> list[dict[str, Any]]:
    """Return the milestones that a cell lists, one per line, as the form expects them."""
    return [_milestone(line.strip()) for line in (text or "").split("\n") if line.strip()]


def _milestone(line: str) -> dict[str, Any]:
    if line.startswith(NO_DAY):
        return {"text": line.removeprefix(NO_DAY).strip()}
    head, colon, rest = line.partition(":")
    if colon and rest.strip():
        try:
            return {"text": rest.strip(), "by": parse_day(head).isoformat()}
        except UnclearCell:
            if re.fullmatch(r"\s*\d[\d\s/.-]*", head):  # it looks like a date, so it is not plain text
                raise
    return {"text": line}


def milestones_text(milestones: Iterable[Mapping[str, Any]]) -> str | None:
    """Return the text of a cell that lists milestones, or None."""
    return _lines(_written_milestone(milestone) for milestone in milestones)


def _written_milestone(milestone: Mapping[str, Any]) -> str:
    text = " ".join(normalize_text(milestone["text"]).split())
    if by := milestone.get("by"):
        return f"{day_text(date.fromisoformat(by))}: {text}"
    try:
        plain = _milestone(text) == {"text": text}
    except UnclearCell:
        plain = False
    return text if plain else f"{NO_DAY}{text}"


# --- documents -------------------------------------------------------------------------------------


def parse_document(line: str) -> dict[str, str]:
    """Return the document that a line names: its title and, after a bar, its location."""
    title, _, location = (part.strip() for part in line.partition("|"))
    return {"title": title, "location": location or title}


def document_text(document: Mapping[str, Any]) -> str:
    """Return the line that names a document."""
    title, location = (" ".join(normalize_text(document[name]).split()) for name in ("title", "location"))
    return title if location == title else f"{title} | {location}"


def documents_text(documents: Sequence[Mapping[str, Any]]) -> str | None:
    """Return the text of a cell that lists documents, each once, or None."""
    return _lines(dict.fromkeys(document_text(document) for document in documents))


def parse_lines(text: str | None) -> tuple[str, ...]:
    """Return the lines of a cell, without empty ones."""
    return tuple(line.strip() for line in (text or "").split("\n") if line.strip())


def _lines(lines: Iterable[str]) -> str | None:
    return fit_cell("\n".join(lines))


def fit_cell(text: str | None) -> str | None:
    """Return a text in normalized form, shortened to fit a cell, or None if there is no text."""
    return normalize_text(normalize_text(text or "")[:MAX_CELL_LENGTH]) or None

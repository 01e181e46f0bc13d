"""Decide whether a text that should be one name holds several.

Capital letters decide nothing: a name in small letters is the same name.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import Enum, StrEnum

from msgspec import Meta

from ..errors.base import Fault
from .names import same_name_key


class NameKind(StrEnum):
    """The kind of a name."""

    PERSON = "person"
    ORGANISATION = "organisation"


class NameCount(Enum):
    """The number of names that a text holds, as far as the text tells."""

    ONE = "one"
    PERHAPS_SEVERAL = "perhaps several"
    SEVERAL = "several"


ONE_PERSON = Meta(extra={"one_name": NameKind.PERSON.value})
"""Mark a field that holds one name of a person, or one post."""

ONE_ORGANISATION = Meta(extra={"one_name": NameKind.ORGANISATION.value})
"""Mark a field that holds one name of an organisation."""

LISTED = Meta(extra={"listed": True})
"""Mark a field for one name that should be on the list of people, or on that of organisations."""

EXPECTED = {
    NameKind.PERSON: "one name, without a separator and with the first name first",
    NameKind.ORGANISATION: "one name, without a semicolon, slash, bar, tab or line break",
}

_ALWAYS_SEPARATES = re.compile("[;|\t\n\r\v\f\x85\u2028\u2029]")
# A slash between digits separates none: "24/7".
_SLASH = re.compile(r"(?<!\d)/|/(?!\d)")
_IN_BRACKETS = re.compile(r"\([^()]*\)|\[[^\[\]]*\]")
_JOINS = re.compile(r"\s*(?:[&+]|\band\b)\s*")
_COMMA = re.compile(r"\s*[,\u3001]\s*")
_WORD = re.compile(r"[^\W\d_]+(?:['.-][^\W\d_]+)*")

_AFTER_NAMES = "ba bsc cbe cqsw dbe frcpch jp jr kc llb ma mbe md msc obe phd qc qpm rgn rmn sen sr"
"""What may follow a person's name after a comma, and is no other name."""

_POSTS = """
acting administrator adult adults advisor adviser analyst assistant associate association assurance audit
authority board borough business care centre chair chairman chairperson chairwoman charity chief child children
children's clinic clinical clerk college commissioner commissioning committee communities community company
consultant coordinator co-ordinator coroner council county court department deputy designated development
director directorate district division doctor early education executive federation finance fire
force foundation general governor gp group head headteacher health help hospital housing human icb improvement
independent inclusion inspector integrated interim judge justice lead leader learning legal local manager medical
member mental midwife minister ministry named national nhs nurse of office officer panel paediatrician partner
partners partnership performance policy police post practice practitioner president principal probation
professional protection psychiatrist psychologist public quality representative resources review reviewer risk
safety school schools secretary senior service services skills social solicitor special specialist
staff standards strategy subgroup superintendent supervisor support surgery teacher team the training trust unit
university vice voluntary welfare worker young youth
"""
"""Words which tell that a post or an organisation is named if a person's name is expected."""

_NO_NAMES, _POST_WORDS = frozenset(_AFTER_NAMES.split()), frozenset(_POSTS.split())


def count_names(text: str, kind: NameKind) -> NameCount:
    """Return whether a text holds one name, surely several, or perhaps several.

    Args:
        text: The text.
        kind: The kind of name expected. An organisation's name may hold commas and "and"; a person's holds neither.
    """
    if _ALWAYS_SEPARATES.search(text.strip()):
        return NameCount.SEVERAL
    key = same_name_key(text)
    if ";" in key or "|" in key or _SLASH.search(key):
        return NameCount.SEVERAL
    groups = _groups(text)
    parts = [part for group in groups for part in group]
    if len(parts) < 2:
        return NameCount.ONE
    if kind is NameKind.ORGANISATION:
        return NameCount.PERHAPS_SEVERAL
    named = [part for part in parts if not _names_a_post(part)]
    full = sum(len(_WORD.findall(part)) > 1 for part in named)
    if len(groups) == 1:
        # "Ann Lee, Bob Ray"; perhaps "Lee, Ann"; but one is "Ann Lee, head of audit".
        return NameCount.SEVERAL if full > 1 else NameCount.ONE if len(named) < 2 else NameCount.PERHAPS_SEVERAL
    # "Ann Lee and Bob", "Ann and Bob Lee, chair"; perhaps "Director of Schools and Sport".
    are_people = sum(any(part in named for part in group) for group in groups) > 1 and (full > 0 or len(named) > 2)
    return NameCount.SEVERAL if are_people else NameCount.PERHAPS_SEVERAL


def name_parts(text: str) -> tuple[str, ...]:
    """Return the keys of the names that a text would hold if each comma and conjunction separated two."""
    return tuple(part for group in _groups(text) for part in group)


def one_name_faults(text: str, kind: NameKind, path: str) -> Iterator[Fault]:
    """Yield a fault if a field for one name surely holds several, or nothing that can be seen."""
    if text.strip() and not same_name_key(text):
        yield Fault(path=path, expected="a name", found="characters that cannot be seen")
    if count_names(text, kind) is NameCount.SEVERAL:
        yield Fault(path=path, expected=EXPECTED[kind], found="what looks like several")


def _groups(text: str) -> list[list[str]]:
    """Return the parts of a text between conjunctions, each as a list of its parts between commas."""
    joined = _JOINS.split(_IN_BRACKETS.sub(" ", same_name_key(text)))
    return [group for group in map(_listed, joined) if group]


def _listed(text: str) -> list[str]:
    """Return the parts of a text between commas, without letters after a name."""
    parts = _COMMA.split(text)
    return [part for part in parts if _WORD.search(part) and part.replace(".", "").strip() not in _NO_NAMES]


def _names_a_post(part: str) -> bool:
    return any(word.removesuffix(".") in _POST_WORDS for word in _WORD.findall(part))

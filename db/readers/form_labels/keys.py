"""How labels are compared: by what is left when width, spaces, punctuation, notes and running numbers go."""

from __future__ import annotations

import re

from db.catalogue import catalogue
from db.text import fold

_BRACKETS = re.compile(r"\([^()]*\)")
_OPEN_BRACKET = re.compile(r"\([^()]*$")
_PUNCTUATION = re.compile(r"[、・,.。/:;~*※\[\]【】〔〕〈〉<>「」『』|]")
_RUNNING_NUMBER = re.compile(r"(?<=[^\d年度-])\d{1,2}(-\d{1,2})*$")


def label_key(text: str) -> str:
    """What a label is compared by: folded, without bracketed notes, punctuation and running number."""
    t = fold(text)
    while (shorter := _BRACKETS.sub("", t)) != t:
        t = shorter
    t = _PUNCTUATION.sub("", _OPEN_BRACKET.sub("", t)).replace(")", "")
    return _RUNNING_NUMBER.sub("", t)


def keys(*labels: str) -> frozenset[str]:
    """The keys of wordings of one label."""
    return frozenset(label_key(label) for label in labels)


def columns(
    table: str, more: dict[str, tuple[str, ...]], only: frozenset[str] | None = None
) -> dict[str, str]:
    """label key → column, from the catalogue's labels and ``more``."""
    out: dict[str, str] = {}
    for f in catalogue().table(table).fields:
        if only is not None and f.column not in only:
            continue
        for label in (*f.labels, *more.get(f.column, ())):
            out.setdefault(label_key(label), f.column)
    return out

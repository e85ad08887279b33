"""What a word of a few kanji is short for among the names of projects (社人研: 社会保障・人口問題研究).

An abbreviation takes the beginnings of the words of a name in their order; a word that stands in a name itself is
none.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence

from embeddings.words import surfaces

_MOST = 0.6
"""The part of the names a word may be short for that have to be short for the same."""
_LONG = 3
_APART = 4
"""Words of a name that an abbreviation may pass over between two that it takes."""


def written_out(word: str, names: Iterable[str]) -> str:
    """The stretch of these names (squeezed) that the word is short for, "" where there is none or several fit."""
    if len(word) < _LONG and len(surfaces(word)) == 1:
        # 先生 is a word of its own
        return ""
    order = re.compile(".*?".join(map(re.escape, word)))
    found: Counter[str] = Counter()
    for name in names:
        if word in name:
            return ""
        if order.search(name):
            stretch = _stretch(word, surfaces(name))
            if stretch:
                found[stretch] += 1
    if not found:
        return ""
    best, times = found.most_common(1)[0]
    return best if times >= _MOST * found.total() else ""


def _stretch(word: str, parts: Sequence[str]) -> str:
    """The shortest run of these words the first and last of which the abbreviation takes a beginning of."""
    runs = (_run(word, parts, start, start) for start in range(len(parts)))
    ends = [(start, end) for start, end in enumerate(runs) if end is not None]
    if not ends:
        return ""
    start, end = min(ends, key=lambda at: at[1] - at[0])
    return "".join(parts[start : end + 1])


def _run(word: str, parts: Sequence[str], at: int, first: int) -> int | None:
    """The place of the last word taken where the word at ``at`` is the next that is taken, None where it does not fit."""
    for size in range(min(len(word), len(parts[at])), 0, -1):
        # each word but the last is cut short, else the abbreviation would be a part of the name as it stands
        if not parts[at].startswith(word[:size]) or (size > 2 and size == len(parts[at]) and at == first):
            continue
        rest = word[size:]
        if not rest:
            return at
        for following in range(at + 1, min(len(parts), at + 2 + _APART)):
            end = _run(rest, parts, following, first)
            if end is not None:
                return end
    return None

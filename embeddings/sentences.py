"""The sentences of a passage, and the one that answers: what is marked in a hit."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from embeddings.grams import grams, normalise

_ENDS, _BREAKS = "。！？!?", "\n\r"
_OPENS, _CLOSES = "「『（(", "」』）)"
_LONG = 160
_CLAUSE = re.compile(r"[^、，;；]*[、，;；]|[^、，;；]+")


def sentence_spans(text: str) -> list[tuple[int, int]]:
    """(start, end) of each sentence, without the white space around it.

    A sentence longer than 160 characters is cut at its commas, so that what is marked can be read at once.
    """
    spans: list[tuple[int, int]] = []
    for start, end in _sentences(text):
        if end - start <= _LONG:
            pieces = [(start, end)]
        else:
            pieces = _clauses(text, start, end)
        for first, last in pieces:
            while first < last and text[first].isspace():
                first += 1
            while last > first and text[last - 1].isspace():
                last -= 1
            if last > first:
                spans.append((first, last))
    return spans


def _sentences(text: str) -> Iterator[tuple[int, int]]:
    """(start, end) of each sentence; what ends one within brackets (「水産機構」という。）) ends none around them."""
    start = depth = 0
    for at, ch in enumerate(text):
        if ch in _OPENS:
            # one that is not closed soon is a slip
            depth += _CLOSES[_OPENS.index(ch)] in text[at : at + _LONG]
        elif ch in _CLOSES:
            depth = max(0, depth - 1)
        followed = text[at + 1 : at + 2]
        if ch in _BREAKS or (ch in _ENDS and not depth and (not followed or followed not in _ENDS)):
            yield start, at + 1
            start, depth = at + 1, 0
    if start < len(text):
        yield start, len(text)


def _clauses(text: str, start: int, end: int) -> list[tuple[int, int]]:
    pieces: list[tuple[int, int]] = []
    for match in _CLAUSE.finditer(text, start, end):
        first, last = match.span()
        if pieces and last - pieces[-1][0] <= _LONG // 2:
            pieces[-1] = (pieces[-1][0], last)
        else:
            pieces.append((first, last))
    return pieces


def best_sentence(text: str, weights: Mapping[str, float]) -> tuple[float, tuple[tuple[int, int], ...]]:
    """The highest weight of bigrams found in one sentence, and that sentence's span.

    ``weights``: bigram → what finding it is worth. No span where no sentence holds any of them. A
    sentence's length counts a little against it, so that of two equal ones the plainer is marked.
    """
    best = 0.0
    span: tuple[tuple[int, int], ...] = ()
    for start, end in sentence_spans(text):
        found = set(grams(normalise(text[start:end])))
        score = sum(weights[g] for g in found if g in weights) / (1 + 0.002 * (end - start))
        if score > best:
            best, span = score, ((start, end),)
    return best, span

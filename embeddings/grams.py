"""Character bigrams of Japanese text: what is compared where no dictionary of words is needed."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import cache

import numpy as np
import numpy.typing as npt

_SPACE = re.compile(r"\s+")
_MARK = re.compile(r"[^\w]|_", re.UNICODE)

CONTENT, MIXED, FUNCTION = 1.0, 0.6, 0.15
"""Weight of a bigram without hiragana, with one, and of hiragana alone: endings and particles say little."""

_NO_WORD, _HIRAGANA, _OTHER = 0, 1, 2
_PLANES = 0x40000
_SHIFT = 18


def normalise(text: str) -> str:
    """NFKC, lower case, no white space: the form in which texts are compared."""
    return _SPACE.sub("", unicodedata.normalize("NFKC", text)).lower()


def grams(text: str) -> list[str]:
    """Bigrams of a normalised text in order; none spans a punctuation mark. A lone character is itself."""
    out: list[str] = []
    for run in _MARK.split(text):
        if len(run) == 1:
            out.append(run)
        else:
            out.extend(run[i : i + 2] for i in range(len(run) - 1))
    return out


def telling_grams(text: str) -> list[str]:
    """The bigrams of a normalised text that are not hiragana alone: those the index holds."""
    return [g for g in grams(text) if len(g) == 2 and gram_weight(g) >= MIXED]


def gram_weight(gram: str) -> float:
    """How much a bigram tells by its script, before its rarity is counted."""
    hiragana = sum(_is_hiragana(c) for c in gram)
    if hiragana == 0:
        return CONTENT if len(gram) > 1 else FUNCTION
    return FUNCTION if hiragana == len(gram) else MIXED


def count_grams(
    texts: Sequence[str],
) -> tuple[list[str], npt.NDArray[np.int64], npt.NDArray[np.int32], npt.NDArray[np.uint8]]:
    """``telling_grams`` of many normalised texts at once, counted.

    Returns (bigrams sorted, starts, text numbers, counts): the entries of bigram i are
    ``starts[i]:starts[i + 1]``, text numbers ascending.
    """
    joined = np.frombuffer("\n".join(texts).encode("utf-32-le", "replace"), np.uint32).astype(np.int64)
    joined = np.minimum(joined, _PLANES - 1)
    lengths = np.array([len(t) + 1 for t in texts], np.int64)
    owner = np.repeat(np.arange(len(texts), dtype=np.int64), lengths)[: len(joined)]
    script = _scripts()[joined]
    first, second = script[:-1], script[1:]
    kept = (first > _NO_WORD) & (second > _NO_WORD) & ((first == _OTHER) | (second == _OTHER))
    pairs = (joined[:-1][kept] << _SHIFT) | joined[1:][kept]
    codes, terms = np.unique(pairs, return_inverse=True)
    entries, counts = np.unique((terms.astype(np.int64) << 32) | owner[:-1][kept], return_counts=True)
    starts = np.searchsorted(entries >> 32, np.arange(len(codes) + 1))
    names = [chr(c >> _SHIFT) + chr(c & ((1 << _SHIFT) - 1)) for c in codes.tolist()]
    documents = (entries & 0xFFFFFFFF).astype(np.int32)
    return names, starts.astype(np.int64), documents, np.minimum(counts, 255).astype(np.uint8)


def _is_hiragana(character: str) -> bool:
    return "\u3041" <= character <= "\u309f"


@cache
def _scripts() -> npt.NDArray[np.uint8]:
    table = np.zeros(_PLANES, np.uint8)
    for code in range(_PLANES):
        character = chr(code)
        if character.isalnum():
            table[code] = _HIRAGANA if _is_hiragana(character) else _OTHER
    return table

"""Character bigrams of Japanese text: what is compared where no dictionary of words is needed."""

from __future__ import annotations

import re
import unicodedata

_SPACE = re.compile(r"\s+")
_MARK = re.compile(r"[^\w]|_", re.UNICODE)

CONTENT, MIXED, FUNCTION = 1.0, 0.6, 0.15
"""Weight of a bigram without hiragana, with one, and of hiragana alone: endings and particles say little."""


def normalise(text: str) -> str:
    """NFKC, lower case, no white space: the form in which texts are compared."""
    return _SPACE.sub("", unicodedata.normalize("NFKC", text)).lower()


def normalise_with_offsets(text: str) -> tuple[str, list[int]]:
    """``normalise(text)`` and, for each of its characters, the index of the character it came from."""
    out: list[str] = []
    offsets: list[int] = []
    for index, character in enumerate(text):
        for part in unicodedata.normalize("NFKC", character).lower():
            if not part.isspace():
                out.append(part)
                offsets.append(index)
    return "".join(out), offsets


def grams(text: str) -> list[str]:
    """Bigrams of a normalised text in order; none spans a punctuation mark. A lone character is itself."""
    out: list[str] = []
    for run in _MARK.split(text):
        if len(run) == 1:
            out.append(run)
        else:
            out.extend(run[i : i + 2] for i in range(len(run) - 1))
    return out


def gram_weight(gram: str) -> float:
    """How much a bigram tells by its script, before its rarity is counted."""
    hiragana = sum("\u3041" <= c <= "\u309f" for c in gram)
    if hiragana == 0:
        return CONTENT if len(gram) > 1 else FUNCTION
    return FUNCTION if hiragana == len(gram) else MIXED

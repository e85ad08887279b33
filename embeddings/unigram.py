"""How the shipped model cuts a text into tokens, without the tokenizers library.

The library takes 0.1 s and 50 MB to read the 42,000 tokens, more than a search does; a question is cut into a
dozen. The cut is the same: of all ways to write a stretch as tokens the one whose log probabilities add up highest.
"""

from __future__ import annotations

import json
import unicodedata
from pathlib import Path
from typing import Any

from db.errors import InputError

_UNKNOWN_COSTS = 10.0
"""How much less than the rarest token a character is worth that is none (sentencepiece's penalty)."""


class UnigramTokenizer:
    """The tokens of ``tokenizer.json``: a Unigram model behind NFKC, lower case and a cut at marks and digits."""

    def __init__(self, file: Path) -> None:
        """InputError where the file is of another kind of tokenizer."""
        content: dict[str, Any] = json.loads(file.read_text("utf-8"))
        model = content["model"]
        if model["type"] != "Unigram" or model["byte_fallback"]:
            raise InputError(f"{file} は読める形の切り分け方ではありません。")
        self._tokens: dict[str, tuple[int, float]] = {
            token: (number, worth) for number, (token, worth) in enumerate(model["vocab"])
        }
        self._unknown = int(model["unk_id"])
        self._unknown_worth = min(worth for _, worth in self._tokens.values()) - _UNKNOWN_COSTS
        self._longest = max(map(len, self._tokens))

    def __len__(self) -> int:
        return len(self._tokens)

    def encode(self, text: str) -> list[int]:
        """The numbers of a text's tokens."""
        folded = unicodedata.normalize("NFKC", text)
        # each by itself: a Σ at the end of a word is a σ like any other
        stretches = "".join(" " if _parts(ch) else ch.lower() for ch in folded).split()
        return [number for stretch in stretches for number in self._cut(stretch)]

    def _cut(self, stretch: str) -> list[int]:
        """The best way to write a stretch as tokens; neighbouring characters that are in none are one unknown."""
        size = len(stretch)
        best = [float("-inf")] * (size + 1)
        best[0] = 0.0
        came: list[tuple[int, int]] = [(0, 0)] * (size + 1)
        for start in range(size):
            alone = False
            for end in range(start + 1, min(size, start + self._longest) + 1):
                known = self._tokens.get(stretch[start:end])
                if known is None:
                    continue
                alone = alone or end == start + 1
                if best[start] + known[1] > best[end]:
                    best[end], came[end] = best[start] + known[1], (start, known[0])
            if not alone and best[start] + self._unknown_worth > best[start + 1]:
                best[start + 1], came[start + 1] = best[start] + self._unknown_worth, (start, self._unknown)
        numbers: list[int] = []
        end = size
        while end > 0:
            start, number = came[end]
            if not (number == self._unknown and numbers and numbers[-1] == number):
                numbers.append(number)
            end = start
        return numbers[::-1]


def _parts(ch: str) -> bool:
    """A mark, a symbol, white space or a digit: tokens end there."""
    return "0" <= ch <= "9" or ch.isspace() or unicodedata.category(ch)[0] in "PSZ"

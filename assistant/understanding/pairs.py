"""Character pairs of names: how rare each is, and how much of it a text shares with every name."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray


class PairIndex:
    """Pairs of neighbouring characters of many names, with the names that have them."""

    def __init__(self, keys: Sequence[str]) -> None:
        codes = np.frombuffer("".join(keys).encode("utf-32-le"), dtype=np.uint32).astype(np.int64)
        owner = np.repeat(np.arange(len(keys)), [len(k) for k in keys])
        same = owner[:-1] == owner[1:]
        # 21 + 21 bits of two characters and 20 of the name fit in one signed 64-bit number
        pairs = (codes[:-1] << 21 | codes[1:])[same]
        unique = np.unique(pairs << 20 | owner[:-1][same])
        self._owner = unique & ((1 << 20) - 1)
        self._pairs, self._start, self._count = np.unique(unique >> 20, return_index=True, return_counts=True)
        total = max(2, len(keys))
        self._size = len(keys)
        self._rarest = math.log(total)
        self._idf = np.log(total / self._count)
        self._norm = np.bincount(self._owner, weights=np.repeat(self._idf, self._count), minlength=len(keys))
        self._known: dict[str, int | None] = {}

    def weight(self, pair: str) -> float:
        """How rare a pair is among the names (natural log); pairs in none weigh most."""
        i = self._find(pair)
        return self._rarest if i is None else float(self._idf[i])

    def _find(self, pair: str) -> int | None:
        if pair not in self._known:
            code = ord(pair[0]) << 21 | ord(pair[1])
            i = int(np.searchsorted(self._pairs, code))
            self._known[pair] = i if i < len(self._pairs) and int(self._pairs[i]) == code else None
        return self._known[pair]

    def best(self, pairs: Iterable[str], limit: int) -> list[tuple[int, float]]:
        """(index of the name, score) of the names that share most with the pairs, in no order."""
        scores: NDArray[np.float64] = np.zeros(self._size)
        for pair in pairs:
            i = self._find(pair)
            if i is not None:
                at = int(self._start[i])
                scores[self._owner[at : at + int(self._count[i])]] += self._idf[i]
        scores /= np.sqrt(self._norm + 10.0)
        take = min(self._size, limit)
        if not take:
            return []
        order = np.argpartition(-scores, take - 1)[:take]
        return [(int(k), float(scores[k])) for k in order if scores[k] > 0]

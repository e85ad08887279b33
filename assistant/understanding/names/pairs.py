"""Character pairs of names: how rare each is, and how much of it a text shares with every name."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray


class PairIndex:
    """Pairs of neighbouring characters of many names, with the names that have them."""

    PARTS = ("owner", "pairs", "start", "count", "norm")

    def __init__(
        self,
        owner: NDArray[np.int32],
        pairs: NDArray[np.int64],
        start: NDArray[np.int64],
        count: NDArray[np.int64],
        norm: NDArray[np.float64],
    ) -> None:
        """owner: names, one run a pair; pairs: codes in order, their runs of ``owner`` by start and count;
        norm: weight of all pairs of a name."""
        self._owner, self._pairs, self._start, self._count, self._norm = owner, pairs, start, count, norm
        self._size = len(norm)
        total = max(2, self._size)
        self._rarest = math.log(total)
        self._idf = np.log(total / self._count)
        self._known: dict[str, int | None] = {}

    @classmethod
    def of(cls, keys: Sequence[str]) -> PairIndex:
        """The index of these names."""
        codes = np.frombuffer("".join(keys).encode("utf-32-le"), dtype=np.uint32).astype(np.int64)
        owner = np.repeat(np.arange(len(keys)), [len(k) for k in keys])
        same = owner[:-1] == owner[1:]
        # 21 + 21 bits of two characters and 20 of the name fit in one signed 64-bit number
        pairs = (codes[:-1] << 21 | codes[1:])[same]
        unique = np.unique(pairs << 20 | owner[:-1][same])
        owned = (unique & ((1 << 20) - 1)).astype(np.int32)
        found, start, count = np.unique(unique >> 20, return_index=True, return_counts=True)
        idf = np.log(max(2, len(keys)) / count)
        norm = np.bincount(owned, weights=np.repeat(idf, count), minlength=len(keys)).astype(np.float64)
        return cls(owned, found, start.astype(np.int64), count.astype(np.int64), norm)

    @classmethod
    def from_bytes(cls, parts: Mapping[str, bytes]) -> PairIndex:
        """The index ``to_bytes`` wrote."""
        kinds = {"owner": np.int32, "norm": np.float64}
        return cls(*(np.frombuffer(parts[name], dtype=kinds.get(name, np.int64)) for name in cls.PARTS))

    def to_bytes(self) -> dict[str, bytes]:
        """Its arrays, by the names in ``PARTS``."""
        return {
            "owner": self._owner.tobytes(),
            "pairs": self._pairs.tobytes(),
            "start": self._start.tobytes(),
            "count": self._count.tobytes(),
            "norm": self._norm.tobytes(),
        }

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

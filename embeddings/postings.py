"""Which documents hold a term, and how often: inverted lists built in numpy and packed into bytes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

IntArray = npt.NDArray[np.int32]
ByteArray = npt.NDArray[np.uint8]

_WIDTHS: tuple[type[np.unsignedinteger], ...] = (np.uint8, np.uint16, np.uint32)
_MOST = 255


@dataclass(frozen=True, slots=True)
class Postings:
    """Term → documents. ``starts[i]:starts[i + 1]`` are the entries of ``terms[i]``, documents ascending.

    documents  int32, document numbers
    counts     uint8, occurrences (255 and more are 255)
    """

    terms: list[str]
    starts: npt.NDArray[np.int64]
    documents: IntArray
    counts: ByteArray

    def __iter__(self) -> Iterator[tuple[str, bytes]]:
        """(term, packed entries), in the order of ``terms``."""
        starts = self.starts.tolist()
        for index, term in enumerate(self.terms):
            first, last = starts[index], starts[index + 1]
            yield term, pack(self.documents[first:last], self.counts[first:last])


def pack(documents: IntArray, counts: ByteArray) -> bytes:
    """Entries as bytes: the width, the gaps between document numbers in it, then the counts.

    Counts are left out where each is 1 (the first byte says so).
    """
    gaps = documents.copy()  # np.diff takes thrice as long, and there are hundreds of thousands of lists
    gaps[1:] -= documents[:-1]
    widest = int(gaps.max(initial=0))
    width = 0 if widest < 1 << 8 else 1 if widest < 1 << 16 else 2
    ones = bool((counts == 1).all())
    head = bytes((width + (4 if ones else 0),))
    body = gaps.astype(_WIDTHS[width]).tobytes()
    return head + body + (b"" if ones else counts.tobytes())


def unpack(packed: bytes) -> tuple[IntArray, ByteArray]:
    """The entries ``pack`` wrote: document numbers (int32) and counts (uint8)."""
    kind = _WIDTHS[packed[0] & 3]
    size = np.dtype(kind).itemsize
    if packed[0] & 4:
        total = (len(packed) - 1) // size
        gaps = np.frombuffer(packed, kind, total, 1)
        counts = np.ones(total, np.uint8)
    else:
        total = (len(packed) - 1) // (size + 1)
        gaps = np.frombuffer(packed, kind, total, 1)
        counts = np.frombuffer(packed, np.uint8, total, 1 + total * size)
    return np.cumsum(gaps, dtype=np.int32), counts


class PostingsBuilder:
    """Collects the terms of documents; ``build`` sorts them into ``Postings``."""

    def __init__(self) -> None:
        self._ids: dict[str, int] = {}
        self._terms: list[IntArray] = []
        self._documents: list[IntArray] = []
        self._counts: list[ByteArray] = []

    def add(self, numbers: Iterable[Sequence[int]], documents: Iterable[Iterable[str]]) -> None:
        """Add documents by their numbers: one each, or those of all that are alike."""
        ids = self._ids
        terms: list[int] = []
        owners: list[int] = []
        counts: list[int] = []
        for alike, document in zip(numbers, documents, strict=True):
            for term, count in Counter(document).items():
                terms.extend([ids.setdefault(term, len(ids))] * len(alike))
                owners.extend(alike)
                counts.extend([min(count, _MOST)] * len(alike))
        self._terms.append(np.array(terms, np.int32))
        self._documents.append(np.array(owners, np.int32))
        self._counts.append(np.array(counts, np.uint8))

    def add_entries(
        self, terms: list[str], starts: npt.NDArray[np.int64], documents: IntArray, counts: ByteArray
    ) -> None:
        """Add entries that were sorted already: those of ``terms[i]`` are ``starts[i]:starts[i + 1]``."""
        ids = self._ids
        numbers = np.array([ids.setdefault(t, len(ids)) for t in terms], np.int32)
        self._terms.append(np.repeat(numbers, np.diff(starts)))
        self._documents.append(documents)
        self._counts.append(counts)

    def build(self) -> Postings:
        """The inverted lists, terms in code-point order. A document may be added only once."""
        names = sorted(self._ids)
        rank = np.empty(len(names), np.int64)
        rank[[self._ids[name] for name in names]] = np.arange(len(names))
        terms = rank[np.concatenate([np.zeros(0, np.int32), *self._terms])]
        documents = np.concatenate([np.zeros(0, np.int32), *self._documents])
        counts = np.concatenate([np.zeros(0, np.uint8), *self._counts])
        order = np.argsort((terms << 32) | documents)
        starts = np.searchsorted(terms[order], np.arange(len(names) + 1))
        return Postings(names, starts.astype(np.int64), documents[order], counts[order])

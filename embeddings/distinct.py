"""Texts that stand in many passages (the same 目的 year after year) are read once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from embeddings.postings import ByteArray, IntArray


@dataclass(frozen=True, slots=True)
class Distinct:
    """Each text once, with the passages it stands in: those of text i are ``passages[starts[i]:starts[i + 1]]``.

    passages  int32, passage numbers
    starts    int64, one more than there are texts
    """

    texts: list[str]
    passages: IntArray
    starts: npt.NDArray[np.int64]

    def passages_of(self, first: int, last: int) -> list[list[int]]:
        """The passages of the texts ``first`` to before ``last``."""
        ends = self.starts[first : last + 1].tolist()
        return [self.passages[a:b].tolist() for a, b in pairwise(ends)]

    def spread(
        self, starts: npt.NDArray[np.int64], texts: npt.NDArray[np.int64], counts: ByteArray
    ) -> tuple[npt.NDArray[np.int64], IntArray, ByteArray]:
        """Entries of texts (``Postings``: starts, owners, counts) as entries of the passages they stand in."""
        times = np.diff(self.starts)[texts]
        ends = np.concatenate([[0], np.cumsum(times)])
        within = np.arange(ends[-1]) - np.repeat(ends[:-1], times)
        passages = self.passages[np.repeat(self.starts[:-1][texts], times) + within]
        return ends[starts], passages, np.repeat(counts, times)


def distinct(texts: Sequence[str], passages: npt.NDArray[np.int64]) -> Distinct:
    """The distinct ones of ``texts``, in the order they come in; ``texts[i]`` is that of ``passages[i]``."""
    numbers: dict[str, int] = {}
    of = np.array([numbers.setdefault(text, len(numbers)) for text in texts], np.int64)
    starts = np.concatenate([[0], np.cumsum(np.bincount(of, minlength=len(numbers)))])
    together = passages[np.argsort(of, kind="stable")].astype(np.int32)
    return Distinct(list(numbers), together, starts.astype(np.int64))

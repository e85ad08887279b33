"""Scores of passages for a question: lexical evidence and likeness of meaning, weighed and added up."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from embeddings.evidence import Evidence, QueryTerms, gather
from embeddings.passage_index import Arm, FloatArray, PassageIndex
from embeddings.postings import IntArray
from embeddings.vectors import cosines, estimated_cosines, read_codes
from embeddings.weights import Weights, bearing_weights

COMPARED = 1_000
"""Passages whose vectors are compared exactly: the best by everything else."""


@dataclass(frozen=True, slots=True)
class Ranking:
    """Passages by falling score, and the worth of the question's character pairs (for marking sentences)."""

    passages: IntArray
    scores: FloatArray
    rarities: Mapping[str, float]
    bearing: float = 0.0
    """How likely the sheets speak of what is asked, from 0 to 1 (a search over all passages)."""


def rank(
    index: PassageIndex,
    terms: QueryTerms,
    question: str,
    vector: FloatArray,
    weights: Weights,
    allowed: npt.NDArray[np.bool_] | None = None,
) -> Ranking:
    """All passages (or those ``allowed``, by number) against a question whose vector is ``vector``."""
    found = gather(index, terms, question)
    sheets = _weighed(found.sheets, weights)
    sheets += np.float32(weights["sheet_meaning"]) * cosines(index.sheet_codes, vector)
    meant = estimated_cosines(index.bits, vector)
    scores = _weighed(found.passages, weights)
    scores += sheets[index.sheets]
    scores += np.float32(weights["meaning"]) * meant
    if allowed is not None:
        scores[~allowed] = -np.inf
    best = _highest(scores, COMPARED)
    best = best[np.isfinite(scores[best])]
    exact = _exact(index, best, vector)
    refined = scores[best] + np.float32(weights["meaning"]) * (exact - meant[best])
    ranking = _ordered(best.astype(np.int32), refined, found)
    if not len(best):
        return ranking
    first = int(np.argmax(refined))
    of_sheet = cosines(index.sheet_codes[index.sheets[best[first]]][None, :], vector)[0]
    likely = bearing(float(exact[first]), float(of_sheet), known_share(index, terms))
    return replace(ranking, bearing=likely)


def known_share(index: PassageIndex, terms: QueryTerms) -> float:
    """The share of the question's words that stand in any passage."""
    if not terms.words:
        return 0.0
    index.fetch(Arm.WORDS, list(terms.words))
    return sum(index.entries(Arm.WORDS, word) is not None for word in terms.words) / len(terms.words)


def bearing(meaning: float, sheet_meaning: float, known: float) -> float:
    """How likely the sheets speak of a question whose best passage and sheet are so near it, its words so known.

    Learnt by ``embeddings/tune.py`` from questions about sheets and questions of general knowledge.
    """
    model = bearing_weights()
    odds = (
        model["bias"]
        + model["meaning"] * meaning
        + model["sheet_meaning"] * sheet_meaning
        + model["known"] * known
    )
    return 1 / (1 + math.exp(-odds))


def rank_within(
    index: PassageIndex,
    terms: QueryTerms,
    question: str,
    vector: FloatArray,
    weights: Weights,
    chosen: IntArray,
) -> Ranking:
    """Some passages (ascending numbers) against a question: what tells the boxes of one project apart."""
    found = gather(index, terms, question, chosen)
    scores = _weighed(found.passages, weights)
    scores += np.float32(weights["meaning"]) * _exact(index, chosen, vector)
    return _ordered(chosen, scores, found)


def _weighed(features: Mapping[str, FloatArray], weights: Weights) -> FloatArray:
    total: FloatArray | None = None
    for name, values in features.items():
        if weight := weights[name]:
            part = values * np.float32(weight)
            total = part if total is None else np.add(total, part, out=total)
    if total is None:
        return np.zeros_like(next(iter(features.values())))
    return total


def _highest(scores: FloatArray, count: int) -> npt.NDArray[np.intp]:
    if len(scores) <= count:
        return np.arange(len(scores))
    return np.argpartition(-scores, count)[:count]


def _exact(index: PassageIndex, passages: npt.NDArray[np.integer], vector: FloatArray) -> FloatArray:
    ids = index.comment_ids[passages].tolist()
    return cosines(read_codes(index.connection, ids, index.dimensions), vector)


def _ordered(passages: IntArray, scores: FloatArray, found: Evidence) -> Ranking:
    order = np.lexsort((passages, -scores))
    return Ranking(passages[order], scores[order], found.rarities)

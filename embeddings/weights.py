"""What each kind of evidence weighs in the search: one file, ``weights.json``, written by ``embeddings/tune.py``."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from importlib import resources

Weights = Mapping[str, float]
"""Feature → weight; every feature is there."""

PASSAGE_FEATURES = (
    "words",
    "grams",
    "expanded_words",
    "expanded_grams",
    "local_words",
    "local_grams",
    "local_expanded_words",
    "local_expanded_grams",
)
"""Evidence in the passage itself, leaving out what its project's name says already.

``local``: counted by how rare a term is among the passages of the same sheet. ``expanded``: terms the
thesaurus adds.
"""
SHEET_FEATURES = (
    "sheet_words",
    "sheet_grams",
    "sheet_expanded_words",
    "sheet_expanded_grams",
    "name_words",
    "name_grams",
    "name_expanded_words",
    "name_expanded_grams",
)
"""Evidence for the project: in all its passages together, and in its name."""
YEAR_FEATURES = ("other_year",)
"""1 where the 年度 of a passage is neither one the question writes nor the one before it."""
MEANING_FEATURES = ("meaning", "sheet_meaning")
"""Likeness to the passage and to the mean of the sheet's passages by the embedding model (cosines)."""
FEATURES = (*PASSAGE_FEATURES, *SHEET_FEATURES, *YEAR_FEATURES, "field", *MEANING_FEATURES)
"""``field`` is the log probability that the question asks for this box (``embeddings.field_prior``)."""


@cache
def _file() -> dict[str, dict[str, float]]:
    return dict(json.loads(resources.files("embeddings").joinpath("weights.json").read_text("utf-8")))


def bearing_weights() -> Weights:
    """bias, meaning, sheet_meaning, known: see ``embeddings.ranking.bearing``."""
    return _file()["bearing"]


@cache
def weights(kind: str = "all") -> Weights:
    """Weights for a search over all passages (``all``) or over those of one project (``within``)."""
    return {name: float(_file()[kind].get(name, 0.0)) for name in FEATURES}

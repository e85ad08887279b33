"""Which box of the sheet a question asks for, by its wording: 有識者は何と → 外部有識者の所見.

``field_prior.json`` holds a small log-linear model over character sequences, learnt by ``embeddings/tune.py``
from written questions. Boxes it has never seen a question about take a share of a box they resemble, and any
box is likelier where one of the words the catalogue lists for it stands in the question.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from functools import cache
from importlib import resources
from typing import Any

from db.catalogue import catalogue
from embeddings.grams import normalise

Model = Mapping[str, Any]
"""items: 項目; bias: one a 項目; cues: cue → a weight a 項目. ``rare`` is such a model of the 項目 seldom asked for,
whose first one, "", stands for all others: it is asked first, so that they take nothing from one another."""

UNSEEN = 0.003
"""Probability of a box that nothing speaks for."""
_EVALUATION_SHARE = 0.5
"""What an evaluation item has of the probability of 点検結果, which took its place on newer sheets."""
_MENTIONED = 0.3
"""Probability of a box one of whose catalogue words is in the question."""
_RESEMBLES = {
    "指摘事項への対応状況": ("指摘事項の内容", 0.5),
    "公開プロセス結果概要": ("外部有識者の所見", 0.3),
    "一者応札・一者応募又は競争性のない随意契約となった理由及び改善策": ("点検結果", 0.1),
    "備考": ("点検結果", 0.05),
}
_REVIEW = "点検結果"


def cues(question: str) -> set[str]:
    """The character sequences of a question the model looks at: pairs, triples and how it ends."""
    text = normalise(question)
    found = {"2" + text[i : i + 2] for i in range(len(text) - 1)}
    found |= {"3" + text[i : i + 3] for i in range(len(text) - 2)}
    bare = text.rstrip("?!。、？！")
    found |= {"$" + bare[-size:] for size in (2, 3, 4) if len(bare) >= size}
    return found


def field_probabilities(question: str, items: Sequence[str]) -> list[float]:
    """For each of these 項目 the probability that the question asks for it (they need not add up to 1)."""
    return probabilities(question, items, _model())


def probabilities(question: str, items: Sequence[str], model: Model) -> list[float]:
    """The same by a model that is not the shipped one."""
    learnt = _learnt(question, model)
    text = normalise(question)
    review = learnt.get(_REVIEW, 0.0)
    out: list[float] = []
    for item in items:
        if item in learnt:
            value = learnt[item]
        elif item in _evaluation_items():
            value = review * _EVALUATION_SHARE
        else:
            like, share = _RESEMBLES.get(item, ("", 0.0))
            value = learnt.get(like, 0.0) * share
        if item not in learnt and any(word in text for word in _catalogue_words().get(item, ())):
            value = max(value, _MENTIONED)
        out.append(max(value, UNSEEN))
    return out


def _learnt(question: str, model: Model) -> dict[str, float]:
    asked = cues(question)
    rare = _shares(asked, model["rare"]) if "rare" in model else {"": 1.0}
    common = rare.pop("")
    return {item: common * share for item, share in _shares(asked, model).items()} | rare


def _shares(asked: set[str], model: Model) -> dict[str, float]:
    scores = list(model["bias"])
    table = model["cues"]
    for cue in asked:
        row = table.get(cue)
        if row is not None:
            for place, value in enumerate(row):
                scores[place] += value
    highest = max(scores)
    odds = [math.exp(s - highest) for s in scores]
    total = sum(odds)
    return {item: value / total for item, value in zip(model["items"], odds, strict=True)}


@cache
def _model() -> Model:
    text = resources.files("embeddings").joinpath("field_prior.json").read_text("utf-8")
    return dict(json.loads(text))


@cache
def _evaluation_items() -> frozenset[str]:
    return frozenset(e.item for e in catalogue().evaluations)


@cache
def _catalogue_words() -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for item in catalogue().evaluations:
        found[item.item] = tuple(normalise(w) for w in item.words)
    for box in catalogue().comments:
        found[box.item] = tuple(normalise(w) for w in box.words)
    for field in catalogue().fields():
        if field.passage:
            found.setdefault(field.label, tuple(normalise(w) for w in field.words))
    return found

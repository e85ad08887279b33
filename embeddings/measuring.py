"""Questions with known answers, and how well a search finds them: what tuning and evaluation share.

A question file is a JSON list in one of two forms: {予算事業ID, 表, 欄, topic, named, terms} as in
``questions/`` or {予算事業ID, 欄, gold_quote, q_topic, q_named}; {公開年度, 府省庁, 事業名, 欄} stands for a sheet
older than RSシステム.
"""

from __future__ import annotations

import json
import sqlite3
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from db.catalogue import CommentItem, catalogue
from embeddings.grams import normalise

TOPIC, NAMED = "topic", "named"
_SEED = 11
_RESAMPLES = 1_000


@dataclass(frozen=True, slots=True)
class Asked:
    """A question, the rows of ``comments`` that answer it, and the project (the unit of cross-validation)."""

    id: str
    kind: str
    text: str
    item: str
    project: str
    sheet_keys: tuple[str, ...]
    answers: frozenset[int]


def asked_of(connection: sqlite3.Connection, files: Iterable[Path]) -> list[Asked]:
    """The questions of the files whose answers are in the database."""
    columns = _item_by_column()
    out: list[Asked] = []
    for path in files:
        for raw in json.loads(path.read_text("utf-8")):
            item = columns[_column(raw["欄"])]
            keys = _sheet_keys(connection, raw)
            answers = _answers(connection, raw, keys, item)
            if not answers:
                continue
            for kind, text in (
                (TOPIC, raw.get("topic") or raw.get("q_topic")),
                (NAMED, raw.get("named") or raw.get("q_named")),
            ):
                if text:
                    out.append(Asked(str(raw["id"]), kind, text, item, keys[0], keys, answers))
    return out


def _item_by_column() -> dict[str, str]:
    out: dict[str, str] = {"事業目的": "事業の目的", "事業概要": "事業概要"}
    for name, entries in catalogue().rs_columns().items():
        for entry in entries:
            out[_column(name.split(":", 1)[1])] = (
                entry.item if isinstance(entry, CommentItem) else entry.label
            )
    return out


def _column(name: str) -> str:
    return normalise(name).replace("－", "ー").replace("-", "ー")


def _sheet_keys(connection: sqlite3.Connection, raw: dict[str, object]) -> tuple[str, ...]:
    if raw.get("予算事業ID") is not None:
        rows = connection.execute(
            "SELECT sheet_key FROM sheets WHERE 予算事業ID = ? ORDER BY 公開年度", (str(raw["予算事業ID"]),)
        )
    else:
        rows = connection.execute(
            "SELECT sheet_key FROM sheets WHERE 公開年度 = ? AND 府省庁 = ? AND 事業名 = ?",
            (raw["公開年度"], raw["府省庁"], raw["事業名"]),
        )
    return tuple(row[0] for row in rows)


def _answers(
    connection: sqlite3.Connection, raw: dict[str, object], keys: Sequence[str], item: str
) -> frozenset[int]:
    marks = ",".join("?" * len(keys))
    rows = connection.execute(
        f"SELECT id, 年度, 本文 FROM comments WHERE sheet_key IN ({marks}) AND 項目 = ? AND 本文 <> ''",
        [*keys, item],
    ).fetchall()
    if quote := raw.get("gold_quote"):
        wanted = _bare(str(quote))
        return frozenset(r[0] for r in rows if wanted in _bare(r[2]))
    year = raw.get("予算年度")
    right = [r for r in rows if year is None or str(r[1]) == str(year)] or rows
    return frozenset(r[0] for r in right)


def _bare(text: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFKC", text) if not c.isspace() and c not in ",、，")


def scores(ranks: Sequence[int]) -> dict[str, float]:
    """Recall at 1, 5 and 10 and mean reciprocal rank; a rank of 0 means not found."""
    array = np.array(ranks)
    found = array > 0
    out = {f"R@{n}": float((found & (array <= n)).mean()) for n in (1, 5, 10)}
    out["MRR"] = float(np.where(found, 1 / np.maximum(array, 1), 0).mean())
    return out


def intervals(ranks: Sequence[int], projects: Sequence[str]) -> dict[str, tuple[float, float]]:
    """95 % intervals of ``scores``, by drawing projects with replacement."""
    groups: dict[str, list[int]] = {}
    for rank, project in zip(ranks, projects, strict=True):
        groups.setdefault(project, []).append(rank)
    names = list(groups)
    chance = np.random.default_rng(_SEED)
    drawn = [
        scores([r for i in chance.integers(0, len(names), len(names)) for r in groups[names[i]]])
        for _ in range(_RESAMPLES)
    ]
    return {
        name: (
            float(np.percentile([d[name] for d in drawn], 2.5)),
            float(np.percentile([d[name] for d in drawn], 97.5)),
        )
        for name in drawn[0]
    }

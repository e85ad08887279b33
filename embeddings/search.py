"""Passages that answer a question: the one search over the free texts of the loaded sheets."""

from __future__ import annotations

import math
import sqlite3
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from embeddings.grams import gram_weight, grams, normalise
from embeddings.sentences import best_sentence

MAX_QUERY = 1000
"""Characters of a question that are read; what follows is left out."""
_CANDIDATES = 400
_SCAN_LIMIT = 3000
_K1, _B = 1.2, 0.5


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage found. ``highlights`` are (start, end) in ``text``; a higher ``score`` is a better match."""

    comment_id: int
    sheet_key: str
    item: str
    text: str
    score: float
    highlights: tuple[tuple[int, int], ...]
    fiscal_year: int | None


@dataclass(frozen=True, slots=True)
class _Passage:
    id: int
    sheet_key: str
    item: str
    text: str
    fiscal_year: int | None
    project: str


class PassageSearch:
    """Search over table ``comments`` of one open database."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def search(
        self,
        query: str,
        *,
        limit: int = 10,
        sheet_keys: Sequence[str] | None = None,
        items: Sequence[str] | None = None,
        ministries: Sequence[str] | None = None,
        prefer_items: Mapping[str, float] | None = None,
        group_by_project: bool = False,
    ) -> list[Hit]:
        """The passages nearest to the question, best first; none where it holds no word to search for.

        sheet_keys, items, ministries   only passages of these sheets, 項目, 府省庁 (either ministry column).
        prefer_items                    項目 → factor on the score (1 leaves it as it is).
        group_by_project                at most one passage (the best) per sheet.
        """
        text = normalise(query[:MAX_QUERY])
        query_grams = set(grams(text))
        if not query_grams or limit <= 0:
            return []
        where, values = self._filters(sheet_keys, items, ministries)
        if sheet_keys is not None:
            passages = self._passages(where, values)
        else:
            passages = self._candidates(query_grams, where, values)
        ranked = self._rank(query_grams, passages, prefer_items or {})
        hits: list[Hit] = []
        seen: set[str] = set()
        for score, passage, spans in ranked:
            if group_by_project:
                if passage.sheet_key in seen:
                    continue
                seen.add(passage.sheet_key)
            hits.append(
                Hit(
                    passage.id,
                    passage.sheet_key,
                    passage.item,
                    passage.text,
                    score,
                    spans,
                    passage.fiscal_year,
                )
            )
            if len(hits) == limit:
                break
        return hits

    def _filters(
        self,
        sheet_keys: Sequence[str] | None,
        items: Sequence[str] | None,
        ministries: Sequence[str] | None,
    ) -> tuple[str, list[str]]:
        conditions: list[str] = ["c.本文 is not null"]
        values: list[str] = []
        if sheet_keys is not None:
            conditions.append(f"c.sheet_key in ({_marks(sheet_keys)})")
            values += sheet_keys
        if items is not None:
            conditions.append(f"c.項目 in ({_marks(items)})")
            values += items
        if ministries is not None:
            conditions.append(
                f"(s.府省庁 in ({_marks(ministries)}) or s.政策所管府省庁 in ({_marks(ministries)}))"
            )
            values += [*ministries, *ministries]
        return " and ".join(conditions), values

    def _passages(self, where: str, values: Sequence[str]) -> list[_Passage]:
        rows = self._connection.execute(
            "select c.id, c.sheet_key, c.項目, c.本文, c.年度, coalesce(s.事業名, '') from comments c "
            f"join sheets s on s.sheet_key = c.sheet_key where {where} order by c.id",
            list(values),
        )
        return [_Passage(*row) for row in rows]

    def _candidates(self, query_grams: Iterable[str], where: str, values: Sequence[str]) -> list[_Passage]:
        """Passages that hold some of the question's bigrams, by FTS5's own ranking."""
        telling = [g for g in query_grams if gram_weight(g) >= 0.5] or list(query_grams)
        match = " OR ".join('"' + " ".join(g) + '"' for g in telling)
        found = self._connection.execute(
            "select rowid from comments_fts where comments_fts match ? order by rank limit ?",
            (match, _SCAN_LIMIT if where.count(" and ") else _CANDIDATES),
        ).fetchall()
        ids = ",".join(str(row[0]) for row in found)
        return self._passages(f"{where} and c.id in ({ids})", values) if ids else []

    def _rank(
        self, query_grams: set[str], passages: list[_Passage], prefer: Mapping[str, float]
    ) -> list[tuple[float, _Passage, tuple[tuple[int, int], ...]]]:
        counted = [Counter(grams(normalise(f"{p.item} {p.text}"))) for p in passages]
        names = {p.project: set(grams(normalise(p.project))) for p in passages}
        frequency = Counter(g for c in counted for g in c.keys() & query_grams)
        total = len(passages)
        rarity = {
            g: gram_weight(g) * math.log(1 + (total - frequency[g] + 0.5) / (frequency[g] + 0.5))
            for g in query_grams
        }
        mean = sum(c.total() for c in counted) / max(1, total)
        ranked = []
        for passage, count in zip(passages, counted, strict=True):
            norm = _K1 * (1 - _B + _B * count.total() / mean) if mean else _K1
            score = sum(
                rarity[g] * count[g] * (_K1 + 1) / (count[g] + norm) for g in query_grams & count.keys()
            )
            if score <= 0:
                continue
            named = sum(rarity[g] for g in query_grams & names[passage.project])
            sentence, spans = best_sentence(passage.text, rarity)
            score = (score + sentence + 0.5 * named) * prefer.get(passage.item, 1.0)
            ranked.append((score, passage, spans))
        ranked.sort(key=lambda entry: (-entry[0], entry[1].id))
        return ranked


def _marks(values: Sequence[str]) -> str:
    return ",".join("?" * len(values))

"""Passages that answer a question: the one search over the free texts of the loaded sheets."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import numpy.typing as npt

from db.errors import InputError
from embeddings.evidence import QueryTerms, query_terms, speaks_of_any
from embeddings.grams import grams, normalise
from embeddings.models import Encoder, load_encoder, made_with
from embeddings.passage_index import FloatArray, PassageIndex, is_current
from embeddings.postings import IntArray
from embeddings.ranking import Ranking, rank, rank_within
from embeddings.reranking import LOOKED_AT, Reranker
from embeddings.sentences import best_sentence
from embeddings.static_model import SHIPPED
from embeddings.vectors import cosines
from embeddings.weights import weights

MAX_QUERY = 1000
"""Characters of a question that are read; what follows is left out."""
PER_PROJECT = 3
"""Passages of one project among the results: its best ones, so that one project does not fill the page."""
SMALL = 5_000
"""Passages a database may have for an index to be made in passing, where it has none of its own."""
_SELECTED_AT_ONCE = 200

Row = tuple[int, str, str, str, int | None, str]
"""A passage as read: id, sheet_key, 項目, 本文, 年度, 事業名."""


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
class SimilarSheet:
    """A sheet whose texts mean nearly the same; ``score`` is the cosine of the two, at most 1."""

    sheet_key: str
    score: float


class PassageSearch:
    """Search over table ``comments`` of one open database.

    InputError on the first search where the database has no current index and is not small, or where its
    index is of a model that cannot be loaded.
    """

    def __init__(self, connection: sqlite3.Connection, rerank: str | None = None) -> None:
        """``rerank`` names a cross-encoder that looks at the best passages again (``embeddings.reranking``)."""
        self._connection = connection
        self._rerank = rerank
        self._last: tuple[str, Ranking] | None = None

    def search(
        self,
        query: str,
        *,
        limit: int = 10,
        sheet_keys: Sequence[str] | None = None,
        items: Collection[str] | None = None,
        ministries: Sequence[str] | None = None,
        published: Collection[int] | None = None,
        per_project: int = PER_PROJECT,
    ) -> list[Hit]:
        """The passages nearest to the question, best first.

        None where it holds no word to search for, or where over all sheets nothing of it stands in any of them,
        in its own words or in others of the same meaning: likeness of meaning alone would rank chance.

        sheet_keys   only passages of these sheets: then all of them are ranked, the texts repeated over
                     the years too
        items, ministries, published   only passages of these 項目, 府省庁 (either ministry column), 公開年度
        per_project  at most so many passages of one project; equal texts stand once, from the newest sheet
        """
        if limit <= 0 or self.index.size == 0:
            return []
        text = query[:MAX_QUERY]
        terms = query_terms(self.index.connection, text)
        if terms.empty:
            return []
        if sheet_keys is None:
            if not speaks_of_any(self.index, terms):
                return []
            ranking = self._ranked(text, terms, self._allowed(items, ministries, published))
            wanted = limit if self._rerank is None else max(limit, LOOKED_AT)
            chosen = self._each_once(ranking, wanted, per_project, published)
        else:
            passages = self._passages_of(sheet_keys, items, ministries, published)
            vector = self._encoder.question(text)
            ranking = rank_within(self.index, terms, text, vector, weights("within"), passages)
            chosen = list(
                zip(ranking.passages[:limit].tolist(), ranking.scores[:limit].tolist(), strict=True)
            )
        hits = self._hits(chosen, ranking)
        if self._rerank is not None and sheet_keys is None and hits:
            hits = self._look_again(text, hits)[:limit]
        return hits

    def bearing(self, query: str) -> float:
        """How likely the sheets speak of what is asked, from 0 to 1; 0 where it holds no word."""
        text = query[:MAX_QUERY]
        terms = query_terms(self.index.connection, text) if self.index.size else None
        return 0.0 if terms is None or terms.empty else self._ranked(text, terms, None).bearing

    def _ranked(self, text: str, terms: QueryTerms, allowed: npt.NDArray[np.bool_] | None) -> Ranking:
        """The ranking over all passages; the last one over all is kept, for a question is judged, then searched."""
        if allowed is None and self._last is not None and self._last[0] == text:
            return self._last[1]
        vector = self._encoder.question(text)
        ranking = rank(self.index, terms, text, vector, weights("all"), allowed)
        if allowed is None:
            self._last = (text, ranking)
        return ranking

    def _look_again(self, question: str, hits: list[Hit]) -> list[Hit]:
        scores = self._reranker.scores(question, [h.text for h in hits])
        order = np.argsort(-scores, kind="stable")
        return [replace(hits[i], score=float(scores[i])) for i in order.tolist()]

    def similar(
        self,
        *,
        to_sheets: Sequence[str] = (),
        to_text: str = "",
        limit: int = 10,
        ministries: Sequence[str] | None = None,
        published: Collection[int] | None = None,
    ) -> list[SimilarSheet]:
        """Sheets whose texts as a whole are nearest in meaning, one a project, nearest first.

        to_sheets  sheets of one project: it and its other years are left out
        to_text    a description, where no project is given; none is near one of which nothing stands in any sheet
        """
        index = self.index
        own = index.sheet_numbers(to_sheets)
        if len(own):
            newest = own[np.argmax(index.published[own])]
            vector = unit(index.sheet_codes[newest].astype(np.float32))
        elif speaks_of_any(index, query_terms(index.connection, to_text[:MAX_QUERY])):
            vector = self._encoder.question(to_text[:MAX_QUERY])
        else:
            return []
        scores = cosines(index.sheet_codes, vector)
        shut_out = np.isin(index.projects, index.projects[own])
        if (mask := self._allowed_sheets(ministries, published)) is not None:
            shut_out |= ~mask
        scores[shut_out] = -np.inf
        seen: set[int] = set()
        out: list[SimilarSheet] = []
        for number in np.lexsort((-index.published, -scores)).tolist():
            project = int(index.projects[number])
            if len(out) == limit or scores[number] <= 0:
                break
            if project not in seen:
                seen.add(project)
                out.append(SimilarSheet(index.sheet_keys[number], round(float(scores[number]), 4)))
        return out

    @cached_property
    def index(self) -> PassageIndex:
        """The index of the database; where there is none, one made in memory if the database is small."""
        if is_current(self._connection):
            return PassageIndex(self._connection)
        passages = self._connection.execute("SELECT count(*) FROM comments").fetchone()[0]
        if passages > SMALL:
            raise InputError(
                "検索の索引がないか、古くなっています。`reviewsheet index` で作り直してください(中身は変わりません)。"
            )
        # what builds an index is loaded only where there is none
        from embeddings.indexing import update_index

        memory = sqlite3.connect(":memory:", check_same_thread=False)
        update_index(self._connection, into=memory)
        return PassageIndex(memory)

    @cached_property
    def _reranker(self) -> Reranker:
        assert self._rerank is not None
        return Reranker(self._rerank)

    @cached_property
    def _encoder(self) -> Encoder:
        model = self.index.model
        encoder = load_encoder(made_with(model))
        if encoder.name != model and model.startswith(SHIPPED):
            raise InputError(
                "検索の索引が別の版の埋め込みモデルで作られています。`reviewsheet index` で作り直してください。"
            )
        if encoder.dimensions != self.index.dimensions:
            raise InputError(
                f"埋め込みモデル {model} のベクトルの長さ（{encoder.dimensions}）が索引（{self.index.dimensions}）と合いません。"
                f"`reviewsheet index --model {model}` で作り直してください。"
            )
        return encoder

    def _passages_of(
        self,
        sheet_keys: Sequence[str],
        items: Collection[str] | None,
        ministries: Sequence[str] | None,
        published: Collection[int] | None,
    ) -> IntArray:
        passages = self.index.passages_of(self.index.sheet_numbers(sheet_keys))
        allowed = self._allowed(items, ministries, published)
        return passages if allowed is None else passages[allowed[passages]]

    def _allowed(
        self,
        items: Collection[str] | None,
        ministries: Sequence[str] | None,
        published: Collection[int] | None,
    ) -> npt.NDArray[np.bool_] | None:
        index = self.index
        of_sheets = self._allowed_sheets(ministries, published)
        allowed = None if of_sheets is None else of_sheets[index.sheets]
        if items is not None:
            numbers = [n for n, item in enumerate(index.item_names) if item in items]
            in_items = np.isin(index.items, numbers)
            allowed = in_items if allowed is None else allowed & in_items
        return allowed

    def _allowed_sheets(
        self, ministries: Sequence[str] | None, published: Collection[int] | None
    ) -> npt.NDArray[np.bool_] | None:
        index = self.index
        allowed = None
        if ministries is not None:
            marks = ",".join("?" * len(ministries))
            keys = self._connection.execute(
                f"SELECT sheet_key FROM sheets WHERE 府省庁 IN ({marks}) OR 政策所管府省庁 IN ({marks})",
                [*ministries, *ministries],
            )
            allowed = np.zeros(len(index.sheet_keys), bool)
            allowed[index.sheet_numbers(row[0] for row in keys)] = True
        if published:
            in_years = np.isin(index.published, list(published))
            allowed = in_years if allowed is None else allowed & in_years
        return allowed

    def _each_once(
        self, ranking: Ranking, limit: int, per_project: int, published: Collection[int] | None
    ) -> list[tuple[int, float]]:
        """The best passages: equal texts once (the newest sheet's), at most ``per_project`` of a project."""
        index = self.index
        texts: set[int] = set()
        taken: Counter[int] = Counter()
        chosen: list[tuple[int, float]] = []
        for passage, score in zip(ranking.passages.tolist(), ranking.scores.tolist(), strict=True):
            project = int(index.projects[index.sheets[passage]])
            text = int(index.texts[passage])
            if text in texts or taken[project] >= per_project:
                continue
            texts.add(text)
            taken[project] += 1
            chosen.append((self._newest(passage, published), score))
            if len(chosen) == limit:
                break
        return chosen

    def _newest(self, passage: int, published: Collection[int] | None) -> int:
        """Of the passages of the same project with the same text the one of the newest sheet."""
        index = self.index
        sheet = index.sheets[passage]
        same = np.flatnonzero(index.texts == index.texts[passage])
        if len(same) == 1:
            return passage
        same = same[index.projects[index.sheets[same]] == index.projects[sheet]]
        same = same[index.items[same] == index.items[passage]]
        if published:
            same = same[np.isin(index.published[index.sheets[same]], list(published))]
        years = index.published[index.sheets[same]]
        return int(same[np.argmax(years)]) if len(same) and years.max() > index.published[sheet] else passage

    def _hits(self, chosen: Sequence[tuple[int, float]], ranking: Ranking) -> list[Hit]:
        rows = self._rows(int(self.index.comment_ids[passage]) for passage, _ in chosen)
        hits: list[Hit] = []
        for passage, score in chosen:
            identity, sheet_key, item, text, year, name = rows[int(self.index.comment_ids[passage])]
            # What the project's name says stands in any of its sentences: the rest of the question tells them apart.
            of_name = set(grams(normalise(name)))
            _, spans = best_sentence(text, {g: w for g, w in ranking.rarities.items() if g not in of_name})
            hits.append(Hit(identity, sheet_key, item, text, score, spans, year))
        return hits

    def _rows(self, ids: Iterable[int]) -> dict[int, Row]:
        return {row[0]: row for row in self._read(list(ids))}

    def _read(self, ids: Sequence[int]) -> Iterator[Row]:
        for start in range(0, len(ids), _SELECTED_AT_ONCE):
            part = ids[start : start + _SELECTED_AT_ONCE]
            marks = ",".join("?" * len(part))
            rows = self._connection.execute(
                "SELECT c.id, c.sheet_key, coalesce(c.項目, ''), c.本文, c.年度, coalesce(s.事業名, '')"
                f" FROM comments c JOIN sheets s ON s.sheet_key = c.sheet_key WHERE c.id IN ({marks})",
                part,
            )
            yield from (tuple(row) for row in rows)


def unit(vector: FloatArray) -> FloatArray:
    """The vector brought to length 1."""
    return np.asarray(vector / max(float(np.linalg.norm(vector)), 1e-12), np.float32)

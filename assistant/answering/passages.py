"""Operation search: passages of the free texts, of one project or of all, the sentence that answers marked."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from assistant.answer import Cell
from assistant.answering import relevance
from assistant.answering.basis import Basis
from assistant.answering.data import marks
from assistant.answering.figures import text_sheets
from assistant.answering.result import Result, Statement
from assistant.answering.wording import project_name, quoted_text, sheet_ministry, sheet_name
from assistant.query import ProjectRef, Query

if TYPE_CHECKING:
    from embeddings.search import Hit

CERTAIN = 0.85
"""A project found with less certainty than this is only likely."""
LIKELY_FIRST = 3
"""Passages of a likely project shown before those of others."""
PROJECT_LIMIT = 8
ALL_LIMIT = 10
CANDIDATE_PLACE = 3
"""By this place the best passage of the project most likely meant is shown."""
PUBLISHED_FACTOR = 12
"""How many times more passages are looked at where only those of some 公開年度 are wanted."""
CANDIDATE_LIMIT = 30
"""How many passages of the projects that may be meant are looked at beside those of all projects."""
CANDIDATE_FACTOR = 1.5
"""What a passage of a project that may be meant is worth more than another's."""


def search(basis: Basis, query: Query, limit: int | None = None) -> Result:
    """Passages of the project the query names, else of all sheets it allows.

    Where the project is only likely, passages of other projects follow its own.
    """
    limit = limit or query.limit or ALL_LIMIT
    if not query.projects:
        return search_all(basis, query, limit)
    own = search_project(basis, query)
    if query.projects[0].score >= CERTAIN or basis.data.only_project is not None:
        return own
    others = search_all(basis, replace(query, projects=()), limit)
    if own.status != "answered":
        return others
    keys = set(query.projects[0].sheet_keys)
    further = [c for c in others.cells if (c.sheet or {}).get("sheet_key") not in keys]
    own.cells = [*own.cells[:LIKELY_FIRST], *further, *own.cells[LIKELY_FIRST:]]
    return own


def search_project(
    basis: Basis, query: Query, text: str = "", prefer: Mapping[str, float] | None = None
) -> Result:
    """Passages of one project, best first; where several sheets repeat a text, the newest one's."""
    keys = text_sheets(basis.data, query)
    wanted = text or query.topic or query.question
    hits = relevance.relevant(basis, query, keys, text, prefer) if keys else []
    hits = _each_text_once(hits, keys)[:PROJECT_LIMIT]
    if not hits or not relevance.speaks_of(basis, query, hits):
        return Result("no_answer", [_nothing_found(basis, query, wanted)])
    cells = hit_cells(basis, hits)
    subject = project_name(basis.data, query.projects[0])
    sentence = f"{subject}の「{cells[0].label}」に、{quoted_text(cells[0])}と書かれています。"
    return Result(sentences=[sentence], cells=cells, statement=comment_statement(hits))


def search_all(basis: Basis, query: Query, limit: int) -> Result:
    """Passages of all sheets, at most one a project, best first."""
    wanted = query.topic or query.question
    hits = basis.data.search.search(
        wanted,
        limit=limit * (PUBLISHED_FACTOR if query.published else 3),
        ministries=list(query.ministries) or None,
        group_by_project=True,
    )
    hits = of_published(basis, query, hits)
    if query.candidates:
        hits = _with_candidates(basis, query, wanted, hits)
    hits = each_project_once(basis, hits)[:limit]
    if not hits:
        return Result("no_answer", [_nothing_found(basis, query, wanted)])
    hits = _with_first_candidate(basis, query, hits)
    cells = hit_cells(basis, hits)
    first = cells[0]
    sentences = [
        f"「{sheet_name(first)}」（{sheet_ministry(first)}）の「{first.label}」に、{quoted_text(first)}と書かれています。"
    ]
    if len(cells) > 1:
        names = "、".join(f"「{sheet_name(c)}」" for c in cells[1:3])
        sentences.append(f"ほかに{names}{'など' if len(cells) > 3 else ''}のシートにも近い記載があります。")
    projects = tuple(basis.data.project_of(h.sheet_key) for h in hits)
    return Result(sentences=sentences, cells=cells, statement=comment_statement(hits), projects=projects)


def of_published(basis: Basis, query: Query, hits: list[Hit]) -> list[Hit]:
    """Hits on sheets of the 公開年度 the query names; all where it names none."""
    if not query.published:
        return hits
    basis.data.load_sheets(h.sheet_key for h in hits)
    return [h for h in hits if basis.data.sheet(h.sheet_key).published in query.published]


def hit_cells(basis: Basis, hits: Sequence[Hit]) -> list[Cell]:
    """One cell a passage: the whole passage, the answering sentence marked."""
    rows = comment_rows(basis, [h.comment_id for h in hits])
    basis.data.load_sheets(h.sheet_key for h in hits)
    return [
        basis.cells.cell(
            "comments", rows[h.comment_id], "本文", highlights=h.highlights, score=round(float(h.score), 4)
        )
        for h in hits
    ]


def comment_rows(basis: Basis, ids: Sequence[int]) -> dict[int, sqlite3.Row]:
    """Rows of ``comments`` by id."""
    return {
        r["id"]: r for r in basis.data.rows(f"SELECT * FROM comments WHERE id IN ({marks(ids)})", list(ids))
    }


def comment_statement(hits: Sequence[Hit]) -> Statement:
    """The SELECT that shows the passages found."""
    ids = tuple(h.comment_id for h in hits)
    return Statement(f"SELECT id, sheet_key, 項目, 年度, 本文 FROM comments WHERE id IN ({marks(ids)})", ids)


def _with_candidates(basis: Basis, query: Query, text: str, hits: list[Hit]) -> list[Hit]:
    """Put passages of the projects that may be meant among the others, worth a little more."""
    keys = [k for p in query.candidates for k in p.sheet_keys]
    own = basis.data.search.search(text, limit=CANDIDATE_LIMIT, sheet_keys=keys)
    known = set(keys)
    merged = {h.comment_id: h for h in (*hits, *own)}
    return sorted(
        merged.values(), key=lambda h: -h.score * (CANDIDATE_FACTOR if h.sheet_key in known else 1.0)
    )


def _with_first_candidate(basis: Basis, query: Query, hits: list[Hit]) -> list[Hit]:
    """Where the nearest passage is of the project most likely meant, name and texts agree: its best passage leads.

    Else that project's best passage stands among the first.
    """
    if not query.candidates:
        return hits
    keys = query.candidates[0].sheet_keys
    best = relevance.relevant(basis, query, keys)
    rest = [h for h in hits if h.sheet_key not in keys]
    if hits[0].sheet_key in keys:
        nearest = [h for h in hits[:1] if h.comment_id != best[0].comment_id]
        return [best[0], *nearest, *rest]
    if any(h.sheet_key in keys for h in hits[:CANDIDATE_PLACE]):
        return hits
    return [*rest[: CANDIDATE_PLACE - 1], *best[:1], *rest[CANDIDATE_PLACE - 1 :]]


def _each_text_once(hits: Sequence[Hit], keys: Sequence[str]) -> list[Hit]:
    order = {k: i for i, k in enumerate(keys)}
    newest: dict[str, Hit] = {}
    for h in hits:
        known = newest.get(h.text)
        if known is None or order[h.sheet_key] < order[known.sheet_key]:
            newest[h.text] = h
    seen: set[str] = set()
    out = []
    for h in hits:
        if h.text not in seen:
            seen.add(h.text)
            out.append(newest[h.text])
    return out


def each_project_once(basis: Basis, hits: Sequence[Hit]) -> list[Hit]:
    """The best passage of each project, over its sheets of all years."""
    basis.data.load_sheets(h.sheet_key for h in hits)
    seen: set[object] = set()
    out = []
    for h in hits:
        info = basis.data.sheet(h.sheet_key)
        project = info.project_id if info.project_id is not None else h.sheet_key
        if project not in seen:
            seen.add(project)
            out.append(h)
    return out


def _nothing_found(basis: Basis, query: Query, text: str) -> str:
    if query.projects:
        return f"{project_name(basis.data, query.projects[0])}のシートに「{text}」に当たる記載は見つかりませんでした。"
    return f"「{text}」に当たる記載は、読み込んだシートには見つかりませんでした。"


def project_refs(basis: Basis, keys: Sequence[str]) -> tuple[ProjectRef, ...]:
    """Projects of sheets, in order, each once."""
    refs: dict[object, ProjectRef] = {}
    for key in keys:
        ref = basis.data.project_of(key)
        refs.setdefault(ref.project_id if ref.project_id is not None else key, ref)
    return tuple(refs.values())

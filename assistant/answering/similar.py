"""Operation similar: projects whose texts mean nearly what a project's do, or what was described."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from typing import TYPE_CHECKING

from assistant.answer import Cell
from assistant.answering import passages
from assistant.answering.basis import Basis
from assistant.answering.data import marks
from assistant.answering.result import Result, Statement
from assistant.answering.wording import join, project_name, sheet_ministry, sheet_name
from assistant.query import Query

if TYPE_CHECKING:
    from embeddings.search import SimilarSheet

ITEMS = ("事業の目的", "事業概要", "現状・課題")
LIMIT = 10


def similar(basis: Basis, query: Query) -> Result:
    """Other projects, nearest first, each with the passage that says what it is for."""
    limit = query.limit or LIMIT
    project = query.projects[0] if query.projects else None
    text = "" if project else query.similar_to or query.topic
    subject = project_name(basis.data, project) if project else f"「{text}」"
    found = basis.data.search.similar(
        to_sheets=project.sheet_keys if project else (),
        to_text=text,
        limit=limit,
        ministries=list(query.ministries) or None,
        published=query.published or None,
    )
    cells = _purposes(basis, found)
    if not cells:
        return Result("no_answer", [f"{subject}に似た事業は、読み込んだシートには見つかりませんでした。"])
    names = join([f"「{sheet_name(c)}」（{sheet_ministry(c)}）" for c in cells[:3]])
    notes = ["シートの文章全体の意味の近さの順"]
    if project and len(project.sheet_keys) > 1:
        notes.append(f"この事業のほかの年度のシート（{len(project.sheet_keys) - 1}枚）は除いています")
    return Result(
        sentences=[f"{subject}に目的や概要が近い事業は、{names}{'など' if len(cells) > 3 else ''}です。"],
        cells=cells,
        statement=_statement(found),
        projects=passages.project_refs(basis, [s.sheet_key for s in found]),
        notes=notes,
    )


def _purposes(basis: Basis, found: Sequence[SimilarSheet]) -> list[Cell]:
    """One cell a sheet: its 事業の目的, else the next box of ``ITEMS`` that is written."""
    statement = _statement(found)
    rows: dict[str, sqlite3.Row] = {}
    for row in basis.data.rows(statement.sql, statement.parameters):
        known = rows.get(row["sheet_key"])
        if known is None or ITEMS.index(row["項目"]) < ITEMS.index(known["項目"]):
            rows[row["sheet_key"]] = row
    basis.data.load_sheets(rows)
    return [
        basis.cells.cell("comments", rows[s.sheet_key], "本文", score=s.score)
        for s in found
        if s.sheet_key in rows
    ]


def _statement(found: Sequence[SimilarSheet]) -> Statement:
    keys = [s.sheet_key for s in found]
    return Statement(
        f"SELECT * FROM comments WHERE sheet_key IN ({marks(keys)}) AND 項目 IN ({marks(ITEMS)}) AND 本文 <> ''",
        (*keys, *ITEMS),
    )

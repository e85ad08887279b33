"""Operation similar: projects whose 目的 and 概要 are nearest to a project's, or to what was described."""

from __future__ import annotations

from assistant.answering import passages
from assistant.answering.basis import Basis
from assistant.answering.result import Result
from assistant.answering.wording import join, project_name, sheet_ministry, sheet_name
from assistant.query import Query

ITEMS = ("事業の目的", "事業概要", "現状・課題")
LIMIT = 10
MAX_DESCRIPTION = 200
"""Characters of 目的 and 概要 that are compared: what comes first says what a project is."""


def similar(basis: Basis, query: Query) -> Result:
    """Other projects, nearest first, each with the passage that is near."""
    limit = query.limit or LIMIT
    own: set[str] = set()
    if query.projects:
        project = query.projects[0]
        own = set(project.sheet_keys)
        text = f"{project.name} {_description(basis, project.sheet_keys[0])}"
        subject = project_name(basis.data, project)
    else:
        text = query.similar_to or query.topic
        subject = f"「{text}」"
    hits = basis.data.search.search(
        text,
        limit=limit * 4,
        items=list(ITEMS),
        ministries=list(query.ministries) or None,
        group_by_project=True,
    )
    hits = passages.each_project_once(
        basis, [h for h in passages.of_published(basis, query, hits) if h.sheet_key not in own]
    )[:limit]
    if not hits:
        return Result("no_answer", [f"{subject}に似た事業は、読み込んだシートには見つかりませんでした。"])
    cells = passages.hit_cells(basis, hits)
    names = join([f"「{sheet_name(c)}」（{sheet_ministry(c)}）" for c in cells[:3]])
    return Result(
        sentences=[f"{subject}に目的や概要が近い事業は、{names}{'など' if len(cells) > 3 else ''}です。"],
        cells=cells,
        statement=passages.comment_statement(hits),
        projects=tuple(basis.data.project_of(h.sheet_key) for h in hits),
        notes=["目的・概要の文章の近さの順"],
    )


def _description(basis: Basis, key: str) -> str:
    row = basis.data.rows("SELECT 事業の目的, 事業概要 FROM sheets WHERE sheet_key = ?", (key,))[0]
    return " ".join(t for t in row if t)[:MAX_DESCRIPTION]

"""Operation search: passages of the free texts, of one project or of all, the sentence that answers marked."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from assistant.answer import Cell
from assistant.answering.basis import Basis
from assistant.answering.data import marks
from assistant.answering.figures import text_sheets
from assistant.answering.one import relevance
from assistant.answering.result import Result, Statement
from assistant.answering.wording import project_name, quoted_text, sheet_ministry, sheet_name
from assistant.counting import counted, sentence_of
from assistant.patterns import pattern
from assistant.query import ProjectRef, Query

if TYPE_CHECKING:
    from embeddings.search import Hit

CERTAIN = 0.85
"""A project found with less certainty than this is only likely."""
WHOLLY_NAMED = 0.95
"""A project found with no less is named in full: no other project's passage is shown."""
SURE_FIRST, LIKELY_FIRST = 5, 2
"""Passages of a project named by a part of its name, and of a likely one, shown before those of others."""
PROJECT_LIMIT = 8
ALL_LIMIT = 10
MOST = 0.6
"""So much of what a question says stands in a sentence of any sheet that gives the number it asks for."""
CANDIDATE_PLACE = 3
"""By this place the best passage of the project most likely meant is shown."""


def search(basis: Basis, query: Query, limit: int | None = None) -> Result:
    """Passages of the project the query names, else of all sheets it allows.

    Where the project is not named in full, passages of other projects follow its own; where it is only likely and
    the search of all sheets puts another project's passage first, that passage leads.
    """
    limit = limit or query.limit or ALL_LIMIT
    if not query.projects:
        return search_all(basis, query, limit)
    own = search_project(basis, query)
    score = query.projects[0].score
    if score >= WHOLLY_NAMED or basis.data.only_project is not None:
        return own
    if own.status != "answered" and score >= CERTAIN and counted(query.question) is not None:
        # another project's number is none of the one that is named
        return own
    others = search_all(basis, replace(query, projects=()), limit)
    if own.status != "answered":
        return others
    keys = set(query.projects[0].sheet_keys)
    further = [c for c in others.cells if (c.sheet or {}).get("sheet_key") not in keys]
    if score >= CERTAIN:
        own.cells = [*own.cells[:SURE_FIRST], *further, *own.cells[SURE_FIRST:]]
    elif not others.cells or others.cells[0] not in further[:1]:
        own.cells = [*own.cells[:LIKELY_FIRST], *further, *own.cells[LIKELY_FIRST:]]
    else:
        # all sheets together speak for another project: its passage leads, those of the likely one follow
        others.cells = [*further[:1], *own.cells[:LIKELY_FIRST], *further[1:], *own.cells[LIKELY_FIRST:]]
        return others
    return own


def search_project(
    basis: Basis, query: Query, text: str = "", prefer: Mapping[str, float] | None = None
) -> Result:
    """Passages of one project, best first; where several sheets repeat a text, the newest one's."""
    keys = text_sheets(basis.data, query)
    wanted = text or query.topic or query.question
    hits = relevance.relevant(basis, query, keys, text, prefer) if keys else []
    hits = _each_text_once(hits, keys)
    if not hits or not relevance.speaks_of(basis, query, hits) or _of_no_passage(query, hits):
        return Result("no_answer", [_nothing_found(basis, query, wanted)])
    if counted(query.question) is not None and not query.reason:
        exact, told = _number_first(query, hits)
        hits, told = (exact, told) if told else _number_first(query, hits, MOST)
        if not told:
            return Result("no_answer", [_nothing_found(basis, query, wanted)])
    hits = hits[:PROJECT_LIMIT]
    cells = hit_cells(basis, hits)
    subject = project_name(basis.data, query.projects[0])
    sentence = f"{subject}の「{cells[0].label}」に、{quoted_text(cells[0])}と書かれています。"
    return Result(sentences=[sentence], cells=cells, statement=comment_statement(hits))


def _of_no_passage(query: Query, hits: Sequence[Hit]) -> bool:
    """The question, in words of its own, asks for something that none of the best passages names."""
    return not query.fields and not query.reason and bool(relevance.unheard_head(query, hits))


def _number_first(query: Query, hits: Sequence[Hit], most: float = 1.0) -> tuple[list[Hit], bool]:
    """「何人」: the passages with a sentence that gives that number of what is asked lead, and that sentence is marked.

    Also whether there is one. ``most`` is the part of the question's words that such a sentence has to have.
    """
    number = counted(query.question)
    if number is None:
        return list(hits), False
    years = query.years.values if query.years.kind == "given" else ()
    telling = []
    for h in hits:
        span = sentence_of(h.text, number, query.topic, years, most)
        if span is not None:
            telling.append(replace(h, highlights=(span,)))
    told = {h.comment_id for h in telling}
    return [*telling, *(h for h in hits if h.comment_id not in told)], bool(telling)


def mentioning(basis: Basis, query: Query, words: Sequence[str]) -> Result | None:
    """Passages of one project that hold one of these words as it is said; None where none does.

    One that states a figure right after the word (「【補　助　率】…２／１０以内」) comes first, quoted from that sentence on.
    """
    if not words:
        return None
    found = search_project(basis, query, text=query.question)
    said = pattern("|".join(r"\s*".join(map(re.escape, w)) for w in words))
    cells = [c for c in found.cells if said.search(c.text)]
    stating = [c for c in cells if _states(c, said)]
    cells = [*stating, *(c for c in cells if c not in stating)]
    return led_by_first(basis, query, found, cells) if found.status == "answered" and cells else None


_STATED = pattern(
    r"[^。\n]{0,40}?(?:[0-9０-９一二三四五][/／]|[0-9０-９]+(?:[.．][0-9０-９]+)?[%％割]|分の|定額)"
)


def _states(cell: Cell, said: re.Pattern[str]) -> bool:
    """Whether a figure stands after one of the words; the passage then is quoted from that sentence on."""
    for m in said.finditer(cell.text):
        if _STATED.match(cell.text, m.end()):
            start = max(cell.text.rfind(mark, 0, m.start()) for mark in "。\n") + 1
            cell.highlights = [[start, len(cell.text)]]
            return True
    return False


def led_by_first(basis: Basis, query: Query, found: Result, cells: list[Cell]) -> Result:
    """The passages found that are kept, the first of them quoted in the sentence."""
    subject = project_name(basis.data, query.projects[0])
    found.cells = cells
    found.sentences = [f"{subject}の「{cells[0].label}」に、{quoted_text(cells[0])}と書かれています。"]
    return found


def _asked(query: Query) -> str:
    """The question as asked; a follow-up says little itself, so the topic it carries leads."""
    if not query.carried_over or not query.topic or query.topic in query.question:
        return query.question
    return f"{query.topic} {query.question}"


def search_all(basis: Basis, query: Query, limit: int) -> Result:
    """Passages of all sheets, best first, a few at most of one project."""
    hits = basis.data.search.search(
        _asked(query),
        limit=limit,
        ministries=list(query.ministries) or None,
        published=query.published or None,
    )
    if not hits or _of_no_passage(query, hits) or relevance.unheard_matter(query, hits):
        return Result("no_answer", [_nothing_found(basis, query, query.topic or query.question)])
    hits = _with_first_candidate(basis, query, hits)
    if counted(query.question) is not None:
        hits, told = _number_first(query, hits, MOST)
        if not told:
            return Result("no_answer", [_nothing_found(basis, query, query.topic or query.question)])
    cells = hit_cells(basis, hits)
    first = cells[0]
    sentences = [
        f"「{sheet_name(first)}」（{sheet_ministry(first)}）の「{first.label}」に、{quoted_text(first)}と書かれています。"
    ]
    others = [n for n in dict.fromkeys(sheet_name(c) for c in cells) if n != sheet_name(first)]
    if others:
        names = "、".join(f"「{name}」" for name in others[:2])
        sentences.append(f"ほかに{names}{'など' if len(others) > 2 else ''}のシートにも近い記載があります。")
    projects = project_refs(basis, [h.sheet_key for h in hits])
    return Result(sentences=sentences, cells=cells, statement=comment_statement(hits), projects=projects)


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

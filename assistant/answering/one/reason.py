"""Operation reason: what the sheet itself writes as the reason of a figure, together with the figure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from assistant.answer import Cell
from assistant.answering import passages
from assistant.answering.basis import Basis
from assistant.answering.figures import YEARLY, text_sheets
from assistant.answering.one import figure_lookup, listing, opinions, premise
from assistant.answering.result import Result
from assistant.answering.wording import project_name, quoted_text
from assistant.patterns import pattern
from assistant.query import FieldRef, Filter, Query
from db.catalogue import NUMERIC_KINDS

NO_REASONS = frozenset({"事業の目的", "事業概要"})
"""Boxes that say what a project is for, never why a figure is what it is."""
EXPLAINING = {"主な増減理由": 1.35, "その他特記事項": 1.25, "点検結果": 1.15, "改善の方向性": 1.05}
"""How much more than other boxes these are worth where a reason is looked for (形式上, reasons stand there)."""

CAUSE = pattern(r"ため|理由|により|によ[るっ]|影響|要因|結果|から、|ことから|伴い|伴う|背景")
"""Words a sentence that gives a reason holds."""

RESOLVE = pattern(
    r"(?:適正|適切|効率的|効果的|計画的|着実)(?:かつ[^、。]{1,4})?[なにの]?(?:予算|事業)?(?:の)?執行(?:管理)?|(?:予算の?)?執行に努め"
)
"""A resolve for the future (「適正な予算執行に努める」) speaks of no figure that was."""

SENTENCE = pattern(r"[^。／\n]+[。／]?")

WITH_BOTH, WITH_CAUSE = 1.4, 1.15
"""What a passage is worth more that has a sentence naming figure and cause, or a cause alone."""

RELATED = {
    "執行率": ("不用", "執行"),
    "執行額": ("不用", "執行"),
    "不用率": ("不用", "執行率", "執行"),
    "不用額": ("不用", "執行率", "執行"),
    "翌年度へ繰越し": ("繰越", "繰り越"),
    "計": ("予算",),
    "当初予算": ("予算",),
    "要求額": ("要求", "予算"),
    "達成度": ("達成", "目標", "下回", "上回"),
    "成果実績": ("達成", "成果", "実績"),
    "活動実績": ("実績", "見込"),
}
"""Words by which a reason speaks of the figure besides its own name."""

MAX_PASSAGES = 6
CAUSE_WORDS = "理由 ため 影響 要因"


def reason(basis: Basis, query: Query) -> Result:
    """The explaining passage first, then the figure; the premise is checked before either."""
    wrong = premise.contradiction(basis, query)
    if wrong is not None:
        return wrong
    figures = _figures(basis, query)
    if figures is not None and query.years.kind != "given" and figures.years:
        query = replace(query, years=replace(query.years, kind="given", values=figures.years))
    subject = project_name(basis.data, query.projects[0])
    # 「所見で何と言われている」: the box that is named has the reason, not the evaluation of the figure
    boxes = any(f.table == "comments" and f.item for f in query.fields)
    explained = [] if boxes else _evaluations(basis, query)
    result = Result(sentences=[])
    if explained:
        text = next((c for c in explained if c.column == "説明"), None)
        mark = next((c for c in explained if c.column == "評価"), None)
        if text is not None:
            _mark_cause(text, query)
            said = f"（評価 {mark.text}）" if mark is not None else ""
            result.sentences.append(f"{quoted_text(text)}{said}。")
        elif mark is not None:
            result.sentences.append(opinions.only_mark(subject, mark))
        result.cells = explained
        result.statement = opinions.evaluations_statement(explained)
    if not result.sentences:
        found = _passages(basis, query)
        result.cells += found.cells
        result.statement = result.statement or found.statement
        if found.cells:
            first = found.cells[0]
            result.sentences.append(f"{subject}の「{first.label}」に、{quoted_text(first)}と書かれています。")
    if not result.cells:
        return _no_reason(basis, query, figures)
    if figures is not None and figures.status == "answered":
        result.cells = _passages_first(result.cells, figures.cells)
        result.sentences += figures.sentences[:1]
        result.years = figures.years
    return result


def explanations(basis: Basis, query: Query) -> list[Cell]:
    """The passages alone that explain the asked figure of one project, best first."""
    explained = [c for c in _evaluations(basis, query) if c.column == "説明"]
    for cell in explained:
        _mark_cause(cell, query)
    return explained or _passages(basis, query).cells


def _passages_first(texts: list[Cell], figures: list[Cell]) -> list[Cell]:
    """The best passages, then the figures, then further passages."""
    return [*texts[:3], *figures, *texts[3:]]


def _explained_fields(basis: Basis, query: Query) -> list[FieldRef]:
    """The figures a reason is asked for: named ones, else those the named item explains."""
    out = []
    for ref in query.fields:
        if ref.table in YEARLY and basis.data.catalogue.field(ref.table, ref.column).kind in NUMERIC_KINDS:
            out.append(ref)
        elif ref.table == "evaluations" and ref.item:
            item = opinions.catalogue_item(basis, ref.item)
            out += [
                FieldRef("budgets", c) for c in (item.explains if item else ())[:1] if _is_budget(basis, c)
            ]
    return list(dict.fromkeys(out))


def _is_budget(basis: Basis, column: str) -> bool:
    return column in basis.data.catalogue.table("budgets").columns


def _figures(basis: Basis, query: Query) -> Result | None:
    fields = _explained_fields(basis, query)
    if not fields:
        return None
    table = fields[0].table
    return figure_lookup.read(basis, query, tuple(f for f in fields if f.table == table))


def _evaluations(basis: Basis, query: Query) -> list[Cell]:
    """Explanations of the evaluation items that are about the asked figures, on a form that has them."""
    named = [ref.item for ref in query.fields if ref.table == "evaluations" and ref.item]
    items = named
    if not items:
        columns = {f.column for f in _explained_fields(basis, query)}
        items = [e.item for e in basis.data.catalogue.evaluations if columns & set(e.explains)]
    keys = text_sheets(basis.data, query)
    if query.years.kind == "given":
        reviewing = {y + 1 for y in query.years.values}
        keys = sorted(keys, key=lambda k: basis.data.sheet(k).published not in reviewing)
    cells: list[Cell] = []
    no_matter: list[Cell] = []
    for item in items:
        made = opinions.evaluation_cells(basis, keys[:1] if query.years.kind == "given" else keys, item)
        if named or any(c.column == "説明" for c in made):
            cells += made
        elif any(c.value in opinions.DOES_NOT_APPLY for c in made):
            no_matter += made
    return cells or no_matter


def _mark_cause(cell: Cell, query: Query) -> None:
    """Mark the sentence of an explanation that gives the reason: the last one with a word of cause."""
    if cell.highlights:
        return
    spans = [m.span() for m in re.finditer(r"[^。\n]+。?", cell.text)]
    words = [w for f in query.fields for w in (f.column,)]
    named = [
        s
        for s in spans
        if any(w in cell.text[s[0] : s[1]] for w in words) and CAUSE.search(cell.text[s[0] : s[1]])
    ]
    causes = named or [s for s in spans if CAUSE.search(cell.text[s[0] : s[1]])]
    if causes:
        cell.highlights = [[*causes[-1]]]


def _passages(basis: Basis, query: Query) -> Result:
    """Passages of the project that give the reason, ranked by the question's words and by where they stand."""
    explaining = dict(EXPLAINING)
    columns = {f.column for f in _explained_fields(basis, query)}
    for comment in basis.data.catalogue.comments:
        if columns & set(comment.explains):
            explaining[comment.item] = explaining.get(comment.item, 1.2) * 1.1
    for ref in query.fields:
        if ref.table == "comments" and ref.item:
            explaining[ref.item] = 2.0
        elif basis.data.catalogue.field(ref.table, ref.column).passage:
            explaining[ref.column] = 2.0
    found = passages.search_project(basis, query, text=search_words(basis, query), prefer=explaining)
    found.cells = _causes_first(basis, query, _of_the_years(basis, query, found.cells))[:MAX_PASSAGES]
    return found


def _of_the_years(basis: Basis, query: Query, cells: Sequence[Cell]) -> list[Cell]:
    """Where a project has sheets of the years asked about, the texts of other years' sheets give no reason for them."""
    years = query.years.values if query.years.kind == "given" else ()
    published = {basis.data.sheet(k).published for p in query.projects for k in p.sheet_keys}
    own = {y + step for y in years for step in (0, 1)}
    if not own & published:
        return list(cells)

    def is_own(cell: Cell) -> bool:
        at = (cell.sheet or {}).get("公開年度")
        return at in own or (cell.fiscal_year is not None and cell.fiscal_year in years)

    return [c for c in cells if is_own(c)]


def _causes_first(basis: Basis, query: Query, cells: Sequence[Cell]) -> list[Cell]:
    """Passages with a sentence that names the figure and a cause are worth more; that sentence is marked."""
    columns = [f.column for f in _explained_fields(basis, query)]
    words = {w for c in columns for w in _names_of(basis, c)}
    scored: list[tuple[float, Cell]] = []
    telling: list[tuple[float, Cell]] = []
    for cell in cells:
        factor = 1.0
        spans = [m.span() for m in SENTENCE.finditer(cell.text)]
        causes = [s for s in spans if CAUSE.search(cell.text[s[0] : s[1]])]
        both = [s for s in causes if any(w in RESOLVE.sub("", cell.text[s[0] : s[1]]) for w in words)]
        if both:
            factor = WITH_BOTH
            if not query.topic:
                cell.highlights = [[*both[0]]]
        elif causes:
            factor = WITH_CAUSE
        weighed = ((cell.score or 0.0) * factor, cell)
        scored.append(weighed)
        if cell.label not in NO_REASONS and (both or set(columns) & _explained_by(basis, cell)):
            telling.append(weighed)
    if columns and not query.topic:
        # Nothing but the figure is asked about: a passage that does not speak of it gives no reason.
        scored = telling
    rows = [str(v) for f in query.filters if f.field.table in listing.AMOUNT for v in _values(f)]
    if rows and not columns and not query.topic:
        # of one row of a list (職員旅費) a passage gives the reason that names it, or that explains the amounts
        scored = [
            (score, c)
            for score, c in scored
            if {"当初予算", "要求額"} & _explained_by(basis, c) or any(r in c.text for r in rows)
        ]
    return [
        c for _, c in sorted(scored, key=lambda x: (not _is_the_reason(basis, query, columns, x[1]), -x[0]))
    ]


def _values(f: Filter) -> tuple[object, ...]:
    return f.value if isinstance(f.value, tuple) else (f.value,)


def _is_the_reason(basis: Basis, query: Query, columns: Sequence[str], cell: Cell) -> bool:
    """The box that explains the figure, of the year asked about: a request's stands in the row of the year before.

    Nothing but the figure is asked about, so no word of the question tells the texts of such a box apart.
    """
    if query.topic or query.years.kind != "given" or cell.fiscal_year is None or not columns:
        return False
    step = 1 if columns[0] == "要求額" else 0
    explained = _explained_by(basis, cell)
    return columns[0] in explained and cell.fiscal_year + step in query.years.values


def _explained_by(basis: Basis, cell: Cell) -> set[str]:
    """Columns whose figures the box of a cell is there to explain."""
    return {c for item in basis.data.catalogue.comments if item.label == cell.label for c in item.explains}


def _names_of(basis: Basis, column: str) -> tuple[str, ...]:
    if not _is_budget(basis, column):
        return (column,)
    field = basis.data.catalogue.field("budgets", column)
    return (field.column, *field.words[:3], *RELATED.get(column, ()))


def search_words(basis: Basis, query: Query) -> str:
    """What to search for: the question's own words, and where it has none those of its fields."""
    if query.topic:
        return f"{query.topic} {' '.join(f.column for f in _explained_fields(basis, query))}".strip()
    fields = [basis.data.catalogue.field(f.table, f.column) for f in _explained_fields(basis, query)]
    words = [w for f in fields for w in (f.label, *f.words[:4])]
    return " ".join([*words, CAUSE_WORDS]) if words else query.question


def _no_reason(basis: Basis, query: Query, figures: Result | None) -> Result:
    subject = project_name(basis.data, query.projects[0])
    sentences = [f"{subject}のシートには、その理由の記載が見つかりませんでした。"]
    if figures is not None and figures.status == "answered":
        return Result(
            "no_answer", [*sentences, *figures.sentences[:1]], figures.cells, figures.statement, figures.years
        )
    return Result("no_answer", sentences)

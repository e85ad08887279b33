"""Evaluation items and comment boxes of one project: mark, explanation, judgement, text."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

from assistant.answer import Cell
from assistant.answering import passages
from assistant.answering.basis import Basis
from assistant.answering.cells import item_label
from assistant.answering.data import marks
from assistant.answering.figures import text_sheets
from assistant.answering.one import relevance
from assistant.answering.result import Result, Statement
from assistant.answering.wording import join, project_name, quoted_text
from assistant.formatting import fiscal_years
from assistant.query import FieldRef, Filter, Query
from db.catalogue import EvaluationItem

INFERRED = "どの項目の説明かは、テキストの並びからの推定です。"
SHARED = "この説明の欄は、すぐ上の評価項目と共通です。"
DOES_NOT_APPLY = ("‐", "-", "－")
"""Marks of an item that does not apply to the project."""
SPEAKERS = frozenset({"外部有識者の所見", "行政事業レビュー推進チームの所見", "公開プロセス結果概要"})
"""Boxes of somebody's opinion."""
TOLD, TOLD_OF_A_MARK = 2, 6
"""Items told with their marks: of all, and of those with one mark."""
MORE = 3
"""Further passages shown after the box that was asked for."""


def read(basis: Basis, query: Query, fields: tuple[FieldRef, ...]) -> Result:
    """The asked item's text and mark from the newest sheet that has them written."""
    ref = fields[0]
    if ref.table == "evaluations":
        return _evaluation(basis, query, ref) if ref.item else _all_marks(basis, query)
    if ref.item:
        return _comment(basis, query, fields)
    return _judgements(basis, query) if ref.column == "判定" else passages.search_project(basis, query)


def search(basis: Basis, query: Query) -> Result:
    """Operation search; where one evaluation item is named and written, it leads and the passages found follow."""
    found = passages.search(basis, query)
    if len(query.projects) == 1 and {f.item for f in query.fields} & SPEAKERS and len(query.fields) == 1:
        return _speaker_first(basis, query, found)
    items = [f for f in query.fields if f.table == "evaluations" and f.item]
    if len(query.projects) != 1 or len(query.fields) != 1 or not items:
        return found
    item = written_item(basis, query, items[0])
    if item is None:
        return found
    rows = {c.row for c in item.cells if c.table == "evaluations"}
    texts = {c.text for c in item.cells}
    item.cells += [
        c for c in found.cells if not (c.table == "evaluations" and c.row in rows) and c.text not in texts
    ]
    return item


def _speaker_first(basis: Basis, query: Query, found: Result) -> Result:
    """Whose opinion is asked for is answered by that opinion, whatever other box has more of the question's words."""
    label = basis.data.catalogue.comment(query.fields[0].item or "").label
    if not found.cells or found.cells[0].label == label or all(c.label != label for c in found.cells):
        return found
    found.cells.sort(key=lambda c: c.label != label)
    subject = project_name(basis.data, query.projects[0])
    found.sentences = [f"{subject}の「{label}」に、{quoted_text(found.cells[0])}と書かれています。"]
    return found


def evaluation_cells(basis: Basis, keys: Sequence[str], item: str, mark_first: bool = False) -> list[Cell]:
    """Explanation and mark of an evaluation item, from the first of these sheets that has any written."""
    for key in keys:
        row = _row(basis, key, item)
        if row is None or (row["評価"] is None and row["説明"] is None):
            continue
        cells = []
        if row["説明"] is not None:
            cells.append(_explanation(basis, row))
        elif shared := _shared(basis, key, item):
            cell = _explanation(basis, shared)
            cell.flags.append(SHARED)
            cells.append(cell)
        if row["評価"] is not None:
            mark = basis.cells.cell("evaluations", row, "評価")
            cells.insert(0 if mark_first or (cells and row["説明"] is None) else len(cells), mark)
        return cells
    return []


def _row(basis: Basis, key: str, item: str) -> sqlite3.Row | None:
    rows = basis.data.rows(
        "SELECT * FROM evaluations WHERE sheet_key = ? AND 項目 = ? ORDER BY 説明 IS NULL, id", (key, item)
    )
    return rows[0] if rows else None


def _explanation(basis: Basis, row: sqlite3.Row) -> Cell:
    cell = basis.cells.cell("evaluations", row, "説明")
    if row["確度"] == "推定":
        cell.flags.append(INFERRED)
    return cell


def _shared(basis: Basis, key: str, item: str) -> sqlite3.Row | None:
    entry = catalogue_item(basis, item)
    if entry is None or entry.share_with is None:
        return None
    row = _row(basis, key, entry.share_with)
    return row if row is not None and row["説明"] is not None else None


def catalogue_item(basis: Basis, item: str) -> EvaluationItem | None:
    """The evaluation item of that wording in the catalogue."""
    return next((e for e in basis.data.catalogue.evaluations if e.item == item), None)


def _evaluation(basis: Basis, query: Query, ref: FieldRef) -> Result:
    found = written_item(basis, query, ref)
    return found or _from_passages(basis, query, ref.item or "", text_sheets(basis.data, query))


def written_item(basis: Basis, query: Query, ref: FieldRef) -> Result | None:
    """Mark and explanation of an evaluation item; None where the project's sheets have neither written."""
    item = ref.item or ""
    keys = text_sheets(basis.data, query)
    cells = evaluation_cells(basis, keys, item, mark_first=ref.column == "評価")
    subject = project_name(basis.data, query.projects[0])
    if not cells:
        return None
    text = next((c for c in cells if c.column == "説明"), None)
    mark = next((c for c in cells if c.column == "評価"), None)
    if text is not None and mark is not None:
        sentence = f"{subject}の「{item}」の評価は {mark.text} で、{quoted_text(text)}と書かれています。"
    elif text is not None:
        sentence = f"{subject}の「{item}」に、{quoted_text(text)}と書かれています。"
    else:
        assert mark is not None  # cells is not empty
        sentence = only_mark(subject, mark)
    return Result(sentences=[sentence], cells=cells, statement=evaluations_statement(cells))


def item_about(basis: Basis, query: Query, columns: set[str]) -> Result | None:
    """The evaluation item that explains figures of these columns, where a sheet has its explanation written."""
    for entry in basis.data.catalogue.evaluations:
        if columns & set(entry.explains):
            found = written_item(basis, query, FieldRef("evaluations", "説明", entry.item))
            if found is not None and any(c.column == "説明" for c in found.cells):
                return found
    return None


def only_mark(subject: str, mark: Cell) -> str:
    """The sentence for an item that has a mark and no explanation."""
    what = "（該当しないという評価です）" if mark.value in DOES_NOT_APPLY else ""
    return f"{subject}の「{mark.label}」の評価は {mark.text} で{what}、説明の記載はありません。"


def evaluations_statement(cells: Sequence[Cell]) -> Statement:
    """The SELECT that shows these evaluation rows."""
    ids = tuple(dict.fromkeys(c.row for c in cells))
    return Statement(
        f"SELECT id, sheet_key, 項目, 評価, 説明, 確度 FROM evaluations WHERE id IN ({marks(ids)})", ids
    )


def _from_passages(basis: Basis, query: Query, item: str, keys: list[str]) -> Result:
    """The item is not on this form (RSシステム has no evaluation items): what the project's texts say about it."""
    subject = project_name(basis.data, query.projects[0])
    if keys and basis.data.form_has(FieldRef("evaluations", "評価", item), keys):
        return Result("no_answer", [f"{subject}のシートの「{item}」の欄には記載がありません。"])
    entry = catalogue_item(basis, item)
    words = " ".join(entry.words) if entry else ""
    found = passages.search_project(basis, query, text=f"{query.topic or query.question} {words}".strip())
    if found.status == "answered":
        found.sentences.append("この様式には評価項目の欄がないため、文章から探しました。")
    return found


def _all_marks(basis: Basis, query: Query) -> Result:
    conditions = [f for f in query.filters if f.field.table == "evaluations" and f.field.column == "評価"]
    for key in text_sheets(basis.data, query):
        rows = [
            r
            for r in basis.data.rows("SELECT * FROM evaluations WHERE sheet_key = ? ORDER BY id", (key,))
            if r["評価"] is not None and all(_has_mark(f, r["評価"]) for f in conditions)
        ]
        if rows:
            cells = [basis.cells.cell("evaluations", r, "評価") for r in rows]
            counted: dict[str, int] = {}
            for r in rows:
                counted[r["評価"]] = counted.get(r["評価"], 0) + 1
            subject = project_name(basis.data, query.projects[0])
            shown = TOLD_OF_A_MARK if conditions else TOLD
            told = join([f"「{c.label}」は {c.text}" for c in cells[:shown]])
            sentence = f"{subject}の評価項目ごとの評価は、{told}{' など' if len(cells) > shown else ''}です。"
            statement = Statement(
                "SELECT 区分, 項目, 評価, 説明 FROM evaluations WHERE sheet_key = ? ORDER BY id", (key,)
            )
            return Result(sentences=[sentence], cells=cells, statement=statement)
    subject = project_name(basis.data, query.projects[0])
    marked = any(
        basis.data.value("SELECT 1 FROM evaluations WHERE sheet_key = ? AND 評価 IS NOT NULL LIMIT 1", [key])
        for key in text_sheets(basis.data, query)
    )
    if marked and conditions:
        wanted = join([describe_mark(f) for f in conditions])
        return Result("no_answer", [f"{subject}のシートに、評価が{wanted}の項目はありません。"])
    return Result("no_answer", [f"{subject}のシートには評価項目ごとの評価がありません。"])


def describe_mark(condition: Filter) -> str:
    """「×」「○か△」「○以外」."""
    values = condition.value if isinstance(condition.value, tuple) else (condition.value,)
    return "か".join(str(v) for v in values) + ("以外" if condition.op == "!=" else "")


def _has_mark(condition: Filter, mark: str) -> bool:
    values = condition.value if isinstance(condition.value, tuple) else (condition.value,)
    return (mark in values) == (condition.op != "!=")


def _comment(basis: Basis, query: Query, fields: tuple[FieldRef, ...]) -> Result:
    item = fields[0].item or ""
    label = item_label(basis.data, item)
    keys = text_sheets(basis.data, query)
    subject = project_name(basis.data, query.projects[0])
    judgement = any(f.column == "判定" for f in fields)
    rows = comment_item_rows(basis, query, keys, item)
    if not rows:
        elsewhere = _said_elsewhere(basis, query, item)
        if elsewhere is not None:
            return elsewhere
        if keys and basis.data.form_has(FieldRef("comments", "本文", item), keys):
            return Result("no_answer", [f"{subject}のシートの「{label}」の欄には記載がありません。"])
        return Result("no_answer", [f"{subject}のシートの様式には「{label}」の欄がありません。"])
    other = _of_other_years(basis, query, rows, subject, label)
    if other is not None:
        return other
    spans = _marked(basis, query, keys, rows)
    cells = []
    for row in rows:
        made = []
        if row["本文"] is not None:
            made.append(basis.cells.cell("comments", row, "本文", highlights=spans.get(row["id"], ())))
        if row["判定"] is not None:
            made.insert(0 if judgement else len(made), basis.cells.cell("comments", row, "判定"))
        cells += made
    sentences = [_comment_sentence(subject, label, cells)]
    ids = tuple(dict.fromkeys(c.row for c in cells))
    if query.topic and not judgement:
        more = passages.search_project(basis, query)
        cells += [c for c in more.cells if c.row not in ids][:MORE]
    statement = Statement(
        f"SELECT id, sheet_key, 項目, 年度, 判定, 本文 FROM comments WHERE id IN ({marks(ids)})", ids
    )
    years = tuple(sorted({c.fiscal_year for c in cells if c.fiscal_year is not None}))
    return Result(sentences=sentences, cells=cells, statement=statement, years=years)


def _of_other_years(
    basis: Basis, query: Query, rows: list[sqlite3.Row], subject: str, label: str
) -> Result | None:
    """A box of a year that has it in no sheet, where sheets of several years are loaded: what another year's says is no answer."""
    wanted = query.published or query.years.values if query.years.kind == "given" or query.published else ()
    if not wanted or len(basis.data.publications) < 2:
        return None
    first = rows[0]
    published = basis.data.sheet(first["sheet_key"]).published
    if first["年度"] in wanted or (first["年度"] is None and {published, published - 1} & set(wanted)):
        return None
    when = f"{first['年度']}年度" if first["年度"] is not None else f"{published}年度公開のシート"
    cell = basis.cells.cell("comments", first, "年度", text=when)
    return Result(
        "no_answer",
        [
            f"{subject}のシートには、{fiscal_years(tuple(wanted))}の「{label}」の記載がありません。",
            f"記載があるのは{when}です。",
        ],
        [cell],
    )


def _said_elsewhere(basis: Basis, query: Query, item: str) -> Result | None:
    """Where a box is empty, another that holds the word the question calls it by (「公開プロセス」 in 備考)."""
    entry = basis.data.catalogue.comment(item)
    found = passages.mentioning(basis, query, [w for w in entry.words if w in query.question])
    if found is None:
        return None
    subject = project_name(basis.data, query.projects[0])
    found.sentences.insert(0, f"{subject}のシートの「{entry.label}」の欄には記載がありません。")
    return found


def _judgements(basis: Basis, query: Query) -> Result:
    """Every judgement of the sheet; of one box where the question holds a word of it (「推進チームの判定」)."""
    subject = project_name(basis.data, query.projects[0])
    hinted = relevance.hinted_items(basis, query.question)
    for key in text_sheets(basis.data, query):
        rows = basis.data.rows(
            "SELECT * FROM comments WHERE sheet_key = ? AND 判定 IS NOT NULL ORDER BY id", (key,)
        )
        rows = [r for r in rows if r["項目"] in hinted] or rows
        if rows:
            cells = [basis.cells.cell("comments", r, "判定") for r in rows]
            told = join([f"「{c.label}」は「{c.text}」" for c in cells[:3]])
            ids = tuple(r["id"] for r in rows)
            statement = Statement(f"SELECT 項目, 判定 FROM comments WHERE id IN ({marks(ids)})", ids)
            return Result(sentences=[f"{subject}の{told}です。"], cells=cells, statement=statement)
    return Result("no_answer", [f"{subject}のシートには判定の記載がありません。"])


def comment_item_rows(basis: Basis, query: Query, keys: Sequence[str], item: str) -> list[sqlite3.Row]:
    """Rows of a comment box from the first sheet that has it; of its years, the asked one first, else the newest."""
    wanted = set(query.years.values) if query.years.kind == "given" else set()
    for key in keys:
        rows = basis.data.rows(
            "SELECT * FROM comments WHERE sheet_key = ? AND 項目 = ? AND (本文 IS NOT NULL OR 判定 IS NOT NULL)"
            " ORDER BY 年度 DESC, id",
            (key, item),
        )
        if rows:
            return sorted(rows, key=lambda r: r["年度"] not in wanted) if wanted else rows
    return []


def _marked(
    basis: Basis, query: Query, keys: list[str], rows: list[sqlite3.Row]
) -> dict[int, tuple[tuple[int, int], ...]]:
    """The sentence of each row that answers the question's own words; sorts rows by it where they have no year."""
    if not query.topic:
        return {}
    hits = basis.data.search.search(query.topic, limit=40, sheet_keys=keys, items=[rows[0]["項目"]])
    order = {h.comment_id: i for i, h in enumerate(hits)}
    if query.years.kind != "given":
        rows.sort(key=lambda r: order.get(r["id"], len(order)))
    return {h.comment_id: h.highlights for h in hits}


def _comment_sentence(subject: str, label: str, cells: Sequence[Cell]) -> str:
    first = cells[0]
    text = next((c for c in cells if c.column == "本文" and c.row == first.row), None)
    mark = next((c for c in cells if c.column == "判定" and c.row == first.row), None)
    year = f"{first.fiscal_year}年度の" if first.fiscal_year is not None else ""
    if text is not None and mark is not None:
        return f"{subject}の{year}「{label}」は「{mark.text}」で、{quoted_text(text)}と書かれています。"
    if text is not None:
        return f"{subject}の{year}「{label}」に、{quoted_text(text)}と書かれています。"
    return f"{subject}の{year}「{label}」は「{first.text}」です。"

"""Why a question is not answered, or asked back: the honest wording of each refusal code."""

from __future__ import annotations

from assistant.answer import Cell
from assistant.answering.basis import Basis
from assistant.answering.result import Result
from assistant.answering.wording import join, one_line, sheet_ministry
from assistant.formatting import fiscal_years
from assistant.query import ProjectRef, Query, Refusal
from db.fulltext import match_query

MAX_CANDIDATES = 8
MENTIONING = 3
_TELLING = 3
"""A word of fewer characters stands in too many texts to tell a project by."""
UNRESOLVED = Refusal("unresolved")
WHICH = Refusal("ambiguous_project")

FIXED = {
    "empty": "質問が読み取れませんでした。知りたい事業の名前や項目を、文で書いてください。",
    "off_topic": "行政事業レビューシートに書かれていないことなので、お答えできません。シートにある予算額や執行額、点検結果などはお答えできます。",
    "instruction": "質問として読み取れませんでした。ここではシートの記載を読むことだけができ、データの変更や指示には応じられません。",
    "reset": "会話を最初からにしました。",
    "no_previous": "前の答えに一覧がないため、どの事業のことか分かりません。事業の名前を書いてください。",
}


def refuse(basis: Basis, query: Query) -> Result:
    """What to say instead of an answer: what was looked for, and the nearest names where there are any."""
    refusal = query.refusal
    assert refusal is not None
    if refusal.code in FIXED:
        return Result("no_answer", [FIXED[refusal.code]])
    if refusal.code == "no_project":
        return _which(basis, refusal.candidates, "")
    if refusal.code == "ambiguous_project":
        return _which(basis, refusal.candidates, refusal.detail)
    if refusal.code == "unknown_project":
        return _unknown(basis, refusal.candidates, refusal.detail)
    if refusal.code == "unknown_ministry":
        return Result("no_answer", [f"{refusal.detail}のシートは、読み込んだ中にありません。"])
    if refusal.code == "year_out_of_range":
        return _no_year(basis, query)
    if refusal.code == "not_yet_known":
        what = refusal.detail or "実績"
        return Result(
            "no_answer", [f"{what}はまだ分かりません。シートが作られた時点で年度が終わっていないためです。"]
        )
    if refusal.code == "not_a_field":
        what = f"「{refusal.detail}」" if refusal.detail else "お尋ねのこと"
        return Result("no_answer", [f"{what}は、レビューシートの項目にないため、お答えできません。"])
    if refusal.code == "unread":
        return _unread(basis, query, refusal.detail)
    what = f"「{refusal.detail}」が" if refusal.detail else "質問の一部が"
    return Result(
        "no_answer",
        [
            f"{what}何を指すか分かりませんでした。事業の名前か、予算額・執行率・点検結果などの項目を含めて聞いてください。"
        ],
    )


def _unread(basis: Basis, query: Query, word: str) -> Result:
    """The word that nothing accounts for, and what can be asked without it."""
    sentences = [f"「{word}」を条件として読めないため、お答えできません。"]
    figure = next((f for f in query.fields if f.table == "budgets"), None)
    if not query.projects or figure is None:
        sentences.append("この言葉を除いた質問なら、下の読み取りのとおりにお答えします。")
        return Result("no_answer", sentences)
    label = basis.data.catalogue.field(figure.table, figure.column).label
    when = f"{fiscal_years(query.years.values)}の" if query.years.values else ""
    whole = f"{query.projects[0].name}の{when}{label}"
    sentences.append(f"事業全体の{when}{label}ならお答えします。")
    return Result("no_answer", sentences, suggestions=[f"{whole}は?"])


def _which(basis: Basis, candidates: tuple[ProjectRef, ...], said: str) -> Result:
    if not candidates:
        return Result("clarify", ["どの事業のことでしょうか。事業の名前を含めて聞いてください。"])
    cells = candidate_cells(basis, candidates)
    names = join([f"「{one_line(c.text)}」（{sheet_ministry(c)}）" for c in cells[:4]])
    about = f"「{said}」に当たる事業がいくつかあります。" if said else ""
    return Result(
        "clarify",
        [f"{about}どの事業のことでしょうか: {names}{' など' if len(cells) > 4 else ''}。"],
        cells,
        projects=candidates,
    )


def _unknown(basis: Basis, candidates: tuple[ProjectRef, ...], said: str) -> Result:
    what = f"「{said}」という事業" if said else "その事業"
    sentences = [f"{what}は、読み込んだシートには見つかりませんでした。"]
    mentioning = mentioned(basis, said)
    cells = candidate_cells(basis, mentioning)
    if cells:
        names = join([f"「{one_line(c.text)}」（{sheet_ministry(c)}）" for c in cells])
        sentences.append(f"この言葉は{names}のシートの文章に出てきます。")
    else:
        cells = candidate_cells(basis, candidates)
        if cells:
            names = join([f"「{one_line(c.text)}」（{sheet_ministry(c)}）" for c in cells[:3]])
            sentences.append(f"名前が近いのは{names}です。")
    return Result("no_answer", sentences, cells, projects=mentioning or candidates)


def mentioned(basis: Basis, words: str, limit: int = MENTIONING) -> tuple[ProjectRef, ...]:
    """Projects whose texts have these words together, those that have them most often first."""
    query = match_query("".join(words.split()))
    if query is None or len(words) < _TELLING:
        return ()
    rows = basis.data.rows(
        "SELECT c.sheet_key, count(*) FROM comments c"
        " WHERE c.id IN (SELECT rowid FROM comments_fts WHERE comments_fts MATCH ?)"
        " GROUP BY 1 ORDER BY 2 DESC, 1 DESC LIMIT ?",
        (query, limit * 4),
    )
    return tuple(dict.fromkeys(basis.data.project_of(r[0]) for r in rows))[:limit]


def candidate_cells(basis: Basis, candidates: tuple[ProjectRef, ...]) -> list[Cell]:
    """The names of projects, without any figure."""
    keys = [p.sheet_keys[0] for p in candidates[:MAX_CANDIDATES]]
    rows = {}
    for key in keys:
        rows[key] = basis.data.rows("SELECT * FROM sheets WHERE sheet_key = ?", (key,))[0]
    return [
        basis.cells.cell("sheets", rows[k], "事業名", score=round(p.score, 4))
        for k, p in zip(keys, candidates, strict=False)
    ]


def _no_year(basis: Basis, query: Query) -> Result:
    asked = (query.refusal.detail if query.refusal else "") or fiscal_years(query.years.values)
    coverage = basis.data.coverage("budgets", "計")
    years = tuple(sorted({y for _, y in coverage}))
    if query.projects:
        keys = query.projects[0].sheet_keys
        years = tuple(
            r[0]
            for r in basis.data.rows(
                f"SELECT DISTINCT 年度 FROM budgets WHERE sheet_key IN ({', '.join('?' * len(keys))}) AND 計 IS NOT NULL ORDER BY 1",
                keys,
            )
        )
    what = f"{asked}の記載は" if asked else "その年度の記載は"
    sentences = [f"{what}シートにありません。"]
    if years:
        sentences.append(f"記載があるのは{fiscal_years(years)}です。")
    cells = [Cell(label="年度", value=y, text=f"{y}年度", fiscal_year=y, unit="年度") for y in years]
    return Result("no_answer", sentences, cells, years=years)

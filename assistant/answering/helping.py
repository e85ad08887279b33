"""Operation help: what can be asked, as examples that do have an answer in this database."""

from __future__ import annotations

from assistant.answering.basis import Basis
from assistant.answering.result import Result
from assistant.query import Query


def help_(basis: Basis, query: Query) -> Result:
    """Examples for what is loaded: of one project's sheet, or over many."""
    examples = example_questions(basis)
    if not examples:
        return Result(
            "no_answer",
            ["データベースにシートがありません。`reviewsheet load ファイル...` で読み込んでください。"],
        )
    sentences = [
        "予算額や執行率などの数字、点検結果や所見などの文章、支出先、事業どうしの比較や合計を聞けます。",
        "「次に聞ける」の例のように、ふだんの言葉で聞いてください。",
    ]
    return Result(sentences=sentences, suggestions=examples)


def example_questions(basis: Basis) -> list[str]:
    """Questions that the loaded sheets answer."""
    data = basis.data
    row = data.rows(
        "SELECT s.sheet_key, s.事業名, s.府省庁, b.年度 FROM sheets s JOIN budgets b ON b.sheet_key = s.sheet_key"
        " WHERE b.執行率 IS NOT NULL ORDER BY s.公開年度 DESC, b.年度 DESC, s.sheet_key LIMIT 1"
    )
    if not row:
        name = data.value("SELECT 事業名 FROM sheets ORDER BY 公開年度 DESC, sheet_key LIMIT 1")
        return [f"{name}の事業の概要は?"] if name else []
    first = row[0]
    alone = data.only_project is not None
    of = "" if alone else f"{first['事業名']}の"
    examples = [f"{of}{first['年度']}年度の執行率は?"]
    if _evaluation(basis, first["sheet_key"]):
        examples.append(f"{of}不用率が大きい理由は?")
    for item, asked in (("改善の方向性", "改善の方向性は?"), ("点検結果", "点検結果は?")):
        if data.value(
            "SELECT 1 FROM comments WHERE sheet_key = ? AND 項目 = ? AND 本文 IS NOT NULL",
            (first["sheet_key"], item),
        ):
            examples.append(f"{of}{asked}")
    if not alone:
        examples.insert(1, f"{first['府省庁'].split(chr(0x3000))[-1]}の事業は何件ある?")
        examples.insert(2, f"{first['年度']}年度の執行額が大きい事業トップ5は?")
        examples.append(f"府省庁別の{first['年度']}年度の執行額の合計は?")
    return examples


def _evaluation(basis: Basis, key: str) -> bool:
    sql = "SELECT 1 FROM evaluations WHERE sheet_key = ? AND 項目 LIKE '不用率が大きい場合%' AND 説明 IS NOT NULL"
    return basis.data.value(sql, (key,)) is not None

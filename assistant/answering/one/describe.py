"""Operation describe: what is known about a project, on one screen."""

from __future__ import annotations

from dataclasses import replace

from assistant.answer import Cell
from assistant.answering.basis import Basis
from assistant.answering.one import basic, figure_lookup, listing, opinions
from assistant.answering.result import Result
from assistant.answering.wording import figure, join, project_name, quoted_text
from assistant.query import FieldRef, Query, Years

BASIC = (
    "事業概要",
    "事業の目的",
    "府省庁",
    "担当部局庁",
    "担当課室",
    "事業開始年度",
    "事業終了年度",
    "会計区分",
    "実施方法",
)
FIGURES = ("計", "執行額", "執行率")
OPINIONS = ("点検結果", "改善の方向性", "行政事業レビュー推進チームの所見", "外部有識者の所見")
PAYEES = 3


def describe(basis: Basis, query: Query) -> Result:
    """概要, who is in charge, the latest figures, the request, who was paid and what the review said."""
    subject = project_name(basis.data, query.projects[0])
    plain = replace(query, topic="", filters=(), years=replace(query.years, kind="none", values=()))
    about = basic.read(basis, plain, tuple(FieldRef("sheets", c) for c in BASIC))
    budget = figure_lookup.read(basis, _latest(query), tuple(FieldRef("budgets", c) for c in FIGURES))
    request = figure_lookup.read(
        basis, replace(plain, years=Years("latest")), (FieldRef("budgets", "要求額"),)
    )
    paid = listing.read(basis, plain, (FieldRef("payees", "支出先"),))
    cells: list[Cell] = list(about.cells) if about.status == "answered" else []
    sentences = []
    overview = next((c for c in cells if c.column in ("事業概要", "事業の目的")), None)
    if overview is not None:
        sentences.append(f"{subject}は、{quoted_text(overview)}という事業です。")
    if budget.status == "answered":
        main = budget.cells[: len(FIGURES)]
        cells[1:1] = main
        sentences.append(f"{main[0].fiscal_year}年度は{join([figure(c) for c in main])}です。")
    if request.status == "answered":
        cells.append(request.cells[0])
    if paid.status == "answered":
        cells += paid.cells[:PAYEES]
    for item in OPINIONS:
        found = opinions.read(basis, plain, (FieldRef("comments", "本文", item),))
        if found.status == "answered":
            cells += found.cells[:2]
    if not cells:
        return Result("no_answer", [f"{subject}のシートには記載がありません。"])
    if not sentences:
        sentences.append(f"{subject}のシートの主な記載です。")
    return Result(
        sentences=sentences, cells=cells, statement=about.statement or budget.statement, years=budget.years
    )


def _latest(query: Query) -> Query:
    if query.years.kind == "given":
        return replace(query, filters=())
    return replace(query, years=Years("latest"), filters=())

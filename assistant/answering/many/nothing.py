"""What to say where nothing over many sheets can be counted or added: which years do have the figure."""

from __future__ import annotations

from dataclasses import replace

from assistant.answer import Cell
from assistant.answering.basis import Basis
from assistant.answering.data import marks
from assistant.answering.many.publications import year_pairs
from assistant.answering.many.scope import MINISTRY, Scope
from assistant.answering.many.told import field_label, projects_that, scope_text
from assistant.answering.result import Result
from assistant.answering.wording import one_line
from assistant.formatting import fiscal_years
from assistant.query import Query, Years


def _years_told(basis: Basis, scope: Scope) -> list[int]:
    """The years that the 府省庁 asked about do have the figure of, on the sheets that stand for each year."""
    pairs = year_pairs(basis, Query(question="", years=Years("all")), scope.main)
    if not pairs:
        return []
    source, parameters = replace(scope.without(filters=True), years=pairs, published=()).sql()
    sql = f"SELECT DISTINCT t.年度 {source} AND {scope.column} IS NOT NULL ORDER BY 1"
    return [int(r[0]) for r in basis.data.rows(sql, parameters)]


def no_such_ministry(basis: Basis, scope: Scope) -> Result:
    """No sheet of the publication carries the 府省庁: an office may stand under its ministry there."""
    names = "・".join(one_line(m) for m in scope.ministries)
    wide = replace(scope, published=(), years=())
    rows = basis.data.rows(
        f"SELECT DISTINCT 公開年度 FROM sheets WHERE 府省庁 IN ({marks(wide.ministries)}) ORDER BY 1",
        wide.ministries,
    )
    years = tuple(r[0] for r in rows)
    when = f"{scope.published[0]}年度公開の" if len(scope.published) == 1 else ""
    told = f"その府省庁のシートがあるのは{fiscal_years(years)}の公開分です。" if years else ""
    cells = [Cell(label="公開年度", value=y, text=f"{y}年度") for y in (*scope.published[:1], *years)]
    sentence = f"{when}シートの「{MINISTRY}」の欄に{names}とあるものはありません（上の府省の名で載っていることがあります）。"
    return Result("no_answer", [s for s in (sentence, told) if s], cells)


def nothing(basis: Basis, scope: Scope) -> Result:
    """No sheet asked about has the figure; the years that do have it."""
    label = field_label(basis, scope.main)
    if scope.matters:
        # 「上期」: it is the projects that are not there, not their figures
        what = f"{scope_text(basis, scope)}{label}の記載がある{projects_that(basis, scope)}"
        return Result("no_answer", [f"{what}は、読み込んだシートにはありません。"])
    years = _years_told(basis, scope) if scope.years else []
    span = f"{years[0]}〜{years[-1]}" if len(years) > 1 else "".join(map(str, years))
    told = f"記載があるのは{span}年度です。" if years else ""
    sentence = f"{scope_text(basis, scope)}{label}の記載があるシートはありません。"
    cells = (
        [Cell(label="年度", value=y, text=f"{y}年度", fiscal_year=y) for y in (years[0], years[-1])]
        if years
        else []
    )
    return Result("no_answer", [s for s in (sentence, told) if s], cells)

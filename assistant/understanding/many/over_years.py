"""Years set side by side over many sheets: 「国交省の執行額は2019年度から2020年度で何%増えた」「公開年度でどちらが多い」."""

from __future__ import annotations

from dataclasses import replace

from assistant.patterns import pattern
from assistant.query import FieldRef, Query, Years
from assistant.understanding.many.conditions import BUDGET
from assistant.understanding.many.said import FISCAL_YEAR, PUBLISHED
from assistant.understanding.parsing import Parsed

_APART = pattern(
    r"違[いうっ]|変わ|変化|差(?!し|別|替)|増え|増加|減っ|減少|減り|伸び|上が|下が|落ち|上昇|低下|何倍|それぞれ|別々|年ごと|年度ごと|年別|年度別|比べ|比較|推移"
)
_SINGLE = frozenset({"rank", "list", "similar", "share"})
"""Operations that take the years together."""


def between_years(p: Parsed, q: Query, figures: tuple[FieldRef, ...]) -> Query | None:
    """The query of a question that sets several years side by side; None where it names fewer than two or takes them as one."""
    verbs = p.verbs()
    ago = max((y.count for y in p.years if y.kind == "before"), default=0)
    if ago and "compare" in verbs and q.years.kind in ("none", "latest") and q.ministries and figures:
        # 「3年前と比べて何倍」 of a 府省庁
        fields = tuple(f for f in figures if f.table == "budgets")[:1]
        if fields and not _SINGLE & verbs and q.group_by is None and not q.reason:
            years = Years("latest", count=ago + 1)
            return replace(q, operation="compare", fields=fields, group_by=FISCAL_YEAR, years=years)
    if ago and len(q.years.values) == 1 and "compare" in verbs and q.ministries and figures:
        # 「2023年度の執行額と前年度からの増減」
        year = q.years.values[0]
        q = replace(q, years=replace(q.years, values=(year - ago, year)))
    figure_years = q.years.kind == "given" and (len(q.years.values) > 1 or q.years.to_latest)
    if not (figure_years or len(q.published) > 1) or q.group_by is not None or q.payees or q.reason:
        return None
    filtered = {f.field for f in q.filters}
    # 「執行率5割未満の事業は2018年度と2020年度でどれだけ違う」: how many there are, not which
    single = _SINGLE - ({"list"} if filtered else set())
    # projects counted in one year are mostly those of the next: how many there are is never added up over years
    apart = {"compare", "count"} & verbs or _APART.search(p.text)
    if single & verbs or len(q.ministries) > 1 or not apart:
        return None
    fields = tuple(f for f in figures if f not in filtered and f.table == "budgets")[:1]
    if not fields and "count" not in verbs and not filtered:
        fields = (BUDGET,)
    if not fields and not filtered and not q.published:
        # projects of a fiscal year are those of its sheets
        return replace(
            q,
            operation="compare",
            fields=(),
            group_by=PUBLISHED,
            published=q.years.values,
            years=Years("none"),
        )
    return replace(q, operation="compare", fields=fields, group_by=FISCAL_YEAR if figure_years else PUBLISHED)

"""The reading of a question in one Japanese line, for people to see at once whether it was misread."""

from __future__ import annotations

from dataclasses import replace

from assistant.query import Average, Filter, OtherFigure, Premise, Query, Years, when
from assistant.understanding.words.fields import kind_of, label_of
from db.catalogue import MONEY, RATE

_OPERATIONS = {
    "search": "記載を探す",
    "list": "一覧",
    "rank": "順位",
    "count": "件数",
    "sum": "合計",
    "average": "平均",
    "compare": "比較",
    "trend": "推移",
    "describe": "概要",
    "similar": "似た事業",
    "help": "使い方",
}
_BESIDE_OTHER = {
    "<": "より小さい",
    "<=": "以下",
    ">": "より大きい",
    ">=": "以上",
    "=": "と同じ",
    "!=": "と違う",
}
_OPS = {"=": "が", "!=": "以外", "<": "未満", "<=": "以下", ">": "超", ">=": "以上"}
_DIRECTIONS = {"down": "下がった", "up": "上がった"}


def describe_query(query: Query, single: bool) -> str:
    """「事業=… · 項目=… · 年度=…」; ``single``: the database holds one project, which is then 「この事業」."""
    parts: list[str] = []
    if query.projects:
        names = list(dict.fromkeys(p.name for p in query.projects))
        text = (
            "この事業"
            if single
            else "、".join(names[:3]) + (f" ほか{len(names) - 3}件" if len(names) > 3 else "")
        )
        unsure = any(p.score < 0.8 for p in query.projects)
        parts.append(f"事業={text}" + ("（推定）" if unsure and not single else ""))
    if query.ministries:
        parts.append("府省庁=" + "、".join(m.replace("\u3000", " ") for m in query.ministries))
    if query.payees:
        parts.append("支出先=" + "、".join(query.payees))
    if query.fields:
        labels = "、".join(dict.fromkeys(label_of(f) for f in query.fields))
        parts.append("項目=" + labels + ("の理由" if query.reason else ""))
    elif query.reason:
        parts.append("理由を尋ねる質問")
    if query.published:
        parts.append("シート=" + "・".join(f"{y}年度" for y in query.published))
    years = years_text(_each_year(query) or query.years)
    if years:
        parts.append("年度=" + years)
    parts += ["条件=" + filter_text(f) for f in query.filters]
    parts += ["年度ごとの条件=" + filter_text(f) for f in query.of_years]
    parts += [f"条件=事業名・事業の目的・事業概要のどれかに「{w}」" for w in query.matters]
    if query.group_by:
        parts.append("集計単位=" + label_of(query.group_by))
    if query.order and query.operation in ("rank", "sum", "average", "count"):
        parts.append(
            ("大きい順" if query.order == "desc" else "小さい順")
            + (f"で{query.nth}番目" if query.nth else f"に{query.limit}件" if query.limit else "")
        )
    if query.premise:
        parts.append("前提=" + premise_text(query.premise))
    if query.topic and query.operation in ("search", "similar", "count", "list"):
        parts.append("話題=" + query.topic)
    if query.having:
        each = label_of(query.group_by) if query.group_by is not None else "事業"
        parts.append(f"各{each}の条件=" + "、".join(map(total_text, query.having)))
    if query.share:
        parts.append("全体に占める割合")
    for asked, words in (
        (query.place, "順位の位置"),
        (query.added, "上位を足す"),
        (query.of_each, "それぞれの最上位"),
    ):
        if asked:
            parts.append(words)
    word = "中央値" if query.median else _OPERATIONS.get(query.operation)
    if word == "件数" and query.of_rows:
        word = "契約の件数"
    if word and not (query.operation == "rank" and query.order):
        parts.append(word)
    for other in () if _each_year(query) else query.beside:
        labels = "・".join(label_of(f) for f in other.fields[:1])
        of = [x.replace("\u3000", " ") for x in other.ministries if x not in query.ministries]
        of += [filter_text(f) for f in other.filters if f not in query.filters]
        labels = "（" + "、".join(of) + "）" + labels if of else labels
        parts.append("あわせて=" + labels + ("の" if labels else "") + _OPERATIONS.get(other.operation, ""))
    if query.carried_over:
        parts.append("前の質問から引き継ぎ=" + "・".join(query.carried_over))
    return " · ".join(parts) if parts else "読み取れた項目はありません"


def _each_year(query: Query) -> Years | None:
    """The years of a question that is asked of each of several in turn; None where its parts differ in more than the year."""
    others = {replace(q, years=query.years, beside=()) for q in query.beside}
    if others != {replace(query, beside=())}:
        return None
    return Years("given", tuple(v for q in (query, *query.beside) for v in q.years.values))


def years_text(years: Years) -> str:
    """「2017年度」「最新の実績年度」「直近3年度」「全年度」, "" where the field has no year."""
    if years.kind == "given":
        values = years.values
        if len(values) > 2 and values == tuple(range(values[0], values[-1] + 1)):
            return f"{values[0]}〜{values[-1]}年度"
        return "・".join(f"{v}年度" for v in values)
    if years.kind == "latest":
        return "最新の実績年度" if years.count == 1 else f"直近{years.count}年度"
    if years.kind != "all":
        return ""
    if years.first is None and years.last is None:
        return "全年度"
    return f"{years.first}年度以降" if years.last is None else f"{years.last}年度まで"


def filter_text(f: Filter) -> str:
    """「執行率 30%未満」「入札者数 1」「判定「廃止」」."""
    label = label_of(f.field) if f.field.item is None or f.field.column == "本文" else f.field.column
    label = when(f.shift) + label
    if f.value is None:
        name = f.field.item if f.field.item is not None else label
        return f"{name}の記載{'あり' if f.op == '!=' else 'なし'}"
    if f.op == "between" and isinstance(f.value, tuple):
        return f"{label} {_value(f, f.value[0])}〜{_value(f, f.value[1])}"
    several = f.value if isinstance(f.value, tuple) else (f.value,)
    if f.op in ("contains", "in"):
        return f"{label}{'・'.join(f'「{v}」' for v in several)}"
    if isinstance(f.value, OtherFigure):
        return (
            f"{label}が{when(f.value.shift)}{label_of(f.value.field)}{f.value.so_much}{_BESIDE_OTHER[f.op]}"
        )
    if isinstance(f.value, Average):
        return f"{label}が{f.value.name}{_BESIDE_OTHER[f.op]}"
    if f.open_ended:
        return f"{label} {_value(f, f.value)}以降または終了予定なし"
    if len(several) > 1 or isinstance(f.value, tuple):
        return f"{label}が{'・'.join(f'「{v}」' for v in several)}{'以外' if f.op == '!=' else ''}"
    if f.op == "=":
        return f"{label} {_value(f, f.value)}"
    return f"{label} {_value(f, f.value)}{_OPS[f.op]}"


def total_text(f: Filter) -> str:
    """A condition on what a group has in all: 「1兆円超」「100件以上」."""
    values = f.value if isinstance(f.value, tuple) else (f.value,)
    counts = kind_of(f.field) not in (MONEY, RATE)
    said = "〜".join(f"{v:g}件" if counts and isinstance(v, int | float) else _value(f, v) for v in values)
    return said + _OPS.get(f.op, "").replace("が", "")


def premise_text(p: Premise) -> str:
    """What the question takes for granted: 「執行率が下がった」「執行率が70%未満」."""
    label = label_of(p.field)
    if p.ratio is not None:
        return f"{label}が前年度の{p.ratio:g}倍になった"
    if p.op is not None and p.value is not None:
        return f"{label}が" + _number(p.value, kind_of(p.field)) + ("" if p.op == "=" else _OPS[p.op])
    return f"{label}が{_DIRECTIONS.get(p.direction, p.as_said)}"


def _value(f: Filter, value: object) -> str:
    if isinstance(value, int | float):
        return _number(float(value), kind_of(f.field))
    return str(value)


def _number(value: float, kind: str) -> str:
    if kind == RATE:
        return f"{value:g}%"
    if kind == MONEY:
        for size, unit in ((10**12, "兆円"), (10**8, "億円"), (10**4, "万円")):
            if abs(value) >= size:
                return f"{value / size:,.12g}{unit}"
        return f"{value:,.0f}円"
    return f"{value:g}"

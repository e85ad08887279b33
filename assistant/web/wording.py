"""Japanese wording of what Datasette itself says in English: conditions, errors, page titles."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

FILTERS = {
    "exact": "と等しい",
    "not": "と等しくない",
    "contains": "を含む",
    "endswith": "で終わる",
    "startswith": "で始まる",
    "gt": "より大きい",
    "gte": "以上",
    "lt": "より小さい",
    "lte": "以下",
    "like": "の型に合う（LIKE）",
    "notlike": "の型に合わない（NOT LIKE）",
    "glob": "の型に合う（GLOB）",
    "in": "のどれか（,区切り）",
    "notin": "のどれでもない（,区切り）",
    "arraycontains": "を要素に含む",
    "arraynotcontains": "を要素に含まない",
    "date": "の日付",
    "isnull": "が空欄（NULL）",
    "notnull": "が空欄でない（NULLでない）",
    "isblank": "が空欄",
    "notblank": "が空欄でない",
}
"""Key of a filter of Datasette → how it reads after a value (or a column)."""

BOOKKEEPING_TITLES = {
    "projects": ("事業", "年度をまたいで同じ事業のシートをまとめたもの。"),
    "sources": ("出典ファイル", "読み込んだファイルと、読んだ行・収めた行・併合した行・未配置の行の照合。"),
    "warnings": ("注意", "おかしく見える値。シートの記載のまま収めてあり、ここに挙げる。"),
    "project_ties": (
        "事業のつながり",
        "どのシートがどの事業のものか。何によって結び付けたか(規則、根拠)と、どれほど確かか(確度、1が最も確か)。",
    ),
    "cell_sources": (
        "項目ごとの出典",
        "行の出典とは別のファイルや位置に書かれている項目。1つのシートを複数のファイルから読み込んだときにある。",
    ),
    "unplaced": ("未配置", "どの欄のものか分からなかった記載。捨てずにここに収める。"),
}
"""Book-keeping tables worth a reader's look: table → (title, description). The others are hidden."""

HIDDEN_TITLES = {
    "sheet_parts": "ファイルごとの基本情報",
    "layer_rows": "様式ごとの行(併合する前)",
    "row_ids": "行の番号の控え",
}
"""Titles of hidden tables, which rows that refer to them name."""

NO_VALUE = frozenset({"isnull", "notnull", "isblank", "notblank"})

EXPORTS = {"json": "JSON", "csv": "CSV"}

_MESSAGES: tuple[tuple[str, str], ...] = (
    (r"(404|Not found)", "このページはありません。"),
    (r"Database not found", "このデータベースはありません。"),
    (r"Table not found", "この表はありません。"),
    (r"Record not found", "この行はありません。"),
    (r"No data", "データがありません。"),
    (r"_size must be <= (\d+)", r"1ページに表示できるのは\1行までです。"),
    (r"_size must be a positive integer", "行数（_size）は0以上の整数で指定してください。"),
    (r"Cannot sort table by (.+)", r"「\1」では並べ替えられません。表にある列を選んでください。"),
    (r"Cannot use _sort and _sort_desc at the same time", "昇順と降順を同時には指定できません。"),
    (r"_col=(.+) - invalid columns", r"「\1」という列はありません。"),
    (r"_nocol=(.+) - invalid columns", r"「\1」という列はありません。"),
    (r"_facet= is not allowed", "件数の内訳は、この設定では表示できません。"),
    (r"_where= is not allowed", "SQLの条件は、この設定では使えません。"),
    (r"Cannot search by that column", "その列では検索できません。"),
    (
        r"Statement must be a SELECT",
        "実行できるのは SELECT だけです。データベースは読み取り専用で公開しています。",
    ),
    (r"Statement may not contain PRAGMA.*", "PRAGMA は実行できません。"),
    (r"Database download is forbidden", "データベースのダウンロードは、この設定ではできません。"),
    (r"You do not have permission to view this (\w+)", "このページを見る権限がありません。"),
    (r"(view-[a-z-]+|execute-sql|permissions-debug|debug-menu)", "このページを見る権限がありません。"),
    (r"Invalid _through.*", "関係する表（_through）の指定が正しくありません。"),
    (r"CSV streaming is disabled", "全行のCSVは、この設定では取り出せません。"),
    (r"no such table: (.+)", r"「\1」という表はありません。表の名前を確かめてください。"),
    (r"no such column: (.+)", r"「\1」という列はありません。列の名前を確かめてください。"),
    (r"no such function: (.+)", r"「\1」という関数はありません。"),
    (r"near \"(.*)\": syntax error", r"SQLの「\1」のあたりに書き間違いがあります。"),
    (r"incomplete input", "SQLが途中で終わっています。"),
    (r"unrecognized token: (.+)", r"SQLに読めない文字があります: \1"),
    (r"ambiguous column name: (.+)", r"「\1」という列が2つ以上の表にあります。表の名前を付けてください。"),
    (r"You can only execute one statement at a time\.?", "一度に実行できるSQLは1つです。"),
    (r"interrupted", "時間がかかりすぎたので止めました。条件を絞ってください。"),
)


def message(text: str) -> str:
    """An error message of Datasette or SQLite in Japanese; as it is where its wording is not known."""
    stripped = text.strip()
    for pattern, japanese in _MESSAGES:
        if re.fullmatch(pattern, stripped, re.DOTALL):
            return re.sub(pattern, japanese, stripped, flags=re.DOTALL)
    return text


TITLES = {
    400: "この指定では表示できません",
    403: "見る権限がありません",
    404: "見つかりません",
    405: "この方法では使えません",
    500: "表示できませんでした",
    503: "いまは答えられません",
}


def condition(column: str, lookup: str, value: str) -> str:
    """One filter in words: 「年度 が 2023 と等しい」, 「執行額 が空欄でない」."""
    words = FILTERS.get(lookup, lookup)
    return f"{column} {words}" if lookup in NO_VALUE else f"{column} が「{value}」{words}"


def conditions(
    selections: Iterable[tuple[str, str, str]],
    search: str | None,
    sort: str | None,
    sort_desc: str | None,
    labels: Mapping[str, str] | None = None,
) -> str:
    """What a table page shows, in one line: filters, search words and order."""
    names = labels or {}
    parts = [condition(names.get(c, c), lookup, v) for c, lookup, v in selections]
    if search:
        parts.insert(0, f"「{search}」を含む")
    text = "、".join(parts)
    order = f"{sort_desc} の大きい順" if sort_desc else f"{sort} の小さい順" if sort else ""
    return " · ".join(p for p in (text, order) if p)

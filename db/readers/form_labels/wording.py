"""What on a sheet is the form's own wording: its labels, notes and ornaments."""

from __future__ import annotations

import re
from functools import cache

from db.readers.form_labels.figures import (
    ACTIVITY,
    BUDGET_GROUP_LABELS,
    BUDGET_ITEM_HEADERS,
    CHANGE_REASON,
    DATA_SOURCE,
    FIELD,
    LINK_REASON,
    QUALITATIVE_GOAL,
    REASON_AND_GOAL,
    REASON_NOT_MEASURED,
    REFORM_ITEM,
    REFORM_PLAN,
    REFORM_PLAN_COLUMNS,
    SINGLE_STAGE_REASON,
    SUBSIDY_COLUMNS,
    SUBSIDY_LABEL,
    SUBSTITUTE_GOAL,
    TOTAL,
    UNIT,
    basic_labels,
    budget_rows,
    indicator_tables,
    is_data_source,
)
from db.readers.form_labels.keys import keys, label_key
from db.readers.form_labels.payments import (
    CONTRACTS_BAR,
    EXPENSE_COLUMNS,
    PAYEES_BAR,
    REASON_WORDS,
    contract_columns,
    payee_columns,
)
from db.readers.form_labels.review import (
    EVALUATION_ITEM_HEADER,
    EVALUATION_MARK_HEADER,
    EVALUATION_TEXT_HEADER,
    PAST_NUMBERS_BAR,
    RELATED_COLUMNS,
    REMARK_ANSWER,
    REMARK_BAR,
    REMARK_OTHER,
    REMARK_OTHER_ANSWER,
    REMARK_REVIEW,
    comment_labels,
)
from db.text import fold

_NOTES = (
    r"^成果目標及び成果実績.*欄についてさらに記載が必要な場合は",
    r"^活動指標及び活動実績.*欄についてさらに記載が必要な場合は",
    r"^費目・?使途欄についてさらに記載が必要な場合は",
    r"^(支出先|国庫債務).*(さらに)?記載が必要な場合は",
    r"さらに記載が必要な場合はチェックの上",
    r"^※?(平成|令和|20)?(\d+|元)年度実績を記入",
    r"^※.*を記入。?$",
    r"^チェック$",
    r"^(別紙|別添)\d*$",
    r"^(分野|単位|計画開始時|年度|年度年度|出典):?$",
    r"^\(単位:?百万円\)$",
    r"^[%(){}\[\]☐☑□■✓レ:。、・]+$",
    r"^[→↓↑←⇒⇩⇧⇦▼▽]+$",
)
_NOTE = re.compile("|".join(_NOTES))

_SECTION_LABELS = keys(
    "成果目標及び成果実績（アウトカム）",
    "成果目標及び成果実績（短期アウトカム）",
    "成果指標",
    "活動指標及び活動実績（アウトプット）",
    "活動目標及び活動実績（アウトプット）",
    "単位当たりコスト",
    "政策評価",
    "測定指標",
    "政策評価、経済・財政再生アクション・プログラムとの関係",
    "政策評価、新経済・財政再生計画との関係",
    "政策評価、新経済・財政再生計画改革工程表との関係",
    "政策評価、経済・財政再生計画との関係",
    "経済・財政再生アクション・プログラム",
    "経済・財政再生計画改革工程表",
    "新経済・財政再生計画改革工程表",
    "事業所管部局による点検・改善",
    "事業所管部局による点検",
    "点検・改善結果",
    "点検・改善",
    "定量的な成果目標の設定が困難な場合",
    "アウトカム設定についての説明",
    "支出先上位10者リスト",
    "資金の流れ",
    "費目・使途",
    "国費投入の必要性",
    "事業の効率性",
    "事業の有効性",
    "関連事業",
    "重複排除",
    "平成・年度予算内訳",
    "予算内訳",
    "改善結果",
    "KPI（第一階層）",
)


@cache
def _all_labels() -> frozenset[str]:
    keys: set[str] = set(_SECTION_LABELS)
    keys.update(basic_labels(), budget_rows(), comment_labels(), payee_columns(), contract_columns())
    keys.update(EXPENSE_COLUMNS, RELATED_COLUMNS, REFORM_PLAN_COLUMNS, SUBSIDY_COLUMNS)
    for t in indicator_tables():
        keys.update(t.names, t.rows)
    for group in (
        UNIT,
        TOTAL,
        BUDGET_ITEM_HEADERS,
        BUDGET_GROUP_LABELS,
        CHANGE_REASON,
        DATA_SOURCE,
        REASON_NOT_MEASURED,
        QUALITATIVE_GOAL,
        REASON_AND_GOAL,
        SUBSTITUTE_GOAL,
        ACTIVITY,
        SINGLE_STAGE_REASON,
        REFORM_PLAN,
        SUBSIDY_LABEL,
        REFORM_ITEM,
        FIELD,
        EVALUATION_ITEM_HEADER,
        EVALUATION_MARK_HEADER,
        EVALUATION_TEXT_HEADER,
        REMARK_BAR,
        REMARK_REVIEW,
        REMARK_ANSWER,
        REMARK_OTHER,
        REMARK_OTHER_ANSWER,
        PAST_NUMBERS_BAR,
        PAYEES_BAR,
        CONTRACTS_BAR,
    ):
        keys.update(group)
    return frozenset(keys)


def is_label(text: str) -> bool:
    """True where a text is a label or header of the form, not something a ministry wrote."""
    key = label_key(text)
    if not key:
        return False
    if key in _all_labels() or is_data_source(text) or LINK_REASON.match(fold(text)):
        return True
    if re.fullmatch(r"(平成|令和)?[\d元]*(年度)?(平成|令和)?[\d元]*年度予算内訳", key):
        return True
    if re.fullmatch(r"定性的な成果目標と[\d元年度平成令和~～〜-]*の達成状況実績", key):
        return True
    return any(word in fold(text) for word in REASON_WORDS) and "理由及び改善策" in fold(text)


def is_note(text: str) -> bool:
    """True for the form's own instructions and ornaments, which hold nothing a ministry wrote."""
    t = fold(text)
    return not t or _NOTE.search(t) is not None

"""Labels of the basic box, the budget and the tables that run by year, and the heads of their columns."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cache

from db.fiscal_years import parse_year
from db.readers.form_labels.keys import columns, keys, label_key
from db.text import fold

# ───────────────────────── 基本 ─────────────────────────
START_AND_END = "事業開始・終了年度"
"""One cell holding both years (2013, 2014): 「平成18年度～平成27年度」「昭和62年度開始」."""


@cache
def basic_labels() -> dict[str, str]:
    """label key → column of table ``sheets``; ``START_AND_END`` where one cell holds both years."""
    out = columns(
        "sheets",
        {
            "事業名": ("予算事業名",),
            "担当部局庁": ("担当部局", "担当部局・庁"),
            "担当課室": ("担当課・室", "担当課", "担当課室名"),
            "作成責任者": ("シート作成責任者", "作成責任者（課室長）"),
            "事業開始年度": ("開始年度", "事業開始（予定）年度"),
            "事業終了年度": ("終了年度", "事業終了予定年度"),
            "会計区分": ("会計",),
            "根拠法令": ("根拠法令等",),
            "関係する計画通知等": ("関係する計画、通知", "関連する計画、通知等"),
            "主要政策施策": ("主要政策・施策名",),
            "事業の目的": ("事業目的", "目的"),
            "事業概要": ("概要",),
            "現状・課題": ("現状及び課題", "現状と課題"),
            "事業概要URL": ("事業概要URL", "事業概要のURL", "事業の概要URL"),
            "実施方法": ("事業の実施方法",),
            "政策": ("政策名", "政策分野・政策"),
            "施策": ("施策名", "政策・施策名", "施策分野・施策"),
        },
    )
    out[label_key("事業開始・終了（予定）年度")] = START_AND_END
    out[label_key("事業開始・終了年度")] = START_AND_END
    return out


_TITLE = re.compile(r"行政事業レビュ-(?:シ-ト|点検票)")
_TITLE_YEAR = re.compile(
    r"((?:平成|令和)(?:\d{1,2}|元)|20\d\d)年度?(?:[(・](?:(?:平成|令和)?(?:\d{1,2}|元)|20\d\d)年度?\)?)?"
)


@dataclass(frozen=True, slots=True)
class Title:
    """「平成３０年度行政事業レビューシート（総務省）」: 公開年度 and 府省庁, as far as the text says them."""

    year: int | None
    ministry: str | None


def read_title(text: str) -> Title | None:
    """The title of a sheet in a text, None where the text is none.

    「平成22年行政事業レビューシート」 among the past numbers looks the same: the caller must see that 事業名 follows.
    """
    t = fold(text)
    m = _TITLE.search(t)
    if m is None or len(t) > 80:
        return None
    y = _TITLE_YEAR.search(t)
    rest = unicodedata.normalize("NFKC", re.sub(r"\s", "", text))
    named = re.search(r"(?:シ.ト|点検票)\(([^()]{2,20})\)", rest)
    return Title(parse_year(y.group(1) + "年度") if y else None, named.group(1) if named else None)


# ───────────────────────── 予算 ─────────────────────────
@cache
def budget_rows() -> dict[str, str]:
    """label key of a row of 予算額・執行額 → column of table ``budgets``."""
    return columns(
        "budgets",
        {
            "当初予算": ("当初予算額",),
            "補正予算": ("補正予算額", "補正"),
            "前年度から繰越し": (
                "前年度からの繰越し",
                "前年度より繰越し",
                "前年度繰越し",
                "前年度からの繰越額",
            ),
            "翌年度へ繰越し": ("翌年度への繰越し", "翌年度繰越し", "翌年度への繰越額"),
            "予備費等": ("予備費",),
            "計": ("合計", "予算計"),
            "執行額": ("支出額", "決算額"),
        },
    )


BUDGET_ITEM_HEADERS = keys("歳出予算目", "費目", "歳出予算項・目", "予算目")
BUDGET_GROUP_LABELS = keys("予算の状況", "予算額・執行額", "予算の状況（百万円）")
CHANGE_REASON = keys(
    "主な増減理由", "主な増減理由等", "増減理由", "主な増減理由（・要望額等）", "主な増減理由・その他特記事項"
)
TOTAL = keys("計", "合計", "総計")

# ───────────────────────── 年度の見出し ─────────────────────────
REQUEST, INITIAL, EXPECTED = "要求", "当初予算", "活動見込"
MID_TARGET, FINAL_TARGET, TARGET_YEAR, START = "中間目標", "目標最終年度", "目標年度", "計画開始時"
_SUFFIXES = {
    "": "",
    "要求": REQUEST,
    "要求額": REQUEST,
    "概算要求": REQUEST,
    "予算要求": REQUEST,
    "当初予算": INITIAL,
    "当初予算額": INITIAL,
    "予算": INITIAL,
    "活動見込": EXPECTED,
    "活動見込み": EXPECTED,
    "見込": EXPECTED,
    "見込み": EXPECTED,
    "当初見込": EXPECTED,
    "当初見込み": EXPECTED,
    "実績": "",
    "実績値": "",
    "執行": "",
    "目標": FINAL_TARGET,
    "目標値": FINAL_TARGET,
}
_TARGETS = {
    "中間目標": MID_TARGET,
    "中間目標年度": MID_TARGET,
    "中間目標値": MID_TARGET,
    "目標最終年度": FINAL_TARGET,
    "最終目標": FINAL_TARGET,
    "最終目標年度": FINAL_TARGET,
    "目標値": FINAL_TARGET,
    "目標年度": TARGET_YEAR,
    "計画開始時": START,
    "計画開始時点": START,
    "基準値": START,
    "基準年度": START,
}
_YEAR_HEADER = re.compile(
    r"((?:平成|令和|昭和|[hrs]\.?)?(?:\d{1,2}|元)|20\d\d)年?度?"
    r"(?:[・/(]\s*(?:(?:平成|令和|昭和|[hrs]\.?)?(?:\d{1,2}|元)|20\d\d)年?度\)?)?(.*)"
)


@dataclass(frozen=True, slots=True)
class YearHeader:
    """The head of a column: its fiscal year (Western; None where none is printed) and what kind it is.

    ``kind`` is "" for a plain year, else one of ``REQUEST``, ``INITIAL``, ``EXPECTED``, ``MID_TARGET``,
    ``FINAL_TARGET``, ``TARGET_YEAR``, ``START``.
    """

    year: int | None
    kind: str


def year_header(text: str, near: int | None) -> YearHeader | None:
    """A column's head as a year: 「31年度要求」「令和元年度」「3年度\\n活動見込」「目標値（26年度）」「中間目標」.

    ``near`` is the sheet's 公開年度 (a year without era is the nearest to it). None where the text is no such head.
    """
    t = fold(text)
    if not t or len(t) > 30:
        return None
    plain = re.sub(r"\(.*?\)?$", "", t) if "(" in t else t
    for word in (t, plain):
        if word in _TARGETS:
            inner = re.search(r"\((.*?)\)", t)
            return YearHeader(_target_year(inner.group(1), near) if inner else None, _TARGETS[word])
    for word, kind in _TARGETS.items():
        if t.startswith(word) and re.fullmatch(r"\(?[^()]*\d+年?度?\)?", t[len(word) :]):
            return YearHeader(_target_year(t[len(word) :], near), kind)
    m = _YEAR_HEADER.fullmatch(t)
    if m is None or ("年度" not in t and not re.fullmatch(r"20\d\d|[hr]\.?(\d{1,2}|元)", m.group(1))):
        return None
    suffix = re.sub(r"[()]", "", m.group(2))
    if suffix not in _SUFFIXES:
        return None
    if _SUFFIXES[suffix] == FINAL_TARGET and "中間" in t:
        return YearHeader(_year(m.group(1), near), MID_TARGET)
    return YearHeader(_year(m.group(1), near), _SUFFIXES[suffix])


def _year(text: str, near: int | None) -> int | None:
    return parse_year(text.upper() + "年度", near)


def _target_year(text: str, near: int | None) -> int | None:
    return _year(m.group(0), near) if (m := re.search(r"(平成|令和)?(\d+|元)", text)) else None


# ───────────────────────── 成果・活動 ─────────────────────────
@dataclass(frozen=True, slots=True)
class Indicators:
    """A table of indicators by year: which header names it, which row holds which column."""

    table: str
    names: dict[str, str]
    """key of a header left of the years → column."""
    rows: dict[str, str]
    """key of a row's label → column."""


UNIT = keys("単位")


@cache
def indicator_tables() -> tuple[Indicators, ...]:
    """The five tables of the sheet that run by year."""
    return (
        Indicators(
            "outcomes",
            {
                **columns("outcomes", {}, frozenset({"成果目標", "成果指標"})),
                label_key("定量的な成果指標"): "成果指標",
                label_key("定性的なアウトカム"): "成果目標",
            },
            {
                **columns("outcomes", {}, frozenset({"成果実績", "目標値", "達成度"})),
                label_key("達成率"): "達成度",
                label_key("実績"): "成果実績",
                label_key("目標"): "目標値",
            },
        ),
        Indicators(
            "outputs",
            {
                label_key("活動指標"): "活動指標",
                label_key("活動目標"): "活動内容",
                label_key("活動内容"): "活動内容",
            },
            {
                label_key("活動実績"): "活動実績",
                label_key("当初見込み"): "当初見込み",
                label_key("当初見込"): "当初見込み",
                label_key("活動見込"): "当初見込み",
                label_key("活動見込み"): "当初見込み",
                label_key("達成度"): "達成度",
            },
        ),
        Indicators(
            "unit_costs",
            {label_key("算出根拠"): "算出根拠", label_key("算出方法"): "算出根拠"},
            {
                label_key("単位当たりコスト"): "単位当たりコスト",
                label_key("単位あたりコスト"): "単位当たりコスト",
                label_key("計算式"): "計算式",
            },
        ),
        Indicators(
            "policies",
            {label_key(word): "測定指標" for word in ("定量的指標", "測定指標", "定量的な指標", "指標")},
            {
                label_key("実績値"): "実績値",
                label_key("実績"): "実績値",
                label_key("目標値"): "目標値",
                label_key("目標"): "目標値",
            },
        ),
        Indicators(
            "reform_kpis",
            {label_key("KPI"): "KPI", label_key("ＫＰＩ（第一階層）"): "KPI"},
            {
                label_key("成果実績"): "成果実績",
                label_key("実績値"): "成果実績",
                label_key("目標値"): "目標値",
                label_key("達成度"): "達成度",
            },
        ),
    )


DATA_SOURCE = keys(
    "根拠として用いた統計・データ名（出典）",
    "根拠として用いた統計・データ名",
    "成果実績及び目標値の根拠として用いた統計・データ名（出典）",
    "活動実績及び当初見込みの根拠として用いた統計・データ名（出典）",
    "統計・データ名",
)
REASON_NOT_MEASURED = keys("定量的な目標が設定できない理由", "定量的な成果目標が設定できない理由")
QUALITATIVE_GOAL = keys(
    "定性的な成果目標",
    "定性的な成果目標と27～29年度の達成状況・実績",
    "定性的な成果目標とその達成状況・実績",
)
REASON_AND_GOAL = keys("定量的な目標が設定できない理由及び定性的な成果目標")
SUBSTITUTE_GOAL = keys("事業の妥当性を検証するための代替的な達成目標及び実績", "代替的な達成目標及び実績")
ACTIVITY = keys("活動内容（アクティビティ）", "活動内容", "アクティビティ")
LINK_REASON = re.compile(r"成果目標([\d-]*)の設定理由(?:\((.*?)(?:からのつながり)?\)?)?$")
"""On folded text: the number of the outcome and what it follows from."""
SINGLE_STAGE_REASON = keys("アウトカムを複数段階で設定できない理由")
REFORM_PLAN = keys("事業に関連するKPIが定められている閣議決定等", "関連するKPIが定められている閣議決定等")
REFORM_PLAN_COLUMNS = {
    **dict.fromkeys(keys("名称"), "名称"),
    **dict.fromkeys(keys("該当箇所"), "該当箇所"),
    **dict.fromkeys(keys("URL"), "URL"),
}
SUBSIDY_LABEL = keys("補助率等")
SUBSIDY_COLUMNS = {
    **dict.fromkeys(keys("補助対象"), "補助対象"),
    **dict.fromkeys(keys("補助率"), "補助率"),
    **dict.fromkeys(keys("補助上限等", "補助上限"), "補助上限等"),
    **dict.fromkeys(keys("補助率URL"), "補助率URL"),
}


def is_data_source(text: str) -> bool:
    """True for the label of 根拠として用いた統計・データ名, whatever follows it."""
    key = label_key(text)
    return (
        key in DATA_SOURCE
        or re.match(r"(成果実績及び目標値|活動実績及び当初見込み)の根拠として用いた", key) is not None
    )


REFORM_ITEM = keys("改革項目", "取組事項", "改革工程表の取組事項")
FIELD = keys("分野")
TIER_WORDS = ("第一階層", "第二階層", "第三階層")

"""The words printed on the review sheet itself (公開年度 2013–2023): its labels, headers and notes.

Shared by the readers of the sheet in Excel, PDF and text. A label is compared by ``label_key``, which
takes away what differs from year to year without meaning (width, spaces, line breaks, punctuation,
notes in brackets, running numbers), so one entry covers 「事業の目的（目指す姿を簡潔に。3行程度以内）」 and
「事業の目的」. The labels of the catalogue come first; what is added here are wordings of other form years.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cache

from db.catalogue import EvaluationItem, catalogue
from db.fiscal_years import parse_year
from db.text import fold

_BRACKETS = re.compile(r"\([^()]*\)")
_OPEN_BRACKET = re.compile(r"\([^()]*$")
_PUNCTUATION = re.compile(r"[、・,.。/:;~*※\[\]【】〔〕〈〉<>「」『』|]")
_RUNNING_NUMBER = re.compile(r"(?<=[^\d年度-])\d{1,2}(-\d{1,2})*$")


def label_key(text: str) -> str:
    """What a label is compared by: folded, without bracketed notes, punctuation and running number."""
    t = fold(text)
    while (shorter := _BRACKETS.sub("", t)) != t:
        t = shorter
    t = _PUNCTUATION.sub("", _OPEN_BRACKET.sub("", t)).replace(")", "")
    return _RUNNING_NUMBER.sub("", t)


def _keys(*labels: str) -> frozenset[str]:
    return frozenset(label_key(label) for label in labels)


def _columns(
    table: str, more: dict[str, tuple[str, ...]], only: frozenset[str] | None = None
) -> dict[str, str]:
    """label key → column, from the catalogue's labels and ``more``."""
    out: dict[str, str] = {}
    for f in catalogue().table(table).fields:
        if only is not None and f.column not in only:
            continue
        for label in (*f.labels, *more.get(f.column, ())):
            out.setdefault(label_key(label), f.column)
    return out


# ───────────────────────── 基本 ─────────────────────────
START_AND_END = "事業開始・終了年度"
"""One cell holding both years (2013, 2014): 「平成18年度～平成27年度」「昭和62年度開始」."""


@cache
def basic_labels() -> dict[str, str]:
    """label key → column of table ``sheets``; ``START_AND_END`` where one cell holds both years."""
    out = _columns(
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
    return _columns(
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


BUDGET_ITEM_HEADERS = _keys("歳出予算目", "費目", "歳出予算項・目", "予算目")
BUDGET_GROUP_LABELS = _keys("予算の状況", "予算額・執行額", "予算の状況（百万円）")
CHANGE_REASON = _keys(
    "主な増減理由", "主な増減理由等", "増減理由", "主な増減理由（・要望額等）", "主な増減理由・その他特記事項"
)
TOTAL = _keys("計", "合計", "総計")

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
_SPLIT_ERA = re.compile(r"(平成|令和)(\d{1,2})・(?:平成|令和)?(?:元|\d{1,2})年度")


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


UNIT = _keys("単位")


@cache
def indicator_tables() -> tuple[Indicators, ...]:
    """The five tables of the sheet that run by year."""
    return (
        Indicators(
            "outcomes",
            {
                **_columns("outcomes", {}, frozenset({"成果目標", "成果指標"})),
                label_key("定量的な成果指標"): "成果指標",
                label_key("定性的なアウトカム"): "成果目標",
            },
            {
                **_columns("outcomes", {}, frozenset({"成果実績", "目標値", "達成度"})),
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


DATA_SOURCE = _keys(
    "根拠として用いた統計・データ名（出典）",
    "根拠として用いた統計・データ名",
    "成果実績及び目標値の根拠として用いた統計・データ名（出典）",
    "活動実績及び当初見込みの根拠として用いた統計・データ名（出典）",
    "統計・データ名",
)
REASON_NOT_MEASURED = _keys("定量的な目標が設定できない理由", "定量的な成果目標が設定できない理由")
QUALITATIVE_GOAL = _keys(
    "定性的な成果目標",
    "定性的な成果目標と27～29年度の達成状況・実績",
    "定性的な成果目標とその達成状況・実績",
)
REASON_AND_GOAL = _keys("定量的な目標が設定できない理由及び定性的な成果目標")
SUBSTITUTE_GOAL = _keys("事業の妥当性を検証するための代替的な達成目標及び実績", "代替的な達成目標及び実績")
ACTIVITY = _keys("活動内容（アクティビティ）", "活動内容", "アクティビティ")
LINK_REASON = re.compile(r"成果目標([\d-]*)の設定理由(?:\((.*?)(?:からのつながり)?\)?)?$")
"""On folded text: the number of the outcome and what it follows from."""
SINGLE_STAGE_REASON = _keys("アウトカムを複数段階で設定できない理由")
REFORM_PLAN = _keys("事業に関連するKPIが定められている閣議決定等", "関連するKPIが定められている閣議決定等")
REFORM_PLAN_COLUMNS = {
    **dict.fromkeys(_keys("名称"), "名称"),
    **dict.fromkeys(_keys("該当箇所"), "該当箇所"),
    **dict.fromkeys(_keys("URL"), "URL"),
}
SUBSIDY_LABEL = _keys("補助率等")
SUBSIDY_COLUMNS = {
    **dict.fromkeys(_keys("補助対象"), "補助対象"),
    **dict.fromkeys(_keys("補助率"), "補助率"),
    **dict.fromkeys(_keys("補助上限等", "補助上限"), "補助上限等"),
    **dict.fromkeys(_keys("補助率URL"), "補助率URL"),
}


def is_data_source(text: str) -> bool:
    """True for the label of 根拠として用いた統計・データ名, whatever follows it."""
    key = label_key(text)
    return (
        key in DATA_SOURCE
        or re.match(r"(成果実績及び目標値|活動実績及び当初見込み)の根拠として用いた", key) is not None
    )


REFORM_ITEM = _keys("改革項目", "取組事項", "改革工程表の取組事項")
FIELD = _keys("分野")
TIER_WORDS = ("第一階層", "第二階層", "第三階層")

# ───────────────────────── 点検・評価 ─────────────────────────
EVALUATION_ITEM_HEADER = _keys("項目", "点検項目", "評価項目")
EVALUATION_MARK_HEADER = _keys("評価", "チェック")
EVALUATION_TEXT_HEADER = _keys("評価に関する説明", "評価に関する説明（点検・改善の内容）", "説明")
EVALUATION_SECTIONS = (
    "国費投入の必要性",
    "事業の効率性",
    "事業の有効性",
    "関連事業",
    "重複排除",
    "目的・予算の状況",
    "資金の流れ、費目・使途",
    "活動実績、成果実績",
)
MARKS = {
    "○": "○",
    "〇": "○",
    "◯": "○",
    "O": "○",
    "△": "△",
    "▲": "△",
    "×": "×",
    "✕": "×",
    "☓": "×",
    "╳": "×",
    "X": "×",
    "◎": "◎",
    "有": "有",
    "無": "無",
    "-": "‐",
}
"""A printed mark (NFKC, dashes as "-") → the mark as the catalogue writes it."""


def evaluation_mark(text: str) -> str | None:
    """The mark of an evaluation in its usual character (○ △ × ‐ 有 無), other words as printed."""
    t = text.strip()
    if not t:
        return None
    folded = fold(t).upper()
    return MARKS.get(t) or MARKS.get(folded) or t


def _item_key(text: str) -> str:
    return re.sub(r"[。?？]", "", label_key(text))


@cache
def _evaluation_items() -> dict[str, EvaluationItem]:
    out: dict[str, EvaluationItem] = {}
    for e in catalogue().evaluations:
        for wording in (e.item, *e.labels):
            out[_item_key(wording)] = e
    return out


def evaluation_item(text: str) -> EvaluationItem | None:
    """The evaluation item a text prints, in this or a near wording; None where it is none."""
    key = _item_key(text)
    items = _evaluation_items()
    if key in items:
        return items[key]
    if not 8 <= len(key) <= 120:
        return None
    near, likeness = max(((e, _likeness(key, k)) for k, e in items.items()), key=lambda pair: pair[1])
    return near if likeness >= 0.75 else None


def _likeness(a: str, b: str) -> float:
    """Share of character pairs two texts have in common (Dice)."""
    pa, pb = ({t[i : i + 2] for i in range(len(t) - 1)} for t in (a, b))
    return 2 * len(pa & pb) / max(len(pa) + len(pb), 1)


def official_item(text: str) -> tuple[str, EvaluationItem | None]:
    """(項目 as it is stored, the catalogue's item): the catalogue's wording where only writing differs."""
    item = evaluation_item(text)
    if item is not None and _item_key(item.item) == _item_key(text):
        return item.item, item
    return re.sub(r"\s+", "", text), item


RELATED_COLUMNS = {
    **dict.fromkeys(_keys("所管府省名", "所管府省・部局名", "所管府省", "所管府省庁名"), "所管府省名"),
    **dict.fromkeys(_keys("事業番号"), "事業番号"),
    **dict.fromkeys(_keys("事業名", "類似事業名", "関連事業名"), "関連事業名"),
}


@cache
def comment_labels() -> dict[str, str]:
    """label key → 項目 of table ``comments``."""
    out: dict[str, str] = {}
    more = {
        "点検結果": ("点検の結果", "事業所管部局による点検結果"),
        "改善の方向性": ("今後の改善の方向性", "改善の方向"),
        "外部有識者の所見": ("外部有識者所見", "外部有識者による点検・所見"),
        "行政事業レビュー推進チームの所見": ("行政事業レビュー推進チーム所見", "推進チームの所見"),
        "所見を踏まえた改善点": (
            "所見を踏まえた改善点",
            "所見を踏まえた改善点/概算要求への反映状況",
            "概算要求における反映状況",
            "上記の所見を踏まえた改善点/概算要求における反映状況",
        ),
        "備考": ("補記", "備考（補記）"),
        "本事業の成果と上位施策・測定指標との関係": ("本事業の成果と上位施策との関係",),
        "本事業の成果と改革項目・KPIとの関係": (
            "本事業の成果と取組事項・KPIとの関係",
            "本事業の成果と取組事項との関係",
        ),
        "目標年度における効果測定に関する評価": ("目標年度における効果測定に関する評価（令和４年度実施）",),
    }
    for c in catalogue().comments:
        for label in (c.item, *c.labels, *more.get(c.item, ())):
            out.setdefault(label_key(label), c.item)
    for key in CHANGE_REASON:
        out.pop(key, None)
    return out


REMARK_BAR = _keys("過去に受けた指摘事項と対応状況")
REMARK_REVIEW = _keys(
    "公開プロセス・秋の年次公開検証（秋のレビュー）における取りまとめ",
    "公開プロセス・秋のレビューにおける取りまとめ",
    "公開プロセス・秋の年次公開検証における取りまとめ",
)
REMARK_ANSWER = _keys("取りまとめへの対応状況", "取りまとめの対応状況")
REMARK_OTHER = _keys("その他の指摘事項")
REMARK_OTHER_ANSWER = _keys("その他の指摘事項への対応状況", "指摘事項への対応状況")
PAST_NUMBERS_BAR = _keys(
    "関連する過去のレビューシートの事業番号",
    "関連する過去のレビューシートの事業番号（又は事業名）",
    "過去のレビューシートの事業番号",
)
_PAST_YEAR = re.compile(r"((?:平成|令和)(?:\d{1,2}|元)|20\d\d)年度?(行政事業レビュ-(シ-ト)?(の?事業番号)?)?")


def past_year(text: str) -> int | None:
    """The year of 「平成22年度」「平成23年行政事業レビュー」 among the past numbers; None for other text."""
    m = _PAST_YEAR.fullmatch(fold(text))
    return parse_year(m.group(1) + "年度") if m else None


# ───────────────────────── 支出先 ─────────────────────────
FLOW_LABEL = _keys("資金の流れ")
EXPENSES_LABEL = _keys("費目・使途")


EXPENSE_COLUMNS = {
    **dict.fromkeys(_keys("費目"), "費目"),
    **dict.fromkeys(_keys("使途", "使途（具体的に記載）"), "使途"),
    **dict.fromkeys(_keys("金額", "金額（百万円）"), "金額"),
}
PAYEES_BAR = _keys("支出先上位10者リスト", "支出先上位１０者リスト")
CONTRACTS_BAR = _keys("国庫債務負担行為等による契約先上位10者リスト")
REASON_WORDS = ("一者応札", "1者応札", "一社応札", "競争性のない随意契約となった")


@cache
def payee_columns() -> dict[str, str]:
    """label key of a header of 支出先上位10者リスト → column of table ``payees``."""
    return _columns(
        "payees",
        {
            "支出先": ("支払先", "支出先名"),
            "業務概要": ("契約概要", "業務内容"),
            "支出額": ("支払額", "支出額（百万円）"),
            "契約方式等": ("契約形態", "契約の方式"),
            "入札者数": ("応募者数", "入札者数又は応募者数", "入札者数/応募者数"),
        },
    )


@cache
def contract_columns() -> dict[str, str]:
    """label key of a header of 国庫債務負担行為等 → column of table ``contracts``."""
    return _columns(
        "contracts",
        {
            "ブロック": ("ブロック", "ブロック名"),
            "契約先": ("契約先名", "契約相手方"),
            "業務概要": ("契約概要",),
            "契約方式等": ("契約方式等", "契約形態"),
        },
    )


def list_column(text: str, columns: dict[str, str]) -> str | None:
    """The column a list's header names, None where it is none of them."""
    key = label_key(text)
    if key in columns:
        return columns[key]
    folded = fold(text)
    if any(word in folded for word in REASON_WORDS) and "理由" in folded:
        return "理由及び改善策"
    return None


_BLOCK = re.compile(r"([A-Z]{1,2}|[a-z])\s*(?:[.,、:．・]\s*(.*)|)$", re.DOTALL)


def block_heading(text: str) -> tuple[str, str] | None:
    """(「A」, name) of 「A.株式会社○○」「Ａ．」「B」; None for other text."""
    t = text.strip()
    if not t:
        return None
    m = _BLOCK.match(unicodedata.normalize("NFKC", t))
    if m is None:
        return None
    name = re.sub(r"^[A-Za-zＡ-Ｚａ-ｚ]{1,2}\s*[.,、:．・，。：]?\s*", "", t)
    return m.group(1), name


# ───────────────────────── 単位・注記 ─────────────────────────
_UNIT_WORDS = {"百万円": 1_000_000, "千円": 1_000, "億円": 100_000_000, "円": 1}


def money_unit(text: str, default: int = 1_000_000) -> int:
    """What one of the amounts under a label is worth in 円: 「支出額（千円）」 → 1,000; sheets say 百万円."""
    t = fold(text)
    for word, worth in _UNIT_WORDS.items():
        if re.search(rf"[(:]?(単位:?)?{word}[)]?", t):
            return worth
    return default


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

_SECTION_LABELS = _keys(
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
    return any(word in fold(text) for word in REASON_WORDS) and "理由及び改善策" in fold(text)


def is_note(text: str) -> bool:
    """True for the form's own instructions and ornaments, which hold nothing a ministry wrote."""
    t = fold(text)
    return not t or _NOTE.search(t) is not None


# ───────────────────────── 定型の選択肢 ─────────────────────────
JUDGEMENTS = (
    "廃止",
    "事業全体の抜本的な改善",
    "事業内容の一部改善",
    "事業内容の改善",
    "抜本的改善",
    "一部改善",
    "終了予定",
    "予定通り終了",
    "現状通り",
    "縮減",
    "執行等改善",
    "年度内に改善を検討",
    "段階的廃止",
)
"""判定 and 反映状況 a ministry chooses from; a stacked (vertical) cell is read by them."""

_MINISTRY = re.compile(r".{1,20}(省|府|庁|院|委員会|本部|事務局|会議|局)(\s*[\u3000 ].*)?")


def is_ministry(text: str) -> bool:
    """True where a text reads like the name of a 府省庁."""
    return _MINISTRY.fullmatch(text.strip()) is not None


_MINISTRIES = (
    "内閣官房",
    "内閣法制局",
    "人事院",
    "内閣府",
    "宮内庁",
    "公正取引委員会",
    "警察庁",
    "個人情報保護委員会",
    "カジノ管理委員会",
    "金融庁",
    "消費者庁",
    "こども家庭庁",
    "デジタル庁",
    "復興庁",
    "総務省",
    "消防庁",
    "法務省",
    "公安調査庁",
    "外務省",
    "財務省",
    "国税庁",
    "文部科学省",
    "スポーツ庁",
    "文化庁",
    "厚生労働省",
    "農林水産省",
    "林野庁",
    "水産庁",
    "経済産業省",
    "資源エネルギー庁",
    "特許庁",
    "中小企業庁",
    "国土交通省",
    "観光庁",
    "気象庁",
    "海上保安庁",
    "環境省",
    "原子力規制委員会",
    "防衛省",
)
_SHORT_MINISTRIES = {
    "国交": "国土交通省",
    "文科": "文部科学省",
    "厚労": "厚生労働省",
    "農水": "農林水産省",
    "経産": "経済産業省",
    "デジ": "デジタル庁",
    "こども": "こども家庭庁",
    "個情": "個人情報保護委員会",
    "公取": "公正取引委員会",
    "規制": "原子力規制委員会",
}


def ministry_in(text: str) -> str | None:
    """The 府省庁 a text names (file name, 事業番号 「2021-国交-20-0021」), None where it names none."""
    t = unicodedata.normalize("NFKC", text)
    for name in _MINISTRIES:
        if name in t:
            return name
    parts = re.split(r"[-_/\s.]", t)
    for part in parts:
        if part in _SHORT_MINISTRIES:
            return _SHORT_MINISTRIES[part]
        for name in _MINISTRIES:
            if len(part) == 2 and name.startswith(part) and len(name) <= 4:
                return name
    return None

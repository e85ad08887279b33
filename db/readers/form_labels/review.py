"""Labels of 点検・評価, the comments, 指摘事項 and the past numbers."""

from __future__ import annotations

import re
from functools import cache

from db.catalogue import EvaluationItem, catalogue
from db.fiscal_years import parse_year
from db.readers.form_labels.figures import CHANGE_REASON
from db.readers.form_labels.keys import keys, label_key
from db.text import fold

# ───────────────────────── 点検・評価 ─────────────────────────
EVALUATION_ITEM_HEADER = keys("項目", "点検項目", "評価項目")
EVALUATION_MARK_HEADER = keys("評価", "チェック")
EVALUATION_TEXT_HEADER = keys("評価に関する説明", "評価に関する説明（点検・改善の内容）", "説明")
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
    **dict.fromkeys(keys("所管府省名", "所管府省・部局名", "所管府省", "所管府省庁名"), "所管府省名"),
    **dict.fromkeys(keys("事業番号"), "事業番号"),
    **dict.fromkeys(keys("事業名", "類似事業名", "関連事業名"), "関連事業名"),
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


REMARK_BAR = keys("過去に受けた指摘事項と対応状況")
REMARK_REVIEW = keys(
    "公開プロセス・秋の年次公開検証（秋のレビュー）における取りまとめ",
    "公開プロセス・秋のレビューにおける取りまとめ",
    "公開プロセス・秋の年次公開検証における取りまとめ",
)
REMARK_ANSWER = keys("取りまとめへの対応状況", "取りまとめの対応状況")
REMARK_OTHER = keys("その他の指摘事項")
REMARK_OTHER_ANSWER = keys("その他の指摘事項への対応状況", "指摘事項への対応状況")
PAST_NUMBERS_BAR = keys(
    "関連する過去のレビューシートの事業番号",
    "関連する過去のレビューシートの事業番号（又は事業名）",
    "過去のレビューシートの事業番号",
)
_PAST_YEAR = re.compile(r"((?:平成|令和)(?:\d{1,2}|元)|20\d\d)年度?(行政事業レビュ-(シ-ト)?(の?事業番号)?)?")


def past_year(text: str) -> int | None:
    """The year of 「平成22年度」「平成23年行政事業レビュー」 among the past numbers; None for other text."""
    m = _PAST_YEAR.fullmatch(fold(text))
    return parse_year(m.group(1) + "年度") if m else None

"""Labels of 資金の流れ, 費目・使途, 支出先 and 契約先, and the units of their amounts."""

from __future__ import annotations

import re
import unicodedata
from functools import cache

from db.readers.form_labels.keys import columns, keys, label_key
from db.text import fold

# ───────────────────────── 支出先 ─────────────────────────
FLOW_LABEL = keys("資金の流れ")
EXPENSES_LABEL = keys("費目・使途")


EXPENSE_COLUMNS = {
    **dict.fromkeys(keys("費目"), "費目"),
    **dict.fromkeys(keys("使途", "使途（具体的に記載）"), "使途"),
    **dict.fromkeys(keys("金額", "金額（百万円）"), "金額"),
}
PAYEES_BAR = keys("支出先上位10者リスト", "支出先上位１０者リスト")
CONTRACTS_BAR = keys("国庫債務負担行為等による契約先上位10者リスト")
REASON_WORDS = ("一者応札", "1者応札", "一社応札", "競争性のない随意契約となった")


@cache
def payee_columns() -> dict[str, str]:
    """label key of a header of 支出先上位10者リスト → column of table ``payees``."""
    return columns(
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
    return columns(
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

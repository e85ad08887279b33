"""What ministries choose from or are called: 判定, 反映状況, 府省庁."""

from __future__ import annotations

import re
import unicodedata

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


def judgement_of_letters(letters: str) -> str | None:
    """The 判定 written with these letters, in whatever order; None where none is.

    An upright text over several columns comes in the order of its lines, across the columns.
    """
    written = sorted(re.sub(r"\s", "", letters))
    return next((j for j in JUDGEMENTS if sorted(j) == written), None)


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

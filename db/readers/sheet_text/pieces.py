"""A line of the text cut into the pieces it may consist of, and what a piece looks like.

Where boxes stand side by side, their texts come on one line, with a space between or none
(「翌年度へ繰越し -」「-補正予算」「339.5250.8 284.5」). Which cuts are right is decided by the alignment.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cache

from db.numbers import parse_number
from db.readers.form_labels import JUDGEMENTS, block_heading
from db.readers.sheet_text.orders import FORM_YEARS, LABEL, order
from db.text import DASHES, fold

_NUMBER = r"[▲△−]?\s?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?"
_FORMULA = re.compile(r"[\d,.()×*+\-円千百万人件回]+[/／][\d,.()×*+\-円千百万人件回]+")
_STRICT_FORMULA = re.compile(r"(\d{1,3}(,\d{3})+|\d+)(\.\d+)?/(\d{1,3}(,\d{3})+|\d+)(\.\d+)?")
_STRICT_NUMBER = re.compile(r"[▲△]?\s?(\d{1,3}(,\d{3})+|\d+)(\.\d+)?")
_YEAR = re.compile(r"(?:(?:平成|令和|昭和)(?:元|\d{1,2})|元|\d{1,2})年度(?:当初予算|要求|活動見込み?)?")
_MARKS = frozenset("○〇◯△×✕◎有無")
_METHODS = (
    "一般競争契約",
    "一般競争入札",
    "指名競争契約",
    "指名競争入札",
    "随意契約",
    "補助金等交付",
    "国庫債務負担行為等",
    "その他",
    "企画競争",
    "総合評価",
    "最低価格",
    "少額",
    "公募",
    "不落",
    "運営費交付金交付",
    "交付",
)
_MEANS = ("直接実施", "委託", "請負", "補助", "負担", "交付", "貸付", "分担金", "拠出金", "その他")
_MINISTRY = re.compile(r"[\w・ー]{1,14}(省|府|庁|院|委員会|会議|本部|局)")
_COMPANY = re.compile(
    r"(株式会社|有限会社|合同会社|社団法人|財団法人|独立行政法人|国立大学|学校法人|大学|法人|機構|協会|協議会|組合"
    r"|公社|事務局|銀行|センター|都|道|府|県|市|町|村|個人|職員|者|社|省|庁|基金|公庫|連合|連盟|会議所|研究所)"
)
# heads of labels that are broken over lines and stand glued to another box
_LABEL_HEADS = (
    "成果目標及び",
    "活動指標及び",
    "活動目標及び",
    "単位当たり",
    "事業終了",
    "契約額",
    "支出額",
    "入札者数",
    "（予定）年度",
    "（アウトカム）",
    "（アウトプット）",
    "（応募者数）",
    "（百万円）",
    "(百万円）",
    "（第一階層）",
    "（第二階層）",
)


_PARTICLES = "はがのをにともで、。"
"""A label's words before one of these are part of a sentence."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of a line.

    text     as it stands
    folded   as it is compared (``db.text.fold``)
    look     what it looks like: "dash", "number", "percent", "formula", "corporate", "year", "mark",
             "block" (A.株式会社…), "text"
    """

    text: str
    folded: str
    look: str


def cuts(line: str) -> list[int]:
    """Positions at which a line may be cut, 0 and its length among them."""
    found = {0, len(line)}
    spaces = list(re.finditer(r" +", line))
    bounds = [0, *(p for m in spaces for p in (m.start(), m.end())), len(line)]
    for m in spaces:
        found.add(m.end())
    for start, end in zip(bounds[::2], bounds[1::2], strict=True):
        found.update(start + c for c in _cuts_of_chunk(line[start:end]))
    kept = sorted(found)
    return kept if len(kept) <= 14 else [*[0, *(m.end() for m in spaces)][:40], len(line)]


def _cuts_of_chunk(chunk: str) -> set[int]:
    found: set[int] = set()
    n = len(chunk)
    if n < 2:
        return found
    plain = unicodedata.normalize("NFKC", chunk)
    # dashes
    if set(chunk) <= set(DASHES):
        return set(range(1, n))
    if chunk[0] in "-‐―－":
        found.add(1)
    if chunk[-1] in "-‐―－" and not chunk[-2].isdigit():
        found.add(n - 1)
    if n > 2 and chunk[-1] in "-‐―－" and re.search(r"[%％\d]$", chunk[:-1]):
        found.add(n - 1)
    # evaluation marks
    if chunk[0] in "○△×":
        found.add(1)
        if chunk[1] in "-‐":
            found.add(2)
    if len(plain) == n:
        found |= _cuts_of_numbers(plain)
    # years
    spans = list(_YEAR.finditer(chunk))
    if spans and sum(len(s.group()) for s in spans) >= n - 1:
        found |= {p for s in spans for p in (s.start(), s.end())}
    elif spans and spans[-1].end() == n and re.search(r"理由$", chunk[: spans[-1].start()]):
        found.add(spans[-1].start())
    elif re.fullmatch(r"(-|年度|\d+)+", plain):
        found |= {m.end() for m in re.finditer(r"年度|-|\d+", plain)}
    # labels at either end
    folded_at = _fold_positions(chunk)
    if folded_at is not None:
        folded, positions = folded_at
        for head in _glue():
            if folded.startswith(head) and len(head) < len(folded) and folded[len(head)] not in _PARTICLES:
                found.add(positions[len(head)])
            if folded.endswith(head) and len(head) < len(folded):
                found.add(positions[len(folded) - len(head)])
    return {c for c in found if 0 < c < n}


def _cuts_of_numbers(plain: str) -> set[int]:
    found: set[int] = set()
    n = len(plain)
    # number before or after words
    head = re.match(r"[\d,.]+%?", plain)
    if (
        head
        and head.end() < n
        and not re.match(r"[年月日号条項者社件名人回円千百万億／/]", plain[head.end() :])
    ):
        found.add(head.end())
        if re.match(r"[A-Z](?=[^.]{2})", plain[head.end() :]):
            found.add(head.end() + 1)
    tail = re.search(r"(?<=[^\d.,/▲△第平成令和新、-])[▲△]?\d[\d,.]*%?$", plain)
    if tail:
        found.add(tail.start())
    percent = [m.end() for m in re.finditer(r"\d%", plain)]
    found.update(percent)
    corporate = re.search(r"(?<!\d)\d{13}(?!\d)", plain)
    if corporate:
        found |= {corporate.start(), corporate.end()}
    if re.fullmatch(r"([1-9]|0\.)[\d,.]*", plain) and not re.fullmatch(r"\d{13}", plain):
        found |= _cuts_of_figures(plain)
    elif re.fullmatch(r"[\d,./]+", plain) and plain.count("/") >= 2:
        for at in range(3, n - 2):
            if _STRICT_FORMULA.fullmatch(plain[:at]) and _STRICT_FORMULA.match(plain[at:]):
                found.add(at)
    signed = [m.start() for m in re.finditer(r"[▲△]", plain) if m.start()]
    found.update(signed)
    return found


def _cuts_of_figures(plain: str) -> set[int]:
    """Where figures without a space between may be parted: 「339.5250.8」 at 339.5, 「320262」 in the middle."""
    whole = _STRICT_NUMBER.fullmatch(plain) is not None
    n = len(plain)
    if whole and ("," in plain or "." in plain):
        return {1} if re.fullmatch(r"\d\d\.\d\d?", plain) and plain[1] != "0" else set()
    fitting = [
        at
        for at in range(1, n)
        if _STRICT_NUMBER.fullmatch(plain[:at])
        and _STRICT_NUMBER.match(plain[at:])
        and not re.match(r"0\d", plain[at:])
        and (not whole or (n >= 4 and abs(n - 2 * at) <= 2))
    ]
    alike = [at for at in fitting if _decimals(plain[:at]) == _decimals(plain[at:])]
    return set(alike or fitting)


def _decimals(figure: str) -> int:
    return len(figure.partition(".")[2])


def _fold_positions(chunk: str) -> tuple[str, list[int]] | None:
    """The folded chunk and, for every position in it, the position in the chunk."""
    folded, positions = "", []
    for at, ch in enumerate(chunk):
        part = fold(ch)
        folded += part
        positions += [at] * len(part)
    return folded, [*positions, len(chunk)]


_EXPENSE_CLASSES = (
    "社会保障",
    "年金給付費",
    "年金医療介護保険給付費",
    "医療給付費",
    "介護給付費",
    "少子化対策費",
    "生活扶助等社会福祉費",
    "保健衛生対策費",
    "雇用労災対策費",
    "文教及び科学振興",
    "義務教育費国庫負担金",
    "科学技術振興費",
    "文教施設費",
    "教育振興助成費",
    "育英事業費",
    "国債費",
    "恩給関係費",
    "地方交付税交付金",
    "地方特例交付金",
    "防衛関係費",
    "公共事業",
    "公共事業関係費",
    "治山治水対策事業費",
    "道路整備事業費",
    "港湾空港鉄道等整備事業費",
    "住宅都市環境整備事業費",
    "公園水道廃棄物処理等施設整備費",
    "農林水産基盤整備事業費",
    "社会資本総合整備事業費",
    "推進費等",
    "災害復旧等事業費",
    "経済協力費",
    "中小企業対策費",
    "エネルギー対策費",
    "食料安定供給関係費",
    "その他の事項経費",
    "予備費",
)
"""主要経費 by which the budget is classified (財務省, 主要経費別分類)."""


@cache
def _glue() -> tuple[str, ...]:
    """Words a box beside them may be glued to, longest first."""
    words = {s.label for y in FORM_YEARS for s in order(y) if s.kind == LABEL and len(s.label) >= 2}
    words |= {fold(w) for w in _LABEL_HEADS} | {"分野:"}
    words |= {fold(w) for w in _EXPENSE_CLASSES if len(w) >= 6}
    unsuited = ("事業", "評価", "項目", "政策", "施策", "計", "年度", "単位", "使途", "費目", "交付")
    return tuple(sorted((w for w in words if w not in unsuited), key=len, reverse=True))


def is_expense_class(folded: str) -> bool:
    """True for a 主要経費 (「社会保障」「その他の事項経費」)."""
    return all(part in _folded_expense_classes() for part in re.split(r"[、,・]", folded))


@cache
def _folded_expense_classes() -> frozenset[str]:
    return frozenset(fold(w) for w in _EXPENSE_CLASSES)


@cache
def piece(text: str) -> Piece:
    """What a piece of text looks like."""
    text = text.strip(" ")
    folded = fold(text)
    return Piece(text, folded, _look(text, folded))


def _look(text: str, folded: str) -> str:
    if folded == "-":
        return "dash"
    if folded and not folded.strip("-"):
        return "dashes"
    if text in _MARKS:
        return "mark"
    plain = re.sub(r"\s", "", unicodedata.normalize("NFKC", text))
    if re.fullmatch(r"\d{13}", plain):
        return "corporate"
    if re.fullmatch(r"[▲△−-]?[\d,.]+%", plain):
        return "percent"
    if (
        parse_number(text) is not None
        and not re.search(r"\d\s+\d", text)
        and re.search(r"\d$", plain)
        and not re.fullmatch(r"0\d{3}", plain)
    ):
        return "number"
    if re.fullmatch(r"0\d{3}", plain):
        return "code"
    if _FORMULA.fullmatch(plain) and re.search(r"\d", plain):
        return "formula"
    if _YEAR.fullmatch(plain):
        return "year"
    heading = block_heading(text)
    if heading is not None and re.match(r"[A-Za-zＡ-Ｚａ-ｚ]{1,2}\s*[.,．、]", text):
        return "block"
    return "text"


def is_label_like(folded: str) -> bool:
    """True where a text is a label of the form or the head of one."""
    return folded in _vocabulary()


@cache
def _vocabulary() -> frozenset[str]:
    return frozenset(w for w in _glue() if len(w) >= 3) - _folded_expense_classes()


def is_ministry(folded: str) -> bool:
    """True for 総務省, 国土交通省, デジタル庁 …"""
    return _MINISTRY.fullmatch(folded) is not None


def is_method(folded: str) -> bool:
    """True for a way of contracting or a part of one (「一般競争契約」「(最低価格)」)."""
    bare = folded.strip("()")
    return any(bare.startswith(fold(m)) for m in _METHODS) and len(bare) <= 24


def is_means(folded: str) -> bool:
    """True for 実施方法: 直接実施、委託・請負 …"""
    parts = [p for p in re.split(r"[、・,]", folded) if p]
    return bool(parts) and all(any(p == fold(m) for m in _MEANS) for p in parts)


def is_company(folded: str) -> bool:
    """True where a name reads like a payee's."""
    return _COMPANY.search(folded) is not None


def is_judgement(folded: str) -> bool:
    """True for a 判定 (「現状通り」) or a piece of one, as an upright box breaks it."""
    return any(folded in fold(j) or (fold(j) in folded and len(folded) <= len(j) + 2) for j in _judgements())


@cache
def _judgements() -> tuple[str, ...]:
    return (*JUDGEMENTS, "年度内に改善を検討", "予定通り終了", "現状通り", "廃止", "縮減", "執行等改善")

"""How well a piece of text fits a box of the template: a score per box, higher is better.

The scores are log-odds set by hand; what matters is their order: an exact label beats a number in a number's
box beats a text in a text's box, and what cannot stand in a box (a sentence among amounts) costs more than
leaving the piece over.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache, lru_cache

import numpy as np
from numpy.typing import NDArray

from db.fiscal_years import parse_year
from db.numbers import parse_number
from db.readers.form_labels import past_year
from db.readers.sheet_text import orders, pieces
from db.readers.sheet_text.orders import Slot
from db.readers.sheet_text.pieces import Piece
from db.text import fold

Scores = NDArray[np.float64]

NEVER = -9.0
_LABEL_ELSEWHERE = 1.2
_HEAD_OF_A_LABEL = 6
_SURELY_A_LABEL = 1.6
_SIGNED_ROW = re.compile(
    r"budgets\.(当初予算|前年度から繰越し|翌年度へ繰越し|補正予算|予備費等|計|執行額)\.(\d)"
)
_TARGETS = {
    "3@outcomes": "中間目標",
    "4@outcomes": "目標最終年度",
    "3@policies": "中間目標",
    "4@policies": "目標年度",
}
_CONTINUING = frozenset(
    {
        orders.LABEL,
        orders.TEXT,
        orders.NAME,
        orders.SHORT,
        orders.FLOW,
        orders.METHOD,
        orders.JUDGEMENT,
        orders.YEAR_LABEL,
        orders.BLOCK,
        orders.UNIT,
        orders.MEANS,
        orders.ACCOUNT,
        orders.REASON,
        orders.EXPENSE_CLASS,
        orders.EXPENSE_ITEM,
        orders.PERSON,
        orders.PROJECT,
    }
)


class Emission:
    """Scores of pieces against the boxes of one order, for a sheet of one 公開年度."""

    def __init__(self, slots: tuple[Slot, ...], year: int | None) -> None:
        self._slots = slots
        self._year = year
        kinds = sorted({s.kind for s in slots})
        self._kinds = kinds
        self._kind_of = np.array([kinds.index(s.kind) for s in slots])
        self._cache: dict[str, Scores] = {}
        self.continues = np.array([s.kind in _CONTINUING for s in slots])
        self.is_label = np.array([s.kind == orders.LABEL for s in slots])
        words = (
            orders.TEXT,
            orders.NAME,
            orders.SHORT,
            orders.EXPENSE_CLASS,
            orders.EXPENSE_ITEM,
            orders.REASON,
            orders.PERSON,
            orders.PROJECT,
        )
        self.is_text = np.array([s.kind in words for s in slots])
        self._is_unit = np.array([s.kind == orders.UNIT for s in slots])
        self._labels: dict[str, list[int]] = {}
        self._number_bias = np.array([_bias(s.name)[0] for s in slots])
        self._dash_bias = np.array([_bias(s.name)[1] for s in slots])
        self._patterns = [
            (pattern, [i for i, s in enumerate(slots) if s.kind == orders.LABEL and s.name == f"={name}"])
            for name, pattern in orders.PATTERNS.items()
        ]
        self._needs = _needed_labels(slots)
        self.is_flow = np.array([s.kind == orders.FLOW for s in slots])
        self._past_years: list[tuple[int, frozenset[int]]] = []
        self._year_labels: list[tuple[int, int | None, str]] = []
        self._row_numbers: list[tuple[int, int]] = []
        self._signed: list[tuple[int, str]] = []
        for i, s in enumerate(slots):
            if s.kind == orders.LABEL:
                self._labels.setdefault(s.label, []).append(i)
            elif s.kind == orders.YEAR_LABEL:
                self._year_labels.append((i, *_expected_year(s.name, year)))
            elif s.kind == orders.PAST_YEAR:
                self._past_years.append((i, _expected_past_years(s.name)))
            elif s.kind == orders.ROW_NUMBER:
                self._row_numbers.append((i, int(s.name.rsplit(".", 1)[1]) + 1))
            else:
                row = _SIGNED_ROW.fullmatch(s.name)
                if row:
                    self._signed.append((i, row[1]))

    def scores(self, p: Piece) -> Scores:
        """The score of a piece for every box."""
        found = self._cache.get(p.text)
        if found is None:
            found = self._cache[p.text] = self._scores(p)
        return found

    def for_page(self, text: str) -> Scores:
        """What every box loses on a page that does not show its label."""
        folded = fold(text)
        times = {label: folded.count(label[:_HEAD_OF_A_LABEL]) for label, _ in set(self._needs) if label}
        return np.array(
            [0.0 if not label or times[label] >= least else -_LABEL_ELSEWHERE for label, least in self._needs]
        )

    def _scores(self, p: Piece) -> Scores:
        by_kind = np.array([_kind_score(kind, p) for kind in self._kinds])
        out: Scores = by_kind[self._kind_of].astype(np.float64)
        if pieces.is_label_like(p.folded) or (len(p.folded) > 1 and orders.is_aside(p.folded)):
            out[self.is_text | self._is_unit] -= 2.0 if len(p.folded) > 2 else 0.5
        if p.look == "number":
            out += self._number_bias
        elif p.look == "dash":
            out += self._dash_bias
        for label, where in self._labels.items():
            out[where] = _label_score(label, p.folded)
        if out[self.is_label].max() >= _SURELY_A_LABEL:
            out[self.is_text | self._is_unit] -= 1.0
        for pattern, where in self._patterns:
            if pattern.fullmatch(p.folded):
                out[where] = 2.2
        if p.look == "year" or p.folded in ("中間目標", "目標最終年度", "目標年度", "活動見込", "最終目標"):
            read = parse_year(p.text, self._year)
            for i, expected, word in self._year_labels:
                out[i] = _year_label_score(p.folded, read, expected, word)
        past = past_year(p.text)
        if past is not None:
            for i, years in self._past_years:
                out[i] = 2.6 if past in years else 0.3
        value = parse_number(p.text) if p.look == "number" else None
        if value is not None:
            for i, number in self._row_numbers:
                out[i] = 2.0 if value == number else NEVER
            for i, row in self._signed:
                if row == "翌年度へ繰越し":
                    out[i] += 0.6 if value < 0 else -0.8
                elif row != "補正予算" and value < 0:
                    out[i] -= 2.5
        return out


@cache
def _expected_year(name: str, year: int | None) -> tuple[int | None, str]:
    """(year the header of a column should print, word it should print besides)."""
    head, table = name[1:].split("@")
    if year is None:
        return None, _TARGETS.get(f"{head[-1]}@{table}", "")
    if head == "当初予算年度":
        return year, "当初予算"
    if head == "要求年度":
        return year + 1, "要求"
    at = int(head.split(".")[1])
    if f"{at}@{table}" in _TARGETS:
        return None, _TARGETS[f"{at}@{table}"]
    if table.startswith("kpi"):
        return None, ""
    word = ""
    if table == "budgets" and at == 4:
        word = "要求"
    if (table == "outputs" and at >= 3) or (table == "unit_costs" and at == 3):
        word = "活動見込"
    return year - 3 + at, word


def _expected_past_years(name: str) -> frozenset[int]:
    """Years a column of 関連する過去のレビューシートの事業番号 may name: four a row, from 2017 on two."""
    _, row, column, _ = name.split(".")
    if int(row) >= 2:
        return frozenset({2013 + 2 * int(row) + (1 if int(column) >= 4 else 0)})
    first = 4 * int(row) + int(column) // 2
    return frozenset({2010 + first, 2011 + first})


_TABLE_LABELS = {
    "outcomes": "成果指標",
    "outputs": "当初見込み",
    "unit_costs": "算出根拠",
    "policies": "定量的指標",
    "kpi1": "計画開始時",
    "kpi2": "計画開始時",
    "kpi": "本事業の成果と",
    "contracts": "契約先",
    "expenses": "金額(百万円)",
    "budgets": "当初予算",
    "items": "主な増減理由",
    "past": "関連する過去のレビューシート",
    "related": "所管府省",
    "qualitative": "定量的な目標が設定できない理由",
    "activity": "活動内容",
    "remarks": "過去に受けた指摘事項",
}


@cache
def _needed_labels(slots: tuple[Slot, ...]) -> list[tuple[str, int]]:
    """For every value the label that stands on its page and how often at least; "" where none needs to."""
    wording = {s.name: s.label for s in slots if s.kind == orders.LABEL}
    out = []
    for s in slots:
        if s.name.startswith("="):
            out.append(("", 0))
            continue
        own = next((wording[label] for label in orders.label_of(s.name) if label in wording), "")
        table = s.name.split(".")[0]
        least = (2 if s.repeated else 1) * (2 if table == "expenses" else 1) - (table == "expenses")
        out.append((own or fold(_TABLE_LABELS.get(table, "")), least))
    return out


_BIAS = (
    (r"budgets\.(当初予算|計)\.\d", 0.1, -0.4),
    (r"budgets\.執行額\.[012]", 0.1, -0.4),
    (r"budgets\.(補正予算|前年度から繰越し|翌年度へ繰越し|予備費等)\.[012]", -0.3, 0.1),
    (r"budgets\.(補正予算|前年度から繰越し|翌年度へ繰越し|予備費等)\.3", -0.6, 0.1),
    (r"(outcomes|outputs)\.(実績|目標|達成度|見込み)\.[012]", 0.1, -0.3),
    (r"outcomes\.(実績|達成度)\.[34]", -0.9, 0.1),
    (r"outputs\.実績\.[34]", -0.9, 0.1),
    (r"kpi\d\..*", -0.9, 0.0),
    (r"policies\..*", -0.5, 0.0),
    (r"comments\.(?!備考).*", 0.0, -0.6),
)


@cache
def _bias(name: str) -> tuple[float, float]:
    """(what a number, what a dash is worth more or less) in a box: a result is known only for past years."""
    for pattern, number_bias, dash_bias in _BIAS:
        if re.fullmatch(pattern, name):
            return number_bias, dash_bias
    return 0.0, 0.0


def _year_label_score(folded: str, read: int | None, expected: int | None, word: str) -> float:
    rest = re.sub(r"(平成|令和|昭和)?[\d元]+年度", "", folded)
    if read is None:
        if not word or not folded:
            return NEVER
        return 2.2 if folded == word else 1.0 if folded in word or word in folded else NEVER
    if (expected is not None and read != expected) or (expected is None and word):
        return -4.0
    if rest == word or (rest.startswith(word) and word):
        return 2.6
    if not rest:
        return 1.6
    return -2.0


def _label_score(label: str, folded: str) -> float:
    if folded == label:
        return 2.4 + 0.15 * min(len(label), 16)
    n = len(folded)
    if n >= 2 and folded in label:
        return 0.5 + 0.22 * min(n, 12) + (0.5 if label.startswith(folded) else 0.0) - 0.6 * (n == 2)
    if n == 1 and len(label) <= 3 and folded in label:
        return -0.2
    if n > 8 and (label in folded or _alike(label, folded)):
        return 1.8
    return NEVER


def _alike(a: str, b: str) -> bool:
    """Nearly the same wording (another year's label)."""
    if not 0.6 < len(a) / len(b) < 1.6:
        return False
    pa, pb = _pairs(a), _pairs(b)
    return 2 * len(pa & pb) >= 0.82 * (len(pa) + len(pb))


@lru_cache(maxsize=4096)
def _pairs(text: str) -> frozenset[str]:
    return frozenset(text[i : i + 2] for i in range(len(text) - 1))


def _kind_score(kind: str, p: Piece) -> float:
    """The score of a piece for a kind of box."""
    if p.look == "dash":
        return _DASH.get(kind, NEVER)
    if p.look == "dashes":
        return NEVER
    if kind in (orders.LABEL, orders.YEAR_LABEL, orders.ROW_NUMBER):
        return NEVER
    scorer = _SCORERS.get(kind)
    return NEVER if scorer is None else scorer(p)


_DASH = {
    orders.MONEY: 1.0,
    orders.ITEM_MONEY: 0.4,
    orders.RATE: 0.9,
    orders.QUANTITY: 1.0,
    orders.FORMULA: 0.9,
    orders.UNIT: 0.5,
    orders.TEXT: 0.7,
    orders.NAME: 0.7,
    orders.PERSON: 0.4,
    orders.EXPENSE_ITEM: 0.2,
    orders.REASON: 0.8,
    orders.SHORT: 0.7,
    orders.PROJECT: 0.7,
    orders.EXPENSE_CLASS: 0.3,
    orders.CODE: 0.7,
    orders.CORPORATE: 1.0,
    orders.ERA_YEAR: 0.2,
    orders.MINISTRY: 0.3,
    orders.TARGET_YEAR: 1.0,
    orders.MARK: 1.1,
    orders.JUDGEMENT: 0.5,
    orders.METHOD: 0.8,
    orders.BIDDERS: 1.0,
    orders.SHARE: 1.0,
    orders.BLOCK_LETTER: 0.8,
    orders.MEANS: 0.1,
    orders.ACCOUNT: 0.1,
}


def _plain(p: Piece) -> str:
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", p.text))


def _money(p: Piece) -> float:
    if p.look == "number" and p.text[0] in "-‐":
        return 0.0  # a form's minus is ▲
    if re.search(r"(?<![\d.])\d{5}", p.text):
        return 0.3  # amounts are printed with commas
    return {"number": 1.5, "percent": -4.0, "code": -3.0}.get(p.look, NEVER)


def _rate(p: Piece) -> float:
    return {"percent": 2.2, "number": 0.2}.get(p.look, NEVER)


def _quantity(p: Piece) -> float:
    if p.look in ("number", "percent"):
        return 0.8 if p.look == "percent" or p.text[0] in "-‐" else 1.5
    return -2.2 if p.look in ("text", "formula") and len(p.folded) <= 6 else NEVER


def _formula(p: Piece) -> float:
    if p.look == "formula":
        return 2.6
    if "/" in p.folded and re.search(r"\d", p.folded) and len(p.folded) < 40:
        return 1.5
    return -0.8 if p.look == "number" else NEVER


def _unit(p: Piece) -> float:
    if p.folded in (
        "%",
        "件",
        "人",
        "百万円",
        "千円",
        "回",
        "箇所",
        "個所",
        "団体",
        "円",
        "日",
        "点",
        "社",
        "校",
    ):
        return 1.7
    if p.look == "text" and len(p.folded) <= 14 and not re.search(r"[。、]", p.text):
        return 0.9 - 0.05 * len(p.folded) + (0.8 if "/" in p.folded else 0.0)
    return NEVER


def _text(p: Piece) -> float:
    n = len(p.folded)
    if p.look in ("text", "block", "year"):
        return 0.2 + 0.06 * min(n, 25)
    return {"number": -2.0, "percent": -2.5, "formula": -2.0, "mark": -2.5}.get(p.look, -3.0)


def _name(p: Piece) -> float:
    n = len(p.folded)
    if p.look in ("text", "block") and n <= 45:
        return 0.6 + (0.5 if pieces.is_company(p.folded) else 0.0) + 0.03 * min(n, 20) - 0.02 * max(n - 25, 0)
    return -1.5 if p.look == "text" else NEVER


def _short(p: Piece) -> float:
    n = len(p.folded)
    if p.look in ("text", "block"):
        return 0.5 + 0.05 * min(n, 20) - 0.01 * max(n - 60, 0)
    return -2.5


def _code(p: Piece) -> float:
    plain = _plain(p)
    if re.fullmatch(r"[1-9]\d{2,3}", plain):
        return 1.0
    if re.fullmatch(r"(新|新規)?(\d{2}-)?\d{3,4}([-‐－]\d{1,3})*([、,](新)?[\d-]+)*", plain):
        return 2.4
    if re.fullmatch(r"[新再]?\d{2}[-‐]\d{3,4}|\d{4}-.{1,4}-\d\d-\d{4}", plain):
        return 2.0
    if re.fullmatch(r"\d{6}", plain):
        return 2.2
    if re.fullmatch(r"\d\d?", plain):
        return 0.3
    if re.search(r"\d{3}", plain) and len(plain) <= 60 and not re.search(r"[。]", plain):
        return 0.6
    return 0.8 if 1 < len(plain) <= 4 and not re.search(r"\d", plain) else NEVER


def _corporate(p: Piece) -> float:
    return 3.0 if p.look == "corporate" else NEVER


def _era_year(p: Piece) -> float:
    if re.search(r"終了予定|未定|不明", p.folded):
        return 3.0
    if re.fullmatch(r"(明治|大正|昭和|平成|令和)[\d元]+年度(?:以前)?", p.folded):
        return 2.6
    return 1.2 if p.look == "year" else NEVER


def _ministry(p: Piece) -> float:
    return 2.6 if pieces.is_ministry(p.folded) else -2.0 if p.look == "text" and len(p.folded) < 16 else NEVER


def _title(p: Piece) -> float:
    return 5.0 if "行政事業レビュ" in p.folded and "年度" in p.folded else NEVER


def _target_year(p: Piece) -> float:
    if re.fullmatch(r"(平成|令和)?(\d{1,2}|元)", p.folded):
        return 1.1
    return 0.4 if re.fullmatch(r"20\d\d", p.folded) else NEVER


def _past_year(p: Piece) -> float:
    return 2.6 if past_year(p.text) is not None else NEVER


def _mark(p: Piece) -> float:
    if p.look == "mark":
        return 2.6
    return NEVER


def _judgement(p: Piece) -> float:
    return 2.2 if p.look == "text" and pieces.is_judgement(p.folded) else NEVER


def _method(p: Piece) -> float:
    if p.look in ("text", "block") and pieces.is_method(p.folded):
        return 2.4
    return -1.5 if p.look == "text" and len(p.folded) <= 16 else NEVER


def _bidders(p: Piece) -> float:
    return 1.3 if p.look == "number" and re.fullmatch(r"\d{1,3}", p.folded) else NEVER


def _reason(p: Piece) -> float:
    if p.look != "text":
        return NEVER
    return 0.5 if re.search(r"改善|ため|理由|見直|応札|公告|随意|唯一|競争", p.folded) else -1.5


def _expense_class(p: Piece) -> float:
    return 2.8 if pieces.is_expense_class(p.folded) else _short(p) - 0.5


def _expense_item(p: Piece) -> float:
    score = _name(p)
    if (
        re.search(r"(費|金|料|賃|給|手当|その他|等|補助|負担|旅費|庁費)$|税", p.folded)
        and len(p.folded) <= 24
    ):
        return score + 0.5
    return score - (1.0 if re.search(r"株式会社|法人|協議会|個人", p.folded) else 0.3)


def _person(p: Piece) -> float:
    score = _short(p)
    return score + 0.5 if re.search(r"長|官|参事|補佐|代理", p.folded) else score - 0.4


def _project(p: Piece) -> float:
    """A project's name is no sentence."""
    return _short(p) - (0.8 if re.search(r"[、。]|(ている|である|により|ため)$", p.text) else 0.0)


def _share(p: Piece) -> float:
    return {"percent": 2.3, "number": -0.3}.get(p.look, NEVER)


def _block(p: Piece) -> float:
    return 3.0 if p.look == "block" else NEVER


def _block_letter(p: Piece) -> float:
    return 1.8 if re.fullmatch(r"[a-z]{1,2}", p.folded) else NEVER


def _flow(p: Piece) -> float:
    plain = _plain(p)
    if re.search(r"[\d.]百万円$|^[〔【\[(].*", plain) or p.look == "block":
        return 2.6
    if pieces.is_ministry(p.folded):
        return 2.4
    return 0.35 if p.look == "text" else -1.0


def _account(p: Piece) -> float:
    return 3.0 if re.search(r"会計|勘定", p.folded) and len(p.folded) < 40 else NEVER


def _means(p: Piece) -> float:
    return 3.0 if pieces.is_means(p.folded) else NEVER


_SCORERS = {
    orders.MONEY: _money,
    orders.ITEM_MONEY: _money,
    orders.RATE: _rate,
    orders.QUANTITY: _quantity,
    orders.FORMULA: _formula,
    orders.UNIT: _unit,
    orders.TEXT: _text,
    orders.NAME: _name,
    orders.SHORT: _short,
    orders.CODE: _code,
    orders.CORPORATE: _corporate,
    orders.ERA_YEAR: _era_year,
    orders.MINISTRY: _ministry,
    orders.TITLE: _title,
    orders.TARGET_YEAR: _target_year,
    orders.PAST_YEAR: _past_year,
    orders.MARK: _mark,
    orders.JUDGEMENT: _judgement,
    orders.METHOD: _method,
    orders.BIDDERS: _bidders,
    orders.SHARE: _share,
    orders.PERSON: _person,
    orders.PROJECT: _project,
    orders.EXPENSE_ITEM: _expense_item,
    orders.EXPENSE_CLASS: _expense_class,
    orders.REASON: _reason,
    orders.BLOCK: _block,
    orders.BLOCK_LETTER: _block_letter,
    orders.FLOW: _flow,
    orders.ACCOUNT: _account,
    orders.MEANS: _means,
}

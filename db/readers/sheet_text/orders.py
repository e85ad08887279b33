"""In which order the boxes of a form stand in the text of its PDF, and what each box holds.

The text of a PDF comes in the order in which the program that made it drew the boxes. That order is the
template's: the same for every sheet of a form year, and alike in stretches between years. ``orders/*.txt``
list it, one box a line. A box is a label (``=執行額``) or holds a value (``budgets.執行額.2``: the third year
of that row). Tables that a sheet repeats (further outcomes, payees of block B …) come after the template, all
second ones together, then all third ones, in the order of the first: the chain ``REPEATED``.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib import resources

from db.catalogue import catalogue
from db.text import fold

GROUPS = ("outcomes", "outputs", "unit_costs", "expenses", "payees")
REPEATED = "repeated"
ELSEWHERE = "~"
FORM_YEARS = (2016, 2018, 2021, 2022)
PROGRAMS = ("pdftotext", "pdfminer")
"""Programs that arrange a text anew, whose own orders are known, too (``orders/2018.pdfminer.txt``)."""

_WORDINGS = {
    "資金の流れ": "資金の流れ（資金の受け取り先が何を行っているかについて補足する）（単位：百万円）",
    "費目・使途": "費目・使途（「資金の流れ」においてブロックごとに最大の金額が支出されている者について記載する。"
    "費目と使途の双方で実情が分かるように記載）",
    "定量的な成果": "定量的な成果目標の設定が困難な場合",
    "根拠法令(具体的な条項も記載)": "根拠法令（具体的な条項も記載）",
    "一者応札・一者応募又は競争性のない随意契約となった理由及び改善策(支出額10億円以上)": "一者応札・一者応募又は"
    "競争性のない随意契約となった理由及び改善策（支出額10億円以上）",
    "ブロック名": "ﾌﾞﾛｯｸ名",
    "評価": "評価項目",
    "項目": "評価項目",
}

PATTERNS = {
    "予算内訳": re.compile(r"(平成|令和)?[\d元]+・[\d元]+年度(予算内訳)?|予算内訳|\(単位:百万円\)"),
    "※実績を記入": re.compile(r"※(平成|令和)?[\d元]+年度実績を記入.*"),
    "予算額・執行額(単位:百万円)": re.compile(r"予算額・|予算額・執行額(\(単位:百万円\))?|\(単位:百万円\)"),
}
"""Labels whose wording holds a year: folded, by the name in the order."""

_ASIDES = (
    "政策評価、経済・財政再生アクション・プログラムとの関係",
    "政策評価、新経済・財政再生計画との関係",
    "政策評価、経済・財政再生計画との関係",
    "経済・財政再生アクション・プログラム",
    "新経済・財政再生計画改革工程表",
    "経済・財政再生計画改革工程表",
    "政策評価",
    "測定指標",
    "関連事業",
    "ＫＰＩ（第一階層）",
    "ＫＰＩ（第二階層）",
    "点検・改善結果",
    "国費投入の必要性",
    "事業の効率性",
    "事業の有効性",
    "予算の状況",
)
"""Upright labels at the left edge of a table: they say nothing about where the text stands."""


@cache
def _folded_asides() -> tuple[str, ...]:
    return tuple(fold(a) for a in _ASIDES)


def is_aside(folded: str) -> bool:
    """True for an upright label at a table's edge, or a piece of one, and for empty brackets."""
    return folded in ("", "()", "(", ")") or any(folded in a for a in _folded_asides())


LABEL = "label"
YEAR_LABEL = "year label"
MONEY, ITEM_MONEY, RATE, QUANTITY, FORMULA, UNIT = (
    "money",
    "item money",
    "rate",
    "quantity",
    "formula",
    "unit",
)
TEXT, NAME, SHORT, CODE, CORPORATE = "text", "name", "short", "code", "corporate number"
ERA_YEAR, MINISTRY, TITLE, TARGET_YEAR, PAST_YEAR = (
    "era year",
    "ministry",
    "title",
    "target year",
    "past year",
)
MARK, JUDGEMENT, METHOD, BIDDERS, SHARE = "mark", "judgement", "method", "bidders", "share"
ROW_NUMBER, BLOCK, BLOCK_LETTER, FLOW, ACCOUNT, MEANS = (
    "row",
    "block",
    "block letter",
    "flow",
    "account",
    "means",
)
REASON, EXPENSE_CLASS, EXPENSE_ITEM = "reason", "expense class", "expense item"
PERSON = "person"
PROJECT = "project"

_KINDS = (
    (r"basic\.title", TITLE),
    (r"basic\.府省庁|past\.[2-9]\.[15]$|related\.府省.*", MINISTRY),
    (r"basic\.事業番号.*", CODE),
    (r"basic\.事業(開始|終了)年度", ERA_YEAR),
    (r"basic\.会計区分", ACCOUNT),
    (r"basic\.主要経費", EXPENSE_CLASS),
    (r"basic\.実施方法", MEANS),
    (r"basic\.作成責任者", PERSON),
    (r"basic\.(根拠法令|関係する計画通知等|事業の目的|事業概要)", TEXT),
    (r"basic\..*", SHORT),
    (r"budgets\.(執行率|割合)\..*", RATE),
    (r"budgets\..*|items\.計\..*", MONEY),
    (r"items\.(当初|要求)\..*", ITEM_MONEY),
    (r"items\.目\..*|expenses\.費目\..*", EXPENSE_ITEM),
    (r"items\.理由", TEXT),
    (r"(outcomes|outputs|policies|unit_costs|kpi\d)\.(実績|目標|達成度|見込み|コスト|式)\.単位", UNIT),
    (r"unit_costs\.式\..*", FORMULA),
    (r"(outcomes|outputs|policies|unit_costs|kpi\d)\.(実績|目標|達成度|見込み|コスト)\..*", QUANTITY),
    (r"\w+\.目標年\..*", TARGET_YEAR),
    (r"marks\..*", MARK),
    (r"comments\..*\.判定", JUDGEMENT),
    (r"(payees|contracts)\.理由\..*", REASON),
    (r"related\.番号\..*|past\.\d\.\d+$", CODE),
    (r"past\..*\.年", PAST_YEAR),
    (r"related\.名\..*", PROJECT),
    (r"policies\.(政策|施策|指標)|kpi\d\.KPI|reform\..*", SHORT),
    (r"flow", FLOW),
    (r"expenses\.block\..*", BLOCK),
    (r"payees\.block", BLOCK),
    (r"payees\.支出先\..*|contracts\.契約先\..*", NAME),
    (r"expenses\.(金額|計)\..*|payees\.支出額\..*|contracts\.契約額\..*", MONEY),
    (r"(payees|contracts)\.法人番号\..*", CORPORATE),
    (r"(payees|contracts)\.契約方式等\..*", METHOD),
    (r"(payees|contracts)\.入札者数\..*", BIDDERS),
    (r"(payees|contracts)\.落札率\..*", SHARE),
    (r"(payees|contracts)\.番号\..*", ROW_NUMBER),
    (r"contracts\.ブロック\..*", BLOCK_LETTER),
    (r".*", TEXT),
)


@dataclass(frozen=True, slots=True)
class Slot:
    """A box of the template.

    name      「budgets.執行額.2」, for a label 「=執行額」
    kind      what it may hold: one of the constants above
    label     the folded text of a label
    repeated  True in the chain of tables that may come again
    elsewhere True for a further place of a box that may stand here or there
    """

    name: str
    kind: str
    label: str
    repeated: bool
    elsewhere: bool = False


@cache
def order(form_year: int, program: str = "") -> tuple[Slot, ...]:
    """The boxes of a form in their order: the template, then the chain of tables that may come again.

    ``program``: one of ``PROGRAMS``; "" for the order in which they were drawn.
    """
    return slots_of(box_names(form_year, program))


def slots_of(names: Sequence[str]) -> tuple[Slot, ...]:
    """The boxes of an order given by their names: the template, then its tables that may come again.

    「~」 before a name: a further place of that box.
    """
    first = [slot(name, False) for name in names]
    again = [slot(name, True) for name in names if group_of(name.removeprefix(ELSEWHERE)) is not None]
    return (*first, *again)


_LABEL_OF = (
    (r"basic\.(.*)", ("=\\1", "=\\1名")),
    (r"basic\.事業終了年度", ("=事業終了(予定)年度",)),
    (r"basic\.事業番号\.0", ("=事業番号@top",)),
    (r"basic\.主要政策施策", ("=主要政策・施策",)),
    (r"basic\.関係する計画通知等", ("=関係する計画、通知等",)),
    (r"basic\.根拠法令", ("=根拠法令(具体的な条項も記載)",)),
    (r"basic\.事業の目的", ("=事業の目的(目指す姿を簡潔に。3行程度以内)",)),
    (r"basic\.事業概要", ("=事業概要(5行程度以内。別添可)",)),
    (r"budgets\.執行率\.0", ("=執行率(%)",)),
    (r"budgets\.割合\.0", ("=当初予算+補正予算に対する執行額の割合(%)",)),
    (r"budgets\.(.*)\.0", ("=\\1",)),
    (r"items\.理由", ("=主な増減理由",)),
    (r"policies\.(政策|施策)", ("=\\1",)),
    (r"policies\.関係", ("=本事業の成果と上位施策・測定指標との関係@policies",)),
    (r"marks\.(\d+)", ("=項目\\1",)),
    (r"explanations\.(\d+)", ("=項目\\1",)),
    (r"comments\.(点検結果|改善の方向性|備考)", ("=\\1",)),
    (r"comments\.外部有識者", ("=外部有識者の所見",)),
    (r"comments\.推進チーム.*", ("=行政事業レビュー推進チームの所見",)),
    (r"comments\.反映状況.*", ("=所見を踏まえた改善点/概算要求における反映状況",)),
)


@cache
def label_of(name: str) -> tuple[str, ...]:
    """The labels a value may follow directly where the text runs as one reads."""
    found: list[str] = []
    for pattern, labels in _LABEL_OF:
        m = re.fullmatch(pattern, name)
        if m:
            found += [m.expand(label) for label in labels]
    return tuple(found)


@cache
def group_of(name: str) -> str | None:
    """The repeatable group a box belongs to, None where it stands once on a sheet."""
    label = re.search(r"@(\w+)", name)
    section = label.group(1) if label else name.split(".")[0]
    return section if section in GROUPS else None


def box_names(form_year: int, program: str = "") -> list[str]:
    """Names of the boxes as ``orders/*.txt`` lists them, runs written out."""
    name = f"orders/{form_year}.{program}.txt" if program else f"orders/{form_year}.txt"
    text = resources.files("db.readers.sheet_text").joinpath(name).read_text("utf-8")
    names: list[str] = []
    for line in text.splitlines():
        if not line.strip() or line.startswith("#"):
            continue
        run = re.fullmatch(r"(.*\.)(\d+)\.\.(\d+)", line)
        if run:
            names += [f"{run[1]}{n}" for n in range(int(run[2]), int(run[3]) + 1)]
        else:
            names.append(line)
    return names


def slot(name: str, repeated: bool = False) -> Slot:
    """The box of a name."""
    if name.startswith(ELSEWHERE):
        return replace(slot(name[1:], repeated), elsewhere=True)
    if name.startswith("="):
        year = re.match(r"=(当初予算年度|要求年度|年度\.\d)@", name)
        if year:
            return Slot(name, YEAR_LABEL, "", repeated)
        return Slot(name, LABEL, _label(name), repeated)
    kind = next(kind for pattern, kind in _KINDS if re.fullmatch(pattern, name))
    return Slot(name, kind, "", repeated)


def _label(name: str) -> str:
    text = re.sub(r"@.*", "", name[1:])
    item = re.fullmatch(r"項目(\d+)", text)
    if item:
        text = catalogue().evaluations[int(item[1])].item
    text = re.sub(r"\.\d$", "", text)
    return fold(_WORDINGS.get(text, text))

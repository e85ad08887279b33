"""What a question over many sheets says, put together once for those who read it (``sheets``)."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal

from assistant.patterns import pattern
from assistant.query import Average, FieldRef, Filter, OtherFigure, Query, Refusal, Years
from assistant.understanding.many.conditions import explained
from assistant.understanding.parsing import Parsed
from assistant.understanding.topics import content_words, how_text, topic_of
from assistant.understanding.words.fields import has_year, is_figure, kind_of
from assistant.understanding.words.operations import OperationMention, standalone_limit
from db.catalogue import COUNT, MONEY

PAYEE = FieldRef("payees", "支出先")
PAYEE_NUMBER = FieldRef("payees", "法人番号")
PUBLISHED = FieldRef("sheets", "公開年度")
FISCAL_YEAR = FieldRef("budgets", "年度")
CONTRACTED = FieldRef("contracts", "契約額")
CONTRACTOR = FieldRef("contracts", "契約先")
CONTRACTED_IN = ("payees", "payee_contracts", "contracts")
"""Lists whose rows are contracts (一者応札, 随意契約, 落札率)."""
CONTRACT_WORDS = frozenset(
    {
        "契約",
        "入札",
        "応札",
        "応募",
        "落札",
        "支出",
        "支払",
        "委託",
        "相手方",
        "相手",
        "契約相手",
        "契約方式",
        "受注",
        "調達",
        "案件",
        "入札者",
        "応札者",
        "応募者",
        "入札者数",
    }
)
"""Beside a condition on contracts these name its rows, not a matter."""
JUDGED = FieldRef("comments", "判定")
DEFAULT_LIMIT = 10
LISTED = tuple(
    FieldRef(*x)
    for x in (
        ("contracts", "契約先"),
        ("payees", "支出先"),
        ("expenses", "費目"),
        ("outcomes", "成果指標"),
        ("outputs", "活動指標"),
        ("related", "関連事業名"),
        ("laws", "法令名"),
        ("plans", "計画通知名"),
    )
)
"""What names the rows of each list."""

_RELATED = pattern(
    r"([一-鿿ァ-ヺーA-Za-z0-9]{2,20}?)(?:(?:関連|関係)(?:の|する)?|に(?:関する|かかる|係る|関わる|まつわる))(?:国の)?(?=(?:(?:[0-9]{4}|(?:令和|平成)[0-9元]{1,2}|[RrHh][0-9]{1,2})年度?の)?(?:予算|執行|事業|支出|経費|お金|費用|当初|補正|要求|不用))"
)
WHICH_IS_MORE = pattern(
    r"(?:多|大き|高|少な|小さ|低)い(?:の)?は(?:どちら|どっち|どこ)?(?:です|でしょう)?か?[?]?$"
)
"""「執行額が大きいのは」, of two or more that are named."""
ALL_MONEY = pattern(
    r"(?:に(?:かかる|関する|関わる|かかわる|関係する|関連する|まつわる)|(?:関連|関係)の?)(?:国の)?(?:[^、。?]{2,10}年度?の)?(?:予算|当初予算|補正予算|お金|費用|経費|事業費|支出|執行)(?:額)?の?(?:総額|合計|全体|トータル)"
    r"|に使(?:われた|った)(?:[^、。?]{2,10}年度?の)?(?:金額|額|お金|予算|国費)"
)
"""Money that all projects about a matter have together."""
_THOSE = pattern(r"(?:事業|もの|プロジェクト)[?。]?$")
"""「予算10億円以上のもの」: those a condition holds for are asked for."""
WHICH_YEAR = pattern(
    r"何年度?(?!間)|どの年度?|いつ|(?:高|低|多|少な|大き|小さ|良|よ|悪)(?:い|かった)(?:年度?)(?=は|って|が|を|と|の|で|、|[?]|$)"
    r"|(?:た|る)年度?(?=(?:は|って)?(?:[?]|$))|(?:ワースト|ベスト|トップ|上位|下位)[0-9一二三四五](?:つ|位)?(?:まで)?の年度?(?=は|って|を|と|、|[?]|$)"
)
"""「一番多かった年度は」, of years in an order."""
REVIEWED = frozenset({"comments", "evaluations"})
_HOW_MUCH = pattern(
    r"いくら|幾ら|総額|合計|どのくらい|どれくらい|どれだけ|何億|何兆|使(?:う|っている|われている)?(?:額|お金|金額)|(?:予算額?|執行額|金額)を?(?:教え|知り)|(?:予算額?|執行額|支出|経費|費用)(?:は|って)?[?]?$"
)
_LOW = pattern(r"低い|少ない|小さい|低調|低かった|少なかった|低く|悪い|ワースト")
_MANY = pattern(r"多|少な")


BAD_IS_HIGH = ("不用額", "不用率")


def lowest_first(order: str | None, by: FieldRef) -> bool:
    """Whether an order word asks for the low end; the worst of 不用額 are the largest."""
    return order == "asc" or (order == "worst" and by.column not in BAD_IS_HIGH)


@dataclass(slots=True)
class Said:
    """A question over many sheets.

    q        the query so far, with every condition in its filters
    verbs    kinds of operation words;  rank  the first word of order, None where it asks how many instead
    figures  figure fields, and 支出先;  filtered  fields a condition is on;  asked  the other fields
    amounts  conditions on amounts alone;  group  what is told apart;  total  「どの府省庁」: whose total is asked
    topic    the question without what was read;  content  the words of it that carry meaning
    fewest, first  the order and the number of the first word of order
    """

    p: Parsed
    q: Query
    verbs: set[str]
    rank: OperationMention | None
    figures: tuple[FieldRef, ...]
    filtered: set[FieldRef]
    asked: tuple[FieldRef, ...]
    amounts: tuple[Filter, ...]
    group: FieldRef | None
    total: FieldRef | None
    topic: str
    content: list[str]
    fewest: bool
    first: int | None
    of_a_field: bool = False
    """「農業の予算の推移」: the one word beside the figure is a field that many projects are named after."""
    vague: str = ""
    """「大きな事業は何件」: an order that says how many of nothing."""

    @property
    def filters(self) -> tuple[Filter, ...]:
        """Every condition."""
        return self.q.filters

    @property
    def of_a_matter(self) -> bool:
        """「防災関連の予算」「農業の予算の推移」: whatever has to do with a matter."""
        return self.of_a_field or is_related(self.p.text)

    @property
    def money(self) -> tuple[FieldRef, ...]:
        """Fields of money that are asked for or conditioned."""
        return tuple(f for f in self.figures if kind_of(f) == MONEY)

    @property
    def limit(self) -> int | None:
        """How many are asked for: 「3つ挙げて」「大きい順にトップ5」."""
        limits = [o.limit for o in self.p.operations if o.verb == "rank" and o.limit]
        return standalone_limit(self.p.text) or (max(limits) if limits else None)

    @property
    def free(self) -> set[FieldRef]:
        """Figures no condition is on."""
        return set(self.figures) - self.filtered

    @property
    def says_low(self) -> bool:
        """「低い」「少ない」 outside names and fields."""
        return bool(_LOW.search(how_text(self.p)))

    def group_by(self, ref: FieldRef) -> None:
        """Tell the answer apart by this field."""
        self.group = ref
        self.q = replace(self.q, group_by=ref)

    def refused(self, words: str) -> Query:
        """Words that cannot be put into a query: better said than left out."""
        return replace(self.q, operation="none", refusal=Refusal("unresolved", words))


def said(
    p: Parsed,
    q: Query,
    amounts: tuple[Filter, ...],
    filters: tuple[Filter, ...],
    in_many_names: Callable[[str], bool],
) -> Said:
    """Put together what ``p`` says; 「事業数が一番多い府省庁」 and 「随意契約が多い府省庁」 count, they do not rank."""
    all_filters = (*amounts, *filters)
    counts = {COUNT} if {"average", "rank"} & p.verbs() else set()
    if "rank" in p.verbs() and not q.reason and not any(is_figure(f) for f in q.fields):
        # 「一番予算を余らせた府省庁」: the amount that the evaluation item explains is put in order
        q = replace(q, fields=tuple(dict.fromkeys(explained(f) or f for f in q.fields)))
    figures = tuple(f for f in q.fields if is_figure(f) or f == PAYEE or kind_of(f) in counts)
    filtered = {f.field for f in all_filters}
    if (
        q.years.kind == "given"
        and not figures
        and {f.table for f in filtered} & REVIEWED == {f.table for f in filtered} != set()
    ):
        # 「2022年度に廃止と判定された」: a review is of the year its sheet was published in
        q = replace(q, published=tuple(sorted({*q.published, *q.years.values})), years=Years("none"))
    group = next((o.group for o in p.operations if o.verb == "group"), None)
    box = next((f for f in q.fields if f.table == "comments" and f.item is not None), None)
    if group is not None and group == JUDGED and box is not None:
        # 「推進チームの所見の判定別」: the judgements of that box alone
        group = replace(JUDGED, item=box.item)
        q = replace(q, fields=tuple(f for f in q.fields if f not in (box, JUDGED)))
    rank = next((o for o in p.operations if o.verb == "rank"), None)
    topic = topic_of(p)
    content = content_words(topic)
    if any(f.table in CONTRACTED_IN for f in filtered):
        content = [w for w in content if w not in CONTRACT_WORDS]
    out = Said(
        p=p,
        q=replace(q, filters=all_filters, group_by=group),
        verbs=p.verbs() or ({"list"} if amounts and _THOSE.search(p.text) else set()),
        rank=rank,
        figures=figures,
        filtered=filtered,
        asked=tuple(f for f in q.fields if f not in filtered),
        amounts=amounts,
        group=group,
        total=next((o.group for o in p.operations if o.verb == "total"), None),
        topic=topic,
        content=content,
        fewest=rank is not None and rank.order == "asc",
        first=rank.limit if rank is not None else None,
        of_a_field=_money_of_one_word(p.text, content) and in_many_names("".join(content)),
    )
    if rank is None or out.free:
        return out
    whose = group or out.total
    if "count" in out.verbs and listed(q) is None:
        if whose is not None:
            out.group_by(whose)
        elif rank.limit is None and not any(
            isinstance(f.value, OtherFigure | Average | int | float | tuple) for f in all_filters
        ):
            out.vague = p.text[rank.start : rank.end]
        out.rank = None
    elif _MANY.search(p.text[rank.start : rank.end]) and (all_filters or out.asked) and whose is not None:
        # by how many, not by the money of what is counted
        out.group_by(whose)
        out.verbs = out.verbs | {"count"}
        out.rank = None
    return out


def _money_of_one_word(text: str, content: list[str]) -> bool:
    """「農業の予算」「食品ロスの2024年度予算」: all that is said beside the figure is one word, in however many scripts."""
    word = re.escape("".join(content))
    year = r"(?:[^、。?のはが]{2,12}年度?の?)?"
    figure = r"(?:予算|執行|支出|経費|当初|補正|不用|要求)"
    return bool(content) and re.search(rf"{word}の(?:国の)?{year}{figure}", text) is not None


def listed(q: Query) -> FieldRef | None:
    """What names the rows of a list that the question speaks of: projects are put in the order of how many they have."""
    return next((f for f in q.fields if f in LISTED), None)


def is_related(text: str) -> bool:
    """「防災関連の予算」: whatever has to do with a matter, not one project."""
    return bool(_RELATED.search(text))


def asks_how_much(text: str) -> bool:
    """「いくら」「総額」 or nothing but 「〜の予算は」."""
    return bool(_HOW_MUCH.search(text))


def or_latest(q: Query, fields: tuple[FieldRef, ...]) -> Years:
    """The years of a query, the latest where figures by year are asked for without one."""
    asked = (*fields, *(f.field for f in q.filters))
    needs = any(has_year(f) and is_figure(f) for f in asked)
    return Years("latest") if q.years.kind == "none" and needs else q.years


def direction(low: bool) -> Literal["asc", "desc"]:
    """The order of a query."""
    return "asc" if low else "desc"


_ROWS = pattern(
    r"(?:契約|案件|入札|応札|応募|調達|随契|競争)(?:の)?[、]?(?:件数|数(?!者)|(?:は|が|って|も)?(?:全部で|全体で|合計で?)?[^、。?]{0,4}(?:何件|いくつ|何本|何割|何%|割合))"
)
_OF_PROJECTS = pattern(r"事業(?!者|所|主|体|場|規模)")


def of_rows(m: Said) -> bool:
    """Contracts are counted, not projects: 「一者応札の契約は何件」「落札率100%の件数」."""
    if _OF_PROJECTS.search(m.p.text):
        return False
    if m.group is not None and m.group.table in CONTRACTED_IN and m.group != PAYEE:
        return True
    return any(f.field.table in CONTRACTED_IN for f in m.filters) or bool(_ROWS.search(m.p.text))

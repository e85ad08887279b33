"""What stands in a question: every year, 府省庁, amount, field, operation and name with its place."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from assistant.patterns import pattern
from assistant.query import WordReading
from assistant.understanding.names.ministries import Ministries, MinistryMention
from assistant.understanding.names.projects import LONG_NAME, NameMatch, ProjectIndex, stands_alone
from assistant.understanding.names.values import ACCOUNT, ACCOUNT_KIND, BoxValues, ValueMention
from assistant.understanding.words import vocabulary
from assistant.understanding.words.amounts import Condition, read_conditions
from assistant.understanding.words.fields import (
    MINISTRY,
    SPENT,
    FieldLexicon,
    FieldMention,
    is_figure,
    label_of,
)
from assistant.understanding.words.holding import HeldWords, read_held
from assistant.understanding.words.identifiers import Identifier, read_identifiers
from assistant.understanding.words.normalise import (
    Normalised,
    Squeezed,
    name_key,
    normalise,
    spelled_out,
    squeeze,
)
from assistant.understanding.words.operations import WHO_DOES, OperationMention, read_operations
from assistant.understanding.words.years import YearMention, read_years

_PHRASE_END = pattern(
    r"[、。?!「」『』,;\n]|って(?!い)|とは(?=[?、]|$)|について|に対し|に対する|に関して|(?<=[一-鿿ァ-ヺーA-Za-z)】])(?:は(?!じ)|が(?!ん)|では|で(?!き|の))"
)


_ADJECTIVE = pattern(r"(?:多|大き|高|少な|小さ|低)(?=[いくか])")
_HOW_MANY = pattern(r"何(?:億|千|百|万)*[円人件回割%点社者校台]")
# 「外務省の支出は」: money that was spent, where the word says no more (支出先, 支出委任, 支出の根拠)
_SPENDING = pattern(
    r"(?:(?<![一-鿿])|(?<=年度)|(?<=省|庁))支出(?=(?:は|って|を|が|の)?(?:全部で|全体で)?(?:合計|総額|推移|いくら|幾ら|どれ(?:だけ|くらい)|どう(?:変|推)|何(?:億|円|兆)|教え|一番|最も|(?:多|大き|少な)(?:い|かった)|[?]|$))"
)
_NAME_GOES_ON = pattern(
    r"(?:の|への|に対する|向けの)?(?P<more>[一-鿿]{0,6}(?:拠出金|分担金|負担金|補助金|交付金|助成金|委託費|運営費|整備費|対策費|推進費|事業費|経費))(?![一-鿿])"
)
# 「2022年公開の〇〇事業のシートにある要求額」: which sheet is said by its year
_OF_THE_SHEET = pattern(
    r"の(?:行政事業)?(?:レビュー)?シート(?:に(?:は)?(?:ある|あった|載って(?:い)?る|載った|書かれ(?:た|て(?:い)?る)|書いてある|記載(?:の|され(?:た|て(?:い)?る)))?|で(?:は|の)?|の|上の)?"
)
# 「コロナの2020年度」「コロナで落ち込んだ」: why the named year is asked about
_AT_THAT_TIME = pattern(
    r"(?:新型)?コロナ(?:ウイルス)?(?:禍|ショック|の影響|の流行)?(?:で(?!は)|により|によって|の年|の(?=[0-9令平]))(?:、)?"
)
_NICKNAME = pattern(r"[^、。?!()\s「」]{2,20}\(「?$")
# 「コロナ前の2019年度」: the words only say what time the year beside them was
_TIME_OF = pattern(
    r"[^\s、。?!「」()のはがをにでとも]{2,10}(?:直前|直後|前|後|以前|以後|最中)の$|[^\s、。?!「」()のはがをにでとも]{2,10}の年[、,]$"
)
# 「ワースト…じゃなくてトップ5」
_TAKEN_BACK = pattern(r"[.…、]*(?:じゃなく|ではなく|でなく|じゃない)(?:て)?")


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of the normalised question that was read, and as what."""

    start: int
    end: int
    taken_as: str | None
    match: str = "matched"


@dataclass(slots=True)
class Parsed:
    """The question with everything found in it; ``spans`` do not overlap."""

    n: Normalised
    squeezed: Squeezed
    names: list[NameMatch] = field(default_factory=list)
    partial: list[NameMatch] = field(default_factory=list)
    years: list[YearMention] = field(default_factory=list)
    ministries: list[MinistryMention] = field(default_factory=list)
    conditions: list[Condition] = field(default_factory=list)
    held: list[HeldWords] = field(default_factory=list)
    identifiers: list[Identifier] = field(default_factory=list)
    values: list[ValueMention] = field(default_factory=list)
    fields: list[FieldMention] = field(default_factory=list)
    operations: list[OperationMention] = field(default_factory=list)
    reasons: list[tuple[int, int]] = field(default_factory=list)
    spans: list[Span] = field(default_factory=list)

    @property
    def text(self) -> str:
        """The normalised question."""
        return self.n.text

    def verbs(self) -> set[str]:
        """Kinds of operation words present."""
        return {o.verb for o in self.operations}

    def claim(self, start: int, end: int, taken_as: str | None, match: str = "matched") -> bool:
        """Mark a stretch as read; False where something else already claims part of it."""
        if start >= end or any(s.start < end and start < s.end for s in self.spans):
            return False
        self.spans.append(Span(start, end, taken_as, match))
        return True

    def release(self, start: int, end: int) -> None:
        """Take back what was read of a stretch."""
        self.spans = [s for s in self.spans if not (s.start < end and start < s.end)]

    def claim_around(self, start: int, end: int, taken_as: str) -> None:
        """Mark what is left of a stretch of which something else claims a part."""
        inside = sorted((s.start, s.end) for s in self.spans if s.start < end and start < s.end)
        for a, b in inside:
            self.claim(start, a, taken_as)
            start = max(start, b)
        self.claim(start, end, taken_as)

    def plain(self, start: int, end: int) -> tuple[int, int]:
        """The stretch of the text a squeezed stretch stands for."""
        return self.squeezed.index[start], self.squeezed.index[end - 1] + 1

    def remainder(self) -> str:
        """The text with everything that was read blanked out (same length)."""
        out = list(self.text)
        for s in self.spans:
            out[s.start : s.end] = "\x00" * (s.end - s.start)
        return "".join(out)

    def phrases(self) -> list[str]:
        """What is left of the question, cut where a phrase ends."""
        rest = self.remainder()
        out: list[str] = []
        for part in rest.split("\x00"):
            out += [p for p in _PHRASE_END.split(part) if p and p.strip()]
        return out

    def words(self) -> tuple[WordReading, ...]:
        """Every word of the question, in order, with what it was taken for."""
        out: list[WordReading] = []
        at = 0
        for s in sorted(self.spans, key=lambda s: s.start):
            out += _loose(self.n, at, s.start)
            out.append(WordReading(self.n.quote(s.start, s.end), s.taken_as, s.match))  # type: ignore[arg-type]
            at = s.end
        return tuple(out + _loose(self.n, at, len(self.text)))


def _loose(n: Normalised, start: int, end: int) -> list[WordReading]:
    out: list[WordReading] = []
    for m in re.finditer(r"[^\s、。?!「」『』()]+", n.text[start:end]):
        word = n.quote(start + m.start(), start + m.end())
        if vocabulary.CONTENT.search(word):
            out.append(WordReading(word, None, "unresolved"))
        else:
            out.append(WordReading(word, None, "ignored"))
    return out


class Parser:
    """Finds in a question what the catalogue, the calendar and the loaded data know."""

    def __init__(
        self,
        fields: FieldLexicon,
        projects: ProjectIndex,
        ministries: Ministries,
        values: BoxValues,
        today: int,
        newest: int,
    ) -> None:
        self.fields, self.projects, self.ministries, self.values = fields, projects, ministries, values
        self.today, self.newest = today, newest

    def parse(self, question: str) -> Parsed:
        """Names first (a name may hold years and fields), then the calendar, amounts, fields and operations."""
        n = normalise(question)
        p = Parsed(n, squeeze(n.text))
        p.identifiers = read_identifiers(p.text)
        numbers = [(x.start, x.end) for x in p.identifiers]
        years = [
            y for y in read_years(p.text, self.today, self.newest) if not _inside(y.start, y.end, numbers)
        ]
        ministries = [m for m in self.ministries.read(p.text) if not _inside(m.start, m.end, numbers)]
        self._names(p, years, ministries)
        p.held = [
            h for h in read_held(p.text, self.fields.read(p.text)) if not _inside(h.start, h.end, numbers)
        ]
        held = [(h.start, h.end) for h in p.held]
        p.names = [m for m in p.names if not _inside(*p.plain(m.start, m.end), held)]
        p.partial = [m for m in p.partial if not _inside(*p.plain(m.start, m.end), held)]
        whole = [p.plain(m.start, m.end) for m in p.names if m.whole]
        accounts = [
            v for v in self.values.read(p.text, held + whole) if v.condition.field in (ACCOUNT, ACCOUNT_KIND)
        ]
        # 「エネルギー需給勘定の事業」 is not the one project whose name says it too
        said = [(v.start, v.end) for v in accounts]
        p.names = [m for m in p.names if m.whole or not _inside(*p.plain(m.start, m.end), said)]
        named = held + [p.plain(m.start, m.end) for m in p.names]
        p.ministries = [m for m in ministries if not _inside(m.start, m.end, named)]
        known = [(m.start, m.end) for m in p.ministries if m.values]
        p.values = self.values.read(p.text, named + known + [(y.start, y.end) for y in years])
        # 「担当室」 names the box, though one office is called just so
        p.values = [v for v in p.values if p.text[v.start : v.end].lower() not in self.fields.words]
        if not p.names:
            read = named + known + [(v.start, v.end) for v in p.values]
            items = self.values.read_items(p.text, read, self.fields.words)
            p.values = sorted([*p.values, *items], key=lambda v: v.start)
        boxes = [(v.start, v.end) for v in p.values]
        p.ministries = [m for m in p.ministries if not _inside(m.start, m.end, boxes)]
        fixed = [
            y for y in years if y.kind in ("given", "ancient", "first") and not _inside(y.start, y.end, named)
        ]
        fixed = [y for y in fixed if not (y.kind == "given" and re.match(r"[去昨来今本当再一前お]", y.text))]
        p.conditions = [c for c in read_conditions(p.text) if not _inside(c.start, c.end, named)]
        p.conditions = [c for c in p.conditions if c.unit != "count" or c.op is not None]
        taken = named + [(y.start, y.end) for y in fixed] + [(m.start, m.end) for m in p.ministries]
        taken += [(c.start, c.end) for c in p.conditions if c.op is not None]
        taken += boxes + numbers
        taken += [m.span() for m in vocabulary.PURPOSE.finditer(p.text)]
        taken += [m.span() for m in vocabulary.JUDGEMENT.finditer(p.text)]
        # a word may end where a year or 「府省庁別」 ends
        beside = [(y.start, y.end) for y in years]
        operations = read_operations(p.text)
        beside += [(o.start, o.end) for o in operations if o.verb == "group"]
        # 「一番執行率が低い」: a superlative before a field is no part of its word
        beside += [m.span() for m in vocabulary.SUPERLATIVE.finditer(p.text)]
        # 「予算多い」: nor is the adjective after it
        beside += [m.span() for m in _ADJECTIVE.finditer(p.text)]
        beside += [m.span() for m in _HOW_MANY.finditer(p.text)]
        # 「1事業あたり」 over many projects is their average, not a 単位当たりコスト
        each = [
            (o.start, o.end) for o in operations if o.verb == "average" and "たり" in p.text[o.start : o.end]
        ]
        taken += [] if p.names or self.projects.single else each
        mentions = self.fields.read(p.text, taken, beside)
        p.fields = [f for f in mentions if f.text not in ("年度", "単位") and not _of_a_matter(p, f)]
        # 「どの省庁が担当していますか」 names no 担当課室
        who = [m.span() for m in WHO_DOES.finditer(p.text)]
        p.fields = [f for f in p.fields if f.field == MINISTRY or not _inside(f.start, f.end, who)]
        spending = _SPENDING.search(p.text) if not any(is_figure(f.field) for f in p.fields) else None
        if spending and not _inside(*spending.span(), [*taken, *((f.start, f.end) for f in p.fields)]):
            p.fields.append(FieldMention(*spending.span(), SPENT, spending.group(), weak=True))
        here = named + [(f.start, f.end) for f in p.fields]
        p.operations = [o for o in read_operations(p.text) if not _inside(o.start, o.end, named)]
        # 「不用率はいくつ」 asks for the figure, not for how many
        p.operations = [o for o in p.operations if not _asks_value(p, o)]
        taken_back = {m.start(): m.end() for m in _TAKEN_BACK.finditer(p.text)}
        for o in [o for o in p.operations if o.end in taken_back]:
            p.operations.remove(o)
            p.claim(o.start, taken_back[o.end], None, "ignored")
        # 「昨年度じゃなくて2022年度」
        for y in [y for y in years if y.end in taken_back]:
            years.remove(y)
            p.claim(y.start, taken_back[y.end], None, "ignored")
        # 「前年度と比べて」 is a comparison, not the year asked for
        compared = [(o.start, o.end) for o in p.operations if o.verb == "compare"]
        p.years = [
            y
            for y in years
            if not _inside(y.start, y.end, here)
            and not (_before_another(y) and _inside(y.start, y.end, compared))
        ]
        # 「内訳」 and 「算出根拠」 ask for no reason; an evaluation item's own words (「不用率が大きい理由」) do
        plain = [(f.start, f.end) for f in p.fields if f.field.table not in ("evaluations", "comments")]
        p.reasons = [
            m.span() for m in vocabulary.REASON.finditer(p.text) if not _inside(*m.span(), named + plain)
        ]
        self._claim(p)
        _claim_prefaces(p)
        return p

    def _names(self, p: Parsed, years: list[YearMention], ministries: list[MinistryMention]) -> None:
        ends = {m.end for m in ministries} | {y.end for y in years}
        starts = {m.start for m in ministries} | {y.start for y in years}

        def alone(start: int, end: int) -> bool:
            a, b = p.plain(start, end)
            right = starts | {b} if self.fields.begins(p.text, b) else starts
            return stands_alone(p.text, a, b, right, ends)

        found = self.projects.exact(p.squeezed, alone)
        if not found and (spelled := spelled_out(p.squeezed)) is not None:
            # 「国連分担金」 for 「国際連合（ＵＮ）分担金」
            said, p.squeezed = p.squeezed, spelled
            found = self.projects.exact(spelled, alone)
            p.squeezed = spelled if found else said
        found = [m for m in found if not self._is_plain_word(p, m)]
        p.names = [m for m in found if self._leads(p, m, ends)]
        p.partial = [m for m in found if m not in p.names]

    def _leads(self, p: Parsed, m: NameMatch, ends: set[int]) -> bool:
        """A short or shortened name counts where it begins its phrase; in 「…センターの運営費交付金」 it is a part."""
        if m.whole and m.end - m.start >= LONG_NAME:
            return True
        start = p.plain(m.start, m.end)[0]
        before = p.text[:start]
        before = re.sub(r"(?:の|が|は|、|「|『|\(|,| |で|について)+$", "", before)
        return not before or len(before) in ends or p.text[len(before)] not in "のは" or _is_break(before[-1])

    def _is_plain_word(self, p: Parsed, m: NameMatch) -> bool:
        """A shortened name that is also a field, a 府省庁 or an everyday word names no project by itself."""
        word = p.squeezed.text[m.start : m.end]
        if word in self.fields.words or (
            not m.whole and (word in vocabulary.GENERIC or vocabulary.NAME_END.fullmatch(word))
        ):
            return True
        return not m.whole and any(
            x.name == p.text[slice(*p.plain(m.start, m.end))] for x in self.ministries.read(p.text)
        )

    def _claim(self, p: Parsed) -> None:
        for whole in vocabulary.OF_ALL.finditer(p.text):
            p.claim(*whole.span(), "範囲：全体")
        for h in p.held:
            p.claim(h.start, h.end, f"条件：{label_of(h.field)} {h.words}")
        for m in p.names:
            # 「がんプロ（次世代の…プラン）」: a nickname before the name in brackets
            before = _NICKNAME.search(p.text[: p.plain(m.start, m.end)[0]])
            if before and m.whole:
                p.claim(before.start(), before.end(), "事業：" + m.projects[0].name, "weak")
        for m in p.names:
            start, end = p.plain(m.start, m.end)
            end = end if m.whole else _rest_of_name(p, start, end, m)
            p.claim(start, end, "事業：" + m.projects[0].name, "matched" if m.whole else "weak")
        for f in sorted(p.fields, key=lambda f: f.weak):
            p.claim(f.start, f.end, "項目：" + label_of(f.field), "weak" if f.weak else "matched")
        for m in p.names:
            more = None
            if not (m.whole or p.reasons):
                # 「UNRWAへの拠出金はいくら」: what the name goes on with, though it was shortened
                more = _NAME_GOES_ON.match(p.text, p.plain(m.start, m.end)[1])
            if more and all(name_key(more.group("more")) in name_key(x.name) for x in m.projects):
                p.claim(*more.span(), "事業：" + m.projects[0].name, "weak")
        for y in p.years:
            p.claim(y.start, y.end, "年度：" + year_text(y))
            for event in _AT_THAT_TIME.finditer(p.text) if y.kind == "given" else ():
                p.claim(*event.span(), None, "ignored")
            if y.role == "published":
                for sheet in _OF_THE_SHEET.finditer(p.text, y.end):
                    if not _inside(*sheet.span(), [(o.start, o.end) for o in p.years]):
                        p.claim(*sheet.span(), None, "ignored")
            time = _TIME_OF.search(p.text[: y.start]) if y.kind == "given" else None
            if time:
                p.claim(*time.span(), None, "ignored")
        for mm in p.ministries:
            p.claim(mm.start, mm.end, "府省庁：" + mm.name, "matched" if mm.values else "unresolved")
        for c in p.conditions:
            if c.op is not None:
                p.claim(c.start, c.end, "条件：" + c.text)
        for v in p.values:
            label = label_of(v.condition.field)
            p.claim(v.start, v.end, f"条件：{label} {p.text[v.start : v.end]}")
        for o in p.operations:
            if not p.claim(o.start, o.end, "集計：" + p.text[o.start : o.end]):
                # 「5番目に予算が大きい」: what stands around the field in it
                p.claim_around(o.start, o.end, "集計：" + p.text[o.start : o.end])
        for start, end in p.reasons:
            p.claim(start, end, "理由")


_MORE = pattern(r"の?[一-鿿ァ-ヺー]{2,}")


_PREFACE = pattern(r"[^。?!]{2,18}?(?:。|(?:ので|のですが|んですが|けれど|けど|ですが|ますが)[、,])")


def _claim_prefaces(p: Parsed) -> None:
    """「記事を書いています。」「授業で使うので、」: what leads to a question for figures says nothing of it."""
    if not (p.operations or any(is_figure(f.field) for f in p.fields)):
        return
    at = 0
    while (m := _PREFACE.match(p.text, at)) is not None and m.end() < len(p.text):
        if any(s.start < m.end() and m.start() < s.end for s in p.spans):
            return
        p.claim(*m.span(), None, "ignored")
        at = m.end()


def _rest_of_name(p: Parsed, start: int, end: int, m: NameMatch) -> int:
    """Where a shortened name ends that goes on as the whole one does (「CH-47JAの取得」 of 輸送ヘリコプター（CH-47JA）の取得)."""
    more = _MORE.match(p.text, end)
    if more is None or any(f.start < more.end() and end <= f.start for f in p.fields):
        return end
    said = name_key(p.text[start : more.end()])
    return more.end() if all(said in name_key(x.name) for x in m.projects) else end


def _of_a_matter(p: Parsed, f: FieldMention) -> bool:
    """「5G関連事業」「宇宙に関連する事業」 are projects about a matter, not the box 関連事業; 「お金を余らせたのってどこの省」
    asks for no recipient."""
    before = p.text[: f.start]
    if f.field.table == "related" and f.text.startswith("関連"):
        glued = bool(before) and vocabulary.CONTENT.match(before[-1]) is not None
        return glued or (
            before.endswith("に") and not p.names and not re.search(r"(?:この|本|その|当該)事業に$", before)
        )
    return f.field.table == "payees" and f.text.startswith("お金") and bool(_LEFT_OVER.search(f.text))


_LEFT_OVER = pattern(r"余ら|余っ|残し|残っ|使い残")


def _before_another(y: YearMention) -> bool:
    """「前年度」 and 「去年」 beside 「と比べて」: the year before the one that is compared."""
    return y.kind == "before" or bool(re.match(r"去年|昨年", y.text))


def _asks_value(p: Parsed, o: OperationMention) -> bool:
    return (
        o.verb == "count"
        and p.text.startswith("いくつ", o.start)
        and any(
            is_figure(f.field)
            and f.end <= o.start
            and re.fullmatch(r"(?:は|って|が)?", p.text[f.end : o.start])
            for f in p.fields
        )
    )


def _is_break(ch: str) -> bool:
    return ch in "、。?!,「『( "


def year_text(y: YearMention) -> str:
    """「2017年度」, 「最新の実績年度」, 「全年度」 …"""
    if y.kind == "given":
        return "・".join(f"{v}年度" for v in y.years) + ("のシート" if y.role == "published" else "")
    if y.kind == "latest":
        return "最新の実績年度" if y.count == 1 else f"直近{y.count}年度"
    if y.kind in ("before", "after") and y.count > 1:
        return f"{y.count}年{'前' if y.kind == 'before' else '後'}"
    return {
        "all": "全年度",
        "before": "前の年度",
        "after": "次の年度",
        "ancient": "範囲外の時代",
        "first": "最初の年度",
    }[y.kind]


def _inside(start: int, end: int, spans: list[tuple[int, int]]) -> bool:
    return any(s < end and start < e for s, e in spans)

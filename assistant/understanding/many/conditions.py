"""Conditions on many sheets: amounts with their field, kinds of contract, judgements, years a project began."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from assistant.patterns import pattern
from assistant.query import FieldRef, Filter
from assistant.understanding.parsing import Parsed
from assistant.understanding.words.amounts import Condition
from assistant.understanding.words.fields import SPENT, FieldMention, is_figure, kind_of
from db.catalogue import COUNT, MONEY, NUMBER, RATE, catalogue

BUDGET = FieldRef("budgets", "計")
REQUEST = FieldRef("budgets", "要求額")
EXECUTION_RATE = FieldRef("budgets", "執行率")
PAID = FieldRef("payees", "支出額")
MONEY_OF: dict[str, FieldRef] = {
    "payees": PAID,
    "contracts": FieldRef("contracts", "契約額"),
    "expenses": FieldRef("expenses", "金額"),
    "flows": FieldRef("flows", "金額"),
    "budget_items": FieldRef("budget_items", "金額"),
    "payee_contracts": FieldRef("payee_contracts", "金額"),
}
CONTRACT_LISTS = ("payees", "payee_contracts", "contracts")
"""Lists whose rows are contracts."""
"""The amount of a row of each list."""
_DEFAULT = {"money": BUDGET, "rate": EXECUTION_RATE, "count": FieldRef("payees", "入札者数")}
_KINDS = {"money": (MONEY,), "rate": (RATE,), "count": (COUNT, NUMBER)}

_TEAM = "行政事業レビュー推進チームの所見"
_RESPONSE = "所見を踏まえた改善点"

_JUDGED = r"(?:(?:と|の|に)?(?:判定|判断|評価)(?:さ?れ)?(?:て(?:い)?る|た|を受けた|に?なった|となった)?|とされ(?:て(?:い)?る|た)|[とに]な(?:った|っている)(?=[^、。?]{0,3}(?:事業|もの)))"
_JUDGED_OR_NOT = rf"{_JUDGED}?"

# pattern, field, operator, value (None: the text matched)
_WORDS: tuple[tuple[str, FieldRef, str, object], ...] = (
    (r"一般会計(?=と特別会計の(?:両方|どちらも|いずれも)|\s|$|[、,]|の|で|だけ|のみ|から|以外|を除|は(?:いくら|いくつ|何))", FieldRef("sheets", "会計区分"), "contains", "一般会計"),
    (r"(?<![一-鿿])特別会計(?=\s|$|[、,]|の|で|だけ|のみ|から|以外|を除|は(?:いくら|いくつ|何))", FieldRef("sheets", "会計区分"), "contains", "特別会計"),
    (r"予算(?:額)?を?(?:全額|全部|すべて|全て|ほぼ)?使い切(?:った|っている|りました)(?=[^、。?]{0,6}(?:事業|もの))|全額(?:を)?(?:執行|使用)(?:した|された|している)(?=[^、。?]{0,6}(?:事業|もの))", FieldRef("budgets", "執行率"), ">=", 100.0),
    (r"新規開始の?事業|(?<!年度に)(?<!年に)(?:新しく|新規に)始まった事業", FieldRef("sheets", "事業区分"), "contains", "新規開始"),
    (r"新規要求の?事業|新規に要求|新たに要求(?=し|する|され)", FieldRef("sheets", "事業区分"), "contains", "新規要求"),
    (r"新規事業(?!化)", FieldRef("sheets", "事業区分"), "contains", "新規"),
    (r"直接実施(?=の|で|し|だけ|以外|を除)", FieldRef("sheets", "実施方法"), "contains", "直接実施"),
    (r"(?:委託・請負|委託|請負)(?:で|により|によって)(?:実施|行わ|行っ|行う)(?:さ?れ|し)?(?:て)?(?:い)?(?:る|た)?|(?:委託・請負|委託)(?=の事業|以外|を除)", FieldRef("sheets", "実施方法"), "contains", "委託"),
    (r"補助(?:で|により|によって)(?:実施|行わ|行っ|行う)(?:さ?れ|し)?(?:て)?(?:い)?(?:る|た)?|補助(?=の事業|以外|を除)|補助金(?=の事業(?!名|費))|補助事業(?!者|費|名|所)", FieldRef("sheets", "実施方法"), "contains", "補助"),
    (r"交付(?:で|により|によって)(?:実施|行わ|行っ|行う)(?:さ?れ|し)?(?:て)?(?:い)?(?:る|た)?|交付(?=の事業|以外|を除)", FieldRef("sheets", "実施方法"), "contains", "交付"),
    (r"分担金・拠出金(?:で|により|によって)(?:実施|行わ|行っ|行う)(?:さ?れ|し)?(?:て)?(?:い)?(?:る|た)?|分担金・拠出金(?=の事業)", FieldRef("sheets", "実施方法"), "contains", "分担金・拠出金"),
    (r"貸付(?:で|により|によって)(?:実施|行わ|行っ|行う)(?:さ?れ|し)?(?:て)?(?:い)?(?:る|た)?|貸付(?=の事業|以外|を除)", FieldRef("sheets", "実施方法"), "contains", "貸付"),
    (rf"「?(?:事業(?:全体)?の)?抜本的な?改善」?{_JUDGED_OR_NOT}", FieldRef("comments", "判定", _TEAM), "contains", "抜本的"),
    (rf"「?(?:事業内容の)?一部改善」?{_JUDGED_OR_NOT}", FieldRef("comments", "判定", _TEAM), "contains", "一部改善"),
    (r"「?現状(?:通り|どおり)」?(?=と|の|で|に|だっ|な)(?:だった|とされた|となった)?", FieldRef("comments", "判定", _TEAM), "contains", "現状通り"),
    (rf"「廃止」|廃止{_JUDGED}", FieldRef("comments", "判定", _TEAM), "contains", "廃止"),
    (rf"「終了予定」|終了予定(?:{_JUDGED}|(?=(?:の|な|に(?:なっている|なった))?(?:事業|もの)(?!名)))", FieldRef("comments", "判定", _TEAM), "contains", "終了"),
    (r"(?<!外部有識者による)公開プロセス(?=の(?:対象|事業)|に(?:かけ|掛け|なっ|付さ|選ば|諮)|で(?:議論|点検|取り上げ|審議)|を(?:受け|実施|行))(?:の対象)?(?:と|に)?(?:なった|なっている|かけられた|選ばれた)?", FieldRef("comments", "判定", "外部有識者の所見"), "contains", "公開プロセス"),
    (r"(?:外部)?(?:有識者(?:による|の|に|が)?)?書面点検(?:さ?れた|した|を受けた|(?:の)?対象(?:と|に)?(?:なった)?|(?=の事業))", FieldRef("comments", "判定", "外部有識者の所見"), "contains", "書面点検"),
    (r"(?:外部有識者(?:による|の)?)?点検(?:の)?対象外", FieldRef("comments", "判定", "外部有識者の所見"), "contains", "対象外"),
    (r"書面点検(?=の(?:対象|事業)|を(?:受け|実施|行)|に(?:なっ|かけ))(?:の対象)?(?:と|に)?(?:なった|なっている)?", FieldRef("comments", "判定", "外部有識者の所見"), "contains", "書面点検"),
    (r"「?執行等改善」?", FieldRef("comments", "判定", _RESPONSE), "contains", "執行等改善"),
    (r"「?年度内に改善を?検討」?(?:と(?:なった|された|なっている|されている))?", FieldRef("comments", "判定", _RESPONSE), "contains", "年度内に改善"),
    (r"減額補正(?:(?:が)?(?:され|した|あった|行われ|かかっ)(?:て(?:い)?る|た)?)?|補正(?:予算)?(?:で|が|を)減額(?:され|し)?(?:た|ている)?", FieldRef("budgets", "補正予算"), "<", 0),
    (rf"「縮減」|縮減(?:{_JUDGED}|(?=と(?:した|なっ)))", FieldRef("comments", "判定", _RESPONSE), "contains", "縮減"),
    (r"(?:終了|終わる)(?:予定|年度)(?:の|が|は)?(?:ない|なし|未定|決まっていない)", FieldRef("sheets", "終了予定なし"), "=", 1),
    (r"(?:一|1)[者社](?:応札|応募|入札)(?:となった|となっている|だった|になった|の)?", FieldRef("payees", "入札者数"), "=", 1),
    (r"(?:応札|応募|入札)(?:者|した(?:会社|業者|企業))?が(?:一|1)[者社](?:だけ|のみ|しか(?:い)?な(?:い|かった))?", FieldRef("payees", "入札者数"), "=", 1),
    (r"少額(?:の)?(?:随意契約|随契)", FieldRef("payees", "契約方式等"), "contains", "随意契約（少額）"),
    (r"公募(?:による|型の?|の)?(?:随意契約|随契)", FieldRef("payees", "契約方式等"), "contains", "随意契約（公募）"),
    (r"(?:不落|不調)(?:・不調)?(?:による|の)?(?:随意契約|随契)", FieldRef("payees", "契約方式等"), "contains", "随意契約（不落・不調）"),
    (r"総合評価(?:落札)?(?:方式)?(?=の|による|で|は|[^一-鿿]|$)", FieldRef("payees", "契約方式等"), "contains", "総合評価"),
    (r"最低価格(?:落札)?(?:方式)?(?=の|による|で|は|[^一-鿿]|$)", FieldRef("payees", "契約方式等"), "contains", "最低価格"),
    (r"(?:随意契約|随契)\(その他\)", FieldRef("payees", "契約方式等"), "contains", "随意契約（その他）"),
    (r"競争性のない随意契約|随意契約|随契", FieldRef("payees", "契約方式等"), "contains", "随意契約"),
    (r"一般競争(?:入札|契約)?", FieldRef("payees", "契約方式等"), "contains", "一般競争"),
    (r"指名競争(?:入札|契約)?", FieldRef("payees", "契約方式等"), "contains", "指名競争"),
    (r"(?<![名般])競争入札(?=だ|に(?:なっ|よる|付)|を(?:し|行)|の(?:契約|案件|支出先))(?:だった|による|をした|を行った)?", FieldRef("payees", "契約方式等"), "contains", "競争契約"),
    (r"企画競争", FieldRef("payees", "契約方式等"), "contains", "企画競争"),
)  # fmt: skip
_NOTHING_ELSE = pattern(r"(?:だけ|のみ)(?=で|の|に|を|が|から|[、。?]|$)")
_BOXES_OF_SEVERAL = ("会計区分", "実施方法")
_WHOLE_BOXES = frozenset({"一般会計", "特別会計", "直接実施", "補助", "交付", "分担金・拠出金", "貸付"})
"""What such a box may name alone."""
_COMPILED = tuple((pattern(p), ref, op, value) for p, ref, op, value in _WORDS)


def amount_filters(p: Parsed) -> list[tuple[Filter, FieldMention | None]]:
    """Each amount with the field it is said of: the nearest fitting field word, else 計 for money, 執行率 for rates."""
    out: list[tuple[Filter, FieldMention | None]] = []
    for c in p.conditions:
        if c.op is None and not _states(p, c):
            continue
        if c.spent:
            out.append((Filter(SPENT, "=", 0), None))
            continue
        mention = _field_of(p, c)
        if c.relative and mention is None and c.unit == "rate" and not _USED.search(c.text):
            continue
        done = _done_with(p, c)
        if done is not None and (mention is None or mention.field == BUDGET or mention.start >= c.end):
            mention = next((f for f in p.fields if f.field == done), mention)
            ref = done
        else:
            if mention is None and c.unit == "count" and not _OF_BIDDERS.search(c.text + p.text):
                # 「事業の数が50件以下の府省庁」: no box holds this number
                continue
            ref = mention.field if mention else _DEFAULT[c.unit]
        p.claim(c.start, c.end, "条件：" + c.text)
        before = _YEAR_BEFORE.search(p.text[: mention.start]) if mention is not None else None
        own = any(
            mention is not None and mention.end <= y.start < c.start for y in p.years if y.kind == "given"
        )
        fell = _CAME_TO.match(p.text, c.end)
        if fell:
            p.claim(*fell.span(), "条件：" + c.text)
        if before and mention is not None and mention.start < c.start and ref.table == "budgets" and not own:
            # 「前年度の執行率が9割以上だった…」 beside a condition on the year asked about
            p.claim_around(*before.span(), "条件：前の年度")
            p.years = [
                y for y in p.years if not (y.kind == "before" and before.start() <= y.start < before.end())
            ]
            out.append((Filter(ref, c.op or "=", c.value, shift=-1), mention))
            continue
        out.append((Filter(ref, c.op or "=", c.value), mention))
    return out


# 「予算の半分も使えていない」: half of the budget, which is a rate
_USED = pattern(r"使|執行|消化")
_CAME_TO = pattern(
    r"(?:に(?:まで)?)(?:落ち(?:込んだ|た)|下がった|低下した|なった|減った|急落した|落ち込んだ)"
)
_YEAR_BEFORE = pattern(r"前の?年度?の$")
_OF_BIDDERS = pattern(r"[0-9一二三四五六七八九十][者社]|応札|入札|応募")


def unread_number(p: Parsed, filters: Iterable[Filter]) -> str:
    """A number with a comparison that no condition came of, "" where there is none."""
    values = [f.value for f in filters]
    return next(
        (c.text for c in p.conditions if c.op is not None and c.value not in values and not c.spent), ""
    )


def _states(p: Parsed, c: Condition) -> bool:
    """「執行率が0%の事業」「執行率100%の事業」: a number without comparison that says what a figure is."""
    after = p.text[c.end : c.end + 6]
    if re.match(r"なのに|でも|だが|だけど|だったのに|で、|にもかかわらず", after):
        return True
    if c.value == 0 and re.match(r"[?。]?$", after) and "ずっと" in p.text:
        # 「当初予算はずっとゼロ?」
        return True
    before = p.text[max(0, c.start - 2) : c.start]
    return (
        c.unit != "count"
        and bool(re.match(r"(?:の|だった|である|になった|となった|しか)", after))
        and (before.endswith(("が", "率", "額", "は")) or c.start == 0)
    )


# what is done with the amount says which amount it is: 「100億円以上余らせた事業」
_DONE: tuple[tuple[re.Pattern[str], FieldRef], ...] = (
    (pattern(r"(?:も|を|が)?(?:使い残|余|残|使い切れ|使わな|使われな)"), FieldRef("budgets", "不用額")),
    (pattern(r"(?:も|を|が)?(?:使|支出|執行|かか|費や)"), SPENT),
    (pattern(r"(?:も|を|が)?(?:繰り?越|翌年度に回)"), FieldRef("budgets", "翌年度へ繰越し")),
    (pattern(r"(?:も|を|が)?(?:要求)"), FieldRef("budgets", "要求額")),
)


def _done_with(p: Parsed, c: Condition) -> FieldRef | None:
    """The amount a verb right after the number speaks of."""
    if c.unit != "money":
        return None
    return next((ref for pattern, ref in _DONE if pattern.match(p.text, c.end)), None)


def _field_of(p: Parsed, c: Condition) -> FieldMention | None:
    fitting = [f for f in p.fields if kind_of(f.field) in _KINDS[c.unit]]
    before = [f for f in fitting if f.end <= c.start]
    after = [f for f in fitting if f.start >= c.end]
    if before:
        return before[-1]
    return after[0] if after else None


def word_filters(p: Parsed) -> list[tuple[Filter, int, int]]:
    """Conditions said in words (一者応札, 新規事業, 廃止と判定; 「点検結果に『改善』とある」), with their place."""
    out = [(Filter(h.field, "=" if h.alone else "contains", h.words), h.start, h.end) for h in p.held]
    for wording, ref, op, value in _COMPILED:
        for m in wording.finditer(p.text):
            if any(a < m.end() and m.start() < b for _, a, b in out):
                continue
            if any(o.verb == "group" and o.start < m.end() and m.start() < o.end for o in p.operations):
                continue
            if any(a < m.end() and m.start() < b for a, b in (p.plain(n.start, n.end) for n in p.names)):
                continue
            if ref.item == _TEAM and any(f.field.item == _RESPONSE and f.end <= m.start() for f in p.fields):
                # 「所見を踏まえた改善点が「終了予定」」: what became of it, not what the team said
                ref = replace(ref, item=_RESPONSE)
            alone = _NOTHING_ELSE.match(p.text, m.end()) if ref.column in _BOXES_OF_SEVERAL else None
            if alone and value in _WHOLE_BOXES:
                # 「特別会計だけで」: the box names nothing else
                out.append((Filter(ref, "=", value), m.start(), alone.end()))
                continue
            out.append((Filter(ref, op, value), m.start(), m.end()))  # type: ignore[arg-type]
    return out


_THERE = pattern(
    r"\s*(?:額)?(?:が|の|も|を)(?:[0-9二三四五六七八九十]年(?:間)?(?:続けて|連続(?:して|で)))?(?:使われた|使った|執行された|充てられた|措置された|投入された|充てた|受けた|もらった|付いた|ついた|付いている|あった|ある(?!か)|計上された|計上されている|組まれた|生じた|発生した|出た)(?=[^、。?]{0,16}(?:事業|もの))"
)
_USED = pattern(r"使|執行|充て|投入|受け|もらっ|付い|つい|措置")
"""What can be used or got is more than nothing; 「予備費がある」 may be a negative amount too."""
_THERE_BUT = pattern(
    r"\s*(?:額)?(?:が|は|も)(?:(?P<on>付い|つい|計上され)(?:た|ている|て(?:い)?た)|あ(?:る|った|りながら))(?:のに|にもかかわらず|にも関わらず|けれど|けど|が|(?<=ながら))(?:も)?[、]?"
)
_NOT_THERE = pattern(
    r"\s*(?:額)?(?:が|の|も)(?:ない|なかった|ゼロの|ゼロだった|発生しなかった|出なかった)(?=[^、。?]{0,16}(?:事業|もの))"
)
_WRITTEN = pattern(
    r"(?:の(?:点検)?(?:の)?対象(?:に|と)な(?:った|っている)|を受け(?:た|ている)|が(?:行われ|実施され)(?:た|ている)|(?:の(?:記載|記述))?(?:が|の)(?:ある(?!か)|あった|書かれて?(?:いる|た)|書いて?(?:ある|あった)|記載されて?(?:いる|た)|設定されて?(?:いる|た)|付いて?(?:いる|た)))(?=[^、。?]{0,8}(?:事業|もの|シート|契約|案件))"
)
_UNWRITTEN = pattern(
    r"(?:の(?:記載|記述))?(?:が|の|も)(?:な(?:い|かった)|無い|空欄(?:の|に|だ)|(?:書かれて|書いて|記載されて|設定されて|示されて|付いて)い?な(?:い|かった))(?=[^、。?]{0,8}(?:事業|もの|シート|契約|案件))"
)
_MINUS = pattern(r"\s*(?:額)?(?:が|の)マイナス(?:の|だ|で|に(?:なっ|な))?(?:った|ている|ってる|る)?")
_HAPPENED = pattern(r"(?:た|て(?:い)?る|ました)(?=[^、。?]{0,8}(?:事業|もの))")


def explained(ref: FieldRef) -> FieldRef | None:
    """The amount an evaluation item is about (「繰越額が大きい場合…」: 翌年度へ繰越し); None for other fields."""
    if ref.table != "evaluations" or not ref.item:
        return None
    item = next((e for e in catalogue().evaluations if e.item == ref.item), None)
    columns = catalogue().table("budgets").columns
    amounts = [FieldRef("budgets", c) for c in item.explains if c in columns] if item else []
    return next((ref for ref in amounts if kind_of(ref) == MONEY), None)


def presence_filters(p: Parsed) -> list[tuple[Filter, FieldMention]]:
    """「補正予算が付いた事業」「繰越しがない事業」: the amount is not, or is, nothing; 「根拠法令のない事業」: not written."""
    out = _only_budget(p)
    for f in p.fields:
        amount = explained(f.field)
        happened = _HAPPENED.match(p.text, f.end) if amount is not None else None
        if happened and amount is not None:
            p.claim(*happened.span(), "条件：" + f.text + happened.group())
            out.append((Filter(amount, "!=", 0), f))
            continue
        minus = _MINUS.match(p.text, f.end) if kind_of(f.field) in (MONEY, RATE) else None
        if minus:
            p.claim(*minus.span(), "条件：" + minus.group().strip())
            out.append((Filter(f.field, "<", 0), f))
            continue
        if kind_of(f.field) == MONEY:
            nothing: object = 0
            there, absent = _THERE.match(p.text, f.end), _NOT_THERE.match(p.text, f.end)
        elif not is_figure(f.field) or f.field.table in CONTRACT_LISTS:
            nothing = None
            there, absent = _WRITTEN.match(p.text, f.end), _UNWRITTEN.match(p.text, f.end)
        else:
            continue
        but = _THERE_BUT.match(p.text, f.end) if kind_of(f.field) == MONEY else None
        if but:
            p.claim(*but.span(), "条件：" + f.text + but.group())
            out.append((Filter(f.field, ">", 0), f))
        elif there:
            used = nothing == 0 and _USED.search(there.group()) is not None
            out.append((Filter(f.field, ">" if used else "!=", nothing), f))
        elif absent:
            out.append((Filter(f.field, "=", nothing), f))
        for m in (there, absent):
            if m:
                p.claim(*m.span(), "条件：" + m.group().strip())
    return out


_NO_INITIAL = pattern(
    r"当初(?:予算)?(?:額)?(?:が|は|の)?(?:0円?|ゼロ|零|な[くし]|無[くし]|計上(?:が|は)?(?:され(?:ず|ていない)|なし))(?:で|の|に|、)?"
)
_ALONE = pattern(r"\s*(?:額)?(?:だけ|のみ|ばかり)(?=で|の|が|を|に|から|しか|$|[?])(?:で)?")
_INITIAL, _SUPPLEMENT = FieldRef("budgets", "当初予算"), FieldRef("budgets", "補正予算")
_OTHER_BUDGET = {_INITIAL: _SUPPLEMENT, _SUPPLEMENT: _INITIAL}


def _only_budget(p: Parsed) -> list[tuple[Filter, FieldMention]]:
    """「補正予算だけで実施」「当初予算のみの事業」: one of the two budgets is something, the other nothing."""
    out: list[tuple[Filter, FieldMention]] = []
    nothing = _NO_INITIAL.search(p.text)
    supplement = next((f for f in p.fields if f.field == _SUPPLEMENT), None)
    if nothing is not None and supplement is not None and supplement.start >= nothing.end():
        p.claim_around(*nothing.span(), "条件：" + nothing.group())
        if _ALONE.match(p.text, supplement.end) is None:
            # the amount itself may be asked for
            return [(Filter(_INITIAL, "=", 0), supplement)]
    for f in p.fields:
        other = _OTHER_BUDGET.get(f.field)
        alone = _ALONE.match(p.text, f.end)
        if other is None or alone is None:
            continue
        p.claim(*alone.span(), "条件：" + f.text + alone.group().strip())
        beside = next((m for m in p.fields if m.field == other), f)
        out += [(Filter(f.field, ">", 0), f), (Filter(other, "=", 0), beside)]
    return out


def year_filters(p: Parsed) -> list[Filter]:
    """「2020年度に始まった」「2025年度までに終わる」."""
    out: list[Filter] = []
    for y in p.years:
        if y.role == "on":
            ended = FieldRef("sheets", "事業終了年度")
            out.append(Filter(ended, ">=", min(y.years), open_ended=True))
        if y.role not in ("start", "end"):
            continue
        ref = FieldRef("sheets", "事業開始年度" if y.role == "start" else "事業終了年度")
        if len(y.years) > 1:
            out.append(Filter(ref, "between", (min(y.years), max(y.years))))
        else:
            out.append(Filter(ref, y.op, y.years[0]))  # type: ignore[arg-type]
    return out

"""Words of a question that no part of its query accounts for: left out, the answer would be another question's.

A query over many sheets, or for figures of one project, is made of what was read. After it is decided, every
word that carries meaning must be one of these: read as something; a word of a field of the query
(「受注」 beside 支出先), of its operation (「合わせて」 of a sum), of what its conditions hold; or one that adds
nothing (politeness, question words, 「事業」「国」「額」). Any other is named instead of an answer.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache

from assistant.patterns import pattern
from assistant.query import Average, FieldRef, Filter, OtherFigure, Query, Refusal
from assistant.understanding.many.conditions import BUDGET
from assistant.understanding.one.named_rows import LIST_TABLES
from assistant.understanding.parsing import Parsed
from assistant.understanding.words import beside, vocabulary
from assistant.understanding.words.fields import SPENT, is_figure, is_passage, kind_of
from db.catalogue import COUNT, MONEY, NUMBER, RATE, catalogue
from embeddings.words import Morpheme, morphemes

_OPERATIONS = frozenset({"count", "sum", "average", "rank", "list", "compare", "trend", "lookup"})
_MEANING = frozenset({"名詞", "動詞", "形容詞", "形状詞", "副詞", "接頭辞", "接尾辞"})
_WHOLE_WORDS = frozenset({"名詞", "動詞", "形容詞", "形状詞", "副詞"})
_INFLECTED = frozenset({"動詞", "形容詞"})
_PAID = ("payees", "payee_contracts", "contracts", "expenses", "flows", "blocks")
"""Tables that are spoken of in each other's words: who received a payment, what for and how much."""
_LIFE = ("事業開始年度", "事業終了年度", "終了予定なし")
_EACH = pattern(r"^(?!.*(?:コスト|単価|費用)).*[当あ]たり")
_SCALE = pattern(r"[百千万億兆]+")
_HIRAGANA = pattern(r"[ぁ-ゖ]+")
_DIGITS = pattern(r"[0-9]+")
_ENDING = pattern(r"(?<=[^ぁ-ゖ])[ぁ-ゖ]+$")
_CLAUSE = pattern(r"[、。?!,\n]")
_LEADS = pattern(
    r"(?:ので|けど|けれど|が|から|です|ます|(?:た|る|ない)の?|(?:じゃ|では)なく(?:て)?)[、,。?]?$"
)
_OF_THE_NAME = pattern(r"(?:の|における|での|への|向けの|で|に)[、,]?「?$")
_GOES_ON = pattern(r"を[^、。?]{1,6}(?:のに|ために|ため|には)")
_ENOUGH = pattern(r"(?:を|で)?(?:教え|出し|見せ|知り|いい|良い|十分|ほし|欲し)")
_WHERE = pattern(r"どこ|どんな|誰|だれ|どう(?!い|なっ|なる|だっ|です)")
_HOW_MUCH = pattern(
    r"いくら|幾ら|なんぼ|何(?:[円%億兆倍割]|百|千|万|パーセント|ポイント|位|番)|(?:どの|どれ)(?:くらい|ぐらい|だけ|ほど|程度)"
)
_CONFIRMED = pattern(
    r"[0-9][0-9.,]*(?:%|パーセント|割|[百千万億兆]*円?|件)?(?:なの|なん|です|だった|でした|ちょうど|で(?:合って|あって|いい|正しい)(?:い)?(?:る|ます)?)*(?:か|よね|ね|の)?[?]$"
)
_REMARKED = pattern(
    r"(?<=[がはも])(?:かなり|すごく|ずいぶん|とても|だいぶ|けっこう|結構)?(?:低|高|多|少な|大き|小さ)(?:い|すぎ|過ぎ)(?:る|です|の|ん|な|よ|ね|か)*[?]?$"
)
_HOW_MANY = pattern(r"何[件個本社者]|いくつ")
_NUMBER_ASKED = pattern(r"[^、。?]{0,4}いくつ(?!も)[^、。?]{0,6}")
_AMONG = pattern(r"(?:その|[、。?])うち[^、。?]{0,30}?(?:何|いくつ|いくら)")
_PART = pattern(
    r"(?:額)?(?:のうち|の中で?|から)[、]?(?P<what>[^、。?]{2,16}?)(?:額|金額|分|もの|の)(?:の合計)?(?:は|を|$|[?])"
)
_COMING = pattern(r"(?:増え|減り|伸び|上がり|下がり|余り|終わり|届き|使い切れ)そう(?=な|で|だ|か|[?]|$)")
"""What is expected of a figure stands in no sheet."""
_FEW_WORDS = 40
_AROUND = pattern(r"^[ぁ-ゖ、。?!)(\s]+|(?:まで|から|[のはがをにでとも、。?!)(\s])+$")
_SAYS = pattern(r"[^\x00\s、。?!「」『』()はがをにでとのへもか]")


def unread(p: Parsed, q: Query, describes: Callable[[str], bool] | None = None) -> Refusal | None:
    """The refusal that names the first word nothing accounts for; None where there is none.

    describes  whether a word tells of the only project there is, which a question need not name; None where
               there are more
    """
    if q.operation == "search" and q.refusal is None:
        asked = _figure_searched_for(p, q)
        return Refusal("unread", asked) if asked else None
    if q.refusal is not None or q.operation not in _OPERATIONS or (q.reason and q.projects):
        return None
    if q.reason:
        # no figure of many sheets says why
        return Refusal("no_project")
    if q.projects and (not _of_the_whole(q) or _asks_otherwise(p, q)):
        return None
    unused = _per_one(p, q) or _unused(p, q) or _unused_field(p, q) or _part_of_a_figure(p, q)
    if unused:
        return Refusal("unread", unused)
    rest = _left(p)
    if not _SAYS.search(rest):
        return None
    near, said = _near(q), _said(q)
    for m in morphemes(p.text):
        if not _means(m) or _read(p, m, rest) or _accounted(p, m, q, near, said):
            continue
        if _is_the_figure(p, m, q):
            continue
        if describes is not None and describes(m.text):
            continue
        if q.operation == "lookup" and m.start >= _asked_to_confirm(p):
            continue
        if not _says_no_more(p, m) and not _leads_to_it(p, q, m, rest):
            return Refusal("unread", _phrase(p, rest, m))
    return None


def _asked_to_confirm(p: Parsed) -> int:
    """Where a number or a remark begins that the question asks to confirm (「執行率は134%?」「執行率が低い」): the figure shown says whether it is so."""
    m = _CONFIRMED.search(p.text) or _REMARKED.search(p.text)
    return m.start() if m else len(p.text)


# ------------------------------------------------------------------ which questions, and what is left of them


def _of_the_whole(q: Query) -> bool:
    """Figures of the project as a whole; boxes and texts are shown as they stand, rows are found by their words."""
    lists = any(f.field.table in LIST_TABLES for f in _conditions(q))
    texts = any(is_passage(f) for f in q.fields)
    return not (lists or texts) and any(f.table == "budgets" and is_figure(f) for f in q.fields)


def _asks_otherwise(p: Parsed, q: Query) -> bool:
    """「要求がないのはどこへ引き継がれたから」: where or how is asked beside a figure, which the texts shown with it tell."""
    return q.operation == "lookup" and bool(_WHERE.search(p.text)) and not _HOW_MUCH.search(p.text)


def _figure_searched_for(p: Parsed, q: Query) -> str:
    """「総務省の執行額のうち九州に配分された額」: words beside a figure of a 府省庁 or a year that is asked for in a few words,
    which no passage answers; "" where none is."""
    if q.projects or q.reason or q.fields or len(p.text) > _FEW_WORDS:
        return ""
    figure = any(f.field.table == "budgets" and is_figure(f.field) and not f.weak for f in p.fields)
    if not figure or not (q.ministries or q.years.kind == "given"):
        return ""
    rest = _left(p)
    return next((_phrase(p, rest, m) for m in morphemes(p.text) if _means(m) and not _read(p, m, rest)), "")


def _per_one(p: Parsed, q: Query) -> str:
    """「1人あたりの予算」: an amount that no sheet divides so, "" where none is asked."""
    parts = (f.text for f in p.fields if f.field.table == "unit_costs" and _EACH.search(f.text))
    return next(parts, "") if any(f.table == "budgets" for f in q.fields) else ""


_ALWAYS = frozenset({"list"})
"""「どの事業」「教えて」: asking for anything."""
_SERVES: dict[str, frozenset[str]] = {
    "count": frozenset({"count", "sum"}),
    "sum": frozenset({"sum"}),
    "average": frozenset({"average", "median", "share", "sum"}),
    "rank": frozenset({"rank"}),
    "compare": frozenset({"compare", "sum", "count", "rank"}),
    "trend": frozenset({"trend", "sum", "compare", "rank"}),
    "list": frozenset(),
    "lookup": frozenset({"sum", "share", "total", "compare", "rank", "count"}),
}
"""Operation words that are part of each operation (「全部で何件」, 「合計の推移」)."""


def _unused(p: Parsed, q: Query) -> str:
    """An operation word that was read and is no part of the query, "" where there is none."""
    queries = (q, *q.beside)
    serves = _ALWAYS.union(*(_SERVES[x.operation] for x in queries if x.operation in _SERVES))
    if q.group_by is not None or q.projects:
        serves |= {"group", "total", "rank", "sum"}
    elif FieldRef("sheets", "府省庁") in q.fields and q.operation in ("rank", "list", "lookup"):
        # told beside each project
        serves |= {"group", "total"}
    if len(queries) > 1 or len(q.ministries) > 1:
        serves |= {"compare"}
    kinds = {kind_of(f) for f in q.fields}
    if RATE in kinds:
        # a rate of several sheets is their average, and is itself a share
        serves |= {"average", "share"}
    if COUNT in kinds:
        serves |= {"count"}
    if q.share:
        serves |= {"share"}
    if q.place:
        serves |= {"place", "rank", "group", "total", "sum"}
    if q.added:
        serves |= {"rank", "share", "average"}
    if q.of_groups:
        serves |= {"count", "total"}
    if q.years_added:
        serves |= {"sum"}
    if q.having:
        serves |= {"sum", "average", "group", "total"}
    if any(isinstance(f.value, int | float | tuple) for f in _conditions(q)):
        # 「1億円以下の小さい事業」
        serves |= {"rank"}
    against = [f.value for f in _conditions(q) if isinstance(f.value, OtherFigure | Average)]
    if q.payees or against:
        serves |= {"rank", "average", "total"}
    if q.payees or any(isinstance(v, OtherFigure) for v in against):
        serves |= {"compare"}
    asked = [o for o in p.operations if o.verb == "count" and _HOW_MANY.match(p.text, o.start)]
    if len(asked) > 1 and len(queries) == 1:
        # 「…は何件で、そのうち…は何件」
        return p.text[asked[0].end : asked[1].end]
    number = _NUMBER_ASKED.search(p.text)
    if number is not None and {x.operation for x in queries} <= {"rank", "list"} and not q.projects:
        # 「トップ10のうち環境省のものはいくつ」
        return number.group()
    coming = _COMING.search(p.text) if not q.projects else None
    if coming is not None:
        return coming.group()
    among = _AMONG.search(p.text) if len(queries) == 1 else None
    if among is not None and among.start() > 0:
        return among.group().lstrip("、。?")
    read = {s.start for s in p.spans if (s.taken_as or "").startswith("集計")}
    return next(
        (p.text[o.start : o.end] for o in p.operations if o.verb not in serves and o.start in read), ""
    )


def _unused_field(p: Parsed, q: Query) -> str:
    """A figure, or what a box says of one, that was named and is no part of a query over many sheets, "" for none."""
    if q.projects:
        return ""
    queries = (q, *q.beside)
    refs = {r for x in queries for r in (*x.fields, x.group_by, *(f.field for f in _conditions(x)))}
    refs |= {f.value.field for x in queries for f in _conditions(x) if isinstance(f.value, OtherFigure)}
    paid = q.of_rows or any(r is not None and r.table in _PAID for r in refs)
    for f in p.fields:
        if f.field in refs or f.field == BUDGET or f.weak or (paid and f.field == SPENT):
            continue
        boxed = f.field.table == "evaluations" and not paid and not _explained(f.field) & refs
        if boxed or (is_figure(f.field) and not q.payees):
            return f.text
    return ""


def _explained(ref: FieldRef) -> set[FieldRef | None]:
    """The figures that an evaluation item is about (「予算を余らせた」: 不用額)."""
    items = (e for e in catalogue().evaluations if e.item == ref.item)
    return {FieldRef("budgets", c) for e in items for c in e.explains}


def _part_of_a_figure(p: Parsed, q: Query) -> str:
    """「執行額のうち東北地方に使われた額」: a part of a figure that projects about a matter do not make up, "" for none."""
    if q.projects or not q.matters or q.share:
        return ""
    parts = (_PART.match(p.text, f.end) for f in p.fields if is_figure(f.field))
    return next((m.group("what") for m in parts if m is not None), "")


def _left(p: Parsed) -> str:
    """The text with what was read, and what is polite, blanked out."""
    return vocabulary.STOPS.sub(lambda m: "\x00" * len(m.group()), p.remainder())


def _read(p: Parsed, m: Morpheme, rest: str) -> bool:
    """Whether a part of the word was read as something, or all of it is polite (「方」 in 「両方」 is not all)."""
    if any(s.taken_as is not None and s.start < m.end and m.start < s.end for s in p.spans):
        return True
    return not rest[m.start : m.end].strip("\x00")


def _means(m: Morpheme) -> bool:
    """Whether a word can change what is asked."""
    if m.kind in _MEANING:
        return m.normal not in beside.ADDS_NOTHING
    return m.normal in beside.LIMITS


# ------------------------------------------------------------------ what accounts for a word


_UNITS = {"money": (MONEY,), "rate": (RATE,), "count": (COUNT, NUMBER)}


def _is_the_figure(p: Parsed, m: Morpheme, q: Query) -> bool:
    """「執行率は毎年100%?」: an amount that the asked figure of one project may be, which then is told."""
    kinds = {kind_of(f) for f in q.fields}
    return bool(q.projects) and any(
        c.start <= m.start < c.end and kinds & set(_UNITS[c.unit]) for c in p.conditions
    )


def _accounted(p: Parsed, m: Morpheme, q: Query, near: frozenset[str], said: str) -> bool:
    if m.normal in near or m.text in near:
        return True
    if m.finer == "数詞":
        return bool(_SCALE.fullmatch(m.text)) or m.text in _numbers(q)
    stem = _ENDING.sub("", m.text)
    if _HIRAGANA.fullmatch(stem):
        return False
    if len(stem) == 1 and m.kind in _INFLECTED:
        # 「払っ」 of 「払った相手」, not 「入っ」 of 「入札」
        return re.search(rf"(?<![一-鿿]){stem}[ぁ-ゖ]", said) is not None
    if m.kind in _INFLECTED or (m.kind in _WHOLE_WORDS and len(stem) > 1):
        return stem in said
    # a part of a compound counts with what it is part of
    return p.text[max(0, m.start - 2) : m.end] in said


def _conditions(q: Query) -> tuple[Filter, ...]:
    """What projects, and what years, must meet."""
    return (*q.filters, *q.of_years)


def _near(q: Query) -> frozenset[str]:
    """Words that say no more than the operation and the fields of the query."""
    queries = (q, *q.beside)
    words = set[str]().union(*(beside.OF_OPERATION.get(x.operation, ()) for x in queries))
    refs = [*(f for x in queries for f in x.fields), *(f.field for x in queries for f in _conditions(x))]
    refs += [x.group_by for x in queries if x.group_by is not None]
    if any(r.table in ("budgets", *_PAID) for r in refs):
        words |= beside.OF_AMOUNTS
    if q.of_rows or q.payees or any(r.table in _PAID for r in refs):
        words |= beside.OF_CONTRACTS
    if any(r.table in ("comments", "evaluations") for r in refs):
        words |= beside.OF_BOXES
    if any(r.column in _LIFE for r in refs):
        words |= beside.OF_LIFE
    if q.carried_over:
        words |= beside.OF_FOLLOW_UPS
    if q.projects:
        words |= beside.OF_ONE
        if q.operation == "trend":
            words |= beside.OF_ORDER["desc"] | beside.OF_ORDER["asc"]
    if q.share:
        words |= {"割合", "占める"}
    if q.beside or any(isinstance(f.value, OtherFigure) for f in _conditions(q)):
        words |= beside.OF_SIDES | beside.OF_MOVEMENT
    if q.operation == "rank" and q.order and (q.projects or sum(is_figure(f) for f in q.fields) == 1):
        words |= beside.OF_ORDER[q.order]
    if q.operation == "rank" and any(r.table == "payees" for r in q.fields):
        words |= beside.OF_RECIPIENTS
    if any(r.column == "会計区分" for r in refs):
        words |= {"使う", "出る"}
    if q.order and q.group_by is not None:
        words |= beside.OF_ORDER[q.order]
    if q.by_number:
        words.add("数")
    if q.group_by is not None:
        words.add("ずつ")
    if len({f.field for f in q.filters}) < len(q.filters):
        # 「一般会計と特別会計の両方」: two conditions on one field
        words |= {"両方", "双方"}
    return frozenset(words)


def _said(q: Query) -> str:
    """All words of the fields of a query and of what its conditions hold, one a line."""
    refs: list[FieldRef] = []
    values: list[str] = []
    for x in (q, *q.beside):
        refs += [*x.fields, *(f.field for f in _conditions(x))]
        refs += [x.group_by] if x.group_by else []
        refs += [f.value.field for f in _conditions(x) if isinstance(f.value, OtherFigure)]
        values += [f.value for f in _conditions(x) if isinstance(f.value, str)]
        values += [*x.matters, *x.payees, *x.ministries]
        values += [w for y in x.projects for w in (y.name, *y.sheet_keys)]
        if x.payees or x.of_rows:
            refs.append(FieldRef(_PAID[0], "支出先"))
    return "\n".join([*(words_of(r) for r in dict.fromkeys(refs)), *values])


def _numbers(q: Query) -> set[str]:
    """Numbers that stand in the query: how many are listed, which project, what a condition holds."""
    values = [str(f.value) for x in (q, *q.beside) for f in _conditions(x)]
    values += [*q.matters, *q.payees, *(w for x in q.projects for w in (x.name, *x.sheet_keys))]
    return {n for w in (str(q.limit), str(q.nth), *values) for n in _DIGITS.findall(w)}


@lru_cache(maxsize=512)
def words_of(ref: FieldRef) -> str:
    """What people call a field, one a line; of a list of recipients, all fields of such lists."""
    paid = ref.table in _PAID
    tables = [catalogue().table(t) for t in (_PAID if paid else (ref.table,))]
    fields = [f for t in tables for f in t.fields if paid or f.column == ref.column]
    return "\n".join(w for f in fields for w in (f.label, f.column, *f.words))


def _says_no_more(p: Parsed, m: Morpheme) -> bool:
    """「防衛省だけ」「上位3つだけ」「補正予算を含めて」 limit or widen nothing; 「〇〇白書を作るのに」 goes on as the name does."""
    before = next((s for s in p.spans if s.end == m.start or s.end + 1 == m.start), None)
    kind = (before.taken_as or "").split("：")[0] if before else ""
    if m.normal in beside.WITHIN:
        return kind in ("府省庁", "年度", "集計") or bool(_ENOUGH.match(p.text, m.end))
    if kind == "項目" and m.normal in beside.INCLUDING:
        return p.text[m.start - 1] in "をも"
    return kind == "事業" and m.kind == "動詞" and bool(_GOES_ON.match(p.text, m.start - 1))


def _leads_to_it(p: Parsed, q: Query, m: Morpheme, rest: str) -> bool:
    """Whether a word stands in what only leads to the question (「新聞で読んだ〇〇事業の」「授業で使うので、」)."""
    end = next((c.start() for c in _CLAUSE.finditer(p.text, m.end)), len(p.text))
    start = max((c.end() for c in _CLAUSE.finditer(p.text, 0, m.start)), default=0)
    if not any(s.taken_as and s.start < end and start < s.end for s in p.spans):
        # a sentence or clause of its own, in which nothing of the question stands
        return bool(_LEADS.search(p.text[start:end])) or p.text[end : end + 1] == "。"
    names = [p.plain(n.start, n.end) for n in p.names] or [
        (s.start, s.end) for s in p.spans if (s.taken_as or "").startswith("事業：")
    ]
    first = min((a for a, _ in names), default=0)
    return bool(q.projects) and m.end <= first and _OF_THE_NAME.search(p.text[:first]) is None


def _phrase(p: Parsed, rest: str, m: Morpheme) -> str:
    """The words that stand with it unread (「二次公募分」), without the particles around them."""
    start = max((c.end() for c in re.finditer(r"[\x00、。?!\s「」]", rest[: m.start])), default=0)
    after = re.search(r"[\x00、。?!\s「」]", rest[m.end :])
    end = m.end + after.start() if after else len(rest)
    return _AROUND.sub("", p.text[start:end]) or m.text

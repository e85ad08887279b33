"""When a question is not one a review sheet answers: chit-chat, instructions, private matters, months, the future.

A question is refused by what its words resolve to, not by its wording alone: a word on the list of matters that
no sheet states (株価, 電話番号 …) is asked all the same where the project's own texts speak of it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from assistant.patterns import pattern
from assistant.query import FieldRef, ProjectRef, Query, Refusal
from assistant.understanding.deciding import Situation
from assistant.understanding.grounding import Grounding, unheard
from assistant.understanding.names.projects import ProjectIndex
from assistant.understanding.parsing import Parsed
from assistant.understanding.subject import Subject
from assistant.understanding.topics import content_words
from assistant.understanding.words import vocabulary
from assistant.understanding.words.fields import has_year, is_figure
from assistant.understanding.words.normalise import name_key
from embeddings.words import morphemes

POSSIBLE, LIKELY = 0.15, 0.6
"""Below the one, 1 in 100 questions about a sheet falls and half of those of general knowledge; above the other
stand 80 in 100 of the former and 15 of the latter."""
# how far back the texts of a sheet look beyond its figures, in years
_REMEMBERED = 80
_TWINS = 3
_MONEY = pattern(r"(?:支出|執行|支払い?|予算)(?:額)?(?:は|を|って|の推移|$|[?])")
_DIVIDED = pattern(
    r"(?P<by>[一-鿿ァ-ヺー]{1,8}(?<![特個区差性送選識判類鑑])(?:別|ごと|毎))(?:に|の)(?=[^、。?]{0,16}[?。]?$)"
)
"""「支店別の内訳」: a division that was not read as one of those that are computed."""
_COMPOUND = pattern(r"[一-鿿ァ-ヺー]*")
_HAS_HAPPENED = pattern(r"(?:って|て)(?:い)?(?:ます|る|た|ました)(?:か|の|[?]|$)")


def before_reading(question: str, text: str) -> Query | None:
    """What can be told from the wording alone; None where the question is to be read."""
    if not any(ch.isalnum() for ch in text):
        return Query(question=question, refusal=Refusal("empty"))
    if vocabulary.INSTRUCTION.search(text):
        return Query(question=question, refusal=Refusal("instruction"))
    if vocabulary.OPINION.search(text):
        return Query(question=question, refusal=Refusal("off_topic", "chit_chat"))
    if vocabulary.RESET.search(text):
        return Query(question=question, refusal=Refusal("reset"))
    if vocabulary.HELP.search(text) and len(text) <= 30:
        return Query(question=question, operation="help")
    if vocabulary.HOLDINGS.search(text):
        return Query(question=question, operation="count", group_by=FieldRef("sheets", "公開年度"))
    return None


def chit_chat(p: Parsed, subject: Subject) -> bool:
    """A greeting, or a question about the assistant itself, with nothing of a sheet in it."""
    if p.names or subject.projects or p.ministries:
        return False
    greeting = vocabulary.GREETING.match(p.text)
    if greeting:
        rest = vocabulary.GREETING.sub("", p.text[greeting.end() :].strip(" 、。?!"))
        return not vocabulary.CONTENT.search(rest) or not p.fields
    return bool(vocabulary.ABOUT_ASSISTANT.search(p.text)) and not p.operations


def not_on_a_sheet(p: Parsed, subject: Subject, index: ProjectIndex, query: Query) -> Refusal | None:
    """A matter or a month that no sheet states, asked for as such; None where the project's texts speak of it."""
    text = _outside_names(p)
    granular = vocabulary.GRANULARITY.search(text)
    if (
        granular
        and (any(is_figure(f.field) for f in p.fields) or _MONEY.search(text))
        and (query.operation != "search" or not _known(granular.group(), subject, index))
    ):
        rest = [w for w in content_words(query.topic) if w not in granular.group() and not _is_field(w, p)]
        if len(rest) <= 1:
            return Refusal("not_a_field", granular.group())
    divided = _DIVIDED.search(p.remainder())
    if divided and not _known(divided.group("by"), subject, index):
        return Refusal("not_a_field", divided.group("by"))
    for absent in vocabulary.ABSENT.finditer(text):
        end = absent.end()
        if not any(f.start >= end for f in p.fields):
            # 「株主構成」 and 「おすすめメニュー」 are of the matter they begin with
            end = next(_COMPOUND.finditer(text, end)).end()
        tail = content_words(vocabulary.STOPS.sub(" ", text[end:]))
        if not tail and not _known(absent.group(), subject, index):
            return Refusal("not_a_field", absent.group())
    return None


def _is_field(word: str, p: Parsed) -> bool:
    return any(word in f.text or f.text in word for f in p.fields)


def out_of_range(p: Parsed, query: Query, situation: Situation) -> Refusal | None:
    """A year no figure of the data is of (1990, 2040, 明治時代): requests reach one year beyond the budgets."""
    if situation.first_year is None or situation.last_year is None:
        return None
    # 「令和15年度に終わっていますか」 asks of one project what has not happened yet
    coming = [y for y in p.years if y.role in ("start", "end") and max(y.years) > situation.last_year + 1]
    if query.projects and coming and _HAS_HAPPENED.search(p.text):
        return Refusal("year_out_of_range", coming[0].text)
    if query.years.kind != "given":
        return None
    if query.fields and all(f.table in ("outcomes", "outputs") for f in query.fields):
        # targets stand for years to come
        return None
    years = query.years.values
    if all(situation.first_year <= y <= situation.last_year + 1 for y in years):
        return None
    if any(situation.first_year <= y <= situation.last_year + 1 for y in years) and len(years) > 2:
        return None
    figures = any(is_figure(f) and has_year(f) for f in query.fields)
    if query.reason or not figures or query.operation == "search":
        # passages speak of years before and after the figures, but not of what has not happened yet
        ahead = min(years) > situation.last_year + 1 and vocabulary.OUTCOME.search(p.text)
        if not ahead and max(years) >= situation.first_year - _REMEMBERED:
            return None
    return Refusal("year_out_of_range", query.years.as_said)


_POLITE = frozenset(
    {
        "下さる",
        "呉れる",
        "貰う",
        "欲しい",
        "頂戴",
        "頂く",
        "ます",
        "ない",
        "ぬ",
        "か",
        "ね",
        "よ",
        "と",
        "良い",
        "です",
        "だ",
        "た",
    }
)
"""What may follow 「…して」 in a request, in normalised form."""


def _wants_an_act(question: str) -> bool:
    """「財務省に電話して」: a request for something else than to be told; 「証明してもらえる?」 asks what a project does."""
    if question.rstrip().endswith(("?", "？")):
        return False
    said = [m for m in morphemes(question) if m.kind not in ("補助記号", "空白")]
    while said and said[-1].normal in _POLITE:
        said.pop()
    if len(said) < 2 or said[-1].normal not in ("て", "で") or said[-1].finer != "接続助詞":
        return False
    acts = [m for m in said[-4:-1] if m.kind in ("動詞", "名詞") and m.normal != "為る"]
    return said[-2].kind == "動詞" and bool(acts) and not any(m.normal in vocabulary.ASKING for m in acts)


def off_topic(query: Query, grounding: Grounding, bearing: Callable[[str], float | None]) -> Refusal | None:
    """A search that nothing in the data speaks of and nothing in its words ties to the sheets.

    bearing  how likely the sheets speak of a matter by all the search knows of it (``PassageSearch.bearing``)
    """
    if query.operation != "search" or query.projects or query.fields:
        return None
    if not query.carried_over and _wants_an_act(query.question):
        return Refusal("instruction")
    if not grounding.gives_number(query.question, query.topic):
        return Refusal("off_topic", query.topic)
    likely = bearing(query.question if not query.carried_over else query.topic or query.question)
    if likely is None:
        spoken_of = grounding.speaks(query.question, query.topic)
    elif grounding.says_little(query.question, query.topic):
        spoken_of = grounding.speaks_of_little(query.question, query.topic, likely)
    else:
        spoken_of = likely >= LIKELY or (likely >= POSSIBLE and grounding.speaks(query.question, query.topic))
    return None if spoken_of else Refusal("off_topic", query.topic)


def unanswerable_of(
    query: Query,
    subject: Subject,
    index: ProjectIndex,
    written: Callable[[Sequence[ProjectRef], str], bool],
) -> Refusal | None:
    """A number, person or date asked of one project about a matter its texts never mention.

    written  whether a project's sheets have an evaluation item written
    """
    if any(f.table == "evaluations" and f.item and written(query.projects, f.item) for f in query.fields):
        # the item itself is read
        return None
    if query.operation != "search" or not 1 <= len(query.projects) <= _TWINS or not subject.projects:
        return None
    texts = "\n".join(index.texts(x) for x in subject.projects[:_TWINS])
    word = unheard(query.question, query.topic, texts)
    return Refusal("unresolved", word) if word else None


def _outside_names(p: Parsed) -> str:
    out = list(p.text)
    for m in p.names:
        a, b = p.plain(m.start, m.end)
        out[a:b] = " " * (b - a)
    return "".join(out)


def _known(word: str, subject: Subject, index: ProjectIndex) -> bool:
    key = name_key(word)
    return any(key in index.texts(x) for x in subject.projects[:2])

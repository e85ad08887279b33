"""A question about no project and none that many projects answer: a search for passages, or why it is not answered."""

from __future__ import annotations

from dataclasses import replace

from assistant.patterns import pattern
from assistant.query import Query, Refusal
from assistant.understanding.many.of_many import OVER_MANY
from assistant.understanding.many.said import WHICH_IS_MORE
from assistant.understanding.many.sheets import TOPIC_WORDS
from assistant.understanding.one.project import asks_figure
from assistant.understanding.parsing import Parsed
from assistant.understanding.subject import Subject, says_this
from assistant.understanding.topics import described, topic_of
from assistant.understanding.words.fields import is_figure, is_passage

_ASKS_PROJECTS = pattern(
    r"(?:事業|もの)(?:は|って|を)?(?:どれ|ある|あり|何|なに|教え|挙げ|一覧)?[^、。?]{0,8}[?。]?$"
)
_MONEY_OF = pattern(r"[一-鿿ァ-ヺーA-Za-z](?:予算|経費|費用|事業費|支出額|執行額)(?:額)?(?:は|って)?[?]?$")
_PRICE = pattern(r"(?:いくら|幾ら|何円|何億|なんぼ)[^、。?]{0,10}[?]?$")
_WHO_GOT = pattern(r"受け?取[っりる]|もらって|支出先|支払先|受注(?:者|企業|会社)")
_SHORT = 3
_BRIEF = 24
"""What is left of a question that describes a matter is longer than this many characters."""


def about_none(p: Parsed, q: Query, subject: Subject) -> Query:
    """The query of such a question; ``subject`` may hold the nearest names."""
    leftover = topic_of(p)
    whole = topic_of(p, with_fields=True)
    if subject.certainty == "unknown":
        return replace(
            q,
            operation="none",
            topic=whole,
            refusal=Refusal("unknown_project", subject.phrase, subject.candidates[:5]),
        )
    content = described(leftover)
    figures = tuple(f for f in q.fields if is_figure(f))
    if says_this(p.text):
        # 「この事業は…」 with no project before it
        return replace(q, operation="none", refusal=Refusal("no_project", "", ()))
    if not content:
        listed = [f for f in q.fields if f.table == "comments" and f.item]
        if listed and ("list" in p.verbs() or OVER_MANY.search(p.text)):
            return replace(q, operation="search", fields=tuple(listed), topic=whole)
        if figures or q.fields or p.reasons:
            # 「その理由は?」 with nothing before it, too
            return replace(q, operation="none", refusal=Refusal("no_project", "", ()))
        return replace(q, operation="none", refusal=Refusal("unresolved", p.text))
    budget = tuple(f for f in figures if f.table == "budgets")
    short = len(content) <= TOPIC_WORDS or len(leftover) <= _BRIEF or _PRICE.search(p.text)
    if budget and not q.reason and short and asks_figure(p, budget):
        # a figure belongs to a project: passages about the matter would be no answer
        refusal = Refusal("unknown_project", leftover, subject.candidates[:5])
        return replace(q, operation="none", topic=whole, refusal=refusal)
    if budget and not q.reason and len(content) <= 1 and len(leftover) <= _SHORT:
        # 「執行率の分布」: something of a figure that is not computed
        return replace(q, operation="none", topic=whole, refusal=Refusal("unresolved", leftover))
    if figures and not q.reason and len(leftover) <= _BRIEF and WHICH_IS_MORE.search(p.text):
        return replace(q, operation="none", topic=whole, refusal=Refusal("unresolved", leftover))
    if budget and not q.reason and len(leftover) <= _BRIEF and _ASKS_PROJECTS.search(p.text):
        # projects that meet something that was not understood: a passage is not among them
        return replace(q, operation="none", topic=whole, refusal=Refusal("unresolved", leftover))
    passages = tuple(f for f in q.fields if is_passage(f))
    if "rank" in p.verbs() and _WHO_GOT.search(p.text) and not (passages or q.reason):
        # 「支出先企業の利益率が高い順に3社」: an order of recipients that is not known stands in no passage
        return replace(q, operation="none", topic=whole, refusal=Refusal("unresolved", leftover))
    if "sum" in p.verbs() and len(content) <= TOPIC_WORDS and not passages and not q.reason:
        # a sum of what is not understood is no matter for a passage
        return replace(q, operation="none", topic=whole, refusal=Refusal("unresolved", leftover))
    asks_money = _MONEY_OF.search(p.text) or _PRICE.search(p.text)
    if asks_money and len(content) <= _SHORT and not passages and not q.reason:
        # 「富岳の開発予算は?」: an amount is a project's, which a passage that shares a word with the question does not give
        refusal = Refusal("unknown_project", leftover, subject.candidates[:5])
        return replace(q, operation="none", topic=whole, refusal=refusal)
    return replace(q, operation="search", fields=passages, topic=whole)

"""A turn that edits nothing of the question before: read for itself of the project in hand, else said not to be understood."""

from __future__ import annotations

from dataclasses import replace

from assistant.patterns import pattern
from assistant.query import Query, Refusal
from assistant.understanding.deciding import Situation, decide
from assistant.understanding.names.projects import Project
from assistant.understanding.parsing import Parsed
from assistant.understanding.subject import Subject
from assistant.understanding.topics import content_words
from assistant.understanding.words import vocabulary
from assistant.understanding.words.fields import has_year, is_figure

_QUESTION = pattern(r"どこ|だれ|誰|いつ|いくら|どうやって|どんな")
_ASKED = (
    "operation", "projects", "years", "published", "fields", "ministries", "payees", "filters", "matters",
    "group_by", "order", "limit", "nth", "reason", "difference", "share", "topic", "beside",
)  # fmt: skip
"""What of a query says what is asked."""


def asks_the_same(query: Query, previous: Query) -> bool:
    """Whether the turn would get the answer before once more."""
    return all(getattr(query, name) == getattr(previous, name) for name in _ASKED)


def says_something(p: Parsed, previous: Query) -> bool:
    """Words of the turn are left that were read as nothing (「いまも続いてる?」), which a repetition (「何件?」) has not."""
    if p.fields or p.years or p.ministries or p.names or previous.operation in p.verbs():
        return False
    rest = vocabulary.STOPS.sub(" ", p.remainder().replace("\x00", " "))
    if _QUESTION.search(p.text):
        return True
    return bool(vocabulary.VERB.search(rest) or vocabulary.CONTENT.search(rest) or p.verbs() - {"list"})


def read_afresh(p: Parsed, previous: Query, project: Project | None, situation: Situation) -> Query:
    """What a question of these words asks of the project in hand, of the same years; a refusal where it asks nothing."""
    refused = replace(
        previous,
        question=p.n.original,
        operation="none",
        refusal=Refusal("unresolved", p.n.original.strip(" 。?？")),
        words=p.words(),
        carried_over=(),
    )
    if project is None:
        return refused
    query = decide(p, Subject("exact", (project,)), situation)
    vague = query.operation == "search" and not content_words(query.topic) and not query.fields
    if vague or query.refusal is not None or query.operation in ("none", "describe", "help"):
        return replace(refused, refusal=query.refusal or refused.refusal)
    figures = any(is_figure(f) and has_year(f) for f in query.fields)
    carried: tuple[str, ...] = ("事業",)
    if figures and previous.years.kind == "given" and query.years.kind in ("none", "latest"):
        query, carried = replace(query, years=previous.years), ("事業", "年度")
    return replace(query, carried_over=carried)

"""「防衛省の事業は何件で、そのうち執行率が5割未満は何件」: a question whose second half asks of what the first one counted.

The halves are read as two turns of a conversation, the second against the first.
"""

from __future__ import annotations

from dataclasses import replace

from assistant.patterns import pattern
from assistant.query import Query

_THOSE = pattern(
    r"^(?P<first>.+?)(?:で(?:あり|す|した)?(?:か|が)?|あり(?:ます)?か?|あって|ある(?:か|が)?)?[、。,?？]\s*"
    r"(?:その(?:うち|中|なか)(?:で(?:は|も)?|の|に|、)?|うち(?=[^、。?]{2,30}(?:件|いくつ|何割|割合|いくら)))[、,]?(?P<second>[^。?？]+[。?？]?)$"
)
_PART = pattern(r"何割|何(?:%|パーセント)|割合|比率")
_COUNTED = ("count", "sum", "list", "average")


def halves(question: str) -> tuple[str, str] | None:
    """What is asked first, and what is asked of those; None for any other question."""
    found = _THOSE.match(question)
    return (found.group("first"), f"そのうち{found.group('second')}") if found else None


def joined(question: str, first: Query, second: Query | None) -> Query | None:
    """Both halves as one query; None where the second does not ask of what the first one counted."""
    if second is None or first.refusal or second.refusal or first.projects or second.projects:
        return None
    if first.operation not in _COUNTED or second.operation not in _COUNTED or second.beside:
        return None
    kept = set(first.filters) <= set(second.filters) and set(first.matters) <= set(second.matters)
    same = first.ministries == second.ministries
    narrowed = same and (second.filters != first.filters or second.matters != first.matters)
    narrowed = narrowed or (not first.ministries and bool(second.ministries))
    if not (kept and narrowed) or first.payees != second.payees:
        return None
    part = _PART.search(second.question) is not None
    if part and (first.filters or first.matters or second.operation == "average"):
        # a part of what meets the first condition, not of all
        return None
    fields = () if second.operation == "count" else second.fields
    second = replace(second, fields=fields, carried_over=(), share=part or second.share)
    return replace(
        first, question=question, beside=(*first.beside, second), words=(*first.words, *second.words)
    )

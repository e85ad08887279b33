"""The reading of a question as it is shown (contract: interpretation)."""

from __future__ import annotations

from typing import Any

from assistant.answering.basis import Basis
from assistant.answering.many.scope import SPOKEN_OF
from assistant.answering.many.told import compared_with, field_label
from assistant.answering.result import Result
from assistant.query import Average, Filter, OtherFigure, Query

SEARCHED = "探す言葉"


def interpretation(basis: Basis, query: Query, result: Result, reading: str) -> dict[str, Any]:
    """The query as it was read and run. ``reading`` is its one Japanese line; notes of answering are added."""
    return {
        "operation": query.operation if query.refusal is None else "none",
        "project": _project(query),
        "fiscal_years": list(result.years or _named_years(query)),
        "fields": list(dict.fromkeys(field_label(basis, f) for f in (query.fields or result.fields))),
        "filters": [
            *_ministries(basis, query),
            *(_filter(basis, f) for f in (*query.filters, *query.of_years)),
            *_matters(query),
        ],
        "carried_over": list(query.carried_over),
        "text": " · ".join([reading, *result.notes]) if reading else " · ".join(result.notes),
        "words": _words(query),
    }


def _words(query: Query) -> list[dict[str, Any]]:
    """Every word and what it was taken for. Words no field or name resolves are what a search looks for."""
    searched = query.operation == "search" and query.refusal is None
    return [
        {"text": w.text, "as": SEARCHED, "match": "weak"}
        if searched and w.match == "unresolved"
        else {"text": w.text, "as": w.taken_as, "match": w.match}
        for w in query.words
    ]


def _project(query: Query) -> dict[str, Any] | None:
    if len(query.projects) != 1 or query.refusal is not None:
        return None
    p = query.projects[0]
    return {
        "sheet_key": p.sheet_keys[0],
        "事業名": p.name,
        "府省庁": p.ministry,
        "score": round(float(p.score), 4),
    }


def _named_years(query: Query) -> tuple[int, ...]:
    return query.years.values if query.years.kind == "given" else ()


def _ministries(basis: Basis, query: Query) -> list[dict[str, Any]]:
    if not query.ministries:
        return []
    if len(query.ministries) == 1:
        return [{"field": "府省庁", "op": "=", "value": query.ministries[0]}]
    return [{"field": "府省庁", "op": "in", "value": list(query.ministries)}]


def _matters(query: Query) -> list[dict[str, Any]]:
    return [{"field": "・".join(SPOKEN_OF), "op": "contains", "value": w} for w in query.matters]


def _filter(basis: Basis, f: Filter) -> dict[str, Any]:
    value = list(f.value) if isinstance(f.value, tuple) else f.value
    if isinstance(f.value, OtherFigure | Average):
        value = compared_with(basis, f.value)
    return {"field": field_label(basis, f.field), "op": f.op, "value": value}

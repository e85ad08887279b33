"""What every answer says besides: the warnings about the figures it tells, and which publication was counted where none was named."""

from __future__ import annotations

from assistant.answering.basis import Basis
from assistant.answering.result import Result
from assistant.patterns import pattern
from assistant.query import Query

NOTED = 2
"""Warnings put into words; each stands beside its cell as well."""
_PUBLICATION = pattern(r"(\d{4})年度公開のシート")
_COUNTS = ("count", "list")


def in_full(basis: Basis, query: Query, result: Result) -> Result:
    """The result with what else its sentences have to say."""
    if result.status == "answered" and result.sentences:
        _say_publication(basis, query, result)
        _say_warnings(result)
    return result


def _say_warnings(result: Result) -> None:
    """A figure that a sentence tells and that the loader warned of is told with the warning."""
    told = result.text
    notes: dict[str, None] = {}
    for cell in result.cells:
        if cell.unit is None or not cell.flags or cell.text not in told:
            continue
        year = f"{cell.fiscal_year}年度の" if cell.fiscal_year is not None else ""
        for flag in cell.flags:
            if not flag.endswith("。") and flag not in told:
                notes.setdefault(f"（{year}{cell.label}には注意があります: {flag}）")
    result.sentences += list(notes)[:NOTED]


def _say_publication(basis: Basis, query: Query, result: Result) -> None:
    """Sheets of one publication stand for the projects: which one is part of the answer where the question does not say it."""
    if query.projects or query.payees or result.years or query.operation not in _COUNTS:
        return
    if len(basis.data.publications) < 2:
        return
    counted = [m.group(1) for n in result.notes if (m := _PUBLICATION.fullmatch(n))]
    if len(counted) == 1 and counted[0] not in result.sentences[0] + query.question:
        result.sentences[0] = f"{counted[0]}年度公開のシートで数えると、{result.sentences[0]}"
        for cell in result.cells:
            if cell.sheet is None:
                cell.group = {**(cell.group or {}), "公開年度": int(counted[0])}

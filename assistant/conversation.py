"""What a conversation remembers: the query as it was read, and what its answer showed."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from assistant.answering.figures import YEARLY
from assistant.answering.one.listing import shown_rows
from assistant.query import FieldRef, Query, ResultContext
from assistant.understanding.words.fields import MINISTRY, is_figure

if TYPE_CHECKING:
    from assistant.answering.result import Result

ASKED_BACK = frozenset({"ambiguous_project", "no_project"})
"""Refusals that ask which project is meant: the next turn may say it."""
_EARLIER = 6
"""So many other subjects a conversation can go back to."""


@dataclass(slots=True)
class Conversation:
    """State between the turns of one conversation. A follow-up edits ``previous``; ``reset`` forgets both."""

    id: str | None = None
    previous: Query | None = None
    previous_result: ResultContext | None = None

    def reset(self) -> None:
        """Forget the earlier turns (「最初から」)."""
        self.previous = None
        self.previous_result = None

    def take(self, query: Query, result: Result) -> None:
        """Take a turn's reading and what its answer showed as the state the next turn edits.

        A refused question leaves the conversation where it was, unless it is asked back; 「最初から」 clears it.
        """
        if query.refusal is not None:
            if query.refusal.code == "reset":
                self.reset()
            elif query.refusal.code in ASKED_BACK:
                # 「水産庁のほうで」 and 「2番目」 choose among what was asked back
                candidates = query.refusal.candidates
                self._set(query, ResultContext(projects=candidates, listed=candidates))
            return
        if query.operation in ("help", "none"):
            return
        nothing_found = result.status == "no_answer" and query.operation == "search"
        if nothing_found and self.previous is not None and query.projects == self.previous.projects:
            # words that the project's texts do not have leave the conversation where it was, too
            return
        self._set(query, self._shown(query, result))

    def _set(self, query: Query, shown: ResultContext) -> None:
        earlier = _earlier(self.previous, self.previous_result, query)
        self.previous = query
        self.previous_result = replace(shown, earlier=earlier)

    def _shown(self, query: Query, result: Result) -> ResultContext:
        """What the answer of a turn showed, and what is kept of the turns before it."""
        before = self.previous_result or ResultContext()
        projects = result.projects or query.projects
        fields = query.fields or result.fields
        rows = shown_rows(result.cells) if len(query.projects) == 1 else ()
        if query.ordinal is not None or (len(query.filters) == 1 and query.filters[0] in before.rows):
            # a row chosen from a list leaves the list to choose another from
            rows = before.rows or rows
        same = self.previous is not None and _subject(self.previous) == _subject(query)
        listed, listing = before.listed, before.listing
        if projects and (not query.projects or len(projects) > 1):
            listed, listing = projects, query
        return ResultContext(
            projects=projects,
            fiscal_years=result.years or (before.fiscal_years if same else ()),
            fields=fields,
            rows=rows,
            before=_years_before(before, fields, result.years) if same else (),
            published=tuple(
                (c.group or {})["公開年度"] for c in result.cells[:1] if "公開年度" in (c.group or {})
            ),
            figures=tuple(f for f in fields if f.table in YEARLY and is_figure(f)) or before.figures,
            listed=listed,
            listing=listing,
            ministry=str((result.cells[0].group or {}).get(MINISTRY.column, ""))
            if query.group_by == MINISTRY and query.order and result.cells
            else "",
        )


def _years_before(
    before: ResultContext, fields: tuple[FieldRef, ...], years: tuple[int, ...]
) -> tuple[int, ...]:
    """The year told of the same figures before this one; still that where the same year is spoken of again (「なぜ?」)."""
    if before.fields != fields:
        return ()
    if years == before.fiscal_years:
        return before.before
    return before.fiscal_years if len(before.fiscal_years) == 1 else ()


def _earlier(previous: Query | None, shown: ResultContext | None, query: Query) -> tuple[Query, ...]:
    """The last queries about other subjects than this one's, each subject once, newest first."""
    known = shown.earlier if shown is not None else ()
    if previous is not None and previous.refusal is None:
        known = (previous, *known)
    own: dict[object, Query] = {}
    for q in known:
        own.setdefault(_subject(q), q)
    own.pop(_subject(query), None)
    return tuple(own.values())[:_EARLIER]


def _subject(query: Query) -> object:
    """What a query is about: its project (and the row of its list), its 府省庁, its recipients."""
    rows = query.filters if query.projects else ()
    return tuple(x.sheet_keys for x in query.projects), query.ministries, query.payees, rows

"""Sentences made from cells: how projects, figures and quotations are put into plain Japanese."""

from __future__ import annotations

from assistant.answer import Cell
from assistant.answering.data import Data
from assistant.patterns import pattern
from assistant.query import ProjectRef

MAX_QUOTE = 160
_SENTENCE_END = pattern(r"(?<=[。！？!?])|\n+")
_BRACKETED = pattern(r"[（(][^（()）:：0-9０-９]*[)）]")
"""A name in brackets that a text begins or closes with is no sentence of it: 「（大屋委員）」."""


def project_name(data: Data, project: ProjectRef) -> str:
    """「事業名」（府省庁）, or 「この事業」 where the database holds only one."""
    if data.only_project is not None:
        return "この事業"
    return f"「{one_line(project.name)}」（{one_line(project.ministry)}）"


def one_line(text: str) -> str:
    """A name as it is said in a sentence: no line breaks, no wide spaces (「国土交通省　観光庁」 is one office)."""
    return " ".join(text.split())


def sheet_name(cell: Cell) -> str:
    """The name of the project a cell is of."""
    return one_line(str((cell.sheet or {}).get("事業名") or ""))


def sheet_ministry(cell: Cell) -> str:
    """The 府省庁 a cell is of."""
    return one_line(str((cell.sheet or {}).get("府省庁") or ""))


def quote(cell: Cell) -> str:
    """What a text cell says, short enough for a sentence: the marked part, else the whole, else its first sentence."""
    text = cell.text
    if cell.highlights:
        start, end = cell.highlights[0]
        text = cell.text[start:end]
        if _BRACKETED.fullmatch(text.strip()):
            text = cell.text
    text = text.strip()
    if len(text) > MAX_QUOTE:
        text = _shorten(text)
    return text


def _shorten(text: str) -> str:
    sentences = [s.strip() for s in _SENTENCE_END.split(text) if s.strip()]
    first = next((s for s in sentences if not _BRACKETED.fullmatch(s)), sentences[0] if sentences else text)
    if len(first) <= MAX_QUOTE:
        return first
    cut = first.rfind("、", 0, MAX_QUOTE)
    return first[: cut + 1 if cut > MAX_QUOTE // 3 else MAX_QUOTE] + "…"


def quoted_text(cell: Cell) -> str:
    """The quotation in brackets: 「…」."""
    return f"「{quote(cell)}」"


def join(parts: list[str], last: str = "、") -> str:
    """「A、B、C」."""
    return last.join(p for p in parts if p)


def figure(cell: Cell) -> str:
    """「執行額 2百万円（2,000,000円）」."""
    return f"{cell.label} {cell.text}"

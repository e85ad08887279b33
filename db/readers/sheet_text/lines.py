"""The text of a sheet as pages, boxes and lines: what a PDF's text extraction leaves of the layout."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from db.readers.form_labels import JUDGEMENTS, judgement_of_letters
from db.readers.sheet_text.orders import is_aside
from db.text import fold

_ENCODINGS = ("utf-8-sig", "cp932")
_BLANK_LINES_OF_A_PAGE = 3
_BLANK_ENOUGH = 0.1
"""Share of lines that open a box where a program marks boxes by blank lines; less is none at all."""
_PIECES_OF_A_JUDGEMENT, _UPRIGHT = 8, 5
_MARKS, _OF_A_LABEL = "○△×有無", "効"
"""marks of an evaluation, of which 有 is a letter of 有効性, too"""
_MARKS_OF_UTF16 = (b"\xff\xfe", b"\xfe\xff")


@dataclass(frozen=True, slots=True)
class Line:
    """A written line.

    number  its number in the file, from 1
    page    the page it stands on, from 0 (pages are parted by form feeds)
    opens   True where it opens a box: a blank line or a page break stands before it
    unsure  True in a text without blank lines, which does not say where a box ends
    """

    text: str
    number: int
    page: int
    opens: bool
    unsure: bool = False


def decode(data: bytes) -> str | None:
    """The text of a file in UTF-8, Shift_JIS (cp932) or UTF-16; None where it is none of them."""
    if data.startswith(_MARKS_OF_UTF16):
        try:
            return data.decode("utf-16")
        except UnicodeDecodeError:
            return None
    if b"\x00" in data[:4096]:
        return None
    for encoding in _ENCODINGS:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    return None


def read_lines(text: str) -> list[Line]:
    """The written lines. Letters that stand one under another (an upright label) are one line.

    A form feed begins a page; in a text without any, three blank lines together do.
    """
    out: list[Line] = []
    page, blank, opens = 0, 0, True
    by_form_feed = "\f" in text.strip()
    for number, raw in enumerate(text.replace("\r\n", "\n").replace("\r", "\n").split("\n"), start=1):
        if "\f" in raw:
            page += raw.count("\f")
            raw, opens = raw.replace("\f", ""), True
        if not raw.strip():
            opens = True
            blank = blank + 1 if not raw else 0
            continue
        if blank >= _BLANK_LINES_OF_A_PAGE and out and not by_form_feed:
            page += 1
        blank = 0
        out.append(Line(raw.strip(" \t"), number, page, opens))
        opens = False
    if sum(line.opens for line in out) < len(out) * _BLANK_ENOUGH:
        upright = itertools.chain.from_iterable(map(_parted_upright, _join_upright(out)))
        return [replace(line, opens=True, unsure=not line.opens) for line in upright]
    return _join_upright(out)


def with_judgements(lines: Sequence[Line]) -> list[Line]:
    """The lines, the pieces of an upright 判定 joined to one: a program gives them across their columns."""
    out: list[Line] = []
    at = 0
    while at < len(lines):
        for n in range(_PIECES_OF_A_JUDGEMENT, 0, -1):
            part = lines[at : at + n]
            upright = all(len(line.text) <= _UPRIGHT for line in part) or n == 1
            judgement = judgement_of_letters("".join(line.text for line in part)) if upright else None
            if judgement is not None:
                out.append(replace(part[0], text=judgement, opens=True, unsure=False))
                at += n
                break
        else:
            after = bool(out) and judgement_of_letters(out[-1].text) is not None
            out.append(replace(lines[at], opens=True, unsure=False) if after else lines[at])
            at += 1
    return out


def _join_upright(lines: list[Line]) -> list[Line]:
    out: list[Line] = []
    for line in lines:
        upright = out and not line.opens and _is_letter(line.text) and _is_upright(out[-1].text)
        mark = bool(out) and out[-1].text in _MARKS and line.text != _OF_A_LABEL
        if upright and line.page == out[-1].page and not mark:
            last = out.pop()
            out.append(Line(last.text + line.text, last.number, last.page, last.opens))
        else:
            out.append(line)
    return out


def _parted_upright(line: Line) -> list[Line]:
    """An upright 判定 and the upright label drawn right before or behind it, where no blank line parts them."""
    for judgement in JUDGEMENTS:
        for before, behind in (
            ("", line.text.removeprefix(judgement)),
            (line.text.removesuffix(judgement), ""),
        ):
            if (before or behind) and len(before + behind) == len(line.text) - len(judgement):
                rest = replace(line, text=before or behind, opens=True)
                if is_aside(fold(rest.text)):
                    own = replace(line, text=judgement, opens=True)
                    return [rest, own] if before else [own, rest]
    return [line]


def _is_letter(text: str) -> bool:
    return re.fullmatch(r"[^\W\d]|[・、()（）]", text) is not None and text not in _MARKS


def _is_upright(text: str) -> bool:
    """Letters already joined: short, no digit, nothing a line of its own would hold."""
    return re.fullmatch(r"[^\W\d][\w・、()（）]{0,30}", text) is not None and not re.search(r"\d", text)

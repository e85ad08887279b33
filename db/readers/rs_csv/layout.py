"""Which of RSシステム's fifteen files a header belongs to, and which catalogue fields its columns fill.

The catalogue's ``rs`` entries (「2-1:予算年度」) are the one mapping. Headers are compared after NFKC with
white space removed and dashes unified, because （） and (), ー, － and ‐ vary between releases.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache

from db.catalogue import CommentItem, Field, catalogue
from db.text import fold

TITLES = {
    "1-1": "基本情報 組織情報",
    "1-2": "基本情報 事業概要等",
    "1-3": "基本情報 政策・施策、法令等",
    "1-4": "基本情報 補助率等",
    "1-5": "基本情報 関連事業",
    "2-1": "予算・執行 サマリ",
    "2-2": "予算・執行 予算種別・歳出予算項目",
    "3-1": "効果発現経路 目標・実績",
    "3-2": "効果発現経路 目標のつながり",
    "4-1": "点検・評価",
    "5-1": "支出先 支出情報",
    "5-2": "支出先 支出ブロックのつながり",
    "5-3": "支出先 費目・使途",
    "5-4": "支出先 国庫債務負担行為等による契約",
    "6-1": "その他備考",
}
"""The fifteen files, in the order they are read: what stands first wins where two files disagree."""

SHEET_KIND = "シート種別"
YEAR, PROJECT_ID, NAME = "事業年度", "予算事業ID", "事業名"
BUDGET_YEAR = "予算年度"
INDICATOR_KIND = "種別（アクティビティ・アウトプット・アウトカム）"
FIGURE_KIND = "目標年度／目標値／実績値／達成率"
"""3-1: whether a row holds 1.目標年度, 2.目標値, 3.実績値 or 4.達成率 of the years."""

REQUIRED = (YEAR, PROJECT_ID, NAME)
REQUIRED_IN = {
    "2-1": (BUDGET_YEAR,),
    "2-2": (BUDGET_YEAR,),
    "3-1": (INDICATOR_KIND, FIGURE_KIND),
    "5-1": ("支出先ブロック番号", "支出先名"),
}
"""Columns without which a file's rows cannot be told apart."""

RENAMED = {YEAR: ("公開年度", "レビュー年度"), BUDGET_YEAR: ("会計年度", "年度")}
"""What a release may call a column instead, where the column itself is not there."""

_STRUCTURAL = {"3-1": (FIGURE_KIND,)}
_YEAR_COLUMN = re.compile(r"((?:19|20)\d{2})(年度?)?")
_BRACKETS = re.compile(r"\([^()]*\)")

TEXT, JUDGEMENT, YEAR_OF_COMMENT = "本文", "判定", "年度"


@dataclass(frozen=True, slots=True)
class Column:
    """A column that is not part of a project's identity.

    position   index into ``RawRow.cells``
    header     as the file prints it
    name       the catalogue's name of it, "" where the catalogue does not know it
    fields     what it fills
    comments   (item, 「本文」「判定」「年度」) it fills
    """

    position: int
    header: str
    name: str
    fields: tuple[Field, ...] = ()
    comments: tuple[tuple[CommentItem, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Layout:
    """The columns of one file.

    number     「2-1」
    identity   (index in the record, catalogue column of ``sheets`` or シート種別) of the shared columns
    rest       indices in the record of all other columns, in order
    columns    those others, known to the catalogue
    unknown    those others, not known
    years      (position, year) of the year columns of 3-1
    """

    number: str
    width: int
    identity: tuple[tuple[int, str], ...]
    rest: tuple[int, ...]
    columns: tuple[Column, ...]
    unknown: tuple[Column, ...]
    years: tuple[tuple[int, int], ...]
    missing: tuple[str, ...]

    def of_table(self, table: str) -> tuple[tuple[Column, Field], ...]:
        """(column, field) of every column that fills a table."""
        return tuple((c, f) for c in self.columns for f in c.fields if f.table == table)

    def named(self, name: str) -> Column | None:
        """The column of that catalogue name, None where the file has none."""
        key = fold(name)
        return next((c for c in self.columns if fold(c.name) == key), None)


@dataclass(frozen=True, slots=True)
class _Known:
    """A column the catalogue knows, in one of the files."""

    name: str
    fields: tuple[Field, ...]
    comments: tuple[tuple[CommentItem, str], ...]


@cache
def _identity_columns() -> dict[str, str]:
    """Folded header → the name the shared column is kept under."""
    shared: dict[str, str] = {fold(SHEET_KIND): SHEET_KIND}
    for field in catalogue().table("sheets").fields:
        common = [name.removeprefix("*:") for name in field.rs if name.startswith("*:")]
        if common:
            for name in field.rs:
                plain = name.split(":", 1)[1]
                shared[fold(plain)] = plain if len(common) > 1 else common[0]
    return shared


@cache
def _known_columns() -> dict[str, dict[str, _Known]]:
    """File number → folded header → what the catalogue says of it; identity columns are left out."""
    known: dict[str, dict[str, _Known]] = {number: {} for number in TITLES}
    parts = {
        id(item): {**dict.fromkeys(item.rs, TEXT), **dict.fromkeys(item.judgement, JUDGEMENT)}
        | dict.fromkeys(item.year, YEAR_OF_COMMENT)
        for item in catalogue().comments
    }
    for path, targets in catalogue().rs_columns().items():
        number, name = path.split(":", 1)
        if number not in known or fold(name) in _identity_columns():
            continue
        known[number][fold(name)] = _Known(
            name,
            tuple(t for t in targets if isinstance(t, Field)),
            tuple((t, parts[id(t)][path]) for t in targets if isinstance(t, CommentItem)),
        )
    for number, names in _STRUCTURAL.items():
        for name in names:
            known[number].setdefault(fold(name), _Known(name, (), ()))
    return known


def file_number(header: Sequence[str]) -> str | None:
    """「2-1」 for the header of that file, None where it is none of the fifteen.

    The number is the one whose columns overlap most with the header (shared columns aside); the file's name
    says nothing. A header counts only if two of the columns every file has stand in it.
    """
    folded = set(_folded(header))
    identity = _identity_columns()
    if len(folded & {fold(n) for n in (SHEET_KIND, YEAR, PROJECT_ID, NAME)}) < 2:
        return None
    own = {h for h in folded if h and h not in identity and not _YEAR_COLUMN.fullmatch(h)}
    best, best_score = None, 0.0
    for number, columns in _known_columns().items():
        score = len(own & columns.keys()) / len(own | columns.keys())
        if score > best_score:
            best, best_score = number, score
    return best


def _folded(header: Sequence[str]) -> list[str]:
    """The headers as they are compared, renamed columns under their usual names."""
    folded = [fold(h) for h in header]
    for name, others in RENAMED.items():
        if fold(name) not in folded:
            at = next((folded.index(fold(o)) for o in others if fold(o) in folded), None)
            if at is not None:
                folded[at] = fold(name)
    return folded


def layout(header: Sequence[str], number: str) -> Layout:
    """The columns of a file from its header; ``missing`` names required columns that are not there."""
    known = _known_columns()[number]
    identity_names = _identity_columns()
    folded = _folded(header)
    identity = tuple((i, identity_names[h]) for i, h in enumerate(folded) if h in identity_names)
    rest = tuple(i for i, h in enumerate(folded) if h not in identity_names)
    columns, unknown, years = [], [], []
    for position, index in enumerate(rest):
        entry = known.get(folded[index]) or _without_brackets(folded[index], known, folded)
        year = _YEAR_COLUMN.fullmatch(folded[index])
        if entry is not None:
            columns.append(Column(position, header[index], entry.name, entry.fields, entry.comments))
        elif year and number == "3-1":
            years.append((position, int(year.group(1))))
        else:
            unknown.append(Column(position, header[index], ""))
    present = {name for _, name in identity} | {fold(c.name) for c in columns}
    missing = [n for n in REQUIRED if n not in present]
    missing += [n for n in REQUIRED_IN.get(number, ()) if fold(n) not in present]
    return Layout(
        number, len(header), identity, rest, tuple(columns), tuple(unknown), tuple(years), tuple(missing)
    )


def _without_brackets(header: str, known: dict[str, _Known], folded: Iterable[str]) -> _Known | None:
    """A known column that differs only by a remark in brackets (落札率（％） for 落札率), if it is unambiguous."""
    bare = _BRACKETS.sub("", header)
    present = set(folded)
    candidates = [
        entry for key, entry in known.items() if key not in present and _BRACKETS.sub("", key) == bare
    ]
    return candidates[0] if len(candidates) == 1 and bare else None


def is_percent_header(header: str) -> bool:
    """True where the header itself says that its rates are in %."""
    return "%" in unicodedata.normalize("NFKC", header)

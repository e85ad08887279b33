"""Where a project's sheet begins: one workbook or PDF may hold several, and continuation sheets (別紙)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from db.readers import form_labels as labels
from db.readers.sheet_grid.grid import Box, Grid

_HEAD_ROWS = 10
"""事業名 stands within this many rows of the title."""


@dataclass(frozen=True, slots=True)
class Head:
    """The title of a sheet and the line its sheet begins at."""

    title: Box
    start: float


def find_heads(grid: Grid) -> list[Head]:
    """The titles of the projects on a grid, from top to bottom.

    A title is 「…行政事業レビューシート」 with 事業名 near it (the past numbers repeat the words without it).
    """
    names = [b for b in grid.boxes if _names_project(b)]
    heads: list[Head] = []
    for box in grid.boxes:
        if box.hidden or labels.read_title(box.text) is None:
            continue
        near = [n for n in names if -2 * grid.row <= n.y0 - box.y0 <= _HEAD_ROWS * grid.row]
        if not near or (heads and near[0].y0 - heads[-1].title.y0 < _HEAD_ROWS * grid.row):
            continue
        top = [
            b.y0
            for b in grid.between(box.y0 - 4 * grid.row, box.y1 + grid.row)
            if b.key.startswith("事業番号") and b.y0 > (heads[-1].title.y1 if heads else -1)
        ]
        heads.append(Head(box, min([box.y0, *top])))
    return heads


def _names_project(box: Box) -> bool:
    return not box.hidden and labels.basic_labels().get(box.key) == "事業名"


def looks_like_sheet(boxes: Sequence[Box]) -> bool:
    """True for boxes without a title that still are a review sheet: several labels of its first part."""
    found = {column for b in boxes if not b.hidden and (column := labels.basic_labels().get(b.key))}
    return len(found & _TELLING) >= 4


_TELLING = frozenset(
    {
        "事業名",
        "担当部局庁",
        "担当課室",
        "作成責任者",
        "会計区分",
        "事業の目的",
        "事業概要",
        "実施方法",
        "根拠法令",
    }
)
_APPENDIX = re.compile(r"別紙|別添|続紙|続き")
_NOT_A_SHEET = re.compile(r"入力規則|リスト|記入要領|記載要領|プルダウン|選択肢|マスタ")


def is_continuation(name: str, boxes: Sequence[Box]) -> bool:
    """True for a worksheet without title that carries a sheet on: 別紙1 (outcomes), 別紙2 (費目・使途) and the like."""
    if _NOT_A_SHEET.search(name):
        return False
    if _APPENDIX.search(name) or any(_APPENDIX.match(b.text.strip(" 　【（(")) for b in boxes[:8]):
        return True
    keys = {b.key for b in boxes}
    years = sum(labels.year_header(b.text, None) is not None for b in boxes)
    return (
        bool(keys & labels.UNIT and years >= 2)
        or {"費目", "使途"} <= keys
        or {"支出先", "支出額"} <= keys
        or {"契約先", "契約額"} <= keys
    )

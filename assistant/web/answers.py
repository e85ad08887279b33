"""An answer of the contract arranged for a page: figures, passages, sources, a chart where it helps."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from assistant.web.charts import Bar, Series

LONG_TEXT = 60
MOST_SOURCES = 10
LEAST_BARS, MOST_BARS = 3, 60
MOST_LINES = 3


@dataclass(frozen=True, slots=True)
class Shown:
    """An answer as the template takes it.

    figures   cells that stand in a table; passages  cells that are text to be read
    columns   which of 事業, 区分, 年度, シートの記載, 出典 the table needs
    sources   one entry a sheet: {"sheet": …, "places": [「ファイル 位置」 …]}
    """

    answer: dict[str, Any]
    figures: list[dict[str, Any]]
    passages: list[dict[str, Any]]
    columns: frozenset[str]
    sources: list[dict[str, Any]]
    more_sources: int
    flags: list[str]
    bars: list[Bar]
    series: list[Series]


def arrange(answer: dict[str, Any]) -> Shown:
    """Arrange an answer (``Answer.to_dict()``) for the page."""
    cells = answer["cells"]
    passages = [c for c in cells if isinstance(c["value"], str) and len(c["text"]) > LONG_TEXT]
    figures = [c for c in cells if c not in passages]
    sources = _sources(cells)
    series = _series(figures)
    return Shown(
        answer=answer,
        figures=figures,
        passages=passages,
        columns=_columns(figures),
        sources=sources[:MOST_SOURCES],
        more_sources=max(0, len(sources) - MOST_SOURCES),
        flags=list(dict.fromkeys(f for c in cells for f in c.get("flags") or ())),
        bars=[] if series else _bars(figures),
        series=series,
    )


def _columns(figures: list[dict[str, Any]]) -> frozenset[str]:
    names = {(c.get("sheet") or {}).get("sheet_key") for c in figures} - {None}
    wanted = set()
    if len(names) > 1:
        wanted.add("事業")
    if any(c.get("group") for c in figures):
        wanted.add("区分")
    if any(c.get("fiscal_year") is not None for c in figures):
        wanted.add("年度")
    if any(c.get("as_printed") or c.get("derived") for c in figures):
        wanted.add("シートの記載")
    if any(c.get("source") or c.get("url") for c in figures):
        wanted.add("出典")
    return frozenset(wanted)


def _sources(cells: list[dict[str, Any]]) -> list[dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    for cell in cells:
        sheet = cell.get("sheet")
        if not sheet:
            continue
        entry = found.setdefault(str(sheet.get("sheet_key")), {"sheet": sheet, "places": []})
        source = cell.get("source") or {}
        place = " ".join(
            p for p in ((source.get("file") or "").rsplit("/", 1)[-1], source.get("locator")) if p
        )
        if place and place not in entry["places"]:
            entry["places"].append(place)
    return list(found.values())


def _numeric(cell: dict[str, Any]) -> bool:
    return isinstance(cell["value"], int | float) and not isinstance(cell["value"], bool)


def _bars(figures: list[dict[str, Any]]) -> list[Bar]:
    """Bars for a ranking or for totals by group: the same item of several projects or groups."""
    first = figures[0] if figures else None
    if first is None:
        return []
    same = [
        c
        for c in figures
        if _numeric(c) and c["label"] == first["label"] and c.get("unit") == first.get("unit")
    ]
    names = [_name(c) for c in same]
    if not LEAST_BARS <= len(same) <= MOST_BARS or len(set(names)) < len(names) or "" in names:
        return []
    return [Bar(name, c["value"], c["text"]) for name, c in zip(names, same, strict=True)]


def _name(cell: dict[str, Any]) -> str:
    group = cell.get("group")
    if group:
        return "・".join(str(v) for v in group.values())
    return str((cell.get("sheet") or {}).get("事業名") or "")


def _published(cell: dict[str, Any]) -> int:
    return (cell.get("sheet") or {}).get("公開年度") or 0


def _series(figures: list[dict[str, Any]]) -> list[Series]:
    """Lines over the years, in the unit of the first figure: an item of one project in three years or more.

    Of several sheets that state a year the latest counts; where one sheet states a year twice there is no line.
    """
    yearly: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for cell in figures:
        if _numeric(cell) and cell.get("fiscal_year") is not None:
            yearly.setdefault((cell["label"], _name(cell)), []).append(cell)
    unit = next((cells[0].get("unit") for cells in yearly.values()), None)
    several = len({name for _, name in yearly}) > 1
    out: list[Series] = []
    for (label, name), cells in yearly.items():
        latest: dict[int, dict[str, Any]] = {}
        for cell in sorted(cells, key=_published):
            latest[cell["fiscal_year"]] = cell
        points = sorted((year, c["value"], c["text"]) for year, c in latest.items())
        sheets = {(c["fiscal_year"], (c.get("sheet") or {}).get("sheet_key")) for c in cells}
        if cells[0].get("unit") != unit or len(points) < LEAST_BARS or len(sheets) < len(cells):
            continue
        # A line that another covers says nothing more (執行率 and 比較用執行率 of sheets alone).
        told = [(year, text) for year, _, text in points]
        if all([(year, text) for year, _, text in known.points] != told for known in out):
            out.append(Series(f"{name} {label}" if several else label, unit, points))
    return out[:MOST_LINES]

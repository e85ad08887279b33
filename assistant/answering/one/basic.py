"""Fields of the basic information (table ``sheets``): one value a sheet, from the newest sheet that has it."""

from __future__ import annotations

from assistant.answer import Cell
from assistant.answering.basis import Basis
from assistant.answering.data import marks, quoted
from assistant.answering.figures import text_sheets
from assistant.answering.result import Result, Statement
from assistant.answering.wording import join, project_name, quoted_text
from assistant.query import FieldRef, Query
from db.catalogue import NUMERIC_KINDS

COMPANIONS: dict[str, tuple[str, ...]] = {
    "担当課室": ("担当部局庁", "府省庁"),
    "担当部局庁": ("担当課室", "府省庁"),
    "府省庁": ("政策所管府省庁", "担当部局庁"),
    "作成責任者": ("担当課室",),
    "事業終了年度": ("事業開始年度",),
    "事業開始年度": ("事業終了年度",),
    "事業番号": ("旧事業番号",),
    "旧事業番号": ("予算事業ID",),
}
"""Fields shown after the asked one because they are read together with it."""

LAST = "事業終了年度"
INSTEAD = {
    "事業番号": ("旧事業番号", "予算事業ID"),
    "担当課室": ("担当部局庁", "府省庁"),
    "担当部局庁": ("府省庁",),
}
"""What answers in place of a field that this form does not have."""


def read(basis: Basis, query: Query, fields: tuple[FieldRef, ...]) -> Result:
    """The asked fields of the sheet that has them written; ``no_answer`` where none has."""
    keys = text_sheets(basis.data, query)
    if not keys:
        return Result(
            "no_answer", [f"{project_name(basis.data, query.projects[0])}のその年度のシートはありません。"]
        )
    rows = {
        r["sheet_key"]: r
        for r in basis.data.rows(f"SELECT * FROM sheets WHERE sheet_key IN ({marks(keys)})", keys)
    }
    columns = [f.column for f in fields]
    main: list[Cell] = []
    missing: list[str] = []
    used: list[str] = []
    for column in columns:
        key = next((k for k in keys if _written(rows[k], column)), None)
        if key is None:
            missing.append(column)
            continue
        used.append(key)
        main.append(basis.cells.cell("sheets", rows[key], column))
    if not main:
        found = _instead(basis, query, keys, rows, columns)
        if LAST in columns:
            _say_published(basis, found, rows, keys)
        return found
    others = [c for column in columns for c in COMPANIONS.get(column, ()) if c not in columns]
    supporting = [
        basis.cells.cell("sheets", rows[used[0]], c)
        for c in dict.fromkeys(others)
        if _written(rows[used[0]], c)
    ]
    cells = main + supporting
    result = Result(
        sentences=_sentences(basis, query, main, missing),
        cells=cells,
        statement=_statement(tuple(dict.fromkeys(used)), [str(c.column) for c in cells]),
    )
    if LAST in columns:
        _say_published(basis, result, rows, keys)
    return result


def _say_published(basis: Basis, result: Result, rows, keys: list[str]) -> None:  # type: ignore[no-untyped-def]
    """Where sheets of several years are loaded, the last of a project tells as well whether it goes on."""
    if len(basis.data.publications) < 2:
        return
    newest, oldest = (pick(keys, key=lambda k: rows[k]["公開年度"]) for pick in (max, min))
    cells = [basis.cells.cell("sheets", rows[k], "公開年度") for k in dict.fromkeys((oldest, newest))]
    result.cells = [*result.cells, *cells]
    told = "から".join(f"{c.value}年度" for c in cells)
    result.sentences.append(f"読み込んだこの事業のシートは{told}公開のものです。")


def _written(row, column: str) -> bool:  # type: ignore[no-untyped-def]
    if row[column] is not None:
        return True
    if column == "事業終了年度":
        return bool(row["終了予定なし"])
    return column == "事業開始年度" and bool(row["開始年度不明"])


def _sentences(basis: Basis, query: Query, main: list[Cell], missing: list[str]) -> list[str]:
    subject = project_name(basis.data, query.projects[0])
    table = basis.data.catalogue.table("sheets")
    told = []
    for cell in main:
        kind = table.field(str(cell.column)).kind
        text = cell.text if kind in NUMERIC_KINDS or len(cell.text) <= 30 else quoted_text(cell)
        told.append(f"{cell.label}は{text}")
    sentences = [f"{subject}の{join(told)}です。"]
    if missing:
        labels = join([table.field(c).label for c in missing])
        sentences.append(f"{labels}の欄には記載がありません。")
    return sentences


def _instead(basis: Basis, query: Query, keys: list[str], rows, columns: list[str]) -> Result:  # type: ignore[no-untyped-def]
    """Nothing is written in the asked field: say so, and give what stands in its place on this form."""
    label = join([basis.data.catalogue.field("sheets", c).label for c in columns])
    subject = project_name(basis.data, query.projects[0])
    has_field = any(basis.data.form_has(FieldRef("sheets", c), keys) for c in columns)
    why = "の欄には記載がありません。" if has_field else "の欄がこの様式にはありません。"
    row = rows[keys[0]]
    place = [c for column in columns for c in INSTEAD.get(column, ()) if row[c] is not None]
    cells = [basis.cells.cell("sheets", row, c) for c in dict.fromkeys(place)]
    if not cells:
        return Result("no_answer", [f"{subject}のシートの{label}{why}"])
    told = join([f"{c.label}は{c.text}" for c in cells])
    return Result(
        sentences=[f"{subject}のシートの{label}{why}", f"{told}です。"],
        cells=cells,
        statement=_statement((keys[0],), [str(c.column) for c in cells]),
    )


def _statement(keys: tuple[str, ...], columns: list[str]) -> Statement:
    names = ", ".join(quoted(c) for c in dict.fromkeys(["sheet_key", "公開年度", "事業名", *columns]))
    return Statement(f"SELECT {names} FROM sheets WHERE sheet_key IN ({marks(keys)})", keys)

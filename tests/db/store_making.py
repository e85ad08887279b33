"""Sheets, files and databases that the store's tests are made of."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path
from typing import Any

import db
from db.opening import open_for_loading
from db.projects import tie_projects
from db.sheet import Row, Sheet, SourceFile
from db.store import SheetStore

MILLION = 1_000_000


def source(name: str = "0036.txt", form: str = "sheet-2018-text", **more: Any) -> SourceFile:
    """A source whose digest is its name."""
    return SourceFile(path=Path(name), name=name, sha256=f"sha-{name}", form=form, **more)


def sheet(
    form: str = "sheet-2018-text",
    file: str = "0036.txt",
    basic: dict[str, Any] | None = None,
    **sections: Any,
) -> Sheet:
    """A sheet of 平成30年度 総務省 0036; ``sections`` are lists of dicts."""
    values = {"公開年度": 2018, "府省庁": "総務省", "事業番号": "0036", "事業名": "地域防災の備え事業"}
    where = source(file, form)
    made = Sheet(form, Row({**values, **(basic or {})}, "1行目"), [where])
    for name, rows in sections.items():
        for n, row in enumerate(rows, 1):
            made.add(name, Row(dict(row), f"{name} {n}行目"))
            where.rows_read += 1
            where.rows_stored += 1
    return made


def store(path: Path, *sheets: Sheet) -> Path:
    """Write sheets into a database as one unit of loading, tied into projects."""
    database = open_for_loading(path)
    with database.atomic():
        writer = SheetStore(database.conn)
        for one in sheets:
            writer.write(one)
        writer.finish()
        tie_projects(database.conn)
    database.close()
    return path


def rows(path: Path, sql: str, *parameters: Any) -> list[tuple[Any, ...]]:
    """What a query gives."""
    connection = db.open_database(path)
    try:
        return [tuple(r) for r in connection.execute(sql, parameters)]
    finally:
        connection.close()


def judgit_record(number: str = "0036", year: int = 2018, **more: Any) -> dict[str, Any]:
    """One object of JUDGIT! NDJSON."""
    return {
        "公開年度": year,
        "事業番号": number,
        "府省庁": "総務省",
        "事業名": f"地域防災の備え事業{number}",
        "事業目的": "地域の防災訓練を支え、住民の備えを高める。",
        "予算": [
            {"年度": year - 1, "当初予算": 10.0, "予算計": 10.0, "執行額": 8.0},
            {"年度": year + 1, "要求額": 12.0},
        ],
        "支出先": [
            {"年度": year - 1, "グループ": "A", "番号": 1, "支出先名": "株式会社はりま防災", "支出額": 5.0}
        ],
        **more,
    }


def judgit_file(path: Path, *records: dict[str, Any]) -> Path:
    """A JUDGIT! NDJSON file."""
    path.write_text("\n".join(json.dumps(r, ensure_ascii=False) for r in records), "utf-8")
    return path


def everything(path: Path) -> dict[str, list[tuple[Any, ...]]]:
    """The whole content of a database, apart from the time of loading."""
    connection = sqlite3.connect(path)
    names = [
        r[0]
        for r in connection.execute(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
        )
    ]
    out = {name: connection.execute(f'SELECT * FROM "{name}"').fetchall() for name in sorted(names)}
    connection.close()
    out["sources"] = [tuple(c for i, c in enumerate(r) if i != 5) for r in out["sources"]]
    return out


def content(path: Path) -> dict[str, list[tuple[Any, ...]]]:
    """What the database says, whatever ids its rows and sources got: for comparing two ways to one state."""
    connection = db.open_database(path)
    out = {}
    for name in (
        "sheets",
        *(r[0] for r in connection.execute("SELECT name FROM sqlite_master WHERE type='table'")),
    ):
        if (
            name in ("sources", "row_ids", "projects", "project_ties")
            or name.startswith("sqlite_")
            or "_fts" in name
        ):
            continue
        columns = [r[1] for r in connection.execute(f'PRAGMA table_info("{name}")')]
        kept = [c for c in columns if c not in ("id", "source_id", "project_id", "行", "元の行")]
        names = ", ".join(f't."{c}"' for c in kept)
        found = connection.execute(
            f'SELECT {names}, s."ファイル" FROM "{name}" t LEFT JOIN sources s ON s.id = t.source_id'
        )
        out[name] = sorted((tuple(r) for r in found), key=repr)
    connection.close()
    return out

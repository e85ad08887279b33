"""What Datasette shows of the database in Japanese, generated from the catalogue: titles, descriptions,
default sorts, facets, foreign-key labels, hidden tables, full-text search and canned queries.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from assistant.web.holdings import Holdings
from assistant.web.queries import canned_queries
from assistant.web.wording import BOOKKEEPING_TITLES, HIDDEN_TITLES
from db.catalogue import MONEY, RATE, Field, Table, catalogue
from db.fulltext import INDEXED
from db.schema import BOOKKEEPING

TITLE = "行政事業レビューシート"
DESCRIPTION = (
    "国の事業ごとに、予算がいくらで何に使われ、どのような成果があり、どう評価されたかを記した行政事業レビューシート。"
    "すべての値に、シートのどこに書かれているかが付いています。"
)
MOST_FACETS = 4
"""Facets shown at once: each takes a query a page."""

LABEL_COLUMNS = {"sheets": "事業名", "projects": "事業名", "sources": "ファイル"}
"""What stands for a row of a table where another table refers to it."""

PHYSICAL_COLUMNS = {
    "id": "行の番号",
    "sheet_key": "シートの識別子(公開年度-府省庁-事業番号、RSシステムでは 事業年度-RS-予算事業ID)",
    "project_id": "年度をまたいだ事業の番号(表「事業」)",
    "source_id": "出典ファイル(表「出典ファイル」)",
    "位置": "出典ファイルの中の位置(ページ、行、セル、CSVの行)",
    "記載": "シートに印字されたとおりの記載(値と書き方が違う列だけ)",
}

SETTINGS = {
    "default_page_size": 50,
    "sql_time_limit_ms": 3000,
    "facet_time_limit_ms": 500,
    "suggest_facets": False,
    "allow_download": False,
    "truncate_cells_html": 300,
    "max_returned_rows": 2000,
}
"""Datasette's settings for a database of review sheets, on one's own machine or public."""


def metadata(databases: dict[str, Holdings]) -> dict[str, Any]:
    """Datasette's metadata for databases of this program, by the name Datasette gives them."""
    licences = dict.fromkeys(licence for h in databases.values() for licence in h.licences)
    top: dict[str, Any] = {"title": TITLE, "description": DESCRIPTION}
    if licences:
        top["license"] = "、".join(licences)
    top["source"] = "各府省庁の行政事業レビューシート"
    top["databases"] = {name: database_metadata(held) for name, held in databases.items()}
    return top


def database_metadata(held: Holdings) -> dict[str, Any]:
    """Metadata of one database."""
    known = {t.name: table_metadata(t) for t in catalogue().tables}
    tables: dict[str, Any] = {n: known[n] for n in held.tables if n in known}
    for name in held.tables:
        if name in BOOKKEEPING_TITLES:
            tables[name] = _bookkeeping(name)
        elif name not in known:
            tables[name] = {"hidden": True} | (
                {"title": HIDDEN_TITLES[name]} if name in HIDDEN_TITLES else {}
            )
    return {
        "title": TITLE,
        "description": DESCRIPTION,
        "tables": tables,
        "queries": canned_queries(held),
    }


def table_metadata(table: Table) -> dict[str, Any]:
    """Metadata of one table of the catalogue."""
    out: dict[str, Any] = {
        "title": table.label,
        "description": in_japanese(table.description),
        "columns": {**_physical(table.name), **{f.column: _describe(f) for f in table.fields}},
        "facets": [f.column for f in table.fields if f.facet][:MOST_FACETS],
    }
    if table.order is not None:
        column, direction = table.order.split()
        out["sort_desc" if direction == "desc" else "sort"] = column
    if table.name in LABEL_COLUMNS:
        out["label_column"] = LABEL_COLUMNS[table.name]
    if table.name in INDEXED:
        out["fts_table"] = f"{table.name}_fts"
        # The rows of the index are numbered like those of the table; ``sheets`` has a text key besides.
        out["fts_pk"] = "rowid"
    return out


def _physical(name: str) -> dict[str, str]:
    hidden = {"id"} if name == "sheets" else {"project_id"}
    return {c: text for c, text in PHYSICAL_COLUMNS.items() if c not in hidden}


def _describe(field: Field) -> str:
    parts = []
    if field.label != field.column:
        parts.append(field.label)
    if field.description:
        parts.append(field.description)
    if field.derived:
        parts.append(f"計算: {field.derived}")
    if field.kind in (MONEY, RATE):
        parts.append(f"単位: {field.unit}")
    return in_japanese(" ".join(p if p.endswith("。") else p + "。" for p in parts)) or f"{field.label}。"


def in_japanese(text: str) -> str:
    """A description of the catalogue with the names of tables replaced by their titles."""
    titles = {t.name: t.label for t in catalogue().tables}
    return re.sub(r"(表 ?)?\b([a-z_]+)\b", lambda m: f"「{titles[m[2]]}」" if m[2] in titles else m[0], text)


def _bookkeeping(name: str) -> dict[str, Any]:
    title, description = BOOKKEEPING_TITLES[name]
    columns = {c: PHYSICAL_COLUMNS[c] for c in BOOKKEEPING[name] if c in PHYSICAL_COLUMNS}
    out: dict[str, Any] = {"title": title, "description": description, "columns": columns}
    if name in LABEL_COLUMNS:
        out["label_column"] = LABEL_COLUMNS[name]
    if name == "projects":
        out["sort_desc"] = "シート数"
        out["facets"] = ["府省庁"]
    if name == "warnings":
        out["facets"] = ["種類", "表", "列"]
    if name == "project_ties":
        out["facets"] = ["規則"]
    if name == "sources":
        out["facets"] = ["様式"]
    return out


def write_configuration(
    held: Holdings, folder: Path, name: str | None = None, settings: Mapping[str, Any] | None = None
) -> list[Path]:
    """Write ``metadata.yaml`` and ``settings.json`` (Datasette 0.65) and ``datasette.yaml`` (Datasette 1.0).

    Datasette 1.0 takes settings, queries and permissions from ``datasette.yaml`` alone and silently ignores
    those in metadata; 0.65 reads no ``datasette.yaml``. Returns the paths written.
    """
    name = name or held.path.stem
    chosen = {**SETTINGS, **(settings or {})}
    everything = metadata({name: held})
    queries = everything["databases"][name]["queries"]
    files = {
        "metadata.yaml": _yaml(everything),
        "datasette.yaml": _yaml({"settings": chosen, "databases": {name: {"queries": queries}}}),
        "settings.json": json.dumps(chosen, ensure_ascii=False, indent=2) + "\n",
    }
    folder.mkdir(parents=True, exist_ok=True)
    out = []
    for file, text in files.items():
        path = folder / file
        path.write_text(text, "utf-8")
        out.append(path)
    return out


def _yaml(content: Any) -> str:
    # Through JSON: no anchors for what is said twice.
    plain = json.loads(json.dumps(content, ensure_ascii=False))
    return str(yaml.safe_dump(plain, allow_unicode=True, sort_keys=False, width=110))

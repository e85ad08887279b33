"""Tie the sheets of one project over the years: table ``projects`` and the ties that led there.

First rule: the same name (white space, width and dashes aside) under the same 府省庁 is one project.
"""

from __future__ import annotations

import sqlite3

from db.text import fold

SAME_NAME = "同じ府省庁・同じ事業名"


def tie_projects(connection: sqlite3.Connection) -> None:
    """Tie every sheet to a project; a project keeps its id as long as one of its sheets stays.

    Runs inside the caller's transaction. Sheets whose tie has not changed are not written.
    """
    groups: dict[tuple[str, str], list[sqlite3.Row]] = {}
    rows = connection.execute(
        'SELECT sheet_key, project_id, "事業名", "府省庁", "公開年度" FROM sheets ORDER BY "公開年度", sheet_key'
    )
    for row in rows:
        groups.setdefault((fold(row["府省庁"] or ""), fold(row["事業名"] or "")), []).append(row)

    next_id = connection.execute("SELECT coalesce(max(id), 0) + 1 FROM projects").fetchone()[0]
    taken: set[int] = set()
    projects, ties, moved = [], [], []
    for sheets in groups.values():
        known = {r["project_id"] for r in sheets if r["project_id"] is not None} - taken
        project = min(known) if known else next_id
        next_id += project == next_id
        taken.add(project)
        newest, years = sheets[-1], [r["公開年度"] for r in sheets if r["公開年度"] is not None]
        span = (min(years), max(years)) if years else (None, None)
        projects.append((project, newest["事業名"], newest["府省庁"], *span, len(sheets)))
        ties += [(project, r["sheet_key"], SAME_NAME, 1.0) for r in sheets]
        moved += [(project, r["sheet_key"]) for r in sheets if r["project_id"] != project]

    connection.execute("DELETE FROM project_ties")
    connection.execute("DELETE FROM projects")
    connection.executemany(
        'INSERT INTO projects (id, "事業名", "府省庁", "最初の年度", "最後の年度", "シート数")'
        " VALUES (?, ?, ?, ?, ?, ?)",
        projects,
    )
    connection.executemany(
        'INSERT INTO project_ties (project_id, sheet_key, "規則", "確度") VALUES (?, ?, ?, ?)', ties
    )
    connection.executemany("UPDATE sheets SET project_id = ? WHERE sheet_key = ?", moved)

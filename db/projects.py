"""Write which sheets are of one project: tables ``projects`` and ``project_ties``, by the rules of ``db.tying``."""

from __future__ import annotations

import sqlite3
from collections import defaultdict

from db.tying import SheetFacts, Tie, tie

Figures = dict[int, tuple[int | None, int | None, int | None]]


def tie_projects(connection: sqlite3.Connection) -> None:
    """Tie every sheet to a project; a project keeps its id as long as one of its sheets stays.

    Runs inside the caller's transaction. Sheets whose project has not changed are not written.
    """
    facts = _facts(connection)
    chains: dict[int, list[Tie]] = defaultdict(list)
    for found in tie(facts):
        chains[found.project].append(found)
    named = {f.key: f for f in facts}
    before = dict(
        connection.execute("SELECT sheet_key, project_id FROM sheets WHERE project_id IS NOT NULL").fetchall()
    )
    next_id = connection.execute("SELECT coalesce(max(id), 0) + 1 FROM projects").fetchone()[0]
    taken: set[int] = set()
    projects, ties, moved = [], [], []
    for chain in chains.values():
        known = {before[t.key] for t in chain if t.key in before} - taken
        project = min(known, default=next_id)
        next_id += project == next_id
        taken.add(project)
        first, newest = named[chain[0].key], named[chain[-1].key]
        projects.append((project, newest.name, newest.ministries[0], first.year, newest.year, len(chain)))
        ties += [(project, t.key, t.rule, t.confidence, t.evidence or None) for t in chain]
        moved += [(project, t.key) for t in chain if before.get(t.key) != project]

    connection.execute("DELETE FROM project_ties")
    connection.execute("DELETE FROM projects")
    connection.executemany(
        'INSERT INTO projects (id, "事業名", "府省庁", "最初の年度", "最後の年度", "シート数")'
        " VALUES (?, ?, ?, ?, ?, ?)",
        projects,
    )
    connection.executemany(
        'INSERT INTO project_ties (project_id, sheet_key, "規則", "確度", "根拠") VALUES (?, ?, ?, ?, ?)',
        ties,
    )
    connection.executemany("UPDATE sheets SET project_id = ? WHERE sheet_key = ?", moved)


def _facts(connection: sqlite3.Connection) -> list[SheetFacts]:
    past: dict[str, list[tuple[int, str]]] = defaultdict(list)
    for key, year, number in connection.execute(
        'SELECT sheet_key, "年度", "事業番号" FROM past_numbers WHERE "年度" IS NOT NULL'
    ):
        past[key].append((year, number))
    return [
        SheetFacts(
            key=row["sheet_key"],
            year=row["公開年度"],
            ministries=tuple(m for m in (row["府省庁"], row["政策所管府省庁"]) if m) or ("",),
            name=row["事業名"] or "",
            number=row["事業番号"],
            project_number=row["予算事業ID"],
            judgit_id=row["JUDGIT事業ID"],
            old_number=row["旧事業番号"],
            start=row["事業開始年度"],
            past=tuple(past.get(row["sheet_key"], ())),
            figures=figures,
        )
        for row, figures in _with_figures(connection)
    ]


def _with_figures(connection: sqlite3.Connection) -> list[tuple[sqlite3.Row, Figures]]:
    figures: dict[str, Figures] = defaultdict(dict)
    for key, year, *amounts in connection.execute(
        'SELECT sheet_key, "年度", "当初予算", "計", "執行額" FROM budgets WHERE "計" IS NOT NULL AND "年度" IS NOT NULL'
    ):
        figures[key][year] = (amounts[0], amounts[1], amounts[2])
    cursor = connection.cursor()
    cursor.row_factory = sqlite3.Row
    rows = cursor.execute(
        'SELECT sheet_key, "公開年度", "府省庁", "政策所管府省庁", "事業名", "事業番号", "予算事業ID",'
        ' "JUDGIT事業ID", "旧事業番号", "事業開始年度" FROM sheets ORDER BY "公開年度", sheet_key'
    ).fetchall()
    return [(row, figures.get(row["sheet_key"], {})) for row in rows]

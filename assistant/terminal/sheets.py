"""``/sheet`` at the prompt: the sheets of the project that is spoken of, year by year."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from rich.table import Table
from rich.text import Text

from assistant.formatting import value_text
from db.catalogue import MONEY, RATE, YEAR
from db.opening import open_database

if TYPE_CHECKING:
    from rich.console import Console

_SHEETS = """
SELECT s.公開年度, s.事業名, s.府省庁, s.sheet_key, b.年度, b.計, b.執行額, b.執行率, f.ファイル
FROM sheets 今 JOIN sheets s
  ON s.sheet_key = 今.sheet_key OR (今.project_id IS NOT NULL AND s.project_id = 今.project_id)
LEFT JOIN budgets b ON b.id = (
  SELECT id FROM budgets WHERE sheet_key = s.sheet_key AND 執行額 IS NOT NULL ORDER BY 年度 DESC LIMIT 1
)
LEFT JOIN sources f ON f.id = s.source_id
WHERE 今.sheet_key = ? ORDER BY s.公開年度, s.sheet_key"""


def print_sheets(database: Path, key: str, out: Console) -> None:
    """Print the sheets of the project that the sheet ``key`` belongs to, each with its last settled year."""
    connection = open_database(database)
    try:
        rows = connection.execute(_SHEETS, (key,)).fetchall()
    finally:
        connection.close()
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 1), header_style="dim")
    for heading in ("公開年度", "シート", "事業名", "実績の年度"):
        table.add_column(heading, overflow="fold")
    for heading in ("計(予算額)", "執行額", "執行率"):
        table.add_column(heading, justify="right")
    for row in rows:
        figures = (
            value_text(row[column], kind).split("（")[0] if row[column] is not None else "–"
            for column, kind in (("年度", YEAR), ("計", MONEY), ("執行額", MONEY), ("執行率", RATE))
        )
        table.add_row(
            str(row["公開年度"]), Text(row["sheet_key"]), Text(" ".join(row["事業名"].split())), *figures
        )
    out.print(table)
    files = dict.fromkeys(row["ファイル"] for row in rows if row["ファイル"])
    out.print(Text(f"出典  {'、'.join(f.rsplit('/', 1)[-1] for f in files)}", style="dim"))

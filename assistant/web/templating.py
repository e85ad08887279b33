"""What the templates can use besides Datasette's own: filters for figures, addresses of pages, labels."""

from __future__ import annotations

from typing import Any

from datasette.utils import tilde_encode
from markupsafe import Markup, escape

from assistant.web import cells, charts, figures, results, site, wording
from assistant.web.metadata import TITLE
from db.catalogue import catalogue
from db.fiscal_years import wareki
from db.forms import form_label

COLUMN_LABELS = {"sheet_key": "シート", "source_id": "出典ファイル", "project_id": "事業の番号", "id": "行"}


def prepare(env: Any, datasette: Any) -> None:
    """Register filters and functions on Datasette's Jinja environment."""
    urls = datasette.urls
    env.filters.update(
        yen=figures.yen,
        short_yen=figures.short_yen,
        exact_yen=figures.exact_yen,
        percent=figures.percent,
        grouped=figures.grouped,
        figure=figures.figure,
        era=lambda year: wareki(int(year)),
        highlighted=highlighted,
        sheet_url=lambda key: urls.path(cells.sheet_path(str(key))),
        ministry_url=lambda name: urls.path(cells.ministry_path(str(name))),
        payee_url=lambda number: urls.path(cells.payee_path(str(number))),
        column_label=lambda column: COLUMN_LABELS.get(column, column),
        condition_words=lambda key: wording.FILTERS.get(key, key),
        export_name=lambda key: wording.EXPORTS.get(key, key),
        japanese=wording.message,
        form_label=form_label,
        tilde=tilde_encode,
        parameter_label=results.parameter_label,
        cell_class=results.cell_class,
        meter=lambda value, bars: charts.meter(value, max(abs(b.value) for b in bars)),
        line_chart=lambda series: charts.line_chart(series, f"{series[0].label}の推移"),
        own_name=lambda file: str(file).rsplit("/", 1)[-1],
    )
    env.globals.update(
        asset=lambda name: site.asset(datasette, name),
        page=lambda path: urls.path(path),
        site_title=TITLE,
        main_database=lambda: site.main_database(datasette),
        holdings_of=lambda name: site.databases(datasette).get(name),
        conditions=wording.conditions,
        shown_columns=results.shown_columns,
        result_chart=results.result_chart,
        tables_in_order=results.tables_in_order,
        parameter_choices=lambda database, name: results.parameter_choices(
            site.databases(datasette).get(database), name
        ),
        sort_chosen=lambda request: bool(request.args.get("_sort")),
        other_places=lambda database, table, row: other_places(datasette, database, table, row),
        table_label=lambda database, table: _label(datasette, database, table),
        sql_url=lambda database, sql: sql_url(datasette, database, sql),
    )


def highlighted(text: str, spans: list[list[int]] | None) -> Markup:
    """Text with the given [start, end) spans marked; spans that overlap or lie outside are clipped."""
    out, at = Markup(""), 0
    for start, end in sorted((max(0, s), min(len(text), e)) for s, e in spans or ()):
        start = max(start, at)
        if end > start:
            out += escape(text[at:start]) + Markup("<mark>{}</mark>").format(text[start:end])
            at = end
    return out + escape(text[at:])


async def other_places(datasette: Any, database: str, table: str, row: str) -> list[dict[str, Any]]:
    """What of a row stands in another file or place than the row: 列, 位置, source_id, ファイル."""
    held = site.databases(datasette).get(database)
    if held is None or "cell_sources" not in held.tables:
        return []
    found = await datasette.databases[database].execute(
        "SELECT c.列, c.位置, c.source_id, s.ファイル FROM cell_sources c JOIN sources s ON s.id = c.source_id"
        " WHERE c.表 = ? AND c.行 = ? ORDER BY c.id",
        (table, row),
    )
    return [dict(r) for r in found.rows]


def sql_url(datasette: Any, database: str, sql: str) -> str:
    """Address that opens a statement in Datasette's SQL page."""
    from urllib.parse import urlencode

    return f"{datasette.urls.database(database)}?{urlencode({'sql': sql})}"


def _label(datasette: Any, database: str, table: str) -> str:
    title = datasette.table_metadata(database, table).get("title")
    if title:
        return str(title)
    known = {t.name: t.label for t in catalogue().tables}
    return known.get(table, table)

"""The middle one of the figures of a scope: SQLite has no median, so the rows are numbered in their order."""

from __future__ import annotations

from assistant.answering.many.scope import Scope
from assistant.answering.result import Statement

_MIDDLE = "番 IN ((数 + 1) / 2, 数 / 2 + 1)"
"""The middle row, of an even number both middle ones; their mean is the median."""


def median(scope: Scope, name: str) -> Statement:
    """「SELECT … AS 執行額の中央値」 over all rows of the scope that have the figure."""
    source, parameters = scope.sql()
    joiner = " AND " if " WHERE " in source else " WHERE "
    return Statement(
        f"SELECT avg(値) AS {name} FROM (SELECT {scope.column} AS 値,"
        f" row_number() OVER (ORDER BY {scope.column}) AS 番, count(*) OVER () AS 数"
        f" {source}{joiner}{scope.column} IS NOT NULL) WHERE {_MIDDLE}",
        parameters,
    )


def median_by(scope: Scope, expression: str, group: str, name: str) -> Statement:
    """The median of each group, as a SELECT of two columns.

    expression  SQL of what the groups are made by;  group, name  the names of the two columns, quoted
    """
    source, parameters = scope.sql()
    joiner = " AND " if " WHERE " in source else " WHERE "
    return Statement(
        f"SELECT 組 AS {group}, avg(値) AS {name} FROM (SELECT {expression} AS 組, {scope.column} AS 値,"
        f" row_number() OVER (PARTITION BY {expression} ORDER BY {scope.column}) AS 番,"
        f" count(*) OVER (PARTITION BY {expression}) AS 数"
        f" {source}{joiner}{expression} IS NOT NULL AND {scope.column} IS NOT NULL) WHERE {_MIDDLE} GROUP BY 1",
        parameters,
    )

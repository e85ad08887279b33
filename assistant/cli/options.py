"""Options several commands share."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

DATABASE_VARIABLE = "REVIEWSHEET_DB"
DEFAULT_DATABASE = "reviews.db"

F = TypeVar("F", bound=Callable[..., Any])


def database_option(function: F) -> F:
    """``--db``: the database, else $REVIEWSHEET_DB, else reviews.db in the working directory."""
    return click.option(
        "--db",
        "database",
        metavar="ファイル",
        type=click.Path(path_type=Path, readable=False),
        default=None,
        help=f"データベース(既定: 環境変数 {DATABASE_VARIABLE}、なければ {DEFAULT_DATABASE})。",
    )(function)


def database_path(given: Path | None) -> Path:
    """The database a command works on."""
    return given or Path(os.environ.get(DATABASE_VARIABLE) or DEFAULT_DATABASE)


def json_option(function: F) -> F:
    """``--json``: the result as JSON on standard output."""
    return click.option("--json", "as_json", is_flag=True, help="JSONで出力する。")(function)


def said(context: click.Context, parameter: click.Parameter, words: tuple[str, ...]) -> tuple[str, ...]:
    """The words of an argument; UsageError where they are only spaces."""
    if not "".join(words).strip():
        raise click.MissingParameter(ctx=context, param=parameter)
    return words

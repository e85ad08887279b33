"""The forms that can be read, and which reader a file belongs to (by its content, never its name alone).

A reader is imported when the first file is looked at, and brings its libraries in only when it reads one, so
that asking a question waits for none of them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from importlib import import_module
from pathlib import Path

from db.errors import EmptyInputError, InputError, UnknownFormError
from db.readers.base import InputFile, Progress, Reader, no_progress
from db.readers.files import Found, find_files
from db.sheet import Sheet

READERS: tuple[str, ...] = (
    "db.readers.rs_csv:RsCsvReader",
    "db.readers.judgit:JudgitReader",
    "db.readers.main_items:MainItemsReader",
    "db.readers.sheet_excel:SheetExcelReader",
    "db.readers.sheet_pdf:SheetPdfReader",
    "db.readers.sheet_text:SheetTextReader",
)
"""「module:class」 of every reader; the first that recognises a file reads it, so the most particular is first."""

TOGETHER = frozenset({"rs-csv"})
"""Readers whose sheets span several files: all files of a load go to them at once."""


@cache
def readers() -> tuple[Reader, ...]:
    """Every reader, in the order of ``READERS``."""
    found = []
    for name in READERS:
        module, _, reader = name.partition(":")
        found.append(getattr(import_module(module), reader)())
    return tuple(found)


def recognise(file: InputFile) -> Reader | None:
    """The reader of a file's form, None where it is of no known form."""
    return next((reader for reader in readers() if reader.recognises(file)), None)


def unknown_form(name: str) -> UnknownFormError:
    """The one line for a file of no known form."""
    forms = "、".join(reader.label for reader in readers())
    return UnknownFormError(
        f"{name}: 行政事業レビューシートとして読める様式ではありません(読める様式: {forms})。"
    )


def recognised(
    found: Iterator[Found],
) -> Iterator[tuple[Found, Reader | None]]:
    """Each file that was found with its reader.

    A file named by a person that no reader takes comes with its error; one that merely lay in a folder or zip
    comes with neither reader nor error.
    """
    for item in found:
        if item.file is None:
            yield item, None
            continue
        reader = recognise(item.file)
        if reader is None and item.named:
            yield Found(item.name, True, error=unknown_form(item.name)), None
        else:
            yield item, reader


def read_files(paths: Sequence[str | Path], progress: Progress = no_progress) -> Iterator[Sheet]:
    """Every sheet of the files, folders and zips at ``paths``, without any database.

    Raises the first InputError met: a missing path, a file of no known form, a broken file, nothing to read.
    """
    together: dict[str, list[InputFile]] = {}
    count = 0
    for item, reader in recognised(find_files(paths)):
        if item.error:
            raise item.error
        if item.file is None or reader is None:
            continue
        count += 1
        if reader.name in TOGETHER:
            together.setdefault(reader.name, []).append(item.file)
        else:
            yield from reader.read([item.file], progress)
    for reader in readers():
        if reader.name in together:
            yield from reader.read(together[reader.name], progress)
    if not count:
        raise nothing_found(paths)


def nothing_found(paths: Sequence[str | Path]) -> InputError:
    """The one line where no file at the paths is a sheet."""
    names = "、".join(str(p) for p in paths) or "指定"
    forms = "、".join(reader.label for reader in readers())
    return EmptyInputError(f"{names}: 読めるシートがありません(読める様式: {forms})。")

"""How much a load has to read, told from the beginning of each file, so that the time left can be shown.

Records of one form cost many times those of another, bytes about the same: the work is counted in bytes.
"""

from __future__ import annotations

import csv
import gzip
import io
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

SAMPLE = 1 << 18
"""Bytes of a file that are read to learn how long its records are."""
LINES = (".csv", ".ndjson", ".jsonl", ".json")
"""Files that hold many records, one a line or row; any other counts as one."""


class Readable(Protocol):
    """What bytes are read from."""

    def read(self, size: int = -1, /) -> bytes:
        """So many bytes, fewer at the end."""


@dataclass(frozen=True, slots=True)
class Work:
    """One file: about how many records it holds, and its bytes unpacked."""

    records: float
    size: int


def expected(paths: Sequence[Path]) -> dict[str, Work]:
    """The work of every file by the name ``db.load`` gives it; empty where it cannot be told."""
    out: dict[str, Work] = {}
    try:
        for path in paths:
            for file in _files(path):
                out.update(_work(file))
    except (OSError, ValueError, EOFError, zipfile.BadZipFile, zlib.error, NotImplementedError):
        # The load itself says what is wrong with a file.
        return {}
    return out


def _files(path: Path) -> Iterator[Path]:
    if path.is_dir():
        yield from (p for p in sorted(path.rglob("*")) if p.is_file() and not p.name.startswith("."))
    elif path.is_file():
        yield path


def _work(path: Path) -> Iterator[tuple[str, Work]]:
    name = path.name.lower()
    if name.endswith(".gz"):
        with path.open("rb") as raw:
            raw.seek(-4, io.SEEK_END)
            size = int.from_bytes(raw.read(4), "little")
        with gzip.open(path) as unpacked:
            yield path.name, _estimate(name.removesuffix(".gz"), unpacked, size)
    elif name.endswith(".zip"):
        with zipfile.ZipFile(path) as archive:
            for member in archive.infolist():
                if not member.is_dir():
                    with archive.open(member) as unpacked:
                        work = _estimate(member.filename.lower(), unpacked, member.file_size)
                    yield f"{path.name}/{member.filename}", work
    else:
        with path.open("rb") as plain:
            yield path.name, _estimate(name, plain, path.stat().st_size)


def _estimate(name: str, file: Readable, size: int) -> Work:
    if not name.endswith(LINES):
        return Work(1.0, size)
    sample = file.read(SAMPLE)
    text = sample.decode("utf-8-sig", errors="replace")
    if name.endswith(".csv"):
        records = sum(1 for _ in csv.reader(io.StringIO(text)))
    else:
        records = text.count("\n") + (not text.endswith("\n"))
    if len(sample) >= size or not sample:
        return Work(float(records), size)
    return Work(records * size / len(sample), size)

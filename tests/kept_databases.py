"""Large databases that tests only read, kept between runs for as long as nothing they are made by changes."""

from __future__ import annotations

import hashlib
import os
import sqlite3
import sys
from collections.abc import Callable
from functools import cache
from importlib.metadata import version
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
LOADER = ("db", "embeddings")
"""Packages whose code and data decide what a database of the program holds."""
LIBRARIES = ("numpy", "sqlite-utils", "sudachipy", "sudachidict-core", "tokenizers")


def kept(
    folder: Path,
    name: str,
    inputs: Path,
    make: Callable[[Path], None],
    made_by: tuple[str, ...] = LOADER,
) -> Path:
    """The database that ``make`` writes from the files under ``inputs``: that of an earlier run, or made now.

    One of each name is kept in ``folder``; it is for reading alone. ``made_by`` names the folders and files of
    this project that decide what it holds. Two runs at once each make their own; the later one stands.
    """
    path = folder / f"{name}-{_state(inputs, made_by)}.db"
    if not path.exists():
        for old in folder.glob(f"{name}-*.db"):
            old.unlink()
        unfinished = folder / f"{name}-{os.getpid()}.unfinished"
        make(unfinished)
        unfinished.rename(path)
    return path


def _state(inputs: Path, made_by: tuple[str, ...]) -> str:
    digest = hashlib.sha256(_code(made_by).encode())
    for path in sorted(p for p in inputs.rglob("*") if p.is_file()):
        at = path.stat()
        digest.update(f"{path.name} {at.st_size} {at.st_mtime_ns}\n".encode())
    return digest.hexdigest()[:16]


@cache
def _code(made_by: tuple[str, ...]) -> str:
    digest = hashlib.sha256(f"{sys.version} {sqlite3.sqlite_version}".encode())
    digest.update(" ".join(version(name) for name in LIBRARIES).encode())
    for part in made_by:
        found = [ROOT / part] if (ROOT / part).is_file() else sorted((ROOT / part).rglob("*"))
        for path in found:
            if path.is_file() and "__pycache__" not in path.parts:
                digest.update(str(path.relative_to(ROOT)).encode() + path.read_bytes())
    return digest.hexdigest()

"""Sheets in, one SQLite file out: readers of every published form, the catalogue of fields, the store.

The names below are what other packages use. They are brought in when first used, because loading's libraries
take longer to import than a question takes to answer.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from db.contents import info
    from db.contract import sheet_as_json
    from db.loading import load, unload
    from db.opening import open_database
    from db.readers import read_files

__all__ = ["info", "load", "open_database", "read_files", "sheet_as_json", "unload"]

_MODULES = {
    "info": "db.contents",
    "load": "db.loading",
    "unload": "db.loading",
    "open_database": "db.opening",
    "read_files": "db.readers",
    "sheet_as_json": "db.contract",
}


def __getattr__(name: str) -> object:
    if name in _MODULES:
        return getattr(import_module(_MODULES[name]), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")

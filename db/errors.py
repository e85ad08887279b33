"""Every error this project raises on purpose.

ReviewSheetError                 one clear Japanese line; the command exits with code 1
├── InputError                   a path, file or row that cannot be used
│   ├── MissingPathError         there is nothing at that path
│   ├── EmptyInputError          an empty file, or a folder that holds no sheet
│   ├── UnknownFormError         a file that is no review sheet in any known form
│   ├── BrokenFileError          a truncated zip, a wrong encoding, damaged data
│   └── MissingColumnError       a CSV or workbook without a column the form requires
├── DatabaseError
│   ├── NoDatabaseError          no database where a question was asked
│   ├── NotOurDatabaseError      an SQLite file (or another file) that is not ours
│   ├── NewerDatabaseError       made by a newer version of this program
│   ├── LockedDatabaseError      another program is writing to it
│   └── DiskFullError            no room to write
├── ModelError                   an embedding model that cannot be used
└── QuestionError                a question or option that cannot be used
"""

from __future__ import annotations

import errno
import os


class ReviewSheetError(Exception):
    """Base class. ``str(error)`` is the one line shown to a person."""


class InputError(ReviewSheetError):
    """A path, file or row that cannot be used. ``file`` names the file where one file is to blame."""

    def __init__(self, message: str, file: str | None = None) -> None:
        super().__init__(message)
        self.file = file


class MissingPathError(InputError):
    """There is nothing at that path."""


class EmptyInputError(InputError):
    """An empty file, or a folder that holds no sheet."""


class UnknownFormError(InputError):
    """A file that is no review sheet in any known form."""


class BrokenFileError(InputError):
    """A truncated zip, a wrong encoding, damaged data."""


class MissingColumnError(InputError):
    """A table without a column its form requires."""


class DatabaseError(ReviewSheetError):
    """The database cannot be used."""


class NoDatabaseError(DatabaseError):
    """There is no database where one was looked for."""


class NotOurDatabaseError(DatabaseError):
    """The file is not a database of this program."""


class NewerDatabaseError(DatabaseError):
    """The database was made by a newer version of this program."""


class LockedDatabaseError(DatabaseError):
    """Another program is writing to the database."""


class DiskFullError(DatabaseError):
    """There is no room to write the database."""


class ModelError(ReviewSheetError):
    """An embedding model that cannot be used."""


class QuestionError(ReviewSheetError):
    """A question or option that cannot be used."""


_REASONS = {
    errno.EACCES: "権限がありません",
    errno.EPERM: "権限がありません",
    errno.EROFS: "書き込めない場所です",
    errno.ENOSPC: "ディスクに空きがありません",
    errno.EDQUOT: "ディスクに空きがありません",
    errno.EEXIST: "同じ名前のものがすでにあります",
    errno.ENOENT: "ありません",
    errno.ENOTDIR: "フォルダーではないものの中です",
    errno.EISDIR: "フォルダーです",
    errno.ENAMETOOLONG: "名前が長すぎます",
    errno.EIO: "ディスクのエラーです",
}


def system_message(error: OSError) -> str | None:
    """The one line about a file the system will not let us use; None where the error is of another kind."""
    reason = _REASONS.get(error.errno or 0)
    if reason is None or error.filename is None:
        return None
    return f"{os.fsdecode(error.filename)}: 読み書きできません({reason})。"


def fault_message(error: Exception) -> str:
    """The one line about an error nobody raised on purpose: a fault of this program."""
    what = f"{type(error).__name__}: {' '.join(str(error).split())[:200]}"
    return (
        f"プログラムの誤りで処理できませんでした({what})。--traceback を付けて実行すると詳しい情報が出ます。"
    )

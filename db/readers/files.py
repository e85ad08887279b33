"""Find the files to read: paths, folders, members of zips; each opened, checked and given its bytes."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path, PurePosixPath

from db.errors import BrokenFileError, EmptyInputError, InputError, MissingPathError
from db.readers.base import InputFile

MAX_MEMBER = 1 << 30
"""Bytes one member of a zip may unpack to."""
MAX_ARCHIVE = 2 << 30
"""Bytes all members of a zip, zips inside it included, may unpack to."""
MAX_MEMBERS = 20_000
SUSPICIOUS_RATIO, SUSPICIOUS_SIZE = 300, 64 << 20
"""A member over this size that shrank more than this many times is a bomb: CSV shrinks 10 to 50 times."""
MAX_DEPTH = 2
"""A zip, and zips inside it."""

ZIP_ERRORS = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    OSError,
    ValueError,
    NotImplementedError,
    RuntimeError,
)
"""What reading a member of a damaged or encrypted zip raises."""
_ZIP = b"PK\x03\x04"
_EMPTY_ZIP = b"PK\x05\x06"
_WORKBOOK_PARTS = frozenset({"[Content_Types].xml", "mimetype", "xl/workbook.xml"})
"""Members that make a zip a workbook or document (xlsx, ods), which is read as one file."""


@dataclass(frozen=True, slots=True)
class Found:
    """A file that was found, or why it could not be opened.

    named  True where a person named this very file (not a folder it is in): then it must be a sheet.
    """

    name: str
    named: bool
    file: InputFile | None = None
    error: InputError | None = None


def find_files(paths: Sequence[str | Path], passed_over: Path | None = None) -> Iterator[Found]:
    """Every file at the paths, one after the other: folders are walked, zips opened (and zips in them).

    Hidden files are passed over, and ``passed_over`` (the database itself) where it lies in a folder. What
    cannot be opened is given with its error, and the rest goes on.
    """
    ignored = None if passed_over is None else passed_over.resolve()
    for path in map(Path, paths):
        if path.is_dir():
            files = [
                p
                for p in sorted(path.rglob("*"))
                if p.is_file() and not _hidden(p.relative_to(path)) and p.resolve() != ignored
            ]
            if not files:
                what = f"{path}: フォルダーにファイルがありません。"
                yield Found(str(path), True, error=EmptyInputError(what))
            for file in files:
                yield from _open(file, file.name, named=False)
        elif path.exists():
            yield from _open(path, path.name, named=True)
        else:
            what = f"{path}: ファイルがありません。パスを確かめてください。"
            yield Found(str(path), True, error=MissingPathError(what))


def _hidden(path: Path | PurePosixPath) -> bool:
    return any(part.startswith((".", "~$", "__MACOSX")) for part in path.parts)


def _open(path: Path, name: str, named: bool) -> Iterator[Found]:
    try:
        if path.stat().st_size > MAX_ARCHIVE:
            yield Found(name, named, error=_Budget(name).too_large())
            return
        data = path.read_bytes()
    except OSError as error:
        reason = "読み取りの権限がありません" if isinstance(error, PermissionError) else str(error.strerror)
        yield Found(name, named, error=InputError(f"{name}: 開けません({reason})。"))
        return
    yield from _expand(InputFile(path, name, data), named, _Budget(name), 0)


@dataclass(slots=True)
class _Budget:
    """What may still be unpacked from one archive."""

    archive: str
    left: int = MAX_ARCHIVE
    members: int = MAX_MEMBERS

    def too_large(self) -> BrokenFileError:
        return BrokenFileError(
            f"{self.archive}: 大きすぎるため読みません(展開後の上限: 1ファイル{MAX_MEMBER >> 30}GB、"
            f"合計{MAX_ARCHIVE >> 30}GB、{MAX_MEMBERS:,}ファイル)。中身を取り出して読み込んでください。"
        )


def _expand(file: InputFile, named: bool, budget: _Budget, depth: int) -> Iterator[Found]:
    if not file.data:
        error = EmptyInputError(f"{file.name}: 空のファイルです(0バイト)。入手し直してください。")
        yield Found(file.name, named, error=error)
    elif not file.data.startswith((_ZIP, _EMPTY_ZIP)):
        yield Found(file.name, named, file)
    else:
        yield from _expand_zip(file, named, budget, depth)


def _expand_zip(file: InputFile, named: bool, budget: _Budget, depth: int) -> Iterator[Found]:
    try:
        archive = _open_zip(file.data)
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        what = "zipが途中で切れているか壊れています。入手し直してください。"
        yield Found(file.name, named, error=BrokenFileError(f"{file.name}: {what}"))
        return
    with archive:
        members = [m for m in archive.infolist() if not m.is_dir()]
        if _WORKBOOK_PARTS & {m.filename for m in members}:
            yield Found(file.name, named, file)
            return
        members = [m for m in members if not _hidden(PurePosixPath(m.filename))]
        if not members:
            what = f"{file.name}: zipの中にファイルがありません。"
            yield Found(file.name, named, error=EmptyInputError(what))
            return
        if depth >= MAX_DEPTH:
            what = f"{file.name}: zipの中のzipの中のzipは読みません。取り出して読み込んでください。"
            yield Found(file.name, named, error=BrokenFileError(what))
            return
        # One sheet in a zip that was named must be a sheet; of several, the others may be anything.
        alone = named and len(members) == 1
        for member in members:
            name = f"{file.name}/{member.filename}"
            try:
                data = _unpack(archive, member, name, budget)
            except InputError as error:
                yield Found(name, named, error=error)
                continue
            yield from _expand(InputFile(file.path, name, data, _dated(member)), alone, budget, depth + 1)


def _open_zip(data: bytes) -> zipfile.ZipFile:
    """Names without the UTF-8 mark are cp932, as Windows in Japan writes them."""
    try:
        return zipfile.ZipFile(BytesIO(data), metadata_encoding="cp932")
    except UnicodeDecodeError:
        return zipfile.ZipFile(BytesIO(data))


def _dated(member: zipfile.ZipInfo) -> str | None:
    """1980 is what a zip says that has no date."""
    year, month, day = member.date_time[:3]
    return f"{year:04}-{month:02}-{day:02}" if year > 1980 and 1 <= month <= 12 and 1 <= day <= 31 else None


def _unpack(archive: zipfile.ZipFile, member: zipfile.ZipInfo, name: str, budget: _Budget) -> bytes:
    budget.members -= 1
    ratio = member.file_size / max(member.compress_size, 1)
    if (
        member.file_size > min(MAX_MEMBER, budget.left)
        or budget.members < 0
        or (member.file_size > SUSPICIOUS_SIZE and ratio > SUSPICIOUS_RATIO)
    ):
        raise budget.too_large()
    if member.flag_bits & 0x1:
        raise BrokenFileError(f"{name}: パスワードの掛かったzipは読めません。解除して読み込んでください。")
    try:
        with archive.open(member) as stream:
            # What the header says may be a lie: never take more than it said.
            data = stream.read(member.file_size + 1)
    except ZIP_ERRORS as error:
        raise BrokenFileError(f"{name}: zipの中身が壊れています。入手し直してください。") from error
    if len(data) > member.file_size:
        raise budget.too_large()
    budget.left -= len(data)
    return data

"""Damaged and hostile files of every form: each is loaded whole or refused in one clear line, in bounded time.

A fixed seed damages each sample in the same ways every time; ``ROUNDS`` files of each form are tried.
"""

from __future__ import annotations

import gzip
import io
import random
import re
import time
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from db.contents import unreconciled
from db.errors import InputError
from db.loading import LOADED, load
from db.opening import open_database
from db.samples.build_sheets import Cell
from tests.db.readers import test_judgit, test_main_items
from tests.db.readers.sheet_making import form_cells, mapped, workbook_bytes
from tests.db.readers.test_sheet_printed import printed_text

ROUNDS = 12
SECONDS = 6.0
"""Processor time one damaged file may take."""

Damage = Callable[[bytes, random.Random], bytes]


def sample_files(samples: Path) -> dict[str, bytes]:
    """A small whole file of every form, by its name."""
    record = test_judgit.RECORD
    lines = [{**record, "事業番号": f"{n:04}"} for n in range(30)]
    rs = samples / "rs"
    return {
        "sheet.txt": (samples / "sheets" / "sample-2018.txt").read_bytes(),
        "printed.txt": printed_text(form_cells()).encode(),
        "sheet.xlsx": (samples / "sheets" / "sample-2018.xlsx").read_bytes(),
        "sheet.pdf": (samples / "sheets" / "sample-2018.pdf").read_bytes(),
        "sheet.xls": (Path(__file__).parent / "readers" / "data" / "sample-2018.xls").read_bytes(),
        "judgit.ndjson": test_judgit.ndjson(*lines),
        "judgit.ndjson.gz": gzip.compress(test_judgit.ndjson(*lines), mtime=0),
        "main.xlsx": test_main_items.workbook(test_main_items.HEADER).data,
        "2-2.csv": unzipped(next(rs.glob("2-2_*"))),
        "2-1.zip": next(rs.glob("2-1_*")).read_bytes(),
        "5-1.zip": next(rs.glob("5-1_*")).read_bytes(),
    }


def unzipped(path: Path) -> bytes:
    """The one member of a zip."""
    with zipfile.ZipFile(path) as archive:
        return archive.read(archive.namelist()[0])


NAMES = [
    "sheet.txt", "printed.txt", "sheet.xlsx", "sheet.pdf", "sheet.xls", "judgit.ndjson", "judgit.ndjson.gz", "main.xlsx", "2-2.csv",
    "2-1.zip", "5-1.zip",
]  # fmt: skip


def bit_flips(data: bytes, rng: random.Random) -> bytes:
    out = bytearray(data)
    for _ in range(rng.choice([1, 3, 20, 200])):
        out[rng.randrange(len(out))] ^= 1 << rng.randrange(8)
    return bytes(out)


def truncation(data: bytes, rng: random.Random) -> bytes:
    return data[: rng.randrange(1, len(data))]


def a_piece_missing(data: bytes, rng: random.Random) -> bytes:
    start = rng.randrange(len(data))
    return data[:start] + data[start + rng.randrange(1, 2_000) :]


def a_piece_twice(data: bytes, rng: random.Random) -> bytes:
    start = rng.randrange(len(data))
    end = start + rng.randrange(1, 5_000)
    return data[:end] + data[start:]


def zeros(data: bytes, rng: random.Random) -> bytes:
    start = rng.randrange(len(data))
    return data[:start] + bytes(rng.randrange(1, 500)) + data[start + 200 :]


def lines_shuffled(data: bytes, rng: random.Random) -> bytes:
    lines = data.split(b"\n")
    rng.shuffle(lines)
    return b"\n".join(lines)


DAMAGES: list[Damage] = [bit_flips, truncation, a_piece_missing, a_piece_twice, zeros, lines_shuffled]


def loaded_whole_or_refused(path: Path, database: Path) -> str:
    """What refused the file, "" where it went in; fails on anything else."""
    started = time.process_time()
    refused = ""
    try:
        report = load([path], database)
    except InputError as error:
        refused = str(error)
        assert not database.exists(), "a refused file leaves no database"
    else:
        failed = [f.message for f in report.files if f.error]
        refused = failed[0] if failed else ""
        assert database.exists() == bool(report.of(LOADED))
        assert refused or database.exists()
        if database.exists():
            connection = open_database(database)
            try:
                assert unreconciled(connection) == []
                assert connection.execute("SELECT count(*) FROM sheets").fetchone()[0]
            finally:
                connection.close()
    assert time.process_time() - started < SECONDS
    if refused:
        assert "\n" not in refused
        assert path.name in refused
        assert any("ぁ" <= ch <= "ん" for ch in refused), refused
    return refused


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_a_damaged_file_is_loaded_whole_or_refused_in_one_line(
    name: str, samples: Path, tmp_path: Path
) -> None:
    data = sample_files(samples)[name]
    rng = random.Random(name)
    for n in range(ROUNDS):
        damage = DAMAGES[n % len(DAMAGES)]
        path = tmp_path / str(n) / name
        path.parent.mkdir()
        path.write_bytes(damage(data, rng) or b"\x00")
        loaded_whole_or_refused(path, path.parent / "reviews.db")


@pytest.mark.parametrize("name", NAMES)
def test_an_undamaged_file_of_each_form_is_loaded(name: str, samples: Path, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_bytes(sample_files(samples)[name])
    assert loaded_whole_or_refused(path, tmp_path / "reviews.db") == ""


# ───────── hostile files ─────────


def parts_of(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {m.filename: archive.read(m) for m in archive.infolist()}


def packed(parts: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return out.getvalue()


def load_bytes(data: bytes, name: str, tmp_path: Path) -> str:
    path = tmp_path / name
    path.write_bytes(data)
    return loaded_whole_or_refused(path, tmp_path / "reviews.db")


@pytest.mark.parametrize("name", ["sheet.xlsx", "main.xlsx", "2-1.zip"])
@pytest.mark.parametrize("seed", range(4))
def test_the_order_of_a_zips_members_does_not_matter(
    name: str, seed: int, samples: Path, tmp_path: Path
) -> None:
    parts = list(parts_of(sample_files(samples)[name]).items())
    random.Random(seed).shuffle(parts)
    assert load_bytes(packed(dict(parts)), name, tmp_path) == ""


@pytest.mark.parametrize("name", ["sheet.xlsx", "main.xlsx"])
def test_members_under_each_others_names_are_refused(name: str, samples: Path, tmp_path: Path) -> None:
    parts = parts_of(sample_files(samples)[name])
    names = list(parts)
    assert load_bytes(packed(dict(zip(names[1:] + names[:1], parts.values(), strict=True))), name, tmp_path)


_ENTITIES = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 12))
_BOMB = f'<!DOCTYPE x [<!ENTITY e0 "行政事業レビューシート">{_ENTITIES}]>'


@pytest.mark.parametrize("name", ["sheet.xlsx", "main.xlsx"])
def test_an_entity_bomb_in_a_workbook_is_refused_or_lies_in_a_part_nobody_reads(
    name: str, samples: Path, tmp_path: Path
) -> None:
    parts = parts_of(sample_files(samples)[name])
    for part, data in parts.items():
        if not part.endswith(".xml"):
            continue
        head, _, body = (
            data.decode("utf-8").rpartition("?>") if data.startswith(b"<?xml") else ("", "", data.decode())
        )
        bomb = f"{head}{'?>' if head else ''}{_BOMB}{body.replace('</', '&e11;</', 1)}"
        folder = tmp_path / part.replace("/", "_")
        folder.mkdir()
        refused = load_bytes(packed({**parts, part: bomb.encode()}), name, folder)
        assert refused or part not in ("xl/workbook.xml", "xl/worksheets/sheet1.xml")


@pytest.mark.parametrize("name", ["sheet.xlsx", "main.xlsx"])
def test_a_worksheet_that_unpacks_to_hundreds_of_megabytes_costs_bounded_time(
    name: str, samples: Path, tmp_path: Path
) -> None:
    parts = parts_of(sample_files(samples)[name])
    cells = next(part for part in parts if part.startswith("xl/worksheets/"))
    head, _, tail = parts[cells].rpartition(b"</")
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for part, data in parts.items():
            if part != cells:
                archive.writestr(part, data)
        with archive.open(cells, "w") as member:
            member.write(head)
            for _ in range(400):
                member.write(b" " * (1 << 20))
            member.write(b"</" + tail)
    said = load_bytes(out.getvalue(), name, tmp_path)
    assert said == "" or "大きすぎ" in said


def test_one_broken_line_among_many_refuses_the_whole_file_and_names_the_line(tmp_path: Path) -> None:
    lines = test_judgit.ndjson(*[{**test_judgit.RECORD, "事業番号": f"{n:04}"} for n in range(40)]).split(
        b"\n"
    )
    lines[20] = lines[20][:-9]
    assert "21行目" in load_bytes(b"\n".join(lines), "judgit.ndjson", tmp_path)


@pytest.mark.parametrize("depth", [1, 2, 3, 40])
def test_nested_zips_are_read_to_two_deep_and_refused_beyond(
    depth: int, samples: Path, tmp_path: Path
) -> None:
    data, name = sample_files(samples)["sheet.txt"], "sheet.txt"
    for n in range(depth):
        data, name = packed({name: data}), f"{n}.zip"
    said = load_bytes(data, name, tmp_path)
    assert (said == "") == (depth <= 2)


@pytest.mark.parametrize("more", ["\n5 5 4" * 40_000, "5 5 4 " * 400_000], ids=["lines", "a line"])
def test_a_text_without_end_is_refused_in_bounded_time(more: str, samples: Path, tmp_path: Path) -> None:
    text = sample_files(samples)["sheet.txt"].decode() + more
    assert "長すぎます" in load_bytes(text.encode(), "sheet.txt", tmp_path)


def test_a_zip_of_thousands_of_zips_ends_in_bounded_time(tmp_path: Path) -> None:
    inner = packed({"memo.txt": "来週の会議は水曜日です。".encode()})
    assert load_bytes(packed({f"{n}.zip": inner for n in range(3_000)}), "many.zip", tmp_path)


def test_a_workbook_that_does_not_say_which_sheet_it_is_is_refused_by_name(tmp_path: Path) -> None:
    def silent(cell: Cell) -> Cell:
        years = isinstance(cell.value, str) and re.search(r"年度|レビューシート", cell.value)
        return replace(cell, value="") if years else cell

    data = workbook_bytes([("シート", mapped(form_cells(), silent))])
    assert "公開年度" in load_bytes(data, "sheet.xlsx", tmp_path)

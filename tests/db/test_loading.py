"""Loading files: whole or not at all, once, with one clear line for what cannot be used."""

from __future__ import annotations

import io
import os
import signal
import sqlite3
import subprocess
import sys
import textwrap
import threading
import time
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import db
from db import loading, opening
from db.contents import unreconciled
from db.errors import (
    BrokenFileError,
    DatabaseError,
    DiskFullError,
    EmptyInputError,
    InputError,
    LockedDatabaseError,
    MissingPathError,
    NewerDatabaseError,
    NoDatabaseError,
    NotOurDatabaseError,
    ReviewSheetError,
    UnknownFormError,
)
from db.loading import FAILED, LOADED, SKIPPED, UNCHANGED, load, unload
from tests.db.readers.rs_csv_making import csv_text
from tests.db.store_making import everything, judgit_file, judgit_record, rows


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where a test's database goes."""
    return tmp_path / "reviews.db"


@pytest.fixture
def judgit(tmp_path: Path) -> Path:
    """Three sheets of JUDGIT!."""
    return judgit_file(tmp_path / "judgit-2018.ndjson", *(judgit_record(f"{n:04}") for n in (1, 2, 3)))


def zipped(path: Path, **members: bytes) -> Path:
    """A zip of members."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return path


def one_line(error: BaseException | str) -> bool:
    """One line, in Japanese."""
    text = str(error)
    return "\n" not in text and any("ぁ" <= ch <= "ん" for ch in text)


# ───────── what goes in ─────────


def test_a_file_goes_in_with_every_record_accounted_for(path: Path, judgit: Path) -> None:
    report = load([judgit], path)
    (file,) = report.files
    assert (file.status, file.sheets, file.rows_read) == (LOADED, 3, 3)
    assert file.rows_read == file.rows_stored + file.rows_merged + file.rows_unplaced
    assert report.sheets_added == 3
    assert rows(path, 'SELECT "ファイル", "シート数", "読んだ行", "収めた行" FROM sources') == [
        ("judgit-2018.ndjson", 3, 3, 3)
    ]
    assert unreconciled(db.open_database(path)) == []


def test_the_same_file_again_changes_nothing(path: Path, judgit: Path) -> None:
    load([judgit], path)
    before = path.read_bytes()
    renamed = judgit.rename(judgit.with_name("another name.json"))
    report = load([renamed], path)
    assert [f.status for f in report.files] == [UNCHANGED]
    assert report.sheets_added == 0
    assert path.read_bytes() == before


def test_a_file_twice_in_one_load_goes_in_once(path: Path, judgit: Path) -> None:
    assert [f.status for f in load([judgit, judgit], path).files] == [LOADED, UNCHANGED]


def test_again_reads_a_file_anew(path: Path, judgit: Path) -> None:
    load([judgit], path)
    assert [f.status for f in load([judgit], path, again=True).files] == [LOADED]
    assert rows(path, "SELECT count(*) FROM sheets") == [(3,)]
    assert rows(path, "SELECT count(*) FROM sources") == [(1,)]
    assert unreconciled(db.open_database(path)) == []


def test_a_newer_publication_replaces_its_sheets_and_leaves_the_others(path: Path, tmp_path: Path) -> None:
    load([judgit_file(tmp_path / "old.json", judgit_record("0001"), judgit_record("0002"))], path)
    newer = judgit_file(tmp_path / "new.json", judgit_record("0002", 事業目的="新しい目的を書いた。"))
    report = load([newer], path)
    assert report.files[0].replaced == {"old.json": 1}
    assert rows(
        path, 'SELECT s."事業番号", f."ファイル" FROM sheets s JOIN sources f ON f.id = source_id'
    ) == [
        ("0001", "old.json"),
        ("0002", "new.json"),
    ]
    assert rows(path, "SELECT count(*) FROM comments WHERE sheet_key LIKE '%0002'") == [(1,)]
    assert rows(path, 'SELECT "ファイル", "シート数" FROM sources') == [("old.json", 1), ("new.json", 1)]
    assert unreconciled(db.open_database(path)) == []


def test_projects_keep_their_numbers_when_more_is_loaded(path: Path, tmp_path: Path, judgit: Path) -> None:
    load([judgit], path)
    before = rows(path, "SELECT sheet_key, project_id FROM sheets")
    later = judgit_record("0001", 2019) | {"事業名": "地域防災の備え事業0001"}
    load([judgit_file(tmp_path / "2019.json", later)], path)
    after = dict(rows(path, "SELECT sheet_key, project_id FROM sheets"))
    assert {key: after[key] for key, _ in before} == dict(before)
    assert after["2019-総務省-0001"] == after["2018-総務省-0001"]


def test_progress_counts_records_and_names_what_is_read(path: Path, judgit: Path) -> None:
    counted, begun = [], []
    load([judgit], path, progress=counted.append, on_start=lambda label, names: begun.append((label, *names)))
    assert sum(counted) == 3
    assert begun == [("JUDGIT! JSON", "judgit-2018.ndjson")]


def test_a_source_can_be_unloaded_by_name_zip_form_number_or_pattern(
    path: Path, tmp_path: Path, judgit: Path
) -> None:
    archive = zipped(tmp_path / "judgit.zip", **{"one.json": judgit.read_bytes()})
    for name in ("judgit.zip/one.json", "judgit.zip", "judgit", "1", "*one*"):
        fresh = path.with_name(f"{len(name)}.db")
        load([archive], fresh)
        assert unload(fresh, name) == ["judgit.zip/one.json"]
        assert rows(fresh, "SELECT (SELECT count(*) FROM sheets) + (SELECT count(*) FROM comments_fts)") == [
            (0,)
        ]


def test_unloading_what_is_not_loaded_says_what_is(path: Path, judgit: Path) -> None:
    load([judgit], path)
    with pytest.raises(InputError, match=r"judgit-2018\.ndjson") as error:
        unload(path, "2017.json")
    assert one_line(error.value)


# ───────── what does not go in ─────────


def bad_files(folder: Path) -> Iterator[tuple[Path, type[InputError], str]]:
    """Files that cannot be read, the error each gives and a word of its line."""
    empty = folder / "empty.txt"
    empty.touch()
    yield empty, EmptyInputError, "空のファイル"
    yield folder / "nothing.txt", MissingPathError, "ありません"
    nothing = folder / "nothing"
    nothing.mkdir()
    yield nothing, EmptyInputError, "フォルダー"
    others = folder / "others"
    others.mkdir()
    (others / "shopping.txt").write_text("牛乳\nたまご\n", "utf-8")
    yield others, EmptyInputError, "読めるシートがありません"
    yield others / "shopping.txt", UnknownFormError, "様式ではありません"
    whole = zipped(folder / "whole.zip", **{"a.csv": csv_text([{"備考": "竹"}]).encode()}).read_bytes()
    truncated = folder / "truncated.zip"
    truncated.write_bytes(whole[: len(whole) // 2])
    yield truncated, BrokenFileError, "壊れています"
    flipped = folder / "flipped.zip"
    flipped.write_bytes(whole[:60] + bytes([whole[60] ^ 255]) + whole[61:])
    yield flipped, BrokenFileError, "壊れています"
    cut = folder / "cut.ndjson"
    cut.write_text(
        '{"公開年度": 2018, "事業番号": "1", "府省庁": "総務省", "事業名": "あ"}\n{"公開年', "utf-8"
    )
    yield cut, BrokenFileError, "2行目"
    no_files = folder / "no_files.zip"
    zipped(no_files)
    yield no_files, EmptyInputError, "ファイルがありません"


def test_each_bad_file_is_refused_in_one_line_and_the_database_is_as_it_was(
    path: Path, tmp_path: Path, judgit: Path
) -> None:
    load([judgit], path)
    before = path.read_bytes()
    for bad, kind, word in bad_files(tmp_path):
        with pytest.raises(kind, match=word) as error:
            load([bad], path)
        assert one_line(error.value), bad
        assert path.read_bytes() == before, bad


def test_a_bad_file_leaves_no_database_where_there_was_none(path: Path, tmp_path: Path) -> None:
    for bad, kind, _ in bad_files(tmp_path):
        with pytest.raises(kind):
            load([bad], path)
        assert not path.exists()


def test_the_other_files_of_a_load_go_in(path: Path, tmp_path: Path, judgit: Path) -> None:
    bad = [file for file, _, _ in bad_files(tmp_path)]
    report = load([*bad, judgit], path)
    assert [f.name for f in report.of(LOADED)] == ["judgit-2018.ndjson"]
    assert report.failed
    # A folder without files, and every bad file that was named; what merely lies in a folder is passed over.
    assert len(report.of(FAILED)) == len(bad) - 1
    assert all(one_line(f.message) for f in report.files if f.message)
    assert rows(path, "SELECT count(*) FROM sheets") == [(3,)]


def test_one_broken_csv_of_many_leaves_the_others_of_its_project(
    path: Path, tmp_path: Path, samples: Path
) -> None:
    folder = tmp_path / "rs"
    folder.mkdir()
    for archive in sorted((samples / "rs").glob("*.zip")):
        data = archive.read_bytes()
        if archive.name.startswith("4-1"):
            with zipfile.ZipFile(archive) as opened:
                text = opened.read(opened.namelist()[0]).decode("utf-8-sig")
            lines = text.splitlines(keepends=True)
            cut = "".join([lines[0], lines[1][:20]]).encode()
            zipped(folder / archive.name, **{"4-1.csv": cut})
        else:
            (folder / archive.name).write_bytes(data)
    report = load([folder], path)
    assert [f.name.partition("/")[0] for f in report.of(FAILED)] == ["4-1_RS_2024_点検・評価.zip"]
    assert len(report.of(LOADED)) == 14
    assert all(one_line(f.message) for f in report.of(FAILED))
    assert unreconciled(db.open_database(path)) == []


def test_what_is_no_sheet_in_a_folder_is_passed_over(path: Path, tmp_path: Path, judgit: Path) -> None:
    (tmp_path / "README.md").write_text("説明", "utf-8")
    (tmp_path / ".hidden").write_text("x", "utf-8")
    report = load([tmp_path], path)
    assert {f.name: f.status for f in report.files} == {"README.md": SKIPPED, "judgit-2018.ndjson": LOADED}
    assert not report.failed


# ───────── a database that cannot be used ─────────


def newer(path: Path) -> None:
    load([judgit_file(path.with_name("j.json"), judgit_record())], path)
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA user_version = 99")
    connection.close()


def other_program(path: Path) -> None:
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE songs (title)")
    connection.close()


def no_sqlite(path: Path) -> None:
    path.write_text("これはデータベースではない。" * 100, "utf-8")


UNUSABLE: list[tuple[Callable[[Path], None], type[DatabaseError]]] = [
    (newer, NewerDatabaseError),
    (other_program, NotOurDatabaseError),
    (no_sqlite, NotOurDatabaseError),
    (lambda path: path.mkdir(), NotOurDatabaseError),
]


@pytest.mark.parametrize(("make", "kind"), UNUSABLE)
def test_a_database_that_is_not_for_us_is_refused_untouched(
    path: Path, judgit: Path, make: Callable[[Path], None], kind: type[DatabaseError]
) -> None:
    make(path)
    before = None if path.is_dir() else path.read_bytes()
    actions: list[Callable[[], Any]] = [
        lambda: load([judgit], path),
        lambda: unload(path, "judgit"),
        lambda: db.open_database(path),
        lambda: db.info(path),
    ]
    for action in actions:
        with pytest.raises(kind) as error:
            action()
        assert one_line(error.value)
    assert before is None or path.read_bytes() == before


def test_no_database_says_how_to_load(path: Path) -> None:
    for action in (lambda: db.open_database(path), lambda: unload(path, "x")):
        with pytest.raises(NoDatabaseError, match="reviewsheet load") as error:
            action()
        assert one_line(error.value)
    path.touch()
    with pytest.raises(NoDatabaseError, match="空のファイル"):
        db.open_database(path)


def test_a_folder_that_is_not_there_is_named(path: Path, judgit: Path) -> None:
    with pytest.raises(NoDatabaseError, match="フォルダー"):
        load([judgit], path.with_name("nowhere") / "reviews.db")


@pytest.mark.skipif(not Path("/proc/self").is_dir(), reason="Linux の /proc を使う")
def test_a_place_that_cannot_be_written_is_named(judgit: Path) -> None:
    with pytest.raises(DatabaseError, match="書き込めません") as error:
        load([judgit], Path("/proc/reviews.db"))
    assert one_line(error.value)


@pytest.mark.skipif(os.geteuid() == 0, reason="root はどこにでも書ける")
def test_a_read_only_database_is_refused_in_one_line(path: Path, judgit: Path, tmp_path: Path) -> None:
    load([judgit], path)
    path.chmod(0o444)
    with pytest.raises(DatabaseError, match="書き込めません"):
        load([judgit_file(tmp_path / "new.json", judgit_record("0009"))], path)


def test_a_locked_database_is_refused_in_one_line(
    path: Path, judgit: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    load([judgit], path)
    monkeypatch.setattr(opening, "WAIT_SECONDS", 0.05)
    other = sqlite3.connect(path)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(LockedDatabaseError) as error:
        load([judgit_file(tmp_path / "new.json", judgit_record("0009"))], path)
    other.close()
    assert one_line(error.value)
    assert rows(path, "SELECT count(*) FROM sheets") == [(3,)]


def test_a_full_disk_leaves_the_database_as_it_was(
    path: Path, judgit: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    load([judgit], path)
    before = everything(path)
    whole = opening.open_for_loading

    def nearly_full(where: Path) -> Any:
        database = whole(where)
        pages = database.execute("PRAGMA page_count").fetchone()[0]
        database.execute(f"PRAGMA max_page_count = {pages + 5}")
        return database

    monkeypatch.setattr(loading, "open_for_loading", nearly_full)
    many = judgit_file(tmp_path / "many.json", *(judgit_record(f"9{n:03}") for n in range(500)))
    with pytest.raises(DiskFullError) as error:
        load([many], path)
    assert one_line(error.value)
    assert everything(path) == before


def test_a_database_of_before_a_column_was_added_gains_it_when_opened(path: Path, judgit: Path) -> None:
    load([judgit], path)
    connection = sqlite3.connect(path)
    connection.execute('ALTER TABLE budgets DROP COLUMN "比較用執行率"')
    connection.execute("DROP TABLE reform_plans")
    connection.close()
    opened = db.open_database(path)
    assert opened.execute('SELECT count(*), count("比較用執行率") FROM budgets').fetchone()[0] == 6
    assert opened.execute("SELECT count(*) FROM reform_plans").fetchone()[0] == 0


def test_an_older_database_may_be_opened_by_many_at_once(path: Path, judgit: Path) -> None:
    load([judgit], path)
    connection = sqlite3.connect(path)
    connection.execute("DROP TABLE reform_plans")
    connection.execute('ALTER TABLE budgets DROP COLUMN "比較用執行率"')
    connection.close()
    begin, failed = threading.Barrier(6), []

    def ask() -> None:
        begin.wait()
        try:
            opened = db.open_database(path)
            opened.execute('SELECT count("比較用執行率") FROM budgets, reform_plans').fetchone()
            opened.close()
        except DatabaseError as error:
            failed.append(error)

    threads = [threading.Thread(target=ask) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []


def test_an_older_database_that_cannot_be_written_says_what_to_do(
    path: Path, judgit: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    load([judgit], path)
    connection = sqlite3.connect(path)
    connection.execute("DROP TABLE reform_plans")
    connection.close()
    whole = opening._connect
    monkeypatch.setattr(opening, "_connect", lambda path, mode, same: whole(path, "ro", same))
    with pytest.raises(DatabaseError, match="以前の版") as error:
        db.open_database(path)
    assert one_line(error.value)


def test_what_is_opened_for_reading_cannot_be_written(path: Path, judgit: Path) -> None:
    load([judgit], path)
    connection = db.open_database(path)
    for statement in ("DELETE FROM sheets", "CREATE TABLE t (x)", "INSERT INTO projects (id) VALUES (9)"):
        with pytest.raises(sqlite3.OperationalError, match="readonly"):
            connection.execute(statement)


# ───────── stopped half-way ─────────


def test_ctrl_c_keeps_what_was_there_and_the_files_already_in(
    path: Path, tmp_path: Path, judgit: Path
) -> None:
    load([judgit], path)
    first = judgit_file(tmp_path / "a.json", judgit_record("0010"))
    second = judgit_file(tmp_path / "b.json", *(judgit_record(f"00{n}") for n in range(20, 40)))
    seen = 0

    def stop(count: int) -> None:
        nonlocal seen
        seen += count
        if seen > 5:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        load([first, second], path, progress=stop)
    assert rows(path, 'SELECT "ファイル" FROM sources') == [("judgit-2018.ndjson",), ("a.json",)]
    assert rows(path, "SELECT count(*), count(project_id) FROM sheets") == [(4, 4)]
    assert unreconciled(db.open_database(path)) == []


def test_a_killed_load_leaves_the_database_as_it_was(path: Path, tmp_path: Path, judgit: Path) -> None:
    load([judgit], path)
    before = everything(path)
    many = judgit_file(tmp_path / "many.json", *(judgit_record(f"9{n:03}") for n in range(600)))
    program = f"""
        import time
        from db import loading, opening, row_buffer
        opening.CACHE_KIB = 16    # so that half of it is on disk when we stop
        row_buffer.BATCH = 10
        seen = 0
        def stop(count):
            global seen
            seen += count
            if seen > 500:
                print("half", flush=True)
                time.sleep(60)
        loading.load([{str(many)!r}], {str(path)!r}, progress=stop)
    """
    with subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(program)],
        stdout=subprocess.PIPE,
        cwd=Path(db.__file__).parent.parent,
    ) as running:
        assert running.stdout is not None
        assert running.stdout.readline() == b"half\n"
        assert path.with_name("reviews.db-journal").exists()
        running.send_signal(signal.SIGKILL)
    db.open_database(path).close()
    assert everything(path) == before


# ───────── zips ─────────


def test_zips_in_zips_and_names_of_windows_are_read(path: Path, tmp_path: Path, judgit: Path) -> None:
    inner = zipped(tmp_path / "inner.zip", **{"judgit.json": judgit.read_bytes()}).read_bytes()
    outer = zipped(tmp_path / "outer.zip", **{"内側.zip": inner, "__MACOSX/x": b"x"})
    # A zip made on Windows in Japan names its members in cp932, without saying so.
    data = outer.read_bytes().replace("内側".encode(), "内側".encode("cp932") + b"__")
    raw = bytearray(data)
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = raw.find(mark)
        while at >= 0:
            raw[at + offset + 1] &= ~0x08
            at = raw.find(mark, at + 4)
    outer.write_bytes(bytes(raw))
    report = load([outer], path)
    assert [f.name for f in report.of(LOADED)] == ["outer.zip/内側__.zip/judgit.json"]


def test_a_zip_bomb_is_refused_without_unpacking_it(path: Path, tmp_path: Path) -> None:
    bomb = zipped(tmp_path / "bomb.zip", **{"a.csv": bytes(80 << 20)})
    began = time.process_time()
    with pytest.raises(BrokenFileError, match="大きすぎる") as error:
        load([bomb], path)
    assert time.process_time() - began < 1
    assert one_line(error.value)


def test_a_zip_that_lies_about_its_size_is_refused(path: Path, tmp_path: Path) -> None:
    data = bytearray(zipped(tmp_path / "lie.zip", **{"a.csv": b"a,b\n" * 100_000}).read_bytes())
    for mark, offset in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        at = data.find(mark)
        data[at + offset : at + offset + 4] = (100).to_bytes(4, "little")
    (tmp_path / "lie.zip").write_bytes(bytes(data))
    with pytest.raises(BrokenFileError) as error:
        load([tmp_path / "lie.zip"], path)
    assert one_line(error.value)


def test_zips_nested_too_deep_are_refused(path: Path, tmp_path: Path, judgit: Path) -> None:
    data = judgit.read_bytes()
    for _ in range(4):
        held = io.BytesIO()
        with zipfile.ZipFile(held, "w") as archive:
            archive.writestr("in.zip", data)
        data = held.getvalue()
    (tmp_path / "deep.zip").write_bytes(data)
    with pytest.raises(BrokenFileError, match="zipの中のzip"):
        load([tmp_path / "deep.zip"], path)


# ───────── reading without a database ─────────


def test_read_gives_the_sheets_of_the_contract(judgit: Path) -> None:
    sheets = [db.sheet_as_json(s) for s in db.read_files([judgit])]
    assert [s["sheet"]["事業番号"] for s in sheets] == ["0001", "0002", "0003"]
    first = sheets[0]
    assert first["form"] == "judgit-2018"
    assert set(first["source"]) == {"file", "sha256"}
    assert first["sheet"]["担当課室"] is None
    assert {"年度": 2019, "要求額": 12_000_000} in first["budgets"]
    assert first["comments"] == first["warnings"] == []


def test_read_refuses_what_it_cannot_read(tmp_path: Path) -> None:
    for bad, kind, _ in bad_files(tmp_path):
        with pytest.raises(kind) as error:
            list(db.read_files([bad]))
        assert one_line(error.value)


def test_info_says_what_is_loaded(path: Path, judgit: Path) -> None:
    load([judgit], path)
    found = db.info(path)
    assert (found["sheets"], found["projects"]) == (3, 3)
    assert found["forms"] == {"judgit-2018": 3}
    assert found["years"] == {"2018": 3}
    assert found["ministries"] == {"総務省": 3}
    assert found["tables"]["payees"] == {"label": "支出先上位10者リスト", "rows": 3}
    assert found["sources"][0]["表の行数"]["payees"] == 3


def test_importing_db_brings_in_no_library_a_question_does_not_need() -> None:
    program = (
        "import sys, db; from db.opening import open_database;"
        "heavy = {'sqlite_utils', 'pdfplumber', 'pypdfium2', 'openpyxl', 'python_calamine', 'numpy', 'db.readers'};"
        "print(sorted(heavy & set(sys.modules)))"
    )
    root = Path(db.__file__).parent.parent
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, cwd=root, check=True
    )
    assert done.stdout.strip() == "[]"


def test_every_error_is_one_of_ours(tmp_path: Path) -> None:
    assert all(issubclass(kind, ReviewSheetError) for _, kind, _ in bad_files(tmp_path))

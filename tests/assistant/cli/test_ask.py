"""Asking from the command line: plain text, JSON, CSV, SQL, standard input, exit codes."""

import csv
import io
import json
import sqlite3
from pathlib import Path

import pytest

from tests.assistant.cli.conftest import Run

QUESTION = "不用率が大きい理由は?"


def test_a_bare_question_is_asked(run: Run, sheet_db: Path) -> None:
    done = run(QUESTION, "--db", sheet_db)
    assert done.code == 0
    assert done.err == ""
    assert "50.0 %" in done.out
    assert "不用率が大きい場合、その理由は妥当か" in done.out
    assert "sample-2018.txt" in done.out
    assert done.out == run("ask", QUESTION, "--db", sheet_db).out


def test_the_database_may_be_named_by_the_environment(
    run: Run, sheet_db: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REVIEWSHEET_DB", str(sheet_db))
    assert run("ask", QUESTION).code == 0


def test_json_is_one_answer_object(run: Run, sheet_db: Path) -> None:
    answer = json.loads(run("--json", "29年度の執行率は?", "--db", sheet_db).out)
    assert answer["status"] == "answered"
    assert answer["cells"][0]["value"] == 50.0
    assert answer["cells"][0]["as_printed"] == "50%"


def test_csv_has_the_cells(run: Run, sheet_db: Path) -> None:
    rows = list(csv.DictReader(io.StringIO(run("ask", "29年度の執行率は?", "--csv", "--db", sheet_db).out)))
    assert rows[0]["項目"] == "執行率"
    assert float(rows[0]["値"]) == 50.0


def test_sql_gives_the_same_figure(run: Run, sheet_db: Path) -> None:
    sql = run("ask", "29年度の執行率は?", "--sql", "--db", sheet_db).out
    rows = sqlite3.connect(sheet_db).execute(sql).fetchall()
    assert any(50.0 in row for row in rows)


def test_questions_are_read_from_standard_input(run: Run, sheet_db: Path) -> None:
    done = run("ask", "--db", sheet_db, "--json", stdin="29年度の執行率は?\n\n28年度の執行率は?\n")
    assert [json.loads(line)["cells"][0]["value"] for line in done.out.splitlines()] == [50.0, 40.0]


def test_exit_codes_tell_no_answer(run: Run, sheet_db: Path) -> None:
    done = run("ask", "今日の東京の天気は?", "--db", sheet_db)
    assert done.code == 3
    assert done.out.strip()


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (("ask", "執行率は?", "--db", "nothing.db"), 1, "nothing.db"),
        (("ask", "執行率は?", "--nosuch"), 2, "--nosuch"),
        (("ask", "執行率は?", "--json", "--csv"), 2, "一つだけ"),
        (("ask",), 2, "質問がありません"),
        (("search",), 2, "言葉"),
        (("lod", "x"), 2, "lod"),
        (("search", "甲", "--limit", "0"), 2, "--limit"),
    ],
)
def test_what_cannot_be_done_is_said_in_one_line(run: Run, arguments: tuple, code: int, says: str) -> None:
    done = run(*arguments)
    assert done.code == code
    assert done.out == ""
    assert done.err.count("\n") == 1
    assert says in done.err


def test_what_the_system_forbids_is_said_in_one_line(run: Run, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    done = run("demo", "--folder", "file/demo")
    assert done.code == 1
    assert done.err == "reviewsheet: file/demo: 読み書きできません(フォルダーではないものの中です)。\n"


def test_traceback_shows_where_an_error_comes_from(run: Run) -> None:
    from assistant.cli import main
    from db.errors import NoDatabaseError

    with pytest.raises(NoDatabaseError):
        main(["ask", "執行率は?", "--db", "nothing.db", "--traceback"])


def test_search_shows_passages_with_their_place(run: Run, rs_db: Path) -> None:
    done = run("search", "一者応札", "--db", rs_db, "--limit", "3")
    assert done.code == 0
    assert "一者応札" in done.out
    assert "出典" in done.out


def test_a_field_is_cited_to_the_file_that_prints_it(run: Run, rs_db: Path) -> None:
    for field, file in (("作成責任者", "1-1"), ("事業の目的", "1-2"), ("施策", "1-3"), ("会計区分", "2-1")):
        asked = f"棚田の保全と担い手確保に向けた地域活動支援事業の{field}は?"
        (answer,) = [json.loads(run("ask", "--json", asked, "--db", rs_db).out)]
        source = answer["cells"][0]["source"]
        assert source["file"].startswith(f"{file}_RS_2024"), field
        assert source["locator"].startswith(f"{file} "), field

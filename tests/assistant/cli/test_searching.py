"""`search`, `similar` and `index`: passages and projects by meaning, and the index they need."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.assistant.cli.conftest import Run


def test_similar_projects_are_found_by_name_and_by_description(run: Run, rs_db: Path) -> None:
    named = json.loads(run("search", "目的", "--db", rs_db, "--json").out)["cells"][0]["sheet"]["事業名"]
    done = run("similar", named, "--db", rs_db, "--json")
    answer = json.loads(done.out)
    assert done.code == 0
    assert answer["interpretation"]["operation"] == "similar"
    names = [c["sheet"]["事業名"] for c in answer["cells"]]
    assert names
    assert named not in names
    assert run("similar", "地域の人を見守る取り組み", "--db", rs_db).code == 0


def test_loading_leaves_a_current_index_so_that_index_has_nothing_to_do(run: Run, samples: Path) -> None:
    assert run("load", samples / "rs", "--db", "rs.db").code == 0
    done = run("index", "--db", "rs.db")
    assert done.code == 0
    assert "新しい文章 0 件" in done.out


def test_a_model_that_is_not_there_is_said_in_one_line_and_the_index_stays(run: Run, rs_db: Path) -> None:
    done = run("index", "--db", rs_db, "--model", "./nowhere")
    assert done.code == 1
    assert done.err.count("\n") == 1
    assert "モデル" in done.err
    assert run("search", "予算", "--db", rs_db).code == 0


def test_unloading_takes_the_passages_out_of_the_search(run: Run, samples: Path) -> None:
    sheet = samples / "sheets" / "sample-2018.xlsx"
    assert run("load", str(sheet), "--db", "one.db").code == 0
    assert run("search", "旅費", "--db", "one.db").code == 0
    assert run("unload", sheet.name, "--db", "one.db").code == 0
    assert run("search", "旅費", "--db", "one.db").code == 3


@pytest.mark.parametrize("command", ["search", "similar"])
def test_words_of_spaces_alone_are_a_usage_error(run: Run, rs_db: Path, command: str) -> None:
    done = run(command, " ", "--db", rs_db)
    assert done.code == 2
    assert "を指定してください" in done.err


@pytest.mark.parametrize("command", ["search", "similar"])
def test_words_no_sheet_holds_are_not_answered_by_chance(run: Run, rs_db: Path, command: str) -> None:
    done = run(command, "zzz", "--db", rs_db)
    assert done.code == 3
    assert "見つかりませんでした" in done.out

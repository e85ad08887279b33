"""Loading, reading, listing and taking out files from the command line."""

import json
from pathlib import Path

import pytest

from tests.assistant.cli.conftest import Run


def test_load_tells_what_went_in(run: Run, samples: Path) -> None:
    done = run("load", samples / "sheets" / "sample-2018.xlsx", "--db", "x.db")
    assert done.code == 0
    assert "1 ファイルを x.db に読み込みました(シート +1、" in done.out
    again = run("load", samples / "sheets" / "sample-2018.xlsx", "--db", "x.db")
    assert "変更はありません" in again.out


def test_a_file_that_fails_does_not_keep_the_others_out(run: Run, samples: Path, tmp_path: Path) -> None:
    (tmp_path / "bad.txt").write_text("これはシートではない")
    done = run("load", tmp_path / "bad.txt", samples / "sheets" / "sample-2018.xlsx", "--db", "x.db")
    assert done.code == 1
    assert "bad.txt" in done.err
    assert "読み込めなかったファイルが 1 あります" in done.out
    assert run("ask", "29年度の執行率は?", "--db", "x.db").code == 0


@pytest.mark.parametrize("path", ["missing.txt", "."])
def test_nothing_to_read_is_said_in_one_line_and_makes_no_database(
    run: Run, tmp_path: Path, path: str
) -> None:
    done = run("load", path, "--db", tmp_path / "sub.db")
    assert done.code == 1
    assert done.err.count("\n") == 1
    assert not (tmp_path / "sub.db").exists()


def test_read_prints_the_contract_json(run: Run, samples: Path) -> None:
    (sheet,) = json.loads(run("read", samples / "sheets" / "sample-2018.txt", "--json").out)
    assert sheet["sheet"]["公開年度"] == 2018
    spent = {b["年度"]: b.get("執行率") for b in sheet["budgets"]}
    assert spent[2017] == 50.0


def test_read_shows_a_sheet_to_people(run: Run, samples: Path) -> None:
    text = run("read", samples / "sheets" / "sample-2018.txt").out
    assert "予算額・執行額" in text
    assert "行目" in text


def test_read_sets_out_a_sheet_as_its_form_does(run: Run, samples: Path) -> None:
    lines = run("read", samples / "sheets" / "sample-2018.txt").out.splitlines()
    years = next(line for line in lines if "2015年度" in line and "2019年度" in line)
    rate = next(line for line in lines if line.strip().startswith("執行率"))
    assert years.split() == ["2015年度", "2016年度", "2017年度", "2018年度", "2019年度"]
    assert rate.split() == ["執行率", "40.0", "%", "40.0", "%", "50.0", "%", "–", "–"]
    # The years of one indicator stand under its text, an evaluation has its mark, inference is said.
    assert sum("安全点検の得点の平均" in line for line in lines) >= 3
    assert any("○" in line and "(推定)" in line for line in lines)
    assert not [line for line in lines if line != line.rstrip()]


def test_info_lists_sources_and_counts(run: Run, sheet_db: Path) -> None:
    text = run("info", "--db", sheet_db).out
    assert "シート 1 枚" in text
    assert "sample-2018.txt" in text
    assert json.loads(run("info", "--db", sheet_db, "--json").out)["sheets"] == 1


def test_an_emptied_database_says_so_whatever_is_asked(run: Run, samples: Path) -> None:
    run("load", samples / "sheets" / "sample-2018.xlsx", "--db", "a.db")
    run("unload", "sample-2018.xlsx", "--db", "a.db")
    for arguments in (("ask", "--db", "a.db", "29年度の執行率は?"), ("info", "--db", "a.db")):
        assert "reviewsheet load" in run(*arguments).out


def test_unload_takes_a_file_out_again(run: Run, samples: Path) -> None:
    run("load", samples / "sheets" / "sample-2018.xlsx", "--db", "x.db")
    assert "取り除きました" in run("unload", "sample-2018.xlsx", "--db", "x.db").out
    assert json.loads(run("info", "--db", "x.db", "--json").out)["sheets"] == 0
    missing = run("unload", "sample-2018.xlsx", "--db", "x.db")
    assert missing.code == 1
    assert missing.err.count("\n") == 1


def test_a_newer_file_of_a_sheet_tells_which_it_replaced(run: Run, samples: Path, tmp_path: Path) -> None:
    text = (samples / "sheets" / "sample-2018.txt").read_text("utf-8")
    (tmp_path / "new.txt").write_text(text + "\n", "utf-8")
    run("load", samples / "sheets" / "sample-2018.txt", "--db", "x.db")
    done = run("load", "new.txt", "--db", "x.db")
    assert "入れ替え  new.txt の 1 枚が、sample-2018.txt の同じシートに代わりました。" in done.out
    assert "シート +0" in done.out
    assert "sample-2018.txt" not in run("info", "--db", "x.db").out

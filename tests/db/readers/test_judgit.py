"""JUDGIT! JSON becomes sheets; what its zeros hide is not taken for a figure."""

import gzip
import json
from pathlib import Path

import pytest

from db.errors import BrokenFileError
from db.readers.base import InputFile
from db.readers.judgit import JudgitReader
from db.sheet import Sheet

RECORD = {
    "ID": 1,
    "事業ID": 77,
    "公開年度": 2018,
    "府省庁": "総務省",
    "事業番号": "0901",
    "事業名": "窓口案内デジタル化推進費",
    "開始年度": 2014,
    "終了年度": None,
    "会計区分": ["一般会計"],
    "事業目的": "窓口の待ち時間を短くする。",
    "事業概要": "案内端末を配る。",
    "実施方法": ["直接実施", "委託・請負"],
    "主要施策": [],
    "予算": [
        {"年度": 2015, "当初予算": 0.0, "補正予算": 0.0, "予算計": 0.0, "執行額": 0.0},
        {"年度": 2017, "当初予算": 10.0, "補正予算": 0.0, "翌年度へ繰越し": -2.5, "予算計": 7.5, "執行額": 6.0},
        {"年度": 2018, "当初予算": 9.0, "補正予算": 0.0, "予算計": 9.0},
        {"年度": 2019, "要求額": 8.5},
    ],
    "支出先": [
        {"年度": 2017, "グループ": "A", "番号": 1, "支出先名": "株式会社みどり案内", "法人番号": None,
         "業務概要": "端末の設置", "支出額": 0.1},
    ],
    "アウトカム": [
        {"成果目標": "待ち時間の短縮", "成果指標": "平均待ち時間", "単位": "分", "目標値": "おおむね5", "目標最終年度": 2020,
         "成果実績": [{"年度": 2017, "成果実績": 7.25, "目標値": 6.0}]},
    ],
    "アウトプット": [
        {"活動指標": "設置台数", "単位": "台", "活動実績": [{"年度": 2017, "活動実績": 12.0, "当初見込み": None}]},
    ],
    "関連する過去のレビューシート": [{"府省庁": "総務省", "事業番号1": "新26", "事業番号2": "0005", "年度": 2014}],
}  # fmt: skip


def file_of(data: bytes, name: str = "judgit.ndjson") -> InputFile:
    return InputFile(Path(name), name, data)


def read(data: bytes) -> list[Sheet]:
    file = file_of(data)
    reader = JudgitReader()
    assert reader.recognises(file)
    return list(reader.read([file]))


def ndjson(*records: dict) -> bytes:
    return "\n".join(json.dumps(r, ensure_ascii=False) for r in records).encode()


def test_a_line_becomes_a_sheet_in_yen_and_western_years() -> None:
    (sheet,) = read(ndjson(RECORD))
    assert sheet.key == "2018-総務省-0901"
    assert sheet.form == "judgit-2018"
    assert sheet.basic.values["実施方法"] == "直接実施、委託・請負"
    spent = next(r for r in sheet.rows("budgets") if r.get("年度") == 2017)
    assert spent.values == {
        "年度": 2017, "当初予算": 10_000_000, "翌年度へ繰越し": -2_500_000, "計": 7_500_000,
        "執行額": 6_000_000, "執行率": 80.0,
    }  # fmt: skip
    assert spent.printed["翌年度へ繰越し"] == "-2.5百万円"
    assert sheet.rows("payees")[0].get("支出額") == 100_000
    assert sheet.rows("past_numbers")[0].get("事業番号") == "新26-0005"


def test_a_year_of_zeros_and_the_own_year_have_no_figures_to_tell() -> None:
    (sheet,) = read(ndjson(RECORD))
    years = {r.get("年度"): r for r in sheet.rows("budgets")}
    assert 2015 not in years
    assert years[2018].get("執行額") is None
    assert years[2019].values == {"年度": 2019, "要求額": 8_500_000}
    assert "補正予算" not in years[2017].values


def test_a_sum_in_binary_fractions_is_printed_as_the_amount_it_is() -> None:
    budget = {"年度": 2017, "当初予算": 1234.5, "予算計": 0.39999999999997726, "執行額": 10.0}
    (sheet,) = read(ndjson(RECORD | {"予算": [budget]}))
    (row,) = sheet.rows("budgets")
    assert row.get("計") == 400_000
    assert {c: row.printed[c] for c in ("当初予算", "計", "執行額")} == {
        "当初予算": "1,234.5百万円",
        "計": "0.4百万円",
        "執行額": "10百万円",
    }


def test_a_target_that_is_no_number_keeps_its_words() -> None:
    (sheet,) = read(ndjson(RECORD))
    final = next(r for r in sheet.rows("outcomes") if r.get("年度の種別") == "目標最終年度")
    assert final.get("目標値") is None
    assert final.printed["目標値"] == "おおむね5"


@pytest.mark.parametrize(
    "pack",
    [
        gzip.compress,
        lambda b: b,
        lambda b: b"\xef\xbb\xbf" + b.replace(b"\n", b"\r\n"),
        lambda b: b"[" + b.replace(b"\n", b",") + b"]",
        lambda b: b"\n".join(json.dumps(json.loads(x), indent=2).encode() for x in b.split(b"\n")),
        lambda b: json.dumps([json.loads(x) for x in b.split(b"\n")], ensure_ascii=False, indent=1).encode(),
    ],
    ids=[
        "gzip",
        "ndjson",
        "ndjson of Windows",
        "json list",
        "objects on many lines in ASCII",
        "list on many lines",
    ],
)
def test_gzip_lines_and_a_list_read_alike(pack) -> None:
    other = RECORD | {"事業番号": "0902"}
    assert [s.key for s in read(pack(ndjson(RECORD, other)))] == ["2018-総務省-0901", "2018-総務省-0902"]


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (ndjson(RECORD) + b"\n{broken", "2行目"),
        (gzip.compress(ndjson(RECORD))[:-20], "gzip"),
        (json.dumps([RECORD], ensure_ascii=False, indent=1).encode()[:-40], "行目がJSONとして読めません"),
        (ndjson(RECORD, {"公開年度": 2018, "府省庁": "総務省", "事業番号": "1"}), "事業名"),
    ],
)
def test_damaged_files_are_refused_with_one_line(data: bytes, says: str) -> None:
    with pytest.raises(BrokenFileError) as error:
        list(JudgitReader().read([file_of(data)]))
    assert says in str(error.value)
    assert "\n" not in str(error.value)


def test_other_json_is_not_taken_for_judgit() -> None:
    assert not JudgitReader().recognises(file_of(b'{"name": "x"}'))


@pytest.mark.realdata
def test_the_seed_sheet_of_2018_reads_as_published(realdata: Path) -> None:
    path = realdata / "judgit" / "judgit-2018.ndjson.gz"
    sheets = {s.key: s for s in read(path.read_bytes())}
    assert len(sheets) == 5145
    spent = {r.get("年度"): r.get("執行率") for r in sheets["2018-総務省-0036"].rows("budgets")}
    assert spent[2017] == 50.0

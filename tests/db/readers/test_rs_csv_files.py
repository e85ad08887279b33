"""RSシステム's CSV files: recognising them, their headers and encodings, and what is refused."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from db.catalogue import catalogue
from db.errors import BrokenFileError, MissingColumnError
from db.readers.rs_csv import RsCsvReader
from db.readers.rs_csv.layout import TITLES, file_number, layout
from db.samples import build_rs
from db.text import fold
from tests.db.readers.rs_csv_making import (
    SHARED,
    TOTALS,
    as_file,
    budget,
    counts,
    csv_text,
    made,
    read,
    read_one,
    values,
)

# ───────── recognising ─────────


@pytest.mark.parametrize("number", list(TITLES))
def test_each_of_the_fifteen_files_is_known_by_its_columns(number: str) -> None:
    header = [*build_rs.IDENTITY, *build_rs.columns(number)]
    assert file_number(header) == number
    known = layout(header, number)
    assert not known.unknown
    assert not known.missing


@pytest.mark.parametrize("number", list(TITLES))
@settings(max_examples=25, deadline=None)
@given(data=st.data())
def test_marks_and_dashes_and_order_of_a_header_do_not_matter(number: str, data: st.DataObject) -> None:
    dash = data.draw(st.sampled_from("ー－-‐―"))
    wide = data.draw(st.booleans())
    header = []
    for name in [*build_rs.IDENTITY, *build_rs.columns(number)]:
        name = re.sub("(?<=[法善検先元])[ー－]", dash, name)
        name = name if wide else name.replace("（", "(").replace("）", ")").replace("／", "/")
        header.append(name)
    shuffled = data.draw(st.permutations(header))
    assert file_number(shuffled) == number
    assert not layout(shuffled, number).unknown


def test_renamed_year_columns_are_the_same_columns() -> None:
    text = csv_text([budget(2023)]).replace("事業年度", "公開年度").replace("予算年度", "会計年度")
    sheet = read_one(as_file(text))
    assert sheet.key == "2024-RS-7"
    assert [r.get("年度") for r in sheet.rows("budgets")] == [2023, 2024]
    assert not sheet.unplaced


def test_every_rs_column_of_the_catalogue_belongs_to_one_of_the_files() -> None:
    shared = {fold(c) for c in (*build_rs.IDENTITY, "建制順", "所管府省庁")}
    later_releases = {"3-2:派生元ー活動指標／成果指標", "3-2:派生先ー活動指標／成果指標"}
    for path in catalogue().rs_columns().keys() - later_releases:
        number, name = path.split(":", 1)
        if number == "*":
            assert fold(name) in shared
        else:
            assert fold(name) in {fold(c) for c in build_rs.columns(number)} | shared


@pytest.mark.parametrize(
    "content",
    [
        "",
        "\n",
        "事業番号,事業名\n1,竹\n",
        "平成30年度行政事業レビューシート",
        "事業年度,予算事業ID\n2024,7\n",
        b"PK\x03\x04\x00\x00",
    ],
)
def test_what_is_no_rs_csv_is_not_recognised(content: str | bytes) -> None:
    assert not RsCsvReader().recognises(as_file(content))


def test_the_name_of_a_file_says_nothing() -> None:
    file = as_file(csv_text([{"備考": "竹"}]), "2-1_RS_2024_予算・執行_サマリ.csv")
    assert RsCsvReader().recognises(file)
    assert values(read_one(file), "comments") == [{"項目": "備考", "本文": "竹"}]


# ───────── encodings and damage ─────────


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-8", "cp932", "utf-16", "euc_jp"])
def test_usual_encodings_give_the_same_sheet(encoding: str) -> None:
    file = as_file(csv_text([budget(2023, 主な増減理由="竹を切る人の増")]), encoding=encoding)
    assert RsCsvReader().recognises(file)
    sheet = read_one(file)
    assert sheet.key == "2024-RS-7"
    assert sheet.rows("comments")[0].get("本文") == "竹を切る人の増"


@settings(max_examples=40, deadline=None)
@given(
    text=st.text(st.characters(codec="cp932", exclude_characters="\0\r\n¢£¬‖−〜"), min_size=13, max_size=60),
    encoding=st.sampled_from(["utf-8-sig", "utf-8", "cp932"]),
)
def test_a_text_comes_back_as_it_was_written(text: str, encoding: str) -> None:
    text = "竹" + text.strip() + "林"
    sheet = read_one(as_file(csv_text([{"備考": text}]), encoding=encoding))
    assert values(sheet, "comments") == [{"項目": "備考", "本文": text}]


@pytest.mark.parametrize("name", ["予算事業ID", "事業年度", "事業名"])
def test_a_file_without_a_required_column_is_refused_naming_both(name: str) -> None:
    shared = {k: v for k, v in SHARED.items() if k != name}
    file = as_file(csv_text([budget(2023)], shared=shared), "予算.csv")
    assert RsCsvReader().recognises(file)
    with pytest.raises(MissingColumnError, match=f"^予算.csv: 列「{name}」がありません.*2-1") as error:
        read(file)
    assert error.value.file == "予算.csv"


def test_a_budget_file_without_its_years_is_refused() -> None:
    with pytest.raises(MissingColumnError, match="列「予算年度」がありません"):
        read(made([TOTALS]))


def test_a_character_that_is_not_of_the_encoding_is_refused_with_its_line() -> None:
    data = csv_text([budget(2023), budget(2022)]).encode("utf-8-sig")
    broken = data[:-40] + b"\xff\xfe" + data[-40:]
    with pytest.raises(BrokenFileError, match="3行目にUTF-8として読めない文字"):
        read(as_file(broken))


def test_a_nul_character_is_refused_with_its_line() -> None:
    with pytest.raises(BrokenFileError, match="2行目にNUL文字"):
        read(as_file(csv_text([{"備考": "竹\0林"}])))


def test_a_file_cut_inside_a_quoted_cell_is_refused() -> None:
    text = csv_text([{"備考": "竹"}, {"予算事業ID": 8, "備考": "竹,林の手入れ"}])
    with pytest.raises(BrokenFileError, match="途中で切れている"):
        read(as_file(text[: text.rindex("林の")]))


def test_a_file_cut_inside_its_last_row_is_refused() -> None:
    text = csv_text([budget(2023), budget(2022), budget(2021)])
    with pytest.raises(BrokenFileError, match=r"最後の行\(4行目\)が途中で切れています"):
        read(as_file(text[:-60]))


def test_rows_whose_blank_ends_were_left_off_are_read() -> None:
    text = "\r\n".join(
        re.sub(",+$", "", line) for line in csv_text([{"備考": "竹"}, budget(2023)]).splitlines()
    )
    assert [r.get("計") for r in read_one(as_file(text)).rows("budgets")] == [145, None]


def test_cells_right_of_the_last_column_are_kept() -> None:
    text = csv_text([{"備考": "竹"}]).replace("竹\r\n", "竹,はみ出し\r\n")
    sheet = read_one(as_file(text))
    assert [(u.text, u.locator) for u in sheet.unplaced] == [("見出しのない列: はみ出し", "6-1 2行目")]


@pytest.mark.parametrize("cells", [{"予算事業ID": ""}, {"事業年度": ""}])
def test_a_row_that_names_no_project_refuses_the_file(cells: dict[str, object]) -> None:
    with pytest.raises(BrokenFileError, match=r"3行目に(予算事業ID|事業年度)がありません"):
        read(made([{"備考": "竹"}, {"備考": "林", **cells}]))


def test_blank_lines_are_no_rows_but_count_as_rows_of_a_spreadsheet() -> None:
    text = csv_text([{"備考": "竹"}, {"予算事業ID": 8, "備考": "林"}])
    head, first, second = text.splitlines()
    sheets = read(as_file("\r\n".join([head, first, "", second, ""])))
    assert [s.rows("comments")[0].locator for s in sheets] == ["6-1 2行目", "6-1 4行目"]
    assert counts(sheets[0].sources[0]) == (2, 2, 0, 0)

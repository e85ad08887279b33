"""Whole RSシステム files: the samples of the project, damaged copies of them, and the published files of 2024."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from db.catalogue import catalogue
from db.corporate_numbers import is_valid
from db.errors import InputError
from db.readers.base import InputFile
from db.readers.rs_csv import RsCsvReader
from db.readers.rs_csv.layout import TITLES
from db.samples import build_rs
from db.sheet import Sheet
from tests.db.readers.rs_csv_making import adds_up, as_file, read

# ───────── the samples of the project ─────────


@pytest.fixture(scope="module")
def sample_files(samples: Path) -> list[InputFile]:
    return [member for path in sorted((samples / "rs").glob("*.zip")) for member in members(path)]


def members(path: Path) -> list[InputFile]:
    with zipfile.ZipFile(path) as archive:
        return [InputFile(path, f"{path.name}/{n}", archive.read(n)) for n in archive.namelist()]


def test_the_samples_are_what_their_script_builds(samples: Path, tmp_path: Path) -> None:
    for path in build_rs.build(tmp_path):
        assert [m.data for m in members(path)] == [m.data for m in members(samples / "rs" / path.name)]


def test_the_samples_fill_every_section_and_leave_nothing_over(sample_files: list[InputFile]) -> None:
    assert len(sample_files) == 15
    sheets = read(*sample_files)
    assert len(sheets) >= 40
    assert len({s.basic.get("事業名") for s in sheets}) == len(sheets) - 1  # one name under two ministries
    filled = {name for s in sheets for name in s.sections}
    assert filled >= {
        "offices", "policies", "laws", "plans", "subsidies", "related", "budgets", "accounts", "budget_items",
        "reflections", "outcomes", "outputs", "effects", "comments", "remarks", "blocks", "flows",
        "indirect_costs", "payees", "payee_contracts", "expenses", "contracts",
    }  # fmt: skip
    assert not [u for s in sheets for u in s.unplaced]
    assert not [f for s in sheets for f in s.flags]
    assert all(adds_up(source) for source in sheets[0].sources)


def test_every_row_of_a_sheet_names_a_section_and_columns_of_the_catalogue(
    sample_files: list[InputFile],
) -> None:
    for sheet in read(*sample_files):
        for name, row in sheet.all_rows():
            assert set(row.values) | set(row.printed) <= set(catalogue().table(name).columns)
            assert re.match(r"\d-\d [\d、]+行目", row.locator)
            assert 0 <= row.source < len(sheet.sources)


def test_corporate_numbers_of_the_samples_are_right_and_nobodys(sample_files: list[InputFile]) -> None:
    numbers: dict[object, set[object]] = {}
    for sheet in read(*sample_files):
        for row in sheet.rows("payees"):
            if row.get("法人番号") is not None:
                numbers.setdefault(row.get("法人番号"), set()).add(row.get("支出先"))
    assert all(is_valid(str(n)) and str(n)[1:5] == "9999" for n in numbers)
    assert all(len(names) == 1 for names in numbers.values())


def test_stored_rows_are_those_some_row_of_a_sheet_points_at(sample_files: list[InputFile]) -> None:
    sheets = read(*sample_files)
    stored = {source.part: source.rows_stored for source in sheets[0].sources}
    assert {part: len(rows) for part, rows in located(sheets).items()} == stored


def located(sheets: list[Sheet]) -> dict[str, set[int]]:
    found: dict[str, set[int]] = {}
    for sheet in sheets:
        for _, row in sheet.all_rows():
            number, rest = row.locator.split(" ", 1)
            found.setdefault(number, set()).update(int(n) for n in re.findall(r"\d+", rest))
    return found


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_a_damaged_file_is_read_whole_or_refused_with_one_line(data: st.DataObject) -> None:
    number = data.draw(st.sampled_from(list(TITLES)))
    content = bytearray(SAMPLE_TABLES[number])
    for _ in range(data.draw(st.integers(1, 4))):
        position = data.draw(st.integers(0, len(content) - 1))
        if data.draw(st.booleans()):
            content[position] = data.draw(st.integers(0, 255))
        else:
            del content[position : position + data.draw(st.integers(1, 300))]
    file = as_file(bytes(content[: data.draw(st.sampled_from([len(content), len(content) // 2]))]))
    if not RsCsvReader().recognises(file):
        return
    refusal = None
    sheets = []
    try:
        sheets = read(file)
    except InputError as error:
        refusal = str(error)
    assert refusal is None or re.fullmatch(f"{file.name}: [^\n]+", refusal)
    assert all(adds_up(sheet.sources[0]) for sheet in sheets)


SAMPLE_TABLES = {
    number: build_rs.csv_bytes(number, rows[:40])
    for number, rows in build_rs.tables(build_rs.projects()).items()
}

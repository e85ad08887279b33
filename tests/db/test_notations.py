"""Numbers, years, dashes and names: whatever a cell prints, reading it never fails and never invents."""

import math
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from db.corporate_numbers import clean, is_valid
from db.fiscal_years import parse_year, wareki
from db.numbers import LARGEST, MILLION, number, parse_number, percent, yen
from db.text import DASHES, fold, is_blank, unwrap, written

FULL_WIDTH = str.maketrans("0123456789.,%", "０１２３４５６７８９．，％")
amounts = st.integers(-(10**12), 10**12)
dashes = st.text(st.sampled_from([*DASHES, " ", "　"]), min_size=1, max_size=6)
names = st.text(
    st.characters(categories=["Lo", "Lu", "Ll", "Nd"], exclude_characters="ーｰ"), min_size=1, max_size=20
)


@given(amounts, st.booleans(), st.sampled_from(["", "百万円", "円", "千円"]), st.sampled_from("▲△-−"))
def test_an_amount_reads_the_same_however_it_is_printed(
    value: int, full_width: bool, unit: str, minus: str
) -> None:
    printed = f"{minus if value < 0 else ''}{abs(value):,}{unit}"
    assert number(printed.translate(FULL_WIDTH) if full_width else printed) == value
    assert yen(printed, MILLION) == value * MILLION or abs(value * MILLION) > LARGEST


@given(st.decimals(-1000, 1000, places=2, allow_nan=False))
def test_a_rate_reads_as_percent_or_as_fraction(value: object) -> None:
    assert percent(f"{value}%") == pytest.approx(float(str(value)))
    assert percent(f"{value}", fraction=True) == pytest.approx(float(str(value)) * 100)


@given(st.text(max_size=60) | st.text(st.sampled_from("0123456789.,▲△-()（）円%１２eE+∞"), max_size=400))
def test_no_text_breaks_the_reading_of_numbers(text: str) -> None:
    read = parse_number(text)
    assert read is None or read.is_finite()
    amount, plain, rate = yen(text, MILLION), number(text), percent(text)
    assert amount is None or abs(amount) <= LARGEST
    assert not isinstance(plain, int) or abs(plain) <= LARGEST
    assert rate is None or math.isfinite(rate)


@given(st.integers(1868, 2100), st.booleans())
def test_a_year_reads_back_from_its_era(year: int, full_width: bool) -> None:
    printed = wareki(year)
    assert parse_year(printed.translate(FULL_WIDTH) if full_width else printed) == year


@given(st.integers(2013, 2030), st.integers(-4, 3))
def test_a_year_without_era_is_the_one_near_the_sheet(published: int, away: int) -> None:
    year = published + away
    printed = wareki(year).removeprefix("平成").removeprefix("令和")
    assert parse_year(printed, published) == year


@pytest.mark.parametrize(
    ("printed", "year"),
    [
        ("平成31年度", 2019),
        ("令和元年度", 2019),
        ("元年度", 2019),
        ("31年度要求", 2019),
        ("Ｒ２年度", 2020),
        ("昭和63年度", 1988),
    ],
)
def test_both_names_of_2019_and_short_notations_are_read(printed: str, year: int) -> None:
    assert parse_year(printed, 2019) == year


@given(st.text(max_size=40), st.integers(2013, 2030) | st.none())
def test_no_text_breaks_the_reading_of_years(text: str, near: int | None) -> None:
    year = parse_year(text, near)
    assert year is None or 0 < year < 12_000


@given(dashes)
def test_a_dash_of_any_kind_is_nothing_written_and_never_zero(text: str) -> None:
    assert is_blank(text)
    assert written(text) is None
    assert number(text) is yen(text) is percent(text) is None
    assert set(fold(text)) <= {"-"}


@given(names)
def test_a_name_is_the_same_in_either_width_and_with_spaces_in_it(name: str) -> None:
    assert fold(name) == fold(unicodedata.normalize("NFKC", name))
    assert fold("　".join(name)) == fold(name)
    assert fold(fold(name)) == fold(name)


@given(st.lists(names, min_size=1, max_size=4))
def test_wrapping_a_text_loses_no_letter(lines: list[str]) -> None:
    assert unwrap(lines).replace(" ", "") == "".join(line.strip() for line in lines)


@given(st.integers(10**11, 10**12 - 1))
def test_a_corporate_number_is_valid_with_one_check_digit_alone(body: int) -> None:
    valid = [digit for digit in range(1, 10) if is_valid(f"{digit}{body:012}")]
    assert len(valid) == 1
    assert clean(f"{valid[0]}-{body:012}".translate(FULL_WIDTH)) == f"{valid[0]}{body:012}"

"""Sheets of one project are tied over the years, and only those."""

from db import tying
from db.tying import SheetFacts, tie

FIGURES = {2019: (120_000_000, 120_000_000, 90_000_000), 2020: (130_000_000, 131_000_000, 99_000_000)}


def facts(key: str, year: int, name: str = "窓口案内費", ministry: str = "総務省", **more) -> SheetFacts:
    return SheetFacts(key, year, (ministry,), name, **more)


def rules(*sheets: SheetFacts) -> dict[str, tuple[int, str]]:
    return {t.key: (t.project, t.rule) for t in tie(sheets)}


def test_the_same_name_under_the_same_ministry_is_one_project() -> None:
    got = rules(facts("a", 2019), facts("b", 2020, name="窓口案内　費"))
    assert got == {"a": (1, tying.FIRST), "b": (1, tying.SAME_NAME)}


def test_a_year_without_a_sheet_does_not_part_a_project() -> None:
    assert rules(facts("a", 2019), facts("b", 2021))["b"] == (1, tying.SAME_NAME)
    assert rules(facts("a", 2019), facts("b", 2022))["b"] == (2, tying.FIRST)


def test_two_projects_of_one_name_are_told_apart_by_their_budgets() -> None:
    other = {2020: (7_000_000, 7_000_000, 5_000_000)}
    got = rules(
        facts("a", 2020, figures=FIGURES),
        facts("b", 2020, figures=other),
        facts("c", 2021, figures=other),
        facts("d", 2021, figures=FIGURES),
    )
    assert got["d"][0] == got["a"][0]
    assert got["c"][0] == got["b"][0]
    assert got["d"][1] == tying.SAME_NAME_FIGURES


def test_a_project_that_moved_is_followed_only_with_agreeing_figures() -> None:
    moved = facts("b", 2021, ministry="デジタル庁", figures=FIGURES)
    assert rules(facts("a", 2020, figures=FIGURES), moved)["b"] == (1, tying.MOVED)
    stranger = facts("b", 2021, ministry="デジタル庁", figures={2020: (5_000_000, 5_000_000, 1_000_000)})
    assert rules(facts("a", 2020, figures=FIGURES), stranger)["b"] == (2, tying.FIRST)


def test_a_renamed_project_is_followed_by_likeness_and_figures() -> None:
    renamed = facts("b", 2021, name="窓口案内推進費", figures=FIGURES)
    assert rules(facts("a", 2020, figures=FIGURES), renamed)["b"] == (1, tying.RENAMED)
    assert rules(facts("a", 2020), facts("b", 2021, name="窓口案内推進費"))["b"] == (2, tying.FIRST)


def test_a_system_sheet_names_its_old_number_in_any_writing() -> None:
    got = rules(
        facts("a", 2023, name="甲", number="2023-総務-22-0032"),
        facts("b", 2024, name="乙", old_number="2023 － 総務 － 22 － 0032", project_number="698"),
        facts("c", 2025, name="丙", project_number="698"),
    )
    assert got["b"] == (1, tying.OLD_NUMBER)
    assert got["c"] == (1, tying.SAME_ID)


def test_figures_in_millions_agree_with_figures_in_yen() -> None:
    a = facts("a", 2023, figures={2022: (4_000_000, 4_000_000, 2_000_000)})
    b = facts("b", 2024, figures={2022: (4_321_000, 4_321_000, 1_600_000)})
    assert tying.agreement(a, b) == 3


def test_a_project_never_has_two_sheets_of_one_year() -> None:
    ties = tie([facts(f"{year}-{n}", year, judgit_id="5") for year in (2018, 2019) for n in range(3)])
    seen = [(t.project, t.key.split("-")[0]) for t in ties]
    assert len(seen) == len(set(seen)) == 6


def test_the_old_number_of_another_project_does_not_outweigh_the_own_name_and_budgets() -> None:
    other = {2020: (7_000_000, 7_000_000, 5_000_000)}
    got = rules(
        facts("a", 2023, name="甲", number="2023-総務-22-0032", figures=FIGURES),
        facts("b", 2023, name="乙", number="2023-総務-22-0033", figures=other),
        facts("c", 2024, name="乙", old_number="2023総務220032", figures=other),
        facts("d", 2024, name="甲", figures=FIGURES),
    )
    assert got["c"] == (got["b"][0], tying.SAME_NAME)
    assert got["d"] == (got["a"][0], tying.SAME_NAME)


def test_a_name_inside_another_and_a_former_name_in_a_note_are_followed() -> None:
    longer = facts("b", 2021, name="地域の相談体制を整える事業(うち窓口案内普及費)", figures=FIGURES)
    assert rules(facts("a", 2020, name="窓口案内普及費", figures=FIGURES), longer)["b"] == (1, tying.RENAMED)
    told = facts("b", 2021, name="暮らしの手引き配布事業(旧:窓口案内普及費)", figures=FIGURES)
    assert rules(facts("a", 2020, name="窓口案内普及費", figures=FIGURES), told)["b"] == (1, tying.RENAMED)


def test_a_few_revised_figures_do_not_part_a_project_of_one_beginning() -> None:
    before = {y: (n * 10**8, n * 10**8, n * 10**8) for y, n in ((2018, 3), (2019, 4), (2020, 5))}
    revised = {**before, 2020: (5 * 10**8, 9 * 10**8, 8 * 10**8)}
    old = facts("a", 2020, name="窓口案内普及費", start=2010, figures=before)
    new = {"name": "窓口案内普及等推進費", "figures": revised}
    assert rules(old, facts("b", 2021, start=2010, **new))["b"] == (1, tying.MOSTLY)
    assert rules(old, facts("b", 2021, start=2016, **new))["b"] == (2, tying.FIRST)


def test_a_wholly_new_name_is_followed_where_only_one_sheet_has_its_figures() -> None:
    figures = {y: (n * 10**7, n * 10**7, (n - 1) * 10**7) for y, n in ((2018, 3), (2019, 4), (2020, 5))}
    old = facts("a", 2020, name="物価の聞き取り", start=2009, figures=figures)
    new = facts("b", 2021, name="暮らしに要る品の調べ", start=2009, figures=figures)
    assert rules(old, new)["b"] == (1, tying.FIGURES)
    twin = facts("c", 2021, name="店先の品ぞろえの記録", start=2009, figures=figures)
    assert {rules(old, new, twin)[key][1] for key in "bc"} == {tying.FIRST}
    small = dict.fromkeys((2018, 2019, 2020), (3 * 10**6, 3 * 10**6, 2 * 10**6))
    alike = [
        facts(k, y, name=n, start=2009, figures=small) for k, y, n in (("a", 2020, "甲"), ("b", 2021, "乙"))
    ]
    assert rules(*alike)["b"][1] == tying.FIRST


def test_an_id_of_another_project_does_not_outweigh_name_beginning_and_budgets() -> None:
    other = {2019: (7_000_000, 7_000_000, 5_000_000), 2020: (8_000_000, 8_000_000, 5_000_000)}
    got = rules(
        facts("a", 2020, name="離島の振興に必要な経費", judgit_id="1", start=1980, figures=FIGURES),
        facts("b", 2020, name="統計調査の整備", judgit_id="2", start=2002, figures=other),
        facts("c", 2021, name="統計調査の整備", judgit_id="1", start=2002, figures=other),
    )
    assert got["c"] == (got["b"][0], tying.SAME_NAME)


def test_an_id_ties_a_renamed_project_whose_budgets_or_beginning_say_so() -> None:
    other = {2019: (7_000_000, 7_000_000, 5_000_000), 2020: (8_000_000, 8_000_000, 5_000_000)}
    for more in ({"start": 2002, "figures": other}, {"start": 2011, "figures": FIGURES}):
        got = rules(
            facts("a", 2020, name="離島の振興に必要な経費", judgit_id="1", start=2002, figures=FIGURES),
            facts("b", 2021, name="統計調査の整備", judgit_id="1", **more),
        )
        assert got["b"] == (1, tying.JUDGIT_ID)


def test_a_tie_says_what_it_rests_on() -> None:
    older = facts("2020-総務省-0001", 2020, figures=FIGURES)
    (_, renamed) = tie([older, facts("b", 2021, name="窓口の案内費", figures=FIGURES)])
    assert renamed.evidence == (
        "2020年度公開のシート 2020-総務省-0001、事業名「窓口案内費」→「窓口の案内費」、"
        "両方のシートにある予算額・執行額のうち6件が一致"
    )
    (_, moved) = tie([older, facts("b", 2021, ministry="デジタル庁", figures=FIGURES)])
    assert "府省庁「総務省」→「デジタル庁」" in moved.evidence

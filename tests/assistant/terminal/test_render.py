"""What a person sees in the terminal for an answer."""

import io

import pytest
from rich.console import Console

from assistant.answer import Answer, Cell
from assistant.cli.help import display_width
from assistant.terminal import render

SHEET = {
    "公開年度": 2018,
    "府省庁": "総務省",
    "事業番号": "0901",
    "予算事業ID": None,
    "事業名": "窓口案内デジタル化推進費",
    "sheet_key": "2018-総務省-0901",
}
REASON = "研修の回り方を見直して旅費を節約したため、予算を下回る執行となった。" * 2


def figure(**changes) -> Cell:
    values = {
        "label": "執行率", "value": 50.0, "text": "50.0 %", "sheet": SHEET, "fiscal_year": 2017,
        "unit": "%", "as_printed": "50%", "source": {"file": "見本.txt", "locator": "153行目"},
    }  # fmt: skip
    return Cell(**(values | changes))


def answer(*cells: Cell, **changes) -> Answer:
    values = {
        "question": "29年度の執行率は?",
        "status": "answered",
        "answer": "2017年度の執行率は 50.0 %です。",
        "interpretation": {"text": "項目=執行率 · 年度=2017"},
        "cells": list(cells),
        "suggestions": ["28年度は?", "支出先は?"],
    }
    return Answer(**(values | changes))


def printed(shown: Answer, width: int = 100) -> str:
    out = io.StringIO()
    render.print_answer(shown, Console(file=out, width=width, highlight=False))
    return out.getvalue()


def test_an_answer_shows_sentence_cell_source_and_reading() -> None:
    text = printed(answer(figure()))
    first, *rest = text.splitlines()
    assert first == "2017年度の執行率は 50.0 %です。"
    row = next(line for line in rest if "50.0 %" in line)
    assert row.split() == ["執行率", "2017", "50.0", "%", "50%"]
    assert "出典  2018年度 総務省 0901 窓口案内デジタル化推進費(見本.txt 153行目)" in text
    assert "読み取り  項目=執行率 · 年度=2017" in text
    assert "次に聞ける  28年度は? / 支出先は?" in text


def test_columns_align_by_japanese_width() -> None:
    text = printed(answer(figure(), figure(label="計（予算額）", text="4百万円", as_printed="4")))
    rows = [
        line
        for line in text.splitlines()
        if "2017 " in line and "です" not in line and "読み取り" not in line
    ]
    positions = {display_width(line[: line.index("2017")]) for line in rows}
    assert len(rows) == 2
    assert len(positions) == 1


def test_a_long_passage_is_read_whole_with_its_place() -> None:
    text = printed(answer(figure(label="点検結果", value=REASON, text=REASON, fiscal_year=None)), width=60)
    assert "点検結果 — 窓口案内デジタル化推進費(総務省)" in text
    assert "".join(text.split()).count("研修の回り方を見直して") == 2


def test_a_pipe_gets_no_blanks_at_the_end_of_lines() -> None:
    text = printed(answer(figure(), figure(label="点検結果", value=REASON, text=REASON)), width=200)
    assert not [line for line in text.split("\n") if line != line.rstrip()]


def test_places_in_one_file_are_told_together() -> None:
    other = figure(label="計", source={"file": "見本.zip/見本.txt", "locator": "149行目"})
    assert "(見本.txt 153行目、149行目)" in printed(answer(figure(), other))


def test_flags_are_told_once() -> None:
    text = printed(
        answer(figure(flags=["執行率が100%を超えています"]), figure(flags=["執行率が100%を超えています"]))
    )
    assert text.count("執行率が100%を超えています") == 1


def test_square_brackets_in_a_sheet_are_not_taken_for_markup() -> None:
    assert "[bold]甲[/bold]" in printed(answer(figure(text="[bold]甲[/bold]"), answer="[red]乙"))


@pytest.mark.parametrize("header", [True, False])
def test_cells_as_csv(header: bool) -> None:
    lines = render.as_csv(answer(figure()), header=header).splitlines()
    assert (
        lines[-1]
        == "2018,総務省,窓口案内デジタル化推進費,執行率,2017,50.0,%,50%,見本.txt,153行目,2018-総務省-0901"
    )
    assert lines[0].startswith("公開年度,府省庁") is header


def years(*values: float) -> list[Cell]:
    return [figure(value=v, text=f"{v} %", fiscal_year=2015 + n) for n, v in enumerate(values)]


def test_a_trend_is_drawn_as_bars_in_a_terminal() -> None:
    out = io.StringIO()
    render.print_answer(
        answer(*years(50.0, 25.0, 100.0)),
        Console(file=out, width=120, force_terminal=True, color_system=None),
    )
    assert [line.count("█") for line in out.getvalue().splitlines() if "█" in line] == [10, 5, 20]


def test_bars_are_shorter_in_a_narrow_terminal_and_missing_in_a_file() -> None:
    out = io.StringIO()
    shown = answer(*years(50.0, 25.0, 100.0))
    render.print_answer(shown, Console(file=out, width=80, force_terminal=True, color_system=None))
    assert [line.count("█") for line in out.getvalue().splitlines() if "█" in line] == [5, 2, 10]
    assert "█" not in printed(shown)


def test_two_figures_or_figures_of_different_fields_make_no_bars() -> None:
    assert render.bars(years(1.0, 2.0), 10) == {}
    assert render.bars([figure(), figure(label="不用率"), figure(label="計", unit="円")], 10) == {}


def test_a_fall_below_nothing_is_drawn_red() -> None:
    drawn = render.bars(years(-50.0, 25.0, 100.0), 10)
    assert [str(bar.style) for bar in drawn.values()] == ["red", "blue", "blue"]


def test_answering_words_in_a_passage_are_highlighted() -> None:
    text = render.highlighted(figure(value=REASON, text=REASON, highlights=[[0, 5]]))
    assert [(s.start, s.end, str(s.style)) for s in text.spans] == [(0, 5, render.HIGHLIGHT)]

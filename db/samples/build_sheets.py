"""Builds the sample review sheet (Excel) in ``db/samples/sheets`` from the project of ``sheet_project.toml``.

Run ``python -m db.samples.build_sheets``. The layout is the published form's (50 narrow columns, merged cells);
``Form`` says what differs between form years. ``lay_out`` gives the cells as a list, so that tests can shift,
rename and rearrange them before they are written.
"""

from __future__ import annotations

import io
import tomllib
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter

HERE = Path(__file__).parent
LAST_COLUMN = 50
WHOLE = '#,##0;"▲"#,##0'
TENTHS = '#,##0.0;"▲"#,##0.0'
PERCENT, PERCENT_TENTHS = "0%", "0.0%"

Project = dict[str, Any]


@dataclass(frozen=True)
class Cell:
    """One cell of the sheet, merged or not: rows and columns from 1, both ends inside."""

    top: int
    left: int
    bottom: int
    right: int
    value: str | int | float | None
    style: str = "value"
    number_format: str = "General"


@dataclass(frozen=True)
class Form:
    """What differs between the forms of the years."""

    year: int = 2018
    full_years: bool = False
    """Years with their era (令和元年度), as from 2019 on; else 27年度."""
    ratio_row: bool = True
    """The row 当初予算＋補正予算に対する執行額の割合 (from 2017)."""
    carry_item: bool = True
    """The evaluation item on 繰越額 (from 2017)."""
    data_sources: bool = False
    """A line for the statistics behind each outcome (from 2019)."""
    remarks: bool = False
    """過去に受けた指摘事項 (from 2021)."""
    activity: bool = False
    """活動内容（アクティビティ） and 活動目標 (from 2022)."""
    long_number: bool = False
    """事業番号 in four cells (from 2021)."""
    item_label: str = "歳出予算目"
    contract_label: str = "契約方式等"
    reform: str = "経済・財政再生アクション・プログラム"
    reform_item: str = "改革\n項目"
    reform_relation: str = "本事業の成果と改革項目・KPIとの関係"

    def era(self, year: int) -> str:
        """「平成29年度」「令和元年度」."""
        if year >= 2019:
            return f"令和{'元' if year == 2019 else year - 2018}年度"
        return f"平成{year - 1988}年度"

    def column(self, year: int) -> str:
        """A year as it heads a column."""
        return self.era(year) if self.full_years else self.short(year)

    def short(self, year: int) -> str:
        """「27年度」「3年度」, counted on in 平成 through 31."""
        n = (
            year - 1988
            if year <= 2019 and self.year <= 2018
            else (year - 2018 if year >= 2019 else year - 1988)
        )
        return f"{'元' if n == 1 else n}年度"


FORMS = {
    2016: Form(2016, ratio_row=False, carry_item=False, item_label="費　目", contract_label="契約方式"),
    2018: Form(2018),
    2019: Form(2019, full_years=True, data_sources=True),
    2021: Form(
        2021,
        full_years=True,
        data_sources=True,
        remarks=True,
        long_number=True,
        reform="新経済・財政再生計画改革工程表",
        reform_item="取組\n事項",
        reform_relation="本事業の成果と取組事項・KPIとの関係",
    ),
    2022: Form(
        2022,
        full_years=True,
        data_sources=True,
        remarks=True,
        long_number=True,
        activity=True,
        reform="新経済・財政再生計画改革工程表",
        reform_item="取組\n事項",
        reform_relation="本事業の成果と取組事項・KPIとの関係",
    ),
}

ITEMS = (
    ("国費投入の必要性", "事業の目的は国民や社会のニーズを的確に反映しているか。"),
    ("国費投入の必要性", "地方自治体、民間等に委ねることができない事業なのか。"),
    (
        "国費投入の必要性",
        "政策目的の達成手段として必要かつ適切な事業か。政策体系の中で優先度の高い事業か。",
    ),
    ("事業の効率性", "競争性が確保されているなど支出先の選定は妥当か。　"),
    (
        "事業の効率性",
        "一般競争契約、指名競争契約又は随意契約（企画競争）による支出のうち、一者応札又は一者応募となったものはないか。",
    ),
    ("事業の効率性", "競争性のない随意契約となったものはないか。"),
    ("事業の効率性", "受益者との負担関係は妥当であるか。"),
    ("事業の効率性", "単位当たりコスト等の水準は妥当か。"),
    ("事業の効率性", "資金の流れの中間段階での支出は合理的なものとなっているか。"),
    ("事業の効率性", "費目・使途が事業目的に即し真に必要なものに限定されているか。"),
    ("事業の効率性", "不用率が大きい場合、その理由は妥当か。（理由を右に記載）"),
    ("事業の効率性", "繰越額が大きい場合、その理由は妥当か。（理由を右に記載）"),
    ("事業の効率性", "その他コスト削減や効率化に向けた工夫は行われているか。"),
    ("事業の有効性", "成果実績は成果目標に見合ったものとなっているか。"),
    (
        "事業の有効性",
        "事業実施に当たって他の手段・方法等が考えられる場合、それと比較してより効果的あるいは低コストで実施できているか。",
    ),
    ("事業の有効性", "活動実績は見込みに見合ったものであるか。"),
    ("事業の有効性", "整備された施設や成果物は十分に活用されているか。"),
    (
        "関連事業",
        "関連する事業がある場合、他部局・他府省等と適切な役割分担を行っているか。（役割分担の具体的な内容を各事業の右に記載）",
    ),
)
LIST_HEADS = (
    ("支　出　先", 3, 9),
    ("法　人　番　号", 10, 15),
    ("業　務　概　要", 16, 24),
    ("支　出　額\n（百万円）", 25, 28),
    ("", 29, 33),
    ("入札者数\n（応募者数）", 34, 37),
    ("落札率", 38, 41),
    ("一者応札・一者応募又は\n競争性のない随意契約となった\n理由及び改善策\n（支出額10億円以上）", 42, 50),
)


def sample_project() -> Project:
    """The fictional project of the samples."""
    return tomllib.loads((HERE / "sheet_project.toml").read_text("utf-8"))


class _Layout:
    """Lays the form out from top to bottom."""

    def __init__(self, project: Project, form: Form) -> None:
        self.p, self.form, self.row = project, form, 1
        self.cells: list[Cell] = []

    def put(
        self,
        left: int,
        right: int,
        value: Any,
        style: str = "value",
        rows: int = 1,
        number_format: str = "General",
        top: int | None = None,
    ) -> None:
        start = self.row if top is None else top
        self.cells.append(Cell(start, left, start + rows - 1, right, value, style, number_format))

    def label(self, left: int, right: int, text: str, rows: int = 1, top: int | None = None) -> None:
        self.put(left, right, text, "label", rows, top=top)

    def figure(
        self, left: int, right: int, value: Any, top: int | None = None, percent: bool = False
    ) -> None:
        """A figure with the format its size calls for; a dash or a blank as it is."""
        fmt = "General"
        if not isinstance(value, str):
            fmt = PERCENT if percent else WHOLE if float(value).is_integer() else TENTHS
        self.put(left, right, value, "figure", number_format=fmt, top=top)

    def bar(self, text: str) -> None:
        self.put(1, LAST_COLUMN, text, "bar")
        self.row += 1

    # ── 基本 ──
    def basic(self) -> None:
        p, form = self.p, self.form
        if form.long_number:
            self.label(30, 34, "事業番号")
            for (left, right), part in zip(
                ((35, 38), (39, 42), (43, 44), (45, 48)),
                (str(form.year), p["ministry"][:2], str(form.year - 2001), p["number"]),
                strict=True,
            ):
                self.put(left, right, part)
        else:
            self.label(36, 40, "事業番号")
            self.put(41, 50, p["number"])
        self.row += 1
        wide = str.maketrans("0123456789", "０１２３４５６７８９")
        self.put(9, 35, f"{form.era(form.year).translate(wide)}行政事業レビューシート", "title")
        self.put(36, 36, "（", "title")
        self.put(37, 49, p["ministry"], "title")
        self.put(50, 50, "）", "title")
        self.row += 1
        self.pair("事業名", p["name"], "担当部局庁", p["bureau"], right_end=42)
        self.label(43, 50, "作成責任者", top=self.row - 1)
        self.label(1, 6, "事業開始年度")
        self.put(7, 12, p["start"])
        self.label(13, 18, "事業終了\n（予定）年度")
        self.put(19, 24, p["finish"])
        self.label(25, 30, "担当課室")
        self.put(31, 42, p["office"])
        self.put(43, 50, p["head"])
        self.row += 1
        self.line("会計区分", p["account"])
        self.pair("根拠法令\n（具体的な\n条項も記載）", p["law"], "関係する\n計画、通知等", p["plan"])
        self.pair("主要政策・施策", p["major_policy"], "主要経費", p["major_expense"])
        self.line("事業の目的\n（目指す姿を簡\n潔に。3行程度\n以内）", p["purpose"])
        self.line("事業概要\n（5行程度以\n内。別添可）", p["overview"])
        self.line("実施方法", p["method"])

    def line(self, label: str, text: str) -> None:
        self.label(1, 6, label)
        self.put(7, LAST_COLUMN, text)
        self.row += 1

    def pair(self, label: str, text: str, other: str, other_text: str, right_end: int = LAST_COLUMN) -> None:
        self.label(1, 6, label)
        self.put(7, 24, text)
        self.label(25, 30, other)
        self.put(31, right_end, other_text)
        self.row += 1

    # ── 予算 ──
    def budget(self) -> None:
        p, form, y = self.p, self.form, self.form.year
        spans = ((16, 22), (23, 29), (30, 36), (37, 43), (44, 50))
        rows = [("当初予算", "initial"), ("補正予算", "supplementary"), ("前年度から繰越し", "carry_in")]
        rows += [("翌年度へ繰越し", "carry_out"), ("予備費等", "reserve"), ("計", "total")]
        height = 9 + form.ratio_row
        self.label(1, 6, "予算額・\n執行額\n（単位:百万円）", rows=height)
        self.put(7, 15, None, "label")
        heads = [form.column(y - 3 + i) for i in range(4)] + [f"{form.column(y + 1)}要求"]
        for (left, right), head in zip(spans, heads, strict=True):
            self.label(left, right, head)
        self.row += 1
        self.label(7, 9, "予算\nの状\n況", rows=6)
        for name, key in rows:
            self.label(10, 15, name)
            for (left, right), year in zip(spans[:4], p["budget"], strict=True):
                self.figure(left, right, year[key])
            asked = p["request"]["total"] if key in ("initial", "total") else ""
            self.figure(*spans[4], asked)
            self.row += 1
        self.label(7, 15, "執行額")
        for (left, right), year in zip(spans, [*p["budget"], {"spent": ""}], strict=True):
            self.figure(left, right, year["spent"])
        self.row += 1
        self.ratios("執行率（％）", spans, [_share(b["spent"], b["total"]) for b in p["budget"]])
        if form.ratio_row:
            shares = [
                _share(b["spent"], b["initial"] + (b["supplementary"] if b["supplementary"] != "-" else 0))
                for b in p["budget"]
            ]
            self.ratios("当初予算＋補正予算に対する執行額の割合（％）", spans, shares)

    def ratios(self, label: str, spans: tuple[tuple[int, int], ...], shares: list[float | str]) -> None:
        self.label(7, 15, label)
        for (left, right), share in zip(spans, [*shares, ""], strict=True):
            self.figure(left, right, share, percent=True)
        self.row += 1

    def items(self) -> None:
        p, form, y = self.p["items"], self.form, self.form.year
        n = len(p["rows"])
        both = f"{form.era(y)[:-2]}・{form.column(y + 1)}".replace("令和", "令和", 1)
        self.label(1, 6, f"{both}\n予算内訳\n（単位：百万円）", rows=n + 2)
        self.label(7, 15, form.item_label)
        self.label(16, 22, f"{form.column(y)}当初予算")
        self.label(23, 29, f"{form.column(y + 1)}要求")
        self.label(30, 50, "主な増減理由")
        self.put(30, 50, p["reason"], rows=n + 1, top=self.row + 1)
        self.row += 1
        for name, now, then in p["rows"]:
            self.put(7, 15, name)
            self.figure(16, 22, now)
            self.figure(23, 29, then)
            self.row += 1
        self.label(7, 15, "計")
        self.figure(16, 22, sum(r[1] for r in p["rows"]))
        self.figure(23, 29, sum(r[2] for r in p["rows"]))
        self.row += 1

    # ── 成果・活動 ──
    def target_heads(self, last: str, final_year: str, start: int = 41) -> None:
        self.label(start, 45, "中間目標")
        self.label(46, 50, last)
        self.put(start, start + 1, "-", top=self.row + 1)
        self.label(start + 2, 45, "年度", top=self.row + 1)
        self.put(46, 47, final_year, top=self.row + 1)
        self.label(48, 50, "年度", top=self.row + 1)

    def years(self, spans: tuple[tuple[int, int], ...], years: Iterable[int], rows: int = 1) -> None:
        for (left, right), year in zip(spans, years, strict=True):
            self.label(left, right, self.form.column(year), rows=rows)

    def outcomes(self) -> None:
        spans = ((29, 32), (33, 36), (37, 40))
        for o in self.p["outcome"]:
            self.label(1, 6, "成果目標及び\n成果実績\n（アウトカム）", rows=5)
            self.label(7, 14, "定量的な成果目標", rows=2)
            self.label(15, 21, "成果指標", rows=2)
            self.put(22, 25, None, "label", rows=2)
            self.label(26, 28, "単位", rows=2)
            self.years(spans, range(self.form.year - 3, self.form.year), rows=2)
            self.target_heads("目標最終年度", o["final_year"])
            self.row += 2
            self.put(7, 14, o["goal"], rows=3)
            self.put(15, 21, o["index"], rows=3)
            for name, key, unit, final in (
                ("成果実績", "actual", o["unit"], "-"),
                ("目標値", "target", o["unit"], o["final"]),
                ("達成度", "rate", "％", "-"),
            ):
                self.label(22, 25, name)
                self.put(26, 28, unit)
                for (left, right), value in zip(spans, o[key], strict=True):
                    self.figure(left, right, value)
                self.figure(41, 45, "-")
                self.figure(46, 50, final)
                self.row += 1
            if self.form.data_sources:
                self.label(1, 15, "根拠として用いた\n統計・データ名\n（出典）")
                self.put(16, 50, o["source"])
                self.row += 1
        self.put(
            1,
            44,
            "成果目標及び成果実績（アウトカム）欄についてさらに記載が必要な場合はチェックの上【別紙１】に記載",
            "note",
        )
        self.put(45, 50, "　チェック", "note")
        self.row += 1

    def outputs(self) -> None:
        y = self.form.year
        spans = ((29, 32), (33, 36), (37, 40), (41, 45), (46, 50))
        for o in self.p["output"]:
            self.label(1, 6, "活動指標及び\n活動実績\n（アウトプット）", rows=3)
            if self.form.activity:
                self.label(7, 14, "活動目標")
                self.label(15, 21, "活動指標")
            else:
                self.label(7, 21, "活動指標")
            self.put(22, 25, None, "label")
            self.label(26, 28, "単位")
            self.years(spans[:3], range(y - 3, y))
            self.label(*spans[3], f"{self.form.short(y)}\n活動見込")
            self.label(*spans[4], f"{self.form.short(y + 1)}\n活動見込")
            self.row += 1
            if self.form.activity:
                self.put(7, 14, "計画した会場と備蓄を年度内に整える", rows=2)
                self.put(15, 21, o["index"], rows=2)
            else:
                self.put(7, 21, o["index"], rows=2)
            for name, values in (("活動実績", [*o["actual"], "-", "-"]), ("当初見込み", o["expected"])):
                self.label(22, 25, name)
                self.put(26, 28, o["unit"])
                for (left, right), value in zip(spans, values, strict=True):
                    self.figure(left, right, value)
                self.row += 1

    def unit_cost(self) -> None:
        y, c = self.form.year, self.p["unit_cost"]
        spans = ((29, 34), (35, 40), (41, 45), (46, 50))
        self.label(1, 6, "単位当たり\nコスト", rows=3)
        self.label(7, 21, "算出根拠")
        self.put(22, 25, None, "label")
        self.label(26, 28, "単位")
        self.years(spans[:3], range(y - 3, y))
        self.label(*spans[3], f"{self.form.short(y)}活動見込")
        self.row += 1
        self.put(7, 21, c["basis"], rows=2)
        for name, unit, values in (
            ("単位当たり\nコスト", c["unit"], c["cost"]),
            ("計算式", c["formula_unit"], c["formula"]),
        ):
            self.label(22, 25, name)
            self.put(26, 28, unit)
            for (left, right), value in zip(spans, values, strict=True):
                self.figure(left, right, value)
            self.row += 1

    def policies(self) -> None:
        p, form, y = self.p, self.form, self.form.year
        spans = ((29, 32), (33, 36), (37, 40))
        self.label(1, 2, f"政策評価、{form.reform.removesuffix('改革工程表')}との関係", rows=16)
        self.label(3, 4, "政策評価", rows=8)
        for name, text in (("政策", p["policy"]), ("施策", p["measure"])):
            self.label(5, 8, name)
            self.put(9, 50, text)
            self.row += 1
        self.label(5, 6, "測定指標", rows=4)
        self.label(7, 21, "定量的指標", rows=2)
        self.put(22, 25, None, "label", rows=2)
        self.label(26, 28, "単位", rows=2)
        self.years(spans, range(y - 3, y), rows=2)
        self.target_heads("目標年度", "-")
        self.row += 2
        index = p["policy_index"]
        self.put(7, 21, index["index"], rows=2)
        for name, values in (("実績値", index["actual"]), ("目標値", index["target"])):
            self.label(22, 25, name)
            self.put(26, 28, index["unit"])
            for (left, right), value in zip((*spans, (41, 45), (46, 50)), [*values, "-", "-"], strict=True):
                self.figure(left, right, value)
            self.row += 1
        self.label(5, 50, "本事業の成果と上位施策・測定指標との関係")
        self.row += 1
        self.put(5, 50, p["relation"])
        self.row += 1
        self.reform()

    def reform(self) -> None:
        form, y = self.form, self.form.year
        self.label(3, 4, form.reform, rows=8)
        self.label(5, 8, form.reform_item)
        self.label(9, 14, "分野：")
        self.put(15, 50, "-")
        self.row += 1
        self.label(5, 6, "KPI(第一階層）", rows=5)
        self.label(7, 21, "ＫＰＩ\n（第一階層）", rows=2)
        self.put(22, 25, None, "label", rows=2)
        self.label(26, 28, "単位", rows=2)
        self.label(29, 32, "計画開始時")
        self.put(29, 30, "-", top=self.row + 1)
        self.label(31, 32, "年度", top=self.row + 1)
        self.label(33, 36, form.short(y - 1), rows=2)
        self.label(37, 40, form.short(y), rows=2)
        self.target_heads("目標最終年度", "-")
        self.row += 2
        self.put(7, 21, "-", rows=3)
        for name in ("成果実績", "目標値", "達成度"):
            self.label(22, 25, name)
            self.put(26, 28, "％" if name == "達成度" else "-")
            for left, right in ((29, 32), (33, 36), (37, 40), (41, 45), (46, 50)):
                self.put(left, right, "-")
            self.row += 1
        self.label(5, 50, form.reform_relation)
        self.row += 1
        self.put(5, 50, "-")
        self.row += 1

    # ── 点検・改善 ──
    def review(self) -> None:
        self.bar("事業所管部局による点検・改善")
        self.label(3, 29, "項　　目")
        self.label(30, 32, "評　価")
        self.label(33, 50, "評価に関する説明")
        self.row += 1
        rows = list(zip(ITEMS, self.p["evaluation"], strict=True))
        if not self.form.carry_item:
            rows = [r for r in rows if "繰越額" not in r[0][1]]
        related = self.p["related"]
        sections = [s for s, _ in ITEMS]
        for section in dict.fromkeys(sections):
            own = [r for r in rows if r[0][0] == section]
            more = 1 + len(related) if section == "関連事業" else 0
            self.label(1, 2, section, rows=len(own) + more)
            for i, ((_, item), said) in enumerate(own):
                self.put(3, 29, item, "item")
                self.put(30, 32, said["mark"], "mark")
                if "text" in said:
                    shared = next(
                        (n for n, (_, s) in enumerate(own[i + 1 :]) if "text" in s), len(own) - i - 1
                    )
                    self.put(33, 50, said["text"], rows=1 + shared + more)
                self.row += 1
        self.label(3, 8, "所管府省名")
        self.label(9, 14, "事業番号")
        self.label(15, 32, "事業名")
        self.row += 1
        for r in related:
            self.put(3, 8, r["ministry"])
            self.put(9, 14, r["number"])
            self.put(15, 32, r["name"])
            self.row += 1
        self.label(1, 2, "点検・改善結果", rows=2)
        for name, text in (
            ("点検結果", self.p["comments"]["check"]),
            ("改善の\n方向性", self.p["comments"]["direction"]),
        ):
            self.label(3, 7, name)
            self.put(8, 50, text)
            self.row += 1

    def opinions(self) -> None:
        c = self.p["comments"]
        self.bar("外部有識者の所見")
        self.put(1, 50, c["expert"])
        self.row += 1
        for title, (judgement, text) in (
            ("行政事業レビュー推進チームの所見", c["team"]),
            ("所見を踏まえた改善点/概算要求における反映状況", c["reflection"]),
        ):
            self.bar(title)
            self.put(1, 4, judgement, "stacked")
            self.put(5, 50, text)
            self.row += 1
        self.bar("備考")
        self.put(1, 50, c["remark"])
        self.row += 1
        if self.form.remarks:
            self.bar("過去に受けた指摘事項と対応状況")
            self.label(1, 8, "公開プロセス・秋の年次公開検証（秋のレビュー）における取りまとめ")
            self.put(9, 12, self.form.era(self.form.year - 2))
            self.put(13, 50, "講習の効果を停止日数で示すこと。")
            self.row += 1
            self.label(1, 8, "取りまとめへの対応状況")
            self.put(9, 50, "停止日数を成果指標に加えた。")
            self.row += 1
            self.label(1, 8, "その他の指摘事項")
            self.put(9, 50, "-")
            self.row += 1

    def past_numbers(self) -> None:
        self.bar("関連する過去のレビューシートの事業番号")
        slots = ((1, 5, 12), (13, 17, 24), (25, 29, 36), (37, 41, 50))
        plain = [n for n in self.p["past"] if "ministry" not in n]
        for i, entry in enumerate(plain):
            left, middle, right = slots[i % 4]
            self.label(left, middle, entry["year"])
            self.put(middle + 1, right, entry["number"])
            self.row += i % 4 == 3
        self.row += len(plain) % 4 != 0
        for entry in (n for n in self.p["past"] if "ministry" in n):
            self.label(1, 5, entry["year"])
            self.put(6, 12, entry["ministry"])
            self.put(13, 16, "　")
            self.put(17, 24, entry["number"])
            self.row += 1

    # ── 支出先 ──
    def flow(self) -> None:
        era = self.form.era(self.form.year - 1)
        height = 4 + 3 * len(self.p["flow"])
        label = "資金の流れ\n（資金の受け取\nり先が何を行っ\nているかについ\nて補足する）\n（単位：百万円）"
        self.label(1, 6, label, rows=height)
        note = (
            f"※{era}実績を記入。執行実績がない新規事業、新規要求事業については現時点で予定やイメージを記入。"
        )
        self.put(7, 50, note, "note")
        self.row += 2
        self.put(23, 33, f"{self.p['ministry']}\n{self.p['budget'][2]['spent']}百万円", "drawn")
        self.row += 1
        for block in self.p["flow"]:
            self.put(19, 37, f"【{block['method']}】", "free")
            self.row += 1
            self.put(19, 37, f"{block['letter']}．{block['name']}\n{block['amount']}百万円", "drawn")
            self.row += 1
            self.put(19, 37, f"〔{block['role']}〕", "free")
            self.row += 1
        self.row += 1

    def expenses(self) -> None:
        blocks = self.p["expense"]
        pairs = [blocks[i : i + 2] for i in range(0, len(blocks), 2)]
        heights = [3 + max(len(b["rows"]) for b in pair) for pair in pairs]
        label = "費目・使途\n（「資金の流れ」に\nおいてブロックご\nとに最大の金額\nが支出されている\n者について記載\nする。費目と使途\nの双方で実情が\n分かるように記\n載）"
        self.label(1, 6, label, rows=sum(heights))
        for pair, height in zip(pairs, heights, strict=True):
            top = self.row
            for side in range(2):
                block = (
                    pair[side]
                    if side < len(pair)
                    else {"title": f"{chr(65 + len(blocks))}.", "rows": [], "total": 0}
                )
                self.row = top
                self.expense_block(7 + 22 * side, block, height)
            self.row = top + height
        self.put(1, 44, "費目・使途欄についてさらに記載が必要な場合はチェックの上【別紙２】に記載", "note")
        self.row += 1

    def expense_block(self, left: int, block: Project, height: int) -> None:
        item, use, amount = (left, left + 4), (left + 5, left + 16), (left + 17, left + 21)
        self.put(left, left + 21, block["title"], "label")
        self.row += 1
        self.label(*item, "費　目")
        self.label(*use, "使　途")
        self.label(*amount, "金　額\n(百万円）")
        self.row += 1
        for i in range(height - 3):
            row = block["rows"][i] if i < len(block["rows"]) else [None, None, None]
            self.put(*item, row[0])
            self.put(*use, row[1])
            if row[2] is None:
                self.put(*amount, None)
            else:
                self.figure(*amount, row[2])
            self.row += 1
        self.label(*item, "計")
        self.put(*use, None)
        self.figure(*amount, block["total"])

    def payees(self) -> None:
        self.put(1, 16, "支出先上位１０者リスト", "free")
        self.row += 1
        for block in self.p["payees"]:
            self.put(1, 6, block["letter"], "free")
            self.row += 1
            self.put(1, 2, None, "label")
            for head, left, right in LIST_HEADS:
                self.label(left, right, head or self.form.contract_label)
            self.row += 1
            for n, row in enumerate(block["rows"], 1):
                self.put(1, 2, n)
                for (_, left, right), value in zip(LIST_HEADS, row, strict=True):
                    self.list_value(left, right, value)
                self.row += 1

    def list_value(self, left: int, right: int, value: Any) -> None:
        if isinstance(value, float) and left == 38:
            self.put(left, right, value, "figure", number_format=PERCENT_TENTHS)
        elif isinstance(value, str):
            self.put(left, right, value)
        else:
            self.figure(left, right, value)

    def contracts(self) -> None:
        self.put(1, 32, "国庫債務負担行為等による契約先上位10者リスト", "free")
        self.put(45, 50, "チェック", "note")
        self.row += 1
        heads = (
            ("ﾌﾞﾛｯｸ\n名", 3, 4),
            ("契　約　先", 5, 11),
            ("法　人　番　号", 12, 16),
            ("業　務　概　要", 17, 24),
            ("契約額\n（百万円）", 25, 28),
            ("契約方式", 29, 33),
            ("入札者数\n（応募者\n数）", 34, 37),
            ("落札率", 38, 41),
            (LIST_HEADS[-1][0].replace("支出額", "契約額"), 42, 50),
        )
        self.put(1, 2, None, "label")
        for head, left, right in heads:
            self.label(left, right, head)
        self.row += 1
        keys = ("block", "name", "corporate_number", "work", "amount", "method", "bidders", "rate", "reason")
        for n, contract in enumerate(self.p["contract"], 1):
            self.put(1, 2, n)
            for (_, left, right), key in zip(heads, keys, strict=True):
                self.list_value(left, right, contract[key])
            self.row += 1


def _share(spent: Any, total: Any) -> float | str:
    return spent / total if isinstance(spent, int) and isinstance(total, int) and total else "-"


def lay_out(project: Project, form: Form = FORMS[2018]) -> list[Cell]:
    """The cells of a project's sheet in a form."""
    sheet = _Layout(project, form)
    sheet.basic()
    sheet.budget()
    if form.year != 2016:
        sheet.items()
    if form.activity:
        sheet.line("活動内容\n（アクティ\nビティ）", "講習を開き、部品を備え、聞こえ方を確かめる。")
    sheet.outcomes()
    sheet.outputs()
    sheet.unit_cost()
    if form.year == 2016:
        sheet.items()
    sheet.policies()
    sheet.review()
    sheet.opinions()
    sheet.past_numbers()
    sheet.flow()
    sheet.expenses()
    sheet.payees()
    sheet.contracts()
    return sheet.cells


def moved(cells: Iterable[Cell], down: int = 0, right: int = 0) -> list[Cell]:
    """The cells shifted as a whole."""
    return [
        replace(c, top=c.top + down, bottom=c.bottom + down, left=c.left + right, right=c.right + right)
        for c in cells
    ]


_THIN = Side(style="thin")
_BOX = Border(left=_THIN, right=_THIN, top=_THIN, bottom=_THIN)
_SHADED = PatternFill("solid", fgColor="D9D9D9")
_RULED = frozenset({"value", "label", "figure", "bar", "item", "mark", "stacked", "drawn"})


def write_sheet(book: Workbook, name: str, cells: Iterable[Cell], hidden: bool = False) -> None:
    """Add a worksheet with the cells, merged and ruled as in the published form."""
    cells = list(cells)
    sheet = book.create_sheet(name)
    sheet.sheet_state = "hidden" if hidden else "visible"
    for column in range(1, max((c.right for c in cells), default=1) + 1):
        sheet.column_dimensions[get_column_letter(column)].width = 2.25
    heights: dict[int, float] = {}
    for c in cells:
        target = sheet.cell(c.top, c.left)
        if c.value is not None:
            target.value = c.value
        target.number_format = c.number_format
        target.font = Font(
            name="ＭＳ Ｐゴシック", size=14 if c.style == "title" else 8, bold=c.style in ("bar", "title")
        )
        centred = c.style in ("label", "figure", "bar", "mark", "title", "drawn", "free", "stacked")
        target.alignment = Alignment(
            horizontal="center" if centred else "left",
            vertical="center",
            wrap_text=True,
            textRotation=255 if c.style == "stacked" or (c.style == "label" and c.right - c.left == 1) else 0,
        )
        for row in range(c.top, c.bottom + 1):
            for column in range(c.left, c.right + 1):
                if c.style in _RULED:
                    sheet.cell(row, column).border = _BOX
                if c.style in ("label", "bar"):
                    sheet.cell(row, column).fill = _SHADED
        if (c.bottom, c.right) != (c.top, c.left):
            sheet.merge_cells(start_row=c.top, start_column=c.left, end_row=c.bottom, end_column=c.right)
        heights[c.top] = max(heights.get(c.top, 12.0), _height(c))
    for row, height in heights.items():
        sheet.row_dimensions[row].height = min(height, 180)
    sheet.page_setup.paperSize = 9
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True


def _height(cell: Cell) -> float:
    """Points a row needs for a cell's text (a cell over several rows spreads it)."""
    if not isinstance(cell.value, str) or cell.style in ("stacked",):
        return 60.0 if cell.style == "stacked" else 12.0
    if cell.right - cell.left <= 1:
        return 12.0
    letters = max((cell.right - cell.left + 1) * 1.45, 1)
    lines = sum(-(-len(line) // int(letters)) for line in cell.value.split("\n"))
    return 3 + 11.0 * lines / (cell.bottom - cell.top + 1) * (1.25 if cell.style == "title" else 1.0)


def rule_cells() -> list[Cell]:
    """The lists of choices the published workbook keeps on a hidden sheet."""
    lists = {
        2: ("会計区分", "一般会計", "特別会計"),
        4: ("評価", "○", "△", "×", "‐"),
        6: ("判定", "廃止", "事業全体の抜本的な改善", "事業内容の一部改善", "現状通り"),
    }
    return [
        Cell(2 + i, left, 2 + i, left, text) for left, texts in lists.items() for i, text in enumerate(texts)
    ]


def workbook_bytes(sheets: Iterable[tuple[str, list[Cell]]]) -> bytes:
    """A workbook of worksheets and the hidden lists, the same byte for byte every time."""
    book = Workbook()
    assert book.active is not None
    book.remove(book.active)
    for name, cells in sheets:
        write_sheet(book, name, cells)
    write_sheet(book, "入力規則等", rule_cells(), hidden=True)
    moment = datetime(2018, 9, 1)
    book.properties.created = book.properties.modified = moment
    out = io.BytesIO()
    book.save(out)
    return _settled(out.getvalue(), moment)


def _settled(data: bytes, moment: datetime) -> bytes:
    """The same zip with one time for every member."""
    out = io.BytesIO()
    stamp = moment.strftime("%Y-%m-%dT%H:%M:%SZ").encode()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in sorted(old.namelist(), key=lambda n: (n != "[Content_Types].xml", n)):
            content = old.read(name)
            if name == "docProps/core.xml":
                start, end = content.find(b"<dcterms:modified"), content.find(b"</dcterms:modified>")
                inner = content.index(b">", start) + 1
                content = content[:inner] + stamp + content[end:]
            info = zipfile.ZipInfo(name, (2018, 9, 1, 0, 0, 0))
            info.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(info, content)
    return out.getvalue()


def main() -> None:
    """Write the sample workbook."""
    path = HERE / "sheets" / "sample-2018.xlsx"
    path.write_bytes(workbook_bytes([("行政事業レビューシート", lay_out(sample_project()))]))


if __name__ == "__main__":
    main()

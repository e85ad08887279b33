"""The typed query: what a question was read as, and the state a conversation carries on.

``understanding`` makes a ``Query`` from a question (and the previous query), ``answering`` runs it. Between
the two nothing passes but this.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

Operation = Literal[
    "lookup", "reason", "search", "list", "rank", "count", "sum", "average",
    "compare", "trend", "describe", "similar", "help", "none",
]  # fmt: skip
Operator = Literal["=", "!=", "<", "<=", ">", ">=", "between", "contains", "in"]
Match = Literal["matched", "weak", "unresolved", "ignored"]


@dataclass(frozen=True, slots=True)
class FieldRef:
    """A field of the catalogue; ``item`` for a row of ``evaluations`` or ``comments`` (「点検結果」)."""

    table: str
    column: str
    item: str | None = None

    @property
    def key(self) -> str:
        """「budgets.執行率」, 「comments.本文:点検結果」."""
        return f"{self.table}.{self.column}" + (f":{self.item}" if self.item else "")


@dataclass(frozen=True, slots=True)
class ProjectRef:
    """A project found in the question: its sheets in this database, newest first."""

    name: str
    ministry: str
    sheet_keys: tuple[str, ...]
    project_id: int | None = None
    score: float = 1.0


def when(shift: int) -> str:
    """「前年度の」, 「2年前の」, "" for the same year: how a figure ``shift`` years later is said."""
    if abs(shift) <= 1:
        return ("", "翌年度の", "前年度の")[shift]
    return f"{abs(shift)}年{'前' if shift < 0 else '後'}の"


HUNDRED = 100
"""So many points at most a rate can be above another's; more is an amount."""


@dataclass(frozen=True, slots=True)
class OtherFigure:
    """Another figure of the same project to compare with: ``times`` the figure ``shift`` years after the year asked about, and ``more``."""

    field: FieldRef
    shift: int = 0
    times: float = 1.0
    more: float = 0.0

    @property
    def so_much(self) -> str:
        """「の2倍」「の半分」「＋10ポイント」「＋10,000,000円」, "" for the figure itself."""
        if self.more:
            size = f"{abs(self.more):g}ポイント" if abs(self.more) <= HUNDRED else f"{abs(self.more):,.0f}円"
            return f"{'＋' if self.more > 0 else '−'}{size}"
        return {1.0: "", 0.5: "の半分"}.get(self.times, f"の{self.times:g}倍")


@dataclass(frozen=True, slots=True)
class Average:
    """The average of the condition's own field over the sheets asked about; ``whole``: over those of all 府省庁."""

    whole: bool = False

    @property
    def name(self) -> str:
        """「平均」「全体の平均」."""
        return "全体の平均" if self.whole else "平均"


@dataclass(frozen=True, slots=True)
class Filter:
    """A condition on a field.

    value  in the stored unit (円, %, Western year); a pair for between; or what to compare with
    open_ended  of 事業終了年度: projects without an end (終了予定なし) meet it too
    shift  of a figure by year: the condition is on the figure so many years after the year asked about (−1: before)
    """

    field: FieldRef
    op: Operator
    value: object
    open_ended: bool = False
    shift: int = 0


@dataclass(frozen=True, slots=True)
class Years:
    """Which fiscal years of the figures are meant.

    kind  "given" (named in the question), "latest" (latest year with an actual figure), "all" (推移, 年度ごと),
          "none" (the field has no year, or none was asked for)
    values  Western years, filled for "given"; for 「直近3年」 kind is "latest" and ``count`` 3.
    relative  years to add to the year of the previous turn or of today (前年度: −1).
    """

    kind: Literal["given", "latest", "all", "none"] = "none"
    values: tuple[int, ...] = ()
    count: int = 1
    as_said: str = ""
    first: int | None = None
    """「2014年度から」「2014年度以降」: of "all" the years from this one on."""
    last: int | None = None
    """「2020年度まで」: of "all" the years up to this one."""
    to_latest: bool = False
    """「2015年度と比べて」: the year given is set beside the latest one with a figure."""

    def within(self, year: int) -> bool:
        """Whether a year lies between ``first`` and ``last``."""
        return (self.first is None or year >= self.first) and (self.last is None or year <= self.last)


@dataclass(frozen=True, slots=True)
class Premise:
    """What the question takes for granted about a figure (「なぜ下がった?」, 「7割を割り込んだ原因」)."""

    field: FieldRef
    direction: Literal["down", "up", "none"] = "none"
    op: Operator | None = None
    value: float | None = None
    as_said: str = ""
    ratio: float | None = None
    """「前年の半分になった」: the figure is said to be this many times the year before's (0.5)."""


@dataclass(frozen=True, slots=True)
class WordReading:
    """A word of the question and what it was taken for."""

    text: str
    taken_as: str | None
    match: Match


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a question is not answered (or asked back). ``code`` selects the wording in ``answering``.

    codes  "empty", "off_topic", "instruction", "unknown_project", "unknown_ministry" (none of its sheets is loaded),
           "ambiguous_project", "year_out_of_range",
           "not_a_field", "not_yet_known", "unresolved",
           "unread" (a word that no part of the query accounts for: left out, another question would be answered),
           "reset" (「最初から」: the conversation is cleared, nothing was asked),
           "no_previous" (「2番目の事業は?」 with no list before it),
           "no_project" (a field is asked but no project named, where many are loaded: asked back)
    """

    code: str
    detail: str = ""
    candidates: tuple[ProjectRef, ...] = ()


@dataclass(frozen=True, slots=True)
class Query:
    """One question as it was read."""

    question: str
    operation: Operation = "none"
    projects: tuple[ProjectRef, ...] = ()
    years: Years = field(default_factory=Years)
    published: tuple[int, ...] = ()
    """公開年度 / 事業年度 of the sheets asked about, where the question says so (「令和6年度のシートで」)."""
    fields: tuple[FieldRef, ...] = ()
    ministries: tuple[str, ...] = ()
    """府省庁 as they stand in the database."""
    payees: tuple[str, ...] = ()
    """支出先 as asked for (matched loosely against names and 法人番号)."""
    filters: tuple[Filter, ...] = ()
    of_years: tuple[Filter, ...] = ()
    """「外務省の当初予算が前年度より減った年度」: conditions on the total of each year; the years that meet them are asked for."""
    matters: tuple[str, ...] = ()
    """「防災に関する事業」: words that a project's name, 目的 or 概要 is to hold, each in one of them."""
    group_by: FieldRef | None = None
    order: Literal["asc", "desc"] | None = None
    limit: int | None = None
    topic: str = ""
    """Words that are no field, project, year …: what to search the passages for."""
    reason: bool = False
    """The question asks why (理由・なぜ・背景・原因)."""
    premise: Premise | None = None
    refusal: Refusal | None = None
    words: tuple[WordReading, ...] = ()
    carried_over: tuple[str, ...] = ()
    """「事業」「年度」「項目」 taken from earlier turns."""
    ordinal: int | None = None
    """「2番目の事業」: 1-based position in the previous answer's list."""
    nth: int | None = None
    """「3番目に大きい」: the one at this place of the order, alone."""
    by_number: bool = False
    """「契約先が一番多い事業」: ranked by how many names a list of the sheet has, not by an amount."""
    difference: Literal["", "amount", "growth", "ratio"] = ""
    """How far two figures are apart is asked, which then comes before them: 「差は」「何%増えた」「何倍」."""
    share: bool = False
    """The answer is asked for as a part of the whole (「一般会計の事業の割合は」, 「総務省が占める割合」)."""
    candidates: tuple[ProjectRef, ...] = ()
    """Projects that may be meant where none is certain: a search prefers their passages, nothing else uses them."""
    similar_to: str = ""
    """「〜に似た事業」 without a project that is certain: what the projects are to be like."""
    of_rows: bool = False
    """「一者応札の契約は何件」: rows of the list are counted, the projects they belong to beside them."""
    median: bool = False
    """An average is asked for as the middle one of the figures (中央値)."""
    having: tuple[Filter, ...] = ()
    """Conditions on what each group has in all (「予算の合計が1兆円を超える府省庁」), whatever their field."""
    of_groups: bool = False
    """「…府省庁はいくつ」: how many groups meet the conditions is asked first."""
    place: bool = False
    """「防衛省は何位」「それって多いの」: where the project or the 府省庁 asked about stands in the order."""
    added: bool = False
    """「上位10事業の合計」: the first ``limit`` of the order are added up."""
    years_added: bool = False
    """「3年間の合計が一番大きい事業」: each project's years are added up before they are put in order."""
    of_each: bool = False
    """「府省庁ごとに一番大きい事業」: the first ``limit`` projects of every group."""
    beside: tuple[Query, ...] = ()
    """What else the sentence asks of the same sheets (「何件あって、合計はいくら」)."""


@dataclass(frozen=True, slots=True)
class ResultContext:
    """What the previous answer showed: a follow-up (「2番目の事業は」「前の年は?」) is read against it.

    projects  as listed, best first; fiscal_years  the years actually taken; fields  what was shown.
    rows      rows of one project's list in the order shown, each as the condition that picks it (「2番目の支出先」).
    before    the fiscal year told of the same figures before, where the conversation then took another.
    published  公開年度 whose sheets were counted where the figures are of no fiscal year.
    listed    projects of the last list shown or asked back, to choose another from after one of them was spoken of.
    listing   the query whose answer listed them.
    figures   the figures told last, where the turns since told none.
    ministry  the first of an order of 府省庁 (「その省の事業は」).
    earlier   the last queries about other subjects, newest first: to go back to, or to set beside this one.
    """

    projects: tuple[ProjectRef, ...] = ()
    fiscal_years: tuple[int, ...] = ()
    fields: tuple[FieldRef, ...] = ()
    rows: tuple[Filter, ...] = ()
    before: tuple[int, ...] = ()
    published: tuple[int, ...] = ()
    listed: tuple[ProjectRef, ...] = ()
    listing: Query | None = None
    figures: tuple[FieldRef, ...] = ()
    ministry: str = ""
    earlier: tuple[Query, ...] = ()

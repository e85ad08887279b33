"""A small database of fictional projects whose names, words and twins questions can stumble over."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest

from assistant.query import Query, ResultContext
from assistant.understanding import Understanding
from db.opening import open_database
from db.sheet import Row, Sheet, SourceFile
from tests.assistant.conftest import write_database

TODAY = date(2025, 6, 1)
"""Fiscal year 2025: 去年 is 2024."""

# (予算事業ID, 事業名, 府省庁, 政策所管府省庁, texts)
PROJECTS: tuple[tuple[int, str, str, str, dict[str, str]], ...] = (
    (1, "離島航路の維持改善", "国土交通省", "国土交通省", {"点検結果": "欠航の日数は前年より減り、港の待合所の整備も進んだ。"}),
    (2, "図書館端末更新事業", "文部科学省", "文部科学省", {"点検結果": "端末の故障は起きていない。", "改善の方向性": "保守の契約をまとめて費用を抑える。"}),
    (3, "学校図書館充実支援事業", "文部科学省", "文部科学省", {"外部有識者の所見": "司書の配置の効果を調べるべきである。"}),
    (4, "山村医療巡回車の導入促進", "厚生労働省", "厚生労働省", {"点検結果": "看護師の研修を二段階に分けて行い、運転手も確保できた。"}),
    (5, "夜間診療体制整備費補助金", "厚生労働省", "厚生労働省", {"主な増減理由": "対象の病院を増やすため。"}),
    (6, "介護記録電子化推進事業（施設分）", "厚生労働省", "厚生労働省", {"点検結果": "施設の導入率が上がった。"}),
    (7, "介護記録電子化推進事業（在宅分）", "厚生労働省", "厚生労働省", {"点検結果": "在宅の導入は遅れている。"}),
    (8, "湖沼水質改善対策費", "環境省", "環境省", {"点検結果": "新型コロナウイルスで調査船の運航が減った。", "行政事業レビュー推進チームの所見": "執行率が低い理由を分析すること。"}),
    (9, "里山生物調査に必要な経費", "環境省", "環境省", {"事業の概要": "全国の里山で生きものを調べる。"}),
    (10, "2025年緑化博覧会準備活動経費", "国土交通省", "国土交通省", {"点検結果": "会場の設計を終えた。"}),
    (11, "港湾災害復旧等事業", "復興庁", "復興庁", {"点検結果": "復旧は予定どおり。"}),
    (12, "港湾災害復旧等事業", "水産庁", "農林水産省", {"点検結果": "漁港の復旧を急いだ。"}),
    (13, "施設整備費", "法務省", "法務省", {"点検結果": "庁舎の改修を行った。"}),
    (14, "国際観測機構（ＩＯＸ）分担金", "外務省", "外務省", {"点検結果": "会議で日本の意見が反映された。"}),
    (15, "観測器材（陸上観測隊）", "防衛省", "防衛省", {"主な増減理由": "器材の数量を見直したため。"}),
    (16, "観測器材（海上観測隊）", "防衛省", "防衛省", {"主な増減理由": "単価の上昇による。"}),
    (17, "地域通信基盤活用推進事業", "総務省", "総務省", {"点検結果": "山間部の通信の整備を早めるもので、国が実施する必要がある。"}),
    (18, "火災予防の普及啓発", "消防庁", "総務省", {"点検結果": "住宅用の警報器が広まった。"}),
    (19, "独立行政法人湖沼研究センターの運営に必要な経費", "環境省", "環境省", {"点検結果": "情報セキュリティの監査で不備が見つかった。"}),
    (20, "観光地周遊バス支援事業", "国土交通省　観光庁", "国土交通省", {"点検結果": "利用者は増えた。"}),
    (21, "ルータ更新経費", "デジタル庁", "デジタル庁", {"点検結果": "更新を終えた。"}),
    (22, "ＡＩ活用人材の育成", "経済産業省", "経済産業省", {"点検結果": "講座の受講者が目標に届いた。"}),
)  # fmt: skip


def sheet(project: tuple[int, str, str, str, dict[str, str]]) -> Sheet:
    """A sheet of RSシステム 2024 with budgets of 2021–2024, a request for 2025 and its texts."""
    number, name, ministry, policy, texts = project
    made = Sheet(
        form="rs-2024",
        basic=Row(
            {
                "公開年度": 2024,
                "予算事業ID": str(number),
                "事業名": name,
                "府省庁": ministry,
                "政策所管府省庁": policy,
                "担当課室": "見本課",
            }
        ),
        sources=[SourceFile(Path("1-2.csv"), "1-2.csv", f"s{number}", "rs-2024", rows_read=1, rows_stored=1)],
    )
    for year in range(2021, 2025):
        spent = None if year == 2024 else (50 + number + year % 7) * 1_000_000
        made.add(
            "budgets",
            Row({"年度": year, "当初予算": 100_000_000, "計": 100_000_000, "執行額": spent}, locator="2-1"),
        )
    made.add("budgets", Row({"年度": 2025, "要求額": 110_000_000}, locator="2-1"))
    for item, text in texts.items():
        made.add("comments", Row({"項目": item, "本文": text}, locator="4-1"))
    made.add(
        "expenses",
        Row({"ブロック": "A", "支出先": "株式会社みほん印刷", "費目": "印刷製本費", "金額": 1_000_000}),
    )
    return made


class Reader:
    """Reads questions one after another, each for itself or as turns of one conversation."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.understanding = Understanding(connection, TODAY)

    def __call__(self, question: str) -> Query:
        return self.understanding.read(question)

    def turns(self, *questions: str, years: tuple[int, ...] = (), projects: tuple[str, ...] = ()) -> Query:
        """The query of the last question; ``years`` and ``projects`` are what the answer before it showed."""
        previous: Query | None = None
        for i, question in enumerate(questions):
            shown = None
            if i == len(questions) - 1 and previous is not None:
                listed = tuple(self(name + "について教えて").projects[0] for name in projects)
                shown = ResultContext(listed, years, previous.fields)
            previous = self.understanding.read(question, previous, shown)
        assert previous is not None
        return previous


@pytest.fixture(scope="session")
def fictional_path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The database of the fictional projects."""
    return write_database(tmp_path_factory.mktemp("read") / "fictional.db", [sheet(p) for p in PROJECTS])


@pytest.fixture(scope="module")
def reading() -> Iterator[Callable[[Path], Reader]]:
    """Opens readers of databases and closes them after the tests of a module."""
    connections = []

    def opener(path: Path) -> Reader:
        connection = open_database(path)
        connections.append(connection)
        return Reader(connection)

    yield opener
    for connection in connections:
        connection.close()


@pytest.fixture(scope="module")
def read(reading: Callable[[Path], Reader], fictional_path: Path) -> Reader:
    """Reads against the fictional projects."""
    return reading(fictional_path)


@pytest.fixture(scope="module")
def read_single(reading: Callable[[Path], Reader], single_path: Path) -> Reader:
    """Reads against the database of one sheet (公民館端末管理経費, 2018)."""
    return reading(single_path)

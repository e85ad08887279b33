"""Puts the raw JUDGIT lines and RS CSV rows into plain SQLite tables, apart from the program's own loader.

The expected answers of the question files are computed on these tables, so that a mistake of the
loader cannot hide in an expected answer. Amounts are 円 in both sources' tables.
"""

from __future__ import annotations

import csv
import gzip
import io
import json
import sqlite3
import zipfile
from pathlib import Path

DATA = Path(__file__).resolve().parents[3] / "shared" / "data"
MILLION = 1_000_000


def yen(value: object) -> float | None:
    """円 of an amount in 百万円; None stays None."""
    return None if value is None else round(float(str(value)) * MILLION)


def number(text: str) -> float | None:
    """The number of a CSV field, None where nothing is written."""
    return float(text.replace(",", "")) if text.strip() else None


def load_judgit(connection: sqlite3.Connection, data: Path = DATA) -> None:
    """Tables js (a sheet a row), jb (a sheet and year a row), jp (a payee a row)."""
    connection.executescript(
        "CREATE TABLE js(sid INTEGER PRIMARY KEY, 公開年度, 事業番号, 府省庁, 事業名, 開始年度, 終了年度,"
        " 担当部局庁, 担当課室, 作成責任者, 会計区分, 実施方法, 目的, 概要);"
        "CREATE TABLE jb(sid, 年度, 当初予算, 補正予算, 繰入, 繰越, 予備費, 計, 執行額, 要求額);"
        "CREATE TABLE jp(sid, 年度, 支出先名, 法人番号, 業務概要, 支出額);"
    )
    for path in sorted((data / "judgit").glob("judgit-*.ndjson.gz")):
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            for line in lines:
                sheet = json.loads(line)
                number_parts = [sheet.get(f"事業番号{n}") for n in range(1, 6)]
                cursor = connection.execute(
                    "INSERT INTO js VALUES(NULL,?,?,?,?,?,?,?,?,?,?,?,?,?)",
                    (
                        sheet["公開年度"],
                        "-".join(str(part) for part in number_parts if part),
                        sheet["府省庁"],
                        sheet["事業名"],
                        sheet.get("開始年度"),
                        sheet.get("終了年度"),
                        sheet.get("担当部局庁"),
                        sheet.get("担当課室"),
                        sheet.get("作成責任者"),
                        "、".join(sheet.get("会計区分") or []),
                        "、".join(sheet.get("実施方法") or []),
                        sheet.get("事業目的"),
                        sheet.get("事業概要"),
                    ),
                )
                sheet_id = cursor.lastrowid
                connection.executemany(
                    "INSERT INTO jb VALUES(?,?,?,?,?,?,?,?,?,?)",
                    [
                        (
                            sheet_id,
                            row["年度"],
                            *(
                                yen(row.get(name))
                                for name in (
                                    "当初予算",
                                    "補正予算",
                                    "前年度から繰越し",
                                    "翌年度へ繰越し",
                                    "予備費等",
                                    "予算計",
                                    "執行額",
                                    "要求額",
                                )
                            ),
                        )
                        for row in sheet.get("予算") or []
                    ],
                )
                connection.executemany(
                    "INSERT INTO jp VALUES(?,?,?,?,?,?)",
                    [
                        (
                            sheet_id,
                            row.get("年度"),
                            row.get("支出先名"),
                            row.get("法人番号"),
                            row.get("業務概要"),
                            yen(row.get("支出額")),
                        )
                        for row in sheet.get("支出先") or []
                    ],
                )
    connection.executescript(
        "CREATE INDEX jb_sid ON jb(sid); CREATE INDEX jp_sid ON jp(sid); CREATE INDEX js_name ON js(事業名);"
    )


def rs_rows(prefix: str, data: Path = DATA) -> list[dict[str, str]]:
    """The rows of one RS zip, by its number (「2-1」)."""
    (path,) = (data / "rs2024").glob(f"{prefix}_*.zip")
    with zipfile.ZipFile(path) as archive, archive.open(archive.namelist()[0]) as raw:
        return list(csv.DictReader(io.TextIOWrapper(raw, encoding="utf-8-sig", newline="")))


def load_rs(connection: sqlite3.Connection, data: Path = DATA) -> None:
    """Tables rs (a project a row), rb (a project and year a row, the total rows of 2-1), rx (5-3), rc (5-4), re (4-1)."""
    connection.executescript(
        "CREATE TABLE rs(pid INTEGER PRIMARY KEY, 事業名, 府省庁, 政策所管, 局庁, 課, 開始年度, 終了年度, 終了予定なし,"
        " 事業区分, 旧事業番号, 目的, 概要, 実施方法, 主要経費, 作成責任者);"
        "CREATE TABLE rb(pid, 年度, 当初予算, 補正予算, 繰入, 予備費, 計, 執行額, 執行率, 繰越, 要求額);"
        "CREATE TABLE rx(pid, ブロック, 支出先名, 法人番号, 契約概要, 費目, 使途, 金額);"
        "CREATE TABLE rc(pid, ブロック, 契約先, 契約概要, 契約額, 契約方式, 入札者数, 落札率, 理由);"
        "CREATE TABLE re(pid, 点検結果, 改善の方向性, 点検対象, 有識者所見, チーム判定, チーム所見, 反映判定, 反映詳細, 指摘内容);"
    )
    ways = ["直接実施", "補助", "負担", "交付", "分担金・拠出金", "その他"]
    seen: set[str] = set()
    for row in rs_rows("1-2", data):
        if row["予算事業ID"] in seen:
            continue
        seen.add(row["予算事業ID"])
        connection.execute(
            "INSERT INTO rs VALUES(?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)",
            (
                int(row["予算事業ID"]),
                row["事業名"],
                row["府省庁"],
                row["政策所管府省庁"],
                row["局・庁"],
                row["課"],
                number(row["事業開始年度"]),
                number(row["事業終了（予定）年度"]),
                row["終了予定なし"],
                row["事業区分"],
                row["旧事業番号"],
                row["事業の目的"],
                row["事業の概要"],
                "、".join(way for way in ways if row[f"実施方法ー{way}"].upper() in ("TRUE", "1")),
                row["主要経費"],
                None,
            ),
        )
    for row in rs_rows("1-1", data):
        if row["作成責任者"]:
            connection.execute(
                "UPDATE rs SET 作成責任者=coalesce(作成責任者||'、','')||? WHERE pid=?",
                (row["作成責任者"], int(row["予算事業ID"])),
            )
    totals = [
        "当初予算（合計）",
        "補正予算（合計）",
        "前年度からの繰越し（合計）",
        "予備費等（合計）",
        "計（歳出予算現額合計）",
        "執行額（合計）",
        "執行率",
        "翌年度への繰越し(合計）",
        "翌年度要求額（合計）",
    ]
    for row in rs_rows("2-1", data):
        if row["計（歳出予算現額合計）"] or row["当初予算（合計）"] or row["翌年度要求額（合計）"]:
            connection.execute(
                "INSERT INTO rb VALUES(?,?,?,?,?,?,?,?,?,?,?)",
                (int(row["予算事業ID"]), int(row["予算年度"]), *(number(row[name]) for name in totals)),
            )
    for row in rs_rows("5-3", data):
        if row["支出先名"] or row["費目"]:
            connection.execute(
                "INSERT INTO rx VALUES(?,?,?,?,?,?,?,?)",
                (
                    int(row["予算事業ID"]),
                    row["支出先ブロック番号"],
                    row["支出先名"],
                    row["法人番号"],
                    row["契約概要"],
                    row["費目"],
                    row["使途"],
                    number(row["金額"]),
                ),
            )
    suffix = "（国庫債務負担行為等による契約）"
    for row in rs_rows("5-4", data):
        if row[f"契約先名{suffix}"]:
            connection.execute(
                "INSERT INTO rc VALUES(?,?,?,?,?,?,?,?,?)",
                (
                    int(row["予算事業ID"]),
                    row[f"支出先ブロック{suffix}"],
                    row[f"契約先名{suffix}"],
                    row[f"契約概要（契約名）{suffix}"],
                    number(row[f"契約額{suffix}"]),
                    row[f"契約方式等{suffix}"],
                    row[f"入札者数（応募者数）{suffix}"],
                    row[f"落札率（％）{suffix}"],
                    row[
                        "一者応札・一者応募又は競争性のない随意契約となった理由及び改善策"
                        f"（契約額10億円以上）{suffix}"
                    ],
                ),
            )
    seen.clear()
    point = "事業所管部局による点検・改善"
    for row in rs_rows("4-1", data):
        first = row["予算事業ID"] not in seen
        seen.add(row["予算事業ID"])
        if not first and not row["過去に受けた指摘事項－取りまとめ内容"]:
            continue
        connection.execute(
            "INSERT INTO re VALUES(?,?,?,?,?,?,?,?,?,?)",
            (
                int(row["予算事業ID"]),
                row[f"{point}ー点検結果"] if first else "",
                row[f"{point}ー改善の方向性"] if first else "",
                row["外部有識者による点検ー点検対象"],
                row["外部有識者による点検ー所見"],
                row["行政事業レビュー推進チームの所見"] if first else "",
                row["行政事業レビュー推進チームの所見の詳細"] if first else "",
                row["所見を踏まえた改善点／概算要求における反映状況"] if first else "",
                row["所見を踏まえた改善点／概算要求における反映状況の詳細"] if first else "",
                row["過去に受けた指摘事項－取りまとめ内容"],
            ),
        )
    connection.executescript(
        "CREATE INDEX rb_pid ON rb(pid); CREATE INDEX rx_pid ON rx(pid); CREATE INDEX rc_pid ON rc(pid);"
    )


def raw_tables(path: str = ":memory:", data: Path = DATA) -> sqlite3.Connection:
    """A connection with both sources' tables; `path` keeps them in a file for looking around."""
    connection = sqlite3.connect(path)
    load_judgit(connection, data)
    load_rs(connection, data)
    connection.commit()
    return connection

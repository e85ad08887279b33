"""Sheets of our own wording on different matters, for the tests of searching."""

from __future__ import annotations

from pathlib import Path

from db.sheet import Row, Sheet, SourceFile

LEAVE_PURPOSE = "男性の育児休業取得促進のため、啓発サイトを運営し、企業の取組事例を広く発信する。"
LEAVE_REVIEW = (
    "啓発サイトの運営は計画どおり行った。閲覧件数は活動実績が見込みを下回った。"
    "検索サイトの仕様変更により流入が減少したことが主な要因である。"
)
BOILERPLATE = "引き続き、適切な予算の執行に努めること。"


def sheet(
    name: str,
    number: int,
    ministry: str,
    purpose: str,
    *comments: tuple[str, str],
    year: int = 2024,
    reasons: tuple[tuple[int, str], ...] = (),
) -> Sheet:
    """A sheet with a purpose, review comments (項目, 本文) and 主な増減理由 by 年度."""
    file = SourceFile(
        path=Path(f"{year}-{number}.csv"),
        name=f"{year}-{number}.csv",
        sha256=f"{year}-{number}-{name}-{purpose}",
        form=f"rs-{year}",
        rows_read=1,
        rows_stored=1,
    )
    basic = {
        "公開年度": year,
        "府省庁": ministry,
        "予算事業ID": number,
        "事業名": name,
        "事業の目的": purpose,
    }
    made = Sheet(form=f"rs-{year}", basic=Row(basic, "1-2 2行目"), sources=[file])
    for line, (item, text) in enumerate(comments, 2):
        made.add("comments", Row({"項目": item, "本文": text}, f"4-1 {line}行目"))
    for line, (fiscal_year, text) in enumerate(reasons, 2):
        made.add(
            "comments", Row({"項目": "主な増減理由", "年度": fiscal_year, "本文": text}, f"2-1 {line}行目")
        )
    return made


def sheets() -> list[Sheet]:
    """Six projects of four ministries; one stands in two years."""
    return [
        sheet(
            "仕事と家庭の両立支援事業",
            11,
            "厚生労働省",
            LEAVE_PURPOSE,
            ("点検結果", LEAVE_REVIEW),
            ("行政事業レビュー推進チームの所見", BOILERPLATE),
        ),
        sheet(
            "救急医療用ヘリコプター従事者研修",
            12,
            "厚生労働省",
            "ドクターヘリに搭乗する医師及び看護師の技能を高める研修を実施する。",
            ("点検結果", "研修を初級と上級に分けて実施し、受講者の満足度は高かった。"),
            ("改善の方向性", "受講機会を確保するため、開催を年2回とする。"),
        ),
        sheet(
            "漁港海岸保全施設整備",
            21,
            "農林水産省",
            "高潮や津波から漁港の背後集落を守る堤防を整備する。",
            ("行政事業レビュー推進チームの所見", BOILERPLATE),
            reasons=(
                (2022, "資材価格の高騰により工事費が増加したため。"),
                (2023, "堤防の改良箇所が減少したため。"),
            ),
        ),
        sheet(
            "国有林野の獣害対策",
            22,
            "農林水産省",
            "ニホンジカによる森林の食害を抑えるため、捕獲を進める。",
            ("点検結果", "捕獲頭数は目標に達したが、一者応札となった契約があった。"),
        ),
        sheet("在外公館の警備強化", 31, "外務省", "在外公館の警備を強化し、職員の安全を確保する。"),
        sheet(
            "在外公館の警備強化", 31, "外務省", "在外公館の警備を強化し、職員の安全を確保する。", year=2025
        ),
        sheet(
            "文化財の防火対策",
            41,
            "文部科学省",
            "国宝や重要文化財の消火設備を更新する。",
            ("改善の方向性", "設備の更新が遅れている社寺に対し、助言を行う。"),
        ),
    ]

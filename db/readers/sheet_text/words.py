"""The basic box, the evaluation, the comments, the related projects and the past numbers of a sheet."""

from __future__ import annotations

import re
import unicodedata

from db.catalogue import catalogue
from db.fiscal_years import parse_year
from db.readers.form_labels import evaluation_mark, past_year, read_title
from db.readers.sheet_text.cells import Cell, Cells
from db.readers.sheet_text.figures import locate
from db.sheet import CERTAIN, INFERRED, Row, Sheet
from db.text import is_blank

_BASIC = (
    "事業名",
    "担当部局庁",
    "担当課室",
    "作成責任者",
    "会計区分",
    "根拠法令",
    "関係する計画通知等",
    "主要政策施策",
    "主要経費",
    "事業の目的",
    "事業概要",
    "実施方法",
)
_AMOUNT = re.compile(r"\d,\d{3}|\d\.\d|%")
_PARTS_SINCE_2021 = 4
_OPEN_ENDED = re.compile(r"終了予定なし|終了予定無し|予定なし|未定")

# words that settle which item an explanation belongs to, by the item's place in the catalogue
_SETTLING = {
    0: r"ニーズ|要望|社会的な要請|国民の関心",
    1: r"地方自治体|民間(等|の自主的|に委ね)|国が(主体|責任|行う|実施)|国費により",
    2: r"優先度|優先的",
    3: r"一般競争|応札|支出先の選定|公募|競争性|企画競争|選定",
    6: r"受益者|負担|手数料",
    7: r"単位当たりコスト|単価|コスト(等)?の?水準",
    8: r"中間段階|再委託|間接補助|直接支出|流れの中間",
    9: r"費目|使途(は|が|を|に限)|真に必要|額の確定",
    10: r"不用(率|額|が|で|と|は|を)|執行率",
    11: r"繰越|繰り越",
    12: r"縮減|削減|効率化に向け|効率化を|工夫",
    13: r"成果(実績|目標)|達成(度|率)|目標に達し",
    14: r"他の手段|代替|低コスト|委託により|比較して",
    15: r"活動実績|当初見込み|見込みを|見込みに|実施計画に沿",
    16: r"成果物|施設|活用され|利用件数",
    17: r"役割分担|関連(する)?事業|連携して実施",
}


def basic_row(cells: Cells, year: int | None) -> Row:
    """The row of table ``sheets``."""
    row = Row({})
    title = cells.get("basic.title")
    title_text = title.text if title is not None else None
    read = read_title(title_text) if title_text else None
    ministry = cells.text("basic.府省庁") or (read.ministry if read else None)
    row.values["公開年度"] = year
    row.values["府省庁"] = re.sub(r"[()（）\s]", "", ministry) if ministry else None
    row.values["事業番号"] = _project_number(cells)
    for column in _BASIC:
        text = cells.text(f"basic.{column}")
        if text is not None:
            row.values[column] = text
    for column in (*_BASIC, "事業開始年度", "事業終了年度"):
        if cell := cells.get(f"basic.{column}"):
            row.places[column] = cell.locator
    start, end = cells.text("basic.事業開始年度"), cells.text("basic.事業終了年度")
    row.values["事業開始年度"] = parse_year(start, year)
    if start and re.search("不明", start):
        row.values["開始年度不明"] = True
    if end and _OPEN_ENDED.search(re.sub(r"\s", "", end)):
        row.values["終了予定なし"] = True
    else:
        row.values["事業終了年度"] = parse_year(end, year)
    for column, text in (("事業開始年度", start), ("事業終了年度", end)):
        if text:
            row.printed[column] = text
    for column in ("政策", "施策"):
        text = cells.text(f"policies.{column}")
        if text is not None:
            row.values[column] = text
            if cell := cells.get(f"policies.{column}"):
                row.places[column] = cell.locator
    for cell in cells.matching(r"basic\.事業番号\.\d"):
        row.places.setdefault("事業番号", cell.locator)
    row.values = {k: v for k, v in row.values.items() if v is not None}
    row.locator = title.locator if title is not None else ""
    return row


def _project_number(cells: Cells) -> str | None:
    """「0036」「新24-0030」「0286-01」, from 2021 「2021-国交-20-0021」 from its parts."""
    parts = [c.text for c in cells.matching(r"basic\.事業番号\.\d") if not is_blank(c.text)]
    parts = [
        p
        for p in (unicodedata.normalize("NFKC", re.sub(r"[\s　]+", "-", p.strip("- 　"))) for p in parts)
        if p
    ]
    of_several = any(re.fullmatch(r"20\d\d", p) for p in parts)
    parts = [p for p in parts if not _AMOUNT.search(p) and (of_several or re.search(r"\d", p))]
    if not of_several and any(re.search(r"\d{4}", p) for p in parts):
        parts = [p for p in parts if not re.fullmatch(r"\d{1,3}", p)]
    if not parts or (of_several and len("-".join(parts).split("-")) < _PARTS_SINCE_2021 and len(parts) < 3):
        return None
    joined = "-".join(parts)
    return re.sub(r"(?<=-)(\d{2})(\d{4})$", r"\1-\2", joined)


def add_evaluations(sheet: Sheet, cells: Cells) -> None:
    """Table ``evaluations``: every item with its mark and explanation, and how sure their places are."""
    items = catalogue().evaluations
    marks = {n: cells.get(f"marks.{n}") for n in range(len(items))}
    texts = _settle({n: cells.get(f"explanations.{n}") for n in range(len(items))})
    for n, item in enumerate(items):
        label, mark, text = cells.get(f"=項目{n}"), marks[n], texts.get(n)
        if label is None and mark is None and text is None:
            continue
        row = Row({"区分": item.section, "項目": item.item})
        if mark is not None:
            row.values["評価"] = evaluation_mark(mark.text)
        if text is not None and text.written:
            row.values["説明"] = text.text
        row.certain = _is_sure(n, text)
        row.values["確度"] = CERTAIN if row.certain else INFERRED
        row.locator = locate(
            [c for c in (text, mark, label) if c is not None and (c is label or c.written)][:1]
        )
        sheet.add("evaluations", row)


def _settle(texts: dict[int, Cell | None]) -> dict[int, Cell]:
    """Explanations by item; one whose words name another item changes places with that item's."""
    placed = {n: c for n, c in texts.items() if c is not None}
    for n in sorted(placed):
        for other in (10, 11):
            here, there = placed.get(n), placed.get(other)
            if n == other or here is None or not here.written or _hits(n, here.text):
                continue
            if _hits(other, here.text) and (there is None or not there.written):
                placed[other] = here
                if there is None:
                    del placed[n]
                else:
                    placed[n] = there
    return placed


def _hits(item: int, text: str) -> bool:
    pattern = _SETTLING.get(item)
    return pattern is not None and re.search(pattern, unicodedata.normalize("NFKC", text)) is not None


def _is_sure(item: int, text: Cell | None) -> bool:
    """An explanation is sure of its place where its words name the item and no other's."""
    if text is None or not text.written or not _hits(item, text.text):
        return False
    return item in (10, 11) or not any(_hits(n, text.text) for n in _SETTLING if n != item)


def add_comments(sheet: Sheet, cells: Cells) -> None:
    """Table ``comments``: the free texts of the sheet, each under its official label."""
    for name, item, judgement in (
        ("items.理由", "主な増減理由", None),
        ("qualitative.本文", "定量的な成果目標の設定が困難な場合", None),
        ("activity.本文", "活動内容（アクティビティ）", None),
        ("policies.関係", "本事業の成果と上位施策・測定指標との関係", None),
        ("kpi.関係", "本事業の成果と改革項目・KPIとの関係", None),
        ("comments.点検結果", "点検結果", None),
        ("comments.改善の方向性", "改善の方向性", None),
        ("comments.外部有識者", "外部有識者の所見", None),
        ("comments.推進チーム", "行政事業レビュー推進チームの所見", "comments.推進チーム.判定"),
        ("comments.反映状況", "所見を踏まえた改善点", "comments.反映状況.判定"),
        ("comments.備考", "備考", None),
    ):
        text = cells.get(name)
        chosen = cells.get(judgement) if judgement else None
        found = [c for c in (text, chosen) if c is not None and c.written and re.search(r"\w", c.text)]
        if not found:
            continue
        row = Row({"項目": item}, found[0].locator)
        if chosen is not None and chosen.written:
            row.values["判定"] = re.sub(r"\s", "", chosen.text)
        if text is not None and text.written:
            row.values["本文"] = text.text
        sheet.add("comments", row)


def add_remarks(sheet: Sheet, cells: Cells) -> None:
    """Table ``remarks``: what was pointed out before, and the answer to it."""
    said, answered = cells.get("remarks.公開プロ"), cells.get("remarks.取りまと")
    row = Row({"種類": "過去に受けた指摘事項"})
    found = [c for c in (said, answered) if c is not None and c.written]
    if found:
        if said is not None and said.written:
            row.values["内容"] = said.text
        if answered is not None and answered.written:
            row.values["対応状況"] = answered.text
        row.locator = locate(found)
        sheet.add("remarks", row)
    other = cells.get("remarks.その他の")
    if other is not None and other.written:
        sheet.add("remarks", Row({"種類": "その他の指摘事項", "内容": other.text}, other.locator))


def add_related(sheet: Sheet, cells: Cells) -> None:
    """Table ``related``."""
    for at in range(8):
        row = Row({})
        found = []
        for name, column in (("府省", "所管府省名"), ("番号", "事業番号"), ("名", "関連事業名")):
            cell = cells.get(f"related.{name}.{at}")
            if cell is not None and cell.written:
                row.values[column] = cell.text
                found.append(cell)
        if found:
            row.locator = locate(found)
            sheet.add("related", row)


def add_past_numbers(sheet: Sheet, cells: Cells) -> None:
    """Table ``past_numbers``: a number belongs to the year left of it."""
    for head in cells.matching(r"past\.\d\.\d\.年"):
        year = past_year(head.text)
        _, row_at, column, _ = head.slot.name.split(".")
        if year is None:
            continue
        ministry, numbers = None, []
        for offset in (1, 2, 3):
            cell = cells.get(f"past.{row_at}.{int(column) + offset}")
            if offset > 1 and cells.get(f"past.{row_at}.{int(column) + offset}.年") is not None:
                break
            if cell is None or not cell.written or not cell.text.strip("　 "):
                continue
            if offset == 1 and int(row_at) >= 2:
                ministry = cell
            else:
                numbers.append(cell)
        if not numbers and ministry is not None and re.search(r"\d", ministry.text):
            numbers, ministry = [ministry], None
        if not numbers:
            continue
        joined = "-".join(re.sub(r"^[\s　]+|[\s　]+$", "", c.text) for c in numbers)
        row = Row({"年度": year, "事業番号": joined}, locate([head, *numbers]))
        if ministry is not None:
            row.values["府省庁"] = ministry.text.strip("　 ")
        sheet.add("past_numbers", row)
    sheet.rows("past_numbers").sort(key=lambda r: int(r.values["年度"] or 0))

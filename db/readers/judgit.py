"""Reader of JUDGIT! NDJSON or JSON: one sheet an object, amounts in 百万円.

JUDGIT! turned dashes into 0, so a 0 in a part that sheets mostly leave blank (補正予算, 繰越し, 予備費等,
要求額) counts as not written and stays out; so does a year whose figures are all 0.
"""

from __future__ import annotations

import gzip
import json
import zlib
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any

from db.errors import BrokenFileError
from db.numbers import MILLION, number
from db.readers.base import InputFile, Progress, no_progress
from db.sheet import Row, Scalar, Sheet, SourceFile
from db.text import written

LICENCE = "CC BY 4.0 JUDGIT!(構想日本・日本大学文理学部・Visualizing.JP・東京医科歯科大学)"
REQUIRED = ("公開年度", "府省庁", "事業名", "事業番号")
BUDGET_PARTS = ("補正予算", "前年度から繰越し", "翌年度へ繰越し", "予備費等")
MAX_UNPACKED = 2_000_000_000
_HEAD = 65536


class JudgitReader:
    """JUDGIT!'s NDJSON(.gz), or JSON of the same objects: a list, or one, on any number of lines."""

    name = "judgit"
    label = "JUDGIT! JSON"

    def recognises(self, file: InputFile) -> bool:
        """True where the first object names 公開年度, 事業名 and a JUDGIT! section."""
        head = _head(file.data).lstrip("\ufeff \r\n\t[")
        return head.startswith("{") and all(_names(head, k) for k in ("公開年度", "事業名", "事業番号"))

    def read(self, files: Sequence[InputFile], progress: Progress = no_progress) -> Iterator[Sheet]:
        """Yield the sheets in the order of the files; BrokenFileError names the file and the line."""
        for file in files:
            source = file.source("judgit", LICENCE)
            for place, record in _records(file):
                source.rows_read += 1
                source.rows_stored += 1
                progress(1)
                yield _sheet(record, place, source)


def _head(data: bytes) -> str:
    if data[:2] == b"\x1f\x8b":
        try:
            data = zlib.decompressobj(wbits=31).decompress(data, _HEAD)
        except zlib.error:
            return ""
    return data[:_HEAD].decode("utf-8", errors="ignore")


def _names(head: str, key: str) -> bool:
    """Whether a key stands there, as it is or in ASCII (\\u516c…)."""
    return f'"{key}"' in head or json.dumps(key) in head.lower()


def _records(file: InputFile) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every object with its place: 「12行目」 where each has a line, else 「12件目」."""
    text = _text(file).lstrip("\ufeff")
    if text.lstrip().startswith("[") or not _is_whole(text.lstrip().partition("\n")[0]):
        for n, record in enumerate(_any_lines(file, text), 1):
            yield f"{n}件目", _checked(file, f"{n}件目", record)
        return
    for count, line in enumerate(text.split("\n"), 1):
        line = line.strip("\r ")
        if not line:
            continue
        try:
            record = json.loads(line)
        except ValueError:
            raise BrokenFileError(
                f"{file.name}: {count}行目がJSONとして読めません。ファイルが途中で切れていないか確かめてください。"
            ) from None
        yield f"{count}行目", _checked(file, f"{count}行目", record)


def _is_whole(line: str) -> bool:
    try:
        json.loads(line)
    except ValueError:
        return False
    return True


def _any_lines(file: InputFile, text: str) -> Iterator[Any]:
    """The objects of a list, or one after the other, wherever their lines end."""
    decoder, at = json.JSONDecoder(), 0
    while at < len(text):
        if text[at].isspace():
            at += 1
            continue
        try:
            value, at = decoder.raw_decode(text, at)
        except ValueError as error:
            line = error.lineno if isinstance(error, json.JSONDecodeError) else 1
            raise BrokenFileError(
                f"{file.name}: {line}行目がJSONとして読めません。ファイルが途中で切れていないか確かめてください。"
            ) from None
        yield from value if isinstance(value, list) else [value]


def _text(file: InputFile) -> str:
    data = file.data
    if data[:2] == b"\x1f\x8b":
        try:
            unpacker = zlib.decompressobj(wbits=31)
            data = unpacker.decompress(data, MAX_UNPACKED)
        except (zlib.error, gzip.BadGzipFile):
            raise BrokenFileError(
                f"{file.name}: gzipとして読めません。ファイルを入手し直してください。"
            ) from None
        if unpacker.unconsumed_tail:
            raise BrokenFileError(f"{file.name}: 展開すると大きすぎます(上限 {MAX_UNPACKED // 10**9} GB)。")
        if not unpacker.eof:
            raise BrokenFileError(f"{file.name}: gzipが途中で切れています。ファイルを入手し直してください。")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        raise BrokenFileError(
            f"{file.name}: UTF-8として読めません。ファイルを入手し直してください。"
        ) from None


def _checked(file: InputFile, place: str, record: Any) -> dict[str, Any]:
    if not isinstance(record, dict):
        raise BrokenFileError(f"{file.name}: {place}がJSONのオブジェクトではありません。")
    missing = [key for key in REQUIRED if not record.get(key)]
    if missing:
        raise BrokenFileError(f"{file.name}: {place}に {'、'.join(missing)} がありません。")
    return record


def _sheet(record: dict[str, Any], locator: str, source: SourceFile) -> Sheet:
    year = int(record["公開年度"])
    sheet = Sheet(f"judgit-{year}", Row(_basic(record), locator), [source])
    for budget in record.get("予算") or []:
        _add(sheet, "budgets", _budget(budget, year), locator)
    for payee in record.get("支出先") or []:
        values: dict[str, Scalar] = {
            "ブロック": payee.get("グループ"),
            "番号": payee.get("番号"),
            "年度": payee.get("年度"),
            "支出先": written(payee.get("支出先名")),
            "法人番号": written(payee.get("法人番号")),
            "業務概要": written(payee.get("業務概要")),
        }
        _add(sheet, "payees", _with_money(values, payee, {"支出額": "支出額"}), locator)
    for outcome in record.get("アウトカム") or []:
        _add_outcome(sheet, outcome, locator)
    for output in record.get("アウトプット") or []:
        shared = {"活動指標": written(output.get("活動指標")), "単位": written(output.get("単位"))}
        for result in output.get("活動実績") or []:
            figures = {k: _plain(result.get(k)) for k in ("活動実績", "当初見込み")}
            _add(sheet, "outputs", Row({**shared, "年度": result.get("年度"), **figures}), locator)
    reason = written(record.get("定量的な目標が設定できない理由"))
    if reason:
        _add(sheet, "outcomes", Row({"定量的な目標が設定できない理由": reason}), locator)
    for past in record.get("関連する過去のレビューシート") or []:
        parts = [past[k] for k in ("事業番号1", "事業番号2", "事業番号3") if past.get(k)]
        if parts:
            values = {"年度": past.get("年度"), "府省庁": past.get("府省庁"), "事業番号": "-".join(parts)}
            _add(sheet, "past_numbers", Row(values), locator)
    return sheet


def _add(sheet: Sheet, section: str, row: Row, locator: str) -> None:
    row.values = {k: v for k, v in row.values.items() if v is not None}
    if row.values:
        row.locator = locator
        sheet.add(section, row)


def _basic(record: dict[str, Any]) -> dict[str, Scalar]:
    end = record.get("終了年度")
    values: dict[str, Scalar] = {
        "公開年度": int(record["公開年度"]),
        "府省庁": record["府省庁"],
        "事業番号": record["事業番号"],
        "事業名": record["事業名"],
        "担当部局庁": written(record.get("担当部局庁")),
        "担当課室": written(record.get("担当課室")),
        "作成責任者": written(record.get("作成責任者")),
        "事業開始年度": record.get("開始年度"),
        "事業終了年度": end,
        "会計区分": "、".join(record.get("会計区分") or []) or None,
        "主要政策施策": "、".join(record.get("主要施策") or []) or None,
        "事業の目的": written(record.get("事業目的")),
        "事業概要": written(record.get("事業概要")),
        "実施方法": "、".join(record.get("実施方法") or []) or None,
        "事業概要URL": record.get("url"),
        "JUDGIT事業ID": None if record.get("事業ID") is None else str(record["事業ID"]),
    }
    return {k: v for k, v in values.items() if v is not None}


def _budget(budget: dict[str, Any], published: int) -> Row:
    year = budget.get("年度")
    columns = {"当初予算": "当初予算", "計": "予算計", "執行額": "執行額", "要求額": "要求額"}
    values: dict[str, Scalar] = {"年度": year}
    if not any(v for k, v in budget.items() if k != "年度"):
        return Row({})
    row = _with_money(values, budget, columns | {k: k for k in BUDGET_PARTS})
    for part in (*BUDGET_PARTS, "要求額"):
        if row.values.get(part) == 0:
            del row.values[part], row.printed[part]
    if isinstance(year, int) and year >= published:
        row.values.pop("執行額", None)
    total, spent = row.values.get("計"), row.values.get("執行額")
    if isinstance(total, int) and isinstance(spent, int) and total > 0:
        row.values["執行率"] = round(spent / total * 100, 4)
        row.printed["執行率"] = "JUDGIT! に執行率の欄はない(執行額 ÷ 計)"
    return row


def _with_money(values: dict[str, Scalar], record: dict[str, Any], columns: dict[str, str]) -> Row:
    printed = {}
    for column, key in columns.items():
        amount = record.get(key)
        if amount is not None:
            exact = int((Decimal(str(amount)) * MILLION).to_integral_value())
            values[column] = exact
            # JUDGIT! adds up in binary fractions: 0.39999999999997726 is 0.4.
            printed[column] = f"{(Decimal(exact) / MILLION).normalize():,f}百万円"
    return Row(values, printed=printed)


def _add_outcome(sheet: Sheet, outcome: dict[str, Any], locator: str) -> None:
    shared = {k: written(outcome.get(k)) for k in ("成果目標", "成果指標", "単位")}
    added = False
    for result in outcome.get("成果実績") or []:
        actual, target = _plain(result.get("成果実績")), _plain(result.get("目標値"))
        if actual is None and target is None:
            continue
        _add(
            sheet,
            "outcomes",
            Row({**shared, "年度": result.get("年度"), "成果実績": actual, "目標値": target}),
            locator,
        )
        added = True
    final, final_year = written(outcome.get("目標値")), outcome.get("目標最終年度")
    if final is not None or final_year is not None or not added:
        values: dict[str, Scalar] = {**shared, "年度": final_year, "年度の種別": "目標最終年度"}
        printed = {}
        figure = number(final)
        if figure is None and final is not None:
            printed["目標値"] = final
        _add(sheet, "outcomes", Row({**values, "目標値": figure}, printed=printed), locator)


def _plain(value: Any) -> int | float | None:
    """A JSON number as int where it is whole."""
    if value is None:
        return None
    figure = float(value)
    return int(figure) if figure.is_integer() else figure

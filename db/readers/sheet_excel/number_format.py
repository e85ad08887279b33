"""A number as Excel displays it under a cell's number format: what the sheet prints is what counts.

Covers what review sheets use: digits and thousands (``#,##0.0;"▲"#,##0.0``), scaling commas (``#,##0,,``),
percentages, text, dates in either calendar. What is not known is displayed as in the format General.
"""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache

from db.fiscal_years import ERAS

BUILT_IN = {
    0: "General",
    1: "0",
    2: "0.00",
    3: "#,##0",
    4: "#,##0.00",
    5: '"¥"#,##0;"¥"-#,##0',
    6: '"¥"#,##0;[Red]"¥"-#,##0',
    7: '"¥"#,##0.00;"¥"-#,##0.00',
    8: '"¥"#,##0.00;[Red]"¥"-#,##0.00',
    9: "0%",
    10: "0.00%",
    11: "0.00E+00",
    14: "yyyy/m/d",
    15: "d-mmm-yy",
    16: "d-mmm",
    17: "mmm-yy",
    18: "h:mm AM/PM",
    19: "h:mm:ss AM/PM",
    20: "h:mm",
    21: "h:mm:ss",
    22: "yyyy/m/d h:mm",
    27: '[$-411]ge"."m"."d',
    28: '[$-411]ggge"年"m"月"d"日"',
    29: '[$-411]ggge"年"m"月"d"日"',
    30: "m/d/yy",
    31: 'yyyy"年"m"月"d"日"',
    32: 'h"時"mm"分"',
    33: 'h"時"mm"分"ss"秒"',
    34: 'yyyy"年"m"月"',
    35: 'm"月"d"日"',
    36: '[$-411]ge"."m"."d',
    37: "#,##0;-#,##0",
    38: "#,##0;[Red]-#,##0",
    39: "#,##0.00;-#,##0.00",
    40: "#,##0.00;[Red]-#,##0.00",
    41: "#,##0;-#,##0;-",
    42: '"¥"#,##0;"¥"-#,##0;-',
    43: "#,##0.00;-#,##0.00;-",
    44: '"¥"#,##0.00;"¥"-#,##0.00;-',
    49: "@",
    50: '[$-411]ge"."m"."d',
    54: '[$-411]ggge"年"m"月"d"日"',
    55: 'yyyy"年"m"月"',
    56: 'm"月"d"日"',
    57: '[$-411]ge"."m"."d',
    58: '[$-411]ggge"年"m"月"d"日"',
}
_TOKEN = re.compile(
    r'"([^"]*)"|\\(.)|_.|\*.|(\[[^\]]*\])|([#0?]+(?:,[#0?]+)*(?:,+)?(?:\.[#0?]*)?,*|\.[#0?]+)|(General)|(.)',
    re.DOTALL,
)
_DATE_TOKEN = re.compile(
    r'"([^"]*)"|\\(.)|_.|\*.|\[[^\]]*\]|(yyyy|yy|ggg|gg|g|ee|e|mmmm|mmm|mm|m|dddd|ddd|dd|d|aaaa|aaa|hh|h|ss|s|AM/PM)|(.)',
    re.DOTALL,
)
_ERA_LETTERS = {"令和": "R", "平成": "H", "昭和": "S", "大正": "T", "明治": "M"}
_WEEKDAYS = "月火水木金土日"


def displayed(value: float, code: str, date1904: bool = False) -> str:
    """The text Excel shows for a number under a format code."""
    section, negative_shown = _section(code, value)
    if section is None:
        return _general(value)
    if _is_date(section):
        return _date(value, section, date1904)
    return _number(abs(value) if negative_shown else value, section, value)


@lru_cache(maxsize=512)
def _sections(code: str) -> tuple[str, ...]:
    parts = re.findall(r'((?:"[^"]*"|\\.|[^;"\\])*)(?:;|$)', code)
    return (
        tuple(parts[:-1]) if len(parts) > 1 and parts[-1] == "" and not code.endswith(";") else tuple(parts)
    )


def _section(code: str, value: float) -> tuple[str | None, bool]:
    """(the section for a value, whether the section itself shows that the value is negative)."""
    code = code.strip()
    if code in ("", "@") or code.lower() == "general":
        return None, False
    parts = _sections(code)
    if value < 0 and len(parts) > 1:
        return parts[1], True
    if value == 0 and len(parts) > 2:
        return parts[2], False
    return parts[0], False


@lru_cache(maxsize=512)
def _is_date(section: str) -> bool:
    bare = re.sub(r'"[^"]*"|\\.|\[[^\]]*\]|General', "", section)
    return bool(re.search(r"[ydgea]|h|ss|(?<![#0?])m(?![#0?])", bare, re.IGNORECASE)) and not re.search(
        r"[#?]|0", bare
    )


def _number(value: float, section: str, original: float) -> str:
    percent = section.replace('"%"', "").count("%")
    out: list[str] = []
    done = False
    number = Decimal(repr(value)) * (Decimal(100) ** percent)
    for literal, escaped, bracket, digits, general, other in _TOKEN.findall(section):
        if digits and not done:
            out.append(_digits(number, digits))
            done = True
        elif general and not done:
            out.append(_general(float(number)))
            done = True
        elif literal or escaped or other:
            out.append(literal or escaped or other)
        elif bracket.startswith("[$") and len(bracket) > 3:
            out.append(bracket[2:-1].split("-")[0])
    text = "".join(out)
    if not done and not text and original:
        return _general(original)
    if number < 0 and done and "-" not in text:
        text = "-" + text
    return text


def _digits(number: Decimal, pattern: str) -> str:
    scaled = len(pattern) - len(pattern.rstrip(","))
    whole, _, after = pattern.rstrip(",").partition(".")
    number = abs(number) / (Decimal(1000) ** scaled)
    rounded = number.quantize(Decimal(1).scaleb(-len(after)), rounding=ROUND_HALF_UP)
    integer, _, fraction = format(rounded, "f").partition(".")
    optional = len(after) - len(after.rstrip("#?"))
    while optional and fraction.endswith("0"):
        fraction, optional = fraction[:-1], optional - 1
    least = whole.replace(",", "").count("0")
    integer = integer.lstrip("0").rjust(least, "0") if least else integer.lstrip("0")
    if "," in whole:
        integer = f"{int(integer):,}".rjust(least, "0") if integer else ""
    return integer + (
        "." + fraction if fraction or (after and not optional and "." in pattern and fraction) else ""
    )


def _general(value: float) -> str:
    if value == int(value) and abs(value) < 1e15:
        return str(int(value))
    return f"{value:.10g}"


def _date(value: float, section: str, date1904: bool) -> str:
    start = datetime(1904, 1, 1) if date1904 else datetime(1899, 12, 30)
    if not 0 <= value < 2_958_466:
        return _general(value)
    day = start + timedelta(seconds=round(value * 86_400))
    out: list[str] = []
    after_hour = False
    for literal, escaped, token, other in _DATE_TOKEN.findall(section):
        if token:
            out.append(_date_part(day, token, after_hour))
            after_hour = token in ("h", "hh")
        else:
            out.append(literal or escaped or other)
            after_hour = after_hour and not (other and other.isalpha())
    return "".join(out)


def _date_part(day: datetime, token: str, after_hour: bool) -> str:
    era, year = _era(day.date())
    parts = {
        "yyyy": f"{day.year}",
        "yy": f"{day.year % 100:02}",
        "ggg": era,
        "gg": era[:1],
        "g": _ERA_LETTERS.get(era, ""),
        "ee": f"{year:02}",
        "e": f"{year}",
        "mmmm": day.strftime("%B"),
        "mmm": day.strftime("%b"),
        "mm": f"{day.minute if after_hour else day.month:02}",
        "m": f"{day.minute if after_hour else day.month}",
        "dddd": day.strftime("%A"),
        "ddd": day.strftime("%a"),
        "dd": f"{day.day:02}",
        "d": f"{day.day}",
        "aaaa": _WEEKDAYS[day.weekday()] + "曜日",
        "aaa": _WEEKDAYS[day.weekday()],
        "hh": f"{day.hour:02}",
        "h": f"{day.hour}",
        "ss": f"{day.second:02}",
        "s": f"{day.second}",
        "AM/PM": "AM" if day.hour < 12 else "PM",
    }
    return parts[token]


def _era(day: date) -> tuple[str, int]:
    starts = (
        ("令和", date(2019, 5, 1)),
        ("平成", date(1989, 1, 8)),
        ("昭和", date(1926, 12, 25)),
        ("大正", date(1912, 7, 30)),
    )
    for era, start in starts:
        if day >= start:
            return era, day.year - ERAS[era]
    return "明治", day.year - ERAS["明治"]

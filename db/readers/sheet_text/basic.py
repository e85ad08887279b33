"""The basic box of a text that a program arranged by place: each value by its look and the labels before it.

Labels and values stand near each other, but not one behind the other: two labels may come first, then their values.
A beam search gives each value to a label that waits for one, the later the better, if it looks like one of its kind.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from db.readers import form_labels as labels
from db.readers.sheet_text import orders, pieces
from db.readers.sheet_text.lines import Line
from db.text import fold

_NEVER = 1e9
_BEAM = 40
_PASSED, _WAITING, _AHEAD = 0.5, 0.2, 1.3
"""each label between a value and its own; a label not right before it; a value before its label"""
_GOES_ON, _GOES_ON_OPENING, _LEFT_OVER, _EMPTY = 0.0, 1.0, 2.2, 1.0
_LABEL_LINES = 4
_END = re.compile(r"予算額.*|当初予算|補正予算|予算の状況|歳出予算目")
_TITLE = re.compile(r"(平成|令和)?[\d元]*年度?行政事業レビュ-シ-ト.*")
_NAME = re.compile(r"[^\W\d_]{1,4}")
"""A family or a given name, which may stand apart."""
_LONG = frozenset({"事業の目的", "事業概要"})


@dataclass(frozen=True, slots=True)
class Value:
    """Lines that stand together, without a label among them."""

    lines: tuple[Line, ...]
    opens: bool

    @property
    def text(self) -> str:
        return "\n".join(line.text for line in self.lines)

    @property
    def folded(self) -> str:
        return fold("".join(line.text for line in self.lines))


@dataclass(slots=True)
class _State:
    cost: float
    seen: tuple[str, ...]
    """labels so far, in their order"""
    filled: frozenset[str]
    last: str | None
    """the column of the value just before, None behind a label"""
    before: _State | None
    column: str | None
    value: Value | None


def read_basic(lines: Sequence[Line], since_2021: bool) -> dict[str, list[Value]]:
    """Column of table ``sheets`` → what stands in its box.

    ``since_2021``: 事業番号 has parts that stand in boxes of their own.
    """
    states = [_State(0.0, (), frozenset(), None, None, None, None)]
    for item in _items(lines):
        unlike = {} if isinstance(item, str) else {c: _unlike(item, c, since_2021) for c in _COLUMNS}
        found: dict[tuple[object, ...], _State] = {}
        for state in states:
            for new in _moves(state, item, unlike, since_2021):
                key = (new.seen, new.filled, new.last)
                if key not in found or new.cost < found[key].cost:
                    found[key] = new
        states = sorted(found.values(), key=lambda s: s.cost)[:_BEAM]
    best = min(states, key=lambda s: s.cost + _EMPTY * len(set(s.seen) - s.filled))
    out: dict[str, list[Value]] = {}
    at: _State | None = best
    while at is not None:
        if at.column is not None and at.value is not None:
            out.setdefault(at.column, []).insert(0, at.value)
        at = at.before
    return out


def _items(lines: Sequence[Line]) -> list[str | Value]:
    """Labels (as their columns) and values, in the order of the text, to the table of the budgets."""
    known = {k: c for k, c in labels.basic_labels().items() if c not in ("政策", "施策")}
    out: list[str | Value] = []
    at = 0
    while at < len(lines) and not _END.match(fold(lines[at].text)):
        for n in range(_LABEL_LINES, 0, -1):
            part = lines[at : at + n]
            joined = labels.label_key("".join(line.text for line in part))
            if len(part) == n and joined in known and not any(line.opens for line in part[1:]):
                out.append(known[joined])
                at += n
                break
        else:
            line = lines[at]
            before = out[-1] if out else None
            if isinstance(before, Value) and not line.opens and before.lines[-1] is lines[at - 1]:
                out[-1] = Value((*before.lines, line), before.opens)
            elif not _TITLE.fullmatch(fold(line.text)) and not _is_form_wording(line.text):
                out.append(Value((line,), line.opens))
            at += 1
    return out


def _is_form_wording(text: str) -> bool:
    return labels.is_label(text) or (len(text) > 1 and orders.is_aside(fold(text)) and fold(text) != "()")


def _moves(state: _State, item: str | Value, unlike: Mapping[str, float], since_2021: bool) -> list[_State]:
    if isinstance(item, str):
        seen = state.seen if item in state.seen else (*state.seen, item)
        return [_State(state.cost, seen, state.filled, None, state, None, None)]
    left_over = 0.1 if not re.search(r"\w", item.text) and item.folded != "-" else _LEFT_OVER
    last = state.last if left_over < _LEFT_OVER else None
    out = [_State(state.cost + left_over, state.seen, state.filled, last, state, None, None)]
    for column, cost in unlike.items():
        if cost >= _NEVER:
            continue
        if column in state.filled:
            price = _price_going_on(state, item, column, since_2021)
            if price is None:
                continue
            cost += price
        elif column in state.seen:
            waiting = [c for c in state.seen if c not in state.filled]
            turn = waiting.index(column)
            cost += _PASSED * min(turn, len(waiting) - 1 - turn)
            cost += _WAITING if state.last is not None or (turn and state.seen[-1] != column) else 0.0
            cost += _WAITING if column == "事業概要" and "事業の目的" in waiting else 0.0
        elif column != "府省庁":
            cost += _AHEAD
        filled = state.filled | {column}
        out.append(_State(state.cost + cost, state.seen, filled, column, state, column, item))
    return out


def _price_going_on(state: _State, item: Value, column: str, since_2021: bool) -> float | None:
    """What it costs that a box goes on with a further value, None where it does not."""
    if column == "事業番号" and since_2021:
        return 0.0 if state.last == column else _WAITING
    if state.last != column:
        return None
    if column == "作成責任者" and _NAME.fullmatch(item.folded):
        return _WAITING
    if column in _LONG:
        return _GOES_ON_OPENING if item.opens else _GOES_ON
    return None if item.opens else _GOES_ON


_COLUMNS = (
    "府省庁",
    "事業番号",
    "事業名",
    "担当部局庁",
    "担当課室",
    "作成責任者",
    "事業開始年度",
    "事業終了年度",
    "会計区分",
    "根拠法令",
    "関係する計画通知等",
    "主要政策施策",
    "主要経費",
    "事業の目的",
    "事業概要",
    "実施方法",
)
_YEAR = re.compile(r"(明治|大正|昭和|平成|令和)[\d元]+年(度)?(以前)?")
_OPEN_ENDED = re.compile(r"終了予定|予定なし|未定|不明")
_CODE = re.compile(r"(新|新規|再)?[\d-]*\d{3,4}([-、,](新)?\d{1,4})*")
_CODE_PART = re.compile(r"20\d\d|[新再]?\d{1,4}|[^\W\d]{2,3}")


def _is_part_of_number(folded: str) -> bool:
    """True for 「2021」「国交」「20」「0021」."""
    return _CODE_PART.fullmatch(folded) is not None and not (
        _DEPARTMENT.search(folded) or _OFFICE.search(folded)
    )


_DEPARTMENT = re.compile(r"(局|庁|部|官房|院|委員会|センタ-|グル-プ|本部|省)$")
_OFFICE = re.compile(r"(課|室|官|班|係|付|担当\)|チ-ム)$")
_PERSON = re.compile(r"長|官|参事|補佐|代理")
_LAW = re.compile(r"法|条|令|協定|規則|憲章")
_PLAN = re.compile(r"計画|通知|要綱|戦略|方針|プラン|閣議|決定|大綱|要領|報告|指針")


def _unlike(value: Value, column: str, since_2021: bool) -> float:
    """What it costs to take a value for one of a column."""
    folded = value.folded
    if folded == "-":
        return {"根拠法令": 0.2, "関係する計画通知等": 0.2, "主要政策施策": 0.1, "主要経費": 0.8}.get(
            column, _NEVER
        )
    ministry = pieces.is_ministry(folded) and len(folded) <= 12 and labels.ministry_in(folded) is not None
    year = _YEAR.fullmatch(folded) is not None
    code = _CODE.fullmatch(unicodedata.normalize("NFKC", folded)) is not None
    particular = (
        year
        or code
        or pieces.is_means(folded)
        or pieces.is_expense_class(folded)
        or _OPEN_ENDED.search(folded) is not None
    )
    cost = {
        "府省庁": 0.0 if ministry else _NEVER,
        "事業番号": 0.0 if code or (since_2021 and _is_part_of_number(folded)) else _NEVER,
        "事業開始年度": 0.0 if year else _NEVER,
        "事業終了年度": 0.0 if year or _OPEN_ENDED.search(folded) else _NEVER,
        "会計区分": 0.0 if re.search(r"会計|勘定", folded) and len(folded) < 40 else _NEVER,
        "実施方法": 0.0 if pieces.is_means(folded) else _NEVER,
        "主要経費": 0.0 if pieces.is_expense_class(folded) else 2.0 if len(folded) < 30 else _NEVER,
    }.get(column)
    if cost is not None:
        return cost
    if particular or (ministry and not (folded.endswith("庁") and column == "担当部局庁")):
        return _NEVER
    sentence = "。" in value.text or len(folded) > 120
    if column in _LONG:
        return 0.0 if len(folded) >= 60 else 0.5 if sentence else 1.5
    if sentence and column in ("事業名", "担当部局庁", "担当課室", "作成責任者"):
        return _NEVER
    office = _OFFICE.search(folded) is not None
    return {
        "事業名": 1.0 if _DEPARTMENT.search(folded) or office else 0.2,
        "担当部局庁": 0.0 if _DEPARTMENT.search(folded) else 3.0 if _LAW.search(folded) else 1.0,
        "担当課室": 0.0 if office else 1.2,
        "作成責任者": 0.0 if _PERSON.search(folded) and not office else 0.8 if len(folded) < 20 else 2.0,
        "根拠法令": (0.0 if _LAW.search(folded) else 1.2) + sentence,
        "関係する計画通知等": (0.0 if _PLAN.search(folded) else 0.9) + sentence,
        "主要政策施策": 0.5,
    }[column]

"""5-1 支出情報: block rows, payee rows and contract rows, mixed in one file.

A block row has ブロックの合計支出額 and no 支出先名, a payee row 支出先の合計支出額, a contract row 契約概要 and
金額. What a row repeats of the block or payee it belongs to is merged; what contradicts it is kept.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from db.catalogue import Field
from db.readers.rs_csv.csv_file import RawRow
from db.readers.rs_csv.layout import Column
from db.readers.rs_csv.part import Part
from db.sheet import Scalar

_KEYS = ("ブロック", "支出先", "法人番号")
_FROM_CONTRACT = {
    "業務概要": "契約概要",
    "契約方式等": "契約方式等",
    "入札者数": "入札者数",
    "落札率": "落札率",
}
"""What a payee with exactly one contract shows of it; the reason (a searched text) stays with the contract."""

_Columns = Sequence[tuple[Column, Field]]


@dataclass(slots=True)
class _Record:
    """A block, payee or contract being read."""

    values: dict[str, Scalar]
    printed: dict[str, str]
    rows: list[RawRow]
    contracts: list[_Record] = field(default_factory=list)
    own_row: bool = True


def payees(part: Part) -> None:
    """5-1 → blocks, payees and payee_contracts."""
    key_columns = [cf for cf in part.layout.of_table("payees") if cf[1].column in _KEYS]
    block_columns = _own(part, "blocks")
    payee_columns = _own(part, "payees")
    contract_columns = _own(part, "payee_contracts")
    blocks: dict[Scalar, _Record] = {}
    listed: list[_Record] = []
    contracts: list[_Record] = []
    for row in part.rows:
        keys, key_printed = part.collect(row, key_columns)
        block, name = keys.get("ブロック"), keys.get("支出先")
        block_values, block_printed = part.collect(row, block_columns)
        if block_values or block_printed or (block is not None and name is None):
            known = blocks.get(block)
            if known is None:
                own: dict[str, Scalar] = {} if block is None else {"ブロック": block}
                blocks[block] = _Record({**own, **block_values}, block_printed, [row])
            else:
                _fill(part, known, row, block_columns, block_values, block_printed)
        values, printed = part.collect(row, payee_columns)
        contract, contract_printed = part.collect(row, contract_columns)
        has_contract = _says(contract, contract_printed)
        if has_contract:
            record = _Record({**keys, **contract}, {**key_printed, **contract_printed}, [row])
            contracts.append(record)
        if _says(values, printed) or (name is not None and not has_contract):
            if has_contract and "支出額" not in values:
                _repeat_on_contract(part, listed, row, keys, values, printed, payee_columns)
            else:
                listed.append(_Record({**keys, **values}, {**key_printed, **printed}, [row]))
    _assign(listed, contracts)
    _write(part, list(blocks.values()), listed, contracts)


def _own(part: Part, table: str) -> _Columns:
    """The columns that fill this table alone."""
    return [cf for cf in part.layout.of_table(table) if len(cf[0].fields) == 1]


def _says(values: dict[str, Scalar], printed: dict[str, str]) -> bool:
    """True where more than a flag that is off is written."""
    return bool(printed) or any(v != 0 or isinstance(v, float) for v in values.values())


def _key(record: _Record) -> tuple[Scalar, ...]:
    return tuple(record.values.get(k) for k in _KEYS)


def _fill(
    part: Part,
    record: _Record,
    row: RawRow,
    columns: _Columns,
    values: dict[str, Scalar],
    printed: dict[str, str],
) -> None:
    """Add what a further row says of a known block or payee; a contradiction is kept as unplaced."""
    for column, f in columns:
        name = f.column
        value = values.get(name)
        if value is None and name not in printed:
            continue
        if record.values.get(name) is None and name not in record.printed:
            if value is not None:
                record.values[name] = value
            if name in printed:
                record.printed[name] = printed[name]
            if row not in record.rows:
                record.rows.append(row)
        elif record.values.get(name) != value:
            part.leave(row, column)


def _repeat_on_contract(
    part: Part,
    listed: list[_Record],
    row: RawRow,
    keys: dict[str, Scalar],
    values: dict[str, Scalar],
    printed: dict[str, str],
    columns: _Columns,
) -> None:
    """A contract row that repeats its payee's address and kind."""
    wanted = tuple(keys.get(k) for k in _KEYS)
    payee = next((p for p in reversed(listed) if _key(p) == wanted), None)
    if payee is None:
        listed.append(_Record({**keys, **values}, dict(printed), [row], own_row=False))
    else:
        _fill(part, payee, row, columns, values, printed)


def _assign(listed: list[_Record], contracts: list[_Record]) -> None:
    """Give each contract to its payee: the nearest above of the same block, name and number, else the first
    below. A payee that has no row of its own is listed too, without an amount."""
    by_key: dict[tuple[Scalar, ...], list[_Record]] = {}
    for payee in listed:
        by_key.setdefault(_key(payee), []).append(payee)
    for contract in contracts:
        if contract.values.get("支出先") is None:
            continue
        same = by_key.setdefault(_key(contract), [])
        if not same:
            keys = {k: v for k, v in contract.values.items() if k in _KEYS}
            payee = _Record(keys, {}, [contract.rows[0]], own_row=False)
            same.append(payee)
            listed.append(payee)
        above = [p for p in same if p.rows[0].number <= contract.rows[0].number]
        (above[-1] if above else same[0]).contracts.append(contract)


def _write(part: Part, blocks: list[_Record], listed: list[_Record], contracts: list[_Record]) -> None:
    for record in blocks:
        part.add("blocks", record.values, record.rows, record.printed)
    numbers: dict[Scalar, int] = {}
    for payee in listed:
        block = payee.values.get("ブロック")
        numbers[block] = numbers.get(block, 0) + 1
        values = {**payee.values, "番号": numbers[block]}
        printed = dict(payee.printed)
        rows = list(payee.rows)
        if len(payee.contracts) == 1:
            only = payee.contracts[0]
            for column, source in _FROM_CONTRACT.items():
                if only.values.get(source) is not None:
                    values[column] = only.values[source]
                if source in only.printed:
                    printed[column] = only.printed[source]
            rows += only.rows
        part.add("payees", values, rows, printed)
    for contract in contracts:
        part.add("payee_contracts", contract.values, contract.rows, contract.printed)

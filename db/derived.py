"""Derived columns of ``budgets``: 不用額, 不用率 and 比較用執行率, by the basis of the source.

RSシステム writes 計 gross, before 翌年度への繰越し is taken off; sheets and JUDGIT! write it net, with the
carry-over as a negative already inside. A blank carry-over counts as 0. Nothing is derived where 計 or 執行額
is not written.
"""

from __future__ import annotations

from collections.abc import Mapping

from db.sheet import Scalar

GROSS, NET = "gross", "net"


def basis(form: str) -> str:
    """``GROSS`` for RSシステム ("rs-2024"), ``NET`` for every other form."""
    return GROSS if form.startswith("rs") else NET


def derive(values: Mapping[str, Scalar], form: str) -> dict[str, Scalar]:
    """不用額 (円), 不用率 (%) and 比較用執行率 (%) of one budgets row; empty where they cannot be derived."""
    total, spent = values.get("計"), values.get("執行額")
    if not isinstance(total, int | float) or not isinstance(spent, int | float):
        return {}
    carried = values.get("翌年度へ繰越し") if basis(form) == GROSS else 0
    if not isinstance(carried, int | float):
        carried = 0
    usable = total - carried
    out: dict[str, Scalar] = {"不用額": int(usable - spent)}
    if total > 0:
        out["不用率"] = round((usable - spent) / total * 100, 4)
    if usable > 0:
        out["比較用執行率"] = round(spent / usable * 100, 4)
    return out

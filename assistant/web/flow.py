"""資金の流れ: from the ministry through its blocks of recipients, drawn as SVG and told as a nested list."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from markupsafe import Markup

from assistant.web.figures import short_yen, yen

BOX_WIDTH, BOX_HEIGHT, GAP_X, GAP_Y, MARGIN = 190, 62, 54, 16, 8
LINE_LENGTH = 13
"""Full-width characters a line of a box holds."""
LARGEST_DRAWING = 40
"""Blocks beyond which the list alone is shown."""


@dataclass(slots=True)
class Block:
    """A block of recipients (A, B …) or the ministry (``code`` empty)."""

    code: str
    name: str
    amount: int | None = None
    note: str = ""
    sum_of: str = ""
    """What ``amount`` is the sum of where the sheet states no total of the block (支出先: the ten largest)."""
    children: list[Block] = field(default_factory=list)
    level: int = 0


@dataclass(frozen=True, slots=True)
class Flow:
    """The blocks of one sheet; ``root`` is the ministry."""

    root: Block
    blocks: Mapping[str, Block]

    @property
    def drawable(self) -> bool:
        """True where a drawing helps: at least one block, not too many."""
        return 0 < len(self.blocks) <= LARGEST_DRAWING


def build(
    ministry: str,
    flows: Sequence[Mapping[str, Any]],
    blocks: Iterable[Mapping[str, Any]],
    payees: Iterable[Mapping[str, Any]],
    expenses: Iterable[Mapping[str, Any]] = (),
) -> Flow | None:
    """The flow of one sheet from its rows; None where it states none.

    An amount is the block's stated total, else the flow's, else the sum of the recipients listed, else of what
    the money was spent on.
    """
    if not flows:
        return None
    root = Block("", ministry)
    known: dict[str, Block] = {}
    stated = {r["ブロック"]: r["合計支出額"] for r in blocks if r["ブロック"]}
    sums = (("支出先", _sums(payees, "支出額")), ("費目・使途", _sums(expenses, "金額")))
    for row in flows:
        code = row["支出先ブロック"] or row["支出先名"]
        if not code:
            continue
        block = known.setdefault(code, Block(code, row["支出先名"] or ""))
        block.note = block.note or row["補足情報"] or ""
        if block.amount is None:
            block.amount = stated.get(code, row["金額"])
    for code, block in known.items():
        for title, listed in sums:
            if block.amount is None and code in listed:
                block.amount, block.sum_of = listed[code], title
    for row in flows:
        target = known.get(row["支出先ブロック"] or row["支出先名"] or "")
        if target is None:
            continue
        source = known.get(row["支出元ブロック"] or "", root)
        if source is root and row["支出元ブロック"]:
            # A block nothing pays: it is shown where the money enters, under the ministry.
            source = known[row["支出元ブロック"]] = Block(row["支出元ブロック"], row["支出元"] or "")
            root.children.append(source)
        if target is not source and target not in source.children:
            source.children.append(target)
    _levels(root)
    return Flow(root, known)


def _sums(rows: Iterable[Mapping[str, Any]], column: str) -> dict[str, int]:
    out: dict[str, int] = {}
    for row in rows:
        if row["ブロック"] and row[column] is not None:
            out[row["ブロック"]] = out.get(row["ブロック"], 0) + row[column]
    return out


def _levels(root: Block) -> None:
    """Level of each block: one more than the deepest that pays it; money that goes round in a ring is cut."""

    def descend(block: Block, path: tuple[str, ...]) -> None:
        for child in block.children:
            if child.code in path:
                continue
            child.level = max(child.level, block.level + 1)
            descend(child, (*path, child.code))

    descend(root, ())


def drawing(flow: Flow) -> Markup:
    """The flow as SVG, left to right."""
    columns: dict[int, list[Block]] = {0: [flow.root]}
    for block in flow.blocks.values():
        columns.setdefault(max(1, block.level), []).append(block)
    place: dict[str, tuple[float, float]] = {}
    tallest = max(len(c) for c in columns.values())
    height = MARGIN * 2 + tallest * BOX_HEIGHT + (tallest - 1) * GAP_Y
    for i, level in enumerate(sorted(columns)):
        for j, block in enumerate(columns[level]):
            offset = 0.0 if i else (height - 2 * MARGIN - BOX_HEIGHT) / 2 if tallest <= 6 else 0.0
            place[block.code] = (MARGIN + i * (BOX_WIDTH + GAP_X), MARGIN + offset + j * (BOX_HEIGHT + GAP_Y))
    width = MARGIN * 2 + len(columns) * BOX_WIDTH + (len(columns) - 1) * GAP_X
    arrows, boxes = [], []
    for block in (flow.root, *flow.blocks.values()):
        boxes.append(_box(block, *place[block.code]))
        arrows += [_arrow(place[block.code], place[c.code]) for c in block.children if c.code in place]
    return Markup(
        '<figure class="chart flow"><div class="scroll" tabindex="0" role="group" aria-label="資金の流れの図">'
        '<svg viewBox="0 0 {w:.0f} {h:.0f}" width="{w:.0f}" height="{h:.0f}" role="img" aria-label="{t}">{b}</svg></div>{n}</figure>'
    ).format(
        n=_summed(flow),
        w=width,
        h=height,
        t=f"資金の流れ。{_told(flow.root, ())}",
        b=Markup("").join(arrows + boxes),
    )


def _summed(flow: Flow) -> Markup:
    """What 「計」 before an amount means, where there is one."""
    titles = dict.fromkeys(b.sum_of for b in flow.blocks.values() if b.sum_of)
    if not titles:
        return Markup("")
    return Markup(
        '<figcaption class="secondary">「計」は、ブロックの合計がシートにないため、記載された{}を足した額です。</figcaption>'
    ).format("または".join(titles))


def listing(flow: Flow) -> Markup:
    """The flow as a nested list."""
    return Markup('<ul class="flow-list">{}</ul>').format(_item(flow.root, ()))


def _item(block: Block, path: tuple[str, ...]) -> Markup:
    name = f"{block.code} {block.name}".strip()
    amount = Markup(" {}").format(yen(block.amount)) if block.amount is not None else Markup("")
    sum_of = (
        Markup(' <small class="secondary">（記載された{}の計）</small>').format(block.sum_of)
        if block.sum_of
        else Markup("")
    )
    note = Markup(' <small class="secondary">{}</small>').format(block.note) if block.note else Markup("")
    below = [c for c in block.children if c.code not in path]
    nested = Markup("").join(_item(c, (*path, c.code)) for c in below)
    return Markup("<li>{}{}{}{}{}</li>").format(
        name, amount, sum_of, note, Markup("<ul>{}</ul>").format(nested) if below else ""
    )


def _told(block: Block, path: tuple[str, ...]) -> str:
    parts = []
    for child in block.children:
        if child.code not in path:
            amount = f" {short_yen(child.amount)}" if child.amount is not None else ""
            parts.append(f"{block.name}から{child.code} {child.name}{amount}")
            parts.append(_told(child, (*path, child.code)))
    return "、".join(p for p in parts if p)


def _box(block: Block, x: float, y: float) -> Markup:
    name = f"{block.code} {block.name}".strip()
    lines = [name[i : i + LINE_LENGTH] for i in range(0, len(name), LINE_LENGTH)] or [""]
    shown = lines[:2]
    if len(lines) > 2:
        shown[1] = shown[1][:-1] + "…"
    amount = ("計 " if block.sum_of else "") + short_yen(block.amount) if block.amount is not None else ""
    texts = Markup("").join(
        Markup('<text x="{:.0f}" y="{:.0f}">{}</text>').format(x + 10, y + 20 + 16 * i, line)
        for i, line in enumerate(shown)
    )
    if amount:
        texts += Markup('<text class="amount" x="{:.0f}" y="{:.0f}">{}</text>').format(
            x + 10, y + BOX_HEIGHT - 8, amount
        )
    return Markup(
        '<g><title>{}</title><rect class="box{}" x="{:.0f}" y="{:.0f}" width="{}" height="{}" rx="6"/>{}</g>'
    ).format(name, "" if block.code else " start", x, y, BOX_WIDTH, BOX_HEIGHT, texts)


def _arrow(start: tuple[float, float], end: tuple[float, float]) -> Markup:
    x1, y1 = start[0] + BOX_WIDTH, start[1] + BOX_HEIGHT / 2
    x2, y2 = end[0], end[1] + BOX_HEIGHT / 2
    middle = (x1 + x2) / 2
    return Markup(
        '<path class="arrow" d="M{:.0f} {:.0f}C{m:.0f} {:.0f} {m:.0f} {:.0f} {:.0f} {:.0f}"/>'
        '<path class="head" d="M{:.0f} {:.0f}l-8 -4v8z"/>'
    ).format(x1, y1, y1, y2, x2 - 6, y2, x2, y2, m=middle)

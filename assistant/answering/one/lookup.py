"""Operation lookup: the fields of one project, each read from the table the catalogue puts it in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from assistant.answer import Cell
from assistant.answering import passages
from assistant.answering.basis import Basis
from assistant.answering.data import marks
from assistant.answering.figures import YEARLY
from assistant.answering.one import basic, figure_lookup, listing, opinions, relevance, totals
from assistant.answering.result import Result
from assistant.answering.wording import project_name
from assistant.counting import written
from assistant.patterns import pattern
from assistant.query import FieldRef, Query
from db.catalogue import NUMERIC_KINDS, catalogue
from db.text import fold

PASSAGES = 2
"""Passages shown beside a figure where the question holds other words too."""

_TOLD = frozenset({"outcomes", "outputs", "evaluations", "remarks"})

INDICATORS = ("outcomes", "outputs")

_STEM = pattern(r"[一-鿿]{2,}")
_SHARE_ASKED = pattern(
    r"率|度は|[%％割]|どれ(?:くらい|だけ)|どの(?:くらい|程度)|いくつ|何(?:割|[%％]|パーセント|人|件|回|[?？]?$)"
)
_SHARE = pattern(r"[0-9０-９](?:[.．][0-9０-９]+)?\s*(?:[%％割]|パーセント)")
_OF_RESULTS = {"点検結果": 1.5, "目標年度における効果測定に関する評価": 2.0}

_HOW_MUCH = pattern(r"いくら|幾ら|いくつ|なんぼ|どれ|どの|何(?!と言|を言)|は[?？]?$")
_MORE_THAN_MUCH = pattern(
    r"そう(?:なの|です|か|[?？])|今後|これから|見込み|のせい|何と(?:言|書|指摘|評価)|よく(?:なる|なっ)|良く(?:なる|なっ)|改善|"
    r"(?:減ら|増や|上げ|下げ)せ|終わらず|遅れ|だけなの|予定|つもり|必要"
)

OLD_NUMBER, PAST_NUMBER = FieldRef("sheets", "旧事業番号"), FieldRef("past_numbers", "事業番号")
RECIPIENTS = FieldRef("blocks", "支出先の数")

Reader = Callable[[Basis, Query, tuple[FieldRef, ...]], Result]


def lookup(basis: Basis, query: Query) -> Result:
    """Read every asked field; fields of one table are read together. Needs exactly one project."""
    results = [reader(basis, query, fields) for reader, fields in _grouped(basis, query)]
    found = [r for r in results if r.status == "answered"]
    if not found:
        return _not_written(basis, query, results)
    main = found[0]
    if len(found) > 1:
        main.cells = _interleaved([r.cells for r in found])
        main.sentences = [s for r in found for s in r.sentences][:3]
        main.years = tuple(sorted({y for r in found for y in r.years}))
    if query.topic and not any(f.table == "comments" for f in query.fields):
        main.cells = _with_passages(basis, query, main.cells, len(found))
    elif _holds_more(basis, query):
        main.cells = _with_further(basis, query, main.cells, len(found))
    missing = [r for r in results if r.status != "answered"]
    if missing and len(main.sentences) < 3:
        main.sentences += missing[0].sentences[:1]
    return main


def _grouped(basis: Basis, query: Query) -> list[tuple[Reader, tuple[FieldRef, ...]]]:
    groups: dict[tuple[Reader, str, str | None], list[FieldRef]] = {}
    for ref in _with_items(query.fields):
        reader = _reader(basis, ref)
        groups.setdefault((reader, ref.table, ref.item), []).append(ref)
    return [(reader, tuple(fields)) for (reader, _, _), fields in groups.items()]


def _with_items(fields: tuple[FieldRef, ...]) -> tuple[FieldRef, ...]:
    """「所見の判定」: a judgement without a box is that of the box named beside it."""
    fields = _with_item_of_figures(fields)
    judgement = FieldRef("comments", "判定")
    boxes = [f.item for f in fields if f.table == "comments" and f.item]
    if judgement not in fields or not boxes:
        return fields
    return tuple(
        FieldRef("comments", "判定", f.item) if f.table == "comments" and f.item else f
        for f in fields
        if f != judgement
    )


def _with_item_of_figures(fields: tuple[FieldRef, ...]) -> tuple[FieldRef, ...]:
    """「成果目標は達成できてるの？評価は」: a mark beside figures is that of the item that is about them."""
    mark = FieldRef("evaluations", "評価")
    columns = {f.column for f in fields if f.table in INDICATORS}
    if mark not in fields or not columns:
        return fields
    items = [e.item for e in catalogue().evaluations if columns & set(e.explains)]
    if not items:
        return fields
    return tuple(FieldRef("evaluations", "評価", items[0]) if f == mark else f for f in fields)


def _reader(basis: Basis, ref: FieldRef) -> Reader:
    if ref.table == "sheets":
        return basic.read
    if ref.table in ("evaluations", "comments"):
        return opinions.read
    field = basis.data.catalogue.field(ref.table, ref.column)
    if ref.table in YEARLY and field.kind in NUMERIC_KINDS and ref.column != "年度":
        return figure_lookup.read
    return listing.read


def _not_written(basis: Basis, query: Query, results: list[Result]) -> Result:
    """Nothing is written in the fields themselves: the words of the question may still be answered elsewhere."""
    first = results[0]
    if query.fields == (RECIPIENTS,):
        # where the form prints no number of recipients, those it lists are counted
        counted = replace(query, operation="count", fields=(totals.RECIPIENT,))
        return totals.totals(basis, counted)
    if query.fields == (OLD_NUMBER,) and not basis.data.form_has(OLD_NUMBER, query.projects[0].sheet_keys):
        # a printed sheet has the numbers of former sheets in a list of their own
        past = lookup(basis, replace(query, fields=(PAST_NUMBER,)))
        return past if past.status == "answered" else first
    if query.topic and any(f.table in ("evaluations", "comments") for f in query.fields):
        found = passages.search_project(basis, query)
        if found.status == "answered":
            found.sentences = [*first.sentences[:1], *found.sentences]
            return found
    judged = _judged(basis, query)
    if judged is not None:
        judged.sentences = [*first.sentences[:1], *judged.sentences]
        return judged
    told = _told(basis, query)
    if told is not None:
        told.sentences = [*first.sentences[:1], *told.sentences]
        return told
    texts = [f for f in query.fields if f.table not in YEARLY and f.table not in ("evaluations", "comments")]
    if texts and len(texts) == len(query.fields) and query.projects:
        words = {w for f in texts for w in basis.data.catalogue.field(f.table, f.column).words}
        elsewhere = passages.mentioning(basis, query, [w for w in words if w in query.question])
        if elsewhere is not None:
            elsewhere.sentences = [*first.sentences[:1], *elsewhere.sentences]
            return elsewhere
    if not first.sentences:
        first.sentences = [f"{project_name(basis.data, query.projects[0])}のシートには記載がありません。"]
    return first


def _judged(basis: Basis, query: Query) -> Result | None:
    """What the sheet says of an indicator in its evaluation where the figure itself is not written (達成度 of 「-」)."""
    columns = {f.column for f in query.fields if f.table in INDICATORS}
    if not columns or len(columns) != len(query.fields) or query.years.kind == "given":
        return None
    return opinions.item_about(basis, query, columns)


def _told(basis: Basis, query: Query) -> Result | None:
    """What the texts of the review say of a goal, a judgement or a remark (「目標は達成できた？」) where no list of them
    is loaded for the project. A share that is asked for, and a year, has to stand in the passage.
    """
    tables = {f.table for f in query.fields if not f.item}
    if not query.projects or not tables <= _TOLD or not tables:
        return None
    keys = query.projects[0].sheet_keys
    if any(
        basis.data.rows(
            f'SELECT 1 FROM {f.table} WHERE sheet_key IN ({marks(keys)}) AND "{f.column}" IS NOT NULL LIMIT 1',
            keys,
        )
        for f in query.fields
    ):
        return None
    found = passages.search_project(basis, query, text=query.question, prefer=_OF_RESULTS)
    cells = [c for c in found.cells if c.label not in relevance.DESCRIPTIONS]
    if tables & set(INDICATORS):
        fields = [basis.data.catalogue.field(f.table, f.column) for f in query.fields]
        said = [w for f in fields for w in f.words if w in query.question]
        stems = [stem for w in said for stem in _STEM.findall(w)]
        cells = [c for c in cells if any(stem in c.text for stem in stems)]
        if _SHARE_ASKED.search(query.question):
            cells = [c for c in cells if _SHARE.search(c.text)]
    if query.years.kind == "given":
        of_years = [year for y in query.years.values for year in written(y)]
        cells = [c for c in cells if any(year in fold(c.text) for year in of_years)]
    return passages.led_by_first(basis, query, found, cells) if cells else None


def _with_passages(basis: Basis, query: Query, cells: list[Cell], heads: int) -> list[Cell]:
    """Words of the question that are no field may be what the texts speak of: the nearest passages go after the figure."""
    passages_found = passages.search_project(basis, query).cells[:PASSAGES]
    return [*cells[:heads], *passages_found, *cells[heads:]]


def _holds_more(basis: Basis, query: Query) -> bool:
    """The question may be answered by more than its field: a text was asked for, whose neighbours speak of the same,
    or something of a figure other than how much it is (「執行率は上がりそうなの？」).
    """
    if query.reason or not query.fields or len(query.projects) != 1 or query.years.kind == "given":
        return False
    texts = [f for f in query.fields if _is_text(basis, f)]
    if texts:
        return len(texts) == len(query.fields)
    return bool(_MORE_THAN_MUCH.search(query.question)) and not _HOW_MUCH.search(query.question)


def _is_text(basis: Basis, ref: FieldRef) -> bool:
    if ref.table == "comments":
        return ref.column != "判定"
    return ref.table != "evaluations" and basis.data.catalogue.field(ref.table, ref.column).passage


def _with_further(basis: Basis, query: Query, cells: list[Cell], heads: int) -> list[Cell]:
    """The nearest passages of the project that are not among the cells, within the first ones that are seen."""
    shown = {c.text for c in cells}
    further = [
        c
        for c in passages.search_project(basis, query, text=query.question).cells
        if c.text not in shown and c.label not in {x.label for x in cells}
    ][:PASSAGES]
    if all(_is_text(basis, f) for f in query.fields):
        # a text's own judgement stays beside it
        heads = len(cells)
    return [*cells[:heads], *further, *cells[heads:]]


def _interleaved(groups: list[list[Cell]]) -> list[Cell]:
    """The first cell of each field before the further ones, so that every asked field is seen at once."""
    heads = [g[0] for g in groups if g]
    return heads + [c for g in groups for c in g[1:]]

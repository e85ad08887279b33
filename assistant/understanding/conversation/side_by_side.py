"""What two turns told of two projects or two 府省庁, set side by side: 「どっちが多い?」「差は?」."""

from __future__ import annotations

from dataclasses import replace

from assistant.patterns import pattern
from assistant.query import FieldRef, Query, ResultContext, Years
from assistant.understanding.conversation.fields import own_fields
from assistant.understanding.one.over_years import how_far
from assistant.understanding.parsing import Parsed
from assistant.understanding.topics import content_words, topic_of
from assistant.understanding.words.fields import is_figure

_MINISTRY = FieldRef("sheets", "府省庁")
_WHICH = pattern(r"(?:どちら|どっち)(?:の[^、。?]{1,8})?(?:が|のほうが|の方が|は|です|だ|$|[?])")
_ADDED = pattern(
    r"^(?:では|じゃあ|それを|両方|二つ|2つ)?(?:を)?[、,]?(?:足す|足し|合わせ|あわせ|合計|トータル)"
)
_TURNED = pattern(r"逆転[^、。?]{0,6}|入れ替わ[^、。?]{0,6}|順位(?:は|が)?変わ[^、。?]{0,6}")
_APART = pattern(
    r"^(?:では|じゃあ|で)?[、,]?(?:その|この|両者の|二つの|2つの|両方の)?(?:差(?!し)|違い|差額)(?:は|って|を|$|[?])|^(?:では|じゃあ)?[、,]?(?:さっき|先ほど|前)の(?:もの|やつ|事業|省)?と(?:比べ|比較)|^(?:両方|二つ|2つ)?(?:を|で)?(?:比べ|比較)(?:て|ると|し|する)"
)


def set_side_by_side(p: Parsed, previous: Query, shown: ResultContext | None) -> Query | None:
    """The figure just told beside the same figure of what was spoken of before; None where nothing is compared."""
    growth = how_far(p) in ("growth", "ratio")
    if (
        previous.operation == "compare"
        and (growth or _APART.search(p.text))
        and not (p.years or p.ministries or p.names)
    ):
        # 「差額は?」 of what was just compared
        carried = ("事業" if previous.projects else "府省庁", "項目", "年度")
        difference = how_far(p) or "amount"
        again = replace(previous, question=p.n.original, difference=difference, reason=False)
        return replace(again, words=p.words(), carried_over=carried)
    turned = _TURNED.search(p.text)
    if previous.operation == "compare" and turned and p.years and not (p.ministries or p.names or p.fields):
        # 「2022年度だと逆転する?」
        p.claim(*turned.span(), "集計：比べる")
        said = tuple(v for y in p.years if y.kind == "given" for v in y.years)
        again = replace(
            previous, question=p.n.original, years=Years("given", said) if said else previous.years
        )
        return replace(again, words=p.words(), carried_over=("項目",))
    if shown is None or not shown.earlier or p.names or p.ministries or p.years or p.reasons:
        return None
    just_changed = "項目" in previous.carried_over and "事業" not in previous.carried_over
    added = _ADDED.search(p.text) if "事業名" in previous.carried_over or just_changed else None
    if not (_WHICH.search(p.text) or added or (just_changed and _APART.search(p.text))):
        return None
    if added and (len(previous.projects) != 1 or own_fields(p)):
        return None
    if content_words(_WHICH.sub(" ", topic_of(p))):
        return None
    own = tuple(f for f in own_fields(p) if is_figure(f))
    fields = own[:1] or tuple(f for f in previous.fields if is_figure(f))[:1]
    paid = shown.earlier[0]
    if previous.payees and paid.payees and previous.operation == "sum" and not own:
        # what each of two recipients got is told of both
        beside = replace(paid, years=previous.years, beside=())
        return replace(previous, question=p.n.original, beside=(beside,), words=p.words())
    pairs = (_both_projects(previous, q) or _both_ministries(previous, q) for q in shown.earlier)
    both = next((pair for pair in pairs if pair is not None), None)
    if both is None or not (fields or both.operation == "count"):
        return None
    years = Years("given", shown.fiscal_years) if len(shown.fiscal_years) == 1 else previous.years
    return replace(
        both,
        question=p.n.original,
        operation="sum" if added else "compare",
        fields=fields,
        years=years if fields else previous.years,
        difference=how_far(p),
        reason=False,
        topic="",
        ordinal=None,
        words=p.words(),
        carried_over=("事業" if both.projects else "府省庁", "項目", "年度"),
    )


def _both_projects(previous: Query, other: Query) -> Query | None:
    if len(previous.projects) != 1 or len(other.projects) != 1 or previous.projects == other.projects:
        return None
    return replace(previous, projects=(*other.projects, *previous.projects), filters=(), ministries=())


def _both_ministries(previous: Query, other: Query) -> Query | None:
    if previous.projects or other.projects or previous.payees or other.payees:
        return None
    if len(previous.ministries) != 1 or len(other.ministries) != 1 or previous.ministries == other.ministries:
        return None
    if previous.filters != other.filters or previous.operation not in ("count", "sum", "average"):
        return None
    ministries = (*other.ministries, *previous.ministries)
    return replace(previous, ministries=ministries, group_by=_MINISTRY, order=None, limit=None)
